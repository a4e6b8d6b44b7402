package observability

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/cloudwatch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// A metric in CloudWatch: what alarms watch and the dashboard draws.
type metric struct {
	namespace  string
	name       string
	dimensions []dimension
}

type dimension struct {
	name  string
	value pulumi.StringInput
}

// dimensionMap is the form that an alarm takes.
func (m metric) dimensionMap() pulumi.StringMap {
	dimensions := pulumi.StringMap{}
	for _, d := range m.dimensions {
		dimensions[d.name] = d.value
	}
	return dimensions
}

// A formula over metrics, in which they are m1, m2 and so on.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
type formula struct {
	text    string
	metrics []metric
}

// queries are the form that an alarm takes.
func (f formula) queries(label, statistic string, period int) cloudwatch.MetricAlarmMetricQueryArray {
	queries := cloudwatch.MetricAlarmMetricQueryArray{}
	for i, m := range f.metrics {
		queries = append(queries, cloudwatch.MetricAlarmMetricQueryArgs{
			Id: pulumi.String(fmt.Sprintf("m%d", i+1)),
			Metric: cloudwatch.MetricAlarmMetricQueryMetricArgs{
				Namespace:  pulumi.String(m.namespace),
				MetricName: pulumi.String(m.name),
				Dimensions: m.dimensionMap(),
				Stat:       pulumi.String(statistic),
				Period:     pulumi.Int(period),
			},
		})
	}
	return append(queries, cloudwatch.MetricAlarmMetricQueryArgs{
		Id: pulumi.String("result"), Expression: pulumi.String(f.text), Label: pulumi.String(label), ReturnData: pulumi.Bool(true),
	})
}
