package acm

import (
	"github.com/carebase/carebase/policy"
	"github.com/carebase/carebase/policy/inspect"
)

// certificatesRenew leaves out what a private authority issues: ACM renews that without any validation. An imported
// certificate nobody renews.
func certificatesRenew(s *inspect.Stack, report *policy.Report) {
	renewed := policy.IsOneOf("", "set validationMethod: DNS and leave the record in the zone", "DNS")
	for _, r := range s.Of("aws:acm/certificate:Certificate") {
		if !r.At("certificateAuthorityArn").Unset() || renewed.Judge(report, r, r.At("validationMethod")) {
			report.Pass(r)
		}
	}
}
