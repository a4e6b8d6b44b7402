package audit

import (
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/ebs"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// newRegionDefaults are settings that AWS has once per account and region: volumes and snapshots that ask for nothing are
// encrypted all the same.
func (c *Audit) newRegionDefaults(ctx *pulumi.Context, args *Args) error {
	if !args.RegionDefaults {
		return nil
	}
	// Another key replaces the setting. Made before the old one is deleted, it would be lost: deleting resets the
	// default to Amazon's key.
	_, err := ebs.NewDefaultKmsKey(ctx, c.name+"-volume-key", &ebs.DefaultKmsKeyArgs{
		KeyArn: args.DataKeyArn,
	}, pulumi.Parent(c), pulumi.DeleteBeforeReplace(true))
	if err != nil {
		return err
	}
	_, err = ebs.NewEncryptionByDefault(ctx, c.name+"-volume-encryption", &ebs.EncryptionByDefaultArgs{
		Enabled: pulumi.Bool(true),
	}, pulumi.Parent(c))
	return err
}

// newSnapshotBlock refuses to share snapshots of volumes with everyone, and stops the sharing of those that are shared.
func (c *Audit) newSnapshotBlock(ctx *pulumi.Context, args *Args) error {
	if !args.BlockPublicSnapshots {
		return nil
	}
	_, err := ebs.NewSnapshotBlockPublicAccess(ctx, c.name+"-public-snapshots", &ebs.SnapshotBlockPublicAccessArgs{
		State: pulumi.String("block-all-sharing"),
	}, pulumi.Parent(c))
	return err
}
