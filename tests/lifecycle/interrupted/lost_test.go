//go:build engine

package interrupted

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/tests/lifecycle/engine"
	"github.com/carebase/carebase/tests/lifecycle/fault"
	"github.com/carebase/carebase/tests/lifecycle/inventory"
)

// Answers to changes are lost: the provider's client asks again, and AWS refuses the second creation, or carries it out.
// What was refused is found and adopted. What was made twice is told, as only a person may delete it.
func TestAnswersToChangesAreLost(t *testing.T) {
	t.Parallel()
	emulator := engine.StartEmulator(t)
	before, err := inventory.Take(t.Context(), emulator.Endpoint, "us-west-2")
	require.NoError(t, err)
	proxy := fault.Losing(emulator.Forward(t), *seed, 0.04, 15)
	l := &life{stack: engine.New(t, "dev", emulator.Behind(t, proxy)), before: before}
	t.Logf("seed %d", *seed)
	up := l.stack.Up(t)
	attempts := 1
	for ; up.Err != nil && attempts < 20; attempts++ {
		l.recover(t, "--failed")
		up = l.stack.Up(t)
	}
	require.NoError(t, up.Err)
	t.Logf("%d attempts; lost were the answers to %s", attempts, strings.Join(proxy.Lost(), ", "))

	now, err := inventory.Take(t.Context(), emulator.Endpoint, "us-west-2")
	require.NoError(t, err)
	differences, err := inventory.Compare(before, now, l.stack.Export(t))
	require.NoError(t, err)
	told, _ := l.stack.Run(t, engine.Carebase(t), "recover", l.stack.Name, "--orphans")
	t.Logf("it tells of\n%s", told)
	require.Len(t, proxy.Lost(), 15)
	for _, difference := range differences {
		t.Log(difference)
		_, rest, _ := strings.Cut(difference, " ")
		id, _, _ := strings.Cut(rest, ": ")
		assert.True(t, strings.Contains(told, id), "AWS has it twice and nobody is told: %s", difference)
	}
	t.Run("named by the provider", l.findsWhatTheProviderNamed)
}
