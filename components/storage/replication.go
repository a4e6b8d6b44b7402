package storage

import (
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/s3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/arg"
	"github.com/carebase/carebase/components/internal/caller"
	"github.com/carebase/carebase/components/internal/policydoc"
)

// ReplicationArgs of a Replication.
type ReplicationArgs struct {
	// Source is copied to Destination: two buckets of one purpose, in two regions.
	Source, Destination *Bucket
}

// Replication copies every object of a bucket to a bucket in another region, within fifteen minutes by S3's service
// level agreement (Replication Time Control), as it is written, tagged, locked and deleted: a delete marker is copied,
// the deletion of a version is not, so that nobody empties both buckets by emptying one. It has no part in either bucket:
// adding it to or taking it from buckets that exist changes nothing about them.
//
// S3 copies what is written from then on. What was there before is copied once, by a Batch Replication job.
//
// Two replications may face each other. S3 does not copy copies, so each carries what was written on its own side; tags
// and locks that are changed on a copy travel back.
//
// It carries S3-9: 45 CFR 164.308(a)(7)(ii)(A) and (B).
type Replication struct {
	pulumi.ResourceState

	RoleArn pulumi.StringOutput `pulumi:"roleArn"` // as which S3 copies
}

// replicationMinutes is the only time that S3 offers, for the copies themselves and for the event that one is late.
const replicationMinutes = 15

func (a *ReplicationArgs) check(name string) error {
	p := arg.Check("replication", name)
	if a == nil {
		p.Require("Args", false, "a Source and a Destination")
		return p.Err()
	}
	p.Require("Source", a.Source != nil, "a bucket")
	p.Require("Destination", a.Destination != nil, "a bucket in another region")
	if a.Source == nil || a.Destination == nil {
		return p.Err()
	}
	if a.Source == a.Destination {
		p.Add("Destination", a.Destination.bucketName, "another bucket than Source")
	}
	if a.Source.purpose != a.Destination.purpose {
		p.Add("Destination", string(a.Destination.purpose), "a bucket of Source's purpose ("+string(a.Source.purpose)+")")
	}
	if a.Source.key == nil {
		p.Add("Source", string(a.Source.purpose), "a bucket with a customer's key: logs stay in their region")
	}
	return p.Err()
}

// NewReplication registers the replication, under a provider of the source's region.
func NewReplication(
	ctx *pulumi.Context, name string, args *ReplicationArgs, opts ...pulumi.ResourceOption,
) (*Replication, error) {
	if err := args.check(name); err != nil {
		return nil, err
	}
	c := &Replication{}
	if err := ctx.RegisterComponentResource("carebase:storage:Replication", name, c, opts...); err != nil {
		return nil, err
	}
	role, may, err := c.newRole(ctx, name, args)
	if err != nil {
		return nil, err
	}
	enabled := pulumi.String("Enabled")
	_, err = s3.NewBucketReplicationConfig(ctx, name+"-configuration", &s3.BucketReplicationConfigArgs{
		Bucket: args.Source.Name,
		Role:   role.Arn,
		Rules: s3.BucketReplicationConfigRuleArray{s3.BucketReplicationConfigRuleArgs{
			Id:       pulumi.String(ReplicationRule),
			Priority: pulumi.Int(1),
			Status:   enabled,
			Filter:   s3.BucketReplicationConfigRuleFilterArgs{}, // empty: all objects
			DeleteMarkerReplication: s3.BucketReplicationConfigRuleDeleteMarkerReplicationArgs{
				Status: enabled,
			},
			SourceSelectionCriteria: s3.BucketReplicationConfigRuleSourceSelectionCriteriaArgs{
				SseKmsEncryptedObjects: s3.BucketReplicationConfigRuleSourceSelectionCriteriaSseKmsEncryptedObjectsArgs{
					Status: enabled, // S3 leaves them out unless told, and all of ours are
				},
				ReplicaModifications: s3.BucketReplicationConfigRuleSourceSelectionCriteriaReplicaModificationsArgs{
					Status: enabled,
				},
			},
			Destination: s3.BucketReplicationConfigRuleDestinationArgs{
				Bucket: args.Destination.Arn,
				EncryptionConfiguration: s3.BucketReplicationConfigRuleDestinationEncryptionConfigurationArgs{
					ReplicaKmsKeyId: args.Destination.key,
				},
				ReplicationTime: s3.BucketReplicationConfigRuleDestinationReplicationTimeArgs{
					Status: enabled,
					Time: s3.BucketReplicationConfigRuleDestinationReplicationTimeTimeArgs{
						Minutes: pulumi.Int(replicationMinutes),
					},
				},
				Metrics: s3.BucketReplicationConfigRuleDestinationMetricsArgs{
					Status: enabled,
					EventThreshold: s3.BucketReplicationConfigRuleDestinationMetricsEventThresholdArgs{
						Minutes: pulumi.Int(replicationMinutes),
					},
				},
			},
		}},
	}, pulumi.Parent(c), pulumi.DependsOn([]pulumi.Resource{may, args.Source.policy, args.Destination.policy}))
	if err != nil {
		return nil, err
	}
	c.RoleArn = role.Arn
	return c, ctx.RegisterResourceOutputs(c, pulumi.Map{"roleArn": c.RoleArn})
}

// newRole makes the role that S3 copies as: it reads versions of the source and writes copies into the destination, each
// with its bucket's key through S3 of its bucket's region. It cannot read the destination, whose key it may use but whose
// objects it may not get, nor change the source. The trust has no condition, as AWS documents none that S3 sends here;
// nobody of another account can hand this role to S3.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/setting-repl-config-perm-overview.html
func (c *Replication) newRole(ctx *pulumi.Context, name string, args *ReplicationArgs) (*iam.Role, pulumi.Resource, error) {
	trust := policydoc.Document{Statements: []policydoc.Statement{{
		Sid: "Replication", Effect: policydoc.Allow,
		Principals: policydoc.Service("s3.amazonaws.com"),
		Actions:    []string{"sts:AssumeRole"},
	}}}
	role, err := iam.NewRole(ctx, name+"-role", &iam.RoleArgs{
		Description:      pulumi.String("Copies a bucket to another region"),
		AssumeRolePolicy: trust.JSON(),
	}, pulumi.Parent(c))
	if err != nil {
		return nil, nil, err
	}
	source, destination := args.Source, args.Destination
	document := policydoc.Document{Statements: []policydoc.Statement{
		{
			Sid: "LookAtSource", Effect: policydoc.Allow,
			Actions:   []string{"s3:GetReplicationConfiguration", "s3:ListBucket"},
			Resources: pulumi.StringArray{source.Arn},
		},
		{
			Sid: "ReadVersions", Effect: policydoc.Allow,
			Actions: []string{
				"s3:GetObjectLegalHold", "s3:GetObjectRetention", "s3:GetObjectVersionAcl",
				"s3:GetObjectVersionForReplication", "s3:GetObjectVersionTagging",
			},
			Resources: pulumi.StringArray{pulumi.Sprintf("%s/*", source.Arn)},
		},
		{
			Sid: "WriteCopies", Effect: policydoc.Allow,
			Actions:   []string{"s3:ReplicateDelete", "s3:ReplicateObject", "s3:ReplicateTags"},
			Resources: pulumi.StringArray{pulumi.Sprintf("%s/*", destination.Arn)},
		},
		useKey(ctx, "DecryptSource", source, "kms:Decrypt"),
		// Decrypt is for the destination's bucket key, which S3 proves to be whole before it encrypts under it: "S3 Bucket
		// Keys and replication" in replication-config-for-kms-objects.html (below).
		useKey(ctx, "EncryptCopies", destination, "kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"),
	}}
	policy, err := iam.NewPolicy(ctx, name+"-permissions", &iam.PolicyArgs{
		Description: pulumi.String("Copy a bucket to another region"),
		Policy:      document.JSON(),
	}, pulumi.Parent(c))
	if err != nil {
		return nil, nil, err
	}
	may, err := iam.NewRolePolicyAttachment(ctx, name+"-may", &iam.RolePolicyAttachmentArgs{
		Role: role.Name, PolicyArn: policy.Arn,
	}, pulumi.Parent(c))
	return role, may, err
}

// useKey admits the use of a bucket's key for that bucket only, through S3 of its region. With a bucket key the
// encryption context is the bucket; of objects from before it is the object.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-config-for-kms-objects.html
func useKey(ctx *pulumi.Context, sid string, of *Bucket, actions ...string) policydoc.Statement {
	return policydoc.Statement{
		Sid: sid, Effect: policydoc.Allow, Actions: actions,
		Resources: pulumi.StringArray{of.key},
		Conditions: []policydoc.Condition{
			{Test: "StringEquals", Key: "kms:ViaService", Values: pulumi.StringArray{
				pulumi.Sprintf("s3.%s.amazonaws.com", caller.Look(ctx, of).Region),
			}},
			{Test: "StringLike", Key: "kms:EncryptionContext:aws:s3:arn", Values: pulumi.StringArray{
				of.Arn, pulumi.Sprintf("%s/*", of.Arn),
			}},
		},
	}
}

// ReplicationRule is the id of the one rule, by which metrics name it.
const ReplicationRule = "all-objects"
