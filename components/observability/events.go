package observability

import (
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/cloudwatch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// A rule passes events on to the topic, reduced to what a reader needs and may see by email.
type rule struct {
	key         string // its name after the component's
	description string
	pattern     string
	paths       map[string]string // variables of message
	message     string            // EventBridge puts values in quotes and escapes them, so variables stand without
}

func (a *AlarmsArgs) rules() []rule {
	var rules []rule
	if a.SecurityFindings {
		rules = append(rules, guardDuty, securityHub)
	}
	if a.BackupFailures {
		rules = append(rules, failedBackups, failedRestores)
	}
	return rules
}

// guardDuty findings from medium severity (4.0) on.
// https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_findings_eventbridge.html
var guardDuty = rule{
	key:         "guardduty",
	description: "GuardDuty findings of medium severity or more",
	pattern:     `{"source":["aws.guardduty"],"detail-type":["GuardDuty Finding"],"detail":{"severity":[{"numeric":[">=",4]}]}}`,
	paths: map[string]string{
		"account": "$.account", "region": "$.region", "severity": "$.detail.severity", "title": "$.detail.title",
		"type": "$.detail.type", "id": "$.detail.id",
	},
	message: `{"what":"GuardDuty finding","severity":<severity>,"title":<title>,"type":<type>,"account":<account>,"region":<region>,"id":<id>,` +
		`"do":"Open the finding in GuardDuty. Contain first: revoke the credentials or isolate the task. Then follow the incident plan and write down what was done."}`,
}

// securityHub findings that are high or critical, still true and not yet looked at. Whoever sets a finding to NOTIFIED
// or SUPPRESSED hears no more of it. GuardDuty's own come by the rule above, sooner.
// https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-cwe-event-formats.html
var securityHub = rule{
	key:         "security-hub",
	description: "Security Hub findings of high or critical severity that are new",
	pattern: `{"source":["aws.securityhub"],"detail-type":["Security Hub Findings - Imported"],"detail":{"findings":{` +
		`"ProductName":[{"anything-but":"GuardDuty"}],"RecordState":["ACTIVE"],` +
		`"Severity":{"Label":["HIGH","CRITICAL"]},"Workflow":{"Status":["NEW"]}}}}`,
	paths: map[string]string{
		"account": "$.account", "region": "$.region", "severity": "$.detail.findings[0].Severity.Label",
		"title": "$.detail.findings[0].Title", "resource": "$.detail.findings[0].Resources[0].Id", "id": "$.detail.findings[0].Id",
	},
	message: `{"what":"Security Hub finding","severity":<severity>,"title":<title>,"resource":<resource>,"account":<account>,"region":<region>,"id":<id>,` +
		`"do":"Open the finding in Security Hub and mend its cause in the program, not by hand. Set it to NOTIFIED while you work on it, to SUPPRESSED with a reason if it is accepted."}`,
}

// failedBackups are jobs that made no backup, or did not copy one to another region or account.
// https://docs.aws.amazon.com/aws-backup/latest/devguide/eventbridge.html
var failedBackups = rule{
	key:         "backup-failures",
	description: "AWS Backup jobs that made no backup, or no copy of one",
	pattern: `{"source":["aws.backup"],"detail-type":["Backup Job State Change","Copy Job State Change"],` +
		`"detail":{"state":["ABORTED","EXPIRED","FAILED","PARTIAL"]}}`,
	paths: jobPaths,
	message: `{"what":<kind>,"account":<account>,"region":<region>,"job":<job>,` +
		`"do":"Read the job's message in AWS Backup, mend its cause (key, role, vault, a window too short) and start the job again today: until then the last good backup grows older."}`,
}

// failedRestores are as a rule those of the restore testing plan. Restore jobs have a status where the others have a
// state.
var failedRestores = rule{
	key:         "restore-failures",
	description: "AWS Backup jobs that could not restore a backup",
	pattern:     `{"source":["aws.backup"],"detail-type":["Restore Job State Change"],"detail":{"status":["ABORTED","FAILED"]}}`,
	paths:       jobPaths,
	message: `{"what":<kind>,"account":<account>,"region":<region>,"job":<job>,` +
		`"do":"Read the job's message in AWS Backup. A backup that cannot be restored is none: mend the cause and run the restore test again."}`,
}

// jobPaths take a job whole: which of its members there are depends on how far it got, and a variable without a value
// would spoil the message. It holds ARNs, sizes and times.
var jobPaths = map[string]string{
	"account": "$.account", "region": "$.region", "kind": "$.detail-type", "job": "$.detail",
}

func (r rule) register(ctx *pulumi.Context, parent *Alarms, topic pulumi.StringInput) error {
	logical := parent.name + "-" + r.key
	made, err := cloudwatch.NewEventRule(ctx, logical, &cloudwatch.EventRuleArgs{
		Description:  pulumi.String(r.description),
		EventPattern: pulumi.String(r.pattern),
	}, pulumi.Parent(parent))
	if err != nil {
		return err
	}
	_, err = cloudwatch.NewEventTarget(ctx, logical+"-target", &cloudwatch.EventTargetArgs{
		Rule: made.Name,
		Arn:  topic,
		InputTransformer: &cloudwatch.EventTargetInputTransformerArgs{
			InputPaths:    pulumi.ToStringMap(r.paths),
			InputTemplate: pulumi.String(r.message),
		},
	}, pulumi.Parent(parent))
	return err
}
