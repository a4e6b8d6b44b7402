package cli

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/carebase/carebase/cost"
	"github.com/carebase/carebase/internal/project"
	"github.com/carebase/carebase/stacks/settings"
)

func (p Program) costCommand() *cobra.Command {
	var format string
	command := &cobra.Command{
		Use:   "cost STACK",
		Short: "Estimate what a stack costs in a month, without credentials or network",
		Long: `Estimates what STACK costs in a month from its plan and a table of AWS's on-demand prices: first what
follows from the resources, then what follows from the assumed usage, which is shown. Resource types
without a price are listed and are in no sum. Prices without a source and prices older than 180 days
are named below the table.

The estimate is compared with alerts.monthlyBudgetUsd; more than the budget does not fail.

Exit status: 0 done, 1 the program or its settings are wrong, 2 wrong usage.`,
		Example: "  carebase cost prod\n  carebase cost prod --format json > cost.json",
		Args: func(_ *cobra.Command, args []string) error {
			switch {
			case len(args) != 1 || args[0] == "":
				return usageError{errors.New("name one stack")}
			case !slices.Contains(cost.Formats, format):
				return usageError{fmt.Errorf("--format %q: allowed is %s", format, strings.Join(cost.Formats, ", "))}
			}
			return nil
		},
		RunE: func(command *cobra.Command, args []string) error {
			directory, err := command.Flags().GetString("directory")
			if err != nil {
				return err
			}
			loaded, err := project.LoadAndCompare(directory, args[0])
			if err != nil {
				return err
			}
			g, err := p.plan(loaded)
			if err != nil {
				return err
			}
			estimate, err := cost.New(g, cost.Options{Now: now()})
			if err != nil {
				return err
			}
			return estimate.Write(command.OutOrStdout(), format, budgetOf(loaded.Settings))
		},
	}
	command.Flags().StringVar(&format, "format", "text", "write `FORMAT`: "+strings.Join(cost.Formats, ", "))
	return command
}

// budgetOf returns the budget that the stack's alerts are set to.
func budgetOf(s *settings.Settings) cost.Budget {
	return cost.Budget{USD: float64(s.Alerts.MonthlyBudgetUSD), Setting: "alerts.monthlyBudgetUsd"}
}
