// Package roles writes the SQL script that gives a database its least-privilege roles: the application works on rows
// and never on tables, migrations on tables, reports and backups only read, and nobody else may connect.
//
// The script is for psql and is run by a one-off task as the master user, never by the deployment: what it needs to
// sign in, and the passwords it sets, stay in Secrets Manager and out of the program's state. It is pure text: no AWS,
// no Pulumi.
//
// It cannot bind a role to rows (that is row-level security, the application's own), and it leaves alone schemas other
// than public.
package roles

import (
	_ "embed"
	"fmt"
	"regexp"
	"strings"
)

//go:embed roles.sql
var statements string

// Environment variables from which the script takes the roles' passwords. A role whose variable is not set has no
// password: with PostgreSQL 15 it signs in by IAM (rds-db:connect), with later versions it cannot sign in (roles.sql says
// why).
const (
	AppPassword      = "APP_PASSWORD"
	MigratePassword  = "MIGRATE_PASSWORD"
	ReadonlyPassword = "READONLY_PASSWORD"
	BackupPassword   = "BACKUP_PASSWORD"
)

// DatabaseName is what a database of ours may be called: such a name needs no quoting in SQL, and the longest role
// name made of it still fits PostgreSQL's 63 characters.
var DatabaseName = regexp.MustCompile(`^[a-z][a-z0-9_]{0,53}$`)

// Names of a database's roles.
type Names struct {
	App      string // reads and writes rows
	Migrate  string // owns and changes tables
	Readonly string // reads: people and reports
	Backup   string // reads everything a dump needs
}

// Of gives the names of the roles of a database.
func Of(database string) Names {
	return Names{
		App: database + "_app", Migrate: database + "_migrate",
		Readonly: database + "_readonly", Backup: database + "_backup",
	}
}

// Script is the SQL for the database of that name. It holds no secret. It needs psql 15 or later, runs on PostgreSQL 15 to 17,
// and leaves a database of any other name untouched.
func Script(database string) (string, error) {
	if !DatabaseName.MatchString(database) {
		return "", fmt.Errorf("database name %q: allowed are lower-case letters, digits and _, a letter first, at most 54", database)
	}
	names := Of(database)
	var script strings.Builder
	for _, set := range []struct{ variable, value string }{
		{"database", database}, {"app", names.App}, {"migrate", names.Migrate},
		{"readonly", names.Readonly}, {"backup", names.Backup},
	} {
		fmt.Fprintf(&script, "\\set %s %s\n", set.variable, set.value)
	}
	script.WriteString(statements)
	return script.String(), nil
}
