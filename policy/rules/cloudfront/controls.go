// Package cloudfront has the controls of Amazon CloudFront.
package cloudfront

import (
	"github.com/carebase/carebase/policy"
	"github.com/carebase/carebase/policy/inspect"
)

// Controls of this package, in the order in which reports list them.
var Controls = []*policy.Control{
	{
		ID: "CF-1", Service: "CloudFront", Kind: policy.Property, Severity: policy.Critical,
		Title:     "Viewer HTTPS only",
		Citations: []string{"164.308(a)(4)(ii)(A)", "164.312(e)(1)"},
		Prowler:   []string{"cloudfront_distributions_https_enabled"},
		Why:       "A path that CloudFront also serves over plain HTTP carries sessions and patient data in the clear.",
		Check:     viewersByHTTPS,
	},
	{
		ID: "CF-2", Service: "CloudFront", Kind: policy.Relation, Severity: policy.High,
		Title:     "Access logging",
		Citations: []string{"164.308(a)(1)(ii)(D)"},
		Why:       "Without access logs nobody can say afterwards who asked the system for what.",
		Check:     distributionsLogged,
	},
	{
		ID: "X-CF-TLS", Service: "CloudFront", Kind: policy.Property, Severity: policy.High,
		Title:     "Viewer TLS 1.2_2021+",
		Citations: []string{"164.312(e)(1)", "164.312(e)(2)(ii)"},
		Analogy:   true,
		Why:       "A viewer's connection by an older version of TLS, or by a weak cipher, can be read on the way.",
		Check: policy.Each([]string{inspect.DistributionType},
			policy.IsOneOf("viewerCertificate.minimumProtocolVersion", "set minimumProtocolVersion: TLSv1.2_2021 and a certificate of your own: CloudFront's takes TLS 1.0",
				"TLSv1.2_2021", "TLSv1.2_2025", "TLSv1.3_2025")),
	},
	{
		ID: "X-CF-ORIGIN", Service: "CloudFront", Kind: policy.Relation, Severity: policy.High,
		Title:     "Origin HTTPS only and OAC for S3",
		Citations: []string{"164.312(a)(1)", "164.312(e)(1)"},
		Analogy:   true,
		Why:       "Behind CloudFront the request must stay encrypted, and a bucket that answers without CloudFront's signature answers everybody.",
		Check:     originsClosed,
	},
	{
		ID: "X-CF-WAF", Service: "CloudFront", Kind: policy.Relation, Severity: policy.High,
		Title:     "WAF attached",
		Citations: []string{"164.312(a)(1)"},
		Analogy:   true,
		Why:       "Without a web ACL every known attack goes through CloudFront to the application.",
		Check:     distributionsGuarded,
	},
	{
		ID: "X-CF-ERRORS", Service: "CloudFront", Kind: policy.Relation, Severity: policy.Medium,
		Title:     "Errors of uncached paths not cached",
		Citations: []string{"164.312(c)(1)"},
		Analogy:   true,
		Why:       "CloudFront keeps an error for 10 seconds, also where it caches nothing else: one person's 404 or 503 answers everybody who asks for the same path.",
		Check:     errorsUncached,
	},
	{
		ID: "X-CF-CSP", Service: "CloudFront", Kind: policy.Relation, Severity: policy.Medium, Applies: policy.WherePHI,
		Title:     "Content security policy on every answer",
		Citations: []string{"164.312(a)(1)"},
		Analogy:   true,
		Why:       "A script that is injected into a page reads what the page shows, and sends it away, unless the browser is told not to.",
		Check:     pagesGuarded,
	},
}
