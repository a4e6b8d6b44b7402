package function

import (
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/lambda"
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/scheduler"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/policydoc"
	"github.com/carebase/carebase/components/internal/role"
	"github.com/carebase/carebase/components/queue"
)

// An invocation that a schedule or rule could not deliver is tried again for an hour and then goes to the dead-letter queue. AWS's
// default is a day, in which a repeated invocation could meet the next one.
const (
	lateSeconds = 3600
	retries     = 10
)

// newSchedules makes the schedules and the role with which EventBridge Scheduler invokes the function.
func (f *Function) newSchedules(ctx *pulumi.Context) error {
	if len(f.args.Schedules) == 0 {
		return nil
	}
	// https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
	invoker, err := role.New(ctx, f, f.name+"-scheduler", "Invokes the function "+f.args.FunctionName+" by schedule", policydoc.Statement{
		Sid: "Schedules", Effect: policydoc.Allow, Principals: policydoc.Service("scheduler.amazonaws.com"),
		Actions: []string{"sts:AssumeRole"},
		Conditions: []policydoc.Condition{
			{Test: "StringEquals", Key: "aws:SourceAccount", Values: pulumi.StringArray{f.id.Account}},
			{
				Test: "ArnEquals", Key: "aws:SourceArn",
				Values: pulumi.StringArray{f.id.Arn("scheduler", pulumi.String("schedule-group/default"))},
			},
		},
	}, append([]policydoc.Statement{
		role.Allow("InvokeFunction", pulumi.StringArray{f.function.Arn}, "lambda:InvokeFunction"),
	}, f.deadLetters.SendStatements()...))
	if err != nil {
		return err
	}
	for _, schedule := range f.args.Schedules {
		target := scheduler.ScheduleTargetArgs{
			Arn:              f.function.Arn,
			RoleArn:          invoker.Arn,
			DeadLetterConfig: scheduler.ScheduleTargetDeadLetterConfigArgs{Arn: f.deadLetters.Arn},
			RetryPolicy: scheduler.ScheduleTargetRetryPolicyArgs{
				MaximumEventAgeInSeconds: pulumi.Int(lateSeconds), MaximumRetryAttempts: pulumi.Int(retries),
			},
		}
		if schedule.Input != "" {
			target.Input = pulumi.String(schedule.Input)
		}
		if _, err := scheduler.NewSchedule(ctx, f.name+"-schedule-"+schedule.Name, &scheduler.ScheduleArgs{
			Description:                pulumi.String("Invokes the function " + f.args.FunctionName),
			ScheduleExpression:         pulumi.String(schedule.Expression),
			ScheduleExpressionTimezone: pulumi.String("UTC"),
			State:                      pulumi.String("ENABLED"),
			FlexibleTimeWindow:         scheduler.ScheduleFlexibleTimeWindowArgs{Mode: pulumi.String("OFF")},
			Target:                     target,
		}, pulumi.Parent(f), pulumi.DependsOn([]pulumi.Resource{invoker.Attachment})); err != nil {
			return err
		}
	}
	return nil
}

// newEventSources lets Lambda poll the queues. ReportBatchItemFailures returns only the failed messages of a batch to the queue.
// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
func (f *Function) newEventSources(ctx *pulumi.Context) error {
	for _, source := range f.args.Queues {
		if _, err := lambda.NewEventSourceMapping(ctx, f.name+"-queue-"+source.Name, &lambda.EventSourceMappingArgs{
			EventSourceArn:        source.Source.Arn,
			FunctionName:          f.function.Arn,
			BatchSize:             pulumi.Int(source.BatchSize),
			FunctionResponseTypes: pulumi.StringArray{pulumi.String("ReportBatchItemFailures")},
			ScalingConfig: lambda.EventSourceMappingScalingConfigArgs{
				MaximumConcurrency: pulumi.Int(source.MaxConcurrency),
			},
		}, pulumi.Parent(f)); err != nil {
			return err
		}
	}
	return nil
}

// newObjectRules makes a rule for each bucket. The rules also publish to the dead-letter queue, so the queue needs their ARNs.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
func (f *Function) newObjectRules(ctx *pulumi.Context) ([]*cloudwatch.EventRule, []queue.Publisher, error) {
	var rules []*cloudwatch.EventRule
	var publishers []queue.Publisher
	for _, objects := range f.args.Objects {
		detail := map[string]any{"bucket": map[string]any{"name": pulumi.StringArray{objects.Bucket}}}
		if objects.Prefix != "" {
			detail["object"] = map[string]any{"key": []any{map[string]any{"prefix": objects.Prefix}}}
		}
		rule, err := cloudwatch.NewEventRule(ctx, f.name+"-objects-"+objects.Name, &cloudwatch.EventRuleArgs{
			Description: pulumi.String("Invokes the function " + f.args.FunctionName + " for new objects"),
			EventPattern: pulumi.JSONMarshal(map[string]any{
				"source": []string{"aws.s3"}, "detail-type": []string{"Object Created"}, "detail": detail,
			}),
		}, pulumi.Parent(f))
		if err != nil {
			return nil, nil, err
		}
		rules = append(rules, rule)
		publishers = append(publishers, queue.Publisher{Name: objects.Name, Service: queue.EventBridge, SourceArn: rule.Arn})
	}
	return rules, publishers, nil
}

// newObjectTargets lets each rule invoke the function.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html#eb-lambda-permissions
func (f *Function) newObjectTargets(ctx *pulumi.Context, rules []*cloudwatch.EventRule) error {
	for i, objects := range f.args.Objects {
		name := f.name + "-objects-" + objects.Name
		permission, err := lambda.NewPermission(ctx, name+"-permission", &lambda.PermissionArgs{
			Function:  f.function.Name,
			Action:    pulumi.String("lambda:InvokeFunction"),
			Principal: pulumi.String("events.amazonaws.com"),
			SourceArn: rules[i].Arn, // contains the account
		}, pulumi.Parent(f))
		if err != nil {
			return err
		}
		if _, err := cloudwatch.NewEventTarget(ctx, name+"-target", &cloudwatch.EventTargetArgs{
			Rule:             rules[i].Name,
			Arn:              f.function.Arn,
			DeadLetterConfig: cloudwatch.EventTargetDeadLetterConfigArgs{Arn: f.deadLetters.Arn},
			RetryPolicy: cloudwatch.EventTargetRetryPolicyArgs{
				MaximumEventAgeInSeconds: pulumi.Int(lateSeconds), MaximumRetryAttempts: pulumi.Int(retries),
			},
		}, pulumi.Parent(f), pulumi.DependsOn([]pulumi.Resource{permission})); err != nil {
			return err
		}
	}
	return nil
}

// newRotationPermission lets Secrets Manager of this account invoke the function, and makes Arn wait for the permission: Secrets
// Manager tests the permission when a secret's rotation is made. AWS documents the account as the condition. The ARN of a secret
// cannot be a condition, because components/secrets makes the secret and its rotation together.
// https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_turn-on-cli.html
func (f *Function) newRotationPermission(ctx *pulumi.Context) error {
	f.Arn = f.function.Arn
	if !f.args.RotatesSecrets {
		return nil
	}
	permission, err := lambda.NewPermission(ctx, f.name+"-rotation-permission", &lambda.PermissionArgs{
		Function:      f.function.Name,
		Action:        pulumi.String("lambda:InvokeFunction"),
		Principal:     pulumi.String("secretsmanager.amazonaws.com"),
		SourceAccount: f.id.Account,
	}, pulumi.Parent(f))
	if err != nil {
		return err
	}
	f.Arn = pulumi.All(f.function.Arn, permission.ID()).ApplyT(func(all []any) string { return all[0].(string) }).(pulumi.StringOutput)
	return nil
}
