package policy

import (
	"regexp"
	"slices"
	"strings"
)

var iamControls = []*Control{
	{
		ID: "IAM-1", Service: "IAM", Kind: Property, Severity: Medium,
		Title:     "No inline policies",
		Citations: []string{"164.308(a)(3)(i)", "164.308(a)(3)(ii)(A)", "164.308(a)(3)(ii)(B)", "164.308(a)(4)(i)", "164.308(a)(4)(ii)(A)", "164.308(a)(4)(ii)(B)", "164.308(a)(4)(ii)(C)", "164.312(a)(1)"},
		Config:    []string{"iam-no-inline-policy-check"},
		Nag:       []string{"IAMNoInlinePolicy"},
		Why:       "A policy within a role is in no list of policies: who reviews access does not see it.",
		check:     noInline,
	},
	{
		ID: "IAM-2", Service: "IAM", Kind: Relation, Severity: Critical,
		Title:     "No admin policy (Action * on Resource *)",
		Citations: []string{"164.308(a)(3)(i)", "164.308(a)(3)(ii)(A)", "164.308(a)(3)(ii)(B)", "164.308(a)(4)(i)", "164.308(a)(4)(ii)(A)", "164.308(a)(4)(ii)(B)", "164.308(a)(4)(ii)(C)", "164.312(a)(1)"},
		Config:    []string{"iam-policy-no-statements-with-admin-access"},
		Nag:       []string{"IAMPolicyNoStatementsWithAdminAccess"},
		Prowler:   []string{"iam_aws_attached_policy_no_administrative_privileges", "iam_customer_attached_policy_no_administrative_privileges", "iam_inline_policy_no_administrative_privileges"},
		Why:       "One leaked session of an administrator is the whole account, patient data and backups included.",
		check:     noAdministrators,
	},
	{
		ID: "IAM-3", Service: "IAM", Kind: Relation, Severity: High,
		Title:     "No service:* full access",
		Citations: []string{"164.308(a)(3)(i)", "164.308(a)(3)(ii)(A)", "164.308(a)(3)(ii)(B)", "164.308(a)(4)(i)", "164.308(a)(4)(ii)(A)", "164.308(a)(4)(ii)(B)", "164.308(a)(4)(ii)(C)", "164.312(a)(1)"},
		Config:    []string{"iam-policy-no-statements-with-full-access"},
		Nag:       []string{"IAMPolicyNoStatementsWithFullAccess"},
		Prowler:   []string{"iam_inline_policy_no_wildcard_marketplace_subscribe", "iam_policy_no_wildcard_marketplace_subscribe"},
		Why:       "Whoever may do everything in a service may also switch off its safeguards.",
		check:     noFullAccess,
	},
	{
		ID: "IAM-4", Service: "IAM", Kind: Relation, Severity: High,
		Title:     "No broad KMS actions",
		Citations: []string{"164.312(a)(2)(iv)"},
		Config:    []string{"iam-customer-policy-blocked-kms-actions", "iam-inline-policy-blocked-kms-actions"},
		Why:       "Whoever may decrypt with every key reads whatever he gets hold of, whichever data class its key was to keep apart.",
		check:     noBroadDecryption,
	},
	{
		ID: "IAM-5", Service: "IAM", Kind: Relation, Severity: Medium,
		Title:     "IAM users have their permissions by groups, and groups have users",
		Citations: []string{"164.308(a)(3)(i)", "164.308(a)(3)(ii)(A)", "164.308(a)(3)(ii)(B)", "164.308(a)(4)(i)", "164.308(a)(4)(ii)(A)", "164.308(a)(4)(ii)(B)", "164.308(a)(4)(ii)(C)", "164.312(a)(1)"},
		Config:    []string{"iam-user-no-policies-check"},
		Nag:       []string{"IAMUserNoPolicies", "IAMUserGroupMembership", "IAMGroupHasUsers"},
		Why:       "Permissions given to persons one by one stay when the person changes jobs; a group's are reviewed as one.",
		check:     usersByGroups,
	},
	{
		ID: "IAM-6", Service: "IAM", Kind: Presence, Severity: Medium, Applies: WherePHI,
		Title:     "Account password policy",
		Citations: []string{"164.308(a)(4)(ii)(B)", "164.308(a)(5)(ii)(D)", "164.312(d)"},
		Config:    []string{"iam-password-policy"},
		Prowler:   []string{"iam_password_policy_lowercase", "iam_password_policy_minimum_length_14", "iam_password_policy_number", "iam_password_policy_reuse_24", "iam_password_policy_symbol", "iam_password_policy_uppercase"},
		Why:       "A short password that is never changed is guessed, or bought from another site's leak.",
		check: exists(of("aws:iam/accountPasswordPolicy:AccountPasswordPolicy"),
			"once per account: turn on AccountDefaults of components/audit in one stack",
			atLeast("minimumPasswordLength", 14, passwordFix), isTrue("requireLowercaseCharacters", passwordFix),
			isTrue("requireUppercaseCharacters", passwordFix), isTrue("requireNumbers", passwordFix),
			isTrue("requireSymbols", passwordFix), atLeast("passwordReusePrevention", 24, passwordFix),
			expectation{"maxPasswordAge", "1 to 90", passwordFix, func(_ *Resource, v Value) bool {
				days, _ := v.Number()
				return 0 < days && days <= 90
			}}),
	},
}

const passwordFix = "take the numbers of components/audit, which are those of AWS's conformance pack for HIPAA"

const (
	iamRoleType   = "aws:iam/role:Role"
	iamPolicyType = "aws:iam/policy:Policy"
	iamUserType   = "aws:iam/user:User"
	iamGroupType  = "aws:iam/group:Group"
)

// inlineTypes are policies that belong to one role, user or group.
var inlineTypes = of("aws:iam/rolePolicy:RolePolicy", "aws:iam/userPolicy:UserPolicy", "aws:iam/groupPolicy:GroupPolicy")

func noInline(s *Stack, report *Report) {
	const fix = "make it an iam.Policy and attach that with an iam.RolePolicyAttachment"
	for _, r := range s.Of(inlineTypes...) {
		report.Fail(r, "policy", "an inline policy", "a policy of its own, attached", fix)
	}
	none := expectation{"inlinePolicies", "none", fix, func(_ *Resource, v Value) bool { return isEmpty(v) }}
	for _, role := range s.Of(iamRoleType) {
		role.expect(report, none)
	}
}

// eachGrant checks every policy that may give a principal permissions: problem says what is wrong with a statement that
// allows something. A policy that is only the boundary of permissions gives none.
func eachGrant(s *Stack, report *Report, want, fix string, problem func(clause) string) {
	worst := func(policy []clause) string {
		for _, c := range policy {
			if c.Effect == "Allow" {
				if found := problem(c); found != "" {
					return c.sid() + " allows " + found
				}
			}
		}
		return ""
	}
	for _, r := range s.Of(append(slices.Clone(inlineTypes), iamPolicyType)...) {
		if !s.onlyBounds(r) && judgePolicy(report, r, r.At("policy"), want, fix, worst) {
			report.Pass(r)
		}
	}
	for _, role := range s.Of(iamRoleType) {
		good := true
		inline := elements(role.At("inlinePolicies"))
		for _, one := range inline {
			if policy := one.At("policy"); policy.Unknown() || !policy.Unset() {
				good = judgePolicy(report, role, policy, want, fix, worst) && good
			}
		}
		if good && len(inline) > 0 {
			report.Pass(role)
		}
	}
}

func (s *Stack) onlyBounds(policy *Resource) bool {
	bounds := false
	for _, p := range s.pointers()[policy.URN] {
		if p.property == "permissionsBoundary" {
			bounds = true
		} else if strings.HasPrefix(p.property, "policyArn") || p.property == "managedPolicyArns" {
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
func noneAttached(s *Stack, report *Report, want, fix string, name *regexp.Regexp) {
	ours := expectation{"", want, fix, func(_ *Resource, v Value) bool {
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
				if s.Referent(v, iamPolicyType) == nil { // the stack's own policies are looked at themselves
					good = ours.judge(report, r, v) && good
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

func noAdministrators(s *Stack, report *Report) {
	const want = "no permission for every action on every resource"
	const fix = "allow the actions that are needed, on the resources they are needed on"
	eachGrant(s, report, want, fix, func(c clause) string {
		switch {
		case !slices.ContainsFunc(c.Resources, isEverything) && c.text.At("NotResource").Unset():
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

func noFullAccess(s *Stack, report *Report) {
	const want = "no permission for every action of a service"
	const fix = "name the actions; a pattern such as s3:Get* is narrow enough"
	eachGrant(s, report, want, fix, func(c clause) string {
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
func noBroadDecryption(s *Stack, report *Report) {
	const want = "kms:Decrypt and kms:ReEncryptFrom on named keys only"
	const fix = "name the key's ARN, or the keys by the condition kms:ResourceAliases"
	eachGrant(s, report, want, fix, func(c clause) string {
		for _, action := range []string{"kms:Decrypt", "kms:ReEncryptFrom"} {
			allowed := covers(c.Actions, action) || len(c.NotActions) > 0 && !covers(c.NotActions, action)
			if allowed && c.everyKey() {
				return action + " with every key"
			}
		}
		return ""
	})
}

// everyKey is true for a statement on all keys of an account or region.
func (c clause) everyKey() bool {
	if slices.ContainsFunc(c.Conditions, func(condition Condition) bool {
		key := strings.ToLower(condition.Key)
		return (key == "kms:resourcealiases" || strings.HasPrefix(key, "aws:resourcetag/")) && !strings.HasSuffix(condition.Test, "IfExists") &&
			!strings.Contains(condition.Test, "Not") && !slices.Contains(condition.Values, "*")
	}) {
		return false
	}
	return !c.text.At("NotResource").Unset() || slices.ContainsFunc(c.Resources, func(resource string) bool {
		parts := strings.SplitN(resource, ":", 6)
		return isEverything(resource) || len(parts) == 6 && glob(parts[2], "kms") && (parts[5] == "*" || parts[5] == "key/*")
	})
}

// usersByGroups is about the users that a stack makes all the same: people sign in by federation, programs by roles.
func usersByGroups(s *Stack, report *Report) {
	const fix = "let people sign in by IAM Identity Center and programs by roles; a user that has to be gets its permissions from a group"
	users, groups := s.Of(iamUserType), s.Of(iamGroupType)
	direct := []companions{
		s.companions(users, "user", inlineTypes[1], "aws:iam/userPolicyAttachment:UserPolicyAttachment"),
		s.companions(users, "users[*]", "aws:iam/policyAttachment:PolicyAttachment"),
	}
	const one, many = "aws:iam/userGroupMembership:UserGroupMembership", "aws:iam/groupMembership:GroupMembership"
	in := []companions{s.companions(users, "user", one), s.companions(users, "users[*]", many)}
	members := []companions{s.companions(groups, "groups[*]", one), s.companions(groups, "group", many)}
	for _, user := range users {
		good := anyOf(report, in, user, "UserGroupMembership", "a group", fix)
		for _, way := range direct {
			for _, policy := range way.of[user.URN] {
				good = false
				report.Fail(user, shortName(policy.Type), policy.Name, "no policy of the user's own", fix)
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
func anyOf(report *Report, kinds []companions, target *Resource, property, want, fix string) bool {
	unplaced := false
	for _, kind := range kinds {
		if len(kind.of[target.URN]) > 0 {
			return true
		}
		unplaced = unplaced || len(kind.unplaced) > 0
	}
	if unplaced {
		report.Undecided(target, property, want)
		return false
	}
	report.Fail(target, property, "none", want, fix)
	return false
}
