package ec2

import (
	"slices"
	"strings"

	"github.com/carebase/carebase/policy"
	"github.com/carebase/carebase/policy/inspect"
)

// managedBySSM wants a role that lets the host's agent register and open sessions, or the region's own default role
// for hosts; and no SSH key, which would be a second way in.
func managedBySSM(s *inspect.Stack, report *policy.Report) {
	const want = "one whose role has AmazonSSMManagedInstanceCore, or what it allows"
	noKey := policy.IsUnset("", "leave keyName unset: sessions go through SSM")
	for _, l := range launches(s) {
		good := noKey.Judge(report, l.Resource, l.value("keyName", "keyName"))
		profile := l.value("iamInstanceProfile", "iamInstanceProfile")
		switch managed := isManaged(s, l, profile); managed {
		case inspect.Unknown:
			good = false
			report.Undecided(l.Resource, profile.Path(), want)
		case inspect.No:
			good = false
			report.Fail(l.Resource, profile.Path(), profile.Show(), want,
				"attach AmazonSSMManagedInstanceCore to the role of the host's instance profile")
		}
		if good {
			report.Pass(l.Resource)
		}
	}
}

// isManaged says whether the host's agent may register with Systems Manager.
func isManaged(s *inspect.Stack, l launch, profile inspect.Value) inspect.Answer {
	for _, setting := range s.Of("aws:ssm/serviceSetting:ServiceSetting") {
		if inspect.RegionOf(setting) == inspect.RegionOf(l.Resource) && setting.At("settingValue").Text() != "$None" && // which switches it off
			strings.HasSuffix(setting.At("settingId").Text(), "/ssm/managed-instance/default-ec2-instance-management-role") {
			return inspect.Yes
		}
	}
	instanceProfile := s.Resolve(profile, "aws:iam/instanceProfile:InstanceProfile")
	if instanceProfile == nil {
		if profile.Unknown() {
			return inspect.Unknown
		}
		return inspect.No
	}
	role := s.Resolve(instanceProfile.At("role"), "aws:iam/role:Role")
	if role == nil {
		return inspect.No
	}
	result := inspect.No
	for _, document := range policiesOf(s, role) {
		switch letsAgentIn(s, document) {
		case inspect.Yes:
			return inspect.Yes
		case inspect.Unknown:
			result = inspect.Unknown
		}
	}
	return result
}

// policiesOf are the policies that a role has, in all the ways to give it some: ARNs, and documents.
func policiesOf(s *inspect.Stack, role *inspect.Resource) []inspect.Value {
	found := inspect.Elements(role.At("managedPolicyArns"))
	for _, inline := range inspect.Elements(role.At("inlinePolicies")) {
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
			if list := inspect.Elements(v); len(list) > 0 {
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
func letsAgentIn(s *inspect.Stack, policyDocument inspect.Value) inspect.Answer {
	if strings.HasSuffix(policyDocument.Text(), ":iam::aws:policy/AmazonSSMManagedInstanceCore") {
		return inspect.Yes
	}
	document := policyDocument
	if own := s.Resolve(policyDocument, "aws:iam/policy:Policy"); own != nil && !strings.HasPrefix(policyDocument.Text(), "{") {
		document = own.At("policy")
	}
	if document.Unknown() {
		return inspect.Unknown
	}
	found, _ := inspect.Statements(document)
	for _, action := range agentActions {
		if !slices.ContainsFunc(found, func(one inspect.Statement) bool {
			return one.Effect == "Allow" && slices.ContainsFunc(one.Actions, func(pattern string) bool {
				return inspect.Glob(strings.ToLower(pattern), strings.ToLower(action))
			})
		}) {
			return inspect.No
		}
	}
	return inspect.Yes
}
