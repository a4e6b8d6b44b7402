package keys

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/caller"
	"github.com/carebase/carebase/components/internal/policydoc"
)

// cloudFront admits the account's distributions to read encrypted objects by origin access control. Not one distribution: it
// names the bucket, which names the key, so its ARN is not known when the key is made. What the key encrypts is public.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html
func cloudFront(id caller.Identity) policydoc.Statement {
	return policydoc.Statement{
		Sid:        "CloudFront",
		Effect:     policydoc.Allow,
		Principals: policydoc.Service("cloudfront.amazonaws.com"),
		Actions:    []string{"kms:Decrypt"},
		Resources:  everyKey,
		Conditions: []policydoc.Condition{
			arnLike("aws:SourceArn", pulumi.Sprintf("arn:%s:cloudfront::%s:distribution/*", id.Partition, id.Account)),
		},
	}
}

// cloudFrontOf is cloudFront for the objects of one bucket. S3 sends the bucket as the encryption context where the bucket
// has a bucket key, and the object of objects from before that.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html
func cloudFrontOf(id caller.Identity, bucket string) policydoc.Statement {
	s := cloudFront(id)
	arn := pulumi.Sprintf("arn:%s:s3:::%s", id.Partition, bucket)
	s.Conditions = append(s.Conditions, policydoc.Condition{
		Test: "StringLike", Key: "kms:EncryptionContext:aws:s3:arn", Values: pulumi.StringArray{arn, pulumi.Sprintf("%s/*", arn)},
	})
	return s
}

// publish is what a service needs to put a message on an encrypted topic or queue.
var publish = []string{"kms:Decrypt", "kms:GenerateDataKey*"}

// notifications admits alarms and budgets to encrypted topics, and S3 events to encrypted topics and queues.
// https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
func notifications(id caller.Identity) policydoc.Statement {
	return policydoc.Statement{
		Sid:        "Notifications",
		Effect:     policydoc.Allow,
		Principals: policydoc.Service("budgets.amazonaws.com", "cloudwatch.amazonaws.com", "s3.amazonaws.com"),
		Actions:    publish,
		Resources:  everyKey,
		Conditions: []policydoc.Condition{sourceAccount(id)},
	}
}

// eventsToTopics admits EventBridge and RDS events to the account's encrypted topics. aws:SourceAccount and
// aws:SourceArn would lose every event: AWS does not support them here. SNS names the topic in the encryption
// context instead, so the key serves this account's topics only.
// https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
func eventsToTopics(id caller.Identity) policydoc.Statement {
	return policydoc.Statement{
		Sid:        "EventsToTopics",
		Effect:     policydoc.Allow,
		Principals: policydoc.Service("events.amazonaws.com", "events.rds.amazonaws.com"),
		Actions:    publish,
		Resources:  everyKey,
		Conditions: []policydoc.Condition{
			arnLike("kms:EncryptionContext:aws:sns:topicArn", id.Arn("sns", pulumi.String("*"))),
		},
	}
}

// eventsToQueues is the same for EventBridge and the account's encrypted queues.
func eventsToQueues(id caller.Identity) policydoc.Statement {
	return policydoc.Statement{
		Sid:        "EventsToQueues",
		Effect:     policydoc.Allow,
		Principals: policydoc.Service("events.amazonaws.com"),
		Actions:    publish,
		Resources:  everyKey,
		Conditions: []policydoc.Condition{
			arnLike("kms:EncryptionContext:aws:sqs:arn", id.Arn("sqs", pulumi.String("*"))),
		},
	}
}
