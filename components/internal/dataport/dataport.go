// Package dataport makes the security group of a data store: one port, closed until somebody is let in by name.
package dataport

import (
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/vpc"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// A Port that a data store listens on.
type Port struct {
	Component pulumi.Resource // parent of what is made
	Name      string          // the component's
	Protocol  string          // for people: PostgreSQL
	Number    int
}

// Close makes the security group. It lets nothing in and nothing out. Its rules are resources of their own, so none
// stand in it: an empty list would remove them.
func (p Port) Close(ctx *pulumi.Context, vpcID pulumi.StringInput) (*ec2.SecurityGroup, error) {
	return ec2.NewSecurityGroup(ctx, p.Name+"-security-group", &ec2.SecurityGroupArgs{
		VpcId:               vpcID,
		Description:         pulumi.String("Who may connect to " + p.Protocol), // a change would replace the group
		RevokeRulesOnDelete: pulumi.Bool(true),
		Tags:                pulumi.StringMap{"Name": pulumi.String(p.Name)},
	}, pulumi.Parent(p.Component))
}

// Open lets the members of another security group connect to the port of this one. Name says who they are and tells the
// rules apart.
func (p Port) Open(ctx *pulumi.Context, group pulumi.StringInput, name string, peerSecurityGroupID pulumi.StringInput) error {
	_, err := vpc.NewSecurityGroupIngressRule(ctx, p.Name+"-from-"+name, &vpc.SecurityGroupIngressRuleArgs{
		SecurityGroupId:           group,
		ReferencedSecurityGroupId: peerSecurityGroupID,
		IpProtocol:                pulumi.String("tcp"),
		FromPort:                  pulumi.Int(p.Number),
		ToPort:                    pulumi.Int(p.Number),
		Description:               pulumi.String(p.Protocol + " from " + name),
	}, pulumi.Parent(p.Component))
	return err
}
