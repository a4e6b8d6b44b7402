package backup

import (
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/backup"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// newSelection chooses what the plan backs up: whatever carries the tag or is named. AWS Backup tries the role when a
// selection is created.
func (c *Backup) newSelection(ctx *pulumi.Context, args *Args, plan *backup.Plan) error {
	jobs, err := c.newRole(ctx, "job", "Makes backups", toBackUp)
	if err != nil {
		return err
	}
	c.JobRoleArn = jobs.Arn
	_, err = backup.NewSelection(ctx, c.name+"-selection", &backup.SelectionArgs{
		PlanId:     plan.ID(),
		IamRoleArn: jobs.Arn,
		SelectionTags: backup.SelectionSelectionTagArray{backup.SelectionSelectionTagArgs{
			Type:  pulumi.String("STRINGEQUALS"),
			Key:   pulumi.String(TagKey),
			Value: pulumi.String(args.VaultName),
		}},
		Resources: args.Plan.Resources,
	}, pulumi.Parent(c), pulumi.DependsOn(jobs.may))
	return err
}
