package kms

import (
	"slices"

	"github.com/carebase/carebase/graph"
	. "github.com/carebase/carebase/graph/graphtest"
	"github.com/carebase/carebase/policy/inspect"
	. "github.com/carebase/carebase/policy/policytest"
	"github.com/carebase/carebase/policy/rules/internal/examples"
)

// keyed is a key with a policy of one statement.
func keyed(s Inputs) []*graph.Resource {
	return []*graph.Resource{Resource(inspect.KeyType, "data", examples.PolicyOf(s))}
}

// throughService is what components/keys writes, and AWS for its own keys.
func throughService(condition Inputs) Inputs {
	return Inputs{
		"Effect": "Allow", "Principal": Inputs{"AWS": "*"}, "Action": []any{"kms:Decrypt", "kms:GenerateDataKey*"}, "Resource": "*",
		"Condition": Inputs{"StringEquals": condition},
	}
}

var kmsFixtures = map[string]Fixture{
	"KMS-1": {
		Satisfied: []Example{
			{About: "on", Resources: []*graph.Resource{Resource(inspect.KeyType, "data", Inputs{"enableKeyRotation": true})}},
			{About: "each quarter", Resources: []*graph.Resource{Resource(inspect.KeyType, "data", Inputs{"enableKeyRotation": true, "rotationPeriodInDays": 90, "customerMasterKeySpec": "SYMMETRIC_DEFAULT"})}},
			{About: "beside keys that cannot", Resources: []*graph.Resource{
				Resource(inspect.KeyType, "data", Inputs{"enableKeyRotation": true, "rotationPeriodInDays": 365}),
				Resource(inspect.KeyType, "signing", Inputs{"keyUsage": "SIGN_VERIFY", "customerMasterKeySpec": "ECC_NIST_P256"}),
				Resource(inspect.KeyType, "codes", Inputs{"keyUsage": "GENERATE_VERIFY_MAC", "customerMasterKeySpec": "HMAC_256"}),
				Resource(inspect.KeyType, "store", Inputs{"customKeyStoreId": "cks-1"}), Resource(inspect.KeyType, "outside", Inputs{"xksKeyId": "x"}),
				Resource(keyTypes[1], "replica", Inputs{}), Resource(keyTypes[2], "imported", Inputs{}),
			}},
		},
		Violated: []Example{
			{About: "not set", Property: "enableKeyRotation", Resources: []*graph.Resource{Resource(inspect.KeyType, "data", Inputs{})}},
			{About: "off", Property: "enableKeyRotation", Resources: []*graph.Resource{Resource(inspect.KeyType, "data", Inputs{"enableKeyRotation": false})}},
			{About: "never", Property: "rotationPeriodInDays", Resources: []*graph.Resource{Resource(inspect.KeyType, "data", Inputs{"enableKeyRotation": true, "rotationPeriodInDays": 0})}},
			{About: "every two years", Property: "rotationPeriodInDays", Resources: []*graph.Resource{Resource(inspect.KeyType, "data", Inputs{"enableKeyRotation": true, "rotationPeriodInDays": 730})}},
		},
		Undecided: []Example{
			{About: "not known", Resources: []*graph.Resource{Resource(inspect.KeyType, "data", Inputs{"enableKeyRotation": Unknown})}},
			{About: "period not known", Resources: []*graph.Resource{Resource(inspect.KeyType, "data", Inputs{"enableKeyRotation": true, "rotationPeriodInDays": Unknown})}},
		},
	},
	"KMS-2": {
		Satisfied: []Example{
			{About: "the longest", Resources: []*graph.Resource{Resource(inspect.KeyType, "data", Inputs{"deletionWindowInDays": 30})}},
			{About: "AWS's default", Resources: []*graph.Resource{Resource(inspect.KeyType, "data", Inputs{}), Resource(keyTypes[1], "replica", Inputs{})}},
		},
		Violated: []Example{
			{About: "a week", Property: "deletionWindowInDays", Resources: []*graph.Resource{Resource(inspect.KeyType, "data", Inputs{"deletionWindowInDays": 7})}},
			{About: "a day less", Property: "deletionWindowInDays", Resources: []*graph.Resource{Resource(inspect.KeyType, "data", Inputs{"deletionWindowInDays": 29})}},
			{About: "a replica", Property: "deletionWindowInDays", Resources: []*graph.Resource{Resource(keyTypes[1], "data", Inputs{"deletionWindowInDays": 7})}},
			{About: "imported material", Property: "deletionWindowInDays", Resources: []*graph.Resource{Resource(keyTypes[2], "data", Inputs{"deletionWindowInDays": 7})}},
			{About: "a replica of that", Property: "deletionWindowInDays", Resources: []*graph.Resource{Resource(keyTypes[3], "data", Inputs{"deletionWindowInDays": 7})}},
		},
		Undecided: []Example{{About: "not known", Resources: []*graph.Resource{Resource(inspect.KeyType, "data", Inputs{"deletionWindowInDays": Unknown})}}},
	},
	"X-KMS-POLICY": {
		Satisfied: append(examples.ClosedPolicies(keyed),
			Example{About: "AWS's default", Resources: []*graph.Resource{Resource(inspect.KeyType, "data", Inputs{})}},
			Example{About: "everybody of the account, by a service", Resources: keyed(throughService(Inputs{
				"kms:CallerAccount": "111122223333", "kms:ViaService": []any{"rds.us-east-1.amazonaws.com"},
			}))},
			Example{About: "everybody of an account known later", Resources: keyed(throughService(Inputs{"kms:CallerAccount": Ref(inspect.KeyType, "other", "id")}))},
			Example{About: "a policy of its own", Resources: []*graph.Resource{Resource("aws:kms/keyPolicy:KeyPolicy", "policy", examples.PolicyOf(examples.Grant()))}},
		),
		Violated: append(slices.Concat(examples.OpenPolicies(keyed), examples.OpenPolicies(func(s Inputs) []*graph.Resource {
			return []*graph.Resource{Resource("aws:kms/keyPolicy:KeyPolicy", "policy", examples.PolicyOf(s))}
		})),
			Example{About: "everybody by a service", Property: "policy", Resources: keyed(throughService(Inputs{"kms:ViaService": "rds.us-east-1.amazonaws.com"}))},
			Example{About: "everybody who gives the encryption context", Property: "policy", Resources: keyed(throughService(Inputs{"kms:EncryptionContext:app": "files"}))},
			Example{About: "a replica", Property: "policy", Resources: []*graph.Resource{Resource(keyTypes[1], "data", examples.PolicyOf(examples.Changed(examples.Grant(), Inputs{"Principal": "*"})))}},
			Example{About: "imported material", Property: "policy", Resources: []*graph.Resource{Resource(keyTypes[2], "data", examples.PolicyOf(examples.Changed(examples.Grant(), Inputs{"Principal": "*"})))}},
			Example{About: "one statement, not in a list", Property: "policy", Resources: []*graph.Resource{Resource(inspect.KeyType, "data", Inputs{"policy": JSON(Inputs{"Statement": examples.Changed(examples.Grant(), Inputs{"Principal": "*"})})})}},
			Example{About: "no JSON", Property: "policy", Resources: []*graph.Resource{Resource(inspect.KeyType, "data", Inputs{"policy": "everybody"})}},
			Example{About: "no policy", Property: "policy", Resources: []*graph.Resource{Resource("aws:kms/keyPolicy:KeyPolicy", "policy", Inputs{})}},
		),
		Undecided: []Example{
			{About: "not known", Resources: []*graph.Resource{Resource(inspect.KeyType, "data", Inputs{"policy": Unknown})}},
			{About: "a policy of its own, not known", Resources: []*graph.Resource{Resource("aws:kms/keyPolicy:KeyPolicy", "policy", Inputs{"policy": Unknown})}},
		},
	},
	"X-KMS-PUBLIC": {
		Satisfied: []Example{
			{About: "a key of data", Resources: append(keyed(examples.Grant()), encryptedDatabase())},
			{About: "a key of the front end", Resources: append(keyed(distributionsGrant()), published(true)...)},
			{About: "a key that encrypts nothing here", Resources: keyed(distributionsGrant())},
			{About: "AWS's policy", Resources: []*graph.Resource{Resource(inspect.KeyType, "data", Inputs{}), encryptedDatabase()}},
			{About: "denied", Resources: append(keyed(examples.Changed(distributionsGrant(), Inputs{"Effect": "Deny"})), encryptedDatabase())},
			{About: "another service", Resources: append(keyed(examples.Changed(distributionsGrant(), Inputs{"Principal": Inputs{"Service": "rds.amazonaws.com"}})), encryptedDatabase())},
		},
		Violated: []Example{
			{About: "a database", Property: "policy", Resources: append(keyed(distributionsGrant()), encryptedDatabase())},
			{About: "one of several principals", Property: "policy", Resources: append(keyed(examples.Changed(distributionsGrant(), Inputs{
				"Principal": Inputs{"Service": []any{"s3.amazonaws.com", "cloudfront.amazonaws.com"}}})), encryptedDatabase())},
			{About: "the front end and a database", Property: "policy", Resources: append(append(keyed(distributionsGrant()), published(true)...), encryptedDatabase())},
			{About: "a bucket that nothing serves", Property: "policy", Resources: append(keyed(distributionsGrant()), published(false)...)},
			{About: "a policy of its own", Property: "policy", Resources: []*graph.Resource{
				Resource(inspect.KeyType, "data", Inputs{}), encryptedDatabase(),
				Resource(keyPolicyType, "policy", Inputs{"keyId": Ref(inspect.KeyType, "data", "id"), "policy": examples.PolicyOf(distributionsGrant())["policy"]})}},
			{About: "its replica", Property: "policy", Resources: append(keyed(examples.Grant()), encryptedDatabase(),
				Resource(replicaKeyType, "replica", Inputs{"primaryKeyArn": Ref(inspect.KeyType, "data", "arn"), "policy": examples.PolicyOf(distributionsGrant())["policy"]}))},
			{About: "what its replica encrypts", Property: "policy", Resources: append(keyed(distributionsGrant()),
				Resource(replicaKeyType, "replica", Inputs{"primaryKeyArn": Ref(inspect.KeyType, "data", "arn")}),
				Resource("aws:backup/vault:Vault", "copies", Inputs{"kmsKeyArn": Ref(replicaKeyType, "replica", "arn")}))},
			{About: "for one bucket only", Property: "policy", Resources: append(keyed(examples.Changed(distributionsGrant(), Inputs{
				"Condition": Inputs{"StringEquals": Inputs{"kms:EncryptionContext:aws:s3:arn": "arn:aws:s3:::frontend"}}})), encryptedDatabase())},
		},
		Undecided: []Example{{About: "not known", Resources: []*graph.Resource{Resource(inspect.KeyType, "data", Inputs{"policy": Unknown}), encryptedDatabase()}}},
	},
}

// distributionsGrant lets the account's distributions decrypt.
func distributionsGrant() Inputs {
	return Inputs{
		"Sid": "CloudFront", "Effect": "Allow", "Principal": Inputs{"Service": "cloudfront.amazonaws.com"}, "Action": "kms:Decrypt", "Resource": "*",
		"Condition": Inputs{"ArnLike": Inputs{"aws:SourceArn": "arn:aws:cloudfront::111122223333:distribution/*"}},
	}
}

func encryptedDatabase() *graph.Resource {
	return Resource("aws:rds/instance:Instance", "database", Inputs{"kmsKeyId": Ref(inspect.KeyType, "data", "arn")})
}

// published is a bucket under the key, and a distribution whose origin it is or not.
func published(served bool) []*graph.Resource {
	domain := "origin.example.com"
	if served {
		domain = Ref(inspect.BucketTypes[0], "frontend", "bucketRegionalDomainName")
	}
	return []*graph.Resource{
		Resource(inspect.BucketTypes[0], "frontend", Inputs{}),
		Resource(inspect.EncryptionPart.Types[0], "frontend-encryption", Inputs{
			"bucket": Ref(inspect.BucketTypes[0], "frontend", "bucket"),
			"rules":  []any{Inputs{"applyServerSideEncryptionByDefault": Inputs{"kmsMasterKeyId": Ref(inspect.KeyType, "data", "arn")}}},
		}),
		examples.Cdn(examples.From(Inputs{"domainName": domain})),
	}
}
