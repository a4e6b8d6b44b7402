package backup

import (
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
	// The event of a restore names no vault, but the role, which is this component's.
	return c.newAlarm(ctx, args, "restore-failed", "A restore failed", "Restore Job State Change", pulumi.Map{
		"iamRoleArn": pulumi.Array{restore.Arn},
		"status":     pulumi.ToStringArray([]string{"ABORTED", "FAILED"}),
	})
}

func (c *Backup) newAlarm(ctx *pulumi.Context, args *Args, what, says, event string, detail pulumi.Map) error {
	rule, err := cloudwatch.NewEventRule(ctx, c.name+"-"+what, &cloudwatch.EventRuleArgs{
		Description: pulumi.String(notice.Note{Severity: notice.Notice, Runbook: what}.Describe(says + ".")),
		EventPattern: pulumi.JSONMarshal(pulumi.Map{
			"source":      pulumi.ToStringArray([]string{"aws.backup"}),
			"detail-type": pulumi.ToStringArray([]string{event}),
			"detail":      detail,
		}),
	}, pulumi.Parent(c))
	if err != nil {
		return err
	}
	_, err = cloudwatch.NewEventTarget(ctx, c.name+"-"+what+"-alarm", &cloudwatch.EventTargetArgs{
		Rule: rule.Name,
		Arn:  args.AlarmTopicArn,
	}, pulumi.Parent(c))
	return err
}
