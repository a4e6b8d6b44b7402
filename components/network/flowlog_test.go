package network_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"

	"github.com/carebase/carebase/componenttest"
)

func TestFlowLogRecordsAllTraffic(t *testing.T) {
	g := plan(t, twoZones())
	flow := componenttest.Find(t, g, "aws:ec2/flowLog:FlowLog", "network-flow-log")
	assert.Equal(t, "${network-vpc.id}", componenttest.Input(t, flow, "vpcId"))
	assert.Equal(t, "ALL", componenttest.Input(t, flow, "trafficType"))
	assert.Equal(t, "cloud-watch-logs", componenttest.Input(t, flow, "logDestinationType"))
	assert.Equal(t, "${network-flow-log-group.arn}", componenttest.Input(t, flow, "logDestination"))
	assert.Equal(t, "${network-flow-log-role.arn}", componenttest.Input(t, flow, "iamRoleArn"))

	permission := componenttest.Find(t, g, "aws:iam/rolePolicyAttachment:RolePolicyAttachment", "network-flow-log-permission")
	assert.Equal(t, "${network-flow-log-role.name}", componenttest.Input(t, permission, "role"))
	assert.Equal(t, "${network-flow-log-policy.arn}", componenttest.Input(t, permission, "policyArn"))
	assert.Contains(t, flow.Dependencies, permission.URN, "a flow log that may not write yet delivers nothing")
}

func TestFlowLogGroupIsEncryptedAndKept(t *testing.T) {
	args := twoZones()
	args.FlowLogRetentionDays = 365
	args.LogsKeyArn = pulumi.String("arn:aws:kms:us-east-1:123456789012:key/another")
	group := componenttest.Find(t, plan(t, args), "aws:cloudwatch/logGroup:LogGroup", "network-flow-log-group")
	assert.Equal(t, "/careconnect/test/flow-logs", componenttest.Input(t, group, "name"))
	assert.Equal(t, "arn:aws:kms:us-east-1:123456789012:key/another", componenttest.Input(t, group, "kmsKeyId"))
	assert.Equal(t, 365.0, componenttest.Input(t, group, "retentionInDays"))
}

func TestFlowLogRoleMayWriteToOneGroupOnly(t *testing.T) {
	g := plan(t, twoZones())
	role := componenttest.Find(t, g, "aws:iam/role:Role", "network-flow-log-role")
	assert.Equal(t, map[string]any{
		"Version": "2012-10-17",
		"Statement": []any{map[string]any{
			"Sid":       "FlowLogsOfThisAccount",
			"Effect":    "Allow",
			"Principal": map[string]any{"Service": "vpc-flow-logs.amazonaws.com"},
			"Action":    "sts:AssumeRole",
			"Condition": map[string]any{
				"StringEquals": map[string]any{"aws:SourceAccount": "123456789012"},
				"ArnLike":      map[string]any{"aws:SourceArn": "arn:aws:ec2:us-east-1:123456789012:vpc-flow-log/*"},
			},
		}},
	}, componenttest.JSON(t, role, "assumeRolePolicy"))
	assert.Nil(t, componenttest.Input(t, role, "inlinePolicies"))
	assert.Nil(t, componenttest.Input(t, role, "managedPolicyArns"))

	policy := componenttest.Find(t, g, "aws:iam/policy:Policy", "network-flow-log-policy")
	assert.Equal(t, map[string]any{
		"Version": "2012-10-17",
		"Statement": []any{
			map[string]any{
				"Sid":      "WriteToTheLogGroup",
				"Effect":   "Allow",
				"Action":   []any{"logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"},
				"Resource": []any{"${network-flow-log-group.arn}", "${network-flow-log-group.arn}:*"},
			},
			map[string]any{
				"Sid":      "FindTheLogGroup",
				"Effect":   "Allow",
				"Action":   "logs:DescribeLogGroups",
				"Resource": "*",
			},
		},
	}, componenttest.JSON(t, policy, "policy"))
}
