package failover

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/failover/journal"
	"github.com/carebase/carebase/failover/report"
	"github.com/carebase/carebase/failover/steps"
)

// scratch is a folder for one journal; in memory where the system has such a place, because there are thousands, and a
// test need not survive what the journal does.
func scratch(t *testing.T) string {
	t.Helper()
	const memory = "/dev/shm"
	if info, err := os.Stat(memory); err != nil || !info.IsDir() {
		return t.TempDir()
	}
	dir, err := os.MkdirTemp(memory, "carebase-test-")
	require.NoError(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

func start(t *testing.T, w *world, dir string) *process {
	return &process{t: t, w: w, dir: dir, began: Began{Operation: "failover", Stack: "dr", Operator: "ana@laptop", Commit: "abc"}}
}

func (p *process) failOver() (report.Report, error) {
	o := p.begin()
	defer func() { _ = o.Run.Journal.Close() }()
	return o.RunFailover(p.t.Context())
}

func (p *process) takeBack() error {
	o := p.begin()
	defer func() { _ = o.Run.Journal.Close() }()
	_, err := o.AbortFailover(p.t.Context())
	return err
}

// requireFailedOver is the one end state of a failover that was carried through.
func requireFailedOver(t *testing.T, w *world, dir string, why string) {
	t.Helper()
	db := w.databases[west+"/"+drDB]
	require.Equal(t, Activation{true, w.settings["dr"].ActivatedAt, true}, w.settings["dr"], why)
	require.NotEmpty(t, w.settings["dr"].ActivatedAt, why)
	require.Equal(t, []any{"", "available", true, 30}, []any{db.Source, db.Status, db.MultiAZ, db.BackupRetentionDays}, why)
	require.Equal(t, stateOf{"db-DR", ""}, w.state["dr"], why)
	require.True(t, w.engaged, why)
	require.True(t, w.schedule.Engaged, "%s: the switch is released within a minute", why)
	require.True(t, w.refuses, "%s: the primary's deletions are repeated", why)
	require.Equal(t, 3, w.services[west+"/backend-dr"].Healthy, why)
	require.Equal(t, 2, w.services[west+"/worker-dr"].Running, why)
	require.Equal(t, 1, w.promotions, why)
	require.Zero(t, w.refused, "%s: a promotion was asked for twice", why)
	require.Empty(t, w.wrong, why)
	requireEnd(t, dir, FailedOver, why)
}

func requireNotFailedOver(t *testing.T, w *world, dir string, why string) {
	t.Helper()
	w.pass(10 * time.Minute) // what was under way must not come to pass afterwards
	require.Equal(t, Activation{}, w.settings["dr"], why)
	require.True(t, w.databases[west+"/"+drDB].Replica(), why)
	require.Equal(t, []bool{false, false, false}, []bool{w.engaged, w.schedule.Engaged, w.refuses}, why)
	require.Equal(t, east, w.traffic, why)
	require.Equal(t, []int{4, 2}, []int{w.services[east+"/backend-prod"].Desired, w.services[east+"/worker-prod"].Desired}, why)
	require.False(t, w.services[east+"/backend-prod"].Suspended, why)
	require.Zero(t, w.promotions, why)
	require.Empty(t, w.wrong, why)
	records, err := journal.Read(filepath.Join(dir, "op.jsonl"))
	require.NoError(t, err, why)
	outcome := NothingDone
	if slices.ContainsFunc(records, func(r journal.Record) bool { return r.Step == StepFence }) {
		outcome = NotFailedOver
	}
	requireEnd(t, dir, outcome, why)
}

func requireEnd(t *testing.T, dir, outcome, why string) {
	t.Helper()
	records, err := journal.Read(filepath.Join(dir, "op.jsonl"))
	require.NoError(t, err, why)
	last := records[len(records)-1]
	require.Equal(t, journal.End, last.Kind, why)
	var end End
	require.NoError(t, json.Unmarshal(last.Data, &end), why)
	require.Equal(t, outcome, end.Outcome, why)
	require.Len(t, end.Reports, 2, why)
	for _, path := range end.Reports {
		require.FileExists(t, filepath.Join(dir, filepath.Base(path)), why)
	}
}

func TestFailover(t *testing.T) {
	w, dir := newWorld(), scratch(t)
	p := start(t, w, dir)
	made, err := p.failOver()
	require.NoError(t, err)
	requireFailedOver(t, w, dir, "")
	assert.Zero(t, p.afterEnd)
	assert.True(t, p.primary[east], "the primary region is not sealed off")
	assert.Zero(t, w.services[east+"/backend-prod"].Running)
	assert.True(t, w.services[east+"/backend-prod"].Suspended)

	var order []string
	for _, entry := range made.Timeline {
		order = append(order, entry.Step)
		assert.Equal(t, 1, entry.Attempts, entry.Step)
	}
	assert.Equal(t, []string{"check", "fence", "switch", "catch-up", "promote", "serve", "protect", "verify"}, order)
	require.Len(t, made.Reached, 2)
	rto, rpo := made.Reached[0], made.Reached[1]
	assert.Equal(t, "RTO", rto.Name)
	assert.Equal(t, int64(240*60), rto.Objective)
	assert.Equal(t, int64(10*60+30), rto.Seconds, "fence 90 s, switch 90 s, name 30 s, promotion 6 min, tasks 60 s")
	assert.Equal(t, int64(0), rpo.Seconds, rpo.Basis)
	assert.Contains(t, rpo.Basis, "the replica had everything")

	text, err := os.ReadFile(filepath.Join(dir, "op.md"))
	require.NoError(t, err)
	for _, want := range []string{"# Failover of dr: failed over", "ana@laptop", "| RTO | 10m30s | 4h0m0s | met |", "origin.careconnect.example.com leads to us-west-2"} {
		assert.Contains(t, string(text), want)
	}
}

func TestWithThePrimaryDownItTakesConsent(t *testing.T) {
	w, dir := newWorld(), scratch(t)
	w.down[east] = true
	w.frozen = w.now.Add(-8 * time.Minute)
	p := start(t, w, dir)
	_, err := p.failOver()
	require.ErrorContains(t, err, "--primary-unreachable")
	assert.Zero(t, w.promotions)
	assert.False(t, w.metric, "traffic was moved")

	p = start(t, w, dir)
	o := p.begin()
	require.NoError(t, o.agree(Consent{PrimaryUnreachable: true}))
	made, err := o.RunFailover(t.Context())
	require.NoError(t, err)
	require.NoError(t, o.Run.Journal.Close())
	requireFailedOver(t, w, dir, "")
	assert.Contains(t, made.Facts[0].Text, "NOT fenced")
	rpo := made.Reached[1]
	assert.Equal(t, "RPO", rpo.Name)
	assert.Equal(t, int64(8*60), rpo.Seconds, "from what the replica has to when the fence was given up")
}

func TestLossIsCountedToWhenTheOutageBegan(t *testing.T) {
	w := newWorld()
	w.down[east] = true
	w.frozen = w.now.Add(-2*time.Hour - 5*time.Minute) // the primary died two hours ago
	p := start(t, w, scratch(t))
	_, err := p.failOver()
	require.ErrorContains(t, err, "lag: database careconnect-dr-db: it has what was written until 2026-11-21 00:55:00 UTC: 2h5m0s would be lost, the objective is 1h0m0s")

	p = start(t, w, scratch(t))
	p.began.OutageBegan = w.now.Add(-2 * time.Hour)
	p.began.Consent.PrimaryUnreachable = true
	made, err := p.failOver()
	require.NoError(t, err)
	assert.Equal(t, int64(5*60), made.Reached[1].Seconds)
	assert.Equal(t, int64(2*3600+9*60), made.Reached[0].Seconds, "the outage counts")
	assert.Contains(t, made.Reached[0].Basis, "as the operator said")
}

// A replica whose source is gone reports no lag. What it reported before is looked for from when the outage began, however
// long ago that was.
func TestTheLagBeforeALongOutageIsFound(t *testing.T) {
	w := newWorld()
	w.down[east] = true
	began := w.now.Add(-30 * time.Hour)
	w.silent = began
	p := start(t, w, scratch(t))
	_, err := p.failOver()
	require.ErrorContains(t, err, "lag: database careconnect-dr-db: no reading of its lag since 2026-11-21 00:00:00 UTC. "+
		"Look at the metric ReplicaLag; say when the outage began")

	p = start(t, w, scratch(t))
	p.began.OutageBegan = began
	p.began.Consent.PrimaryUnreachable = true
	made, err := p.failOver()
	require.NoError(t, err)
	assert.Equal(t, "RPO", made.Reached[1].Name)
	assert.Equal(t, int64(20), made.Reached[1].Seconds, "the lag when the outage began")
}

func TestReasonsAgainstAreToldAllAtOnceAndCanBeAccepted(t *testing.T) {
	w := newWorld()
	w.lag = 3 * time.Hour
	w.obstacles = []Reason{{CodeImage, "careconnect-prod/backend:1.0.0", "it is not in us-west-2", "Push it"},
		{CodeQuota, "Fargate vCPUs", "6 allowed, 10 needed", "Ask AWS"}, {CodeCertificate, "arn:…", "PENDING_VALIDATION", "Wait"}}
	dir := scratch(t)
	p := start(t, w, dir)
	_, err := p.failOver()
	for _, want := range []string{"4 reasons not to fail over", "lag: ", "image: ", "quota: ", "certificate: ", "--accept certificate,image,lag,quota"} {
		require.ErrorContains(t, err, want)
	}
	assert.NotContains(t, strings.Join(p.names, " "), "ecs:UpdateService backend-prod")

	w.lag = time.Second
	p = start(t, w, dir)
	o := p.begin()
	require.NoError(t, o.agree(Consent{Accepted: []string{CodeImage, CodeQuota, CodeCertificate}}))
	made, err := o.RunFailover(t.Context())
	require.NoError(t, err)
	require.NoError(t, o.Run.Journal.Close())
	var accepted []string
	for _, fact := range made.Facts {
		if fact.Name == "accepted" {
			accepted = append(accepted, fact.Text)
		}
	}
	assert.Len(t, accepted, 3)
}

func TestAFailoverThatIsDoneIsNotBegunAgain(t *testing.T) {
	w := newWorld()
	_, err := start(t, w, scratch(t)).failOver()
	require.NoError(t, err)
	dir := scratch(t)
	_, err = start(t, w, dir).failOver()
	require.ErrorContains(t, err, "settings: stack dr: it was failed over at 2026-11-21T03:03:30Z")
	require.NoError(t, start(t, w, dir).takeBack(), "what did nothing can be ended")
	requireEnd(t, dir, NothingDone, "the system is failed over: nothing else would be true")
	text, err := os.ReadFile(filepath.Join(dir, "op.md"))
	require.NoError(t, err)
	require.Contains(t, string(text), "# Failover of dr: nothing was done")
	require.Equal(t, 1, w.promotions)
	require.True(t, w.engaged)
	require.NotEmpty(t, w.settings["dr"].ActivatedAt)
}

// crashes are all the states in which a killed tool can leave world and journal: the world between any two effects, with
// the journal cut after every line that was written until the next effect, and within each of those lines.
func crashes(moments []moment, last []byte) (all []moment) {
	for i, m := range moments {
		next := last
		if i+1 < len(moments) {
			next = moments[i+1].journal
		}
		all = append(all, m)
		grown := next[len(m.journal):]
		cut := len(m.journal)
		for _, line := range bytes.SplitAfter(grown, []byte("\n")) {
			if len(line) == 0 {
				continue
			}
			for _, part := range []int{len(line) / 2, len(line)} {
				all = append(all, moment{m.w, next[:cut+part], m.call + ", " + string(line[:part])})
			}
			cut += len(line)
		}
	}
	return all
}

func (m moment) restore(t *testing.T) (*world, string) {
	t.Helper()
	dir := scratch(t)
	if len(m.journal) > 0 {
		require.NoError(t, os.WriteFile(filepath.Join(dir, "op.jsonl"), m.journal, 0o600))
	}
	return m.w.clone(), dir
}

// record runs a failover and returns every moment at which it could have been killed.
func record(t *testing.T, w *world, consent Consent) []moment {
	t.Helper()
	p := start(t, w, scratch(t))
	p.began.Consent = consent
	return recorded(t, p, func() error { _, err := p.failOver(); return err })
}

// recorded runs an operation and returns every moment at which it could have been killed.
func recorded(t *testing.T, p *process, operate func() error) []moment {
	t.Helper()
	return recordedTo(t, p, func() { require.NoError(t, operate()) })
}

// recordedTo is the same of an operation that need not succeed.
func recordedTo(t *testing.T, p *process, operate func()) []moment {
	t.Helper()
	var moments []moment
	p.moments = &moments
	operate()
	last, err := os.ReadFile(filepath.Join(p.dir, "op.jsonl"))
	require.NoError(t, err)
	return crashes(moments, last)
}

func TestKilledAnywhereAndResumedItIsFailedOver(t *testing.T) {
	t.Parallel()
	for name, consent := range map[string]Consent{"primary up": {}, "primary down": {PrimaryUnreachable: true}} {
		t.Run(name, func(t *testing.T) {
			w := newWorld()
			w.down[east] = consent.PrimaryUnreachable
			points := record(t, w, consent)
			require.Greater(t, len(points), 90)
			for _, point := range points {
				w, dir := point.restore(t)
				p := start(t, w, dir)
				p.began.Consent = consent
				_, err := p.failOver()
				if ended(point.journal) {
					continue
				}
				require.NoError(t, err, point.call)
				require.Zero(t, p.afterEnd, point.call)
				requireFailedOver(t, w, dir, point.call)
			}
			t.Logf("killed at %d points", len(points))
		})
	}
}

// ended: the kill came after the last record.
func ended(text []byte) bool {
	return bytes.Contains(text, []byte(`"kind":"end"`)) && bytes.HasSuffix(text, []byte("\n"))
}

func TestKilledTwiceItIsFailedOver(t *testing.T) {
	t.Parallel()
	points := record(t, newWorld(), Consent{})
	pairs := 0
	for i := 0; i < len(points); i += 9 {
		if ended(points[i].journal) {
			continue
		}
		var moments []moment
		w, dir := points[i].restore(t)
		p := start(t, w, dir)
		p.moments = &moments
		_, err := p.failOver()
		require.NoError(t, err)
		last, err := os.ReadFile(filepath.Join(dir, "op.jsonl"))
		require.NoError(t, err)
		second := crashes(moments, last)
		for k := 0; k < len(second); k += 17 {
			if ended(second[k].journal) {
				continue
			}
			w, dir := second[k].restore(t)
			_, err := start(t, w, dir).failOver()
			require.NoError(t, err, "%s, then %s", points[i].call, second[k].call)
			requireFailedOver(t, w, dir, points[i].call+", then "+second[k].call)
			pairs++
		}
	}
	require.Greater(t, pairs, 50)
	t.Logf("killed twice at %d pairs of points", pairs)
}

func TestKilledAndUndoneItIsNotFailedOverUntilItHasPromoted(t *testing.T) {
	t.Parallel()
	undone, refused := 0, 0
	for _, point := range record(t, newWorld(), Consent{}) {
		if ended(point.journal) {
			continue
		}
		w, dir := point.restore(t)
		promoted := !w.databases[west+"/"+drDB].Replica()
		err := start(t, w, dir).takeBack()
		if promoted {
			require.ErrorContains(t, err, "Resume the failover", point.call)
			_, err = start(t, w, dir).failOver()
			require.NoError(t, err, point.call)
			requireFailedOver(t, w, dir, point.call)
			refused++
			continue
		}
		require.NoError(t, err, point.call)
		requireNotFailedOver(t, w, dir, point.call)
		undone++
	}
	require.Greater(t, undone, 50)
	require.Greater(t, refused, 20)
	t.Logf("undone at %d points, carried through at %d", undone, refused)
}

func TestAnUndoingThatIsKilledIsGoneOnWith(t *testing.T) {
	t.Parallel()
	points := record(t, newWorld(), Consent{})
	checked := 0
	for i := 0; i < len(points); i += 5 {
		w, dir := points[i].restore(t)
		if ended(points[i].journal) || !w.databases[west+"/"+drDB].Replica() {
			continue
		}
		var moments []moment
		p := start(t, w, dir)
		p.moments = &moments
		require.NoError(t, p.takeBack())
		last, err := os.ReadFile(filepath.Join(dir, "op.jsonl"))
		require.NoError(t, err)
		for _, second := range crashes(moments, last) {
			if ended(second.journal) {
				continue
			}
			w, dir := second.restore(t)
			require.NoError(t, start(t, w, dir).takeBack(), second.call)
			requireNotFailedOver(t, w, dir, second.call)
			checked++
		}
	}
	require.Greater(t, checked, 100)
}

// The fence looks again after its answer was lost, and then finds no tasks: what it found first is what is restored.
func TestAFenceThatWasTriedTwiceIsUndone(t *testing.T) {
	w, dir := newWorld(), t.TempDir()
	p := start(t, w, dir)
	lost := false
	p.fault = func(call int) fault {
		if !lost && p.names[call-1] == east+" ecs:UpdateService backend-prod" {
			lost = true
			return after
		}
		return none
	}
	o := p.begin()
	require.NoError(t, o.Run.Execute(t.Context(), o.failoverSteps()[:2]))
	require.True(t, lost)
	require.Zero(t, w.services[east+"/backend-prod"].Desired)
	require.NoError(t, o.Run.Journal.Close())
	require.NoError(t, start(t, w, dir).takeBack())
	requireNotFailedOver(t, w, dir, "")
}

func TestWhatIsBeingUndoneIsNotResumed(t *testing.T) {
	w, dir := newWorld(), scratch(t)
	p := start(t, w, dir)
	o := p.begin()
	require.NoError(t, o.Run.Execute(t.Context(), o.failoverSteps()[:3]))
	require.NoError(t, o.Run.Mark(journal.Turn, nil))
	require.NoError(t, o.Run.Journal.Close())
	_, err := start(t, w, dir).failOver()
	require.ErrorIs(t, err, ErrTurned)
	require.NoError(t, start(t, w, dir).takeBack())
	requireNotFailedOver(t, w, dir, "")
}

// undoings are the moments at which the undoing of a failover, which got as far as its settings, could have been killed.
func undoings(t *testing.T) (points []moment) {
	t.Helper()
	w, dir := newWorld(), scratch(t)
	p := start(t, w, dir)
	p.fault = func(call int) fault {
		if p.names[call-1] == "up dr" {
			return before
		}
		return none
	}
	_, err := p.failOver()
	require.ErrorContains(t, err, "step promote")
	require.True(t, w.settings["dr"].Active)
	p = start(t, w, dir)
	for _, point := range recorded(t, p, p.takeBack) {
		if whole := bytes.HasSuffix(point.journal, []byte("\n")); whole && !ended(point.journal) {
			require.Contains(t, string(point.journal), `"kind":"turn"`)
			points = append(points, point)
		}
	}
	return points
}

// A replica is often not available: AWS backs it up, or mends its storage. That is no promotion, and no reason to go on
// with a failover whose fence and switch were taken back.
func TestAReplicaThatIsBusyDoesNotTurnAnUndoingRound(t *testing.T) {
	t.Parallel()
	checked, unfenced := 0, 0
	for _, point := range undoings(t) {
		for _, status := range []string{"backing-up", "storage-optimization", "modifying", "available"} {
			w, dir := point.restore(t)
			w.status(status)
			was := w.services[east+"/backend-prod"].Desired
			_, err := start(t, w, dir).failOver()
			require.ErrorIs(t, err, ErrTurned, "%s, %s", status, point.call)
			require.Zero(t, w.promotions, point.call)
			require.Equal(t, was, w.services[east+"/backend-prod"].Desired, point.call)
			w.status("available")
			require.NoError(t, start(t, w, dir).takeBack(), point.call)
			requireNotFailedOver(t, w, dir, point.call)
			checked++
			if was > 0 {
				unfenced++
			}
		}
	}
	require.Greater(t, checked, 40)
	require.Greater(t, unfenced, 20, "the dangerous ones: the primary writes")
}

// Somebody, or a call that was under way, promotes the replica while the failover is undone.
func TestPromotedWhileItIsUndone(t *testing.T) {
	t.Parallel()
	forward, back := 0, 0
	for _, point := range undoings(t) {
		w, dir := point.restore(t)
		db := w.databases[west+"/"+drDB]
		db.Source = ""
		w.databases[west+"/"+drDB] = db
		if bytes.Contains(point.journal, []byte(`"kind":"start","step":"unfence"`)) {
			was := w.services[east+"/backend-prod"].Desired
			_, err := start(t, w, dir).failOver()
			require.ErrorContains(t, err, "careconnect-dr-db is promoted, and the services in us-east-1 may be running again", point.call)
			require.ErrorContains(t, err, "Undo to the end with --abort", point.call)
			require.Equal(t, was, w.services[east+"/backend-prod"].Desired, point.call)
			require.Equal(t, Activation{}, w.settings["dr"], point.call)
			require.NoError(t, start(t, w, dir).takeBack(), point.call)
			require.Equal(t, 4, w.services[east+"/backend-prod"].Desired, point.call)
			require.False(t, w.engaged, point.call)
			require.Zero(t, w.services[west+"/backend-dr"].Desired, point.call)
			requireEnd(t, dir, NotFailedOver, point.call)
			back++
			continue
		}
		require.ErrorContains(t, start(t, w, dir).takeBack(), "Resume the failover", point.call)
		w.promotions = 1
		_, err := start(t, w, dir).failOver()
		require.NoError(t, err, point.call)
		requireFailedOver(t, w, dir, point.call)
		forward++
	}
	require.Greater(t, forward, 3)
	require.Greater(t, back, 20)
}

// The journal may be lost with the machine it was on. A new failover finds what was done by looking.
func TestWithoutItsJournalAFailoverIsCarriedThrough(t *testing.T) {
	t.Parallel()
	for _, point := range record(t, newWorld(), Consent{}) {
		w, dir := point.w.clone(), scratch(t)
		p := start(t, w, dir)
		p.began.Consent.Accepted = []string{CodeSettings, CodeSwitch, CodeReplica}
		_, err := p.failOver()
		require.NoError(t, err, point.call)
		requireFailedOver(t, w, dir, point.call)
	}
}

// A journal that was begun after the primary was fenced does not know what its services had, nor that traffic was moved.
func TestWithoutItsJournalAFailoverIsUndone(t *testing.T) {
	t.Parallel()
	undone, stopped, engaged := 0, 0, 0
	for _, point := range record(t, newWorld(), Consent{}) {
		if !point.w.databases[west+"/"+drDB].Replica() {
			continue
		}
		for _, steps := range []int{2, 4} { // before and after the new run has engaged the switch itself
			w, dir := point.w.clone(), scratch(t)
			if w.services[east+"/backend-prod"].Desired == 0 {
				stopped++
			}
			if w.engaged {
				engaged++
			}
			p := start(t, w, dir)
			p.began.Consent.Accepted = []string{CodeSettings, CodeSwitch, CodeReplica}
			o := p.begin()
			require.NoError(t, o.Run.Execute(t.Context(), o.failoverSteps()[:steps]), point.call)
			require.NoError(t, o.Run.Journal.Close())
			require.NoError(t, start(t, w, dir).takeBack(), point.call)
			requireNotFailedOver(t, w, dir, point.call)
			undone++
		}
	}
	require.Greater(t, undone, 100)
	require.Greater(t, stopped, 50)
	require.Greater(t, engaged, 10)
}

// Neither the lost journal nor settings that cannot be read tell what a service had: nobody guesses.
func TestCountsThatNobodyKnowsAreAskedFor(t *testing.T) {
	w, dir := newWorld(), scratch(t)
	w.services[east+"/backend-prod"] = Service{Name: "backend-prod", Targets: 4, Suspended: true}
	begin := func() *Operation {
		p := start(t, w, dir)
		p.began.Consent.Accepted = []string{CodeSettings}
		return p.begin()
	}
	o := begin()
	require.NoError(t, o.Run.Execute(t.Context(), o.failoverSteps()[:2]))
	require.NoError(t, o.Run.Journal.Close())

	o = begin()
	o.Site.PrimaryCounts = nil
	_, err := o.AbortFailover(t.Context())
	require.ErrorContains(t, err, "neither the journal nor the settings of the stack in us-east-1 say how many tasks backend-prod had")
	require.NoError(t, o.Run.Journal.Close())
	assert.Zero(t, w.services[east+"/backend-prod"].Desired)

	require.NoError(t, start(t, w, dir).takeBack())
	requireNotFailedOver(t, w, dir, "")
}

func TestAPrimaryThatIsNotReachedIsLeftAloneByAnUndoing(t *testing.T) {
	w, dir := newWorld(), scratch(t)
	w.down[east] = true
	_, err := start(t, w, dir).failOver()
	require.ErrorContains(t, err, "--primary-unreachable")
	require.NoError(t, start(t, w, dir).takeBack())
	requireNotFailedOver(t, w, dir, "")
}

func TestEveryCallFailingOnceIsTriedAgain(t *testing.T) {
	t.Parallel()
	w := newWorld()
	clean := start(t, w, scratch(t))
	_, err := clean.failOver()
	require.NoError(t, err)
	require.Greater(t, clean.calls, 30)
	for _, kind := range []fault{before, after} {
		for n := 1; n <= clean.calls; n++ {
			w, dir := newWorld(), scratch(t)
			p := start(t, w, dir)
			p.fault = func(call int) fault {
				if call == n {
					return kind
				}
				return none
			}
			_, err := p.failOver()
			if err != nil { // a question of the check that was not answered is a reason against
				require.ErrorContains(t, err, "Could not be found out", clean.names[n-1])
				_, err = start(t, w, dir).failOver()
			}
			require.NoError(t, err, clean.names[n-1])
			requireFailedOver(t, w, dir, clean.names[n-1])
		}
	}
	t.Logf("%d calls, each failed before and after its effect", clean.calls)
}

func TestACallThatKeepsFailingStopsItAndItIsResumedOrUndone(t *testing.T) {
	t.Parallel()
	clean := start(t, newWorld(), scratch(t))
	_, err := clean.failOver()
	require.NoError(t, err)
	stopped := 0
	for n := 1; n <= clean.calls; n++ {
		for _, undo := range []bool{false, true} {
			w, dir := newWorld(), scratch(t)
			p := start(t, w, dir)
			p.fault = func(call int) fault {
				if call >= n {
					return before
				}
				return none
			}
			_, err := p.failOver()
			if n > clean.calls-2 && strings.HasPrefix(clean.names[n-1], "resolve ") {
				require.NoError(t, err, "where the name leads is told at the end, and stops nothing")
				continue
			}
			var step *steps.StepError
			require.ErrorAs(t, err, &step, clean.names[n-1])
			stopped++
			if undo && w.databases[west+"/"+drDB].Replica() {
				require.NoError(t, start(t, w, dir).takeBack(), clean.names[n-1])
				requireNotFailedOver(t, w, dir, clean.names[n-1])
				continue
			}
			_, err = start(t, w, dir).failOver()
			require.NoError(t, err, clean.names[n-1])
			requireFailedOver(t, w, dir, clean.names[n-1])
		}
	}
	t.Logf("stopped %d times", stopped)
}

func TestAReplicaThatDoesNotCatchUpStopsBeforeThePromotion(t *testing.T) {
	w, dir := newWorld(), scratch(t)
	p := start(t, w, dir)
	o := p.begin()
	require.NoError(t, o.Run.Execute(t.Context(), o.failoverSteps()[:1]))
	w.lag = 50 * time.Hour
	_, err := o.RunFailover(t.Context())
	require.ErrorContains(t, err, "step catch-up")
	assert.Zero(t, w.promotions)
	require.NoError(t, o.Run.Journal.Close())
	require.NoError(t, start(t, w, dir).takeBack())
	requireNotFailedOver(t, w, dir, "")
}

func TestVerifyGathersAllThatIsWrong(t *testing.T) {
	w, dir := newWorld(), scratch(t)
	p := start(t, w, dir)
	o := p.begin()
	require.NoError(t, o.Run.Execute(t.Context(), o.failoverSteps()[:7]))
	db := w.databases[west+"/"+drDB]
	db.MultiAZ, db.BackupRetentionDays, db.Encrypted = false, 0, false
	w.databases[west+"/"+drDB] = db
	w.engaged, w.metric, w.schedule.Engaged = false, false, false
	service := w.services[west+"/backend-dr"]
	service.Healthy = 2
	w.services[west+"/backend-dr"] = service
	_, err := o.RunFailover(t.Context())
	for _, want := range []string{"no standby", "backups for 0 days", "not encrypted", "the switch is not engaged", "the switch's schedule does not publish", "2 of 3 targets healthy"} {
		require.ErrorContains(t, err, want)
	}
}

func TestNothingIsCalledVerifiedThatDoesNotAnswer(t *testing.T) {
	w, dir := newWorld(), scratch(t)
	w.healthy = false
	_, err := start(t, w, dir).failOver()
	require.ErrorContains(t, err, "step verify")
	require.ErrorContains(t, err, "https://careconnect.example.com/actuator/health: 503")
	w.healthy = true
	_, err = start(t, w, dir).failOver()
	require.NoError(t, err)
	requireFailedOver(t, w, dir, "")
}

// The replica has backups of its own, so the outage may begin while one is being made. That ends by itself, and is no reason
// against a failover: the step that promotes waits for it.
func TestABackupOfTheReplicaIsWaitedFor(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.status("backing-up")
	w.promoting[west+"/"+drDB] = w.now.Add(20 * time.Minute) // then it is available
	dir := t.TempDir()
	_, err := start(t, w, dir).failOver()
	require.NoError(t, err)
	requireFailedOver(t, w, dir, "while a backup was made")
}
