package failover

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/carebase/carebase/failover/journal"
	"github.com/carebase/carebase/failover/report"
	"github.com/carebase/carebase/failover/steps"
)

// The outcomes of operations.
const (
	FailedOver    = "failed over"
	NotFailedOver = "not failed over"
	NothingDone   = "nothing was done" // the state is as it was before the operation
	FailedBack    = "failed back"
	NotFailedBack = "not failed back" // the maintenance window was opened and aborted
	Drilled       = "drilled"
)

// The operations.
const (
	OperationFailover = "failover"
	OperationFailback = "failback"
	OperationDrill    = "drill"
	OperationFence    = "fence"
	OperationCleanup  = "clean"
)

// End is the data of the journal's last record.
type End struct {
	Outcome string   `json:"outcome"`
	Reports []string `json:"reports"`
}

// ErrTurned refuses to resume an operation that is being aborted.
var ErrTurned = errors.New("it is being undone: go on with --abort")

// RunFailover runs the failover, or resumes it.
func (o *Operation) RunFailover(ctx context.Context) (report.Report, error) {
	if o.Run.Turned() {
		if err := o.onlyForward(ctx); err != nil {
			return report.Report{}, err
		}
	}
	if err := o.Run.Execute(ctx, o.failoverSteps()); err != nil {
		return report.Report{}, err
	}
	return o.finish(FailedOver)
}

// onlyForward refuses to resume a failover that is being aborted, with one exception: the database was promoted, and the abort
// has not started the primary's services. While the database is a replica, resuming is not possible: the abort may have undone
// the fence and the switch, which the journal still calls done.
func (o *Operation) onlyForward(ctx context.Context) error {
	db, err := o.Recovery.Database(ctx, o.Site.Database)
	switch {
	case err != nil:
		return err
	case db.Replica():
		return ErrTurned
	case o.Run.Started(stepUnfence):
		return steps.Refuse("%s is promoted, and the services in %s may be running again, which write to a database of their own: going on would lose that. "+
			"Nothing was done. Undo to the end with --abort: no service runs in %s, so the data in %s is the one that counts. Then %s has to be made a replica again",
			db.Identifier, o.Site.PrimaryRegion, o.Site.Region, o.Site.PrimaryRegion, db.Identifier)
	}
	return nil
}

// AbortFailover undoes a failover that has not promoted the replica.
func (o *Operation) AbortFailover(ctx context.Context) (report.Report, error) {
	if !o.Run.Started(StepFence) {
		return o.finish(NothingDone)
	}
	// Once the primary's services were asked to start, they write to the primary's data. So the abort must be finished.
	if !o.Run.Started(stepUnfence) {
		if err := o.mayUndo(ctx); err != nil {
			return report.Report{}, err
		}
	}
	if !o.Run.Turned() {
		if err := o.Run.Mark(journal.Turn, nil); err != nil {
			return report.Report{}, err
		}
	}
	if err := o.Run.Execute(ctx, o.undoSteps()); err != nil {
		return report.Report{}, err
	}
	return o.finish(NotFailedOver)
}

// RunFence stops the old primary's services after a failover that could not reach them.
func (o *Operation) RunFence(ctx context.Context) (report.Report, error) {
	if err := o.Run.Execute(ctx, o.fenceSteps()); err != nil {
		return report.Report{}, err
	}
	return o.finish("fenced")
}

// finish writes the reports, and then the journal's last record, because an operation without reports has not ended.
func (o *Operation) finish(outcome string) (report.Report, error) {
	made := o.report(outcome)
	base := strings.TrimSuffix(o.Run.Journal.Path(), filepath.Ext(o.Run.Journal.Path()))
	var markdown, object strings.Builder
	if err := errors.Join(made.Markdown(&markdown), made.JSON(&object)); err != nil {
		return made, err
	}
	paths := []string{base + ".md", base + ".json"}
	for i, text := range []string{markdown.String(), object.String()} {
		if err := write(paths[i], text); err != nil {
			return made, err
		}
	}
	return made, o.Run.Mark(journal.End, End{Outcome: outcome, Reports: paths})
}

// write replaces a file atomically.
func write(path, text string) error {
	next := path + ".next"
	if err := os.WriteFile(next, []byte(text), 0o600); err != nil {
		return err
	}
	return os.Rename(next, path)
}

// report makes the report from the journal's records so far.
func (o *Operation) report(outcome string) report.Report {
	records := o.Run.Journal.Records()
	made := report.Report{
		ID: o.Run.Journal.ID(), Operation: o.Began.Operation, Stack: o.Began.Stack, Outcome: outcome,
		Operator: o.Began.Operator, Caller: o.Began.Caller, Commit: o.Began.Commit, Version: o.Began.Version,
		Ended: o.Run.Clock.Now(), Timeline: report.Timeline(records), Digest: o.Run.Journal.Digest(),
	}
	if len(records) > 0 {
		made.Began = records[0].Time
	}
	switch o.Began.Operation {
	case OperationFailover:
		made.Reached, made.Facts = o.reached(), o.facts()
	case OperationFailback:
		made.Reached, made.Facts = o.failedBack()
	case OperationDrill:
		made.Reached, made.Facts = o.drilled()
	}
	return made
}

func (o *Operation) reached() (figures []report.Figure) {
	from, said := o.outage()
	basis := "from the first record of the journal"
	if said {
		basis = "from when the outage began, as the operator said,"
	}
	if served, found := steps.Recall[time.Time](o.Run, keyServing); found {
		figures = append(figures, report.Figure{
			Name: "RTO", Seconds: int64(served.Sub(from).Seconds()), Objective: int64(o.Site.RTOMinutes) * 60,
			Basis: basis + " to when every task was healthy",
		})
	}
	fence, _ := steps.Recall[Fence](o.Run, keyFence)
	replicated, found := steps.Recall[Replicated](o.Run, keyReplicated)
	// A loss of zero that is not proven is reported as a fact, not as a figure.
	if found && (replicated.Complete || !replicated.Until.IsZero() && (!fence.Reached || replicated.Loss > 0)) {
		basis := "at most: from the last moment the replica surely had (" + clock(replicated.Until) + ") to when writing stopped"
		if replicated.Complete {
			basis = "nothing: every task was seen STOPPED at " + clock(fence.At) + ", and the replica had everything at a reading after that"
		}
		figures = append(figures, report.Figure{
			Name: "RPO", Seconds: int64(replicated.Loss.Round(time.Second).Seconds()), Objective: int64(o.Site.RPOMinutes) * 60, Basis: basis,
		})
	}
	return figures
}

func (o *Operation) facts() (facts []report.Fact) {
	add := func(name, format string, args ...any) {
		facts = append(facts, report.Fact{Name: name, Text: fmt.Sprintf(format, args...)})
	}
	if fence, found := steps.Recall[Fence](o.Run, keyFence); found {
		if fence.Reached {
			add("fence", "every task in %s was seen STOPPED at %s", o.Site.PrimaryRegion, clock(fence.At))
		} else {
			add("fence", "%s was NOT fenced (%s): stop its services before anything else when it returns: carebase dr fence %s",
				o.Site.PrimaryRegion, fence.Error, o.Stack.Name())
		}
		if told := append(slices.Clone(fence.Stopped.Services), fence.Stopped.Tasks...); len(told) > 0 {
			add("told to stop", "%s", list(told))
		}
		if len(fence.Stopped.NotAsked) > 0 {
			add("not answered", "%s: tasks may be started again; when it answers: carebase dr fence %s", list(fence.Stopped.NotAsked), o.Stack.Name())
		}
		replicated, found := steps.Recall[Replicated](o.Run, keyReplicated)
		switch {
		case found && !replicated.Complete && replicated.Until.IsZero():
			add("data", "how much is missing is not known: the replica's lag was not reported")
		case found && !replicated.Complete && fence.Reached && replicated.Loss == 0:
			add("data", "nothing that was written before the fence is missing; that nothing was written after it is not proven")
		}
	}
	if why, found := steps.Recall[string](o.Run, keyDeletes); found && why != "" {
		add("files", "bucket %s takes the primary's deletions: %s", o.Site.FilesBucket, why)
	}
	if accepted, found := steps.Recall[[]Reason](o.Run, keyAccepted); found {
		for _, reason := range accepted {
			add("accepted", "%s", reason)
		}
	}
	if at, found := steps.Recall[string](o.Run, keyActivation); found {
		add("promotion", "decided at %s (recovery.activatedAt)", at)
	}
	if traffic, found := steps.Recall[string](o.Run, keyTraffic); found {
		add("traffic", "before the promotion %s", traffic)
	}
	if dns, found := steps.Recall[string](o.Run, keyDNS); found {
		add("DNS", "%s", dns)
	}
	return facts
}
