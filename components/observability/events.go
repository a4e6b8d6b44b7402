package observability

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/cloudwatch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/notice"
)

// A rule passes events on to the topic, reduced to what a reader needs and may see by email.
type rule struct {
	key string // its name after the component's
	notice.Note
	description string
	pattern     string
	paths       map[string]string // what the message shows of the event, by key
	what, do    string            // what has happened, and what to do about it
}

// message is JSON with a value of the event for each of the paths. EventBridge puts values in quotes and escapes them, so
// variables stand without. A subscription can filter by severity (see package notice).
func (r rule) message() string {
	quoted := func(text string) string {
		encoded, _ := json.Marshal(text) // a string is always encodable
		return string(encoded)
	}
	fields := []string{`"what":` + quoted(r.what), `"severity":` + quoted(string(r.Severity))}
	for _, key := range slices.Sorted(maps.Keys(r.paths)) {
		fields = append(fields, fmt.Sprintf(`"%s":<%s>`, key, key))
	}
	fields = append(fields, `"do":`+quoted(r.do), `"runbook":`+quoted(r.Link()))
	return "{" + strings.Join(fields, ",") + "}"
}

// guardDuty findings from medium severity (4.0) on.
// https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_findings_eventbridge.html
var guardDuty = rule{
	key:         "guardduty",
	Note:        page("guardduty"),
	description: "GuardDuty findings of medium severity or more.",
	pattern:     `{"source":["aws.guardduty"],"detail-type":["GuardDuty Finding"],"detail":{"severity":[{"numeric":[">=",4]}]}}`,
	paths: map[string]string{
		"account": "$.account", "region": "$.region", "level": "$.detail.severity", "title": "$.detail.title",
		"type": "$.detail.type", "id": "$.detail.id",
	},
	what: "GuardDuty finding",
	do: "Open the finding in GuardDuty. Contain first: revoke the credentials or isolate the task. Then follow the incident plan " +
		"and write down what was done.",
}

// securityHub findings that are high or critical, still true and not yet looked at. A finding that somebody
// sets to NOTIFIED or SUPPRESSED sends no further messages. Findings of GuardDuty come through the rule above, sooner.
// https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-cwe-event-formats.html
var securityHub = rule{
	key:         "security-hub",
	Note:        inform("security-hub"),
	description: "Security Hub findings of high or critical severity that are new.",
	pattern: `{"source":["aws.securityhub"],"detail-type":["Security Hub Findings - Imported"],"detail":{"findings":{` +
		`"ProductName":[{"anything-but":"GuardDuty"}],"RecordState":["ACTIVE"],` +
		`"Severity":{"Label":["HIGH","CRITICAL"]},"Workflow":{"Status":["NEW"]}}}}`,
	paths: map[string]string{
		"account": "$.account", "region": "$.region", "level": "$.detail.findings[0].Severity.Label",
		"title": "$.detail.findings[0].Title", "resource": "$.detail.findings[0].Resources[0].Id", "id": "$.detail.findings[0].Id",
	},
	what: "Security Hub finding",
	do: "Open the finding in Security Hub and mend its cause in the program, not by hand. Set it to NOTIFIED while you work on it, " +
		"to SUPPRESSED with a reason if it is accepted.",
}

// register makes the rule and its target. The pattern is the rule's own, or what it becomes with values of resources.
func (r rule) register(ctx *pulumi.Context, parent *Alarms, topic, pattern pulumi.StringInput) error {
	logical := parent.name + "-" + r.key
	made, err := cloudwatch.NewEventRule(ctx, logical, &cloudwatch.EventRuleArgs{
		Description:  pulumi.String(r.Describe(r.description)),
		EventPattern: pattern,
	}, pulumi.Parent(parent))
	if err != nil {
		return err
	}
	_, err = cloudwatch.NewEventTarget(ctx, logical+"-target", &cloudwatch.EventTargetArgs{
		Rule: made.Name,
		Arn:  topic,
		InputTransformer: &cloudwatch.EventTargetInputTransformerArgs{
			InputPaths:    pulumi.ToStringMap(r.paths),
			InputTemplate: pulumi.String(r.message()),
		},
	}, pulumi.Parent(parent))
	return err
}
