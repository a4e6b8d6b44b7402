package ec2

import (
	"slices"

	"github.com/carebase/carebase/policy"
	"github.com/carebase/carebase/policy/inspect"
)

// imdsV2 looks at templates by themselves, too. What sets nothing takes the region's default, where the stack sets one.
func imdsV2(s *inspect.Stack, report *policy.Report) {
	tokens := policy.IsOneOf("", "set metadataOptions.httpTokens: required", "required")
	for _, r := range s.Of(slices.Concat(instances, []string{launchTemplateType, launchConfigType})...) {
		l := launch{r, s.Resolve(r.At("launchTemplate"), launchTemplateType)}
		if l.value("metadataOptions.httpEndpoint", "metadataOptions.httpEndpoint").Text() == "disabled" {
			report.Pass(r)
			continue
		}
		v := l.value("metadataOptions.httpTokens", "metadataOptions.httpTokens")
		if defaults := s.SameRegion(r, "aws:ec2/instanceMetadataDefaults:InstanceMetadataDefaults"); v.Unset() && defaults != nil {
			v = defaults.At("httpTokens")
		}
		if tokens.Judge(report, r, v) {
			report.Pass(r)
		}
	}
}

// inPrivateSubnet checks that every host says in which subnet it is, and that this is none with a way out, where the
// stack can see that.
func inPrivateSubnet(s *inspect.Stack, report *policy.Report) {
	private := policy.Expectation{Path: "", Want: "a private subnet", Fix: "name a private subnet of components/network",
		Holds: func(v inspect.Value) bool {
			if s.Resolve(v, "aws:ec2/defaultSubnet:DefaultSubnet") != nil || v.Unset() {
				return false
			}
			return !slices.ContainsFunc(s.ResolveAll(v), func(one *inspect.Resource) bool {
				return one.Type == inspect.SubnetType && s.IsPublicSubnet(one)
			})
		}}
	for _, l := range launches(s) {
		if l.Type == launchTemplateType || l.Type == launchConfigType {
			continue // their groups say where
		}
		where := l.value("subnetId", "networkInterfaces[0].subnetId")
		for _, own := range []string{"networkInterfaces[0].networkInterfaceId", "primaryNetworkInterface.networkInterfaceId"} {
			if v := l.At(own); where.Unset() && !v.Unset() {
				where = v // an interface is always in a subnet; in which, the stack may know
			}
		}
		for _, nic := range interfaces(s, l.Resource) {
			where = nic.At("subnetId")
		}
		if private.Judge(report, l.Resource, where) {
			report.Pass(l.Resource)
		}
	}
	for _, group := range s.Of(inspect.ScalingGroupType) {
		if private.Judge(report, group, group.At("vpcZoneIdentifiers")) {
			report.Pass(group)
		}
	}
}

// notOptimised are the types that can be EBS-optimised and are not by themselves. Newer types always are; others
// cannot be, and refuse the setting. https://docs.aws.amazon.com/ebs/latest/userguide/ebs-optimized.html
var notOptimised = []string{
	"c1.xlarge", "c3.xlarge", "c3.2xlarge", "c3.4xlarge", "g2.2xlarge", "i2.xlarge", "i2.2xlarge", "i2.4xlarge",
	"m1.large", "m1.xlarge", "m2.2xlarge", "m2.4xlarge", "m3.xlarge", "m3.2xlarge", "r3.xlarge", "r3.2xlarge", "r3.4xlarge",
}

func ebsOptimised(s *inspect.Stack, report *policy.Report) {
	optimised := policy.IsTrue("", "set ebsOptimized: true, or take a type of this decade")
	for _, l := range launches(s) {
		typ := l.value("instanceType", "instanceType")
		switch {
		case typ.Unknown():
			report.Undecided(l.Resource, typ.Path(), "a type that is EBS-optimised")
		case !slices.Contains(notOptimised, typ.Text()) || optimised.Judge(report, l.Resource, l.value("ebsOptimized", "ebsOptimized")):
			report.Pass(l.Resource)
		}
	}
}

func detailedMonitoring(s *inspect.Stack, report *policy.Report) {
	detailed := policy.IsTrue("", "set monitoring: true")
	for _, l := range launches(s) {
		v := l.value("monitoring", "monitoring.enabled")
		if l.Type == launchConfigType {
			if v = l.At("enableMonitoring"); v.Unset() { // on unless switched off
				report.Pass(l.Resource)
				continue
			}
		}
		if detailed.Judge(report, l.Resource, v) {
			report.Pass(l.Resource)
		}
	}
}
