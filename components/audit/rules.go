package audit

import (
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/untyped"
)

// regionalRules are rules that AWS Config manages and evaluates against what is really in the region, made by this
// program, by hand or by AWS. They are those of AWS's conformance pack for HIPAA that every stack satisfies, be its data
// synthetic or PHI: a rule that is always red somewhere teaches people to look away. What is there besides the stacks may
// not satisfy them: the two on VPCs are red until somebody deletes the default VPC that AWS made in the region, which is a
// step before the first deployment (docs/operations.md). None takes an argument, because AWS's defaults are the pack's.
// https://docs.aws.amazon.com/config/latest/developerguide/operational-best-practices-for-hipaa_security.html
var regionalRules = []string{
	"BACKUP_RECOVERY_POINT_ENCRYPTED",
	"BACKUP_RECOVERY_POINT_MANUAL_DELETION_DISABLED",
	"CLOUD_TRAIL_ENCRYPTION_ENABLED",
	"CLOUD_TRAIL_LOG_FILE_VALIDATION_ENABLED",
	"DB_INSTANCE_BACKUP_ENABLED",
	"EBS_SNAPSHOT_PUBLIC_RESTORABLE_CHECK",
	"EC2_EBS_ENCRYPTION_BY_DEFAULT",
	"EC2_IMDSV2_CHECK",
	"ECS_CONTAINERS_READONLY_ACCESS",
	"ELB_LOGGING_ENABLED",
	"ENCRYPTED_VOLUMES",
	"GUARDDUTY_ENABLED_CENTRALIZED",
	"INCOMING_SSH_DISABLED",
	"KMS_CMK_NOT_SCHEDULED_FOR_DELETION",
	"LAMBDA_FUNCTION_PUBLIC_ACCESS_PROHIBITED",
	"MULTI_REGION_CLOUD_TRAIL_ENABLED",
	"RDS_INSTANCE_PUBLIC_ACCESS_CHECK",
	"RDS_LOGGING_ENABLED",
	"RDS_SNAPSHOTS_PUBLIC_PROHIBITED",
	"RDS_STORAGE_ENCRYPTED",
	"S3_BUCKET_PUBLIC_READ_PROHIBITED",
	"S3_BUCKET_PUBLIC_WRITE_PROHIBITED",
	"S3_BUCKET_SSL_REQUESTS_ONLY",
	"S3_BUCKET_VERSIONING_ENABLED",
	"SECRETSMANAGER_USING_CMK",
	"SECURITYHUB_ENABLED",
	"SNS_ENCRYPTED_KMS",
	"VPC_DEFAULT_SECURITY_GROUP_CLOSED",
	"VPC_FLOW_LOGS_ENABLED",
}

// globalRules watch what belongs to the account and to no region, where that is recorded.
var globalRules = []string{
	"IAM_NO_INLINE_POLICY_CHECK",
	"IAM_PASSWORD_POLICY",
	"IAM_POLICY_NO_STATEMENTS_WITH_ADMIN_ACCESS",
	"IAM_ROOT_ACCESS_KEY_CHECK",
	"MFA_ENABLED_FOR_IAM_CONSOLE_ACCESS",
	"ROOT_ACCOUNT_MFA_ENABLED",
	"S3_ACCOUNT_LEVEL_PUBLIC_ACCESS_BLOCKS_PERIODIC",
}

// newRules makes the rules once AWS Config records: it refuses them before.
func (c *Audit) newRules(ctx *pulumi.Context, config *Config) error {
	identifiers := regionalRules
	if config.GlobalTypes {
		identifiers = slices.Concat(regionalRules, globalRules)
	}
	for _, identifier := range identifiers {
		logical := c.name + "-rule-" + strings.ToLower(strings.ReplaceAll(identifier, "_", "-"))
		err := untyped.Register(ctx, "aws:cfg/rule:Rule", logical, pulumi.Map{
			"source": pulumi.Map{"owner": pulumi.String("AWS"), "sourceIdentifier": pulumi.String(identifier)},
		}, &untyped.Resource{}, pulumi.Parent(c), pulumi.DependsOn(c.recording))
		if err != nil {
			return err
		}
	}
	return nil
}
