package failover

import (
	"context"
	"time"

	"github.com/carebase/carebase/failover/steps"
)

// Steps that undo a failover.
const (
	stepStandDown = "stand-down"
	stepUnfence   = "unfence"
	stepRelease   = "release"
)

// undoSteps lists the steps that undo a failover before the promotion. The settings come first, then the services, then the
// switch, so that the traffic returns only to services that run.
func (o *Operation) undoSteps() []steps.Step {
	return []steps.Step{
		o.step(stepStandDown, "Take recovery.active back", o.standDown),
		o.step(stepUnfence, "Start the services in "+o.Site.PrimaryRegion+" again", o.unfence),
		o.step(stepRelease, "Release the switch: traffic returns to "+o.Site.PrimaryRegion, o.release),
	}
}

// mayUndo refuses if the replica was promoted, or if a promotion may be in progress.
func (o *Operation) mayUndo(ctx context.Context) error {
	db, err := o.Recovery.Database(ctx, o.Site.Database)
	switch {
	case err != nil:
		return err
	case !db.Replica():
		return steps.Refuse("%s is promoted: both sides may have been written to. Resume the failover; the way back is carebase dr failback", db.Identifier)
	case !db.Available():
		return steps.Refuse("%s is %s: it may be being promoted. Try again when it is available", db.Identifier, db.Status)
	}
	return nil
}

func (o *Operation) standDown(ctx context.Context, r *steps.Run) error {
	if err := o.mayUndo(ctx); err != nil {
		return err
	}
	activation, err := o.Stack.Activation(ctx)
	if err != nil {
		return err
	}
	if !activation.Active && !r.Started(StepPromote) {
		return nil // the stack was not changed
	}
	return o.passive(ctx, r)
}

// passive updates the recovery stack to stand by, which deletes what only an active stack has.
func (o *Operation) passive(ctx context.Context, r *steps.Run) error {
	if err := o.Stack.Activate(ctx, Activation{}); err != nil {
		return err
	}
	if err := o.Stack.ReleaseCache(ctx); err != nil {
		return err
	}
	return o.Stack.Up(ctx, o.tell(r))
}

func (o *Operation) unfence(ctx context.Context, r *steps.Run) error {
	return o.startWriters(ctx, r, o.Primary, o.Site.PrimaryCluster, o.Site.PrimaryServices, o.Site.PrimaryCounts, keyCounts)
}

// alarmDelay is how long the switch's alarm takes to see the last value of the metric: its period, and CloudWatch's own delay.
const alarmDelay = 3 * time.Minute

// release moves the traffic back. It writes the switch's value even if the alarm sees the switch released, for two reasons: a run
// whose journal is lost may have engaged the switch, and the alarm may not have seen a value that was written just before. Then
// it watches the alarm for alarmDelay.
func (o *Operation) release(ctx context.Context, r *steps.Run) error {
	if err := o.Recovery.RefuseDeletes(ctx, o.Site.FilesBucket, false); err != nil {
		return err
	}
	began := r.Clock.Now()
	return r.Until(ctx, "the switch is seen released", func(ctx context.Context) (bool, string, error) {
		if err := o.Recovery.Turn(ctx, o.Site.Switch, false); err != nil {
			return false, "", err
		}
		engaged, err := o.Recovery.Engaged(ctx, o.Site.Switch)
		if err != nil || engaged {
			return false, "its alarm does not see it yet", err
		}
		return r.Clock.Now().Sub(began) >= alarmDelay, "it is, and stays so if its alarm sees nothing else within " + alarmDelay.String(), nil
	})
}
