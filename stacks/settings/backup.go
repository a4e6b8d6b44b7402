package settings

import (
	"strings"

	"github.com/carebase/carebase/stacks/settings/decode"
)

// Backup is the stack's vault in AWS Backup and the plan that fills it.
type Backup struct {
	// Days after which the vault's lock is irrevocable: 3 to 365, or 0 for a lock that can be removed. 0 without protect.
	LockChangeableDays int `setting:"lockChangeableDays" phi:"3 or more: after that time nobody can delete a backup" cfr:"164.308(a)(7)(ii)(A)"`
	// Whether AWS Backup restores a backup of each database twice a week. In a recovery stack the test includes the copies of the
	// primary's backups.
	RestoreTest bool `setting:"restoreTest" phi:"true: only a restore shows that a backup can be restored" cfr:"164.308(a)(7)(ii)(D)"`
	// Whether the test restores a backup of each bucket as well: a whole bucket each time, at the cost of its size. Default false.
	RestoreTestBuckets bool `setting:"restoreTestBuckets" optional:"true"`
}

func (s *Settings) checkBackup(p *decode.Problems) {
	b := s.Backup
	if b == nil {
		if s.PHI && (s.Database != nil || s.HasFiles()) {
			p.Because("backup", nil, "a section where PHI lives in "+strings.Join(s.backedUp(), " and "), cite("164.308(a)(7)(ii)(A)"))
		}
		return
	}
	if len(s.backedUp()) == 0 {
		p.Refuse("backup", nil, "left out where there is neither a section database nor storage.files: there is nothing to back up")
	}
	if days := b.LockChangeableDays; days != 0 && (days < 3 || days > 365) {
		p.Refuse("backup.lockChangeableDays", days, "0, or 3 to 365")
	} else if days != 0 && !s.Protect {
		p.Refuse("backup.lockChangeableDays", days, "0 without protect: nobody can delete such a lock, and so nobody such a stack")
	}
}

// backedUp returns the settings that bring what AWS Backup backs up.
func (s *Settings) backedUp() []string {
	var sections []string
	if s.Database != nil {
		sections = append(sections, "database")
	}
	if s.HasFiles() {
		sections = append(sections, "storage.files")
	}
	return sections
}
