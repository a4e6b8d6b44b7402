package policy

import (
	"slices"
	"strings"
)

// managedBySSM wants a role that lets the host's agent register and open sessions, or the region's own default role
// for hosts; and no SSH key, which would be a second way in.
func managedBySSM(s *Stack, report *Report) {
	const want = "one whose role has AmazonSSMManagedInstanceCore, or what it allows"
	noKey := isUnset("", "leave keyName unset: sessions go through SSM")
	for _, l := range s.launches() {
		good := noKey.judge(report, l.Resource, l.value("keyName", "keyName"))
		profile := l.value("iamInstanceProfile", "iamInstanceProfile")
		switch managed := s.managed(l, profile); managed {
		case Undecidable:
			good = false
			report.Undecided(l.Resource, profile.Path(), want)
		case NonCompliant:
			good = false
			report.Fail(l.Resource, profile.Path(), profile.Show(), want,
				"attach AmazonSSMManagedInstanceCore to the role of the host's instance profile")
		}
		if good {
			report.Pass(l.Resource)
		}
	}
}

// managed says whether the host's agent may register with Systems Manager.
func (s *Stack) managed(l launch, profile Value) Outcome {
	for _, setting := range s.Of("aws:ssm/serviceSetting:ServiceSetting") {
		if regionOf(setting) == regionOf(l.Resource) && setting.At("settingValue").Text() != "$None" && // which switches it off
			strings.HasSuffix(setting.At("settingId").Text(), "/ssm/managed-instance/default-ec2-instance-management-role") {
			return Compliant
		}
	}
	instanceProfile := s.Referent(profile, "aws:iam/instanceProfile:InstanceProfile")
	if instanceProfile == nil {
		if profile.Unknown() {
			return Undecidable
		}
		return NonCompliant
	}
	role := s.Referent(instanceProfile.At("role"), "aws:iam/role:Role")
	if role == nil {
		return NonCompliant
	}
	result := NonCompliant
	for _, policy := range s.policiesOf(role) {
		switch s.letsAgentIn(policy) {
		case Compliant:
			return Compliant
		case Undecidable:
			result = Undecidable
		}
	}
	return result
}

// policiesOf are the policies that a role has, in all the ways to give it some: ARNs, and documents.
func (s *Stack) policiesOf(role *Resource) []Value {
	found := elements(role.At("managedPolicyArns"))
	for _, inline := range elements(role.At("inlinePolicies")) {
		found = append(found, inline.At("policy"))
	}
	for _, way := range []struct{ typ, target, policy string }{
		{"aws:iam/rolePolicyAttachment:RolePolicyAttachment", "role", "policyArn"},
		{"aws:iam/policyAttachment:PolicyAttachment", "roles", "policyArn"},
		{"aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive", "roleName", "policyArns"},
		{"aws:iam/rolePolicy:RolePolicy", "role", "policy"},
	} {
		for _, r := range s.Pointing(role, way.typ, way.target) {
			v := r.At(way.policy)
			if list := elements(v); len(list) > 0 {
				found = append(found, list...)
			} else {
				found = append(found, v)
			}
		}
	}
	return found
}

// agentActions are those without which the agent neither registers nor opens a session.
var agentActions = []string{"ssm:UpdateInstanceInformation", "ssmmessages:CreateControlChannel", "ssmmessages:OpenDataChannel"}

// letsAgentIn looks at a policy: AWS's own by its ARN, others by their document.
func (s *Stack) letsAgentIn(policy Value) Outcome {
	if strings.HasSuffix(policy.Text(), ":iam::aws:policy/AmazonSSMManagedInstanceCore") {
		return Compliant
	}
	document := policy
	if own := s.Referent(policy, "aws:iam/policy:Policy"); own != nil && !strings.HasPrefix(policy.Text(), "{") {
		document = own.At("policy")
	}
	if document.Unknown() {
		return Undecidable
	}
	found, _ := statements(document)
	for _, action := range agentActions {
		if !slices.ContainsFunc(found, func(one Statement) bool {
			return one.Effect == "Allow" && slices.ContainsFunc(one.Actions, func(pattern string) bool {
				return glob(strings.ToLower(pattern), strings.ToLower(action))
			})
		}) {
			return NonCompliant
		}
	}
	return Compliant
}
