//go:build engine

package lifecycle

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/tests/lifecycle/engine"
)

const zones = "network.availabilityZones"

// twoZones is staging as it might have begun.
func twoZones(s engine.Settings) { s.Set(zones, s.Get(zones).([]any)[:2]) }

// anotherZoneMovesNothing gives a stack in two zones its third: what there was stays in its subnets, and what spans
// zones takes the new ones in.
func anotherZoneMovesNothing(t *testing.T, stack *engine.Stack) {
	stack.Edit(t, func(s engine.Settings) { s.Set(zones, append(s.Get(zones).([]any), "us-east-1c")) })
	up := stack.Up(t)
	require.NoError(t, up.Err)
	losesNothing(t, up)
	for _, s := range up.Changes() {
		assert.Truef(t, s.Done && !s.Failed, "%s", s)
	}
	golden(t, stack.Name+".zone.txt", strings.Join(lines(up, describe), "\n")+"\n")
	t.Logf("up of another zone: %s", up.Duration.Round(1e9))
}
