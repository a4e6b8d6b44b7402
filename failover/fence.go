package failover

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/carebase/carebase/failover/steps"
)

// Limits for a primary region that does not answer: the time for each kind of request, and the number of attempts.
const (
	fenceTimeout  = 15 * time.Second
	fenceAttempts = 3
)

// fence stops the primary's writers: the tasks of services, jobs, and the autoscaling that would start tasks again. This is the
// last step that calls the primary region. If a task was not seen STOPPED, the primary is not fenced. The failover then continues
// only with the operator's consent, because only the switch keeps users away from the primary.
func (o *Operation) fence(ctx context.Context, r *steps.Run) error {
	var stopped Stopped
	var err error
	for attempt := range fenceAttempts {
		stopped, err = o.stopWriters(ctx, r, o.Primary, o.Site.PrimaryCluster, values(o.Site.PrimaryServices), keyCounts)
		if err == nil && (len(stopped.NotAsked) == 0 || attempt == fenceAttempts-1) {
			return r.Remember(keyFence, Fence{Reached: true, At: r.Clock.Now(), Stopped: stopped})
		}
		if ctx.Err() != nil {
			return err
		}
		r.Tell("attempt %d of %d to stop the primary's writers: %v", attempt+1, fenceAttempts, errors.Join(err, stopped.err()))
	}
	if !o.consent().PrimaryUnreachable {
		return steps.Refuse("the writers in %s were not seen to stop: %v\nTold to stop: %s\nNot answered: %s\n"+
			"Only the switch would keep the primary from serving. If it is down, go on with --primary-unreachable", o.Primary.Name(), err,
			list(append(slices.Clone(stopped.Services), stopped.Tasks...)), list(stopped.NotAsked))
	}
	return r.Remember(keyFence, Fence{At: r.Clock.Now(), Stopped: stopped, Error: err.Error()})
}

func (s Stopped) err() error {
	if len(s.NotAsked) == 0 {
		return nil
	}
	return errors.New("not answered: " + strings.Join(s.NotAsked, "; "))
}

// list joins names for a message.
func list(names []string) string {
	if len(names) == 0 {
		return "nothing"
	}
	return strings.Join(names, ", ")
}

// stopWriters stops everything in a cluster that writes, and returns when ECS shows every task STOPPED. Tasks that are DEACTIVATING
// or STOPPING do not count as running, but may write until they are killed
// (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-lifecycle-explanation.html). The services'
// desired counts are journaled first.
//
// The requests to ECS come first, for each service and each job. A request that fails does not prevent the others. The error says
// that a task was not seen STOPPED; Stopped.NotAsked lists the other requests that failed.
func (o *Operation) stopWriters(ctx context.Context, r *steps.Run, region Region, cluster string, names []string, key string) (stopped Stopped, err error) {
	earlier, _ := steps.Recall[Stopped](r, key+"-stopped")
	stopped.Services, stopped.Tasks = earlier.Services, earlier.Tasks
	services, failed := within(ctx, func(ctx context.Context) ([]Service, error) { return region.Services(ctx, cluster, names) })
	stopped.note("what the services ask for", failed)
	if err := rememberCounts(r, key, services); err != nil {
		return stopped, err
	}
	ask(ctx, region, cluster, names, &stopped)
	// If this fails, autoscaling may start tasks again. Such tasks are found and stopped below.
	suspended, _ := within(ctx, func(ctx context.Context) (map[string]error, error) {
		return region.SuspendScaling(ctx, cluster, names, true), nil
	})
	for _, name := range slices.Sorted(maps.Keys(suspended)) {
		stopped.note("autoscaling of "+name, suspended[name])
	}
	if err := r.Remember(key+"-stopped", stopped); err != nil {
		return stopped, err
	}
	if missed := slices.DeleteFunc(slices.Clone(names), func(name string) bool { return slices.Contains(stopped.Services, name) }); len(missed) > 0 {
		return stopped, fmt.Errorf("ECS did not take the request to stop %s", strings.Join(missed, ", "))
	}
	err = r.Until(ctx, "every task in cluster "+cluster+" of "+region.Name()+" is STOPPED", func(ctx context.Context) (bool, string, error) {
		tasks, err := within(ctx, func(ctx context.Context) ([]Task, error) { return region.Tasks(ctx, cluster) })
		if err != nil {
			return false, "", err
		}
		if slices.ContainsFunc(tasks, func(t Task) bool { return !t.Stopping }) { // started meanwhile, by autoscaling or by an operator
			more := Stopped{Services: stopped.Services, Tasks: stopped.Tasks}
			ask(ctx, region, cluster, names, &more)
			stopped.Services, stopped.Tasks = more.Services, more.Tasks
			if err := more.err(); err != nil {
				return false, "", err
			}
		}
		return len(tasks) == 0, count(tasks), nil
	})
	return stopped, err
}

// ask requests ECS to stop the services, every other service that a task belongs to, and every job.
func ask(ctx context.Context, region Region, cluster string, names []string, stopped *Stopped) {
	tasks, failed := within(ctx, func(ctx context.Context) ([]Task, error) { return region.Tasks(ctx, cluster) })
	stopped.note("the tasks of cluster "+cluster, failed)
	none := map[string]int{}
	for _, name := range names {
		none[name] = 0
	}
	var jobs []string
	named := map[string]string{}
	for _, task := range tasks {
		switch {
		case task.Service != "":
			none[task.Service] = 0 // a service that is not in the stack writes as well
		case !task.Stopping:
			jobs, named[task.Arn] = append(jobs, task.Arn), task.Family+" "+task.Arn
		}
	}
	scaled, _ := within(ctx, func(ctx context.Context) (map[string]error, error) { return region.Scale(ctx, cluster, none), nil })
	for _, name := range slices.Sorted(maps.Keys(none)) {
		if stopped.note("service "+name, scaled[name]) {
			stopped.Services = with(stopped.Services, name)
		}
	}
	if len(jobs) == 0 {
		return
	}
	ended, _ := within(ctx, func(ctx context.Context) (map[string]error, error) { return region.StopTasks(ctx, cluster, jobs), nil })
	for _, arn := range jobs {
		if stopped.note("task "+named[arn], ended[arn]) {
			stopped.Tasks = with(stopped.Tasks, named[arn])
		}
	}
}

// note records a request that failed, and returns whether the request succeeded.
func (s *Stopped) note(what string, err error) bool {
	if err != nil {
		s.NotAsked = append(s.NotAsked, what+": "+err.Error())
	}
	return err == nil
}

// with returns the list with a name added, unless the list has the name.
func with(names []string, name string) []string {
	if slices.Contains(names, name) {
		return names
	}
	return append(slices.Clone(names), name)
}

// within gives one kind of request its own time limit, so that a request without an answer does not use up the others' time.
func within[T any](ctx context.Context, ask func(context.Context) (T, error)) (T, error) {
	ctx, cancel := context.WithTimeout(ctx, fenceTimeout)
	defer cancel()
	return ask(ctx)
}

// count returns how many tasks have which status, as text.
func count(tasks []Task) string {
	states := map[string]int{}
	for _, task := range tasks {
		states[task.Status]++
	}
	var parts []string
	for _, status := range slices.Sorted(maps.Keys(states)) {
		parts = append(parts, fmt.Sprintf("%d %s", states[status], status))
	}
	return list(parts)
}

// rememberCounts journals the services' desired counts before they are stopped. A count that is journaled is not replaced. A desired
// count of 0 is not journaled, because a run whose journal is lost has stopped that service.
func rememberCounts(r *steps.Run, key string, services []Service) error {
	had, found := steps.Recall[map[string]int](r, key)
	counts := maps.Clone(had)
	if counts == nil {
		counts = map[string]int{}
	}
	for _, service := range services {
		if _, known := counts[service.Name]; !known && service.Desired > 0 {
			counts[service.Name] = service.Desired
		}
	}
	if found && len(counts) == len(had) {
		return nil
	}
	return r.Remember(key, counts)
}

// stopAll stops writers, and fails if any request fails. A failback, unlike a failover, can wait for AWS.
func (o *Operation) stopAll(ctx context.Context, r *steps.Run, region Region, cluster string, names []string, key string) error {
	stopped, err := o.stopWriters(ctx, r, region, cluster, names, key)
	return errors.Join(err, stopped.err())
}

// startWriters undoes stopWriters. If a service has a desired count of 0 and the journal has no count for it, a run whose journal is
// lost has stopped it; then the service gets the count in its stack's settings. A service that cannot be started does not prevent
// the others.
func (o *Operation) startWriters(ctx context.Context, r *steps.Run, region Region, cluster string, names map[string]string, settings map[string]int, key string) error {
	had, _ := steps.Recall[map[string]int](r, key)
	counts := maps.Clone(had)
	var problems []error
	if missing := without(values(names), had); len(missing) > 0 {
		services, err := region.Services(ctx, cluster, missing)
		if err != nil && len(services) == 0 && len(had) == 0 && !told(r, key) && ctx.Err() == nil {
			r.Tell("no service in %s took a request to stop from this operation, and they could not be looked at: %v", region.Name(), err)
			return nil
		}
		problems = append(problems, err)
		if counts == nil {
			counts = map[string]int{}
		}
		known := tasks(names, settings)
		var unknown []string
		for _, service := range services {
			if service.Desired > 0 {
				counts[service.Name] = service.Desired
			} else if count, there := known[service.Name]; there {
				counts[service.Name] = count
				r.Tell("what %s had is not known: it gets %d tasks, as the settings say", service.Name, count)
			} else {
				unknown = append(unknown, service.Name)
			}
		}
		if len(unknown) > 0 {
			problems = append(problems, fmt.Errorf("neither the journal nor the settings of the stack in %s say how many tasks %s had: "+
				"put those settings where they belong (Pulumi.<stack>.yaml, desiredCount), or start them by hand", region.Name(), strings.Join(unknown, ", ")))
		}
	}
	return errors.Join(append(problems, startServices(ctx, region, cluster, counts))...)
}

// startServices sets the desired counts and resumes autoscaling. A request that fails does not prevent the others.
func startServices(ctx context.Context, region Region, cluster string, counts map[string]int) error {
	names := slices.Sorted(maps.Keys(counts))
	scaled, resumed := region.Scale(ctx, cluster, counts), region.SuspendScaling(ctx, cluster, names, false)
	var problems []error
	for _, name := range names {
		if err := scaled[name]; err != nil {
			problems = append(problems, fmt.Errorf("starting %s: %w", name, err))
		}
		if err := resumed[name]; err != nil {
			problems = append(problems, fmt.Errorf("resuming the autoscaling of %s: %w", name, err))
		}
	}
	return errors.Join(problems...)
}

// told is true if ECS accepted a request to stop any service, under that key.
func told(r *steps.Run, key string) bool {
	stopped, _ := steps.Recall[Stopped](r, key+"-stopped")
	return len(stopped.Services) > 0
}

// without returns the names that counts does not have.
func without(names []string, counts map[string]int) []string {
	return slices.DeleteFunc(names, func(name string) bool { _, has := counts[name]; return has })
}

// tasks returns the counts by the names of the ECS services.
func tasks(names map[string]string, counts map[string]int) map[string]int {
	made := make(map[string]int, len(counts))
	for name, count := range counts {
		made[names[name]] = count
	}
	return made
}

// engage moves the traffic to the recovery region, for as long as the switch is engaged. Route 53 evaluates the alarm's metric in its
// own data plane; the alarm, the metric and the schedule that publishes the metric are in the recovery region.
//
// From here on the recovery region's bucket refuses deletions that the primary replicates. If S3 does not answer, the traffic is
// moved nevertheless, and the last step requires the refusal.
func (o *Operation) engage(ctx context.Context, r *steps.Run) error {
	why := ""
	if err := o.Recovery.RefuseDeletes(ctx, o.Site.FilesBucket, true); err != nil {
		why = err.Error()
		r.Tell("bucket %s still takes the primary's deletions: %v", o.Site.FilesBucket, err)
	}
	if err := r.Remember(keyDeletes, why); err != nil {
		return err
	}
	return o.turn(ctx, r, true)
}

// turn writes the switch's value until the metric and the schedule have accepted it, and the alarm sees it. It writes at least once:
// an alarm that sees the value already may do so because of an hours-old datum, while the schedule publishes the other value.
func (o *Operation) turn(ctx context.Context, r *steps.Run, engaged bool) error {
	return r.Until(ctx, "the switch is seen "+state(engaged), func(ctx context.Context) (bool, string, error) {
		failed := o.Recovery.Turn(ctx, o.Site.Switch, engaged)
		seen, err := o.Recovery.Engaged(ctx, o.Site.Switch)
		if err := errors.Join(failed, err); err != nil {
			return false, "", err
		}
		return seen == engaged, "its alarm does not see it yet", nil
	})
}

// ClockTolerance is how far this machine's clock may differ from AWS's, because times of this machine are compared with times of
// AWS's metrics.
const ClockTolerance = 10 * time.Second

// catchUp waits until the replica has everything that was written before the fence. If the primary was not fenced, it only records
// how much the replica has.
func (o *Operation) catchUp(ctx context.Context, r *steps.Run) error {
	fence, _ := steps.Recall[Fence](r, keyFence)
	began, _ := o.outage()
	var until time.Time
	look := func(ctx context.Context) (bool, string, error) {
		readings, err := o.Recovery.ReplicaLag(ctx, o.Site.Database, began.Add(-lagWindow))
		if err != nil {
			return false, "", err
		}
		if at, known := replicatedUntil(readings); known && at.After(until) {
			until = at
		}
		if until.IsZero() {
			return false, "no reading of the replica's lag", nil
		}
		return !until.Before(fence.At.Add(ClockTolerance)), "it has what was written until " + clock(until), nil
	}
	db, err := o.Recovery.Database(ctx, o.Site.Database)
	if err != nil {
		return err
	}
	if !db.Replica() {
		return nil // a run whose journal is lost has promoted the replica
	}
	if fence.Reached {
		// An idle source sends nothing for up to five minutes, during which the lag seems to grow. Then a reading after the fence
		// arrives.
		err := r.Until(ctx, "the replica has everything", look)
		var late steps.Refusal
		switch {
		case err == nil:
			return r.Remember(keyReplicated, Replicated{Until: until, Complete: fence.Proven()})
		case !errors.As(err, &late) || !slices.Contains(o.consent().Accepted, CodeLag):
			return err
		}
		return r.Remember(keyReplicated, Replicated{Until: until, Loss: lossAt(until, fence.At, time.Time{})})
	}
	if _, _, err := look(ctx); err != nil {
		return err
	}
	if until.IsZero() && !slices.Contains(o.consent().Accepted, CodeLag) {
		return steps.Refuse("how much the replica lacks is not known: there is no reading of its lag. Accept it with --accept %s", CodeLag)
	}
	replicated := Replicated{Until: until}
	if !until.IsZero() {
		replicated.Loss = lossAt(until, fence.At, o.Began.OutageBegan)
	}
	return r.Remember(keyReplicated, replicated)
}

// outage returns when the outage began. If the operator gave no time, this is the time of the first record, and false.
func (o *Operation) outage() (time.Time, bool) {
	if !o.Began.OutageBegan.IsZero() {
		return o.Began.OutageBegan, true
	}
	if records := o.Run.Journal.Records(); len(records) > 0 {
		return records[0].Time, false
	}
	return o.Run.Clock.Now(), false
}
