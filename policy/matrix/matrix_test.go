package matrix

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/policy/catalogue"
)

// Every rule of every catalogue is covered by controls that exist and name it, or has a reason that is explained.
func TestEveryCatalogueRuleIsAccountedFor(t *testing.T) {
	catalogues, err := Catalogues()
	require.NoError(t, err)
	require.Len(t, catalogues["AWS Config"], 130)
	require.Len(t, catalogues["cdk-nag"], 90)
	require.Len(t, catalogues["Prowler"], 95)
	for name, rules := range catalogues {
		for rule, disposition := range rules {
			if disposition.Reason != "" {
				assert.Containsf(t, reasons, disposition.Reason, "%s %s", name, rule)
				assert.Emptyf(t, disposition.Controls, "%s %s", name, rule)
				continue
			}
			assert.NotEmptyf(t, disposition.Controls, "%s %s is covered by nothing", name, rule)
			for _, id := range disposition.Controls {
				assert.NotNilf(t, catalogue.Lookup(id), "%s %s is covered by %s, which does not exist", name, rule, id)
			}
			named := slices.ContainsFunc(disposition.Controls, func(id string) bool {
				control := catalogue.Lookup(id)
				return control != nil && slices.Contains(slices.Concat(control.Config, control.Nag, control.Prowler), rule)
			})
			assert.Truef(t, named, "%s %s: none of %v names it", name, rule, disposition.Controls)
		}
	}
}

func TestMatrixHasEveryControlAndMarksAnalogy(t *testing.T) {
	var b strings.Builder
	require.NoError(t, Write(&b, Evidence{"RDS-1": {"database: rds.Instance"}}))
	text := b.String()
	for _, control := range catalogue.Controls() {
		assert.Contains(t, text, "### "+control.ID+"\n")
		if control.Analogy {
			assert.Contains(t, text, "](#"+strings.ToLower(control.ID)+")*")
		}
	}
	assert.Contains(t, text, "satisfied in production by: database: rds.Instance")
	assert.Contains(t, text, "| AWS Config | access-keys-rotated |")
}
