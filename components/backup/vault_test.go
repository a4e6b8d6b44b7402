package backup_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"

	"github.com/carebase/carebase/components/backup"
	"github.com/carebase/carebase/componenttest"
)

func TestVaultIsEncryptedAndProtected(t *testing.T) {
	for _, protect := range []bool{true, false} {
		g := planned(t, changed(func(a *backup.Args) { a.Protect = protect }))
		vault := componenttest.Find(t, g, vaultType, "backup-vault")
		assert.Equal(t, "careconnect-prod", componenttest.Input(t, vault, "name"))
		assert.Equal(t, keyArn, componenttest.Input(t, vault, "kmsKeyArn"))
		assert.Equal(t, false, componenttest.Input(t, vault, "forceDestroy"))
		assert.Equal(t, []string{"kmsKeyArn"}, vault.IgnoreChanges, "another key would replace the vault")
		for _, r := range g.Resources {
			assert.Equal(t, protect && r == vault, r.Protect, r.Name)
			assert.Equal(t, protect && (r == vault || r.Type == lockType), r.RetainOnDelete, "%s: AWS deletes no irrevocable lock", r.Name)
		}
	}
	g := planned(t, changed(func(a *backup.Args) { a.ForceDestroy, a.LockChangeableDays, a.Protect = true, 0, false }))
	assert.Equal(t, true, componenttest.Input(t, componenttest.Find(t, g, vaultType, "backup-vault"), "forceDestroy"))
}

func TestVaultIsLocked(t *testing.T) {
	for days, want := range map[int]any{30: 30.0, 0: nil} { // without a number AWS makes a lock that can be removed
		for _, plan := range []*backup.Plan{production().Plan, nil} {
			g := planned(t, changed(func(a *backup.Args) { a.LockChangeableDays, a.Plan = days, plan }))
			lock := componenttest.Find(t, g, lockType, "backup-vault-lock")
			assert.Equal(t, "careconnect-prod", componenttest.Input(t, lock, "backupVaultName"))
			assert.Contains(t, lock.Dependencies, componenttest.Find(t, g, vaultType, "backup-vault").URN)
			assert.EqualValues(t, 7, componenttest.Input(t, lock, "minRetentionDays"))
			assert.EqualValues(t, 3653, componenttest.Input(t, lock, "maxRetentionDays"))
			assert.Equal(t, want, componenttest.Input(t, lock, "changeableForDays"))
		}
	}
}

// AWS Config's rule backup-recovery-point-manual-deletion-disabled wants these actions and both wildcards.
func TestNobodyDeletesBackups(t *testing.T) {
	for _, plan := range []*backup.Plan{production().Plan, nil} {
		g := planned(t, changed(func(a *backup.Args) { a.Plan = plan }))
		policy := componenttest.Find(t, g, vaultPolicyType, "backup-vault-policy")
		assert.Equal(t, "careconnect-prod", componenttest.Input(t, policy, "backupVaultName"))
		assert.Contains(t, policy.Dependencies, componenttest.Find(t, g, vaultType, "backup-vault").URN)
		assert.Equal(t, map[string]any{
			"Version": "2012-10-17",
			"Statement": []any{map[string]any{
				"Sid": "NobodyDeletesBackups", "Effect": "Deny", "Principal": "*", "Resource": "*",
				"Action": []any{
					"backup:DeleteRecoveryPoint", "backup:PutBackupVaultAccessPolicy", "backup:UpdateRecoveryPointLifecycle",
				},
			}},
		}, componenttest.JSON(t, policy, "policy"))
	}
}

// A vault has one lock and one policy. Made before the old one is deleted, a new one would be deleted with it; and the
// policy forbids that another be put over it.
func TestReplacementsDoNotUndoThemselves(t *testing.T) {
	_, options := componenttest.Options(t, "us-east-1", func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
		_, err := backup.New(ctx, "backup", production(), opts...)
		return err
	})
	assert.True(t, options["backup-vault-lock"].DeleteBeforeReplace)
	assert.True(t, options["backup-vault-policy"].DeleteBeforeReplace)
	assert.Equal(t, []string{"policy"}, options["backup-vault-policy"].ReplaceOnChanges)
	assert.False(t, options["backup-vault"].DeleteBeforeReplace)
}

// What holds backups is found by its name in the stack and in AWS, which no other setting may change.
func TestSettingsNeverReplaceTheVault(t *testing.T) {
	before := componenttest.Find(t, planned(t, production()), vaultType, "backup-vault")
	after := componenttest.Find(t, planned(t, &backup.Args{
		VaultName: "careconnect-prod", KeyArn: pulumi.String("another"), LockMinDays: 1, LockMaxDays: 2557,
		AlarmTopicArn: pulumi.String("another"),
	}), vaultType, "backup-vault")
	assert.Equal(t, before.URN, after.URN)
	assert.Equal(t, componenttest.Input(t, before, "name"), componenttest.Input(t, after, "name"))
	assert.Equal(t, []string{"kmsKeyArn"}, after.IgnoreChanges)
}
