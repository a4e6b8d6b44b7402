package observability

import (
	"regexp"
	"slices"
	"strconv"

	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/budgets"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/arg"
	"github.com/carebase/carebase/components/limits"
)

// BudgetArgs shape a Budget.
type BudgetArgs struct {
	// Name of the budget in AWS, which is the subject of its mails: letters, digits, "_" and "-", 100 at most. Changing
	// it replaces the budget.
	Name string

	// MonthlyUSD is what a month may cost, in US dollars.
	MonthlyUSD int

	// AccountID of the account whose costs count. The account and the region of a cost are always known, unlike its tags:
	// these count only once somebody has activated them as cost allocation tags in the account that pays, and until then a
	// budget on a tag sees no cost at all.
	// https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/activating-tags.html
	AccountID string

	// Region whose costs count: set it for a second stack of an account. Without it the costs of the whole account count,
	// also those that belong to no region, and those that an intruder causes in another region.
	Region string

	// Emails are warned directly, ten at most.
	Emails []string

	// TopicArn is a topic of the same account that admits AWS Budgets (see Topic). Either this or Emails is needed.
	TopicArn pulumi.StringInput
}

// Budget watches what an account, or a region of it, costs in a month. It warns and stops nothing.
type Budget struct {
	pulumi.ResourceState

	Name pulumi.StringOutput `pulumi:"name"`
	Arn  pulumi.StringOutput `pulumi:"arn"`
}

var (
	budgetName   = regexp.MustCompile(`^[A-Za-z0-9_-]{1,100}$`)
	accountID    = regexp.MustCompile(`^\d{12}$`)
	regionOrNone = regexp.MustCompile(`^([a-z]{2}(-[a-z]+)+-\d)?$`)
)

const maxBudgetEmails = limits.Warned

// warnings are the parts of the budget, in percent, at which it tells.
var warnings = []struct {
	of      string // what is spent, or what the month will have cost at this rate
	percent float64
}{
	{"ACTUAL", 50}, {"ACTUAL", 75}, {"ACTUAL", 90}, {"FORECASTED", 100},
}

func (a *BudgetArgs) validate(name string) error {
	p := arg.Check("budget", name)
	if p.Require("Args", a != nil, "the budget's arguments"); a == nil {
		return p.Err()
	}
	p.Match("Name", a.Name, budgetName, `letters, digits, "_" and "-", 100 at most`)
	if a.MonthlyUSD < 1 {
		p.Add("MonthlyUSD", a.MonthlyUSD, "1 or more")
	}
	p.Match("AccountID", a.AccountID, accountID, "12 digits")
	p.Match("Region", a.Region, regionOrNone, "a region such as us-west-2, or none")
	validateEmails(p, a.Emails)
	if len(a.Emails) > maxBudgetEmails {
		p.Add("Emails", len(a.Emails), "10 addresses at most")
	}
	p.Require("TopicArn", a.TopicArn != nil || len(a.Emails) > 0, "the ARN of a topic, where there are no Emails")
	return p.Err()
}

// NewBudget makes the budget.
func NewBudget(ctx *pulumi.Context, name string, args *BudgetArgs, opts ...pulumi.ResourceOption) (*Budget, error) {
	if err := args.validate(name); err != nil {
		return nil, err
	}
	b := &Budget{}
	if err := ctx.RegisterComponentResource("carebase:observability:Budget", name, b, opts...); err != nil {
		return nil, err
	}
	made, err := budgets.NewBudget(ctx, name+"-budget", &budgets.BudgetArgs{
		Name:          pulumi.String(args.Name),
		BudgetType:    pulumi.String("COST"),
		TimeUnit:      pulumi.String("MONTHLY"),
		LimitAmount:   pulumi.String(strconv.Itoa(args.MonthlyUSD)),
		LimitUnit:     pulumi.String("USD"),
		CostFilters:   args.filters(),
		Notifications: args.notifications(),
	}, pulumi.Parent(b))
	if err != nil {
		return nil, err
	}
	b.Name, b.Arn = made.Name, made.Arn
	return b, ctx.RegisterResourceOutputs(b, pulumi.Map{"name": b.Name, "arn": b.Arn})
}

// filters name the account: without it, a budget in the account that pays for an organisation counts all of its accounts.
func (a *BudgetArgs) filters() budgets.BudgetCostFilterArray {
	filters := budgets.BudgetCostFilterArray{budgets.BudgetCostFilterArgs{
		Name: pulumi.String("LinkedAccount"), Values: pulumi.StringArray{pulumi.String(a.AccountID)},
	}}
	if a.Region != "" {
		filters = append(filters, budgets.BudgetCostFilterArgs{
			Name: pulumi.String("Region"), Values: pulumi.StringArray{pulumi.String(a.Region)},
		})
	}
	return filters
}

func (a *BudgetArgs) notifications() budgets.BudgetNotificationArray {
	var all budgets.BudgetNotificationArray
	for _, w := range warnings {
		one := budgets.BudgetNotificationArgs{
			NotificationType:   pulumi.String(w.of),
			ComparisonOperator: pulumi.String("GREATER_THAN"),
			Threshold:          pulumi.Float64(w.percent),
			ThresholdType:      pulumi.String("PERCENTAGE"),
		}
		if len(a.Emails) > 0 {
			one.SubscriberEmailAddresses = pulumi.ToStringArray(slices.Sorted(slices.Values(a.Emails)))
		}
		if a.TopicArn != nil {
			one.SubscriberSnsTopicArns = pulumi.StringArray{a.TopicArn}
		}
		all = append(all, one)
	}
	return all
}
