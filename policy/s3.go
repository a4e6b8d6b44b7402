package policy

var s3Controls = []*Control{
	{
		ID: "S3-1", Service: "S3", Kind: Relation, Severity: Critical,
		Title:     "Bucket blocks public access (read and write)",
		Citations: []string{"164.308(a)(3)(i)", "164.308(a)(4)(ii)(A)", "164.308(a)(4)(ii)(C)", "164.312(a)(1)", "164.312(e)(1)"},
		Config:    []string{"s3-bucket-public-read-prohibited", "s3-bucket-public-write-prohibited"},
		Nag:       []string{"S3BucketLevelPublicAccessProhibited", "S3BucketPublicReadProhibited", "S3BucketPublicWriteProhibited"},
		Prowler:   []string{"s3_bucket_public_access", "s3_bucket_policy_public_write_access"},
		Why:       "One public object or policy is enough to expose patient data to everyone; the block holds whatever somebody sets later.",
		check:     perBucket(publicAccessPart, buildIt, blocked),
	},
	{
		ID: "S3-2", Service: "S3", Kind: Presence, Severity: High, Applies: WherePHI,
		Title:     "Account-level public access block",
		Citations: []string{"164.308(a)(3)(i)", "164.308(a)(4)(ii)(A)", "164.308(a)(4)(ii)(C)", "164.312(a)(1)", "164.312(e)(1)"},
		Config:    []string{"s3-account-level-public-access-blocks-periodic"},
		Prowler:   []string{"s3_account_level_public_access_blocks"},
		Why:       "A bucket that somebody makes by hand, outside this program, is private only where the account says that all are.",
		check: exists(of("aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock"),
			"once per account: components/audit makes it with AccountDefaults, in one stack of the account", blocked(setting{})...),
	},
	{
		ID: "S3-3", Service: "S3", Kind: Relation, Severity: Medium,
		Title:     "ACLs disabled",
		Citations: []string{"164.308(a)(3)(i)", "164.312(a)(1)"},
		Analogy:   true,
		Config:    []string{"s3-bucket-acl-prohibited"},
		Why:       "With ACLs, whoever uploads an object decides who may read it, and no policy shows that.",
		check:     perBucket(ownershipPart, buildIt, ownerEnforced),
	},
	{
		ID: "S3-4", Service: "S3", Kind: Relation, Severity: High,
		Title:     "Server-side encryption configured",
		Citations: []string{"164.312(a)(2)(iv)", "164.312(c)(2)", "164.312(e)(2)(ii)"},
		Config:    []string{"s3-bucket-server-side-encryption-enabled"},
		Prowler:   []string{"s3_bucket_default_encryption"},
		Why:       "What the bucket's own settings do not encrypt depends on who uploads it, and how.",
		check:     perBucket(encryptionPart, buildIt, encrypted),
	},
	{
		ID: "S3-5", Service: "S3", Kind: Relation, Severity: High,
		Title:     "Default encryption is KMS CMK",
		Citations: []string{"164.312(a)(2)(iv)", "164.312(e)(2)(ii)"},
		Config:    []string{"s3-default-encryption-kms"},
		Nag:       []string{"S3DefaultEncryptionKMS"},
		Why:       "Amazon's own keys cannot be audited, revoked or kept from a role that may read the bucket.",
		check:     encryptedByCustomer,
	},
	{
		ID: "S3-6", Service: "S3", Kind: Relation, Severity: High,
		Title:     "TLS-only bucket policy",
		Citations: []string{"164.312(a)(2)(iv)", "164.312(c)(2)", "164.312(e)(1)", "164.312(e)(2)(i)", "164.312(e)(2)(ii)"},
		Config:    []string{"s3-bucket-ssl-requests-only"},
		Nag:       []string{"S3BucketSSLRequestsOnly"},
		Prowler:   []string{"s3_bucket_secure_transport_policy"},
		Why:       "Over plain HTTP patient data, and the signatures that open the bucket, can be read on the way.",
		check:     overTLS,
	},
	{
		ID: "S3-7", Service: "S3", Kind: Relation, Severity: High,
		Title:     "Versioning",
		Citations: []string{"164.308(a)(7)(i)", "164.308(a)(7)(ii)(A)", "164.308(a)(7)(ii)(B)", "164.312(c)(1)", "164.312(c)(2)"},
		Config:    []string{"s3-bucket-versioning-enabled"},
		Nag:       []string{"S3BucketVersioningEnabled"},
		Prowler:   []string{"s3_bucket_object_versioning"},
		Why:       "Without versions one mistaken delete or overwrite, or ransomware, is final.",
		check:     versioned,
	},
	{
		ID: "S3-8", Service: "S3", Kind: Relation, Severity: Medium,
		Title:     "Server access logging",
		Citations: []string{"164.308(a)(3)(ii)(A)", "164.312(b)"},
		Config:    []string{"s3-bucket-logging-enabled"},
		Nag:       []string{"S3BucketLoggingEnabled"},
		Prowler:   []string{"s3_bucket_server_access_logging_enabled"},
		Why:       "Without access logs nobody can say afterwards who read which file.",
		check:     accessLogged,
	},
	{
		ID: "S3-9", Service: "S3", Kind: Relation, Severity: High, Applies: WherePHI,
		Title:     "Cross-region replication",
		Citations: []string{"164.308(a)(7)(i)", "164.308(a)(7)(ii)(A)", "164.308(a)(7)(ii)(B)"},
		Config:    []string{"s3-bucket-replication-enabled"},
		Nag:       []string{"S3BucketReplicationEnabled"},
		Why:       "A region that fails takes with it the documents and backups that are nowhere else.",
		check:     copied,
	},
	{
		ID: "S3-10", Service: "S3", Kind: Relation, Severity: High, Applies: WherePHI,
		Title:     "Object Lock default retention",
		Citations: []string{"164.308(a)(1)(ii)(B)"},
		Config:    []string{"s3-bucket-default-lock-enabled"},
		Why:       "What is evidence or the last way back must outlast whoever got hold of the account.",
		check:     locked,
	},
	{
		ID: "S3-11", Service: "S3", Kind: Relation, Severity: Low,
		Title:     "Lifecycle policy on versioned buckets",
		Citations: []string{"164.308(a)(7)(ii)(A)", "164.310(d)(2)(iv)"},
		Analogy:   true,
		Config:    []string{"s3-version-lifecycle-policy-check"},
		Why:       "Versions that nothing removes keep data that was to be disposed of, for ever and at a cost.",
		check:     oldVersionsEnd,
	},
	{
		ID: "S3-12", Service: "S3", Kind: Relation, Severity: Low, Applies: WherePHI,
		Title:     "Event notifications",
		Citations: []string{"164.312(b)"},
		Analogy:   true,
		Config:    []string{"s3-event-notifications-enabled"},
		Why:       "What happens to patients' documents can be acted on at once only where the bucket tells somebody.",
		check:     notifies,
	},
	{
		ID: "S3-13", Service: "S3", Kind: Property, Severity: Critical,
		Title:     "Bucket policy grants only named principals",
		Citations: []string{"164.308(a)(3)(i)", "164.308(a)(3)(ii)(A)", "164.308(a)(3)(ii)(B)", "164.308(a)(4)(i)", "164.308(a)(4)(ii)(A)", "164.308(a)(4)(ii)(B)", "164.308(a)(4)(ii)(C)", "164.312(a)(1)"},
		Why:       "A grant to everybody makes the bucket public, or leaves a single setting between it and that.",
		check:     grantsNamed,
	},
}

// blocked are the four switches of S3 Block Public Access, of a bucket or of the account.
func blocked(setting) []expectation {
	const fix = "set all four to true; CloudFront reads by origin access control, which this does not touch"
	return []expectation{
		isTrue("blockPublicAcls", fix), isTrue("blockPublicPolicy", fix),
		isTrue("ignorePublicAcls", fix), isTrue("restrictPublicBuckets", fix),
	}
}

func ownerEnforced(setting) []expectation {
	return []expectation{isOneOf("rule.objectOwnership", "set BucketOwnerEnforced and grant by policies", "BucketOwnerEnforced")}
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

func encrypted(one setting) []expectation {
	return []expectation{isOneOf(one.at(algorithmPaths), "set sseAlgorithm: aws:kms and a key", byAmazon, byKMS, byKMSTwice)}
}

// encryptedByCustomer leaves out the buckets that load balancers and S3 itself deliver logs to: they deliver to none
// with a KMS key.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html
func encryptedByCustomer(s *Stack, report *Report) {
	const fix = "set sseAlgorithm: aws:kms and kmsMasterKeyId to a key of components/keys"
	settings, logs := s.bucketSettings(encryptionPart), s.bucketsOf(accessLogTarget, balancerLogTarget)
	for _, bucket := range s.Of(bucketTypes...) {
		if logs[bucket] {
			continue
		}
		if settings.judge(report, bucket, buildIt, func(one setting) []expectation {
			return []expectation{isOneOf(one.at(algorithmPaths), fix, byKMS, byKMSTwice), customerKey(one.at(bucketKeyPaths), fix)}
		}) {
			report.Pass(bucket)
		}
	}
}

// hasLock is true for a bucket that was made with object lock, which S3 versions for good.
func hasLock(bucket *Resource) bool { return bucket.At("objectLockEnabled").True() }

func versioned(s *Stack, report *Report) {
	settings := s.bucketSettings(versioningPart)
	for _, bucket := range s.Of(bucketTypes...) {
		if hasLock(bucket) && len(settings.of(bucket)) == 0 || settings.judge(report, bucket, buildIt, func(one setting) []expectation {
			return []expectation{{one.at(versioningPaths), "Enabled", "set status: Enabled", isEnabled}}
		}) {
			report.Pass(bucket)
		}
	}
}

// isEnabled holds for the two ways the provider has to say so.
func isEnabled(_ *Resource, v Value) bool { return v.Text() == "Enabled" || v.True() }

// accessLogged leaves out the buckets that receive others' access logs: one that logged itself would never stop.
func accessLogged(s *Stack, report *Report) {
	settings, logs, buckets := s.bucketSettings(loggingPart), s.bucketsOf(accessLogTarget), s.lookup(s.Of(bucketTypes...))
	for _, bucket := range s.Of(bucketTypes...) {
		if logs[bucket] {
			continue
		}
		if settings.judge(report, bucket, "give the bucket a LogBucket (components/storage)", func(one setting) []expectation {
			return []expectation{{one.at(logTargetPaths), "another bucket", "name a bucket of purpose logs (components/storage)",
				func(_ *Resource, v Value) bool { return !v.Unset() && buckets.named(v) != bucket }}}
		}) {
			report.Pass(bucket)
		}
	}
}

// notifies leaves out logs and public content, and locked buckets, whose objects nobody changes.
func notifies(s *Stack, report *Report) {
	const fix = "build the bucket with components/storage as files, whose events go to EventBridge"
	settings := s.bucketSettings(notificationPart)
	for _, bucket := range s.documentBuckets() {
		if !hasLock(bucket) && settings.judge(report, bucket, fix, toldOfEvents) {
			report.Pass(bucket)
		}
	}
}

func toldOfEvents(setting) []expectation {
	return []expectation{{"eventbridge", "true, or queues, topics or functions to notify", "set eventbridge: true",
		func(r *Resource, v Value) bool {
			return v.True() || len(elements(r.At("queues")))+len(elements(r.At("topics")))+len(elements(r.At("lambdaFunctions"))) > 0
		}}}
}
