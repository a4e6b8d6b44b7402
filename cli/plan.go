package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/carebase/carebase/graph"
	"github.com/carebase/carebase/plan"
	"github.com/carebase/carebase/plan/report"
	"github.com/carebase/carebase/stacks"
)

func planCommand() *cobra.Command {
	var asJSON, inputs bool
	command := &cobra.Command{
		Use:   "plan STACK",
		Short: "Show what `pulumi up` would create, without credentials, network or plugins",
		Long: `Runs the program on Pulumi.STACK.yaml as pulumi would and shows every resource it declares.
What only the cloud knows appears as ${name.property}; secrets as [secret], and encrypted
configuration is never decrypted.

Exit status: 0 done, 1 the program or its settings are wrong, 2 wrong usage.`,
		Example: "  carebase plan prod\n  carebase plan prod --json > prod.json\n  carebase plan -C ../other staging --inputs",
		Args: func(_ *cobra.Command, args []string) error {
			switch {
			case len(args) != 1 || args[0] == "":
				return usageError{errors.New("name one stack")}
			case asJSON && inputs:
				return usageError{errors.New("--json shows all inputs already: leave --inputs out")}
			}
			return nil
		},
		RunE: func(command *cobra.Command, args []string) error {
			directory, err := command.Flags().GetString("directory")
			if err != nil {
				return err
			}
			started := time.Now()
			g, err := planStack(directory, args[0])
			if err != nil {
				return err
			}
			settings, err := settingsOf(directory, args[0])
			if err != nil {
				return err
			}
			out := command.OutOrStdout()
			if asJSON {
				return writeJSON(out, g, settings)
			}
			if err := report.Write(out, g, report.Options{Inputs: inputs, Colour: colourful(out)}); err != nil {
				return err
			}
			if err := writeObjectives(out, g, settings); err != nil {
				return err
			}
			_, err = fmt.Fprintf(out, "planned in %d ms\n", time.Since(started).Milliseconds())
			return err
		},
	}
	command.Flags().BoolVar(&asJSON, "json", false, "write one JSON object: project, stack, objectives (where the stack has them), resources")
	command.Flags().BoolVar(&inputs, "inputs", false, "show every input of every resource")
	return command
}

// planStack plans this module's program on a stack of the project in directory.
func planStack(directory, stack string) (*graph.Graph, error) {
	program, err := plan.Load(directory, stack)
	if err != nil {
		return nil, err
	}
	if program.Project != stacks.Namespace {
		return nil, fmt.Errorf("the project in %s is %q: this program is that of project %q", directory, program.Project, stacks.Namespace)
	}
	config := stacks.PlanConfig(program)
	config.Others = program.File.Others()
	settings, err := stacks.Decode(stack, config)
	if err != nil {
		return nil, err
	}
	program.Run, program.StackOutputs = stacks.Program(config), settings.PrimaryOutputs()
	return plan.Run(program)
}

// colourful follows https://no-color.org: colour only on a terminal, and not where NO_COLOR is set to anything.
func colourful(out io.Writer) bool {
	file, ok := out.(*os.File)
	return ok && term.IsTerminal(int(file.Fd())) && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
}
