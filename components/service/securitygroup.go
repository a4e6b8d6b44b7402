package service

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/vpc"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/arg"
	"github.com/carebase/carebase/components/limits"
)

// access is the security group of a task and its rules, each a resource of its own. A group starts without any.
//
// What a task needs before it runs: the endpoints of ECR (api and dkr), CloudWatch Logs and, with Secrets, Secrets
// Manager by AllowTo on 443, and S3, where the layers of images lie, by AllowToPrefixList. DNS is not filtered.
type access struct {
	parent  pulumi.Resource
	name    string
	groupID pulumi.StringOutput
}

const httpsPort = 443

func newAccess(
	ctx *pulumi.Context, parent pulumi.Resource, name, family string, vpcID pulumi.StringInput, internet bool,
) (*access, error) {
	group, err := ec2.NewSecurityGroup(ctx, name+"-tasks", &ec2.SecurityGroupArgs{
		Description:         pulumi.String(fmt.Sprintf("Tasks of %s", family)),
		VpcId:               vpcID,
		RevokeRulesOnDelete: pulumi.Bool(true),
		Tags:                pulumi.StringMap{"Name": pulumi.String(family)},
	}, pulumi.Parent(parent))
	if err != nil {
		return nil, err
	}
	a := &access{parent: parent, name: name, groupID: group.ID().ToStringOutput()}
	if !internet {
		return a, nil
	}
	return a, a.out(ctx, "internet", httpsPort, vpc.SecurityGroupEgressRuleArgs{CidrIpv4: pulumi.String("0.0.0.0/0")})
}

// AllowTo lets the tasks open connections to a peer, e.g. a database or an endpoint, on one TCP port. The name tells
// the peers of a service apart.
func (a *access) AllowTo(ctx *pulumi.Context, name string, peerSecurityGroupID pulumi.StringInput, port int) error {
	if err := a.checkPeer(name, "PeerSecurityGroupID", peerSecurityGroupID, port); err != nil {
		return err
	}
	return a.out(ctx, name, port, vpc.SecurityGroupEgressRuleArgs{ReferencedSecurityGroupId: peerSecurityGroupID.ToStringOutput()})
}

// AllowToPrefixList lets the tasks open connections to the addresses in a prefix list, such as a gateway endpoint's,
// on one TCP port.
func (a *access) AllowToPrefixList(ctx *pulumi.Context, name string, prefixListID pulumi.StringInput, port int) error {
	if err := a.checkPeer(name, "PrefixListID", prefixListID, port); err != nil {
		return err
	}
	return a.out(ctx, name, port, vpc.SecurityGroupEgressRuleArgs{PrefixListId: prefixListID.ToStringOutput()})
}

var peerPattern = limits.Lower

func (a *access) checkPeer(name, argument string, peer pulumi.StringInput, port int) error {
	p := arg.Check("rule of service "+a.name, name)
	if name != "" {
		p.Match("name", name, peerPattern, "lower-case letters, digits and hyphens, beginning with a letter")
	}
	p.Require(argument, peer != nil, "the ID of who is on the other side")
	p.Between("port", port, 1, 65535)
	return p.Err()
}

func (a *access) out(ctx *pulumi.Context, peer string, port int, to vpc.SecurityGroupEgressRuleArgs) error {
	to.SecurityGroupId = a.groupID
	to.Description = pulumi.String(fmt.Sprintf("%s to %s", a.name, peer))
	to.IpProtocol, to.FromPort, to.ToPort = pulumi.String("tcp"), pulumi.Int(port), pulumi.Int(port)
	_, err := vpc.NewSecurityGroupEgressRule(ctx, a.name+"-to-"+peer, &to, pulumi.Parent(a.parent))
	return err
}

func (a *access) in(ctx *pulumi.Context, peer string, port int, from pulumi.StringInput) error {
	_, err := vpc.NewSecurityGroupIngressRule(ctx, a.name+"-from-"+peer, &vpc.SecurityGroupIngressRuleArgs{
		SecurityGroupId:           a.groupID,
		Description:               pulumi.String(fmt.Sprintf("%s from %s", a.name, peer)),
		IpProtocol:                pulumi.String("tcp"),
		FromPort:                  pulumi.Int(port),
		ToPort:                    pulumi.Int(port),
		ReferencedSecurityGroupId: from.ToStringOutput(),
	}, pulumi.Parent(a.parent))
	return err
}
