//go:build engine

package lifecycle

import (
	"strconv"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/backup"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/elasticache"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func databaseHolds(t *testing.T, want environment, cfg aws.Config, keys keyring) {
	client := rds.NewFromConfig(cfg)
	all, err := client.DescribeDBInstances(t.Context(), nil)
	require.NoError(t, err)
	require.Len(t, all.DBInstances, 1)
	db := all.DBInstances[0]
	assert.Equal(t, "careconnect-"+want.name+"-db", *db.DBInstanceIdentifier)
	assert.Equal(t, want.databaseClass, *db.DBInstanceClass)
	assert.True(t, *db.StorageEncrypted)
	assert.Equal(t, keys.data, aws.ToString(db.KmsKeyId))
	assert.Equal(t, want.multiAZ, *db.MultiAZ)
	assert.Equal(t, want.backupDays, *db.BackupRetentionPeriod)
	assert.Equal(t, want.phi, *db.DeletionProtection)
	assert.False(t, *db.PubliclyAccessible)
	assert.True(t, *db.CopyTagsToSnapshot)
	assert.True(t, *db.IAMDatabaseAuthenticationEnabled)
	assert.Equal(t, "gp3", *db.StorageType)
	assert.Equal(t, "rds-ca-rsa2048-g1", aws.ToString(db.CACertificateIdentifier))
	assert.True(t, *db.PerformanceInsightsEnabled)
	assert.Equal(t, keys.data, aws.ToString(db.PerformanceInsightsKMSKeyId))
	assert.Equal(t, int32(60), aws.ToInt32(db.MonitoringInterval))
	assert.ElementsMatch(t, []string{"postgresql", "upgrade"}, db.EnabledCloudwatchLogsExports)
	if want.copied {
		assert.Nil(t, db.MasterUserSecret, "AWS replicates no instance whose password RDS manages")
	} else if assert.NotNil(t, db.MasterUserSecret, "RDS manages the master user's password") {
		assert.Equal(t, keys.secrets, aws.ToString(db.MasterUserSecret.KmsKeyId))
	}
	require.Len(t, db.DBParameterGroups, 1)
	parameters := map[string]string{}
	pages := rds.NewDescribeDBParametersPaginator(client, &rds.DescribeDBParametersInput{
		DBParameterGroupName: db.DBParameterGroups[0].DBParameterGroupName,
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		require.NoError(t, err)
		for _, p := range page.Parameters {
			parameters[*p.ParameterName] = aws.ToString(p.ParameterValue)
		}
	}
	assert.Equal(t, "1", parameters["rds.force_ssl"])
	assert.Contains(t, parameters["shared_preload_libraries"], "pgaudit")
	assert.Equal(t, "terse", parameters["log_error_verbosity"], "rows that fail are in the log")
	assert.Equal(t, strconv.Itoa(int(*db.AllocatedStorage)*1024/5), parameters["max_slot_wal_keep_size"], "MB")
}

func cacheHolds(t *testing.T, want environment, cfg aws.Config, keys keyring) {
	all, err := elasticache.NewFromConfig(cfg).DescribeReplicationGroups(t.Context(), nil)
	require.NoError(t, err)
	require.Len(t, all.ReplicationGroups, 1)
	group := all.ReplicationGroups[0]
	assert.True(t, *group.AtRestEncryptionEnabled)
	assert.Equal(t, keys.data, aws.ToString(group.KmsKeyId))
	assert.True(t, *group.TransitEncryptionEnabled)
	assert.Equal(t, "required", string(group.TransitEncryptionMode))
	assert.Len(t, group.MemberClusters, want.cacheNodes)
	assert.Equal(t, want.cacheMultiAZ, string(group.MultiAZ) == "enabled")
	assert.Equal(t, want.cacheMultiAZ, string(group.AutomaticFailover) == "enabled")
	assert.Len(t, group.UserGroupIds, 1, "who may sign in")
	assert.NotZero(t, aws.ToInt32(group.SnapshotRetentionLimit))
}

func secretsHold(t *testing.T, want environment, cfg aws.Config, keys keyring) {
	all, err := secretsmanager.NewFromConfig(cfg).ListSecrets(t.Context(), nil)
	require.NoError(t, err)
	var names []string
	for _, secret := range all.SecretList {
		if aws.ToString(secret.OwningService) == "rds" || len(*secret.Name) > 4 && (*secret.Name)[:4] == "rds!" {
			continue // the master user's, which is RDS's to keep
		}
		names = append(names, *secret.Name)
		assert.Equal(t, keys.secrets, aws.ToString(secret.KmsKeyId), *secret.Name)
	}
	prefix := "careconnect/" + want.name + "/"
	expected := []string{
		prefix + "db-password", prefix + "db-migrate-password", prefix + "db-readonly-password", prefix + "db-backup-password",
		prefix + "jwt-signing-key", prefix + "api-keys",
	}
	if want.copied {
		expected = append(expected, prefix+"db-master-password")
	}
	assert.ElementsMatch(t, expected, names)
}

func logGroupsHold(t *testing.T, want environment, cfg aws.Config, keys keyring) {
	pages := cloudwatchlogs.NewDescribeLogGroupsPaginator(cloudwatchlogs.NewFromConfig(cfg), &cloudwatchlogs.DescribeLogGroupsInput{})
	var names []string
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		require.NoError(t, err)
		for _, group := range page.LogGroups {
			names = append(names, *group.LogGroupName)
			assert.Equal(t, keys.logs, aws.ToString(group.KmsKeyId), *group.LogGroupName)
			assert.Equal(t, want.logDays, aws.ToInt32(group.RetentionInDays), *group.LogGroupName)
		}
	}
	expected := logGroups(want.name)
	if want.copied {
		expected = append(expected, "aws-waf-logs-careconnect-"+want.name+"-origin") // of the load balancer's own firewall
	}
	assert.ElementsMatch(t, expected, names)
}

// logGroups are all that may exist: one that a service made for itself would be without key and without end.
func logGroups(stack string) []string {
	return []string{
		"/vpc/careconnect-" + stack + "/flow-logs",
		"/cloudtrail/careconnect-" + stack,
		"/aws/rds/instance/careconnect-" + stack + "-db/postgresql",
		"/aws/rds/instance/careconnect-" + stack + "-db/upgrade",
		"/aws/vendedlogs/elasticache/careconnect-" + stack + "/slow-log",
		"/aws/vendedlogs/elasticache/careconnect-" + stack + "/engine-log",
		"/ecs-exec/careconnect-" + stack,
		"/aws/ecs/containerinsights/careconnect-" + stack + "/performance",
		"/ecs/careconnect-" + stack + "/backend",
		"/ecs/careconnect-" + stack + "/database-roles",
		"/ecs/careconnect-" + stack + "/migrations",
		"aws-waf-logs-careconnect-" + stack,
	}
}

func backupsHold(t *testing.T, want environment, cfg aws.Config, keys keyring) {
	client := backup.NewFromConfig(cfg)
	vaults, err := client.ListBackupVaults(t.Context(), nil)
	require.NoError(t, err)
	require.Len(t, vaults.BackupVaultList, 1)
	vault := vaults.BackupVaultList[0]
	assert.Equal(t, keys.backups, aws.ToString(vault.EncryptionKeyArn))
	assert.True(t, aws.ToBool(vault.Locked))
	plans, err := client.ListBackupPlans(t.Context(), nil)
	require.NoError(t, err)
	require.Len(t, plans.BackupPlansList, 1)
	plan, err := client.GetBackupPlan(t.Context(), &backup.GetBackupPlanInput{BackupPlanId: plans.BackupPlansList[0].BackupPlanId})
	require.NoError(t, err)
	assert.Len(t, plan.BackupPlan.Rules, 3, "daily, weekly, monthly")
	for _, rule := range plan.BackupPlan.Rules {
		assert.Equal(t, *vault.BackupVaultName, *rule.TargetBackupVaultName)
	}
}
