package observability_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/components/observability"
	"github.com/carebase/carebase/componenttest"
	"github.com/carebase/carebase/graph"
)

const canaryComponent = "carebase:observability:Canary"

func outside() *observability.CanaryArgs {
	return &observability.CanaryArgs{
		FunctionName: "careconnect-dr-canary", Stack: "dr", Domain: "careconnect.example.com", HealthPath: "/actuator/health",
		VpcID: pulumi.String("vpc-1"), SubnetIDs: pulumi.ToStringArray([]string{"subnet-a", "subnet-b"}),
		LogsKeyArn: pulumi.String(keyArn), LogRetentionDays: 365,
		TopicArn: pulumi.String(topicArn), TopicKeyArn: pulumi.String(keyArn),
	}
}

func canary(t *testing.T, args *observability.CanaryArgs) *graph.Graph {
	t.Helper()
	return componenttest.Plan(t, "us-west-2", func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
		_, err := observability.NewCanary(ctx, "canary", args, opts...)
		return err
	})
}

func TestCanary(t *testing.T) {
	g := canary(t, outside())
	assert.Equal(t, map[string]int{
		canaryComponent: 1, "aws:cloudwatch/logGroup:LogGroup": 1,
		"aws:iam/role:Role": 1, "aws:iam/policy:Policy": 1, "aws:iam/rolePolicyAttachment:RolePolicyAttachment": 1,
		"aws:ec2/securityGroup:SecurityGroup": 1, "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": 1,
		"aws:lambda/function:Function": 1, "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": 1,
		"aws:lambda/permission:Permission": 1, ruleType: 1, targetType: 1,
	}, componenttest.Counts(g))
	componenttest.AssertTree(t, g, canaryComponent, "canary")

	inputs(t, g, ruleType, "canary-schedule", map[string]any{"description": "Runs the canary", "scheduleExpression": "rate(1 minute)"})
	inputs(t, g, targetType, "canary-schedule-target", map[string]any{"rule": "${canary-schedule.name}", "arn": "${canary-function.arn}"})
	inputs(t, g, "aws:lambda/permission:Permission", "canary-invoker", map[string]any{
		"statementId": "schedule", "function": "careconnect-dr-canary", "action": "lambda:InvokeFunction",
		"principal": "events.amazonaws.com", "sourceArn": "${canary-schedule.arn}",
	})
	inputs(t, g, "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig", "canary-invocation", map[string]any{
		"functionName": "careconnect-dr-canary", "maximumRetryAttempts": 0.0, "maximumEventAgeInSeconds": 60.0,
	})
	function := componenttest.Find(t, g, "aws:lambda/function:Function", "canary-function")
	for input, want := range map[string]any{
		"handler": "canary.handler", "timeout": 30.0, "reservedConcurrentExecutions": 1.0,
		"vpcConfig.subnetIds": []any{"subnet-a", "subnet-b"}, "deadLetterConfig.targetArn": topicArn, "environment": nil,
	} {
		assert.Equal(t, want, componenttest.Input(t, function, input), input)
	}
	inputs(t, g, "aws:cloudwatch/logGroup:LogGroup", "canary-log", map[string]any{
		"name": "/aws/lambda/careconnect-dr-canary", "kmsKeyId": keyArn, "retentionInDays": 365.0,
	})
}

// What the function asks for is in its code, so another domain is another code.
func TestCanaryAsksForItsDomain(t *testing.T) {
	code := func(change func(*observability.CanaryArgs)) string {
		args := outside()
		change(args)
		hash, ok := componenttest.Input(t, componenttest.Find(t, canary(t, args), "aws:lambda/function:Function", "canary-function"), "code").(string)
		require.True(t, ok)
		return hash
	}
	same := code(func(*observability.CanaryArgs) {})
	require.Regexp(t, `^archive:[0-9a-f]{64}$`, same)
	assert.Equal(t, same, code(func(*observability.CanaryArgs) {}))
	assert.NotEqual(t, same, code(func(a *observability.CanaryArgs) { a.Domain = "other.example.com" }))
	assert.NotEqual(t, same, code(func(a *observability.CanaryArgs) { a.HealthPath = "/health" }))
}

func TestCanaryKeepsTheRules(t *testing.T) {
	rules(t, func(ctx *pulumi.Context, name string, opts ...pulumi.ResourceOption) error {
		_, err := observability.NewCanary(ctx, name, outside(), opts...)
		return err
	})
}

func TestCanaryArgumentsAreRefused(t *testing.T) {
	with := func(args *observability.CanaryArgs) func(*pulumi.Context, ...pulumi.ResourceOption) error {
		return func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
			_, err := observability.NewCanary(ctx, "canary", args, opts...)
			return err
		}
	}
	refused(t, []wrong{
		{"none", with(nil), []string{`canary "canary": Args is missing`}},
		{"all at once", with(&observability.CanaryArgs{}), []string{
			"10 problems", `FunctionName = ""`, "Stack is missing", `Domain = ""`, `HealthPath = ""`, "VpcID is missing", "SubnetIDs is missing",
			"LogsKeyArn is missing", "TopicArn is missing", "TopicKeyArn is missing", "LogRetentionDays = 0",
		}},
	})
}
