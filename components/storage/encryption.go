package storage

import (
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/s3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// encryption at rest. A bucket key saves nearly all calls to KMS, and so their cost and their limits.
func (b *builder) encryption() error {
	rule := s3.BucketServerSideEncryptionConfigurationRuleArgs{}
	if b.fixed.customerKey {
		rule.ApplyServerSideEncryptionByDefault = s3.BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultArgs{
			SseAlgorithm:   pulumi.String("aws:kms"),
			KmsMasterKeyId: b.args.KeyArn.ToStringOutput(),
		}
		rule.BucketKeyEnabled = pulumi.Bool(true)
	} else {
		rule.ApplyServerSideEncryptionByDefault = s3.BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultArgs{
			SseAlgorithm: pulumi.String("AES256"),
		}
	}
	return b.done(s3.NewBucketServerSideEncryptionConfiguration(b.ctx, b.name+"-encryption",
		&s3.BucketServerSideEncryptionConfigurationArgs{
			Bucket: b.id(),
			Rules:  s3.BucketServerSideEncryptionConfigurationRuleArray{rule},
		}, b.options()...))
}
