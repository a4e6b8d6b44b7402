package vpc

import (
	"fmt"
	"maps"
	"slices"

	"github.com/carebase/carebase/graph"
	. "github.com/carebase/carebase/graph/graphtest"
	"github.com/carebase/carebase/policy/inspect"
	. "github.com/carebase/carebase/policy/policytest"
	"github.com/carebase/carebase/policy/rules/internal/examples"
)

const (
	flowLogType  = "aws:ec2/flowLog:FlowLog"
	defaultGroup = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"
)

var vpcFixtures = map[string]Fixture{
	"VPC-1": {
		Satisfied: []Example{{About: "all traffic logged", Resources: []*graph.Resource{
			Resource(inspect.VpcType, "vpc", Inputs{"cidrBlock": "10.0.0.0/16"}),
			Resource(flowLogType, "log", Inputs{"vpcId": Ref(inspect.VpcType, "vpc", "id"), "trafficType": "ALL", "logDestination": "arn:x"}),
		}}},
		Violated: []Example{
			{About: "no flow log", Property: "FlowLog", Resources: []*graph.Resource{Resource(inspect.VpcType, "vpc", Inputs{})}},
			{About: "a flow log of another VPC", Property: "FlowLog", Resources: []*graph.Resource{
				Resource(inspect.VpcType, "vpc", Inputs{}),
				Resource(flowLogType, "log", Inputs{"vpcId": "vpc-0123", "trafficType": "ALL", "logDestination": "arn:x"}),
			}},
			{About: "rejected traffic only", Property: "trafficType", Resources: []*graph.Resource{
				Resource(inspect.VpcType, "vpc", Inputs{}),
				Resource(flowLogType, "log", Inputs{"vpcId": Ref(inspect.VpcType, "vpc", "id"), "trafficType": "REJECT", "logDestination": "arn:x"}),
			}},
		},
		Undecided: []Example{{About: "traffic type not known", Resources: []*graph.Resource{
			Resource(inspect.VpcType, "vpc", Inputs{}),
			Resource(flowLogType, "log", Inputs{"vpcId": Ref(inspect.VpcType, "vpc", "id"), "trafficType": Unknown, "logDestination": "arn:x"}),
		}}},
	},
	"VPC-2": {
		Satisfied: []Example{{About: "adopted without rules", Resources: []*graph.Resource{
			Resource(inspect.VpcType, "vpc", Inputs{}), Resource(defaultGroup, "default", Inputs{"vpcId": Ref(inspect.VpcType, "vpc", "id")}),
		}}},
		Violated: []Example{
			{About: "not adopted", Property: "DefaultSecurityGroup", Resources: []*graph.Resource{Resource(inspect.VpcType, "vpc", Inputs{})}},
			{About: "with a rule", Property: "egress", Resources: []*graph.Resource{
				Resource(inspect.VpcType, "vpc", Inputs{}),
				Resource(defaultGroup, "default", Inputs{"vpcId": Ref(inspect.VpcType, "vpc", "id"), "egress": []any{Inputs{"protocol": "-1"}}}),
			}},
		},
	},
	"VPC-3": {
		Satisfied: []Example{
			{About: "unset", Resources: []*graph.Resource{Resource(inspect.SubnetType, "subnet", Inputs{})}},
			{About: "false", Resources: []*graph.Resource{Resource(inspect.SubnetType, "subnet", Inputs{"mapPublicIpOnLaunch": false})}},
		},
		Violated: []Example{{About: "true", Property: "mapPublicIpOnLaunch", Resources: []*graph.Resource{
			Resource(inspect.SubnetType, "subnet", Inputs{"mapPublicIpOnLaunch": true}),
		}}},
	},
	"VPC-4": {
		Satisfied: []Example{
			{About: "public tier with a NAT gateway", Resources: examples.Tier(
				Resource(inspect.RouteType, "way", Inputs{"routeTableId": Ref(inspect.RouteTableType, "table", "id"), "destinationCidrBlock": "0.0.0.0/0", "gatewayId": Ref(inspect.GatewayType, "igw", "id")}),
				Resource(inspect.NatGatewayType, "nat", Inputs{"subnetId": Ref(inspect.SubnetType, "subnet", "id")}),
			)},
			{About: "public tier with an internet-facing load balancer", Resources: examples.Tier(
				Resource(inspect.RouteType, "way", Inputs{"routeTableId": Ref(inspect.RouteTableType, "table", "id"), "destinationCidrBlock": "0.0.0.0/0", "gatewayId": Ref(inspect.GatewayType, "igw", "id")}),
				Resource(inspect.LoadBalancers[0], "alb", Inputs{"subnets": []any{Ref(inspect.SubnetType, "subnet", "id")}}),
			)},
			{About: "public tier by its tag, empty", Resources: []*graph.Resource{
				Resource(inspect.GatewayType, "igw", Inputs{}),
				Resource(inspect.RouteTableType, "table", Inputs{"tags": Inputs{"Tier": "public"}, "routes": []any{Inputs{"cidrBlock": "0.0.0.0/0", "gatewayId": Ref(inspect.GatewayType, "igw", "id")}}}),
			}},
			{About: "private tier by NAT, with tasks", Resources: examples.Tier(
				Resource(inspect.RouteType, "way", Inputs{"routeTableId": Ref(inspect.RouteTableType, "table", "id"), "destinationCidrBlock": "0.0.0.0/0", "natGatewayId": "nat-1"}),
				task("subnet"),
			)},
			{About: "to one network by the internet gateway", Resources: examples.Tier(
				Resource(inspect.RouteType, "way", Inputs{"routeTableId": Ref(inspect.RouteTableType, "table", "id"), "destinationCidrBlock": "198.51.100.0/24", "gatewayId": Ref(inspect.GatewayType, "igw", "id")}),
				task("subnet"),
			)},
			{About: "to everywhere by a VPN gateway", Resources: examples.Tier(
				Resource(inspect.RouteType, "way", Inputs{"routeTableId": Ref(inspect.RouteTableType, "table", "id"), "destinationCidrBlock": "0.0.0.0/0", "gatewayId": "vgw-1"}),
				task("subnet"),
			)},
		},
		Violated: slices.Concat(workloads(), []Example{
			{About: "tasks in the subnet", Property: "gatewayId", Resources: examples.Tier(
				Resource(inspect.RouteType, "way", Inputs{"routeTableId": Ref(inspect.RouteTableType, "table", "id"), "destinationCidrBlock": "0.0.0.0/0", "gatewayId": Ref(inspect.GatewayType, "igw", "id")}),
				task("subnet"),
			)},
			{About: "tasks beside the NAT gateway", Property: "gatewayId", Resources: examples.Tier(
				Resource(inspect.RouteType, "way", Inputs{"routeTableId": Ref(inspect.RouteTableType, "table", "id"), "destinationCidrBlock": "0.0.0.0/0", "gatewayId": Ref(inspect.GatewayType, "igw", "id")}),
				Resource(inspect.NatGatewayType, "nat", Inputs{"subnetId": Ref(inspect.SubnetType, "subnet", "id")}), task("subnet"),
			)},
			{About: "a database in what is tagged public", Property: "routes[0].gatewayId", Resources: []*graph.Resource{
				Resource(inspect.SubnetType, "subnet", Inputs{}), Resource(inspect.GatewayType, "igw", Inputs{}),
				Resource(inspect.RouteTableType, "table", Inputs{"tags": Inputs{"Tier": "public"}, "routes": []any{Inputs{"cidrBlock": "0.0.0.0/0", "gatewayId": Ref(inspect.GatewayType, "igw", "id")}}}),
				Resource(inspect.AssociationType, "association", Inputs{"subnetId": Ref(inspect.SubnetType, "subnet", "id"), "routeTableId": Ref(inspect.RouteTableType, "table", "id")}),
				Resource(dataSubnetGroups[0], "group", Inputs{"subnetIds": []any{Ref(inspect.SubnetType, "subnet", "id")}}),
			}},
			{About: "an internal load balancer", Property: "gatewayId", Resources: examples.Tier(
				Resource(inspect.RouteType, "way", Inputs{"routeTableId": Ref(inspect.RouteTableType, "table", "id"), "destinationCidrBlock": "0.0.0.0/0", "gatewayId": Ref(inspect.GatewayType, "igw", "id")}),
				Resource(inspect.LoadBalancers[0], "alb", Inputs{"subnets": []any{Ref(inspect.SubnetType, "subnet", "id")}, "internal": true}),
			)},
			{About: "nothing public there", Property: "gatewayId", Resources: examples.Tier(
				Resource(inspect.RouteType, "way", Inputs{"routeTableId": Ref(inspect.RouteTableType, "table", "id"), "destinationCidrBlock": "0.0.0.0/0", "gatewayId": Ref(inspect.GatewayType, "igw", "id")}),
			)},
			{About: "only a private NAT gateway there", Property: "gatewayId", Resources: examples.Tier(
				Resource(inspect.RouteType, "way", Inputs{"routeTableId": Ref(inspect.RouteTableType, "table", "id"), "destinationCidrBlock": "0.0.0.0/0", "gatewayId": Ref(inspect.GatewayType, "igw", "id")}),
				Resource(inspect.NatGatewayType, "nat", Inputs{"subnetId": Ref(inspect.SubnetType, "subnet", "id"), "connectivityType": "private"}),
			)},
			{About: "IPv6", Property: "gatewayId", Resources: examples.Tier(
				Resource(inspect.RouteType, "way", Inputs{"routeTableId": Ref(inspect.RouteTableType, "table", "id"), "destinationIpv6CidrBlock": "::/0", "gatewayId": Ref(inspect.GatewayType, "igw", "id")}),
				task("subnet"),
			)},
			{About: "IPv6, written in the table", Property: "routes[0].gatewayId", Resources: []*graph.Resource{
				Resource(inspect.GatewayType, "igw", Inputs{}),
				Resource(inspect.RouteTableType, "table", Inputs{"routes": []any{Inputs{"ipv6CidrBlock": "::/0", "gatewayId": Ref(inspect.GatewayType, "igw", "id")}}}),
			}},
			{About: "half of everywhere", Property: "gatewayId", Resources: examples.Tier(
				Resource(inspect.RouteType, "way", Inputs{"routeTableId": Ref(inspect.RouteTableType, "table", "id"), "destinationCidrBlock": "128.0.0.0/1", "gatewayId": Ref(inspect.GatewayType, "igw", "id")}),
				task("subnet"),
			)},
			{About: "a prefix list of everywhere", Property: "gatewayId", Resources: examples.Tier(
				Resource(prefixListType, "all", Inputs{"entries": []any{Inputs{"cidr": "0.0.0.0/0"}}}),
				Resource(inspect.RouteType, "way", Inputs{"routeTableId": Ref(inspect.RouteTableType, "table", "id"), "destinationPrefixListId": Ref(prefixListType, "all", "id"), "gatewayId": Ref(inspect.GatewayType, "igw", "id")}),
				task("subnet"),
			)},
			{About: "another stack's internet gateway", Property: "gatewayId", Resources: examples.Tier(
				Resource(inspect.RouteType, "way", Inputs{"routeTableId": Ref(inspect.RouteTableType, "table", "id"), "destinationCidrBlock": "0.0.0.0/0", "gatewayId": "igw-0123"}),
				task("subnet"),
			)},
			{About: "another stack's route table", Property: "gatewayId", Resources: examples.Tier(
				Resource(inspect.RouteType, "way", Inputs{"routeTableId": "rtb-0123", "destinationCidrBlock": "0.0.0.0/0", "gatewayId": Ref(inspect.GatewayType, "igw", "id")}),
			)},
			{About: "the VPC's own table, named by the VPC", Property: "gatewayId", Resources: examples.Tier(
				Resource(inspect.RouteType, "way", Inputs{"routeTableId": Ref(inspect.VpcType, "vpc", "mainRouteTableId"), "destinationCidrBlock": "0.0.0.0/0", "gatewayId": Ref(inspect.GatewayType, "igw", "id")}),
			)},
			{About: "the VPC's own table, adopted", Property: "routes[0].gatewayId", Resources: []*graph.Resource{
				Resource(inspect.GatewayType, "igw", Inputs{}),
				Resource(inspect.DefaultRouteTableType, "main", Inputs{"routes": []any{Inputs{"cidrBlock": "0.0.0.0/0", "gatewayId": Ref(inspect.GatewayType, "igw", "id")}}}),
			}},
			{About: "a table made the main one", Property: "gatewayId", Resources: examples.Tier(
				Resource(inspect.RouteType, "way", Inputs{"routeTableId": Ref(inspect.RouteTableType, "table", "id"), "destinationCidrBlock": "0.0.0.0/0", "gatewayId": Ref(inspect.GatewayType, "igw", "id")}),
				Resource(inspect.NatGatewayType, "nat", Inputs{"subnetId": Ref(inspect.SubnetType, "subnet", "id")}),
				Resource("aws:ec2/mainRouteTableAssociation:MainRouteTableAssociation", "main", Inputs{"routeTableId": Ref(inspect.RouteTableType, "table", "id")}),
			)},
		}),
		Undecided: []Example{
			{About: "destination not known", Resources: examples.Tier(
				Resource(inspect.RouteType, "way", Inputs{"routeTableId": Ref(inspect.RouteTableType, "table", "id"), "destinationCidrBlock": Unknown, "gatewayId": Ref(inspect.GatewayType, "igw", "id")}),
			)},
			{About: "gateway not known", Resources: examples.Tier(
				Resource(inspect.RouteType, "way", Inputs{"routeTableId": Ref(inspect.RouteTableType, "table", "id"), "destinationCidrBlock": "0.0.0.0/0", "gatewayId": Unknown}),
			)},
			{About: "routes not known", Resources: []*graph.Resource{Resource(inspect.RouteTableType, "table", Inputs{"routes": Unknown})}},
		},
	},
	"VPC-5": {
		Satisfied: []Example{
			{About: "from a security group", Resources: []*graph.Resource{
				Resource(inspect.GroupType, "group", Inputs{"ingress": []any{Inputs{"protocol": "tcp", "fromPort": 22, "toPort": 22, "securityGroups": []any{"sg-1"}}}}),
				Resource(inspect.IngressRuleType, "rule", Inputs{"securityGroupId": "sg-1", "referencedSecurityGroupId": "sg-2", "ipProtocol": "-1"}),
			}},
			{About: "from one's own network", Resources: []*graph.Resource{
				Resource(inspect.IngressRuleType, "rule", Inputs{"cidrIpv4": "10.0.0.0/8", "ipProtocol": "tcp", "fromPort": 22, "toPort": 22}),
			}},
			{About: "from the widest ranges that an organisation has", Resources: []*graph.Resource{
				Resource(inspect.IngressRuleType, "public", Inputs{"cidrIpv4": "17.0.0.0/8", "ipProtocol": "tcp", "fromPort": 22, "toPort": 22}),
				Resource(inspect.IngressRuleType, "public6", Inputs{"cidrIpv6": "2600::/16", "ipProtocol": "tcp", "fromPort": 22, "toPort": 22}),
				Resource(inspect.IngressRuleType, "local6", Inputs{"cidrIpv6": "fd00::/8", "ipProtocol": "tcp", "fromPort": 22, "toPort": 22}),
			}},
			{About: "from the VPC, whose range is not known", Resources: []*graph.Resource{
				Resource(inspect.VpcType, "vpc", Inputs{}),
				Resource(inspect.IngressRuleType, "rule", Inputs{"cidrIpv4": Ref(inspect.VpcType, "vpc", "cidrBlock"), "ipProtocol": "tcp", "fromPort": 22, "toPort": 22}),
			}},
			{About: "from one address that is not known", Resources: []*graph.Resource{
				Resource(inspect.NatGatewayType, "nat", Inputs{}),
				Resource(inspect.IngressRuleType, "rule", Inputs{"cidrIpv4": Ref(inspect.NatGatewayType, "nat", "publicIp") + "/32", "ipProtocol": "tcp", "fromPort": 22, "toPort": 22}),
			}},
			{About: "another port, UDP, or outwards", Resources: []*graph.Resource{
				Resource(inspect.IngressRuleType, "web", Inputs{"cidrIpv4": "0.0.0.0/0", "ipProtocol": "tcp", "fromPort": 443, "toPort": 443}),
				Resource(inspect.IngressRuleType, "udp", Inputs{"cidrIpv4": "0.0.0.0/0", "ipProtocol": "udp", "fromPort": 22, "toPort": 22}),
				Resource(inspect.GroupRuleType, "out", Inputs{"type": "egress", "cidrBlocks": []any{"0.0.0.0/0"}, "protocol": "-1", "fromPort": 0, "toPort": 0}),
			}},
			{About: "a prefix list of AWS", Resources: []*graph.Resource{
				Resource(inspect.IngressRuleType, "rule", Inputs{"prefixListId": "pl-3b927c52", "ipProtocol": "tcp", "fromPort": 22, "toPort": 22}),
			}},
		},
		Violated: openedBy(22),
		Undecided: []Example{
			{About: "source not known", Resources: []*graph.Resource{
				Resource(inspect.IngressRuleType, "rule", Inputs{"cidrIpv4": Unknown, "ipProtocol": "tcp", "fromPort": 22, "toPort": 22}),
			}},
			{About: "source of another resource", Resources: []*graph.Resource{
				Resource("random:index/randomString:RandomString", "source", Inputs{}),
				Resource(inspect.IngressRuleType, "rule", Inputs{"cidrIpv4": Ref("random:index/randomString:RandomString", "source", "result"), "ipProtocol": "tcp", "fromPort": 22, "toPort": 22}),
			}},
			{About: "first port not known", Resources: []*graph.Resource{
				Resource(inspect.IngressRuleType, "rule", Inputs{"cidrIpv4": "0.0.0.0/0", "ipProtocol": "tcp", "fromPort": Unknown, "toPort": 22}),
			}},
			{About: "last port not known", Resources: []*graph.Resource{
				Resource(inspect.IngressRuleType, "rule", Inputs{"cidrIpv4": "0.0.0.0/0", "ipProtocol": "tcp", "fromPort": 22, "toPort": Unknown}),
			}},
			{About: "protocol not known", Resources: []*graph.Resource{
				Resource(inspect.IngressRuleType, "rule", Inputs{"cidrIpv4": "0.0.0.0/0", "ipProtocol": Unknown}),
			}},
			{About: "rules not known", Resources: []*graph.Resource{Resource(inspect.GroupType, "group", Inputs{"ingress": Unknown})}},
		},
	},
	"VPC-6": {
		Satisfied: []Example{
			{About: "from a security group", Resources: []*graph.Resource{
				Resource(inspect.GroupType, "group", Inputs{}),
				Resource(inspect.IngressRuleType, "rule", Inputs{"securityGroupId": Ref(inspect.GroupType, "group", "id"), "referencedSecurityGroupId": "sg-2", "ipProtocol": "tcp", "fromPort": 5432, "toPort": 5432}),
			}},
			{About: "the front door", Resources: []*graph.Resource{
				Resource(inspect.IngressRuleType, "rule", Inputs{"cidrIpv4": "0.0.0.0/0", "ipProtocol": "tcp", "fromPort": 443, "toPort": 443}),
			}},
		},
		Violated: openedBy(20, 21, 23, 445, 1433, 1521, 3306, 3389, 4333, 5432, 5439, 6379, 9200, 11211, 27017),
		Undecided: []Example{{About: "source not known", Resources: []*graph.Resource{
			Resource(inspect.GroupRuleType, "rule", Inputs{"type": "ingress", "cidrBlocks": Unknown, "protocol": "tcp", "fromPort": 5432, "toPort": 5432}),
		}}},
	},
	"VPC-7": {
		Satisfied: []Example{
			{About: "443 and 80 of a load balancer", Resources: []*graph.Resource{
				Resource(inspect.GroupType, "group", Inputs{}),
				Resource(inspect.IngressRuleType, "https", Inputs{"securityGroupId": Ref(inspect.GroupType, "group", "id"), "cidrIpv4": "0.0.0.0/0", "ipProtocol": "tcp", "fromPort": 443, "toPort": 443}),
				Resource(inspect.IngressRuleType, "http", Inputs{"securityGroupId": Ref(inspect.GroupType, "group", "id"), "cidrIpv6": "::/0", "ipProtocol": "tcp", "fromPort": 80, "toPort": 80}),
				Resource(inspect.LoadBalancers[1], "alb", Inputs{"securityGroups": []any{Ref(inspect.GroupType, "group", "id")}}),
				Resource(inspect.IngressRuleType, "backend", Inputs{"securityGroupId": "sg-2", "referencedSecurityGroupId": Ref(inspect.GroupType, "group", "id"), "ipProtocol": "tcp", "fromPort": 8080, "toPort": 8080}),
			}},
			{About: "443 of a load balancer, by a rule of the older kind", Resources: []*graph.Resource{
				Resource(inspect.GroupType, "group", Inputs{}),
				Resource(inspect.GroupRuleType, "https", Inputs{"type": "ingress", "securityGroupId": Ref(inspect.GroupType, "group", "id"), "cidrBlocks": []any{"0.0.0.0/0"}, "protocol": "tcp", "fromPort": 443, "toPort": 443}),
				Resource(inspect.LoadBalancers[0], "alb", Inputs{"securityGroups": []any{Ref(inspect.GroupType, "group", "id")}}),
			}},
			{About: "443 of a load balancer, in the group", Resources: []*graph.Resource{
				Resource(inspect.GroupType, "group", Inputs{"ingress": []any{Inputs{"cidrBlocks": []any{"0.0.0.0/0"}, "protocol": "tcp", "fromPort": 443, "toPort": 443}}}),
				Resource(inspect.ClassicLoadBalancer, "elb", Inputs{"securityGroups": []any{Ref(inspect.GroupType, "group", "id")}}),
			}},
			{About: "ICMP by its names and numbers", Resources: []*graph.Resource{
				Resource(inspect.IngressRuleType, "icmp", Inputs{"securityGroupId": "sg-1", "cidrIpv4": "0.0.0.0/0", "ipProtocol": "icmp", "fromPort": 3, "toPort": 4}),
				Resource(inspect.IngressRuleType, "1", Inputs{"securityGroupId": "sg-1", "cidrIpv4": "0.0.0.0/0", "ipProtocol": "1", "fromPort": 3, "toPort": 4}),
				Resource(inspect.IngressRuleType, "icmpv6", Inputs{"securityGroupId": "sg-1", "cidrIpv6": "::/0", "ipProtocol": "icmpv6", "fromPort": -1, "toPort": -1}),
				Resource(inspect.IngressRuleType, "58", Inputs{"securityGroupId": "sg-1", "cidrIpv6": "::/0", "ipProtocol": "58", "fromPort": -1, "toPort": -1}),
			}},
			{About: "CloudFront's prefix list", Resources: []*graph.Resource{
				Resource(inspect.IngressRuleType, "rule", Inputs{"securityGroupId": "sg-1", "prefixListId": "pl-3b927c52", "ipProtocol": "tcp", "fromPort": 443, "toPort": 443}),
			}},
		},
		Violated: slices.Concat(openedBy(8080), []Example{
			{About: "443 to 444", Property: "cidrIpv4", Resources: []*graph.Resource{
				Resource(inspect.GroupType, "group", Inputs{}),
				Resource(inspect.IngressRuleType, "https", Inputs{"securityGroupId": Ref(inspect.GroupType, "group", "id"), "cidrIpv4": "0.0.0.0/0", "ipProtocol": "tcp", "fromPort": 443, "toPort": 444}),
				Resource(inspect.LoadBalancers[0], "alb", Inputs{"securityGroups": []any{Ref(inspect.GroupType, "group", "id")}}),
			}},
			{About: "UDP", Property: "cidrIpv4", Resources: []*graph.Resource{
				Resource(inspect.GroupType, "group", Inputs{}),
				Resource(inspect.IngressRuleType, "https", Inputs{"securityGroupId": Ref(inspect.GroupType, "group", "id"), "cidrIpv4": "0.0.0.0/0", "ipProtocol": "udp", "fromPort": 443, "toPort": 443}),
				Resource(inspect.LoadBalancers[0], "alb", Inputs{"securityGroups": []any{Ref(inspect.GroupType, "group", "id")}}),
			}},
			{About: "443 of tasks", Property: "cidrIpv4", Resources: []*graph.Resource{
				Resource(inspect.GroupType, "group", Inputs{}),
				Resource(inspect.IngressRuleType, "https", Inputs{"securityGroupId": Ref(inspect.GroupType, "group", "id"), "cidrIpv4": "0.0.0.0/0", "ipProtocol": "tcp", "fromPort": 443, "toPort": 443}),
				Resource("aws:ecs/service:Service", "tasks", Inputs{"networkConfiguration": Inputs{"securityGroups": []any{Ref(inspect.GroupType, "group", "id")}}}),
			}},
			{About: "443 of a load balancer and a host", Property: "cidrBlocks[0]", Resources: []*graph.Resource{
				Resource(inspect.GroupType, "group", Inputs{}),
				Resource(inspect.GroupRuleType, "https", Inputs{"type": "ingress", "securityGroupId": Ref(inspect.GroupType, "group", "id"), "cidrBlocks": []any{"0.0.0.0/0"}, "protocol": "tcp", "fromPort": 443, "toPort": 443}),
				Resource(inspect.LoadBalancers[0], "alb", Inputs{"securityGroups": []any{Ref(inspect.GroupType, "group", "id")}}),
				Resource(inspect.InstanceType, "host", Inputs{"vpcSecurityGroupIds": []any{Ref(inspect.GroupType, "group", "id")}}),
			}},
			{About: "443 of nothing", Property: "ingress[0].cidrBlocks[0]", Resources: []*graph.Resource{
				Resource(inspect.GroupType, "group", Inputs{"ingress": []any{Inputs{"cidrBlocks": []any{"0.0.0.0/0"}, "protocol": "tcp", "fromPort": 443, "toPort": 443}}}),
			}},
			{About: "443 of another stack's group", Property: "cidrIpv4", Resources: []*graph.Resource{
				Resource(inspect.IngressRuleType, "https", Inputs{"securityGroupId": "sg-1", "cidrIpv4": "0.0.0.0/0", "ipProtocol": "tcp", "fromPort": 443, "toPort": 443}),
			}},
		}),
		Undecided: []Example{
			{About: "source not known", Resources: []*graph.Resource{
				Resource(inspect.IngressRuleType, "https", Inputs{"securityGroupId": "sg-1", "cidrIpv4": Unknown, "ipProtocol": "tcp", "fromPort": 443, "toPort": 443}),
			}},
			{About: "port not known", Resources: []*graph.Resource{
				Resource(inspect.IngressRuleType, "https", Inputs{"securityGroupId": "sg-1", "cidrIpv4": "0.0.0.0/0", "ipProtocol": "tcp", "fromPort": Unknown, "toPort": 443}),
			}},
		},
	},
	"VPC-8": {
		Satisfied: []Example{
			{About: "the data tier's own", Resources: dataTier(
				Resource(aclType, "acl", Inputs{"subnetIds": []any{Ref(inspect.SubnetType, "subnet", "id")}, "ingress": []any{
					Inputs{"ruleNo": 100, "action": "allow", "protocol": "6", "cidrBlock": "10.0.0.0/16", "fromPort": 5432, "toPort": 5432},
					Inputs{"ruleNo": 200, "action": "deny", "protocol": "-1", "cidrBlock": "0.0.0.0/0", "fromPort": 0, "toPort": 0},
				}}),
			)},
			{About: "associated, with separate rules", Resources: dataTier(
				Resource(aclType, "acl", Inputs{}),
				Resource("aws:ec2/networkAclAssociation:NetworkAclAssociation", "association", Inputs{"subnetId": Ref(inspect.SubnetType, "subnet", "id"), "networkAclId": Ref(aclType, "acl", "id")}),
				Resource(aclRuleType, "in", Inputs{"networkAclId": Ref(aclType, "acl", "id"), "ruleAction": "allow", "protocol": "tcp", "cidrBlock": "10.0.0.0/16", "fromPort": 5432, "toPort": 5432}),
				Resource(aclRuleType, "out", Inputs{"networkAclId": Ref(aclType, "acl", "id"), "egress": true, "ruleAction": "allow", "protocol": "-1", "cidrBlock": "0.0.0.0/0"}),
			)},
			{About: "the default one, adopted and emptied", Resources: dataTier(
				Resource(defaultACLType, "default", Inputs{"defaultNetworkAclId": Ref(inspect.VpcType, "vpc", "defaultNetworkAclId")}),
			)},
			{About: "the default one of a deployed VPC", Resources: []*graph.Resource{
				WithOutputs(Resource(inspect.VpcType, "vpc", Inputs{}), Inputs{"id": "vpc-1"}),
				Resource(inspect.SubnetType, "subnet", Inputs{"vpcId": "vpc-1"}),
				Resource(dataSubnetGroups[1], "group", Inputs{"subnetIds": []any{Ref(inspect.SubnetType, "subnet", "id")}}),
				WithOutputs(Resource(defaultACLType, "default", Inputs{"defaultNetworkAclId": "acl-1"}), Inputs{"vpcId": "vpc-1"}),
			}},
			{About: "the private tier's answers from the internet", Resources: []*graph.Resource{
				Resource(aclType, "acl", Inputs{"ingress": []any{
					Inputs{"action": "allow", "protocol": "tcp", "cidrBlock": "0.0.0.0/0", "fromPort": 1024, "toPort": 65535},
					Inputs{"action": "allow", "protocol": "icmp", "cidrBlock": "0.0.0.0/0", "fromPort": 0, "toPort": 0},
				}}),
			}},
		},
		Violated: []Example{
			{About: "none", Property: "NetworkAcl", Resources: dataTier()},
			{About: "one of another subnet", Property: "NetworkAcl", Resources: dataTier(
				Resource(inspect.SubnetType, "other", Inputs{}), Resource(aclType, "acl", Inputs{"subnetIds": []any{Ref(inspect.SubnetType, "other", "id")}}),
			)},
			{About: "the default one of another VPC", Property: "NetworkAcl", Resources: dataTier(
				Resource(inspect.VpcType, "other", Inputs{}), Resource(defaultACLType, "default", Inputs{"defaultNetworkAclId": Ref(inspect.VpcType, "other", "defaultNetworkAclId")}),
			)},
			{About: "everything in", Property: "ingress[0].cidrBlock", Resources: []*graph.Resource{
				Resource(aclType, "acl", Inputs{"ingress": []any{Inputs{"action": "allow", "protocol": "-1", "cidrBlock": "0.0.0.0/0", "fromPort": 0, "toPort": 0}}}),
			}},
			{About: "everything in by IPv6", Property: "ingress[0].ipv6CidrBlock", Resources: []*graph.Resource{
				Resource(aclType, "acl", Inputs{"ingress": []any{Inputs{"action": "allow", "protocol": -1, "ipv6CidrBlock": "::/0"}}}),
			}},
			{About: "every port of TCP", Property: "ingress[0].cidrBlock", Resources: []*graph.Resource{
				Resource(aclType, "acl", Inputs{"ingress": []any{Inputs{"action": "allow", "protocol": "6", "cidrBlock": "0.0.0.0/0", "fromPort": 0, "toPort": 65535}}}),
			}},
			{About: "everything in by the default one", Property: "ingress[0].cidrBlock", Resources: []*graph.Resource{
				Resource(defaultACLType, "acl", Inputs{"ingress": []any{Inputs{"action": "allow", "protocol": "all", "cidrBlock": "0.0.0.0/0"}}}),
			}},
			{About: "everything in by a separate rule", Property: "cidrBlock", Resources: []*graph.Resource{
				Resource(aclRuleType, "rule", Inputs{"networkAclId": "acl-1", "ruleAction": "ALLOW", "protocol": "-1", "cidrBlock": "0.0.0.0/0"}),
			}},
			{About: "one port of the data tier", Property: "ingress[0].cidrBlock", Resources: dataTier(
				Resource(aclType, "acl", Inputs{"subnetIds": []any{Ref(inspect.SubnetType, "subnet", "id")}, "ingress": []any{
					Inputs{"action": "allow", "protocol": "6", "cidrBlock": "0.0.0.0/0", "fromPort": 5432, "toPort": 5432},
				}}),
			)},
			{About: "one port of the data tier by a separate rule", Property: "cidrBlock", Resources: dataTier(
				Resource(aclType, "acl", Inputs{"subnetIds": []any{Ref(inspect.SubnetType, "subnet", "id")}}),
				Resource(aclRuleType, "rule", Inputs{"networkAclId": Ref(aclType, "acl", "id"), "egress": false, "ruleAction": "allow", "protocol": "tcp", "cidrBlock": "0.0.0.0/0", "fromPort": 5432, "toPort": 5432}),
			)},
		},
		Undecided: []Example{
			{About: "source not known", Resources: []*graph.Resource{
				Resource(aclType, "acl", Inputs{"ingress": []any{Inputs{"action": "allow", "protocol": "-1", "cidrBlock": Unknown}}}),
			}},
			{About: "action not known", Resources: []*graph.Resource{
				Resource(aclType, "acl", Inputs{"ingress": []any{Inputs{"action": Unknown, "protocol": "-1", "cidrBlock": "0.0.0.0/0"}}}),
			}},
			{About: "ports not known", Resources: []*graph.Resource{
				Resource(aclRuleType, "rule", Inputs{"networkAclId": "acl-1", "ruleAction": "allow", "protocol": "tcp", "cidrBlock": "0.0.0.0/0", "fromPort": Unknown, "toPort": 65535}),
			}},
			{About: "rules not known", Resources: []*graph.Resource{Resource(aclType, "acl", Inputs{"ingress": Unknown})}},
		},
	},
	"VPC-9": {
		Satisfied: []Example{
			{About: "of this stack", Resources: []*graph.Resource{Resource(inspect.VpcType, "vpc", Inputs{}), Resource(inspect.GatewayType, "igw", Inputs{"vpcId": Ref(inspect.VpcType, "vpc", "id")})}},
			{About: "attached separately", Resources: []*graph.Resource{
				Resource(inspect.VpcType, "vpc", Inputs{}), Resource(inspect.GatewayType, "igw", Inputs{}),
				Resource(attachmentType, "attachment", Inputs{"internetGatewayId": Ref(inspect.GatewayType, "igw", "id"), "vpcId": Ref(inspect.VpcType, "vpc", "id")}),
			}},
			{About: "of a deployed VPC", Resources: []*graph.Resource{
				WithOutputs(Resource(inspect.VpcType, "vpc", Inputs{}), Inputs{"id": "vpc-1"}), Resource(inspect.GatewayType, "igw", Inputs{"vpcId": "vpc-1"}),
			}},
		},
		Violated: []Example{
			{About: "of another VPC", Property: "vpcId", Resources: []*graph.Resource{Resource(inspect.VpcType, "vpc", Inputs{}), Resource(inspect.GatewayType, "igw", Inputs{"vpcId": "vpc-0123"})}},
			{About: "of a VPC that is only read", Property: "vpcId", Resources: []*graph.Resource{
				External(Resource(inspect.VpcType, "vpc", Inputs{})), Resource(inspect.GatewayType, "igw", Inputs{"vpcId": Ref(inspect.VpcType, "vpc", "id")}),
			}},
			{About: "of none", Property: "vpcId", Resources: []*graph.Resource{Resource(inspect.GatewayType, "igw", Inputs{})}},
			{About: "of another VPC, and separately of its own", Property: "vpcId", Resources: []*graph.Resource{
				Resource(inspect.VpcType, "vpc", Inputs{}), Resource(inspect.GatewayType, "igw", Inputs{"vpcId": "vpc-0123"}),
				Resource(attachmentType, "attachment", Inputs{"internetGatewayId": Ref(inspect.GatewayType, "igw", "id"), "vpcId": Ref(inspect.VpcType, "vpc", "id")}),
			}},
			{About: "attached separately to another VPC", Property: "vpcId", Resources: []*graph.Resource{
				Resource(inspect.GatewayType, "igw", Inputs{}),
				Resource(attachmentType, "attachment", Inputs{"internetGatewayId": Ref(inspect.GatewayType, "igw", "id"), "vpcId": "vpc-0123"}),
			}},
		},
		Undecided: []Example{{About: "VPC not known", Resources: []*graph.Resource{Resource(inspect.GatewayType, "igw", Inputs{"vpcId": Unknown})}}},
	},
	"VPC-10": {
		Satisfied: []Example{
			{About: "all that a stack without tasks, queues and tables needs", Resources: endpoints(vpcEndpoints())},
			{About: "S3 by a gateway that says so, and a separate association", Resources: endpoints(with(vpcEndpoints(), "s3", Inputs{"vpcEndpointType": "Gateway"}),
				Resource("aws:ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation", "association", Inputs{"vpcEndpointId": Ref(endpointType, "s3", "id"), "routeTableId": "rtb-1"}))},
			{About: "private names switched on separately", Resources: endpoints(with(vpcEndpoints(), "kms", Inputs{"vpcEndpointType": "Interface"}),
				Resource("aws:vpc/endpointPrivateDns:EndpointPrivateDns", "names", Inputs{"vpcEndpointId": Ref(endpointType, "kms", "id"), "privateDnsEnabled": true}))},
			{About: "with tasks and queues", Resources: endpoints(
				with(with(with(vpcEndpoints(), "ecr.api", private), "ecr.dkr", private), "sqs", private),
				Resource("aws:ecs/taskDefinition:TaskDefinition", "tasks", Inputs{}), Resource("aws:sqs/queue:Queue", "queue", Inputs{}))},
			{About: "with tables", Resources: endpoints(with(vpcEndpoints(), "dynamodb", Inputs{"routeTableIds": []any{"rtb-1"}}), Resource("aws:dynamodb/table:Table", "table", Inputs{}))},
			{About: "in a VPC of another stack", Resources: endpoints(vpcEndpoints())[1:]},
		},
		Violated: []Example{
			{About: "none", Property: "VpcEndpoint", Resources: []*graph.Resource{Resource(inspect.VpcType, "vpc", Inputs{})}},
			{About: "none, and no VPC", Property: "VpcEndpoint"},
			{About: "no S3", Property: "VpcEndpoint", Resources: endpoints(without(vpcEndpoints(), "s3"))},
			{About: "no keys", Property: "VpcEndpoint", Resources: endpoints(without(vpcEndpoints(), "kms"))},
			{About: "no logs", Property: "VpcEndpoint", Resources: endpoints(without(vpcEndpoints(), "logs"))},
			{About: "no secrets", Property: "VpcEndpoint", Resources: endpoints(without(vpcEndpoints(), "secretsmanager"))},
			{About: "tasks without images", Property: "VpcEndpoint", Resources: endpoints(vpcEndpoints(), Resource("aws:ecs/taskDefinition:TaskDefinition", "tasks", Inputs{}))},
			{About: "tasks without layers of images", Property: "VpcEndpoint", Resources: endpoints(with(vpcEndpoints(), "ecr.api", private), Resource("aws:ecs/taskDefinition:TaskDefinition", "tasks", Inputs{}))},
			{About: "queues without SQS", Property: "VpcEndpoint", Resources: endpoints(vpcEndpoints(), Resource("aws:sqs/queue:Queue", "queue", Inputs{}))},
			{About: "tables without DynamoDB", Property: "VpcEndpoint", Resources: endpoints(vpcEndpoints(), Resource("aws:dynamodb/table:Table", "table", Inputs{}))},
			{About: "those of another VPC", Property: "VpcEndpoint", Resources: append(endpoints(vpcEndpoints()), Resource(inspect.VpcType, "other", Inputs{}))},
			{About: "no private name", Property: "privateDnsEnabled", Resources: endpoints(with(vpcEndpoints(), "kms", Inputs{"vpcEndpointType": "Interface"}))},
			{About: "private name off", Property: "privateDnsEnabled", Resources: endpoints(with(vpcEndpoints(), "logs", Inputs{"vpcEndpointType": "Interface", "privateDnsEnabled": false}))},
			{About: "private name off here and on there", Property: "privateDnsEnabled", Resources: endpoints(with(vpcEndpoints(), "logs", Inputs{"vpcEndpointType": "Interface", "privateDnsEnabled": false}),
				Resource("aws:vpc/endpointPrivateDns:EndpointPrivateDns", "names", Inputs{"vpcEndpointId": Ref(endpointType, "logs", "id"), "privateDnsEnabled": true}))},
			{About: "a gateway that no table leads to", Property: "routeTableIds", Resources: endpoints(with(vpcEndpoints(), "s3", Inputs{}))},
		},
		Undecided: []Example{
			{About: "service not known", Resources: append(endpoints(without(vpcEndpoints(), "kms")), Resource(endpointType, "some", Inputs{"vpcId": Ref(inspect.VpcType, "vpc", "id"), "serviceName": Unknown}))},
			{About: "private name not known", Resources: endpoints(with(vpcEndpoints(), "kms", Inputs{"vpcEndpointType": "Interface", "privateDnsEnabled": Unknown}))},
		},
	},
}

const (
	prefixListType = "aws:ec2/managedPrefixList:ManagedPrefixList"
	attachmentType = "aws:ec2/internetGatewayAttachment:InternetGatewayAttachment"
)

// task is an ECS service in a subnet.
func task(subnet string) *graph.Resource {
	return Resource("aws:ecs/service:Service", "tasks", Inputs{"networkConfiguration": Inputs{"subnets": []any{Ref(inspect.SubnetType, subnet, "id")}}})
}

// workloads are in a subnet of the public tier, each in its own way.
func workloads() []Example {
	subnet := Ref(inspect.SubnetType, "subnet", "id")
	var found []Example
	for _, r := range []*graph.Resource{
		examples.Host(Inputs{"subnetId": subnet}),
		examples.Host(Inputs{"networkInterfaces": []any{Inputs{"subnetId": subnet}}}),
		Resource(inspect.ScalingGroupType, "group", Inputs{"vpcZoneIdentifiers": []any{subnet}}),
		Resource("aws:lambda/function:Function", "function", Inputs{"vpcConfig": Inputs{"subnetIds": []any{subnet}}}),
		Resource("aws:opensearch/domain:Domain", "search", Inputs{"vpcOptions": Inputs{"subnetIds": []any{subnet}}}),
		Resource("aws:cloudwatch/eventTarget:EventTarget", "job", Inputs{"ecsTarget": Inputs{"networkConfiguration": Inputs{"subnets": []any{subnet}}}}),
		Resource("aws:scheduler/schedule:Schedule", "job", Inputs{"target": Inputs{"ecsParameters": Inputs{"networkConfiguration": Inputs{"subnets": []any{subnet}}}}}),
		Resource("aws:batch/computeEnvironment:ComputeEnvironment", "batch", Inputs{"computeResources": Inputs{"subnets": []any{subnet}}}),
		Resource("aws:msk/cluster:Cluster", "stream", Inputs{"brokerNodeGroupInfo": Inputs{"clientSubnets": []any{subnet}}}),
		Resource("aws:directoryservice/directory:Directory", "directory", Inputs{"vpcSettings": Inputs{"subnetIds": []any{subnet}}}),
		Resource("aws:transfer/server:Server", "sftp", Inputs{"endpointDetails": Inputs{"subnetIds": []any{subnet}}}),
		Resource("aws:efs/mountTarget:MountTarget", "files", Inputs{"subnetId": subnet}),
		Resource(endpointType, "endpoint", Inputs{"subnetIds": []any{subnet}}),
	} {
		found = append(found, Example{About: r.Type, Property: "gatewayId", Resources: examples.Tier(
			Resource(inspect.RouteType, "way", Inputs{"routeTableId": Ref(inspect.RouteTableType, "table", "id"), "destinationCidrBlock": "0.0.0.0/0", "gatewayId": Ref(inspect.GatewayType, "igw", "id")}),
			Resource(inspect.NatGatewayType, "nat", Inputs{"subnetId": subnet}), r,
		)})
	}
	return found
}

// dataTier is a VPC with a subnet for databases, and what else there is.
func dataTier(more ...*graph.Resource) []*graph.Resource {
	return append([]*graph.Resource{
		Resource(inspect.VpcType, "vpc", Inputs{}),
		Resource(inspect.SubnetType, "subnet", Inputs{"vpcId": Ref(inspect.VpcType, "vpc", "id")}),
		Resource(dataSubnetGroups[0], "group", Inputs{"subnetIds": []any{Ref(inspect.SubnetType, "subnet", "id")}}),
	}, more...)
}

// openedBy shows every way to open one of the ports to the internet.
func openedBy(ports ...int) []Example {
	var ways []Example
	for _, port := range ports {
		ways = append(ways, Example{About: fmt.Sprintf("port %d", port), Property: "cidrIpv4", Resources: []*graph.Resource{
			Resource(inspect.IngressRuleType, "rule", Inputs{"cidrIpv4": "0.0.0.0/0", "ipProtocol": "tcp", "fromPort": port, "toPort": port}),
		}})
	}
	port := ports[0]
	inline := func(rule Inputs) []*graph.Resource {
		return []*graph.Resource{Resource(inspect.GroupType, "group", Inputs{"ingress": []any{
			Inputs{"protocol": "tcp", "fromPort": port, "toPort": port, "cidrBlocks": []any{"10.0.0.0/16"}}, rule,
		}})}
	}
	return append(ways,
		Example{About: "IPv6", Property: "cidrIpv6", Resources: []*graph.Resource{
			Resource(inspect.IngressRuleType, "rule", Inputs{"cidrIpv6": "::/0", "ipProtocol": "tcp", "fromPort": port, "toPort": port}),
		}},
		Example{About: "all of IPv6 that there is", Property: "cidrIpv6", Resources: []*graph.Resource{
			Resource(inspect.IngressRuleType, "rule", Inputs{"cidrIpv6": "2000::/3", "ipProtocol": "tcp", "fromPort": port, "toPort": port}),
		}},
		Example{About: "half of the internet", Property: "cidrIpv4", Resources: []*graph.Resource{
			Resource(inspect.IngressRuleType, "rule", Inputs{"cidrIpv4": "0.0.0.0/1", "ipProtocol": "tcp", "fromPort": port, "toPort": port}),
		}},
		Example{About: "one of 128 parts of the internet", Property: "cidrIpv4", Resources: []*graph.Resource{
			Resource(inspect.IngressRuleType, "rule", Inputs{"cidrIpv4": "17.0.0.1/7", "ipProtocol": "tcp", "fromPort": port, "toPort": port}),
		}},
		Example{About: "a range around an address that is not known", Property: "cidrIpv4", Resources: []*graph.Resource{
			Resource(inspect.NatGatewayType, "nat", Inputs{}),
			Resource(inspect.IngressRuleType, "rule", Inputs{"cidrIpv4": Ref(inspect.NatGatewayType, "nat", "publicIp") + "/0", "ipProtocol": "tcp", "fromPort": port, "toPort": port}),
		}},
		Example{About: "a range of ports", Property: "cidrIpv4", Resources: []*graph.Resource{
			Resource(inspect.IngressRuleType, "rule", Inputs{"cidrIpv4": "0.0.0.0/0", "ipProtocol": "tcp", "fromPort": 1, "toPort": 65535}),
		}},
		Example{About: "TCP by its number", Property: "cidrIpv4", Resources: []*graph.Resource{
			Resource(inspect.IngressRuleType, "rule", Inputs{"cidrIpv4": "0.0.0.0/0", "ipProtocol": "6", "fromPort": port, "toPort": port}),
		}},
		Example{About: "every protocol", Property: "cidrIpv4", Resources: []*graph.Resource{
			Resource(inspect.IngressRuleType, "rule", Inputs{"cidrIpv4": "0.0.0.0/0", "ipProtocol": "-1"}),
		}},
		Example{About: "every protocol, ports not known", Property: "cidrIpv4", Resources: []*graph.Resource{
			Resource(inspect.IngressRuleType, "rule", Inputs{"cidrIpv4": "0.0.0.0/0", "ipProtocol": "-1", "fromPort": Unknown, "toPort": Unknown}),
		}},
		Example{About: "no last port", Property: "cidrIpv4", Resources: []*graph.Resource{
			Resource(inspect.IngressRuleType, "rule", Inputs{"cidrIpv4": "0.0.0.0/0", "ipProtocol": "tcp", "fromPort": port}),
		}},
		Example{About: "in the group", Property: "ingress[1].cidrBlocks[1]", Resources: inline(
			Inputs{"protocol": "tcp", "fromPort": port, "toPort": port, "cidrBlocks": []any{"10.0.0.0/8", "0.0.0.0/0"}})},
		Example{About: "in the group, IPv6", Property: "ingress[1].ipv6CidrBlocks[0]", Resources: inline(
			Inputs{"protocol": "tcp", "fromPort": port, "toPort": port, "ipv6CidrBlocks": []any{"::/0"}})},
		Example{About: "in the group, every protocol", Property: "ingress[1].cidrBlocks[0]", Resources: inline(
			Inputs{"protocol": "-1", "fromPort": 0, "toPort": 0, "cidrBlocks": []any{"0.0.0.0/0"}})},
		Example{About: "in the default group", Property: "ingress[0].cidrBlocks[0]", Resources: []*graph.Resource{
			Resource(inspect.DefaultGroupType, "group", Inputs{"ingress": []any{Inputs{"protocol": "-1", "fromPort": 0, "toPort": 0, "cidrBlocks": []any{"0.0.0.0/0"}}}}),
		}},
		Example{About: "by a rule of the older kind", Property: "cidrBlocks[0]", Resources: []*graph.Resource{
			Resource(inspect.GroupRuleType, "rule", Inputs{"type": "ingress", "cidrBlocks": []any{"0.0.0.0/0"}, "protocol": "tcp", "fromPort": port, "toPort": port}),
		}},
		Example{About: "by a rule of the older kind, IPv6", Property: "ipv6CidrBlocks[0]", Resources: []*graph.Resource{
			Resource(inspect.GroupRuleType, "rule", Inputs{"type": "ingress", "ipv6CidrBlocks": []any{"::/0"}, "protocol": "all", "fromPort": 0, "toPort": 0}),
		}},
		Example{About: "by a prefix list", Property: "prefixListId", Resources: []*graph.Resource{
			Resource(prefixListType, "all", Inputs{"entries": []any{Inputs{"cidr": "10.0.0.0/8"}, Inputs{"cidr": "0.0.0.0/0"}}}),
			Resource(inspect.IngressRuleType, "rule", Inputs{"prefixListId": Ref(prefixListType, "all", "id"), "ipProtocol": "tcp", "fromPort": port, "toPort": port}),
		}},
		Example{About: "by a separate entry of a prefix list", Property: "prefixListIds[0]", Resources: []*graph.Resource{
			Resource(prefixListType, "all", Inputs{}),
			Resource("aws:ec2/managedPrefixListEntry:ManagedPrefixListEntry", "entry", Inputs{"prefixListId": Ref(prefixListType, "all", "id"), "cidr": "0.0.0.0/0"}),
			Resource(inspect.GroupRuleType, "rule", Inputs{"type": "ingress", "prefixListIds": []any{Ref(prefixListType, "all", "id")}, "protocol": "tcp", "fromPort": port, "toPort": port}),
		}},
	)
}

// private is an interface endpoint that the service's name resolves to.
var private = Inputs{"vpcEndpointType": "Interface", "privateDnsEnabled": true}

// vpcEndpoints are those that every stack needs, by service.
func vpcEndpoints() map[string]Inputs {
	return map[string]Inputs{
		"s3": {"routeTableIds": []any{"rtb-1"}}, "kms": private, "logs": private, "secretsmanager": private,
	}
}

func with(all map[string]Inputs, service string, inputs Inputs) map[string]Inputs {
	all[service] = inputs
	return all
}

func without(all map[string]Inputs, service string) map[string]Inputs {
	delete(all, service)
	return all
}

// endpoints is a VPC with these endpoints, and what else there is.
func endpoints(services map[string]Inputs, more ...*graph.Resource) []*graph.Resource {
	found := []*graph.Resource{Resource(inspect.VpcType, "vpc", Inputs{})}
	for _, service := range slices.Sorted(maps.Keys(services)) {
		inputs := maps.Clone(services[service])
		inputs["vpcId"] = Ref(inspect.VpcType, "vpc", "id")
		inputs["serviceName"] = "com.amazonaws.us-east-1." + service
		found = append(found, Resource(endpointType, service, inputs))
	}
	return append(found, more...)
}
