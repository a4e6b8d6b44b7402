package s3

import (
	"github.com/carebase/carebase/policy"
	"github.com/carebase/carebase/policy/inspect"
)

var (
	publicAccessPart = inspect.BucketPart{Types: []string{"aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"}}
	ownershipPart    = inspect.BucketPart{Types: []string{"aws:s3/bucketOwnershipControls:BucketOwnershipControls"}}
	notificationPart = inspect.BucketPart{Types: []string{"aws:s3/bucketNotification:BucketNotification"}}
	versioningPart   = inspect.BucketPart{
		Types:  []string{"aws:s3/bucketVersioning:BucketVersioning", "aws:s3/bucketVersioningV2:BucketVersioningV2"},
		Within: "versioning", Inside: "versionings",
	}
	lifecyclePart = inspect.BucketPart{
		Types: []string{"aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
			"aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2"},
		Within: "lifecycleRules", Inside: "lifecycleRules",
	}
	lockPart = inspect.BucketPart{
		Types: []string{"aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
			"aws:s3/bucketObjectLockConfigurationV2:BucketObjectLockConfigurationV2"},
		Within: "objectLockConfiguration", Inside: "objectLockConfiguration",
	}
	bucketPolicyPart = inspect.BucketPart{Types: []string{"aws:s3/bucketPolicy:BucketPolicy"}, Within: "policy", Inside: "policy"}
)

// paths of the same value in the three shapes.
type paths [3]string

// at is the value's path in this shape.
func at(w inspect.Setting, p paths) string { return p[w.Shape] }

// every checks that the bucket has the setting, and that it holds; the latter reports by itself.
func every(b inspect.BucketSettings, report *policy.Report, bucket *inspect.Resource, fix string, holds func(inspect.Setting) bool) bool {
	settings := b.Of(bucket)
	if len(settings) == 0 {
		return policy.JudgeAttachments(b.Separate, report, bucket, b.Part.Types[0], fix)
	}
	good := true
	for _, one := range settings {
		good = holds(one) && good
	}
	return good
}

// judge is every for expectations, which depend on the shape the setting is in.
func judge(b inspect.BucketSettings, report *policy.Report, bucket *inspect.Resource, fix string, expect func(inspect.Setting) []policy.Expectation) bool {
	return every(b, report, bucket, fix, func(one inspect.Setting) bool { return report.Check(one.On, one.On, expect(one)...) })
}

// perBucket checks a part of every bucket.
func perBucket(part inspect.BucketPart, fix string, expect func(inspect.Setting) []policy.Expectation) func(*inspect.Stack, *policy.Report) {
	return func(s *inspect.Stack, report *policy.Report) {
		settings := s.BucketSettings(part)
		for _, bucket := range s.Of(inspect.BucketTypes...) {
			if judge(settings, report, bucket, fix, expect) {
				report.Pass(bucket)
			}
		}
	}
}
