package failover

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/carebase/carebase/components/dr/objectives"
	"github.com/carebase/carebase/failover/steps"
)

// Steps of a failover, in order.
const (
	StepCheck   = "check"
	StepFence   = "fence"
	StepSwitch  = "switch"
	StepCatchUp = "catch-up"
	StepPromote = "promote"
	StepServe   = "serve"
	StepProtect = "protect"
	StepVerify  = "verify"
)

// failoverSteps lists the steps of a failover.
func (o *Operation) failoverSteps() []steps.Step {
	return []steps.Step{
		o.step(StepCheck, "Look for reasons not to fail over", o.check),
		o.step(StepFence, "Stop the services in "+o.Site.PrimaryRegion+"; after this no call goes there", o.fence),
		o.step(StepSwitch, "Engage the switch: traffic goes to "+o.Site.Region+" and cannot return by itself", o.sealed(o.engage)),
		o.step(StepCatchUp, "Wait until the replica has what was written", o.sealed(o.catchUp)),
		o.step(StepPromote, "Promote the replica and start the services: recovery.active", o.sealed(o.promote)),
		o.step(StepServe, "Wait until the services are healthy", o.sealed(o.serve)),
		o.step(StepProtect, "Turn the standby on: recovery.promoted", o.sealed(o.protect)),
		o.step(StepVerify, "Verify both sides", o.sealed(o.verify)),
	}
}

// sealed seals the primary region before a step, in this run and in every run that resumes the operation.
func (o *Operation) sealed(do func(context.Context, *steps.Run) error) func(context.Context, *steps.Run) error {
	return func(ctx context.Context, r *steps.Run) error {
		o.Primary.Seal()
		return do(ctx, r)
	}
}

// promote promotes the replica and starts the services, through the stack's setting. An earlier run may have been killed after AWS
// promoted the replica and before the state recorded it. So the state is refreshed first; otherwise the engine would ask AWS for
// a second promotion, which AWS refuses.
//
// Before the promotion the origin's name has to resolve to the recovery region. The alarm may show the switch engaged although
// Route 53 has not followed; then users would write to both regions.
func (o *Operation) promote(ctx context.Context, r *steps.Run) error {
	activation, err := o.Stack.Activation(ctx)
	if err != nil {
		return err
	}
	if err := o.demandTraffic(ctx, r); err != nil {
		return err
	}
	if !activation.Active {
		at, found := steps.Recall[string](r, keyActivation)
		if !found {
			at = r.Clock.Now().UTC().Format(time.RFC3339)
			if err := r.Remember(keyActivation, at); err != nil {
				return err
			}
		}
		if err := o.Stack.Activate(ctx, Activation{Active: true, ActivatedAt: at}); err != nil {
			return err
		}
	}
	db, err := o.available(ctx, r)
	if err != nil {
		return err
	}
	if !db.Replica() {
		if err := o.Stack.Refresh(ctx, o.Site.Database); err != nil {
			return err
		}
	}
	if err := o.Stack.Up(ctx, o.tell(r)); err != nil {
		return err
	}
	db, err = o.available(ctx, r)
	if err != nil {
		return err
	}
	if db.Replica() {
		return fmt.Errorf("the update has ended and %s still follows %s", db.Identifier, db.Source)
	}
	return nil
}

// available waits until no change of the recovery region's database is in progress.
func (o *Operation) available(ctx context.Context, r *steps.Run) (db Database, err error) {
	err = r.Until(ctx, "the database is available", func(ctx context.Context) (bool, string, error) {
		db, err = o.Recovery.Database(ctx, o.Site.Database)
		return db.Available(), db.Status, err
	})
	return db, err
}

// serve waits until every task runs and its load balancer finds it healthy.
func (o *Operation) serve(ctx context.Context, r *steps.Run) error {
	names := values(o.Site.Services)
	err := r.Until(ctx, "the services are healthy", func(ctx context.Context) (bool, string, error) {
		services, err := described(ctx, o.Recovery, o.Site.Cluster, names)
		if err != nil {
			return false, "", err
		}
		return o.serving(services)
	})
	if err != nil {
		return err
	}
	return r.Remember(keyServing, r.Clock.Now())
}

func (o *Operation) serving(services []Service) (bool, string, error) {
	return healthy(services, tasks(o.Site.Services, o.Site.Counts))
}

// described returns services with the health of their targets.
func described(ctx context.Context, region Region, cluster string, names []string) ([]Service, error) {
	services, err := region.Services(ctx, cluster, names)
	balanced, second := region.Targets(ctx, services)
	return balanced, errors.Join(err, second)
}

// healthy is true if every service has as many running tasks as counts says, and as many healthy targets if it has a load
// balancer. Otherwise the text names the first service that has not.
func healthy(services []Service, counts map[string]int) (bool, string, error) {
	for _, service := range services {
		want := counts[service.Name]
		if len(service.TargetGroups) == 0 {
			if service.Running < want {
				return false, fmt.Sprintf("%s: %d of %d tasks running", service.Name, service.Running, want), nil
			}
			continue
		}
		if service.Running < want || service.Healthy < min(want, service.Targets) || service.Targets < want {
			return false, fmt.Sprintf("%s: %d of %d tasks running, %d of %d targets healthy",
				service.Name, service.Running, want, service.Healthy, service.Targets), nil
		}
	}
	return true, "", nil
}

// protect turns on Multi-AZ and backups, which RDS does not accept together with a promotion.
func (o *Operation) protect(ctx context.Context, r *steps.Run) error {
	activation, err := o.Stack.Activation(ctx)
	if err != nil {
		return err
	}
	if !activation.Active {
		return steps.Refuse("the settings of stack %s do not say recovery.active any more: somebody changed them", o.Stack.Name())
	}
	if !activation.Promoted {
		activation.Promoted = true
		if err := o.Stack.Activate(ctx, activation); err != nil {
			return err
		}
	}
	if err := o.Stack.Up(ctx, o.tell(r)); err != nil {
		return err
	}
	_, err = o.available(ctx, r)
	return err
}

func (o *Operation) tell(r *steps.Run) func(string) {
	return func(line string) { r.Tell("%s", line) }
}

// verify compares the actual state with the promised state. The error lists every difference.
func (o *Operation) verify(ctx context.Context, r *steps.Run) error {
	err := r.Until(ctx, "everything is as it should be", func(ctx context.Context) (bool, string, error) {
		wrong := o.wrong(ctx)
		return len(wrong) == 0, strings.Join(wrong, "; "), nil
	})
	if err != nil {
		return err
	}
	if err := r.Remember(keyDeletes, ""); err != nil {
		return err
	}
	_, text := o.follows(ctx)
	return r.Remember(keyDNS, text)
}

// wrong lists every difference from the promised state. A question that AWS does not answer is listed too, and does not prevent
// the other questions.
func (o *Operation) wrong(ctx context.Context) (wrong []string) {
	note := func(is bool, what string) {
		if is {
			wrong = append(wrong, what)
		}
	}
	db, err := o.Recovery.Database(ctx, o.Site.Database)
	if err != nil {
		note(true, "the database: "+err.Error())
	} else {
		note(db.Replica(), "the database follows "+db.Source)
		note(!db.Available(), "the database is "+db.Status)
		note(db.BackupRetentionDays < 7, fmt.Sprintf("the database keeps backups for %d days", db.BackupRetentionDays))
		note(!db.MultiAZ, "the database has no standby")
		note(!db.Encrypted, "the database is not encrypted")
	}
	engaged, err := o.Recovery.Engaged(ctx, o.Site.Switch)
	if err != nil {
		note(true, "the switch: "+err.Error())
	} else {
		note(!engaged, "the switch is not engaged")
	}
	published, err := o.Recovery.Published(ctx, o.Site.Switch)
	if err != nil {
		note(true, "the switch's schedule: "+err.Error())
	} else {
		note(published.Found && !(published.Enabled && published.Engaged), "the switch's schedule does not publish that the switch is engaged")
	}
	if err := o.Recovery.RefuseDeletes(ctx, o.Site.FilesBucket, true); err != nil {
		note(true, "bucket "+o.Site.FilesBucket+" takes the primary's deletions: "+err.Error())
	}
	if services, err := described(ctx, o.Recovery, o.Site.Cluster, values(o.Site.Services)); err != nil {
		note(true, "the services: "+err.Error())
	} else if serving, state, _ := o.serving(services); !serving {
		note(true, state)
	}
	if err := o.Probe(ctx, o.Site.HealthURL); err != nil {
		note(true, fmt.Sprintf("%s: %v", o.Site.HealthURL, err))
	}
	return wrong
}

// demandTraffic waits until the origin's name resolves to the recovery region. The name is resolved by DNS, Route 53's data
// plane; the health check is not asked for, because Route 53's control plane is in us-east-1. If the database is promoted already,
// there is nothing to wait for.
func (o *Operation) demandTraffic(ctx context.Context, r *steps.Run) error {
	if db, err := o.Recovery.Database(ctx, o.Site.Database); err != nil || !db.Replica() {
		return err
	}
	patience := objectives.Traffic.TimeOut()
	until := r.Clock.Now().Add(patience)
	var seen string
	err := r.Until(ctx, o.Site.OriginName+" leads to "+o.Site.Region, func(ctx context.Context) (bool, string, error) {
		there, text := o.follows(ctx)
		seen = text
		switch {
		case there:
			return true, "", nil
		case slices.Contains(o.consent().Accepted, CodeResolves):
			r.Tell("accepted: %s", text)
			return true, "", nil
		case !r.Clock.Now().Before(until):
			return false, "", steps.Refuse("the switch is engaged, and after %s %s. Nothing was promoted: both sides could be written to. "+
				"Look at the health checks %s names, or undo with --abort; if you know that nobody reaches %s: --accept %s",
				patience, text, o.Site.OriginName, o.Site.PrimaryRegion, CodeResolves)
		}
		return false, text, nil
	})
	if err != nil {
		return err
	}
	return r.Remember(keyTraffic, seen)
}

// follows is true if the origin's name resolves, from this machine, only to addresses of the recovery region's load balancer.
func (o *Operation) follows(ctx context.Context) (bool, string) {
	origin, err := o.Resolve(ctx, o.Site.OriginName)
	if err != nil {
		return false, fmt.Sprintf("%s could not be looked up from here: %v", o.Site.OriginName, err)
	}
	recovery, err := o.Resolve(ctx, o.Site.RecoveryOriginName)
	if err != nil {
		return false, fmt.Sprintf("%s could not be looked up from here: %v", o.Site.RecoveryOriginName, err)
	}
	elsewhere := slices.DeleteFunc(slices.Clone(origin), func(address string) bool { return slices.Contains(recovery, address) })
	if len(origin) > 0 && len(elsewhere) == 0 {
		return true, o.Site.OriginName + " leads to " + o.Site.Region
	}
	return false, fmt.Sprintf("%s does not lead to %s as seen from here: it has %v, %s has %v",
		o.Site.OriginName, o.Site.Region, origin, o.Site.RecoveryOriginName, recovery)
}
