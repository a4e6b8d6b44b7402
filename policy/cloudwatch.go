package policy

import (
	"regexp"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/property"
)

var cloudwatchControls = []*Control{
	{
		ID: "CW-1", Service: "CloudWatch", Kind: Relation, Severity: Medium,
		Title:     "Alarms have actions",
		Citations: []string{"164.312(b)"},
		Config:    []string{"cloudwatch-alarm-action-check"},
		Nag:       []string{"CloudWatchAlarmAction"},
		Why:       "An alarm that tells nobody is a light in an empty room.",
		check:     alarmsAct,
	},
	{
		ID: "CW-2", Service: "CloudWatch", Kind: Property, Severity: High,
		Title:     "Log groups KMS-encrypted",
		Citations: []string{"164.312(a)(2)(iv)", "164.312(e)(2)(ii)"},
		Nag:       []string{"CloudWatchLogGroupEncrypted"},
		Prowler:   []string{"cloudwatch_log_group_kms_encryption_enabled"},
		Why:       "Logs repeat what the system handles, patient data by mistake included; without the account's own key nobody can take them back.",
		check:     each(of(logGroupType), customerKey("kmsKeyId", "set kmsKeyId to the logs key of components/keys")),
	},
	{
		ID: "CW-3", Service: "CloudWatch", Kind: Property, Severity: Medium,
		Title:     "Explicit retention",
		Citations: []string{"164.312(b)"},
		Nag:       []string{"CloudWatchLogGroupRetentionPeriod"},
		Prowler:   []string{"cloudwatch_log_group_retention_policy_specific_days_enabled"},
		Why:       "Logs that nobody gave an age are kept for ever or, once somebody tidies up, gone when an investigation needs them.",
		check:     logsKept,
	},
	{
		ID: "CW-4", Service: "CloudWatch", Kind: Presence, Severity: Medium, Applies: WherePHI,
		Title:     "Alarm on console authentication failures",
		Citations: []string{"164.308(a)(5)(ii)(C)", "164.308(a)(6)(i)", "164.308(a)(6)(ii)"},
		Prowler:   []string{"cloudwatch_log_metric_filter_authentication_failures"},
		Why:       "Somebody who tries passwords is heard of before one fits.",
		check:     alarmOn(consoleFailures),
	},
	{
		ID: "CW-5", Service: "CloudWatch", Kind: Presence, Severity: Medium, Applies: WherePHI,
		Title:     "Alarm on root use",
		Citations: []string{"164.308(a)(6)(i)", "164.308(a)(6)(ii)"},
		Prowler:   []string{"cloudwatch_log_metric_filter_root_usage"},
		Why:       "Nobody needs the root user in daily work: whoever uses it is an emergency or an intruder.",
		check:     alarmOn(rootUse),
	},
	{
		ID: "CW-6", Service: "CloudWatch", Kind: Presence, Severity: Medium, Applies: WherePHI,
		Title:     "Alarm on NACL changes",
		Citations: []string{"164.308(a)(6)(i)"},
		Prowler:   []string{"cloudwatch_changes_to_network_acls_alarm_configured"},
		Why:       "An intruder widens his way in before he uses it; who hears of the change at once can still close it.",
		check:     alarmOn(aclChanges),
	},
	{
		ID: "CW-7", Service: "CloudWatch", Kind: Presence, Severity: Medium, Applies: WherePHI,
		Title:     "Alarm on gateway changes",
		Citations: []string{"164.308(a)(6)(i)"},
		Prowler:   []string{"cloudwatch_changes_to_network_gateways_alarm_configured"},
		Why:       "An intruder widens his way in before he uses it; who hears of the change at once can still close it.",
		check:     alarmOn(gatewayChanges),
	},
	{
		ID: "CW-8", Service: "CloudWatch", Kind: Presence, Severity: Medium, Applies: WherePHI,
		Title:     "Alarm on route table changes",
		Citations: []string{"164.308(a)(6)(i)"},
		Prowler:   []string{"cloudwatch_changes_to_network_route_tables_alarm_configured"},
		Why:       "An intruder widens his way in before he uses it; who hears of the change at once can still close it.",
		check:     alarmOn(routeChanges),
	},
	{
		ID: "CW-9", Service: "CloudWatch", Kind: Presence, Severity: Medium, Applies: WherePHI,
		Title:     "Alarm on VPC changes",
		Citations: []string{"164.308(a)(6)(i)"},
		Prowler:   []string{"cloudwatch_changes_to_vpcs_alarm_configured"},
		Why:       "An intruder widens his way in before he uses it; who hears of the change at once can still close it.",
		check:     alarmOn(vpcChanges),
	},
}

// alarmsAct leaves out the alarms that composite alarms are made of: those act for them.
func alarmsAct(s *Stack, report *Report) {
	parts := s.composed()
	for _, alarm := range s.Of(metricAlarmType, compositeAlarmType) {
		if parts[alarm] && alarm.At("alarmActions").Unset() {
			continue
		}
		alarm.expect(report,
			expectation{"alarmActions", "at least one action", "give the alarm the ARN of a topic that people hear (components/observability)",
				func(_ *Resource, v Value) bool {
					return slices.ContainsFunc(v.List(), func(action Value) bool { return action.Unknown() || !action.Unset() })
				}},
			notFalse("actionsEnabled", "leave actionsEnabled unset: it mutes the alarm"))
	}
}

// named in a composite alarm's rule: ALARM("name or ARN").
var alarmInRule = regexp.MustCompile(`(?:ALARM|OK|INSUFFICIENT_DATA)\(\s*"?([^")]+?)"?\s*\)`)

// composed are the alarms that composite alarms are made of.
func (s *Stack) composed() map[*Resource]bool {
	found := map[*Resource]bool{}
	alarms := s.lookup(s.Of(metricAlarmType, compositeAlarmType))
	for _, composite := range s.Of(compositeAlarmType) {
		rule := composite.At("alarmRule")
		for _, alarm := range s.Referents(rule) {
			found[alarm] = true
		}
		for _, match := range alarmInRule.FindAllStringSubmatch(rule.Text(), -1) {
			rule.value = property.New(match[1])
			if alarm := alarms.named(rule); alarm != nil {
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
func logsKept(s *Stack, report *Report) {
	least := 1.
	if s.PHI {
		least = leastLogDays
	}
	for _, group := range s.Of(logGroupType) {
		if group.At("logGroupClass").Text() != "DELIVERY" {
			group.expect(report, atLeast("retentionInDays", least, "set retentionInDays; careconnect:logs.retentionDays is every component's"))
		}
	}
}
