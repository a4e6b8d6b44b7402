package storage_test

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/components/storage"
	"github.com/carebase/carebase/componenttest"
	"github.com/carebase/carebase/graph"
	carebase "github.com/carebase/carebase/plan"
)

const (
	replication     = "carebase:storage:Replication"
	replicationType = "aws:s3/bucketReplicationConfig:BucketReplicationConfig"
	westKeyArn      = "arn:aws:kms:us-west-2:123456789012:key/data"
)

// replicated makes a bucket in us-east-1, its twin in us-west-2, and what between them makes.
func replicated(
	t *testing.T, purpose storage.Purpose, between func(ctx *pulumi.Context, source, twin *storage.Bucket, east, west []pulumi.ResourceOption) error,
) (*graph.Graph, error) {
	t.Helper()
	return carebase.Run(carebase.Program{Project: "careconnect", Stack: "test", Run: func(ctx *pulumi.Context) error {
		east, err := componenttest.Providers(ctx, "us-east-1", "-east")
		if err != nil {
			return err
		}
		west, err := componenttest.Providers(ctx, "us-west-2", "-west")
		if err != nil {
			return err
		}
		source, err := storage.New(ctx, "source", valid(purpose), east...)
		if err != nil {
			return err
		}
		args := valid(purpose)
		args.BucketName += "-usw2"
		if args.KeyArn != nil {
			args.KeyArn = pulumi.String(westKeyArn)
		}
		twin, err := storage.New(ctx, "twin", args, west...)
		if err != nil {
			return err
		}
		return between(ctx, source, twin, east, west)
	}})
}

func oneWay(ctx *pulumi.Context, source, twin *storage.Bucket, east, _ []pulumi.ResourceOption) error {
	_, err := storage.NewReplication(ctx, "copy", &storage.ReplicationArgs{Source: source, Destination: twin}, east...)
	return err
}

var replicable = []storage.Purpose{storage.Frontend, storage.Files, storage.Backups, storage.Audit}

func TestReplication(t *testing.T) {
	for _, purpose := range replicable {
		t.Run(string(purpose), func(t *testing.T) {
			g, err := replicated(t, purpose, oneWay)
			require.NoError(t, err)
			counts := componenttest.Counts(g)
			assert.Equal(t, map[string]int{
				replication: 1, replicationType: 1, "aws:iam/role:Role": 1, "aws:iam/policy:Policy": 1,
				"aws:iam/rolePolicyAttachment:RolePolicyAttachment": 1,
			}, map[string]int{
				replication: counts[replication], replicationType: counts[replicationType], "aws:iam/role:Role": counts["aws:iam/role:Role"],
				"aws:iam/policy:Policy":                             counts["aws:iam/policy:Policy"],
				"aws:iam/rolePolicyAttachment:RolePolicyAttachment": counts["aws:iam/rolePolicyAttachment:RolePolicyAttachment"],
			})
			configuration := componenttest.Find(t, g, replicationType, "copy-configuration")
			assert.Equal(t, "us-east-1", configuration.Region)
			enabled := map[string]any{"status": "Enabled"}
			assert.Equal(t, map[string]any{
				"bucket": "careconnect-prod-" + string(purpose),
				"role":   "${copy-role.arn}",
				"rules": []any{map[string]any{
					"id": "all-objects", "priority": 1.0, "status": "Enabled", "filter": map[string]any{},
					"deleteMarkerReplication": enabled,
					"sourceSelectionCriteria": map[string]any{"sseKmsEncryptedObjects": enabled, "replicaModifications": enabled},
					"destination": map[string]any{
						"bucket":                  "${twin-bucket.arn}",
						"encryptionConfiguration": map[string]any{"replicaKmsKeyId": westKeyArn},
						"replicationTime":         map[string]any{"status": "Enabled", "time": map[string]any{"minutes": 15.0}},
						"metrics":                 map[string]any{"status": "Enabled", "eventThreshold": map[string]any{"minutes": 15.0}},
					},
				}},
			}, componenttest.Input(t, configuration, ""))
			for _, first := range []string{"source-versioning", "twin-versioning", "source-policy", "twin-policy", "copy-may"} {
				assert.True(t, waitsFor(g, configuration, first), "S3 refuses a replication before %s", first)
			}
		})
	}
}

// waitsFor is true where r is made after the named resource, directly or not.
func waitsFor(g *graph.Graph, r *graph.Resource, name string) bool {
	for _, urn := range r.Dependencies {
		if before := g.Lookup(urn); before.Name == name || waitsFor(g, before, name) {
			return true
		}
	}
	return false
}

// The whole of what S3 may do as this role: nothing is admitted by a wildcard, and each key only for its bucket.
func TestReplicationRole(t *testing.T) {
	g, err := replicated(t, storage.Files, oneWay)
	require.NoError(t, err)
	assert.Equal(t, map[string]any{"Version": "2012-10-17", "Statement": []any{map[string]any{
		"Sid": "Replication", "Effect": "Allow", "Action": "sts:AssumeRole", "Principal": map[string]any{"Service": "s3.amazonaws.com"},
	}}}, componenttest.JSON(t, componenttest.Find(t, g, "aws:iam/role:Role", "copy-role"), "assumeRolePolicy"))
	key := func(sid string, actions any, arn, bucket, region string) map[string]any {
		return map[string]any{
			"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": arn,
			"Condition": map[string]any{
				"StringEquals": map[string]any{"kms:ViaService": "s3." + region + ".amazonaws.com"},
				"StringLike":   map[string]any{"kms:EncryptionContext:aws:s3:arn": []any{"${" + bucket + ".arn}", "${" + bucket + ".arn}/*"}},
			},
		}
	}
	assert.Equal(t, map[string]any{"Version": "2012-10-17", "Statement": []any{
		map[string]any{
			"Sid": "LookAtSource", "Effect": "Allow", "Resource": "${source-bucket.arn}",
			"Action": []any{"s3:GetReplicationConfiguration", "s3:ListBucket"},
		},
		map[string]any{
			"Sid": "ReadVersions", "Effect": "Allow", "Resource": "${source-bucket.arn}/*",
			"Action": []any{
				"s3:GetObjectLegalHold", "s3:GetObjectRetention", "s3:GetObjectVersionAcl",
				"s3:GetObjectVersionForReplication", "s3:GetObjectVersionTagging",
			},
		},
		map[string]any{
			"Sid": "WriteCopies", "Effect": "Allow", "Resource": "${twin-bucket.arn}/*",
			"Action": []any{"s3:ReplicateDelete", "s3:ReplicateObject", "s3:ReplicateTags"},
		},
		key("DecryptSource", "kms:Decrypt", keyArn, "source-bucket", "us-east-1"),
		key("EncryptCopies", []any{"kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"}, westKeyArn, "twin-bucket", "us-west-2"),
	}}, componenttest.JSON(t, componenttest.Find(t, g, "aws:iam/policy:Policy", "copy-permissions"), "policy"))
	assert.Equal(t, map[string]any{"role": "${copy-role.name}", "policyArn": "${copy-permissions.arn}"},
		componenttest.Input(t, componenttest.Find(t, g, "aws:iam/rolePolicyAttachment:RolePolicyAttachment", "copy-may"), ""))
}

// To turn replication on or off adds and removes its own resources, and leaves those of both buckets to the last input.
func TestReplicationChangesNeitherBucket(t *testing.T) {
	for _, purpose := range replicable {
		without, err := replicated(t, purpose, func(*pulumi.Context, *storage.Bucket, *storage.Bucket, []pulumi.ResourceOption, []pulumi.ResourceOption) error {
			return nil
		})
		require.NoError(t, err)
		with, err := replicated(t, purpose, oneWay)
		require.NoError(t, err)
		require.Greater(t, len(with.Resources), len(without.Resources))
		for _, before := range without.Resources {
			after := with.Lookup(before.URN)
			require.NotNil(t, after, before.URN)
			assert.Equal(t, before.Inputs, after.Inputs, before.URN)
		}
		for _, r := range with.Resources {
			if without.Lookup(r.URN) == nil {
				assert.True(t, strings.HasPrefix(r.Name, "copy"), r.Name)
			}
		}
	}
}

// Failing back needs the other direction, which may be there from the start.
func TestReplicationBothWays(t *testing.T) {
	g, err := replicated(t, storage.Files, func(ctx *pulumi.Context, source, twin *storage.Bucket, east, west []pulumi.ResourceOption) error {
		if err := oneWay(ctx, source, twin, east, west); err != nil {
			return err
		}
		_, err := storage.NewReplication(ctx, "back", &storage.ReplicationArgs{Source: twin, Destination: source}, west...)
		return err
	})
	require.NoError(t, err)
	back := componenttest.Find(t, g, replicationType, "back-configuration")
	assert.Equal(t, "us-west-2", back.Region)
	assert.Equal(t, "careconnect-prod-files-usw2", componenttest.Input(t, back, "bucket"))
	assert.Equal(t, "${source-bucket.arn}", componenttest.Input(t, back, "rules[0].destination.bucket"))
	assert.Equal(t, keyArn, componenttest.Input(t, back, "rules[0].destination.encryptionConfiguration.replicaKmsKeyId"))
}

func TestReplicationIsRefused(t *testing.T) {
	refuse := func(purpose storage.Purpose, args func(source, twin *storage.Bucket, other *storage.Bucket) *storage.ReplicationArgs) error {
		_, err := replicated(t, purpose, func(ctx *pulumi.Context, source, twin *storage.Bucket, east, west []pulumi.ResourceOption) error {
			other, err := storage.New(ctx, "other", valid(storage.Frontend), west...)
			if err != nil {
				return err
			}
			_, err = storage.NewReplication(ctx, "copy", args(source, twin, other), east...)
			return err
		})
		return err
	}
	for want, args := range map[string]func(source, twin, other *storage.Bucket) *storage.ReplicationArgs{
		"Args is missing": func(_, _, _ *storage.Bucket) *storage.ReplicationArgs { return nil },
		"Source is missing": func(_, twin, _ *storage.Bucket) *storage.ReplicationArgs {
			return &storage.ReplicationArgs{Destination: twin}
		},
		"Destination is missing": func(source, _, _ *storage.Bucket) *storage.ReplicationArgs {
			return &storage.ReplicationArgs{Source: source}
		},
		`Destination = "careconnect-prod-files": allowed is another bucket than Source`: func(source, _, _ *storage.Bucket) *storage.ReplicationArgs {
			return &storage.ReplicationArgs{Source: source, Destination: source}
		},
		`Destination = "frontend": allowed is a bucket of Source's purpose (files)`: func(source, _, other *storage.Bucket) *storage.ReplicationArgs {
			return &storage.ReplicationArgs{Source: source, Destination: other}
		},
	} {
		assert.ErrorContains(t, refuse(storage.Files, args), want)
	}
	assert.ErrorContains(t, refuse(storage.Logs, func(source, twin, _ *storage.Bucket) *storage.ReplicationArgs {
		return &storage.ReplicationArgs{Source: source, Destination: twin}
	}), "logs stay in their region")
}
