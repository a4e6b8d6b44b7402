package cloudwatch

import (
	"regexp"
	"slices"

	"github.com/carebase/carebase/policy"
	"github.com/carebase/carebase/policy/inspect"
)

// alarmsAct leaves out the alarms that composite alarms are made of: those act for them.
func alarmsAct(s *inspect.Stack, report *policy.Report) {
	parts := composed(s)
	for _, alarm := range s.Of(inspect.MetricAlarmType, compositeAlarmType) {
		if parts[alarm] && alarm.At("alarmActions").Unset() {
			continue
		}
		report.Expect(alarm,
			policy.Expectation{Path: "alarmActions", Want: "at least one action", Fix: "give the alarm the ARN of a topic that people hear (components/observability)",
				Holds: func(v inspect.Value) bool {
					return slices.ContainsFunc(v.List(), func(action inspect.Value) bool { return action.Unknown() || !action.Unset() })
				}},
			policy.NotFalse("actionsEnabled", "leave actionsEnabled unset: it mutes the alarm"))
	}
}

// named in a composite alarm's rule: ALARM("name or ARN").
var alarmInRule = regexp.MustCompile(`(?:ALARM|OK|INSUFFICIENT_DATA)\(\s*"?([^")]+?)"?\s*\)`)

// composed are the alarms that composite alarms are made of.
func composed(s *inspect.Stack) map[*inspect.Resource]bool {
	found := map[*inspect.Resource]bool{}
	alarms := s.Resolver(s.Of(inspect.MetricAlarmType, compositeAlarmType))
	for _, composite := range s.Of(compositeAlarmType) {
		rule := composite.At("alarmRule")
		for _, alarm := range s.ResolveAll(rule) {
			found[alarm] = true
		}
		for _, match := range alarmInRule.FindAllStringSubmatch(rule.Text(), -1) {
			if alarm := alarms.Resolve(rule.WithText(match[1])); alarm != nil {
				found[alarm] = true
			}
		}
	}
	return found
}

// leastLogDays is how long CloudWatch keeps logs at least where PHI lives: a year for searching them. The six years of
// 45 CFR 164.316(b)(2)(i) are for the archive in S3, where the trail and the access logs are.
const leastLogDays = 365

// logsKept wants an age to be set; where PHI lives, a year. A group of class DELIVERY has none: it passes logs on.
func logsKept(s *inspect.Stack, report *policy.Report) {
	least := 1.
	if s.PHI {
		least = leastLogDays
	}
	for _, group := range s.Of(inspect.LogGroupType) {
		if group.At("logGroupClass").Text() != "DELIVERY" {
			report.Expect(group, policy.AtLeast("retentionInDays", least, "set retentionInDays"))
		}
	}
}
