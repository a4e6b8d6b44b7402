// Package function runs code on AWS Lambda, on arm64, inside the VPC.
//
// What every function has: a dead-letter queue for events that it failed on (control FN-1), reserved concurrency (FN-2), private
// subnets and a security group of its own that lets nothing in and nothing out but to named peers (FN-3), invokers that are
// limited to this account (FN-4), an environment under a customer-managed key without secrets (X-FN-ENV), a log group under a
// customer-managed key with a retention (CW-2, CW-3), X-Ray tracing, and a role with one customer-managed policy that names
// actions and resources (IAM-1 to IAM-4).
//
// A function is invoked by schedules, by queues, by new objects in a bucket, or by Secrets Manager that rotates a secret. There is
// no function URL and no public invoker (FN-5).
//
// Before its first invocation a function needs AllowTo the endpoints that its code calls, e.g. Secrets Manager and KMS. Lambda
// itself writes the logs and traces and polls the queues: these need no rule.
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
//
// What the package deliberately cannot do: run on x86_64, run outside a VPC, reach the internet, and use an AWS managed policy.
//
// The package makes no alarms: give DeadLetterName to the alarms of components/observability.
package function

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/lambda"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/caller"
	"github.com/carebase/carebase/components/internal/environment"
	"github.com/carebase/carebase/components/internal/securitygroup"
	"github.com/carebase/carebase/components/queue"
)

// Function is a Lambda function with its role, log group, security group, dead-letter queue and triggers.
type Function struct {
	pulumi.ResourceState
	*securitygroup.Group

	// Arn, without a version, is known to dependents only after the permission of Secrets Manager, with RotatesSecrets.
	Arn             pulumi.StringOutput `pulumi:"arn"`
	Name            pulumi.StringOutput `pulumi:"name"`
	RoleArn         pulumi.StringOutput `pulumi:"roleArn"`
	SecurityGroupID pulumi.StringOutput `pulumi:"securityGroupId"`
	LogGroupName    pulumi.StringOutput `pulumi:"logGroupName"`
	DeadLetterArn   pulumi.StringOutput `pulumi:"deadLetterArn"`
	DeadLetterName  pulumi.StringOutput `pulumi:"deadLetterName"`

	name        string
	args        *Args
	id          caller.Identity
	function    *lambda.Function
	deadLetters *queue.DeadLetterQueue
}

// New makes the function and what invokes it.
func New(ctx *pulumi.Context, name string, args *Args, opts ...pulumi.ResourceOption) (*Function, error) {
	if err := args.check(name); err != nil {
		return nil, err
	}
	f := &Function{name: name, args: args}
	if err := ctx.RegisterComponentResource("carebase:function:Function", name, f, opts...); err != nil {
		return nil, err
	}
	f.id = caller.Look(ctx, f)
	rules, publishers, err := f.newObjectRules(ctx)
	if err != nil {
		return nil, err
	}
	if f.deadLetters, err = queue.NewDeadLetterQueue(ctx, name+"-dead-letters", &queue.DeadLetterArgs{
		KeyArn: args.KeyArn, Publishers: publishers,
	}, pulumi.Parent(f)); err != nil {
		return nil, err
	}
	if f.Group, err = securitygroup.New(ctx, f, name, "Function "+args.FunctionName, args.VpcID); err != nil {
		return nil, err
	}
	if err := f.newFunction(ctx); err != nil {
		return nil, err
	}
	for _, newTriggers := range []func(*pulumi.Context) error{
		f.newSchedules, f.newEventSources, func(ctx *pulumi.Context) error { return f.newObjectTargets(ctx, rules) }, f.newRotationPermission,
	} {
		if err := newTriggers(ctx); err != nil {
			return nil, err
		}
	}

	f.Name = f.function.Name
	f.SecurityGroupID = f.ID()
	f.DeadLetterArn, f.DeadLetterName = f.deadLetters.Arn, f.deadLetters.Name
	return f, ctx.RegisterResourceOutputs(f, pulumi.Map{
		"arn": f.Arn, "name": f.Name, "roleArn": f.RoleArn, "securityGroupId": f.SecurityGroupID,
		"logGroupName": f.LogGroupName, "deadLetterArn": f.DeadLetterArn, "deadLetterName": f.DeadLetterName,
	})
}

// newLogGroup makes the group before Lambda would, which makes it without a key and without a retention. The group has the name
// that Lambda expects, so the function's loggingConfig stays unset.
// https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html
func (f *Function) newLogGroup(ctx *pulumi.Context) (*cloudwatch.LogGroup, error) {
	return cloudwatch.NewLogGroup(ctx, f.name+"-logs", &cloudwatch.LogGroupArgs{
		Name:            pulumi.String("/aws/lambda/" + f.args.FunctionName),
		KmsKeyId:        f.args.LogsKeyArn,
		RetentionInDays: pulumi.Int(f.args.LogRetentionDays),
	}, pulumi.Parent(f))
}

func (f *Function) newFunction(ctx *pulumi.Context) error {
	group, err := f.newLogGroup(ctx)
	if err != nil {
		return err
	}
	executionRole, err := f.newRole(ctx, group)
	if err != nil {
		return err
	}
	in := &lambda.FunctionArgs{
		Name:                         pulumi.String(f.args.FunctionName),
		Description:                  pulumi.String(f.args.Description),
		Role:                         executionRole.Arn,
		Architectures:                pulumi.StringArray{pulumi.String("arm64")},
		MemorySize:                   pulumi.Int(f.args.MemoryMiB),
		Timeout:                      pulumi.Int(f.args.TimeoutSeconds),
		ReservedConcurrentExecutions: pulumi.Int(f.args.ReservedConcurrency),
		VpcConfig: lambda.FunctionVpcConfigArgs{
			SubnetIds: f.args.SubnetIDs, SecurityGroupIds: pulumi.StringArray{f.ID()},
		},
		DeadLetterConfig: lambda.FunctionDeadLetterConfigArgs{TargetArn: f.deadLetters.Arn},
		TracingConfig:    lambda.FunctionTracingConfigArgs{Mode: pulumi.String("Active")},
	}
	if len(f.args.Environment) > 0 {
		in.Environment = lambda.FunctionEnvironmentArgs{
			Variables: environment.Resolve(fmt.Sprintf("function %q", f.name), f.args.Environment, whereSecretsBelong),
		}
		in.KmsKeyArn = f.args.KeyArn
	}
	if image := f.args.Code.Image; image != nil {
		in.PackageType = pulumi.String("Image")
		in.ImageUri = pulumi.Sprintf("%s:%s", image.Repository, image.Tag)
	} else {
		in.Runtime, in.Handler, in.Code = pulumi.String("provided.al2023"), pulumi.String("bootstrap"), f.args.Code.Archive
	}
	f.function, err = lambda.NewFunction(ctx, f.name+"-function", in, pulumi.Parent(f),
		pulumi.DependsOn([]pulumi.Resource{group, executionRole.Attachment}))
	f.RoleArn, f.LogGroupName = executionRole.Arn, group.Name
	return err
}
