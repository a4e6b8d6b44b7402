package database

import (
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/vpc"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// newSecurityGroup lets nothing in and nothing out. Its rules are resources of their own, so none stand here: an empty
// list would remove them.
func (c *Database) newSecurityGroup(ctx *pulumi.Context, args *Args) (*ec2.SecurityGroup, error) {
	return ec2.NewSecurityGroup(ctx, c.name+"-security-group", &ec2.SecurityGroupArgs{
		VpcId:               args.VpcID,
		Description:         pulumi.String("Who may connect to PostgreSQL"), // a change would replace the group
		RevokeRulesOnDelete: pulumi.Bool(true),
		Tags:                pulumi.StringMap{"Name": pulumi.String(c.name)},
	}, pulumi.Parent(c))
}

// AllowFrom lets the members of another security group connect to the database and its replicas. Name says who they
// are and tells the rules apart.
func (c *Database) AllowFrom(ctx *pulumi.Context, name string, peerSecurityGroupID pulumi.StringInput) error {
	_, err := vpc.NewSecurityGroupIngressRule(ctx, c.name+"-from-"+name, &vpc.SecurityGroupIngressRuleArgs{
		SecurityGroupId:           c.SecurityGroupID,
		ReferencedSecurityGroupId: peerSecurityGroupID,
		IpProtocol:                pulumi.String("tcp"),
		FromPort:                  pulumi.Int(port),
		ToPort:                    pulumi.Int(port),
		Description:               pulumi.String("PostgreSQL from " + name),
	}, pulumi.Parent(c))
	return err
}
