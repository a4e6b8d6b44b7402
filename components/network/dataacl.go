package network

import (
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/network/address"
)

// The ports that the data tier serves.
const (
	postgresqlPort = 5432
	redisPort      = 6379
)

// Clients choose their own port in this range; AWS's own clients (Lambda) use all of it.
// https://docs.aws.amazon.com/vpc/latest/userguide/custom-network-acl.html#nacl-ephemeral-ports
const (
	ephemeralFrom = 1024
	ephemeralTo   = 65535
)

// tcp by its number, the form in which AWS returns it.
const tcp = "6"

// newDataAcl guards the isolated subnets a second time, should a security group be opened by mistake: in come
// connections to the data ports from within the VPC, out go the answers to them. ACLs keep no state, so
// what members of the tier say to each other (replication) needs a rule for its answers, too. Everything else is
// denied by the rule that AWS puts last in every ACL.
//
// The rules are written inline because only then is the list complete: a rule added by hand is a difference, and
// a changed rule is changed in place, where a separate NetworkAclRule would collide with its own number when
// replaced. They name the VPC and the tier, never a zone, so that adding a zone changes no entry; a
// rule that is added one day takes a number of its own.
func (n *Network) newDataAcl(ctx *pulumi.Context, subnetIDs pulumi.StringArray) error {
	vpc := n.plan.Network().String()
	tier := n.plan.Range(address.Isolated).String()
	allow := func(number int, peers string, low, high int) ec2.NetworkAclIngressArgs {
		return ec2.NetworkAclIngressArgs{
			RuleNo: pulumi.Int(number), Action: pulumi.String("allow"), Protocol: pulumi.String(tcp),
			CidrBlock: pulumi.String(peers), FromPort: pulumi.Int(low), ToPort: pulumi.Int(high),
		}
	}
	name := n.child("isolated-acl")
	_, err := ec2.NewNetworkAcl(ctx, name, &ec2.NetworkAclArgs{
		VpcId:     n.VpcID,
		SubnetIds: subnetIDs,
		Ingress: ec2.NetworkAclIngressArray{
			allow(100, vpc, postgresqlPort, postgresqlPort),
			allow(110, vpc, redisPort, redisPort),
			allow(200, tier, ephemeralFrom, ephemeralTo),
		},
		Egress: ec2.NetworkAclEgressArray{
			ec2.NetworkAclEgressArgs(allow(100, vpc, ephemeralFrom, ephemeralTo)),
		},
		Tags: ofTier(name, address.Isolated),
	}, pulumi.Parent(n))
	return err
}
