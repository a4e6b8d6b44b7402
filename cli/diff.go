package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/carebase/carebase/diff"
	"github.com/carebase/carebase/policy"
)

// diffFlags are the choices of one call of diff.
type diffFlags struct {
	base, head     string
	format, output string
	failOn         string
	full           string
	conditions     []diff.Condition
}

func (p Program) diffCommand() *cobra.Command {
	var flags diffFlags
	command := &cobra.Command{
		Use:   "diff STACK...",
		Short: "Show what a change does to stacks, and what it risks, without credentials, network or plugins",
		Long: `Compares two sides of each STACK. A SIDE is
  - a plan (carebase plan STACK --json), a preview (pulumi preview --json --show-sames) or a state
    (pulumi stack export); {stack} in the name of a file stands for each STACK,
  - a folder with the project in it,
  - or a git revision, whose program is built in a temporary worktree and planned.

Data at risk comes first, then what else is replaced and why, then who may do more than before. Which
inputs replace a resource is data of HashiCorp's provider. Values of secrets are never shown.

Exit status: 0 done, 1 a side cannot be read or planned, 2 wrong usage, 3 --fail-on names what the
change does and no acceptance in the settings covers it.`,
		Example: "  carebase diff prod --base main\n  carebase diff dev staging prod dr --base origin/main --format markdown --output comment.md\n" +
			"  carebase diff prod --base plan-{stack}-$SHA.json --fail-on data,violation\n  carebase diff prod --base state.json --head preview.json",
		Args: func(command *cobra.Command, args []string) error { return flags.check(args) },
		RunE: func(command *cobra.Command, args []string) error {
			directory, err := command.Flags().GetString("directory")
			if err != nil {
				return err
			}
			return flags.run(p, command, directory, args)
		},
	}
	add := command.Flags()
	add.StringVar(&flags.base, "base", "", "compare with `SIDE`: a file, a folder or a git revision")
	add.StringVar(&flags.head, "head", "", "compare `SIDE` instead of the working tree")
	add.StringVar(&flags.format, "format", "text", "write `FORMAT`: "+strings.Join(diff.Formats, ", "))
	add.StringVar(&flags.output, "output", "", "write the report to `FILE` and only the verdicts to standard output")
	add.StringVar(&flags.full, "full", "", "name `PLACE` as where the full text is, in Markdown that had to be cut")
	add.StringVar(&flags.failOn, "fail-on", "", "exit with 3 if the change does one of `LIST`: replace, data, violation, cost=USD")
	return command
}

func (f *diffFlags) check(stacks []string) error {
	switch {
	case len(stacks) == 0 || slices.Contains(stacks, ""):
		return usageError{errors.New("name one stack or more")}
	case len(unique(stacks)) < len(stacks):
		return usageError{errors.New("a stack is named twice")}
	case f.base == "":
		return usageError{errors.New("--base is missing: name a file, a folder or a git revision")}
	case !slices.Contains(diff.Formats, f.format):
		return usageError{fmt.Errorf("--format %q: allowed is %s", f.format, strings.Join(diff.Formats, ", "))}
	}
	if f.failOn != "" {
		conditions, err := diff.ParseConditions(f.failOn)
		if err != nil {
			return usageError{fmt.Errorf("--fail-on: %w", err)}
		}
		f.conditions = conditions
	}
	return nil
}

func (f *diffFlags) run(p Program, command *cobra.Command, directory string, stacks []string) error {
	base := &diffSource{program: p, name: f.base, directory: directory, many: len(stacks) > 1, stdin: command.InOrStdin()}
	head := &diffSource{program: p, name: f.head, directory: directory, many: len(stacks) > 1, stdin: command.InOrStdin()}
	if head.name == "" {
		head.name, head.workingTree = directory, true
	}
	defer base.close()
	defer head.close()
	var results []*diff.Result
	var failures []diff.Failure
	for _, stack := range stacks {
		result, accepted, err := compareSides(base, head, stack)
		if err != nil {
			return err
		}
		failed, err := result.Failures(f.conditions, accepted, now())
		if err != nil {
			return err
		}
		results, failures = append(results, result), append(failures, failed...)
	}
	if err := f.write(command.OutOrStdout(), directory, results); err != nil {
		return err
	}
	return reportFailures(command.ErrOrStderr(), failures)
}

// compareSides compares one stack.
func compareSides(base, head *diffSource, stack string) (*diff.Result, []diff.Acceptance, error) {
	before, err := base.side(stack)
	if err != nil {
		return nil, nil, fmt.Errorf("--base %s: %w", base.name, err)
	}
	after, err := head.side(stack)
	if err != nil {
		return nil, nil, fmt.Errorf("--head %s: %w", head.name, err)
	}
	if before.graph == nil && after.graph == nil {
		return nil, nil, fmt.Errorf("there is no stack %q on either side", stack)
	}
	// A side whose exceptions are not known is judged by the other side's: exceptions are then no difference.
	if !before.hasSettings {
		before.exceptions = after.exceptions
	}
	if !after.hasSettings {
		after.exceptions = before.exceptions
	}
	result, err := diff.Compare(before.compared(base.program), after.compared(head.program))
	return result, after.acceptances, err
}

// compared audits the side with the controls of the program p.
func (l *loadedSide) compared(p Program) diff.Side {
	side := diff.Side{Info: l.info, Graph: l.graph, Sealed: l.sealed, Verdicts: l.verdicts, Objectives: l.objectives}
	if l.graph == nil {
		side.Audit = &diff.Audit{Day: now()}
		return side
	}
	result, err := p.judge(l.graph, policy.Options{Exceptions: l.exceptions, Now: now()})
	if err != nil {
		return side // only for controls that an option names
	}
	side.Audit = &diff.Audit{Day: now()}
	for _, finding := range result.Findings {
		if finding.Outcome != policy.NonCompliant {
			continue
		}
		name := finding.URN
		if r := l.graph.Lookup(finding.URN); r != nil {
			name = r.Name
		}
		side.Audit.Violations = append(side.Audit.Violations, diff.ControlFinding{
			Control: finding.Control.ID, Severity: finding.Control.Severity.String(), URN: finding.URN, Name: name,
			Message: finding.Message(), Excepted: finding.Exception != nil,
		})
	}
	for _, e := range l.exceptions {
		side.Audit.Exceptions = append(side.Audit.Exceptions, diff.ExceptionInfo{
			Control: e.Control, Resource: e.Resource, Reason: e.Reason, Owner: e.Owner, Expires: e.Expires,
		})
	}
	return side
}

func (f *diffFlags) write(out io.Writer, directory string, results []*diff.Result) error {
	options := diff.Options{Full: f.full}
	if f.output == "" {
		options.Colour = colourful(out)
		if file, ok := out.(*os.File); ok {
			if width, _, err := term.GetSize(int(file.Fd())); err == nil {
				options.Width = width
			}
		}
		return diff.Write(out, f.format, results, options)
	}
	var text bytes.Buffer
	if err := diff.Write(&text, f.format, results, options); err != nil {
		return err
	}
	if err := os.WriteFile(within(directory, f.output), text.Bytes(), 0o644); err != nil {
		return err
	}
	for _, result := range results {
		if _, err := fmt.Fprintln(out, result.Verdict()); err != nil {
			return err
		}
	}
	return nil
}

// reportFailures lists what --fail-on forbids and returns errViolations if no acceptance covers one of them.
func reportFailures(out io.Writer, failures []diff.Failure) error {
	open := 0
	for _, failure := range failures {
		note := ""
		if failure.Acceptance != nil {
			note = fmt.Sprintf(" (accepted until %s by %s: %s)", failure.Acceptance.Expires, failure.Acceptance.Owner, failure.Acceptance.Reason)
		} else {
			open++
		}
		fmt.Fprintf(out, "--fail-on %s: %s: %s%s\n", failure.Condition, failure.Stack, failure.Text, note)
	}
	if open > 0 {
		return errViolations
	}
	return nil
}

// kindOfFile tells what a file is by its members.
func kindOfFile(text []byte) (diff.Kind, error) {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(text, &members); err != nil {
		return "", fmt.Errorf("it is no whole JSON object: %w", err)
	}
	switch {
	case members["deployment"] != nil:
		return diff.State, nil
	case members["steps"] != nil:
		return diff.Preview, nil
	case members["project"] != nil && members["stack"] != nil && members["resources"] != nil:
		return diff.Plan, nil
	}
	return "", errors.New("it is no plan (carebase plan STACK --json), no preview (pulumi preview --json --show-sames) and no state (pulumi stack export)")
}
