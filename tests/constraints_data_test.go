package tests

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

var dataConstraints = []constraint{
	{"aws:rds/instance:Instance", "identifier", text(1, 63, `^[a-z](-?[a-z0-9])*$`), "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html"},
	{"aws:rds/instance:Instance", "finalSnapshotIdentifier", text(1, 255, `^[a-z](-?[a-z0-9])*$`), "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBInstance.html"},
	{"aws:rds/instance:Instance", "allocatedStorage", inRange(20, 65536), "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html"},
	{"aws:rds/instance:Instance", "maxAllocatedStorage", inRange(22, 65536), "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIOPS.Autoscaling.html"},
	{"aws:rds/instance:Instance", "storageType", oneOf("gp2", "gp3", "io1", "io2"), "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html"},
	{"aws:rds/instance:Instance", "backupRetentionPeriod", inRange(0, 35), "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html"},
	{"aws:rds/instance:Instance", "backupWindow", dailyWindow, "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html"},
	{"aws:rds/instance:Instance", "maintenanceWindow", weeklyWindow(30), "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html"},
	{"aws:rds/instance:Instance", "monitoringInterval", oneOf(0, 1, 5, 10, 15, 30, 60), "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html"},
	{"aws:rds/instance:Instance", "performanceInsightsRetentionPeriod", insightsDays, "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html"},
	{"aws:rds/instance:Instance", "port", inRange(1150, 65535), "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html"},
	{"aws:rds/instance:Instance", "username", text(1, 63, `^[A-Za-z][A-Za-z0-9_]*$`), "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html"},
	{"aws:rds/instance:Instance", "dbName", text(1, 63, `^[A-Za-z][A-Za-z0-9_]*$`), "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html"},
	{"aws:rds/instance:Instance", "instanceClass", text(1, 40, `^db\.[a-z0-9-]+\.[a-z0-9.]+$`), "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.html"},
	{"aws:rds/instance:Instance", "engine", oneOf("postgres"), "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html"},
	{"aws:rds/instance:Instance", "engineVersion", text(1, 20, `^1[3-8](\.\d+)?$`), "https://docs.aws.amazon.com/AmazonRDS/latest/PostgreSQLReleaseNotes/postgresql-versions.html"},
	{"aws:rds/instance:Instance", "enabledCloudwatchLogsExports", oneOf("postgresql", "upgrade", "iam-db-auth-error"), "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_LogAccess.Concepts.PostgreSQL.html"},
	{"aws:rds/instance:Instance", "caCertIdentifier", oneOf("rds-ca-rsa2048-g1", "rds-ca-rsa4096-g1", "rds-ca-ecc384-g1"), "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.SSL.html"},
	{"aws:rds/parameterGroup:ParameterGroup", "description", text(1, 255, ascii), "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBParameterGroup.html"},
	{"aws:rds/parameterGroup:ParameterGroup", "family", text(1, 255, `^postgres1[3-8]$`), "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBParameterGroup.html"},
	{"aws:rds/parameterGroup:ParameterGroup", "parameters[].applyMethod", oneOf("immediate", "pending-reboot"), "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBParameterGroup.html"},
	{"aws:rds/subnetGroup:SubnetGroup", "description", text(1, 255, ascii), "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBSubnetGroup.html"},
	// In two Availability Zones at least; 20 subnets at most.
	{"aws:rds/subnetGroup:SubnetGroup", "subnetIds", count(2, 20), "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Limits.html"},
	{"aws:rds/eventSubscription:EventSubscription", "sourceType", oneOf("db-instance", "db-cluster", "db-parameter-group", "db-security-group", "db-snapshot", "db-cluster-snapshot", "db-proxy"), "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateEventSubscription.html"},
	{"aws:rds/eventSubscription:EventSubscription", "eventCategories", oneOf(
		"availability", "backup", "configuration change", "creation", "deletion", "failover", "failure", "low storage", "maintenance",
		"notification", "read replica", "recovery", "restoration", "security", "security patching",
	), "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Events.Messages.html"},
	{"aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication", "retentionPeriod", inRange(1, 35), "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_StartDBInstanceAutomatedBackupsReplication.html"},

	{"aws:elasticache/replicationGroup:ReplicationGroup", "description", text(1, 255, ascii), "https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateReplicationGroup.html"},
	{"aws:elasticache/replicationGroup:ReplicationGroup", "replicationGroupId", text(1, 40, `^[a-z](-?[a-z0-9])*$`), "https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateReplicationGroup.html"},
	{"aws:elasticache/replicationGroup:ReplicationGroup", "numCacheClusters", inRange(1, 6), "https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateReplicationGroup.html"},
	{"aws:elasticache/replicationGroup:ReplicationGroup", "snapshotRetentionLimit", inRange(0, 35), "https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups-automatic.html"},
	{"aws:elasticache/replicationGroup:ReplicationGroup", "snapshotWindow", dailyWindow, "https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups-automatic.html"},
	{"aws:elasticache/replicationGroup:ReplicationGroup", "maintenanceWindow", weeklyWindow(60), "https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateReplicationGroup.html"},
	{"aws:elasticache/replicationGroup:ReplicationGroup", "port", inRange(1150, 65535), "https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateReplicationGroup.html"},
	{"aws:elasticache/replicationGroup:ReplicationGroup", "engine", oneOf("redis", "valkey"), "https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateReplicationGroup.html"},
	{"aws:elasticache/replicationGroup:ReplicationGroup", "nodeType", text(1, 40, `^cache\.[a-z0-9]+\.[a-z0-9]+$`), "https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/CacheNodes.SupportedTypes.html"},
	{"aws:elasticache/replicationGroup:ReplicationGroup", "transitEncryptionMode", oneOf("preferred", "required"), "https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateReplicationGroup.html"},
	{"aws:elasticache/replicationGroup:ReplicationGroup", "userGroupIds", count(0, 1), "https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Clusters.RBAC.html"},
	{"aws:elasticache/replicationGroup:ReplicationGroup", "logDeliveryConfigurations[].logType", oneOf("slow-log", "engine-log"), "https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_LogDeliveryConfigurationRequest.html"},
	{"aws:elasticache/replicationGroup:ReplicationGroup", "logDeliveryConfigurations[].logFormat", oneOf("text", "json"), "https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_LogDeliveryConfigurationRequest.html"},
	{"aws:elasticache/replicationGroup:ReplicationGroup", "logDeliveryConfigurations[].destinationType", oneOf("cloudwatch-logs", "kinesis-firehose"), "https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_LogDeliveryConfigurationRequest.html"},
	{"aws:elasticache/parameterGroup:ParameterGroup", "description", text(1, 255, ascii), "https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateCacheParameterGroup.html"},
	{"aws:elasticache/parameterGroup:ParameterGroup", "family", oneOf("redis6.x", "redis7", "valkey7", "valkey8"), "https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateCacheParameterGroup.html"},
	{"aws:elasticache/subnetGroup:SubnetGroup", "description", text(1, 255, ascii), "https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateCacheSubnetGroup.html"},
	{"aws:elasticache/subnetGroup:SubnetGroup", "subnetIds", count(1, 20), "https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/quota-limits.html"},
	{"aws:elasticache/user:User", "userId", text(1, 40, `^[a-z](-?[a-z0-9])*$`), "https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateUser.html"},
	{"aws:elasticache/user:User", "userName", text(1, 120, ascii), "https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateUser.html"},
	{"aws:elasticache/user:User", "accessString", text(1, 2048, `^(on|off) .*\S`), "https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateUser.html"},
	{"aws:elasticache/user:User", "authenticationMode.type", oneOf("password", "no-password-required", "iam"), "https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_AuthenticationMode.html"},
	{"aws:elasticache/userGroup:UserGroup", "userGroupId", text(1, 40, `^[a-z](-?[a-z0-9])*$`), "https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateUserGroup.html"},
	{"aws:elasticache/userGroup:UserGroup", "userIds", count(1, 100), "https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/quota-limits.html"},

	{"aws:s3/bucket:Bucket", "bucket", text(3, 63, `^[a-z0-9][a-z0-9.-]*[a-z0-9]$`), "https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html"},
	{"aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", "rules", count(1, 1000), "https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html"},
	{"aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", "rules[].id", text(1, 255, ascii), "https://docs.aws.amazon.com/AmazonS3/latest/API/API_LifecycleRule.html"},
	{"aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", "rules[].status", oneOf("Enabled", "Disabled"), "https://docs.aws.amazon.com/AmazonS3/latest/API/API_LifecycleRule.html"},
	{"aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", "rules[].expiration.days", inRange(1, 2147483647), "https://docs.aws.amazon.com/AmazonS3/latest/API/API_LifecycleExpiration.html"},
	{"aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", "rules[].noncurrentVersionExpiration.noncurrentDays", inRange(1, 2147483647), "https://docs.aws.amazon.com/AmazonS3/latest/API/API_NoncurrentVersionExpiration.html"},
	{"aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", "rules[].abortIncompleteMultipartUpload.daysAfterInitiation", inRange(1, 2147483647), "https://docs.aws.amazon.com/AmazonS3/latest/API/API_AbortIncompleteMultipartUpload.html"},
	{"aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", "rules[].transitions[].storageClass", storageClass, "https://docs.aws.amazon.com/AmazonS3/latest/API/API_Transition.html"},
	{"aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", "rules[].noncurrentVersionTransitions[].storageClass", storageClass, "https://docs.aws.amazon.com/AmazonS3/latest/API/API_NoncurrentVersionTransition.html"},
	{"aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", "transitionDefaultMinimumObjectSize", oneOf("all_storage_classes_128K", "varies_by_storage_class"), "https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketLifecycleConfiguration.html"},
	{"aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration", "rule.defaultRetention.mode", oneOf("GOVERNANCE", "COMPLIANCE"), "https://docs.aws.amazon.com/AmazonS3/latest/API/API_DefaultRetention.html"},
	{"aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration", "rule.defaultRetention.days", inRange(1, 36500), "https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-managing.html"},
	{"aws:s3/bucketOwnershipControls:BucketOwnershipControls", "rule.objectOwnership", oneOf("BucketOwnerPreferred", "ObjectWriter", "BucketOwnerEnforced"), "https://docs.aws.amazon.com/AmazonS3/latest/API/API_OwnershipControlsRule.html"},
	{"aws:s3/bucketVersioning:BucketVersioning", "versioningConfiguration.status", oneOf("Enabled", "Suspended"), "https://docs.aws.amazon.com/AmazonS3/latest/API/API_VersioningConfiguration.html"},
	{"aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration", "rules[].applyServerSideEncryptionByDefault.sseAlgorithm", oneOf("AES256", "aws:kms", "aws:kms:dsse"), "https://docs.aws.amazon.com/AmazonS3/latest/API/API_ServerSideEncryptionByDefault.html"},
	{"aws:s3/bucketLogging:BucketLogging", "targetObjectKeyFormat.partitionedPrefix.partitionDateSource", oneOf("EventTime", "DeliveryTime"), "https://docs.aws.amazon.com/AmazonS3/latest/API/API_PartitionedPrefix.html"},
	// 20 KB, which S3 counts as 20,480 bytes.
	{"aws:s3/bucketPolicy:BucketPolicy", "policy", document(20480), "https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html"},
	{"aws:s3/bucketReplicationConfig:BucketReplicationConfig", "rules", count(1, 1000), "https://docs.aws.amazon.com/AmazonS3/latest/API/API_ReplicationConfiguration.html"},
	{"aws:s3/bucketReplicationConfig:BucketReplicationConfig", "rules[].id", text(1, 255, ascii), "https://docs.aws.amazon.com/AmazonS3/latest/API/API_ReplicationRule.html"},
	{"aws:s3/bucketReplicationConfig:BucketReplicationConfig", "rules[].priority", inRange(0, 2147483647), "https://docs.aws.amazon.com/AmazonS3/latest/API/API_ReplicationRule.html"},
	{"aws:s3/bucketReplicationConfig:BucketReplicationConfig", "rules[].destination.replicationTime.time.minutes", oneOf(15), "https://docs.aws.amazon.com/AmazonS3/latest/API/API_ReplicationTimeValue.html"},
	{"aws:s3/bucketReplicationConfig:BucketReplicationConfig", "rules[].destination.metrics.eventThreshold.minutes", oneOf(15), "https://docs.aws.amazon.com/AmazonS3/latest/API/API_ReplicationTimeValue.html"},

	{"aws:kms/key:Key", "description", text(0, 8192, ascii), "https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html"},
	{"aws:kms/key:Key", "deletionWindowInDays", inRange(7, 30), "https://docs.aws.amazon.com/kms/latest/APIReference/API_ScheduleKeyDeletion.html"},
	{"aws:kms/key:Key", "rotationPeriodInDays", inRange(90, 2560), "https://docs.aws.amazon.com/kms/latest/APIReference/API_EnableKeyRotation.html"},
	{"aws:kms/key:Key", "policy", document(32768), "https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html"},
	{"aws:kms/replicaKey:ReplicaKey", "description", text(0, 8192, ascii), "https://docs.aws.amazon.com/kms/latest/APIReference/API_ReplicateKey.html"},
	{"aws:kms/replicaKey:ReplicaKey", "deletionWindowInDays", inRange(7, 30), "https://docs.aws.amazon.com/kms/latest/APIReference/API_ScheduleKeyDeletion.html"},
	{"aws:kms/replicaKey:ReplicaKey", "policy", document(32768), "https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html"},
	{"aws:kms/alias:Alias", "name", kmsAlias, "https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateAlias.html"},

	{"aws:secretsmanager/secret:Secret", "name", text(1, 512, `^[A-Za-z0-9/_+=.@-]+$`), "https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html"},
	{"aws:secretsmanager/secret:Secret", "description", text(0, 2048, ascii), "https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html"},
	{"aws:secretsmanager/secret:Secret", "recoveryWindowInDays", recoveryDays, "https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteSecret.html"},
	{"aws:secretsmanager/secretPolicy:SecretPolicy", "policy", document(20480), "https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html"},

	{"aws:backup/vault:Vault", "name", text(2, 50, `^[A-Za-z0-9_-]+$`), "https://docs.aws.amazon.com/aws-backup/latest/devguide/API_CreateBackupVault.html"},
	{"aws:backup/vaultLockConfiguration:VaultLockConfiguration", "minRetentionDays", inRange(1, 36500), "https://docs.aws.amazon.com/aws-backup/latest/devguide/API_PutBackupVaultLockConfiguration.html"},
	{"aws:backup/vaultLockConfiguration:VaultLockConfiguration", "maxRetentionDays", inRange(1, 36500), "https://docs.aws.amazon.com/aws-backup/latest/devguide/API_PutBackupVaultLockConfiguration.html"},
	{"aws:backup/vaultLockConfiguration:VaultLockConfiguration", "changeableForDays", inRange(3, 36500), "https://docs.aws.amazon.com/aws-backup/latest/devguide/API_PutBackupVaultLockConfiguration.html"},
	{"aws:backup/vaultPolicy:VaultPolicy", "policy", document(20480), "https://docs.aws.amazon.com/aws-backup/latest/devguide/API_PutBackupVaultAccessPolicy.html"},
	{"aws:backup/plan:Plan", "name", text(1, 50, `^[A-Za-z0-9_.-]+$`), "https://docs.aws.amazon.com/aws-backup/latest/devguide/API_BackupPlan.html"},
	{"aws:backup/plan:Plan", "rules[].ruleName", text(1, 50, `^[A-Za-z0-9_.-]+$`), "https://docs.aws.amazon.com/aws-backup/latest/devguide/API_BackupRuleInput.html"},
	{"aws:backup/plan:Plan", "rules[].schedule", text(1, 256, `^cron\((\S+ ){5}\S+\)$`), "https://docs.aws.amazon.com/aws-backup/latest/devguide/API_BackupRuleInput.html"},
	{"aws:backup/plan:Plan", "rules[].startWindow", inRange(60, 36000000), "https://docs.aws.amazon.com/aws-backup/latest/devguide/API_BackupRuleInput.html"},
	{"aws:backup/plan:Plan", "rules[].lifecycle.deleteAfter", inRange(1, 36500), "https://docs.aws.amazon.com/aws-backup/latest/devguide/API_Lifecycle.html"},
	{"aws:backup/plan:Plan", "rules[].copyActions[].lifecycle.deleteAfter", inRange(1, 36500), "https://docs.aws.amazon.com/aws-backup/latest/devguide/API_Lifecycle.html"},
	{"aws:backup/plan:Plan", "rules", count(1, 10), "https://docs.aws.amazon.com/aws-backup/latest/devguide/aws-backup-limits.html"},
	{"aws:backup/selection:Selection", "name", text(1, 50, `^[A-Za-z0-9_.-]+$`), "https://docs.aws.amazon.com/aws-backup/latest/devguide/API_BackupSelection.html"},
	{"aws:backup/selection:Selection", "selectionTags[].type", oneOf("STRINGEQUALS"), "https://docs.aws.amazon.com/aws-backup/latest/devguide/API_Condition.html"},
	{"aws:backup/selection:Selection", "selectionTags", count(0, 500), "https://docs.aws.amazon.com/aws-backup/latest/devguide/API_BackupSelection.html"},
	{"aws:backup/selection:Selection", "resources", count(0, 500), "https://docs.aws.amazon.com/aws-backup/latest/devguide/API_BackupSelection.html"},
	{"aws:backup/restoreTestingPlan:RestoreTestingPlan", "name", text(1, 50, `^[A-Za-z0-9_]+$`), "https://docs.aws.amazon.com/aws-backup/latest/devguide/API_RestoreTestingPlanForCreate.html"},
	{"aws:backup/restoreTestingPlan:RestoreTestingPlan", "startWindowHours", inRange(1, 168), "https://docs.aws.amazon.com/aws-backup/latest/devguide/API_RestoreTestingPlanForCreate.html"},
	{"aws:backup/restoreTestingPlan:RestoreTestingPlan", "recoveryPointSelection.selectionWindowDays", inRange(1, 365), "https://docs.aws.amazon.com/aws-backup/latest/devguide/API_RestoreTestingRecoveryPointSelection.html"},
	{"aws:backup/restoreTestingPlan:RestoreTestingPlan", "recoveryPointSelection.algorithm", oneOf("LATEST_WITHIN_WINDOW", "RANDOM_WITHIN_WINDOW"), "https://docs.aws.amazon.com/aws-backup/latest/devguide/API_RestoreTestingRecoveryPointSelection.html"},
	{"aws:backup/restoreTestingPlan:RestoreTestingPlan", "recoveryPointSelection.recoveryPointTypes", oneOf("SNAPSHOT", "CONTINUOUS"), "https://docs.aws.amazon.com/aws-backup/latest/devguide/API_RestoreTestingRecoveryPointSelection.html"},
	{"aws:backup/restoreTestingPlan:RestoreTestingPlan", "scheduleExpression", text(1, 256, `^cron\((\S+ ){5}\S+\)$`), "https://docs.aws.amazon.com/aws-backup/latest/devguide/API_RestoreTestingPlanForCreate.html"},
	{"aws:backup/restoreTestingSelection:RestoreTestingSelection", "name", text(1, 50, `^[A-Za-z0-9_]+$`), "https://docs.aws.amazon.com/aws-backup/latest/devguide/API_RestoreTestingSelectionForCreate.html"},
	{"aws:backup/restoreTestingSelection:RestoreTestingSelection", "protectedResourceType", oneOf("Aurora", "DocumentDB", "DynamoDB", "EBS", "EC2", "EFS", "FSx", "Neptune", "RDS", "S3"), "https://docs.aws.amazon.com/aws-backup/latest/devguide/API_RestoreTestingSelectionForCreate.html"},
	{"aws:backup/restoreTestingSelection:RestoreTestingSelection", "protectedResourceArns", count(1, 30), "https://docs.aws.amazon.com/aws-backup/latest/devguide/aws-backup-limits.html"},
}

var storageClass = oneOf("STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING", "GLACIER_IR", "GLACIER", "DEEP_ARCHIVE")

// kmsAlias accepts names of aliases; alias/aws/ is reserved for keys that AWS manages.
var kmsAlias = rule{
	says: "alias/ and at most 256 characters in all, not alias/aws/",
	accepts: func(v any) bool {
		s := known(textOf(v))
		return regexp.MustCompile(`^alias/[A-Za-z0-9/_-]+$`).MatchString(s) && len(s) <= 256 && !strings.HasPrefix(s, "alias/aws/")
	},
	refused: func(any) []any { return []any{"careconnect", "alias/aws/rds", "alias/" + strings.Repeat("a", 251)} },
}

// recoveryDays accepts 0 (delete at once) and 7 to 30.
var recoveryDays = rule{
	says: "0, or 7 to 30",
	accepts: func(v any) bool {
		n, ok := number(v)
		return ok && (n == 0 || n >= 7 && n <= 30)
	},
	refused: func(any) []any { return []any{1.0, 6.0, 31.0} },
}

// insightsDays accepts 7, 731 and whole months of 31 days between.
var insightsDays = rule{
	says: "7, 731, or a multiple of 31",
	accepts: func(v any) bool {
		n, ok := number(v)
		return ok && (n == 7 || n == 731 || n >= 31 && n <= 23*31 && int(n)%31 == 0)
	},
	refused: func(any) []any { return []any{0.0, 30.0, 365.0, 732.0} },
}

// minutesOf reads hh:mm.
func minutesOf(s string) (int, bool) {
	at := regexp.MustCompile(`^([01]\d|2[0-3]):([0-5]\d)$`).FindStringSubmatch(s)
	if at == nil {
		return 0, false
	}
	hours, _ := strconv.Atoi(at[1])
	minutes, _ := strconv.Atoi(at[2])
	return hours*60 + minutes, true
}

// dailyWindow accepts hh:mm-hh:mm of at least 30 minutes (ElastiCache requires 60, which its own windows have).
var dailyWindow = rule{
	says: "hh24:mi-hh24:mi, 30 minutes or more",
	accepts: func(v any) bool {
		from, to, _ := strings.Cut(textOf(v), "-")
		begin, ok := minutesOf(from)
		end, ok2 := minutesOf(to)
		return ok && ok2 && (end-begin+24*60)%(24*60) >= 30
	},
	refused: func(any) []any { return []any{"03:00-03:15", "3:00-4:00", "03:00", "24:00-25:00"} },
}

var weekdays = []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}

// weekMinutes reads ddd:hh:mm-ddd:hh:mm as minutes of the week.
func weekMinutes(v any) (begin, length int, ok bool) {
	from, to, _ := strings.Cut(textOf(v), "-")
	read := func(s string) (int, bool) {
		day, clock, _ := strings.Cut(s, ":")
		minutes, ok := minutesOf(clock)
		at := slices.Index(weekdays, day)
		return at*24*60 + minutes, ok && at >= 0
	}
	begin, ok = read(from)
	end, ok2 := read(to)
	const week = 7 * 24 * 60
	return begin, (end - begin + week) % week, ok && ok2
}

// weeklyWindow accepts ddd:hh:mm-ddd:hh:mm of at least that many minutes and less than a day.
func weeklyWindow(least int) rule {
	return rule{
		says: fmt.Sprintf("ddd:hh24:mi-ddd:hh24:mi, %d minutes to a day", least),
		accepts: func(v any) bool {
			_, length, ok := weekMinutes(v)
			return ok && length >= least && length <= 24*60
		},
		refused: func(any) []any {
			return []any{"sun:04:00-sun:04:15", "04:00-05:00", "sunday:04:00-sunday:05:00", "sun:04:00-tue:05:00"}
		},
	}
}

// apart says that a daily and a weekly window do not overlap.
func apart(daily, weekly any) bool {
	from, to, _ := strings.Cut(textOf(daily), "-")
	begin, _ := minutesOf(from)
	end, _ := minutesOf(to)
	at, length, _ := weekMinutes(weekly)
	for minute := at; minute < at+length; minute++ {
		clock := minute % (24 * 60)
		if begin <= end && clock >= begin && clock < end || begin > end && (clock >= begin || clock < end) {
			return false
		}
	}
	return true
}

var dataRelations = []relation{
	{
		resourceType: "aws:rds/instance:Instance", says: "the backup window and the maintenance window do not overlap",
		source:   "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithAutomatedBackups.BackupWindow.html",
		concerns: func(in map[string]any) bool { return present(in, "backupWindow", "maintenanceWindow") == 2 },
		holds:    func(in map[string]any) bool { return apart(in["backupWindow"], in["maintenanceWindow"]) },
		breaks: func(in map[string]any) {
			in["maintenanceWindow"] = "sun:" + textOf(in["backupWindow"])[:5] + "-sun:23:59"
		},
	},
	{
		resourceType: "aws:elasticache/replicationGroup:ReplicationGroup", says: "the snapshot window and the maintenance window do not overlap",
		source:   "https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups-automatic.html",
		concerns: func(in map[string]any) bool { return present(in, "snapshotWindow", "maintenanceWindow") == 2 },
		holds:    func(in map[string]any) bool { return apart(in["snapshotWindow"], in["maintenanceWindow"]) },
		breaks:   func(in map[string]any) { in["snapshotWindow"] = "00:00-23:59" },
	},
	{
		resourceType: "aws:rds/instance:Instance", says: "storage autoscaling may grow by 10 % at least",
		source:   "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIOPS.Autoscaling.html",
		concerns: func(in map[string]any) bool { return present(in, "allocatedStorage", "maxAllocatedStorage") == 2 },
		holds: func(in map[string]any) bool {
			now, _ := number(in["allocatedStorage"])
			most, _ := number(in["maxAllocatedStorage"])
			return most >= now*1.1
		},
		breaks: func(in map[string]any) { in["maxAllocatedStorage"] = in["allocatedStorage"] },
	},
	{
		resourceType: "aws:rds/instance:Instance", says: "enhanced monitoring needs its role, and the role an interval",
		source: "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html",
		holds: func(in map[string]any) bool {
			interval, _ := number(in["monitoringInterval"])
			return (interval > 0) == (in["monitoringRoleArn"] != nil)
		},
		breaks: func(in map[string]any) { delete(in, "monitoringRoleArn") },
	},
	{
		resourceType: "aws:rds/instance:Instance", says: "gp3 of PostgreSQL takes iops and throughput from 400 GiB on",
		source: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html",
		holds: func(in map[string]any) bool {
			size, _ := number(in["allocatedStorage"])
			return size >= 400 || present(in, "iops", "storageThroughput") == 0
		},
		breaks: func(in map[string]any) { in["iops"], in["allocatedStorage"] = 12000.0, 100.0 },
	},
	{
		resourceType: "aws:rds/instance:Instance", says: "a password is either the program's or RDS's",
		source: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html",
		holds: func(in map[string]any) bool {
			return !(in["manageMasterUserPassword"] == true && present(in, "password", "passwordWo") > 0)
		},
		breaks: func(in map[string]any) { in["manageMasterUserPassword"], in["password"] = true, "x" },
	},
	{
		resourceType: "aws:rds/instance:Instance", says: "RDS manages no password of a replica, nor of an instance that has one",
		source:   "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html",
		concerns: func(in map[string]any) bool { return in["replicateSourceDb"] != nil },
		holds: func(in map[string]any) bool {
			return present(in, "manageMasterUserPassword", "password", "username", "dbName", "allocatedStorage") == 0
		},
		breaks: func(in map[string]any) { in["username"] = "someone" },
	},
	{
		resourceType: "aws:rds/instance:Instance", says: "deleting it leaves a final snapshot with a name, or none",
		source: "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBInstance.html",
		holds: func(in map[string]any) bool {
			return (in["skipFinalSnapshot"] == true) != (in["finalSnapshotIdentifier"] != nil)
		},
		breaks: func(in map[string]any) {
			if in["skipFinalSnapshot"] == true {
				in["skipFinalSnapshot"] = false
			} else {
				delete(in, "finalSnapshotIdentifier")
			}
		},
	},
	{
		resourceType: "aws:elasticache/replicationGroup:ReplicationGroup", says: "Multi-AZ and automatic failover need a replica, and Multi-AZ failover",
		source: "https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/AutoFailover.html",
		holds: func(in map[string]any) bool {
			nodes, _ := number(in["numCacheClusters"])
			multi, failover := in["multiAzEnabled"] == true, in["automaticFailoverEnabled"] == true
			return (!failover || nodes >= 2) && (!multi || failover)
		},
		breaks: func(in map[string]any) {
			in["numCacheClusters"], in["multiAzEnabled"], in["automaticFailoverEnabled"] = 1.0, true, true
		},
	},
	{
		resourceType: "aws:elasticache/replicationGroup:ReplicationGroup", says: "users and passwords need encryption in transit",
		source: "https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Clusters.RBAC.html",
		holds: func(in map[string]any) bool {
			return present(in, "userGroupIds", "authToken") == 0 || in["transitEncryptionEnabled"] == true
		},
		breaks: func(in map[string]any) { in["userGroupIds"], in["transitEncryptionEnabled"] = []any{"group"}, false },
	},
	{
		resourceType: "aws:elasticache/user:User", says: "a user with IAM has the same id and name, in lower case",
		source:   "https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth-iam.html",
		concerns: func(in map[string]any) bool { return len(places(in, "authenticationMode.type")) == 1 },
		holds: func(in map[string]any) bool {
			return in["userId"] == in["userName"] && strings.ToLower(textOf(in["userName"])) == in["userName"]
		},
		breaks: func(in map[string]any) { in["userName"] = "Somebody" },
	},
	{
		resourceType: "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", says: "objects go to colder classes in order, to IA after 30 days at least and out of it 30 days later, and expire last",
		source: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html",
		holds:  transitionsAscend, breaks: func(in map[string]any) {
			rule := in["rules"].([]any)[0].(map[string]any)
			rule["transitions"] = []any{map[string]any{"storageClass": "STANDARD_IA", "days": 29.0}}
		},
	},
	{
		resourceType: "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", says: "delete markers do not expire by a rule with days",
		source: "https://docs.aws.amazon.com/AmazonS3/latest/API/API_LifecycleExpiration.html",
		holds: func(in map[string]any) bool {
			for _, at := range places(in, "rules[].expiration") {
				if present(at.value.(map[string]any), "days", "date", "expiredObjectDeleteMarker") > 1 {
					return false
				}
			}
			return true
		},
		breaks: func(in map[string]any) {
			in["rules"].([]any)[0].(map[string]any)["expiration"] = map[string]any{"days": 30.0, "expiredObjectDeleteMarker": true}
		},
	},
	{
		resourceType: "aws:s3/bucketReplicationConfig:BucketReplicationConfig", says: "copies of encrypted objects name the key of the copies; replication time needs metrics",
		source: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-config-for-kms-objects.html",
		holds: func(in map[string]any) bool {
			for _, at := range places(in, "rules[]") {
				rule := at.value.(map[string]any)
				encrypted := len(places(rule, "sourceSelectionCriteria.sseKmsEncryptedObjects.status")) > 0
				if encrypted && len(placesOf(rule, "destination", "encryptionConfiguration")) == 0 {
					return false
				}
				if len(places(rule, "destination.replicationTime.status")) > len(places(rule, "destination.metrics.status")) {
					return false
				}
			}
			return true
		},
		breaks: func(in map[string]any) {
			delete(places(in, "rules[].destination")[0].value.(map[string]any), "encryptionConfiguration")
		},
	},
	{
		resourceType: "aws:s3/bucket:Bucket", says: "a bucket's name has no two dots in a row, no prefix or suffix that AWS keeps, and is no IP address",
		source: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html",
		holds: func(in map[string]any) bool {
			name := textOf(in["bucket"])
			return !regexp.MustCompile(`\.\.|^xn--|^sthree-|^amzn-s3-demo-|-s3alias$|--ol-s3$|\.mrap$|--x-s3$|--table-s3$|^\d+\.\d+\.\d+\.\d+$`).MatchString(name)
		},
		breaks: func(in map[string]any) { in["bucket"] = "xn--bucket" },
	},
	{
		resourceType: "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration", says: "a key is named for aws:kms alone",
		source: "https://docs.aws.amazon.com/AmazonS3/latest/API/API_ServerSideEncryptionByDefault.html",
		holds: func(in map[string]any) bool {
			for _, at := range places(in, "rules[].applyServerSideEncryptionByDefault") {
				by := at.value.(map[string]any)
				if by["kmsMasterKeyId"] != nil && !strings.HasPrefix(textOf(by["sseAlgorithm"]), "aws:kms") {
					return false
				}
			}
			return true
		},
		breaks: func(in map[string]any) {
			by := places(in, "rules[].applyServerSideEncryptionByDefault")[0].value.(map[string]any)
			by["kmsMasterKeyId"], by["sseAlgorithm"] = "key", "AES256"
		},
	},
	{
		resourceType: "aws:kms/key:Key", says: "a period of rotation needs rotation",
		source: "https://docs.aws.amazon.com/kms/latest/APIReference/API_EnableKeyRotation.html",
		holds: func(in map[string]any) bool {
			return in["rotationPeriodInDays"] == nil || in["enableKeyRotation"] == true
		},
		breaks: func(in map[string]any) { in["enableKeyRotation"] = false },
	},
	{
		resourceType: "aws:secretsmanager/secret:Secret", says: "a secret's name does not end in a hyphen and six characters, as ARNs do",
		source: "https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html",
		holds: func(in map[string]any) bool {
			return !regexp.MustCompile(`-[A-Za-z0-9]{6}$`).MatchString(textOf(in["name"]))
		},
		breaks: func(in map[string]any) { in["name"] = "careconnect/key-AbCdEf" },
	},
	{
		resourceType: "aws:backup/vaultLockConfiguration:VaultLockConfiguration", says: "the least retention is not above the most",
		source: "https://docs.aws.amazon.com/aws-backup/latest/devguide/API_PutBackupVaultLockConfiguration.html",
		holds: func(in map[string]any) bool {
			least, _ := number(in["minRetentionDays"])
			most, _ := number(in["maxRetentionDays"])
			return least <= most
		},
		breaks: func(in map[string]any) { in["maxRetentionDays"] = 1.0 },
	},
	{
		resourceType: "aws:backup/plan:Plan", says: "what goes to cold storage stays there for 90 days",
		source: "https://docs.aws.amazon.com/aws-backup/latest/devguide/API_Lifecycle.html",
		holds: func(in map[string]any) bool {
			for _, at := range slices.Concat(places(in, "rules[].lifecycle"), places(in, "rules[].copyActions[].lifecycle")) {
				lifecycle := at.value.(map[string]any)
				cold, ok := number(lifecycle["coldStorageAfter"])
				gone, ends := number(lifecycle["deleteAfter"])
				if ok && ends && gone < cold+90 {
					return false
				}
			}
			return true
		},
		breaks: func(in map[string]any) {
			lifecycle := places(in, "rules[].lifecycle")[0].value.(map[string]any)
			lifecycle["coldStorageAfter"], lifecycle["deleteAfter"] = 30.0, 119.0
		},
	},
	{
		resourceType: "aws:backup/plan:Plan", says: "a backup is given as long as its start window and an hour more, at least",
		source: "https://docs.aws.amazon.com/aws-backup/latest/devguide/API_BackupRuleInput.html",
		holds: func(in map[string]any) bool {
			for _, at := range places(in, "rules[]") {
				start, ok := number(at.value.(map[string]any)["startWindow"])
				whole, ok2 := number(at.value.(map[string]any)["completionWindow"])
				if ok && ok2 && whole < start+60 {
					return false
				}
			}
			return true
		},
		breaks: func(in map[string]any) { places(in, "rules[]")[0].value.(map[string]any)["completionWindow"] = 60.0 },
	},
}

// placesOf is what an object in an object is, whatever is known of it.
func placesOf(in map[string]any, outer, inner string) []any {
	object, _ := in[outer].(map[string]any)
	if object[inner] == nil {
		return nil
	}
	return []any{object[inner]}
}

// transitionsAscend judges the transitions of current and of earlier versions alike.
func transitionsAscend(in map[string]any) bool {
	for _, at := range places(in, "rules[]") {
		rule := at.value.(map[string]any)
		if !ascend(rule["transitions"], "days", place0(rule, "expiration.days")) ||
			!ascend(rule["noncurrentVersionTransitions"], "noncurrentDays", place0(rule, "noncurrentVersionExpiration.noncurrentDays")) {
			return false
		}
	}
	return true
}

func place0(in map[string]any, path string) any {
	if found := places(in, path); len(found) > 0 {
		return found[0].value
	}
	return nil
}

func ascend(transitions any, key string, expires any) bool {
	colder := []string{"STANDARD_IA", "INTELLIGENT_TIERING", "ONEZONE_IA", "GLACIER_IR", "GLACIER", "DEEP_ARCHIVE"}
	class, days, infrequent := -1, -1.0, false
	list, _ := transitions.([]any)
	ordered := slices.Clone(list)
	slices.SortFunc(ordered, func(a, b any) int {
		x, _ := number(a.(map[string]any)[key])
		y, _ := number(b.(map[string]any)[key])
		return int(x - y)
	})
	for _, element := range ordered {
		transition := element.(map[string]any)
		at, _ := number(transition[key])
		next := slices.Index(colder, textOf(transition["storageClass"]))
		wait := 1.0
		if infrequent {
			wait = 30
		}
		if next <= class || days >= 0 && at < days+wait {
			return false
		}
		infrequent = next == 0 || next == 2
		if infrequent && at < 30 {
			return false
		}
		class, days = next, at
	}
	end, ok := number(expires)
	return !ok || end > days
}

// textOf returns a text as it is, and any other value as JSON.
func textOf(v any) string {
	if s, ok := v.(string); ok {
		return s
	}
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(text)
}

var dataQuotas = []quota{
	{resourceType: "aws:rds/instance:Instance", most: 40, source: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Limits.html"},
	{resourceType: "aws:rds/parameterGroup:ParameterGroup", most: 50, source: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Limits.html"},
	{resourceType: "aws:rds/subnetGroup:SubnetGroup", most: 50, source: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Limits.html"},
	{resourceType: "aws:rds/eventSubscription:EventSubscription", most: 20, source: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Limits.html"},
	{resourceType: "aws:elasticache/parameterGroup:ParameterGroup", most: 150, source: "https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/quota-limits.html"},
	{resourceType: "aws:elasticache/subnetGroup:SubnetGroup", most: 150, source: "https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/quota-limits.html"},
	{resourceType: "aws:backup/vault:Vault", most: 100, source: "https://docs.aws.amazon.com/aws-backup/latest/devguide/aws-backup-limits.html"},
	{resourceType: "aws:backup/plan:Plan", most: 100, source: "https://docs.aws.amazon.com/aws-backup/latest/devguide/aws-backup-limits.html"},
	{resourceType: "aws:backup/restoreTestingPlan:RestoreTestingPlan", most: 100, source: "https://docs.aws.amazon.com/aws-backup/latest/devguide/aws-backup-limits.html"},
	{resourceType: "aws:backup/restoreTestingSelection:RestoreTestingSelection", per: "restoreTestingPlanName", most: 30, source: "https://docs.aws.amazon.com/aws-backup/latest/devguide/aws-backup-limits.html"},
	{resourceType: "aws:kms/alias:Alias", per: "targetKeyId", most: 50, source: "https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html"},
	{resourceType: "aws:s3/bucketPolicy:BucketPolicy", per: "bucket", most: 1, source: "https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html"},
	{resourceType: "aws:s3/bucketNotification:BucketNotification", per: "bucket", most: 1, source: "https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketNotificationConfiguration.html"},
}
