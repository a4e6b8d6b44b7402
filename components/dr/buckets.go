package dr

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/storage"
)

// newLogBucket makes the bucket that the copies' access logs go to: S3 delivers them in their own region only.
func (c *Protection) newLogBucket(ctx *pulumi.Context) (err error) {
	c.logs, err = storage.New(ctx, c.name+"-logs", &storage.Args{
		Purpose:       storage.Logs,
		BucketName:    c.args.LogBucketName,
		RetentionDays: c.args.LogRetentionDays,
		Protect:       c.args.Protect,
		ForceDestroy:  !c.args.Protect,
	}, pulumi.Parent(c))
	return err
}

// ReplicateBucket makes a twin of the source in the recovery region and replicates to it. Args are the source's with the
// twin's name; key and log bucket are the recovery region's.
//
// Files are replicated back as well. While the recovery stack is active the application writes there, and what it wrote
// is in the primary's bucket fifteen minutes after the primary region has come back, without anybody's doing.
func (c *Protection) ReplicateBucket(
	ctx *pulumi.Context, what string, source *storage.Bucket, args storage.Args,
) (*storage.Bucket, error) {
	args.LogBucket = c.logs.Name
	switch args.Purpose {
	case storage.Backups:
		args.KeyArn = c.Keys.BackupsArn
	case storage.Audit:
		args.KeyArn = c.Keys.LogsArn
	case storage.Frontend:
		args.KeyArn = c.Keys.FrontendArn
	default:
		args.KeyArn = c.Keys.DataArn
	}
	twin, err := storage.New(ctx, c.name+"-"+what, &args, pulumi.Parent(c))
	if err != nil {
		return nil, err
	}
	if _, err := storage.NewReplication(ctx, c.name+"-"+what+"-copy", &storage.ReplicationArgs{
		Source: source, Destination: twin,
	}, pulumi.Parent(c), pulumi.Providers(c.args.Primary)); err != nil || args.Purpose != storage.Files {
		return twin, err
	}
	_, err = storage.NewReplication(ctx, c.name+"-"+what+"-back", &storage.ReplicationArgs{
		Source: twin, Destination: source,
	}, pulumi.Parent(c))
	return twin, err
}
