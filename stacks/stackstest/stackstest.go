// Package stackstest plans stacks for tests of a system: its settings together with the extensions of its program.
package stackstest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/graph"
	"github.com/carebase/carebase/internal/project"
	"github.com/carebase/carebase/plan"
	"github.com/carebase/carebase/stacks"
)

// Plan plans a stack of the project that contains directory, with the extensions of the system's program. It reads
// Pulumi.<stack>.yaml; encrypted settings are not decrypted.
func Plan(t testing.TB, directory, stack string, extensions ...stacks.Extension) *graph.Graph {
	t.Helper()
	loaded, err := project.LoadAndCompare(directory, stack)
	require.NoError(t, err)
	program := loaded.Program
	program.Run = stacks.Program(loaded.Config(), extensions...)
	program.StackOutputs = stacks.PrimaryOutputs(loaded.Settings)
	g, err := plan.Run(program)
	require.NoError(t, err)
	return g
}
