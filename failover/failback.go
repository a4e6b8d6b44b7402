package failover

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/carebase/carebase/failover/report"
	"github.com/carebase/carebase/failover/steps"
)

// Steps of a failback. The recovery region serves until "stop-recovery". From then until "return" no region serves: this is the
// maintenance window.
const (
	StepReady          = "ready"
	StepStopPrimary    = "stop-primary"
	StepKeepPrimary    = "keep-primary"
	StepRebuildPrimary = "rebuild-primary"
	StepStopRecovery   = "stop-recovery"
	StepFollow         = "follow"
	StepPromotePrimary = "promote-primary"
	StepUpdatePrimary  = "update-primary"
	StepStartPrimary   = "start-primary"
	StepReturn         = "return"
	StepKeepRecovery   = "keep-recovery"
	StepRebuildAgain   = "rebuild-recovery"
	StepStandBy        = "stand-by"
	StepVerifyPrimary  = "verify-primary"
)

const (
	keyOld           = "old-" // + region: the instance that was replaced
	keyStopped       = "recovery-stopped"
	keyCountsThere   = "recovery-counts"
	keyReturned      = "returned"
	keyCountsPrimary = "primary-counts"
)

// prepareSteps lists the steps that rebuild the old primary's database as a replica of the recovery region's database. RDS cannot
// turn an existing instance into a replica. So the old instance is kept under another name, with a snapshot, and a new replica
// gets its identifier. Data that was written in the primary region and never replicated stays in the old instance.
func (o *Operation) prepareSteps() []steps.Step {
	keep := o.step(StepKeepPrimary, "Keep a snapshot of the old database", o.keep(o.Primary, o.Site.PrimaryDatabase))
	rebuild := o.step(StepRebuildPrimary, "Rebuild the database in "+o.Site.PrimaryRegion+" as a replica of the one in "+o.Site.Region,
		o.rebuild(o.Primary, o.Site.PrimaryDatabase, o.Recovery, o.Site.Database))
	keep.Done, rebuild.Done = o.rebuilt, o.rebuilt
	return []steps.Step{
		o.step(StepReady, "See that both sides are fit to go back", o.ready),
		o.step(StepStopPrimary, "Stop the services in "+o.Site.PrimaryRegion+", which write to the old data", o.stopPrimary),
		keep, rebuild,
	}
}

// returnSteps lists the steps of the maintenance window, and the steps after it that make the recovery region stand by again.
func (o *Operation) returnSteps() []steps.Step {
	return []steps.Step{
		o.step(StepStopRecovery, "Stop the services in "+o.Site.Region+": nobody is served until traffic has returned", o.stopRecovery),
		o.step(StepFollow, "Wait until the database in "+o.Site.PrimaryRegion+" has everything", o.follow),
		o.step(StepPromotePrimary, "Promote the database in "+o.Site.PrimaryRegion, o.promotePrimary),
		o.step(StepUpdatePrimary, "Tell the primary stack's state, and update the stack", o.updatePrimary),
		o.step(StepStartPrimary, "Start the services in "+o.Site.PrimaryRegion, o.startPrimary),
		o.step(StepReturn, "Release the switch: traffic returns to "+o.Site.PrimaryRegion, o.returned),
		o.step(StepVerifyPrimary, "Verify the primary", o.verifyPrimary),
		o.step(StepKeepRecovery, "Keep a snapshot of the recovery region's database", o.keep(o.Recovery, o.Site.Database)),
		o.step(StepRebuildAgain, "Rebuild the database in "+o.Site.Region+" as a replica of the one in "+o.Site.PrimaryRegion,
			o.rebuild(o.Recovery, o.Site.Database, o.Primary, o.Site.PrimaryDatabase)),
		o.step(StepStandBy, "Tell the recovery stack's state, and make the stack stand by", o.standBy),
	}
}

// failbackSteps lists all steps of a failback.
func (o *Operation) failbackSteps() []steps.Step { return append(o.prepareSteps(), o.returnSteps()...) }

// RunFailback prepares the failback and, if andReturn is set, returns to the primary. There is no time limit between the two.
func (o *Operation) RunFailback(ctx context.Context, andReturn bool) (made report.Report, finished bool, err error) {
	if o.Run.Turned() {
		return made, false, ErrTurned
	}
	if err := o.Run.Execute(ctx, o.prepareSteps()); err != nil {
		return made, false, err
	}
	if !andReturn && !o.Run.Started(StepStopRecovery) {
		return made, false, nil
	}
	if err := o.Run.Execute(ctx, o.returnSteps()); err != nil {
		return made, false, err
	}
	made, err = o.finish(FailedBack)
	return made, err == nil, err
}

func (o *Operation) ready(ctx context.Context, _ *steps.Run) error {
	activation, err := o.Stack.Activation(ctx)
	if err != nil {
		return err
	}
	if !activation.Active || !activation.Promoted {
		return steps.Refuse("stack %s is not failed over (recovery.active %t, recovery.promoted %t): there is nothing to go back from",
			o.Stack.Name(), activation.Active, activation.Promoted)
	}
	var wrong, unanswered []error
	here, err := o.Recovery.Database(ctx, o.Site.Database)
	switch {
	case err != nil:
		unanswered = append(unanswered, err)
	case here.Replica() || !here.Available():
		wrong = append(wrong, fmt.Errorf("database %s in %s is %s and follows %q", here.Identifier, o.Site.Region, here.Status, here.Source))
	case here.BackupRetentionDays == 0:
		wrong = append(wrong, fmt.Errorf("database %s keeps no backups: RDS replicates from none that does not", here.Identifier))
	}
	there, err := o.Primary.Database(ctx, o.Site.PrimaryDatabase)
	switch {
	case errors.Is(err, ErrNotFound):
		wrong = append(wrong, fmt.Errorf("database %s is not in %s: without it this tool does not know subnets, groups and key; see docs/disaster-recovery.md, section \"The primary's database is gone\"",
			o.Site.PrimaryDatabase, o.Site.PrimaryRegion))
	case err != nil:
		unanswered = append(unanswered, err)
	case !there.Available():
		wrong = append(wrong, fmt.Errorf("database %s in %s is %s", there.Identifier, o.Site.PrimaryRegion, there.Status))
	}
	if engaged, err := o.Recovery.Engaged(ctx, o.Site.Switch); err != nil {
		unanswered = append(unanswered, err)
	} else if !engaged {
		wrong = append(wrong, errors.New("the switch is not engaged: the primary may be receiving traffic; see docs/disaster-recovery.md, section \"Both sides were written to\""))
	}
	if len(unanswered) > 0 { // another attempt may succeed
		return errors.Join(append(wrong, unanswered...)...)
	}
	if len(wrong) > 0 {
		return steps.Refuse("%v", errors.Join(wrong...))
	}
	return nil
}

func (o *Operation) stopPrimary(ctx context.Context, r *steps.Run) error {
	return o.stopAll(ctx, r, o.Primary, o.Site.PrimaryCluster, values(o.Site.PrimaryServices), keyCountsPrimary)
}

// fenceSteps lists the step that stops the old primary's services once its region is reachable again.
func (o *Operation) fenceSteps() []steps.Step {
	return []steps.Step{o.step(StepFence, "Stop the services in "+o.Site.PrimaryRegion+", where "+o.Site.Region+" serves in their place", o.fenceReturned)}
}

// fenceReturned stops the old primary's services. It refuses if the primary serves or is about to: before a failover, and in the
// maintenance window of a failback, in which recovery.active is still true.
func (o *Operation) fenceReturned(ctx context.Context, r *steps.Run) error {
	activation, err := o.Stack.Activation(ctx)
	if err != nil {
		return err
	}
	engaged, err := o.Recovery.Engaged(ctx, o.Site.Switch)
	if err != nil {
		return err
	}
	if !engaged && !activation.Active {
		return steps.Refuse("stack %s is not failed over (recovery.active false, alarm %s sees the switch released): the services in %s are the ones that serve. Nothing was stopped",
			o.Stack.Name(), o.Site.Switch.Alarm, o.Site.PrimaryRegion)
	}
	if activation.Promoted {
		services, err := o.Recovery.Services(ctx, o.Site.Cluster, values(o.Site.Services))
		if err != nil {
			return err
		}
		if asked(services) == 0 {
			return steps.Refuse("stack %s is failed over (recovery.promoted true), but the services in %s ask for no task, as in a failback: those in %s serve or are going to. "+
				"Nothing was stopped. Finish the failback: carebase dr failback %s --resume --return", o.Stack.Name(), o.Site.Region, o.Site.PrimaryRegion, o.Stack.Name())
		}
	}
	// The bucket's policy is changed even if the tasks cannot be stopped, and the tasks are stopped even if S3 does not answer.
	return errors.Join(o.Recovery.RefuseDeletes(ctx, o.Site.FilesBucket, true), o.stopPrimary(ctx, r))
}

// asked returns the sum of the services' desired counts.
func asked(services []Service) (sum int) {
	for _, service := range services {
		sum += service.Desired
	}
	return sum
}

// stamp returns the time of the operation's first record, which every run of the operation uses in the names of what it keeps.
func (o *Operation) stamp() string {
	return o.Run.Journal.Records()[0].Time.UTC().Format("20060102-150405")
}

// old journals the instance that is going to be replaced. It must be called before the instance is changed.
func (o *Operation) old(ctx context.Context, r *steps.Run, region Region, identifier string) (Database, error) {
	old, found := steps.Recall[Database](r, keyOld+region.Name())
	if found {
		return old, nil
	}
	old, err := region.Database(ctx, identifier)
	if err != nil {
		return old, err
	}
	return old, r.Remember(keyOld+region.Name(), old)
}

func (o *Operation) keep(region Region, identifier string) func(context.Context, *steps.Run) error {
	return func(ctx context.Context, r *steps.Run) error {
		old, err := o.old(ctx, r, region, identifier)
		if err != nil {
			return err
		}
		return r.Until(ctx, "the snapshot is made", func(ctx context.Context) (bool, string, error) {
			status, err := region.Snapshot(ctx, old.Identifier, old.Identifier+"-kept-"+o.stamp())
			return status == "available", status, err
		})
	}
}

// rebuild creates a new replica under the identifier of the old instance. How far an earlier run got follows from the resource id,
// which AWS never uses twice: the identifier belongs to the old instance, to no instance, or to a new one.
func (o *Operation) rebuild(region Region, identifier string, from Region, source string) func(context.Context, *steps.Run) error {
	return func(ctx context.Context, r *steps.Run) error {
		old, err := o.old(ctx, r, region, identifier)
		if err != nil {
			return err
		}
		follows, err := from.Database(ctx, source)
		if err != nil {
			return err
		}
		aside := identifier + "-kept-" + o.stamp()
		like := old
		// The primary's replica gets its Multi-AZ standby at once. To add a standby later, RDS makes a snapshot and writes are slow for
		// hours, which does not belong in the maintenance window. The recovery region's replica has no standby.
		like.MultiAZ = old.MultiAZ && region == o.Primary
		return r.Until(ctx, identifier+" is a replica that is available", func(ctx context.Context) (bool, string, error) {
			now, err := region.Database(ctx, identifier)
			switch {
			case err == nil && now.ResourceID == old.ResourceID && !now.Available():
				return false, "the old instance is " + now.Status, nil
			case err == nil && now.ResourceID == old.ResourceID:
				return false, "naming the old instance " + aside, region.Rename(ctx, identifier, aside)
			case err == nil && now.Source != follows.Arn:
				return false, "", steps.Refuse("%s in %s follows %q and not %s: somebody else made it", identifier, region.Name(), now.Source, follows.Arn)
			case err == nil && now.Available() && now.ParameterGroup != old.ParameterGroup:
				return false, "giving it " + old.ParameterGroup, region.Configure(ctx, identifier, old.ParameterGroup, max(7, old.BackupRetentionDays))
			case err == nil && now.Available() && now.ParameterStatus == "pending-reboot":
				return false, "restarting it with its parameters", region.Restart(ctx, identifier)
			case err == nil:
				return now.Available() && now.ParameterStatus == "in-sync", "it is " + now.Status + ", its parameters " + now.ParameterStatus, nil
			case !errors.Is(err, ErrNotFound):
				return false, "", err
			}
			if kept, err := region.Database(ctx, aside); err != nil || kept.ResourceID != old.ResourceID {
				return false, "the old instance is being named " + aside, nil // for a moment RDS knows neither name
			}
			return false, "making the replica", region.CreateReplica(ctx, like, follows.Arn)
		})
	}
}

func (o *Operation) stopRecovery(ctx context.Context, r *steps.Run) error {
	opened, err := o.opened(ctx, r)
	if err != nil {
		return err
	}
	if !opened {
		// The replica may have been created long ago. It must not be hours behind when the maintenance window begins.
		readings, err := o.Primary.ReplicaLag(ctx, o.Site.PrimaryDatabase, r.Clock.Now().Add(-lagWindow))
		if err != nil {
			return err
		}
		until, known := replicatedUntil(readings)
		if behind := r.Clock.Now().Sub(until); !known || behind > maxLag {
			return steps.Refuse("%s has what was written until %s, which is too far behind to begin: wait, then resume", o.Site.PrimaryDatabase, clock(until))
		}
	}
	if err := o.stopAll(ctx, r, o.Recovery, o.Site.Cluster, values(o.Site.Services), keyCountsThere); err != nil {
		return err
	}
	return r.Remember(keyStopped, r.Clock.Now())
}

// maxLag is how far behind a replica may be when the maintenance window begins. If the source is idle, the lag seems to be up to five
// minutes.
const maxLag = 10 * time.Minute

func (o *Operation) follow(ctx context.Context, r *steps.Run) error {
	stopped, _ := steps.Recall[time.Time](r, keyStopped)
	return r.Until(ctx, "the replica has everything", func(ctx context.Context) (bool, string, error) {
		readings, err := o.Primary.ReplicaLag(ctx, o.Site.PrimaryDatabase, stopped.Add(-time.Hour))
		if err != nil {
			return false, "", err
		}
		until, known := replicatedUntil(readings)
		return known && !until.Before(stopped.Add(ClockTolerance)), "it has what was written until " + clock(until), nil
	})
}

func (o *Operation) promotePrimary(ctx context.Context, r *steps.Run) error {
	old, _ := steps.Recall[Database](r, keyOld+o.Primary.Name())
	return r.Until(ctx, "it is a database of its own", func(ctx context.Context) (bool, string, error) {
		db, err := o.Primary.Database(ctx, o.Site.PrimaryDatabase)
		switch {
		case err != nil:
			return false, "", err
		case !db.Available():
			return false, "it is " + db.Status, nil
		case !db.Replica():
			return true, "", nil
		}
		return false, "promoting", o.Primary.Promote(ctx, o.Site.PrimaryDatabase, max(7, old.BackupRetentionDays))
	})
}

func (o *Operation) updatePrimary(ctx context.Context, r *steps.Run) error {
	db, err := o.Primary.Database(ctx, o.Site.PrimaryDatabase)
	if err != nil {
		return err
	}
	if err := o.PrimaryStack.Adopt(ctx, o.Site.PrimaryDatabase, db.ResourceID); err != nil {
		return err
	}
	return o.PrimaryStack.Up(ctx, o.tell(r))
}

// startPrimary starts the primary's services. Before any of them can delete a file, the recovery region's bucket accepts replicated
// deletions again.
func (o *Operation) startPrimary(ctx context.Context, r *steps.Run) error {
	if err := o.Recovery.RefuseDeletes(ctx, o.Site.FilesBucket, false); err != nil {
		return err
	}
	counts := tasks(o.Site.PrimaryServices, o.Site.PrimaryCounts)
	if err := startServices(ctx, o.Primary, o.Site.PrimaryCluster, counts); err != nil {
		return err
	}
	return r.Until(ctx, "the services are healthy", func(ctx context.Context) (bool, string, error) {
		services, err := described(ctx, o.Primary, o.Site.PrimaryCluster, values(o.Site.PrimaryServices))
		if err != nil {
			return false, "", err
		}
		return healthy(services, counts)
	})
}

func (o *Operation) returned(ctx context.Context, r *steps.Run) error {
	if err := o.turn(ctx, r, false); err != nil {
		return err
	}
	return r.Remember(keyReturned, r.Clock.Now())
}

func (o *Operation) verifyPrimary(ctx context.Context, r *steps.Run) error {
	return r.Until(ctx, "the primary is as it should be", func(ctx context.Context) (bool, string, error) {
		db, err := o.Primary.Database(ctx, o.Site.PrimaryDatabase)
		if err != nil {
			return false, "", err
		}
		if db.Replica() || !db.Available() || db.BackupRetentionDays < 7 || !db.MultiAZ {
			return false, fmt.Sprintf("the database is %s, follows %q, keeps backups for %d days, standby %t", db.Status, db.Source, db.BackupRetentionDays, db.MultiAZ), nil
		}
		if err := o.Probe(ctx, o.Site.HealthURL); err != nil {
			return false, fmt.Sprintf("%s: %v", o.Site.HealthURL, err), nil
		}
		return true, "", nil
	})
}

func (o *Operation) standBy(ctx context.Context, r *steps.Run) error {
	db, err := o.Recovery.Database(ctx, o.Site.Database)
	if err != nil {
		return err
	}
	if !db.Replica() {
		return steps.Refuse("%s follows nothing: the stack cannot stand by", db.Identifier)
	}
	if err := o.Stack.Adopt(ctx, o.Site.Database, db.ResourceID); err != nil {
		return err
	}
	return o.passive(ctx, r)
}

func (o *Operation) failedBack() (figures []report.Figure, facts []report.Fact) {
	stopped, began := steps.Recall[time.Time](o.Run, keyStopped)
	if again, closed := steps.Recall[time.Time](o.Run, keyServedAgain); began && closed {
		figures = append(figures, report.Figure{
			Name: "Nobody served", Seconds: int64(again.Sub(stopped).Seconds()), Objective: int64(o.Site.RTOMinutes) * 60,
			Basis: "from when the recovery region's services had stopped to when they were healthy again",
		})
		facts = append(facts, report.Fact{Name: "next", Text: "a failback that is begun anew takes " + o.Site.PrimaryDatabase + " as it is while it follows " + o.Site.Region + ", and rebuilds it if it was promoted"})
	}
	returned, ended := steps.Recall[time.Time](o.Run, keyReturned)
	if began && ended {
		figures = append(figures, report.Figure{
			Name: "Nobody served", Seconds: int64(returned.Sub(stopped).Seconds()), Objective: int64(o.Site.RTOMinutes) * 60,
			Basis: "from when the recovery region's services had stopped to when traffic had returned",
		}, report.Figure{Name: "RPO", Objective: int64(o.Site.RPOMinutes) * 60, Basis: "nothing: the replica had everything before it was promoted"})
	}
	for _, region := range []string{o.Site.PrimaryRegion, o.Site.Region} {
		if old, found := steps.Recall[Database](o.Run, keyOld+region); found {
			facts = append(facts, report.Fact{Name: "kept in " + region, Text: fmt.Sprintf("instance and snapshot %s-kept-%s: delete both when their data is reconciled", old.Identifier, o.stamp())})
		}
	}
	if ended {
		facts = append(facts, report.Fact{Name: "by hand", Text: "replicated automated backups belong to the instance that was set aside: have the primary stack make them anew (docs/disaster-recovery.md, section \"After the failback\")"})
	}
	return figures, facts
}
