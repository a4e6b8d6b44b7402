package storage

import (
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/s3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func (b *builder) publicAccessBlock() error {
	return b.done(s3.NewBucketPublicAccessBlock(b.ctx, b.name+"-public-access-block", &s3.BucketPublicAccessBlockArgs{
		Bucket:                b.id(),
		BlockPublicAcls:       pulumi.Bool(true),
		BlockPublicPolicy:     pulumi.Bool(true),
		IgnorePublicAcls:      pulumi.Bool(true),
		RestrictPublicBuckets: pulumi.Bool(true),
	}, b.options()...))
}

// ownership disables ACLs: the bucket policy and IAM alone decide.
func (b *builder) ownership() error {
	return b.done(s3.NewBucketOwnershipControls(b.ctx, b.name+"-ownership", &s3.BucketOwnershipControlsArgs{
		Bucket: b.id(),
		Rule: s3.BucketOwnershipControlsRuleArgs{
			ObjectOwnership: pulumi.String("BucketOwnerEnforced"),
		},
	}, b.options()...))
}
