package audit

import (
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/cfg"
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// newRecorder records the configuration of everything in the region, delivers its history and snapshots to the bucket,
// and has the rules watch it. AWS Config itself keeps seven years of history, its default. It reads the account by the
// service-linked role, which Security Hub insists on (control Config.1) and which AWS extends for new services.
func (c *Audit) newRecorder(ctx *pulumi.Context, args *Args) error {
	if args.Config == nil {
		return nil
	}
	role := pulumi.Sprintf("arn:%s:iam::%s:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig",
		c.id.Partition, c.id.Account)
	if args.Config.ServiceLinkedRole {
		linked, err := iam.NewServiceLinkedRole(ctx, c.name+"-config-role", &iam.ServiceLinkedRoleArgs{
			AwsServiceName: pulumi.String("config.amazonaws.com"),
		}, pulumi.Parent(c))
		if err != nil {
			return err
		}
		role = linked.Arn
	}
	recorder, err := cfg.NewRecorder(ctx, c.name+"-config-recorder", &cfg.RecorderArgs{
		RoleArn: role,
		RecordingGroup: cfg.RecorderRecordingGroupArgs{
			AllSupported:               pulumi.Bool(true),
			IncludeGlobalResourceTypes: pulumi.Bool(args.Config.GlobalTypes),
		},
	}, pulumi.Parent(c))
	if err != nil {
		return err
	}
	channel, err := cfg.NewDeliveryChannel(ctx, c.name+"-config-delivery", &cfg.DeliveryChannelArgs{
		S3BucketName: args.Config.Bucket,
		S3KmsKeyArn:  args.LogsKeyArn,
		SnapshotDeliveryProperties: cfg.DeliveryChannelSnapshotDeliveryPropertiesArgs{
			DeliveryFrequency: pulumi.String("TwentyFour_Hours"),
		},
	}, pulumi.Parent(c), pulumi.DependsOn([]pulumi.Resource{recorder}))
	if err != nil {
		return err
	}
	// A recorder starts only once it can deliver, and must stop before the channel can go.
	recording, err := cfg.NewRecorderStatus(ctx, c.name+"-config-recording", &cfg.RecorderStatusArgs{
		Name:      recorder.Name,
		IsEnabled: pulumi.Bool(true),
	}, pulumi.Parent(c), pulumi.DependsOn([]pulumi.Resource{channel}))
	if err != nil {
		return err
	}
	c.RecorderName = recorder.Name
	c.recording = []pulumi.Resource{recording}
	return c.newRules(ctx, args.Config)
}
