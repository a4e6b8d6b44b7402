package vpc

import (
	"fmt"
	"slices"

	"github.com/carebase/carebase/policy"
	"github.com/carebase/carebase/policy/inspect"
)

const sshPort = 22

// commonPorts are those of restricted-common-ports (FTP, RDP, MySQL, mSQL), then telnet and SMB, then the databases
// and caches that keep patient data: SQL Server, Oracle, PostgreSQL, Redshift, Redis, OpenSearch, Memcached, MongoDB.
var commonPorts = []int{20, 21, 3389, 3306, 4333, 23, 445, 1433, 1521, 5432, 5439, 6379, 9200, 11211, 27017}

func onlyPublicTierHasWayOut(s *inspect.Stack, report *policy.Report) {
	const want = "an internet gateway only for subnets with nothing in them but NAT gateways and internet-facing load balancers"
	for _, r := range s.Of(inspect.Routing...) {
		good := true
		for _, way := range s.WaysOut(r) {
			if way.Outcome == inspect.Unknown {
				good = false
				report.Undecided(r, way.Gateway.Path(), want)
				continue
			}
			if problem, fix := strayWayOut(s, way); problem != "" {
				good = false
				report.Fail(r, way.Gateway.Path(), way.Gateway.Show()+" for every address, and "+problem, want, fix)
			}
		}
		if good {
			report.Pass(r)
		}
	}
}

// strayWayOut says what is wrong with a way out; nothing for one of the public tier.
func strayWayOut(s *inspect.Stack, way inspect.WayOut) (problem, fix string) {
	if way.Table == nil {
		return "the route table is not in this stack", "route from a table that the stack manages; components/network makes one for its public tier"
	}
	if s.IsMain(way.Table) {
		return "this is the main route table, which serves every subnet without one of its own",
			"leave the main table empty, as components/network does, and associate the public subnets with another"
	}
	if occupant, subnet := s.PrivateOccupant(way.Table); occupant != nil {
		return fmt.Sprintf("%s is in %s", occupant.Name, subnet.Name),
			"move " + occupant.Name + " to the private or isolated subnets of components/network"
	}
	if !s.IsPublicTable(way.Table) {
		return "no NAT gateway and no internet-facing load balancer in its subnets",
			"take the route out, or tag the table Tier: public if its subnets are for what faces the internet"
	}
	return "", ""
}

func onlyFrontDoorOpen(s *inspect.Stack, report *policy.Report) {
	const want = "open to the internet on 443 alone, or 80 to redirect from, in a load balancer's own security group"
	for _, r := range s.Of(inspect.IngressTypes...) {
		good := true
		for _, rule := range s.Openings(r) {
			source, internet := rule.FromInternet()
			from, to := rule.Ports()
			switch {
			case internet == inspect.No || rule.Icmp(): // ICMP reaches no service
			case internet == inspect.Unknown:
				good = false
				report.Undecided(r, source.Path(), want)
			case !rule.Known():
				good = false
				report.Undecided(r, rule.Unknown(), want)
			case !rule.Tcp() || from != to || from != 443 && from != 80:
				good = false
				report.Fail(r, source.Path(), rule.Show(source), want,
					"name the security groups that may connect instead (AllowFrom of our components)")
			default:
				if stranger := strangerIn(s, r, rule); stranger != "" {
					good = false
					report.Fail(r, source.Path(), rule.Show(source)+" to "+stranger, want,
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
func strangerIn(s *inspect.Stack, r *inspect.Resource, rule inspect.Opening) string {
	group := r
	if !rule.Group.Unset() {
		group = s.Resolve(rule.Group, inspect.GroupType, inspect.DefaultGroupType)
	}
	if group == nil {
		return "a security group that is not in this stack"
	}
	occupants := s.Occupants(group)
	for _, occupant := range occupants {
		if !slices.Contains(inspect.LoadBalancers, occupant.Type) && occupant.Type != inspect.ClassicLoadBalancer {
			return occupant.Name
		}
	}
	if len(occupants) == 0 {
		return "a security group that no load balancer of this stack is in"
	}
	return ""
}

func gatewaysOnOwnVPC(s *inspect.Stack, report *policy.Report) {
	const want = "a VPC of this stack"
	for _, gateway := range s.Of(inspect.GatewayType) {
		attached := s.Pointing(gateway, "aws:ec2/internetGatewayAttachment:InternetGatewayAttachment", "internetGatewayId")
		if !gateway.At("vpcId").Unset() || len(attached) == 0 {
			attached = append(attached, gateway)
		}
		good := true
		for _, r := range attached {
			id := r.At("vpcId")
			vpc := s.Resolve(id, inspect.VpcType)
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
