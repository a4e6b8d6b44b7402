package securityhub

import (
	"github.com/carebase/carebase/policy"
	"github.com/carebase/carebase/policy/inspect"
)

const (
	hubType = "aws:securityhub/account:Account"
)

// hubOn wants standards, without which Security Hub checks nothing: AWS's choice, or one subscribed to. The newer Security
// Hub (AccountV2) brings its own checks.
func hubOn(s *inspect.Stack, report *policy.Report) {
	const fix = "once per account and region: turn on SecurityHub of components/audit in one stack"
	const subscriptionType = "aws:securityhub/standardsSubscription:StandardsSubscription"
	policy.InEachRegion(s, report, []string{hubType, "aws:securityhub/accountV2:AccountV2"}, fix, func(r *inspect.Resource) bool {
		return r.Type != hubType || report.Check(r, r, policy.Expectation{
			Path: "enableDefaultStandards", Want: "true or not set, or a StandardsSubscription in the region", Fix: "subscribe to a standard, as components/audit does",
			Holds: func(v inspect.Value) bool {
				return v.Unset() || v.True() || s.SameRegion(r, subscriptionType) != nil
			},
		})
	})
}
