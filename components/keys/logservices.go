package keys

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/caller"
	"github.com/carebase/carebase/components/internal/policydoc"
)

// cloudWatchLogs admits the log groups of this account and region.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
func cloudWatchLogs(id caller.Identity) policydoc.Statement {
	return policydoc.Statement{
		Sid:        "CloudWatchLogs",
		Effect:     policydoc.Allow,
		Principals: policydoc.ServiceOf(pulumi.Sprintf("logs.%s.amazonaws.com", id.Region)),
		Actions:    []string{"kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"},
		Resources:  everyKey,
		Conditions: []policydoc.Condition{
			arnLike("kms:EncryptionContext:aws:logs:arn", id.Arn("logs", pulumi.String("*"))),
		},
	}
}

// cloudTrail admits the trails of this account whose home is this region. CloudTrail sends the trail's ARN; the
// encryption context is no condition here because a bucket with an S3 Bucket Key replaces it by the bucket's.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-kms-key-policy-for-cloudtrail.html
func cloudTrail(id caller.Identity) policydoc.Statement {
	return policydoc.Statement{
		Sid:        "CloudTrail",
		Effect:     policydoc.Allow,
		Principals: policydoc.Service("cloudtrail.amazonaws.com"),
		Actions:    []string{"kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey*"},
		Resources:  everyKey,
		Conditions: []policydoc.Condition{
			arnLike("aws:SourceArn", id.Arn("cloudtrail", pulumi.String("trail/*"))),
		},
	}
}

// awsConfig admits the delivery of configuration history to a bucket.
// https://docs.aws.amazon.com/config/latest/developerguide/s3-kms-key-policy.html
func awsConfig(id caller.Identity) policydoc.Statement {
	return policydoc.Statement{
		Sid:        "Config",
		Effect:     policydoc.Allow,
		Principals: policydoc.Service("config.amazonaws.com"),
		Actions:    []string{"kms:Decrypt", "kms:GenerateDataKey*"},
		Resources:  everyKey,
		Conditions: []policydoc.Condition{sourceAccount(id)},
	}
}

// logDelivery admits what AWS delivers to a bucket: flow logs, CloudFront's logs. Deliveries of global services
// come from us-east-1 whatever region the bucket is in, so the region is left open and the account is not.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-infrastructure-S3.html
func logDelivery(id caller.Identity) policydoc.Statement {
	return policydoc.Statement{
		Sid:        "LogDelivery",
		Effect:     policydoc.Allow,
		Principals: policydoc.Service("delivery.logs.amazonaws.com"),
		Actions:    []string{"kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"},
		Resources:  everyKey,
		Conditions: []policydoc.Condition{
			sourceAccount(id),
			arnLike("aws:SourceArn", pulumi.Sprintf("arn:%s:logs:*:%s:*", id.Partition, id.Account)),
		},
	}
}
