package ecs

import (
	"strings"

	"github.com/carebase/carebase/policy"
	"github.com/carebase/carebase/policy/inspect"
)

const (
	eventRuleType = "aws:cloudwatch/eventRule:EventRule"
)

// releasesHeard wants a rule for failed deployments with a target, in the region of each service.
func releasesHeard(s *inspect.Stack, report *policy.Report) {
	const want = "a rule on ECS Deployment State Change for SERVICE_DEPLOYMENT_FAILED, with a target"
	heard, unknown := map[string]bool{}, map[string]bool{}
	for _, rule := range s.Of(eventRuleType) {
		pattern := rule.At("eventPattern")
		if strings.HasPrefix(rule.At("state").Text(), "DISABLED") || len(s.Pointing(rule, inspect.EventTargetType, "rule")) == 0 {
			continue
		}
		if pattern.Unknown() {
			unknown[inspect.RegionOf(rule)] = true
		}
		if strings.Contains(pattern.Text(), "ECS Deployment State Change") && strings.Contains(pattern.Text(), "SERVICE_DEPLOYMENT_FAILED") {
			heard[inspect.RegionOf(rule)] = true
		}
	}
	for _, service := range s.Of("aws:ecs/service:Service") {
		switch region := inspect.RegionOf(service); {
		case heard[region]:
			report.Pass(service)
		case unknown[region]:
			report.Undecided(service, "deploymentCircuitBreaker", want)
		default:
			report.Fail(service, "deploymentCircuitBreaker", "told of to nobody", want,
				"give Alarms of components/observability the cluster's ARN")
		}
	}
}
