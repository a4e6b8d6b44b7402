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

// coldAfterDays is when cold storage begins; AWS Backup keeps nothing there for less than coldDays.
const (
	coldAfterDays = 90
	coldDays      = 90
)

// A backup starts within an hour of its schedule and then has a week, for the first one of a large bucket.
const (
	startMinutes    = 60
	completeMinutes = 7 * 24 * 60
)

// newPlan backs up what is chosen, and tests it.
func (c *Backup) newPlan(ctx *pulumi.Context, args *Args, restore role) error {
	var rules backup.PlanRuleArray
	for _, s := range []schedule{daily, weekly, monthly} {
		rules = append(rules, c.rule(s, args.Plan))
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

// rule of the plan. A copy is kept as long as what it was made of, or CopyDays where that is less.
func (c *Backup) rule(s schedule, plan *Plan) backup.PlanRuleArgs {
	rule := backup.PlanRuleArgs{
		RuleName:         pulumi.String(s.name),
		TargetVaultName:  c.vault.Name,
		Schedule:         pulumi.String(s.cron),
		StartWindow:      pulumi.Int(startMinutes),
		CompletionWindow: pulumi.Int(completeMinutes),
		Lifecycle:        s.lifecycle(),
	}
	if plan.CopyToVaultArn != nil {
		if plan.CopyDays != 0 {
			s.days = min(s.days, plan.CopyDays)
		}
		rule.CopyActions = backup.PlanRuleCopyActionArray{backup.PlanRuleCopyActionArgs{
			DestinationVaultArn: plan.CopyToVaultArn,
			Lifecycle:           backup.PlanRuleCopyActionLifecycleArgs(s.lifecycle()),
		}}
	}
	return rule
}

func (s schedule) lifecycle() backup.PlanRuleLifecycleArgs {
	lifecycle := backup.PlanRuleLifecycleArgs{DeleteAfter: pulumi.Int(s.days)}
	if s.cold && s.days >= coldAfterDays+coldDays {
		lifecycle.ColdStorageAfter = pulumi.Int(coldAfterDays)
		lifecycle.OptInToArchiveForSupportedResources = pulumi.Bool(true)
	}
	return lifecycle
}
