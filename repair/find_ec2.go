package repair

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// EC2 takes tags with the creation, so that a resource without them is not ours. EC2 is asked itself and not the
// tagging API, which may learn of a resource only minutes later.

// tagged asks for resources with the subject's tags, the name among them.
func tagged(s *subject) ([]types.Filter, error) {
	want, err := s.identity()
	if err != nil {
		return nil, err
	}
	if want["Name"] == "" {
		return nil, fmt.Errorf("its state has no tag Name, by which it would be found")
	}
	var filters []types.Filter
	for _, key := range []string{"Name", "Project", "Environment"} {
		filters = append(filters, filter("tag:"+key, want[key]))
	}
	return filters, nil
}

func filter(name string, values ...string) types.Filter {
	return types.Filter{Name: aws.String(name), Values: values}
}

// pages collects the ids on every page.
func pages[T any](ctx context.Context, more func() bool, next func(context.Context, ...func(*ec2.Options)) (T, error),
	ids func(T) []*string) ([]candidate, error) {
	var found []candidate
	for more() {
		page, err := next(ctx)
		if err != nil {
			return nil, err
		}
		for _, id := range ids(page) {
			found = append(found, candidate{id: aws.ToString(id)})
		}
	}
	return found, nil
}

func each[T any](items []T, id func(T) *string) []*string {
	ids := make([]*string, len(items))
	for i, item := range items {
		ids[i] = id(item)
	}
	return ids
}

func (s *subject) ec2() *ec2.Client { return ec2.NewFromConfig(s.cloud.config) }

func findVpcs(ctx context.Context, s *subject) ([]candidate, error) {
	filters, err := tagged(s)
	if err != nil {
		return nil, err
	}
	p := ec2.NewDescribeVpcsPaginator(s.ec2(), &ec2.DescribeVpcsInput{Filters: filters})
	return pages(ctx, p.HasMorePages, p.NextPage, func(o *ec2.DescribeVpcsOutput) []*string {
		return each(o.Vpcs, func(v types.Vpc) *string { return v.VpcId })
	})
}

func findSubnets(ctx context.Context, s *subject) ([]candidate, error) {
	filters, err := tagged(s)
	if err != nil {
		return nil, err
	}
	p := ec2.NewDescribeSubnetsPaginator(s.ec2(), &ec2.DescribeSubnetsInput{Filters: filters})
	return pages(ctx, p.HasMorePages, p.NextPage, func(o *ec2.DescribeSubnetsOutput) []*string {
		return each(o.Subnets, func(v types.Subnet) *string { return v.SubnetId })
	})
}

func findRouteTables(ctx context.Context, s *subject) ([]candidate, error) {
	filters, err := tagged(s)
	if err != nil {
		return nil, err
	}
	p := ec2.NewDescribeRouteTablesPaginator(s.ec2(), &ec2.DescribeRouteTablesInput{Filters: filters})
	return pages(ctx, p.HasMorePages, p.NextPage, func(o *ec2.DescribeRouteTablesOutput) []*string {
		return each(o.RouteTables, func(v types.RouteTable) *string { return v.RouteTableId })
	})
}

func findInternetGateways(ctx context.Context, s *subject) ([]candidate, error) {
	filters, err := tagged(s)
	if err != nil {
		return nil, err
	}
	p := ec2.NewDescribeInternetGatewaysPaginator(s.ec2(), &ec2.DescribeInternetGatewaysInput{Filters: filters})
	return pages(ctx, p.HasMorePages, p.NextPage, func(o *ec2.DescribeInternetGatewaysOutput) []*string {
		return each(o.InternetGateways, func(v types.InternetGateway) *string { return v.InternetGatewayId })
	})
}

// findNatGateways leaves out those that are gone: EC2 lists them for an hour. It looks at the tags itself, as not every
// emulator filters NAT gateways by them.
func findNatGateways(ctx context.Context, s *subject) ([]candidate, error) {
	want, err := s.identity()
	if err != nil {
		return nil, err
	}
	subnet, err := s.in.text("subnetId")
	if err != nil {
		return nil, err
	}
	p := ec2.NewDescribeNatGatewaysPaginator(s.ec2(), &ec2.DescribeNatGatewaysInput{
		Filter: []types.Filter{filter("subnet-id", subnet), filter("state", "pending", "available")}})
	return pages(ctx, p.HasMorePages, p.NextPage, func(o *ec2.DescribeNatGatewaysOutput) []*string {
		var ids []*string
		for _, gateway := range o.NatGateways {
			if carries(ec2Tags(gateway.Tags), want) {
				ids = append(ids, gateway.NatGatewayId)
			}
		}
		return ids
	})
}

func findAddresses(ctx context.Context, s *subject) ([]candidate, error) {
	filters, err := tagged(s)
	if err != nil {
		return nil, err
	}
	o, err := s.ec2().DescribeAddresses(ctx, &ec2.DescribeAddressesInput{Filters: filters})
	if err != nil {
		return nil, err
	}
	var found []candidate
	for _, address := range o.Addresses {
		found = append(found, candidate{id: aws.ToString(address.AllocationId)})
	}
	return found, nil
}

func findVpcEndpoints(ctx context.Context, s *subject) ([]candidate, error) {
	filters, err := tagged(s)
	if err != nil {
		return nil, err
	}
	p := ec2.NewDescribeVpcEndpointsPaginator(s.ec2(), &ec2.DescribeVpcEndpointsInput{Filters: filters})
	return pages(ctx, p.HasMorePages, p.NextPage, func(o *ec2.DescribeVpcEndpointsOutput) []*string {
		var ids []*string
		for _, e := range o.VpcEndpoints {
			switch e.State { // those that are gone are listed for a while
			case types.StateDeleted, types.StateDeleting, types.StateFailed, types.StateRejected, types.StateExpired:
			default:
				ids = append(ids, e.VpcEndpointId)
			}
		}
		return ids
	})
}

func findFlowLogs(ctx context.Context, s *subject) ([]candidate, error) {
	want, err := s.identity()
	if err != nil {
		return nil, err
	}
	vpc, err := s.in.text("vpcId")
	if err != nil {
		return nil, err
	}
	p := ec2.NewDescribeFlowLogsPaginator(s.ec2(), &ec2.DescribeFlowLogsInput{Filter: []types.Filter{filter("resource-id", vpc)}})
	return pages(ctx, p.HasMorePages, p.NextPage, func(o *ec2.DescribeFlowLogsOutput) []*string {
		var ids []*string
		for _, log := range o.FlowLogs {
			if carries(ec2Tags(log.Tags), want) {
				ids = append(ids, log.FlowLogId)
			}
		}
		return ids
	})
}

func ec2Tags(list []types.Tag) map[string]string {
	found := map[string]string{}
	for _, tag := range list {
		found[aws.ToString(tag.Key)] = aws.ToString(tag.Value)
	}
	return found
}

func findNetworkAcls(ctx context.Context, s *subject) ([]candidate, error) {
	filters, err := tagged(s)
	if err != nil {
		return nil, err
	}
	p := ec2.NewDescribeNetworkAclsPaginator(s.ec2(), &ec2.DescribeNetworkAclsInput{Filters: filters})
	return pages(ctx, p.HasMorePages, p.NextPage, func(o *ec2.DescribeNetworkAclsOutput) []*string {
		return each(o.NetworkAcls, func(v types.NetworkAcl) *string { return v.NetworkAclId })
	})
}

// findSecurityGroups goes by the name, which is the only one of its kind in a VPC.
func findSecurityGroups(ctx context.Context, s *subject) ([]candidate, error) {
	parts, err := s.in.texts("name", "vpcId")
	if err != nil {
		return nil, err
	}
	p := ec2.NewDescribeSecurityGroupsPaginator(s.ec2(), &ec2.DescribeSecurityGroupsInput{
		Filters: []types.Filter{filter("group-name", parts[0]), filter("vpc-id", parts[1])}})
	return pages(ctx, p.HasMorePages, p.NextPage, func(o *ec2.DescribeSecurityGroupsOutput) []*string {
		return each(o.SecurityGroups, func(v types.SecurityGroup) *string { return v.GroupId })
	})
}

// findSecurityGroupRules goes by group, protocol, ports and peer: a group has no two rules that agree in these.
func findSecurityGroupRules(egress bool) func(context.Context, *subject) ([]candidate, error) {
	return func(ctx context.Context, s *subject) ([]candidate, error) {
		group, err := s.in.text("securityGroupId")
		if err != nil {
			return nil, err
		}
		p := ec2.NewDescribeSecurityGroupRulesPaginator(s.ec2(), &ec2.DescribeSecurityGroupRulesInput{
			Filters: []types.Filter{filter("group-id", group)}})
		return pages(ctx, p.HasMorePages, p.NextPage,
			func(o *ec2.DescribeSecurityGroupRulesOutput) []*string {
				var ids []*string
				for _, r := range o.SecurityGroupRules {
					if aws.ToBool(r.IsEgress) == egress && asksFor(s.in, r) {
						ids = append(ids, r.SecurityGroupRuleId)
					}
				}
				return ids
			})
	}
}

func asksFor(in values, r types.SecurityGroupRule) bool {
	peer := ""
	if r.ReferencedGroupInfo != nil {
		peer = aws.ToString(r.ReferencedGroupInfo.GroupId)
	}
	protocol := in.optional("ipProtocol")
	samePorts := protocol == "-1" || // every port: AWS answers -1, the program names none
		in.optional("fromPort") == fmt.Sprint(aws.ToInt32(r.FromPort)) && in.optional("toPort") == fmt.Sprint(aws.ToInt32(r.ToPort))
	return samePorts && protocol == aws.ToString(r.IpProtocol) &&
		in.optional("cidrIpv4") == aws.ToString(r.CidrIpv4) && in.optional("cidrIpv6") == aws.ToString(r.CidrIpv6) &&
		in.optional("prefixListId") == aws.ToString(r.PrefixListId) && in.optional("referencedSecurityGroupId") == peer
}

// findRouteTableAssociations goes by the subnet, which has one association at most beside the main table's.
func findRouteTableAssociations(ctx context.Context, s *subject) ([]candidate, error) {
	subnet, err := s.in.text("subnetId")
	if err != nil {
		return nil, err
	}
	p := ec2.NewDescribeRouteTablesPaginator(s.ec2(), &ec2.DescribeRouteTablesInput{
		Filters: []types.Filter{filter("association.subnet-id", subnet)}})
	return pages(ctx, p.HasMorePages, p.NextPage, func(o *ec2.DescribeRouteTablesOutput) []*string {
		var ids []*string
		for _, table := range o.RouteTables {
			for _, a := range table.Associations {
				if aws.ToString(a.SubnetId) == subnet {
					ids = append(ids, a.RouteTableAssociationId)
				}
			}
		}
		return ids
	})
}
