package policy

var bucketTypes = of("aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2")

// A bucketPart is a setting of a bucket. The provider has had it in three shapes: as a resource of its own (of which
// there may be two types, one an old name of the other), within the bucket, and within a BucketV2.
type bucketPart struct {
	types          []string
	within, inside string // property of Bucket, of BucketV2
}

var (
	publicAccessPart = bucketPart{types: of("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock")}
	ownershipPart    = bucketPart{types: of("aws:s3/bucketOwnershipControls:BucketOwnershipControls")}
	notificationPart = bucketPart{types: of("aws:s3/bucketNotification:BucketNotification")}
	encryptionPart   = bucketPart{
		of("aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
			"aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2"),
		"serverSideEncryptionConfiguration", "serverSideEncryptionConfigurations",
	}
	versioningPart = bucketPart{
		of("aws:s3/bucketVersioning:BucketVersioning", "aws:s3/bucketVersioningV2:BucketVersioningV2"),
		"versioning", "versionings",
	}
	loggingPart = bucketPart{
		of("aws:s3/bucketLogging:BucketLogging", "aws:s3/bucketLoggingV2:BucketLoggingV2"), "logging", "loggings",
	}
	lifecyclePart = bucketPart{
		of("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
			"aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2"),
		"lifecycleRules", "lifecycleRules",
	}
	lockPart = bucketPart{
		of("aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
			"aws:s3/bucketObjectLockConfigurationV2:BucketObjectLockConfigurationV2"),
		"objectLockConfiguration", "objectLockConfiguration",
	}
	replicationPart = bucketPart{
		of("aws:s3/bucketReplicationConfig:BucketReplicationConfig"),
		"replicationConfiguration", "replicationConfigurations",
	}
	bucketPolicyPart = bucketPart{of("aws:s3/bucketPolicy:BucketPolicy"), "policy", "policy"}
)

// shape in which a setting is written; an index of paths.
type shape int

const (
	separate shape = iota
	within
	inside
)

// paths of the same value in the three shapes.
type paths [3]string

// A setting is a bucket's part in one shape.
type setting struct {
	on    *Resource // the part, or the bucket itself
	shape shape
}

// at is the value's path in this shape.
func (w setting) at(p paths) string { return p[w.shape] }

// bucketSettings are a part's settings of every bucket.
type bucketSettings struct {
	part     bucketPart
	separate companions
}

func (s *Stack) bucketSettings(part bucketPart) bucketSettings {
	return bucketSettings{part, s.companions(s.Of(bucketTypes...), "bucket", part.types...)}
}

// of are the bucket's: more than one where a program makes that mistake; the last one that AWS is given wins.
func (b bucketSettings) of(bucket *Resource) []setting {
	var found []setting
	for _, r := range b.separate.of[bucket.URN] {
		found = append(found, setting{r, separate})
	}
	property, as := b.part.within, within
	if bucket.Type != bucketTypes[0] {
		property, as = b.part.inside, inside
	}
	if property == "" || len(found) > 0 {
		return found
	}
	if v := bucket.At(property); v.Unknown() || !v.Unset() {
		found = append(found, setting{bucket, as})
	}
	return found
}

// every checks that the bucket has the setting, and that it holds; the latter reports by itself.
func (b bucketSettings) every(report *Report, bucket *Resource, fix string, holds func(setting) bool) bool {
	settings := b.of(bucket)
	if len(settings) == 0 {
		return b.separate.judge(report, bucket, b.part.types[0], fix)
	}
	good := true
	for _, one := range settings {
		good = holds(one) && good
	}
	return good
}

// judge is every for expectations, which depend on the shape the setting is in.
func (b bucketSettings) judge(report *Report, bucket *Resource, fix string, expect func(setting) []expectation) bool {
	return b.every(report, bucket, fix, func(one setting) bool { return one.on.check(report, one.on, expect(one)...) })
}

// perBucket checks a part of every bucket.
func perBucket(part bucketPart, fix string, expect func(setting) []expectation) func(*Stack, *Report) {
	return func(s *Stack, report *Report) {
		settings := s.bucketSettings(part)
		for _, bucket := range s.Of(bucketTypes...) {
			if settings.judge(report, bucket, fix, expect) {
				report.Pass(bucket)
			}
		}
	}
}
