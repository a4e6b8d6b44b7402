package cli

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/carebase/carebase/cli/handoff"
	"github.com/carebase/carebase/failover"
	"github.com/carebase/carebase/failover/journal"
	"github.com/carebase/carebase/internal/project"
	"github.com/carebase/carebase/stacks/settings"
)

// handOff starts carebase-dr. It is a variable for tests.
var handOff = handoff.Start

// drCall is one call of a command of dr.
type drCall struct {
	command   *cobra.Command
	flags     *drFlags
	directory string // of the project
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
	return &drCall{command: command, flags: flags, directory: directory, stack: stack, settings: loaded.Settings}, nil
}

func (c *drCall) journals() string { return within(c.directory, c.flags.journal) }

// request has carebase-dr carry out an operation.
func (c *drCall) request(operation, resume string) error {
	allowStale, err := c.command.Flags().GetBool("allow-stale")
	if err != nil {
		return err
	}
	began, err := c.flags.began()
	if err != nil {
		return err
	}
	needed := c.operationSettings()
	// An operation that does not update the primary stack goes on without the primary's settings, which may be wrong.
	needed.PrimaryCounts, err = c.primaryCounts()
	if err != nil && operation == failover.OperationFailback {
		return err
	}
	return handOff(handoff.Request{
		Command: c.command.CommandPath(), Operation: operation, AllowStale: allowStale, Directory: c.directory, Stack: c.stack,
		JSON: c.flags.asJSON, Settings: needed, Journals: c.journals(), Resume: resume, Abort: c.flags.abort, Return: c.flags.andReturn,
		OutageBegan: began, Consent: failover.Consent{PrimaryUnreachable: c.flags.primaryUnreachable, Accepted: c.flags.accept},
	})
}

// operationSettings returns what operations need of the recovery stack's settings.
func (c *drCall) operationSettings() failover.Settings {
	needed := failover.Settings{AccountID: c.settings.AccountID}
	if objectives := c.settings.Objectives; objectives != nil {
		needed.RTOMinutes, needed.RPOMinutes = objectives.RTOMinutes, objectives.RPOMinutes
	}
	if database := c.settings.Database; database != nil {
		needed.DatabaseMaxGiB = database.MaxAllocatedStorageGiB
	}
	for _, service := range c.settings.Services {
		needed.FargateVCPUs += float64(service.CPU) / 1024 * float64(service.MaxCount)
	}
	return needed
}

// primaryCounts returns the desired task counts in the primary stack's settings.
func (c *drCall) primaryCounts() (map[string]int, error) {
	primary := c.settings.Recovery.PrimaryStack
	loaded, err := project.Load(c.directory, primary[strings.LastIndex(primary, "/")+1:])
	if err != nil {
		return nil, err
	}
	counts := map[string]int{}
	for _, service := range loaded.Settings.Services {
		counts[service.Name] = service.DesiredCount
	}
	return counts, nil
}

// operate begins an operation, or resumes the unfinished one, after the operator has confirmed it.
func (c *drCall) operate(operation string) error {
	if c.flags.dryRun {
		return c.show(operation)
	}
	open, err := journal.Unfinished(c.journals(), operation, c.stack)
	if err != nil {
		return err
	}
	going := c.flags.resume || c.flags.abort
	switch {
	case going && len(open) == 0:
		return fmt.Errorf("there is no unfinished %s of stack %s in %s", operation, c.stack, c.journals())
	case len(open) > 1:
		return fmt.Errorf("there are %d unfinished %ss in %s: keep the journal of the one that is meant and move the others away: %s", len(open), operation, c.journals(), strings.Join(open, ", "))
	case !going && len(open) == 1:
		undo := ""
		if operation == failover.OperationFailover || operation == failover.OperationFailback {
			undo = ", or undo it with --abort"
		}
		return fmt.Errorf("a %s was not finished: %s. Go on with --resume%s", operation, open[0], undo)
	}
	if err := c.confirm(operation); err != nil {
		return err
	}
	resume := ""
	if going {
		resume = open[0]
	}
	return c.request(operation, resume)
}

// show prints what an operation would do.
func (c *drCall) show(operation string) error {
	r := c.settings.Recovery
	o := &failover.Operation{Site: failover.Site{Settings: c.operationSettings(), Region: c.settings.Region, PrimaryRegion: r.PrimaryRegion}}
	out := c.command.OutOrStdout()
	fmt.Fprintf(out, "%s of %s (%s, primary %s in %s)\n\n", operation, c.stack, c.settings.Region, r.PrimaryStack, r.PrimaryRegion)
	for i, step := range o.Steps(operation) {
		fmt.Fprintf(out, "%2d. %-16s %-90s at most %s\n", i+1, step.Name, step.Title, step.Timeout)
	}
	_, err := fmt.Fprintf(out, "\nNothing was done, and neither AWS nor the state was asked. Whether it would succeed now: carebase dr check %s\n", c.stack)
	return err
}

// confirm asks for the stack's name, which nobody types by mistake.
func (c *drCall) confirm(what string) error {
	if c.flags.yes {
		return nil
	}
	fmt.Fprintf(c.command.OutOrStdout(), "This is a %s of stack %s, which holds patients' data: %t. Type the stack's name to go on: ", what, c.stack, c.settings.PHI)
	typed, err := bufio.NewReader(c.command.InOrStdin()).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if strings.TrimSpace(typed) != c.stack {
		return fmt.Errorf("%q is not %q: nothing was done", strings.TrimSpace(typed), c.stack)
	}
	return nil
}

// clean deletes what drills left.
func (c *drCall) clean() error {
	if err := c.confirm("removal of what drills left"); err != nil {
		return err
	}
	return c.request(failover.OperationCleanup, "")
}
