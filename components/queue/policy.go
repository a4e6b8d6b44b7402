package queue

import (
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/sqs"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/caller"
	"github.com/carebase/carebase/components/internal/policydoc"
)

// newPolicy attaches the queue policy. Roles of this account get their permissions from IAM policies and need no statement.
func newPolicy(
	ctx *pulumi.Context, parent pulumi.Resource, name string, queue *sqs.Queue, publishers []Publisher, id caller.Identity,
) (*sqs.QueuePolicy, error) {
	statements := denials(queue.Arn, id)
	for _, publisher := range publishers {
		statements = append(statements, publisher.statement(queue.Arn, id))
	}
	return sqs.NewQueuePolicy(ctx, name+"-policy", &sqs.QueuePolicyArgs{
		QueueUrl: queue.Url,
		Policy:   policydoc.Document{Statements: statements}.JSON(),
	}, pulumi.Parent(parent))
}

// after is the queue's ARN, known to dependents only after the policy is in place.
func after(policy *sqs.QueuePolicy, queue *sqs.Queue) pulumi.StringOutput {
	return pulumi.All(queue.Arn, policy.QueueUrl).ApplyT(func(all []any) string { return all[0].(string) }).(pulumi.StringOutput)
}

// denials hold for everybody, administrators included.
func denials(queueArn pulumi.StringInput, id caller.Identity) []policydoc.Statement {
	return []policydoc.Statement{
		{
			// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-security-best-practices.html
			Sid:        "DenyWithoutTLS",
			Effect:     policydoc.Deny,
			Principals: policydoc.Anyone(),
			Actions:    []string{"sqs:*"},
			Resources:  pulumi.StringArray{queueArn},
			Conditions: []policydoc.Condition{
				{Test: "Bool", Key: "aws:SecureTransport", Values: pulumi.StringArray{pulumi.String("false")}},
			},
		},
		{
			// An AWS service that acts for itself, such as S3 or EventBridge, has no account of ours: its own statement limits
			// it. IfExists, because an anonymous request does not have the key aws:PrincipalIsAWSService.
			// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
			Sid:        "DenyOtherAccounts",
			Effect:     policydoc.Deny,
			Principals: policydoc.Anyone(),
			Actions:    []string{"sqs:*"},
			Resources:  pulumi.StringArray{queueArn},
			Conditions: []policydoc.Condition{
				{Test: "StringNotEquals", Key: "aws:PrincipalAccount", Values: pulumi.StringArray{id.Account}},
				{Test: "BoolIfExists", Key: "aws:PrincipalIsAWSService", Values: pulumi.StringArray{pulumi.String("false")}},
			},
		},
	}
}

// statement lets the service send messages for its source. The ARN of a bucket does not contain the account, so the statement
// of S3 has a condition on the account, too. The ARN of a rule contains the account, and AWS documents no aws:SourceAccount for
// messages from EventBridge to SQS: a condition on a missing key would deny every event.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/grant-destinations-permissions-to-s3.html
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html#eb-sqs-permissions
func (p Publisher) statement(queueArn pulumi.StringInput, id caller.Identity) policydoc.Statement {
	conditions := []policydoc.Condition{{Test: "ArnEquals", Key: "aws:SourceArn", Values: pulumi.StringArray{p.SourceArn}}}
	if p.Service == S3 {
		conditions = append(conditions, policydoc.Condition{
			Test: "StringEquals", Key: "aws:SourceAccount", Values: pulumi.StringArray{id.Account},
		})
	}
	return policydoc.Statement{
		Sid:        p.sid(),
		Effect:     policydoc.Allow,
		Principals: policydoc.Service(string(p.Service)),
		Actions:    []string{"sqs:SendMessage"},
		Resources:  pulumi.StringArray{queueArn},
		Conditions: conditions,
	}
}
