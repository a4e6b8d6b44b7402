// Package budgets has the controls of AWS Budgets.
package budgets

import "github.com/carebase/carebase/policy"

// Controls of this package, in the order in which reports list them.
var Controls = []*policy.Control{
	{
		ID: "X-NOTICE-BUDGET", Service: "Budgets", Kind: policy.Relation, Severity: policy.Low,
		Title:     "Budgets count costs that there are",
		Citations: []string{"164.308(a)(6)(ii)"},
		Analogy:   true,
		Why:       "A tag counts only once it is activated as a cost allocation tag: until then a budget on it stays at nothing, and never warns of what an intruder starts.",
		Check:     budgetsCount,
	},
}
