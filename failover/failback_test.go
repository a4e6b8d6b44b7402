package failover

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/failover/report"
	"github.com/carebase/carebase/failover/steps"
)

// failedOver is a world in which the primary's region was lost, and has returned with what it had.
func failedOver(t *testing.T) *world {
	t.Helper()
	w := newWorld()
	w.down[east] = true
	w.frozen = w.now.Add(-time.Minute)
	p := start(t, w, scratch(t))
	p.began.Consent.PrimaryUnreachable = true
	_, err := p.failOver()
	require.NoError(t, err)
	w.down[east], w.frozen, w.promotions = false, time.Time{}, 0
	return w
}

func (p *process) failBack(andReturn bool) (made report.Report, finished bool, err error) {
	p.began.Operation = OperationFailback
	o := p.begin()
	defer func() { _ = o.Run.Journal.Close() }()
	return o.RunFailback(p.t.Context(), andReturn)
}

func (p *process) stay() (report.Report, error) {
	p.began.Operation = OperationFailback
	o := p.begin()
	defer func() { _ = o.Run.Journal.Close() }()
	return o.AbortFailback(p.t.Context())
}

// requireServedOn is the end state of a failback whose window was taken back.
func requireServedOn(t *testing.T, w *world, dir, why string) {
	t.Helper()
	service := w.services[west+"/backend-dr"]
	require.Equal(t, []any{3, 3, 3, 3, false}, []any{service.Desired, service.Running, service.Targets, service.Healthy, service.Suspended}, why)
	require.Zero(t, w.services[east+"/backend-prod"].Desired, "%s: both sides would write", why)
	require.True(t, w.engaged, why)
	require.True(t, w.settings["dr"].Promoted, why)
	require.False(t, w.databases[west+"/"+drDB].Replica(), why)
	require.Empty(t, w.wrong, why)
	requireEnd(t, dir, NotFailedBack, why)
}

// whole is what of a journal was acknowledged.
func whole(text []byte) string { return string(text[:bytes.LastIndexByte(text, '\n')+1]) }

// requireFailedBack is the one end state of a failback: as before the failover, on new instances.
func requireFailedBack(t *testing.T, w *world, dir, why string) {
	t.Helper()
	there, here := w.databases[east+"/"+prodDB], w.databases[west+"/"+drDB]
	require.Equal(t, []any{"", "available", true, 30}, []any{there.Source, there.Status, there.MultiAZ, there.BackupRetentionDays}, why)
	require.Equal(t, sourceArn, here.Source, why)
	for _, db := range []Database{there, here} {
		require.Equal(t, []string{"ours", "in-sync"}, []string{db.ParameterGroup, db.ParameterStatus}, "%s: %s", why, db.Identifier)
	}
	require.False(t, here.MultiAZ, why)
	require.NotEqual(t, "db-PROD", there.ResourceID, why)
	require.NotEqual(t, "db-DR", here.ResourceID, why)
	require.Equal(t, stateOf{there.ResourceID, ""}, w.state["prod"], why)
	require.Equal(t, stateOf{here.ResourceID, sourceArn}, w.state["dr"], why)
	require.Equal(t, Activation{}, w.settings["dr"], why)
	require.Equal(t, []bool{false, false, false}, []bool{w.engaged, w.schedule.Engaged, w.refuses}, why)
	require.Equal(t, 30, here.BackupRetentionDays, why)
	require.Equal(t, 4, w.services[east+"/backend-prod"].Healthy, why)
	require.False(t, w.services[east+"/backend-prod"].Suspended, why)
	require.Zero(t, w.services[west+"/backend-dr"].Desired, why)
	require.Len(t, w.databases, 4, "%s: both old instances are kept", why)
	require.Len(t, w.snapshot, 2, why)
	for key, db := range w.databases {
		if strings.Contains(key, "-kept-") {
			require.Contains(t, []string{"db-PROD", "db-DR"}, db.ResourceID, why)
		}
	}
	require.Equal(t, 1, w.promotions, why)
	require.Zero(t, w.refused, why)
	require.Empty(t, w.wrong, why)
	requireEnd(t, dir, FailedBack, why)
}

func TestFailback(t *testing.T) {
	w, dir := failedOver(t), scratch(t)
	p := start(t, w, dir)
	_, finished, err := p.failBack(false)
	require.NoError(t, err)
	require.False(t, finished)
	rebuilt := w.databases[east+"/"+prodDB]
	assert.Equal(t, targetArn, rebuilt.Source, "it follows the recovery region")
	assert.Equal(t, []any{true, "ours", "in-sync"}, []any{rebuilt.MultiAZ, rebuilt.ParameterGroup, rebuilt.ParameterStatus}, "fit to serve before the window")
	assert.Equal(t, 3, w.services[west+"/backend-dr"].Running, "people are served on")
	assert.Zero(t, w.services[east+"/backend-prod"].Running, "the old primary writes no more")
	assert.True(t, w.engaged)

	w.now = w.now.Add(20 * time.Hour) // until the window
	made, finished, err := start(t, w, dir).failBack(true)
	require.NoError(t, err)
	require.True(t, finished)
	requireFailedBack(t, w, dir, "")
	assert.Equal(t, "Nobody served", made.Reached[0].Name)
	assert.Equal(t, int64(29*60), made.Reached[0].Seconds)
	assert.Contains(t, made.Facts[0].Text, "careconnect-prod-db-kept-2026")

	// And once more, from the new instances.
	_, err = start(t, w, scratch(t)).failOver()
	require.NoError(t, err)
}

func TestAFailbackThatIsKilledAnywhereIsGoneOnWith(t *testing.T) {
	t.Parallel()
	p := start(t, failedOver(t), scratch(t))
	points := recorded(t, p, func() error { _, _, err := p.failBack(true); return err })
	require.Greater(t, len(points), 100)
	for _, point := range points {
		if ended(point.journal) {
			continue
		}
		w, dir := point.restore(t)
		_, finished, err := start(t, w, dir).failBack(true)
		require.NoError(t, err, point.call)
		require.True(t, finished, point.call)
		requireFailedBack(t, w, dir, point.call)
	}
	t.Logf("killed at %d points", len(points))
}

func TestEveryCallOfAFailbackFailingOnceIsTriedAgain(t *testing.T) {
	t.Parallel()
	begin := failedOver(t)
	clean := start(t, begin.clone(), scratch(t))
	_, _, err := clean.failBack(true)
	require.NoError(t, err)
	for _, kind := range []fault{before, after} {
		for n := 1; n <= clean.calls; n++ {
			w, dir := begin.clone(), scratch(t)
			p := start(t, w, dir)
			p.fault = func(call int) fault {
				if call == n {
					return kind
				}
				return none
			}
			_, _, err := p.failBack(true)
			require.NoError(t, err, clean.names[n-1])
			requireFailedBack(t, w, dir, clean.names[n-1])
		}
	}
	t.Logf("%d calls, each failed before and after its effect", clean.calls)
}

func TestFailbackRefusesWhatIsUnsafe(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*world)
		want   string
	}{
		"not failed over": {func(w *world) { w.settings["dr"] = Activation{} }, "is not failed over"},
		"switch released": {func(w *world) { w.engaged = false }, "Both sides were written to"},
		"no old database": {func(w *world) { delete(w.databases, east+"/"+prodDB) }, "The primary's database is gone"},
		"no backups": {func(w *world) {
			db := w.databases[west+"/"+drDB]
			db.BackupRetentionDays = 0
			w.databases[west+"/"+drDB] = db
		}, "keeps no backups"},
		"region still down": {func(w *world) { w.down[east] = true }, "i/o timeout"},
	} {
		w := failedOver(t)
		test.change(w)
		promoted, databases := w.promotions, len(w.databases)
		dir := scratch(t)
		_, _, err := start(t, w, dir).failBack(true)
		require.ErrorContains(t, err, "step ready", name)
		require.ErrorContains(t, err, test.want, name)
		assert.Equal(t, promoted, w.promotions, name)
		assert.Len(t, w.databases, databases, name)
		assert.Equal(t, 3, w.services[west+"/backend-dr"].Running, name)
		_, err = start(t, w, dir).stay()
		require.NoError(t, err, name)
		requireEnd(t, dir, NothingDone, name)
	}
}

func TestTheWindowIsNotBegunWhileTheReplicaIsFarBehind(t *testing.T) {
	w, dir := failedOver(t), scratch(t)
	_, _, err := start(t, w, dir).failBack(false)
	require.NoError(t, err)
	w.lag = 3 * time.Hour
	_, _, err = start(t, w, dir).failBack(true)
	require.ErrorContains(t, err, "too far behind")
	assert.Equal(t, 3, w.services[west+"/backend-dr"].Running)
	w.lag = time.Second
	_, finished, err := start(t, w, dir).failBack(true)
	require.NoError(t, err)
	require.True(t, finished)
	requireFailedBack(t, w, dir, "")
}

func TestAnInstanceThatSomebodyElseMadeIsLeftAlone(t *testing.T) {
	w, dir := failedOver(t), scratch(t)
	p := start(t, w, dir)
	p.began.Operation = OperationFailback
	o := p.begin()
	require.NoError(t, o.Run.Execute(t.Context(), o.prepareSteps()[:3]))
	foreign := w.databases[east+"/"+prodDB]
	foreign.ResourceID, foreign.Source = "db-FOREIGN", "arn:aws:rds:eu-west-1:123456789012:db:other"
	w.databases[east+"/"+prodDB] = foreign
	_, _, err := o.RunFailback(t.Context(), true)
	require.ErrorContains(t, err, "somebody else made it")
	assert.Equal(t, 3, w.services[west+"/backend-dr"].Running)
}

func (p *process) stopReturned() error {
	p.began.Operation = OperationFence
	o := p.begin()
	defer func() { _ = o.Run.Journal.Close() }()
	_, err := o.RunFence(p.t.Context())
	return err
}

// failedBackUpTo is a world in which a failback stopped after that step.
func failedBackUpTo(t *testing.T, last string) *world {
	t.Helper()
	w := failedOver(t)
	p := start(t, w, scratch(t))
	p.began.Operation = OperationFailback
	o := p.begin()
	defer func() { _ = o.Run.Journal.Close() }()
	list := o.failbackSteps()
	end := slices.IndexFunc(list, func(s steps.Step) bool { return s.Name == last })
	require.NoError(t, o.Run.Execute(t.Context(), list[:end+1]))
	return w
}

// A fence stops production where production is what serves.
func TestAPrimaryThatServesIsNotFenced(t *testing.T) {
	starting, returned := failedBackUpTo(t, StepStartPrimary), failedBackUpTo(t, StepReturn)
	for _, w := range []*world{starting, returned} {
		require.True(t, w.settings["dr"].Active, "the setting stands until the recovery region stands by")
	}
	require.Equal(t, []bool{true, false}, []bool{starting.engaged, returned.engaged})

	for name, test := range map[string]struct {
		w    *world
		want string
	}{
		"never failed over": {newWorld(), "stack dr is not failed over (recovery.active false, alarm careconnect-prod-failover-switch sees the switch released)"},
		"about to serve":    {starting, "the services in us-west-2 ask for no task, as in a failback"},
		"traffic returned":  {returned, "Finish the failback: carebase dr failback dr --resume --return"},
	} {
		p := start(t, test.w, scratch(t))
		require.ErrorContains(t, p.stopReturned(), test.want, name)
		assert.NotContains(t, p.names, east+" ecs:UpdateService backend-prod", name)
		service := test.w.services[east+"/backend-prod"]
		assert.Equal(t, []any{4, 4, false}, []any{service.Desired, service.Running, service.Suspended}, name)
	}
}

func TestAPrimaryIsFencedWhereTheRecoveryRegionServes(t *testing.T) {
	for name, change := range map[string]func(*world){
		"failed over":                     func(*world) {},
		"the switch was released by hand": func(w *world) { w.engaged, w.metric = false, false },
		"engaged and not yet active":      func(w *world) { w.settings["dr"] = Activation{} },
	} {
		w := failedOver(t)
		change(w)
		require.NoError(t, start(t, w, scratch(t)).stopReturned(), name)
		assert.Zero(t, w.services[east+"/backend-prod"].Running, name)
	}
	for _, unseen := range []string{"config get", west + " cloudwatch:DescribeAlarms"} {
		w := failedOver(t)
		p := start(t, w, scratch(t))
		p.fault = func(call int) fault {
			if p.names[call-1] == unseen {
				return before
			}
			return none
		}
		require.ErrorContains(t, p.stopReturned(), unseen, "what cannot be seen is not taken for a failover")
		assert.Equal(t, 4, w.services[east+"/backend-prod"].Running, unseen)
	}
}

func TestAPrimaryThatReturnsIsFenced(t *testing.T) {
	w := failedOver(t)
	require.Equal(t, 4, w.services[east+"/backend-prod"].Running)
	p := start(t, w, scratch(t))
	p.began.Operation = OperationFence
	o := p.begin()
	_, err := o.RunFence(t.Context())
	require.NoError(t, err)
	assert.Zero(t, w.services[east+"/backend-prod"].Running)
	assert.True(t, w.services[east+"/backend-prod"].Suspended)
}

// The replica does not come up, or the primary's region is lost again, while nobody is served.
func TestAWindowIsTakenBack(t *testing.T) {
	w, dir := failedOver(t), scratch(t)
	_, _, err := start(t, w, dir).failBack(false)
	require.NoError(t, err)
	_, err = start(t, w, dir).stay()
	require.ErrorContains(t, err, "the window was not begun: us-west-2 serves")
	records, err := os.ReadFile(filepath.Join(dir, "op.jsonl"))
	require.NoError(t, err)
	require.NotContains(t, string(records), `"kind":"turn"`, "it can be gone on with")

	w.frozen = w.now
	w.pass(time.Minute)
	_, _, err = start(t, w, dir).failBack(true)
	require.ErrorContains(t, err, "step follow")
	require.Zero(t, w.services[west+"/backend-dr"].Running, "nobody is served")

	w.down[east] = true
	began := w.now
	p := start(t, w, dir)
	made, err := p.stay()
	require.NoError(t, err)
	requireServedOn(t, w, dir, "")
	for _, name := range p.names {
		require.NotContains(t, name, east, "it needs nothing of the primary's region")
	}
	assert.Less(t, w.now.Sub(began), 2*time.Minute)
	assert.Equal(t, []string{"Nobody served"}, []string{made.Reached[0].Name})
	assert.Equal(t, int64(15*60-10+60), made.Reached[0].Seconds, "the waiting, and a minute for the tasks")
	assert.Len(t, made.Reached, 1)
	assert.Equal(t, []string{"next", "kept in us-east-1"}, []string{made.Facts[0].Name, made.Facts[1].Name})
	assert.Len(t, made.Facts, 2)

	// The next one takes the replica that is there.
	w.down[east], w.frozen = false, time.Time{}
	replica := w.databases[east+"/"+prodDB].ResourceID
	dir = scratch(t)
	_, finished, err := start(t, w, dir).failBack(true)
	require.NoError(t, err)
	require.True(t, finished)
	requireFailedBack(t, w, dir, "")
	assert.Equal(t, replica, w.databases[east+"/"+prodDB].ResourceID)
}

func TestAFailbackThatIsKilledAnywhereIsTakenBackUntilThePrimaryIsUpdated(t *testing.T) {
	t.Parallel()
	p := start(t, failedOver(t), scratch(t))
	points := recorded(t, p, func() error { _, _, err := p.failBack(true); return err })
	early, back, promoted, late := 0, 0, 0, 0
	for _, point := range points {
		if ended(point.journal) {
			continue
		}
		w, dir := point.restore(t)
		begun := func(step string) bool {
			return strings.Contains(whole(point.journal), `"kind":"start","step":"`+step+`"`)
		}
		_, err := start(t, w, dir).stay()
		switch {
		case !begun(StepStopRecovery):
			require.ErrorContains(t, err, "the window was not begun", point.call)
			early++
		case begun(StepUpdatePrimary):
			require.ErrorContains(t, err, "Go on with --resume --return", point.call)
			late++
		default:
			require.NoError(t, err, point.call)
			requireServedOn(t, w, dir, point.call)
			w.pass(10 * time.Minute) // a promotion that was asked for comes to its end
			_, _, err = start(t, w, scratch(t)).failBack(true)
			require.NoError(t, err, point.call)
			back++
			if w.promotions == 1 {
				continue // by the failback after it
			}
			require.Equal(t, 2, w.promotions, point.call)
			require.Len(t, w.databases, 5, "%s: what was promoted is kept too", point.call)
			promoted++
			continue
		}
		after, err := os.ReadFile(filepath.Join(dir, "op.jsonl"))
		require.NoError(t, err)
		require.Equal(t, whole(point.journal), string(after), "%s: it can be gone on with as if nobody had asked", point.call)
	}
	t.Logf("%d before the window, %d in it, of which %d after the promotion, %d after it", early, back, promoted, late)
	for _, count := range []int{early, back - promoted, promoted, late} {
		require.Greater(t, count, 2)
	}
}

func TestATakingBackThatIsKilledIsGoneOnWithAndNotTurnedRound(t *testing.T) {
	t.Parallel()
	w, dir := failedOver(t), scratch(t)
	_, _, err := start(t, w, dir).failBack(false)
	require.NoError(t, err)
	w.frozen = w.now
	_, _, err = start(t, w, dir).failBack(true)
	require.ErrorContains(t, err, "step follow")
	w.frozen = time.Time{}
	p := start(t, w, dir)
	checked := 0
	for _, point := range recorded(t, p, func() error { _, err := p.stay(); return err }) {
		if ended(point.journal) {
			continue
		}
		w, dir := point.restore(t)
		_, _, err := start(t, w, dir).failBack(true)
		require.ErrorIs(t, err, ErrTurned, point.call)
		require.Zero(t, w.promotions, point.call)
		_, err = start(t, w, dir).stay()
		require.NoError(t, err, point.call)
		requireServedOn(t, w, dir, point.call)
		checked++
	}
	require.Greater(t, checked, 15)
}

// Services that are stopped are not started by waiting: a replica that fell behind in between is waited for in the window.
func TestAWindowThatIsOpenIsNotRefused(t *testing.T) {
	p := start(t, failedOver(t), scratch(t))
	points := recorded(t, p, func() error { _, _, err := p.failBack(true); return err })
	at := slices.IndexFunc(points, func(m moment) bool { return m.call == "after "+west+" ecs:UpdateService backend-dr" })
	w, dir := points[at].restore(t)
	w.lag = 3 * time.Hour
	_, _, err := start(t, w, dir).failBack(true)
	require.ErrorContains(t, err, "step follow")
	w.lag = time.Second
	_, finished, err := start(t, w, dir).failBack(true)
	require.NoError(t, err)
	require.True(t, finished)
	requireFailedBack(t, w, dir, "")
}

func TestAReplicaThatIsThereIsNotSetAside(t *testing.T) {
	w, dir := failedOver(t), scratch(t)
	p := start(t, w, dir)
	p.began.Operation = OperationFailback
	o := p.begin()
	require.NoError(t, o.Run.Execute(t.Context(), o.prepareSteps()[:2]))
	made := w.databases[east+"/"+prodDB]
	made.Source, made.ResourceID, made.Status = targetArn, "db-MADE", "modifying"
	w.databases[east+"/"+prodDB] = made
	_, _, err := o.RunFailback(t.Context(), false)
	require.ErrorContains(t, err, "careconnect-prod-db follows "+targetArn+" already and is modifying: resume when it is available")
	// RDS gives a replica that people made its own parameters: nothing would be audited.
	made.Status = "available"
	for _, wrong := range [][]string{{"default.postgres16", "in-sync"}, {"ours", "pending-reboot"}} {
		made.ParameterGroup, made.ParameterStatus = wrong[0], wrong[1]
		w.databases[east+"/"+prodDB] = made
		_, _, err = o.RunFailback(t.Context(), false)
		require.ErrorContains(t, err, "with the parameters "+wrong[0]+", "+wrong[1])
	}
	made.ParameterGroup, made.ParameterStatus = "ours", "in-sync"
	w.databases[east+"/"+prodDB] = made
	_, _, err = o.RunFailback(t.Context(), false)
	require.NoError(t, err)
	require.NoError(t, o.Run.Journal.Close())
	assert.Equal(t, "db-MADE", w.databases[east+"/"+prodDB].ResourceID)
	assert.Len(t, w.databases, 2)
	assert.Empty(t, w.snapshot)
}
