package stacks

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/carebase/carebase/components/cache"
	"github.com/carebase/carebase/components/database/roles"
	"github.com/carebase/carebase/components/database/window"
)

var (
	databaseClass = regexp.MustCompile(`^db\.[a-z0-9]+\.[a-z0-9]+$`)
	cacheClass    = regexp.MustCompile(`^cache\.[a-z0-9]+\.[a-z0-9]+$`)
	masterName    = regexp.MustCompile(`^[a-z][a-z0-9_]{0,62}$`)
	imageTag      = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$`)
)

// postgresVersions are the major versions that components/database builds.
var postgresVersions = []string{"15", "16", "17"}

// reservedUsernames that RDS refuses for the master user.
var reservedUsernames = []string{"admin", "administrator", "postgres", "public", "rdsadmin", "root", "user"}

func validateDatabase(s *Settings, found *problems) {
	d := s.Database
	oneOf("database.engineVersion", d.EngineVersion, postgresVersions, found)
	if !databaseClass.MatchString(d.InstanceClass) {
		found.refuse("database.instanceClass", d.InstanceClass, "an RDS instance class such as db.r6g.large")
	}
	if !roles.DatabaseName.MatchString(d.Name) {
		found.refuse("database.name", d.Name, "1 to 54 lower-case letters, digits and underscores, a letter first")
	}
	if !masterName.MatchString(d.MasterUsername) || slices.Contains(reservedUsernames, d.MasterUsername) {
		found.refuse("database.masterUsername", d.MasterUsername,
			"1 to 63 lower-case letters, digits and underscores, a letter first, and none of RDS's own: "+strings.Join(reservedUsernames, ", "))
	}
	between("database.allocatedStorageGiB", d.AllocatedStorageGiB, 20, 65536, found)
	if found.decoded("database.allocatedStorageGiB") && d.MaxAllocatedStorageGiB*10 < d.AllocatedStorageGiB*11 || d.MaxAllocatedStorageGiB > 65536 {
		found.refuse("database.maxAllocatedStorageGiB", d.MaxAllocatedStorageGiB, fmt.Sprintf(
			"at least a tenth more than database.allocatedStorageGiB (%d), at most 65536: RDS grows the storage by itself up to it", d.AllocatedStorageGiB))
	}
	if d.BackupRetentionDays < 7 || d.BackupRetentionDays > 35 {
		found.because("database.backupRetentionDays", d.BackupRetentionDays, "7 to 35", dataBackup)
	}
	validateWindows("database.backupWindow", d.BackupWindow, "database.maintenanceWindow", d.MaintenanceWindow, 30, 30, found)
	refuseBadTag("database.roles.imageTag", d.Roles.ImageTag, found)
}

func validateCache(s *Settings, found *problems) {
	c := s.Cache
	oneOf("cache.engineVersion", c.EngineVersion, []string{cache.EngineVersion}, found)
	if !cacheClass.MatchString(c.NodeType) {
		found.refuse("cache.nodeType", c.NodeType, "an ElastiCache node type such as cache.r6g.large")
	}
	between("cache.nodes", c.Nodes, 1, 6, found)
	if c.MultiAZ && c.Nodes < 2 && found.decoded("cache.nodes") {
		found.refuse("cache.multiAz", c.MultiAZ, fmt.Sprintf("false with cache.nodes = %d: two zones need two nodes", c.Nodes))
	}
	between("cache.snapshotRetentionDays", c.SnapshotRetentionDays, 1, 35, found)
	validateWindows("cache.snapshotWindow", c.SnapshotWindow, "cache.maintenanceWindow", c.MaintenanceWindow, 60, 60, found)
}

// validateWindows checks a daily and a weekly window: their form, their least length in minutes, and that they do
// not overlap, which AWS refuses.
func validateWindows(dailyKey, daily, weeklyKey, weekly string, leastDaily, leastWeekly int, found *problems) {
	d, err := window.Daily(daily)
	if err != nil || d.Minutes() < leastDaily {
		found.refuse(dailyKey, daily, fmt.Sprintf("hh:mm-hh:mm in UTC, at least %d minutes", leastDaily))
		return
	}
	w, err := window.Weekly(weekly)
	if err != nil || w.Minutes() < leastWeekly {
		found.refuse(weeklyKey, weekly, fmt.Sprintf("ddd:hh:mm-ddd:hh:mm in UTC and lower case, at least %d minutes", leastWeekly))
		return
	}
	if d.Overlaps(w) {
		found.refuse(weeklyKey, weekly, fmt.Sprintf("a window that does not overlap %s (%s)", dailyKey, daily))
	}
}

// databaseRoleSecrets hold the passwords of the database's roles, by the variable of the script that sets them.
var databaseRoleSecrets = map[string]string{
	roles.AppPassword:      "db-password",
	roles.MigratePassword:  "db-migrate-password",
	roles.ReadonlyPassword: "db-readonly-password",
	roles.BackupPassword:   "db-backup-password",
}

var (
	secretName        = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_+=.@-]{0,63}$`)
	secretPattern     = regexp.MustCompile(`^([A-Za-z0-9/_+=.@-]|\{(Project|Env|Service|Secret)\})+$`)
	likeSecretsSuffix = regexp.MustCompile(`-[A-Za-z0-9]{6}$`)
)

func validateSecrets(s *Settings, found *problems) {
	pattern := s.Secrets.NamePattern
	if !secretPattern.MatchString(pattern) || !strings.Contains(pattern, "{Secret}") || !strings.Contains(pattern, "{Env}") || len(pattern) > 256 {
		found.refuse("secrets.namePattern", pattern,
			"at most 256 letters, digits and /_+=.@- with the placeholders {Env} and {Secret}, and {Project} and {Service} if wanted")
	}
	if days := s.Secrets.RecoveryWindowDays; days != 0 && (days < 7 || days > 30) {
		found.refuse("secrets.recoveryWindowDays", days, "0, or 7 to 30")
	}
	var names []string
	for i, secret := range s.Secrets.Names {
		key := element("secrets.names", i)
		if !secretName.MatchString(secret.Name) || likeSecretsSuffix.MatchString(secret.Name) {
			found.refuse(key+".name", secret.Name,
				"1 to 64 letters, digits and _+=.@-, not ending in a hyphen and six characters: AWS's own suffix looks so")
		}
		if s.Protection.Replica && secret.Name == masterSecretName {
			found.refuse(key+".name", secret.Name, "any other name where protection.replica is true: the stack keeps the master user in this one")
		}
		if slices.Contains(names, secret.Name) {
			found.refuse(key+".name", secret.Name, "a name that no other secret has")
		}
		names = append(names, secret.Name)
		if secret.Description == "" || len(secret.Description) > 2048 {
			found.refuse(key+".description", secret.Description, "1 to 2048 characters that say what the secret opens")
		}
	}
	for _, needed := range slices.Sorted(maps.Values(databaseRoleSecrets)) {
		if !slices.Contains(names, needed) {
			found.refuse("secrets.names", names, fmt.Sprintf("a list with %s, from which the database's roles take their passwords",
				strings.Join(slices.Sorted(maps.Values(databaseRoleSecrets)), ", ")))
			break
		}
	}
	for name := range s.SecretValues {
		if !slices.Contains(names, name) {
			found.refuse("secretValues."+name, nil, "only values of secrets that secrets.names has: "+strings.Join(names, ", "))
		}
	}
	if len(s.SecretValues) > 0 && !s.wasEncrypted("secretValues") {
		found.because("secretValues", nil, "only encrypted values: pulumi config set --secret --path '"+fullKey("secretValues")+".<name>'",
			"45 CFR 164.312(a)(2)(iv): encryption")
	}
}

func refuseBadTag(key, tag string, found *problems) {
	if tag == "latest" || !imageTag.MatchString(tag) {
		found.because(key, tag, "the tag of one build, such as 1.4.2 or a commit's hash; never latest, which means another image tomorrow", integrity)
	}
}
