package network

import (
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/caller"
	"github.com/carebase/carebase/components/internal/policydoc"
)

// newFlowLog records all traffic of the VPC, accepted and rejected, in an encrypted log group.
func (n *Network) newFlowLog(ctx *pulumi.Context, id caller.Identity, args *Args) error {
	group, err := cloudwatch.NewLogGroup(ctx, n.child("flow-log-group"), &cloudwatch.LogGroupArgs{
		Name:            pulumi.String(args.FlowLogGroupName),
		RetentionInDays: pulumi.Int(args.FlowLogRetentionDays),
		KmsKeyId:        args.LogsKeyArn,
	}, pulumi.Parent(n))
	if err != nil {
		return err
	}
	role, permission, err := n.newFlowLogRole(ctx, id, group)
	if err != nil {
		return err
	}
	name := n.child("flow-log")
	// A flow log whose role may not write yet is created all the same and delivers nothing.
	_, err = ec2.NewFlowLog(ctx, name, &ec2.FlowLogArgs{
		VpcId:              n.VpcID,
		TrafficType:        pulumi.String("ALL"),
		LogDestinationType: pulumi.String("cloud-watch-logs"),
		LogDestination:     group.Arn,
		IamRoleArn:         role.Arn,
		Tags:               named(name),
	}, pulumi.Parent(n), pulumi.DependsOn([]pulumi.Resource{permission}))
	return err
}

// newFlowLogRole lets the flow logs of this account and region, and nobody else, write to the one log group.
// https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html
func (n *Network) newFlowLogRole(ctx *pulumi.Context, id caller.Identity, group *cloudwatch.LogGroup) (
	*iam.Role, *iam.RolePolicyAttachment, error,
) {
	trust := policydoc.Document{Statements: []policydoc.Statement{{
		Sid:        "FlowLogsOfThisAccount",
		Effect:     policydoc.Allow,
		Principals: policydoc.Service("vpc-flow-logs.amazonaws.com"),
		Actions:    []string{"sts:AssumeRole"},
		Conditions: []policydoc.Condition{
			{Test: "StringEquals", Key: "aws:SourceAccount", Values: pulumi.StringArray{id.Account}},
			{Test: "ArnLike", Key: "aws:SourceArn", Values: pulumi.StringArray{id.Arn("ec2", pulumi.String("vpc-flow-log/*"))}},
		},
	}}}
	role, err := iam.NewRole(ctx, n.child("flow-log-role"), &iam.RoleArgs{
		Description:      pulumi.String("Writes the flow logs of a VPC to their log group."),
		AssumeRolePolicy: trust.JSON(),
	}, pulumi.Parent(n))
	if err != nil {
		return nil, nil, err
	}

	permissions := policydoc.Document{Statements: []policydoc.Statement{{
		Sid:       "WriteToTheLogGroup",
		Effect:    policydoc.Allow,
		Actions:   []string{"logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"},
		Resources: pulumi.StringArray{group.Arn, pulumi.Sprintf("%s:*", group.Arn)},
	}, {
		// DescribeLogGroups has no resource types, so only "*" grants it:
		// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatchlogs.html
		Sid:       "FindTheLogGroup",
		Effect:    policydoc.Allow,
		Actions:   []string{"logs:DescribeLogGroups"},
		Resources: pulumi.StringArray{pulumi.String("*")},
	}}}
	policy, err := iam.NewPolicy(ctx, n.child("flow-log-policy"), &iam.PolicyArgs{
		Description: pulumi.String("Write the flow logs of a VPC to their log group."),
		Policy:      permissions.JSON(),
	}, pulumi.Parent(n))
	if err != nil {
		return nil, nil, err
	}
	attachment, err := iam.NewRolePolicyAttachment(ctx, n.child("flow-log-permission"), &iam.RolePolicyAttachmentArgs{
		Role:      role.Name,
		PolicyArn: policy.Arn,
	}, pulumi.Parent(n))
	return role, attachment, err
}
