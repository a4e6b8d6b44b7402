// Package stack has the controls of every resource that holds data, whatever its service.
package stack

import (
	"github.com/carebase/carebase/policy"
	"github.com/carebase/carebase/policy/inspect"
)

// Controls of this package, in the order in which reports list them.
var Controls = []*policy.Control{
	{
		ID: "X-TAGS", Service: "Stack", Kind: policy.Property, Severity: policy.Medium,
		Title:     "Data-classification and owner tags",
		Citations: []string{"164.310(d)(2)(iii)"},
		Analogy:   true,
		Why:       "What nobody answers for, and what nobody knows to hold patient data, is forgotten when somebody leaves, moves or is audited.",
		Check:     classified,
	},
	{
		ID: "X-PROTECT", Service: "Stack", Kind: policy.Property, Severity: policy.High, Applies: policy.WherePHI,
		Title:     "Stateful resources protected",
		Citations: []string{"164.308(a)(7)(ii)(A)", "164.312(c)(1)"},
		Analogy:   true,
		Setting:   "protect",
		Why:       "One mistaken destroy, or a rename, deletes what no backup brings back in time.",
		Check: policy.Each(dataBearing,
			policy.Expectation{Path: "protect", Want: "protect or retainOnDelete", Fix: "protect the resource, or retain it when it leaves the stack",
				Holds: func(v inspect.Value) bool { return v.Resource().Protect || v.Resource().RetainOnDelete }},
			policy.NotTrue("forceDestroy", "leave forceDestroy unset: it deletes what is in it")),
	},
}
