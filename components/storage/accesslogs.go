package storage

import (
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/s3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// AccessLogs is where S3 writes about a bucket of that account and region in the Logs bucket: the beginning of the keys.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerLogs.html
func AccessLogs(account, region, bucket string) string {
	return serverAccessLogPrefix + account + "/" + region + "/" + bucket + "/"
}

// serverAccessLogPrefix is where S3 writes in a Logs bucket. It adds the logged bucket's name itself.
const serverAccessLogPrefix = "s3/"

// accessLogs sends the record of every request to the log bucket, as s3/<account>/<region>/<bucket>/<yyyy>/<mm>/<dd>/…
// by the day of the request, so that an investigator can query a bucket's day without reading seven years.
func (b *builder) accessLogs() error {
	if !b.fixed.accessLogged {
		return nil
	}
	return b.done(s3.NewBucketLogging(b.ctx, b.name+"-access-logs", &s3.BucketLoggingArgs{
		Bucket:       b.id(),
		TargetBucket: b.args.LogBucket,
		TargetPrefix: pulumi.String(serverAccessLogPrefix),
		TargetObjectKeyFormat: s3.BucketLoggingTargetObjectKeyFormatArgs{
			PartitionedPrefix: s3.BucketLoggingTargetObjectKeyFormatPartitionedPrefixArgs{
				PartitionDateSource: pulumi.String("EventTime"),
			},
		},
	}, b.options()...))
}
