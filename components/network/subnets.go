package network

import (
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/network/address"
)

const anywhere = "0.0.0.0/0"

// newSubnets creates a tier's subnets, one a zone.
func (n *Network) newSubnets(ctx *pulumi.Context, tier address.Tier, after ...pulumi.Resource) ([]*ec2.Subnet, error) {
	subnets := make([]*ec2.Subnet, len(n.zones))
	for i, zone := range n.zones {
		name := n.child(tier.String(), zone.String())
		subnet, err := ec2.NewSubnet(ctx, name, &ec2.SubnetArgs{
			VpcId:               n.VpcID,
			AvailabilityZone:    pulumi.String(zone.String()),
			CidrBlock:           pulumi.String(n.plan.Subnet(tier, zone).String()),
			MapPublicIpOnLaunch: pulumi.Bool(false),
			Tags:                ofTier(name, tier),
		}, pulumi.Parent(n), pulumi.DependsOn(after))
		if err != nil {
			return nil, err
		}
		subnets[i] = subnet
	}
	return subnets, nil
}

// newAssociation makes a route table that of one subnet.
func (n *Network) newAssociation(ctx *pulumi.Context, tier address.Tier, zone address.Zone,
	subnet *ec2.Subnet, table *ec2.RouteTable,
) error {
	name := n.child(tier.String(), "association", zone.String())
	_, err := ec2.NewRouteTableAssociation(ctx, name, &ec2.RouteTableAssociationArgs{
		SubnetId:     subnet.ID(),
		RouteTableId: table.ID(),
	}, pulumi.Parent(n))
	return err
}

// ofTier tags a subnet or route table with its tier, by which policies tell a public one from the others.
func ofTier(name string, tier address.Tier) pulumi.StringMap {
	return pulumi.StringMap{"Name": pulumi.String(name), "Tier": pulumi.String(tier.String())}
}

// idsOf is a list of outputs and not an output of a list: with one subnet to be created, the latter would be
// unknown as a whole, and a preview could not tell what changes.
func idsOf(subnets []*ec2.Subnet) pulumi.StringArray {
	ids := make(pulumi.StringArray, len(subnets))
	for i, subnet := range subnets {
		ids[i] = subnet.ID()
	}
	return ids
}
