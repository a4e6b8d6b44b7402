package policy

// noPublicAddress looks for every way to one: asked for, given by the subnet, or an elastic IP attached afterwards.
func noPublicAddress(s *Stack, report *Report) {
	const want = "false: no public address"
	const fix = "set associatePublicIpAddress: false and reach the host by SSM Session Manager, its users by components/edge"
	for _, l := range s.launches() {
		good := s.judgeAddress(report, l, want, fix)
		for _, elastic := range s.elasticIPs(l.Resource) {
			good = false
			report.Fail(l.Resource, shortName(elastic.Type), elastic.Name, "none", "take the elastic IP away")
		}
		if good {
			report.Pass(l.Resource)
		}
	}
}

// elasticIPs are those of the host and of the network interfaces that it is launched with.
func (s *Stack) elasticIPs(r *Resource) []*Resource {
	const association = "aws:ec2/eipAssociation:EipAssociation"
	found := append(s.Pointing(r, "aws:ec2/eip:Eip", "instance"), s.Pointing(r, association, "instanceId")...)
	for _, nic := range s.interfaces(r) {
		found = append(found, s.Pointing(nic, "aws:ec2/eip:Eip", "networkInterface")...)
		found = append(found, s.Pointing(nic, association, "networkInterfaceId")...)
	}
	return found
}

// interfaces are the network interfaces that an instance is launched with.
func (s *Stack) interfaces(r *Resource) []*Resource {
	var found []*Resource
	for _, property := range []string{"networkInterfaces", "primaryNetworkInterface"} {
		for _, nic := range s.Referents(r.At(property)) {
			if nic.Type == "aws:ec2/networkInterface:NetworkInterface" {
				found = append(found, nic)
			}
		}
	}
	return found
}

// judgeAddress looks at the address that the host is launched with.
func (s *Stack) judgeAddress(report *Report, l launch, want, fix string) bool {
	asked := l.value("associatePublicIpAddress", "networkInterfaces[0].associatePublicIpAddress")
	if !asked.Unset() {
		return expectation{"", want, fix, func(_ *Resource, v Value) bool { return v.False() }}.judge(report, l.Resource, asked)
	}
	attached := l.At("networkInterfaces")
	if !l.At("primaryNetworkInterface").Unset() || l.Type != launchTemplateType && len(attached.List()) > 0 {
		return true // AWS gives an interface of one's own no address
	}
	where := l.value("subnetId", "networkInterfaces[0].subnetId")
	if subnet := s.Referent(where, subnetType); subnet != nil {
		given := expectation{"", want, fix, func(_ *Resource, v Value) bool { return !v.True() }}
		return given.judge(report, l.Resource, subnet.At("mapPublicIpOnLaunch"))
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
