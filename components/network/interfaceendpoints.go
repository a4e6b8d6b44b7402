package network

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/vpc"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/caller"
	"github.com/carebase/carebase/components/internal/policydoc"
)

// newInterfaceEndpoints puts an address of each service into every private subnet and lets the service's public name
// resolve to it. All share one security group, which nobody may reach until AllowFrom says so.
func (n *Network) newInterfaceEndpoints(ctx *pulumi.Context, id caller.Identity, services []string,
	subnetIDs pulumi.StringArray,
) error {
	groupName := n.child("endpoints")
	group, err := ec2.NewSecurityGroup(ctx, groupName, &ec2.SecurityGroupArgs{
		Description:         pulumi.String("Interface endpoints: HTTPS from named groups, nothing out"),
		VpcId:               n.VpcID,
		RevokeRulesOnDelete: pulumi.Bool(true),
		Tags:                named(groupName),
	}, pulumi.Parent(n))
	if err != nil {
		return err
	}
	n.EndpointSecurityGroupID = group.ID().ToStringOutput()

	policy := policydoc.Document{Statements: []policydoc.Statement{ownPrincipals("OwnPrincipals", "*", id)}}
	for _, service := range slices.Sorted(slices.Values(services)) {
		name := n.child("endpoint", strings.ReplaceAll(service, ".", "-"))
		if _, err := ec2.NewVpcEndpoint(ctx, name, &ec2.VpcEndpointArgs{
			VpcId:             n.VpcID,
			VpcEndpointType:   pulumi.String("Interface"),
			ServiceName:       serviceName(id, service),
			SubnetIds:         subnetIDs,
			SecurityGroupIds:  pulumi.StringArray{n.EndpointSecurityGroupID},
			PrivateDnsEnabled: pulumi.Bool(true),
			Policy:            policy.JSON(),
			Tags:              named(name),
		}, pulumi.Parent(n)); err != nil {
			return err
		}
	}
	return nil
}

// AllowFrom lets the members of a security group reach the interface endpoints on 443. Name tells the peers of one
// Network apart, e.g. "backend".
func (n *Network) AllowFrom(ctx *pulumi.Context, name string, peerSecurityGroupID pulumi.StringInput) error {
	if name == "" || peerSecurityGroupID == nil {
		return fmt.Errorf("network %q: AllowFrom takes the peer's name and the id of its security group", n.name)
	}
	rule := n.child("endpoints-from", name)
	_, err := vpc.NewSecurityGroupIngressRule(ctx, rule, &vpc.SecurityGroupIngressRuleArgs{
		SecurityGroupId:           n.EndpointSecurityGroupID,
		ReferencedSecurityGroupId: peerSecurityGroupID,
		IpProtocol:                pulumi.String("tcp"),
		FromPort:                  pulumi.Int(443),
		ToPort:                    pulumi.Int(443),
		Description:               pulumi.String("HTTPS from " + name),
		Tags:                      named(rule),
	}, pulumi.Parent(n))
	return err
}
