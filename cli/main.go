// Package cli is the command line of a system's program: it plans and audits the system's stacks without a cloud, and
// operates them with one.
package cli

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/spf13/cobra"

	"github.com/carebase/carebase/graph"
	"github.com/carebase/carebase/policy"
	"github.com/carebase/carebase/policy/catalogue"
	"github.com/carebase/carebase/policy/inspect"
	"github.com/carebase/carebase/stacks"
)

// Exit codes.
const (
	exitDone       = 0
	exitFailed     = 1 // the program or its settings are wrong
	exitUsage      = 2
	exitViolations = 3 // of controls; reasons against a failover
)

// Program is what a system adds to the composition in package stacks and to the catalogue of controls.
type Program struct {
	// Extensions are those that the system's Pulumi program passes to stacks.Run, so that plans and audits include the
	// resources that they add.
	Extensions []stacks.Extension
	// Controls are judged beside those of package policy/catalogue. Each ID begins with policy.OwnPrefix.
	Controls []*policy.Control
}

// Main runs the command line with the process's arguments and ends the process with one of the exit codes above. If Pulumi's
// engine started the process, Main runs the Pulumi program instead, because nothing may have to be compiled during a failover.
func Main(program Program) {
	if os.Getenv(pulumi.EnvMonitor) != "" {
		stacks.Run(program.Extensions...)
		return
	}
	os.Exit(program.run(os.Args[1:], os.Stdout, os.Stderr))
}

// controls returns the catalogue's controls and the program's.
func (p Program) controls() []*policy.Control { return append(catalogue.Controls(), p.Controls...) }

// judge audits a graph.
func (p Program) judge(g *graph.Graph, options policy.Options) (*policy.Result, error) {
	return policy.Audit(inspect.NewStack(g), p.controls(), options)
}

// run executes the command line args. Tests call run to see what a user sees.
func (p Program) run(args []string, stdout, stderr io.Writer) int {
	root := p.rootCommand()
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	command, err := root.ExecuteC()
	var usage usageError
	switch {
	case err == nil:
		return exitDone
	case errors.Is(err, errViolations): // the report has said which
		return exitViolations
	case errors.As(err, &usage):
		fmt.Fprintf(stderr, "%s: %v\n\n%s", command.CommandPath(), err, command.UsageString())
		return exitUsage
	default:
		fmt.Fprintf(stderr, "%s: %v\n", command.CommandPath(), err)
		return exitFailed
	}
}

// rootCommand returns the command without a subcommand. Its flags hold for every subcommand.
func (p Program) rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "carebase",
		Short: "HIPAA-ready AWS infrastructure: plan and audit it without a cloud, fail it over in one",
		// Errors are printed below, once, and without the usage text unless the usage is what is wrong.
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return usageError{errors.New("name a command")}
		},
		Args: cobra.ArbitraryArgs,
	}
	root.Args = func(cmd *cobra.Command, args []string) error {
		if len(args) > 0 {
			return usageError{fmt.Errorf("there is no command %q", args[0])}
		}
		return nil
	}
	root.CompletionOptions.HiddenDefaultCmd = true
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	root.PersistentFlags().StringP("directory", "C", ".", "run as if started in `DIR`")
	root.PersistentFlags().Bool("allow-stale", false, "go on with a binary that is not of the checkout")
	root.Version = thisBuild().String()
	root.PersistentPreRunE = refuseStale
	root.AddCommand(p.commands()...)
	root.InitDefaultVersionFlag()
	return root
}

// commands returns the subcommands.
func (p Program) commands() []*cobra.Command {
	return []*cobra.Command{
		initCommand(), p.planCommand(), p.auditCommand(), p.diffCommand(), p.costCommand(), p.controlsCommand(), drCommand(), repairCommand("repair"), repairCommand("recover"),
	}
}

// refuseStale tells people that the binary is not of the checkout that they work in. What it says as evidence, and what it
// does to a system that runs, must be the checkout's: audit and dr fail.
func refuseStale(command *cobra.Command, _ []string) error {
	directory, err := command.Flags().GetString("directory")
	if err != nil {
		return err
	}
	allowed, err := command.Flags().GetBool("allow-stale")
	if err != nil {
		return err
	}
	why, err := thisBuild().stale(directory)
	if err != nil || why == "" {
		return err
	}
	top := command
	for top.HasParent() && top.Parent().HasParent() {
		top = top.Parent()
	}
	text := fmt.Sprintf("this binary is not of this checkout: %s. To make it anew: %s", why, install)
	if !allowed && (top.Name() == "audit" || top.Name() == "dr") {
		return fmt.Errorf("%s; to go on with this one: --allow-stale", text)
	}
	fmt.Fprintf(command.ErrOrStderr(), "warning: %s\n", text)
	return nil
}

// usageError is a wrong call, as opposed to a wrong program or wrong settings.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }
