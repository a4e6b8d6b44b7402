package cli

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/carebase/carebase/internal/project"
	"github.com/carebase/carebase/plan"
	"github.com/carebase/carebase/policy"
	"github.com/carebase/carebase/policy/inspect"
	"github.com/carebase/carebase/policy/report"
	"github.com/carebase/carebase/stacks/settings"
)

func (p Program) controlsCommand() *cobra.Command {
	var format, stack string
	command := &cobra.Command{
		Use:   "controls [ID...]",
		Short: "List the HIPAA controls that audit checks, or explain some of them",
		Long: `Without an ID: lists every control. With IDs: says of each control why it exists, which paragraphs of
45 CFR and which rules of published catalogues it is, which setting satisfies it, and with --stack how
each resource of a stack's plan stands to it.`,
		Example: "  carebase controls\n  carebase controls --format json\n  carebase controls RDS-2 --stack prod",
		Args: func(command *cobra.Command, ids []string) error {
			switch {
			case len(ids) > 0 && command.Flags().Changed("format"):
				return usageError{errors.New("--format is for the list: leave it out with an ID")}
			case len(ids) == 0 && stack != "":
				return usageError{errors.New("--stack needs the ID of a control; carebase audit checks a stack against all controls")}
			case !slices.Contains(report.CatalogueFormats, format):
				return usageError{fmt.Errorf("--format %q: allowed is %s", format, strings.Join(report.CatalogueFormats, ", "))}
			}
			for _, id := range ids {
				if policy.Lookup(p.controls(), id) == nil {
					return usageError{fmt.Errorf("there is no control %q; carebase controls lists them", id)}
				}
			}
			return nil
		},
		RunE: func(command *cobra.Command, ids []string) error {
			if len(ids) == 0 {
				return report.WriteCatalogue(command.OutOrStdout(), format, p.controls())
			}
			directory, err := command.Flags().GetString("directory")
			if err != nil {
				return err
			}
			explanations, err := p.explain(directory, stack, unique(ids))
			if err != nil {
				return err
			}
			return report.Explain(command.OutOrStdout(), explanations)
		},
	}
	command.Flags().StringVar(&format, "format", "text", "write `FORMAT`: "+strings.Join(report.CatalogueFormats, ", "))
	command.Flags().StringVar(&stack, "stack", "", "list the resources of `STACK`'s plan that the control is about")
	return command
}

// explain describes controls. Their settings are named if directory is in a project, and resources are listed if stack is not empty.
func (p Program) explain(directory, stack string, ids []string) ([]report.Explanation, error) {
	var keys report.Settings
	name, err := plan.ProjectName(directory)
	if err == nil {
		keys.Keys = settings.Keys()
	}
	var planned *inspect.Stack
	if stack != "" {
		loaded, err := project.LoadAndCompare(directory, stack)
		if err != nil {
			return nil, err
		}
		g, err := p.plan(loaded)
		if err != nil {
			return nil, err
		}
		planned = inspect.NewStack(g)
	}
	var explanations []report.Explanation
	for _, id := range ids {
		control := policy.Lookup(p.controls(), id)
		explained := report.Explanation{Control: control, Setting: keys.Of(control, name), Stack: stack}
		if planned != nil {
			explained.NotAsked, explained.Findings = !control.Asks(planned), control.Run(planned)
		}
		explanations = append(explanations, explained)
	}
	return explanations, nil
}
