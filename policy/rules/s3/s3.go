package s3

import (
	"github.com/carebase/carebase/policy"
	"github.com/carebase/carebase/policy/inspect"
)

// blocked are the four switches of S3 Block Public Access, of a bucket or of the account.
func blocked(inspect.Setting) []policy.Expectation {
	const fix = "set all four to true; CloudFront reads by origin access control, which this does not touch"
	return []policy.Expectation{
		policy.IsTrue("blockPublicAcls", fix), policy.IsTrue("blockPublicPolicy", fix),
		policy.IsTrue("ignorePublicAcls", fix), policy.IsTrue("restrictPublicBuckets", fix),
	}
}

func ownerEnforced(inspect.Setting) []policy.Expectation {
	return []policy.Expectation{policy.IsOneOf("rule.objectOwnership", "set BucketOwnerEnforced and grant by policies", "BucketOwnerEnforced")}
}

var (
	algorithmPaths = paths{
		"rules[*].applyServerSideEncryptionByDefault.sseAlgorithm",
		"serverSideEncryptionConfiguration.rule.applyServerSideEncryptionByDefault.sseAlgorithm",
		"serverSideEncryptionConfigurations[*].rules[*].applyServerSideEncryptionByDefaults[*].sseAlgorithm",
	}
	bucketKeyPaths = paths{
		"rules[*].applyServerSideEncryptionByDefault.kmsMasterKeyId",
		"serverSideEncryptionConfiguration.rule.applyServerSideEncryptionByDefault.kmsMasterKeyId",
		"serverSideEncryptionConfigurations[*].rules[*].applyServerSideEncryptionByDefaults[*].kmsMasterKeyId",
	}
	versioningPaths = paths{"versioningConfiguration.status", "versioning.enabled", "versionings[*].enabled"}
	logTargetPaths  = paths{"targetBucket", "logging.targetBucket", "loggings[*].targetBucket"}
)

// Values of sseAlgorithm.
const (
	byAmazon   = "AES256"
	byKMS      = "aws:kms"
	byKMSTwice = "aws:kms:dsse"
)

const buildIt = "build the bucket with components/storage, which does"

func encrypted(one inspect.Setting) []policy.Expectation {
	return []policy.Expectation{policy.IsOneOf(at(one, algorithmPaths), "set sseAlgorithm: aws:kms and a key", byAmazon, byKMS, byKMSTwice)}
}

// encryptedByCustomer leaves out the buckets that load balancers and S3 itself deliver logs to: they deliver to none
// with a KMS key.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html
func encryptedByCustomer(s *inspect.Stack, report *policy.Report) {
	const fix = "set sseAlgorithm: aws:kms and kmsMasterKeyId to a key of components/keys"
	settings, logs := s.BucketSettings(inspect.EncryptionPart), s.BucketsOf(inspect.AccessLogTarget, inspect.BalancerLogTarget)
	for _, bucket := range s.Of(inspect.BucketTypes...) {
		if logs[bucket] {
			continue
		}
		if judge(settings, report, bucket, buildIt, func(one inspect.Setting) []policy.Expectation {
			return []policy.Expectation{policy.IsOneOf(at(one, algorithmPaths), fix, byKMS, byKMSTwice), policy.CustomerKey(at(one, bucketKeyPaths), fix)}
		}) {
			report.Pass(bucket)
		}
	}
}

// hasLock is true for a bucket that was made with object lock, which S3 versions for good.
func hasLock(bucket *inspect.Resource) bool { return bucket.At("objectLockEnabled").True() }

func versioned(s *inspect.Stack, report *policy.Report) {
	settings := s.BucketSettings(versioningPart)
	for _, bucket := range s.Of(inspect.BucketTypes...) {
		if hasLock(bucket) && len(settings.Of(bucket)) == 0 || judge(settings, report, bucket, buildIt, func(one inspect.Setting) []policy.Expectation {
			return []policy.Expectation{{Path: at(one, versioningPaths), Want: "Enabled", Fix: "set status: Enabled", Holds: isEnabled}}
		}) {
			report.Pass(bucket)
		}
	}
}

// isEnabled holds for the two ways the provider has to say so.
func isEnabled(v inspect.Value) bool { return v.Text() == "Enabled" || v.True() }

// accessLogged leaves out the buckets that receive others' access logs: one that logged itself would never stop.
func accessLogged(s *inspect.Stack, report *policy.Report) {
	settings, logs, buckets := s.BucketSettings(inspect.LoggingPart), s.BucketsOf(inspect.AccessLogTarget), s.Resolver(s.Of(inspect.BucketTypes...))
	for _, bucket := range s.Of(inspect.BucketTypes...) {
		if logs[bucket] {
			continue
		}
		if judge(settings, report, bucket, "give the bucket a LogBucket (components/storage)", func(one inspect.Setting) []policy.Expectation {
			return []policy.Expectation{{Path: at(one, logTargetPaths), Want: "another bucket", Fix: "name a bucket of purpose logs (components/storage)",
				Holds: func(v inspect.Value) bool { return !v.Unset() && buckets.Resolve(v) != bucket }}}
		}) {
			report.Pass(bucket)
		}
	}
}

// notifies leaves out logs and public content, and locked buckets, whose objects nobody changes.
func notifies(s *inspect.Stack, report *policy.Report) {
	const fix = "build the bucket with components/storage as files, whose events go to EventBridge"
	settings := s.BucketSettings(notificationPart)
	for _, bucket := range s.DocumentBuckets() {
		if !hasLock(bucket) && judge(settings, report, bucket, fix, toldOfEvents) {
			report.Pass(bucket)
		}
	}
}

func toldOfEvents(inspect.Setting) []policy.Expectation {
	return []policy.Expectation{{Path: "eventbridge", Want: "true, or queues, topics or functions to notify", Fix: "set eventbridge: true",
		Holds: func(v inspect.Value) bool {
			return v.True() || len(inspect.Elements(v.Resource().At("queues")))+len(inspect.Elements(v.Resource().At("topics")))+len(inspect.Elements(v.Resource().At("lambdaFunctions"))) > 0
		}}}
}
