// Package route53 has the controls of Amazon Route 53.
package route53

import "github.com/carebase/carebase/policy"

// Controls of this package, in the order in which reports list them.
var Controls = []*policy.Control{
	{
		ID: "X-NOTICE-CHECK", Service: "Route 53", Kind: policy.Relation, Severity: policy.High,
		Title:     "Health checks have an alarm",
		Citations: []string{"164.308(a)(6)(ii)", "164.308(a)(7)(ii)(C)"},
		Analogy:   true,
		Why:       "A health check without an alarm finds the site down and tells nobody; people learn of it from patients.",
		Check:     healthChecksHeard,
	},
	{
		ID: "X-R53-HC", Service: "Route 53", Kind: policy.Relation, Severity: policy.Medium,
		Title:     "Failover records with health checks",
		Citations: []string{"164.308(a)(7)(ii)(C)"},
		Analogy:   true,
		Why:       "Without a health check Route 53 keeps sending patients to the site that is down; without a second record there is nowhere else to send them.",
		Check:     failoverComplete,
	},
	{
		ID: "X-R53-LAST", Service: "Route 53", Kind: policy.Relation, Severity: policy.High,
		Title:     "Last known status only where the metric is published all the time",
		Citations: []string{"164.308(a)(7)(ii)(C)", "164.312(a)(2)(ii)"},
		Analogy:   true,
		Why: "A health check of an alarm that keeps its last known status decides where patients are sent. AWS advises not to rely on that status " +
			"for more than a few hours: of a metric that nobody publishes for months Route 53 may know nothing when it counts.",
		Check: switchIsPublished,
	},
}
