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

// undoSteps are the steps that take a failover back that has not promoted: settings, switch, services, in the order in which
// nobody is ever sent to a side that does not serve for longer than it takes.
func (o *Operation) undoSteps() []steps.Step {
	return []steps.Step{
		o.step(stepStandDown, "Take recovery.active back", o.standDown),
		o.step(stepUnfence, "Start the services in "+o.Site.PrimaryRegion+" again", o.unfence),
		o.step(stepRelease, "Release the switch: traffic returns to "+o.Site.PrimaryRegion, o.release),
	}
}

// mayUndo refuses where the replica was promoted, or may be in this moment.
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
		return nil // the stack was never touched
	}
	return o.passive(ctx, r)
}

// passive makes the recovery stack stand by, which takes away what only serves.
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

// follows is within what time the switch's alarm sees what was written last: its period, and what CloudWatch takes.
const follows = 3 * time.Minute

// release returns the traffic, whoever moved it: a run whose journal is lost may have. The switch may also have been
// engaged so shortly before that the alarm does not see it yet, and the last value stands until there is another. So it is
// written in any case, and the alarm is looked at until it has had the time to follow.
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
		return r.Clock.Now().Sub(began) >= follows, "it is, and stays so if its alarm sees nothing else within " + follows.String(), nil
	})
}
