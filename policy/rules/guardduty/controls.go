// Package guardduty has the controls of Amazon GuardDuty.
package guardduty

import "github.com/carebase/carebase/policy"

// Controls of this package, in the order in which reports list them.
var Controls = []*policy.Control{
	{
		ID: "DET-1", Service: "GuardDuty", Kind: policy.Presence, Severity: policy.High, Applies: policy.WherePHI,
		Title:     "Detector enabled",
		Citations: []string{"164.308(a)(5)(ii)(C)", "164.308(a)(6)(ii)", "164.312(b)"},
		Config:    []string{"guardduty-enabled-centralized"},
		Prowler:   []string{"guardduty_is_enabled"},
		Why:       "What an intruder does with stolen credentials looks like work; GuardDuty knows the difference, and the logs it reads are too many for people.",
		Check:     detectorsOn,
	},
}
