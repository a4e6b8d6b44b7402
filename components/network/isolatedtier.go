package network

import (
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/network/address"
)

// newIsolatedTier creates the subnets of databases and caches. They share one route table, whose empty list of
// routes is written out, so that a route added by hand is a difference that the next update removes.
func (n *Network) newIsolatedTier(ctx *pulumi.Context) error {
	tier := address.Isolated
	subnets, err := n.newSubnets(ctx, tier)
	if err != nil {
		return err
	}
	subnetIDs := idsOf(subnets)
	n.IsolatedSubnetIDs = subnetIDs.ToStringArrayOutput()

	name := n.child(tier.String(), "routes")
	table, err := ec2.NewRouteTable(ctx, name, &ec2.RouteTableArgs{
		VpcId:  n.VpcID,
		Routes: ec2.RouteTableRouteArray{},
		Tags:   ofTier(name, tier),
	}, pulumi.Parent(n))
	if err != nil {
		return err
	}
	for i, zone := range n.zones {
		if err := n.newAssociation(ctx, tier, zone, subnets[i], table); err != nil {
			return err
		}
	}
	return n.newDataAcl(ctx, subnetIDs)
}
