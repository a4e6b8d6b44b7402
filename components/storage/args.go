package storage

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/arg"
)

// Args of a bucket.
type Args struct {
	// Purpose of the bucket.
	Purpose Purpose

	// BucketName is the physical name, unique in the whole partition, as [S3 allows it] without dots. A change
	// replaces the bucket.
	//
	// [S3 allows it]: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
	BucketName string

	// KeyArn is the customer-managed KMS key of every purpose but Logs. Uploads to Files and Backups must name this ARN
	// or no encryption at all. A change re-encrypts nothing: it is for new objects.
	KeyArn pulumi.StringInput

	// LogBucket is the name of a Logs bucket of the same account and region, where requests are logged under
	// s3/<account>/<region>/<BucketName>/. Every purpose but Logs needs it.
	LogBucket pulumi.StringInput

	// RetentionDays is how long objects are kept, 30 to 3653 days; of Files, how long after they were deleted or
	// overwritten. 2557 (seven years) where PHI lives: 45 CFR 164.316(b)(2)(i) asks six, for logs as evidence of
	// activity. Not for Frontend.
	RetentionDays int

	// ObjectLockDays is how long no object can be deleted or overwritten: 1 to RetentionDays, for Backups and Audit.
	// A change is for new objects; of objects in compliance mode (Audit) nothing ever shortens it.
	ObjectLockDays int

	// Protect makes the engine refuse to delete or replace the bucket and, should it be unprotected and removed from
	// the stack, leave it in AWS with all that makes it safe.
	Protect bool

	// ForceDestroy deletes the objects with the bucket, locked ones included. For stacks that hold no data worth
	// keeping; refused together with Protect.
	ForceDestroy bool
}

// Retention has to outlast the first lifecycle step and not to be a slip of the keyboard: ten years is the longest the
// deployment guides name.
const (
	shortestRetention = 30
	longestRetention  = 3653
)

func (a *Args) validate(name string) error {
	p := arg.Check("storage", name)
	if a == nil {
		p.Require("Args", false, "at least a Purpose and a BucketName")
		return p.Err()
	}
	p.OneOf("Purpose", string(a.Purpose), string(Frontend), string(Files), string(Logs), string(Backups), string(Audit))
	checkBucketName(p, a.BucketName)
	if a.Protect && a.ForceDestroy {
		p.Add("ForceDestroy", true, "false where Protect is true")
	}
	if fixed, known := purposes[a.Purpose]; known {
		a.checkInputs(p, fixed)
		a.checkDays(p, fixed)
	}
	return p.Err()
}

func (a *Args) checkInputs(p *arg.Problems, fixed traits) {
	if fixed.customerKey {
		p.Require("KeyArn", a.KeyArn != nil, "a KMS key ARN (see components/keys)")
	} else if a.KeyArn != nil {
		p.Add("KeyArn", "given", "none: logs are delivered only to buckets encrypted with SSE-S3")
	}
	if fixed.accessLogged {
		p.Require("LogBucket", a.LogBucket != nil, "the name of a bucket of purpose logs")
	} else if a.LogBucket != nil {
		p.Add("LogBucket", "given", "none: a log bucket that logged itself would never stop")
	}
}

func (a *Args) checkDays(p *arg.Problems, fixed traits) {
	longestLock := longestRetention
	if fixed.retained {
		p.Between("RetentionDays", a.RetentionDays, shortestRetention, longestRetention)
		if a.RetentionDays >= shortestRetention {
			longestLock = min(a.RetentionDays, longestRetention)
		}
	} else if a.RetentionDays != 0 {
		p.Add("RetentionDays", a.RetentionDays, "none: the files of the web application do not expire")
	}
	if fixed.objectLock {
		p.Between("ObjectLockDays", a.ObjectLockDays, 1, longestLock)
	} else if a.ObjectLockDays != 0 {
		p.Add("ObjectLockDays", a.ObjectLockDays, "none: only backups and audit are locked")
	}
}
