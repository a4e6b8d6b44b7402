package failover

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func look(t *testing.T, w *world) Status {
	t.Helper()
	p := start(t, w, scratch(t))
	o := p.begin()
	defer func() { _ = o.Run.Journal.Close() }()
	return o.Status(t.Context(), w.now)
}

func TestStatusOfAStandby(t *testing.T) {
	s := look(t, newWorld())
	assert.Equal(t, "released", s.Switch)
	assert.Equal(t, int64(20), s.RPOSeconds)
	assert.Empty(t, s.Warnings())
	var b strings.Builder
	require.NoError(t, s.Write(&b))
	for _, want := range []string{"standing by", "careconnect-dr-db: available, follows " + sourceArn, "lost if now    20s (objective 1h0m0s)",
		"backend-prod: 4 of 4 tasks, 4 of 4 targets healthy", "2026-11-21 02:50:00 UTC, replicating", "2026-11-20 21:00:00 UTC"} {
		assert.Contains(t, b.String(), want)
	}
}

func TestStatusInAnOutage(t *testing.T) {
	w := newWorld()
	w.down[east], w.frozen = true, w.now.Add(-2*time.Hour)
	s := look(t, w)
	assert.Contains(t, s.Primary.Error, "i/o timeout")
	assert.Equal(t, int64(7200), s.RPOSeconds)
	assert.Equal(t, []string{
		"not found out: us-east-1: dial tcp: i/o timeout; dial tcp: i/o timeout; dial tcp: i/o timeout",
		"more would be lost than the objective allows",
	}, s.Warnings())
}

// Until somebody has seen that nothing runs there, an unfenced primary is something to attend to.
func TestStatusWarnsOfAnUnfencedPrimaryThatDoesNotAnswer(t *testing.T) {
	w := failedOver(t)
	w.down[east] = true
	assert.Equal(t, []string{
		"the recovery region is active and it is not known whether tasks run in us-east-1, writing to old data: as soon as it answers, carebase dr fence dr",
		"not found out: us-east-1: dial tcp: i/o timeout; dial tcp: i/o timeout; dial tcp: i/o timeout",
	}, look(t, w).Warnings())

	w.down[east] = false
	require.NoError(t, start(t, w, scratch(t)).stopReturned())
	assert.Empty(t, look(t, w).Warnings(), "it is fenced, and seen to be")
}

func TestStatusWarnsOfALossThatIsNotKnown(t *testing.T) {
	w := newWorld()
	w.lag = -time.Second // as RDS reports where replication is not active
	s := look(t, w)
	assert.Equal(t, int64(-1), s.RPOSeconds)
	assert.Equal(t, []string{"how much would be lost now is not known"}, s.Warnings())
}

func TestStatusWarnsOfARecoveryRegionThatDoesNotAnswer(t *testing.T) {
	w := newWorld()
	w.down[west] = true
	warnings := strings.Join(look(t, w).Warnings(), "\n")
	for _, want := range []string{"not found out: us-west-2: dial tcp: i/o timeout", "how much would be lost now is not known", "not found out: switch: "} {
		assert.Contains(t, warnings, want)
	}
}

// From the window on, and for the hours in which the recovery's database is rebuilt, a fence is the last thing to advise.
func TestStatusOfAFailbackThatIsNotFinished(t *testing.T) {
	for _, last := range []string{StepStartPrimary, StepReturn, StepKeepRecovery} {
		assert.Equal(t, []string{"stack dr is failed over and the services in us-west-2 ask for no task, as in a failback that is not finished: carebase dr failback dr --resume --return"},
			look(t, failedBackUpTo(t, last)).Warnings(), last)
	}
}

func TestStatusWarnsOfAPrimaryThatWrites(t *testing.T) {
	s := look(t, failedOver(t))
	require.Len(t, s.Warnings(), 1)
	assert.Contains(t, s.Warnings()[0], "6 tasks run or are asked for in us-east-1, writing to old data: carebase dr fence dr")
	var b strings.Builder
	require.NoError(t, s.Write(&b))
	assert.Contains(t, b.String(), "does not apply")
}

func TestStatusWarnsOfWhatIsHalfDone(t *testing.T) {
	w := newWorld()
	w.engaged, w.schedule.Engaged, w.traffic = true, true, west
	w.leftover = []Leftover{{DrillGroup, "sg-1", "drill-1"}}
	s := look(t, w)
	assert.Equal(t, []string{
		"the switch is engaged and the recovery region is not active: nobody is served",
		"security group sg-1 is left from drill drill-1: carebase dr drill dr --clean",
	}, s.Warnings())
	w = failedOver(t)
	w.engaged = false
	assert.Contains(t, strings.Join(look(t, w).Warnings(), "\n"), "traffic may go to the primary")
}

func TestTheOutputsOfARecoveryStackAreReadStrictly(t *testing.T) {
	_, err := ReadSite(map[string]any{"region": west, "services": map[string]any{"backend": "backend-dr"}})
	require.Error(t, err)
	for _, want := range []string{"primaryRegion", "databaseInstanceIdentifier", "switchAlarmName", "images", "serviceCounts"} {
		assert.ErrorContains(t, err, want)
	}
	assert.NotContains(t, err.Error(), "outputs region")

	texts := map[string]any{"backend": "x"}
	outputs := map[string]any{
		"services": texts, "primaryServices": texts, "images": texts, "secretArns": texts, "serviceCounts": map[string]any{"backend": 3.0},
	}
	for _, name := range []string{"region", "primaryRegion", "primaryStack", "databaseInstanceIdentifier", "primaryDatabaseInstanceIdentifier",
		"primaryDatabaseInstanceArn", "clusterName", "primaryClusterName", "switchNamespace", "switchMetric", "switchStack", "switchAlarmName",
		"certificateArn", "vaultName", "filesBucket", "healthUrl", "originName", "recoveryOriginName"} {
		outputs[name] = "the " + name
	}
	site, err := ReadSite(outputs)
	require.NoError(t, err)
	assert.Equal(t, map[string]int{"backend": 3}, site.Counts)
	assert.Equal(t, "the switchAlarmName", site.Switch.Alarm)
	assert.Equal(t, []string{"x"}, site.Images)
	delete(outputs, "vaultName")
	_, err = ReadSite(outputs)
	assert.ErrorContains(t, err, "lacks the outputs vaultName:")
}

func TestEveryStepHasATimeOut(t *testing.T) {
	o := start(t, newWorld(), scratch(t)).begin()
	defer func() { _ = o.Run.Journal.Close() }()
	list := append(append(append(append(append(o.failoverSteps(), o.undoSteps()...), o.drillSteps()...), o.prepareSteps()...), o.returnSteps()...), append(o.fenceSteps(), o.reopenSteps()...)...)
	assert.Len(t, list, 8+3+5+4+10+1+1)
	for _, step := range list {
		assert.GreaterOrEqual(t, step.Timeout, 2*time.Minute, step.Name)
		assert.NotEmpty(t, step.Title, step.Name)
	}
}
