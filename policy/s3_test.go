package policy

import (
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/property"

	"github.com/carebase/carebase/graph"
)

const (
	bucketV1 = "aws:s3/bucket:Bucket"
	bucketV2 = "aws:s3/bucketV2:BucketV2"
)

// part is a resource that configures the bucket "files".
func part(p bucketPart, inputs in) *graph.Resource {
	inputs["bucket"] = ref(bucketV1, "files", "id")
	return res(p.types[0], "part", inputs)
}

// files is a stack with the bucket and what belongs to it.
func files(parts ...*graph.Resource) []*graph.Resource {
	return append([]*graph.Resource{res(bucketV1, "files", in{})}, parts...)
}

// partViolations are the ways any part of a bucket can be missing.
func partViolations(p bucketPart, inputs func() in) []example {
	missing := shortName(p.types[0])
	return []example{
		{about: "none", property: missing, resources: files()},
		{about: "another bucket's", property: missing, resources: files(
			res(p.types[0], "part", withBucket(inputs(), "another-bucket")),
		)},
		{about: "another bucket's of the stack", property: missing, resources: files(
			res(bucketV1, "other", in{"bucket": "other"}), res(p.types[0], "part", withBucket(inputs(), ref(bucketV1, "other", "bucket"))),
		)},
	}
}

func withBucket(inputs in, bucket any) in {
	inputs["bucket"] = bucket
	return inputs
}

// partAlternatives are the ways to say which bucket a part is for.
func partAlternatives(p bucketPart, inputs func() in) []example {
	found := []example{
		{about: "by its id", resources: files(part(p, inputs()))},
		{about: "by its name", resources: []*graph.Resource{
			res(bucketV1, "files", in{"bucket": "the-files"}), res(p.types[0], "part", withBucket(inputs(), "the-files")),
		}},
		{about: "of a BucketV2", resources: []*graph.Resource{
			res(bucketV2, "files", in{}), res(p.types[len(p.types)-1], "part", withBucket(inputs(), ref(bucketV2, "files", "id"))),
		}},
	}
	deployed := res(bucketV1, "files", in{})
	deployed.Outputs = deployed.Outputs.Set("id", property.New("the-files-1a2b3c"))
	return append(found, example{about: "as deployed", resources: []*graph.Resource{
		deployed, res(p.types[0], "part", withBucket(inputs(), "the-files-1a2b3c")),
	}})
}

// notKnown says that it is not known yet which bucket a part is for.
func notKnown(p bucketPart, inputs func() in) []example {
	return []example{{about: "whose is not known", resources: files(res(p.types[0], "part", withBucket(inputs(), unknown)))}}
}

func allBlocked() in {
	return in{"blockPublicAcls": true, "blockPublicPolicy": true, "ignorePublicAcls": true, "restrictPublicBuckets": true}
}

// unblocked breaks each of the four switches, in what make makes of the inputs.
func unblocked(make func(in) []*graph.Resource) []example {
	var found []example
	for _, name := range []string{"blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"} {
		off, unset := allBlocked(), allBlocked()
		off[name] = false
		delete(unset, name)
		found = append(found,
			example{about: name + " false", property: name, resources: make(off)},
			example{about: name + " not set", property: name, resources: make(unset)})
	}
	return found
}

func enforced() in { return in{"rule": in{"objectOwnership": "BucketOwnerEnforced"}} }

// sse is an encryption configuration; a key of nil is left out.
func sse(algorithm string, key any) in {
	rule := in{"sseAlgorithm": algorithm}
	if key != nil {
		rule["kmsMasterKeyId"] = key
	}
	return in{"rules": []any{in{"applyServerSideEncryptionByDefault": rule}}}
}

func sseByKey() in { return sse("aws:kms", ref(keyType, "data", "arn")) }

// statement of a policy.
type statement = map[string]any

func policyOf(statements ...any) in {
	return in{"policy": asJSON(in{"Version": "2012-10-17", "Statement": statements})}
}

// changed is the statement with some members changed; nil takes one out.
func changed(s statement, changes statement) statement {
	all := statement{}
	for key, value := range s {
		all[key] = value
	}
	for key, value := range changes {
		if all[key] = value; value == nil {
			delete(all, key)
		}
	}
	return all
}

func denyHTTP() statement {
	arn := ref(bucketV1, "files", "arn")
	return statement{
		"Sid": "DenyPlainHTTP", "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": []any{arn, arn + "/*"},
		"Condition": in{"Bool": in{"aws:SecureTransport": "false"}},
	}
}

// httpPolicy is the bucket with a policy of one statement.
func httpPolicy(changes statement) []*graph.Resource {
	return files(part(bucketPolicyPart, policyOf(changed(denyHTTP(), changes))))
}

func enabledVersions() in { return in{"versioningConfiguration": in{"status": "Enabled"}} }
func toLogs() in          { return in{"targetBucket": "the-logs"} }
func oneDay() in {
	return in{"rule": in{"defaultRetention": in{"mode": "GOVERNANCE", "days": 1}}}
}

func oldVersionsRule() in {
	return in{"rules": []any{in{"status": "Enabled", "noncurrentVersionExpiration": in{"noncurrentDays": 30}}}}
}

// replication is a rule of a bucket encrypted by KMS to the bucket "copy".
func replication() in {
	return in{"role": "arn:x", "rules": []any{replicationRule(nil)}}
}

func replicationRule(changes in) in {
	return changed(in{
		"status": "Enabled", "destination": in{"bucket": ref(bucketV1, "copy", "arn")},
		"sourceSelectionCriteria": in{"sseKmsEncryptedObjects": in{"status": "Enabled"}},
	}, changes)
}

// replicatedBack is files replicated to its copy, and the copy, with changes, to files.
func replicatedBack(changes in) []*graph.Resource {
	back := changed(in{"destination": in{"bucket": ref(bucketV1, "files", "arn")}}, changes)
	return append(replicatedBy(nil),
		inRegion("us-west-2", res(replicationPart.types[0], "back", withBucket(in{"rules": []any{replicationRule(back)}}, ref(bucketV1, "copy", "id")))))
}

func replicatedBy(changes in) []*graph.Resource {
	return files(inRegion("us-west-2", res(bucketV1, "copy", in{})),
		part(replicationPart, in{"rules": []any{replicationRule(changes)}}))
}

var s3Fixtures = map[string]fixture{
	"S3-1": {
		satisfied: partAlternatives(publicAccessPart, allBlocked),
		violated: slices.Concat(partViolations(publicAccessPart, allBlocked),
			unblocked(func(inputs in) []*graph.Resource { return files(part(publicAccessPart, inputs)) }),
			[]example{{about: "a second one that opens", property: "blockPublicPolicy", resources: files(
				part(publicAccessPart, allBlocked()),
				res(publicAccessPart.types[0], "open", in{"bucket": ref(bucketV1, "files", "id"), "blockPublicAcls": true, "ignorePublicAcls": true, "restrictPublicBuckets": true}),
			)}}),
		undecided: slices.Concat(notKnown(publicAccessPart, allBlocked), []example{{about: "a switch not known", resources: files(
			part(publicAccessPart, in{"blockPublicAcls": unknown, "blockPublicPolicy": true, "ignorePublicAcls": true, "restrictPublicBuckets": true}),
		)}}),
	},
	"S3-2": {
		satisfied: []example{{about: "all four", resources: []*graph.Resource{res("aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock", "account", allBlocked())}}},
		violated: append(unblocked(func(inputs in) []*graph.Resource {
			return []*graph.Resource{res("aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock", "account", inputs)}
		}), example{about: "none", property: "AccountPublicAccessBlock", resources: files(part(publicAccessPart, allBlocked()))}),
		undecided: []example{{about: "not known", resources: []*graph.Resource{res("aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock", "account",
			in{"blockPublicAcls": unknown, "blockPublicPolicy": true, "ignorePublicAcls": true, "restrictPublicBuckets": true})}}},
	},
	"S3-3": {
		satisfied: partAlternatives(ownershipPart, enforced),
		violated: append(partViolations(ownershipPart, enforced),
			example{about: "owner preferred", property: "rule.objectOwnership", resources: files(part(ownershipPart, in{"rule": in{"objectOwnership": "BucketOwnerPreferred"}}))},
			example{about: "writer", property: "rule.objectOwnership", resources: files(part(ownershipPart, in{"rule": in{"objectOwnership": "ObjectWriter"}}))},
			example{about: "no rule", property: "rule.objectOwnership", resources: files(part(ownershipPart, in{}))}),
		undecided: slices.Concat(notKnown(ownershipPart, enforced),
			[]example{{about: "not known", resources: files(part(ownershipPart, in{"rule": in{"objectOwnership": unknown}}))}}),
	},
	"S3-4": {
		satisfied: slices.Concat(partAlternatives(encryptionPart, sseByKey), []example{
			{about: "Amazon's key", resources: files(part(encryptionPart, sse("AES256", nil)))},
			{about: "twice", resources: files(part(encryptionPart, sse("aws:kms:dsse", nil)))},
			{about: "within the bucket", resources: []*graph.Resource{res(bucketV1, "files", in{"serverSideEncryptionConfiguration": in{"rule": in{"applyServerSideEncryptionByDefault": in{"sseAlgorithm": "AES256"}}}})}},
			{about: "within the old bucket", resources: []*graph.Resource{res(bucketV2, "files", in{"serverSideEncryptionConfigurations": []any{in{"rules": []any{in{"applyServerSideEncryptionByDefaults": []any{in{"sseAlgorithm": "AES256"}}}}}}})}},
		}),
		violated: append(partViolations(encryptionPart, sseByKey),
			example{about: "no rules", property: "rules", resources: files(part(encryptionPart, in{}))},
			example{about: "a rule of nothing", property: "rules[0].applyServerSideEncryptionByDefault.sseAlgorithm", resources: files(part(encryptionPart, in{"rules": []any{in{"bucketKeyEnabled": true}}}))},
			example{about: "within the bucket, empty", property: "serverSideEncryptionConfiguration.rule.applyServerSideEncryptionByDefault.sseAlgorithm", resources: []*graph.Resource{res(bucketV1, "files", in{"serverSideEncryptionConfiguration": in{}})}}),
		undecided: slices.Concat(notKnown(encryptionPart, sseByKey), []example{{about: "rules not known", resources: files(part(encryptionPart, in{"rules": unknown}))}}),
	},
	"S3-5": {
		satisfied: slices.Concat(partAlternatives(encryptionPart, sseByKey), []example{
			{about: "twice", resources: files(part(encryptionPart, sse("aws:kms:dsse", "arn:aws:kms:us-east-1:111122223333:key/k")))},
			{about: "within the bucket", resources: []*graph.Resource{res(bucketV1, "files", in{"serverSideEncryptionConfiguration": in{"rule": in{"applyServerSideEncryptionByDefault": in{"sseAlgorithm": "aws:kms", "kmsMasterKeyId": "arn:x"}}}})}},
			{about: "a log bucket besides", resources: files(
				part(encryptionPart, sseByKey()), res(bucketV1, "logs", in{"bucket": "the-logs"}),
				res(loggingPart.types[0], "logging", in{"bucket": ref(bucketV1, "files", "id"), "targetBucket": "the-logs"}),
			)},
			{about: "a load balancer's log bucket besides", resources: files(
				part(encryptionPart, sseByKey()), res(bucketV1, "logs", in{}),
				res(encryptionPart.types[0], "logs-encryption", withBucket(sse("AES256", nil), ref(bucketV1, "logs", "id"))),
				res(loadBalancers[1], "alb", in{"accessLogs": in{"bucket": ref(bucketV1, "logs", "bucket")}}),
			)},
			{about: "a log bucket of BucketV2s besides", resources: files(
				part(encryptionPart, sseByKey()), res(bucketV2, "logs", in{}),
				res(bucketV2, "more", in{"serverSideEncryptionConfigurations": []any{in{"rules": []any{in{"applyServerSideEncryptionByDefaults": []any{in{"sseAlgorithm": "aws:kms", "kmsMasterKeyId": "arn:x"}}}}}}, "loggings": []any{in{"targetBucket": ref(bucketV2, "logs", "id")}}}),
			)},
		}),
		violated: append(partViolations(encryptionPart, sseByKey),
			example{about: "Amazon's key", property: "rules[0].applyServerSideEncryptionByDefault.sseAlgorithm", resources: files(part(encryptionPart, sse("AES256", nil)))},
			example{about: "AWS's own key of the account", property: "rules[0].applyServerSideEncryptionByDefault.kmsMasterKeyId", resources: files(part(encryptionPart, sse("aws:kms", nil)))},
			example{about: "its alias", property: "rules[0].applyServerSideEncryptionByDefault.kmsMasterKeyId", resources: files(part(encryptionPart, sse("aws:kms", "arn:aws:kms:us-east-1:111122223333:alias/aws/s3")))},
			example{about: "a bucket that logs to itself", property: "rules[0].applyServerSideEncryptionByDefault.sseAlgorithm", resources: files(
				part(encryptionPart, sse("AES256", nil)),
				res(loggingPart.types[0], "logging", in{"bucket": ref(bucketV1, "files", "id"), "targetBucket": ref(bucketV1, "files", "id")}),
			)},
			example{about: "a network load balancer's log bucket", property: "rules[0].applyServerSideEncryptionByDefault.sseAlgorithm", resources: files(
				part(encryptionPart, sse("AES256", nil)),
				res(loadBalancers[0], "nlb", in{"loadBalancerType": "network", "accessLogs": in{"bucket": ref(bucketV1, "files", "id")}}),
			)},
			example{about: "within the old bucket", property: "serverSideEncryptionConfigurations[0].rules[0].applyServerSideEncryptionByDefaults[0].kmsMasterKeyId", resources: []*graph.Resource{res(bucketV2, "files", in{"serverSideEncryptionConfigurations": []any{in{"rules": []any{in{"applyServerSideEncryptionByDefaults": []any{in{"sseAlgorithm": "aws:kms"}}}}}}})}}),
		undecided: slices.Concat(notKnown(encryptionPart, sseByKey), []example{{about: "key not known", resources: files(part(encryptionPart, sse("aws:kms", unknown)))}}),
	},
	"S3-6": {
		satisfied: slices.Concat(partAlternatives(bucketPolicyPart, func() in { return policyOf(changed(denyHTTP(), statement{"Resource": "*"})) }), []example{
			{about: "one statement, not in a list", resources: files(part(bucketPolicyPart, in{"policy": asJSON(in{"Statement": denyHTTP()})}))},
			{about: "a list of actions, everyone's kind, a boolean", resources: httpPolicy(statement{
				"Action": []any{"s3:*"}, "Principal": in{"AWS": []any{"*"}}, "Condition": in{"Bool": in{"aws:securetransport": []any{false}}},
			})},
			{about: "every action", resources: httpPolicy(statement{"Action": "*", "Condition": in{"BoolIfExists": in{"aws:SecureTransport": "false"}}})},
			{about: "in two statements", resources: files(part(bucketPolicyPart, policyOf(
				changed(denyHTTP(), statement{"Resource": ref(bucketV1, "files", "arn")}),
				changed(denyHTTP(), statement{"Resource": "arn:aws:s3:::" + ref(bucketV1, "files", "id") + "/*"}),
			)))},
			{about: "a pattern of both", resources: httpPolicy(statement{"Resource": ref(bucketV1, "files", "arn") + "*"})},
			{about: "by literal ARNs", resources: []*graph.Resource{
				res(bucketV1, "files", in{"bucket": "the-files"}),
				res(bucketPolicyPart.types[0], "part", withBucket(policyOf(changed(denyHTTP(), statement{"Resource": []any{"arn:aws:s3:::the-files", "arn:aws:s3:::the-files/*"}})), "the-files")),
			}},
			{about: "as an object", resources: files(part(bucketPolicyPart, in{"policy": in{"Version": "2012-10-17", "Statement": []any{denyHTTP()}}}))},
			{about: "within the bucket", resources: []*graph.Resource{res(bucketV1, "files", policyOf(changed(denyHTTP(), statement{"Resource": "*"})))}},
		}),
		violated: append(partViolations(bucketPolicyPart, func() in { return policyOf(denyHTTP()) }),
			example{about: "allowed", property: "policy", resources: httpPolicy(statement{"Effect": "Allow"})},
			example{about: "denied to one", property: "policy", resources: httpPolicy(statement{"Principal": in{"AWS": "arn:aws:iam::111122223333:root"}})},
			example{about: "denied to all but one", property: "policy", resources: httpPolicy(statement{"Principal": nil, "NotPrincipal": in{"AWS": "arn:aws:iam::111122223333:root"}})},
			example{about: "reads only", property: "policy", resources: httpPolicy(statement{"Action": "s3:GetObject"})},
			example{about: "all actions but reads", property: "policy", resources: httpPolicy(statement{"Action": nil, "NotAction": "s3:GetObject"})},
			example{about: "where it is true", property: "policy", resources: httpPolicy(statement{"Condition": in{"Bool": in{"aws:SecureTransport": "true"}}})},
			example{about: "another way round", property: "policy", resources: httpPolicy(statement{"Condition": in{"StringNotEquals": in{"aws:SecureTransport": "false"}}})},
			example{about: "another condition", property: "policy", resources: httpPolicy(statement{"Condition": in{"Bool": in{"aws:MultiFactorAuthPresent": "false"}}})},
			example{about: "no value", property: "policy", resources: httpPolicy(statement{"Condition": in{"Bool": in{"aws:SecureTransport": []any{}}}})},
			example{about: "old TLS only", property: "policy", resources: httpPolicy(statement{"Condition": in{"NumericLessThan": in{"s3:TlsVersion": "1.2"}}})},
			example{about: "another condition besides", property: "policy", resources: httpPolicy(statement{"Condition": in{"Bool": in{"aws:SecureTransport": "false"}, "StringEquals": in{"aws:PrincipalTag/team": "x"}}})},
			example{about: "everything denied", property: "policy", resources: httpPolicy(statement{"Condition": nil})},
			example{about: "the bucket only", property: "policy", resources: httpPolicy(statement{"Resource": ref(bucketV1, "files", "arn")})},
			example{about: "the objects only", property: "policy", resources: httpPolicy(statement{"Resource": []any{ref(bucketV1, "files", "arn") + "/*"}})},
			example{about: "some of the objects", property: "policy", resources: httpPolicy(statement{"Resource": []any{ref(bucketV1, "files", "arn"), ref(bucketV1, "files", "arn") + "/private/*"}})},
			example{about: "another bucket's ARN", property: "policy", resources: httpPolicy(statement{"Resource": []any{"arn:aws:s3:::another", "arn:aws:s3:::another/*"}})},
			example{about: "another bucket and one's own objects", property: "policy", resources: httpPolicy(statement{"Resource": []any{"arn:aws:s3:::another", ref(bucketV1, "files", "arn") + "/*"}})},
			example{about: "one's own bucket and another's objects", property: "policy", resources: httpPolicy(statement{"Resource": []any{ref(bucketV1, "files", "arn"), "arn:aws:s3:::another/*"}})},
			example{about: "all but this bucket", property: "policy", resources: httpPolicy(statement{"Resource": nil, "NotResource": "arn:aws:s3:::x"})},
			example{about: "no JSON", property: "policy", resources: files(part(bucketPolicyPart, in{"policy": "deny"}))},
			example{about: "no statement", property: "policy", resources: files(part(bucketPolicyPart, policyOf()))},
			example{about: "an object that allows", property: "policy", resources: files(part(bucketPolicyPart, in{"policy": in{"Statement": changed(denyHTTP(), statement{"Effect": "Allow"})}}))}),
		undecided: slices.Concat(notKnown(bucketPolicyPart, func() in { return policyOf(denyHTTP()) }), []example{
			{about: "policy not known", resources: files(part(bucketPolicyPart, in{"policy": unknown}))},
			{about: "a part of it not known", resources: files(part(bucketPolicyPart, in{"policy": in{"Statement": []any{changed(denyHTTP(), statement{"Resource": []any{unknown}})}}}))},
		}),
	},
	"S3-7": {
		satisfied: slices.Concat(partAlternatives(versioningPart, enabledVersions), []example{
			{about: "within the bucket", resources: []*graph.Resource{res(bucketV1, "files", in{"versioning": in{"enabled": true}})}},
			{about: "within the old bucket", resources: []*graph.Resource{res(bucketV2, "files", in{"versionings": []any{in{"enabled": true}}})}},
			{about: "by object lock", resources: []*graph.Resource{res(bucketV1, "files", in{"objectLockEnabled": true})}},
		}),
		violated: append(partViolations(versioningPart, enabledVersions),
			example{about: "suspended", property: "versioningConfiguration.status", resources: files(part(versioningPart, in{"versioningConfiguration": in{"status": "Suspended"}}))},
			example{about: "no status", property: "versioningConfiguration.status", resources: files(part(versioningPart, in{}))},
			example{about: "off within the bucket", property: "versioning.enabled", resources: []*graph.Resource{res(bucketV1, "files", in{"versioning": in{"enabled": false}})}},
			example{about: "off within the old bucket", property: "versionings[0].enabled", resources: []*graph.Resource{res(bucketV2, "files", in{"versionings": []any{in{"mfaDelete": true}}})}}),
		undecided: slices.Concat(notKnown(versioningPart, enabledVersions), []example{
			{about: "status not known", resources: files(part(versioningPart, in{"versioningConfiguration": in{"status": unknown}}))},
			{about: "not known within the bucket", resources: []*graph.Resource{res(bucketV1, "files", in{"versioning": unknown})}},
		}),
	},
	"S3-8": {
		satisfied: slices.Concat(partAlternatives(loggingPart, toLogs), []example{
			{about: "to a log bucket that does not log itself", resources: files(
				part(loggingPart, in{"targetBucket": ref(bucketV1, "logs", "bucket")}), res(bucketV1, "logs", in{}),
			)},
			{about: "within the bucket", resources: []*graph.Resource{res(bucketV1, "files", in{"logging": in{"targetBucket": "the-logs"}}), res(bucketV1, "logs", in{"bucket": "the-logs"})}},
			{about: "within the old bucket", resources: []*graph.Resource{res(bucketV2, "files", in{"loggings": []any{in{"targetBucket": "the-logs"}}})}},
		}),
		violated: append(partViolations(loggingPart, toLogs),
			example{about: "nowhere", property: "targetBucket", resources: files(part(loggingPart, in{}))},
			example{about: "to itself", property: "targetBucket", resources: files(part(loggingPart, in{"targetBucket": ref(bucketV1, "files", "id")}))},
			example{about: "a load balancer's log bucket", property: "BucketLogging", resources: files(res(loadBalancers[0], "alb", in{"accessLogs": in{"bucket": ref(bucketV1, "files", "id")}}))},
			example{about: "to itself, within", property: "logging.targetBucket", resources: []*graph.Resource{res(bucketV1, "files", in{"bucket": "the-files", "logging": in{"targetBucket": "the-files"}})}}),
		undecided: slices.Concat(notKnown(loggingPart, toLogs), []example{{about: "where is not known", resources: files(part(loggingPart, in{"targetBucket": unknown}))}}),
	},
	"S3-9": {
		satisfied: []example{
			{about: "to another region", resources: replicatedBy(nil)},
			{about: "with an empty filter", resources: replicatedBy(in{"filter": in{"prefix": ""}})},
			{about: "to a bucket elsewhere", resources: files(part(replicationPart, in{"rules": []any{replicationRule(in{"destination": in{"bucket": "arn:aws:s3:::the-copy"}})}}))},
			{about: "one rule of two", resources: files(
				inRegion("us-west-2", res(bucketV1, "copy", in{})),
				part(replicationPart, in{"rules": []any{replicationRule(in{"status": "Disabled"}), replicationRule(nil)}}),
			)},
			{about: "encrypted by Amazon, without a word on KMS", resources: append(replicatedBy(in{"sourceSelectionCriteria": nil}),
				res(encryptionPart.types[0], "encryption", withBucket(sse("AES256", nil), ref(bucketV1, "files", "id"))))},
			{about: "both ways", resources: replicatedBack(nil)},
			{about: "within the bucket", resources: []*graph.Resource{res(bucketV1, "files", in{"replicationConfiguration": in{"rules": []any{in{
				"status": "Enabled", "destination": in{"bucket": "arn:aws:s3:::copy"}, "sourceSelectionCriteria": in{"sseKmsEncryptedObjects": in{"enabled": true}},
			}}}})}},
			{about: "within the old bucket", resources: []*graph.Resource{res(bucketV2, "files", in{"replicationConfigurations": []any{in{"rules": []any{in{
				"status": "Enabled", "destinations": []any{in{"bucket": "arn:aws:s3:::copy"}}, "sourceSelectionCriterias": []any{in{"sseKmsEncryptedObjects": []any{in{"enabled": true}}}},
			}}}}})}},
			{about: "what need not be: logs and the application itself", resources: append(replicatedBy(nil),
				res(bucketV1, "logs", in{}), res(loadBalancers[0], "alb", in{"accessLogs": in{"bucket": ref(bucketV1, "logs", "id")}}),
				res(bucketV1, "trail", in{}), res(trailType, "trail", in{"s3BucketName": ref(bucketV1, "trail", "id")}),
				res(bucketV1, "history", in{}), res("aws:cfg/deliveryChannel:DeliveryChannel", "channel", in{"s3BucketName": ref(bucketV1, "history", "id")}),
				res(bucketV1, "viewers", in{"bucket": "viewers"}), res(distributionType, "logged", in{"loggingConfig": in{"bucket": "viewers.s3.amazonaws.com"}}),
				res(bucketV1, "app", in{}),
				res(distributionType, "cdn", in{
					"origins":              []any{in{"originId": "app", "domainName": ref(bucketV1, "app", "bucketRegionalDomainName")}},
					"defaultCacheBehavior": in{"targetOriginId": "app"},
				}))},
			{about: "an application and its copy that are not known yet, of a distribution whose signers AWS computes", resources: append(replicatedBy(nil),
				waiting("origins", []*graph.Resource{res(bucketV1, "app", in{}), inRegion("us-west-2", res(bucketV1, "app-copy", in{})), nil}, res(distributionType, "cdn", in{
					"origins":              []any{in{"originId": "app", "domainName": unknown}, in{"originId": "copy", "domainName": unknown}},
					"originGroups":         []any{in{"originId": "both", "members": []any{in{"originId": "app"}, in{"originId": "copy"}}}},
					"defaultCacheBehavior": in{"targetOriginId": "both", "trustedKeyGroups": unknown, "trustedSigners": unknown},
				}))...)},
			{about: "an application by an origin group", resources: append(replicatedBy(nil),
				res(bucketV1, "app", in{"bucket": "the-app"}),
				res(distributionType, "cdn", in{
					"origins":              []any{in{"originId": "app", "domainName": "the-app.s3.us-east-1.amazonaws.com"}},
					"originGroups":         []any{in{"originId": "both", "members": []any{in{"originId": "app"}}}},
					"defaultCacheBehavior": in{"targetOriginId": "both"},
				}))},
		},
		violated: []example{
			{about: "none", property: "BucketReplicationConfig", resources: files()},
			{about: "another bucket's", property: "BucketReplicationConfig", resources: files(res(replicationPart.types[0], "part", withBucket(replication(), "another")))},
			{about: "no rules", property: "rules", resources: files(part(replicationPart, in{}))},
			{about: "disabled", property: "rules[0].status", resources: replicatedBy(in{"status": "Disabled"})},
			{about: "some objects", property: "rules[0].filter", resources: replicatedBy(in{"filter": in{"prefix": "x/"}})},
			{about: "objects with a tag", property: "rules[0].filter", resources: replicatedBy(in{"filter": in{"and": in{"tags": in{"a": "b"}}}})},
			{about: "some objects, the old way", property: "rules[0].prefix", resources: replicatedBy(in{"prefix": "x/"})},
			{about: "without those encrypted by KMS", property: "rules[0].sourceSelectionCriteria.sseKmsEncryptedObjects.status", resources: replicatedBy(in{"sourceSelectionCriteria": nil})},
			{about: "to the same region", property: "rules[0].destination.bucket", resources: files(res(bucketV1, "copy", in{}), part(replicationPart, replication()))},
			{about: "both ways, of which one is disabled", property: "rules[0].status", resources: replicatedBack(in{"status": "Disabled"})},
			{about: "to nowhere", property: "rules[0].destination.bucket", resources: replicatedBy(in{"destination": nil})},
			{about: "what CloudFront serves to those with a signature", property: "BucketReplicationConfig", resources: files(
				res(distributionType, "cdn", in{
					"origins":              []any{in{"originId": "files", "domainName": ref(bucketV1, "files", "bucketRegionalDomainName")}},
					"defaultCacheBehavior": in{"targetOriginId": "files", "trustedKeyGroups": []any{"group"}},
				}))},
			{about: "what CloudFront serves to those with a signature of a key that is not known yet", property: "BucketReplicationConfig", resources: files(
				res(distributionType, "cdn", in{
					"origins":              []any{in{"originId": "files", "domainName": ref(bucketV1, "files", "bucketRegionalDomainName")}},
					"defaultCacheBehavior": in{"targetOriginId": "files", "trustedKeyGroups": []any{unknown}},
				}))},
			{about: "an origin of nothing", property: "BucketReplicationConfig", resources: files(
				res(distributionType, "cdn", in{
					"origins":              []any{in{"originId": "files", "domainName": ref(bucketV1, "files", "bucketRegionalDomainName")}},
					"defaultCacheBehavior": in{"targetOriginId": "app"},
				}))},
		},
		undecided: []example{
			{about: "whose is not known", resources: files(res(replicationPart.types[0], "part", withBucket(replication(), unknown)))},
			{about: "where to is not known", resources: files(part(replicationPart, in{"rules": []any{replicationRule(in{"destination": in{"bucket": unknown}})}}))},
			{about: "rules not known", resources: files(part(replicationPart, in{"rules": unknown}))},
		},
	},
	"S3-10": {
		satisfied: []example{
			{about: "a trail's bucket", resources: files(part(lockPart, oneDay()), res(trailType, "trail", in{"s3BucketName": ref(bucketV1, "files", "id")}))},
			{about: "an export's bucket, for a year, in compliance mode", resources: files(
				part(lockPart, in{"rule": in{"defaultRetention": in{"mode": "COMPLIANCE", "years": 1}}}),
				res("aws:rds/exportTask:ExportTask", "export", in{"s3BucketName": ref(bucketV1, "files", "id")}),
			)},
			{about: "made with object lock", resources: []*graph.Resource{
				res(bucketV1, "files", in{"objectLockEnabled": true}), part(lockPart, oneDay()), res(bucketV1, "without", in{}),
			}},
			{about: "within the bucket", resources: []*graph.Resource{res(bucketV1, "files", in{
				"tags": in{"Purpose": "backups"}, "objectLockConfiguration": in{"objectLockEnabled": "Enabled", "rule": in{"defaultRetention": in{"mode": "GOVERNANCE", "days": 30}}},
			})}},
			{about: "within the old bucket", resources: []*graph.Resource{res(bucketV2, "files", in{
				"objectLockEnabled": true, "objectLockConfiguration": in{"rules": []any{in{"defaultRetentions": []any{in{"mode": "GOVERNANCE", "days": 30}}}}},
			})}},
		},
		violated: []example{
			{about: "a trail's bucket without", property: "BucketObjectLockConfiguration", resources: files(res(trailType, "trail", in{"s3BucketName": ref(bucketV1, "files", "bucket")}))},
			{about: "a trail's bucket by its name", property: "BucketObjectLockConfiguration", resources: []*graph.Resource{
				res(bucketV1, "files", in{"bucket": "the-files"}), res(trailType, "trail", in{"s3BucketName": "the-files"}),
			}},
			{about: "an export's bucket without", property: "BucketObjectLockConfiguration", resources: files(res("aws:dynamodb/tableExport:TableExport", "export", in{"s3Bucket": ref(bucketV1, "files", "id")}))},
			{about: "tagged for backups", property: "BucketObjectLockConfiguration", resources: []*graph.Resource{res(bucketV1, "files", in{"tags": in{"Purpose": "backups"}})}},
			{about: "tagged for audit", property: "BucketObjectLockConfiguration", resources: []*graph.Resource{res(bucketV1, "files", in{"tags": in{"Purpose": "audit"}})}},
			{about: "object lock that locks nothing", property: "BucketObjectLockConfiguration", resources: []*graph.Resource{res(bucketV1, "files", in{"objectLockEnabled": true})}},
			{about: "another bucket's", property: "BucketObjectLockConfiguration", resources: []*graph.Resource{
				res(bucketV1, "files", in{"objectLockEnabled": true}), res(lockPart.types[0], "part", withBucket(oneDay(), "another")),
			}},
			{about: "no mode", property: "rule.defaultRetention.mode", resources: []*graph.Resource{
				res(bucketV1, "files", in{"objectLockEnabled": true}), part(lockPart, in{"rule": in{"defaultRetention": in{"days": 30}}}),
			}},
			{about: "no time", property: "rule.defaultRetention.days", resources: []*graph.Resource{
				res(bucketV1, "files", in{"objectLockEnabled": true}), part(lockPart, in{"rule": in{"defaultRetention": in{"mode": "GOVERNANCE"}}}),
			}},
			{about: "no rule", property: "rule.defaultRetention.mode", resources: []*graph.Resource{
				res(bucketV1, "files", in{"objectLockEnabled": true}), part(lockPart, in{"objectLockEnabled": "Enabled"}),
			}},
		},
		undecided: []example{
			{about: "whose is not known", resources: []*graph.Resource{
				res(bucketV1, "files", in{"objectLockEnabled": true}), res(lockPart.types[0], "part", withBucket(oneDay(), unknown)),
			}},
			{about: "time not known", resources: []*graph.Resource{
				res(bucketV1, "files", in{"objectLockEnabled": true}), part(lockPart, in{"rule": in{"defaultRetention": in{"mode": "GOVERNANCE", "days": unknown}}}),
			}},
		},
	},
	"S3-11": {
		satisfied: []example{
			{about: "versions expire", resources: versionedFiles(part(lifecyclePart, oldVersionsRule()))},
			{about: "the older type", resources: versionedFiles(res(lifecyclePart.types[1], "part", withBucket(oldVersionsRule(), ref(bucketV1, "files", "id"))))},
			{about: "versions move", resources: versionedFiles(part(lifecyclePart, in{"rules": []any{in{"status": "Enabled", "noncurrentVersionTransitions": []any{in{"noncurrentDays": 30, "storageClass": "GLACIER"}}}}}))},
			{about: "one rule of two", resources: versionedFiles(part(lifecyclePart, in{"rules": []any{
				in{"status": "Enabled", "expiration": in{"days": 30}}, in{"status": "Enabled", "noncurrentVersionExpiration": in{"noncurrentDays": 30}},
			}}))},
			{about: "within the bucket", resources: []*graph.Resource{res(bucketV1, "files", in{
				"versioning": in{"enabled": true}, "lifecycleRules": []any{in{"enabled": true, "noncurrentVersionExpiration": in{"days": 30}}},
			})}},
			{about: "within the old bucket", resources: []*graph.Resource{res(bucketV2, "files", in{
				"objectLockEnabled": true, "lifecycleRules": []any{in{"enabled": true, "noncurrentVersionExpirations": []any{in{"days": 30}}}},
			})}},
			{about: "a bucket without versions besides", resources: append(versionedFiles(part(lifecyclePart, oldVersionsRule())),
				res(bucketV1, "plain", in{}), res(bucketV1, "suspended", in{"versioning": in{"enabled": false}}))},
		},
		violated: []example{
			{about: "none", property: "BucketLifecycleConfiguration", resources: versionedFiles()},
			{about: "none, with object lock", property: "BucketLifecycleConfiguration", resources: []*graph.Resource{res(bucketV1, "files", in{"objectLockEnabled": true})}},
			{about: "another bucket's", property: "BucketLifecycleConfiguration", resources: versionedFiles(res(lifecyclePart.types[0], "part", withBucket(oldVersionsRule(), "another")))},
			{about: "disabled", property: "rules[0].status", resources: versionedFiles(part(lifecyclePart, in{"rules": []any{in{"status": "Disabled", "noncurrentVersionExpiration": in{"noncurrentDays": 30}}}}))},
			{about: "current versions only", property: "rules[0].noncurrentVersionExpiration", resources: versionedFiles(part(lifecyclePart, in{"rules": []any{in{"status": "Enabled", "expiration": in{"days": 30}}}}))},
			{about: "no rules", property: "rules", resources: versionedFiles(part(lifecyclePart, in{}))},
			{about: "disabled within the bucket", property: "lifecycleRules[0].enabled", resources: []*graph.Resource{res(bucketV1, "files", in{
				"versioning": in{"enabled": true}, "lifecycleRules": []any{in{"enabled": false, "noncurrentVersionExpiration": in{"days": 30}}},
			})}},
		},
		undecided: []example{
			{about: "rules not known", resources: versionedFiles(part(lifecyclePart, in{"rules": unknown}))},
			{about: "one rule not known", resources: versionedFiles(part(lifecyclePart, in{"rules": []any{
				in{"status": "Enabled", "expiration": in{"days": 30}}, in{"status": unknown, "noncurrentVersionExpiration": in{"noncurrentDays": 30}},
			}}))},
			{about: "whose is not known", resources: versionedFiles(res(lifecyclePart.types[0], "part", withBucket(oldVersionsRule(), unknown)))},
		},
	},
	"S3-12": {
		satisfied: slices.Concat(partAlternatives(notificationPart, func() in { return in{"eventbridge": true} }), []example{
			{about: "to a queue", resources: files(part(notificationPart, in{"queues": []any{in{"queueArn": "arn:x"}}}))},
			{about: "to a topic", resources: files(part(notificationPart, in{"topics": []any{in{"topicArn": "arn:x"}}}))},
			{about: "to a function", resources: files(part(notificationPart, in{"lambdaFunctions": []any{in{"lambdaFunctionArn": unknown}}}))},
			{about: "logs and locked backups besides", resources: files(
				part(notificationPart, in{"eventbridge": true}), res(bucketV1, "backups", in{"objectLockEnabled": true}),
				res(bucketV1, "logs", in{}), res(loggingPart.types[0], "logging", in{"bucket": ref(bucketV1, "files", "id"), "targetBucket": ref(bucketV1, "logs", "id")}),
			)},
		}),
		violated: append(partViolations(notificationPart, func() in { return in{"eventbridge": true} }),
			example{about: "off", property: "eventbridge", resources: files(part(notificationPart, in{"eventbridge": false}))},
			example{about: "to nobody", property: "eventbridge", resources: files(part(notificationPart, in{"queues": []any{}}))}),
		undecided: slices.Concat(notKnown(notificationPart, func() in { return in{"eventbridge": true} }),
			[]example{{about: "not known", resources: files(part(notificationPart, in{"eventbridge": unknown}))}}),
	},
	"S3-13": {
		satisfied: append(closedPolicies(func(s statement) []*graph.Resource { return files(part(bucketPolicyPart, policyOf(s))) }),
			example{about: "within a bucket", resources: []*graph.Resource{res(bucketV1, "files", policyOf(denyHTTP()))}},
			example{about: "of a bucket elsewhere", resources: []*graph.Resource{res(bucketPolicyPart.types[0], "policy", withBucket(policyOf(denyHTTP()), "elsewhere"))}},
			example{about: "an access point", resources: files(part(bucketPolicyPart, policyOf(changed(grant(), statement{"Principal": "*", "Condition": in{"StringEquals": in{"s3:DataAccessPointAccount": "111122223333"}}}))))},
			example{about: "one's own addresses", resources: files(part(bucketPolicyPart, policyOf(changed(grant(), statement{"Principal": "*", "Condition": in{"IpAddress": in{"aws:SourceIp": []any{"192.0.2.0/24", "198.51.100.7"}}}}))))}),
		violated: append(openPolicies(func(s statement) []*graph.Resource { return files(part(bucketPolicyPart, policyOf(s))) }),
			example{about: "among others", property: "policy", resources: files(part(bucketPolicyPart, policyOf(denyHTTP(), changed(grant(), statement{"Principal": "*"}))))},
			example{about: "within a bucket", property: "policy", resources: []*graph.Resource{res(bucketV1, "files", policyOf(changed(grant(), statement{"Principal": "*"})))}},
			example{about: "within the old bucket", property: "policy", resources: []*graph.Resource{res(bucketV2, "files", policyOf(changed(grant(), statement{"Principal": "*"})))}},
			example{about: "the internet's addresses", property: "policy", resources: files(part(bucketPolicyPart, policyOf(changed(grant(), statement{"Principal": "*", "Condition": in{"IpAddress": in{"aws:SourceIp": []any{"192.0.2.0/24", "0.0.0.0/0"}}}}))))},
			example{about: "a referer", property: "policy", resources: files(part(bucketPolicyPart, policyOf(changed(grant(), statement{"Principal": "*", "Condition": in{"StringEquals": in{"aws:Referer": "https://example.com"}}}))))},
			example{about: "no policy", property: "policy", resources: files(part(bucketPolicyPart, in{}))}),
		undecided: []example{{about: "policy not known", resources: files(part(bucketPolicyPart, in{"policy": unknown}))}},
	},
}

func versionedFiles(parts ...*graph.Resource) []*graph.Resource {
	return files(append(parts, res(versioningPart.types[0], "versions", withBucket(enabledVersions(), ref(bucketV1, "files", "id"))))...)
}

// grant is a statement that a policy of a resource may have.
func grant() statement {
	return statement{"Effect": "Allow", "Principal": in{"AWS": "arn:aws:iam::111122223333:root"}, "Action": "s3:GetObject", "Resource": "*"}
}

// closedPolicies are statements that allow nothing to everybody.
func closedPolicies(make func(statement) []*graph.Resource) []example {
	everybody := func(about string, condition in) example {
		return example{about: about, resources: make(changed(grant(), statement{"Principal": in{"AWS": "*"}, "Condition": condition}))}
	}
	return []example{
		{about: "an account", resources: make(grant())},
		{about: "a service", resources: make(changed(grant(), statement{"Principal": in{"Service": []any{"cloudfront.amazonaws.com"}}}))},
		{about: "denied to everybody", resources: make(changed(grant(), statement{"Effect": "Deny", "Principal": "*"}))},
		everybody("everybody of an account", in{"StringEquals": in{"aws:PrincipalAccount": "111122223333"}}),
		everybody("everybody of an organisation", in{"ForAnyValue:StringEquals": in{"aws:PrincipalOrgID": []any{"o-1234567890"}}}),
		everybody("everybody by a VPC endpoint", in{"StringEqualsIgnoreCase": in{"AWS:sourceVpce": "vpce-1"}}),
		everybody("a source, with a wildcard after the account", in{"ArnLike": in{"aws:SourceArn": "arn:aws:sns:us-east-1:111122223333:*"}}),
		everybody("a bucket as source", in{"ArnEquals": in{"aws:SourceArn": "arn:aws:s3:::the-files"}}),
	}
}

// openPolicies are statements that allow something to everybody.
func openPolicies(make func(statement) []*graph.Resource) []example {
	everybody := func(about string, changes statement) example {
		return example{about: about, property: "policy", resources: make(changed(changed(grant(), statement{"Principal": "*"}), changes))}
	}
	when := func(about string, condition in) example { return everybody(about, statement{"Condition": condition}) }
	return []example{
		everybody("everybody", nil),
		everybody("everybody by kind", statement{"Principal": in{"AWS": "*"}}),
		everybody("everybody in a list", statement{"Principal": in{"AWS": []any{"arn:aws:iam::111122223333:root", "*"}}}),
		everybody("everybody but one", statement{"Principal": nil, "NotPrincipal": in{"AWS": "arn:aws:iam::111122223333:root"}}),
		when("by TLS", in{"Bool": in{"aws:SecureTransport": "true"}}),
		when("of any account", in{"StringLike": in{"aws:PrincipalAccount": "*"}}),
		when("of this account or any", in{"StringLike": in{"aws:PrincipalAccount": []any{"111122223333", "*"}}}),
		when("of no account", in{"StringEquals": in{"aws:PrincipalAccount": []any{}}}),
		when("of another account", in{"StringNotEquals": in{"aws:PrincipalAccount": "111122223333"}}),
		when("of an account, or of none", in{"StringEqualsIfExists": in{"aws:PrincipalAccount": "111122223333"}}),
		when("of an organisation, or of none", in{"ForAllValues:StringEquals": in{"aws:PrincipalOrgID": "o-1234567890"}}),
		when("a source in any account", in{"ArnLike": in{"aws:SourceArn": "arn:aws:sns:us-east-1:*:topic"}}),
		when("any bucket as source", in{"ArnLike": in{"aws:SourceArn": "arn:aws:s3:::*"}}),
	}
}
