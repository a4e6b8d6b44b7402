package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os/signal"
	"syscall"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/carebase/carebase/repair"
)

func recoverCommand() *cobra.Command {
	var yes, failed, orphans bool
	command := &cobra.Command{
		Use:   "recover STACK",
		Short: "Settle what an interrupted update left open, so that the next update neither repeats nor forgets it",
		Long: `Finds, for every resource that the engine was creating when it died, whether AWS has it, and gives its id
to the stack's state. Without --yes it only says what it would do. It needs the credentials of the stack's
account, pulumi and its plugins, and no update that is running: after a crash, pulumi cancel first.

It may be interrupted and run again. What it cannot tell is an error; then nothing is changed.

With --failed it looks as well for what the next update would create: a creation that failed after AWS had made the
resource, or whose answer was lost, leaves nothing in the state, and fails again because the name is taken. Read
what it would do: AWS may have something of that name for another reason.

With --orphans it only lists what AWS has under the stack's tags Project and Environment and its state does not.

Exit status: 0 settled, or nothing was open; 1 something cannot be settled, is open and --yes was not given, or is
an orphan; 2 wrong usage.`,
		Example: "  pulumi cancel --stack prod --yes\n  carebase recover prod\n  carebase recover prod --yes\n  pulumi up --stack prod",
		Args: func(_ *cobra.Command, args []string) error {
			switch {
			case len(args) != 1 || args[0] == "":
				return usageError{errors.New("name one stack")}
			case orphans && (yes || failed):
				return usageError{errors.New("--orphans goes with no other flag")}
			}
			return nil
		},
		RunE: func(command *cobra.Command, args []string) error {
			directory, err := command.Flags().GetString("directory")
			if err != nil {
				return err
			}
			ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
			defer stop()
			out := command.OutOrStdout()
			engine := repair.Engine{Directory: directory, Stack: args[0], Output: out}
			if orphans {
				return listOrphans(ctx, out, engine)
			}
			return settle(ctx, out, engine, failed, yes)
		},
	}
	command.Flags().BoolVar(&yes, "yes", false, "do it")
	command.Flags().BoolVar(&failed, "failed", false, "look for what the next update would create, too")
	command.Flags().BoolVar(&orphans, "orphans", false, "list what AWS has under the stack's tags and its state does not")
	return command
}

// exported is the stack's state.
func exported(ctx context.Context, engine repair.Engine) (*repair.State, error) {
	export, err := engine.Export(ctx)
	if err != nil {
		return nil, err
	}
	return repair.Read(export)
}

func listOrphans(ctx context.Context, out io.Writer, engine repair.Engine) error {
	state, err := exported(ctx, engine)
	if err != nil {
		return err
	}
	orphans, err := state.Orphans(ctx)
	if err != nil {
		return err
	}
	for _, arn := range orphans {
		fmt.Fprintln(out, arn)
	}
	if len(orphans) > 0 {
		return fmt.Errorf("AWS has %d resources under %s's tags that its state does not have", len(orphans), engine.Stack)
	}
	fmt.Fprintf(out, "%s: AWS's tagging API knows of nothing that its state does not have\n", engine.Stack)
	return nil
}

func settle(ctx context.Context, out io.Writer, engine repair.Engine, failed, yes bool) error {
	state, err := exported(ctx, engine)
	if err != nil {
		return err
	}
	if failed {
		preview, err := engine.Preview(ctx)
		if err != nil {
			return err
		}
		if err := state.Want(preview); err != nil {
			return err
		}
	}
	plan, err := state.Plan(ctx)
	if err != nil {
		return fmt.Errorf("%s cannot be settled, and nothing was changed:\n%w", engine.Stack, err)
	}
	if len(plan.Steps) == 0 {
		fmt.Fprintf(out, "%s: no operation is open\n", engine.Stack)
		return nil
	}
	printSteps(out, plan.Steps)
	if !yes {
		return fmt.Errorf("%d open; with --yes carebase recover %s settles it as said", len(plan.Steps), engine.Stack)
	}
	absent, err := plan.Settle(ctx, engine)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "\n%s: settled (%d); pulumi up goes on from here\n", engine.Stack, len(plan.Steps))
	for _, step := range absent {
		fmt.Fprintf(out, "  %s (%s) does not exist; the update creates it\n", step.Name, step.Type)
	}
	return nil
}

func printSteps(out io.Writer, steps []repair.Step) {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, step := range steps {
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\n", step.Operation, step.Name, step.Type, step.Action, step.ID, step.Why)
	}
	table.Flush()
}
