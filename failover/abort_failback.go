package failover

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/carebase/carebase/failover/journal"
	"github.com/carebase/carebase/failover/report"
	"github.com/carebase/carebase/failover/steps"
)

// stepServeAgain aborts the maintenance window of a failback.
const stepServeAgain = "serve-again"

// keyServedAgain is when the recovery region served again.
const keyServedAgain = "served-again"

// reopenSteps lists the step that aborts the maintenance window: the recovery region serves again. The traffic never left the
// recovery region.
func (o *Operation) reopenSteps() []steps.Step {
	return []steps.Step{o.step(stepServeAgain, "Start the services in "+o.Site.Region+" again", o.serveAgain)}
}

// AbortFailback aborts the maintenance window of a failback, and ends the failback. Until the primary's stack is updated, nothing
// writes in the primary region, even if its database is promoted: the recovery region has all data. The primary region is not
// called, because it may be the reason why the failback cannot continue.
func (o *Operation) AbortFailback(ctx context.Context) (report.Report, error) {
	switch {
	case !o.Run.Started(StepStopPrimary):
		return o.finish(NothingDone)
	case !o.Run.Started(StepStopRecovery):
		return report.Report{}, steps.Refuse("the window was not begun: %s serves, and there is nothing to undo. Leave it as it is, or go on with --resume", o.Site.Region)
	case o.Run.Started(StepUpdatePrimary):
		return report.Report{}, steps.Refuse("%s is promoted, and the update that comes after it was begun: the services in %s may write already. Go on with --resume --return",
			o.Site.PrimaryDatabase, o.Site.PrimaryRegion)
	}
	if !o.Run.Turned() {
		if err := o.Run.Mark(journal.Turn, nil); err != nil {
			return report.Report{}, err
		}
	}
	if err := o.Run.Execute(ctx, o.reopenSteps()); err != nil {
		return report.Report{}, err
	}
	return o.finish(NotFailedBack)
}

func (o *Operation) serveAgain(ctx context.Context, r *steps.Run) error {
	if err := o.startWriters(ctx, r, o.Recovery, o.Site.Cluster, o.Site.Services, o.Site.Counts, keyCountsThere); err != nil {
		return err
	}
	err := r.Until(ctx, "the services are healthy", func(ctx context.Context) (bool, string, error) {
		services, err := described(ctx, o.Recovery, o.Site.Cluster, values(o.Site.Services))
		if err != nil {
			return false, "", err
		}
		asked := make(map[string]int, len(services)) // autoscaling may have changed the desired counts
		for _, service := range services {
			asked[service.Name] = service.Desired
		}
		return healthy(services, asked)
	})
	if err != nil {
		return err
	}
	return r.Remember(keyServedAgain, r.Clock.Now())
}

// opened is true if an earlier run has opened the maintenance window: it asked services of the recovery region to stop.
func (o *Operation) opened(ctx context.Context, r *steps.Run) (bool, error) {
	had, found := steps.Recall[map[string]int](r, keyCountsThere)
	if !found {
		return false, nil
	}
	services, err := o.Recovery.Services(ctx, o.Site.Cluster, values(o.Site.Services))
	return slices.ContainsFunc(services, func(s Service) bool { return s.Desired == 0 && had[s.Name] > 0 }), err
}

// rebuilt is true if the primary's database replicates the recovery region's database already, because of an earlier failback
// that was aborted, or because an operator created the replica. Then there is nothing to keep, and nothing to rebuild.
func (o *Operation) rebuilt(ctx context.Context, r *steps.Run) (bool, error) {
	if _, found := steps.Recall[Database](r, keyOld+o.Primary.Name()); found {
		return false, nil // this failback replaces it
	}
	there, err := o.Primary.Database(ctx, o.Site.PrimaryDatabase)
	if err != nil {
		return false, err
	}
	here, err := o.Recovery.Database(ctx, o.Site.Database)
	switch {
	case err != nil:
		return false, err
	case there.Source != here.Arn:
		return false, nil
	case !there.Available():
		return false, fmt.Errorf("%s follows %s already and is %s: resume when it is available", there.Identifier, here.Arn, there.Status)
	case strings.HasPrefix(there.ParameterGroup, "default.") || there.ParameterStatus != "in-sync":
		return false, fmt.Errorf("%s follows %s already, with the parameters %s, %s: give it the parameter group of the primary, restart it, then resume",
			there.Identifier, here.Arn, there.ParameterGroup, there.ParameterStatus)
	}
	return true, nil
}
