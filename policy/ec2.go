package policy

import "slices"

var ec2Controls = []*Control{
	{
		ID: "EC2-1", Service: "EC2", Kind: Relation, Severity: High,
		Title:     "IMDSv2 required",
		Citations: []string{"164.308(a)(3)(i)", "164.308(a)(4)(ii)(A)", "164.308(a)(4)(ii)(C)", "164.312(a)(1)"},
		Config:    []string{"ec2-imdsv2-check"},
		Nag:       []string{"EC2IMDSv2Enabled"},
		Prowler:   []string{"ec2_confidential_workload_host_imdsv2_not_enforced"},
		Why:       "Version 1 of the metadata service gives the host's credentials to whoever makes it send one request, as a flaw in a web application does.",
		check:     imdsV2,
	},
	{
		ID: "EC2-2", Service: "EC2", Kind: Relation, Severity: High,
		Title:     "No public IP",
		Citations: []string{"164.308(a)(3)(i)", "164.308(a)(4)(ii)(A)", "164.308(a)(4)(ii)(C)", "164.312(a)(1)", "164.312(e)(1)"},
		Config:    []string{"ec2-instance-no-public-ip"},
		Nag:       []string{"EC2InstanceNoPublicIp"},
		Prowler:   []string{"ec2_instance_public_ip", "ec2_confidential_workload_host_public_ip"},
		Why:       "A host with a public address is tried by everyone from its first minute.",
		check:     noPublicAddress,
	},
	{
		ID: "EC2-3", Service: "EC2", Kind: Relation, Severity: Medium,
		Title:     "Instance profile attached",
		Citations: []string{"164.308(a)(3)(i)", "164.308(a)(3)(ii)(A)", "164.308(a)(4)(ii)(A)", "164.308(a)(4)(ii)(B)", "164.308(a)(4)(ii)(C)", "164.312(a)(1)"},
		Config:    []string{"ec2-instance-profile-attached"},
		Nag:       []string{"EC2InstanceProfileAttached"},
		Why:       "A host without a role gets its permissions from long-lived keys in a file, which nobody rotates and which leak.",
		check: eachLaunch("iamInstanceProfile", "iamInstanceProfile",
			isSet("", "give the host an instance profile with a role of its own")),
	},
	{
		ID: "EC2-4", Service: "EC2", Kind: Relation, Severity: High,
		Title:     "Instance inside a VPC",
		Citations: []string{"164.308(a)(3)(i)", "164.308(a)(4)(ii)(A)", "164.308(a)(4)(ii)(C)", "164.312(a)(1)", "164.312(e)(1)"},
		Config:    []string{"ec2-instances-in-vpc"},
		Nag:       []string{"EC2InstancesInVPC"},
		Why:       "Outside a private subnet only the host's own security group stands between it and the internet.",
		check:     inPrivateSubnet,
	},
	{
		ID: "EC2-5", Service: "EC2", Kind: Relation, Severity: High,
		Title:     "EBS volumes encrypted",
		Citations: []string{"164.312(a)(2)(iv)", "164.312(e)(2)(ii)"},
		Config:    []string{"encrypted-volumes"},
		Prowler:   []string{"ec2_ebs_volume_encryption"},
		Why:       "What is left on a disk or in its snapshots is readable by whoever gets hold of it, unless the account's own key guards it.",
		check:     volumesEncrypted,
	},
	{
		ID: "EC2-6", Service: "EC2", Kind: Presence, Severity: Medium, Applies: WherePHI,
		Title:     "EBS encryption by default",
		Citations: []string{"164.312(a)(2)(iv)", "164.312(e)(2)(ii)"},
		Config:    []string{"ec2-ebs-encryption-by-default"},
		Prowler:   []string{"ec2_ebs_default_encryption"},
		Why:       "A volume that somebody makes by hand, or an AMI brings along, is encrypted only where the region says that all are.",
		check:     encryptedByDefault,
	},
	{
		ID: "EC2-7", Service: "EC2", Kind: Relation, Severity: Low,
		Title:     "EBS optimised",
		Citations: []string{"164.308(a)(7)(i)"},
		Nag:       []string{"EC2EBSOptimizedInstance"},
		Why:       "On types that share the network between disk and traffic, load on one starves the other.",
		check:     ebsOptimised,
	},
	{
		ID: "EC2-8", Service: "EC2", Kind: Relation, Severity: Low,
		Title:     "Detailed monitoring",
		Citations: []string{"164.312(b)"},
		Nag:       []string{"EC2InstanceDetailedMonitoringEnabled"},
		Why:       "Five minutes between measurements hide what happened in between.",
		check:     detailedMonitoring,
	},
	{
		ID: "EC2-9", Service: "EC2", Kind: Relation, Severity: Medium,
		Title:     "Managed by Systems Manager",
		Citations: []string{"164.308(a)(5)(ii)(B)"},
		Config:    []string{"ec2-instance-managed-by-systems-manager"},
		Prowler:   []string{"ec2_instance_managed_by_ssm"},
		Why:       "A host that Systems Manager does not manage is not patched, and people reach it by SSH keys of which no log says who used them.",
		check:     managedBySSM,
	},
	{
		ID: "EC2-10", Service: "EC2", Kind: Relation, Severity: High, Applies: WherePHI,
		Title:     "EC2/EBS covered by a backup plan",
		Citations: []string{"164.308(a)(7)(i)", "164.308(a)(7)(ii)(A)", "164.308(a)(7)(ii)(B)"},
		Config:    []string{"ec2-resources-protected-by-backup-plan", "ebs-in-backup-plan"},
		Nag:       []string{"EC2EBSInBackupPlan"},
		Why:       "A host or volume that no backup takes is lost with its disk.",
		check:     hostsBackedUp,
	},
}

// sameRegion is the first resource of that type in r's region: a setting of account and region.
func (s *Stack) sameRegion(r *Resource, typ string) *Resource {
	for _, one := range s.Of(typ) {
		if regionOf(one) == regionOf(r) {
			return one
		}
	}
	return nil
}

// imdsV2 looks at templates by themselves, too. What sets nothing takes the region's default, where the stack sets one.
func imdsV2(s *Stack, report *Report) {
	tokens := isOneOf("", "set metadataOptions.httpTokens: required", "required")
	for _, r := range s.Of(slices.Concat(instances, of(launchTemplateType, launchConfigType))...) {
		l := launch{r, s.Referent(r.At("launchTemplate"), launchTemplateType)}
		if l.value("metadataOptions.httpEndpoint", "metadataOptions.httpEndpoint").Text() == "disabled" {
			report.Pass(r)
			continue
		}
		v := l.value("metadataOptions.httpTokens", "metadataOptions.httpTokens")
		if defaults := s.sameRegion(r, "aws:ec2/instanceMetadataDefaults:InstanceMetadataDefaults"); v.Unset() && defaults != nil {
			v = defaults.At("httpTokens")
		}
		if tokens.judge(report, r, v) {
			report.Pass(r)
		}
	}
}

// inPrivateSubnet checks that every host says in which subnet it is, and that this is none with a way out, where the
// stack can see that.
func inPrivateSubnet(s *Stack, report *Report) {
	private := expectation{"", "a private subnet", "name a private subnet of components/network",
		func(r *Resource, v Value) bool {
			if s.Referent(v, "aws:ec2/defaultSubnet:DefaultSubnet") != nil || v.Unset() {
				return false
			}
			return !slices.ContainsFunc(s.Referents(v), func(one *Resource) bool {
				return one.Type == subnetType && s.isPublicSubnet(one)
			})
		}}
	for _, l := range s.launches() {
		if l.Type == launchTemplateType || l.Type == launchConfigType {
			continue // their groups say where
		}
		where := l.value("subnetId", "networkInterfaces[0].subnetId")
		for _, own := range []string{"networkInterfaces[0].networkInterfaceId", "primaryNetworkInterface.networkInterfaceId"} {
			if v := l.At(own); where.Unset() && !v.Unset() {
				where = v // an interface is always in a subnet; in which, the stack may know
			}
		}
		for _, nic := range s.interfaces(l.Resource) {
			where = nic.At("subnetId")
		}
		if private.judge(report, l.Resource, where) {
			report.Pass(l.Resource)
		}
	}
	for _, group := range s.Of(scalingGroupType) {
		if private.judge(report, group, group.At("vpcZoneIdentifiers")) {
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

func ebsOptimised(s *Stack, report *Report) {
	optimised := isTrue("", "set ebsOptimized: true, or take a type of this decade")
	for _, l := range s.launches() {
		typ := l.value("instanceType", "instanceType")
		switch {
		case typ.Unknown():
			report.Undecided(l.Resource, typ.Path(), "a type that is EBS-optimised")
		case !slices.Contains(notOptimised, typ.Text()) || optimised.judge(report, l.Resource, l.value("ebsOptimized", "ebsOptimized")):
			report.Pass(l.Resource)
		}
	}
}

func detailedMonitoring(s *Stack, report *Report) {
	detailed := isTrue("", "set monitoring: true")
	for _, l := range s.launches() {
		v := l.value("monitoring", "monitoring.enabled")
		if l.Type == launchConfigType {
			if v = l.At("enableMonitoring"); v.Unset() { // on unless switched off
				report.Pass(l.Resource)
				continue
			}
		}
		if detailed.judge(report, l.Resource, v) {
			report.Pass(l.Resource)
		}
	}
}
