package queue

import (
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/sqs"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/arg"
	"github.com/carebase/carebase/components/internal/caller"
	"github.com/carebase/carebase/components/internal/policydoc"
	"github.com/carebase/carebase/components/limits"
)

// DeadLetterArgs shape a DeadLetterQueue.
type DeadLetterArgs struct {
	// KeyArn is the customer-managed KMS key that encrypts the messages: keys.Keys.Data.Arn.
	KeyArn pulumi.StringInput
	// Publishers are the AWS services that may send messages to the queue, such as EventBridge for the events that a rule could
	// not deliver.
	Publishers []Publisher
}

// DeadLetterQueue is a queue for what a Lambda function, a schedule or a rule failed on: with the same encryption and policy as
// a Queue, and kept for 14 days.
type DeadLetterQueue struct {
	pulumi.ResourceState

	// Arn is known to dependents only after the queue's policy is in place.
	Arn  pulumi.StringOutput `pulumi:"arn"`
	Name pulumi.StringOutput `pulumi:"name"`

	name string
	args *DeadLetterArgs
	id   caller.Identity
}

func (args *DeadLetterArgs) check(name string) error {
	p := arg.Check("dead-letter queue", name)
	if args == nil {
		p.Require("Args", false, "a *queue.DeadLetterArgs")
		return p.Err()
	}
	checkCommon(p, name, args.KeyArn)
	checkPublishers(p, args.Publishers, false)
	return p.Err()
}

// NewDeadLetterQueue makes the queue and its policy.
func NewDeadLetterQueue(ctx *pulumi.Context, name string, args *DeadLetterArgs, opts ...pulumi.ResourceOption) (*DeadLetterQueue, error) {
	if err := args.check(name); err != nil {
		return nil, err
	}
	d := &DeadLetterQueue{name: name, args: args}
	if err := ctx.RegisterComponentResource("carebase:queue:DeadLetterQueue", name, d, opts...); err != nil {
		return nil, err
	}
	d.id = caller.Look(ctx, d)
	queue, err := sqs.NewQueue(ctx, name+"-queue", &sqs.QueueArgs{
		KmsMasterKeyId:          args.KeyArn,
		MessageRetentionSeconds: pulumi.Int(limits.MostMessageSeconds),
		ReceiveWaitTimeSeconds:  pulumi.Int(longPollSeconds),
	}, pulumi.Parent(d))
	if err != nil {
		return nil, err
	}
	policy, err := newPolicy(ctx, d, name, queue, args.Publishers, d.id)
	if err != nil {
		return nil, err
	}
	d.Arn, d.Name = after(policy, queue), queue.Name
	return d, ctx.RegisterResourceOutputs(d, pulumi.Map{"arn": d.Arn, "name": d.Name})
}

// SendStatements are what a role needs to send messages to the queue, as Queue.SendStatements.
func (d *DeadLetterQueue) SendStatements() []policydoc.Statement {
	return sendStatements(d.name, d.Arn, d.args.KeyArn, d.id)
}
