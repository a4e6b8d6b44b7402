package edge

import (
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/cloudfront"
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/cloudwatch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// logFields are all that CloudFront's standard log has, in its order, without three that carry credentials or may
// name people: cs(Cookie), cs-uri-query and cs(Referer), which for a viewer's own pages is a URL with its query.
var logFields = []string{
	"date", "time", "x-edge-location", "sc-bytes", "c-ip", "cs-method", "cs(Host)", "cs-uri-stem", "sc-status",
	"cs(User-Agent)", "x-edge-result-type", "x-edge-request-id", "x-host-header", "cs-protocol", "cs-bytes",
	"time-taken", "x-forwarded-for", "ssl-protocol", "ssl-cipher", "x-edge-response-result-type",
	"cs-protocol-version", "fle-status", "fle-encrypted-fields", "c-port", "time-to-first-byte",
	"x-edge-detailed-result-type", "sc-content-type", "sc-content-len", "sc-range-start", "sc-range-end",
}

// accessLogs delivers the distribution's log to the log bucket, under AWSLogs/<account>/CloudFront/. It is standard
// logging of the second version: the first needs a bucket with access control lists. The path is left to AWS, which
// puts its own part before a given one when a delivery is created and drops it when it is changed.
func (b *build) accessLogs(distribution *cloudfront.Distribution) error {
	source, err := cloudwatch.NewLogDeliverySource(b.ctx, b.child("cdn-log-source"), &cloudwatch.LogDeliverySourceArgs{
		LogType:     pulumi.String("ACCESS_LOGS"),
		ResourceArn: distribution.Arn,
	}, b.global()...)
	if err != nil {
		return err
	}
	destination, err := cloudwatch.NewLogDeliveryDestination(b.ctx, b.child("cdn-log-destination"), &cloudwatch.LogDeliveryDestinationArgs{
		OutputFormat: pulumi.String("json"),
		DeliveryDestinationConfiguration: &cloudwatch.LogDeliveryDestinationDeliveryDestinationConfigurationArgs{
			DestinationResourceArn: b.args.LogBucketArn,
		},
	}, b.global()...)
	if err != nil {
		return err
	}
	_, err = cloudwatch.NewLogDelivery(b.ctx, b.child("cdn-log"), &cloudwatch.LogDeliveryArgs{
		DeliverySourceName:     source.Name,
		DeliveryDestinationArn: destination.Arn,
		RecordFields:           pulumi.ToStringArray(logFields),
	}, b.global(pulumi.DependsOn(b.args.LogBucketReady))...)
	return err
}
