package storage

import (
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/s3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func (b *builder) versioning() (err error) {
	b.versioned, err = s3.NewBucketVersioning(b.ctx, b.name+"-versioning", &s3.BucketVersioningArgs{
		Bucket: b.id(),
		VersioningConfiguration: s3.BucketVersioningVersioningConfigurationArgs{
			Status: pulumi.String("Enabled"),
		},
	}, b.options()...)
	return b.done(b.versioned, err)
}

// afterVersioning is for what S3 refuses, or understands differently, while versioning is not yet on.
func (b *builder) afterVersioning() []pulumi.ResourceOption {
	return b.options(pulumi.DependsOn([]pulumi.Resource{b.versioned}))
}
