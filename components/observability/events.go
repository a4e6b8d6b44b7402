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
