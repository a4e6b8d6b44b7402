package backup

import (
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/backup"
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/rds"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// restoreTestCron is every Sunday, after the weekly backup, and every Wednesday, in UTC. A CloudWatch alarm looks back seven
// days at most, so tests seven days apart, each of which may start within eight hours, could not be missed reliably.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html (EvaluationPeriods)
const restoreTestCron = "cron(0 12 ? * SUN,WED *)"

// newRestoreTest restores backups of this vault and of the others that are named twice a week: at random, so that in time
// old ones are tried too. AWS Backup deletes what it restored once the test is over. The name of the test is the vault's,
// written as AWS allows it.
// https://docs.aws.amazon.com/aws-backup/latest/devguide/restore-testing.html
func (c *Backup) newRestoreTest(ctx *pulumi.Context, args *Args, restore role) error {
	plan, err := backup.NewRestoreTestingPlan(ctx, c.name+"-restore-test", &backup.RestoreTestingPlanArgs{
		Name:                       pulumi.String(strings.ReplaceAll(args.VaultName, "-", "_")),
		ScheduleExpression:         pulumi.String(restoreTestCron),
		ScheduleExpressionTimezone: pulumi.String("Etc/UTC"),
		StartWindowHours:           pulumi.Int(8),
		RecoveryPointSelection: backup.RestoreTestingPlanRecoveryPointSelectionArgs{
			Algorithm:           pulumi.String("RANDOM_WITHIN_WINDOW"),
			IncludeVaults:       append(pulumi.StringArray{c.vault.Arn}, args.Plan.RestoreTest.OtherVaultArns...),
			RecoveryPointTypes:  pulumi.ToStringArray([]string{"SNAPSHOT"}),
			SelectionWindowDays: pulumi.Int(daily.days),
		},
	}, pulumi.Parent(c))
	if err != nil {
		return err
	}
	overrides, err := c.newQuarantine(ctx, args.Plan.RestoreTest)
	if err != nil {
		return err
	}
	if err := c.newRestoreTestOf(ctx, "RDS", plan, restore, overrides); err != nil || !args.Plan.RestoreTest.Buckets {
		return err
	}
	return c.newRestoreTestOf(ctx, "S3", plan, restore, pulumi.StringMap{
		"encryptionType": pulumi.String("SSE-KMS"),
		"kmsKey":         args.KeyArn,
	})
}

// types of resources whose backups are tested.
func (t *RestoreTest) types() []string {
	if t.Buckets {
		return []string{"RDS", "S3"}
	}
	return []string{"RDS"}
}

// newRestoreTestOf tests every backup of a type there is in the vault.
func (c *Backup) newRestoreTestOf(
	ctx *pulumi.Context, typ string, plan *backup.RestoreTestingPlan, restore role, overrides pulumi.StringMap,
) error {
	logical := c.name + "-restore-test-" + strings.ToLower(typ)
	_, err := backup.NewRestoreTestingSelection(ctx, logical, &backup.RestoreTestingSelectionArgs{
		Name:                     pulumi.String(typ),
		RestoreTestingPlanName:   plan.Name,
		ProtectedResourceType:    pulumi.String(typ),
		ProtectedResourceArns:    pulumi.ToStringArray([]string{"*"}),
		IamRoleArn:               restore.Arn,
		RestoreMetadataOverrides: overrides,
	}, pulumi.Parent(c), pulumi.DependsOn(restore.may))
	return err
}

// newQuarantine is where restored databases go, instead of the default network that AWS Backup would choose: into
// isolated subnets, behind a security group without a rule.
// https://docs.aws.amazon.com/aws-backup/latest/devguide/restore-testing-inferred-metadata.html
func (c *Backup) newQuarantine(ctx *pulumi.Context, test *RestoreTest) (pulumi.StringMap, error) {
	subnets, err := rds.NewSubnetGroup(ctx, c.name+"-restore-test-subnets", &rds.SubnetGroupArgs{
		Description: pulumi.String("Isolated subnets of restored databases"),
		SubnetIds:   test.SubnetIDs,
	}, pulumi.Parent(c))
	if err != nil {
		return nil, err
	}
	logical := c.name + "-restore-test-quarantine"
	quarantine, err := ec2.NewSecurityGroup(ctx, logical, &ec2.SecurityGroupArgs{
		Description:         pulumi.String("Restored databases: nobody in, nobody out"),
		VpcId:               test.VpcID,
		RevokeRulesOnDelete: pulumi.Bool(true),
		Tags:                pulumi.StringMap{"Name": pulumi.String(logical)},
	}, pulumi.Parent(c))
	if err != nil {
		return nil, err
	}
	return pulumi.StringMap{
		"dbSubnetGroupName":   subnets.Name,
		"multiAz":             pulumi.String("false"),
		"publiclyAccessible":  pulumi.String("false"),
		"vpcSecurityGroupIds": pulumi.Sprintf(`["%s"]`, quarantine.ID()),
	}, nil
}
