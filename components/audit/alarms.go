package audit

import (
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/cloudwatch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// alarmPeriodSeconds is how long occurrences are counted together.
const alarmPeriodSeconds = 300

// newAlarms watches the trail's log group: for each detection a filter that counts and an alarm on the count. The
// metrics' namespace is the log group's name, which no two trails of an account and region share.
func (c *Audit) newAlarms(ctx *pulumi.Context, t *Trail, group *cloudwatch.LogGroup) error {
	for _, d := range t.detections() {
		_, err := cloudwatch.NewLogMetricFilter(ctx, c.name+"-"+d.name+"-filter", &cloudwatch.LogMetricFilterArgs{
			LogGroupName: group.Name,
			Pattern:      pulumi.String(d.pattern),
			MetricTransformation: cloudwatch.LogMetricFilterMetricTransformationArgs{
				Namespace: pulumi.String(t.LogGroupName),
				Name:      pulumi.String(d.name),
				Value:     pulumi.String("1"),
			},
		}, pulumi.Parent(c))
		if err != nil {
			return err
		}
		_, err = cloudwatch.NewMetricAlarm(ctx, c.name+"-"+d.name+"-alarm", &cloudwatch.MetricAlarmArgs{
			AlarmDescription:   pulumi.String(d.says),
			Namespace:          pulumi.String(t.LogGroupName),
			MetricName:         pulumi.String(d.name),
			Statistic:          pulumi.String("Sum"),
			Period:             pulumi.Int(alarmPeriodSeconds),
			EvaluationPeriods:  pulumi.Int(1),
			ComparisonOperator: pulumi.String("GreaterThanOrEqualToThreshold"),
			Threshold:          pulumi.Float64(float64(d.atLeast)),
			TreatMissingData:   pulumi.String("notBreaching"), // the filter writes nothing where nothing happened
			AlarmActions:       pulumi.Array{t.AlarmTopicArn},
		}, pulumi.Parent(c))
		if err != nil {
			return err
		}
	}
	return nil
}
