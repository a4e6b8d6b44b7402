// Package securityhub has the controls of AWS Security Hub.
package securityhub

import "github.com/carebase/carebase/policy"

// Controls of this package, in the order in which reports list them.
var Controls = []*policy.Control{
	{
		ID: "DET-2", Service: "Security Hub", Kind: policy.Presence, Severity: policy.Medium, Applies: policy.WherePHI,
		Title:     "Enabled",
		Citations: []string{"164.312(b)"},
		Config:    []string{"securityhub-enabled"},
		Prowler:   []string{"securityhub_enabled"},
		Why:       "What a console or another team changes is never in this program; Security Hub looks at what is really there.",
		Check:     hubOn,
	},
}
