package settings

import (
	"fmt"
	"slices"
	"strings"

	"github.com/carebase/carebase/components/database/roles"
	"github.com/carebase/carebase/components/database/window"
	"github.com/carebase/carebase/components/limits"
	"github.com/carebase/carebase/stacks/settings/decode"
)

// Database is an RDS for PostgreSQL instance.
type Database struct {
	// Major version of PostgreSQL. RDS applies minor versions by itself.
	EngineVersion string `setting:"engineVersion"`
	// RDS instance class, such as db.r6g.large.
	InstanceClass string `setting:"instanceClass"`
	// Name of the database that RDS creates.
	Name string `setting:"name"`
	// Name of the master user.
	MasterUsername string `setting:"masterUsername"`
	// Storage at creation, in GiB.
	AllocatedStorageGiB int `setting:"allocatedStorageGiB" range:"20..65536"`
	// Storage up to which RDS grows the volume by itself, in GiB: at least a tenth more than allocatedStorageGiB.
	MaxAllocatedStorageGiB int `setting:"maxAllocatedStorageGiB"`
	// Whether a standby instance runs in a second availability zone.
	MultiAZ bool `setting:"multiAz" phi:"true" cfr:"164.308(a)(7)(ii)(C)"`
	// Days for which RDS keeps automated backups, and so the range of point-in-time recovery.
	BackupRetentionDays int `setting:"backupRetentionDays"`
	// Region that RDS copies the automated backups to, for point-in-time recovery there. Left out with the section protection, which
	// copies them to its own region. Default: no copies.
	BackupsRegion string `setting:"backupsRegion" optional:"true"`
	// Daily window of the automated backup, hh:mm-hh:mm in UTC.
	BackupWindow string `setting:"backupWindow"`
	// Weekly maintenance window, ddd:hh:mm-ddd:hh:mm in UTC.
	MaintenanceWindow string `setting:"maintenanceWindow"`
	// Whether RDS refuses to delete the instance.
	DeletionProtection bool `setting:"deletionProtection" phi:"true" cfr:"164.308(a)(7)(ii)(A)"`
	// Whether RDS takes a snapshot before it deletes the instance.
	FinalSnapshot bool `setting:"finalSnapshot" phi:"true" cfr:"164.308(a)(7)(ii)(A)"`
	// The one-off task that creates the application's database roles. Required where PHI lives.
	Roles *Roles `setting:"roles" optional:"true"`
}

// Roles is the one-off task that creates the application's least-privilege database roles.
type Roles struct {
	// Tag of the psql image in the stack's repository <project>-<environment>/database-roles.
	ImageTag string `setting:"imageTag"`
}

// RoleSecrets are the secrets that hold the passwords of the database roles, by the variable of the script that creates the roles.
var RoleSecrets = map[string]string{
	roles.AppPassword:      "db-password",
	roles.MigratePassword:  "db-migrate-password",
	roles.ReadonlyPassword: "db-readonly-password",
	roles.BackupPassword:   "db-backup-password",
}

func (s *Settings) checkDatabase(p *decode.Problems) {
	d := s.Database
	if d == nil {
		return
	}
	p.OneOf("database.engineVersion", d.EngineVersion, limits.PostgresVersions)
	if !limits.DatabaseClass.MatchString(d.InstanceClass) {
		p.Refuse("database.instanceClass", d.InstanceClass, "an RDS instance class such as db.r6g.large")
	}
	if !limits.DatabaseName(d.Name) {
		p.Refuse("database.name", d.Name, limits.DatabaseNameRule)
	}
	if !limits.MasterUsername(d.MasterUsername) {
		p.Refuse("database.masterUsername", d.MasterUsername, limits.MasterUsernameRule)
	} else if taken := roles.Of(d.Name).All(); slices.Contains(taken, d.MasterUsername) && p.Decoded("database.name") {
		p.Refuse("database.masterUsername", d.MasterUsername, "a name other than those of the database's roles: "+strings.Join(taken, ", "))
	}
	if least := limits.LeastMaxStorageGiB(d.AllocatedStorageGiB); p.Decoded("database.allocatedStorageGiB") && d.MaxAllocatedStorageGiB < least ||
		d.MaxAllocatedStorageGiB > limits.MostStorageGiB {
		p.Refuse("database.maxAllocatedStorageGiB", d.MaxAllocatedStorageGiB, fmt.Sprintf(
			"at least a tenth more than database.allocatedStorageGiB (%d), at most %d: RDS grows the storage by itself up to it",
			d.AllocatedStorageGiB, limits.MostStorageGiB))
	}
	if d.BackupRetentionDays < limits.LeastDatabaseBackupDays || d.BackupRetentionDays > limits.MostBackupDays {
		p.Because("database.backupRetentionDays", d.BackupRetentionDays, "7 to 35", cite("164.308(a)(7)(ii)(A)"))
	}
	if d.DeletionProtection && !d.FinalSnapshot && !s.PHI && p.Decoded("database.deletionProtection") { // with PHI the tag refuses it
		p.Refuse("database.finalSnapshot", d.FinalSnapshot, "true where database.deletionProtection is true: "+
			"whoever switches deletion protection off must not lose the data")
	}
	switch region := d.BackupsRegion; {
	case region == "":
	case s.Protected() || s.IsRecovery():
		p.Refuse("database.backupsRegion", region, "left out where there is a recovery region: the section protection copies the backups")
	case !limits.Region.MatchString(region) || region == s.Region:
		p.Refuse("database.backupsRegion", region, fmt.Sprintf("an AWS region other than region (%s)", s.Region))
	}
	checkWindows(p, limits.DatabaseWindow,
		windowSetting{Key: "database.backupWindow", Text: d.BackupWindow},
		windowSetting{Key: "database.maintenanceWindow", Text: d.MaintenanceWindow})
	if d.Roles != nil {
		checkImageTag(p, "database.roles.imageTag", d.Roles.ImageTag)
	} else if s.PHI && !s.IsRecovery() {
		p.Because("database.roles", nil, "a section with imageTag where PHI lives: without its roles the application signs in as the master user",
			cite("164.312(a)(1)"))
	}
}

// windowSetting is a window of time and its key.
type windowSetting struct{ Key, Text string }

// checkWindows checks the form of a daily and a weekly window, their least length in minutes, and that they do not
// overlap, which AWS refuses.
func checkWindows(p *decode.Problems, least int, daily, weekly windowSetting) {
	day, dailyErr := window.Daily(daily.Text)
	if dailyErr != nil || day.Minutes() < least {
		p.Refuse(daily.Key, daily.Text, fmt.Sprintf("hh:mm-hh:mm in UTC, at least %d minutes", least))
	}
	week, weeklyErr := window.Weekly(weekly.Text)
	if weeklyErr != nil || week.Minutes() < least {
		p.Refuse(weekly.Key, weekly.Text, fmt.Sprintf("ddd:hh:mm-ddd:hh:mm in UTC and lower case, at least %d minutes", least))
	}
	if dailyErr == nil && weeklyErr == nil && day.Overlaps(week) {
		p.Refuse(weekly.Key, weekly.Text, fmt.Sprintf("a window that does not overlap %s (%s)", daily.Key, daily.Text))
	}
}

func checkImageTag(p *decode.Problems, key, tag string) {
	if !limits.ImageTag(tag) {
		p.Because(key, tag, "the tag of one build, such as 1.4.2 or a commit's hash; never latest, which means another image tomorrow",
			cite("164.312(c)(1)"))
	}
}
