package timeouts

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestARequestMeetsLongerAndLongerTimeouts(t *testing.T) {
	for _, chain := range [][]int{
		{OriginKeepAlive, OriginRead, BalancerIdle, TargetKeepAlive},
		{OriginRead, Deregistration, Shutdown, Stop},
		{DiscoveryTTL, Deregistration},
		{OriginKeepAlive, ClientKeepAlive},
	} {
		for i := 1; i < len(chain); i++ {
			assert.Less(t, chain[i-1], chain[i], "%v", chain)
		}
	}
	assert.LessOrEqual(t, Stop, 120, "Fargate's limit")
	assert.GreaterOrEqual(t, ClientKeepAlive, 60, "AWS's minimum")
}

func TestNoHealthCheckFailsInADatabaseFailover(t *testing.T) {
	assert.Equal(t, 60, Patience(30, 3), "the first failure may be at once")
	assert.Greater(t, Patience(HealthInterval, UnhealthyThreshold), DatabaseFailover+Reconnect)
	assert.LessOrEqual(t, UnhealthyThreshold, 10, "AWS's limit")
	assert.Less(t, HealthTimeout, HealthInterval)
}

func TestSlowProcessorsHaveLongerToStart(t *testing.T) {
	for cpu, want := range map[int]int{256: 240, 512: 120, 1024: 60, 2048: 60, 16384: 60, 128: 300, 0: 60} {
		assert.Equal(t, want, Startup(cpu), "%d", cpu)
	}
	for _, cpu := range []int{256, 512, 1024} {
		assert.Greater(t, Grace(Startup(cpu)), Startup(cpu))
		assert.LessOrEqual(t, Startup(cpu), MaxStartup)
	}
}
