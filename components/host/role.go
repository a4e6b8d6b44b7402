package host

import (
	"maps"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/policydoc"
	"github.com/carebase/carebase/components/internal/role"
)

// ownSids are the Sids of the statements that newProfile adds to Args.Policy.
var ownSids = []string{
	"RunCommands", "OpenSessions", "EncryptSessions", "WriteLogs", "FindLogGroups", "PutMetrics", "ReadSecrets", "DecryptSecrets",
}

var anything = pulumi.StringArray{pulumi.String("*")}

// agentActions are those of the AWS managed policy AmazonSSMManagedInstanceCore, without reading parameters: that policy allows the
// host to read every parameter of the account. None of them can be limited to the resources of one host.
// https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonSSMManagedInstanceCore.html
var agentActions = []string{
	"ec2messages:AcknowledgeMessage", "ec2messages:DeleteMessage", "ec2messages:FailMessage", "ec2messages:GetEndpoint",
	"ec2messages:GetMessages", "ec2messages:SendReply",
	"ssm:DescribeAssociation", "ssm:DescribeDocument", "ssm:GetDeployablePatchSnapshotForInstance", "ssm:GetDocument",
	"ssm:GetManifest", "ssm:ListAssociations", "ssm:ListInstanceAssociations", "ssm:PutComplianceItems",
	"ssm:PutConfigurePackageResult", "ssm:PutInventory", "ssm:UpdateAssociationStatus", "ssm:UpdateInstanceAssociationStatus",
	"ssm:UpdateInstanceInformation",
}

// newProfile makes the instance profile and its role: the agents of Systems Manager and CloudWatch, the named secrets, and Args.Policy.
func (h *Host) newProfile(ctx *pulumi.Context, groups logGroups) (*iam.InstanceProfile, error) {
	statements := []policydoc.Statement{
		role.Allow("RunCommands", anything, agentActions...),
		role.Allow("OpenSessions", anything, // sessions have no ARN
			"ssmmessages:CreateControlChannel", "ssmmessages:CreateDataChannel",
			"ssmmessages:OpenControlChannel", "ssmmessages:OpenDataChannel"),
		// https://docs.aws.amazon.com/systems-manager/latest/userguide/session-preferences-enable-encryption.html
		role.Allow("EncryptSessions", pulumi.StringArray{h.args.LogsKeyArn}, "kms:Decrypt"),
		role.Allow("WriteLogs", groups.arns(), "logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"),
		role.Allow("FindLogGroups", anything, "logs:DescribeLogGroups"), // cannot be limited to a group
		{
			// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/iam-cw-condition-keys-namespace.html
			Sid: "PutMetrics", Effect: policydoc.Allow, Actions: []string{"cloudwatch:PutMetricData"}, Resources: anything,
			Conditions: []policydoc.Condition{{
				Test: "StringEquals", Key: "cloudwatch:namespace", Values: pulumi.StringArray{pulumi.String(agentNamespace)},
			}},
		},
	}
	if len(h.args.Secrets) > 0 {
		decrypt := role.Allow("DecryptSecrets", pulumi.StringArray{h.args.SecretsKeyArn}, "kms:Decrypt")
		statements = append(statements,
			role.Allow("ReadSecrets", h.args.secretArns(), "secretsmanager:GetSecretValue"),
			role.Through(decrypt, "secretsmanager", h.id.Region))
	}
	made, err := role.New(ctx, h, h.name, "Host "+h.args.HostName, policydoc.Statement{
		Sid: "Ec2", Effect: policydoc.Allow, Principals: policydoc.Service("ec2.amazonaws.com"), Actions: []string{"sts:AssumeRole"},
	}, append(statements, h.args.Policy...))
	if err != nil {
		return nil, err
	}
	h.RoleArn = made.Arn
	return iam.NewInstanceProfile(ctx, h.name+"-profile", &iam.InstanceProfileArgs{
		Role: made.Name,
	}, pulumi.Parent(h), pulumi.DependsOn([]pulumi.Resource{made.Attachment}))
}

// secretArns are the ARNs of Secrets, each once, in the order of their names.
func (args *Args) secretArns() pulumi.StringArrayOutput {
	var arns pulumi.StringArray
	for _, name := range slices.Sorted(maps.Keys(args.Secrets)) {
		arns = append(arns, args.Secrets[name].Arn)
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
