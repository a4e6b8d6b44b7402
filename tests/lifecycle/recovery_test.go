//go:build engine

package lifecycle

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/tests/lifecycle/engine"
)

// recoveryComesAndGoes gives a deployed stack a second region for its data, and takes it away again: the first region's
// data stays where it is both times, and what goes in the end are the copies.
func recoveryComesAndGoes(t *testing.T, stack *engine.Stack) {
	stack.Must(t, "config", "set", "--secret", "careconnect:originToken", "a-token-that-nobody-else-has-0123456789")
	stack.Edit(t, func(s engine.Settings) {
		s.Set("protection", map[string]any{"region": "us-west-2", "replica": false, "images": true, "vaultCopyDays": 365})
		s.Set("objectives", map[string]any{"rtoMinutes": 480, "rpoMinutes": 60, "replicaLagMinutes": 15, "decisionMinutes": 30})
	})
	on := stack.Up(t)
	require.NoError(t, on.Err)
	losesNothing(t, on)
	golden(t, stack.Name+".recovery.txt", strings.Join(lines(on, describe), "\n")+"\n")
	t.Logf("up of recovery: %s", on.Duration.Round(1e9))
	secondPreviewIsEmpty(t, stack)

	stack.Must(t, "config", "rm", "careconnect:originToken")
	stack.Must(t, "config", "rm", "careconnect:protection")
	stack.Must(t, "config", "rm", "careconnect:objectives")
	off := stack.Preview(t)
	require.NoError(t, off.Err)
	came := map[string]bool{}
	for _, s := range on.Of("create") {
		came[s.URN] = true
	}
	for _, s := range off.Lost() {
		assert.True(t, came[s.URN], "what is lost did not come with it: %s", describe(s))
	}
	assert.NotEmpty(t, off.Lost(), "what came with it goes")
}
