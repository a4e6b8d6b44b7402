package queue

import (
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/policydoc"
)

// SendStatements are what the role of a producer needs: to find the queue and send messages. KMS asks a producer for both
// actions. The Sids contain the component's name, so that a role can have statements of several queues.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
func (q *Queue) SendStatements() []policydoc.Statement {
	return []policydoc.Statement{
		q.allow("SendTo", q.Arn, "sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:SendMessage"),
		q.useKey("EncryptFor", "kms:Decrypt", "kms:GenerateDataKey"),
	}
}

// ReceiveStatements are what the role of a consumer needs: to receive and delete messages, and to prolong the time that it
// works on a message.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
func (q *Queue) ReceiveStatements() []policydoc.Statement {
	return []policydoc.Statement{
		q.allow("ReceiveFrom", q.Arn,
			"sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"),
		q.useKey("DecryptFrom", "kms:Decrypt"),
	}
}

func (q *Queue) allow(sid string, resource pulumi.StringInput, actions ...string) policydoc.Statement {
	return policydoc.Statement{
		Sid: sid + sidPart(q.name), Effect: policydoc.Allow, Actions: actions, Resources: pulumi.StringArray{resource},
	}
}

// useKey allows the actions with the queue's key, and only through SQS.
func (q *Queue) useKey(sid string, actions ...string) policydoc.Statement {
	s := q.allow(sid, q.args.KeyArn, actions...)
	s.Conditions = []policydoc.Condition{{
		Test: "StringEquals", Key: "kms:ViaService", Values: pulumi.StringArray{pulumi.Sprintf("sqs.%s.amazonaws.com", q.id.Region)},
	}}
	return s
}

// sidPart turns a name such as health-checks into HealthChecks: a Sid has letters and digits only.
func sidPart(name string) string {
	var b strings.Builder
	for _, word := range strings.Split(name, "-") {
		b.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	return b.String()
}
