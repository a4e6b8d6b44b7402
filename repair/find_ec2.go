package repair

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// EC2 sets the tags in the same call that creates a resource, so a resource without the tags is not the stack's. EC2 itself is
// asked, because the tagging API may list a new resource only minutes later.

func (s *subject) ec2() *ec2.Client { return ec2.NewFromConfig(s.cloud.config) }

func filter(name string, values ...string) types.Filter {
	return types.Filter{Name: aws.String(name), Values: values}
}

func ec2Tags(list []types.Tag) map[string]string {
	return tagsOf(list, func(t types.Tag) (*string, *string) { return t.Key, t.Value })
}

// tagged is the finder of a type whose resources have the tags Name, Project and Environment. list asks EC2 with filters for
// these tags.
func tagged[T any](list func(context.Context, *ec2.Client, []types.Filter) ([]T, error), id func(T) *string) finder {
	return func(ctx context.Context, s *subject) ([]candidate, error) {
		want, err := s.identity()
		if err != nil {
			return nil, err
		}
		if want["Name"] == "" {
			return nil, errors.New("its state has no tag Name, by which it would be found")
		}
		var filters []types.Filter
		for _, key := range []string{"Name", "Project", "Environment"} {
			filters = append(filters, filter("tag:"+key, want[key]))
		}
		items, err := list(ctx, s.ec2(), filters)
		return each(items, err, id)
	}
}

var (
	findVpcs = tagged(func(ctx context.Context, c *ec2.Client, f []types.Filter) ([]types.Vpc, error) {
		return all(ctx, ec2.NewDescribeVpcsPaginator(c, &ec2.DescribeVpcsInput{Filters: f}), func(o *ec2.DescribeVpcsOutput) []types.Vpc { return o.Vpcs })
	}, func(v types.Vpc) *string { return v.VpcId })

	findSubnets = tagged(func(ctx context.Context, c *ec2.Client, f []types.Filter) ([]types.Subnet, error) {
		return all(ctx, ec2.NewDescribeSubnetsPaginator(c, &ec2.DescribeSubnetsInput{Filters: f}), func(o *ec2.DescribeSubnetsOutput) []types.Subnet { return o.Subnets })
	}, func(v types.Subnet) *string { return v.SubnetId })

	findRouteTables = tagged(func(ctx context.Context, c *ec2.Client, f []types.Filter) ([]types.RouteTable, error) {
		return all(ctx, ec2.NewDescribeRouteTablesPaginator(c, &ec2.DescribeRouteTablesInput{Filters: f}), routeTables)
	}, func(v types.RouteTable) *string { return v.RouteTableId })

	findInternetGateways = tagged(func(ctx context.Context, c *ec2.Client, f []types.Filter) ([]types.InternetGateway, error) {
		return all(ctx, ec2.NewDescribeInternetGatewaysPaginator(c, &ec2.DescribeInternetGatewaysInput{Filters: f}),
			func(o *ec2.DescribeInternetGatewaysOutput) []types.InternetGateway { return o.InternetGateways })
	}, func(v types.InternetGateway) *string { return v.InternetGatewayId })

	findNetworkAcls = tagged(func(ctx context.Context, c *ec2.Client, f []types.Filter) ([]types.NetworkAcl, error) {
		return all(ctx, ec2.NewDescribeNetworkAclsPaginator(c, &ec2.DescribeNetworkAclsInput{Filters: f}),
			func(o *ec2.DescribeNetworkAclsOutput) []types.NetworkAcl { return o.NetworkAcls })
	}, func(v types.NetworkAcl) *string { return v.NetworkAclId })

	findAddresses = tagged(func(ctx context.Context, c *ec2.Client, f []types.Filter) ([]types.Address, error) {
		o, err := c.DescribeAddresses(ctx, &ec2.DescribeAddressesInput{Filters: f})
		if err != nil {
			return nil, err
		}
		return o.Addresses, nil
	}, func(v types.Address) *string { return v.AllocationId })

	findVpcEndpoints = tagged(func(ctx context.Context, c *ec2.Client, f []types.Filter) ([]types.VpcEndpoint, error) {
		return all(ctx, ec2.NewDescribeVpcEndpointsPaginator(c, &ec2.DescribeVpcEndpointsInput{Filters: f}),
			func(o *ec2.DescribeVpcEndpointsOutput) []types.VpcEndpoint { return o.VpcEndpoints })
	}, func(e types.VpcEndpoint) *string {
		switch e.State { // EC2 lists deleted endpoints for a while
		case types.StateDeleted, types.StateDeleting, types.StateFailed, types.StateRejected, types.StateExpired:
			return nil
		}
		return e.VpcEndpointId
	})
)

func routeTables(o *ec2.DescribeRouteTablesOutput) []types.RouteTable { return o.RouteTables }

// findNatGateways leaves out deleted gateways, which EC2 lists for an hour. The tags are compared here, because some emulators
// do not filter NAT gateways by tags.
func findNatGateways(ctx context.Context, s *subject) ([]candidate, error) {
	want, err := s.identity()
	if err != nil {
		return nil, err
	}
	subnet, err := s.in.Text("subnetId")
	if err != nil {
		return nil, err
	}
	gateways, err := all(ctx, ec2.NewDescribeNatGatewaysPaginator(s.ec2(), &ec2.DescribeNatGatewaysInput{
		Filter: []types.Filter{filter("subnet-id", subnet), filter("state", "pending", "available")},
	}), func(o *ec2.DescribeNatGatewaysOutput) []types.NatGateway { return o.NatGateways })
	return each(gateways, err, func(g types.NatGateway) *string { return idIf(g.NatGatewayId, carries(ec2Tags(g.Tags), want)) })
}

func findFlowLogs(ctx context.Context, s *subject) ([]candidate, error) {
	want, err := s.identity()
	if err != nil {
		return nil, err
	}
	vpc, err := s.in.Text("vpcId")
	if err != nil {
		return nil, err
	}
	logs, err := all(ctx, ec2.NewDescribeFlowLogsPaginator(s.ec2(), &ec2.DescribeFlowLogsInput{Filter: []types.Filter{filter("resource-id", vpc)}}),
		func(o *ec2.DescribeFlowLogsOutput) []types.FlowLog { return o.FlowLogs })
	return each(logs, err, func(l types.FlowLog) *string { return idIf(l.FlowLogId, carries(ec2Tags(l.Tags), want)) })
}

// listSecurityGroups lists the security groups of a VPC, in which names are unique.
func listSecurityGroups(ctx context.Context, s *subject) (found []named, err error) {
	vpc, err := s.in.Text("vpcId")
	if err != nil {
		return nil, err
	}
	filters := []types.Filter{filter("vpc-id", vpc)}
	if name := s.exactName(); name != "" {
		filters = append(filters, filter("group-name", name))
	}
	groups, err := all(ctx, ec2.NewDescribeSecurityGroupsPaginator(s.ec2(), &ec2.DescribeSecurityGroupsInput{Filters: filters}),
		func(o *ec2.DescribeSecurityGroupsOutput) []types.SecurityGroup { return o.SecurityGroups })
	for _, group := range groups {
		found = append(found, named{id: group.GroupId, name: group.GroupName, tags: func() (map[string]string, error) { return ec2Tags(group.Tags), nil }})
	}
	return found, err
}

// findSecurityGroupRules compares group, direction, protocol, ports and peer: no two rules of a group have the same.
func findSecurityGroupRules(egress bool) finder {
	return func(ctx context.Context, s *subject) ([]candidate, error) {
		group, err := s.in.Text("securityGroupId")
		if err != nil {
			return nil, err
		}
		rules, err := all(ctx, ec2.NewDescribeSecurityGroupRulesPaginator(s.ec2(), &ec2.DescribeSecurityGroupRulesInput{
			Filters: []types.Filter{filter("group-id", group)},
		}), func(o *ec2.DescribeSecurityGroupRulesOutput) []types.SecurityGroupRule { return o.SecurityGroupRules })
		return each(rules, err, func(r types.SecurityGroupRule) *string {
			return idIf(r.SecurityGroupRuleId, aws.ToBool(r.IsEgress) == egress && sameRule(s.in, r))
		})
	}
}

func sameRule(in values, r types.SecurityGroupRule) bool {
	peer := ""
	if r.ReferencedGroupInfo != nil {
		peer = aws.ToString(r.ReferencedGroupInfo.GroupId)
	}
	protocol := in.Optional("ipProtocol")
	samePorts := protocol == "-1" || // every port: EC2 answers -1, the program gives no ports
		in.Optional("fromPort") == fmt.Sprint(aws.ToInt32(r.FromPort)) && in.Optional("toPort") == fmt.Sprint(aws.ToInt32(r.ToPort))
	return samePorts && protocol == aws.ToString(r.IpProtocol) &&
		in.Optional("cidrIpv4") == aws.ToString(r.CidrIpv4) && in.Optional("cidrIpv6") == aws.ToString(r.CidrIpv6) &&
		in.Optional("prefixListId") == aws.ToString(r.PrefixListId) && in.Optional("referencedSecurityGroupId") == peer
}

// findRouteTableAssociations compares the subnet: a subnet has at most one explicit association.
func findRouteTableAssociations(ctx context.Context, s *subject) ([]candidate, error) {
	subnet, err := s.in.Text("subnetId")
	if err != nil {
		return nil, err
	}
	tables, err := all(ctx, ec2.NewDescribeRouteTablesPaginator(s.ec2(), &ec2.DescribeRouteTablesInput{
		Filters: []types.Filter{filter("association.subnet-id", subnet)},
	}), routeTables)
	var associations []types.RouteTableAssociation
	for _, table := range tables {
		associations = append(associations, table.Associations...)
	}
	return each(associations, err, func(a types.RouteTableAssociation) *string {
		return idIf(a.RouteTableAssociationId, aws.ToString(a.SubnetId) == subnet)
	})
}
