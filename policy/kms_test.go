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
	"X-KMS-PUBLIC": {
		satisfied: []example{
			{about: "a key of data", resources: append(keyed(grant()), encryptedDatabase())},
			{about: "a key of the front end", resources: append(keyed(distributionsGrant()), published(true)...)},
			{about: "a key that encrypts nothing here", resources: keyed(distributionsGrant())},
			{about: "AWS's policy", resources: []*graph.Resource{res(keyType, "data", in{}), encryptedDatabase()}},
			{about: "denied", resources: append(keyed(changed(distributionsGrant(), statement{"Effect": "Deny"})), encryptedDatabase())},
			{about: "another service", resources: append(keyed(changed(distributionsGrant(), statement{"Principal": in{"Service": "rds.amazonaws.com"}})), encryptedDatabase())},
		},
		violated: []example{
			{about: "a database", property: "policy", resources: append(keyed(distributionsGrant()), encryptedDatabase())},
			{about: "one of several principals", property: "policy", resources: append(keyed(changed(distributionsGrant(), statement{
				"Principal": in{"Service": []any{"s3.amazonaws.com", "cloudfront.amazonaws.com"}}})), encryptedDatabase())},
			{about: "the front end and a database", property: "policy", resources: append(append(keyed(distributionsGrant()), published(true)...), encryptedDatabase())},
			{about: "a bucket that nothing serves", property: "policy", resources: append(keyed(distributionsGrant()), published(false)...)},
			{about: "a policy of its own", property: "policy", resources: []*graph.Resource{
				res(keyType, "data", in{}), encryptedDatabase(),
				res(keyPolicyType, "policy", in{"keyId": ref(keyType, "data", "id"), "policy": policyOf(distributionsGrant())["policy"]})}},
			{about: "its replica", property: "policy", resources: append(keyed(grant()), encryptedDatabase(),
				res(replicaKeyType, "replica", in{"primaryKeyArn": ref(keyType, "data", "arn"), "policy": policyOf(distributionsGrant())["policy"]}))},
			{about: "what its replica encrypts", property: "policy", resources: append(keyed(distributionsGrant()),
				res(replicaKeyType, "replica", in{"primaryKeyArn": ref(keyType, "data", "arn")}),
				res("aws:backup/vault:Vault", "copies", in{"kmsKeyArn": ref(replicaKeyType, "replica", "arn")}))},
			{about: "for one bucket only", property: "policy", resources: append(keyed(changed(distributionsGrant(), statement{
				"Condition": in{"StringEquals": in{"kms:EncryptionContext:aws:s3:arn": "arn:aws:s3:::frontend"}}})), encryptedDatabase())},
		},
		undecided: []example{{about: "not known", resources: []*graph.Resource{res(keyType, "data", in{"policy": unknown}), encryptedDatabase()}}},
	},
}

// distributionsGrant lets the account's distributions decrypt.
func distributionsGrant() statement {
	return statement{
		"Sid": "CloudFront", "Effect": "Allow", "Principal": in{"Service": "cloudfront.amazonaws.com"}, "Action": "kms:Decrypt", "Resource": "*",
		"Condition": in{"ArnLike": in{"aws:SourceArn": "arn:aws:cloudfront::111122223333:distribution/*"}},
	}
}

func encryptedDatabase() *graph.Resource {
	return res("aws:rds/instance:Instance", "database", in{"kmsKeyId": ref(keyType, "data", "arn")})
}

// published is a bucket under the key, and a distribution whose origin it is or not.
func published(served bool) []*graph.Resource {
	domain := "origin.example.com"
	if served {
		domain = ref(bucketTypes[0], "frontend", "bucketRegionalDomainName")
	}
	return []*graph.Resource{
		res(bucketTypes[0], "frontend", in{}),
		res(encryptionPart.types[0], "frontend-encryption", in{
			"bucket": ref(bucketTypes[0], "frontend", "bucket"),
			"rules":  []any{in{"applyServerSideEncryptionByDefault": in{"kmsMasterKeyId": ref(keyType, "data", "arn")}}},
		}),
		cdn(from(in{"domainName": domain})),
	}
}
