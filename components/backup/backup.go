// Package backup keeps backups in an AWS Backup vault where nobody deletes them early, makes them daily, weekly and
// monthly of whatever carries a tag or is named, copies them to another region, and restores one every week to see
// that it can be restored. Without a plan it is the vault in the other region that receives the copies.
//
// It carries BK-1 to BK-3, X-BK-LOCK, X-BK-XR, RDS-9 and EC2-10 (a selection by tag), CW-1 and IAM-1: 45 CFR
// 164.308(a)(7)(i), (a)(7)(ii)(A), (B) and (D), 164.310(d)(2)(iv), 164.312(a)(2)(iv) and (c)(1).
//
// It makes snapshots and no continuous backups. Point-in-time recovery of a database is RDS's own (see
// components/database): AWS Backup would take the retention and the window of the instance over, and the program would
// for ever set them back. Objects are recovered to a point in time by the versions of their bucket.
//
// It does not choose which types of resources AWS Backup serves at all. That is a setting of the account and region,
// shared with whatever else is backed up there; see Settings in the console of AWS Backup, where RDS, EBS and S3 must be
// on. And of what is not wholly managed by AWS Backup (snapshots of RDS and EBS) the vault's key encrypts the copies
// only: a snapshot in its own region keeps the key of its source.
package backup

import (
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/backup"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/caller"
)

// Backup is the component.
type Backup struct {
	pulumi.ResourceState

	VaultName pulumi.StringOutput `pulumi:"vaultName"`
	// VaultArn is what Plan.CopyToVaultArn of a Backup in another region takes.
	VaultArn pulumi.StringOutput `pulumi:"vaultArn"`
	PlanID   pulumi.StringOutput `pulumi:"planId"` // empty without a plan
	// RestoreRoleArn is the role for restoring: tests use it, and people in an emergency.
	RestoreRoleArn pulumi.StringOutput `pulumi:"restoreRoleArn"`
	// JobRoleArn is the role that makes backups, which is passed whenever a selection is made; empty without a plan.
	JobRoleArn pulumi.StringOutput `pulumi:"jobRoleArn"`

	name  string
	id    caller.Identity
	vault *backup.Vault
}

// New registers the vault, what guards it, and the plan if there is one.
func New(ctx *pulumi.Context, name string, args *Args, opts ...pulumi.ResourceOption) (*Backup, error) {
	if err := args.check(name); err != nil {
		return nil, err
	}
	c := &Backup{name: name}
	if err := ctx.RegisterComponentResource("carebase:backup:Backup", name, c, opts...); err != nil {
		return nil, err
	}
	c.id = caller.Look(ctx, c)
	if err := c.newVault(ctx, args); err != nil {
		return nil, err
	}
	restore, err := c.newRole(ctx, "restore", "Restores backups", toRestore)
	if err != nil {
		return nil, err
	}
	c.PlanID, c.JobRoleArn = pulumi.String("").ToStringOutput(), pulumi.String("").ToStringOutput()
	if args.Plan != nil {
		if err := c.newPlan(ctx, args, restore); err != nil {
			return nil, err
		}
	}
	if err := c.newAlarms(ctx, args, restore); err != nil {
		return nil, err
	}

	c.VaultName, c.VaultArn, c.RestoreRoleArn = c.vault.Name, c.vault.Arn, restore.Arn
	return c, ctx.RegisterResourceOutputs(c, pulumi.Map{
		"vaultName": c.VaultName, "vaultArn": c.VaultArn, "planId": c.PlanID, "restoreRoleArn": c.RestoreRoleArn,
		"jobRoleArn": c.JobRoleArn,
	})
}
