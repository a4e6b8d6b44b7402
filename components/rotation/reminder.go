package rotation

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/cloudwatch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/function"
	"github.com/carebase/carebase/components/internal/notice"
	"github.com/carebase/carebase/components/internal/role"
	"github.com/carebase/carebase/functions/rotation/config"
)

const (
	ageMetric     = "SecretAge"
	ageDimension  = "Secret"
	daySeconds    = 24 * 60 * 60
	reportedTwice = 2 // in so many days there is a report at least, whenever in a day the function runs
)

// schedules run the function every day for the ages of the secrets of ByHand.
func (r *Rotation) schedules() []function.Schedule {
	if len(r.args.ByHand) == 0 {
		return nil
	}
	return []function.Schedule{{Name: "ages", Expression: "rate(1 day)", Input: fmt.Sprintf(`{"Step":%q}`, config.ReportAge)}}
}

// agePermission lets the function read when a value was stored, and not the value.
func (r *Rotation) agePermission() function.Statement {
	var arns pulumi.StringArray
	for _, secret := range r.args.ByHand {
		arns = append(arns, secret.Arn)
	}
	return role.Allow("ReadAges", arns, "secretsmanager:ListSecretVersionIds")
}

// newReminders makes a metric of the ages that the function logs, and an alarm for each secret of ByHand. Without a report the
// alarm keeps its state; a function that fails leaves its event in the dead-letter queue.
func (r *Rotation) newReminders(ctx *pulumi.Context) error {
	if len(r.args.ByHand) == 0 {
		return nil
	}
	namespace := "Carebase/" + r.args.FunctionName // each stack of an account has a function of its own
	_, err := cloudwatch.NewLogMetricFilter(ctx, r.name+"-ages", &cloudwatch.LogMetricFilterArgs{
		LogGroupName: r.function.LogGroupName,
		Pattern:      pulumi.String(fmt.Sprintf("{ $.%s >= 0 }", config.AgeDaysField)),
		MetricTransformation: &cloudwatch.LogMetricFilterMetricTransformationArgs{
			Namespace:  pulumi.String(namespace),
			Name:       pulumi.String(ageMetric),
			Value:      pulumi.String("$." + config.AgeDaysField),
			Dimensions: pulumi.StringMap{ageDimension: pulumi.String("$." + config.SecretField)},
		},
	}, pulumi.Parent(r))
	if err != nil {
		return err
	}
	for _, secret := range r.args.ByHand {
		_, err := cloudwatch.NewMetricAlarm(ctx, r.name+"-age-"+secret.Name, &cloudwatch.MetricAlarmArgs{
			AlarmDescription: pulumi.String(notice.Note{Severity: notice.Notice, Runbook: "secret-age"}.Describe(
				fmt.Sprintf("The value of the secret %s is %d days old. It must change before it is %d days old.", secret.Name, reminderDays, mostDays))),
			Namespace:          pulumi.String(namespace),
			MetricName:         pulumi.String(ageMetric),
			Dimensions:         pulumi.StringMap{ageDimension: secret.Arn},
			Statistic:          pulumi.String("Maximum"),
			Period:             pulumi.Int(daySeconds),
			EvaluationPeriods:  pulumi.Int(reportedTwice),
			DatapointsToAlarm:  pulumi.Int(1),
			ComparisonOperator: pulumi.String("GreaterThanOrEqualToThreshold"),
			Threshold:          pulumi.Float64(reminderDays),
			TreatMissingData:   pulumi.String("ignore"),
			AlarmActions:       pulumi.Array{r.args.AlarmTopicArn},
			OkActions:          pulumi.Array{r.args.AlarmTopicArn},
		}, pulumi.Parent(r))
		if err != nil {
			return err
		}
	}
	return nil
}
