package dr

import (
	"context"
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/carebase/carebase/repair"
)

func (c call) repair(ctx context.Context) error {
	state, err := repair.Export(ctx, c.cli(c.Stack))
	if err != nil {
		return err
	}
	if c.Orphans {
		return c.listOrphans(ctx, state)
	}
	if c.Failed {
		preview, err := c.cli(c.Stack).Preview(ctx)
		if err != nil {
			return err
		}
		if err := state.Want(preview); err != nil {
			return err
		}
	}
	plan, err := state.Plan(ctx)
	if err != nil {
		return fmt.Errorf("%s cannot be repaired, and nothing was changed:\n%w", c.Stack, err)
	}
	if len(plan.Steps) == 0 {
		fmt.Fprintf(c.out, "%s: no operation is open\n", c.Stack)
		return nil
	}
	printSteps(c.out, plan.Steps)
	if !c.Apply {
		return fmt.Errorf("%d open; carebase repair %s --yes does what is listed", len(plan.Steps), c.Stack)
	}
	absent, err := plan.Apply(ctx, c.cli(c.Stack), c.out)
	if err != nil {
		return err
	}
	fmt.Fprintf(c.out, "\n%s: repaired (%d); continue with pulumi up\n", c.Stack, len(plan.Steps))
	for _, step := range absent {
		fmt.Fprintf(c.out, "  %s (%s) does not exist; the update creates it\n", step.Name, step.Type)
	}
	return nil
}

func (c call) listOrphans(ctx context.Context, state *repair.State) error {
	orphans, err := state.Orphans(ctx)
	if err != nil {
		return err
	}
	for _, arn := range orphans {
		fmt.Fprintln(c.out, arn)
	}
	if len(orphans) > 0 {
		return fmt.Errorf("AWS has %d resources under %s's tags that its state does not have", len(orphans), c.Stack)
	}
	fmt.Fprintf(c.out, "%s: AWS's tagging API lists nothing that the state does not have\n", c.Stack)
	return nil
}

func printSteps(out io.Writer, steps []repair.Step) {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, step := range steps {
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\n", step.Operation, step.Name, step.Type, step.Action, step.ID, step.Why)
	}
	table.Flush()
}
