package settings

import (
	"fmt"

	"github.com/carebase/carebase/stacks/settings/decode"
)

// Storage is the stack's S3 buckets. The section brings the bucket of access logs; its settings bring the others.
type Storage struct {
	// Days for which access logs and backups are kept, and for which deleted and overwritten files can be recovered. 2557 is
	// seven years.
	RetentionDays int `setting:"retentionDays" range:"30..3653" phi:"2192 or more" cfr:"164.316(b)(2)(i)"`
	// Whether the stack has a bucket of files that services read and write. Default false.
	Files bool `setting:"files" optional:"true"`
	// Whether the stack has a bucket of logical backups, which nobody can delete or overwrite for objectLockDays. Default false.
	Backups bool `setting:"backups" optional:"true"`
	// Days for which nobody can delete or overwrite a logical backup: 1 to retentionDays, 30 or more where PHI lives. Required
	// with backups.
	ObjectLockDays int `setting:"objectLockDays" optional:"true"`
	// Days for which nobody, not even root, can delete or overwrite the files of the trail: 1 to retentionDays, 365 or
	// more where PHI lives. Required with audit.trail.
	AuditLockDays int `setting:"auditLockDays" optional:"true"`
	// Whether CloudFront may still decrypt objects of the front end that are encrypted under the data key, as all objects were
	// up to release 0.2.0. True from the update to a later release until the objects are copied (docs/operations.md,
	// "The front end's key"). Default false.
	FrontendUnderDataKey bool `setting:"frontendUnderDataKey" optional:"true"`
}

// HasFiles is true for a stack with a bucket of files.
func (s *Settings) HasFiles() bool { return s.Storage != nil && s.Storage.Files }

// HasBackups is true for a stack with a bucket of logical backups.
func (s *Settings) HasBackups() bool { return s.Storage != nil && s.Storage.Backups }

// HasFrontend is true for a stack that serves a static site.
func (s *Settings) HasFrontend() bool { return s.Edge != nil && s.Edge.Frontend }

func (s *Settings) checkStorage(p *decode.Problems) {
	if s.Storage == nil {
		for _, user := range []struct {
			present bool
			section string
		}{
			{s.Edge != nil, "edge, whose access logs go to its bucket"},
			{s.HasTrail(), "audit with trail = true, whose files go to its bucket"},
			{s.Audit != nil && s.Audit.Config, "audit with config = true, whose files go to its bucket"},
		} {
			if user.present {
				p.Refuse("storage", nil, "a section with retentionDays where there is a section "+user.section)
				return
			}
		}
		return
	}
	s.checkLock("storage.objectLockDays", s.Storage.ObjectLockDays, s.HasBackups(), "storage.backups is true",
		phiRule{30, "164.312(c)(1)"}, p)
	s.checkLock("storage.auditLockDays", s.Storage.AuditLockDays, s.HasTrail(), "audit.trail is true",
		phiRule{365, "164.312(b)"}, p)
	if s.IsRecovery() && s.Storage.FrontendUnderDataKey {
		p.Refuse("storage.frontendUnderDataKey", true, "left out in a recovery stack: the keys are the primary's")
	}
}

// phiRule is the least number of days where PHI lives, and the paragraph of 45 CFR that it follows from.
type phiRule struct {
	least     int
	paragraph string
}

// checkLock checks the days of an object lock, which are required if needed is true.
func (s *Settings) checkLock(key string, days int, needed bool, condition string, rule phiRule, p *decode.Problems) {
	switch {
	case days == 0 && !needed && p.Decoded(key):
	case days < 1 || days > s.Storage.RetentionDays && p.Decoded("storage.retentionDays"):
		text := fmt.Sprintf("1 to storage.retentionDays (%d): what expires cannot stay locked", s.Storage.RetentionDays)
		if days == 0 {
			text += "; required where " + condition
		}
		p.Refuse(key, days, text)
	}
	if s.PHI && needed && days < rule.least {
		p.Because(key, days, fmt.Sprintf("%d or more where PHI lives", rule.least), cite(rule.paragraph))
	}
}
