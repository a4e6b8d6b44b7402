package backup

import (
	"fmt"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/cloudwatch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/notice"
)

// newAlarms tells the topic of jobs that failed, by EventBridge: the vault's own notifications have no event for a
// backup that failed any more, only for one that ended somehow. Each pattern is of this vault's jobs alone, as other
// stacks of the account have theirs.
// https://docs.aws.amazon.com/aws-backup/latest/devguide/eventbridge.html
func (c *Backup) newAlarms(ctx *pulumi.Context, args *Args, restore role) error {
	if args.Plan != nil {
		err := c.newAlarm(ctx, args, "backup-failed", "A backup failed", "Backup Job State Change", pulumi.Map{
			"backupVaultArn": pulumi.Array{c.vault.Arn},
			"state":          pulumi.ToStringArray([]string{"ABORTED", "EXPIRED", "FAILED"}),
		})
		if err != nil {
			return err
		}
		if args.Plan.CopyToVaultArn != nil {
			err := c.newAlarm(ctx, args, "copy-failed", "A copy to another region failed", "Copy Job State Change", pulumi.Map{
				"sourceBackupVaultArn": pulumi.Array{c.vault.Arn},
				"state":                pulumi.ToStringArray([]string{"FAILED"}),
			})
			if err != nil {
				return err
			}
		}
	}
	if err := c.newMissingRestoreAlarms(ctx, args, restore); err != nil {
		return err
	}
	// The event of a restore names no vault, but the role, which is this component's.
	return c.newAlarm(ctx, args, "restore-failed", "A restore failed", "Restore Job State Change", pulumi.Map{
		"iamRoleArn": pulumi.Array{restore.Arn},
		"status":     pulumi.ToStringArray([]string{"ABORTED", "FAILED"}),
	})
}

// missedRestoreDays is how many days may pass without a restore test that ended well: Sunday to Wednesday to Sunday are four
// days at most, plus eight hours to start, plus the restore itself.
const missedRestoreDays = 6

// newMissingRestoreAlarms notices tests that do not happen at all: no failure is reported where nothing was tried. For each
// type that is tested, a rule counts the restores by this component's role that completed (EventBridge's metric
// TriggeredRules), and an alarm goes off where there were none.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html
func (c *Backup) newMissingRestoreAlarms(ctx *pulumi.Context, args *Args, restore role) error {
	if args.Plan == nil || args.Plan.RestoreTest == nil {
		return nil
	}
	for _, typ := range args.Plan.RestoreTest.types() {
		logical := c.name + "-restore-test-" + strings.ToLower(typ) + "-passed"
		rule, err := c.newRule(ctx, logical, "A restore of a backup of type "+typ+" completed. Counted by the alarm "+logical+"-missing.", "Restore Job State Change", pulumi.Map{
			"iamRoleArn":   pulumi.Array{restore.Arn},
			"resourceType": pulumi.ToStringArray([]string{typ}),
			"status":       pulumi.ToStringArray([]string{"COMPLETED"}),
		})
		if err != nil {
			return err
		}
		_, err = cloudwatch.NewMetricAlarm(ctx, logical+"-missing", &cloudwatch.MetricAlarmArgs{
			AlarmDescription: pulumi.String(notice.Note{Severity: notice.Notice, Runbook: "restore-test-missing"}.Describe(
				fmt.Sprintf("No backup of type %s was restored for %d days.", typ, missedRestoreDays))),
			Namespace:          pulumi.String("AWS/Events"),
			MetricName:         pulumi.String("TriggeredRules"),
			Dimensions:         pulumi.StringMap{"RuleName": rule.Name},
			Statistic:          pulumi.String("Sum"),
			Period:             pulumi.Int(24 * 60 * 60),
			EvaluationPeriods:  pulumi.Int(missedRestoreDays),
			ComparisonOperator: pulumi.String("LessThanThreshold"),
			Threshold:          pulumi.Float64(1),
			TreatMissingData:   pulumi.String("breaching"),
			AlarmActions:       pulumi.Array{args.AlarmTopicArn},
			OkActions:          pulumi.Array{args.AlarmTopicArn},
		}, pulumi.Parent(c))
		if err != nil {
			return err
		}
	}
	return nil
}

func (c *Backup) newAlarm(ctx *pulumi.Context, args *Args, what, says, event string, detail pulumi.Map) error {
	rule, err := c.newRule(ctx, c.name+"-"+what, notice.Note{Severity: notice.Notice, Runbook: what}.Describe(says+"."), event, detail)
	if err != nil {
		return err
	}
	_, err = cloudwatch.NewEventTarget(ctx, c.name+"-"+what+"-alarm", &cloudwatch.EventTargetArgs{
		Rule: rule.Name,
		Arn:  args.AlarmTopicArn,
	}, pulumi.Parent(c))
	return err
}

// newRule matches events of AWS Backup.
func (c *Backup) newRule(ctx *pulumi.Context, logical, says, event string, detail pulumi.Map) (*cloudwatch.EventRule, error) {
	return cloudwatch.NewEventRule(ctx, logical, &cloudwatch.EventRuleArgs{
		Description: pulumi.String(says),
		EventPattern: pulumi.JSONMarshal(pulumi.Map{
			"source":      pulumi.ToStringArray([]string{"aws.backup"}),
			"detail-type": pulumi.ToStringArray([]string{event}),
			"detail":      detail,
		}),
	}, pulumi.Parent(c))
}
