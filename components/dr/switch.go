package dr

import (
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/route53"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/notice"
)

// The metric by which people say where traffic goes, in the recovery region: 1 engages the switch, 0 releases it. Its
// dimension Stack is the protected stack's environment.
const (
	SwitchNamespace = "Carebase/Recovery"
	SwitchMetric    = "FailoverSwitch"
	SwitchDimension = "Stack"
)

// newSwitch makes the alarm and the health check that Route 53's records follow. To flip it is one PutMetricData in the
// recovery region: no record changes, and nothing of the primary region or of a control plane is needed. The last value
// stands until there is another, in the alarm and in the health check, so one data point is enough.
//
// Route 53 looks at the metric as the alarm describes it, not at the alarm's state, and learns of a change to the alarm
// only when the health check is updated: so nothing of it is a setting.
// https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-creating-values.html#health-checks-creating-values-cloudwatch
func (c *Protection) newSwitch(ctx *pulumi.Context) error {
	logical := c.name + "-failover-switch"
	alarm, err := cloudwatch.NewMetricAlarm(ctx, logical, &cloudwatch.MetricAlarmArgs{
		Name: pulumi.String(c.args.NamePrefix + "-failover-switch"),
		AlarmDescription: pulumi.String(notice.Note{Severity: notice.Page, Runbook: "failover-switch"}.Describe(
			"Traffic is sent to the recovery region. If nobody is failing over, release the switch (docs/disaster-recovery.md).")),
		Namespace:          pulumi.String(SwitchNamespace),
		MetricName:         pulumi.String(SwitchMetric),
		Dimensions:         pulumi.StringMap{SwitchDimension: pulumi.String(c.args.Environment)},
		Statistic:          pulumi.String("Maximum"),
		ComparisonOperator: pulumi.String("GreaterThanOrEqualToThreshold"),
		Threshold:          pulumi.Float64(1),
		Period:             pulumi.Int(60),
		EvaluationPeriods:  pulumi.Int(1),
		TreatMissingData:   pulumi.String("ignore"),
		AlarmActions:       pulumi.Array{c.TopicArn},
		OkActions:          pulumi.Array{c.TopicArn},
	}, pulumi.Parent(c))
	if err != nil {
		return err
	}
	check, err := route53.NewHealthCheck(ctx, logical+"-health", &route53.HealthCheckArgs{
		Type:                         pulumi.String("CLOUDWATCH_METRIC"),
		CloudwatchAlarmName:          alarm.Name,
		CloudwatchAlarmRegion:        pulumi.String(c.args.Region),
		InsufficientDataHealthStatus: pulumi.String("LastKnownStatus"),
		Tags:                         pulumi.StringMap{"Name": pulumi.String(c.args.NamePrefix + "-failover-switch")},
	}, pulumi.Parent(c),
		// A check of this kind has neither; whatever is said of them must not replace what the records name.
		pulumi.IgnoreChanges([]string{"port", "requestInterval"}))
	if err != nil {
		return err
	}
	c.SwitchAlarmName, c.SwitchHealthCheckID = alarm.Name, check.ID().ToStringOutput()
	return nil
}
