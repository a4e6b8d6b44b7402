package storage

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/caller"
	"github.com/carebase/carebase/components/internal/policydoc"
)

// LoadBalancerLogPrefix is the prefix a load balancer must be given for its logs in a Logs bucket. (Other services choose
// theirs: CloudFront and AWS Config write under AWSLogs/<account>/.)
const LoadBalancerLogPrefix = "alb"

// ownerKeepsControl is the ACL header that vended logs, CloudTrail and AWS Config send, and that AWS documents in their
// bucket policies. With ACLs disabled it is accepted and changes nothing.
var ownerKeepsControl = condition("StringEquals", "s3:x-amz-acl", "bucket-owner-full-control")

// logDeliveryGrants let services write their logs, each under its own prefix.
func (b *builder) logDeliveryGrants() []policydoc.Statement {
	id := caller.Look(b.ctx, b.component)
	accountLogs := pulumi.Sprintf("AWSLogs/%s/", id.Account)
	statements := []policydoc.Statement{
		// Without a condition, as in AWS's guide: it documents none for load balancers, and a condition on a key that a
		// service does not send refuses its logs. The account in the path, which the service fills in, is the guard.
		// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
		b.write("AllowLoadBalancerLogs", "logdelivery.elasticloadbalancing.amazonaws.com",
			pulumi.Sprintf("%s/%s", LoadBalancerLogPrefix, accountLogs)),

		// The source is a bucket, whose ARN names no account: aws:SourceArn would add nothing.
		// https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html
		b.write("AllowServerAccessLogs", "logging.s3.amazonaws.com", pulumi.String(serverAccessLogPrefix), fromAccount(id)),

		// In any region: CloudFront's deliveries live in us-east-1, wherever the bucket is.
		// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-infrastructure-V2-S3.html
		b.write("AllowVendedLogs", "delivery.logs.amazonaws.com", accountLogs, fromAccount(id),
			fromSource(pulumi.Sprintf("arn:%s:logs:*:%s:delivery-source:*", id.Partition, id.Account)), ownerKeepsControl),
	}
	return append(statements, b.configGrants(id)...)
}

// configGrants let AWS Config deliver its history. It looks at the bucket before it writes.
//
// https://docs.aws.amazon.com/config/latest/developerguide/s3-bucket-policy.html
func (b *builder) configGrants(id caller.Identity) []policydoc.Statement {
	const config = "config.amazonaws.com"
	return []policydoc.Statement{
		b.look("AllowConfigCheck", config, []string{"s3:GetBucketAcl", "s3:ListBucket"}, fromAccount(id)),
		b.write("AllowConfigHistory", config, pulumi.Sprintf("AWSLogs/%s/Config/", id.Account),
			fromAccount(id), ownerKeepsControl),
	}
}

// write lets a service put objects under a prefix.
func (b *builder) write(sid, service string, prefix pulumi.StringInput, conditions ...policydoc.Condition) policydoc.Statement {
	return policydoc.Statement{
		Sid: sid, Effect: policydoc.Allow, Principals: policydoc.Service(service),
		Actions: []string{"s3:PutObject"}, Resources: pulumi.StringArray{b.objects(prefix)}, Conditions: conditions,
	}
}

// look lets a service see that it would be allowed to write.
func (b *builder) look(sid, service string, actions []string, conditions ...policydoc.Condition) policydoc.Statement {
	return policydoc.Statement{
		Sid: sid, Effect: policydoc.Allow, Principals: policydoc.Service(service),
		Actions: actions, Resources: pulumi.StringArray{b.bucket.Arn}, Conditions: conditions,
	}
}
