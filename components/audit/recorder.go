package audit

import (
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/untyped"
)

// recorder is AWS Config's configuration recorder.
type recorder struct {
	pulumi.CustomResourceState

	Name pulumi.StringOutput `pulumi:"name"`
}

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
	recorder := &recorder{}
	err := untyped.Register(ctx, "aws:cfg/recorder:Recorder", c.name+"-config-recorder", pulumi.Map{
		"roleArn": role,
		"recordingGroup": pulumi.Map{
			"allSupported":               pulumi.Bool(true),
			"includeGlobalResourceTypes": pulumi.Bool(args.Config.GlobalTypes),
		},
	}, recorder, pulumi.Parent(c))
	if err != nil {
		return err
	}
	channel := &untyped.Resource{}
	err = untyped.Register(ctx, "aws:cfg/deliveryChannel:DeliveryChannel", c.name+"-config-delivery", pulumi.Map{
		"s3BucketName":               args.Config.Bucket,
		"s3KmsKeyArn":                args.LogsKeyArn,
		"snapshotDeliveryProperties": pulumi.Map{"deliveryFrequency": pulumi.String("TwentyFour_Hours")},
	}, channel, pulumi.Parent(c), pulumi.DependsOn([]pulumi.Resource{recorder}))
	if err != nil {
		return err
	}
	// A recorder starts only once it can deliver, and must stop before the channel can go.
	recording := &untyped.Resource{}
	err = untyped.Register(ctx, "aws:cfg/recorderStatus:RecorderStatus", c.name+"-config-recording", pulumi.Map{
		"name":      recorder.Name,
		"isEnabled": pulumi.Bool(true),
	}, recording, pulumi.Parent(c), pulumi.DependsOn([]pulumi.Resource{channel}))
	if err != nil {
		return err
	}
	c.RecorderName = recorder.Name
	c.recording = []pulumi.Resource{recording}
	return c.newRules(ctx, args.Config)
}
