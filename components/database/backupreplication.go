package database

import (
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/rds"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/arg"
)

// BackupReplicationArgs of a BackupReplication.
type BackupReplicationArgs struct {
	// SourceArn is the instance whose automated backups are copied, in another region than this component's provider.
	SourceArn pulumi.StringInput
	// KeyArn is the KMS key of the copies, of this region.
	KeyArn pulumi.StringInput
	// RetentionDays is how far back the copies go, 1 to 35.
	RetentionDays int
	// Protect makes Pulumi refuse to end the replication. What was copied AWS keeps for RetentionDays in any case.
	Protect bool
}

// BackupReplication copies the automated backups of an instance, snapshots and transaction logs, to another region, from
// which the database can be restored there to a point in time. RDS ships logs every five minutes.
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ReplicateBackups.html
type BackupReplication struct {
	pulumi.ResourceState

	// Arn of the copied backups: arn:aws:rds:<region>:<account>:auto-backup:<id>, which a restore names.
	Arn pulumi.StringOutput `pulumi:"arn"`
}

func (a *BackupReplicationArgs) check(name string) error {
	p := arg.Check("backup replication", name)
	if a == nil {
		p.Require("Args", false, "the arguments of a backup replication")
		return p.Err()
	}
	p.Require("SourceArn", a.SourceArn != nil, "the ARN of an instance in another region")
	p.Require("KeyArn", a.KeyArn != nil, "the ARN of a KMS key of this region (see keys.Replicas)")
	p.Between("RetentionDays", a.RetentionDays, 1, 35)
	return p.Err()
}

// NewBackupReplication registers the replication, under a provider of the region that receives the copies.
func NewBackupReplication(
	ctx *pulumi.Context, name string, args *BackupReplicationArgs, opts ...pulumi.ResourceOption,
) (*BackupReplication, error) {
	if err := args.check(name); err != nil {
		return nil, err
	}
	c := &BackupReplication{}
	if err := ctx.RegisterComponentResource("carebase:database:BackupReplication", name, c, opts...); err != nil {
		return nil, err
	}
	// AWS can follow a change of days or key only by ending the replication, so such a change is not carried out. And one
	// instance is replicated once: should a new source need a new replication, the old one ends first.
	made, err := rds.NewInstanceAutomatedBackupsReplication(ctx, name+"-automated-backups",
		&rds.InstanceAutomatedBackupsReplicationArgs{
			SourceDbInstanceArn: args.SourceArn,
			KmsKeyId:            args.KeyArn,
			RetentionPeriod:     pulumi.Int(args.RetentionDays),
		}, pulumi.Parent(c), pulumi.IgnoreChanges([]string{"kmsKeyId", "retentionPeriod"}), pulumi.DeleteBeforeReplace(true),
		pulumi.Protect(args.Protect), pulumi.RetainOnDelete(args.Protect))
	if err != nil {
		return nil, err
	}
	c.Arn = made.ID().ToStringOutput()
	return c, ctx.RegisterResourceOutputs(c, pulumi.Map{"arn": c.Arn})
}
