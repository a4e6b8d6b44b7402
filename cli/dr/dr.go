// Package dr carries out the requests of `carebase dr` and `carebase repair`. It is linked into carebase-dr, with the AWS SDK.
// A request has everything that comes from the settings and the command line; the program of the stacks is the executable that
// the request names.
package dr

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"os/user"
	"strings"
	"syscall"
	"time"

	"github.com/carebase/carebase/cli/handoff"
	"github.com/carebase/carebase/failover"
	"github.com/carebase/carebase/failover/cloud"
	"github.com/carebase/carebase/failover/engine"
	"github.com/carebase/carebase/failover/health"
	"github.com/carebase/carebase/failover/journal"
	"github.com/carebase/carebase/failover/report"
	"github.com/carebase/carebase/failover/steps"
	"github.com/carebase/carebase/internal/pulumicli"
)

// Exit codes, which are those of carebase.
const (
	exitDone    = 0
	exitFailed  = 1
	exitUsage   = 2
	exitReasons = 3 // against a failover; warnings of the status
)

// errReasons is an answer that needs attention. The output names the reasons.
var errReasons = errors.New("there are reasons")

// Main carries out the request in the process's arguments and ends the process.
func Main() {
	request, err := handoff.Parse(os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(exitUsage)
	}
	// The first interruption ends what is in progress; a second one ends the process at once, which does no harm either.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	os.Exit(run(ctx, request, os.Stdout, os.Stderr))
}

func run(ctx context.Context, request handoff.Request, out, complaints io.Writer) int {
	c := call{Request: request, out: out}
	var err error
	switch request.Operation {
	case handoff.Status:
		err = c.status(ctx)
	case handoff.Check:
		err = c.check(ctx)
	case handoff.Repair:
		err = c.repair(ctx)
	default:
		err = c.operate(ctx)
	}
	switch {
	case err == nil:
		return exitDone
	case errors.Is(err, errReasons):
		return exitReasons
	}
	fmt.Fprintf(complaints, "%s: %v\n", request.Command, err)
	return exitFailed
}

// call is one request with where its output goes.
type call struct {
	handoff.Request
	out io.Writer
}

func (c call) cli(stack string) pulumicli.Stack {
	return pulumicli.Stack{Directory: c.Directory, Name: stack, Program: c.Program}
}

// open makes the operation: it reads the recovery stack's outputs, opens both regions, and checks the account and the clock.
func (c call) open(ctx context.Context) (*failover.Operation, error) {
	stack := engine.New(c.cli(c.Stack))
	outputs, err := stack.Outputs(ctx)
	if err != nil {
		return nil, err
	}
	site, err := failover.ReadSite(outputs)
	if err != nil {
		return nil, fmt.Errorf("stack %s: %w", c.Stack, err)
	}
	site.Settings = c.Settings
	recovery, err := cloud.Open(ctx, site.Region)
	if err != nil {
		return nil, err
	}
	primary, err := cloud.Open(ctx, site.PrimaryRegion)
	if err != nil {
		return nil, err
	}
	caller, err := recovery.Caller(ctx)
	if err != nil {
		return nil, fmt.Errorf("asking %s who calls: %w", site.Region, err)
	}
	if caller.Account != c.Settings.AccountID {
		return nil, fmt.Errorf("the credentials are of account %s, stack %s is of %s: nothing was done", caller.Account, c.Stack, c.Settings.AccountID)
	}
	if caller.ClockAhead.Abs() > failover.ClockTolerance {
		return nil, fmt.Errorf("this machine's clock is %s ahead of AWS's, so the loss of data cannot be measured. Set the clock (timedatectl set-ntp true); nothing was done",
			caller.ClockAhead.Round(time.Second))
	}
	o := &failover.Operation{
		Stack: stack, Site: site, Primary: primary, Recovery: recovery, Probe: health.Probe, Resolve: health.Resolve,
		Began: failover.Began{Stack: c.Stack, Operator: operator(), Caller: caller.ARN, Commit: commit(ctx, c.Directory), Version: handoff.Version()},
	}
	if c.Operation == failover.OperationFailback {
		protected := engine.New(c.cli(site.PrimaryStack[strings.LastIndex(site.PrimaryStack, "/")+1:]))
		if _, err := protected.Outputs(ctx); err != nil {
			return nil, err
		}
		o.PrimaryStack = protected
	}
	return o, nil
}

func (c call) status(ctx context.Context) error {
	o, err := c.open(ctx)
	if err != nil {
		return err
	}
	status := o.Status(ctx, time.Now().UTC())
	c.addUnfinished(&status)
	if err := c.write(status, status.Write); err != nil {
		return err
	}
	if len(status.Warnings()) > 0 {
		return errReasons
	}
	return nil
}

// addUnfinished adds the operations that were begun and not ended. A journal that cannot be read is reported in the status.
func (c call) addUnfinished(status *failover.Status) {
	unfinished, err := journal.Unfinished(c.Journals, "", c.Stack)
	if err != nil {
		status.NotFoundOut = append(status.NotFoundOut, "unfinished operations: "+err.Error())
	}
	status.Unfinished = unfinished
}

func (c call) check(ctx context.Context) error {
	o, err := c.open(ctx)
	if err != nil {
		return err
	}
	// In an outage the primary region may not answer.
	reasons := o.Reasons(ctx, time.Now().UTC(), c.OutageBegan, c.OutageBegan.IsZero())
	err = c.write(reasons, func(w io.Writer) error {
		if len(reasons) == 0 {
			_, err := fmt.Fprintf(w, "%s is fit to fail over to %s\n", c.Stack, o.Site.Region)
			return err
		}
		fmt.Fprintf(w, "%d reasons not to fail over:\n", len(reasons))
		for _, reason := range reasons {
			fmt.Fprintf(w, "  - %s\n", reason)
		}
		return nil
	})
	if err == nil && len(reasons) > 0 {
		err = errReasons
	}
	return err
}

func (c call) write(value any, text func(io.Writer) error) error {
	if !c.JSON {
		return text(c.out)
	}
	encoder := json.NewEncoder(c.out)
	encoder.SetIndent("", "  ")
	return encoder.Encode(value)
}

// operate begins an operation, or resumes it, and prints its report.
func (c call) operate(ctx context.Context) error {
	o, err := c.open(ctx)
	if err != nil {
		return err
	}
	var j *journal.Journal
	if c.Resume != "" {
		j, err = journal.Open(c.Resume, c.Stack)
	} else {
		j, err = journal.Create(c.Journals, c.Stack, journal.NewID(c.Operation, c.Stack, time.Now()))
	}
	if err != nil {
		return err
	}
	defer func() { _ = j.Close() }()
	run := &steps.Run{Journal: j, Clock: steps.Real(), Say: func(step, text string) {
		fmt.Fprintf(c.out, "%s  %-16s %s\n", time.Now().UTC().Format("15:04:05"), step, text)
	}}
	if err := o.Begin(run, c.Operation, c.Consent, c.OutageBegan); err != nil {
		return err
	}
	made, err := c.execute(ctx, o)
	if made.ID == "" {
		if err != nil {
			return fmt.Errorf("%w\nIt is journaled in %s; to continue: carebase dr %s %s %s", err, j.Path(), c.Operation, c.Stack, direction(run))
		}
		return nil
	}
	fmt.Fprintln(c.out)
	return errors.Join(err, made.Markdown(c.out))
}

// execute runs the operation. The report is empty if the operation has not ended.
func (c call) execute(ctx context.Context, o *failover.Operation) (report.Report, error) {
	switch c.Operation {
	case failover.OperationFailover:
		if c.Abort {
			return o.AbortFailover(ctx)
		}
		return o.RunFailover(ctx)
	case failover.OperationFailback:
		if c.Abort {
			return o.AbortFailback(ctx)
		}
		made, finished, err := o.RunFailback(ctx, c.Return)
		if err == nil && !finished {
			fmt.Fprintf(c.out, "\n%s follows the recovery region. In the maintenance window: carebase dr failback %s --resume --return\n", o.Site.PrimaryDatabase, c.Stack)
		}
		return made, err
	case failover.OperationFence:
		return o.RunFence(ctx)
	case failover.OperationCleanup:
		return o.RunCleanup(ctx)
	default:
		return o.RunDrill(ctx)
	}
}

// direction returns the flag that continues an operation.
func direction(run *steps.Run) string {
	if run.Turned() {
		return "--abort"
	}
	return "--resume"
}

// operator returns the user and the machine.
func operator() string {
	name, host := "unknown", "unknown"
	if who, err := user.Current(); err == nil {
		name = who.Username
	}
	if it, err := os.Hostname(); err == nil {
		host = it
	}
	return name + "@" + host
}

// commit returns the commit of the settings, as git in the project's directory says.
func commit(ctx context.Context, directory string) string {
	head, err := exec.CommandContext(ctx, "git", "-C", directory, "rev-parse", "HEAD").Output()
	if err != nil {
		return "not known"
	}
	changes, err := exec.CommandContext(ctx, "git", "-C", directory, "status", "--porcelain").Output()
	if err != nil || len(changes) > 0 {
		return strings.TrimSpace(string(head)) + ", with changes"
	}
	return strings.TrimSpace(string(head))
}
