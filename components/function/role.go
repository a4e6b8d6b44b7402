package function

import (
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/cloudwatch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/policydoc"
	"github.com/carebase/carebase/components/internal/role"
)

// ownSids are the Sids of the statements that newRole adds to Args.Policy. The statements of queues have the queue's name in
// their Sids.
var ownSids = []string{"WriteLogs", "SendTraces", "ConnectToVpc", "DenyNetworkToCode", "DecryptEnvironment"}

// networkInterfaces are the actions with which Lambda connects the function to the VPC. None of them can be limited to the
// network interfaces of one function: these do not exist before.
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions
var networkInterfaces = []string{
	"ec2:AssignPrivateIpAddresses", "ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface",
	"ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets", "ec2:UnassignPrivateIpAddresses",
}

var anything = pulumi.StringArray{pulumi.String("*")}

// newRole makes the execution role: write the log and traces, be in the VPC, send failed events to the dead-letter queue, receive
// from the queues, and Args.Policy. The function's own code may not use the network interface actions, only Lambda.
func (f *Function) newRole(ctx *pulumi.Context, group *cloudwatch.LogGroup) (*role.Role, error) {
	functionArn := f.id.Arn("lambda", pulumi.String("function:"+f.args.FunctionName))
	statements := []policydoc.Statement{
		role.Allow("WriteLogs", pulumi.StringArray{pulumi.Sprintf("%s:*", group.Arn)}, "logs:CreateLogStream", "logs:PutLogEvents"),
		role.Allow("SendTraces", anything, "xray:PutTelemetryRecords", "xray:PutTraceSegments"), // X-Ray's data has no ARN
		role.Allow("ConnectToVpc", anything, networkInterfaces...),
		{
			Sid: "DenyNetworkToCode", Effect: policydoc.Deny, Actions: networkInterfaces, Resources: anything,
			Conditions: []policydoc.Condition{{
				Test: "ArnEquals", Key: "lambda:SourceFunctionArn", Values: pulumi.StringArray{functionArn},
			}},
		},
	}
	if len(f.args.Environment) > 0 {
		// https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars-encryption.html
		statements = append(statements, role.Allow("DecryptEnvironment", pulumi.StringArray{f.args.KeyArn}, "kms:Decrypt"))
	}
	statements = append(statements, f.deadLetters.SendStatements()...)
	for _, source := range f.args.Queues {
		statements = append(statements, source.Source.ReceiveStatements()...)
	}
	return role.New(ctx, f, f.name, "Runs the function "+f.args.FunctionName, policydoc.Statement{
		Sid: "Lambda", Effect: policydoc.Allow, Principals: policydoc.Service("lambda.amazonaws.com"), Actions: []string{"sts:AssumeRole"},
	}, append(statements, f.args.Policy...))
}
