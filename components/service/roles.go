package service

import (
	"maps"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/caller"
	"github.com/carebase/carebase/components/internal/policydoc"
)

// A role that tasks take on, and its attachment: nil for a role that may do nothing.
type role struct {
	*iam.Role
	attachment *iam.RolePolicyAttachment
}

func newRole(
	ctx *pulumi.Context, parent pulumi.Resource, name, description string, id caller.Identity, statements []policydoc.Statement,
) (role, error) {
	made, err := iam.NewRole(ctx, name+"-role", &iam.RoleArgs{
		Description:      pulumi.String(description),
		AssumeRolePolicy: trust(id).JSON(),
	}, pulumi.Parent(parent))
	if err != nil || len(statements) == 0 {
		return role{Role: made}, err
	}
	policy, err := iam.NewPolicy(ctx, name+"-policy", &iam.PolicyArgs{
		Description: pulumi.String(description),
		Policy:      policydoc.Document{Statements: statements}.JSON(),
	}, pulumi.Parent(parent))
	if err != nil {
		return role{}, err
	}
	attachment, err := iam.NewRolePolicyAttachment(ctx, name+"-attachment", &iam.RolePolicyAttachmentArgs{
		Role:      made.Name,
		PolicyArn: policy.Arn,
	}, pulumi.Parent(parent))
	return role{Role: made, attachment: attachment}, err
}

// trust lets ECS tasks of this account and region take the role on, and nobody's else.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html
func trust(id caller.Identity) policydoc.Document {
	return policydoc.Document{Statements: []policydoc.Statement{{
		Sid:        "EcsTasks",
		Effect:     policydoc.Allow,
		Principals: policydoc.Service("ecs-tasks.amazonaws.com"),
		Actions:    []string{"sts:AssumeRole"},
		Conditions: []policydoc.Condition{
			{Test: "StringEquals", Key: "aws:SourceAccount", Values: pulumi.StringArray{id.Account}},
			{Test: "ArnLike", Key: "aws:SourceArn", Values: pulumi.StringArray{id.Arn("ecs", pulumi.String("*"))}},
		},
	}}}
}

// startStatements are what ECS does before the application runs: pull exactly these images, read exactly these
// secrets, write to exactly this log group.
func (args *TaskArgs) startStatements(id caller.Identity, logGroup *cloudwatch.LogGroup) []policydoc.Statement {
	repositories := pulumi.StringArray{args.Image.RepositoryArn}
	if args.Tracing != nil {
		repositories = append(repositories, args.Tracing.Image.RepositoryArn)
	}
	statements := []policydoc.Statement{
		allow("SignInToRegistry", pulumi.StringArray{anything}, "ecr:GetAuthorizationToken"), // has no resources
		allow("PullImages", repositories, "ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"),
		allow("WriteLogs", streamsOf(logGroup.Arn), "logs:CreateLogStream", "logs:PutLogEvents"),
	}
	if len(args.Secrets) == 0 {
		return statements
	}
	decrypt := allow("DecryptSecrets", pulumi.StringArray{args.SecretsKeyArn}, "kms:Decrypt")
	decrypt.Conditions = []policydoc.Condition{{
		Test: "StringEquals", Key: "kms:ViaService", Values: pulumi.StringArray{pulumi.Sprintf("secretsmanager.%s.amazonaws.com", id.Region)},
	}}
	return append(statements, allow("ReadSecrets", args.secretArns(), "secretsmanager:GetSecretValue"), decrypt)
}

// secretArns are the secrets' ARNs without the JSON keys, each once, in the order of the variables' names.
func (args *TaskArgs) secretArns() pulumi.StringArrayOutput {
	var arns pulumi.StringArray
	for _, variable := range slices.Sorted(maps.Keys(args.Secrets)) {
		arns = append(arns, args.Secrets[variable].Arn)
	}
	return arns.ToStringArrayOutput().ApplyT(func(all []string) []string {
		var once []string
		for _, arn := range all {
			if !slices.Contains(once, arn) {
				once = append(once, arn)
			}
		}
		return once
	}).(pulumi.StringArrayOutput)
}

// The statements that are added to TaskArgs.TaskPolicy.
const (
	openSessions    = "OpenSessions"
	findSessionLogs = "FindSessionLogs"
	recordSessions  = "RecordSessions"
	encryptSessions = "EncryptSessions"
	sendTraces      = "SendTraces"
)

var ownSids = []string{openSessions, findSessionLogs, recordSessions, encryptSessions, sendTraces}

// applicationStatements are what the application may do: what it was given, and what sessions and tracing need.
func (args *TaskArgs) applicationStatements() []policydoc.Statement {
	statements := slices.Clone(args.TaskPolicy)
	if args.EnableExec {
		statements = append(statements,
			allow(openSessions, pulumi.StringArray{anything}, // sessions have no ARN
				"ssmmessages:CreateControlChannel", "ssmmessages:CreateDataChannel",
				"ssmmessages:OpenControlChannel", "ssmmessages:OpenDataChannel"),
			allow(findSessionLogs, pulumi.StringArray{anything}, "logs:DescribeLogGroups"), // takes no single group
			allow(recordSessions, streamsOf(args.Cluster.ExecLogGroup), "logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"),
			allow(encryptSessions, pulumi.StringArray{args.Cluster.ExecKeyArn}, "kms:Decrypt"),
		)
	}
	if args.Tracing != nil {
		statements = append(statements, allow(sendTraces, pulumi.StringArray{anything}, // X-Ray's data has no ARN
			"xray:GetSamplingRules", "xray:GetSamplingStatisticSummaries", "xray:GetSamplingTargets",
			"xray:PutTelemetryRecords", "xray:PutTraceSegments"))
	}
	return statements
}

const anything = pulumi.String("*")

func allow(sid string, resources pulumi.StringArrayInput, actions ...string) policydoc.Statement {
	return policydoc.Statement{Sid: sid, Effect: policydoc.Allow, Actions: actions, Resources: resources}
}

// streamsOf is a log group as policies name it: the group and what is in it.
func streamsOf(logGroupArn pulumi.StringInput) pulumi.StringArray {
	return pulumi.StringArray{pulumi.Sprintf("%s:*", logGroupArn)}
}
