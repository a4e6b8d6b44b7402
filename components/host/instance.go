package host

import (
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/ebs"
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// newestImage is the public parameter of the newest image of Amazon Linux 2023 for arm64.
// https://docs.aws.amazon.com/linux/al2023/ug/ec2.html#launch-via-aws-cli
const newestImage = "resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64"

// Device names: of the root volume in images of Amazon Linux 2023, and of the data volume.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/device_naming.html
const (
	rootDevice = "/dev/xvda"
	dataDevice = "/dev/sdf"
)

// newInstance makes the instance and its launch template. A new version of the template (image, root volume, metadata options) and
// new user data replace the instance.
func (h *Host) newInstance(
	ctx *pulumi.Context, nic *ec2.NetworkInterface, volume *ebs.Volume, groups logGroups,
) (*ec2.Instance, error) {
	template, err := h.newLaunchTemplate(ctx)
	if err != nil {
		return nil, err
	}
	profile, err := h.newProfile(ctx, groups)
	if err != nil {
		return nil, err
	}
	return ec2.NewInstance(ctx, h.name+"-instance", &ec2.InstanceArgs{
		InstanceType: pulumi.String(h.args.InstanceType),
		LaunchTemplate: ec2.InstanceLaunchTemplateArgs{
			Id: template.ID(), Version: pulumi.Sprintf("%d", template.LatestVersion),
		},
		IamInstanceProfile:      profile.Name,
		PrimaryNetworkInterface: ec2.InstancePrimaryNetworkInterfaceArgs{NetworkInterfaceId: nic.ID()},
		Monitoring:              pulumi.Bool(true),
		UserData:                h.userData(volume),
		UserDataReplaceOnChange: pulumi.Bool(true),
		Tags:                    h.tags(),
	}, pulumi.Parent(h), pulumi.DependsOn(groups.resources()),
		// The interface and the data volume belong to one instance at a time.
		pulumi.DeleteBeforeReplace(true),
		// The provider says that a new version replaces the instance only once the number is known: a preview would promise an
		// update in place.
		pulumi.ReplaceOnChanges([]string{"launchTemplate.version"}))
}

// newLaunchTemplate holds what an instance cannot say itself: an image by parameter, and with it the root volume.
func (h *Host) newLaunchTemplate(ctx *pulumi.Context) (*ec2.LaunchTemplate, error) {
	image := h.args.ImageID
	if image == "" {
		image = newestImage
	}
	hops := 1
	if h.args.Compose != nil && h.args.Compose.UseHostRole {
		hops = 2
	}
	return ec2.NewLaunchTemplate(ctx, h.name+"-launch-template", &ec2.LaunchTemplateArgs{
		Description: pulumi.String("Image, root volume and metadata options of host " + h.args.HostName),
		ImageId:     pulumi.String(image),
		MetadataOptions: ec2.LaunchTemplateMetadataOptionsArgs{
			HttpEndpoint: pulumi.String("enabled"), HttpTokens: pulumi.String("required"), HttpPutResponseHopLimit: pulumi.Int(hops),
		},
		BlockDeviceMappings: ec2.LaunchTemplateBlockDeviceMappingArray{ec2.LaunchTemplateBlockDeviceMappingArgs{
			DeviceName: pulumi.String(rootDevice),
			Ebs: ec2.LaunchTemplateBlockDeviceMappingEbsArgs{
				VolumeType: pulumi.String("gp3"), VolumeSize: pulumi.Int(h.args.RootGiB), DeleteOnTermination: pulumi.String("true"),
				Encrypted: pulumi.String("true"), KmsKeyId: h.args.KeyArn.ToStringOutput(),
			},
		}},
		TagSpecifications: ec2.LaunchTemplateTagSpecificationArray{ec2.LaunchTemplateTagSpecificationArgs{
			ResourceType: pulumi.String("volume"), Tags: h.tags(),
		}},
	}, pulumi.Parent(h))
}

// newDataVolume is nil without a data volume. A final snapshot is taken when the volume is deleted.
func (h *Host) newDataVolume(ctx *pulumi.Context) (*ebs.Volume, error) {
	h.DataVolumeID = pulumi.String("").ToStringOutput()
	if h.args.DataGiB == 0 {
		return nil, nil
	}
	volume, err := ebs.NewVolume(ctx, h.name+"-data-volume", &ebs.VolumeArgs{
		AvailabilityZone: h.args.AvailabilityZone,
		Type:             pulumi.String("gp3"),
		Size:             pulumi.Int(h.args.DataGiB),
		Encrypted:        pulumi.Bool(true),
		KmsKeyId:         h.args.KeyArn,
		FinalSnapshot:    pulumi.Bool(true),
		Tags:             h.tags(),
	}, pulumi.Parent(h), pulumi.Protect(h.args.Protect))
	if err != nil {
		return nil, err
	}
	h.DataVolumeID = volume.ID().ToStringOutput()
	return volume, nil
}

// newAttachment stops the instance before the volume is detached, so that nothing writes to it any more.
func (h *Host) newAttachment(ctx *pulumi.Context, volume *ebs.Volume, instance *ec2.Instance) error {
	if volume == nil {
		return nil
	}
	_, err := ec2.NewVolumeAttachment(ctx, h.name+"-data-attachment", &ec2.VolumeAttachmentArgs{
		DeviceName: pulumi.String(dataDevice), InstanceId: instance.ID(), VolumeId: volume.ID(),
		StopInstanceBeforeDetaching: pulumi.Bool(true),
	}, pulumi.Parent(h), pulumi.DeleteBeforeReplace(true))
	return err
}
