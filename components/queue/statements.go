package queue

import (
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/caller"
	"github.com/carebase/carebase/components/internal/policydoc"
	"github.com/carebase/carebase/components/internal/role"
)

// SendStatements are what the role of a producer needs: to find the queue and send messages. KMS asks a producer for both
// actions. The Sids contain the component's name, so that a role can have statements of several queues.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
func (q *Queue) SendStatements() []policydoc.Statement {
	return sendStatements(q.name, q.Arn, q.args.KeyArn, q.id)
}

// ReceiveStatements are what the role of a consumer needs: to receive and delete messages, and to prolong the time that it
// works on a message.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
func (q *Queue) ReceiveStatements() []policydoc.Statement {
	return []policydoc.Statement{
		role.Allow("ReceiveFrom"+sidPart(q.name), pulumi.StringArray{q.Arn},
			"sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"),
		role.Through(role.Allow("DecryptFrom"+sidPart(q.name), pulumi.StringArray{q.args.KeyArn}, "kms:Decrypt"), "sqs", q.id.Region),
	}
}

func sendStatements(name string, queueArn, keyArn pulumi.StringInput, id caller.Identity) []policydoc.Statement {
	encrypt := role.Allow("EncryptFor"+sidPart(name), pulumi.StringArray{keyArn}, "kms:Decrypt", "kms:GenerateDataKey")
	return []policydoc.Statement{
		role.Allow("SendTo"+sidPart(name), pulumi.StringArray{queueArn}, "sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:SendMessage"),
		role.Through(encrypt, "sqs", id.Region),
	}
}

// sidPart turns a name such as health-checks into HealthChecks: a Sid has letters and digits only.
func sidPart(name string) string {
	var b strings.Builder
	for _, word := range strings.Split(name, "-") {
		b.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	return b.String()
}
