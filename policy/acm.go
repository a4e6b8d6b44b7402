package policy

var acmControls = []*Control{
	{
		ID: "ACM-1", Service: "ACM", Kind: Property, Severity: Medium,
		Title:     "Certificates renew automatically",
		Citations: []string{"164.308(a)(4)(ii)(A)", "164.312(e)(1)"},
		Config:    []string{"acm-certificate-expiration-check"},
		Prowler:   []string{"acm_certificates_expiration_check"},
		Why:       "A certificate that waits for somebody to act expires, and with it every connection to the system.",
		check:     certificatesRenew,
	},
}

// certificatesRenew leaves out what a private authority issues: ACM renews that without any validation. An imported
// certificate nobody renews.
func certificatesRenew(s *Stack, report *Report) {
	renewed := isOneOf("", "set validationMethod: DNS and leave the record in the zone", "DNS")
	for _, r := range s.Of("aws:acm/certificate:Certificate") {
		if !r.At("certificateAuthorityArn").Unset() || renewed.judge(report, r, r.At("validationMethod")) {
			report.Pass(r)
		}
	}
}
