package inspect

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
	AssociationType, "aws:ec2/networkAcl:NetworkAcl",
	"aws:ec2/defaultNetworkAcl:DefaultNetworkAcl", "aws:ec2/networkAclAssociation:NetworkAclAssociation",
	"aws:ec2/flowLog:FlowLog", NatGatewayType,
	GroupRuleType, IngressRuleType, "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
	"aws:vpc/securityGroupVpcAssociation:SecurityGroupVpcAssociation",
}

// Occupants are what is in a subnet or security group: hosts, tasks, databases, load balancers and the like.
func (s *Stack) Occupants(of *Resource) []*Resource {
	var found []*Resource
	for _, p := range s.Pointers()[of.URN] {
		property := strings.ToLower(p.Property)
		places := strings.Contains(property, "subnet") || strings.Contains(property, "securitygroup") ||
			slices.Contains(placing, p.Property)
		if places && p.From.Custom && p.From.Package() == "aws" &&
			!slices.Contains(plumbing, p.From.Type) && !slices.Contains(found, p.From) {
			found = append(found, p.From)
		}
	}
	return found
}

// A WayOut is a route to an internet gateway for every address.
type WayOut struct {
	on      *Resource // the route, or the table that it is written in
	Table   *Resource // nil where the stack does not have it
	Gateway Value
	// outcome is Yes, or Unknown where the destination or the gateway is not known.
	Outcome Answer
}

// Routing are the resources that routes are written in.
var Routing = []string{RouteTableType, DefaultRouteTableType, RouteType}

// WaysOut reads the routes that are written in a resource.
func (s *Stack) WaysOut(r *Resource) []WayOut {
	if r.Type == RouteType {
		table := s.Resolve(r.At("routeTableId"), RouteTableType, DefaultRouteTableType, VpcType)
		return s.wayOut(r, table, r.At(""), "destinationCidrBlock", "destinationIpv6CidrBlock")
	}
	var found []WayOut
	for _, route := range Elements(r.At("routes")) {
		found = append(found, s.wayOut(r, r, route, "cidrBlock", "ipv6CidrBlock")...)
	}
	return found
}

func (s *Stack) wayOut(on, table *Resource, route Value, destinations ...string) []WayOut {
	gateway := route.At("gatewayId")
	toInternet := AnswerOf(s.Resolve(gateway, GatewayType) != nil ||
		strings.HasPrefix(gateway.Text(), "igw-"))
	if (gateway.Unknown() || gateway.HasReference()) && len(s.ResolveAll(gateway)) == 0 {
		toInternet = Unknown
	}
	if toInternet == No {
		return nil
	}
	ranges := s.prefixes(route.At("destinationPrefixListId"))
	for _, destination := range destinations {
		ranges = append(ranges, route.At(destination))
	}
	anywhere := Opening{Sources: ranges}
	if _, everywhere := anywhere.FromInternet(); everywhere != No {
		return []WayOut{{on: on, Table: table, Gateway: gateway, Outcome: max(toInternet, everywhere)}}
	}
	return nil
}

// IsMain is true for the table of every subnet that nobody associated with another: a VPC's own, where a route names
// the VPC instead of the table.
func (s *Stack) IsMain(table *Resource) bool {
	return table.Type != RouteTableType ||
		len(s.Pointing(table, "aws:ec2/mainRouteTableAssociation:MainRouteTableAssociation", "routeTableId")) > 0
}

// subnetsOf are the subnets associated with a route table.
func (s *Stack) subnetsOf(table *Resource) []*Resource {
	var found []*Resource
	for _, association := range s.Pointing(table, AssociationType, "routeTableId") {
		if subnet := s.Resolve(association.At("subnetId"), SubnetType); subnet != nil {
			found = append(found, subnet)
		}
	}
	return found
}

// IsPublicTable is true for the table of subnets that are there to face the internet: it is tagged so, or a NAT
// gateway or an internet-facing load balancer sits in one of them.
func (s *Stack) IsPublicTable(table *Resource) bool {
	if strings.EqualFold(table.At("tags").At("Tier").Text(), "public") {
		return true
	}
	for _, subnet := range s.subnetsOf(table) {
		for _, gateway := range s.Pointing(subnet, NatGatewayType, "subnetId") {
			if gateway.At("connectivityType").Text() != "private" {
				return true
			}
		}
		if slices.ContainsFunc(s.Occupants(subnet), facesInternet) {
			return true
		}
	}
	return false
}

// IsPublicSubnet is true for a subnet with a way out.
func (s *Stack) IsPublicSubnet(subnet *Resource) bool {
	for _, association := range s.Pointing(subnet, AssociationType, "subnetId") {
		table := s.Resolve(association.At("routeTableId"), RouteTableType, DefaultRouteTableType)
		if table == nil {
			continue
		}
		written := append(s.Pointing(table, RouteType, "routeTableId"), table)
		for _, r := range written {
			if slices.ContainsFunc(s.WaysOut(r), func(w WayOut) bool { return w.Outcome == Yes }) {
				return true
			}
		}
	}
	return false
}

// PrivateOccupant is the first resource in the table's subnets that must not be where the internet is one hop away.
func (s *Stack) PrivateOccupant(table *Resource) (occupant, subnet *Resource) {
	for _, subnet := range s.subnetsOf(table) {
		for _, r := range s.Occupants(subnet) {
			if !facesInternet(r) {
				return r, subnet
			}
		}
	}
	return nil, nil
}

// facesInternet is true for a load balancer that is there to be reached from the internet.
func facesInternet(r *Resource) bool {
	return (slices.Contains(LoadBalancers, r.Type) || r.Type == ClassicLoadBalancer) && !r.At("internal").True()
}
