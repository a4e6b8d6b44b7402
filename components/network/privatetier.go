package network

import (
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/network/address"
)

// newPrivateTier creates the applications' subnets, each with a route table of its own: to its zone's NAT
// gateway, to the single one, or to none.
func (n *Network) newPrivateTier(ctx *pulumi.Context, gateways []*ec2.NatGateway) (
	subnetIDs, tableIDs pulumi.StringArray, err error,
) {
	tier := address.Private
	subnets, err := n.newSubnets(ctx, tier)
	if err != nil {
		return nil, nil, err
	}
	tableIDs = make(pulumi.StringArray, len(n.zones))
	for i, zone := range n.zones {
		name := n.child(tier.String(), "routes", zone.String())
		table, err := ec2.NewRouteTable(ctx, name, &ec2.RouteTableArgs{
			VpcId: n.VpcID,
			Tags:  ofTier(name, tier),
		}, pulumi.Parent(n))
		if err != nil {
			return nil, nil, err
		}
		tableIDs[i] = table.ID()
		if err := n.newAssociation(ctx, tier, zone, subnets[i], table); err != nil {
			return nil, nil, err
		}
		if len(gateways) == 0 {
			continue
		}
		if _, err := ec2.NewRoute(ctx, n.child(tier.String(), "internet", zone.String()), &ec2.RouteArgs{
			RouteTableId:         table.ID(),
			DestinationCidrBlock: pulumi.String(anywhere),
			NatGatewayId:         gateways[min(i, len(gateways)-1)].ID(),
		}, pulumi.Parent(n)); err != nil {
			return nil, nil, err
		}
	}
	subnetIDs = idsOf(subnets)
	n.PrivateSubnetIDs = subnetIDs.ToStringArrayOutput()
	n.PrivateRouteTableIDs = tableIDs.ToStringArrayOutput()
	return subnetIDs, tableIDs, nil
}
