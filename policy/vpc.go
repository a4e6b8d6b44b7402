package policy

import (
	"fmt"
	"slices"
)

var vpcControls = []*Control{
	{
		ID: "VPC-1", Service: "VPC", Kind: Relation, Severity: High,
		Title:     "VPC flow logs on, ALL traffic",
		Citations: []string{"164.308(a)(3)(ii)(A)", "164.312(b)"},
		Config:    []string{"vpc-flow-logs-enabled"},
		Nag:       []string{"VPCFlowLogsEnabled"},
		Prowler:   []string{"vpc_flow_logs_enabled"},
		Why:       "Without flow logs nobody can say afterwards who reached what.",
		check: onePer(of("aws:ec2/vpc:Vpc"), "aws:ec2/flowLog:FlowLog", "vpcId",
			"components/network makes one for every VPC it builds; build the VPC with it",
			isOneOf("trafficType", "set trafficType to ALL: accepted and rejected traffic are both evidence", "ALL"),
			isSet("logDestination", "name the log group or bucket the records go to")),
	},
	{
		ID: "VPC-2", Service: "VPC", Kind: Relation, Severity: High,
		Title:     "Default security group closed",
		Citations: []string{"164.312(e)(1)"},
		Config:    []string{"vpc-default-security-group-closed"},
		Nag:       []string{"VPCDefaultSecurityGroupClosed"},
		Why:       "What is launched without a security group of its own gets the default one; it must let nothing through.",
		check: onePer(of("aws:ec2/vpc:Vpc"), "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", "vpcId",
			"components/network adopts the default group of every VPC it builds and leaves it without rules",
			isUnset("ingress", "take the rules out: nothing may use the default group"),
			isUnset("egress", "take the rules out: nothing may use the default group")),
	},
	{
		ID: "VPC-3", Service: "VPC", Kind: Property, Severity: High,
		Title:     "Subnets do not auto-assign public IPs",
		Citations: []string{"164.308(a)(3)(i)", "164.308(a)(4)(ii)(A)", "164.308(a)(4)(ii)(C)", "164.312(a)(1)", "164.312(e)(1)"},
		Config:    []string{"subnet-auto-assign-public-ip-disabled"},
		Nag:       []string{"VPCSubnetAutoAssignPublicIpDisabled"},
		Why:       "A public address on what holds patient data is one mistake from exposure.",
		check: each(of("aws:ec2/subnet:Subnet"),
			notTrue("mapPublicIpOnLaunch", "leave mapPublicIpOnLaunch unset: load balancers and NAT gateways bring their own addresses")),
	},
	{
		ID: "VPC-4", Service: "VPC", Kind: Relation, Severity: High,
		Title:     "No unrestricted route to an IGW outside the public tier",
		Citations: []string{"164.312(e)(1)"},
		Config:    []string{"no-unrestricted-route-to-igw"},
		Nag:       []string{"VPCNoUnrestrictedRouteToIGW"},
		Why:       "What sits in a subnet with a route to the internet gateway is one public address away from the internet.",
		check:     onlyPublicTierHasWayOut,
	},
	{
		ID: "VPC-5", Service: "VPC", Kind: Relation, Severity: High,
		Title:     "No SSH (22) from the internet",
		Citations: []string{"164.308(a)(3)(i)", "164.308(a)(3)(ii)(B)", "164.308(a)(4)(i)", "164.308(a)(4)(ii)(A)", "164.308(a)(4)(ii)(B)", "164.308(a)(4)(ii)(C)", "164.312(a)(1)", "164.312(e)(1)"},
		Config:    []string{"restricted-ssh"},
		Nag:       []string{"EC2RestrictedSSH"},
		Prowler:   []string{"ec2_securitygroup_allow_ingress_from_internet_to_tcp_port_22", "ec2_confidential_workload_host_unrestricted_ingress"},
		Why:       "A shell that the whole internet may try is guessed, or broken by the next flaw in SSH.",
		check: closedToInternet("no SSH from the internet",
			"take the rule out: hosts are reached by SSM Session Manager, which needs no open port", sshPort),
	},
	{
		ID: "VPC-6", Service: "VPC", Kind: Relation, Severity: Critical,
		Title:     "No common/database ports from the internet",
		Citations: []string{"164.308(a)(3)(i)", "164.308(a)(3)(ii)(B)", "164.308(a)(4)(i)", "164.308(a)(4)(ii)(A)", "164.308(a)(4)(ii)(B)", "164.308(a)(4)(ii)(C)", "164.312(a)(1)", "164.312(e)(1)"},
		Config:    []string{"restricted-common-ports"},
		Nag:       []string{"EC2RestrictedCommonPorts"},
		Why:       "A database that the internet can reach has only its passwords left between patient data and everyone.",
		check: closedToInternet("no database or remote-control port from the internet",
			"take the rule out; components/database and components/cache open their port to security groups, by AllowFrom", commonPorts...),
	},
	{
		ID: "VPC-7", Service: "VPC", Kind: Relation, Severity: High,
		Title:     "Internet ingress only on authorised ports",
		Citations: []string{"164.312(e)(1)"},
		Config:    []string{"vpc-sg-open-only-to-authorized-ports"},
		Why:       "Whatever is open to everybody and is not the encrypted front door is a way round the firewall and the access logs.",
		check:     onlyFrontDoorOpen,
	},
	{
		ID: "VPC-8", Service: "VPC", Kind: Relation, Severity: Medium,
		Title:     "NACLs do not allow any port from the internet",
		Citations: []string{"164.308(a)(1)(ii)(B)", "164.312(e)(1)"},
		Prowler:   []string{"ec2_networkacl_allow_ingress_any_port"},
		Why:       "The data tier's network ACL is what still holds when somebody opens a security group by mistake; AWS's default one lets everything in.",
		check:     aclsClosed,
	},
	{
		ID: "VPC-9", Service: "VPC", Kind: Relation, Severity: Medium,
		Title:     "IGW attached only to the authorised VPC",
		Citations: []string{"164.308(a)(1)(ii)(B)"},
		Config:    []string{"internet-gateway-authorized-vpc-only"},
		Why:       "An internet gateway on a VPC that nobody reviews is a way out that no other control looks at.",
		check:     gatewaysOnOwnVPC,
	},
	{
		ID: "VPC-10", Service: "VPC", Kind: Presence, Severity: Medium, Applies: WherePHI,
		Title:     "VPC endpoints present for AWS services carrying PHI",
		Citations: []string{"164.314(b)(1)", "164.314(b)(2)", "164.314(b)(2)(i)", "164.314(b)(2)(ii)", "164.314(b)(2)(iii)", "164.314(b)(2)(iv)"},
		Why:       "Without endpoints files, logs, secrets and keys travel to AWS by its public addresses, where no endpoint policy says whose account they may go to.",
		check:     endpointsPresent,
	},
}

const sshPort = 22

// commonPorts are those of restricted-common-ports (FTP, RDP, MySQL, mSQL), then telnet and SMB, then the databases
// and caches that keep patient data: SQL Server, Oracle, PostgreSQL, Redshift, Redis, OpenSearch, Memcached, MongoDB.
var commonPorts = []int{20, 21, 3389, 3306, 4333, 23, 445, 1433, 1521, 5432, 5439, 6379, 9200, 11211, 27017}

const (
	vpcType     = "aws:ec2/vpc:Vpc"
	subnetType  = "aws:ec2/subnet:Subnet"
	gatewayType = "aws:ec2/internetGateway:InternetGateway"
)

func onlyPublicTierHasWayOut(s *Stack, report *Report) {
	const want = "an internet gateway only for subnets with nothing in them but NAT gateways and internet-facing load balancers"
	for _, r := range s.Of(routing...) {
		good := true
		for _, way := range s.waysOut(r) {
			if way.outcome == Undecidable {
				good = false
				report.Undecided(r, way.gateway.Path(), want)
				continue
			}
			if problem, fix := s.strayWayOut(way); problem != "" {
				good = false
				report.Fail(r, way.gateway.Path(), way.gateway.Show()+" for every address, and "+problem, want, fix)
			}
		}
		if good {
			report.Pass(r)
		}
	}
}

// strayWayOut says what is wrong with a way out; nothing for one of the public tier.
func (s *Stack) strayWayOut(way wayOut) (problem, fix string) {
	if way.table == nil {
		return "the route table is not in this stack", "route from a table that the stack manages; components/network makes one for its public tier"
	}
	if s.isMain(way.table) {
		return "this is the main route table, which serves every subnet without one of its own",
			"leave the main table empty, as components/network does, and associate the public subnets with another"
	}
	if occupant, subnet := s.privateOccupant(way.table); occupant != nil {
		return fmt.Sprintf("%s is in %s", occupant.Name, subnet.Name),
			"move " + occupant.Name + " to the private or isolated subnets of components/network"
	}
	if !s.isPublicTable(way.table) {
		return "no NAT gateway and no internet-facing load balancer in its subnets",
			"take the route out, or tag the table Tier: public if its subnets are for what faces the internet"
	}
	return "", ""
}

func onlyFrontDoorOpen(s *Stack, report *Report) {
	const want = "open to the internet on 443 alone, or 80 to redirect from, in a load balancer's own security group"
	for _, r := range s.Of(ingressTypes...) {
		good := true
		for _, rule := range s.openings(r) {
			source, internet := rule.fromInternet()
			from, to := rule.ports()
			switch {
			case internet == NonCompliant || rule.icmp(): // ICMP reaches no service
			case internet == Undecidable:
				good = false
				report.Undecided(r, source.Path(), want)
			case !rule.known():
				good = false
				report.Undecided(r, rule.unknown(), want)
			case !rule.tcp() || from != to || from != 443 && from != 80:
				good = false
				report.Fail(r, source.Path(), rule.show(source), want,
					"name the security groups that may connect instead (AllowFrom of our components)")
			default:
				if stranger := s.strangerIn(r, rule); stranger != "" {
					good = false
					report.Fail(r, source.Path(), rule.show(source)+" to "+stranger, want,
						"let viewers in by components/edge only, whose load balancer has a security group of its own")
				}
			}
		}
		if good {
			report.Pass(r)
		}
	}
}

// strangerIn names what a rule opens besides load balancers; nothing where it opens a load balancer and only that.
func (s *Stack) strangerIn(r *Resource, rule opening) string {
	group := r
	if !rule.group.Unset() {
		group = s.Referent(rule.group, groupType, defaultGroupType)
	}
	if group == nil {
		return "a security group that is not in this stack"
	}
	occupants := s.occupants(group)
	for _, occupant := range occupants {
		if !slices.Contains(loadBalancers, occupant.Type) && occupant.Type != classicLoadBalancer {
			return occupant.Name
		}
	}
	if len(occupants) == 0 {
		return "a security group that no load balancer of this stack is in"
	}
	return ""
}

func gatewaysOnOwnVPC(s *Stack, report *Report) {
	const want = "a VPC of this stack"
	for _, gateway := range s.Of(gatewayType) {
		attached := s.Pointing(gateway, "aws:ec2/internetGatewayAttachment:InternetGatewayAttachment", "internetGatewayId")
		if !gateway.At("vpcId").Unset() || len(attached) == 0 {
			attached = append(attached, gateway)
		}
		good := true
		for _, r := range attached {
			id := r.At("vpcId")
			vpc := s.Referent(id, vpcType)
			switch {
			case vpc != nil && !vpc.External:
			case vpc == nil && (id.Unknown() || id.HasReference()):
				good = false
				report.Undecided(r, "vpcId", want)
			default:
				good = false
				report.Fail(r, "vpcId", id.Show(), want,
					"attach it to the VPC it was made for (components/network), or take it out")
			}
		}
		if good {
			report.Pass(gateway)
		}
	}
}
