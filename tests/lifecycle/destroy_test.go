//go:build engine

package lifecycle

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/tests/lifecycle/engine"
)

// destroyObeysProtection destroys what the settings allow to be destroyed, and all of it; where they protect, nothing goes.
func destroyObeysProtection(t *testing.T, want environment, stack *engine.Stack) {
	before := stack.State(t)
	destroy := stack.Destroy(t)
	if want.phi {
		require.Error(t, destroy.Err)
		assert.Contains(t, destroy.Output, "protect")
		assert.Contains(t, destroy.Output, "database-instance")
		for _, s := range destroy.Changes() {
			assert.Falsef(t, s.Done, "%s", s)
		}
		assert.Len(t, stack.State(t).Resources, len(before.Resources))
		databaseHolds(t, want, stack.Emulator.Config("us-east-1"), keysHold(t, want, stack.Emulator.Config("us-east-1")))
		return
	}
	require.NoError(t, destroy.Err)
	assert.Empty(t, stack.State(t).Resources)
	t.Logf("destroy: %s", destroy.Duration.Round(1e9))
}
