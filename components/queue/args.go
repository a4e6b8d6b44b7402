package queue

import (
	"fmt"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/arg"
	"github.com/carebase/carebase/components/limits"
)

// Args shape a Queue.
type Args struct {
	// KeyArn is the customer-managed KMS key that encrypts the messages of both queues: keys.Keys.Data.Arn. Its policy must
	// admit the services in Publishers; components/keys does for S3 and EventBridge.
	KeyArn pulumi.StringInput

	// QueueName is the physical name of the queue, without the suffix .fifo: see limits.Queue. The dead-letter queue has
	// the same name with limits.DeadLetterSuffix. Empty: Pulumi generates both names. Changing QueueName or Fifo replaces
	// both queues, and messages in the old queues are lost.
	QueueName string

	// Fifo makes a FIFO queue: messages of one message group are delivered in order and once. The sender sets
	// MessageGroupId and MessageDeduplicationId.
	Fifo bool

	// RetentionSeconds is how long a message waits for a consumer before SQS deletes it: 60 (one minute) to 1209600 (14
	// days). The dead-letter queue always keeps messages for 14 days. SQS counts from the time that the message was sent
	// to the first queue, so a shorter RetentionSeconds leaves more time to look at dead letters.
	// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
	RetentionSeconds int

	// VisibilityTimeoutSeconds is how long a received message stays hidden from other consumers: 1 to 43200 (12 hours). It
	// must exceed the time that a consumer needs for a message. For a Lambda function AWS recommends six times the
	// function's timeout.
	// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
	VisibilityTimeoutSeconds int

	// MaxReceiveCount is how often a message is received before SQS moves it to the dead-letter queue: 1 to 1000. With 1, a
	// consumer that is stopped during a deployment sends its message to the dead-letter queue; AWS recommends at least 5
	// for a Lambda function.
	MaxReceiveCount int

	// Publishers are the AWS services that may send messages to the queue. Tasks, functions and hosts of this account need
	// no entry: give their role SendStatements.
	Publishers []Publisher
}

// A Publisher is an AWS service that sends messages for one bucket or rule of this account.
type Publisher struct {
	// Name is part of the statement's Sid: lower-case letters, digits and single hyphens, e.g. uploads.
	Name string
	// Service is S3 or EventBridge.
	Service Service
	// SourceArn is the ARN of the bucket (S3) or of the rule (EventBridge).
	SourceArn pulumi.StringInput
}

// Service is the principal of an AWS service that can send messages to an SQS queue.
type Service string

// The services that a Publisher can be.
const (
	S3          Service = "s3.amazonaws.com"
	EventBridge Service = "events.amazonaws.com"
)

func (args *Args) check(name string) error {
	p := arg.Check("queue", name)
	if args == nil {
		p.Require("Args", false, "a *queue.Args")
		return p.Err()
	}
	checkCommon(p, name, args.KeyArn)
	if args.QueueName != "" {
		p.Match("QueueName", args.QueueName, limits.Queue, limits.QueueRule+", or empty")
	}
	p.Between("RetentionSeconds", args.RetentionSeconds, limits.LeastMessageSeconds, limits.MostMessageSeconds)
	p.Between("VisibilityTimeoutSeconds", args.VisibilityTimeoutSeconds, limits.LeastVisibilitySeconds, limits.MostVisibilitySeconds)
	p.Between("MaxReceiveCount", args.MaxReceiveCount, limits.LeastReceives, limits.MostReceives)
	checkPublishers(p, args.Publishers, args.Fifo)
	return p.Err()
}

func checkCommon(p *arg.Problems, name string, keyArn pulumi.StringInput) {
	if name != "" { // an empty name is reported already
		p.Match("name", name, limits.Hyphenated, "lower-case letters, digits and single hyphens, beginning with a letter")
	}
	p.Require("KeyArn", keyArn != nil, "the ARN of a customer-managed KMS key (see components/keys)")
}

func checkPublishers(p *arg.Problems, publishers []Publisher, fifo bool) {
	seen := map[string]bool{}
	for i, publisher := range publishers {
		at := fmt.Sprintf("Publishers[%d]", i)
		p.Match(at+".Name", publisher.Name, limits.Words, "lower-case letters, digits and single hyphens")
		if sid := publisher.sid(); seen[sid] {
			p.Add(at+".Name", publisher.Name, "a name that no other publisher has")
		} else {
			seen[sid] = true
		}
		p.OneOf(at+".Service", string(publisher.Service), string(S3), string(EventBridge))
		p.Require(at+".SourceArn", publisher.SourceArn != nil, "the ARN of a bucket (S3) or a rule (EventBridge)")
		if publisher.Service == S3 && fifo {
			// https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html
			p.Add(at+".Service", string(S3), "EventBridge with Fifo: S3 sends notifications to standard queues only")
		}
	}
}

// sid is the Sid of the publisher's statement: letters and digits only.
func (p Publisher) sid() string { return "PublisherN" + strings.ReplaceAll(p.Name, "-", "N") }
