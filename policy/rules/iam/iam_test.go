package iam

import (
	"slices"

	"github.com/carebase/carebase/graph"
	. "github.com/carebase/carebase/graph/graphtest"
	"github.com/carebase/carebase/policy/inspect"
	. "github.com/carebase/carebase/policy/policytest"
	"github.com/carebase/carebase/policy/rules/internal/examples"
)

const accountPasswords = "aws:iam/accountPasswordPolicy:AccountPasswordPolicy"

// allowed is a statement of a principal's policy.
func allowed(changes Inputs) Inputs {
	return examples.Changed(Inputs{"Sid": "Work", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::files/*"}, changes)
}

// grantedBy are the kinds of policies that give permissions, each of the statement.
func grantedBy(about string, s Inputs) []Example {
	found := []Example{{About: about + ", in a list", Resources: []*graph.Resource{Resource(iamPolicyType, "policy", examples.PolicyOf(allowed(nil), s))}}}
	for _, typ := range append(slices.Clone(inlineTypes), iamPolicyType) {
		found = append(found, Example{About: about + ": " + inspect.ShortName(typ), Resources: []*graph.Resource{
			Resource(typ, "policy", Inputs{"policy": JSON(Inputs{"Statement": s})}),
		}})
	}
	for i := range found {
		found[i].Property = "policy"
	}
	return append(found,
		Example{About: about + ": within a role", Property: "inlinePolicies[0].policy", Resources: []*graph.Resource{
			Resource(iamRoleType, "role", Inputs{"inlinePolicies": []any{Inputs{"name": "x", "policy": JSON(Inputs{"Statement": s})}}}),
		}},
		Example{About: about + ": an object", Property: "policy", Resources: []*graph.Resource{Resource(iamPolicyType, "policy", Inputs{"policy": Inputs{"Statement": []any{s}}})}})
}

// attachedBy are the ways to give a principal a policy of AWS's own.
func attachedBy(document string) []Example {
	arn := "arn:aws:iam::aws:policy/" + document
	var found []Example
	for _, way := range attaching {
		property, inputs := "policyArn", Inputs{"policyArn": arn}
		if way.property != property {
			list := way.property[:len(way.property)-len("[*]")]
			property, inputs = list+"[1]", Inputs{list: []any{"arn:aws:iam::111122223333:policy/x", arn}}
		}
		found = append(found, Example{About: document + " by " + inspect.ShortName(way.typ), Property: property, Resources: []*graph.Resource{Resource(way.typ, "attached", inputs)}})
	}
	return found
}

// unknownPolicies are undecided for every control that reads them.
var unknownPolicies = []Example{
	{About: "policy not known", Resources: []*graph.Resource{Resource(iamPolicyType, "policy", Inputs{"policy": Unknown})}},
	{About: "within a role not known", Resources: []*graph.Resource{Resource(iamRoleType, "role", Inputs{"inlinePolicies": []any{Inputs{"policy": Unknown}}})}},
	{About: "list within a role not known", Resources: []*graph.Resource{Resource(iamRoleType, "role", Inputs{"inlinePolicies": Unknown})}},
	{About: "a part not known", Resources: []*graph.Resource{Resource(iamPolicyType, "policy", Inputs{"policy": Inputs{"Statement": []any{allowed(Inputs{"Resource": Unknown})}}})}},
}

var unknownAttachment = Example{About: "attached policy not known", Resources: []*graph.Resource{Resource(attaching[0].typ, "attached", Inputs{"policyArn": Unknown})}}

func boundary(s Inputs, more ...*graph.Resource) []*graph.Resource {
	return append([]*graph.Resource{
		Resource(iamPolicyType, "boundary", examples.PolicyOf(s)), Resource(iamPolicyType, "other", examples.PolicyOf(allowed(nil))),
		Resource(iamRoleType, "role", Inputs{"permissionsBoundary": Ref(iamPolicyType, "boundary", "arn")}),
	}, more...)
}

// harmless is what satisfies IAM-2 to IAM-4.
var harmless = []Example{
	{About: "named actions on named resources", Resources: []*graph.Resource{Resource(iamPolicyType, "policy", examples.PolicyOf(allowed(nil)))}},
	{About: "within a role", Resources: []*graph.Resource{Resource(iamRoleType, "role", Inputs{"inlinePolicies": []any{Inputs{"name": "x", "policy": JSON(Inputs{"Statement": allowed(nil)})}}})}},
	{About: "what has no resource", Resources: []*graph.Resource{Resource(iamPolicyType, "policy", examples.PolicyOf(allowed(Inputs{"Action": "s3:ListAllMyBuckets", "Resource": "*"})))}},
	{About: "everything denied", Resources: []*graph.Resource{Resource(iamPolicyType, "policy", examples.PolicyOf(allowed(Inputs{"Effect": "Deny", "Action": "*", "Resource": "*"})))}},
	{About: "a boundary", Resources: boundary(allowed(Inputs{"Action": "*", "Resource": "*"}))},
	{About: "an attachment of the stack's own policy, not made yet", Resources: []*graph.Resource{
		Resource(iamPolicyType, "policy", examples.PolicyOf(allowed(nil))),
		DependingOn(Resource(attaching[0].typ, "attached", Inputs{"policyArn": Unknown}), "policyArn", URN(iamPolicyType, "policy")),
	}},
}

var serviceRole = Example{About: "a policy of AWS's for a service", Resources: []*graph.Resource{
	Resource(attaching[0].typ, "attached", Inputs{"policyArn": "arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole"}),
}}

func inTeam(more ...*graph.Resource) []*graph.Resource {
	return append([]*graph.Resource{
		Resource(iamUserType, "person", Inputs{"name": "person"}), Resource(iamGroupType, "team", Inputs{"name": "team"}),
		Resource("aws:iam/userGroupMembership:UserGroupMembership", "membership", Inputs{"user": Ref(iamUserType, "person", "name"), "groups": []any{Ref(iamGroupType, "team", "name")}}),
	}, more...)
}

func passwords(changes Inputs) []*graph.Resource {
	return []*graph.Resource{Resource(accountPasswords, "passwords", examples.Changed(Inputs{
		"minimumPasswordLength": 14, "requireLowercaseCharacters": true, "requireUppercaseCharacters": true, "requireNumbers": true,
		"requireSymbols": true, "passwordReusePrevention": 24, "maxPasswordAge": 90,
	}, changes))}
}

// weakPasswords break each part of the policy.
func weakPasswords() []Example {
	found := []Example{{About: "none", Property: "AccountPasswordPolicy", Resources: []*graph.Resource{}}}
	for property, weak := range map[string]any{
		"minimumPasswordLength": 13, "requireLowercaseCharacters": false, "requireUppercaseCharacters": false, "requireNumbers": false,
		"requireSymbols": false, "passwordReusePrevention": 23, "maxPasswordAge": 91,
	} {
		found = append(found,
			Example{About: property + " weak", Property: property, Resources: passwords(Inputs{property: weak})},
			Example{About: property + " not set", Property: property, Resources: passwords(Inputs{property: nil})})
	}
	return append(found, Example{About: "no age", Property: "maxPasswordAge", Resources: passwords(Inputs{"maxPasswordAge": 0})})
}

var iamFixtures = map[string]Fixture{
	"IAM-1": {
		Satisfied: []Example{
			{About: "a role", Resources: []*graph.Resource{Resource(iamRoleType, "role", Inputs{}), Resource(iamPolicyType, "policy", examples.PolicyOf(allowed(nil)))}},
			{About: "a role that is to have none", Resources: []*graph.Resource{Resource(iamRoleType, "role", Inputs{"inlinePolicies": []any{Inputs{}}})}},
		},
		Violated: []Example{
			{About: "a role's", Property: "policy", Resources: []*graph.Resource{Resource(inlineTypes[0], "policy", examples.PolicyOf(allowed(nil)))}},
			{About: "a user's", Property: "policy", Resources: []*graph.Resource{Resource(inlineTypes[1], "policy", examples.PolicyOf(allowed(nil)))}},
			{About: "a group's", Property: "policy", Resources: []*graph.Resource{Resource(inlineTypes[2], "policy", Inputs{"policy": Unknown})}},
			{About: "within a role", Property: "inlinePolicies", Resources: []*graph.Resource{Resource(iamRoleType, "role", Inputs{"inlinePolicies": []any{Inputs{"name": "x", "policy": "{}"}}})}},
		},
		Undecided: []Example{{About: "not known", Resources: []*graph.Resource{Resource(iamRoleType, "role", Inputs{"inlinePolicies": Unknown})}}},
	},
	"IAM-2": {
		Satisfied: append(slices.Clone(harmless), serviceRole,
			Example{About: "everything on one bucket, which IAM-3 forbids", Resources: []*graph.Resource{Resource(iamPolicyType, "policy", examples.PolicyOf(allowed(Inputs{"Action": "*"})))}}),
		Violated: slices.Concat(
			grantedBy("everything", allowed(Inputs{"Action": "*", "Resource": "*"})),
			grantedBy("everything, in lists", allowed(Inputs{"Action": []any{"s3:GetObject", "*"}, "Resource": []any{"arn:aws:s3:::x", "*"}})),
			grantedBy("everything of every service", allowed(Inputs{"Action": "*:*", "Resource": "*"})),
			grantedBy("everything but IAM", allowed(Inputs{"Action": nil, "NotAction": "iam:*", "Resource": "*"})),
			grantedBy("everything elsewhere", allowed(Inputs{"Action": "*", "Resource": nil, "NotResource": "arn:aws:s3:::x"})),
			grantedBy("everything, with a second factor", allowed(Inputs{"Action": "*", "Resource": "*", "Condition": Inputs{"Bool": Inputs{"aws:MultiFactorAuthPresent": "true"}}})),
			attachedBy("AdministratorAccess"), attachedBy("PowerUserAccess"),
			[]Example{
				{About: "a boundary that is attached too", Property: "policy", Resources: boundary(allowed(Inputs{"Action": "*", "Resource": "*"}),
					Resource(attaching[0].typ, "attached", Inputs{"policyArn": Ref(iamPolicyType, "boundary", "arn")}))},
				{About: "a boundary that a role has, too", Property: "policy", Resources: boundary(allowed(Inputs{"Action": "*", "Resource": "*"}),
					Resource(iamRoleType, "managed", Inputs{"managedPolicyArns": []any{Ref(iamPolicyType, "boundary", "arn")}}))},
				{About: "no JSON", Property: "policy", Resources: []*graph.Resource{Resource(iamPolicyType, "policy", Inputs{"policy": "everything"})}},
			}),
		Undecided: append(slices.Clone(unknownPolicies), unknownAttachment),
	},
	"IAM-3": {
		Satisfied: append(slices.Clone(harmless), serviceRole, Example{About: "a pattern", Resources: []*graph.Resource{Resource(iamPolicyType, "policy", examples.PolicyOf(allowed(Inputs{"Action": []any{"s3:Get*", "s3:List*"}})))}}),
		Violated: slices.Concat(
			grantedBy("a service", allowed(Inputs{"Action": "s3:*"})),
			grantedBy("a service, among others", allowed(Inputs{"Action": []any{"s3:GetObject", "kms:*"}, "Resource": "*"})),
			grantedBy("every service", allowed(Inputs{"Action": "*"})),
			grantedBy("a service, with more stars", allowed(Inputs{"Action": "dynamodb:**"})),
			grantedBy("everything but", allowed(Inputs{"Action": nil, "NotAction": []any{"iam:*"}})),
			attachedBy("AmazonS3FullAccess"), attachedBy("job-function/ViewFullAccess"), attachedBy("AmazonDynamoDBFullAccess_v2"),
		),
		Undecided: append(slices.Clone(unknownPolicies), unknownAttachment),
	},
	"IAM-4": {
		Satisfied: append(slices.Clone(harmless),
			Example{About: "a key", Resources: []*graph.Resource{Resource(iamPolicyType, "policy", examples.PolicyOf(allowed(Inputs{
				"Action": []any{"kms:Decrypt", "kms:ReEncrypt*"}, "Resource": Ref(inspect.KeyType, "data", "arn"),
			})))}},
			Example{About: "a key by its ARN", Resources: []*graph.Resource{Resource(iamPolicyType, "policy", examples.PolicyOf(allowed(Inputs{
				"Action": "kms:*", "Resource": "arn:aws:kms:us-east-1:111122223333:key/1a2b",
			})))}},
			Example{About: "keys by their alias", Resources: []*graph.Resource{Resource(iamPolicyType, "policy", examples.PolicyOf(allowed(Inputs{
				"Action": "kms:Decrypt", "Resource": "*", "Condition": Inputs{"ForAnyValue:StringEquals": Inputs{"kms:ResourceAliases": "alias/app"}},
			})))}},
			Example{About: "harmless calls", Resources: []*graph.Resource{Resource(iamPolicyType, "policy", examples.PolicyOf(allowed(Inputs{
				"Action": []any{"kms:DescribeKey", "kms:List*", "kms:GenerateRandom"}, "Resource": "*",
			})))}},
			Example{About: "everything but KMS", Resources: []*graph.Resource{Resource(iamPolicyType, "policy", examples.PolicyOf(allowed(Inputs{"Action": nil, "NotAction": "kms:*", "Resource": "*"})))}}),
		Violated: slices.Concat(
			grantedBy("decryption", allowed(Inputs{"Action": "kms:Decrypt", "Resource": "*"})),
			grantedBy("re-encryption", allowed(Inputs{"Action": []any{"kms:reencryptfrom"}, "Resource": []any{"*"}})),
			grantedBy("re-encryption, by a pattern", allowed(Inputs{"Action": "kms:ReEncrypt*", "Resource": "*"})),
			grantedBy("decryption by a pattern", allowed(Inputs{"Action": "kms:De*", "Resource": "*"})),
			grantedBy("KMS", allowed(Inputs{"Action": "kms:*", "Resource": "*"})),
			grantedBy("everything", allowed(Inputs{"Action": "*", "Resource": "*"})),
			grantedBy("everything but", allowed(Inputs{"Action": nil, "NotAction": "iam:*", "Resource": "*"})),
			grantedBy("every key of the region", allowed(Inputs{"Action": "kms:Decrypt", "Resource": "arn:aws:kms:us-east-1:111122223333:key/*"})),
			grantedBy("every key", allowed(Inputs{"Action": "kms:Decrypt", "Resource": "arn:aws:kms:*:*:*"})),
			grantedBy("every key but one", allowed(Inputs{"Action": "kms:Decrypt", "Resource": nil, "NotResource": "arn:aws:kms:us-east-1:111122223333:key/1a2b"})),
			grantedBy("every key, by a service", allowed(Inputs{"Action": "kms:Decrypt", "Resource": "*", "Condition": Inputs{"StringEquals": Inputs{"kms:ViaService": "s3.us-east-1.amazonaws.com"}}})),
			grantedBy("keys of every alias", allowed(Inputs{"Action": "kms:Decrypt", "Resource": "*", "Condition": Inputs{"ForAnyValue:StringLike": Inputs{"kms:ResourceAliases": "*"}}})),
			grantedBy("keys without that alias", allowed(Inputs{"Action": "kms:Decrypt", "Resource": "*", "Condition": Inputs{"ForAllValues:StringNotEquals": Inputs{"kms:ResourceAliases": "alias/app"}}})),
		),
		Undecided: unknownPolicies,
	},
	"IAM-5": {
		Satisfied: []Example{
			{About: "in a group", Resources: inTeam()},
			{About: "in a group, by the group", Resources: []*graph.Resource{
				Resource(iamUserType, "person", Inputs{"name": "person"}), Resource(iamGroupType, "team", Inputs{}),
				Resource("aws:iam/groupMembership:GroupMembership", "membership", Inputs{"group": Ref(iamGroupType, "team", "name"), "users": []any{"person"}}),
			}},
			{About: "another user's policy", Resources: inTeam(Resource("aws:iam/userPolicyAttachment:UserPolicyAttachment", "other", Inputs{"user": "other", "policyArn": "arn:x"}))},
			{About: "the group's policy", Resources: inTeam(Resource("aws:iam/groupPolicyAttachment:GroupPolicyAttachment", "attached", Inputs{"group": "team", "policyArn": "arn:x"}))},
		},
		Violated: []Example{
			{About: "in no group", Property: "UserGroupMembership", Resources: []*graph.Resource{Resource(iamUserType, "person", Inputs{})}},
			{About: "another user in the group", Property: "UserGroupMembership", Resources: inTeam(Resource(iamUserType, "stranger", Inputs{}))},
			{About: "a policy attached", Property: "UserPolicyAttachment", Resources: inTeam(Resource("aws:iam/userPolicyAttachment:UserPolicyAttachment", "attached", Inputs{"user": Ref(iamUserType, "person", "name"), "policyArn": "arn:x"}))},
			{About: "a policy attached by name, in another region", Property: "UserPolicyAttachment", Resources: inTeam(InRegion("us-west-2", Resource("aws:iam/userPolicyAttachment:UserPolicyAttachment", "attached", Inputs{"user": "person", "policyArn": "arn:x"})))},
			{About: "a policy attached to several", Property: "PolicyAttachment", Resources: inTeam(Resource("aws:iam/policyAttachment:PolicyAttachment", "attached", Inputs{"users": []any{"other", "person"}, "policyArn": "arn:x"}))},
			{About: "an inline policy", Property: "UserPolicy", Resources: inTeam(Resource(inlineTypes[1], "inline", Inputs{"user": Ref(iamUserType, "person", "id"), "policy": "{}"}))},
			{About: "a group of nobody", Property: "UserGroupMembership", Resources: []*graph.Resource{Resource(iamGroupType, "team", Inputs{})}},
			{About: "another group's users", Property: "UserGroupMembership", Resources: inTeam(Resource(iamGroupType, "nobody", Inputs{"name": "nobody"}))},
		},
		Undecided: []Example{{About: "whose membership is not known", Resources: []*graph.Resource{
			Resource(iamUserType, "person", Inputs{}), Resource("aws:iam/userGroupMembership:UserGroupMembership", "membership", Inputs{"user": Unknown, "groups": []any{"team"}}),
		}}},
	},
	"IAM-6": {
		Satisfied: []Example{{About: "as AWS's pack has it", Resources: passwords(nil)}, {About: "stricter", Resources: passwords(Inputs{"minimumPasswordLength": 20, "maxPasswordAge": 30})}},
		Violated:  weakPasswords(),
		Undecided: []Example{
			{About: "length not known", Resources: passwords(Inputs{"minimumPasswordLength": Unknown})},
			{About: "age not known", Resources: passwords(Inputs{"maxPasswordAge": Unknown})},
		},
	},
}
