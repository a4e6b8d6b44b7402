package s3

import (
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/property"

	"github.com/carebase/carebase/graph"
	. "github.com/carebase/carebase/graph/graphtest"
	"github.com/carebase/carebase/policy/inspect"
	. "github.com/carebase/carebase/policy/policytest"
	"github.com/carebase/carebase/policy/rules/internal/examples"
)

const (
	bucketV2 = "aws:s3/bucketV2:BucketV2"
)

// part is a resource that configures the bucket "files".
func part(p inspect.BucketPart, inputs Inputs) *graph.Resource {
	inputs["bucket"] = Ref(examples.BucketV1, "files", "id")
	return Resource(p.Types[0], "part", inputs)
}

// files is a stack with the bucket and what belongs to it.
func files(parts ...*graph.Resource) []*graph.Resource {
	return append([]*graph.Resource{Resource(examples.BucketV1, "files", Inputs{})}, parts...)
}

// partViolations are the ways any part of a bucket can be missing.
func partViolations(p inspect.BucketPart, inputs func() Inputs) []Example {
	missing := inspect.ShortName(p.Types[0])
	return []Example{
		{About: "none", Property: missing, Resources: files()},
		{About: "another bucket's", Property: missing, Resources: files(
			Resource(p.Types[0], "part", withBucket(inputs(), "another-bucket")),
		)},
		{About: "another bucket's of the stack", Property: missing, Resources: files(
			Resource(examples.BucketV1, "other", Inputs{"bucket": "other"}), Resource(p.Types[0], "part", withBucket(inputs(), Ref(examples.BucketV1, "other", "bucket"))),
		)},
	}
}

func withBucket(inputs Inputs, bucket any) Inputs {
	inputs["bucket"] = bucket
	return inputs
}

// partAlternatives are the ways to say which bucket a part is for.
func partAlternatives(p inspect.BucketPart, inputs func() Inputs) []Example {
	found := []Example{
		{About: "by its id", Resources: files(part(p, inputs()))},
		{About: "by its name", Resources: []*graph.Resource{
			Resource(examples.BucketV1, "files", Inputs{"bucket": "the-files"}), Resource(p.Types[0], "part", withBucket(inputs(), "the-files")),
		}},
		{About: "of a BucketV2", Resources: []*graph.Resource{
			Resource(bucketV2, "files", Inputs{}), Resource(p.Types[len(p.Types)-1], "part", withBucket(inputs(), Ref(bucketV2, "files", "id"))),
		}},
	}
	deployed := Resource(examples.BucketV1, "files", Inputs{})
	deployed.Outputs = deployed.Outputs.Set("id", property.New("the-files-1a2b3c"))
	return append(found, Example{About: "as deployed", Resources: []*graph.Resource{
		deployed, Resource(p.Types[0], "part", withBucket(inputs(), "the-files-1a2b3c")),
	}})
}

// notKnown says that it is not known yet which bucket a part is for.
func notKnown(p inspect.BucketPart, inputs func() Inputs) []Example {
	return []Example{{About: "whose is not known", Resources: files(Resource(p.Types[0], "part", withBucket(inputs(), Unknown)))}}
}

func allBlocked() Inputs {
	return Inputs{"blockPublicAcls": true, "blockPublicPolicy": true, "ignorePublicAcls": true, "restrictPublicBuckets": true}
}

// unblocked breaks each of the four switches, in what make makes of the inputs.
func unblocked(make func(Inputs) []*graph.Resource) []Example {
	var found []Example
	for _, name := range []string{"blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"} {
		off, unset := allBlocked(), allBlocked()
		off[name] = false
		delete(unset, name)
		found = append(found,
			Example{About: name + " false", Property: name, Resources: make(off)},
			Example{About: name + " not set", Property: name, Resources: make(unset)})
	}
	return found
}

func enforced() Inputs { return Inputs{"rule": Inputs{"objectOwnership": "BucketOwnerEnforced"}} }

// sse is an encryption configuration; a key of nil is left out.
func sse(algorithm string, key any) Inputs {
	rule := Inputs{"sseAlgorithm": algorithm}
	if key != nil {
		rule["kmsMasterKeyId"] = key
	}
	return Inputs{"rules": []any{Inputs{"applyServerSideEncryptionByDefault": rule}}}
}

func sseByKey() Inputs { return sse("aws:kms", Ref(inspect.KeyType, "data", "arn")) }

func denyHTTP() Inputs {
	arn := Ref(examples.BucketV1, "files", "arn")
	return Inputs{
		"Sid": "DenyPlainHTTP", "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": []any{arn, arn + "/*"},
		"Condition": Inputs{"Bool": Inputs{"aws:SecureTransport": "false"}},
	}
}

// httpPolicy is the bucket with a policy of one statement.
func httpPolicy(changes Inputs) []*graph.Resource {
	return files(part(bucketPolicyPart, examples.PolicyOf(examples.Changed(denyHTTP(), changes))))
}

func enabledVersions() Inputs { return Inputs{"versioningConfiguration": Inputs{"status": "Enabled"}} }

func toLogs() Inputs { return Inputs{"targetBucket": "the-logs"} }

func oneDay() Inputs {
	return Inputs{"rule": Inputs{"defaultRetention": Inputs{"mode": "GOVERNANCE", "days": 1}}}
}

func oldVersionsRule() Inputs {
	return Inputs{"rules": []any{Inputs{"status": "Enabled", "noncurrentVersionExpiration": Inputs{"noncurrentDays": 30}}}}
}

// replication is a rule of a bucket encrypted by KMS to the bucket "copy".
func replication() Inputs {
	return Inputs{"role": "arn:x", "rules": []any{replicationRule(nil)}}
}

func replicationRule(changes Inputs) Inputs {
	return examples.Changed(Inputs{
		"status": "Enabled", "destination": Inputs{"bucket": Ref(examples.BucketV1, "copy", "arn")},
		"sourceSelectionCriteria": Inputs{"sseKmsEncryptedObjects": Inputs{"status": "Enabled"}},
	}, changes)
}

// replicatedBack is files replicated to its copy, and the copy, with changes, to files.
func replicatedBack(changes Inputs) []*graph.Resource {
	back := examples.Changed(Inputs{"destination": Inputs{"bucket": Ref(examples.BucketV1, "files", "arn")}}, changes)
	return append(replicatedBy(nil),
		InRegion("us-west-2", Resource(inspect.ReplicationPart.Types[0], "back", withBucket(Inputs{"rules": []any{replicationRule(back)}}, Ref(examples.BucketV1, "copy", "id")))))
}

func replicatedBy(changes Inputs) []*graph.Resource {
	return files(InRegion("us-west-2", Resource(examples.BucketV1, "copy", Inputs{})),
		part(inspect.ReplicationPart, Inputs{"rules": []any{replicationRule(changes)}}))
}

var s3Fixtures = map[string]Fixture{
	"S3-1": {
		Satisfied: partAlternatives(publicAccessPart, allBlocked),
		Violated: slices.Concat(partViolations(publicAccessPart, allBlocked),
			unblocked(func(inputs Inputs) []*graph.Resource { return files(part(publicAccessPart, inputs)) }),
			[]Example{{About: "a second one that opens", Property: "blockPublicPolicy", Resources: files(
				part(publicAccessPart, allBlocked()),
				Resource(publicAccessPart.Types[0], "open", Inputs{"bucket": Ref(examples.BucketV1, "files", "id"), "blockPublicAcls": true, "ignorePublicAcls": true, "restrictPublicBuckets": true}),
			)}}),
		Undecided: slices.Concat(notKnown(publicAccessPart, allBlocked), []Example{{About: "a switch not known", Resources: files(
			part(publicAccessPart, Inputs{"blockPublicAcls": Unknown, "blockPublicPolicy": true, "ignorePublicAcls": true, "restrictPublicBuckets": true}),
		)}}),
	},
	"S3-2": {
		Satisfied: []Example{{About: "all four", Resources: []*graph.Resource{Resource("aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock", "account", allBlocked())}}},
		Violated: append(unblocked(func(inputs Inputs) []*graph.Resource {
			return []*graph.Resource{Resource("aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock", "account", inputs)}
		}), Example{About: "none", Property: "AccountPublicAccessBlock", Resources: files(part(publicAccessPart, allBlocked()))}),
		Undecided: []Example{{About: "not known", Resources: []*graph.Resource{Resource("aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock", "account",
			Inputs{"blockPublicAcls": Unknown, "blockPublicPolicy": true, "ignorePublicAcls": true, "restrictPublicBuckets": true})}}},
	},
	"S3-3": {
		Satisfied: partAlternatives(ownershipPart, enforced),
		Violated: append(partViolations(ownershipPart, enforced),
			Example{About: "owner preferred", Property: "rule.objectOwnership", Resources: files(part(ownershipPart, Inputs{"rule": Inputs{"objectOwnership": "BucketOwnerPreferred"}}))},
			Example{About: "writer", Property: "rule.objectOwnership", Resources: files(part(ownershipPart, Inputs{"rule": Inputs{"objectOwnership": "ObjectWriter"}}))},
			Example{About: "no rule", Property: "rule.objectOwnership", Resources: files(part(ownershipPart, Inputs{}))}),
		Undecided: slices.Concat(notKnown(ownershipPart, enforced),
			[]Example{{About: "not known", Resources: files(part(ownershipPart, Inputs{"rule": Inputs{"objectOwnership": Unknown}}))}}),
	},
	"S3-4": {
		Satisfied: slices.Concat(partAlternatives(inspect.EncryptionPart, sseByKey), []Example{
			{About: "Amazon's key", Resources: files(part(inspect.EncryptionPart, sse("AES256", nil)))},
			{About: "twice", Resources: files(part(inspect.EncryptionPart, sse("aws:kms:dsse", nil)))},
			{About: "within the bucket", Resources: []*graph.Resource{Resource(examples.BucketV1, "files", Inputs{"serverSideEncryptionConfiguration": Inputs{"rule": Inputs{"applyServerSideEncryptionByDefault": Inputs{"sseAlgorithm": "AES256"}}}})}},
			{About: "within the old bucket", Resources: []*graph.Resource{Resource(bucketV2, "files", Inputs{"serverSideEncryptionConfigurations": []any{Inputs{"rules": []any{Inputs{"applyServerSideEncryptionByDefaults": []any{Inputs{"sseAlgorithm": "AES256"}}}}}}})}},
		}),
		Violated: append(partViolations(inspect.EncryptionPart, sseByKey),
			Example{About: "no rules", Property: "rules", Resources: files(part(inspect.EncryptionPart, Inputs{}))},
			Example{About: "a rule of nothing", Property: "rules[0].applyServerSideEncryptionByDefault.sseAlgorithm", Resources: files(part(inspect.EncryptionPart, Inputs{"rules": []any{Inputs{"bucketKeyEnabled": true}}}))},
			Example{About: "within the bucket, empty", Property: "serverSideEncryptionConfiguration.rule.applyServerSideEncryptionByDefault.sseAlgorithm", Resources: []*graph.Resource{Resource(examples.BucketV1, "files", Inputs{"serverSideEncryptionConfiguration": Inputs{}})}}),
		Undecided: slices.Concat(notKnown(inspect.EncryptionPart, sseByKey), []Example{{About: "rules not known", Resources: files(part(inspect.EncryptionPart, Inputs{"rules": Unknown}))}}),
	},
	"S3-5": {
		Satisfied: slices.Concat(partAlternatives(inspect.EncryptionPart, sseByKey), []Example{
			{About: "twice", Resources: files(part(inspect.EncryptionPart, sse("aws:kms:dsse", "arn:aws:kms:us-east-1:111122223333:key/k")))},
			{About: "within the bucket", Resources: []*graph.Resource{Resource(examples.BucketV1, "files", Inputs{"serverSideEncryptionConfiguration": Inputs{"rule": Inputs{"applyServerSideEncryptionByDefault": Inputs{"sseAlgorithm": "aws:kms", "kmsMasterKeyId": "arn:x"}}}})}},
			{About: "a log bucket besides", Resources: files(
				part(inspect.EncryptionPart, sseByKey()), Resource(examples.BucketV1, "logs", Inputs{"bucket": "the-logs"}),
				Resource(inspect.LoggingPart.Types[0], "logging", Inputs{"bucket": Ref(examples.BucketV1, "files", "id"), "targetBucket": "the-logs"}),
			)},
			{About: "a load balancer's log bucket besides", Resources: files(
				part(inspect.EncryptionPart, sseByKey()), Resource(examples.BucketV1, "logs", Inputs{}),
				Resource(inspect.EncryptionPart.Types[0], "logs-encryption", withBucket(sse("AES256", nil), Ref(examples.BucketV1, "logs", "id"))),
				Resource(inspect.LoadBalancers[1], "alb", Inputs{"accessLogs": Inputs{"bucket": Ref(examples.BucketV1, "logs", "bucket")}}),
			)},
			{About: "a log bucket of BucketV2s besides", Resources: files(
				part(inspect.EncryptionPart, sseByKey()), Resource(bucketV2, "logs", Inputs{}),
				Resource(bucketV2, "more", Inputs{"serverSideEncryptionConfigurations": []any{Inputs{"rules": []any{Inputs{"applyServerSideEncryptionByDefaults": []any{Inputs{"sseAlgorithm": "aws:kms", "kmsMasterKeyId": "arn:x"}}}}}}, "loggings": []any{Inputs{"targetBucket": Ref(bucketV2, "logs", "id")}}}),
			)},
		}),
		Violated: append(partViolations(inspect.EncryptionPart, sseByKey),
			Example{About: "Amazon's key", Property: "rules[0].applyServerSideEncryptionByDefault.sseAlgorithm", Resources: files(part(inspect.EncryptionPart, sse("AES256", nil)))},
			Example{About: "AWS's own key of the account", Property: "rules[0].applyServerSideEncryptionByDefault.kmsMasterKeyId", Resources: files(part(inspect.EncryptionPart, sse("aws:kms", nil)))},
			Example{About: "its alias", Property: "rules[0].applyServerSideEncryptionByDefault.kmsMasterKeyId", Resources: files(part(inspect.EncryptionPart, sse("aws:kms", "arn:aws:kms:us-east-1:111122223333:alias/aws/s3")))},
			Example{About: "a bucket that logs to itself", Property: "rules[0].applyServerSideEncryptionByDefault.sseAlgorithm", Resources: files(
				part(inspect.EncryptionPart, sse("AES256", nil)),
				Resource(inspect.LoggingPart.Types[0], "logging", Inputs{"bucket": Ref(examples.BucketV1, "files", "id"), "targetBucket": Ref(examples.BucketV1, "files", "id")}),
			)},
			Example{About: "a network load balancer's log bucket", Property: "rules[0].applyServerSideEncryptionByDefault.sseAlgorithm", Resources: files(
				part(inspect.EncryptionPart, sse("AES256", nil)),
				Resource(inspect.LoadBalancers[0], "nlb", Inputs{"loadBalancerType": "network", "accessLogs": Inputs{"bucket": Ref(examples.BucketV1, "files", "id")}}),
			)},
			Example{About: "within the old bucket", Property: "serverSideEncryptionConfigurations[0].rules[0].applyServerSideEncryptionByDefaults[0].kmsMasterKeyId", Resources: []*graph.Resource{Resource(bucketV2, "files", Inputs{"serverSideEncryptionConfigurations": []any{Inputs{"rules": []any{Inputs{"applyServerSideEncryptionByDefaults": []any{Inputs{"sseAlgorithm": "aws:kms"}}}}}}})}}),
		Undecided: slices.Concat(notKnown(inspect.EncryptionPart, sseByKey), []Example{{About: "key not known", Resources: files(part(inspect.EncryptionPart, sse("aws:kms", Unknown)))}}),
	},
	"S3-6": {
		Satisfied: slices.Concat(partAlternatives(bucketPolicyPart, func() Inputs { return examples.PolicyOf(examples.Changed(denyHTTP(), Inputs{"Resource": "*"})) }), []Example{
			{About: "one statement, not in a list", Resources: files(part(bucketPolicyPart, Inputs{"policy": JSON(Inputs{"Statement": denyHTTP()})}))},
			{About: "a list of actions, everyone's kind, a boolean", Resources: httpPolicy(Inputs{
				"Action": []any{"s3:*"}, "Principal": Inputs{"AWS": []any{"*"}}, "Condition": Inputs{"Bool": Inputs{"aws:securetransport": []any{false}}},
			})},
			{About: "every action", Resources: httpPolicy(Inputs{"Action": "*", "Condition": Inputs{"BoolIfExists": Inputs{"aws:SecureTransport": "false"}}})},
			{About: "in two statements", Resources: files(part(bucketPolicyPart, examples.PolicyOf(
				examples.Changed(denyHTTP(), Inputs{"Resource": Ref(examples.BucketV1, "files", "arn")}),
				examples.Changed(denyHTTP(), Inputs{"Resource": "arn:aws:s3:::" + Ref(examples.BucketV1, "files", "id") + "/*"}),
			)))},
			{About: "a pattern of both", Resources: httpPolicy(Inputs{"Resource": Ref(examples.BucketV1, "files", "arn") + "*"})},
			{About: "by literal ARNs", Resources: []*graph.Resource{
				Resource(examples.BucketV1, "files", Inputs{"bucket": "the-files"}),
				Resource(bucketPolicyPart.Types[0], "part", withBucket(examples.PolicyOf(examples.Changed(denyHTTP(), Inputs{"Resource": []any{"arn:aws:s3:::the-files", "arn:aws:s3:::the-files/*"}})), "the-files")),
			}},
			{About: "as an object", Resources: files(part(bucketPolicyPart, Inputs{"policy": Inputs{"Version": "2012-10-17", "Statement": []any{denyHTTP()}}}))},
			{About: "within the bucket", Resources: []*graph.Resource{Resource(examples.BucketV1, "files", examples.PolicyOf(examples.Changed(denyHTTP(), Inputs{"Resource": "*"})))}},
		}),
		Violated: append(partViolations(bucketPolicyPart, func() Inputs { return examples.PolicyOf(denyHTTP()) }),
			Example{About: "allowed", Property: "policy", Resources: httpPolicy(Inputs{"Effect": "Allow"})},
			Example{About: "denied to one", Property: "policy", Resources: httpPolicy(Inputs{"Principal": Inputs{"AWS": "arn:aws:iam::111122223333:root"}})},
			Example{About: "denied to all but one", Property: "policy", Resources: httpPolicy(Inputs{"Principal": nil, "NotPrincipal": Inputs{"AWS": "arn:aws:iam::111122223333:root"}})},
			Example{About: "reads only", Property: "policy", Resources: httpPolicy(Inputs{"Action": "s3:GetObject"})},
			Example{About: "all actions but reads", Property: "policy", Resources: httpPolicy(Inputs{"Action": nil, "NotAction": "s3:GetObject"})},
			Example{About: "where it is true", Property: "policy", Resources: httpPolicy(Inputs{"Condition": Inputs{"Bool": Inputs{"aws:SecureTransport": "true"}}})},
			Example{About: "another way round", Property: "policy", Resources: httpPolicy(Inputs{"Condition": Inputs{"StringNotEquals": Inputs{"aws:SecureTransport": "false"}}})},
			Example{About: "another condition", Property: "policy", Resources: httpPolicy(Inputs{"Condition": Inputs{"Bool": Inputs{"aws:MultiFactorAuthPresent": "false"}}})},
			Example{About: "no value", Property: "policy", Resources: httpPolicy(Inputs{"Condition": Inputs{"Bool": Inputs{"aws:SecureTransport": []any{}}}})},
			Example{About: "old TLS only", Property: "policy", Resources: httpPolicy(Inputs{"Condition": Inputs{"NumericLessThan": Inputs{"s3:TlsVersion": "1.2"}}})},
			Example{About: "another condition besides", Property: "policy", Resources: httpPolicy(Inputs{"Condition": Inputs{"Bool": Inputs{"aws:SecureTransport": "false"}, "StringEquals": Inputs{"aws:PrincipalTag/team": "x"}}})},
			Example{About: "everything denied", Property: "policy", Resources: httpPolicy(Inputs{"Condition": nil})},
			Example{About: "the bucket only", Property: "policy", Resources: httpPolicy(Inputs{"Resource": Ref(examples.BucketV1, "files", "arn")})},
			Example{About: "the objects only", Property: "policy", Resources: httpPolicy(Inputs{"Resource": []any{Ref(examples.BucketV1, "files", "arn") + "/*"}})},
			Example{About: "some of the objects", Property: "policy", Resources: httpPolicy(Inputs{"Resource": []any{Ref(examples.BucketV1, "files", "arn"), Ref(examples.BucketV1, "files", "arn") + "/private/*"}})},
			Example{About: "another bucket's ARN", Property: "policy", Resources: httpPolicy(Inputs{"Resource": []any{"arn:aws:s3:::another", "arn:aws:s3:::another/*"}})},
			Example{About: "another bucket and one's own objects", Property: "policy", Resources: httpPolicy(Inputs{"Resource": []any{"arn:aws:s3:::another", Ref(examples.BucketV1, "files", "arn") + "/*"}})},
			Example{About: "one's own bucket and another's objects", Property: "policy", Resources: httpPolicy(Inputs{"Resource": []any{Ref(examples.BucketV1, "files", "arn"), "arn:aws:s3:::another/*"}})},
			Example{About: "all but this bucket", Property: "policy", Resources: httpPolicy(Inputs{"Resource": nil, "NotResource": "arn:aws:s3:::x"})},
			Example{About: "no JSON", Property: "policy", Resources: files(part(bucketPolicyPart, Inputs{"policy": "deny"}))},
			Example{About: "no statement", Property: "policy", Resources: files(part(bucketPolicyPart, examples.PolicyOf()))},
			Example{About: "an object that allows", Property: "policy", Resources: files(part(bucketPolicyPart, Inputs{"policy": Inputs{"Statement": examples.Changed(denyHTTP(), Inputs{"Effect": "Allow"})}}))}),
		Undecided: slices.Concat(notKnown(bucketPolicyPart, func() Inputs { return examples.PolicyOf(denyHTTP()) }), []Example{
			{About: "policy not known", Resources: files(part(bucketPolicyPart, Inputs{"policy": Unknown}))},
			{About: "a part of it not known", Resources: files(part(bucketPolicyPart, Inputs{"policy": Inputs{"Statement": []any{examples.Changed(denyHTTP(), Inputs{"Resource": []any{Unknown}})}}}))},
		}),
	},
	"S3-7": {
		Satisfied: slices.Concat(partAlternatives(versioningPart, enabledVersions), []Example{
			{About: "within the bucket", Resources: []*graph.Resource{Resource(examples.BucketV1, "files", Inputs{"versioning": Inputs{"enabled": true}})}},
			{About: "within the old bucket", Resources: []*graph.Resource{Resource(bucketV2, "files", Inputs{"versionings": []any{Inputs{"enabled": true}}})}},
			{About: "by object lock", Resources: []*graph.Resource{Resource(examples.BucketV1, "files", Inputs{"objectLockEnabled": true})}},
		}),
		Violated: append(partViolations(versioningPart, enabledVersions),
			Example{About: "suspended", Property: "versioningConfiguration.status", Resources: files(part(versioningPart, Inputs{"versioningConfiguration": Inputs{"status": "Suspended"}}))},
			Example{About: "no status", Property: "versioningConfiguration.status", Resources: files(part(versioningPart, Inputs{}))},
			Example{About: "off within the bucket", Property: "versioning.enabled", Resources: []*graph.Resource{Resource(examples.BucketV1, "files", Inputs{"versioning": Inputs{"enabled": false}})}},
			Example{About: "off within the old bucket", Property: "versionings[0].enabled", Resources: []*graph.Resource{Resource(bucketV2, "files", Inputs{"versionings": []any{Inputs{"mfaDelete": true}}})}}),
		Undecided: slices.Concat(notKnown(versioningPart, enabledVersions), []Example{
			{About: "status not known", Resources: files(part(versioningPart, Inputs{"versioningConfiguration": Inputs{"status": Unknown}}))},
			{About: "not known within the bucket", Resources: []*graph.Resource{Resource(examples.BucketV1, "files", Inputs{"versioning": Unknown})}},
		}),
	},
	"S3-8": {
		Satisfied: slices.Concat(partAlternatives(inspect.LoggingPart, toLogs), []Example{
			{About: "to a log bucket that does not log itself", Resources: files(
				part(inspect.LoggingPart, Inputs{"targetBucket": Ref(examples.BucketV1, "logs", "bucket")}), Resource(examples.BucketV1, "logs", Inputs{}),
			)},
			{About: "within the bucket", Resources: []*graph.Resource{Resource(examples.BucketV1, "files", Inputs{"logging": Inputs{"targetBucket": "the-logs"}}), Resource(examples.BucketV1, "logs", Inputs{"bucket": "the-logs"})}},
			{About: "within the old bucket", Resources: []*graph.Resource{Resource(bucketV2, "files", Inputs{"loggings": []any{Inputs{"targetBucket": "the-logs"}}})}},
		}),
		Violated: append(partViolations(inspect.LoggingPart, toLogs),
			Example{About: "nowhere", Property: "targetBucket", Resources: files(part(inspect.LoggingPart, Inputs{}))},
			Example{About: "to itself", Property: "targetBucket", Resources: files(part(inspect.LoggingPart, Inputs{"targetBucket": Ref(examples.BucketV1, "files", "id")}))},
			Example{About: "a load balancer's log bucket", Property: "BucketLogging", Resources: files(Resource(inspect.LoadBalancers[0], "alb", Inputs{"accessLogs": Inputs{"bucket": Ref(examples.BucketV1, "files", "id")}}))},
			Example{About: "to itself, within", Property: "logging.targetBucket", Resources: []*graph.Resource{Resource(examples.BucketV1, "files", Inputs{"bucket": "the-files", "logging": Inputs{"targetBucket": "the-files"}})}}),
		Undecided: slices.Concat(notKnown(inspect.LoggingPart, toLogs), []Example{{About: "where is not known", Resources: files(part(inspect.LoggingPart, Inputs{"targetBucket": Unknown}))}}),
	},
	"S3-9": {
		Satisfied: []Example{
			{About: "to another region", Resources: replicatedBy(nil)},
			{About: "with an empty filter", Resources: replicatedBy(Inputs{"filter": Inputs{"prefix": ""}})},
			{About: "to a bucket elsewhere", Resources: files(part(inspect.ReplicationPart, Inputs{"rules": []any{replicationRule(Inputs{"destination": Inputs{"bucket": "arn:aws:s3:::the-copy"}})}}))},
			{About: "one rule of two", Resources: files(
				InRegion("us-west-2", Resource(examples.BucketV1, "copy", Inputs{})),
				part(inspect.ReplicationPart, Inputs{"rules": []any{replicationRule(Inputs{"status": "Disabled"}), replicationRule(nil)}}),
			)},
			{About: "encrypted by Amazon, without a word on KMS", Resources: append(replicatedBy(Inputs{"sourceSelectionCriteria": nil}),
				Resource(inspect.EncryptionPart.Types[0], "encryption", withBucket(sse("AES256", nil), Ref(examples.BucketV1, "files", "id"))))},
			{About: "both ways", Resources: replicatedBack(nil)},
			{About: "within the bucket", Resources: []*graph.Resource{Resource(examples.BucketV1, "files", Inputs{"replicationConfiguration": Inputs{"rules": []any{Inputs{
				"status": "Enabled", "destination": Inputs{"bucket": "arn:aws:s3:::copy"}, "sourceSelectionCriteria": Inputs{"sseKmsEncryptedObjects": Inputs{"enabled": true}},
			}}}})}},
			{About: "within the old bucket", Resources: []*graph.Resource{Resource(bucketV2, "files", Inputs{"replicationConfigurations": []any{Inputs{"rules": []any{Inputs{
				"status": "Enabled", "destinations": []any{Inputs{"bucket": "arn:aws:s3:::copy"}}, "sourceSelectionCriterias": []any{Inputs{"sseKmsEncryptedObjects": []any{Inputs{"enabled": true}}}},
			}}}}})}},
			{About: "what need not be: logs and the application itself", Resources: append(replicatedBy(nil),
				Resource(examples.BucketV1, "logs", Inputs{}), Resource(inspect.LoadBalancers[0], "alb", Inputs{"accessLogs": Inputs{"bucket": Ref(examples.BucketV1, "logs", "id")}}),
				Resource(examples.BucketV1, "trail", Inputs{}), Resource(inspect.TrailType, "trail", Inputs{"s3BucketName": Ref(examples.BucketV1, "trail", "id")}),
				Resource(examples.BucketV1, "history", Inputs{}), Resource("aws:cfg/deliveryChannel:DeliveryChannel", "channel", Inputs{"s3BucketName": Ref(examples.BucketV1, "history", "id")}),
				Resource(examples.BucketV1, "viewers", Inputs{"bucket": "viewers"}), Resource(inspect.DistributionType, "logged", Inputs{"loggingConfig": Inputs{"bucket": "viewers.s3.amazonaws.com"}}),
				Resource(examples.BucketV1, "app", Inputs{}),
				Resource(inspect.DistributionType, "cdn", Inputs{
					"origins":              []any{Inputs{"originId": "app", "domainName": Ref(examples.BucketV1, "app", "bucketRegionalDomainName")}},
					"defaultCacheBehavior": Inputs{"targetOriginId": "app"},
				}))},
			{About: "an application and its copy that are not known yet, of a distribution whose signers AWS computes", Resources: append(replicatedBy(nil),
				examples.Waiting("origins", []*graph.Resource{Resource(examples.BucketV1, "app", Inputs{}), InRegion("us-west-2", Resource(examples.BucketV1, "app-copy", Inputs{})), nil}, Resource(inspect.DistributionType, "cdn", Inputs{
					"origins":              []any{Inputs{"originId": "app", "domainName": Unknown}, Inputs{"originId": "copy", "domainName": Unknown}},
					"originGroups":         []any{Inputs{"originId": "both", "members": []any{Inputs{"originId": "app"}, Inputs{"originId": "copy"}}}},
					"defaultCacheBehavior": Inputs{"targetOriginId": "both", "trustedKeyGroups": Unknown, "trustedSigners": Unknown},
				}))...)},
			{About: "an application by an origin group", Resources: append(replicatedBy(nil),
				Resource(examples.BucketV1, "app", Inputs{"bucket": "the-app"}),
				Resource(inspect.DistributionType, "cdn", Inputs{
					"origins":              []any{Inputs{"originId": "app", "domainName": "the-app.s3.us-east-1.amazonaws.com"}},
					"originGroups":         []any{Inputs{"originId": "both", "members": []any{Inputs{"originId": "app"}}}},
					"defaultCacheBehavior": Inputs{"targetOriginId": "both"},
				}))},
		},
		Violated: []Example{
			{About: "none", Property: "BucketReplicationConfig", Resources: files()},
			{About: "another bucket's", Property: "BucketReplicationConfig", Resources: files(Resource(inspect.ReplicationPart.Types[0], "part", withBucket(replication(), "another")))},
			{About: "no rules", Property: "rules", Resources: files(part(inspect.ReplicationPart, Inputs{}))},
			{About: "disabled", Property: "rules[0].status", Resources: replicatedBy(Inputs{"status": "Disabled"})},
			{About: "some objects", Property: "rules[0].filter", Resources: replicatedBy(Inputs{"filter": Inputs{"prefix": "x/"}})},
			{About: "objects with a tag", Property: "rules[0].filter", Resources: replicatedBy(Inputs{"filter": Inputs{"and": Inputs{"tags": Inputs{"a": "b"}}}})},
			{About: "some objects, the old way", Property: "rules[0].prefix", Resources: replicatedBy(Inputs{"prefix": "x/"})},
			{About: "without those encrypted by KMS", Property: "rules[0].sourceSelectionCriteria.sseKmsEncryptedObjects.status", Resources: replicatedBy(Inputs{"sourceSelectionCriteria": nil})},
			{About: "to the same region", Property: "rules[0].destination.bucket", Resources: files(Resource(examples.BucketV1, "copy", Inputs{}), part(inspect.ReplicationPart, replication()))},
			{About: "both ways, of which one is disabled", Property: "rules[0].status", Resources: replicatedBack(Inputs{"status": "Disabled"})},
			{About: "to nowhere", Property: "rules[0].destination.bucket", Resources: replicatedBy(Inputs{"destination": nil})},
			{About: "what CloudFront serves to those with a signature", Property: "BucketReplicationConfig", Resources: files(
				Resource(inspect.DistributionType, "cdn", Inputs{
					"origins":              []any{Inputs{"originId": "files", "domainName": Ref(examples.BucketV1, "files", "bucketRegionalDomainName")}},
					"defaultCacheBehavior": Inputs{"targetOriginId": "files", "trustedKeyGroups": []any{"group"}},
				}))},
			{About: "what CloudFront serves to those with a signature of a key that is not known yet", Property: "BucketReplicationConfig", Resources: files(
				Resource(inspect.DistributionType, "cdn", Inputs{
					"origins":              []any{Inputs{"originId": "files", "domainName": Ref(examples.BucketV1, "files", "bucketRegionalDomainName")}},
					"defaultCacheBehavior": Inputs{"targetOriginId": "files", "trustedKeyGroups": []any{Unknown}},
				}))},
			{About: "an origin of nothing", Property: "BucketReplicationConfig", Resources: files(
				Resource(inspect.DistributionType, "cdn", Inputs{
					"origins":              []any{Inputs{"originId": "files", "domainName": Ref(examples.BucketV1, "files", "bucketRegionalDomainName")}},
					"defaultCacheBehavior": Inputs{"targetOriginId": "app"},
				}))},
		},
		Undecided: []Example{
			{About: "whose is not known", Resources: files(Resource(inspect.ReplicationPart.Types[0], "part", withBucket(replication(), Unknown)))},
			{About: "where to is not known", Resources: files(part(inspect.ReplicationPart, Inputs{"rules": []any{replicationRule(Inputs{"destination": Inputs{"bucket": Unknown}})}}))},
			{About: "rules not known", Resources: files(part(inspect.ReplicationPart, Inputs{"rules": Unknown}))},
		},
	},
	"S3-10": {
		Satisfied: []Example{
			{About: "a trail's bucket", Resources: files(part(lockPart, oneDay()), Resource(inspect.TrailType, "trail", Inputs{"s3BucketName": Ref(examples.BucketV1, "files", "id")}))},
			{About: "an export's bucket, for a year, in compliance mode", Resources: files(
				part(lockPart, Inputs{"rule": Inputs{"defaultRetention": Inputs{"mode": "COMPLIANCE", "years": 1}}}),
				Resource("aws:rds/exportTask:ExportTask", "export", Inputs{"s3BucketName": Ref(examples.BucketV1, "files", "id")}),
			)},
			{About: "made with object lock", Resources: []*graph.Resource{
				Resource(examples.BucketV1, "files", Inputs{"objectLockEnabled": true}), part(lockPart, oneDay()), Resource(examples.BucketV1, "without", Inputs{}),
			}},
			{About: "within the bucket", Resources: []*graph.Resource{Resource(examples.BucketV1, "files", Inputs{
				"tags": Inputs{"Purpose": "backups"}, "objectLockConfiguration": Inputs{"objectLockEnabled": "Enabled", "rule": Inputs{"defaultRetention": Inputs{"mode": "GOVERNANCE", "days": 30}}},
			})}},
			{About: "within the old bucket", Resources: []*graph.Resource{Resource(bucketV2, "files", Inputs{
				"objectLockEnabled": true, "objectLockConfiguration": Inputs{"rules": []any{Inputs{"defaultRetentions": []any{Inputs{"mode": "GOVERNANCE", "days": 30}}}}},
			})}},
		},
		Violated: []Example{
			{About: "a trail's bucket without", Property: "BucketObjectLockConfiguration", Resources: files(Resource(inspect.TrailType, "trail", Inputs{"s3BucketName": Ref(examples.BucketV1, "files", "bucket")}))},
			{About: "a trail's bucket by its name", Property: "BucketObjectLockConfiguration", Resources: []*graph.Resource{
				Resource(examples.BucketV1, "files", Inputs{"bucket": "the-files"}), Resource(inspect.TrailType, "trail", Inputs{"s3BucketName": "the-files"}),
			}},
			{About: "an export's bucket without", Property: "BucketObjectLockConfiguration", Resources: files(Resource("aws:dynamodb/tableExport:TableExport", "export", Inputs{"s3Bucket": Ref(examples.BucketV1, "files", "id")}))},
			{About: "tagged for backups", Property: "BucketObjectLockConfiguration", Resources: []*graph.Resource{Resource(examples.BucketV1, "files", Inputs{"tags": Inputs{"Purpose": "backups"}})}},
			{About: "tagged for audit", Property: "BucketObjectLockConfiguration", Resources: []*graph.Resource{Resource(examples.BucketV1, "files", Inputs{"tags": Inputs{"Purpose": "audit"}})}},
			{About: "object lock that locks nothing", Property: "BucketObjectLockConfiguration", Resources: []*graph.Resource{Resource(examples.BucketV1, "files", Inputs{"objectLockEnabled": true})}},
			{About: "another bucket's", Property: "BucketObjectLockConfiguration", Resources: []*graph.Resource{
				Resource(examples.BucketV1, "files", Inputs{"objectLockEnabled": true}), Resource(lockPart.Types[0], "part", withBucket(oneDay(), "another")),
			}},
			{About: "no mode", Property: "rule.defaultRetention.mode", Resources: []*graph.Resource{
				Resource(examples.BucketV1, "files", Inputs{"objectLockEnabled": true}), part(lockPart, Inputs{"rule": Inputs{"defaultRetention": Inputs{"days": 30}}}),
			}},
			{About: "no time", Property: "rule.defaultRetention.days", Resources: []*graph.Resource{
				Resource(examples.BucketV1, "files", Inputs{"objectLockEnabled": true}), part(lockPart, Inputs{"rule": Inputs{"defaultRetention": Inputs{"mode": "GOVERNANCE"}}}),
			}},
			{About: "no rule", Property: "rule.defaultRetention.mode", Resources: []*graph.Resource{
				Resource(examples.BucketV1, "files", Inputs{"objectLockEnabled": true}), part(lockPart, Inputs{"objectLockEnabled": "Enabled"}),
			}},
		},
		Undecided: []Example{
			{About: "whose is not known", Resources: []*graph.Resource{
				Resource(examples.BucketV1, "files", Inputs{"objectLockEnabled": true}), Resource(lockPart.Types[0], "part", withBucket(oneDay(), Unknown)),
			}},
			{About: "time not known", Resources: []*graph.Resource{
				Resource(examples.BucketV1, "files", Inputs{"objectLockEnabled": true}), part(lockPart, Inputs{"rule": Inputs{"defaultRetention": Inputs{"mode": "GOVERNANCE", "days": Unknown}}}),
			}},
		},
	},
	"S3-11": {
		Satisfied: []Example{
			{About: "versions expire", Resources: versionedFiles(part(lifecyclePart, oldVersionsRule()))},
			{About: "the older type", Resources: versionedFiles(Resource(lifecyclePart.Types[1], "part", withBucket(oldVersionsRule(), Ref(examples.BucketV1, "files", "id"))))},
			{About: "versions move", Resources: versionedFiles(part(lifecyclePart, Inputs{"rules": []any{Inputs{"status": "Enabled", "noncurrentVersionTransitions": []any{Inputs{"noncurrentDays": 30, "storageClass": "GLACIER"}}}}}))},
			{About: "one rule of two", Resources: versionedFiles(part(lifecyclePart, Inputs{"rules": []any{
				Inputs{"status": "Enabled", "expiration": Inputs{"days": 30}}, Inputs{"status": "Enabled", "noncurrentVersionExpiration": Inputs{"noncurrentDays": 30}},
			}}))},
			{About: "within the bucket", Resources: []*graph.Resource{Resource(examples.BucketV1, "files", Inputs{
				"versioning": Inputs{"enabled": true}, "lifecycleRules": []any{Inputs{"enabled": true, "noncurrentVersionExpiration": Inputs{"days": 30}}},
			})}},
			{About: "within the old bucket", Resources: []*graph.Resource{Resource(bucketV2, "files", Inputs{
				"objectLockEnabled": true, "lifecycleRules": []any{Inputs{"enabled": true, "noncurrentVersionExpirations": []any{Inputs{"days": 30}}}},
			})}},
			{About: "a bucket without versions besides", Resources: append(versionedFiles(part(lifecyclePart, oldVersionsRule())),
				Resource(examples.BucketV1, "plain", Inputs{}), Resource(examples.BucketV1, "suspended", Inputs{"versioning": Inputs{"enabled": false}}))},
		},
		Violated: []Example{
			{About: "none", Property: "BucketLifecycleConfiguration", Resources: versionedFiles()},
			{About: "none, with object lock", Property: "BucketLifecycleConfiguration", Resources: []*graph.Resource{Resource(examples.BucketV1, "files", Inputs{"objectLockEnabled": true})}},
			{About: "another bucket's", Property: "BucketLifecycleConfiguration", Resources: versionedFiles(Resource(lifecyclePart.Types[0], "part", withBucket(oldVersionsRule(), "another")))},
			{About: "disabled", Property: "rules[0].status", Resources: versionedFiles(part(lifecyclePart, Inputs{"rules": []any{Inputs{"status": "Disabled", "noncurrentVersionExpiration": Inputs{"noncurrentDays": 30}}}}))},
			{About: "current versions only", Property: "rules[0].noncurrentVersionExpiration", Resources: versionedFiles(part(lifecyclePart, Inputs{"rules": []any{Inputs{"status": "Enabled", "expiration": Inputs{"days": 30}}}}))},
			{About: "no rules", Property: "rules", Resources: versionedFiles(part(lifecyclePart, Inputs{}))},
			{About: "disabled within the bucket", Property: "lifecycleRules[0].enabled", Resources: []*graph.Resource{Resource(examples.BucketV1, "files", Inputs{
				"versioning": Inputs{"enabled": true}, "lifecycleRules": []any{Inputs{"enabled": false, "noncurrentVersionExpiration": Inputs{"days": 30}}},
			})}},
		},
		Undecided: []Example{
			{About: "rules not known", Resources: versionedFiles(part(lifecyclePart, Inputs{"rules": Unknown}))},
			{About: "one rule not known", Resources: versionedFiles(part(lifecyclePart, Inputs{"rules": []any{
				Inputs{"status": "Enabled", "expiration": Inputs{"days": 30}}, Inputs{"status": Unknown, "noncurrentVersionExpiration": Inputs{"noncurrentDays": 30}},
			}}))},
			{About: "whose is not known", Resources: versionedFiles(Resource(lifecyclePart.Types[0], "part", withBucket(oldVersionsRule(), Unknown)))},
		},
	},
	"S3-12": {
		Satisfied: slices.Concat(partAlternatives(notificationPart, func() Inputs { return Inputs{"eventbridge": true} }), []Example{
			{About: "to a queue", Resources: files(part(notificationPart, Inputs{"queues": []any{Inputs{"queueArn": "arn:x"}}}))},
			{About: "to a topic", Resources: files(part(notificationPart, Inputs{"topics": []any{Inputs{"topicArn": "arn:x"}}}))},
			{About: "to a function", Resources: files(part(notificationPart, Inputs{"lambdaFunctions": []any{Inputs{"lambdaFunctionArn": Unknown}}}))},
			{About: "logs and locked backups besides", Resources: files(
				part(notificationPart, Inputs{"eventbridge": true}), Resource(examples.BucketV1, "backups", Inputs{"objectLockEnabled": true}),
				Resource(examples.BucketV1, "logs", Inputs{}), Resource(inspect.LoggingPart.Types[0], "logging", Inputs{"bucket": Ref(examples.BucketV1, "files", "id"), "targetBucket": Ref(examples.BucketV1, "logs", "id")}),
			)},
		}),
		Violated: append(partViolations(notificationPart, func() Inputs { return Inputs{"eventbridge": true} }),
			Example{About: "off", Property: "eventbridge", Resources: files(part(notificationPart, Inputs{"eventbridge": false}))},
			Example{About: "to nobody", Property: "eventbridge", Resources: files(part(notificationPart, Inputs{"queues": []any{}}))}),
		Undecided: slices.Concat(notKnown(notificationPart, func() Inputs { return Inputs{"eventbridge": true} }),
			[]Example{{About: "not known", Resources: files(part(notificationPart, Inputs{"eventbridge": Unknown}))}}),
	},
	"S3-13": {
		Satisfied: append(examples.ClosedPolicies(func(s Inputs) []*graph.Resource { return files(part(bucketPolicyPart, examples.PolicyOf(s))) }),
			Example{About: "within a bucket", Resources: []*graph.Resource{Resource(examples.BucketV1, "files", examples.PolicyOf(denyHTTP()))}},
			Example{About: "of a bucket elsewhere", Resources: []*graph.Resource{Resource(bucketPolicyPart.Types[0], "policy", withBucket(examples.PolicyOf(denyHTTP()), "elsewhere"))}},
			Example{About: "an access point", Resources: files(part(bucketPolicyPart, examples.PolicyOf(examples.Changed(examples.Grant(), Inputs{"Principal": "*", "Condition": Inputs{"StringEquals": Inputs{"s3:DataAccessPointAccount": "111122223333"}}}))))},
			Example{About: "one's own addresses", Resources: files(part(bucketPolicyPart, examples.PolicyOf(examples.Changed(examples.Grant(), Inputs{"Principal": "*", "Condition": Inputs{"IpAddress": Inputs{"aws:SourceIp": []any{"192.0.2.0/24", "198.51.100.7"}}}}))))}),
		Violated: append(examples.OpenPolicies(func(s Inputs) []*graph.Resource { return files(part(bucketPolicyPart, examples.PolicyOf(s))) }),
			Example{About: "among others", Property: "policy", Resources: files(part(bucketPolicyPart, examples.PolicyOf(denyHTTP(), examples.Changed(examples.Grant(), Inputs{"Principal": "*"}))))},
			Example{About: "within a bucket", Property: "policy", Resources: []*graph.Resource{Resource(examples.BucketV1, "files", examples.PolicyOf(examples.Changed(examples.Grant(), Inputs{"Principal": "*"})))}},
			Example{About: "within the old bucket", Property: "policy", Resources: []*graph.Resource{Resource(bucketV2, "files", examples.PolicyOf(examples.Changed(examples.Grant(), Inputs{"Principal": "*"})))}},
			Example{About: "the internet's addresses", Property: "policy", Resources: files(part(bucketPolicyPart, examples.PolicyOf(examples.Changed(examples.Grant(), Inputs{"Principal": "*", "Condition": Inputs{"IpAddress": Inputs{"aws:SourceIp": []any{"192.0.2.0/24", "0.0.0.0/0"}}}}))))},
			Example{About: "a referer", Property: "policy", Resources: files(part(bucketPolicyPart, examples.PolicyOf(examples.Changed(examples.Grant(), Inputs{"Principal": "*", "Condition": Inputs{"StringEquals": Inputs{"aws:Referer": "https://example.com"}}}))))},
			Example{About: "no policy", Property: "policy", Resources: files(part(bucketPolicyPart, Inputs{}))}),
		Undecided: []Example{{About: "policy not known", Resources: files(part(bucketPolicyPart, Inputs{"policy": Unknown}))}},
	},
}

func versionedFiles(parts ...*graph.Resource) []*graph.Resource {
	return files(append(parts, Resource(versioningPart.Types[0], "versions", withBucket(enabledVersions(), Ref(examples.BucketV1, "files", "id"))))...)
}
