// Package acm has the controls of AWS Certificate Manager.
package acm

import "github.com/carebase/carebase/policy"

// Controls of this package, in the order in which reports list them.
var Controls = []*policy.Control{
	{
		ID: "ACM-1", Service: "ACM", Kind: policy.Property, Severity: policy.Medium,
		Title:     "Certificates renew automatically",
		Citations: []string{"164.308(a)(4)(ii)(A)", "164.312(e)(1)"},
		Config:    []string{"acm-certificate-expiration-check"},
		Prowler:   []string{"acm_certificates_expiration_check"},
		Why:       "A certificate that waits for somebody to act expires, and with it every connection to the system.",
		Check:     certificatesRenew,
	},
}
