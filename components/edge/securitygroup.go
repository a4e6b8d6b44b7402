package edge

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/vpc"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/arg"
	"github.com/carebase/carebase/components/internal/caller"
	"github.com/carebase/carebase/components/limits"
)

// cloudFrontServers is the prefix list that AWS keeps of the addresses CloudFront asks origins from.
const cloudFrontServers = "com.amazonaws.global.cloudfront.origin-facing"

// securityGroup admits CloudFront and nothing else. The prefix list counts as 55 of the 60 rules a group may have,
// so no other rule can name it: port 80 stays closed and the redirect there is a second line only.
func (b *build) securityGroup() (*ec2.SecurityGroup, error) {
	name := b.child("alb-security-group")
	group, err := ec2.NewSecurityGroup(b.ctx, name, &ec2.SecurityGroupArgs{
		VpcId:               b.args.VpcID,
		Description:         pulumi.String("Load balancer behind CloudFront"),
		RevokeRulesOnDelete: pulumi.Bool(true),
		Tags:                pulumi.StringMap{"Name": pulumi.String(name)},
	}, b.here()...)
	if err != nil {
		return nil, err
	}
	servers := ec2.LookupManagedPrefixListOutput(b.ctx, ec2.LookupManagedPrefixListOutputArgs{
		Name: pulumi.String(cloudFrontServers),
	}, pulumi.Parent(b.parent))
	_, err = vpc.NewSecurityGroupIngressRule(b.ctx, b.child("alb-from-cloudfront"), &vpc.SecurityGroupIngressRuleArgs{
		SecurityGroupId: group.ID(),
		Description:     pulumi.String("HTTPS from CloudFront"),
		IpProtocol:      pulumi.String("tcp"),
		FromPort:        pulumi.Int(443),
		ToPort:          pulumi.Int(443),
		PrefixListId:    servers.Id(),
	}, b.here()...)
	return group, err
}

// checkersGroup admits Route 53's health checkers. It is a group of its own, for their prefix list does not fit beside
// CloudFront's.
// https://docs.aws.amazon.com/vpc/latest/userguide/working-with-aws-managed-prefix-lists.html
func (b *build) checkersGroup() (*ec2.SecurityGroup, error) {
	name := b.child("alb-checkers")
	group, err := ec2.NewSecurityGroup(b.ctx, name, &ec2.SecurityGroupArgs{
		VpcId:               b.args.VpcID,
		Description:         pulumi.String("Route 53 health checkers"),
		RevokeRulesOnDelete: pulumi.Bool(true),
		Tags:                pulumi.StringMap{"Name": pulumi.String(name)},
	}, b.here()...)
	if err != nil {
		return nil, err
	}
	checkers := ec2.LookupManagedPrefixListOutput(b.ctx, ec2.LookupManagedPrefixListOutputArgs{
		Name: pulumi.Sprintf("com.amazonaws.%s.route53-healthchecks", caller.Look(b.ctx, b.parent).Region),
	}, pulumi.Parent(b.parent))
	_, err = vpc.NewSecurityGroupIngressRule(b.ctx, b.child("alb-from-checkers"), &vpc.SecurityGroupIngressRuleArgs{
		SecurityGroupId: group.ID(),
		Description:     pulumi.String("HTTPS from Route 53 health checkers"),
		IpProtocol:      pulumi.String("tcp"),
		FromPort:        pulumi.Int(443),
		ToPort:          pulumi.Int(443),
		PrefixListId:    checkers.Id(),
	}, b.here()...)
	return group, err
}

// AllowTo lets the load balancer reach a service on its port (1 to 65535); it reaches nothing else. Name tells the
// services apart. The service lets the load balancer in with its own rule.
func (e *Edge) AllowTo(ctx *pulumi.Context, name string, peer pulumi.StringInput, port int) error {
	return allowTo(ctx, e, e.name, e.SecurityGroupID, name, peer, port)
}

func allowTo(
	ctx *pulumi.Context, parent pulumi.Resource, edge string, group pulumi.StringInput, name string, peer pulumi.StringInput, port int,
) error {
	p := arg.Check("edge", edge)
	p.Match("AllowTo name", name, limits.Label, "a service's name: lower-case letters, digits and hyphens")
	p.Require("AllowTo peer", peer != nil, "the ID of the service's security group")
	p.Between("AllowTo port", port, 1, 65535)
	if err := p.Err(); err != nil {
		return err
	}
	_, err := vpc.NewSecurityGroupEgressRule(ctx, edge+"-alb-to-"+name, &vpc.SecurityGroupEgressRuleArgs{
		SecurityGroupId:           group,
		Description:               pulumi.String(fmt.Sprintf("Requests and health checks to %s", name)),
		IpProtocol:                pulumi.String("tcp"),
		FromPort:                  pulumi.Int(port),
		ToPort:                    pulumi.Int(port),
		ReferencedSecurityGroupId: peer,
	}, pulumi.Parent(parent))
	return err
}
