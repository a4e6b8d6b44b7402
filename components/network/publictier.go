package network

import (
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/network/address"
)

// newPublicTier creates the internet gateway and the subnets routed to it, which share one route table.
func (n *Network) newPublicTier(ctx *pulumi.Context) ([]*ec2.Subnet, error) {
	tier := address.Public
	gatewayName := n.child("internet-gateway")
	gateway, err := ec2.NewInternetGateway(ctx, gatewayName, &ec2.InternetGatewayArgs{
		VpcId: n.VpcID,
		Tags:  named(gatewayName),
	}, pulumi.Parent(n))
	if err != nil {
		return nil, err
	}
	// The subnets wait for the gateway: a load balancer or NAT gateway in them cannot be created before it is
	// attached, and it cannot be detached before they are gone.
	subnets, err := n.newSubnets(ctx, tier, gateway)
	if err != nil {
		return nil, err
	}
	n.PublicSubnetIDs = idsOf(subnets).ToStringArrayOutput()

	tableName := n.child(tier.String(), "routes")
	table, err := ec2.NewRouteTable(ctx, tableName, &ec2.RouteTableArgs{
		VpcId: n.VpcID,
		Tags:  ofTier(tableName, tier),
	}, pulumi.Parent(n))
	if err != nil {
		return nil, err
	}
	if _, err := ec2.NewRoute(ctx, n.child(tier.String(), "internet"), &ec2.RouteArgs{
		RouteTableId:         table.ID(),
		DestinationCidrBlock: pulumi.String(anywhere),
		GatewayId:            gateway.ID(),
	}, pulumi.Parent(n)); err != nil {
		return nil, err
	}
	for i, zone := range n.zones {
		if err := n.newAssociation(ctx, tier, zone, subnets[i], table); err != nil {
			return nil, err
		}
	}
	return subnets, nil
}
