package storage_test

import (
	"maps"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/components/storage"
	"github.com/carebase/carebase/componenttest"
	"github.com/carebase/carebase/graph"
)

const (
	component   = "carebase:storage:Bucket"
	bucket      = "aws:s3/bucket:Bucket"
	accessBlock = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
	ownership   = "aws:s3/bucketOwnershipControls:BucketOwnershipControls"
	versioning  = "aws:s3/bucketVersioning:BucketVersioning"
	encryption  = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
	lifecycle   = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
	logging     = "aws:s3/bucketLogging:BucketLogging"
	objectLock  = "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration"
	events      = "aws:s3/bucketNotification:BucketNotification"
	policy      = "aws:s3/bucketPolicy:BucketPolicy"

	keyArn = "arn:aws:kms:us-east-1:123456789012:key/data"
)

var purposes = []storage.Purpose{storage.Frontend, storage.Files, storage.Logs, storage.Backups, storage.Audit}

// valid arguments for a purpose, as production would have them.
func valid(purpose storage.Purpose) *storage.Args {
	args := &storage.Args{
		Purpose:       purpose,
		BucketName:    "careconnect-prod-" + string(purpose),
		KeyArn:        pulumi.String(keyArn),
		LogBucket:     pulumi.String("careconnect-prod-logs"),
		RetentionDays: 2557,
	}
	switch purpose {
	case storage.Frontend:
		args.RetentionDays = 0
	case storage.Logs:
		args.KeyArn, args.LogBucket = nil, nil
	case storage.Backups, storage.Audit:
		args.ObjectLockDays = 365
	}
	return args
}

// plan registers one bucket named after its purpose, with whatever change makes of its arguments.
func plan(t *testing.T, purpose storage.Purpose, change ...func(*storage.Args)) *graph.Graph {
	t.Helper()
	args := valid(purpose)
	for _, c := range change {
		c(args)
	}
	return componenttest.Plan(t, "us-east-1", func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
		_, err := storage.New(ctx, string(purpose), args, opts...)
		return err
	})
}

// each runs a test for every purpose.
func each(t *testing.T, test func(t *testing.T, purpose storage.Purpose)) {
	for _, purpose := range purposes {
		t.Run(string(purpose), func(t *testing.T) { test(t, purpose) })
	}
}

func one(t *testing.T, g *graph.Graph, typ string) *graph.Resource {
	t.Helper()
	found := g.OfType(typ)
	require.Lenf(t, found, 1, "of type %s", typ)
	return found[0]
}

func TestCounts(t *testing.T) {
	everywhere := map[string]int{
		component: 1, bucket: 1, accessBlock: 1, ownership: 1, versioning: 1, encryption: 1, lifecycle: 1, policy: 1,
	}
	also := map[storage.Purpose]map[string]int{
		storage.Frontend: {logging: 1},
		storage.Files:    {logging: 1, events: 1},
		storage.Logs:     {},
		storage.Backups:  {logging: 1, objectLock: 1},
		storage.Audit:    {logging: 1, objectLock: 1},
	}
	each(t, func(t *testing.T, purpose storage.Purpose) {
		want := maps.Clone(everywhere)
		maps.Copy(want, also[purpose])
		assert.Equal(t, want, componenttest.Counts(plan(t, purpose)))
	})
}

func TestComponentRules(t *testing.T) {
	each(t, func(t *testing.T, purpose storage.Purpose) {
		build := func(ctx *pulumi.Context, name string, opts ...pulumi.ResourceOption) error {
			args := valid(purpose)
			if args.KeyArn != nil {
				args.KeyArn = pulumi.String("arn:aws:kms:*:123456789012:key/data") // the region is the caller's affair
			}
			_, err := storage.New(ctx, name, args, opts...)
			return err
		}
		componenttest.AssertTree(t, plan(t, purpose), component, string(purpose))
		componenttest.AssertRegion(t, build)
		componenttest.AssertOptionsStay(t, build)
		componenttest.AssertStable(t, build)
	})
}

func TestBucket(t *testing.T) {
	each(t, func(t *testing.T, purpose storage.Purpose) {
		b := componenttest.Find(t, plan(t, purpose), bucket, string(purpose)+"-bucket")
		assert.Equal(t, "careconnect-prod-"+string(purpose), componenttest.Input(t, b, "bucket"))
		assert.Equal(t, false, componenttest.Input(t, b, "forceDestroy"))
		locked := purpose == storage.Backups || purpose == storage.Audit
		assert.Equal(t, locked, componenttest.Input(t, b, "objectLockEnabled"))
	})
}

// Every part has to configure this bucket, and no other.
func TestPartsBelongToTheBucket(t *testing.T) {
	each(t, func(t *testing.T, purpose storage.Purpose) {
		g := plan(t, purpose)
		own := one(t, g, bucket)
		for _, typ := range []string{
			accessBlock, ownership, versioning, encryption, lifecycle, logging, objectLock, events, policy,
		} {
			for _, part := range g.OfType(typ) {
				assert.Equalf(t, "${"+own.Name+".id}", componenttest.Input(t, part, "bucket"), "%s", part.Name)
			}
		}
	})
}

func TestPublicAccessIsBlocked(t *testing.T) {
	each(t, func(t *testing.T, purpose storage.Purpose) {
		block := one(t, plan(t, purpose), accessBlock)
		for _, switched := range []string{"blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"} {
			assert.Equalf(t, true, componenttest.Input(t, block, switched), "%s", switched)
		}
	})
}

func TestACLsAreDisabled(t *testing.T) {
	each(t, func(t *testing.T, purpose storage.Purpose) {
		assert.Equal(t, "BucketOwnerEnforced",
			componenttest.Input(t, one(t, plan(t, purpose), ownership), "rule.objectOwnership"))
	})
}

func TestVersioning(t *testing.T) {
	each(t, func(t *testing.T, purpose storage.Purpose) {
		assert.Equal(t, "Enabled",
			componenttest.Input(t, one(t, plan(t, purpose), versioning), "versioningConfiguration.status"))
	})
}

func TestEncryption(t *testing.T) {
	customer := []any{map[string]any{
		"applyServerSideEncryptionByDefault": map[string]any{"sseAlgorithm": "aws:kms", "kmsMasterKeyId": keyArn},
		"bucketKeyEnabled":                   true,
	}}
	// Load balancers and S3 deliver logs to no other.
	amazon := []any{map[string]any{
		"applyServerSideEncryptionByDefault": map[string]any{"sseAlgorithm": "AES256"},
	}}
	want := map[storage.Purpose]any{
		storage.Frontend: customer, storage.Files: customer, storage.Logs: amazon,
		storage.Backups: customer, storage.Audit: customer,
	}
	each(t, func(t *testing.T, purpose storage.Purpose) {
		assert.Equal(t, want[purpose], componenttest.Input(t, one(t, plan(t, purpose), encryption), "rules"))
	})
}

func TestAccessLogs(t *testing.T) {
	for _, purpose := range []storage.Purpose{storage.Frontend, storage.Files, storage.Backups, storage.Audit} {
		t.Run(string(purpose), func(t *testing.T) {
			logs := one(t, plan(t, purpose), logging)
			assert.Equal(t, "careconnect-prod-logs", componenttest.Input(t, logs, "targetBucket"))
			assert.Equal(t, "s3/", componenttest.Input(t, logs, "targetPrefix"))
			assert.Equal(t, "EventTime",
				componenttest.Input(t, logs, "targetObjectKeyFormat.partitionedPrefix.partitionDateSource"))
		})
	}
}

func TestObjectLock(t *testing.T) {
	disposable := func(a *storage.Args) { a.ForceDestroy = true }
	for _, c := range []struct {
		name    string
		purpose storage.Purpose
		change  func(*storage.Args)
		mode    string
	}{
		{"audit", storage.Audit, func(*storage.Args) {}, "COMPLIANCE"},
		{"audit of a disposable stack", storage.Audit, disposable, "GOVERNANCE"},
		{"backups", storage.Backups, func(*storage.Args) {}, "GOVERNANCE"},
		{"backups of a disposable stack", storage.Backups, disposable, "GOVERNANCE"},
	} {
		t.Run(c.name, func(t *testing.T) {
			lock := one(t, plan(t, c.purpose, c.change), objectLock)
			assert.Equal(t, map[string]any{"mode": c.mode, "days": 365.0},
				componenttest.Input(t, lock, "rule.defaultRetention"))
		})
	}
}

func TestFilesEventsGoToEventBridge(t *testing.T) {
	notification := one(t, plan(t, storage.Files), events)
	assert.Equal(t, true, componenttest.Input(t, notification, "eventbridge"))
	for _, exclusive := range []string{"lambdaFunctions", "queues", "topics"} {
		assert.Nilf(t, componenttest.Input(t, notification, exclusive), "%s", exclusive)
	}
}

// S3 aborts conflicting operations, refuses object lock without versioning, and a writer that waits for the policy has
// to find the rest in place.
func TestOrder(t *testing.T) {
	each(t, func(t *testing.T, purpose storage.Purpose) {
		g := plan(t, purpose)
		last := one(t, g, policy)
		for _, r := range g.Resources {
			if r.Custom && !r.IsProvider() && r != last {
				assert.Containsf(t, last.Dependencies, r.URN, "the policy does not wait for %s", r.Name)
			}
		}
		for _, typ := range []string{lifecycle, objectLock} {
			for _, r := range g.OfType(typ) {
				assert.Containsf(t, r.Dependencies, one(t, g, versioning).URN, "%s does not wait for versioning", r.Name)
			}
		}
	})
}

func TestProtect(t *testing.T) {
	each(t, func(t *testing.T, purpose storage.Purpose) {
		for _, protect := range []bool{true, false} {
			g := plan(t, purpose, func(a *storage.Args) { a.Protect = protect })
			assert.Equal(t, protect, one(t, g, bucket).Protect)
			for _, r := range g.Resources {
				if r.Custom && !r.IsProvider() {
					assert.Equalf(t, protect, r.RetainOnDelete, "%s is retained", r.Name)
				}
			}
		}
	})
}

func TestForceDestroy(t *testing.T) {
	each(t, func(t *testing.T, purpose storage.Purpose) {
		g := plan(t, purpose, func(a *storage.Args) { a.ForceDestroy = true })
		assert.Equal(t, true, componenttest.Input(t, one(t, g, bucket), "forceDestroy"))
	})
}

// An ordinary change of settings leaves alone what would replace the bucket: its name, object lock and logical name.
func TestSettingsReplaceNothing(t *testing.T) {
	each(t, func(t *testing.T, purpose storage.Purpose) {
		before := one(t, plan(t, purpose), bucket)
		after := one(t, plan(t, purpose, func(a *storage.Args) {
			a.Protect = true
			if a.KeyArn != nil {
				a.KeyArn = pulumi.String(keyArn + "-new")
			}
			if a.LogBucket != nil {
				a.LogBucket = pulumi.String("another-logs")
			}
			if a.RetentionDays > 0 {
				a.RetentionDays = 400
			}
			if a.ObjectLockDays > 0 {
				a.ObjectLockDays = 7
			}
		}), bucket)
		assert.Equal(t, before.URN, after.URN)
		assert.Equal(t, before.Inputs, after.Inputs)
	})
}

// Whoever takes an output waits for the policy; and the log bucket's name is how access logs wait for their permission.
func TestOutputsWaitForThePolicy(t *testing.T) {
	g := componenttest.Plan(t, "us-east-1", func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
		logs, err := storage.New(ctx, "logs", valid(storage.Logs), opts...)
		if err != nil {
			return err
		}
		args := valid(storage.Files)
		args.LogBucket = logs.Name
		files, err := storage.New(ctx, "files", args, opts...)
		if err != nil {
			return err
		}
		return ctx.RegisterComponentResource("test:index:Reader", "reader", &reader{}, pulumi.DependsOn(files.Ready()))
	})
	access := componenttest.Find(t, g, logging, "files-access-logs")
	assert.Equal(t, "careconnect-prod-logs", componenttest.Input(t, access, "targetBucket"))
	for _, needed := range []*graph.Resource{
		componenttest.Find(t, g, bucket, "logs-bucket"), componenttest.Find(t, g, policy, "logs-policy"),
	} {
		assert.Contains(t, access.PropertyDependencies["targetBucket"], needed.URN)
	}
	ready := componenttest.Find(t, g, "test:index:Reader", "reader")
	assert.Contains(t, ready.Dependencies, componenttest.Find(t, g, policy, "files-policy").URN)
}

type reader struct{ pulumi.ResourceState }

func TestOutputs(t *testing.T) {
	for _, c := range []struct {
		output string
		of     func(*storage.Bucket) pulumi.StringOutput
		want   string
	}{
		{"name", func(b *storage.Bucket) pulumi.StringOutput { return b.Name }, "careconnect-prod-files"},
		{"arn", func(b *storage.Bucket) pulumi.StringOutput { return b.Arn }, "${files-bucket.arn}"},
		{
			"regionalDomainName", func(b *storage.Bucket) pulumi.StringOutput { return b.RegionalDomainName },
			"${files-bucket.bucketRegionalDomainName}",
		},
	} {
		t.Run(c.output, func(t *testing.T) {
			g := componenttest.Plan(t, "us-east-1", func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
				files, err := storage.New(ctx, "files", valid(storage.Files), opts...)
				if err != nil {
					return err
				}
				args := valid(storage.Audit)
				args.LogBucket = c.of(files) // any input will do to see the output
				_, err = storage.New(ctx, "audit", args, opts...)
				return err
			})
			access := componenttest.Find(t, g, logging, "audit-access-logs")
			assert.Equal(t, c.want, componenttest.Input(t, access, "targetBucket"))
			assert.Contains(t, access.PropertyDependencies["targetBucket"],
				componenttest.Find(t, g, policy, "files-policy").URN)
		})
	}
}
