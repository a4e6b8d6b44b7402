package stacks

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/backup"
)

// The vault refuses backups that are to be kept for less or more days than these; the plan keeps its own 35 to 2557.
const (
	shortestBackup = 35
	longestBackup  = 3653
)

// buildVault makes the stack's vault, and the plan that fills it. The restore test covers further vaults of the region as well.
func (f *foundation) buildVault(ctx *pulumi.Context, plan *backup.Plan, alsoTested ...pulumi.StringInput) (*backup.Backup, error) {
	if f.Backup.RestoreTest {
		plan.RestoreTest = &backup.RestoreTest{
			VpcID: f.network.VpcID, SubnetIDs: f.network.IsolatedSubnetIDs, Buckets: f.Backup.RestoreTestBuckets, OtherVaultArns: alsoTested,
		}
	}
	return backup.New(ctx, "backup", &backup.Args{
		VaultName:          f.names().prefix(),
		KeyArn:             f.keyArns.Backups,
		LockMinDays:        shortestBackup,
		LockMaxDays:        longestBackup,
		LockChangeableDays: f.Backup.LockChangeableDays,
		AlarmTopicArn:      f.topic.Arn,
		Plan:               plan,
		Protect:            f.Protect,
		ForceDestroy:       !f.Protect,
	}, f.providers.option())
}
