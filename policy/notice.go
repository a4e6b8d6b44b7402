package policy

import (
	"slices"
	"strings"
)

// noticeControls are about who is told: a safeguard that fails unheard is none.
var noticeControls = []*Control{
	{
		ID: "X-NOTICE-CHECK", Service: "Route 53", Kind: Relation, Severity: High,
		Title:     "Health checks have an alarm",
		Citations: []string{"164.308(a)(6)(ii)", "164.308(a)(7)(ii)(C)"},
		Analogy:   true,
		Why:       "A health check without an alarm finds the site down and tells nobody; people learn of it from patients.",
		check:     healthChecksHeard,
	},
	{
		ID: "X-NOTICE-TOPIC", Service: "SNS", Kind: Relation, Severity: High,
		Title:     "Topics have a subscriber",
		Citations: []string{"164.308(a)(6)(ii)", "164.312(b)"},
		Analogy:   true,
		Why:       "What is published to a topic without subscribers is gone.",
		check:     topicsHeard,
	},
	{
		ID: "X-NOTICE-RELEASE", Service: "ECS", Kind: Relation, Severity: Medium,
		Title:     "Failed deployments are told of",
		Citations: []string{"164.308(a)(6)(ii)", "164.308(a)(8)"},
		Analogy:   true,
		Why:       "A deployment that ECS rolls back leaves the update green and the old version, with its old vulnerabilities, running.",
		check:     releasesHeard,
	},
	{
		ID: "X-NOTICE-BUDGET", Service: "Budgets", Kind: Relation, Severity: Low,
		Title:     "Budgets count costs that there are",
		Citations: []string{"164.308(a)(6)(ii)"},
		Analogy:   true,
		Why:       "A tag counts only once it is activated as a cost allocation tag: until then a budget on it stays at nothing, and never warns of what an intruder starts.",
		check:     budgetsCount,
	},
}

const (
	healthCheckType   = "aws:route53/healthCheck:HealthCheck"
	eventRuleType     = "aws:cloudwatch/eventRule:EventRule"
	budgetType        = "aws:budgets/budget:Budget"
	allocationTagType = "aws:costexplorer/costAllocationTag:CostAllocationTag"
)

// healthChecksHeard wants for each health check an alarm with an action, on the check itself or on a calculated check that
// it is a part of. A check that follows an alarm of CloudWatch is heard by that alarm's actions (CW-1). Route 53's metrics
// are in us-east-1, and alarms see their own region only: a stack elsewhere has a canary with an alarm instead.
func healthChecksHeard(s *Stack, report *Report) {
	const want = "an alarm on AWS/Route53 HealthCheckStatus, of the check or of a calculated check that it is a part of"
	for _, check := range s.Of(healthCheckType) {
		switch {
		case check.At("type").Text() == "CLOUDWATCH_METRIC", s.checkHeard(check):
			report.Pass(check)
		case regionOf(check) != "us-east-1" && s.hasCanary():
			report.Pass(check)
		default:
			report.Fail(check, "healthCheckId", "watched by no alarm", want,
				"name it among the System's HealthChecks of components/observability, in us-east-1; elsewhere add a Canary")
		}
	}
}

func (s *Stack) checkHeard(check *Resource) bool {
	isHeard := func(alarm *Resource) bool {
		return alarm.At("metricName").Text() == "HealthCheckStatus" && alarm.At("namespace").Text() == "AWS/Route53" && alarm.acts()
	}
	if slices.ContainsFunc(s.Pointing(check, metricAlarmType, "dimensions"), isHeard) {
		return true
	}
	return slices.ContainsFunc(s.Pointing(check, healthCheckType, "childHealthchecks"), s.checkHeard)
}

// acts is true for an alarm that tells somebody when it goes off.
func (r *Resource) acts() bool {
	actions := r.At("alarmActions")
	return !r.At("actionsEnabled").False() && (actions.Unknown() || slices.ContainsFunc(actions.List(), func(action Value) bool {
		return action.Unknown() || !action.Unset()
	}))
}

// hasCanary is true for a stack with an alarm on what a canary publishes, which goes off when the canary is silent, too.
func (s *Stack) hasCanary() bool {
	return slices.ContainsFunc(s.Of(metricAlarmType), func(alarm *Resource) bool {
		return slices.Contains([]string{"Carebase/Canary", "CloudWatchSynthetics"}, alarm.At("namespace").Text()) &&
			alarm.At("treatMissingData").Text() == "breaching" && alarm.acts()
	})
}

// topicsHeard looks at every topic: one whose subscribers come from elsewhere is an exception.
func topicsHeard(s *Stack, report *Report) {
	for _, topic := range s.Of(topicType) {
		if len(s.Pointing(topic, subscriptionType, "topic")) > 0 {
			report.Pass(topic)
			continue
		}
		report.Fail(topic, "subscriptions", "none", "at least one",
			"give the topic an e-mail address or an HTTPS receiver (careconnect:alerts)")
	}
}

// releasesHeard wants a rule for failed deployments with a target, in the region of each service.
func releasesHeard(s *Stack, report *Report) {
	const want = "a rule on ECS Deployment State Change for SERVICE_DEPLOYMENT_FAILED, with a target"
	heard, unknown := map[string]bool{}, map[string]bool{}
	for _, rule := range s.Of(eventRuleType) {
		pattern := rule.At("eventPattern")
		if strings.HasPrefix(rule.At("state").Text(), "DISABLED") || len(s.Pointing(rule, eventTargetType, "rule")) == 0 {
			continue
		}
		if pattern.Unknown() {
			unknown[regionOf(rule)] = true
		}
		if strings.Contains(pattern.Text(), "ECS Deployment State Change") && strings.Contains(pattern.Text(), "SERVICE_DEPLOYMENT_FAILED") {
			heard[regionOf(rule)] = true
		}
	}
	for _, service := range s.Of("aws:ecs/service:Service") {
		switch region := regionOf(service); {
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

// budgetsCount looks for filters by tag. A tag that the same stack activates counts.
func budgetsCount(s *Stack, report *Report) {
	active := map[string]bool{}
	for _, tag := range s.Of(allocationTagType) {
		active[tag.At("tagKey").Text()] = tag.At("status").Text() == "Active"
	}
	for _, budget := range s.Of(budgetType) {
		if tag := inactiveTag(budget, active); tag != "" {
			report.Fail(budget, "costFilters", "by tag "+tag, "by account or region, or by a tag that is activated",
				"filter by LinkedAccount; or activate the tag in the account that pays")
			continue
		}
		if len(budget.At("notifications").List()) == 0 && !budget.At("notifications").Unknown() {
			report.Fail(budget, "notifications", "none", "at least one", "say at which part of the budget who is told")
			continue
		}
		report.Pass(budget)
	}
}

// inactiveTag is a tag that the budget filters by and that nobody has activated: user:<key>$<value>.
func inactiveTag(budget *Resource, active map[string]bool) string {
	for _, filter := range elements(budget.At("costFilters")) {
		if filter.At("name").Text() != "TagKeyValue" {
			continue
		}
		for _, value := range filter.At("values").List() {
			key, _, _ := strings.Cut(strings.TrimPrefix(value.Text(), "user:"), "$")
			if !active[key] {
				return key
			}
		}
	}
	return ""
}
