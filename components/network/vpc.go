package network

import (
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// newVpc creates the VPC and empties what AWS creates with it.
func (n *Network) newVpc(ctx *pulumi.Context) error {
	name := n.child("vpc")
	vpc, err := ec2.NewVpc(ctx, name, &ec2.VpcArgs{
		CidrBlock: pulumi.String(n.plan.Network().String()),
		// Both are needed for the private names of interface endpoints.
		EnableDnsSupport:   pulumi.Bool(true),
		EnableDnsHostnames: pulumi.Bool(true),
		Tags:               named(name),
	}, pulumi.Parent(n))
	if err != nil {
		return err
	}
	n.VpcID = vpc.ID().ToStringOutput()
	n.Cidr = vpc.CidrBlock
	return n.emptyDefaults(ctx, vpc)
}

// emptyDefaults adopts the default security group, which lets its members talk to each other and to everyone, and
// the main route table, which serves every subnet that nobody associated with another. The empty lists are
// written out: left unset they would mean "whatever is there".
func (n *Network) emptyDefaults(ctx *pulumi.Context, vpc *ec2.Vpc) error {
	group := n.child("default-group")
	if _, err := ec2.NewDefaultSecurityGroup(ctx, group, &ec2.DefaultSecurityGroupArgs{
		VpcId:   vpc.ID(),
		Ingress: ec2.DefaultSecurityGroupIngressArray{},
		Egress:  ec2.DefaultSecurityGroupEgressArray{},
		Tags:    named(group),
	}, pulumi.Parent(n)); err != nil {
		return err
	}
	routes := n.child("default-routes")
	_, err := ec2.NewDefaultRouteTable(ctx, routes, &ec2.DefaultRouteTableArgs{
		DefaultRouteTableId: vpc.DefaultRouteTableId,
		Routes:              ec2.DefaultRouteTableRouteArray{},
		Tags:                named(routes),
	}, pulumi.Parent(n))
	return err
}

// named is the tag by which the console lists a resource.
func named(name string) pulumi.StringMap {
	return pulumi.StringMap{"Name": pulumi.String(name)}
}
