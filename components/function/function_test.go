package function_test

import (
	"strings"
	"testing"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/components/function"
	"github.com/carebase/carebase/components/queue"
	"github.com/carebase/carebase/componenttest"
	"github.com/carebase/carebase/graph"
	"github.com/carebase/carebase/plan"
	"github.com/carebase/carebase/policy"
	"github.com/carebase/carebase/policy/catalogue"
)

const (
	component      = "carebase:function:Function"
	functionType   = "aws:lambda/function:Function"
	permissionType = "aws:lambda/permission:Permission"
	mappingType    = "aws:lambda/eventSourceMapping:EventSourceMapping"
	scheduleType   = "aws:scheduler/schedule:Schedule"
	ruleType       = "aws:cloudwatch/eventRule:EventRule"
	targetType     = "aws:cloudwatch/eventTarget:EventTarget"
	groupType      = "aws:ec2/securityGroup:SecurityGroup"
	egressType     = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
	roleType       = "aws:iam/role:Role"
	policyType     = "aws:iam/policy:Policy"
	attachmentType = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
	logGroupType   = "aws:cloudwatch/logGroup:LogGroup"
	queueType      = "aws:sqs/queue:Queue"
)

func archive() pulumi.Archive {
	return pulumi.NewAssetArchive(map[string]any{"bootstrap": pulumi.NewStringAsset("binary")})
}

// resize are the arguments of a function with nothing optional.
func resize() *function.Args {
	return &function.Args{
		FunctionName: "careconnect-prod-resize", Description: "Makes previews of images",
		Code:      function.Code{Archive: archive()},
		MemoryMiB: 512, TimeoutSeconds: 30, ReservedConcurrency: 5,
		VpcID: pulumi.String("vpc-1"), SubnetIDs: pulumi.ToStringArray([]string{"subnet-a", "subnet-b"}),
		KeyArn: pulumi.String("data-key"), LogsKeyArn: pulumi.String("logs-key"), LogRetentionDays: 365,
	}
}

// with adds everything optional but the queue, which is a resource.
func withAll() *function.Args {
	args := resize()
	args.Environment = map[string]pulumi.StringInput{"BUCKET": pulumi.String("files"), "DB_SECRET_ARN": pulumi.String("arn:db")}
	args.Policy = []function.Statement{{
		Sid: "ReadFiles", Effect: "Allow", Actions: []string{"s3:GetObject"}, Resources: pulumi.StringArray{pulumi.String("files/*")},
	}}
	args.Schedules = []function.Schedule{
		{Name: "weekly", Expression: "cron(0 2 ? * SUN *)", Input: `{"full":true}`}, {Name: "hourly", Expression: "rate(1 hour)"},
	}
	args.Objects = []function.Objects{{Name: "uploads", Bucket: pulumi.String("files"), Prefix: "images/"}}
	args.RotatesSecrets = true
	return args
}

func build(args *function.Args) func(*pulumi.Context, string, ...pulumi.ResourceOption) error {
	return func(ctx *pulumi.Context, name string, opts ...pulumi.ResourceOption) error {
		f, err := function.New(ctx, name, args, opts...)
		if err != nil {
			return err
		}
		if err := f.AllowTo(ctx, "database", pulumi.String("sg-database"), 5432); err != nil {
			return err
		}
		return f.AllowToPrefixList(ctx, "s3", pulumi.String("pl-s3"), 443)
	}
}

func planned(t *testing.T, args *function.Args) *graph.Graph {
	t.Helper()
	return componenttest.Plan(t, "us-east-1", func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
		return build(args)(ctx, "resize", opts...)
	})
}

// fed is a function that a queue feeds. The queue is outside of the function's tree.
func fed(t *testing.T, change func(*function.Args)) (*graph.Graph, error) {
	t.Helper()
	var refused error
	g := componenttest.Plan(t, "us-east-1", func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
		source, err := queue.New(ctx, "images", &queue.Args{
			KeyArn: pulumi.String("data-key"), RetentionSeconds: 86400, VisibilityTimeoutSeconds: 180, MaxReceiveCount: 5,
		}, opts...)
		if err != nil {
			return err
		}
		args := resize()
		args.Queues = []function.Queue{{Name: "images", Source: source, BatchSize: 10, MaxConcurrency: 4}}
		change(args)
		_, refused = function.New(ctx, "resize", args, opts...)
		return nil
	})
	return g, refused
}

func inputs(t *testing.T, g *graph.Graph, typ, name string, want map[string]any) {
	t.Helper()
	r := componenttest.Find(t, g, typ, name)
	for path, value := range want {
		assert.Equal(t, value, componenttest.Input(t, r, path), "%s of %s", path, name)
	}
}

func statements(t *testing.T, g *graph.Graph, typ, name, input string) []any {
	t.Helper()
	return componenttest.JSON(t, componenttest.Find(t, g, typ, name), input)["Statement"].([]any)
}

func allow(sid string, action, resource any) map[string]any {
	return map[string]any{"Sid": sid, "Effect": "Allow", "Action": action, "Resource": resource}
}

func through(s map[string]any, service string) map[string]any {
	s["Condition"] = map[string]any{"StringEquals": map[string]any{"kms:ViaService": service + ".us-east-1.amazonaws.com"}}
	return s
}

func TestFunction(t *testing.T) {
	g := planned(t, resize())
	assert.Equal(t, map[string]int{
		component: 1, functionType: 1, logGroupType: 1, roleType: 1, policyType: 1, attachmentType: 1, groupType: 1, egressType: 2,
		"carebase:queue:DeadLetterQueue": 1, queueType: 1, "aws:sqs/queuePolicy:QueuePolicy": 1,
	}, componenttest.Counts(g))
	inputs(t, g, functionType, "resize-function", map[string]any{
		"name": "careconnect-prod-resize", "description": "Makes previews of images", "role": "${resize-role.arn}",
		"architectures": []any{"arm64"}, "runtime": "provided.al2023", "handler": "bootstrap", "packageType": nil, "imageUri": nil,
		"memorySize": 512.0, "timeout": 30.0, "reservedConcurrentExecutions": 5.0,
		"vpcConfig.subnetIds": []any{"subnet-a", "subnet-b"}, "vpcConfig.securityGroupIds": []any{"${resize-security-group.id}"},
		"deadLetterConfig.targetArn": "${resize-dead-letters-queue.arn}", "tracingConfig.mode": "Active",
		"environment": nil, "kmsKeyArn": nil,
	})
	assert.NotNil(t, componenttest.Input(t, componenttest.Find(t, g, functionType, "resize-function"), "code"))
	inputs(t, g, logGroupType, "resize-logs", map[string]any{
		"name": "/aws/lambda/careconnect-prod-resize", "kmsKeyId": "logs-key", "retentionInDays": 365.0,
	})
	inputs(t, g, queueType, "resize-dead-letters-queue", map[string]any{"kmsMasterKeyId": "data-key"})
}

func TestFunctionOfAnImage(t *testing.T) {
	args := resize()
	args.Code = function.Code{Image: &function.Image{Repository: pulumi.String("registry/resize"), Tag: "1.2.3"}}
	inputs(t, planned(t, args), functionType, "resize-function", map[string]any{
		"packageType": "Image", "imageUri": "registry/resize:1.2.3", "runtime": nil, "handler": nil, "code": nil,
		"architectures": []any{"arm64"},
	})
}

// Lambda tests the role's permissions when it makes the function, and would make a log group without a key.
func TestFunctionWaitsForItsPermissionsAndLogGroup(t *testing.T) {
	g := planned(t, resize())
	r := componenttest.Find(t, g, functionType, "resize-function")
	assert.Contains(t, r.Dependencies, componenttest.Find(t, g, attachmentType, "resize-attachment").URN)
	assert.Contains(t, r.Dependencies, componenttest.Find(t, g, logGroupType, "resize-logs").URN)
	assert.Contains(t, r.PropertyDependencies["deadLetterConfig"],
		componenttest.Find(t, g, "aws:sqs/queuePolicy:QueuePolicy", "resize-dead-letters-policy").URN)
}

func TestEnvironmentIsUnderTheKey(t *testing.T) {
	g := planned(t, withAll())
	inputs(t, g, functionType, "resize-function", map[string]any{
		"environment.variables": map[string]any{"BUCKET": "files", "DB_SECRET_ARN": "arn:db"}, "kmsKeyArn": "data-key",
	})
}

// What is known only while the program runs is refused there.
func TestSecretOutputsAreRefused(t *testing.T) {
	for name, value := range map[string]pulumi.StringInput{
		"a secret":            pulumi.ToSecret(pulumi.String("x")).(pulumi.StringOutput),
		"a password in a URL": pulumi.Sprintf("postgres://app:%s@db/care", "hunter2"),
	} {
		_, err := run(func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
			args := resize()
			args.Environment = map[string]pulumi.StringInput{"ORIGIN": value}
			return build(args)(ctx, "resize", opts...)
		})
		require.ErrorContains(t, err, "Environment[ORIGIN] contains "+name)
		assert.NotContains(t, err.Error(), "hunter2")
	}
}

func TestRoleMayDoNothingElse(t *testing.T) {
	network := []any{
		"ec2:AssignPrivateIpAddresses", "ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface",
		"ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets", "ec2:UnassignPrivateIpAddresses",
	}
	always := []any{
		allow("WriteLogs", []any{"logs:CreateLogStream", "logs:PutLogEvents"}, "${resize-logs.arn}:*"),
		allow("SendTraces", []any{"xray:PutTelemetryRecords", "xray:PutTraceSegments"}, "*"),
		allow("ConnectToVpc", network, "*"),
		map[string]any{
			"Sid": "DenyNetworkToCode", "Effect": "Deny", "Action": network, "Resource": "*",
			"Condition": map[string]any{"ArnEquals": map[string]any{
				"lambda:SourceFunctionArn": "arn:aws:lambda:us-east-1:123456789012:function:careconnect-prod-resize",
			}},
		},
	}
	deadLetters := []any{
		allow("SendToResizeDeadLetters", []any{"sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:SendMessage"}, "${resize-dead-letters-queue.arn}"),
		through(allow("EncryptForResizeDeadLetters", []any{"kms:Decrypt", "kms:GenerateDataKey"}, "data-key"), "sqs"),
	}
	assert.Equal(t, append(append([]any{}, always...), deadLetters...), statements(t, planned(t, resize()), policyType, "resize-policy", "policy"))

	want := append(append([]any{}, always...), allow("DecryptEnvironment", "kms:Decrypt", "data-key"))
	want = append(append(want, deadLetters...), allow("ReadFiles", "s3:GetObject", "files/*"))
	g := planned(t, withAll())
	assert.Equal(t, want, statements(t, g, policyType, "resize-policy", "policy"))
	assert.Equal(t, []any{map[string]any{
		"Sid": "Lambda", "Effect": "Allow", "Action": "sts:AssumeRole", "Principal": map[string]any{"Service": "lambda.amazonaws.com"},
	}}, statements(t, g, roleType, "resize-role", "assumeRolePolicy"))
	inputs(t, g, attachmentType, "resize-attachment", map[string]any{"role": "${resize-role.name}", "policyArn": "${resize-policy.arn}"})
}

func TestNothingInAndOnlyNamedPeersOut(t *testing.T) {
	g := planned(t, withAll())
	assert.Empty(t, g.OfType("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"))
	require.Len(t, g.OfType(egressType), 2)
	inputs(t, g, egressType, "resize-to-database", map[string]any{
		"securityGroupId": "${resize-security-group.id}", "referencedSecurityGroupId": "sg-database", "ipProtocol": "tcp",
		"fromPort": 5432.0, "toPort": 5432.0, "cidrIpv4": nil,
	})
	inputs(t, g, egressType, "resize-to-s3", map[string]any{"prefixListId": "pl-s3", "fromPort": 443.0, "toPort": 443.0, "cidrIpv4": nil})
	inputs(t, g, groupType, "resize-security-group", map[string]any{"vpcId": "vpc-1", "ingress": nil, "egress": nil, "revokeRulesOnDelete": true})

	_, err := run(func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
		f, err := function.New(ctx, "resize", resize(), opts...)
		if err != nil {
			return err
		}
		return f.AllowTo(ctx, "Data", nil, 0)
	})
	for _, want := range []string{`name = "Data"`, "PeerSecurityGroupID is missing", "port = 0"} {
		assert.ErrorContains(t, err, want)
	}
}

func TestSchedules(t *testing.T) {
	g := planned(t, withAll())
	require.Len(t, g.OfType(scheduleType), 2)
	inputs(t, g, scheduleType, "resize-schedule-weekly", map[string]any{
		"scheduleExpression": "cron(0 2 ? * SUN *)", "scheduleExpressionTimezone": "UTC", "state": "ENABLED",
		"flexibleTimeWindow.mode": "OFF", "target.arn": "${resize-function.arn}", "target.roleArn": "${resize-scheduler-role.arn}",
		"target.input": `{"full":true}`, "target.deadLetterConfig.arn": "${resize-dead-letters-queue.arn}",
		"target.retryPolicy.maximumEventAgeInSeconds": 3600.0, "target.retryPolicy.maximumRetryAttempts": 10.0,
	})
	inputs(t, g, scheduleType, "resize-schedule-hourly", map[string]any{"scheduleExpression": "rate(1 hour)", "target.input": nil})
	assert.Equal(t, []any{
		allow("InvokeFunction", "lambda:InvokeFunction", "${resize-function.arn}"),
		allow("SendToResizeDeadLetters", []any{"sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:SendMessage"}, "${resize-dead-letters-queue.arn}"),
		through(allow("EncryptForResizeDeadLetters", []any{"kms:Decrypt", "kms:GenerateDataKey"}, "data-key"), "sqs"),
	}, statements(t, g, policyType, "resize-scheduler-policy", "policy"))
	assert.Equal(t, []any{map[string]any{
		"Sid": "Schedules", "Effect": "Allow", "Action": "sts:AssumeRole", "Principal": map[string]any{"Service": "scheduler.amazonaws.com"},
		"Condition": map[string]any{
			"StringEquals": map[string]any{"aws:SourceAccount": "123456789012"},
			"ArnEquals":    map[string]any{"aws:SourceArn": "arn:aws:scheduler:us-east-1:123456789012:schedule-group/default"},
		},
	}}, statements(t, g, roleType, "resize-scheduler-role", "assumeRolePolicy"))
}

func TestQueueFeedsTheFunction(t *testing.T) {
	g, err := fed(t, func(*function.Args) {})
	require.NoError(t, err)
	inputs(t, g, mappingType, "resize-queue-images", map[string]any{
		"eventSourceArn": "${images-queue.arn}", "functionName": "${resize-function.arn}", "batchSize": 10.0,
		"scalingConfig.maximumConcurrency": 4.0, "functionResponseTypes": []any{"ReportBatchItemFailures"},
	})
	all := statements(t, g, policyType, "resize-policy", "policy")
	assert.Equal(t, []any{
		allow("ReceiveFromImages", []any{
			"sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage",
		}, "${images-queue.arn}"),
		through(allow("DecryptFromImages", "kms:Decrypt", "data-key"), "sqs"),
	}, all[len(all)-2:])
}

func TestQueuesThatAreRefused(t *testing.T) {
	for want, change := range map[string]func(*function.Args){
		"Queues[0].BatchSize = 11: allowed is 1 to 10":              func(a *function.Args) { a.Queues[0].BatchSize = 11 },
		"Queues[0].MaxConcurrency = 6: allowed is 2 to 5":           func(a *function.Args) { a.Queues[0].MaxConcurrency = 6 },
		"Queues[0].MaxConcurrency = 1: allowed is 2 to 5":           func(a *function.Args) { a.Queues[0].MaxConcurrency = 1 },
		"VisibilityTimeoutSeconds of at least TimeoutSeconds (181)": func(a *function.Args) { a.TimeoutSeconds = 181 },
		"Queues[0].Source is missing":                               func(a *function.Args) { a.Queues[0].Source = nil },
		"no other schedule, queue or bucket":                        func(a *function.Args) { a.Schedules = []function.Schedule{{Name: "images", Expression: "rate(1 day)"}} },
	} {
		_, err := fed(t, change)
		assert.ErrorContains(t, err, want)
	}
}

func TestNewObjectsInvokeTheFunction(t *testing.T) {
	g := planned(t, withAll())
	rule := componenttest.Find(t, g, ruleType, "resize-objects-uploads")
	assert.Equal(t, map[string]any{
		"source": []any{"aws.s3"}, "detail-type": []any{"Object Created"},
		"detail": map[string]any{
			"bucket": map[string]any{"name": []any{"files"}}, "object": map[string]any{"key": []any{map[string]any{"prefix": "images/"}}},
		},
	}, componenttest.JSON(t, rule, "eventPattern"))
	inputs(t, g, permissionType, "resize-objects-uploads-permission", map[string]any{
		"function": "careconnect-prod-resize", "action": "lambda:InvokeFunction", "principal": "events.amazonaws.com",
		"sourceArn": "${resize-objects-uploads.arn}",
	})
	inputs(t, g, targetType, "resize-objects-uploads-target", map[string]any{
		"rule": "${resize-objects-uploads.name}", "arn": "${resize-function.arn}",
		"deadLetterConfig.arn": "${resize-dead-letters-queue.arn}", "retryPolicy.maximumEventAgeInSeconds": 3600.0,
	})
	letters := statements(t, g, "aws:sqs/queuePolicy:QueuePolicy", "resize-dead-letters-policy", "policy")
	require.Len(t, letters, 3)
	assert.Equal(t, map[string]any{"ArnEquals": map[string]any{"aws:SourceArn": "${resize-objects-uploads.arn}"}},
		letters[2].(map[string]any)["Condition"])

	args := withAll()
	args.Objects[0].Prefix = ""
	detail := componenttest.JSON(t, componenttest.Find(t, planned(t, args), ruleType, "resize-objects-uploads"), "eventPattern")["detail"]
	assert.Equal(t, map[string]any{"bucket": map[string]any{"name": []any{"files"}}}, detail)
}

func TestSecretsManagerOfThisAccountInvokesTheFunction(t *testing.T) {
	g := planned(t, withAll())
	inputs(t, g, permissionType, "resize-rotation-permission", map[string]any{
		"function": "careconnect-prod-resize", "action": "lambda:InvokeFunction", "principal": "secretsmanager.amazonaws.com",
		"sourceAccount": "123456789012",
	})

	// A rotation that is made before the permission fails.
	g = componenttest.Plan(t, "us-east-1", func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
		f, err := function.New(ctx, "resize", withAll(), opts...)
		if err != nil {
			return err
		}
		var user pulumi.CustomResourceState
		return ctx.RegisterResource("test:index/user:User", "user", pulumi.Map{"arn": f.Arn}, &user)
	})
	user := componenttest.Find(t, g, "test:index/user:User", "user")
	assert.Equal(t, "${resize-function.arn}", componenttest.Input(t, user, "arn"))
	assert.Contains(t, user.PropertyDependencies["arn"], componenttest.Find(t, g, permissionType, "resize-rotation-permission").URN)

	assert.Empty(t, planned(t, resize()).OfType(permissionType))
}

// The whole catalogue, without the controls that want account-wide resources.
func TestControlsOfFunctions(t *testing.T) {
	controls := []string{
		"FN-1", "FN-2", "FN-3", "FN-4", "X-FN-ENV", "X-SQS-KMS", "X-SQS-TLS", "X-SQS-DLQ", "CW-2", "CW-3",
		"IAM-1", "IAM-2", "IAM-3", "IAM-4",
	}
	queueFed, err := fed(t, func(*function.Args) {})
	require.NoError(t, err)
	for name, g := range map[string]*graph.Graph{"all": planned(t, withAll()), "queue": queueFed} {
		result, err := catalogue.Audit(g, policy.Options{Only: controls, Now: time.Unix(0, 0)})
		require.NoError(t, err)
		assert.Empty(t, result.Findings, name)
		for _, control := range result.Controls {
			if name == "all" && control.Control.ID != "X-SQS-DLQ" { // whose queue is a dead-letter queue itself
				assert.Equal(t, policy.Compliant, control.Outcome, control.Control.ID)
			}
		}
	}
}

func TestOutputs(t *testing.T) {
	got := componenttest.Outputs(t, func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) ([]pulumi.StringOutput, error) {
		f, err := function.New(ctx, "resize", resize(), opts...)
		if err != nil {
			return nil, err
		}
		return []pulumi.StringOutput{f.Arn, f.Name, f.RoleArn, f.SecurityGroupID, f.LogGroupName, f.DeadLetterArn, f.DeadLetterName}, nil
	})
	assert.Equal(t, []any{
		"${resize-function.arn}", "careconnect-prod-resize", "${resize-role.arn}", "${resize-security-group.id}",
		"/aws/lambda/careconnect-prod-resize", "${resize-dead-letters-queue.arn}", "${resize-dead-letters-queue.name}",
	}, got)
}

func TestRulesOfComponents(t *testing.T) {
	for name, args := range map[string]*function.Args{"least": resize(), "all": withAll()} {
		t.Run(name, func(t *testing.T) {
			componenttest.AssertTree(t, planned(t, args), component, "resize")
			componenttest.AssertRegion(t, build(args))
			componenttest.AssertOptionsStay(t, build(args))
			componenttest.AssertStable(t, build(args))
		})
	}
}

func TestEveryProblemIsReportedAtOnce(t *testing.T) {
	got := refusal(t, "Resize", &function.Args{
		FunctionName: "no spaces", Code: function.Code{Archive: archive(), Image: &function.Image{Tag: "latest"}},
		MemoryMiB: 64, TimeoutSeconds: 901,
		Environment: map[string]pulumi.StringInput{
			"DB_PASSWORD": pulumi.String("hunter2"), "1ST": pulumi.String("x"), "URL": pulumi.String("postgres://a:hunter2@db"), "NIL": nil,
		},
		Policy:    []function.Statement{{Sid: "WriteLogs", Effect: "Allow", Actions: []string{"s3:*"}, Resources: pulumi.StringArray{pulumi.String("*")}}},
		Schedules: []function.Schedule{{Name: "A", Expression: "rate(1 hours)", Input: "-----BEGIN PRIVATE KEY-----"}},
		Objects:   []function.Objects{{Name: "a"}},
	})
	for _, want := range []string{
		`name = "Resize"`, `FunctionName = "no spaces"`, `Description = ""`, "either Archive or Image", "Code.Image.Repository is missing",
		`Code.Image.Tag = "latest"`, "MemoryMiB = 64", "TimeoutSeconds = 901", "ReservedConcurrency = 0",
		`Environment = "DB_PASSWORD"`, `Environment = "1ST"`, "Environment[URL]", "a password in a URL", "Environment[NIL] is missing",
		`Policy[0].Sid = "WriteLogs"`, `Policy[0].Actions = "s3:*"`, "VpcID is missing", "SubnetIDs is missing", "KeyArn is missing",
		"LogsKeyArn is missing", "LogRetentionDays = 0", `Schedules[0].Name = "A"`, `Schedules[0].Expression = "rate(1 hours)"`,
		"Schedules[0].Input", "Objects[0].Bucket is missing",
	} {
		assert.Contains(t, got, want)
	}
	assert.NotContains(t, got, "hunter2")
	assert.Contains(t, refusal(t, "resize", nil), "a *function.Args")
}

func TestBoundsOfNumbers(t *testing.T) {
	for want, change := range map[string]func(*function.Args){
		"MemoryMiB = 10241":         func(a *function.Args) { a.MemoryMiB = 10241 },
		"TimeoutSeconds = 0":        func(a *function.Args) { a.TimeoutSeconds = 0 },
		"ReservedConcurrency = 901": func(a *function.Args) { a.ReservedConcurrency = 901 },
		"Description":               func(a *function.Args) { a.Description = strings.Repeat("a", 257) },
		"either Archive or Image":   func(a *function.Args) { a.Code = function.Code{} },
	} {
		args := resize()
		change(args)
		assert.Contains(t, refusal(t, "resize", args), want)
	}
	for _, bounds := range [][3]int{{128, 1, 1}, {10240, 900, 900}} {
		args := resize()
		args.MemoryMiB, args.TimeoutSeconds, args.ReservedConcurrency = bounds[0], bounds[1], bounds[2]
		planned(t, args)
	}
}

func refusal(t *testing.T, name string, args *function.Args) string {
	t.Helper()
	return componenttest.Refused(t, func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
		_, err := function.New(ctx, name, args, opts...)
		return err
	}).Error()
}

// run is componenttest.Plan for programs that fail after they registered resources.
func run(program componenttest.Program) (*graph.Graph, error) {
	return plan.Run(plan.Program{Project: "careconnect", Stack: "test", Run: func(ctx *pulumi.Context) error {
		opts, err := componenttest.Providers(ctx, "us-east-1", "")
		if err != nil {
			return err
		}
		return program(ctx, opts...)
	}})
}
