package backup

import (
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/backup"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/policydoc"
)

// newVault makes the vault, its lock and its policy. What AWS fixes when a vault is created is not changed afterwards,
// as it could only be by replacing the vault.
func (c *Backup) newVault(ctx *pulumi.Context, args *Args) (err error) {
	c.vault, err = backup.NewVault(ctx, c.name+"-vault", &backup.VaultArgs{
		Name:         pulumi.String(args.VaultName),
		KmsKeyArn:    args.KeyArn,
		ForceDestroy: pulumi.Bool(args.ForceDestroy),
	}, pulumi.Parent(c), pulumi.IgnoreChanges([]string{"kmsKeyArn"}),
		pulumi.Protect(args.Protect), pulumi.RetainOnDelete(args.Protect))
	if err != nil {
		return err
	}
	if err := c.newLock(ctx, args); err != nil {
		return err
	}
	return c.newVaultPolicy(ctx)
}

// newLock keeps backups until their time is over. A vault has one lock, and other numbers replace it: made before the
// old one is deleted, the new one would be deleted with it. Where the vault stays in AWS so does its lock, which AWS lets
// nobody delete once it is irrevocable; other numbers are then put over it, and are refused from that day on.
// https://docs.aws.amazon.com/aws-backup/latest/devguide/API_DeleteBackupVaultLockConfiguration.html
func (c *Backup) newLock(ctx *pulumi.Context, args *Args) error {
	lock := &backup.VaultLockConfigurationArgs{
		BackupVaultName:  c.vault.Name,
		MinRetentionDays: pulumi.Int(args.LockMinDays),
		MaxRetentionDays: pulumi.Int(args.LockMaxDays),
	}
	if args.LockChangeableDays != 0 {
		lock.ChangeableForDays = pulumi.Int(args.LockChangeableDays)
	}
	_, err := backup.NewVaultLockConfiguration(ctx, c.name+"-vault-lock", lock,
		pulumi.Parent(c), pulumi.DeleteBeforeReplace(true), pulumi.RetainOnDelete(args.Protect))
	return err
}

// newVaultPolicy denies everyone, root included, to delete a backup by hand, to shorten its life, or to put another
// policy here. AWS Config looks for exactly these three, and for the two wildcards. As nothing may be put over the
// policy, another one is brought in by deleting this one first, which raises an alarm (see components/audit).
// https://docs.aws.amazon.com/config/latest/developerguide/backup-recovery-point-manual-deletion-disabled.html
func (c *Backup) newVaultPolicy(ctx *pulumi.Context) error {
	document := policydoc.Document{Statements: []policydoc.Statement{{
		Sid: "NobodyDeletesBackups", Effect: policydoc.Deny, Principals: policydoc.Anyone(),
		Actions: []string{
			"backup:DeleteRecoveryPoint", "backup:PutBackupVaultAccessPolicy", "backup:UpdateRecoveryPointLifecycle",
		},
		Resources: pulumi.StringArray{pulumi.String("*")},
	}}}
	_, err := backup.NewVaultPolicy(ctx, c.name+"-vault-policy", &backup.VaultPolicyArgs{
		BackupVaultName: c.vault.Name,
		Policy:          document.JSON(),
	}, pulumi.Parent(c), pulumi.ReplaceOnChanges([]string{"policy"}), pulumi.DeleteBeforeReplace(true))
	return err
}
