// Package iam has the controls of AWS IAM.
package iam

import (
	"github.com/carebase/carebase/policy"
	"github.com/carebase/carebase/policy/inspect"
)

// Controls of this package, in the order in which reports list them.
var Controls = []*policy.Control{
	{
		ID: "IAM-1", Service: "IAM", Kind: policy.Property, Severity: policy.Medium,
		Title:     "No inline policies",
		Citations: []string{"164.308(a)(3)(i)", "164.308(a)(3)(ii)(A)", "164.308(a)(3)(ii)(B)", "164.308(a)(4)(i)", "164.308(a)(4)(ii)(A)", "164.308(a)(4)(ii)(B)", "164.308(a)(4)(ii)(C)", "164.312(a)(1)"},
		Config:    []string{"iam-no-inline-policy-check"},
		Nag:       []string{"IAMNoInlinePolicy"},
		Why:       "A policy within a role is in no list of policies: who reviews access does not see it.",
		Check:     noInline,
	},
	{
		ID: "IAM-2", Service: "IAM", Kind: policy.Relation, Severity: policy.Critical,
		Title:     "No admin policy (Action * on Resource *)",
		Citations: []string{"164.308(a)(3)(i)", "164.308(a)(3)(ii)(A)", "164.308(a)(3)(ii)(B)", "164.308(a)(4)(i)", "164.308(a)(4)(ii)(A)", "164.308(a)(4)(ii)(B)", "164.308(a)(4)(ii)(C)", "164.312(a)(1)"},
		Config:    []string{"iam-policy-no-statements-with-admin-access"},
		Nag:       []string{"IAMPolicyNoStatementsWithAdminAccess"},
		Prowler:   []string{"iam_aws_attached_policy_no_administrative_privileges", "iam_customer_attached_policy_no_administrative_privileges", "iam_inline_policy_no_administrative_privileges"},
		Why:       "One leaked session of an administrator is the whole account, patient data and backups included.",
		Check:     noAdministrators,
	},
	{
		ID: "IAM-3", Service: "IAM", Kind: policy.Relation, Severity: policy.High,
		Title:     "No service:* full access",
		Citations: []string{"164.308(a)(3)(i)", "164.308(a)(3)(ii)(A)", "164.308(a)(3)(ii)(B)", "164.308(a)(4)(i)", "164.308(a)(4)(ii)(A)", "164.308(a)(4)(ii)(B)", "164.308(a)(4)(ii)(C)", "164.312(a)(1)"},
		Config:    []string{"iam-policy-no-statements-with-full-access"},
		Nag:       []string{"IAMPolicyNoStatementsWithFullAccess"},
		Prowler:   []string{"iam_inline_policy_no_wildcard_marketplace_subscribe", "iam_policy_no_wildcard_marketplace_subscribe"},
		Why:       "Whoever may do everything in a service may also switch off its safeguards.",
		Check:     noFullAccess,
	},
	{
		ID: "IAM-4", Service: "IAM", Kind: policy.Relation, Severity: policy.High,
		Title:     "No broad KMS actions",
		Citations: []string{"164.312(a)(2)(iv)"},
		Config:    []string{"iam-customer-policy-blocked-kms-actions", "iam-inline-policy-blocked-kms-actions"},
		Why:       "Whoever may decrypt with every key reads whatever he gets hold of, whichever data class its key was to keep apart.",
		Check:     noBroadDecryption,
	},
	{
		ID: "IAM-5", Service: "IAM", Kind: policy.Relation, Severity: policy.Medium,
		Title:     "IAM users have their permissions by groups, and groups have users",
		Citations: []string{"164.308(a)(3)(i)", "164.308(a)(3)(ii)(A)", "164.308(a)(3)(ii)(B)", "164.308(a)(4)(i)", "164.308(a)(4)(ii)(A)", "164.308(a)(4)(ii)(B)", "164.308(a)(4)(ii)(C)", "164.312(a)(1)"},
		Config:    []string{"iam-user-no-policies-check"},
		Nag:       []string{"IAMUserNoPolicies", "IAMUserGroupMembership", "IAMGroupHasUsers"},
		Why:       "Permissions given to persons one by one stay when the person changes jobs; a group's are reviewed as one.",
		Check:     usersByGroups,
	},
	{
		ID: "IAM-6", Service: "IAM", Kind: policy.Presence, Severity: policy.Medium, Applies: policy.WherePHI,
		Title:     "Account password policy",
		Citations: []string{"164.308(a)(4)(ii)(B)", "164.308(a)(5)(ii)(D)", "164.312(d)"},
		Config:    []string{"iam-password-policy"},
		Prowler:   []string{"iam_password_policy_lowercase", "iam_password_policy_minimum_length_14", "iam_password_policy_number", "iam_password_policy_reuse_24", "iam_password_policy_symbol", "iam_password_policy_uppercase"},
		Why:       "A short password that is never changed is guessed, or bought from another site's leak.",
		Check: policy.Exists([]string{"aws:iam/accountPasswordPolicy:AccountPasswordPolicy"},
			"once per account: turn on AccountDefaults of components/audit in one stack",
			policy.AtLeast("minimumPasswordLength", 14, passwordFix), policy.IsTrue("requireLowercaseCharacters", passwordFix),
			policy.IsTrue("requireUppercaseCharacters", passwordFix), policy.IsTrue("requireNumbers", passwordFix),
			policy.IsTrue("requireSymbols", passwordFix), policy.AtLeast("passwordReusePrevention", 24, passwordFix),
			policy.Expectation{Path: "maxPasswordAge", Want: "1 to 90", Fix: passwordFix, Holds: func(v inspect.Value) bool {
				days, _ := v.Number()
				return 0 < days && days <= 90
			}}),
	},
}
