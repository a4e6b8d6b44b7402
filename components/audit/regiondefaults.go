package audit

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/untyped"
)

// newRegionDefaults are settings that AWS has once per account and region: volumes and snapshots that ask for nothing are
// encrypted all the same.
func (c *Audit) newRegionDefaults(ctx *pulumi.Context, args *Args) error {
	if !args.RegionDefaults {
		return nil
	}
	// Another key replaces the setting. Made before the old one is deleted, it would be lost: deleting resets the
	// default to Amazon's key.
	err := untyped.Register(ctx, "aws:ebs/defaultKmsKey:DefaultKmsKey", c.name+"-volume-key", pulumi.Map{
		"keyArn": args.DataKeyArn,
	}, &untyped.Resource{}, pulumi.Parent(c), pulumi.DeleteBeforeReplace(true))
	if err != nil {
		return err
	}
	return untyped.Register(ctx, "aws:ebs/encryptionByDefault:EncryptionByDefault", c.name+"-volume-encryption", pulumi.Map{
		"enabled": pulumi.Bool(true),
	}, &untyped.Resource{}, pulumi.Parent(c))
}

// newSnapshotBlock refuses to share snapshots of volumes with everyone, and stops the sharing of those that are shared.
func (c *Audit) newSnapshotBlock(ctx *pulumi.Context, args *Args) error {
	if !args.BlockPublicSnapshots {
		return nil
	}
	return untyped.Register(ctx, "aws:ebs/snapshotBlockPublicAccess:SnapshotBlockPublicAccess", c.name+"-public-snapshots", pulumi.Map{
		"state": pulumi.String("block-all-sharing"),
	}, &untyped.Resource{}, pulumi.Parent(c))
}
