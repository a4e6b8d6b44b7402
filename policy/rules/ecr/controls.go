// Package ecr has the controls of Amazon ECR.
package ecr

import "github.com/carebase/carebase/policy"

// Controls of this package, in the order in which reports list them.
var Controls = []*policy.Control{
	{
		ID: "X-ECR", Service: "ECR", Kind: policy.Relation, Severity: policy.Medium,
		Title:     "Scan on push, immutable tags, CMK",
		Citations: []string{"164.308(a)(5)(ii)(B)", "164.312(a)(2)(iv)", "164.312(c)(1)"},
		Analogy:   true,
		Why:       "An image that nobody scanned, or whose tag somebody moved, is not what was reviewed.",
		Check:     repositories,
	},
}
