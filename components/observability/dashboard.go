package observability

import (
	"regexp"

	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/cloudwatch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/arg"
	"github.com/carebase/carebase/components/internal/caller"
)

// DashboardArgs say what a Dashboard shows. All but the name is optional, but something to show there must be.
type DashboardArgs struct {
	// Name of the dashboard in the console: letters, digits, "_" and "-", 255 at most. Changing it replaces the dashboard.
	Name string

	System System

	// AlarmArns are alarms whose state is at the top, 100 at most (see Alarms.Arns).
	AlarmArns pulumi.StringArrayInput
}

// Dashboard shows a system in CloudWatch, from the edge inwards.
type Dashboard struct {
	pulumi.ResourceState

	Name pulumi.StringOutput `pulumi:"name"`
	Arn  pulumi.StringOutput `pulumi:"arn"`
}

var dashboardName = regexp.MustCompile(`^[A-Za-z0-9_-]{1,255}$`)

func (a *DashboardArgs) validate(name string) error {
	p := arg.Check("dashboard", name)
	if p.Require("Args", a != nil, "the dashboard's arguments"); a == nil {
		return p.Err()
	}
	p.Match("Name", a.Name, dashboardName, `letters, digits, "_" and "-", 255 at most`)
	a.System.validate(p)
	p.Require("System", !a.System.empty() || a.AlarmArns != nil, "something to show")
	return p.Err()
}

// NewDashboard makes the dashboard.
func NewDashboard(ctx *pulumi.Context, name string, args *DashboardArgs, opts ...pulumi.ResourceOption) (*Dashboard, error) {
	if err := args.validate(name); err != nil {
		return nil, err
	}
	d := &Dashboard{}
	if err := ctx.RegisterComponentResource("carebase:observability:Dashboard", name, d, opts...); err != nil {
		return nil, err
	}
	made, err := cloudwatch.NewDashboard(ctx, name+"-dashboard", &cloudwatch.DashboardArgs{
		DashboardName: pulumi.String(args.Name),
		DashboardBody: args.body(caller.Look(ctx, d).Region),
	}, pulumi.Parent(d))
	if err != nil {
		return nil, err
	}
	d.Name, d.Arn = made.DashboardName, made.DashboardArn
	return d, ctx.RegisterResourceOutputs(d, pulumi.Map{"name": d.Name, "arn": d.Arn})
}

// rows of widgets, one for each part of the system.
func (a *DashboardArgs) rows() [][]widget {
	var rows [][]widget
	rows = append(rows, a.System.outsideWidgets())
	if a.System.Distribution != nil {
		rows = append(rows, a.System.Distribution.widgets())
	}
	var gateways []widget
	for _, n := range a.System.NatGateways {
		gateways = append(gateways, n.widget())
	}
	rows = append(rows, gateways)
	if a.System.LoadBalancer != nil {
		rows = append(rows, a.System.LoadBalancer.widgets())
	}
	var targets []widget
	for _, t := range a.System.TargetGroups {
		targets = append(targets, t.widget())
	}
	rows = append(rows, targets)
	for _, s := range a.System.Services {
		rows = append(rows, s.widgets())
	}
	if a.System.Database != nil {
		rows = append(rows, a.System.Database.widgets())
	}
	if a.System.Cache != nil {
		rows = append(rows, a.System.Cache.widgets())
	}
	for _, q := range a.System.Queues {
		rows = append(rows, q.widgets())
	}
	for _, r := range a.System.Replications {
		rows = append(rows, []widget{r.latencyWidget()})
	}
	var outgoing []widget
	for _, r := range a.System.Outgoing {
		outgoing = append(outgoing, r.failuresWidget())
	}
	rows = append(rows, outgoing)
	var copies []widget
	for _, c := range a.System.Copies {
		copies = append(copies, c.widget())
	}
	rows = append(rows, copies)
	return rows
}

const (
	gridWidth    = 24
	widgetHeight = 6
	widestRow    = 4 // widgets beside each other; more go on below
)

// body is the dashboard as JSON. Maps are written by key and lists in the order above, so it is the same in every run.
func (a *DashboardArgs) body(region pulumi.StringInput) pulumi.StringOutput {
	widgets, y := pulumi.Array{}, 0
	place := func(kind string, x, width int, properties pulumi.Map) {
		widgets = append(widgets, pulumi.Map{
			"type": pulumi.String(kind), "properties": properties,
			"x": pulumi.Int(x), "y": pulumi.Int(y), "width": pulumi.Int(width), "height": pulumi.Int(widgetHeight),
		})
	}
	if a.AlarmArns != nil {
		place("alarm", 0, gridWidth, pulumi.Map{"title": pulumi.String("Alarms"), "alarms": a.AlarmArns})
		y += widgetHeight
	}
	for _, row := range a.rows() {
		for len(row) > 0 {
			beside := row[:min(len(row), widestRow)]
			row = row[len(beside):]
			width := gridWidth / len(beside)
			for i, w := range beside {
				place("metric", i*width, width, w.properties(region))
			}
			y += widgetHeight
		}
	}
	return pulumi.JSONMarshal(pulumi.Map{"widgets": widgets})
}
