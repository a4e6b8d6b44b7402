package observability

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/caller"
	"github.com/carebase/carebase/components/internal/policydoc"
)

// topicPolicy admits the services that have something to say. People and roles of the account publish and subscribe
// by their IAM policies, which need no statement here.
func topicPolicy(topic pulumi.StringInput, id caller.Identity) pulumi.StringOutput {
	publish, thisTopic := []string{"sns:Publish"}, pulumi.StringArray{topic}
	return policydoc.Document{Statements: []policydoc.Statement{
		{
			Sid:        "DenyWithoutTLS",
			Effect:     policydoc.Deny,
			Principals: policydoc.Anyone(),
			Actions:    publish,
			Resources:  thisTopic,
			Conditions: []policydoc.Condition{
				{Test: "Bool", Key: "aws:SecureTransport", Values: pulumi.StringArray{pulumi.String("false")}},
			},
		},
		{
			Sid:    "ServicesOfThisAccount",
			Effect: policydoc.Allow,
			Principals: policydoc.Service(
				"backup.amazonaws.com", "budgets.amazonaws.com", "cloudwatch.amazonaws.com", "events.rds.amazonaws.com"),
			Actions:   publish,
			Resources: thisTopic,
			Conditions: []policydoc.Condition{
				{Test: "StringEquals", Key: "aws:SourceAccount", Values: pulumi.StringArray{id.Account}},
			},
		},
		{
			// EventBridge says nothing about the source when it publishes to a topic: with a condition on it every
			// event would be lost, and only the rule's FailedInvocations would tell. What another account could
			// do with this is to send us a false message, if it knew the topic's ARN.
			// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-troubleshooting.html
			Sid:        "EventBridge",
			Effect:     policydoc.Allow,
			Principals: policydoc.Service("events.amazonaws.com"),
			Actions:    publish,
			Resources:  thisTopic,
		},
	}}.JSON()
}
