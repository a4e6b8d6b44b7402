package ec2

import (
	"github.com/carebase/carebase/policy"
	"github.com/carebase/carebase/policy/inspect"
)

// noPublicAddress looks for every way to one: asked for, given by the subnet, or an elastic IP attached afterwards.
func noPublicAddress(s *inspect.Stack, report *policy.Report) {
	const want = "false: no public address"
	const fix = "set associatePublicIpAddress: false and reach the host by SSM Session Manager, its users by components/edge"
	for _, l := range launches(s) {
		good := judgeAddress(s, report, l, want, fix)
		for _, elastic := range elasticIPs(s, l.Resource) {
			good = false
			report.Fail(l.Resource, inspect.ShortName(elastic.Type), elastic.Name, "none", "take the elastic IP away")
		}
		if good {
			report.Pass(l.Resource)
		}
	}
}

// elasticIPs are those of the host and of the network interfaces that it is launched with.
func elasticIPs(s *inspect.Stack, r *inspect.Resource) []*inspect.Resource {
	const association = "aws:ec2/eipAssociation:EipAssociation"
	found := append(s.Pointing(r, "aws:ec2/eip:Eip", "instance"), s.Pointing(r, association, "instanceId")...)
	for _, nic := range interfaces(s, r) {
		found = append(found, s.Pointing(nic, "aws:ec2/eip:Eip", "networkInterface")...)
		found = append(found, s.Pointing(nic, association, "networkInterfaceId")...)
	}
	return found
}

// interfaces are the network interfaces that an instance is launched with.
func interfaces(s *inspect.Stack, r *inspect.Resource) []*inspect.Resource {
	var found []*inspect.Resource
	for _, property := range []string{"networkInterfaces", "primaryNetworkInterface"} {
		for _, nic := range s.ResolveAll(r.At(property)) {
			if nic.Type == "aws:ec2/networkInterface:NetworkInterface" {
				found = append(found, nic)
			}
		}
	}
	return found
}

// judgeAddress looks at the address that the host is launched with.
func judgeAddress(s *inspect.Stack, report *policy.Report, l launch, want, fix string) bool {
	asked := l.value("associatePublicIpAddress", "networkInterfaces[0].associatePublicIpAddress")
	if !asked.Unset() {
		return policy.Expectation{Path: "", Want: want, Fix: fix, Holds: func(v inspect.Value) bool { return v.False() }}.Judge(report, l.Resource, asked)
	}
	attached := l.At("networkInterfaces")
	if !l.At("primaryNetworkInterface").Unset() || l.Type != launchTemplateType && len(attached.List()) > 0 {
		return true // AWS gives an interface of one's own no address
	}
	where := l.value("subnetId", "networkInterfaces[0].subnetId")
	if subnet := s.Resolve(where, inspect.SubnetType); subnet != nil {
		given := policy.Expectation{Path: "", Want: want, Fix: fix, Holds: func(v inspect.Value) bool { return !v.True() }}
		return given.Judge(report, l.Resource, subnet.At("mapPublicIpOnLaunch"))
	}
	if where.Unknown() {
		report.Undecided(l.Resource, where.Path(), want)
		return false
	}
	if l.Type == launchTemplateType || l.Type == launchConfigType {
		return true // the group's subnets decide, which VPC-3 looks at
	}
	report.Fail(l.Resource, "associatePublicIpAddress", "not set, and a subnet that this stack does not have may give one", want, fix)
	return false
}
