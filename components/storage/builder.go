package storage

import (
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/s3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// builder registers the parts of one bucket, which S3 configures one by one.
type builder struct {
	ctx       *pulumi.Context
	component *Bucket
	name      string
	args      *Args
	fixed     traits

	bucket    *s3.Bucket
	versioned *s3.BucketVersioning
	parts     []pulumi.Resource // all but the bucket and its policy
}

func (b *builder) createBucket() (err error) {
	b.bucket, err = s3.NewBucket(b.ctx, b.name+"-bucket", &s3.BucketArgs{
		Bucket:       pulumi.String(b.args.BucketName),
		ForceDestroy: pulumi.Bool(b.args.ForceDestroy),
		// Only a new bucket can be given object lock: a change of this input replaces the bucket.
		ObjectLockEnabled: pulumi.Bool(b.fixed.objectLock),
	}, b.options(pulumi.Protect(b.args.Protect))...)
	return err
}

// options of a child. Where the bucket outlives its stack its safeguards do too: a retained bucket without its policy
// and public access block would be worse than a deleted one.
func (b *builder) options(more ...pulumi.ResourceOption) []pulumi.ResourceOption {
	return append([]pulumi.ResourceOption{
		pulumi.Parent(b.component), pulumi.RetainOnDelete(b.args.Protect),
	}, more...)
}

// done records a part that the policy waits for.
func (b *builder) done(part pulumi.Resource, err error) error {
	if err == nil {
		b.parts = append(b.parts, part)
	}
	return err
}

// id of the bucket, by which its parts refer to it.
func (b *builder) id() pulumi.StringOutput { return b.bucket.ID().ToStringOutput() }

// objects is the ARN of all objects whose key begins with prefix.
func (b *builder) objects(prefix pulumi.StringInput) pulumi.StringOutput {
	return pulumi.Sprintf("%s/%s*", b.bucket.Arn, prefix)
}
