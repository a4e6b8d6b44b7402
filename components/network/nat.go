package network

import (
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// newNatGateways creates none, one in the first zone, or one per zone. The single gateway has the name it has
// with one per zone, so that going from one mode to the other keeps it and its public address.
func (n *Network) newNatGateways(ctx *pulumi.Context, mode NatMode, public []*ec2.Subnet) ([]*ec2.NatGateway, error) {
	count := map[NatMode]int{NatNone: 0, NatSingle: 1, NatPerAZ: len(n.zones)}[mode]
	gateways := make([]*ec2.NatGateway, count)
	for i := range gateways {
		zone := n.zones[i].String()
		addressName := n.child("nat-address", zone)
		eip, err := ec2.NewEip(ctx, addressName, &ec2.EipArgs{
			Domain: pulumi.String("vpc"),
			Tags:   named(addressName),
		}, pulumi.Parent(n))
		if err != nil {
			return nil, err
		}
		name := n.child("nat", zone)
		gateways[i], err = ec2.NewNatGateway(ctx, name, &ec2.NatGatewayArgs{
			SubnetId:     public[i].ID(),
			AllocationId: eip.AllocationId,
			Tags:         named(name),
		}, pulumi.Parent(n))
		if err != nil {
			return nil, err
		}
	}
	return gateways, nil
}
