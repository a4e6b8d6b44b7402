package vpc

import (
	"strings"

	"github.com/carebase/carebase/policy"
	"github.com/carebase/carebase/policy/inspect"
)

const (
	aclType        = "aws:ec2/networkAcl:NetworkAcl"
	defaultACLType = "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl"
	aclRuleType    = "aws:ec2/networkAclRule:NetworkAclRule"
)

// dataSubnetGroups are the resources that say in which subnets databases and caches are.
var dataSubnetGroups = []string{
	"aws:rds/subnetGroup:SubnetGroup", "aws:elasticache/subnetGroup:SubnetGroup", "aws:docdb/subnetGroup:SubnetGroup",
	"aws:neptune/subnetGroup:SubnetGroup", "aws:memorydb/subnetGroup:SubnetGroup", "aws:redshift/subnetGroup:SubnetGroup",
	"aws:dax/subnetGroup:SubnetGroup",
}

// dataSubnets are the stack's subnets with databases and caches.
func dataSubnets(s *inspect.Stack) map[*inspect.Resource]bool {
	found := map[*inspect.Resource]bool{}
	for _, group := range s.Of(dataSubnetGroups...) {
		for _, r := range s.ResolveAll(group.At("subnetIds")) {
			if r.Type == inspect.SubnetType {
				found[r] = true
			}
		}
	}
	return found
}

// aclOf is the network ACL of a subnet: the one it is associated with, or its VPC's default one where the stack has
// adopted that.
func aclOf(s *inspect.Stack, subnet *inspect.Resource) *inspect.Resource {
	for _, typ := range []string{aclType, defaultACLType} {
		if acls := s.Pointing(subnet, typ, "subnetIds"); len(acls) > 0 {
			return acls[0]
		}
	}
	for _, association := range s.Pointing(subnet, "aws:ec2/networkAclAssociation:NetworkAclAssociation", "subnetId") {
		if acl := s.Resolve(association.At("networkAclId"), aclType, defaultACLType); acl != nil {
			return acl
		}
	}
	vpc := s.Resolve(subnet.At("vpcId"), inspect.VpcType)
	if vpc == nil {
		return nil
	}
	for _, acl := range s.Of(defaultACLType) {
		adopted := acl.Output("vpcId") // an output only: the input is the ACL's id
		if s.Resolve(acl.At("defaultNetworkAclId"), inspect.VpcType) == vpc || s.Resolve(adopted, inspect.VpcType) == vpc {
			return acl
		}
	}
	return nil
}

// aclsClosed holds for every network ACL that it does not let the internet in on all ports, and for those of the data
// tier, which there must be, that they do not let it in at all.
func aclsClosed(s *inspect.Stack, report *policy.Report) {
	const fix = "allow the VPC's own range, on the ports that are served; components/network guards its isolated subnets so"
	guards := map[*inspect.Resource]bool{} // the ACLs of the data tier
	data := dataSubnets(s)
	for _, subnet := range s.Of(inspect.SubnetType) {
		if !data[subnet] {
			continue
		}
		acl := aclOf(s, subnet)
		if acl == nil {
			report.Fail(subnet, "NetworkAcl", "none: AWS's default one lets everything in", "a network ACL for a subnet with databases or caches", fix)
			continue
		}
		guards[acl] = true
	}
	for _, acl := range s.Of(aclType, defaultACLType) {
		judgeACL(report, acl, inspect.Elements(acl.At("ingress")), "action", guards[acl], fix)
	}
	for _, rule := range s.Of(aclRuleType) {
		if rule.At("egress").True() {
			continue
		}
		acl := s.Resolve(rule.At("networkAclId"), aclType, defaultACLType)
		judgeACL(report, rule, []inspect.Value{rule.At("")}, "ruleAction", guards[acl], fix)
	}
}

// judgeACL reports on rules that are written in r.
func judgeACL(report *policy.Report, r *inspect.Resource, rules []inspect.Value, action string, guard bool, fix string) {
	want := "no rule that lets the internet in on every port"
	if guard {
		want = "no rule that lets the internet in: databases or caches are behind it"
	}
	good := true
	for _, rule := range rules {
		if strings.EqualFold(rule.At(action).Text(), "deny") {
			continue
		}
		entry := inspect.Opening{
			Protocol: rule.At("protocol"), From: rule.At("fromPort"), To: rule.At("toPort"),
			Sources: []inspect.Value{rule.At("cidrBlock"), rule.At("ipv6CidrBlock")},
		}
		source, internet := entry.FromInternet()
		from, to := entry.Ports()
		switch {
		case internet == inspect.No:
		case internet == inspect.Unknown:
			good = false
			report.Undecided(r, source.Path(), want)
		case rule.At(action).Unknown():
			good = false
			report.Undecided(r, rule.At(action).Path(), want)
		case !guard && !entry.Known():
			good = false
			report.Undecided(r, entry.Unknown(), want)
		case guard || entry.AnyProtocol() || !entry.Icmp() && from <= 1 && to == 65535:
			good = false
			report.Fail(r, source.Path(), entry.Show(source), want, fix)
		}
	}
	if good {
		report.Pass(r)
	}
}
