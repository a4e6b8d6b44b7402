package cli

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/carebase/carebase/cli/handoff"
	"github.com/carebase/carebase/failover"
)

// drFlags are the flags of the commands of dr.
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

const drLong = `Moves a system to its recovery region and back, and rehearses that. STACK is the recovery stack.
docs/disaster-recovery.md is the runbook.

Every operation is journaled. Use --resume to continue an interrupted operation. Nothing is changed unless
--yes is given or the stack's name is typed.`

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

// drSubcommand returns a command of dr that takes a recovery stack.
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
		if !slices.Contains(failover.Codes, code) {
			return usageError{fmt.Errorf("--accept %q: allowed is %s", code, strings.Join(failover.Codes, ", "))}
		}
	}
	return nil
}

// began returns when the outage began, or zero if the operator gave no time.
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

func drStatusCommand() *cobra.Command {
	var flags drFlags
	command := drSubcommand("status", "Show both sides: replica lag, backups, switch, what would be lost now",
		"Asks both regions and shows what they answer. Changes nothing.\n\nExit status: 0 nothing needs attention, 1 nothing could be shown, 2 wrong usage, 3 something needs attention or was not answered.",
		&flags, func(c *drCall) error { return c.request(handoff.Status, "") })
	command.Flags().BoolVar(&flags.asJSON, "json", false, "write one JSON object")
	return command
}

func drCheckCommand() *cobra.Command {
	var flags drFlags
	command := drSubcommand("check", "List every reason not to fail over now",
		"Asks the recovery region. Without --outage-began it also asks the primary region whether the logs of a replica fill the\nprimary's disk. Changes nothing.\n\nExit status: 0 fit to fail over, 1 nothing could be checked, 2 wrong usage, 3 there are reasons; a question without an\nanswer is a reason.",
		&flags, func(c *drCall) error { return c.request(handoff.Check, "") })
	command.Flags().BoolVar(&flags.asJSON, "json", false, "write a JSON array")
	outageFlag(command, &flags)
	return command
}

func outageFlag(command *cobra.Command, flags *drFlags) {
	command.Flags().StringVar(&flags.outageBegan, "outage-began", "", "`TIME` (RFC 3339) at which the primary stopped serving: RTO and loss are counted from it")
}

// operationFlags adds the flags of the commands that change something.
func operationFlags(command *cobra.Command, flags *drFlags) {
	command.Flags().BoolVar(&flags.yes, "yes", false, "do not ask for the stack's name to be typed")
	command.Flags().BoolVar(&flags.dryRun, "dry-run", false, "show the steps and do none; asks neither AWS nor the state")
	command.Flags().BoolVar(&flags.resume, "resume", false, "continue the operation that was not finished")
}

func drFailoverCommand() *cobra.Command {
	var flags drFlags
	command := drSubcommand("failover", "Make the recovery region serve",
		`Checks, fences the primary where it can be reached, moves traffic, promotes the replica, starts the
services, turns the standby and AWS Backup on, verifies, and writes a report. After the fence nothing calls
the primary region.

Exit status: 0 failed over (or, with --abort, back), 1 it stopped and can be resumed, 2 wrong usage.`,
		&flags, func(c *drCall) error { return c.operate(failover.OperationFailover) })
	operationFlags(command, &flags)
	outageFlag(command, &flags)
	command.Flags().BoolVar(&flags.abort, "abort", false, "undo a failover that has not promoted the replica")
	command.Flags().BoolVar(&flags.primaryUnreachable, "primary-unreachable", false, "continue although the primary cannot be fenced")
	command.Flags().StringSliceVar(&flags.accept, "accept", nil, "fail over in spite of reasons of these `CODES`: "+strings.Join(failover.Codes, ", "))
	return command
}

func drFenceCommand() *cobra.Command {
	var flags drFlags
	command := drSubcommand("fence", "Stop the old primary's services once its region is reachable again",
		"Stops the services of a primary that could not be reached during the failover, and their autoscaling. Until then these\nservices may write to data that nobody reads.",
		&flags, func(c *drCall) error { return c.operate(failover.OperationFence) })
	operationFlags(command, &flags)
	return command
}

func drFailbackCommand() *cobra.Command {
	var flags drFlags
	command := drSubcommand("failback", "Rebuild the old primary as a replica, and return to it",
		`Without --return it stops the old primary's services, keeps the old database under another name, and
creates a replica of the recovery region's database in its place; the recovery region serves meanwhile. With
--return, in a maintenance window, it stops the recovery region's services, promotes the replica, moves the
traffic back, and makes the recovery region stand by again. --abort ends the maintenance window, until the
primary's stack is updated: the recovery region's services start again, and the failback ends.

Exit status: 0 done, 1 it stopped and can be resumed, 2 wrong usage.`,
		&flags, func(c *drCall) error { return c.operate(failover.OperationFailback) })
	operationFlags(command, &flags)
	command.Flags().BoolVar(&flags.abort, "abort", false, "end the maintenance window: the recovery region serves again")
	command.Flags().BoolVar(&flags.andReturn, "return", false, "return to the primary: nobody is served for about half an hour")
	return command
}

func drDrillCommand() *cobra.Command {
	var flags drFlags
	command := drSubcommand("drill", "Restore the replicated backup into an isolated copy, measure, delete the copy",
		`Changes nothing that serves. Everything that a drill creates has the tag carebase:drill and is deleted at
the end, also if the drill fails. --clean deletes what a drill left whose journal is lost.

Exit status: 0 the drill showed what it was to show, 1 it did not, 2 wrong usage.`,
		&flags, func(c *drCall) error {
			if flags.clean {
				return c.clean()
			}
			return c.operate(failover.OperationDrill)
		})
	operationFlags(command, &flags)
	command.Flags().BoolVar(&flags.clean, "clean", false, "delete what earlier drills left")
	return command
}
