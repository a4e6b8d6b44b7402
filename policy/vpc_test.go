package policy

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/carebase/carebase/graph"
)

const (
	flowLogType  = "aws:ec2/flowLog:FlowLog"
	defaultGroup = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"
)

var vpcFixtures = map[string]fixture{
	"VPC-1": {
		satisfied: []example{{about: "all traffic logged", resources: []*graph.Resource{
			res(vpcType, "vpc", in{"cidrBlock": "10.0.0.0/16"}),
			res(flowLogType, "log", in{"vpcId": ref(vpcType, "vpc", "id"), "trafficType": "ALL", "logDestination": "arn:x"}),
		}}},
		violated: []example{
			{about: "no flow log", property: "FlowLog", resources: []*graph.Resource{res(vpcType, "vpc", in{})}},
			{about: "a flow log of another VPC", property: "FlowLog", resources: []*graph.Resource{
				res(vpcType, "vpc", in{}),
				res(flowLogType, "log", in{"vpcId": "vpc-0123", "trafficType": "ALL", "logDestination": "arn:x"}),
			}},
			{about: "rejected traffic only", property: "trafficType", resources: []*graph.Resource{
				res(vpcType, "vpc", in{}),
				res(flowLogType, "log", in{"vpcId": ref(vpcType, "vpc", "id"), "trafficType": "REJECT", "logDestination": "arn:x"}),
			}},
		},
		undecided: []example{{about: "traffic type not known", resources: []*graph.Resource{
			res(vpcType, "vpc", in{}),
			res(flowLogType, "log", in{"vpcId": ref(vpcType, "vpc", "id"), "trafficType": unknown, "logDestination": "arn:x"}),
		}}},
	},
	"VPC-2": {
		satisfied: []example{{about: "adopted without rules", resources: []*graph.Resource{
			res(vpcType, "vpc", in{}), res(defaultGroup, "default", in{"vpcId": ref(vpcType, "vpc", "id")}),
		}}},
		violated: []example{
			{about: "not adopted", property: "DefaultSecurityGroup", resources: []*graph.Resource{res(vpcType, "vpc", in{})}},
			{about: "with a rule", property: "egress", resources: []*graph.Resource{
				res(vpcType, "vpc", in{}),
				res(defaultGroup, "default", in{"vpcId": ref(vpcType, "vpc", "id"), "egress": []any{in{"protocol": "-1"}}}),
			}},
		},
	},
	"VPC-3": {
		satisfied: []example{
			{about: "unset", resources: []*graph.Resource{res(subnetType, "subnet", in{})}},
			{about: "false", resources: []*graph.Resource{res(subnetType, "subnet", in{"mapPublicIpOnLaunch": false})}},
		},
		violated: []example{{about: "true", property: "mapPublicIpOnLaunch", resources: []*graph.Resource{
			res(subnetType, "subnet", in{"mapPublicIpOnLaunch": true}),
		}}},
	},
	"VPC-4": {
		satisfied: []example{
			{about: "public tier with a NAT gateway", resources: tier(
				res(routeType, "way", in{"routeTableId": ref(routeTableType, "table", "id"), "destinationCidrBlock": "0.0.0.0/0", "gatewayId": ref(gatewayType, "igw", "id")}),
				res(natGatewayType, "nat", in{"subnetId": ref(subnetType, "subnet", "id")}),
			)},
			{about: "public tier with an internet-facing load balancer", resources: tier(
				res(routeType, "way", in{"routeTableId": ref(routeTableType, "table", "id"), "destinationCidrBlock": "0.0.0.0/0", "gatewayId": ref(gatewayType, "igw", "id")}),
				res(loadBalancers[0], "alb", in{"subnets": []any{ref(subnetType, "subnet", "id")}}),
			)},
			{about: "public tier by its tag, empty", resources: []*graph.Resource{
				res(gatewayType, "igw", in{}),
				res(routeTableType, "table", in{"tags": in{"Tier": "public"}, "routes": []any{in{"cidrBlock": "0.0.0.0/0", "gatewayId": ref(gatewayType, "igw", "id")}}}),
			}},
			{about: "private tier by NAT, with tasks", resources: tier(
				res(routeType, "way", in{"routeTableId": ref(routeTableType, "table", "id"), "destinationCidrBlock": "0.0.0.0/0", "natGatewayId": "nat-1"}),
				task("subnet"),
			)},
			{about: "to one network by the internet gateway", resources: tier(
				res(routeType, "way", in{"routeTableId": ref(routeTableType, "table", "id"), "destinationCidrBlock": "198.51.100.0/24", "gatewayId": ref(gatewayType, "igw", "id")}),
				task("subnet"),
			)},
			{about: "to everywhere by a VPN gateway", resources: tier(
				res(routeType, "way", in{"routeTableId": ref(routeTableType, "table", "id"), "destinationCidrBlock": "0.0.0.0/0", "gatewayId": "vgw-1"}),
				task("subnet"),
			)},
		},
		violated: slices.Concat(workloads(), []example{
			{about: "tasks in the subnet", property: "gatewayId", resources: tier(
				res(routeType, "way", in{"routeTableId": ref(routeTableType, "table", "id"), "destinationCidrBlock": "0.0.0.0/0", "gatewayId": ref(gatewayType, "igw", "id")}),
				task("subnet"),
			)},
			{about: "tasks beside the NAT gateway", property: "gatewayId", resources: tier(
				res(routeType, "way", in{"routeTableId": ref(routeTableType, "table", "id"), "destinationCidrBlock": "0.0.0.0/0", "gatewayId": ref(gatewayType, "igw", "id")}),
				res(natGatewayType, "nat", in{"subnetId": ref(subnetType, "subnet", "id")}), task("subnet"),
			)},
			{about: "a database in what is tagged public", property: "routes[0].gatewayId", resources: []*graph.Resource{
				res(subnetType, "subnet", in{}), res(gatewayType, "igw", in{}),
				res(routeTableType, "table", in{"tags": in{"Tier": "public"}, "routes": []any{in{"cidrBlock": "0.0.0.0/0", "gatewayId": ref(gatewayType, "igw", "id")}}}),
				res(associationType, "association", in{"subnetId": ref(subnetType, "subnet", "id"), "routeTableId": ref(routeTableType, "table", "id")}),
				res(dataSubnetGroups[0], "group", in{"subnetIds": []any{ref(subnetType, "subnet", "id")}}),
			}},
			{about: "an internal load balancer", property: "gatewayId", resources: tier(
				res(routeType, "way", in{"routeTableId": ref(routeTableType, "table", "id"), "destinationCidrBlock": "0.0.0.0/0", "gatewayId": ref(gatewayType, "igw", "id")}),
				res(loadBalancers[0], "alb", in{"subnets": []any{ref(subnetType, "subnet", "id")}, "internal": true}),
			)},
			{about: "nothing public there", property: "gatewayId", resources: tier(
				res(routeType, "way", in{"routeTableId": ref(routeTableType, "table", "id"), "destinationCidrBlock": "0.0.0.0/0", "gatewayId": ref(gatewayType, "igw", "id")}),
			)},
			{about: "only a private NAT gateway there", property: "gatewayId", resources: tier(
				res(routeType, "way", in{"routeTableId": ref(routeTableType, "table", "id"), "destinationCidrBlock": "0.0.0.0/0", "gatewayId": ref(gatewayType, "igw", "id")}),
				res(natGatewayType, "nat", in{"subnetId": ref(subnetType, "subnet", "id"), "connectivityType": "private"}),
			)},
			{about: "IPv6", property: "gatewayId", resources: tier(
				res(routeType, "way", in{"routeTableId": ref(routeTableType, "table", "id"), "destinationIpv6CidrBlock": "::/0", "gatewayId": ref(gatewayType, "igw", "id")}),
				task("subnet"),
			)},
			{about: "IPv6, written in the table", property: "routes[0].gatewayId", resources: []*graph.Resource{
				res(gatewayType, "igw", in{}),
				res(routeTableType, "table", in{"routes": []any{in{"ipv6CidrBlock": "::/0", "gatewayId": ref(gatewayType, "igw", "id")}}}),
			}},
			{about: "half of everywhere", property: "gatewayId", resources: tier(
				res(routeType, "way", in{"routeTableId": ref(routeTableType, "table", "id"), "destinationCidrBlock": "128.0.0.0/1", "gatewayId": ref(gatewayType, "igw", "id")}),
				task("subnet"),
			)},
			{about: "a prefix list of everywhere", property: "gatewayId", resources: tier(
				res(prefixListType, "all", in{"entries": []any{in{"cidr": "0.0.0.0/0"}}}),
				res(routeType, "way", in{"routeTableId": ref(routeTableType, "table", "id"), "destinationPrefixListId": ref(prefixListType, "all", "id"), "gatewayId": ref(gatewayType, "igw", "id")}),
				task("subnet"),
			)},
			{about: "another stack's internet gateway", property: "gatewayId", resources: tier(
				res(routeType, "way", in{"routeTableId": ref(routeTableType, "table", "id"), "destinationCidrBlock": "0.0.0.0/0", "gatewayId": "igw-0123"}),
				task("subnet"),
			)},
			{about: "another stack's route table", property: "gatewayId", resources: tier(
				res(routeType, "way", in{"routeTableId": "rtb-0123", "destinationCidrBlock": "0.0.0.0/0", "gatewayId": ref(gatewayType, "igw", "id")}),
			)},
			{about: "the VPC's own table, named by the VPC", property: "gatewayId", resources: tier(
				res(routeType, "way", in{"routeTableId": ref(vpcType, "vpc", "mainRouteTableId"), "destinationCidrBlock": "0.0.0.0/0", "gatewayId": ref(gatewayType, "igw", "id")}),
			)},
			{about: "the VPC's own table, adopted", property: "routes[0].gatewayId", resources: []*graph.Resource{
				res(gatewayType, "igw", in{}),
				res(defaultRouteTableType, "main", in{"routes": []any{in{"cidrBlock": "0.0.0.0/0", "gatewayId": ref(gatewayType, "igw", "id")}}}),
			}},
			{about: "a table made the main one", property: "gatewayId", resources: tier(
				res(routeType, "way", in{"routeTableId": ref(routeTableType, "table", "id"), "destinationCidrBlock": "0.0.0.0/0", "gatewayId": ref(gatewayType, "igw", "id")}),
				res(natGatewayType, "nat", in{"subnetId": ref(subnetType, "subnet", "id")}),
				res("aws:ec2/mainRouteTableAssociation:MainRouteTableAssociation", "main", in{"routeTableId": ref(routeTableType, "table", "id")}),
			)},
		}),
		undecided: []example{
			{about: "destination not known", resources: tier(
				res(routeType, "way", in{"routeTableId": ref(routeTableType, "table", "id"), "destinationCidrBlock": unknown, "gatewayId": ref(gatewayType, "igw", "id")}),
			)},
			{about: "gateway not known", resources: tier(
				res(routeType, "way", in{"routeTableId": ref(routeTableType, "table", "id"), "destinationCidrBlock": "0.0.0.0/0", "gatewayId": unknown}),
			)},
			{about: "routes not known", resources: []*graph.Resource{res(routeTableType, "table", in{"routes": unknown})}},
		},
	},
	"VPC-5": {
		satisfied: []example{
			{about: "from a security group", resources: []*graph.Resource{
				res(groupType, "group", in{"ingress": []any{in{"protocol": "tcp", "fromPort": 22, "toPort": 22, "securityGroups": []any{"sg-1"}}}}),
				res(ingressRuleType, "rule", in{"securityGroupId": "sg-1", "referencedSecurityGroupId": "sg-2", "ipProtocol": "-1"}),
			}},
			{about: "from one's own network", resources: []*graph.Resource{
				res(ingressRuleType, "rule", in{"cidrIpv4": "10.0.0.0/8", "ipProtocol": "tcp", "fromPort": 22, "toPort": 22}),
			}},
			{about: "from the widest ranges that an organisation has", resources: []*graph.Resource{
				res(ingressRuleType, "public", in{"cidrIpv4": "17.0.0.0/8", "ipProtocol": "tcp", "fromPort": 22, "toPort": 22}),
				res(ingressRuleType, "public6", in{"cidrIpv6": "2600::/16", "ipProtocol": "tcp", "fromPort": 22, "toPort": 22}),
				res(ingressRuleType, "local6", in{"cidrIpv6": "fd00::/8", "ipProtocol": "tcp", "fromPort": 22, "toPort": 22}),
			}},
			{about: "from the VPC, whose range is not known", resources: []*graph.Resource{
				res(vpcType, "vpc", in{}),
				res(ingressRuleType, "rule", in{"cidrIpv4": ref(vpcType, "vpc", "cidrBlock"), "ipProtocol": "tcp", "fromPort": 22, "toPort": 22}),
			}},
			{about: "from one address that is not known", resources: []*graph.Resource{
				res(natGatewayType, "nat", in{}),
				res(ingressRuleType, "rule", in{"cidrIpv4": ref(natGatewayType, "nat", "publicIp") + "/32", "ipProtocol": "tcp", "fromPort": 22, "toPort": 22}),
			}},
			{about: "another port, UDP, or outwards", resources: []*graph.Resource{
				res(ingressRuleType, "web", in{"cidrIpv4": "0.0.0.0/0", "ipProtocol": "tcp", "fromPort": 443, "toPort": 443}),
				res(ingressRuleType, "udp", in{"cidrIpv4": "0.0.0.0/0", "ipProtocol": "udp", "fromPort": 22, "toPort": 22}),
				res(groupRuleType, "out", in{"type": "egress", "cidrBlocks": []any{"0.0.0.0/0"}, "protocol": "-1", "fromPort": 0, "toPort": 0}),
			}},
			{about: "a prefix list of AWS", resources: []*graph.Resource{
				res(ingressRuleType, "rule", in{"prefixListId": "pl-3b927c52", "ipProtocol": "tcp", "fromPort": 22, "toPort": 22}),
			}},
		},
		violated: openedBy(22),
		undecided: []example{
			{about: "source not known", resources: []*graph.Resource{
				res(ingressRuleType, "rule", in{"cidrIpv4": unknown, "ipProtocol": "tcp", "fromPort": 22, "toPort": 22}),
			}},
			{about: "source of another resource", resources: []*graph.Resource{
				res("random:index/randomString:RandomString", "source", in{}),
				res(ingressRuleType, "rule", in{"cidrIpv4": ref("random:index/randomString:RandomString", "source", "result"), "ipProtocol": "tcp", "fromPort": 22, "toPort": 22}),
			}},
			{about: "first port not known", resources: []*graph.Resource{
				res(ingressRuleType, "rule", in{"cidrIpv4": "0.0.0.0/0", "ipProtocol": "tcp", "fromPort": unknown, "toPort": 22}),
			}},
			{about: "last port not known", resources: []*graph.Resource{
				res(ingressRuleType, "rule", in{"cidrIpv4": "0.0.0.0/0", "ipProtocol": "tcp", "fromPort": 22, "toPort": unknown}),
			}},
			{about: "protocol not known", resources: []*graph.Resource{
				res(ingressRuleType, "rule", in{"cidrIpv4": "0.0.0.0/0", "ipProtocol": unknown}),
			}},
			{about: "rules not known", resources: []*graph.Resource{res(groupType, "group", in{"ingress": unknown})}},
		},
	},
	"VPC-6": {
		satisfied: []example{
			{about: "from a security group", resources: []*graph.Resource{
				res(groupType, "group", in{}),
				res(ingressRuleType, "rule", in{"securityGroupId": ref(groupType, "group", "id"), "referencedSecurityGroupId": "sg-2", "ipProtocol": "tcp", "fromPort": 5432, "toPort": 5432}),
			}},
			{about: "the front door", resources: []*graph.Resource{
				res(ingressRuleType, "rule", in{"cidrIpv4": "0.0.0.0/0", "ipProtocol": "tcp", "fromPort": 443, "toPort": 443}),
			}},
		},
		violated: openedBy(20, 21, 23, 445, 1433, 1521, 3306, 3389, 4333, 5432, 5439, 6379, 9200, 11211, 27017),
		undecided: []example{{about: "source not known", resources: []*graph.Resource{
			res(groupRuleType, "rule", in{"type": "ingress", "cidrBlocks": unknown, "protocol": "tcp", "fromPort": 5432, "toPort": 5432}),
		}}},
	},
	"VPC-7": {
		satisfied: []example{
			{about: "443 and 80 of a load balancer", resources: []*graph.Resource{
				res(groupType, "group", in{}),
				res(ingressRuleType, "https", in{"securityGroupId": ref(groupType, "group", "id"), "cidrIpv4": "0.0.0.0/0", "ipProtocol": "tcp", "fromPort": 443, "toPort": 443}),
				res(ingressRuleType, "http", in{"securityGroupId": ref(groupType, "group", "id"), "cidrIpv6": "::/0", "ipProtocol": "tcp", "fromPort": 80, "toPort": 80}),
				res(loadBalancers[1], "alb", in{"securityGroups": []any{ref(groupType, "group", "id")}}),
				res(ingressRuleType, "backend", in{"securityGroupId": "sg-2", "referencedSecurityGroupId": ref(groupType, "group", "id"), "ipProtocol": "tcp", "fromPort": 8080, "toPort": 8080}),
			}},
			{about: "443 of a load balancer, by a rule of the older kind", resources: []*graph.Resource{
				res(groupType, "group", in{}),
				res(groupRuleType, "https", in{"type": "ingress", "securityGroupId": ref(groupType, "group", "id"), "cidrBlocks": []any{"0.0.0.0/0"}, "protocol": "tcp", "fromPort": 443, "toPort": 443}),
				res(loadBalancers[0], "alb", in{"securityGroups": []any{ref(groupType, "group", "id")}}),
			}},
			{about: "443 of a load balancer, in the group", resources: []*graph.Resource{
				res(groupType, "group", in{"ingress": []any{in{"cidrBlocks": []any{"0.0.0.0/0"}, "protocol": "tcp", "fromPort": 443, "toPort": 443}}}),
				res(classicLoadBalancer, "elb", in{"securityGroups": []any{ref(groupType, "group", "id")}}),
			}},
			{about: "ICMP by its names and numbers", resources: []*graph.Resource{
				res(ingressRuleType, "icmp", in{"securityGroupId": "sg-1", "cidrIpv4": "0.0.0.0/0", "ipProtocol": "icmp", "fromPort": 3, "toPort": 4}),
				res(ingressRuleType, "1", in{"securityGroupId": "sg-1", "cidrIpv4": "0.0.0.0/0", "ipProtocol": "1", "fromPort": 3, "toPort": 4}),
				res(ingressRuleType, "icmpv6", in{"securityGroupId": "sg-1", "cidrIpv6": "::/0", "ipProtocol": "icmpv6", "fromPort": -1, "toPort": -1}),
				res(ingressRuleType, "58", in{"securityGroupId": "sg-1", "cidrIpv6": "::/0", "ipProtocol": "58", "fromPort": -1, "toPort": -1}),
			}},
			{about: "CloudFront's prefix list", resources: []*graph.Resource{
				res(ingressRuleType, "rule", in{"securityGroupId": "sg-1", "prefixListId": "pl-3b927c52", "ipProtocol": "tcp", "fromPort": 443, "toPort": 443}),
			}},
		},
		violated: slices.Concat(openedBy(8080), []example{
			{about: "443 to 444", property: "cidrIpv4", resources: []*graph.Resource{
				res(groupType, "group", in{}),
				res(ingressRuleType, "https", in{"securityGroupId": ref(groupType, "group", "id"), "cidrIpv4": "0.0.0.0/0", "ipProtocol": "tcp", "fromPort": 443, "toPort": 444}),
				res(loadBalancers[0], "alb", in{"securityGroups": []any{ref(groupType, "group", "id")}}),
			}},
			{about: "UDP", property: "cidrIpv4", resources: []*graph.Resource{
				res(groupType, "group", in{}),
				res(ingressRuleType, "https", in{"securityGroupId": ref(groupType, "group", "id"), "cidrIpv4": "0.0.0.0/0", "ipProtocol": "udp", "fromPort": 443, "toPort": 443}),
				res(loadBalancers[0], "alb", in{"securityGroups": []any{ref(groupType, "group", "id")}}),
			}},
			{about: "443 of tasks", property: "cidrIpv4", resources: []*graph.Resource{
				res(groupType, "group", in{}),
				res(ingressRuleType, "https", in{"securityGroupId": ref(groupType, "group", "id"), "cidrIpv4": "0.0.0.0/0", "ipProtocol": "tcp", "fromPort": 443, "toPort": 443}),
				res("aws:ecs/service:Service", "tasks", in{"networkConfiguration": in{"securityGroups": []any{ref(groupType, "group", "id")}}}),
			}},
			{about: "443 of a load balancer and a host", property: "cidrBlocks[0]", resources: []*graph.Resource{
				res(groupType, "group", in{}),
				res(groupRuleType, "https", in{"type": "ingress", "securityGroupId": ref(groupType, "group", "id"), "cidrBlocks": []any{"0.0.0.0/0"}, "protocol": "tcp", "fromPort": 443, "toPort": 443}),
				res(loadBalancers[0], "alb", in{"securityGroups": []any{ref(groupType, "group", "id")}}),
				res(instanceType, "host", in{"vpcSecurityGroupIds": []any{ref(groupType, "group", "id")}}),
			}},
			{about: "443 of nothing", property: "ingress[0].cidrBlocks[0]", resources: []*graph.Resource{
				res(groupType, "group", in{"ingress": []any{in{"cidrBlocks": []any{"0.0.0.0/0"}, "protocol": "tcp", "fromPort": 443, "toPort": 443}}}),
			}},
			{about: "443 of another stack's group", property: "cidrIpv4", resources: []*graph.Resource{
				res(ingressRuleType, "https", in{"securityGroupId": "sg-1", "cidrIpv4": "0.0.0.0/0", "ipProtocol": "tcp", "fromPort": 443, "toPort": 443}),
			}},
		}),
		undecided: []example{
			{about: "source not known", resources: []*graph.Resource{
				res(ingressRuleType, "https", in{"securityGroupId": "sg-1", "cidrIpv4": unknown, "ipProtocol": "tcp", "fromPort": 443, "toPort": 443}),
			}},
			{about: "port not known", resources: []*graph.Resource{
				res(ingressRuleType, "https", in{"securityGroupId": "sg-1", "cidrIpv4": "0.0.0.0/0", "ipProtocol": "tcp", "fromPort": unknown, "toPort": 443}),
			}},
		},
	},
	"VPC-8": {
		satisfied: []example{
			{about: "the data tier's own", resources: dataTier(
				res(aclType, "acl", in{"subnetIds": []any{ref(subnetType, "subnet", "id")}, "ingress": []any{
					in{"ruleNo": 100, "action": "allow", "protocol": "6", "cidrBlock": "10.0.0.0/16", "fromPort": 5432, "toPort": 5432},
					in{"ruleNo": 200, "action": "deny", "protocol": "-1", "cidrBlock": "0.0.0.0/0", "fromPort": 0, "toPort": 0},
				}}),
			)},
			{about: "associated, with separate rules", resources: dataTier(
				res(aclType, "acl", in{}),
				res("aws:ec2/networkAclAssociation:NetworkAclAssociation", "association", in{"subnetId": ref(subnetType, "subnet", "id"), "networkAclId": ref(aclType, "acl", "id")}),
				res(aclRuleType, "in", in{"networkAclId": ref(aclType, "acl", "id"), "ruleAction": "allow", "protocol": "tcp", "cidrBlock": "10.0.0.0/16", "fromPort": 5432, "toPort": 5432}),
				res(aclRuleType, "out", in{"networkAclId": ref(aclType, "acl", "id"), "egress": true, "ruleAction": "allow", "protocol": "-1", "cidrBlock": "0.0.0.0/0"}),
			)},
			{about: "the default one, adopted and emptied", resources: dataTier(
				res(defaultACLType, "default", in{"defaultNetworkAclId": ref(vpcType, "vpc", "defaultNetworkAclId")}),
			)},
			{about: "the default one of a deployed VPC", resources: []*graph.Resource{
				deployed(res(vpcType, "vpc", in{}), in{"id": "vpc-1"}),
				res(subnetType, "subnet", in{"vpcId": "vpc-1"}),
				res(dataSubnetGroups[1], "group", in{"subnetIds": []any{ref(subnetType, "subnet", "id")}}),
				deployed(res(defaultACLType, "default", in{"defaultNetworkAclId": "acl-1"}), in{"vpcId": "vpc-1"}),
			}},
			{about: "the private tier's answers from the internet", resources: []*graph.Resource{
				res(aclType, "acl", in{"ingress": []any{
					in{"action": "allow", "protocol": "tcp", "cidrBlock": "0.0.0.0/0", "fromPort": 1024, "toPort": 65535},
					in{"action": "allow", "protocol": "icmp", "cidrBlock": "0.0.0.0/0", "fromPort": 0, "toPort": 0},
				}}),
			}},
		},
		violated: []example{
			{about: "none", property: "NetworkAcl", resources: dataTier()},
			{about: "one of another subnet", property: "NetworkAcl", resources: dataTier(
				res(subnetType, "other", in{}), res(aclType, "acl", in{"subnetIds": []any{ref(subnetType, "other", "id")}}),
			)},
			{about: "the default one of another VPC", property: "NetworkAcl", resources: dataTier(
				res(vpcType, "other", in{}), res(defaultACLType, "default", in{"defaultNetworkAclId": ref(vpcType, "other", "defaultNetworkAclId")}),
			)},
			{about: "everything in", property: "ingress[0].cidrBlock", resources: []*graph.Resource{
				res(aclType, "acl", in{"ingress": []any{in{"action": "allow", "protocol": "-1", "cidrBlock": "0.0.0.0/0", "fromPort": 0, "toPort": 0}}}),
			}},
			{about: "everything in by IPv6", property: "ingress[0].ipv6CidrBlock", resources: []*graph.Resource{
				res(aclType, "acl", in{"ingress": []any{in{"action": "allow", "protocol": -1, "ipv6CidrBlock": "::/0"}}}),
			}},
			{about: "every port of TCP", property: "ingress[0].cidrBlock", resources: []*graph.Resource{
				res(aclType, "acl", in{"ingress": []any{in{"action": "allow", "protocol": "6", "cidrBlock": "0.0.0.0/0", "fromPort": 0, "toPort": 65535}}}),
			}},
			{about: "everything in by the default one", property: "ingress[0].cidrBlock", resources: []*graph.Resource{
				res(defaultACLType, "acl", in{"ingress": []any{in{"action": "allow", "protocol": "all", "cidrBlock": "0.0.0.0/0"}}}),
			}},
			{about: "everything in by a separate rule", property: "cidrBlock", resources: []*graph.Resource{
				res(aclRuleType, "rule", in{"networkAclId": "acl-1", "ruleAction": "ALLOW", "protocol": "-1", "cidrBlock": "0.0.0.0/0"}),
			}},
			{about: "one port of the data tier", property: "ingress[0].cidrBlock", resources: dataTier(
				res(aclType, "acl", in{"subnetIds": []any{ref(subnetType, "subnet", "id")}, "ingress": []any{
					in{"action": "allow", "protocol": "6", "cidrBlock": "0.0.0.0/0", "fromPort": 5432, "toPort": 5432},
				}}),
			)},
			{about: "one port of the data tier by a separate rule", property: "cidrBlock", resources: dataTier(
				res(aclType, "acl", in{"subnetIds": []any{ref(subnetType, "subnet", "id")}}),
				res(aclRuleType, "rule", in{"networkAclId": ref(aclType, "acl", "id"), "egress": false, "ruleAction": "allow", "protocol": "tcp", "cidrBlock": "0.0.0.0/0", "fromPort": 5432, "toPort": 5432}),
			)},
		},
		undecided: []example{
			{about: "source not known", resources: []*graph.Resource{
				res(aclType, "acl", in{"ingress": []any{in{"action": "allow", "protocol": "-1", "cidrBlock": unknown}}}),
			}},
			{about: "action not known", resources: []*graph.Resource{
				res(aclType, "acl", in{"ingress": []any{in{"action": unknown, "protocol": "-1", "cidrBlock": "0.0.0.0/0"}}}),
			}},
			{about: "ports not known", resources: []*graph.Resource{
				res(aclRuleType, "rule", in{"networkAclId": "acl-1", "ruleAction": "allow", "protocol": "tcp", "cidrBlock": "0.0.0.0/0", "fromPort": unknown, "toPort": 65535}),
			}},
			{about: "rules not known", resources: []*graph.Resource{res(aclType, "acl", in{"ingress": unknown})}},
		},
	},
	"VPC-9": {
		satisfied: []example{
			{about: "of this stack", resources: []*graph.Resource{res(vpcType, "vpc", in{}), res(gatewayType, "igw", in{"vpcId": ref(vpcType, "vpc", "id")})}},
			{about: "attached separately", resources: []*graph.Resource{
				res(vpcType, "vpc", in{}), res(gatewayType, "igw", in{}),
				res(attachmentType, "attachment", in{"internetGatewayId": ref(gatewayType, "igw", "id"), "vpcId": ref(vpcType, "vpc", "id")}),
			}},
			{about: "of a deployed VPC", resources: []*graph.Resource{
				deployed(res(vpcType, "vpc", in{}), in{"id": "vpc-1"}), res(gatewayType, "igw", in{"vpcId": "vpc-1"}),
			}},
		},
		violated: []example{
			{about: "of another VPC", property: "vpcId", resources: []*graph.Resource{res(vpcType, "vpc", in{}), res(gatewayType, "igw", in{"vpcId": "vpc-0123"})}},
			{about: "of a VPC that is only read", property: "vpcId", resources: []*graph.Resource{
				external(res(vpcType, "vpc", in{})), res(gatewayType, "igw", in{"vpcId": ref(vpcType, "vpc", "id")}),
			}},
			{about: "of none", property: "vpcId", resources: []*graph.Resource{res(gatewayType, "igw", in{})}},
			{about: "of another VPC, and separately of its own", property: "vpcId", resources: []*graph.Resource{
				res(vpcType, "vpc", in{}), res(gatewayType, "igw", in{"vpcId": "vpc-0123"}),
				res(attachmentType, "attachment", in{"internetGatewayId": ref(gatewayType, "igw", "id"), "vpcId": ref(vpcType, "vpc", "id")}),
			}},
			{about: "attached separately to another VPC", property: "vpcId", resources: []*graph.Resource{
				res(gatewayType, "igw", in{}),
				res(attachmentType, "attachment", in{"internetGatewayId": ref(gatewayType, "igw", "id"), "vpcId": "vpc-0123"}),
			}},
		},
		undecided: []example{{about: "VPC not known", resources: []*graph.Resource{res(gatewayType, "igw", in{"vpcId": unknown})}}},
	},
	"VPC-10": {
		satisfied: []example{
			{about: "all that a stack without tasks, queues and tables needs", resources: endpoints(vpcEndpoints())},
			{about: "S3 by a gateway that says so, and a separate association", resources: endpoints(with(vpcEndpoints(), "s3", in{"vpcEndpointType": "Gateway"}),
				res("aws:ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation", "association", in{"vpcEndpointId": ref(endpointType, "s3", "id"), "routeTableId": "rtb-1"}))},
			{about: "private names switched on separately", resources: endpoints(with(vpcEndpoints(), "kms", in{"vpcEndpointType": "Interface"}),
				res("aws:vpc/endpointPrivateDns:EndpointPrivateDns", "names", in{"vpcEndpointId": ref(endpointType, "kms", "id"), "privateDnsEnabled": true}))},
			{about: "with tasks and queues", resources: endpoints(
				with(with(with(vpcEndpoints(), "ecr.api", private), "ecr.dkr", private), "sqs", private),
				res("aws:ecs/taskDefinition:TaskDefinition", "tasks", in{}), res("aws:sqs/queue:Queue", "queue", in{}))},
			{about: "with tables", resources: endpoints(with(vpcEndpoints(), "dynamodb", in{"routeTableIds": []any{"rtb-1"}}), res("aws:dynamodb/table:Table", "table", in{}))},
			{about: "in a VPC of another stack", resources: endpoints(vpcEndpoints())[1:]},
		},
		violated: []example{
			{about: "none", property: "VpcEndpoint", resources: []*graph.Resource{res(vpcType, "vpc", in{})}},
			{about: "none, and no VPC", property: "VpcEndpoint"},
			{about: "no S3", property: "VpcEndpoint", resources: endpoints(without(vpcEndpoints(), "s3"))},
			{about: "no keys", property: "VpcEndpoint", resources: endpoints(without(vpcEndpoints(), "kms"))},
			{about: "no logs", property: "VpcEndpoint", resources: endpoints(without(vpcEndpoints(), "logs"))},
			{about: "no secrets", property: "VpcEndpoint", resources: endpoints(without(vpcEndpoints(), "secretsmanager"))},
			{about: "tasks without images", property: "VpcEndpoint", resources: endpoints(vpcEndpoints(), res("aws:ecs/taskDefinition:TaskDefinition", "tasks", in{}))},
			{about: "tasks without layers of images", property: "VpcEndpoint", resources: endpoints(with(vpcEndpoints(), "ecr.api", private), res("aws:ecs/taskDefinition:TaskDefinition", "tasks", in{}))},
			{about: "queues without SQS", property: "VpcEndpoint", resources: endpoints(vpcEndpoints(), res("aws:sqs/queue:Queue", "queue", in{}))},
			{about: "tables without DynamoDB", property: "VpcEndpoint", resources: endpoints(vpcEndpoints(), res("aws:dynamodb/table:Table", "table", in{}))},
			{about: "those of another VPC", property: "VpcEndpoint", resources: append(endpoints(vpcEndpoints()), res(vpcType, "other", in{}))},
			{about: "no private name", property: "privateDnsEnabled", resources: endpoints(with(vpcEndpoints(), "kms", in{"vpcEndpointType": "Interface"}))},
			{about: "private name off", property: "privateDnsEnabled", resources: endpoints(with(vpcEndpoints(), "logs", in{"vpcEndpointType": "Interface", "privateDnsEnabled": false}))},
			{about: "private name off here and on there", property: "privateDnsEnabled", resources: endpoints(with(vpcEndpoints(), "logs", in{"vpcEndpointType": "Interface", "privateDnsEnabled": false}),
				res("aws:vpc/endpointPrivateDns:EndpointPrivateDns", "names", in{"vpcEndpointId": ref(endpointType, "logs", "id"), "privateDnsEnabled": true}))},
			{about: "a gateway that no table leads to", property: "routeTableIds", resources: endpoints(with(vpcEndpoints(), "s3", in{}))},
		},
		undecided: []example{
			{about: "service not known", resources: append(endpoints(without(vpcEndpoints(), "kms")), res(endpointType, "some", in{"vpcId": ref(vpcType, "vpc", "id"), "serviceName": unknown}))},
			{about: "private name not known", resources: endpoints(with(vpcEndpoints(), "kms", in{"vpcEndpointType": "Interface", "privateDnsEnabled": unknown}))},
		},
	},
}

const (
	prefixListType = "aws:ec2/managedPrefixList:ManagedPrefixList"
	attachmentType = "aws:ec2/internetGatewayAttachment:InternetGatewayAttachment"
)

// tier is a VPC with a subnet, a route table of its own, an internet gateway, and what else there is.
func tier(more ...*graph.Resource) []*graph.Resource {
	return append([]*graph.Resource{
		res(vpcType, "vpc", in{}),
		res(gatewayType, "igw", in{"vpcId": ref(vpcType, "vpc", "id")}),
		res(subnetType, "subnet", in{"vpcId": ref(vpcType, "vpc", "id")}),
		res(routeTableType, "table", in{"vpcId": ref(vpcType, "vpc", "id")}),
		res(associationType, "association", in{"subnetId": ref(subnetType, "subnet", "id"), "routeTableId": ref(routeTableType, "table", "id")}),
	}, more...)
}

// task is an ECS service in a subnet.
func task(subnet string) *graph.Resource {
	return res("aws:ecs/service:Service", "tasks", in{"networkConfiguration": in{"subnets": []any{ref(subnetType, subnet, "id")}}})
}

// workloads are in a subnet of the public tier, each in its own way.
func workloads() []example {
	subnet := ref(subnetType, "subnet", "id")
	var found []example
	for _, r := range []*graph.Resource{
		host(in{"subnetId": subnet}),
		host(in{"networkInterfaces": []any{in{"subnetId": subnet}}}),
		res(scalingGroupType, "group", in{"vpcZoneIdentifiers": []any{subnet}}),
		res("aws:lambda/function:Function", "function", in{"vpcConfig": in{"subnetIds": []any{subnet}}}),
		res("aws:opensearch/domain:Domain", "search", in{"vpcOptions": in{"subnetIds": []any{subnet}}}),
		res("aws:cloudwatch/eventTarget:EventTarget", "job", in{"ecsTarget": in{"networkConfiguration": in{"subnets": []any{subnet}}}}),
		res("aws:scheduler/schedule:Schedule", "job", in{"target": in{"ecsParameters": in{"networkConfiguration": in{"subnets": []any{subnet}}}}}),
		res("aws:batch/computeEnvironment:ComputeEnvironment", "batch", in{"computeResources": in{"subnets": []any{subnet}}}),
		res("aws:msk/cluster:Cluster", "stream", in{"brokerNodeGroupInfo": in{"clientSubnets": []any{subnet}}}),
		res("aws:directoryservice/directory:Directory", "directory", in{"vpcSettings": in{"subnetIds": []any{subnet}}}),
		res("aws:transfer/server:Server", "sftp", in{"endpointDetails": in{"subnetIds": []any{subnet}}}),
		res("aws:efs/mountTarget:MountTarget", "files", in{"subnetId": subnet}),
		res(endpointType, "endpoint", in{"subnetIds": []any{subnet}}),
	} {
		found = append(found, example{about: r.Type, property: "gatewayId", resources: tier(
			res(routeType, "way", in{"routeTableId": ref(routeTableType, "table", "id"), "destinationCidrBlock": "0.0.0.0/0", "gatewayId": ref(gatewayType, "igw", "id")}),
			res(natGatewayType, "nat", in{"subnetId": subnet}), r,
		)})
	}
	return found
}

// dataTier is a VPC with a subnet for databases, and what else there is.
func dataTier(more ...*graph.Resource) []*graph.Resource {
	return append([]*graph.Resource{
		res(vpcType, "vpc", in{}),
		res(subnetType, "subnet", in{"vpcId": ref(vpcType, "vpc", "id")}),
		res(dataSubnetGroups[0], "group", in{"subnetIds": []any{ref(subnetType, "subnet", "id")}}),
	}, more...)
}

// openedBy shows every way to open one of the ports to the internet.
func openedBy(ports ...int) []example {
	var ways []example
	for _, port := range ports {
		ways = append(ways, example{about: fmt.Sprintf("port %d", port), property: "cidrIpv4", resources: []*graph.Resource{
			res(ingressRuleType, "rule", in{"cidrIpv4": "0.0.0.0/0", "ipProtocol": "tcp", "fromPort": port, "toPort": port}),
		}})
	}
	port := ports[0]
	inline := func(rule in) []*graph.Resource {
		return []*graph.Resource{res(groupType, "group", in{"ingress": []any{
			in{"protocol": "tcp", "fromPort": port, "toPort": port, "cidrBlocks": []any{"10.0.0.0/16"}}, rule,
		}})}
	}
	return append(ways,
		example{about: "IPv6", property: "cidrIpv6", resources: []*graph.Resource{
			res(ingressRuleType, "rule", in{"cidrIpv6": "::/0", "ipProtocol": "tcp", "fromPort": port, "toPort": port}),
		}},
		example{about: "all of IPv6 that there is", property: "cidrIpv6", resources: []*graph.Resource{
			res(ingressRuleType, "rule", in{"cidrIpv6": "2000::/3", "ipProtocol": "tcp", "fromPort": port, "toPort": port}),
		}},
		example{about: "half of the internet", property: "cidrIpv4", resources: []*graph.Resource{
			res(ingressRuleType, "rule", in{"cidrIpv4": "0.0.0.0/1", "ipProtocol": "tcp", "fromPort": port, "toPort": port}),
		}},
		example{about: "one of 128 parts of the internet", property: "cidrIpv4", resources: []*graph.Resource{
			res(ingressRuleType, "rule", in{"cidrIpv4": "17.0.0.1/7", "ipProtocol": "tcp", "fromPort": port, "toPort": port}),
		}},
		example{about: "a range around an address that is not known", property: "cidrIpv4", resources: []*graph.Resource{
			res(natGatewayType, "nat", in{}),
			res(ingressRuleType, "rule", in{"cidrIpv4": ref(natGatewayType, "nat", "publicIp") + "/0", "ipProtocol": "tcp", "fromPort": port, "toPort": port}),
		}},
		example{about: "a range of ports", property: "cidrIpv4", resources: []*graph.Resource{
			res(ingressRuleType, "rule", in{"cidrIpv4": "0.0.0.0/0", "ipProtocol": "tcp", "fromPort": 1, "toPort": 65535}),
		}},
		example{about: "TCP by its number", property: "cidrIpv4", resources: []*graph.Resource{
			res(ingressRuleType, "rule", in{"cidrIpv4": "0.0.0.0/0", "ipProtocol": "6", "fromPort": port, "toPort": port}),
		}},
		example{about: "every protocol", property: "cidrIpv4", resources: []*graph.Resource{
			res(ingressRuleType, "rule", in{"cidrIpv4": "0.0.0.0/0", "ipProtocol": "-1"}),
		}},
		example{about: "every protocol, ports not known", property: "cidrIpv4", resources: []*graph.Resource{
			res(ingressRuleType, "rule", in{"cidrIpv4": "0.0.0.0/0", "ipProtocol": "-1", "fromPort": unknown, "toPort": unknown}),
		}},
		example{about: "no last port", property: "cidrIpv4", resources: []*graph.Resource{
			res(ingressRuleType, "rule", in{"cidrIpv4": "0.0.0.0/0", "ipProtocol": "tcp", "fromPort": port}),
		}},
		example{about: "in the group", property: "ingress[1].cidrBlocks[1]", resources: inline(
			in{"protocol": "tcp", "fromPort": port, "toPort": port, "cidrBlocks": []any{"10.0.0.0/8", "0.0.0.0/0"}})},
		example{about: "in the group, IPv6", property: "ingress[1].ipv6CidrBlocks[0]", resources: inline(
			in{"protocol": "tcp", "fromPort": port, "toPort": port, "ipv6CidrBlocks": []any{"::/0"}})},
		example{about: "in the group, every protocol", property: "ingress[1].cidrBlocks[0]", resources: inline(
			in{"protocol": "-1", "fromPort": 0, "toPort": 0, "cidrBlocks": []any{"0.0.0.0/0"}})},
		example{about: "in the default group", property: "ingress[0].cidrBlocks[0]", resources: []*graph.Resource{
			res(defaultGroupType, "group", in{"ingress": []any{in{"protocol": "-1", "fromPort": 0, "toPort": 0, "cidrBlocks": []any{"0.0.0.0/0"}}}}),
		}},
		example{about: "by a rule of the older kind", property: "cidrBlocks[0]", resources: []*graph.Resource{
			res(groupRuleType, "rule", in{"type": "ingress", "cidrBlocks": []any{"0.0.0.0/0"}, "protocol": "tcp", "fromPort": port, "toPort": port}),
		}},
		example{about: "by a rule of the older kind, IPv6", property: "ipv6CidrBlocks[0]", resources: []*graph.Resource{
			res(groupRuleType, "rule", in{"type": "ingress", "ipv6CidrBlocks": []any{"::/0"}, "protocol": "all", "fromPort": 0, "toPort": 0}),
		}},
		example{about: "by a prefix list", property: "prefixListId", resources: []*graph.Resource{
			res(prefixListType, "all", in{"entries": []any{in{"cidr": "10.0.0.0/8"}, in{"cidr": "0.0.0.0/0"}}}),
			res(ingressRuleType, "rule", in{"prefixListId": ref(prefixListType, "all", "id"), "ipProtocol": "tcp", "fromPort": port, "toPort": port}),
		}},
		example{about: "by a separate entry of a prefix list", property: "prefixListIds[0]", resources: []*graph.Resource{
			res(prefixListType, "all", in{}),
			res("aws:ec2/managedPrefixListEntry:ManagedPrefixListEntry", "entry", in{"prefixListId": ref(prefixListType, "all", "id"), "cidr": "0.0.0.0/0"}),
			res(groupRuleType, "rule", in{"type": "ingress", "prefixListIds": []any{ref(prefixListType, "all", "id")}, "protocol": "tcp", "fromPort": port, "toPort": port}),
		}},
	)
}

// private is an interface endpoint that the service's name resolves to.
var private = in{"vpcEndpointType": "Interface", "privateDnsEnabled": true}

// vpcEndpoints are those that every stack needs, by service.
func vpcEndpoints() map[string]in {
	return map[string]in{
		"s3": {"routeTableIds": []any{"rtb-1"}}, "kms": private, "logs": private, "secretsmanager": private,
	}
}

func with(all map[string]in, service string, inputs in) map[string]in {
	all[service] = inputs
	return all
}

func without(all map[string]in, service string) map[string]in {
	delete(all, service)
	return all
}

// endpoints is a VPC with these endpoints, and what else there is.
func endpoints(services map[string]in, more ...*graph.Resource) []*graph.Resource {
	found := []*graph.Resource{res(vpcType, "vpc", in{})}
	for _, service := range slices.Sorted(maps.Keys(services)) {
		inputs := maps.Clone(services[service])
		inputs["vpcId"] = ref(vpcType, "vpc", "id")
		inputs["serviceName"] = "com.amazonaws.us-east-1." + service
		found = append(found, res(endpointType, service, inputs))
	}
	return append(found, more...)
}

// deployed gives a resource outputs beside its inputs, as a deployed one has.
func deployed(r *graph.Resource, outputs in) *graph.Resource {
	r.Outputs = res(r.Type, r.Name, outputs).Inputs
	return r
}

// external marks a resource that the stack only reads.
func external(r *graph.Resource) *graph.Resource {
	r.External = true
	return r
}

func TestAnOpeningInWords(t *testing.T) {
	for want, rule := range map[string]in{
		"tcp 22 from 0.0.0.0/0":     {"ipProtocol": "TCP", "fromPort": 22, "toPort": 22, "cidrIpv4": "0.0.0.0/0"},
		"udp 53-54 from ::/0":       {"ipProtocol": "udp", "fromPort": 53, "toPort": 54, "cidrIpv6": "::/0"},
		"everything from 0.0.0.0/0": {"ipProtocol": "-1", "cidrIpv4": "0.0.0.0/0"},
		"icmp from 0.0.0.0/0":       {"ipProtocol": "icmp", "fromPort": 3, "toPort": 4, "cidrIpv4": "0.0.0.0/0"},
	} {
		s := NewStack(stackOf(res(ingressRuleType, "rule", rule)))
		found := s.openings(s.Of(ingressRuleType)[0])
		source, _ := found[0].fromInternet()
		assert.Equal(t, want, found[0].show(source))
	}
}
