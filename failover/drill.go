package failover

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/carebase/carebase/failover/report"
	"github.com/carebase/carebase/failover/steps"
)

// Steps of a drill.
const (
	StepFind     = "find"
	StepIsolate  = "isolate"
	StepRestore  = "restore"
	StepInspect  = "inspect"
	StepTearDown = "tear-down"
)

// DrillFailed begins the outcome of a drill that failed.
const DrillFailed = "drill failed"

const (
	keyBackup   = "backup"
	keyGroup    = "group"
	keyRestored = "restored"
	keyFindings = "findings"
	keyOutcome  = "outcome" // of all steps before the last one, which deletes the copy
)

// Restored is what a drill measured.
type Restored struct {
	Identifier string    `json:"identifier"`
	Began      time.Time `json:"began"`
	Available  time.Time `json:"available"`
	UpTo       time.Time `json:"upTo"` // the time that was restored
}

// drillSteps lists the steps of a drill: restore the replicated backup into a new instance, behind a security group without any
// rule, and compare the instance with the replica. Nothing that serves is changed.
func (o *Operation) drillSteps() []steps.Step {
	return []steps.Step{
		o.step(StepFind, "Find the backup that is replicated into "+o.Site.Region, o.find),
		o.step(StepIsolate, "Make a security group that lets nothing in or out", o.isolate),
		o.step(StepRestore, "Restore the backup to its latest moment", o.restore),
		o.step(StepInspect, "Hold the copy against what it stands for", o.inspect),
		o.step(StepTearDown, "Take down what the drill made", func(ctx context.Context, r *steps.Run) error {
			return tearDown(ctx, r, o.Recovery, o.drill())
		}),
	}
}

// RunDrill runs a drill. What the drill created is deleted even if the drill fails or the operator interrupts it. The outcome is
// journaled before: once the deletion has begun, a resumed drill does not restore again, because nothing would delete that copy.
func (o *Operation) RunDrill(ctx context.Context) (report.Report, error) {
	list := o.drillSteps()
	last := len(list) - 1
	outcome := Drilled
	var failed error
	if o.Run.Started(StepTearDown) {
		var known bool
		if outcome, known = steps.Recall[string](o.Run, keyOutcome); !known {
			outcome = DrillFailed // older versions did not journal the outcome
		}
		if outcome != Drilled {
			failed = errors.New(outcome)
		}
	} else {
		if failed = o.Run.Execute(ctx, list[:last]); failed != nil {
			outcome = DrillFailed + ": " + failed.Error()
		}
		if err := o.Run.Remember(keyOutcome, outcome); err != nil {
			return report.Report{}, errors.Join(failed, err)
		}
	}
	if err := o.Run.Execute(context.WithoutCancel(ctx), list[last:]); err != nil {
		return report.Report{}, errors.Join(failed, err)
	}
	made, err := o.finish(outcome)
	return made, errors.Join(failed, err)
}

// drill returns the drill's id, which is the value of the tag of everything that the drill creates.
func (o *Operation) drill() string { return o.Run.Journal.ID() }

// copyName returns the identifier of the copy. RDS allows 63 letters, digits and single hyphens.
func (o *Operation) copyName() string {
	name := "carebase-" + strings.ToLower(o.drill())
	return strings.TrimRight(name[:min(len(name), 63)], "-")
}

func (o *Operation) find(ctx context.Context, r *steps.Run) error {
	backup, err := o.Recovery.AutomatedBackup(ctx, o.Site.PrimaryDatabaseArn)
	if err != nil {
		return err
	}
	return r.Remember(keyBackup, backup)
}

func (o *Operation) isolate(ctx context.Context, r *steps.Run) error {
	like, err := o.Recovery.Database(ctx, o.Site.Database)
	if err != nil {
		return err
	}
	group, err := o.Recovery.Isolate(ctx, like.Vpc, o.drill())
	if err != nil {
		return err
	}
	return r.Remember(keyGroup, group)
}

func (o *Operation) restore(ctx context.Context, r *steps.Run) error {
	backup, _ := steps.Recall[Backup](r, keyBackup)
	group, _ := steps.Recall[string](r, keyGroup)
	like, err := o.Recovery.Database(ctx, o.Site.Database)
	if err != nil {
		return err
	}
	restored, found := steps.Recall[Restored](r, keyRestored)
	if !found {
		restored = Restored{Identifier: o.copyName(), Began: r.Clock.Now(), UpTo: backup.LatestRestorable}
		if err := r.Remember(keyRestored, restored); err != nil {
			return err
		}
	}
	err = o.Recovery.Restore(ctx, Restore{
		Drill: o.drill(), Identifier: restored.Identifier, Backup: backup, Like: like, SecurityGroup: group,
	})
	if err != nil {
		return err
	}
	err = r.Until(ctx, "the copy is available", func(ctx context.Context) (bool, string, error) {
		db, err := o.Recovery.Database(ctx, restored.Identifier)
		return db.Available(), db.Status, err
	})
	if err != nil {
		return err
	}
	restored.Available = r.Clock.Now()
	return r.Remember(keyRestored, restored)
}

func (o *Operation) inspect(ctx context.Context, r *steps.Run) error {
	restored, _ := steps.Recall[Restored](r, keyRestored)
	group, _ := steps.Recall[string](r, keyGroup)
	made, err := o.Recovery.Database(ctx, restored.Identifier)
	if err != nil {
		return err
	}
	like, err := o.Recovery.Database(ctx, o.Site.Database)
	if err != nil {
		return err
	}
	var wrong []string
	for _, difference := range []struct {
		found bool
		text  string
	}{
		{made.Replica(), "it follows " + made.Source},
		{!made.Encrypted, "it is not encrypted"},
		{made.PubliclyAccessible, "it is reachable from the internet"},
		{!slices.Equal(made.SecurityGroups, []string{group}), fmt.Sprintf("its security groups are %v, not the drill's", made.SecurityGroups)},
		{made.EngineVersion != like.EngineVersion, fmt.Sprintf("its version is %s, the replica's %s", made.EngineVersion, like.EngineVersion)},
		{made.StorageGiB < like.StorageGiB, fmt.Sprintf("it has %d GiB, the replica %d", made.StorageGiB, like.StorageGiB)},
	} {
		if difference.found {
			wrong = append(wrong, difference.text)
		}
	}
	if err := r.Remember(keyFindings, wrong); err != nil {
		return err
	}
	if len(wrong) > 0 {
		return steps.Refuse("the copy %s is not what it should be: %s", restored.Identifier, strings.Join(wrong, "; "))
	}
	return nil
}

// tearDown deletes what a drill created, or what all drills created if drill is "". It returns when nothing is left. A resource
// that cannot be deleted does not prevent the deletion of the others.
func tearDown(ctx context.Context, r *steps.Run, region Region, drill string) error {
	return r.Until(ctx, "nothing of the drill is left", func(ctx context.Context) (bool, string, error) {
		left, failed := region.Leftovers(ctx)
		if drill != "" {
			left = slices.DeleteFunc(left, func(l Leftover) bool { return l.Drill != drill })
		}
		if len(left) == 0 {
			return failed == nil, "", failed
		}
		// A security group cannot be deleted before the instances that use it.
		instances := slices.ContainsFunc(left, func(l Leftover) bool { return l.Kind == DrillDatabase })
		problems := []error{failed}
		var names []string
		for _, leftover := range left {
			names = append(names, leftover.Kind+" "+leftover.ID)
			if leftover.Kind == DrillGroup && instances {
				continue
			}
			problems = append(problems, region.Remove(ctx, leftover))
		}
		return false, "deleting " + strings.Join(names, ", "), errors.Join(problems...)
	})
}

// RunCleanup deletes what earlier drills left, whichever drill it was.
func (o *Operation) RunCleanup(ctx context.Context) (report.Report, error) {
	err := o.Run.Execute(ctx, []steps.Step{o.step(StepTearDown, "Delete what drills left", func(ctx context.Context, r *steps.Run) error {
		return tearDown(ctx, r, o.Recovery, "")
	})})
	if err != nil {
		return report.Report{}, err
	}
	return o.finish("cleaned")
}

func (o *Operation) drilled() (figures []report.Figure, facts []report.Fact) {
	restored, found := steps.Recall[Restored](o.Run, keyRestored)
	if !found {
		return nil, nil
	}
	if !restored.Available.IsZero() {
		figures = append(figures, report.Figure{
			Name: "Restore", Seconds: int64(restored.Available.Sub(restored.Began).Seconds()), Objective: int64(o.Site.RTOMinutes) * 60,
			Basis: "from the call to when the instance was available; the objective is that of the whole recovery",
		})
	}
	if !restored.UpTo.IsZero() {
		figures = append(figures, report.Figure{
			Name: "Age of the copy", Seconds: int64(restored.Began.Sub(restored.UpTo).Seconds()), Objective: int64(o.Site.RPOMinutes) * 60,
			Basis: "from the moment that was restored (" + clock(restored.UpTo) + ") to the call",
		})
	}
	if findings, found := steps.Recall[[]string](o.Run, keyFindings); found {
		text := "encrypted, private, isolated, of the version and size it should be"
		if len(findings) > 0 {
			text = strings.Join(findings, "; ")
		}
		facts = append(facts, report.Fact{Name: "copy " + restored.Identifier, Text: text})
	}
	return figures, append(facts, report.Fact{Name: "not shown", Text: "rows were not read: the copy lets nobody in. The weekly restore test of AWS Backup and the runbook's data check do that."})
}
