package audit_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/carebase/carebase/components/audit"
	"github.com/carebase/carebase/componenttest"
)

func TestRecorderRecordsEverythingOnce(t *testing.T) {
	for _, global := range []bool{true, false} {
		g := planned(t, changed(func(a *audit.Args) { a.Config.GlobalTypes = global }))
		assert.Equal(t, map[string]any{"allSupported": true, "includeGlobalResourceTypes": global},
			componenttest.Input(t, componenttest.Find(t, g, recorderType, "audit-config-recorder"), "recordingGroup"))
	}
}

func TestRecorderHasTheServiceLinkedRole(t *testing.T) {
	g := planned(t, production())
	linked := componenttest.Find(t, g, linkedType, "audit-config-role")
	assert.Equal(t, "config.amazonaws.com", componenttest.Input(t, linked, "awsServiceName"))
	assert.Equal(t, "${audit-config-role.arn}",
		componenttest.Input(t, componenttest.Find(t, g, recorderType, "audit-config-recorder"), "roleArn"))

	g = planned(t, changed(func(a *audit.Args) { a.Config.ServiceLinkedRole = false }))
	assert.Equal(t, "arn:aws:iam::123456789012:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig",
		componenttest.Input(t, componenttest.Find(t, g, recorderType, "audit-config-recorder"), "roleArn"))
}

func TestHistoryIsDeliveredEncrypted(t *testing.T) {
	g := planned(t, production())
	delivery := componenttest.Find(t, g, deliveryType, "audit-config-delivery")
	assert.Equal(t, "careconnect-prod-logs", componenttest.Input(t, delivery, "s3BucketName"))
	assert.Equal(t, logsKey, componenttest.Input(t, delivery, "s3KmsKeyArn"))
	assert.Nil(t, componenttest.Input(t, delivery, "s3KeyPrefix"), "the bucket admits AWSLogs/<account>/Config/")
	assert.Equal(t, "TwentyFour_Hours", componenttest.Input(t, delivery, "snapshotDeliveryProperties.deliveryFrequency"))
	assert.Contains(t, delivery.Dependencies, componenttest.Find(t, g, recorderType, "audit-config-recorder").URN)

	recording := componenttest.Find(t, g, recordingType, "audit-config-recording")
	assert.Equal(t, true, componenttest.Input(t, recording, "isEnabled"))
	assert.Equal(t, "${audit-config-recorder.name}", componenttest.Input(t, recording, "name"))
	assert.Contains(t, recording.Dependencies, delivery.URN, "a recorder without delivery does not start")
}

func TestRules(t *testing.T) {
	g := planned(t, production())
	recording := componenttest.Find(t, g, recordingType, "audit-config-recording")
	var identifiers []string
	for _, rule := range g.OfType(ruleType) {
		identifier := componenttest.Input(t, rule, "source.sourceIdentifier").(string)
		identifiers = append(identifiers, identifier)
		assert.Equal(t, "audit-rule-"+strings.ToLower(strings.ReplaceAll(identifier, "_", "-")), rule.Name)
		assert.Equal(t, "AWS", componenttest.Input(t, rule, "source.owner"))
		assert.Nil(t, componenttest.Input(t, rule, "inputParameters"))
		assert.Contains(t, rule.Dependencies, recording.URN, "AWS Config refuses rules before it records")
	}
	slices.Sort(identifiers)
	assert.Equal(t, []string{
		"BACKUP_RECOVERY_POINT_ENCRYPTED", "BACKUP_RECOVERY_POINT_MANUAL_DELETION_DISABLED", "CLOUD_TRAIL_ENCRYPTION_ENABLED",
		"CLOUD_TRAIL_LOG_FILE_VALIDATION_ENABLED", "DB_INSTANCE_BACKUP_ENABLED", "EBS_SNAPSHOT_PUBLIC_RESTORABLE_CHECK",
		"EC2_EBS_ENCRYPTION_BY_DEFAULT", "EC2_IMDSV2_CHECK", "ECS_CONTAINERS_READONLY_ACCESS", "ELB_LOGGING_ENABLED",
		"ENCRYPTED_VOLUMES", "GUARDDUTY_ENABLED_CENTRALIZED", "IAM_NO_INLINE_POLICY_CHECK", "IAM_PASSWORD_POLICY",
		"IAM_POLICY_NO_STATEMENTS_WITH_ADMIN_ACCESS", "IAM_ROOT_ACCESS_KEY_CHECK", "INCOMING_SSH_DISABLED",
		"KMS_CMK_NOT_SCHEDULED_FOR_DELETION", "LAMBDA_FUNCTION_PUBLIC_ACCESS_PROHIBITED", "MFA_ENABLED_FOR_IAM_CONSOLE_ACCESS",
		"MULTI_REGION_CLOUD_TRAIL_ENABLED", "RDS_INSTANCE_PUBLIC_ACCESS_CHECK", "RDS_LOGGING_ENABLED",
		"RDS_SNAPSHOTS_PUBLIC_PROHIBITED", "RDS_STORAGE_ENCRYPTED", "ROOT_ACCOUNT_MFA_ENABLED",
		"S3_ACCOUNT_LEVEL_PUBLIC_ACCESS_BLOCKS_PERIODIC", "S3_BUCKET_PUBLIC_READ_PROHIBITED", "S3_BUCKET_PUBLIC_WRITE_PROHIBITED",
		"S3_BUCKET_SSL_REQUESTS_ONLY", "S3_BUCKET_VERSIONING_ENABLED", "SECRETSMANAGER_USING_CMK", "SECURITYHUB_ENABLED",
		"SNS_ENCRYPTED_KMS", "VPC_DEFAULT_SECURITY_GROUP_CLOSED", "VPC_FLOW_LOGS_ENABLED",
	}, identifiers)
}

// What belongs to no region is checked where it is recorded, and nowhere else.
func TestGlobalRules(t *testing.T) {
	identifiers := func(globalTypes bool) string {
		var found []string
		for _, rule := range planned(t, changed(func(a *audit.Args) { a.Config.GlobalTypes = globalTypes })).OfType(ruleType) {
			found = append(found, componenttest.Input(t, rule, "source.sourceIdentifier").(string))
		}
		return strings.Join(found, " ")
	}
	everywhere, once := identifiers(false), identifiers(true)
	assert.NotEmpty(t, everywhere)
	for _, global := range []string{"IAM", "MFA", "ROOT", "ACCOUNT_LEVEL"} {
		assert.NotContains(t, everywhere, global)
		assert.Contains(t, once, global, "no rule has the word, so its absence above shows nothing")
	}
}
