package storage

// Purpose of a bucket. It fixes the encryption, who may write, whether objects are locked, and what the lifecycle does.
type Purpose string

// The purposes.
const (
	// Frontend holds the web application as CloudFront serves it. Only CloudFront distributions of this account read
	// it, through origin access control. The default root object of the distribution must be set: CloudFront may list
	// the bucket, so that a missing key is a 404, and a request for "/" would otherwise answer with the list.
	//
	// Neither it nor its key can name the distribution, which names the bucket: that would be a circle. The key's
	// policy must let cloudfront.amazonaws.com decrypt, with the same conditions as this bucket's; so the key encrypts
	// nothing else (components/keys: Frontend).
	Frontend Purpose = "frontend"

	// Files holds patients' documents. Current versions never expire: HIPAA sets no end to a medical record (its six
	// years, 45 CFR 164.316(b)(2)(i), are for policies and their documentation), states count theirs from the last
	// encounter or the patient's majority, and a lifecycle knows only an object's age. Disposal is the application's
	// decision (164.310(d)(2)(i)). What it deletes or overwrites can be recovered for RetentionDays. Documents move to
	// cheaper classes, but only to those that answer at once: a clinician cannot wait hours for Glacier.
	//
	// Its events go to EventBridge, where any number of rules can start functions without touching the bucket.
	Files Purpose = "files"

	// Logs receives the logs of load balancers, CloudFront (standard logging v2) and S3 itself, and AWS Config's
	// history, which cannot be delivered to a bucket with default retention such as Audit. Objects expire after
	// RetentionDays.
	Logs Purpose = "logs"

	// Backups holds dumps and exports, locked for ObjectLockDays in governance mode: the bucket policy lets nobody
	// bypass it, so that deleting early takes a change of the policy first, which the trail records. Compliance mode
	// would make one mistaken number a bill, and a copy of PHI, that nothing but closing the account ends. Objects
	// expire after RetentionDays.
	Backups Purpose = "backups"

	// Audit holds the CloudTrail trail, locked for ObjectLockDays in compliance mode: nobody, root included, deletes
	// evidence early. (Governance mode with ForceDestroy, which compliance mode would make impossible to keep.) Objects
	// expire after RetentionDays.
	Audit Purpose = "audit"
)

// traits are what a purpose fixes.
type traits struct {
	customerKey  bool   // SSE-KMS under Args.KeyArn, otherwise SSE-S3
	thatKeyOnly  bool   // uploads that ask for another encryption are refused
	accessLogged bool   // requests are logged to Args.LogBucket
	objectLock   bool   // objects are locked for Args.ObjectLockDays
	events       bool   // object events go to EventBridge
	retained     bool   // takes Args.RetentionDays
	expires      bool   // current versions expire after RetentionDays; otherwise only noncurrent ones do
	tiers        []tier // where ageing objects move to
}

var purposes = map[Purpose]traits{
	Frontend: {customerKey: true, accessLogged: true},
	Files: {
		customerKey: true, thatKeyOnly: true, accessLogged: true, events: true,
		retained: true, tiers: readableTiers,
	},
	Logs: {retained: true, expires: true, tiers: archiveTiers},
	Backups: {
		customerKey: true, thatKeyOnly: true, accessLogged: true, objectLock: true,
		retained: true, expires: true, tiers: archiveTiers,
	},
	// Not thatKeyOnly: a trail names its key itself.
	Audit: {
		customerKey: true, accessLogged: true, objectLock: true,
		retained: true, expires: true, tiers: archiveTiers,
	},
}
