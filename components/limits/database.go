package limits

import (
	"regexp"
	"slices"
	"strings"
)

var (
	// DatabaseClass is the form of an RDS instance class, CacheClass of an ElastiCache node type.
	DatabaseClass = regexp.MustCompile(`^db\.[a-z0-9-]+\.[a-z0-9]+$`)
	CacheClass    = regexp.MustCompile(`^cache\.[a-z0-9]+\.[a-z0-9]+$`)

	databaseName   = regexp.MustCompile(`^[a-z][a-z0-9_]{0,53}$`)
	masterUsername = regexp.MustCompile(`^[a-z][a-z0-9_]{0,62}$`)
)

// PostgresVersions are the major versions that components/database builds.
var PostgresVersions = []string{"15", "16", "17"}

// Storage of a database in GiB. RDS grows it by itself only to what is at least a tenth more.
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIOPS.Autoscaling.html
const (
	LeastStorageGiB = 20
	MostStorageGiB  = 65536
)

// LeastMaxStorageGiB is the least that the storage may grow to.
func LeastMaxStorageGiB(allocated int) int { return (allocated*11 + 9) / 10 }

// Shortest windows in minutes.
const (
	DatabaseWindow = 30
	CacheWindow    = 60
)

// Days that RDS and ElastiCache keep their own backups: RDS from 0, of which the components take no less than a week.
const (
	LeastDatabaseBackupDays = 7
	LeastCacheSnapshotDays  = 1
	MostBackupDays          = 35
)

// MostCacheNodes of a replication group: a primary and five replicas.
const MostCacheNodes = 6

// reservedWords of PostgreSQL 17. A reserved word must be quoted wherever it is used as a name.
// https://www.postgresql.org/docs/17/sql-keywords-appendix.html
var reservedWords = strings.Fields(`
	all analyse analyze and any array as asc asymmetric authorization binary both case cast check collate collation column
	concurrently constraint create cross current_catalog current_date current_role current_schema current_time
	current_timestamp current_user default deferrable desc distinct do else end except false fetch for foreign freeze from
	full grant group having ilike in initially inner intersect into is isnull join lateral leading left like limit localtime
	localtimestamp natural not notnull null offset on only or order outer overlaps placing primary references returning right
	select session_user similar some symmetric system_user table tablesample then to trailing true union unique user using
	variadic verbose when where window with`)

// Names that are taken, or that RDS keeps for itself.
// https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html
var (
	takenDatabases = []string{"db", "postgres", "rdsadmin", "template0", "template1"}
	takenUsers     = []string{"admin", "administrator", "none", "public", "root", "superuser"}
	takenPrefixes  = []string{"pg_", "rds"} // PostgreSQL's own roles and those of RDS
)

// The rules of names in words.
const (
	DatabaseNameRule = "1 to 54 lower-case letters, digits and underscores, a letter first, that is no word reserved by PostgreSQL " +
		"and none of db, postgres, rdsadmin, template0, template1"
	MasterUsernameRule = "1 to 63 lower-case letters, digits and underscores, a letter first, that is no word reserved by PostgreSQL, " +
		"does not begin with pg_ or rds, and is none of admin, administrator, none, public, root, superuser"
)

// DatabaseName is true for what a database of ours may be called: such a name needs no quoting in SQL, and the longest role
// name made of it still fits PostgreSQL's 63 characters.
func DatabaseName(name string) bool {
	return databaseName.MatchString(name) && !slices.Contains(reservedWords, name) && !slices.Contains(takenDatabases, name)
}

// MasterUsername is true for what RDS and PostgreSQL take for the master user of a database.
func MasterUsername(name string) bool {
	return masterUsername.MatchString(name) && !slices.Contains(reservedWords, name) && !slices.Contains(takenUsers, name) &&
		!slices.ContainsFunc(takenPrefixes, func(prefix string) bool { return strings.HasPrefix(name, prefix) })
}

// RedisVersion is the version of Redis OSS that ElastiCache builds: the last one. ElastiCache does not downgrade.
const RedisVersion = "7.1"
