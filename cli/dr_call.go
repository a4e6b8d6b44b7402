package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"os/user"
	"runtime/debug"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/carebase/carebase/failover"
	"github.com/carebase/carebase/failover/cloud"
	"github.com/carebase/carebase/failover/engine"
	"github.com/carebase/carebase/failover/health"
	"github.com/carebase/carebase/failover/journal"
	"github.com/carebase/carebase/failover/report"
	"github.com/carebase/carebase/failover/steps"
	"github.com/carebase/carebase/internal/project"
	"github.com/carebase/carebase/stacks/settings"
)

// drCall is one call of a command of dr.
type drCall struct {
	ctx       context.Context
	in        io.Reader
	out       io.Writer
	flags     *drFlags
	project   string // directory of the project
	directory string // of the journals
	stack     string
	settings  *settings.Settings
}

func newDrCall(command *cobra.Command, stack string, flags *drFlags) (*drCall, error) {
	directory, err := command.Flags().GetString("directory")
	if err != nil {
		return nil, err
	}
	loaded, err := project.Load(directory, stack)
	if err != nil {
		return nil, err
	}
	if !loaded.Settings.IsRecovery() {
		return nil, fmt.Errorf("stack %s is no recovery stack: Pulumi.%s.yaml has no section %s:recovery", stack, stack, loaded.Program.Project)
	}
	return &drCall{
		ctx: context.Background(), in: command.InOrStdin(), out: command.OutOrStdout(), flags: flags,
		project: directory, directory: within(directory, flags.journal), stack: stack, settings: loaded.Settings,
	}, nil
}

// with opens both regions and the stack, and makes sure that the credentials are of the account that is meant. An
// interruption stops what is under way; a second one ends the process at once, which does no harm either.
func (c *drCall) with(do func(*failover.Operation) error) error {
	ctx, stop := signal.NotifyContext(c.ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop)
	c.ctx = ctx

	stack, err := engine.Open(ctx, c.project, c.stack)
	if err != nil {
		return err
	}
	outputs, err := stack.Outputs(ctx)
	if err != nil {
		return err
	}
	site, err := failover.ReadSite(outputs)
	if err != nil {
		return fmt.Errorf("stack %s: %w", c.stack, err)
	}
	site.RTOMinutes, site.RPOMinutes = c.settings.Objectives.RTOMinutes, c.settings.Objectives.RPOMinutes
	for _, service := range c.settings.Services {
		site.FargateVCPUs += float64(service.CPU) / 1024 * float64(service.MaxCount)
	}
	recovery, err := cloud.Open(ctx, site.Region)
	if err != nil {
		return err
	}
	primary, err := cloud.Open(ctx, site.PrimaryRegion)
	if err != nil {
		return err
	}
	principal, account, ahead, err := recovery.Caller(ctx)
	if err != nil {
		return fmt.Errorf("asking %s who calls: %w", site.Region, err)
	}
	if account != c.settings.AccountID {
		return fmt.Errorf("the credentials are of account %s, stack %s is of %s: nothing was done", account, c.stack, c.settings.AccountID)
	}
	if ahead.Abs() > failover.ClockTolerance {
		return fmt.Errorf("this machine's clock is %s ahead of AWS's: what is lost could not be told. Set it (timedatectl set-ntp true); nothing was done", ahead.Round(time.Second))
	}
	return do(&failover.Operation{
		Stack: stack, Site: site, Primary: primary, Recovery: recovery,
		Timeout: c.timeOut,
		Probe:   health.Probe, Resolve: health.Resolve,
		Began: failover.Began{Stack: c.stack, Operator: operator(), Caller: principal, Commit: commit(ctx, c.project), Version: version()},
	})
}

// timeOut of a step, by the size that the objectives are derived from: what the database began with says little of it.
func (c *drCall) timeOut(step string) time.Duration {
	size := 0
	if c.settings.Database != nil {
		size = c.settings.Database.MaxAllocatedStorageGiB
	}
	return failover.TimeOut(step, size)
}

// operate begins an operation, or goes on with one, and shows its report.
func (c *drCall) operate(kind string, list func(*failover.Operation) []steps.Step, do func(*failover.Operation) (report.Report, bool, error)) error {
	if c.flags.dryRun {
		return c.show(kind, list)
	}
	open, err := journal.Unfinished(c.directory, kind, c.stack)
	if err != nil {
		return err
	}
	going := c.flags.resume || c.flags.abort
	switch {
	case going && len(open) == 0:
		return fmt.Errorf("there is no unfinished %s of stack %s in %s", kind, c.stack, c.directory)
	case len(open) > 1:
		return fmt.Errorf("there are %d unfinished %ss in %s: keep the journal of the one that is meant and move the others away: %s", len(open), kind, c.directory, strings.Join(open, ", "))
	case !going && len(open) == 1:
		return fmt.Errorf("a %s was not finished: %s. Go on with --resume%s", kind, open[0], map[bool]string{true: ", or undo it with --abort"}[undoable(kind)])
	}
	if err := c.confirm(kind); err != nil {
		return err
	}
	return c.with(func(o *failover.Operation) error {
		if err := c.primary(o, kind == failover.OperationFailback); err != nil {
			return err
		}
		var j *journal.Journal
		if going {
			j, err = journal.Open(open[0], c.stack)
		} else {
			j, err = journal.Create(c.directory, c.stack, journal.NewID(kind, c.stack, time.Now()))
		}
		if err != nil {
			return err
		}
		defer func() { _ = j.Close() }()
		if err := c.begin(o, j, kind); err != nil {
			return err
		}
		made, finished, err := do(o)
		if finished && made.ID != "" {
			fmt.Fprintln(c.out)
			err = errors.Join(err, made.Markdown(c.out))
		}
		if err != nil && made.ID == "" {
			return fmt.Errorf("%w\nIt is journaled in %s; go on with: carebase dr %s %s %s", err, j.Path(), kind, c.stack, direction(o.Run))
		}
		return err
	})
}

// undoable says whether operations of that kind can be undone, with --abort.
func undoable(kind string) bool {
	return kind == failover.OperationFailover || kind == failover.OperationFailback
}

// direction in which an operation goes on.
func direction(run *steps.Run) string {
	if run.Turned() {
		return "--abort"
	}
	return "--resume"
}

// begin journals who began what, or reads it, and adds what this run's operator agrees to.
func (c *drCall) begin(o *failover.Operation, j *journal.Journal, kind string) error {
	o.Run = &steps.Run{Journal: j, Clock: steps.Real(), Say: func(step, text string) {
		fmt.Fprintf(c.out, "%s  %-16s %s\n", time.Now().UTC().Format("15:04:05"), step, text)
	}}
	o.Began.Operation, o.Began.Consent = kind, c.flags.consent()
	if len(j.Records()) > 0 {
		// What a journal calls done is not done again: one of another stack would pass its fence for this one's.
		began, _ := failover.ReadBegan(j)
		if began.Stack != c.stack || began.Operation != kind {
			return fmt.Errorf("the journal %s says that it is of operation %q on stack %q, and not of %q on %q: nothing was done. Move it to where it belongs",
				j.Path(), began.Operation, began.Stack, kind, c.stack)
		}
		o.Began = began
		return o.Agree(c.flags.consent())
	}
	var err error
	if o.Began.OutageBegan, err = c.flags.began(); err != nil {
		return err
	}
	return o.Run.Mark(journal.Begin, o.Began)
}

// primary reads what the primary's settings ask for, and opens its stack where the operation changes that too. Another
// operation must go on without those settings: they may be what is wrong.
func (c *drCall) primary(o *failover.Operation, changed bool) error {
	name := o.Site.PrimaryStack[strings.LastIndex(o.Site.PrimaryStack, "/")+1:]
	loaded, err := project.Load(c.project, name)
	if err != nil && changed {
		return err
	}
	o.Site.PrimaryCounts = map[string]int{}
	if err == nil {
		for _, service := range loaded.Settings.Services {
			o.Site.PrimaryCounts[service.Name] = service.DesiredCount
		}
	}
	if !changed {
		return nil
	}
	o.Protected, err = engine.Open(c.ctx, c.project, name)
	return err
}

// show prints what an operation would do.
func (c *drCall) show(kind string, list func(*failover.Operation) []steps.Step) error {
	r := c.settings.Recovery
	o := &failover.Operation{
		Site:    failover.Site{Region: c.settings.Region, PrimaryRegion: r.PrimaryRegion},
		Timeout: c.timeOut,
	}
	fmt.Fprintf(c.out, "%s of %s (%s, primary %s in %s)\n\n", kind, c.stack, c.settings.Region, r.PrimaryStack, r.PrimaryRegion)
	for i, step := range list(o) {
		fmt.Fprintf(c.out, "%2d. %-16s %-90s at most %s\n", i+1, step.Name, step.Title, step.Timeout)
	}
	_, err := fmt.Fprintf(c.out, "\nNothing was done, and nobody was asked. Whether it would succeed now: carebase dr check %s\n", c.stack)
	return err
}

// confirm asks for the stack's name, which nobody types by mistake.
func (c *drCall) confirm(kind string) error {
	if c.flags.yes {
		return nil
	}
	fmt.Fprintf(c.out, "This is a %s of stack %s, which bears patients' data: %t. Type the stack's name to go on: ", kind, c.stack, c.settings.PHI)
	typed, err := bufio.NewReader(c.in).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if strings.TrimSpace(typed) != c.stack {
		return fmt.Errorf("%q is not %q: nothing was done", strings.TrimSpace(typed), c.stack)
	}
	return nil
}

// clean takes down what drills left.
func (c *drCall) clean() error {
	if err := c.confirm("removal of what drills left"); err != nil {
		return err
	}
	return c.with(func(o *failover.Operation) error {
		return failover.Clean(c.ctx, o, c.directory, steps.Real(), func(step, text string) { fmt.Fprintf(c.out, "%-16s %s\n", step, text) })
	})
}

// operator is the user and the machine.
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

// commit of the settings, as git in the project's directory says.
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

// version of this binary: the commit that it was built from.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "not known"
	}
	for _, setting := range info.Settings {
		if setting.Key == "vcs.revision" {
			return setting.Value
		}
	}
	return info.Main.Version
}
