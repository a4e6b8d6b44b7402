package storage

import (
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/s3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// events sends what happens to objects to EventBridge. A bucket has one notification configuration, so one that named
// functions or queues could not be shared by the components that own them.
func (b *builder) events() error {
	if !b.fixed.events {
		return nil
	}
	return b.done(s3.NewBucketNotification(b.ctx, b.name+"-events", &s3.BucketNotificationArgs{
		Bucket:      b.id(),
		Eventbridge: pulumi.Bool(true),
	}, b.options()...))
}
