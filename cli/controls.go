package cli

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/carebase/carebase/policy/catalogue"
	"github.com/carebase/carebase/policy/report"
)

func controlsCommand() *cobra.Command {
	var format string
	command := &cobra.Command{
		Use:     "controls",
		Short:   "List the HIPAA controls that audit checks",
		Example: "  carebase controls\n  carebase controls --format json",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usageError{errors.New("controls takes no arguments")}
			}
			if !slices.Contains(report.CatalogueFormats, format) {
				return usageError{fmt.Errorf("--format %q: allowed is %s", format, strings.Join(report.CatalogueFormats, ", "))}
			}
			return nil
		},
		RunE: func(command *cobra.Command, _ []string) error {
			return report.WriteCatalogue(command.OutOrStdout(), format, catalogue.Controls())
		},
	}
	command.Flags().StringVar(&format, "format", "text", "write `FORMAT`: "+strings.Join(report.CatalogueFormats, ", "))
	return command
}
