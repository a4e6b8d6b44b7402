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

// The parts of the script, in this order. A database whose passwords rotate has clones.sql instead of passwords.sql.
var (
	//go:embed roles.sql
	roleStatements string
	//go:embed passwords.sql
	passwordStatements string
	//go:embed privileges.sql
	privilegeStatements string
	//go:embed clones.sql
	cloneStatements string
	//go:embed end.sql
	endStatements string
)

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

// Clone returns the name of a role's clone: the second user with the same privileges, which takes turns with the role when
// passwords rotate.
func Clone(role string) string { return role + cloneSuffix }

const cloneSuffix = "_clone"

// maxRotatedName is the longest name of a database whose roles have clones: PostgreSQL cuts role names to 63 characters.
const maxRotatedName = 63 - len("_readonly") - len(cloneSuffix)

// Script is the SQL for the database of that name. It holds no secret. It needs psql 15 or later, runs on PostgreSQL 15 to 17,
// and leaves a database of any other name untouched.
func Script(database string) (string, error) {
	header, err := variables(database)
	if err != nil {
		return "", err
	}
	return header + roleStatements + passwordStatements + privilegeStatements + endStatements, nil
}

// RotatedScript is Script for a database whose passwords are rotated by functions/rotation. It creates the clone of each
// role and sets no password: the rotation function does that. Variables such as AppPassword have no effect on it.
func RotatedScript(database string) (string, error) {
	if len(database) > maxRotatedName {
		return "", fmt.Errorf("database name %q: allowed is a name of at most %d characters where passwords rotate, because "+
			"PostgreSQL cuts the names of clones to 63", database, maxRotatedName)
	}
	header, err := variables(database)
	if err != nil {
		return "", err
	}
	var clones strings.Builder
	names := Of(database)
	for _, clone := range []struct{ variable, role string }{
		{"app", names.App}, {"migrate", names.Migrate}, {"readonly", names.Readonly}, {"backup", names.Backup},
	} {
		fmt.Fprintf(&clones, "\\set %s_clone %s\n", clone.variable, Clone(clone.role))
	}
	return header + clones.String() + roleStatements + privilegeStatements + cloneStatements + endStatements, nil
}

// variables sets psql's variables for the names of the database and its roles.
func variables(database string) (string, error) {
	if !limits.DatabaseName(database) {
		return "", fmt.Errorf("database name %q: allowed is %s", database, limits.DatabaseNameRule)
	}
	names := Of(database)
	var header strings.Builder
	for _, set := range []struct{ variable, value string }{
		{"database", database}, {"app", names.App}, {"migrate", names.Migrate},
		{"readonly", names.Readonly}, {"backup", names.Backup},
	} {
		fmt.Fprintf(&header, "\\set %s %s\n", set.variable, set.value)
	}
	return header.String(), nil
}
