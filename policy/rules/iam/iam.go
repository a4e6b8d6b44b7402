package iam

import (
	"regexp"
	"slices"
	"strings"

	"github.com/carebase/carebase/policy"
	"github.com/carebase/carebase/policy/inspect"
)

const passwordFix = "take the numbers of components/audit, which are those of AWS's conformance pack for HIPAA"

const (
	iamRoleType   = "aws:iam/role:Role"
	iamPolicyType = "aws:iam/policy:Policy"
	iamUserType   = "aws:iam/user:User"
	iamGroupType  = "aws:iam/group:Group"
)

// inlineTypes are policies that belong to one role, user or group.
var inlineTypes = []string{"aws:iam/rolePolicy:RolePolicy", "aws:iam/userPolicy:UserPolicy", "aws:iam/groupPolicy:GroupPolicy"}

func noInline(s *inspect.Stack, report *policy.Report) {
	const fix = "make it an iam.Policy and attach that with an iam.RolePolicyAttachment"
	for _, r := range s.Of(inlineTypes...) {
		report.Fail(r, "policy", "an inline policy", "a policy of its own, attached", fix)
	}
	none := policy.Expectation{Path: "inlinePolicies", Want: "none", Fix: fix, Holds: func(v inspect.Value) bool { return inspect.IsEmpty(v) }}
	for _, role := range s.Of(iamRoleType) {
		report.Expect(role, none)
	}
}

// eachGrant checks every policy that may give a principal permissions: problem says what is wrong with a statement that
// allows something. A policy that is only the boundary of permissions gives none.
func eachGrant(s *inspect.Stack, report *policy.Report, want, fix string, problem func(inspect.Statement) string) {
	worst := func(document []inspect.Statement) string {
		for _, c := range document {
			if c.Effect == "Allow" {
				if found := problem(c); found != "" {
					return c.Label() + " allows " + found
				}
			}
		}
		return ""
	}
	for _, r := range s.Of(append(slices.Clone(inlineTypes), iamPolicyType)...) {
		if !onlyBounds(s, r) && policy.JudgePolicy(report, r, r.At("policy"), want, fix, worst) {
			report.Pass(r)
		}
	}
	for _, role := range s.Of(iamRoleType) {
		good := true
		inline := inspect.Elements(role.At("inlinePolicies"))
		for _, one := range inline {
			if document := one.At("policy"); document.Unknown() || !document.Unset() {
				good = policy.JudgePolicy(report, role, document, want, fix, worst) && good
			}
		}
		if good && len(inline) > 0 {
			report.Pass(role)
		}
	}
}

func onlyBounds(s *inspect.Stack, document *inspect.Resource) bool {
	bounds := false
	for _, p := range s.Pointers()[document.URN] {
		if p.Property == "permissionsBoundary" {
			bounds = true
		} else if strings.HasPrefix(p.Property, "policyArn") || p.Property == "managedPolicyArns" {
			return false
		}
	}
	return bounds
}

// attaching are the properties that give a principal a managed policy.
var attaching = []struct{ typ, property string }{
	{"aws:iam/rolePolicyAttachment:RolePolicyAttachment", "policyArn"},
	{"aws:iam/userPolicyAttachment:UserPolicyAttachment", "policyArn"},
	{"aws:iam/groupPolicyAttachment:GroupPolicyAttachment", "policyArn"},
	{"aws:iam/policyAttachment:PolicyAttachment", "policyArn"},
	{"aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive", "policyArns[*]"},
	{"aws:iam/userPolicyAttachmentsExclusive:UserPolicyAttachmentsExclusive", "policyArns[*]"},
	{"aws:iam/groupPolicyAttachmentsExclusive:GroupPolicyAttachmentsExclusive", "policyArns[*]"},
	{iamRoleType, "managedPolicyArns[*]"},
}

// noneAttached checks that no policy of AWS's own of that name is attached.
func noneAttached(s *inspect.Stack, report *policy.Report, want, fix string, name *regexp.Regexp) {
	ours := policy.Expectation{Path: "", Want: want, Fix: fix, Holds: func(v inspect.Value) bool {
		_, path, managed := strings.Cut(v.Text(), ":iam::aws:policy/")
		return !managed || !name.MatchString(path[strings.LastIndex(path, "/")+1:])
	}}
	for _, way := range attaching {
		for _, r := range s.Of(way.typ) {
			if way.typ == iamRoleType && r.At("managedPolicyArns").Unset() {
				continue
			}
			good := true
			for _, v := range r.Each(way.property) {
				if s.Resolve(v, iamPolicyType) == nil { // the stack's own policies are looked at themselves
					good = ours.Judge(report, r, v) && good
				}
			}
			if good {
				report.Pass(r)
			}
		}
	}
}

var (
	administrator = regexp.MustCompile(`^(AdministratorAccess|PowerUserAccess)$`)
	fullAccess    = regexp.MustCompile(`FullAccess`)
)

func noAdministrators(s *inspect.Stack, report *policy.Report) {
	const want = "no permission for every action on every resource"
	const fix = "allow the actions that are needed, on the resources they are needed on"
	eachGrant(s, report, want, fix, func(c inspect.Statement) string {
		switch {
		case !slices.ContainsFunc(c.Resources, isEverything) && c.Text.At("NotResource").Unset():
			return ""
		case slices.ContainsFunc(c.Actions, isEverything):
			return "every action"
		case len(c.NotActions) > 0:
			return "every action but a few"
		}
		return ""
	})
	noneAttached(s, report, want, fix, administrator)
}

// isEverything is true for a pattern of nothing but wildcards: *, *:*.
func isEverything(pattern string) bool { return pattern != "" && strings.Trim(pattern, "*:") == "" }

func noFullAccess(s *inspect.Stack, report *policy.Report) {
	const want = "no permission for every action of a service"
	const fix = "name the actions; a pattern such as s3:Get* is narrow enough"
	eachGrant(s, report, want, fix, func(c inspect.Statement) string {
		for _, action := range c.Actions {
			if service := strings.TrimRight(action, "*"); service != action && (service == "" || strings.HasSuffix(service, ":")) {
				return action
			}
		}
		if len(c.NotActions) > 0 {
			return "whatever NotAction does not name"
		}
		return ""
	})
	noneAttached(s, report, want, fix, fullAccess)
}

// noBroadDecryption looks for the calls that AWS's rule blocks by default.
// https://docs.aws.amazon.com/config/latest/developerguide/iam-customer-policy-blocked-kms-actions.html
func noBroadDecryption(s *inspect.Stack, report *policy.Report) {
	const want = "kms:Decrypt and kms:ReEncryptFrom on named keys only"
	const fix = "name the key's ARN, or the keys by the condition kms:ResourceAliases"
	eachGrant(s, report, want, fix, func(c inspect.Statement) string {
		for _, action := range []string{"kms:Decrypt", "kms:ReEncryptFrom"} {
			allowed := inspect.Covers(c.Actions, action) || len(c.NotActions) > 0 && !inspect.Covers(c.NotActions, action)
			if allowed && everyKey(c) {
				return action + " with every key"
			}
		}
		return ""
	})
}

// everyKey is true for a statement on all keys of an account or region.
func everyKey(c inspect.Statement) bool {
	if slices.ContainsFunc(c.Conditions, func(condition inspect.Condition) bool {
		key := strings.ToLower(condition.Key)
		return (key == "kms:resourcealiases" || strings.HasPrefix(key, "aws:resourcetag/")) && !strings.HasSuffix(condition.Test, "IfExists") &&
			!strings.Contains(condition.Test, "Not") && !slices.Contains(condition.Values, "*")
	}) {
		return false
	}
	return !c.Text.At("NotResource").Unset() || slices.ContainsFunc(c.Resources, func(resource string) bool {
		parts := strings.SplitN(resource, ":", 6)
		return isEverything(resource) || len(parts) == 6 && inspect.Glob(parts[2], "kms") && (parts[5] == "*" || parts[5] == "key/*")
	})
}

// usersByGroups is about the users that a stack makes all the same: people sign in by federation, programs by roles.
func usersByGroups(s *inspect.Stack, report *policy.Report) {
	const fix = "let people sign in by IAM Identity Center and programs by roles; a user that has to be gets its permissions from a group"
	users, groups := s.Of(iamUserType), s.Of(iamGroupType)
	direct := []inspect.Attachments{
		s.Attachments(users, "user", inlineTypes[1], "aws:iam/userPolicyAttachment:UserPolicyAttachment"),
		s.Attachments(users, "users[*]", "aws:iam/policyAttachment:PolicyAttachment"),
	}
	const one, many = "aws:iam/userGroupMembership:UserGroupMembership", "aws:iam/groupMembership:GroupMembership"
	in := []inspect.Attachments{s.Attachments(users, "user", one), s.Attachments(users, "users[*]", many)}
	members := []inspect.Attachments{s.Attachments(groups, "groups[*]", one), s.Attachments(groups, "group", many)}
	for _, user := range users {
		good := anyOf(report, in, user, "UserGroupMembership", "a group", fix)
		for _, way := range direct {
			for _, document := range way.Of[user.URN] {
				good = false
				report.Fail(user, inspect.ShortName(document.Type), document.Name, "no policy of the user's own", fix)
			}
		}
		if good {
			report.Pass(user)
		}
	}
	for _, group := range groups {
		if anyOf(report, members, group, "UserGroupMembership", "a user", "take the group out, or name its users") {
			report.Pass(group)
		}
	}
}

// anyOf checks that the target has a companion of one of the kinds.
func anyOf(report *policy.Report, kinds []inspect.Attachments, target *inspect.Resource, property, want, fix string) bool {
	unplaced := false
	for _, kind := range kinds {
		if len(kind.Of[target.URN]) > 0 {
			return true
		}
		unplaced = unplaced || len(kind.Unplaced) > 0
	}
	if unplaced {
		report.Undecided(target, property, want)
		return false
	}
	report.Fail(target, property, "none", want, fix)
	return false
}
