package failover

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/failover/report"
)

// withJob is a world in which a job runs in the primary's cluster besides the services.
func withJob() *world {
	w := newWorld()
	w.tasks = append(w.tasks, simTask{region: east, id: "job-1", runs: w.now.Add(-time.Minute)})
	return w
}

// writers are what writes in the primary, and the operation that stops it.
var writers = map[string]string{
	"backend-prod": east + " ecs:UpdateService backend-prod", "worker-prod": east + " ecs:UpdateService worker-prod", "job-1": east + " ecs:StopTask job-1",
}

// wasTold says whether all tasks of a writer were told to stop.
func (w *world) wasTold(writer string) bool {
	return !slices.ContainsFunc(w.tasks, func(task simTask) bool {
		return task.region == east && (task.service == writer || task.id == writer) && task.told.IsZero()
	})
}

// alive are the primary's tasks that may write.
func (w *world) alive() (count int) {
	for _, task := range w.tasks {
		if task.region == east && task.status(w.now) != "STOPPED" {
			count++
		}
	}
	return count
}

// fenceOperations are the operations of AWS that a fence calls in the primary, each once.
func fenceOperations(t *testing.T) (operations []string) {
	t.Helper()
	p := start(t, withJob(), scratch(t))
	o := p.begin()
	defer func() { _ = o.Run.Journal.Close() }()
	require.NoError(t, o.Run.Execute(t.Context(), o.Failover()[:2]))
	for _, name := range p.names {
		if strings.HasPrefix(name, east) && !slices.Contains(operations, name) {
			operations = append(operations, name)
		}
	}
	for _, name := range writers {
		require.Contains(t, operations, name)
	}
	return operations
}

func figure(made report.Report, name string) (report.Figure, bool) {
	at := slices.IndexFunc(made.Reached, func(f report.Figure) bool { return f.Name == name })
	if at < 0 {
		return report.Figure{}, false
	}
	return made.Reached[at], true
}

func fact(made report.Report, name string) string {
	for _, fact := range made.Facts {
		if fact.Name == name {
			return fact.Text
		}
	}
	return ""
}

// Each operation of AWS fails alone, for good: every writer whose own operation answers is told to stop, and the loss is
// called nothing only where nothing can have been lost.
func TestEachOperationFailingAloneDuringAFence(t *testing.T) {
	operations := append(fenceOperations(t), east+" elasticloadbalancing:DescribeTargetHealth", east+" cloudwatch:GetMetricData", east+" DescribeDBInstances")
	require.Greater(t, len(operations), 8)
	for _, operation := range operations {
		t.Run(operation, func(t *testing.T) {
			w, dir := withJob(), scratch(t)
			w.deaf = operation
			if strings.Contains(operation, "RegisterScalableTarget") {
				w.autoscaleAt = w.now.Add(2 * time.Minute)
			}
			first := start(t, w, dir)
			_, err := first.failOver()
			lists := strings.HasSuffix(operation, "ListTasks") || strings.HasSuffix(operation, "DescribeTasks")
			for writer, own := range writers {
				if own == operation || writer == "job-1" && lists { // a job is known by the list only
					continue
				}
				assert.Contains(t, first.names, own)
				assert.True(t, w.wasTold(writer) || !w.autoscaleAt.IsZero(), "%s was not told to stop", writer)
			}
			if proof := lists || slices.Contains([]string{writers["backend-prod"], writers["worker-prod"], writers["job-1"]}, operation); proof {
				require.ErrorContains(t, err, "--primary-unreachable")
				require.ErrorContains(t, err, "Told to stop: ")
				require.Zero(t, w.promotions)
				p := start(t, w, dir)
				o := p.begin()
				require.NoError(t, o.Agree(Consent{PrimaryUnreachable: true}))
				require.NoError(t, o.Run.Journal.Close())
			}
			made, err := start(t, w, dir).failOver()
			if err != nil { // it had ended
				p := start(t, w, dir)
				o := p.begin()
				made = o.Report(FailedOver)
				require.NoError(t, o.Run.Journal.Close())
			}
			require.Equal(t, 1, w.promotions)
			rpo, known := figure(made, "RPO")
			if known && strings.HasPrefix(rpo.Basis, "nothing") {
				assert.Zero(t, w.lost, "called nothing")
				assert.Zero(t, w.alive(), "called nothing, and tasks write")
			}
			if strings.Contains(operation, "RegisterScalableTarget") {
				assert.False(t, known, "tasks may have been started again: %v", rpo)
				assert.Contains(t, fact(made, "not answered"), "autoscaling of ")
				assert.Contains(t, fact(made, "data"), "is not proven")
			}
			if strings.Contains(operation, "elasticloadbalancing") {
				assert.True(t, known && strings.HasPrefix(rpo.Basis, "nothing"), "the load balancer is not needed: %v", rpo)
			}
		})
	}
}

// Tasks that are DEACTIVATING or STOPPING are not counted as running, and write.
func TestAFenceWaitsForTasksThatAreStoppingAndStillWrite(t *testing.T) {
	w, dir := withJob(), scratch(t)
	began := w.now
	p := start(t, w, dir)
	made, err := p.failOver()
	require.NoError(t, err)
	requireFailedOver(t, w, dir, "")
	rpo, known := figure(made, "RPO")
	require.True(t, known)
	assert.Contains(t, rpo.Basis, "nothing: every task was seen STOPPED at 2026-11-21 03:01:30 UTC")
	assert.Equal(t, began.Add(deactivating+stopping), w.written, "they wrote until they were killed")
	assert.Zero(t, w.lost)
	assert.Equal(t, "backend-prod, worker-prod, migrate job-1", fact(made, "told to stop"))
}

// A job that somebody starts while the fence waits is stopped at the next look, not after the step's time-out.
func TestAFenceStopsAJobThatStartsMeanwhile(t *testing.T) {
	w, dir := withJob(), scratch(t)
	began := w.now
	w.jobAt = began.Add(30 * time.Second)
	made, err := start(t, w, dir).failOver()
	require.NoError(t, err)
	assert.Contains(t, fact(made, "told to stop"), "job-2")
	at := slices.IndexFunc(w.tasks, func(task simTask) bool { return task.id == "job-2" })
	require.GreaterOrEqual(t, at, 0)
	assert.Less(t, w.tasks[at].told.Sub(began), TimeOut(StepFence, 0), "it wrote until the fence began again")
	assert.Zero(t, w.lost)
	rpo, known := figure(made, "RPO")
	require.True(t, known)
	assert.Contains(t, rpo.Basis, "nothing: every task was seen STOPPED")
}

// A service that somebody made in the primary's cluster by hand writes as well.
func TestAFenceStopsAServiceThatTheStackDoesNotKnow(t *testing.T) {
	w, dir := newWorld(), scratch(t)
	w.services[east+"/by-hand"] = Service{Name: "by-hand", Desired: 1, Running: 1}
	w.tasks = append(w.tasks, simTask{region: east, service: "by-hand", id: "by-hand-0", runs: w.now.Add(-time.Minute)})
	made, err := start(t, w, dir).failOver()
	require.NoError(t, err)
	assert.Contains(t, fact(made, "told to stop"), "by-hand")
	assert.True(t, w.wasTold("by-hand"))
	assert.Zero(t, w.services[east+"/by-hand"].Desired)
	assert.Zero(t, w.alive())
}

// Each operation fails alone while services are started again: the others are started.
func TestEachOperationFailingAloneDuringAnUndoing(t *testing.T) {
	for _, operation := range []string{"ecs:UpdateService backend-prod", "ecs:UpdateService worker-prod", "application-autoscaling:RegisterScalableTarget backend-prod",
		"application-autoscaling:RegisterScalableTarget worker-prod", "elasticloadbalancing:DescribeTargetHealth", "ecs:ListTasks", "ecs:DescribeServices"} {
		w, dir := newWorld(), scratch(t)
		p := start(t, w, dir)
		o := p.begin()
		require.NoError(t, o.Run.Execute(t.Context(), o.Failover()[:3]), operation)
		require.NoError(t, o.Run.Journal.Close())
		w.deaf = east + " " + operation
		err := start(t, w, dir).takeBack()
		for name, count := range map[string]int{"backend-prod": 4, "worker-prod": 2} {
			service := w.services[east+"/"+name]
			if !strings.HasSuffix(operation, "UpdateService "+name) {
				assert.Equal(t, count, service.Desired, "%s, %s", operation, name)
			}
			if !strings.HasSuffix(operation, "RegisterScalableTarget "+name) {
				assert.False(t, service.Suspended, "%s, %s", operation, name)
			}
		}
		if err == nil {
			requireNotFailedOver(t, w, dir, operation)
			continue
		}
		require.True(t, w.engaged, "%s: traffic returns to services that do not run", operation)
		w.deaf = ""
		require.NoError(t, start(t, w, dir).takeBack(), operation)
		requireNotFailedOver(t, w, dir, operation)
	}
}

// The same in the recovery region, where a failback stops the services and its undoing starts them again.
func TestEachOperationFailingAloneInAFailbacksWindow(t *testing.T) {
	for _, operation := range []string{"ecs:UpdateService backend-dr", "ecs:UpdateService worker-dr", "application-autoscaling:RegisterScalableTarget backend-dr",
		"application-autoscaling:RegisterScalableTarget worker-dr", "ecs:ListTasks", "ecs:DescribeTasks"} {
		w, dir := failedOver(t), scratch(t)
		_, _, err := start(t, w, dir).failBack(false)
		require.NoError(t, err)
		w.deaf = west + " " + operation
		_, _, err = start(t, w, dir).failBack(true)
		require.ErrorContains(t, err, "step stop-recovery", operation)
		for _, name := range []string{"backend-dr", "worker-dr"} {
			if !strings.HasSuffix(operation, "UpdateService "+name) {
				assert.Zero(t, w.services[west+"/"+name].Desired, "%s, %s", operation, name)
			}
		}
		_, _ = start(t, w, dir).stay()
		for name, count := range map[string]int{"backend-dr": 3, "worker-dr": 2} {
			if !strings.HasSuffix(operation, "UpdateService "+name) {
				assert.Equal(t, count, w.services[west+"/"+name].Desired, "%s, %s", operation, name)
			}
		}
		w.deaf = ""
		_, err = start(t, w, dir).stay()
		if err != nil {
			require.ErrorContains(t, err, "the journal") // it had ended
		}
		assert.Equal(t, 3, w.services[west+"/backend-dr"].Desired, operation)
		assert.Equal(t, 2, w.services[west+"/worker-dr"].Desired, operation)
	}
}

// What cannot be removed, or looked for, keeps nothing else from being removed.
func TestEachOperationFailingAloneWhenADrillIsTakenDown(t *testing.T) {
	for _, operation := range []string{"delete copy-1", "delete copy-2", "delete sg-3", "look for a database", "look for a security group"} {
		w := newWorld()
		w.leftover = []Leftover{{DrillDatabase, "copy-1", "one"}, {DrillDatabase, "copy-2", "two"}, {DrillGroup, "sg-3", "three"}}
		w.deaf = west + " " + operation
		p := start(t, w, scratch(t))
		o := p.begin()
		err := TearDown(t.Context(), o.Run, o.Recovery, "")
		require.Error(t, err, operation)
		require.NoError(t, o.Run.Journal.Close())
		var left []string
		for _, leftover := range w.leftover {
			left = append(left, leftover.ID)
		}
		assert.Equal(t, map[string][]string{
			"delete copy-1": {"copy-1", "sg-3"}, "delete copy-2": {"copy-2", "sg-3"}, "delete sg-3": {"sg-3"},
			"look for a database": {"copy-1", "copy-2"}, "look for a security group": {"sg-3"},
		}[operation], left, operation)
	}
}
