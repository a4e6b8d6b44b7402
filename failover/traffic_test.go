package failover

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The alarm sees the switch engaged and Route 53 does not follow: people still reach the primary, and nothing is promoted.
func TestNothingIsPromotedWhileTheNameLeadsToThePrimary(t *testing.T) {
	w, dir := newWorld(), scratch(t)
	w.stuck = true
	_, err := start(t, w, dir).failOver()
	require.ErrorContains(t, err, "step promote")
	require.ErrorContains(t, err, "origin.careconnect.example.com does not lead to us-west-2")
	require.ErrorContains(t, err, "--accept resolves")
	require.True(t, w.engaged)
	require.Zero(t, w.promotions)
	require.Equal(t, Activation{}, w.settings["dr"], "the settings say nothing that is not so")
	assert.Contains(t, strings.Join(look(t, w).Warnings(), "\n"), "the switch is engaged, and origin.careconnect.example.com does not lead to us-west-2")

	require.NoError(t, start(t, w, dir).takeBack())
	requireNotFailedOver(t, w, dir, "")
}

func TestANameThatDoesNotFollowCanBeAccepted(t *testing.T) {
	w, dir := newWorld(), scratch(t)
	w.stuck, w.resolvesAccepted = true, true
	p := start(t, w, dir)
	p.began.Consent.Accepted = []string{CodeResolves}
	made, err := p.failOver()
	require.NoError(t, err)
	requireFailedOver(t, w, dir, "")
	assert.Contains(t, fact(made, "traffic"), "does not lead to us-west-2")
}

// Route 53 follows late: it is waited for.
func TestANameThatFollowsLateIsWaitedFor(t *testing.T) {
	w, dir := newWorld(), scratch(t)
	w.stuck = true
	p := start(t, w, dir)
	p.fault = func(int) fault {
		if w.engaged && w.now.Sub(w.trafficAt) > 3*time.Minute {
			w.stuck = false
		}
		return none
	}
	_, err := p.failOver()
	require.NoError(t, err)
	requireFailedOver(t, w, dir, "")
}

// An alarm that sees the switch engaged may rest on a value of months ago, which the next one overrules.
func TestTheSwitchIsWrittenThoughItsAlarmSeesIt(t *testing.T) {
	for name, publishes := range map[string]Published{
		"the schedule publishes the other": {Found: true, Enabled: true}, "there is no schedule": {}, "it is disabled": {Found: true},
	} {
		w, dir := newWorld(), scratch(t)
		w.schedule, w.engaged, w.metric, w.traffic = publishes, true, true, west
		p := start(t, w, dir)
		p.began.Consent.Accepted = []string{CodeSwitch}
		o := p.begin()
		require.NoError(t, o.Run.Execute(t.Context(), o.Failover()[:3]), name)
		require.NoError(t, o.Run.Journal.Close())
		for _, operation := range []string{"cloudwatch:PutMetricData", "scheduler:UpdateSchedule"} {
			assert.Contains(t, p.names, west+" "+operation, name)
		}
		assert.Equal(t, publishes.Found, w.schedule.Engaged, name)
		w.pass(time.Hour)
		assert.True(t, w.engaged, name)
	}
}

// Each half of the switch fails alone: the other is written, and the step does not call it done.
func TestEachHalfOfTheSwitchFailingAlone(t *testing.T) {
	for _, operation := range []string{"cloudwatch:PutMetricData", "scheduler:UpdateSchedule", "cloudwatch:DescribeAlarms", "s3:PutBucketPolicy"} {
		w, dir := newWorld(), scratch(t)
		p := start(t, w, dir)
		o := p.begin()
		require.NoError(t, o.Run.Execute(t.Context(), o.Failover()[:2]))
		w.deaf = west + " " + operation
		err := o.Run.Execute(t.Context(), o.Failover()[:3])
		require.NoError(t, o.Run.Journal.Close())
		if operation == "s3:PutBucketPolicy" {
			require.NoError(t, err, "the traffic moves all the same")
			require.True(t, w.engaged)
			continue
		}
		require.ErrorContains(t, err, "step switch", operation)
		assert.Equal(t, operation != "scheduler:UpdateSchedule", w.schedule.Engaged, operation)
		assert.Equal(t, 1, len(slices.Compact(slices.DeleteFunc(slices.Clone(p.names), func(name string) bool { return name != west+" cloudwatch:PutMetricData" }))), operation)
		assert.True(t, w.refuses, operation)
	}
}

func TestCheckTellsOfASwitchThatNobodyPublishes(t *testing.T) {
	for want, publishes := range map[string]Published{
		"nothing: there is no schedule":                                {},
		"nothing: the schedule is disabled":                            {Found: true, Last: newWorld().now}, // its last value is still recent
		"sees the switch released, and the schedule publishes engaged": {Found: true, Enabled: true, Engaged: true},
	} {
		w := newWorld()
		w.schedule = publishes
		_, err := start(t, w, scratch(t)).failOver()
		require.ErrorContains(t, err, "step check")
		require.ErrorContains(t, err, "switch: alarm careconnect-prod-failover-switch: ")
		require.ErrorContains(t, err, want)
	}
}

// An unfenced primary deletes files, and S3 repeats that in the bucket that serves.
func TestAnUnfencedPrimarysDeletionsAreRefused(t *testing.T) {
	w, dir := newWorld(), scratch(t)
	w.down[east], w.frozen, w.deleting = true, w.now.Add(-time.Minute), true
	p := start(t, w, dir)
	p.began.Consent.PrimaryUnreachable = true
	_, err := p.failOver()
	require.NoError(t, err)
	require.NotZero(t, w.alive())
	require.Zero(t, w.deleted)
	requireFailedOver(t, w, dir, "")
	s := look(t, w)
	assert.Equal(t, "refused", s.Deletes)

	// S3 does not answer: people are served all the same, and the last step demands it.
	w, dir = newWorld(), scratch(t)
	w.down[east], w.frozen = true, w.now.Add(-time.Minute)
	w.deaf = west + " s3:PutBucketPolicy"
	p = start(t, w, dir)
	p.began.Consent.PrimaryUnreachable = true
	_, err = p.failOver()
	require.ErrorContains(t, err, "step verify")
	require.ErrorContains(t, err, "takes the primary's deletions")
	require.Equal(t, 3, w.services[west+"/backend-dr"].Healthy)
	w.deaf = ""
	assert.Contains(t, strings.Join(look(t, w).Warnings(), "\n"), "deletions in us-east-1 are repeated in its files")
	_, err = start(t, w, dir).failOver()
	require.NoError(t, err)
	requireFailedOver(t, w, dir, "")
}

func TestCheckTellsOfAReplicaWithoutBackups(t *testing.T) {
	w := newWorld()
	db := w.databases[west+"/"+drDB]
	db.BackupRetentionDays = 0
	w.databases[west+"/"+drDB] = db
	_, err := start(t, w, scratch(t)).failOver()
	require.ErrorContains(t, err, "backups: database careconnect-dr-db: it keeps no backups")
}

// A slot that fills the primary's disk is told of while the primary stands, and delays no failover.
func TestCheckTellsOfASlotThatFillsTheDisk(t *testing.T) {
	w := newWorld()
	w.logs = 60 << 30
	p := start(t, w, scratch(t))
	o := p.begin()
	found := Check(t.Context(), o.Stack, o.Site, o.Primary, o.Recovery, w.now, time.Time{})
	require.Len(t, found, 1)
	assert.Equal(t, CodeSlot, found[0].Code)
	assert.Contains(t, found[0].Text, "transaction logs take 60.0 GiB of its disk, and 40.0 GiB are free")
	w.down[east] = true
	assert.Empty(t, Check(t.Context(), o.Stack, o.Site, o.Primary, o.Recovery, w.now, time.Time{}), "a primary that does not answer has nothing to say")
	w.down[east] = false
	require.NoError(t, o.Run.Journal.Close())
	dir := scratch(t)
	_, err := start(t, w, dir).failOver()
	require.NoError(t, err)
	requireFailedOver(t, w, dir, "")
}
