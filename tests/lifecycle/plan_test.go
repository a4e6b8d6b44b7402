//go:build engine

package lifecycle

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/graph"
	"github.com/carebase/carebase/plan"
	"github.com/carebase/carebase/policy/catalogue"
	"github.com/carebase/carebase/stacks"
	"github.com/carebase/carebase/stacks/settings/decode"
	"github.com/carebase/carebase/tests/lifecycle/engine"
)

// planOf is what `carebase plan` says of the stack as it is set up here.
func planOf(t *testing.T, stack *engine.Stack) *graph.Graph {
	t.Helper()
	program, err := plan.Load(stack.Dir, stack.Name)
	require.NoError(t, err)
	program.Run = stacks.Program(decode.Config{Project: program.Project, Values: program.Config, Encrypted: program.Secrets, File: program.File})
	g, err := plan.Run(program)
	require.NoError(t, err)
	return g
}

// previewEqualsPlan previews the stack as it is committed, before anything exists: the engine would create what
// `carebase plan` says, by type, name and parent, and the policy pack has nothing against it.
func previewEqualsPlan(t *testing.T, want environment, emulator *engine.Emulator) {
	stack := engine.Committed(t, want.name, emulator)
	preview := stack.Preview(t, "--policy-pack", filepath.Join(engine.Repository(), "policy", "pack"))
	require.NoError(t, preview.Err)

	created := map[string]bool{}
	for _, step := range preview.Steps {
		if step.Op == "read" { // an invoke with a resource's face; a plan has none
			continue
		}
		require.Equal(t, "create", string(step.Op), step.URN)
		if !insideRemote(step.URN) && step.Type != engineProvider {
			created[step.URN] = true
		}
	}
	planned := map[string]bool{}
	for _, r := range planOf(t, stack).Resources {
		planned[r.URN] = true
		assert.True(t, created[r.URN], "the engine would not create %s", r.URN)
	}
	for urn := range created {
		assert.True(t, planned[urn], "it is not in the plan: %s", urn)
	}
	t.Logf("preview: %d resources in %s", len(created), preview.Duration.Round(1e7))

	for _, v := range preview.Violations {
		t.Errorf("%s: %s: %s", v.PolicyName, v.ResourceURN, v.Message)
	}
	var controls []string
	for _, control := range catalogue.Controls() {
		controls = append(controls, control.ID)
	}
	assert.ElementsMatch(t, controls, preview.Policies, "every control has judged")
}

// insideRemote says whether a component that a plugin builds (awsx) made the resource: a plan has no plugins and knows
// the component alone. A URN names the types of all its parents.
func insideRemote(urn string) bool { return strings.Contains(urn, "$awsx:ecr:Repository$") }

// engineProvider is of the engine's own making: with it a remote component's references are resolved.
const engineProvider = "pulumi:providers:pulumi"
