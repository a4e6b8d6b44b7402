// Package network builds the VPC that everything else lives in: three tiers of subnets over two or three
// Availability Zones.
//
//   - public: routed to the internet gateway; for load balancers and NAT gateways. Nothing started there is given
//     a public address of its own accord.
//   - private: routed to NAT gateways (none, one, or one per zone) and to the endpoints; for applications.
//   - isolated: for databases and caches. Its one route table knows the VPC and nothing else, and a network ACL
//     lets through only what databases and caches speak, only within the VPC.
//
// All traffic is recorded in flow logs under a customer-managed key. S3, DynamoDB and a list of other AWS services
// are reached through VPC endpoints whose policies serve this account's principals alone, so that stolen data
// cannot leave through them under somebody else's credentials. What AWS creates unasked with a VPC, the default
// security group and the main route table, is adopted and emptied.
//
// Gateway endpoints are attached to the private tier only. In the isolated tier they would be the way out that it
// must not have (the aws_s3 extension of PostgreSQL writes any table to a bucket), and nothing there needs
// them: backups, snapshots and exported logs of RDS and ElastiCache travel over AWS's own network.
//
// Controls: VPC-1 to VPC-4 and VPC-8 to VPC-10 of the catalogue, which cite 45 CFR 164.308(a)(1)(ii)(B),
// 164.308(a)(3), 164.308(a)(4), 164.312(a)(1), 164.312(b), 164.312(e)(1) and 164.314(b); for the flow logs CW-2, CW-3
// and IAM-1 to IAM-3. VPC-5 to VPC-7, rules open to the internet, are kept by giving no security group here such a
// rule.
//
// What it deliberately cannot do: IPv6, peering and transit gateways, subnets that hand out public addresses,
// a route out of the isolated tier, S3 buckets or tables of other accounts through the gateway endpoints, and an
// endpoint without a policy.
//
// A resource that takes a subnet's id from here waits for the subnet, and in the public tier for the internet
// gateway as well, but not for NAT gateways, routes and endpoints. What starts containers should depend on the
// Network itself (pulumi.DependsOn).
package network

import (
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/caller"
	"github.com/carebase/carebase/components/network/address"
)

// A Network is a VPC with its tiers. Lists are in the order of the zones' names.
type Network struct {
	pulumi.ResourceState

	// VpcID is what security groups and target groups are created in.
	VpcID pulumi.StringOutput `pulumi:"vpcId"`
	// Cidr is the VPC's range.
	Cidr pulumi.StringOutput `pulumi:"cidr"`

	// PublicSubnetIDs are for load balancers, PrivateSubnetIDs for applications, IsolatedSubnetIDs for databases and
	// caches: one a zone.
	PublicSubnetIDs   pulumi.StringArrayOutput `pulumi:"publicSubnetIds"`
	PrivateSubnetIDs  pulumi.StringArrayOutput `pulumi:"privateSubnetIds"`
	IsolatedSubnetIDs pulumi.StringArrayOutput `pulumi:"isolatedSubnetIds"`

	// PrivateRouteTableIDs are the private tier's route tables, one a zone.
	PrivateRouteTableIDs pulumi.StringArrayOutput `pulumi:"privateRouteTableIds"`

	// NatGateways of the private tier: none, one, or one a zone.
	NatGateways []NatGateway

	// EndpointSecurityGroupID is the group of the interface endpoints: the peer of a client's egress rule on 443.
	// The client must also be let in, see AllowFrom.
	EndpointSecurityGroupID pulumi.StringOutput `pulumi:"endpointSecurityGroupId"`
	// S3PrefixListID is the destination of an egress rule on 443 for what reads or writes S3. Pulling an image from
	// ECR does: its layers are in S3.
	S3PrefixListID pulumi.StringOutput `pulumi:"s3PrefixListId"`
	// DynamoDBPrefixListID is the same for DynamoDB.
	DynamoDBPrefixListID pulumi.StringOutput `pulumi:"dynamoDbPrefixListId"`

	name  string
	plan  address.Plan
	zones []address.Zone
}

// A NatGateway and the name of its zone, e.g. us-east-1a.
type NatGateway struct {
	Zone string
	ID   pulumi.StringOutput
}

// New builds a Network in the region of the provider it is given.
func New(ctx *pulumi.Context, name string, args *Args, opts ...pulumi.ResourceOption) (*Network, error) {
	plan, zones, err := args.check(name)
	if err != nil {
		return nil, err
	}
	n := &Network{name: name, plan: plan, zones: zones}
	if err := ctx.RegisterComponentResource("carebase:network:Network", name, n, opts...); err != nil {
		return nil, err
	}
	id := caller.Look(ctx, n)

	if err := n.newVpc(ctx); err != nil {
		return nil, err
	}
	if err := n.newFlowLog(ctx, id, args); err != nil {
		return nil, err
	}
	public, err := n.newPublicTier(ctx)
	if err != nil {
		return nil, err
	}
	gateways, err := n.newNatGateways(ctx, args.Nat, public)
	if err != nil {
		return nil, err
	}
	for i, gateway := range gateways {
		n.NatGateways = append(n.NatGateways, NatGateway{Zone: zones[i].String(), ID: gateway.ID().ToStringOutput()})
	}
	privateSubnets, privateTables, err := n.newPrivateTier(ctx, gateways)
	if err != nil {
		return nil, err
	}
	if err := n.newIsolatedTier(ctx); err != nil {
		return nil, err
	}
	if err := n.newGatewayEndpoints(ctx, id, privateTables); err != nil {
		return nil, err
	}
	if err := n.newInterfaceEndpoints(ctx, id, args.InterfaceEndpoints, privateSubnets); err != nil {
		return nil, err
	}

	return n, ctx.RegisterResourceOutputs(n, pulumi.Map{
		"vpcId":                   n.VpcID,
		"cidr":                    n.Cidr,
		"publicSubnetIds":         n.PublicSubnetIDs,
		"privateSubnetIds":        n.PrivateSubnetIDs,
		"isolatedSubnetIds":       n.IsolatedSubnetIDs,
		"privateRouteTableIds":    n.PrivateRouteTableIDs,
		"endpointSecurityGroupId": n.EndpointSecurityGroupID,
		"s3PrefixListId":          n.S3PrefixListID,
		"dynamoDbPrefixListId":    n.DynamoDBPrefixListID,
	})
}

// child is the logical name of one of the Network's resources.
func (n *Network) child(parts ...string) string {
	return n.name + "-" + strings.Join(parts, "-")
}
