// Package cloudwatch has the controls of Amazon CloudWatch: alarms, log groups and metric filters.
package cloudwatch

import (
	"github.com/carebase/carebase/policy"
	"github.com/carebase/carebase/policy/inspect"
)

// Controls of this package, in the order in which reports list them.
var Controls = []*policy.Control{
	{
		ID: "CW-1", Service: "CloudWatch", Kind: policy.Relation, Severity: policy.Medium,
		Title:     "Alarms have actions",
		Citations: []string{"164.312(b)"},
		Config:    []string{"cloudwatch-alarm-action-check"},
		Nag:       []string{"CloudWatchAlarmAction"},
		Why:       "An alarm that tells nobody is a light in an empty room.",
		Check:     alarmsAct,
	},
	{
		ID: "CW-2", Service: "CloudWatch", Kind: policy.Property, Severity: policy.High,
		Title:     "Log groups KMS-encrypted",
		Citations: []string{"164.312(a)(2)(iv)", "164.312(e)(2)(ii)"},
		Nag:       []string{"CloudWatchLogGroupEncrypted"},
		Prowler:   []string{"cloudwatch_log_group_kms_encryption_enabled"},
		Why:       "Logs repeat what the system handles, patient data by mistake included; without the account's own key nobody can take them back.",
		Check:     policy.Each([]string{inspect.LogGroupType}, policy.CustomerKey("kmsKeyId", "set kmsKeyId to the logs key of components/keys")),
	},
	{
		ID: "CW-3", Service: "CloudWatch", Kind: policy.Property, Severity: policy.Medium,
		Title:     "Explicit retention",
		Citations: []string{"164.312(b)"},
		Nag:       []string{"CloudWatchLogGroupRetentionPeriod"},
		Prowler:   []string{"cloudwatch_log_group_retention_policy_specific_days_enabled"},
		Setting:   "logs.retentionDays",
		Why:       "Logs that nobody gave an age are kept for ever or, once somebody tidies up, gone when an investigation needs them.",
		Check:     logsKept,
	},
	{
		ID: "CW-4", Service: "CloudWatch", Kind: policy.Presence, Severity: policy.Medium, Applies: policy.WherePHI,
		Title:     "Alarm on console authentication failures",
		Citations: []string{"164.308(a)(5)(ii)(C)", "164.308(a)(6)(i)", "164.308(a)(6)(ii)"},
		Prowler:   []string{"cloudwatch_log_metric_filter_authentication_failures"},
		Why:       "Somebody who tries passwords is heard of before one fits.",
		Check:     alarmOn(consoleFailures),
	},
	{
		ID: "CW-5", Service: "CloudWatch", Kind: policy.Presence, Severity: policy.Medium, Applies: policy.WherePHI,
		Title:     "Alarm on root use",
		Citations: []string{"164.308(a)(6)(i)", "164.308(a)(6)(ii)"},
		Prowler:   []string{"cloudwatch_log_metric_filter_root_usage"},
		Why:       "Nobody needs the root user in daily work: whoever uses it is an emergency or an intruder.",
		Check:     alarmOn(rootUse),
	},
	{
		ID: "CW-6", Service: "CloudWatch", Kind: policy.Presence, Severity: policy.Medium, Applies: policy.WherePHI,
		Title:     "Alarm on NACL changes",
		Citations: []string{"164.308(a)(6)(i)"},
		Prowler:   []string{"cloudwatch_changes_to_network_acls_alarm_configured"},
		Why:       "An intruder widens his way in before he uses it; who hears of the change at once can still close it.",
		Check:     alarmOn(aclChanges),
	},
	{
		ID: "CW-7", Service: "CloudWatch", Kind: policy.Presence, Severity: policy.Medium, Applies: policy.WherePHI,
		Title:     "Alarm on gateway changes",
		Citations: []string{"164.308(a)(6)(i)"},
		Prowler:   []string{"cloudwatch_changes_to_network_gateways_alarm_configured"},
		Why:       "An intruder widens his way in before he uses it; who hears of the change at once can still close it.",
		Check:     alarmOn(gatewayChanges),
	},
	{
		ID: "CW-8", Service: "CloudWatch", Kind: policy.Presence, Severity: policy.Medium, Applies: policy.WherePHI,
		Title:     "Alarm on route table changes",
		Citations: []string{"164.308(a)(6)(i)"},
		Prowler:   []string{"cloudwatch_changes_to_network_route_tables_alarm_configured"},
		Why:       "An intruder widens his way in before he uses it; who hears of the change at once can still close it.",
		Check:     alarmOn(routeChanges),
	},
	{
		ID: "CW-9", Service: "CloudWatch", Kind: policy.Presence, Severity: policy.Medium, Applies: policy.WherePHI,
		Title:     "Alarm on VPC changes",
		Citations: []string{"164.308(a)(6)(i)"},
		Prowler:   []string{"cloudwatch_changes_to_vpcs_alarm_configured"},
		Why:       "An intruder widens his way in before he uses it; who hears of the change at once can still close it.",
		Check:     alarmOn(vpcChanges),
	},
}
