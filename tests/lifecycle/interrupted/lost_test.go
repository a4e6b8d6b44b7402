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

// excused are the types of which AWS's tagging API tells, and the emulator's does not, by AWS's service.
var excused = map[string]string{
	"aws:cfg/rule:Rule": "config", "aws:cloudtrail/trail:Trail": "cloudtrail",
	"aws:cloudwatch/eventRule:EventRule": "events", "aws:cloudwatch/metricAlarm:MetricAlarm": "cloudwatch",
	"aws:elasticache/parameterGroup:ParameterGroup": "elasticache", "aws:elasticache/subnetGroup:SubnetGroup": "elasticache",
	"aws:rds/parameterGroup:ParameterGroup": "rds", "aws:rds/subnetGroup:SubnetGroup": "rds", "aws:rds/eventSubscription:EventSubscription": "rds",
	"aws:cloudwatch/logDeliverySource:LogDeliverySource": "logs", "aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination": "logs",
}

// Answers to changes are lost: the provider's client asks again, and AWS refuses the second creation, or carries it out.
// What was refused is found and adopted. What was made twice is told, as only a person may delete it.
func TestAnswersToChangesAreLost(t *testing.T) {
	t.Parallel()
	for name := range strings.SplitSeq(*losing, ",") {
		if name != "" {
			t.Run(name, func(t *testing.T) { t.Parallel(); losesAnswers(t, name) })
		}
	}
}

func losesAnswers(t *testing.T, name string) {
	engine.TakePlace(t)
	emulator := engine.StartEmulator(t)
	before, err := inventory.Take(t.Context(), emulator.Endpoint, "us-west-2")
	require.NoError(t, err)
	proxy := fault.Losing(emulator.Forward(t), *seed, 0.04, 15)
	l := &life{stack: engine.New(t, name, emulator.Behind(t, proxy)), before: before}
	t.Logf("seed %d", *seed)
	up := l.stack.Up(t)
	attempts := 1
	for ; up.Err != nil && attempts < 20; attempts++ {
		l.repair(t, "--failed")
		up = l.stack.Up(t)
	}
	require.NoError(t, up.Err)
	t.Logf("%d attempts; lost were the answers to %s", attempts, strings.Join(proxy.Lost(), ", "))
	require.Len(t, proxy.Lost(), 15)

	now, err := inventory.Take(t.Context(), emulator.Endpoint, "us-west-2")
	require.NoError(t, err)
	differences, err := inventory.Compare(before, now, l.stack.Export(t))
	require.NoError(t, err)
	told, _ := l.stack.Run(t, engine.Carebase(t), "repair", l.stack.Name, "--orphans")
	t.Logf("it tells of\n%s", told)
	for _, difference := range differences {
		t.Log(difference)
		kind, rest, _ := strings.Cut(difference, " ")
		id, _, _ := strings.Cut(rest, ": ")
		assert.True(t, strings.Contains(told, id) || excused[kind] != "", "AWS has it twice and nobody is told: %s", difference)
	}
}
