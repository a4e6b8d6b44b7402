//go:build engine

package lifecycle

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/tests/lifecycle/engine"
	"github.com/carebase/carebase/tests/lifecycle/inventory"
)

// everythingIsDestroyed takes a stack away that nothing protects: all of it goes, without help.
func everythingIsDestroyed(t *testing.T, stack *engine.Stack, empty inventory.Inventory) {
	destroy := stack.Destroy(t)
	require.NoError(t, destroy.Err)
	assert.Empty(t, stack.State(t).Resources)
	awsHasTheStack(t, stack, empty)
	t.Logf("destroy: %s", destroy.Duration.Round(1e9))
}

// protectionRefusesToDestroy what holds patients' data: the engine says what is protected, and nothing goes, not even
// what is not.
func protectionRefusesToDestroy(t *testing.T, want environment, stack *engine.Stack) {
	before := stack.State(t)
	destroy := stack.Destroy(t)
	require.Error(t, destroy.Err)
	assert.Contains(t, destroy.Output, "protect")
	assert.Contains(t, destroy.Output, "database-instance")
	assert.Empty(t, destroy.Changes())
	assert.Len(t, stack.State(t).Resources, len(before.Resources))
	cfg := stack.Emulator.Config("us-east-1")
	databaseHolds(t, want, cfg, keysHold(t, want, cfg))
}
