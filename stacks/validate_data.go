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
	"github.com/carebase/carebase/components/limits"
)

func validateDatabase(s *Settings, found *problems) {
	d := s.Database
	oneOf("database.engineVersion", d.EngineVersion, limits.PostgresVersions, found)
	if !limits.DatabaseClass.MatchString(d.InstanceClass) {
		found.refuse("database.instanceClass", d.InstanceClass, "an RDS instance class such as db.r6g.large")
	}
	if !limits.DatabaseName(d.Name) {
		found.refuse("database.name", d.Name, limits.DatabaseNameRule)
	}
	if !limits.MasterUsername(d.MasterUsername) {
		found.refuse("database.masterUsername", d.MasterUsername, limits.MasterUsernameRule)
	} else if ours := roles.Of(d.Name).All(); slices.Contains(ours, d.MasterUsername) && found.decoded("database.name") {
		found.refuse("database.masterUsername", d.MasterUsername, "a name other than those of the database's roles: "+strings.Join(ours, ", "))
	}
	between("database.allocatedStorageGiB", d.AllocatedStorageGiB, limits.LeastStorageGiB, limits.MostStorageGiB, found)
	if least := limits.LeastMaxStorageGiB(d.AllocatedStorageGiB); found.decoded("database.allocatedStorageGiB") && d.MaxAllocatedStorageGiB < least ||
		d.MaxAllocatedStorageGiB > limits.MostStorageGiB {
		found.refuse("database.maxAllocatedStorageGiB", d.MaxAllocatedStorageGiB, fmt.Sprintf(
			"at least a tenth more than database.allocatedStorageGiB (%d), at most %d: RDS grows the storage by itself up to it",
			d.AllocatedStorageGiB, limits.MostStorageGiB))
	}
	if d.BackupRetentionDays < limits.LeastDatabaseBackupDays || d.BackupRetentionDays > limits.MostBackupDays {
		found.because("database.backupRetentionDays", d.BackupRetentionDays, "7 to 35", dataBackup)
	}
	if d.DeletionProtection && !d.FinalSnapshot && !s.PHI && found.decoded("database.deletionProtection") { // with PHI see hipaa.go
		found.refuse("database.finalSnapshot", d.FinalSnapshot, "true where database.deletionProtection is true: whoever takes the one off must not lose the data")
	}
	validateWindows("database.backupWindow", d.BackupWindow, "database.maintenanceWindow", d.MaintenanceWindow, limits.DatabaseWindow, found)
	refuseBadTag("database.roles.imageTag", d.Roles.ImageTag, found)
}

func validateCache(s *Settings, found *problems) {
	c := s.Cache
	oneOf("cache.engineVersion", c.EngineVersion, []string{cache.EngineVersion}, found)
	if !limits.CacheClass.MatchString(c.NodeType) {
		found.refuse("cache.nodeType", c.NodeType, "an ElastiCache node type such as cache.r6g.large")
	}
	between("cache.nodes", c.Nodes, 1, limits.MostCacheNodes, found)
	if c.MultiAZ && c.Nodes < 2 && found.decoded("cache.nodes") {
		found.refuse("cache.multiAz", c.MultiAZ, fmt.Sprintf("false with cache.nodes = %d: two zones need two nodes", c.Nodes))
	}
	between("cache.snapshotRetentionDays", c.SnapshotRetentionDays, limits.LeastCacheSnapshotDays, limits.MostBackupDays, found)
	validateWindows("cache.snapshotWindow", c.SnapshotWindow, "cache.maintenanceWindow", c.MaintenanceWindow, limits.CacheWindow, found)
}

// validateWindows checks a daily and a weekly window: their form, their least length in minutes, and that they do
// not overlap, which AWS refuses.
func validateWindows(dailyKey, daily, weeklyKey, weekly string, least int, found *problems) {
	d, dailyErr := window.Daily(daily)
	if dailyErr != nil || d.Minutes() < least {
		found.refuse(dailyKey, daily, fmt.Sprintf("hh:mm-hh:mm in UTC, at least %d minutes", least))
	}
	w, weeklyErr := window.Weekly(weekly)
	if weeklyErr != nil || w.Minutes() < least {
		found.refuse(weeklyKey, weekly, fmt.Sprintf("ddd:hh:mm-ddd:hh:mm in UTC and lower case, at least %d minutes", least))
	}
	if dailyErr == nil && weeklyErr == nil && d.Overlaps(w) {
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

var secretName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_+=.@-]{0,63}$`)

func validateSecrets(s *Settings, found *problems) {
	pattern := s.Secrets.NamePattern
	// No secret is one service's alone, so none has a name with {Service} in it.
	if err := limits.CheckSecretPattern(pattern); err != nil || strings.Contains(pattern, limits.ServicePlaceholder) ||
		!strings.Contains(pattern, limits.EnvPlaceholder) || len(pattern) > 256 {
		found.refuse("secrets.namePattern", pattern,
			"at most 256 letters, digits and /_+=.@- with the placeholders {Env} and {Secret}, and {Project} if wanted")
	}
	if days := s.Secrets.RecoveryWindowDays; days != 0 && (days < 7 || days > 30) {
		found.refuse("secrets.recoveryWindowDays", days, "0, or 7 to 30")
	}
	if s.Protect && s.Secrets.RecoveryWindowDays == 0 {
		found.refuse("secrets.recoveryWindowDays", 0, "7 to 30 where protect is true")
	}
	var names []string
	resources := map[string]string{} // whose secret each resource is
	if s.Protection.Replica {
		resources = resourcesOf(masterSecretName, resources)
	}
	for i, secret := range s.Secrets.Names {
		key := element("secrets.names", i)
		if !secretName.MatchString(secret.Name) {
			found.refuse(key+".name", secret.Name, "1 to 64 letters, digits and _+=.@-, a letter or digit first")
		} else if err := limits.CheckSecretName(limits.RenderSecretName(pattern, s.Environment, Namespace, "", secret.Name)); err != nil && found.decoded("secrets.namePattern") {
			found.refuse(key+".name", secret.Name, "one that makes, in secrets.namePattern, "+err.Error())
		}
		for _, resource := range limits.SecretResources(secret.Name) {
			if other, taken := resources[resource]; taken && other != secret.Name {
				found.refuse(key+".name", secret.Name, fmt.Sprintf("a name that makes no resource (%s) that %s makes too", resource, other))
				break
			}
		}
		resources = resourcesOf(secret.Name, resources)
		if s.Protection.Replica && secret.Name == masterSecretName {
			found.refuse(key+".name", secret.Name, "any other name where protection.replica is true: the stack keeps the master user in this one")
		}
		if slices.Contains(names, secret.Name) {
			found.refuse(key+".name", secret.Name, "a name that no other secret has")
		}
		names = append(names, secret.Name)
		if secret.Description == "" || len(secret.Description) > limits.MostDescription {
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
}

// resourcesOf adds the resources of a secret to those of others.
func resourcesOf(secret string, resources map[string]string) map[string]string {
	for _, resource := range limits.SecretResources(secret) {
		resources[resource] = secret
	}
	return resources
}

func refuseBadTag(key, tag string, found *problems) {
	if !limits.ImageTag(tag) {
		found.because(key, tag, "the tag of one build, such as 1.4.2 or a commit's hash; never latest, which means another image tomorrow", integrity)
	}
}
