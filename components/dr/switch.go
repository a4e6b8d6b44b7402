package dr

import (
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/route53"
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/scheduler"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/dr/switching"
	"github.com/carebase/carebase/components/internal/caller"
	"github.com/carebase/carebase/components/internal/notice"
	"github.com/carebase/carebase/components/internal/policydoc"
)

// The metric by which people say where traffic goes; see package switching.
const (
	SwitchNamespace = switching.Namespace
	SwitchMetric    = switching.Metric
	SwitchDimension = switching.Dimension
)

// newSwitch makes the alarm and the health check that Route 53's records follow, and the schedule that publishes the metric
// every minute. To flip the switch is one PutMetricData and one UpdateSchedule in the recovery region: no record changes, and
// nothing of the primary region or of a control plane is needed.
//
// Route 53 looks at the metric as the alarm describes it, not at the alarm's state, and learns of a change to the alarm
// only when the health check is updated: so nothing of it is a setting.
// https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-creating-values.html#health-checks-creating-values-cloudwatch
//
// The last known status bridges gaps of minutes. AWS advises against relying on it for longer than a few hours, and a new
// health check has none and is healthy, so the value is published all the time, and silence is an alarm.
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
	if err := c.newPublisher(ctx, alarm); err != nil {
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

// newPublisher makes the schedule that publishes the switch's value, and the alarm that tells of its silence. The schedule has
// the name of the switch's alarm, by which carebase dr finds it.
//
// The program says the first value, released. From then on the value is carebase dr's: it is left out of the comparison, so
// that no update of this stack, refreshed or not, ever turns the switch.
func (c *Protection) newPublisher(ctx *pulumi.Context, alarm *cloudwatch.MetricAlarm) error {
	logical := c.name + "-failover-switch"
	role, err := c.newPublisherRole(ctx, logical)
	if err != nil {
		return err
	}
	_, err = scheduler.NewSchedule(ctx, logical+"-publisher", &scheduler.ScheduleArgs{
		Name:               pulumi.String(c.args.NamePrefix + "-failover-switch"),
		Description:        pulumi.String("Publishes the failover switch every minute; carebase dr changes its input"),
		ScheduleExpression: pulumi.String(switching.Every),
		State:              pulumi.String("ENABLED"),
		FlexibleTimeWindow: scheduler.ScheduleFlexibleTimeWindowArgs{Mode: pulumi.String("OFF")},
		Target: scheduler.ScheduleTargetArgs{
			Arn:     pulumi.String(switching.Target),
			RoleArn: role.Arn,
			Input:   pulumi.String(switching.Input(c.args.Environment, false)),
			// What is late is dropped: a value from before the switch was turned must not arrive after it. AWS would try for a day.
			RetryPolicy: scheduler.ScheduleTargetRetryPolicyArgs{
				MaximumEventAgeInSeconds: pulumi.Int(60), // the least that AWS takes
				MaximumRetryAttempts:     pulumi.Int(0),
			},
		},
	}, pulumi.Parent(c), pulumi.IgnoreChanges([]string{"target.input"}))
	if err != nil {
		return err
	}
	_, err = cloudwatch.NewMetricAlarm(ctx, logical+"-silent", &cloudwatch.MetricAlarmArgs{
		Name: pulumi.String(c.args.NamePrefix + "-failover-switch-silent"),
		AlarmDescription: pulumi.String(notice.Note{Severity: notice.Notice, Runbook: "failover-switch-silent"}.Describe(
			"Nobody publishes the failover switch: Route 53 has only its last known status.")),
		Namespace:          alarm.Namespace,
		MetricName:         alarm.MetricName,
		Dimensions:         pulumi.StringMap{SwitchDimension: pulumi.String(c.args.Environment)},
		Statistic:          pulumi.String("SampleCount"),
		ComparisonOperator: pulumi.String("LessThanThreshold"),
		Threshold:          pulumi.Float64(1),
		Period:             pulumi.Int(300),
		EvaluationPeriods:  pulumi.Int(2),
		TreatMissingData:   pulumi.String("breaching"), // silence is what it is for
		AlarmActions:       pulumi.Array{c.TopicArn},
		OkActions:          pulumi.Array{c.TopicArn},
	}, pulumi.Parent(c))
	return err
}

// newPublisherRole may write metrics of the switch's namespace and nothing else. It is assumed by schedules of this account's
// default group only. PutMetricData has no resources; its namespace is a condition.
// https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/iam-cw-condition-keys-namespace.html
func (c *Protection) newPublisherRole(ctx *pulumi.Context, logical string) (*iam.Role, error) {
	id := caller.Look(ctx, c)
	trust := policydoc.Document{Statements: []policydoc.Statement{{
		Sid: "Schedules", Effect: policydoc.Allow, Principals: policydoc.Service("scheduler.amazonaws.com"),
		Actions: []string{"sts:AssumeRole"},
		Conditions: []policydoc.Condition{
			{Test: "StringEquals", Key: "aws:SourceAccount", Values: pulumi.StringArray{id.Account}},
			{Test: "ArnEquals", Key: "aws:SourceArn", Values: pulumi.StringArray{id.Arn("scheduler", pulumi.String("schedule-group/default"))}},
		},
	}}}
	role, err := iam.NewRole(ctx, logical+"-role", &iam.RoleArgs{
		Description: pulumi.String("Publishes the failover switch"), AssumeRolePolicy: trust.JSON(),
	}, pulumi.Parent(c))
	if err != nil {
		return nil, err
	}
	document := policydoc.Document{Statements: []policydoc.Statement{{
		Sid: "Publish", Effect: policydoc.Allow, Actions: []string{"cloudwatch:PutMetricData"},
		Resources:  pulumi.StringArray{pulumi.String("*")},
		Conditions: []policydoc.Condition{{Test: "StringEquals", Key: "cloudwatch:namespace", Values: pulumi.StringArray{pulumi.String(SwitchNamespace)}}},
	}}}
	policy, err := iam.NewPolicy(ctx, logical+"-permissions", &iam.PolicyArgs{
		Description: pulumi.String("Publish the failover switch"), Policy: document.JSON(),
	}, pulumi.Parent(c))
	if err != nil {
		return nil, err
	}
	_, err = iam.NewRolePolicyAttachment(ctx, logical+"-may", &iam.RolePolicyAttachmentArgs{Role: role.Name, PolicyArn: policy.Arn}, pulumi.Parent(c))
	return role, err
}
