package observability_test

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/cloudwatch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/components/observability"
	"github.com/carebase/carebase/componenttest"
	"github.com/carebase/carebase/graph"
)

var update = flag.Bool("update", false, "write the golden dashboard anew")

func overview() *observability.DashboardArgs {
	return &observability.DashboardArgs{
		Name: "careconnect-prod", System: production(),
		AlarmArns: pulumi.ToStringArray([]string{"arn:one", "arn:two"}),
	}
}

func dashboard(t *testing.T, args *observability.DashboardArgs) *graph.Graph {
	t.Helper()
	return componenttest.Plan(t, "eu-west-1", func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
		_, err := observability.NewDashboard(ctx, "overview", args, opts...)
		return err
	})
}

type shown struct {
	Type                string
	X, Y, Width, Height int
	Properties          struct {
		Title, Region, Stat, View string
		Period                    int
		Alarms                    []string
		Metrics                   [][]any
		Annotations               struct {
			Horizontal []struct {
				Label string
				Value float64
			}
		}
	}
}

func widgets(t *testing.T, args *observability.DashboardArgs) []shown {
	t.Helper()
	text, ok := componenttest.Input(t, componenttest.Find(t, dashboard(t, args), dashboardType, "overview-dashboard"), "dashboardBody").(string)
	require.True(t, ok)
	var body struct{ Widgets []shown }
	require.NoError(t, json.Unmarshal([]byte(text), &body))
	return body.Widgets
}

func TestDashboardIsTheGoldenOne(t *testing.T) {
	g := dashboard(t, overview())
	assert.Equal(t, map[string]int{dashboardComponent: 1, dashboardType: 1}, componenttest.Counts(g))
	componenttest.AssertTree(t, g, dashboardComponent, "overview")
	board := componenttest.Find(t, g, dashboardType, "overview-dashboard")
	assert.Equal(t, "careconnect-prod", componenttest.Input(t, board, "dashboardName"))

	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	require.NoError(t, enc.Encode(componenttest.JSON(t, board, "dashboardBody")))
	golden := filepath.Join("testdata", "dashboard.json")
	if *update {
		require.NoError(t, os.WriteFile(golden, []byte(b.String()), 0o644))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	assert.Equal(t, string(want), b.String())
}

func TestDashboardOfEachShape(t *testing.T) {
	full := production()
	only := func(system observability.System) *observability.DashboardArgs {
		return &observability.DashboardArgs{Name: "d", System: system}
	}
	noReplica := *full.Database
	noReplica.Replicas, noReplica.SlotWALGiB = nil, 0
	for _, c := range []struct {
		name string
		args *observability.DashboardArgs
		want int
	}{
		{"everything", overview(), 1 + 3 + 3 + 1 + 3 + 1 + 4 + 7 + 5 + 2 + 1 + 1 + 2},
		{"alarms", &observability.DashboardArgs{Name: "d", AlarmArns: pulumi.StringArray{}}, 1},
		{"a distribution", only(observability.System{Distribution: full.Distribution}), 3},
		{"a health check", only(observability.System{HealthChecks: full.HealthChecks}), 1},
		{"a firewall", only(observability.System{Firewall: full.Firewall}), 1},
		{"a canary", only(observability.System{Canary: full.Canary}), 1},
		{"a NAT gateway", only(observability.System{NatGateways: full.NatGateways}), 1},
		{"a load balancer", only(observability.System{LoadBalancer: full.LoadBalancer}), 3},
		{"a target group", only(observability.System{TargetGroups: full.TargetGroups}), 1},
		{"two services", only(observability.System{Services: full.Services}), 4},
		{"a database", only(observability.System{Database: &noReplica}), 5},
		{"a database with a replica", only(observability.System{Database: full.Database}), 7},
		{"a cache", only(observability.System{Cache: full.Cache}), 5},
		{"a cache of one node", only(observability.System{Cache: &observability.Cache{ReplicationGroupID: full.Cache.ReplicationGroupID, Nodes: 1}}), 4},
		{"a queue", only(observability.System{Queues: full.Queues}), 2},
		{"a replication", only(observability.System{Replications: full.Replications}), 1},
		{"a replication from here", only(observability.System{Outgoing: full.Outgoing}), 1},
		{"copies", only(observability.System{Copies: full.Copies}), 2},
	} {
		t.Run(c.name, func(t *testing.T) { assert.Len(t, widgets(t, c.args), c.want) })
	}
}

// The rules below hold whatever the golden file says.

func TestWidgetsFillTheGrid(t *testing.T) {
	taken := map[[2]int]string{}
	for _, w := range widgets(t, overview()) {
		assert.LessOrEqual(t, w.X+w.Width, 24, w.Properties.Title)
		for x := w.X; x < w.X+w.Width; x++ {
			for y := w.Y; y < w.Y+w.Height; y++ {
				assert.Empty(t, taken[[2]int{x, y}], "%s lies on another", w.Properties.Title)
				taken[[2]int{x, y}] = w.Properties.Title
			}
		}
	}
}

func TestWidgetsAreWhereTheirMetricsAre(t *testing.T) {
	for _, w := range widgets(t, overview()) {
		if w.Type == "alarm" {
			assert.Equal(t, []string{"arn:one", "arn:two"}, w.Properties.Alarms)
			continue
		}
		want := "eu-west-1"
		for _, m := range w.Properties.Metrics {
			if slices.Contains([]any{"AWS/CloudFront", "AWS/Route53", "AWS/WAFV2"}, m[0]) {
				want = "us-east-1"
			}
		}
		assert.Equal(t, want, w.Properties.Region, w.Properties.Title)
		assert.Equal(t, 300, w.Properties.Period)
		assert.NotEmpty(t, w.Properties.Stat)
		assert.NotEmpty(t, w.Properties.Metrics, w.Properties.Title)
	}
}

// Every metric that an alarm watches is drawn, with the same dimensions and a line at its threshold.
func TestDashboardShowsWhatAlarmsWatch(t *testing.T) {
	all := widgets(t, overview())
	watched := slices.DeleteFunc(slices.Clone(allAlarms), func(e expected) bool { return e.namespace == "" })
	for _, node := range []map[string]any{node1, node2} { // of the formula
		watched = append(watched, expected{key: "cache-failover", namespace: "AWS/ElastiCache", metric: "IsMaster", dimensions: node})
	}
	for _, e := range watched {
		if e.namespace == "AWS/CertificateManager" {
			continue // nothing to see most of the time
		}
		found := false
		for _, w := range all {
			for _, m := range w.Properties.Metrics {
				if m[0] != e.namespace || m[1] != e.metric {
					continue
				}
				dimensions := map[string]any{}
				for i := 2; i+1 < len(m); i += 2 {
					dimensions[m[i].(string)] = m[i+1]
				}
				if !assert.ObjectsAreEqual(e.dimensions, dimensions) {
					continue
				}
				found = true
				drawn := e.threshold == 0
				for _, line := range w.Properties.Annotations.Horizontal {
					drawn = drawn || line.Value == e.threshold
				}
				assert.True(t, drawn, "%s: no line at %v on %q", e.key, e.threshold, w.Properties.Title)
			}
		}
		assert.True(t, found, "%s: its metric is not on the dashboard", e.key)
	}
}

// The metrics of the guide's dashboard, each with a statistic that means something: a sum of latencies does not.
func TestDashboardHasTheGuidesMetrics(t *testing.T) {
	statistics := map[string]string{}
	for _, w := range widgets(t, overview()) {
		for _, m := range w.Properties.Metrics {
			statistics[m[0].(string)+" "+m[1].(string)] = w.Properties.Stat
		}
	}
	for metric, want := range map[string]string{
		"AWS/ECS CPUUtilization": "Average", "AWS/ECS MemoryUtilization": "Average",
		"AWS/RDS CPUUtilization": "Average", "AWS/RDS DatabaseConnections": "Average",
		"AWS/RDS ReadLatency": "Average", "AWS/RDS WriteLatency": "Average",
		"AWS/ApplicationELB RequestCount": "Sum", "AWS/ApplicationELB TargetResponseTime": "p95",
		"AWS/ApplicationELB HTTPCode_Target_2XX_Count": "Sum", "AWS/ApplicationELB HTTPCode_Target_4XX_Count": "Sum",
		"AWS/ApplicationELB HTTPCode_Target_5XX_Count": "Sum",
		"AWS/CloudFront Requests":                      "Sum", "AWS/CloudFront 5xxErrorRate": "Average",
	} {
		assert.Equal(t, want, statistics[metric], metric)
	}
}

// In a preview much is unknown. Then so is the body: half of one would be an invention.
func TestDashboardOfTheUnknownIsUnknown(t *testing.T) {
	g := componenttest.Plan(t, "eu-west-1", func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
		// A number that the cloud chooses has no symbol in a plan.
		other, err := cloudwatch.NewMetricAlarm(ctx, "other", &cloudwatch.MetricAlarmArgs{
			ComparisonOperator: pulumi.String("GreaterThanThreshold"), EvaluationPeriods: pulumi.Int(1),
		}, opts...)
		if err != nil {
			return err
		}
		args := overview()
		args.System.Distribution = &observability.Distribution{
			ID: other.Period.ApplyT(func(*int) string { return "known" }).(pulumi.StringOutput),
		}
		_, err = observability.NewDashboard(ctx, "overview", args, opts...)
		return err
	})
	board := componenttest.Find(t, g, dashboardType, "overview-dashboard")
	assert.True(t, board.Inputs.Get("dashboardBody").IsComputed())
}

func TestDashboardOutputs(t *testing.T) {
	g := componenttest.Plan(t, "eu-west-1", func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
		made, err := observability.NewDashboard(ctx, "overview", overview(), opts...)
		if err != nil {
			return err
		}
		_, err = cloudwatch.NewDashboard(ctx, "user", &cloudwatch.DashboardArgs{DashboardName: made.Name, DashboardBody: made.Arn}, opts...)
		return err
	})
	inputs(t, g, dashboardType, "user", map[string]any{
		"dashboardName": "careconnect-prod", "dashboardBody": "${overview-dashboard.dashboardArn}",
	})
}

func TestDashboardKeepsTheRules(t *testing.T) {
	rules(t, func(ctx *pulumi.Context, name string, opts ...pulumi.ResourceOption) error {
		args := overview()
		// What is in us-east-1 wherever the dashboard is.
		args.System.Distribution, args.System.HealthChecks, args.System.Firewall = nil, nil, nil
		_, err := observability.NewDashboard(ctx, name, args, opts...)
		return err
	})
	componenttest.AssertStable(t, func(ctx *pulumi.Context, name string, opts ...pulumi.ResourceOption) error {
		_, err := observability.NewDashboard(ctx, name, overview(), opts...)
		return err
	})
}

func TestDashboardArgumentsAreRefused(t *testing.T) {
	with := func(change func(*observability.DashboardArgs)) func(*pulumi.Context, ...pulumi.ResourceOption) error {
		return func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
			args := overview()
			change(args)
			_, err := observability.NewDashboard(ctx, "overview", args, opts...)
			return err
		}
	}
	type args = observability.DashboardArgs
	refused(t, []wrong{
		{"none", func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
			_, err := observability.NewDashboard(ctx, "overview", nil, opts...)
			return err
		}, []string{`dashboard "overview": Args is missing`}},
		{"no name", with(func(a *args) { a.Name = "" }), []string{`Name = ""`}},
		{"bad name", with(func(a *args) { a.Name = "a b" }), []string{`Name = "a b"`}},
		{"long name", with(func(a *args) { a.Name = strings.Repeat("a", 256) }), []string{"255 at most"}},
		{"nothing to show", with(func(a *args) { *a = args{Name: "d"} }), []string{"System is missing: it takes something to show"}},
		{
			"a wrong system", with(func(a *args) { a.System.Database.InstanceClass, a.System.Cache.Nodes = "db.x", 9 }),
			[]string{"2 problems", `System.Database.InstanceClass = "db.x"`, "System.Cache.Nodes = 9"},
		},
	})
}
