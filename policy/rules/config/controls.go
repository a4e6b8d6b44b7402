// Package config has the controls of AWS Config.
package config

import "github.com/carebase/carebase/policy"

// Controls of this package, in the order in which reports list them.
var Controls = []*policy.Control{
	{
		ID: "DET-3", Service: "AWS Config", Kind: policy.Presence, Severity: policy.Medium, Applies: policy.WherePHI,
		Title:     "Recorder on",
		Citations: []string{"164.308(a)(1)(ii)(A)"},
		Prowler:   []string{"config_recorder_all_regions_enabled"},
		Why:       "Without a record of every resource's configuration nobody can say what was open, and since when.",
		Check:     recorderOn,
	},
}
