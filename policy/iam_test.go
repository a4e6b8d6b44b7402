package policy

import (
	"slices"

	"github.com/carebase/carebase/graph"
)

const accountPasswords = "aws:iam/accountPasswordPolicy:AccountPasswordPolicy"

// allowed is a statement of a principal's policy.
func allowed(changes statement) statement {
	return changed(statement{"Sid": "Work", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::files/*"}, changes)
}

// grantedBy are the kinds of policies that give permissions, each of the statement.
func grantedBy(about string, s statement) []example {
	found := []example{{about: about + ", in a list", resources: []*graph.Resource{res(iamPolicyType, "policy", policyOf(allowed(nil), s))}}}
	for _, typ := range append(slices.Clone(inlineTypes), iamPolicyType) {
		found = append(found, example{about: about + ": " + shortName(typ), resources: []*graph.Resource{
			res(typ, "policy", in{"policy": asJSON(in{"Statement": s})}),
		}})
	}
	for i := range found {
		found[i].property = "policy"
	}
	return append(found,
		example{about: about + ": within a role", property: "inlinePolicies[0].policy", resources: []*graph.Resource{
			res(iamRoleType, "role", in{"inlinePolicies": []any{in{"name": "x", "policy": asJSON(in{"Statement": s})}}}),
		}},
		example{about: about + ": an object", property: "policy", resources: []*graph.Resource{res(iamPolicyType, "policy", in{"policy": in{"Statement": []any{s}}})}})
}

// attachedBy are the ways to give a principal a policy of AWS's own.
func attachedBy(policy string) []example {
	arn := "arn:aws:iam::aws:policy/" + policy
	var found []example
	for _, way := range attaching {
		property, inputs := "policyArn", in{"policyArn": arn}
		if way.property != property {
			list := way.property[:len(way.property)-len("[*]")]
			property, inputs = list+"[1]", in{list: []any{"arn:aws:iam::111122223333:policy/x", arn}}
		}
		found = append(found, example{about: policy + " by " + shortName(way.typ), property: property, resources: []*graph.Resource{res(way.typ, "attached", inputs)}})
	}
	return found
}

// unknownPolicies are undecided for every control that reads them.
var unknownPolicies = []example{
	{about: "policy not known", resources: []*graph.Resource{res(iamPolicyType, "policy", in{"policy": unknown})}},
	{about: "within a role not known", resources: []*graph.Resource{res(iamRoleType, "role", in{"inlinePolicies": []any{in{"policy": unknown}}})}},
	{about: "list within a role not known", resources: []*graph.Resource{res(iamRoleType, "role", in{"inlinePolicies": unknown})}},
	{about: "a part not known", resources: []*graph.Resource{res(iamPolicyType, "policy", in{"policy": in{"Statement": []any{allowed(statement{"Resource": unknown})}}})}},
}

var unknownAttachment = example{about: "attached policy not known", resources: []*graph.Resource{res(attaching[0].typ, "attached", in{"policyArn": unknown})}}

func boundary(s statement, more ...*graph.Resource) []*graph.Resource {
	return append([]*graph.Resource{
		res(iamPolicyType, "boundary", policyOf(s)), res(iamPolicyType, "other", policyOf(allowed(nil))),
		res(iamRoleType, "role", in{"permissionsBoundary": ref(iamPolicyType, "boundary", "arn")}),
	}, more...)
}

// harmless is what satisfies IAM-2 to IAM-4.
var harmless = []example{
	{about: "named actions on named resources", resources: []*graph.Resource{res(iamPolicyType, "policy", policyOf(allowed(nil)))}},
	{about: "within a role", resources: []*graph.Resource{res(iamRoleType, "role", in{"inlinePolicies": []any{in{"name": "x", "policy": asJSON(in{"Statement": allowed(nil)})}}})}},
	{about: "what has no resource", resources: []*graph.Resource{res(iamPolicyType, "policy", policyOf(allowed(statement{"Action": "s3:ListAllMyBuckets", "Resource": "*"})))}},
	{about: "everything denied", resources: []*graph.Resource{res(iamPolicyType, "policy", policyOf(allowed(statement{"Effect": "Deny", "Action": "*", "Resource": "*"})))}},
	{about: "a boundary", resources: boundary(allowed(statement{"Action": "*", "Resource": "*"}))},
	{about: "an attachment of the stack's own policy, not made yet", resources: []*graph.Resource{
		res(iamPolicyType, "policy", policyOf(allowed(nil))),
		waitsFor(res(attaching[0].typ, "attached", in{"policyArn": unknown}), "policyArn", urnOf(iamPolicyType, "policy")),
	}},
}

var serviceRole = example{about: "a policy of AWS's for a service", resources: []*graph.Resource{
	res(attaching[0].typ, "attached", in{"policyArn": "arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole"}),
}}

func inTeam(more ...*graph.Resource) []*graph.Resource {
	return append([]*graph.Resource{
		res(iamUserType, "person", in{"name": "person"}), res(iamGroupType, "team", in{"name": "team"}),
		res("aws:iam/userGroupMembership:UserGroupMembership", "membership", in{"user": ref(iamUserType, "person", "name"), "groups": []any{ref(iamGroupType, "team", "name")}}),
	}, more...)
}

func passwords(changes in) []*graph.Resource {
	return []*graph.Resource{res(accountPasswords, "passwords", changed(in{
		"minimumPasswordLength": 14, "requireLowercaseCharacters": true, "requireUppercaseCharacters": true, "requireNumbers": true,
		"requireSymbols": true, "passwordReusePrevention": 24, "maxPasswordAge": 90,
	}, changes))}
}

// weakPasswords break each part of the policy.
func weakPasswords() []example {
	found := []example{{about: "none", property: "AccountPasswordPolicy", resources: []*graph.Resource{}}}
	for property, weak := range map[string]any{
		"minimumPasswordLength": 13, "requireLowercaseCharacters": false, "requireUppercaseCharacters": false, "requireNumbers": false,
		"requireSymbols": false, "passwordReusePrevention": 23, "maxPasswordAge": 91,
	} {
		found = append(found,
			example{about: property + " weak", property: property, resources: passwords(in{property: weak})},
			example{about: property + " not set", property: property, resources: passwords(in{property: nil})})
	}
	return append(found, example{about: "no age", property: "maxPasswordAge", resources: passwords(in{"maxPasswordAge": 0})})
}

var iamFixtures = map[string]fixture{
	"IAM-1": {
		satisfied: []example{
			{about: "a role", resources: []*graph.Resource{res(iamRoleType, "role", in{}), res(iamPolicyType, "policy", policyOf(allowed(nil)))}},
			{about: "a role that is to have none", resources: []*graph.Resource{res(iamRoleType, "role", in{"inlinePolicies": []any{in{}}})}},
		},
		violated: []example{
			{about: "a role's", property: "policy", resources: []*graph.Resource{res(inlineTypes[0], "policy", policyOf(allowed(nil)))}},
			{about: "a user's", property: "policy", resources: []*graph.Resource{res(inlineTypes[1], "policy", policyOf(allowed(nil)))}},
			{about: "a group's", property: "policy", resources: []*graph.Resource{res(inlineTypes[2], "policy", in{"policy": unknown})}},
			{about: "within a role", property: "inlinePolicies", resources: []*graph.Resource{res(iamRoleType, "role", in{"inlinePolicies": []any{in{"name": "x", "policy": "{}"}}})}},
		},
		undecided: []example{{about: "not known", resources: []*graph.Resource{res(iamRoleType, "role", in{"inlinePolicies": unknown})}}},
	},
	"IAM-2": {
		satisfied: append(slices.Clone(harmless), serviceRole,
			example{about: "everything on one bucket, which IAM-3 forbids", resources: []*graph.Resource{res(iamPolicyType, "policy", policyOf(allowed(statement{"Action": "*"})))}}),
		violated: slices.Concat(
			grantedBy("everything", allowed(statement{"Action": "*", "Resource": "*"})),
			grantedBy("everything, in lists", allowed(statement{"Action": []any{"s3:GetObject", "*"}, "Resource": []any{"arn:aws:s3:::x", "*"}})),
			grantedBy("everything of every service", allowed(statement{"Action": "*:*", "Resource": "*"})),
			grantedBy("everything but IAM", allowed(statement{"Action": nil, "NotAction": "iam:*", "Resource": "*"})),
			grantedBy("everything elsewhere", allowed(statement{"Action": "*", "Resource": nil, "NotResource": "arn:aws:s3:::x"})),
			grantedBy("everything, with a second factor", allowed(statement{"Action": "*", "Resource": "*", "Condition": in{"Bool": in{"aws:MultiFactorAuthPresent": "true"}}})),
			attachedBy("AdministratorAccess"), attachedBy("PowerUserAccess"),
			[]example{
				{about: "a boundary that is attached too", property: "policy", resources: boundary(allowed(statement{"Action": "*", "Resource": "*"}),
					res(attaching[0].typ, "attached", in{"policyArn": ref(iamPolicyType, "boundary", "arn")}))},
				{about: "a boundary that a role has, too", property: "policy", resources: boundary(allowed(statement{"Action": "*", "Resource": "*"}),
					res(iamRoleType, "managed", in{"managedPolicyArns": []any{ref(iamPolicyType, "boundary", "arn")}}))},
				{about: "no JSON", property: "policy", resources: []*graph.Resource{res(iamPolicyType, "policy", in{"policy": "everything"})}},
			}),
		undecided: append(slices.Clone(unknownPolicies), unknownAttachment),
	},
	"IAM-3": {
		satisfied: append(slices.Clone(harmless), serviceRole, example{about: "a pattern", resources: []*graph.Resource{res(iamPolicyType, "policy", policyOf(allowed(statement{"Action": []any{"s3:Get*", "s3:List*"}})))}}),
		violated: slices.Concat(
			grantedBy("a service", allowed(statement{"Action": "s3:*"})),
			grantedBy("a service, among others", allowed(statement{"Action": []any{"s3:GetObject", "kms:*"}, "Resource": "*"})),
			grantedBy("every service", allowed(statement{"Action": "*"})),
			grantedBy("a service, with more stars", allowed(statement{"Action": "dynamodb:**"})),
			grantedBy("everything but", allowed(statement{"Action": nil, "NotAction": []any{"iam:*"}})),
			attachedBy("AmazonS3FullAccess"), attachedBy("job-function/ViewFullAccess"), attachedBy("AmazonDynamoDBFullAccess_v2"),
		),
		undecided: append(slices.Clone(unknownPolicies), unknownAttachment),
	},
	"IAM-4": {
		satisfied: append(slices.Clone(harmless),
			example{about: "a key", resources: []*graph.Resource{res(iamPolicyType, "policy", policyOf(allowed(statement{
				"Action": []any{"kms:Decrypt", "kms:ReEncrypt*"}, "Resource": ref(keyType, "data", "arn"),
			})))}},
			example{about: "a key by its ARN", resources: []*graph.Resource{res(iamPolicyType, "policy", policyOf(allowed(statement{
				"Action": "kms:*", "Resource": "arn:aws:kms:us-east-1:111122223333:key/1a2b",
			})))}},
			example{about: "keys by their alias", resources: []*graph.Resource{res(iamPolicyType, "policy", policyOf(allowed(statement{
				"Action": "kms:Decrypt", "Resource": "*", "Condition": in{"ForAnyValue:StringEquals": in{"kms:ResourceAliases": "alias/app"}},
			})))}},
			example{about: "harmless calls", resources: []*graph.Resource{res(iamPolicyType, "policy", policyOf(allowed(statement{
				"Action": []any{"kms:DescribeKey", "kms:List*", "kms:GenerateRandom"}, "Resource": "*",
			})))}},
			example{about: "everything but KMS", resources: []*graph.Resource{res(iamPolicyType, "policy", policyOf(allowed(statement{"Action": nil, "NotAction": "kms:*", "Resource": "*"})))}}),
		violated: slices.Concat(
			grantedBy("decryption", allowed(statement{"Action": "kms:Decrypt", "Resource": "*"})),
			grantedBy("re-encryption", allowed(statement{"Action": []any{"kms:reencryptfrom"}, "Resource": []any{"*"}})),
			grantedBy("re-encryption, by a pattern", allowed(statement{"Action": "kms:ReEncrypt*", "Resource": "*"})),
			grantedBy("decryption by a pattern", allowed(statement{"Action": "kms:De*", "Resource": "*"})),
			grantedBy("KMS", allowed(statement{"Action": "kms:*", "Resource": "*"})),
			grantedBy("everything", allowed(statement{"Action": "*", "Resource": "*"})),
			grantedBy("everything but", allowed(statement{"Action": nil, "NotAction": "iam:*", "Resource": "*"})),
			grantedBy("every key of the region", allowed(statement{"Action": "kms:Decrypt", "Resource": "arn:aws:kms:us-east-1:111122223333:key/*"})),
			grantedBy("every key", allowed(statement{"Action": "kms:Decrypt", "Resource": "arn:aws:kms:*:*:*"})),
			grantedBy("every key but one", allowed(statement{"Action": "kms:Decrypt", "Resource": nil, "NotResource": "arn:aws:kms:us-east-1:111122223333:key/1a2b"})),
			grantedBy("every key, by a service", allowed(statement{"Action": "kms:Decrypt", "Resource": "*", "Condition": in{"StringEquals": in{"kms:ViaService": "s3.us-east-1.amazonaws.com"}}})),
			grantedBy("keys of every alias", allowed(statement{"Action": "kms:Decrypt", "Resource": "*", "Condition": in{"ForAnyValue:StringLike": in{"kms:ResourceAliases": "*"}}})),
			grantedBy("keys without that alias", allowed(statement{"Action": "kms:Decrypt", "Resource": "*", "Condition": in{"ForAllValues:StringNotEquals": in{"kms:ResourceAliases": "alias/app"}}})),
		),
		undecided: unknownPolicies,
	},
	"IAM-5": {
		satisfied: []example{
			{about: "in a group", resources: inTeam()},
			{about: "in a group, by the group", resources: []*graph.Resource{
				res(iamUserType, "person", in{"name": "person"}), res(iamGroupType, "team", in{}),
				res("aws:iam/groupMembership:GroupMembership", "membership", in{"group": ref(iamGroupType, "team", "name"), "users": []any{"person"}}),
			}},
			{about: "another user's policy", resources: inTeam(res("aws:iam/userPolicyAttachment:UserPolicyAttachment", "other", in{"user": "other", "policyArn": "arn:x"}))},
			{about: "the group's policy", resources: inTeam(res("aws:iam/groupPolicyAttachment:GroupPolicyAttachment", "attached", in{"group": "team", "policyArn": "arn:x"}))},
		},
		violated: []example{
			{about: "in no group", property: "UserGroupMembership", resources: []*graph.Resource{res(iamUserType, "person", in{})}},
			{about: "another user in the group", property: "UserGroupMembership", resources: inTeam(res(iamUserType, "stranger", in{}))},
			{about: "a policy attached", property: "UserPolicyAttachment", resources: inTeam(res("aws:iam/userPolicyAttachment:UserPolicyAttachment", "attached", in{"user": ref(iamUserType, "person", "name"), "policyArn": "arn:x"}))},
			{about: "a policy attached by name, in another region", property: "UserPolicyAttachment", resources: inTeam(inRegion("us-west-2", res("aws:iam/userPolicyAttachment:UserPolicyAttachment", "attached", in{"user": "person", "policyArn": "arn:x"})))},
			{about: "a policy attached to several", property: "PolicyAttachment", resources: inTeam(res("aws:iam/policyAttachment:PolicyAttachment", "attached", in{"users": []any{"other", "person"}, "policyArn": "arn:x"}))},
			{about: "an inline policy", property: "UserPolicy", resources: inTeam(res(inlineTypes[1], "inline", in{"user": ref(iamUserType, "person", "id"), "policy": "{}"}))},
			{about: "a group of nobody", property: "UserGroupMembership", resources: []*graph.Resource{res(iamGroupType, "team", in{})}},
			{about: "another group's users", property: "UserGroupMembership", resources: inTeam(res(iamGroupType, "nobody", in{"name": "nobody"}))},
		},
		undecided: []example{{about: "whose membership is not known", resources: []*graph.Resource{
			res(iamUserType, "person", in{}), res("aws:iam/userGroupMembership:UserGroupMembership", "membership", in{"user": unknown, "groups": []any{"team"}}),
		}}},
	},
	"IAM-6": {
		satisfied: []example{{about: "as AWS's pack has it", resources: passwords(nil)}, {about: "stricter", resources: passwords(in{"minimumPasswordLength": 20, "maxPasswordAge": 30})}},
		violated:  weakPasswords(),
		undecided: []example{
			{about: "length not known", resources: passwords(in{"minimumPasswordLength": unknown})},
			{about: "age not known", resources: passwords(in{"maxPasswordAge": unknown})},
		},
	},
}
