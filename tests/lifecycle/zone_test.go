//go:build engine

package lifecycle

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/tests/lifecycle/engine"
)

// anotherZoneMovesNothing previews a third zone for a stack in two: what there is stays in its subnets, and what spans
// zones takes the new ones in.
//
// It is not carried out: moto forgets a database's subnet group when it is changed (rds/models.py,
// modify_db_subnet_group takes it out of its map and does not put it back), so that the provider finds none afterwards.
func anotherZoneMovesNothing(t *testing.T, stack *engine.Stack) {
	const zones = "network.availabilityZones"
	stack.Edited(t, func(s engine.Settings) { s.Set(zones, append(s.Get(zones).([]any), "us-east-1c")) }, func() {
		preview := stack.Preview(t)
		require.NoError(t, preview.Err)
		losesNothing(t, preview)
		golden(t, stack.Name+".zone.txt", strings.Join(lines(preview, describe), "\n")+"\n")
	})
}
