package service_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/carebase/carebase/components/service"
	"github.com/carebase/carebase/componenttest"
	"github.com/carebase/carebase/graph"
)

const (
	roleType       = "aws:iam/role:Role"
	policyType     = "aws:iam/policy:Policy"
	attachmentType = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
)

func allow(sid string, action, resource any) map[string]any {
	return map[string]any{"Sid": sid, "Effect": "Allow", "Action": action, "Resource": resource}
}

func with(statement map[string]any, condition map[string]any) map[string]any {
	statement["Condition"] = condition
	return statement
}

func TestOnlyTasksOfThisAccountAndRegionTakeTheRolesOn(t *testing.T) {
	g := web(t, webArgs())
	for _, name := range []string{"backend-start-role", "backend-task-role"} {
		role := componenttest.Find(t, g, roleType, name)
		assert.Equal(t, map[string]map[string]any{"EcsTasks": {
			"Sid": "EcsTasks", "Effect": "Allow", "Action": "sts:AssumeRole",
			"Principal": map[string]any{"Service": "ecs-tasks.amazonaws.com"},
			"Condition": map[string]any{
				"StringEquals": map[string]any{"aws:SourceAccount": account},
				"ArnLike":      map[string]any{"aws:SourceArn": "arn:aws:ecs:us-east-1:" + account + ":*"},
			},
		}}, statements(t, role, "assumeRolePolicy"))
		assert.Nil(t, componenttest.Input(t, role, "inlinePolicies"))
		assert.Nil(t, componenttest.Input(t, role, "managedPolicyArns"))
	}
}

func TestStartingAndRunningAreTwoRoles(t *testing.T) {
	definition := componenttest.Find(t, web(t, fullWebArgs()), definitionType, "backend-definition")
	assert.Equal(t, "${backend-start-role.arn}", componenttest.Input(t, definition, "executionRoleArn"))
	assert.Equal(t, "${backend-task-role.arn}", componenttest.Input(t, definition, "taskRoleArn"))
}

// IAM-1: customer-managed policies, attached; none of AWS's own, none inline.
func TestPermissionsAreAttachedPolicies(t *testing.T) {
	g := web(t, fullWebArgs())
	assert.Empty(t, g.OfType("aws:iam/rolePolicy:RolePolicy"))
	attached := map[string]any{}
	for _, attachment := range g.OfType(attachmentType) {
		attached[componenttest.Input(t, attachment, "role").(string)] = componenttest.Input(t, attachment, "policyArn")
	}
	assert.Equal(t, map[string]any{
		"${backend-start-role.name}": "${backend-start-policy.arn}",
		"${backend-task-role.name}":  "${backend-task-policy.arn}",
	}, attached)
}

func startPolicy(t *testing.T, g *graph.Graph) map[string]map[string]any {
	t.Helper()
	return statements(t, componenttest.Find(t, g, policyType, "backend-start-policy"), "policy")
}

func TestStartingMayPullAndLogAndNoMore(t *testing.T) {
	assert.Equal(t, map[string]map[string]any{
		"SignInToRegistry": allow("SignInToRegistry", "ecr:GetAuthorizationToken", "*"),
		"PullImages": allow("PullImages",
			[]any{"ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"}, "repository-arn"),
		"WriteLogs": allow("WriteLogs", []any{"logs:CreateLogStream", "logs:PutLogEvents"}, "${backend-logs.arn}:*"),
	}, startPolicy(t, web(t, webArgs())))
}

func TestStartingReadsExactlyTheSecretsGiven(t *testing.T) {
	args := webArgs()
	args.Secrets, args.SecretsKeyArn = fullWebArgs().Secrets, fullWebArgs().SecretsKeyArn
	policy := startPolicy(t, web(t, args))
	assert.Len(t, policy, 5)
	assert.Equal(t, allow("ReadSecrets", "secretsmanager:GetSecretValue", []any{"jwt-secret", "database-secret"}), policy["ReadSecrets"],
		"ARNs without JSON keys, each once")
	assert.Equal(t, with(allow("DecryptSecrets", "kms:Decrypt", "secrets-key"), map[string]any{
		"StringEquals": map[string]any{"kms:ViaService": "secretsmanager.us-east-1.amazonaws.com"},
	}), policy["DecryptSecrets"])
}

func TestStartingPullsTheCollectorToo(t *testing.T) {
	args := webArgs()
	args.Tracing = fullWebArgs().Tracing
	assert.Equal(t, []any{"repository-arn", "collector-arn"}, startPolicy(t, web(t, args))["PullImages"]["Resource"])
}

func TestApplicationMayDoWhatItIsGiven(t *testing.T) {
	assert.Len(t, web(t, webArgs()).OfType(policyType), 1, "nothing given, no policy for the application")

	given := allow("ReadFiles", "s3:GetObject", "files/*")
	sessions := map[string]map[string]any{
		"OpenSessions": allow("OpenSessions", []any{
			"ssmmessages:CreateControlChannel", "ssmmessages:CreateDataChannel",
			"ssmmessages:OpenControlChannel", "ssmmessages:OpenDataChannel",
		}, "*"),
		"FindSessionLogs": allow("FindSessionLogs", "logs:DescribeLogGroups", "*"),
		"RecordSessions": allow("RecordSessions",
			[]any{"logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"}, "exec-logs-arn:*"),
		"EncryptSessions": allow("EncryptSessions", "kms:Decrypt", "exec-key"),
	}
	traces := map[string]map[string]any{"SendTraces": allow("SendTraces", []any{
		"xray:GetSamplingRules", "xray:GetSamplingStatisticSummaries", "xray:GetSamplingTargets",
		"xray:PutTelemetryRecords", "xray:PutTraceSegments",
	}, "*")}

	for name, c := range map[string]struct {
		change func(*service.WebArgs)
		want   map[string]map[string]any
	}{
		"given": {
			func(args *service.WebArgs) { args.TaskPolicy = fullWebArgs().TaskPolicy },
			map[string]map[string]any{"ReadFiles": with(given, map[string]any{"Bool": map[string]any{"aws:SecureTransport": "true"}})},
		},
		"sessions": {func(args *service.WebArgs) { args.EnableExec = true }, sessions},
		"tracing":  {func(args *service.WebArgs) { args.Tracing = fullWebArgs().Tracing }, traces},
	} {
		t.Run(name, func(t *testing.T) {
			args := webArgs()
			c.change(args)
			assert.Equal(t, c.want, statements(t, componenttest.Find(t, web(t, args), policyType, "backend-task-policy"), "policy"))
		})
	}
	assert.Len(t, statements(t, componenttest.Find(t, web(t, fullWebArgs()), policyType, "backend-task-policy"), "policy"), 6)
}
