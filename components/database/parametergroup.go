package database

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/rds"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// A parameter takes effect at once if it is dynamic, and with the next start of the server if it is static; RDS refuses
// "immediate" for a static one.
const (
	immediate     = "immediate"
	pendingReboot = "pending-reboot"
)

type parameter struct{ name, value, apply string }

// parameters that every database has. Memory and connections stay as RDS computes them from the instance class.
//
// No value of a row, and no text of a statement, in which there may be values, gets into the server's log: the log is read by
// more people than the tables, and kept for longer. log_test.go shows it on real servers. Left out are parameters whose
// default is right already: log_statement, log_parameter_max_length_on_error, pgaudit.log_parameter. What an application
// writes to the log on purpose (RAISE LOG) is the application's matter.
// https://www.postgresql.org/docs/16/runtime-config-logging.html
var parameters = []parameter{
	// Plain connections are refused, 45 CFR 164.312(e)(1). RDS has this value by itself, with this way of applying it, and
	// takes no change of the latter alone: "immediate" would be a difference on every run.
	{"rds.force_ssl", "1", pendingReboot},

	// Audit, 45 CFR 164.312(b): who came and went, who was not let in, and which tables and views every statement reads or
	// changes (pgaudit.log_relation), without the text of the statement (pgaudit.log_statement).
	// https://github.com/pgaudit/pgaudit/blob/main/README.md#settings
	{"log_connections", "1", immediate},
	{"log_disconnections", "1", immediate},
	{"pgaudit.log", "ddl,read,role,write", immediate},
	{"pgaudit.log_relation", "1", immediate},
	{"pgaudit.log_statement", "0", immediate},
	{"shared_preload_libraries", "pg_stat_statements,pgaudit", pendingReboot},

	// The message of an error may hold values (invalid input syntax for type date: "…"), and so may its details
	// (Failing row contains …, Key (ssn)=(…) already exists) and the statement that failed. So "log" leaves out errors and
	// warnings, which the client is told of, and keeps what is above them: LOG, FATAL (such as a refused sign-in) and PANIC.
	{"log_min_messages", "log", immediate},
	{"log_error_verbosity", "terse", immediate},
	{"log_min_error_statement", "panic", immediate},
	{"log_parameter_max_length", "0", immediate}, // of bind variables of statements that are logged

	// Statistics of queries only, which have $1 instead of values: of utility statements they would keep the text, such as
	// that of ALTER ROLE … PASSWORD.
	{"pg_stat_statements.track_utility", "0", immediate},
}

// slowStatementMillis from which on a statement is logged with its text, where LogSlowStatements says so.
const slowStatementMillis = 2000

// ownParameters are those that depend on the arguments.
func (args *Args) ownParameters() []parameter {
	slow := "-1" // none
	if args.LogSlowStatements {
		slow = strconv.Itoa(slowStatementMillis)
	}
	return []parameter{
		{"log_min_duration_statement", slow, immediate},
		// In MB, of 1024 KB. By default there is no limit.
		{"max_slot_wal_keep_size", strconv.Itoa(args.SlotWALGiB * 1024), immediate},
	}
}

// newParameterGroup has no fixed name: another major version needs another family, hence another group, which must exist
// before the instance can leave the old one.
func (c *Database) newParameterGroup(ctx *pulumi.Context, args *Args) (*rds.ParameterGroup, error) {
	byName := func(a, b parameter) int { return cmp.Compare(a.name, b.name) }
	list := rds.ParameterGroupParameterArray{}
	for _, p := range slices.SortedFunc(slices.Values(append(args.ownParameters(), parameters...)), byName) {
		list = append(list, &rds.ParameterGroupParameterArgs{
			Name: pulumi.String(p.name), Value: pulumi.String(p.value), ApplyMethod: pulumi.String(p.apply),
		})
	}
	return rds.NewParameterGroup(ctx, c.name+"-parameters", &rds.ParameterGroupArgs{
		Description: pulumi.String("TLS, audit and logging of the database"),
		Family:      pulumi.String("postgres" + args.EngineVersion),
		Parameters:  list,
	}, pulumi.Parent(c))
}
