package failover

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/carebase/carebase/failover/steps"
)

// reach is how long a primary region that does not answer is waited for, in each of the step's attempts to get through.
const (
	reach    = time.Minute
	reaching = 3
)

// fence stops the primary's writers: its services' tasks, and the autoscaling that would start them again. The region is
// called in this step for the last time. One that cannot be reached, or not to the end, is not fenced; going on then takes
// the operator's consent, because only the switch keeps it from serving.
func (o *Operation) fence(ctx context.Context, r *steps.Run) error {
	var err error
	for attempt := range reaching {
		if err = o.stopWriters(ctx, r, o.Primary, o.Site.PrimaryCluster, values(o.Site.PrimaryServices), keyCounts); err == nil {
			return r.Remember(keyFence, Fence{Reached: true, At: r.Clock.Now()})
		}
		if ctx.Err() != nil {
			return err
		}
		r.Tell("attempt %d of %d to stop the primary's services: %v", attempt+1, reaching, err)
	}
	if !o.consent().PrimaryUnreachable {
		return steps.Refuse("the services in %s could not be stopped: %v\n"+
			"Only the switch would keep the primary from serving. If it is down, go on with --primary-unreachable", o.Primary.Name(), err)
	}
	return r.Remember(keyFence, Fence{At: r.Clock.Now(), Error: err.Error()})
}

// stopWriters stops services and returns when none of their tasks runs. The counts they had are on the disk before.
func (o *Operation) stopWriters(ctx context.Context, r *steps.Run, region Region, cluster string, names []string, key string) error {
	ask, cancel := context.WithTimeout(ctx, reach)
	defer cancel()
	services, err := region.Services(ask, cluster, names)
	if err != nil {
		return err
	}
	if _, found := steps.Recall[map[string]int](r, key); !found {
		counts := make(map[string]int, len(services))
		for _, service := range services {
			if service.Desired > 0 { // one that was stopped before, by a run whose journal is lost, says nothing
				counts[service.Name] = service.Desired
			}
		}
		if err := r.Remember(key, counts); err != nil {
			return err
		}
	}
	if err := region.StopServices(ask, cluster, names); err != nil {
		return err
	}
	return r.Until(ctx, "no task of the services in "+region.Name()+" runs", func(ctx context.Context) (bool, string, error) {
		ask, cancel := context.WithTimeout(ctx, reach)
		defer cancel()
		services, err := region.Services(ask, cluster, names)
		if err != nil {
			return false, "", err
		}
		running := 0
		for _, service := range services {
			running += service.Running
			if service.Desired != 0 {
				return false, "", fmt.Errorf("service %s asks for %d tasks again", service.Name, service.Desired)
			}
		}
		return running == 0, fmt.Sprintf("%d running", running), nil
	})
}

// startWriters undoes stopWriters. A service that asks for no tasks, and of which the journal does not say what it had, was
// stopped by a run whose journal is lost: it gets what the settings of its stack say.
func (o *Operation) startWriters(ctx context.Context, r *steps.Run, region Region, cluster string, names map[string]string, settings map[string]int, key string) error {
	counts, found := steps.Recall[map[string]int](r, key)
	if len(counts) < len(names) {
		services, err := region.Services(ctx, cluster, values(names))
		switch {
		case err != nil && !found && ctx.Err() == nil:
			r.Tell("the services in %s were not stopped by this operation and could not be looked at: %v", region.Name(), err)
			return nil
		case err != nil:
			return err
		}
		had := counts
		counts = tasks(names, settings)
		var unknown []string
		for _, service := range services {
			if count, known := had[service.Name]; known {
				counts[service.Name] = count
			} else if service.Desired > 0 {
				counts[service.Name] = service.Desired
			} else if count, known := counts[service.Name]; known {
				r.Tell("what %s had is not known: it gets %d tasks, as the settings say", service.Name, count)
			} else {
				unknown = append(unknown, service.Name)
			}
		}
		if len(unknown) > 0 {
			return fmt.Errorf("neither the journal nor the settings of the stack in %s say how many tasks %s had: "+
				"put those settings where they belong (Pulumi.<stack>.yaml, desiredCount), or start them by hand", region.Name(), strings.Join(unknown, ", "))
		}
	}
	return region.StartServices(ctx, cluster, counts)
}

// tasks are counts by ECS's names.
func tasks(names map[string]string, counts map[string]int) map[string]int {
	made := make(map[string]int, len(counts))
	for name, count := range counts {
		made[names[name]] = count
	}
	return made
}

// engage moves the traffic, for as long as the switch is engaged. Route 53 acts on the alarm's state from its own data
// plane; the alarm and the metric are the recovery region's.
func (o *Operation) engage(ctx context.Context, r *steps.Run) error {
	return o.turn(ctx, r, true)
}

func (o *Operation) turn(ctx context.Context, r *steps.Run, engaged bool) error {
	want := map[bool]string{true: "engaged", false: "released"}[engaged]
	return r.Until(ctx, "the switch is seen "+want, func(ctx context.Context) (bool, string, error) {
		seen, err := o.Recovery.Engaged(ctx, o.Site.Switch)
		if err != nil || seen == engaged {
			return err == nil, "", err
		}
		// The alarm keeps its state where no data arrives, so writing again does no harm, and a lost datum is made up for.
		return false, "its alarm does not see it yet", o.Recovery.Turn(ctx, o.Site.Switch, engaged)
	})
}

// ClockTolerance is how far this machine's clock may be from AWS's: what is written by the one is compared with readings
// by the other.
const ClockTolerance = 10 * time.Second

// catchUp waits until the replica has everything that was written before the fence. Where the primary was not fenced there
// is nothing to wait for: it records how much is there.
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
		return nil // promoted by a run whose journal is lost: there is nothing to wait for any more
	}
	if fence.Reached {
		// An idle source sends nothing for up to five minutes, and the lag seems to grow; a reading that reaches back to
		// the fence comes all the same.
		err := r.Until(ctx, "the replica has everything", look)
		var late steps.Refusal
		switch {
		case err == nil:
			return r.Remember(keyReplicated, Replicated{Until: until, Complete: true})
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

// outage is when it began, as far as anybody said, and whether somebody did.
func (o *Operation) outage() (time.Time, bool) {
	if !o.Began.OutageBegan.IsZero() {
		return o.Began.OutageBegan, true
	}
	if records := o.Run.Journal.Records(); len(records) > 0 {
		return records[0].Time, false
	}
	return o.Run.Clock.Now(), false
}
