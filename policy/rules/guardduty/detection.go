package guardduty

import (
	"github.com/carebase/carebase/policy"
	"github.com/carebase/carebase/policy/inspect"
)

const (
	detectorType = "aws:guardduty/detector:Detector"
)

func detectorsOn(s *inspect.Stack, report *policy.Report) {
	const fix = "once per account and region: turn on GuardDuty of components/audit in one stack"
	policy.InEachRegion(s, report, []string{detectorType}, fix, func(r *inspect.Resource) bool { return report.Check(r, r, policy.NotFalse("enable", fix)) })
}
