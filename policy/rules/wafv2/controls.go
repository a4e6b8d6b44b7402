// Package wafv2 has the controls of AWS WAF.
package wafv2

import "github.com/carebase/carebase/policy"

// Controls of this package, in the order in which reports list them.
var Controls = []*policy.Control{
	{
		ID: "WAF-1", Service: "WAFv2", Kind: policy.Relation, Severity: policy.Medium,
		Title:     "Web ACL logging",
		Citations: []string{"164.312(b)"},
		Config:    []string{"wafv2-logging-enabled"},
		Nag:       []string{"WAFv2LoggingEnabled"},
		Why:       "What the firewall blocked, and what it let through, is the evidence of an attack.",
		Check:     firewallsLogged,
	},
}
