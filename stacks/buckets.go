package stacks

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/storage"
)

// buckets of the stack; nil without their section. The bucket logs receives the access logs of the others. evidence holds the trail's files.
type buckets struct {
	logs, frontend, files, backups, evidence *storage.Bucket
}

func (p *primary) buildBuckets(ctx *pulumi.Context) (err error) {
	if p.Storage == nil {
		return nil
	}
	if p.buckets.logs, err = p.newBucket(ctx, "logs", storage.Logs, &storage.Args{RetentionDays: p.Storage.RetentionDays}); err != nil {
		return err
	}
	if p.HasFrontend() {
		if p.buckets.frontend, err = p.newBucket(ctx, "frontend", storage.Frontend, &storage.Args{KeyArn: p.keys.FrontendArn}); err != nil {
			return err
		}
	}
	if p.HasFiles() {
		if p.buckets.files, err = p.newBucket(ctx, "files", storage.Files, &storage.Args{
			KeyArn: p.keys.DataArn, RetentionDays: p.Storage.RetentionDays,
		}); err != nil {
			return err
		}
		p.files = bucketRef{name: p.buckets.files.Name, arn: p.buckets.files.Arn}
	}
	if p.HasBackups() {
		if p.buckets.backups, err = p.newBucket(ctx, "backups", storage.Backups, &storage.Args{
			KeyArn: p.keys.BackupsArn, RetentionDays: p.Storage.RetentionDays, ObjectLockDays: p.Storage.ObjectLockDays,
		}); err != nil {
			return err
		}
	}
	if p.HasTrail() {
		p.buckets.evidence, err = p.newBucket(ctx, "evidence", storage.Audit, &storage.Args{
			KeyArn: p.keys.LogsArn, RetentionDays: p.Storage.RetentionDays, ObjectLockDays: p.Storage.AuditLockDays,
		})
	}
	return err
}

// frontendUnderData returns the bucket's name while objects in the bucket are encrypted under the data key.
func (p *primary) frontendUnderData(bucket string) string {
	if p.Storage != nil && p.Storage.FrontendUnderDataKey {
		return bucket
	}
	return ""
}

// newBucket creates a bucket with the arguments that all buckets of the stack have in common, and its replica in the recovery region.
func (p *primary) newBucket(ctx *pulumi.Context, name string, purpose storage.Purpose, args *storage.Args) (*storage.Bucket, error) {
	args.Purpose = purpose
	args.BucketName = p.names().bucket(string(purpose))
	args.Protect = p.Protect
	args.ForceDestroy = !p.Protect
	if purpose != storage.Logs {
		args.LogBucket = p.buckets.logs.Name
	}
	bucket, err := storage.New(ctx, name, args, p.providers.option())
	if err != nil || p.protection == nil || purpose == storage.Logs {
		return bucket, err
	}
	replica := *args
	replica.BucketName = p.names().replica(string(purpose), p.Protection.Region)
	p.replicas[purpose], err = p.protection.ReplicateBucket(ctx, name, bucket, replica)
	return bucket, err
}
