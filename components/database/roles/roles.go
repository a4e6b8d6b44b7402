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
	"strings"

	"github.com/carebase/carebase/components/limits"
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

// All are the names of all roles.
func (n Names) All() []string { return []string{n.App, n.Migrate, n.Readonly, n.Backup} }

// Script is the SQL for the database of that name. It holds no secret. It needs psql 15 or later, runs on PostgreSQL 15 to 17,
// and leaves a database of any other name untouched.
func Script(database string) (string, error) {
	if !limits.DatabaseName(database) {
		return "", fmt.Errorf("database name %q: allowed is %s", database, limits.DatabaseNameRule)
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
