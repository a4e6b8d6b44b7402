// Package queue makes an SQS queue with its dead-letter queue, and a dead-letter queue alone for functions and schedules.
//
// Both queues are encrypted under a customer-managed key (control X-SQS-KMS, 45 CFR 164.312(a)(2)(iv)) and have a queue policy
// that denies requests without TLS (X-SQS-TLS, 164.312(e)(1)) and requests from other accounts (164.312(a)(1)). A message that
// consumers fail on goes to the dead-letter queue and stays there for 14 days (X-SQS-DLQ, 164.312(c)(1)). Only this queue may
// use the dead-letter queue. Consumers use long polling.
//
// A role gets its permissions from SendStatements or ReceiveStatements, as service.TaskArgs.TaskPolicy or
// function.Args.Policy. Neither includes purging the queue or changing its attributes.
//
// The package makes no alarms: give Name and DeadLetterName to observability.Queue, which watches the age of the oldest
// message and the dead letters.
package queue

import (
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/sqs"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/caller"
	"github.com/carebase/carebase/components/limits"
)

// Queue is an SQS queue with its dead-letter queue.
type Queue struct {
	pulumi.ResourceState

	// URL and Arn are known to dependents only after the queue's policy is in place, because S3 and EventBridge test their
	// permission to send when a notification or a target is created.
	URL  pulumi.StringOutput `pulumi:"url"`
	Arn  pulumi.StringOutput `pulumi:"arn"`
	Name pulumi.StringOutput `pulumi:"name"`

	DeadLetterArn  pulumi.StringOutput `pulumi:"deadLetterArn"`
	DeadLetterName pulumi.StringOutput `pulumi:"deadLetterName"`

	// VisibilityTimeoutSeconds is that of Args.
	VisibilityTimeoutSeconds int

	name string
	args *Args
	id   caller.Identity
}

// longPollSeconds is how long ReceiveMessage waits for a message: the maximum, which makes the fewest empty and billed
// requests.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-short-and-long-polling.html
const longPollSeconds = 20

// New makes the two queues, their policies, and the permission of the queue to use the dead-letter queue.
func New(ctx *pulumi.Context, name string, args *Args, opts ...pulumi.ResourceOption) (*Queue, error) {
	if err := args.check(name); err != nil {
		return nil, err
	}
	q := &Queue{name: name, args: args, VisibilityTimeoutSeconds: args.VisibilityTimeoutSeconds}
	if err := ctx.RegisterComponentResource("carebase:queue:Queue", name, q, opts...); err != nil {
		return nil, err
	}
	q.id = caller.Look(ctx, q)
	deadLetter, err := q.newDeadLetterQueue(ctx)
	if err != nil {
		return nil, err
	}
	queue, err := q.newQueue(ctx, deadLetter)
	if err != nil {
		return nil, err
	}
	if err := q.newRedriveAllowPolicy(ctx, deadLetter, queue); err != nil {
		return nil, err
	}
	if _, err := newPolicy(ctx, q, name+"-dead-letter", deadLetter, nil, q.id); err != nil {
		return nil, err
	}
	policy, err := newPolicy(ctx, q, name, queue, args.Publishers, q.id)
	if err != nil {
		return nil, err
	}

	q.URL = policy.QueueUrl
	q.Arn = after(policy, queue)
	q.Name = queue.Name
	q.DeadLetterArn, q.DeadLetterName = deadLetter.Arn, deadLetter.Name
	return q, ctx.RegisterResourceOutputs(q, pulumi.Map{
		"url": q.URL, "arn": q.Arn, "name": q.Name, "deadLetterArn": q.DeadLetterArn, "deadLetterName": q.DeadLetterName,
	})
}

func (q *Queue) newDeadLetterQueue(ctx *pulumi.Context) (*sqs.Queue, error) {
	return sqs.NewQueue(ctx, q.name+"-dead-letter-queue", &sqs.QueueArgs{
		Name:                    q.physicalName(limits.DeadLetterSuffix),
		FifoQueue:               q.fifo(), // the dead-letter queue of a FIFO queue must be a FIFO queue
		KmsMasterKeyId:          q.args.KeyArn,
		MessageRetentionSeconds: pulumi.Int(limits.MostMessageSeconds),
		ReceiveWaitTimeSeconds:  pulumi.Int(longPollSeconds),
	}, pulumi.Parent(q))
}

func (q *Queue) newQueue(ctx *pulumi.Context, deadLetter *sqs.Queue) (*sqs.Queue, error) {
	return sqs.NewQueue(ctx, q.name+"-queue", &sqs.QueueArgs{
		Name:                     q.physicalName(""),
		FifoQueue:                q.fifo(),
		KmsMasterKeyId:           q.args.KeyArn,
		MessageRetentionSeconds:  pulumi.Int(q.args.RetentionSeconds),
		VisibilityTimeoutSeconds: pulumi.Int(q.args.VisibilityTimeoutSeconds),
		ReceiveWaitTimeSeconds:   pulumi.Int(longPollSeconds),
		RedrivePolicy: pulumi.JSONMarshal(map[string]any{
			"deadLetterTargetArn": deadLetter.Arn, "maxReceiveCount": q.args.MaxReceiveCount,
		}),
	}, pulumi.Parent(q))
}

// newRedriveAllowPolicy lets this queue alone use the dead-letter queue. Without the policy any queue of the account may.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
func (q *Queue) newRedriveAllowPolicy(ctx *pulumi.Context, deadLetter, queue *sqs.Queue) error {
	_, err := sqs.NewRedriveAllowPolicy(ctx, q.name+"-redrive-allow-policy", &sqs.RedriveAllowPolicyArgs{
		QueueUrl: deadLetter.Url,
		RedriveAllowPolicy: pulumi.JSONMarshal(map[string]any{
			"redrivePermission": "byQueue", "sourceQueueArns": pulumi.StringArray{queue.Arn},
		}),
	}, pulumi.Parent(q))
	return err
}

// physicalName is nil where Pulumi generates the name, to which the provider adds .fifo.
func (q *Queue) physicalName(suffix string) pulumi.StringPtrInput {
	switch {
	case q.args.QueueName == "":
		return nil
	case q.args.Fifo:
		suffix += limits.FifoSuffix
	}
	return pulumi.String(q.args.QueueName + suffix)
}

// fifo is nil for a standard queue: SQS refuses the attribute FifoQueue with the value false.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html
func (q *Queue) fifo() pulumi.BoolPtrInput {
	if !q.args.Fifo {
		return nil
	}
	return pulumi.Bool(true)
}
