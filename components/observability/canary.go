package observability

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"regexp"

	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/lambda"
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/vpc"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/arg"
	"github.com/carebase/carebase/components/internal/caller"
	"github.com/carebase/carebase/components/internal/policydoc"
	"github.com/carebase/carebase/components/limits"
	"github.com/carebase/carebase/components/loggroup"
	"github.com/carebase/carebase/components/observability/detection"
)

// CanaryArgs shape a Canary.
type CanaryArgs struct {
	// FunctionName in AWS: letters, digits, "_" and "-", 64 at most. The log group and the role's policy name the function
	// before it exists. Changing it replaces the function.
	FunctionName string

	// Stack is the value of the metric's dimension Stack (see CanaryMetric).
	Stack string

	// Domain that people type. The canary asks for https://<Domain>/ and for https://<Domain><HealthPath>.
	Domain     string
	HealthPath string

	// VpcID and SubnetIDs: private subnets from which the internet can be reached by a NAT gateway.
	VpcID     pulumi.StringInput
	SubnetIDs pulumi.StringArrayInput

	// LogsKeyArn encrypts the log group, which keeps events for LogRetentionDays.
	LogsKeyArn       pulumi.StringInput
	LogRetentionDays int

	// TopicArn receives the failures of the function itself, and TopicKeyArn is the KMS key of that topic.
	TopicArn, TopicKeyArn pulumi.StringInput
}

// Canary asks for the site from the region that it is in, every minute, and publishes whether the site answered as it
// should. It belongs into another region than the site's, so that it tells of the loss of that region.
//
// It is a Lambda function rather than a canary of CloudWatch Synthetics: every minute that costs 50 US dollars a month
// and more, and looks at no more than this one. A page that is loaded but stays blank is found by neither without a
// browser: the front end's release has to test that.
type Canary struct {
	pulumi.ResourceState

	FunctionName pulumi.StringOutput `pulumi:"functionName"`
}

//go:embed canary/canary.py
var canaryCode string

// requestSeconds leaves the rest of CheckTimeout for the start of the function.
const requestSeconds = 10

var (
	hostName     = regexp.MustCompile(`^[a-z0-9.-]{1,253}$`)
	absolutePath = regexp.MustCompile(`^/\S*$`)
)

func (a *CanaryArgs) validate(name string) error {
	p := arg.Check("canary", name)
	if p.Require("Args", a != nil, "the canary's arguments"); a == nil {
		return p.Err()
	}
	p.Match("FunctionName", a.FunctionName, limits.FunctionName, limits.FunctionNameRule)
	p.Require("Stack", a.Stack != "", "the stack's name")
	p.Match("Domain", a.Domain, hostName, "a host name in lower case")
	p.Match("HealthPath", a.HealthPath, absolutePath, "a path that begins with /")
	p.Require("VpcID", a.VpcID != nil, "the VPC's ID")
	p.Require("SubnetIDs", a.SubnetIDs != nil, "private subnets with a way to the internet")
	p.Require("LogsKeyArn", a.LogsKeyArn != nil, "a KMS key ARN (see components/keys)")
	p.Require("TopicArn", a.TopicArn != nil, "the ARN of a topic in the same region (see Topic)")
	p.Require("TopicKeyArn", a.TopicKeyArn != nil, "the ARN of the topic's KMS key")
	if !loggroup.ValidRetention(a.LogRetentionDays) {
		p.Add("LogRetentionDays", a.LogRetentionDays, loggroup.RetentionRule)
	}
	return p.Err()
}

// NewCanary makes the function, what it may do, and its schedule.
func NewCanary(ctx *pulumi.Context, name string, args *CanaryArgs, opts ...pulumi.ResourceOption) (*Canary, error) {
	if err := args.validate(name); err != nil {
		return nil, err
	}
	c := &Canary{}
	if err := ctx.RegisterComponentResource("carebase:observability:Canary", name, c, opts...); err != nil {
		return nil, err
	}
	b := &canaryBuild{ctx: ctx, parent: c, name: name, args: args, id: caller.Look(ctx, c)}
	group, err := cloudwatch.NewLogGroup(ctx, name+"-log", &cloudwatch.LogGroupArgs{
		Name:            pulumi.String("/aws/lambda/" + args.FunctionName),
		KmsKeyId:        args.LogsKeyArn,
		RetentionInDays: pulumi.Int(args.LogRetentionDays),
	}, pulumi.Parent(c))
	if err != nil {
		return nil, err
	}
	role, may, err := b.newRole(group)
	if err != nil {
		return nil, err
	}
	access, err := b.newSecurityGroup()
	if err != nil {
		return nil, err
	}
	function, err := b.newFunction(role, access, []pulumi.Resource{group, may})
	if err != nil {
		return nil, err
	}
	c.FunctionName = function.Name
	if err := b.newSchedule(function); err != nil {
		return nil, err
	}
	return c, ctx.RegisterResourceOutputs(c, pulumi.Map{"functionName": c.FunctionName})
}

// canaryBuild is what the parts share while a Canary is put together.
type canaryBuild struct {
	ctx    *pulumi.Context
	parent *Canary
	name   string
	args   *CanaryArgs
	id     caller.Identity
}

// newRole lets the function write its log, be in the VPC, and say that it failed. The function's own code may not touch
// network interfaces: only Lambda does that, on the function's behalf.
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
func (b *canaryBuild) newRole(group *cloudwatch.LogGroup) (*iam.Role, *iam.RolePolicyAttachment, error) {
	role, err := iam.NewRole(b.ctx, b.name+"-role", &iam.RoleArgs{
		Description: pulumi.String("Runs the canary that asks for the site from outside."),
		AssumeRolePolicy: policydoc.Document{Statements: []policydoc.Statement{{
			Sid: "Lambda", Effect: policydoc.Allow,
			Principals: policydoc.Service("lambda.amazonaws.com"),
			Actions:    []string{"sts:AssumeRole"},
		}}}.JSON(),
	}, pulumi.Parent(b.parent))
	if err != nil {
		return nil, nil, err
	}
	interfaces := []string{
		"ec2:AssignPrivateIpAddresses", "ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface",
		"ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets", "ec2:UnassignPrivateIpAddresses",
	}
	anyResource := pulumi.StringArray{pulumi.String("*")} // none of these can be granted for interfaces that do not exist yet
	function := b.id.Arn("lambda", pulumi.String("function:"+b.args.FunctionName))
	policy, err := iam.NewPolicy(b.ctx, b.name+"-policy", &iam.PolicyArgs{
		Description: pulumi.String("Write the log of the canary, put the canary into the VPC, and tell that it failed."),
		Policy: policydoc.Document{Statements: []policydoc.Statement{
			{
				Sid: "WriteTheLog", Effect: policydoc.Allow,
				Actions:   []string{"logs:CreateLogStream", "logs:PutLogEvents"},
				Resources: pulumi.StringArray{pulumi.Sprintf("%s:*", group.Arn)},
			},
			{Sid: "BeInTheVPC", Effect: policydoc.Allow, Actions: interfaces, Resources: anyResource},
			{
				Sid: "NotByTheCode", Effect: policydoc.Deny, Actions: interfaces, Resources: anyResource,
				Conditions: []policydoc.Condition{{Test: "ArnEquals", Key: "lambda:SourceFunctionArn", Values: pulumi.StringArray{function}}},
			},
			{
				Sid: "TellOfFailures", Effect: policydoc.Allow,
				Actions: []string{"sns:Publish"}, Resources: pulumi.StringArray{b.args.TopicArn},
			},
			{
				Sid: "UseTheTopicsKey", Effect: policydoc.Allow,
				Actions: []string{"kms:Decrypt", "kms:GenerateDataKey"}, Resources: pulumi.StringArray{b.args.TopicKeyArn},
				Conditions: []policydoc.Condition{{
					Test: "StringEquals", Key: "kms:ViaService", Values: pulumi.StringArray{pulumi.Sprintf("sns.%s.amazonaws.com", b.id.Region)},
				}},
			},
		}}.JSON(),
	}, pulumi.Parent(b.parent))
	if err != nil {
		return nil, nil, err
	}
	may, err := iam.NewRolePolicyAttachment(b.ctx, b.name+"-permission", &iam.RolePolicyAttachmentArgs{
		Role: role.Name, PolicyArn: policy.Arn,
	}, pulumi.Parent(b.parent))
	return role, may, err
}

// newSecurityGroup lets the function ask for HTTPS and lets nobody in.
func (b *canaryBuild) newSecurityGroup() (*ec2.SecurityGroup, error) {
	group, err := ec2.NewSecurityGroup(b.ctx, b.name+"-access", &ec2.SecurityGroupArgs{
		Description:         pulumi.String("The canary that asks for the site from outside"),
		VpcId:               b.args.VpcID,
		RevokeRulesOnDelete: pulumi.Bool(true),
		Tags:                pulumi.StringMap{"Name": pulumi.String(b.args.FunctionName)},
	}, pulumi.Parent(b.parent))
	if err != nil {
		return nil, err
	}
	_, err = vpc.NewSecurityGroupEgressRule(b.ctx, b.name+"-to-internet", &vpc.SecurityGroupEgressRuleArgs{
		SecurityGroupId: group.ID(),
		Description:     pulumi.String("The canary to the site"),
		IpProtocol:      pulumi.String("tcp"), FromPort: pulumi.Int(443), ToPort: pulumi.Int(443),
		CidrIpv4: pulumi.String("0.0.0.0/0"), // CloudFront's addresses
	}, pulumi.Parent(b.parent))
	return group, err
}

// newFunction leaves loggingConfig out: the log group has the name that Lambda expects.
func (b *canaryBuild) newFunction(role *iam.Role, access *ec2.SecurityGroup, after []pulumi.Resource) (*lambda.Function, error) {
	config, err := json.Marshal(map[string]any{
		"stack":   b.args.Stack,
		"site":    "https://" + b.args.Domain + "/",
		"health":  "https://" + b.args.Domain + b.args.HealthPath,
		"seconds": requestSeconds,
	})
	if err != nil {
		return nil, err
	}
	function, err := lambda.NewFunction(b.ctx, b.name+"-function", &lambda.FunctionArgs{
		Name:          pulumi.String(b.args.FunctionName),
		Description:   pulumi.String("Asks for the site from outside"),
		Role:          role.Arn,
		Runtime:       pulumi.String("python3.13"),
		Architectures: pulumi.StringArray{pulumi.String("arm64")},
		Handler:       pulumi.String("canary.handler"),
		Code: pulumi.NewAssetArchive(map[string]any{
			"canary.py":   pulumi.NewStringAsset(canaryCode),
			"config.json": pulumi.NewStringAsset(string(config)),
		}),
		Timeout:                      pulumi.Int(int(detection.CheckTimeout.Seconds())),
		MemorySize:                   pulumi.Int(256),
		ReservedConcurrentExecutions: pulumi.Int(1),
		VpcConfig: lambda.FunctionVpcConfigArgs{
			SubnetIds: b.args.SubnetIDs, SecurityGroupIds: pulumi.StringArray{access.ID()},
		},
		DeadLetterConfig: lambda.FunctionDeadLetterConfigArgs{TargetArn: b.args.TopicArn},
	}, pulumi.Parent(b.parent), pulumi.DependsOn(after))
	if err != nil {
		return nil, err
	}
	// The next run comes in a minute: a failed one is not repeated.
	_, err = lambda.NewFunctionEventInvokeConfig(b.ctx, b.name+"-invocation", &lambda.FunctionEventInvokeConfigArgs{
		FunctionName:             function.Name,
		MaximumRetryAttempts:     pulumi.Int(0),
		MaximumEventAgeInSeconds: pulumi.Int(int(detection.CheckInterval.Seconds())),
	}, pulumi.Parent(b.parent))
	return function, err
}

func (b *canaryBuild) newSchedule(function *lambda.Function) error {
	schedule, err := cloudwatch.NewEventRule(b.ctx, b.name+"-schedule", &cloudwatch.EventRuleArgs{
		Description:        pulumi.String("Runs the canary"),
		ScheduleExpression: pulumi.String(fmt.Sprintf("rate(%d minute)", int(detection.CheckInterval.Minutes()))),
	}, pulumi.Parent(b.parent))
	if err != nil {
		return err
	}
	permission, err := lambda.NewPermission(b.ctx, b.name+"-invoker", &lambda.PermissionArgs{
		StatementId: pulumi.String("schedule"),
		Function:    function.Name,
		Action:      pulumi.String("lambda:InvokeFunction"),
		Principal:   pulumi.String("events.amazonaws.com"),
		SourceArn:   schedule.Arn,
	}, pulumi.Parent(b.parent))
	if err != nil {
		return err
	}
	_, err = cloudwatch.NewEventTarget(b.ctx, b.name+"-schedule-target", &cloudwatch.EventTargetArgs{
		Rule: schedule.Name,
		Arn:  function.Arn,
	}, pulumi.Parent(b.parent), pulumi.DependsOn([]pulumi.Resource{permission}))
	return err
}
