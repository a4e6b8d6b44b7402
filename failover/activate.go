package failover

import (
	"context"
	"fmt"
	"time"

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

// Failover are the steps of a failover.
func (o *Operation) Failover() []steps.Step {
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

// sealed shuts the primary region off before a step, in this run and in every one that resumes it.
func (o *Operation) sealed(do func(context.Context, *steps.Run) error) func(context.Context, *steps.Run) error {
	return func(ctx context.Context, r *steps.Run) error {
		o.Primary.Seal()
		return do(ctx, r)
	}
}

// promote makes the replica a database of its own and starts the services, by the stack's setting. A run before this one
// may have been killed when AWS had promoted and the state did not say so: the state is told first, or the engine would
// ask AWS to promote again, which AWS refuses.
func (o *Operation) promote(ctx context.Context, r *steps.Run) error {
	activation, err := o.Stack.Activation(ctx)
	if err != nil {
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
	db, err := o.settled(ctx, r)
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
	db, err = o.settled(ctx, r)
	if err != nil {
		return err
	}
	if db.Replica() {
		return fmt.Errorf("the update has ended and %s still follows %s", db.Identifier, db.Source)
	}
	return nil
}

// settled waits until nothing is being changed about the recovery region's database.
func (o *Operation) settled(ctx context.Context, r *steps.Run) (db Database, err error) {
	err = r.Until(ctx, "the database is available", func(ctx context.Context) (bool, string, error) {
		db, err = o.Recovery.Database(ctx, o.Site.Database)
		return db.Available(), db.Status, err
	})
	return db, err
}

// serve waits until the load balancer calls every task that was asked for healthy.
func (o *Operation) serve(ctx context.Context, r *steps.Run) error {
	names := values(o.Site.Services)
	err := r.Until(ctx, "the services are healthy", func(ctx context.Context) (bool, string, error) {
		services, err := o.Recovery.Services(ctx, o.Site.Cluster, names)
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

// healthy says whether every service has as many tasks as were asked for, and its load balancer finds them well.
func healthy(services []Service, counts map[string]int) (bool, string, error) {
	for _, service := range services {
		want := counts[service.Name]
		if service.Running < want || service.Healthy < min(want, service.Targets) || service.Targets < want {
			return false, fmt.Sprintf("%s: %d of %d tasks running, %d of %d targets healthy",
				service.Name, service.Running, want, service.Healthy, service.Targets), nil
		}
	}
	return true, "", nil
}

// protect turns on what a promoted instance cannot have in the update that promotes it.
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
	_, err = o.settled(ctx, r)
	return err
}

func (o *Operation) tell(r *steps.Run) func(string) {
	return func(line string) { r.Tell("%s", line) }
}

// verify holds what is against what was promised. It gathers everything that is wrong before it complains.
func (o *Operation) verify(ctx context.Context, r *steps.Run) error {
	err := r.Until(ctx, "everything is as it should be", func(ctx context.Context) (bool, string, error) {
		wrong, err := o.wrong(ctx)
		if err != nil || len(wrong) > 0 {
			return false, fmt.Sprint(wrong), err
		}
		return true, "", nil
	})
	if err != nil {
		return err
	}
	return r.Remember(keyDNS, o.follows(ctx))
}

func (o *Operation) wrong(ctx context.Context) (wrong []string, err error) {
	db, err := o.Recovery.Database(ctx, o.Site.Database)
	if err != nil {
		return nil, err
	}
	for _, one := range []struct {
		is   bool
		what string
	}{
		{db.Replica(), "the database follows " + db.Source},
		{!db.Available(), "the database is " + db.Status},
		{db.BackupRetentionDays < 7, fmt.Sprintf("the database keeps backups for %d days", db.BackupRetentionDays)},
		{!db.MultiAZ, "the database has no standby"},
		{!db.Encrypted, "the database is not encrypted"},
	} {
		if one.is {
			wrong = append(wrong, one.what)
		}
	}
	engaged, err := o.Recovery.Engaged(ctx, o.Site.Switch)
	if err != nil {
		return nil, err
	}
	if !engaged {
		wrong = append(wrong, "the switch is not engaged")
	}
	services, err := o.Recovery.Services(ctx, o.Site.Cluster, values(o.Site.Services))
	if err != nil {
		return nil, err
	}
	if serving, state, _ := o.serving(services); !serving {
		wrong = append(wrong, state)
	}
	if err := o.Probe(ctx, o.Site.HealthURL); err != nil {
		wrong = append(wrong, fmt.Sprintf("%s: %v", o.Site.HealthURL, err))
	}
	return wrong, nil
}

// follows says whether the origin's name leads to the recovery region's load balancer, as seen from here. Resolvers keep
// answers, so this is told and not demanded.
func (o *Operation) follows(ctx context.Context) string {
	origin, err := o.Resolve(ctx, o.Site.OriginName)
	if err != nil {
		return fmt.Sprintf("%s could not be looked up from here: %v", o.Site.OriginName, err)
	}
	recovery, err := o.Resolve(ctx, o.Site.RecoveryOriginName)
	if err != nil {
		return fmt.Sprintf("%s could not be looked up from here: %v", o.Site.RecoveryOriginName, err)
	}
	for _, address := range origin {
		for _, other := range recovery {
			if address == other {
				return o.Site.OriginName + " leads to " + o.Site.Region
			}
		}
	}
	return fmt.Sprintf("%s does not lead to %s as seen from here (yet): it has %v, %s has %v",
		o.Site.OriginName, o.Site.Region, origin, o.Site.RecoveryOriginName, recovery)
}
