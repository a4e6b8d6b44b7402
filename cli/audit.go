package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/carebase/carebase/policy"
	"github.com/carebase/carebase/policy/report"
)

// auditFlags are the choices of one call of audit.
type auditFlags struct {
	state, preview string
	format, output string
	asJSON         bool
	controls       []string
	failOn         string
	phi            bool
	production     bool
	allowUnjudged  bool
}

func (p Program) auditCommand() *cobra.Command {
	var flags auditFlags
	command := &cobra.Command{
		Use:   "audit STACK",
		Short: "Check a stack against the HIPAA controls, without credentials, network or plugins",
		Long: `Checks what STACK would be (its plan), what a preview says it will be, or what its exported state
says it is. Violations that an exception in the settings covers are shown and do not fail; nor does
what cannot be told before the cloud has answered. An exception that has expired, that nothing needs
or that is not fit to stand fails.

With --state or --preview STACK may be left out: the file says which stack it is of.

Some controls hold for stacks with PHI or for production only. The tag DataClassification says what data
a stack holds; if nothing says it, the report warns. --phi and --production say it for any stack.

Exit status: 0 clean, 1 the program, its settings or the file are wrong, 2 wrong usage, 3 violations
at or above --fail-on, a bad exception, or a stack of which no control judged any resource.`,
		Example: "  carebase audit prod\n  carebase audit prod --format sarif --output audit.sarif\n" +
			"  pulumi stack export | carebase audit prod --state -\n" +
			"  pulumi preview --json --show-sames | carebase audit prod --preview - --fail-on high",
		Args: func(command *cobra.Command, args []string) error { return flags.check(p, command, args) },
		RunE: func(command *cobra.Command, args []string) error {
			directory, err := command.Flags().GetString("directory")
			if err != nil {
				return err
			}
			return flags.audit(p, command, directory, strings.Join(args, ""))
		},
	}
	add := command.Flags()
	add.StringVar(&flags.state, "state", "", "audit `FILE`, the output of `pulumi stack export`; - is standard input")
	add.StringVar(&flags.preview, "preview", "", "audit `FILE`, the output of `pulumi preview --json --show-sames`; - is standard input")
	add.StringVar(&flags.format, "format", "text", "write `FORMAT`: "+strings.Join(report.Formats, ", "))
	add.BoolVar(&flags.asJSON, "json", false, "the same as --format json")
	add.StringArrayVar(&flags.controls, "control", nil, "check the control `ID` only; repeat it for more")
	add.StringVar(&flags.failOn, "fail-on", policy.Low.String(), "fail by violations of `SEVERITY` or worse: low, medium, high, critical")
	add.BoolVar(&flags.phi, "phi", false, "say that the stack holds PHI, whatever its tags say; --phi=false: that it holds none")
	add.BoolVar(&flags.production, "production", false, "say that the stack serves patients, whatever its tags say; --production=false: that it does not")
	add.BoolVar(&flags.allowUnjudged, "allow-unjudged", false, "do not fail if no control judges any resource of the stack")
	add.StringVar(&flags.output, "output", "", "write the report to `FILE` and only the verdict to standard output")
	return command
}

// check refuses a wrong call before anything is read.
func (f *auditFlags) check(p Program, command *cobra.Command, args []string) error {
	fromFile := f.state != "" || f.preview != ""
	for _, name := range []string{"state", "preview", "output"} {
		if flag := command.Flags().Lookup(name); flag.Changed && flag.Value.String() == "" {
			return usageError{fmt.Errorf("--%s names no file", name)}
		}
	}
	switch {
	case len(args) > 1, len(args) == 1 && args[0] == "", len(args) == 0 && !fromFile:
		return usageError{errors.New("name one stack")}
	case f.state != "" && f.preview != "":
		return usageError{errors.New("give --state or --preview, not both")}
	case f.asJSON && command.Flags().Changed("format"):
		return usageError{errors.New("give --json or --format, not both")}
	}
	if f.asJSON {
		f.format = "json"
	}
	if !slices.Contains(report.Formats, f.format) {
		return usageError{fmt.Errorf("--format %q: allowed is %s", f.format, strings.Join(report.Formats, ", "))}
	}
	if _, err := policy.ParseSeverity(f.failOn); err != nil {
		return usageError{fmt.Errorf("--fail-on: %w", err)}
	}
	for _, id := range f.controls {
		if policy.Lookup(p.controls(), id) == nil {
			return usageError{fmt.Errorf("--control: there is no control %q; `carebase controls` lists them", id)}
		}
	}
	return nil
}

// now is the day that exceptions are held against.
var now = time.Now

func (f *auditFlags) audit(p Program, command *cobra.Command, directory, stack string) error {
	audited, err := f.read(p, command.InOrStdin(), directory, stack)
	if err != nil {
		return err
	}
	result, err := p.judge(audited.graph, policy.Options{
		Only: unique(f.controls), Exceptions: audited.accepted, Now: now(), AllowUnjudged: f.allowUnjudged,
		PHI: given(command, "phi", f.phi), Production: given(command, "production", f.production),
	})
	if err != nil {
		return err
	}
	failOn, err := policy.ParseSeverity(f.failOn)
	if err != nil {
		return err
	}
	out := command.OutOrStdout()
	options := report.Options{FailOn: failOn, Settings: audited.settings, Version: thisBuild().String()}
	if f.output == "" {
		options.Colour = colourful(out)
		err = report.Write(out, f.format, result, options)
	} else {
		err = f.writeFile(out, directory, result, options)
	}
	if err == nil && result.Fails(failOn) {
		return errViolations
	}
	return err
}

// given is the value of a flag, or nil if the flag was not given.
func given(command *cobra.Command, name string, value bool) *bool {
	if !command.Flags().Changed(name) {
		return nil
	}
	return &value
}

// errViolations tells a finished audit that found something from one that could not be made.
var errViolations = errors.New("the audit found violations")

// writeFile writes the report to a file, and the verdict to out.
func (f *auditFlags) writeFile(out io.Writer, directory string, result *policy.Result, options report.Options) error {
	var text bytes.Buffer
	if err := report.Write(&text, f.format, result, options); err != nil {
		return err
	}
	if err := os.WriteFile(within(directory, f.output), text.Bytes(), 0o644); err != nil {
		return err
	}
	_, err := fmt.Fprintf(out, "%s\n%s\n", report.Verdict(result), f.output)
	return err
}

func unique(ids []string) []string {
	var found []string
	for _, id := range ids {
		if !slices.Contains(found, id) {
			found = append(found, id)
		}
	}
	return found
}
