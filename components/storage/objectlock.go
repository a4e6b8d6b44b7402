package storage

import (
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/s3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const (
	governance = "GOVERNANCE" // permission s3:BypassGovernanceRetention lifts it
	compliance = "COMPLIANCE" // nothing lifts it
)

// lockMode of the objects; see the purposes for why.
func (b *builder) lockMode() string {
	if b.args.Purpose == Audit && !b.args.ForceDestroy {
		return compliance
	}
	return governance
}

// objectLock locks every object from its arrival.
func (b *builder) objectLock() error {
	if !b.fixed.objectLock {
		return nil
	}
	return b.done(s3.NewBucketObjectLockConfiguration(b.ctx, b.name+"-object-lock", &s3.BucketObjectLockConfigurationArgs{
		Bucket: b.id(),
		Rule: s3.BucketObjectLockConfigurationRuleArgs{
			DefaultRetention: s3.BucketObjectLockConfigurationRuleDefaultRetentionArgs{
				Mode: pulumi.String(b.lockMode()),
				Days: pulumi.Int(b.args.ObjectLockDays),
			},
		},
	}, b.afterVersioning()...))
}
