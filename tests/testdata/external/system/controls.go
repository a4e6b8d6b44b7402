package system

import "github.com/carebase/carebase/policy"

const groupType = "aws:cloudwatch/logGroup:LogGroup"

// Controls are judged beside the catalogue's.
var Controls = []*policy.Control{
	{
		ID: policy.OwnPrefix + "JOURNAL", Service: "CloudWatch Logs", Kind: policy.Property, Severity: policy.Medium,
		Title:     "Log groups keep their entries for 30 days or more",
		Citations: []string{"164.312(b)"},
		Analogy:   true,
		Why:       "The clinic looks into an incident once a month.",
		Check: policy.Each([]string{groupType},
			policy.AtLeast("retentionInDays", 30, "set retentionInDays to 30 or more")),
	},
}
