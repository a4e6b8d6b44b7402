package audit

import (
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/cloudwatch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/notice"
)

// alarmPeriodSeconds is how long occurrences are counted together.
const alarmPeriodSeconds = 300

// detectionRemedy is the same for all: what matters is who did it.
const detectionRemedy = "Find the event in the trail's log group: who, from where, with which role. If nobody of the team did it, " +
	"treat it as an intrusion: revoke the session first."

// note pages for what only an intruder or an accident does, and informs of what a deployment may do as well.
func (d detection) note() notice.Note {
	note := notice.Note{Severity: notice.Notice, Runbook: "trail-" + d.name}
	if slices.Contains([]string{"root-use", "key-loss", "trail-changes", "backup-loss", "break-glass-use"}, d.name) {
		note.Severity = notice.Page
	}
	return note
}

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
			AlarmDescription:   pulumi.String(d.note().Describe(d.says + ". " + detectionRemedy)),
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
