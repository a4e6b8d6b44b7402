//go:build engine

package lifecycle

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// ours is the VPC that the stack made, beside the one that every account has.
func ours(t *testing.T, client *ec2.Client) (id string, filter []types.Filter) {
	t.Helper()
	all, err := client.DescribeVpcs(t.Context(), nil)
	require.NoError(t, err)
	for _, vpc := range all.Vpcs {
		if !aws.ToBool(vpc.IsDefault) {
			require.Empty(t, id, "there are two VPCs")
			id = *vpc.VpcId
		}
	}
	require.NotEmpty(t, id)
	return id, []types.Filter{{Name: aws.String("vpc-id"), Values: []string{id}}}
}

func networkHolds(t *testing.T, want environment, cfg aws.Config) {
	client := ec2.NewFromConfig(cfg)
	vpc, inVpc := ours(t, client)

	subnets, err := client.DescribeSubnets(t.Context(), &ec2.DescribeSubnetsInput{Filters: inVpc})
	require.NoError(t, err)
	zones := map[string][]string{} // of each tier
	for _, subnet := range subnets.Subnets {
		tier := tierOf(nameOf(subnet.Tags))
		zones[tier] = append(zones[tier], *subnet.AvailabilityZone)
		assert.False(t, aws.ToBool(subnet.MapPublicIpOnLaunch), nameOf(subnet.Tags))
	}
	all := []string{"us-east-1a", "us-east-1b", "us-east-1c"}[:want.zones]
	for _, tier := range []string{"public", "private", "isolated"} {
		assert.ElementsMatch(t, all, zones[tier], tier)
	}
	assert.Len(t, zones, 3)

	tables, err := client.DescribeRouteTables(t.Context(), &ec2.DescribeRouteTablesInput{Filters: inVpc})
	require.NoError(t, err)
	for _, table := range tables.RouteTables {
		for _, route := range table.Routes {
			if aws.ToString(route.DestinationCidrBlock) != "0.0.0.0/0" {
				continue
			}
			switch tier := tierOf(nameOf(table.Tags)); tier {
			case "public":
				assert.True(t, strings.HasPrefix(aws.ToString(route.GatewayId), "igw-"), nameOf(table.Tags))
			case "private":
				assert.True(t, strings.HasPrefix(aws.ToString(route.NatGatewayId), "nat-"), nameOf(table.Tags))
			default:
				t.Errorf("route table %s leads out", nameOf(table.Tags))
			}
		}
	}

	gateways, err := client.DescribeNatGateways(t.Context(), &ec2.DescribeNatGatewaysInput{Filter: inVpc})
	require.NoError(t, err)
	assert.Len(t, gateways.NatGateways, want.nats)

	logs, err := client.DescribeFlowLogs(t.Context(), &ec2.DescribeFlowLogsInput{
		Filter: []types.Filter{{Name: aws.String("resource-id"), Values: []string{vpc}}},
	})
	require.NoError(t, err)
	require.Len(t, logs.FlowLogs, 1)
	assert.Equal(t, types.TrafficTypeAll, logs.FlowLogs[0].TrafficType)
	assert.Contains(t, aws.ToString(logs.FlowLogs[0].LogDestination), ":log-group:/vpc/careconnect-"+want.name+"/flow-logs")

	volumes, err := client.GetEbsEncryptionByDefault(t.Context(), nil)
	require.NoError(t, err)
	assert.True(t, *volumes.EbsEncryptionByDefault)
}

// securityGroupsHold compares every rule of every group with the one path from CloudFront to the data.
func securityGroupsHold(t *testing.T, want environment, cfg aws.Config) {
	client := ec2.NewFromConfig(cfg)
	_, inVpc := ours(t, client)
	groups, err := client.DescribeSecurityGroups(t.Context(), &ec2.DescribeSecurityGroupsInput{Filters: inVpc})
	require.NoError(t, err)
	names := map[string]string{}
	for _, group := range groups.SecurityGroups {
		names[*group.GroupId] = nameOf(group.Tags)
	}
	var rules []string
	for _, group := range groups.SecurityGroups {
		for direction, permissions := range map[string][]types.IpPermission{
			"from": group.IpPermissions, "to": group.IpPermissionsEgress,
		} {
			for _, p := range permissions {
				var peers []string
				for _, peer := range p.UserIdGroupPairs {
					peers = append(peers, names[*peer.GroupId])
				}
				for _, list := range p.PrefixListIds {
					peers = append(peers, prefixList(t, client, *list.PrefixListId))
				}
				for _, r := range p.IpRanges {
					peers = append(peers, *r.CidrIp)
				}
				for _, r := range p.Ipv6Ranges {
					peers = append(peers, *r.CidrIpv6)
				}
				for _, peer := range peers {
					rules = append(rules, fmt.Sprintf("%s %s %s %s %d-%d",
						names[*group.GroupId], direction, peer, *p.IpProtocol, aws.ToInt32(p.FromPort), aws.ToInt32(p.ToPort)))
				}
			}
		}
	}
	slices.Sort(rules)
	expected := chain(want.name)
	if want.copied {
		expected = append(expected, "edge-alb-checkers from com.amazonaws.us-east-1.route53-healthchecks tcp 443-443")
	}
	assert.ElementsMatch(t, expected, rules)
	for _, rule := range rules {
		assert.NotContains(t, rule, "from 0.0.0.0/0")
		assert.NotContains(t, rule, "::/0")
	}
}

// chain is every rule that there may be.
func chain(stack string) []string {
	backend := "careconnect-" + stack + "-backend"
	rules := []string{
		"cache from " + backend + " tcp 6379-6379",
		backend + " from edge-alb-security-group tcp 8080-8080",
		backend + " to 0.0.0.0/0 tcp 443-443", // third parties; see internetEgress in the settings
		backend + " to cache tcp 6379-6379",
		backend + " to com.amazonaws.us-east-1.s3 tcp 443-443",
		backend + " to database tcp 5432-5432",
		backend + " to network-endpoints tcp 443-443",
		"database from " + backend + " tcp 5432-5432",
		"edge-alb-security-group from com.amazonaws.global.cloudfront.origin-facing tcp 443-443",
		"edge-alb-security-group to " + backend + " tcp 8080-8080",
		"network-endpoints from " + backend + " tcp 443-443",
	}
	for _, job := range []string{"careconnect-" + stack + "-database-roles", "careconnect-" + stack + "-migrations"} {
		rules = append(rules,
			job+" to com.amazonaws.us-east-1.s3 tcp 443-443", job+" to database tcp 5432-5432", job+" to network-endpoints tcp 443-443",
			"database from "+job+" tcp 5432-5432", "network-endpoints from "+job+" tcp 443-443")
	}
	return rules
}

// prefixList is the name of a list of addresses that AWS keeps.
func prefixList(t *testing.T, client *ec2.Client, id string) string {
	t.Helper()
	lists, err := client.DescribeManagedPrefixLists(t.Context(), &ec2.DescribeManagedPrefixListsInput{PrefixListIds: []string{id}})
	require.NoError(t, err)
	require.Len(t, lists.PrefixLists, 1)
	return *lists.PrefixLists[0].PrefixListName
}

func nameOf(tags []types.Tag) string {
	for _, tag := range tags {
		if *tag.Key == "Name" {
			return *tag.Value
		}
	}
	return ""
}

// tierOf "network-public-us-east-1a" and the like is public.
func tierOf(name string) string {
	for _, tier := range []string{"public", "private", "isolated"} {
		if strings.Contains(name, "-"+tier) {
			return tier
		}
	}
	return name
}
