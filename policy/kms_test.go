package policy

import (
	"slices"

	"github.com/carebase/carebase/graph"
)

// keyed is a key with a policy of one statement.
func keyed(s statement) []*graph.Resource {
	return []*graph.Resource{res(keyType, "data", policyOf(s))}
}

// throughService is what components/keys writes, and AWS for its own keys.
func throughService(condition in) statement {
	return statement{
		"Effect": "Allow", "Principal": in{"AWS": "*"}, "Action": []any{"kms:Decrypt", "kms:GenerateDataKey*"}, "Resource": "*",
		"Condition": in{"StringEquals": condition},
	}
}

var kmsFixtures = map[string]fixture{
	"KMS-1": {
		satisfied: []example{
			{about: "on", resources: []*graph.Resource{res(keyType, "data", in{"enableKeyRotation": true})}},
			{about: "each quarter", resources: []*graph.Resource{res(keyType, "data", in{"enableKeyRotation": true, "rotationPeriodInDays": 90, "customerMasterKeySpec": "SYMMETRIC_DEFAULT"})}},
			{about: "beside keys that cannot", resources: []*graph.Resource{
				res(keyType, "data", in{"enableKeyRotation": true, "rotationPeriodInDays": 365}),
				res(keyType, "signing", in{"keyUsage": "SIGN_VERIFY", "customerMasterKeySpec": "ECC_NIST_P256"}),
				res(keyType, "codes", in{"keyUsage": "GENERATE_VERIFY_MAC", "customerMasterKeySpec": "HMAC_256"}),
				res(keyType, "store", in{"customKeyStoreId": "cks-1"}), res(keyType, "outside", in{"xksKeyId": "x"}),
				res(keyTypes[1], "replica", in{}), res(keyTypes[2], "imported", in{}),
			}},
		},
		violated: []example{
			{about: "not set", property: "enableKeyRotation", resources: []*graph.Resource{res(keyType, "data", in{})}},
			{about: "off", property: "enableKeyRotation", resources: []*graph.Resource{res(keyType, "data", in{"enableKeyRotation": false})}},
			{about: "never", property: "rotationPeriodInDays", resources: []*graph.Resource{res(keyType, "data", in{"enableKeyRotation": true, "rotationPeriodInDays": 0})}},
			{about: "every two years", property: "rotationPeriodInDays", resources: []*graph.Resource{res(keyType, "data", in{"enableKeyRotation": true, "rotationPeriodInDays": 730})}},
		},
		undecided: []example{
			{about: "not known", resources: []*graph.Resource{res(keyType, "data", in{"enableKeyRotation": unknown})}},
			{about: "period not known", resources: []*graph.Resource{res(keyType, "data", in{"enableKeyRotation": true, "rotationPeriodInDays": unknown})}},
		},
	},
	"KMS-2": {
		satisfied: []example{
			{about: "the longest", resources: []*graph.Resource{res(keyType, "data", in{"deletionWindowInDays": 30})}},
			{about: "AWS's default", resources: []*graph.Resource{res(keyType, "data", in{}), res(keyTypes[1], "replica", in{})}},
		},
		violated: []example{
			{about: "a week", property: "deletionWindowInDays", resources: []*graph.Resource{res(keyType, "data", in{"deletionWindowInDays": 7})}},
			{about: "a day less", property: "deletionWindowInDays", resources: []*graph.Resource{res(keyType, "data", in{"deletionWindowInDays": 29})}},
			{about: "a replica", property: "deletionWindowInDays", resources: []*graph.Resource{res(keyTypes[1], "data", in{"deletionWindowInDays": 7})}},
			{about: "imported material", property: "deletionWindowInDays", resources: []*graph.Resource{res(keyTypes[2], "data", in{"deletionWindowInDays": 7})}},
			{about: "a replica of that", property: "deletionWindowInDays", resources: []*graph.Resource{res(keyTypes[3], "data", in{"deletionWindowInDays": 7})}},
		},
		undecided: []example{{about: "not known", resources: []*graph.Resource{res(keyType, "data", in{"deletionWindowInDays": unknown})}}},
	},
	"X-KMS-POLICY": {
		satisfied: append(closedPolicies(keyed),
			example{about: "AWS's default", resources: []*graph.Resource{res(keyType, "data", in{})}},
			example{about: "everybody of the account, by a service", resources: keyed(throughService(in{
				"kms:CallerAccount": "111122223333", "kms:ViaService": []any{"rds.us-east-1.amazonaws.com"},
			}))},
			example{about: "everybody of an account known later", resources: keyed(throughService(in{"kms:CallerAccount": ref(keyType, "other", "id")}))},
			example{about: "a policy of its own", resources: []*graph.Resource{res("aws:kms/keyPolicy:KeyPolicy", "policy", policyOf(grant()))}},
		),
		violated: append(slices.Concat(openPolicies(keyed), openPolicies(func(s statement) []*graph.Resource {
			return []*graph.Resource{res("aws:kms/keyPolicy:KeyPolicy", "policy", policyOf(s))}
		})),
			example{about: "everybody by a service", property: "policy", resources: keyed(throughService(in{"kms:ViaService": "rds.us-east-1.amazonaws.com"}))},
			example{about: "everybody who gives the encryption context", property: "policy", resources: keyed(throughService(in{"kms:EncryptionContext:app": "files"}))},
			example{about: "a replica", property: "policy", resources: []*graph.Resource{res(keyTypes[1], "data", policyOf(changed(grant(), statement{"Principal": "*"})))}},
			example{about: "imported material", property: "policy", resources: []*graph.Resource{res(keyTypes[2], "data", policyOf(changed(grant(), statement{"Principal": "*"})))}},
			example{about: "one statement, not in a list", property: "policy", resources: []*graph.Resource{res(keyType, "data", in{"policy": asJSON(in{"Statement": changed(grant(), statement{"Principal": "*"})})})}},
			example{about: "no JSON", property: "policy", resources: []*graph.Resource{res(keyType, "data", in{"policy": "everybody"})}},
			example{about: "no policy", property: "policy", resources: []*graph.Resource{res("aws:kms/keyPolicy:KeyPolicy", "policy", in{})}},
		),
		undecided: []example{
			{about: "not known", resources: []*graph.Resource{res(keyType, "data", in{"policy": unknown})}},
			{about: "a policy of its own, not known", resources: []*graph.Resource{res("aws:kms/keyPolicy:KeyPolicy", "policy", in{"policy": unknown})}},
		},
	},
}
