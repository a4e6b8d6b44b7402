package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/carebase/carebase/failover"
	"github.com/carebase/carebase/failover/journal"
	"github.com/carebase/carebase/failover/report"
)

// drFlags are the choices of one call of a command of dr.
type drFlags struct {
	journal     string
	yes         bool
	dryRun      bool
	resume      bool
	asJSON      bool
	outageBegan string
	accept      []string

	abort              bool // failover, failback
	primaryUnreachable bool // failover
	andReturn          bool // failback
	clean              bool // drill
}

const drLong = `Moves a system to its recovery region and back, and practises it. STACK is the recovery stack.
docs/disaster-recovery.md is the runbook.

Every operation is journaled; one that was killed or that stopped is gone on with by --resume. Nothing
is changed without --yes, or the stack's name typed.`

func drCommand() *cobra.Command {
	command := &cobra.Command{
		Use:   "dr",
		Short: "Fail over to the recovery region, fail back, drill",
		Long:  drLong,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usageError{fmt.Errorf("there is no command dr %q", args[0])}
			}
			return nil
		},
		RunE: func(*cobra.Command, []string) error { return usageError{errors.New("name a command of dr")} },
	}
	command.AddCommand(drStatusCommand(), drCheckCommand(), drFailoverCommand(), drFenceCommand(), drFailbackCommand(), drDrillCommand())
	return command
}

// drSubcommand is a command that takes a recovery stack.
func drSubcommand(use, short, long string, flags *drFlags, do func(*drCall) error) *cobra.Command {
	command := &cobra.Command{
		Use: use + " STACK", Short: short, Long: long,
		Example: "  carebase dr " + use + " dr",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 || args[0] == "" {
				return usageError{errors.New("name one recovery stack")}
			}
			return flags.check()
		},
		RunE: func(command *cobra.Command, args []string) error {
			call, err := newDrCall(command, args[0], flags)
			if err != nil {
				return err
			}
			return do(call)
		},
	}
	command.Flags().StringVar(&flags.journal, "journal", "dr-journal", "keep journals and reports in `DIR`")
	return command
}

// check refuses choices that contradict each other.
func (f *drFlags) check() error {
	if _, err := f.began(); err != nil {
		return usageError{err}
	}
	switch {
	case f.resume && f.abort:
		return usageError{errors.New("give --resume or --abort, not both")}
	case f.andReturn && f.abort:
		return usageError{errors.New("give --return or --abort, not both")}
	case f.dryRun && (f.resume || f.abort || f.clean):
		return usageError{errors.New("--dry-run shows what a new operation would do: leave --resume, --abort and --clean out")}
	case f.clean && f.resume:
		return usageError{errors.New("give --clean or --resume, not both")}
	case f.resume && f.outageBegan != "":
		return usageError{errors.New("--outage-began is said when a failover is begun, not when it is resumed")}
	}
	for _, code := range f.accept {
		if !knownCode(code) {
			return usageError{fmt.Errorf("--accept %q: allowed is %s", code, strings.Join(failover.Codes, ", "))}
		}
	}
	return nil
}

func knownCode(code string) bool {
	for _, known := range failover.Codes {
		if code == known {
			return true
		}
	}
	return false
}

// began is when the outage began; zero where nobody said.
func (f *drFlags) began() (time.Time, error) {
	if f.outageBegan == "" {
		return time.Time{}, nil
	}
	at, err := time.Parse(time.RFC3339, f.outageBegan)
	if err != nil {
		return at, fmt.Errorf("--outage-began %q: a time such as 2026-11-21T03:00:00Z", f.outageBegan)
	}
	if at.After(time.Now()) {
		return at, fmt.Errorf("--outage-began %q is in the future", f.outageBegan)
	}
	return at.UTC(), nil
}

func (f *drFlags) consent() failover.Consent {
	return failover.Consent{PrimaryUnreachable: f.primaryUnreachable, Accepted: f.accept}
}

func drStatusCommand() *cobra.Command {
	var flags drFlags
	command := drSubcommand("status", "Show both sides: replica lag, backups, switch, what would be lost now",
		"Asks both regions and shows what they answer. Changes nothing.\n\nExit status: 0 nothing needs attention, 1 nothing could be shown, 2 wrong usage, 3 something needs attention or could not be found out.",
		&flags, func(c *drCall) error {
			return c.with(func(o *failover.Operation) error {
				status := failover.Look(c.ctx, o, time.Now().UTC())
				c.noteUnfinished(&status)
				if err := written(c.out, flags.asJSON, status, status.Write); err != nil {
					return err
				}
				if len(status.Warnings()) > 0 {
					return errViolations
				}
				return nil
			})
		})
	command.Flags().BoolVar(&flags.asJSON, "json", false, "write one JSON object")
	return command
}

// noteUnfinished adds what was begun and not ended. A journal that cannot be read is no reason to show nothing.
func (c *drCall) noteUnfinished(status *failover.Status) {
	unfinished, err := journal.Unfinished(c.directory, "", c.stack)
	if err != nil {
		status.NotFoundOut = append(status.NotFoundOut, "unfinished operations: "+err.Error())
	}
	status.Unfinished = unfinished
}

func drCheckCommand() *cobra.Command {
	var flags drFlags
	command := drSubcommand("check", "List every reason not to fail over now",
		"Asks the recovery region, and the primary, unless an outage began, whether a replica fills its disk. Changes nothing.\n\nExit status: 0 fit to fail over, 1 nothing could be checked, 2 wrong usage, 3 there are reasons; what could not be found out is one.",
		&flags, func(c *drCall) error {
			return c.with(func(o *failover.Operation) error {
				outage, err := flags.began()
				if err != nil {
					return err
				}
				primary := o.Primary
				if !outage.IsZero() {
					primary = nil // there may be nobody to ask
				}
				reasons := failover.Check(c.ctx, o.Stack, o.Site, primary, o.Recovery, time.Now().UTC(), outage)
				err = written(c.out, flags.asJSON, reasons, func(w io.Writer) error {
					if len(reasons) == 0 {
						_, err := fmt.Fprintf(w, "%s is fit to fail over to %s\n", o.Stack.Name(), o.Site.Region)
						return err
					}
					fmt.Fprintf(w, "%d reasons not to fail over:\n", len(reasons))
					for _, reason := range reasons {
						fmt.Fprintf(w, "  - %s\n", reason)
					}
					return nil
				})
				if err == nil && len(reasons) > 0 {
					err = errViolations
				}
				return err
			})
		})
	command.Flags().BoolVar(&flags.asJSON, "json", false, "write a JSON array")
	outageFlag(command, &flags)
	return command
}

func outageFlag(command *cobra.Command, flags *drFlags) {
	command.Flags().StringVar(&flags.outageBegan, "outage-began", "", "`TIME` (RFC 3339) at which the primary stopped serving: RTO and loss are counted from it")
}

func written(out io.Writer, asJSON bool, value any, text func(io.Writer) error) error {
	if !asJSON {
		return text(out)
	}
	encoder := json.NewEncoder(out)
	encoder.SetIndent("", "  ")
	return encoder.Encode(value)
}

// operationFlags are those of the commands that change something.
func operationFlags(command *cobra.Command, flags *drFlags) {
	command.Flags().BoolVar(&flags.yes, "yes", false, "do not ask for the stack's name to be typed")
	command.Flags().BoolVar(&flags.dryRun, "dry-run", false, "show the steps and do none; asks neither AWS nor the state")
	command.Flags().BoolVar(&flags.resume, "resume", false, "go on with the operation that was not finished")
}

func drFailoverCommand() *cobra.Command {
	var flags drFlags
	command := drSubcommand("failover", "Make the recovery region serve",
		`Checks, fences the primary where it can be reached, moves traffic, promotes the replica, starts the
services, turns the standby and AWS Backup on, verifies, and writes a report. After the fence nothing calls
the primary region.

Exit status: 0 failed over (or, with --abort, back), 1 it stopped and can be resumed, 2 wrong usage.`,
		&flags, func(c *drCall) error {
			return c.operate(failover.OperationFailover, (*failover.Operation).Failover, func(o *failover.Operation) (report.Report, bool, error) {
				if flags.abort {
					made, err := o.TakeBack(c.ctx)
					return made, true, err
				}
				made, err := o.FailOver(c.ctx)
				return made, true, err
			})
		})
	operationFlags(command, &flags)
	outageFlag(command, &flags)
	command.Flags().BoolVar(&flags.abort, "abort", false, "undo a failover that has not promoted the replica")
	command.Flags().BoolVar(&flags.primaryUnreachable, "primary-unreachable", false, "go on although the primary cannot be fenced")
	command.Flags().StringSliceVar(&flags.accept, "accept", nil, "fail over in spite of reasons of these `CODES`: "+strings.Join(failover.Codes, ", "))
	return command
}

func drFenceCommand() *cobra.Command {
	var flags drFlags
	command := drSubcommand("fence", "Stop the services of a primary that was failed over unreached and has returned",
		"Stops the primary's services and their autoscaling. Until then they may write to data that nobody reads.",
		&flags, func(c *drCall) error {
			return c.operate(failover.OperationFence, (*failover.Operation).Fence, func(o *failover.Operation) (report.Report, bool, error) {
				made, err := o.StopPrimary(c.ctx)
				return made, true, err
			})
		})
	operationFlags(command, &flags)
	return command
}

func drFailbackCommand() *cobra.Command {
	var flags drFlags
	command := drSubcommand("failback", "Rebuild the old primary as a replica, and return to it",
		`Without --return it stops the old primary's services, keeps its database under another name and
rebuilds it as a replica of the recovery region's; people are served on. With --return, in a
maintenance window, it stops the recovery region's services, promotes the replica, returns traffic, and
makes the recovery region stand by again. --abort takes the window back until the primary's stack is
updated: the recovery region's services start again, and the failback ends.

Exit status: 0 done, 1 it stopped and can be resumed, 2 wrong usage.`,
		&flags, func(c *drCall) error {
			return c.operate(failover.OperationFailback, (*failover.Operation).Failback, func(o *failover.Operation) (report.Report, bool, error) {
				if flags.abort {
					made, err := o.Stay(c.ctx)
					return made, true, err
				}
				made, finished, err := o.FailBack(c.ctx, flags.andReturn)
				if err == nil && !finished {
					fmt.Fprintf(c.out, "\n%s follows the recovery region. In the maintenance window: carebase dr failback %s --resume --return\n",
						o.Site.PrimaryDatabase, o.Stack.Name())
				}
				return made, finished, err
			})
		})
	operationFlags(command, &flags)
	command.Flags().BoolVar(&flags.abort, "abort", false, "take the maintenance window back: the recovery region serves on")
	command.Flags().BoolVar(&flags.andReturn, "return", false, "return to the primary: nobody is served for about half an hour")
	return command
}

func drDrillCommand() *cobra.Command {
	var flags drFlags
	command := drSubcommand("drill", "Restore the replicated backup into an isolated copy, measure, take it down",
		`Touches nothing that serves. What it makes is tagged carebase:drill and is taken down whatever becomes
of the drill; --clean takes down what a drill left whose journal is lost.

Exit status: 0 the drill showed what it was to show, 1 it did not, 2 wrong usage.`,
		&flags, func(c *drCall) error {
			if flags.clean {
				return c.clean()
			}
			return c.operate(failover.OperationDrill, (*failover.Operation).Drill, func(o *failover.Operation) (report.Report, bool, error) {
				made, err := o.Practise(c.ctx)
				return made, made.Outcome != "", err
			})
		})
	operationFlags(command, &flags)
	command.Flags().BoolVar(&flags.clean, "clean", false, "take down what earlier drills left")
	return command
}
