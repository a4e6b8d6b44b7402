package tests

import (
	"net/netip"
	"strings"

	"github.com/carebase/carebase/graph"
)

// securityGroupText is what EC2 accepts in descriptions of groups and rules.
const securityGroupText = `^[a-zA-Z0-9 ._\-:/()#,@\[\]+=&;{}!$*]*$`

var networkConstraints = []constraint{
	{"aws:ec2/vpc:Vpc", "cidrBlock", prefix(16, 28), "https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html"},
	{"aws:ec2/subnet:Subnet", "cidrBlock", prefix(16, 28), "https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html"},
	{"aws:ec2/eip:Eip", "domain", oneOf("vpc"), "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AllocateAddress.html"},
	{"aws:ec2/route:Route", "destinationCidrBlock", prefix(0, 32), "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateRoute.html"},
	{"aws:ec2/flowLog:FlowLog", "trafficType", oneOf("ACCEPT", "REJECT", "ALL"), "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateFlowLogs.html"},
	{"aws:ec2/flowLog:FlowLog", "logDestinationType", oneOf("cloud-watch-logs", "s3", "kinesis-data-firehose"), "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateFlowLogs.html"},
	{"aws:ec2/networkAcl:NetworkAcl", "ingress[].ruleNo", inRange(1, 32766), "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNetworkAclEntry.html"},
	{"aws:ec2/networkAcl:NetworkAcl", "egress[].ruleNo", inRange(1, 32766), "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNetworkAclEntry.html"},
	{"aws:ec2/networkAcl:NetworkAcl", "ingress[].action", oneOf("allow", "deny"), "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNetworkAclEntry.html"},
	{"aws:ec2/networkAcl:NetworkAcl", "egress[].action", oneOf("allow", "deny"), "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNetworkAclEntry.html"},
	{"aws:ec2/networkAcl:NetworkAcl", "ingress[].fromPort", inRange(0, 65535), "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_PortRange.html"},
	{"aws:ec2/networkAcl:NetworkAcl", "ingress[].toPort", inRange(0, 65535), "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_PortRange.html"},
	{"aws:ec2/networkAcl:NetworkAcl", "egress[].fromPort", inRange(0, 65535), "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_PortRange.html"},
	{"aws:ec2/networkAcl:NetworkAcl", "egress[].toPort", inRange(0, 65535), "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_PortRange.html"},
	// The default quota of rules in each direction.
	{"aws:ec2/networkAcl:NetworkAcl", "ingress", count(0, 20), "https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html"},
	{"aws:ec2/networkAcl:NetworkAcl", "egress", count(0, 20), "https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html"},
	{"aws:ec2/securityGroup:SecurityGroup", "description", text(1, 255, securityGroupText), "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html"},
	{"aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "description", text(0, 255, securityGroupText), "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_SecurityGroupRuleRequest.html"},
	{"aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", "description", text(0, 255, securityGroupText), "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_SecurityGroupRuleRequest.html"},
	{"aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "ipProtocol", oneOf("tcp", "udp", "icmp", "icmpv6", "-1"), "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_SecurityGroupRuleRequest.html"},
	{"aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", "ipProtocol", oneOf("tcp", "udp", "icmp", "icmpv6", "-1"), "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_SecurityGroupRuleRequest.html"},
	{"aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "fromPort", inRange(-1, 65535), "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_SecurityGroupRuleRequest.html"},
	{"aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "toPort", inRange(-1, 65535), "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_SecurityGroupRuleRequest.html"},
	{"aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", "fromPort", inRange(-1, 65535), "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_SecurityGroupRuleRequest.html"},
	{"aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", "toPort", inRange(-1, 65535), "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_SecurityGroupRuleRequest.html"},
	{"aws:ec2/vpcEndpoint:VpcEndpoint", "vpcEndpointType", oneOf("Interface", "Gateway", "GatewayLoadBalancer", "Resource", "ServiceNetwork"), "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html"},
	{"aws:ec2/vpcEndpoint:VpcEndpoint", "serviceName", text(1, 255, `^com\.amazonaws\.[a-z0-9-]+\.[a-z0-9.-]+$`), "https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html"},
	// 20,480 characters, white space included.
	{"aws:ec2/vpcEndpoint:VpcEndpoint", "policy", document(20480), "https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-limits-endpoints.html"},
	{"aws:ebs/snapshotBlockPublicAccess:SnapshotBlockPublicAccess", "state", oneOf("block-all-sharing", "block-new-sharing", "unblocked"), "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_EnableSnapshotBlockPublicAccess.html"},
	{"aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace", "name", text(1, 253, `^[!-~]+$`), "https://docs.aws.amazon.com/cloud-map/latest/api/API_CreatePrivateDnsNamespace.html"},
	{"aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace", "description", text(0, 1024, ascii), "https://docs.aws.amazon.com/cloud-map/latest/api/API_CreatePrivateDnsNamespace.html"},
	// Where a private DNS namespace is used, each label of the service's name.
	{"aws:servicediscovery/service:Service", "name", text(1, 127, `^[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?$`), "https://docs.aws.amazon.com/cloud-map/latest/api/API_CreateService.html"},
	{"aws:servicediscovery/service:Service", "dnsConfig.routingPolicy", oneOf("MULTIVALUE", "WEIGHTED"), "https://docs.aws.amazon.com/cloud-map/latest/api/API_DnsConfig.html"},
	{"aws:servicediscovery/service:Service", "dnsConfig.dnsRecords[].type", oneOf("SRV", "A", "AAAA", "CNAME"), "https://docs.aws.amazon.com/cloud-map/latest/api/API_DnsRecord.html"},
	{"aws:servicediscovery/service:Service", "dnsConfig.dnsRecords[].ttl", inRange(0, 2147483647), "https://docs.aws.amazon.com/cloud-map/latest/api/API_DnsRecord.html"},
	// Deprecated above 1: AWS takes every value for 1.
	{"aws:servicediscovery/service:Service", "healthCheckCustomConfig.failureThreshold", inRange(1, 10), "https://docs.aws.amazon.com/cloud-map/latest/api/API_HealthCheckCustomConfig.html"},
}

// prefix accepts IPv4 ranges of lo to hi bits, whose address is their first.
func prefix(lo, hi int) rule {
	return rule{
		says: "an IPv4 range without host bits",
		accepts: func(v any) bool {
			s, _ := v.(string)
			p, err := netip.ParsePrefix(s)
			return err == nil && p.Addr().Is4() && p == p.Masked() && p.Bits() >= lo && p.Bits() <= hi
		},
		refused: func(any) []any {
			bad := []any{"10.0.0.1/24", "10.0.0.0", "fd00::/56"}
			if lo > 0 {
				bad = append(bad, "10.0.0.0/8")
			}
			if hi < 32 {
				bad = append(bad, "10.0.0.0/30")
			}
			return bad
		},
	}
}

var networkRelations = []relation{
	{
		resourceType: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", says: "exactly one source",
		source: "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AuthorizeSecurityGroupIngress.html",
		holds:  onePeer, breaks: func(in map[string]any) { in["cidrIpv6"], in["cidrIpv4"] = "::/0", "0.0.0.0/0" },
	},
	{
		resourceType: "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", says: "exactly one destination",
		source: "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AuthorizeSecurityGroupEgress.html",
		holds:  onePeer, breaks: func(in map[string]any) {
			delete(in, "cidrIpv4")
			delete(in, "prefixListId")
			delete(in, "referencedSecurityGroupId")
		},
	},
	{
		resourceType: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", says: "the first port is not above the last",
		source: "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_SecurityGroupRuleRequest.html",
		holds:  portsAscend, breaks: func(in map[string]any) { in["fromPort"] = 65535.0 },
	},
	{
		resourceType: "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", says: "the first port is not above the last",
		source: "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_SecurityGroupRuleRequest.html",
		holds:  portsAscend, breaks: func(in map[string]any) { in["toPort"] = 1.0 },
	},
	{
		resourceType: "aws:ec2/networkAcl:NetworkAcl", says: "no two rules of a direction have the same number",
		source: "https://docs.aws.amazon.com/vpc/latest/userguide/nacl-rules.html",
		holds: func(in map[string]any) bool {
			return unique(in, "ingress[].ruleNo") && unique(in, "egress[].ruleNo")
		},
		breaks: func(in map[string]any) { in["ingress"] = append(in["ingress"].([]any), in["ingress"].([]any)[0]) },
	},
	{
		resourceType: "aws:ec2/vpcEndpoint:VpcEndpoint", says: "a gateway endpoint has route tables; it has no subnets, groups or private DNS",
		source:   "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html",
		concerns: func(in map[string]any) bool { return in["vpcEndpointType"] == "Gateway" },
		holds: func(in map[string]any) bool {
			return in["subnetIds"] == nil && in["securityGroupIds"] == nil && in["privateDnsEnabled"] == nil
		},
		breaks: func(in map[string]any) { in["privateDnsEnabled"] = true },
	},
	{
		resourceType: "aws:ec2/vpcEndpoint:VpcEndpoint", says: "an interface endpoint has subnets; it has no route tables",
		source:   "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html",
		concerns: func(in map[string]any) bool { return in["vpcEndpointType"] == "Interface" },
		holds:    func(in map[string]any) bool { return in["subnetIds"] != nil && in["routeTableIds"] == nil },
		breaks:   func(in map[string]any) { in["routeTableIds"] = []any{"rtb-1"} },
	},
	{
		resourceType: "aws:ec2/vpc:Vpc", says: "private DNS of endpoints needs DNS support and hostnames",
		source: "https://docs.aws.amazon.com/vpc/latest/privatelink/interface-endpoints.html",
		holds: func(in map[string]any) bool {
			return in["enableDnsSupport"] == true && in["enableDnsHostnames"] == true
		},
		breaks: func(in map[string]any) { in["enableDnsHostnames"] = false },
	},
	{
		resourceType: "aws:ec2/route:Route", says: "exactly one target",
		source: "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateRoute.html",
		holds: func(in map[string]any) bool {
			return present(in, "natGatewayId", "gatewayId", "vpcEndpointId", "transitGatewayId") == 1
		},
		breaks: func(in map[string]any) { in["gatewayId"], in["natGatewayId"] = "igw-1", "nat-1" },
	},
}

func onePeer(in map[string]any) bool {
	return present(in, "cidrIpv4", "cidrIpv6", "prefixListId", "referencedSecurityGroupId") == 1
}

func portsAscend(in map[string]any) bool {
	from, _ := number(in["fromPort"])
	to, _ := number(in["toPort"])
	return from <= to
}

// present is how many of the inputs are set.
func present(in map[string]any, inputs ...string) int {
	n := 0
	for _, input := range inputs {
		if in[input] != nil {
			n++
		}
	}
	return n
}

// unique says that no value at the path is there twice.
func unique(in map[string]any, path string) bool {
	seen := map[string]bool{}
	for _, at := range places(in, path) {
		key := strings.ToLower(textOf(at.value))
		if seen[key] {
			return false
		}
		seen[key] = true
	}
	return true
}

var networkQuotas = []quota{
	{resourceType: "aws:ec2/vpc:Vpc", most: 5, source: "https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html"},
	{resourceType: "aws:ec2/subnet:Subnet", per: "vpcId", most: 200, source: "https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html"},
	{resourceType: "aws:ec2/eip:Eip", most: 5, source: "https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html"},
	{resourceType: "aws:ec2/natGateway:NatGateway", per: "subnetId", most: 5, source: "https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html"},
	{resourceType: "aws:ec2/internetGateway:InternetGateway", most: 5, source: "https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html"},
	{resourceType: "aws:ec2/routeTable:RouteTable", per: "vpcId", most: 200, source: "https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html"},
	{resourceType: "aws:ec2/route:Route", per: "routeTableId", most: 50, source: "https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html"},
	// Raised to 500 for every account since 2025; 50 holds where it was not.
	{resourceType: "aws:ec2/vpcEndpoint:VpcEndpoint", concerns: isInterface, per: "vpcId", most: 50, source: "https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-limits-endpoints.html"},
	{resourceType: "aws:ec2/vpcEndpoint:VpcEndpoint", concerns: isGateway, most: 20, source: "https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-limits-endpoints.html"},
	{resourceType: "aws:ec2/securityGroup:SecurityGroup", per: "vpcId", most: 500, source: "https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html"},
	// Rules of a group in one direction. A prefix list counts as many as it may have entries.
	{resourceType: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", per: "securityGroupId", most: 60, weight: entries, source: "https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html"},
	{resourceType: "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", per: "securityGroupId", most: 60, weight: entries, source: "https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html"},
	{resourceType: "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace", most: 50, source: "https://docs.aws.amazon.com/cloud-map/latest/dg/cloud-map-limits.html"},
}

func isInterface(r *graph.Resource) bool { return r.Readable()["vpcEndpointType"] == "Interface" }
func isGateway(r *graph.Resource) bool   { return r.Readable()["vpcEndpointType"] == "Gateway" }

// entries is what a rule of a security group counts for. The weights of AWS's own prefix lists:
// https://docs.aws.amazon.com/vpc/latest/userguide/working-with-aws-managed-prefix-lists.html
func entries(r *graph.Resource) int {
	list := textOf(r.Readable()["prefixListId"])
	switch {
	case strings.Contains(list, "cloudfront.origin-facing"):
		return 55
	case strings.Contains(list, "route53-healthchecks"):
		return 25
	}
	return 1
}
