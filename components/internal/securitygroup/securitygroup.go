// Package securitygroup makes the security group of a function or host. The group starts without rules; each rule is a
// resource of its own and names its peer.
package securitygroup

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/vpc"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/arg"
	"github.com/carebase/carebase/components/limits"
)

// Group is a security group. A component embeds *Group, so that its users call AllowTo and AllowToPrefixList on the component.
type Group struct {
	parent  pulumi.Resource
	name    string // the component's
	groupID pulumi.StringOutput
}

// New makes the group <name>-security-group as a child of parent. A changed description replaces the group.
func New(ctx *pulumi.Context, parent pulumi.Resource, name, description string, vpcID pulumi.StringInput) (*Group, error) {
	group, err := ec2.NewSecurityGroup(ctx, name+"-security-group", &ec2.SecurityGroupArgs{
		Description:         pulumi.String(description),
		VpcId:               vpcID,
		RevokeRulesOnDelete: pulumi.Bool(true),
		Tags:                pulumi.StringMap{"Name": pulumi.String(name)},
	}, pulumi.Parent(parent))
	if err != nil {
		return nil, err
	}
	return &Group{parent: parent, name: name, groupID: group.ID().ToStringOutput()}, nil
}

// ID is the ID of the security group.
func (g *Group) ID() pulumi.StringOutput { return g.groupID }

// AllowTo lets members of the group open connections to a peer's security group, such as a database's or an endpoint's, on one
// TCP port. Name is part of the rule's logical name and tells the peers apart.
func (g *Group) AllowTo(ctx *pulumi.Context, name string, peerSecurityGroupID pulumi.StringInput, port int) error {
	if err := g.check(name, "PeerSecurityGroupID", peerSecurityGroupID, port); err != nil {
		return err
	}
	return g.out(ctx, name, port, &vpc.SecurityGroupEgressRuleArgs{ReferencedSecurityGroupId: peerSecurityGroupID.ToStringOutput()})
}

// AllowToPrefixList lets members of the group open connections to the addresses of a prefix list, such as the list of the
// gateway endpoint of S3, on one TCP port.
func (g *Group) AllowToPrefixList(ctx *pulumi.Context, name string, prefixListID pulumi.StringInput, port int) error {
	if err := g.check(name, "PrefixListID", prefixListID, port); err != nil {
		return err
	}
	return g.out(ctx, name, port, &vpc.SecurityGroupEgressRuleArgs{PrefixListId: prefixListID.ToStringOutput()})
}

// ToInternet lets members of the group open connections to every IPv4 address on one TCP port. It is no method, so that only
// components that mean to reach the internet offer it.
func ToInternet(ctx *pulumi.Context, g *Group, port int) error {
	return g.out(ctx, "internet", port, &vpc.SecurityGroupEgressRuleArgs{CidrIpv4: pulumi.String("0.0.0.0/0")})
}

// FromPeer lets members of a peer's security group open connections to members of the group on one TCP port.
func FromPeer(ctx *pulumi.Context, g *Group, name string, peerSecurityGroupID pulumi.StringInput, port int) error {
	if err := g.check(name, "PeerSecurityGroupID", peerSecurityGroupID, port); err != nil {
		return err
	}
	return g.in(ctx, name, port, &vpc.SecurityGroupIngressRuleArgs{ReferencedSecurityGroupId: peerSecurityGroupID.ToStringOutput()})
}

// FromCIDR lets the addresses of one IPv4 range open connections to members of the group on one TCP port. Name is part of the
// rule's logical name.
func FromCIDR(ctx *pulumi.Context, g *Group, name, cidr string, port int) error {
	return g.in(ctx, name, port, &vpc.SecurityGroupIngressRuleArgs{CidrIpv4: pulumi.String(cidr)})
}

func (g *Group) in(ctx *pulumi.Context, peer string, port int, from *vpc.SecurityGroupIngressRuleArgs) error {
	from.SecurityGroupId = g.groupID
	from.Description = pulumi.String(fmt.Sprintf("%s from %s", g.name, peer))
	from.IpProtocol, from.FromPort, from.ToPort = pulumi.String("tcp"), pulumi.Int(port), pulumi.Int(port)
	_, err := vpc.NewSecurityGroupIngressRule(ctx, g.name+"-from-"+peer, from, pulumi.Parent(g.parent))
	return err
}

func (g *Group) check(name, argument string, peer pulumi.StringInput, port int) error {
	p := arg.Check("rule of "+g.name, name)
	if name != "" {
		p.Match("name", name, limits.Lower, "lower-case letters, digits and hyphens, beginning with a letter")
	}
	p.Require(argument, peer != nil, "the ID of the peer")
	p.Between("port", port, 1, 65535)
	return p.Err()
}

func (g *Group) out(ctx *pulumi.Context, peer string, port int, to *vpc.SecurityGroupEgressRuleArgs) error {
	to.SecurityGroupId = g.groupID
	to.Description = pulumi.String(fmt.Sprintf("%s to %s", g.name, peer))
	to.IpProtocol, to.FromPort, to.ToPort = pulumi.String("tcp"), pulumi.Int(port), pulumi.Int(port)
	_, err := vpc.NewSecurityGroupEgressRule(ctx, g.name+"-to-"+peer, to, pulumi.Parent(g.parent))
	return err
}
