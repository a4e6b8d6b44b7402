package network

import (
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/caller"
	"github.com/carebase/carebase/components/internal/policydoc"
)

// newGatewayEndpoints routes S3 and DynamoDB from the private tier within AWS; they cost nothing.
func (n *Network) newGatewayEndpoints(ctx *pulumi.Context, id caller.Identity, tableIDs pulumi.StringArray) error {
	s3, err := n.newGatewayEndpoint(ctx, id, "s3", s3Policy(id), tableIDs)
	if err != nil {
		return err
	}
	dynamoDB, err := n.newGatewayEndpoint(ctx, id, "dynamodb", dynamoDBPolicy(id), tableIDs)
	if err != nil {
		return err
	}
	n.S3PrefixListID = s3.PrefixListId
	n.DynamoDBPrefixListID = dynamoDB.PrefixListId
	return nil
}

func (n *Network) newGatewayEndpoint(ctx *pulumi.Context, id caller.Identity, service string,
	policy policydoc.Document, tableIDs pulumi.StringArray,
) (*ec2.VpcEndpoint, error) {
	name := n.child("endpoint", service)
	return ec2.NewVpcEndpoint(ctx, name, &ec2.VpcEndpointArgs{
		VpcId:           n.VpcID,
		VpcEndpointType: pulumi.String("Gateway"),
		ServiceName:     serviceName(id, service),
		RouteTableIds:   tableIDs,
		Policy:          policy.JSON(),
		Tags:            named(name),
	}, pulumi.Parent(n))
}

// s3Policy lets this account's principals reach this account's buckets, and everyone read what AWS itself keeps in
// S3 for ECS and EC2 to work. Those reads are signed by other accounts or by nobody, so no condition on the
// caller fits them; as they are reads of AWS's buckets, they carry nothing out.
func s3Policy(id caller.Identity) policydoc.Document {
	return policydoc.Document{Statements: []policydoc.Statement{
		withinAccount("OwnPrincipalsToOwnBuckets", "s3:*", id),
		{
			Sid:        "ReadWhatAwsProvides",
			Effect:     policydoc.Allow,
			Principals: policydoc.Anyone(),
			Actions:    []string{"s3:GetObject"},
			Resources: pulumi.StringArray{
				// Layers of ECR images.
				// https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html#ecr-minimum-s3-perms
				objectsOf(id, "prod-%s-starport-layer-bucket"),
				// Packages of Amazon Linux 2023, the system of our EC2 hosts.
				// https://docs.aws.amazon.com/linux/al2023/ug/live-patching.html
				objectsOf(id, "al2023-repos-%s-de612dc2"),
				// Updates of the SSM agent.
				// https://docs.aws.amazon.com/systems-manager/latest/userguide/ssm-agent-technical-details.html
				objectsOf(id, "amazon-ssm-%s"),
			},
		},
	}}
}

func dynamoDBPolicy(id caller.Identity) policydoc.Document {
	return policydoc.Document{Statements: []policydoc.Statement{
		withinAccount("OwnPrincipalsToOwnTables", "dynamodb:*", id),
	}}
}

// withinAccount allows what both comes from this account's principals and goes to this account's resources.
func withinAccount(sid, actions string, id caller.Identity) policydoc.Statement {
	statement := ownPrincipals(sid, actions, id)
	statement.Conditions = append(statement.Conditions,
		policydoc.Condition{Test: "StringEquals", Key: "aws:ResourceAccount", Values: pulumi.StringArray{id.Account}})
	return statement
}

// ownPrincipals allows what comes from this account's principals. An endpoint's policy grants nothing by itself: it
// is the most that IAM and resource policies can grant through it.
func ownPrincipals(sid, actions string, id caller.Identity) policydoc.Statement {
	return policydoc.Statement{
		Sid:        sid,
		Effect:     policydoc.Allow,
		Principals: policydoc.Anyone(),
		Actions:    []string{actions},
		Resources:  pulumi.StringArray{pulumi.String("*")},
		Conditions: []policydoc.Condition{
			{Test: "StringEquals", Key: "aws:PrincipalAccount", Values: pulumi.StringArray{id.Account}},
		},
	}
}

// objectsOf is everything in a bucket that AWS keeps in each region under a name made with the region's.
func objectsOf(id caller.Identity, bucket string) pulumi.StringOutput {
	return pulumi.Sprintf("arn:%s:s3:::%s/*", id.Partition, pulumi.Sprintf(bucket, id.Region))
}

func serviceName(id caller.Identity, service string) pulumi.StringOutput {
	return pulumi.Sprintf("com.amazonaws.%s.%s", id.Region, service)
}
