package observability_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/sns"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"

	"github.com/carebase/carebase/components/observability"
	"github.com/carebase/carebase/componenttest"
	"github.com/carebase/carebase/graph"
)

func monthly() *observability.BudgetArgs {
	return &observability.BudgetArgs{
		Name: "careconnect-prod-monthly", MonthlyUSD: 1500, AccountID: componenttest.Account,
		Emails: []string{"sre@example.com", "cfo@example.com"}, TopicArn: pulumi.String(topicArn),
	}
}

func budget(t *testing.T, args *observability.BudgetArgs) *graph.Graph {
	t.Helper()
	return componenttest.Plan(t, "us-east-1", func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
		_, err := observability.NewBudget(ctx, "budget", args, opts...)
		return err
	})
}

func TestBudget(t *testing.T) {
	mail := []any{"cfo@example.com", "sre@example.com"}
	for _, c := range []struct {
		name   string
		change func(*observability.BudgetArgs)
		told   map[string]any
	}{
		{"people and topic", func(*observability.BudgetArgs) {}, map[string]any{
			"subscriberEmailAddresses": mail, "subscriberSnsTopicArns": []any{topicArn},
		}},
		{"people", func(a *observability.BudgetArgs) { a.TopicArn = nil }, map[string]any{"subscriberEmailAddresses": mail}},
		{"topic", func(a *observability.BudgetArgs) { a.Emails = nil }, map[string]any{"subscriberSnsTopicArns": []any{topicArn}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			args := monthly()
			c.change(args)
			g := budget(t, args)
			assert.Equal(t, map[string]int{budgetComponent: 1, budgetType: 1}, componenttest.Counts(g))
			componenttest.AssertTree(t, g, budgetComponent, "budget")

			notifications := []any{}
			for _, warning := range []struct {
				of string
				at float64
			}{{"ACTUAL", 50}, {"ACTUAL", 75}, {"ACTUAL", 90}, {"FORECASTED", 100}} {
				one := map[string]any{
					"notificationType": warning.of, "threshold": warning.at,
					"comparisonOperator": "GREATER_THAN", "thresholdType": "PERCENTAGE",
				}
				for key, value := range c.told {
					one[key] = value
				}
				notifications = append(notifications, one)
			}
			inputs(t, g, budgetType, "budget-budget", map[string]any{
				"name": "careconnect-prod-monthly", "budgetType": "COST", "timeUnit": "MONTHLY",
				"limitAmount": "1500", "limitUnit": "USD",
				"costFilters":   []any{map[string]any{"name": "LinkedAccount", "values": []any{componenttest.Account}}},
				"notifications": notifications,
			})
		})
	}
}

func TestBudgetOfARegion(t *testing.T) {
	args := monthly()
	args.Region = "us-west-2"
	assert.Equal(t, []any{
		map[string]any{"name": "LinkedAccount", "values": []any{componenttest.Account}},
		map[string]any{"name": "Region", "values": []any{"us-west-2"}},
	}, componenttest.Input(t, componenttest.Find(t, budget(t, args), budgetType, "budget-budget"), "costFilters"))
}

func TestBudgetOutputs(t *testing.T) {
	g := componenttest.Plan(t, "us-east-1", func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
		made, err := observability.NewBudget(ctx, "budget", monthly(), opts...)
		if err != nil {
			return err
		}
		_, err = sns.NewTopic(ctx, "user", &sns.TopicArgs{Name: made.Name, DisplayName: made.Arn}, opts...)
		return err
	})
	inputs(t, g, topicType, "user", map[string]any{"name": "careconnect-prod-monthly", "displayName": "${budget-budget.arn}"})
}

func TestBudgetKeepsTheRules(t *testing.T) {
	rules(t, func(ctx *pulumi.Context, name string, opts ...pulumi.ResourceOption) error {
		_, err := observability.NewBudget(ctx, name, monthly(), opts...)
		return err
	})
}

func TestBudgetArgumentsAreRefused(t *testing.T) {
	with := func(change func(*observability.BudgetArgs)) func(*pulumi.Context, ...pulumi.ResourceOption) error {
		return func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
			args := monthly()
			change(args)
			_, err := observability.NewBudget(ctx, "budget", args, opts...)
			return err
		}
	}
	type args = observability.BudgetArgs
	people := func(n int) []string {
		var emails []string
		for i := range n {
			emails = append(emails, fmt.Sprintf("p%d@example.com", i))
		}
		return emails
	}
	refused(t, []wrong{
		{"none", func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
			_, err := observability.NewBudget(ctx, "budget", nil, opts...)
			return err
		}, []string{`budget "budget": Args is missing`}},
		{"no name", with(func(a *args) { a.Name = "" }), []string{`Name = ""`}},
		{"bad name", with(func(a *args) { a.Name = "a:b" }), []string{`Name = "a:b"`}},
		{"long name", with(func(a *args) { a.Name = strings.Repeat("a", 101) }), []string{"100 at most"}},
		{"no money", with(func(a *args) { a.MonthlyUSD = 0 }), []string{"MonthlyUSD = 0: allowed is 1 or more"}},
		{"no account", with(func(a *args) { a.AccountID = "" }), []string{`AccountID = "": allowed is 12 digits`}},
		{"bad account", with(func(a *args) { a.AccountID = "12345678901" }), []string{`AccountID = "12345678901"`}},
		{"bad region", with(func(a *args) { a.Region = "Oregon" }), []string{`Region = "Oregon"`}},
		{"nobody", with(func(a *args) { a.Emails, a.TopicArn = nil, nil }), []string{"TopicArn is missing"}},
		{"no address", with(func(a *args) { a.Emails = []string{"x@"} }), []string{`Emails = "x@"`}},
		{"address twice", with(func(a *args) { a.Emails = []string{"a@b.c", "a@b.c"} }), []string{"each address once"}},
		{"too many", with(func(a *args) { a.Emails = people(11) }), []string{"Emails = 11: allowed is 10 addresses at most"}},
		{
			"all at once", with(func(a *args) { *a = args{} }),
			[]string{"4 problems", "Name", "MonthlyUSD", "AccountID", "TopicArn"},
		},
	})
	ten := monthly()
	ten.Emails, ten.MonthlyUSD = people(10), 1
	budget(t, ten)
}
