package backup

import (
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/backup"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// A schedule of backups. The hours (UTC) keep clear of each other, since a database can make only one backup at a time,
// and of the windows that databases have for their own backups and maintenance, from 03:00 to 05:00 in the stacks here.
type schedule struct {
	name string
	cron string
	days int  // kept
	cold bool // moved to cold storage after coldAfterDays, where the type has any
}

var (
	daily   = schedule{name: "daily", cron: "cron(0 6 * * ? *)", days: 35}
	weekly  = schedule{name: "weekly", cron: "cron(0 8 ? * SUN *)", days: 90}
	monthly = schedule{name: "monthly", cron: "cron(0 10 1 * ? *)", days: 2557, cold: true}
)

const coldAfterDays = 90

// A backup starts within an hour of its schedule and then has a week, for the first one of a large bucket.
const (
	startMinutes    = 60
	completeMinutes = 7 * 24 * 60
)

// newPlan backs up what is chosen, and tests it.
func (c *Backup) newPlan(ctx *pulumi.Context, args *Args, restore role) error {
	var rules backup.PlanRuleArray
	for _, s := range []schedule{daily, weekly, monthly} {
		rules = append(rules, c.rule(s, args.Plan.CopyToVaultArn))
	}
	plan, err := backup.NewPlan(ctx, c.name+"-plan", &backup.PlanArgs{Rules: rules}, pulumi.Parent(c))
	if err != nil {
		return err
	}
	c.PlanID = plan.ID().ToStringOutput()
	if err := c.newSelection(ctx, args, plan); err != nil || args.Plan.RestoreTest == nil {
		return err
	}
	return c.newRestoreTest(ctx, args, restore)
}

// rule of the plan. A copy is kept as long as what it was made of.
func (c *Backup) rule(s schedule, copyTo pulumi.StringInput) backup.PlanRuleArgs {
	lifecycle := backup.PlanRuleLifecycleArgs{DeleteAfter: pulumi.Int(s.days)}
	if s.cold {
		lifecycle.ColdStorageAfter = pulumi.Int(coldAfterDays)
		lifecycle.OptInToArchiveForSupportedResources = pulumi.Bool(true)
	}
	rule := backup.PlanRuleArgs{
		RuleName:         pulumi.String(s.name),
		TargetVaultName:  c.vault.Name,
		Schedule:         pulumi.String(s.cron),
		StartWindow:      pulumi.Int(startMinutes),
		CompletionWindow: pulumi.Int(completeMinutes),
		Lifecycle:        lifecycle,
	}
	if copyTo != nil {
		rule.CopyActions = backup.PlanRuleCopyActionArray{backup.PlanRuleCopyActionArgs{
			DestinationVaultArn: copyTo,
			Lifecycle:           backup.PlanRuleCopyActionLifecycleArgs(lifecycle),
		}}
	}
	return rule
}
