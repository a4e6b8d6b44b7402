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
	"github.com/carebase/carebase/internal/project"
	"github.com/carebase/carebase/plan"
	"github.com/carebase/carebase/plan/report"
	"github.com/carebase/carebase/stacks"
)

func (p Program) planCommand() *cobra.Command {
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
			loaded, err := project.LoadAndCompare(directory, args[0])
			if err != nil {
				return err
			}
			g, err := p.plan(loaded)
			if err != nil {
				return err
			}
			settings := loaded.Settings
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

// plan runs the program on a stack and returns the graph of its resources.
func (p Program) plan(stack *project.Stack) (*graph.Graph, error) {
	program := stack.Program
	program.Run = stacks.Program(stack.Config(), p.Extensions...)
	program.StackOutputs = stacks.PrimaryOutputs(stack.Settings)
	return plan.Run(program)
}

// colourful follows https://no-color.org: colour only on a terminal, and not where NO_COLOR is set to anything.
func colourful(out io.Writer) bool {
	file, ok := out.(*os.File)
	return ok && term.IsTerminal(int(file.Fd())) && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
}
