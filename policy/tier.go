package policy

import (
	"slices"
	"strings"
)

// placing are properties that put a resource into subnets or security groups, besides those named after either.
var placing = []string{
	"networkConfiguration", "vpcConfig", "vpcOptions", "vpcZoneIdentifiers", "networkInterfaces", "ecsTarget",
	"target", "computeResources", "brokerNodeGroupInfo", "vpcSettings", "endpointDetails",
}

// plumbing are resources that name a subnet or a security group and hold nothing in it.
var plumbing = []string{
	associationType, "aws:ec2/networkAcl:NetworkAcl",
	"aws:ec2/defaultNetworkAcl:DefaultNetworkAcl", "aws:ec2/networkAclAssociation:NetworkAclAssociation",
	"aws:ec2/flowLog:FlowLog", natGatewayType,
	groupRuleType, ingressRuleType, "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
	"aws:vpc/securityGroupVpcAssociation:SecurityGroupVpcAssociation",
}

// occupants are what is in a subnet or security group: hosts, tasks, databases, load balancers and the like.
func (s *Stack) occupants(of *Resource) []*Resource {
	var found []*Resource
	for _, p := range s.pointers()[of.URN] {
		property := strings.ToLower(p.property)
		places := strings.Contains(property, "subnet") || strings.Contains(property, "securitygroup") ||
			slices.Contains(placing, p.property)
		if places && p.from.Custom && p.from.Package() == "aws" &&
			!slices.Contains(plumbing, p.from.Type) && !slices.Contains(found, p.from) {
			found = append(found, p.from)
		}
	}
	return found
}

// A wayOut is a route to an internet gateway for every address.
type wayOut struct {
	on      *Resource // the route, or the table that it is written in
	table   *Resource // nil where the stack does not have it
	gateway Value
	// outcome is Compliant, or Undecidable where the destination or the gateway is not known.
	outcome Outcome
}

const (
	routeTableType        = "aws:ec2/routeTable:RouteTable"
	defaultRouteTableType = "aws:ec2/defaultRouteTable:DefaultRouteTable"
	routeType             = "aws:ec2/route:Route"
	associationType       = "aws:ec2/routeTableAssociation:RouteTableAssociation"
	natGatewayType        = "aws:ec2/natGateway:NatGateway"
)

// routing are the resources that routes are written in.
var routing = []string{routeTableType, defaultRouteTableType, routeType}

// waysOut reads the routes that are written in a resource.
func (s *Stack) waysOut(r *Resource) []wayOut {
	if r.Type == routeType {
		table := s.Referent(r.At("routeTableId"), routeTableType, defaultRouteTableType, vpcType)
		return s.wayOut(r, table, r.At(""), "destinationCidrBlock", "destinationIpv6CidrBlock")
	}
	var found []wayOut
	for _, route := range elements(r.At("routes")) {
		found = append(found, s.wayOut(r, r, route, "cidrBlock", "ipv6CidrBlock")...)
	}
	return found
}

func (s *Stack) wayOut(on, table *Resource, route Value, destinations ...string) []wayOut {
	gateway := route.At("gatewayId")
	toInternet := outcome(s.Referent(gateway, gatewayType) != nil ||
		strings.HasPrefix(gateway.Text(), "igw-"))
	if (gateway.Unknown() || gateway.HasReference()) && len(s.Referents(gateway)) == 0 {
		toInternet = Undecidable
	}
	if toInternet == NonCompliant {
		return nil
	}
	ranges := s.prefixes(route.At("destinationPrefixListId"))
	for _, destination := range destinations {
		ranges = append(ranges, route.At(destination))
	}
	anywhere := opening{sources: ranges}
	if _, everywhere := anywhere.fromInternet(); everywhere != NonCompliant {
		return []wayOut{{on: on, table: table, gateway: gateway, outcome: max(toInternet, everywhere)}}
	}
	return nil
}

// isMain is true for the table of every subnet that nobody associated with another: a VPC's own, where a route names
// the VPC instead of the table.
func (s *Stack) isMain(table *Resource) bool {
	return table.Type != routeTableType ||
		len(s.Pointing(table, "aws:ec2/mainRouteTableAssociation:MainRouteTableAssociation", "routeTableId")) > 0
}

// subnetsOf are the subnets associated with a route table.
func (s *Stack) subnetsOf(table *Resource) []*Resource {
	var found []*Resource
	for _, association := range s.Pointing(table, associationType, "routeTableId") {
		if subnet := s.Referent(association.At("subnetId"), subnetType); subnet != nil {
			found = append(found, subnet)
		}
	}
	return found
}

// isPublicTable is true for the table of subnets that are there to face the internet: it is tagged so, or a NAT
// gateway or an internet-facing load balancer sits in one of them.
func (s *Stack) isPublicTable(table *Resource) bool {
	if strings.EqualFold(table.At("tags").At("Tier").Text(), "public") {
		return true
	}
	for _, subnet := range s.subnetsOf(table) {
		for _, gateway := range s.Pointing(subnet, natGatewayType, "subnetId") {
			if gateway.At("connectivityType").Text() != "private" {
				return true
			}
		}
		if slices.ContainsFunc(s.occupants(subnet), facesInternet) {
			return true
		}
	}
	return false
}

// isPublicSubnet is true for a subnet with a way out.
func (s *Stack) isPublicSubnet(subnet *Resource) bool {
	for _, association := range s.Pointing(subnet, associationType, "subnetId") {
		table := s.Referent(association.At("routeTableId"), routeTableType, defaultRouteTableType)
		if table == nil {
			continue
		}
		written := append(s.Pointing(table, routeType, "routeTableId"), table)
		for _, r := range written {
			if slices.ContainsFunc(s.waysOut(r), func(w wayOut) bool { return w.outcome == Compliant }) {
				return true
			}
		}
	}
	return false
}

// privateOccupant is the first resource in the table's subnets that must not be where the internet is one hop away.
func (s *Stack) privateOccupant(table *Resource) (occupant, subnet *Resource) {
	for _, subnet := range s.subnetsOf(table) {
		for _, r := range s.occupants(subnet) {
			if !facesInternet(r) {
				return r, subnet
			}
		}
	}
	return nil, nil
}

// facesInternet is true for a load balancer that is there to be reached from the internet.
func facesInternet(r *Resource) bool {
	return (slices.Contains(loadBalancers, r.Type) || r.Type == classicLoadBalancer) && !r.At("internal").True()
}
