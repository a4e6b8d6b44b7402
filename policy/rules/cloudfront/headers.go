package cloudfront

import (
	"slices"
	"strings"

	"github.com/carebase/carebase/internal/csp"
	"github.com/carebase/carebase/policy"
	"github.com/carebase/carebase/policy/inspect"
)

const headersPolicyType = "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy"

// managedHeaders are AWS's response headers policies. None has a content security policy.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-response-headers-policies.html
var managedHeaders = []string{
	"60669652-455b-4ae9-85a4-c4c02393f86c", "5cc3b908-e619-4b99-88e5-2cf7f45965bd", "e61eb60c-9c35-4d20-a928-2b84e02af89c",
	"67f7725c-6f97-4210-82d7-5512b31e9d03", "eaab4381-ed33-4a86-88ca-d9558dc6cd63",
}

// pagesGuarded looks at what every behaviour of a distribution adds to its answers. A policy of another stack is taken as good.
func pagesGuarded(s *inspect.Stack, report *policy.Report) {
	const fix = "add a response headers policy with a content security policy, as components/edge does (edge.contentSecurityPolicy)"
	guarded := policy.Expectation{Path: "", Want: "a response headers policy of your own", Fix: fix, Holds: func(v inspect.Value) bool {
		return !v.Unset() && !slices.Contains(managedHeaders, v.Text())
	}}
	judged := map[string]bool{}
	for _, r := range s.Of(inspect.DistributionType) {
		good := true
		for _, behavior := range append(inspect.Elements(r.At("orderedCacheBehaviors")), r.At("defaultCacheBehavior")) {
			id := behavior.At("responseHeadersPolicyId")
			own := s.Resolve(id, headersPolicyType)
			if own == nil {
				good = guarded.Judge(report, r, id) && good
			} else if _, seen := judged[own.URN]; !seen {
				judged[own.URN] = judgeSecurityPolicy(report, own)
			}
		}
		if good {
			report.Pass(r)
		}
	}
}

func judgeSecurityPolicy(report *policy.Report, r *inspect.Resource) bool {
	const want = "a policy with default-src, base-uri, form-action and frame-ancestors, without wildcards, inline scripts and eval"
	const fix = "write it as internal/csp does: edge.contentSecurityPolicy plain or flutter, or a policy of your own"
	text := r.At("securityHeadersConfig.contentSecurityPolicy.contentSecurityPolicy")
	override := r.At("securityHeadersConfig.contentSecurityPolicy.override")
	switch document, err := csp.Parse(text.Text()); {
	case text.Unknown() || text.HasReference() || override.Unknown():
		report.Undecided(r, text.Path(), want)
	case text.Unset():
		report.Fail(r, text.Path(), "not set", want, fix)
	case err != nil:
		report.Fail(r, text.Path(), text.Show()+" ("+err.Error()+")", want, fix)
	case len(document.Weaknesses()) > 0:
		report.Fail(r, text.Path(), strings.Join(document.Weaknesses(), "; "), want, fix)
	case !override.True():
		report.Fail(r, override.Path(), override.Show(), "true, so that no origin weakens it", fix)
	default:
		report.Pass(r)
		return true
	}
	return false
}
