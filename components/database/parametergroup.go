package database

import (
	"cmp"
	"slices"

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
var parameters = []parameter{
	// Plain connections are refused, 45 CFR 164.312(e)(1). RDS has this value by itself, with this way of applying it, and
	// takes no change of the latter alone: "immediate" would be a difference on every run.
	{"rds.force_ssl", "1", pendingReboot},

	// Audit, 45 CFR 164.312(b): who came and went, and every statement that reads or changes rows, tables or roles. The
	// values of bind variables are in neither log, so that PHI does not end up there.
	{"log_connections", "1", immediate},
	{"log_disconnections", "1", immediate},
	{"pgaudit.log", "ddl,read,role,write", immediate},
	{"shared_preload_libraries", "pg_stat_statements,pgaudit", pendingReboot},

	// Statements of more than two seconds, without their values.
	{"log_min_duration_statement", "2000", immediate},
	{"log_parameter_max_length", "0", immediate},

	// Statistics of queries only: of utility statements they would keep the text, such as that of ALTER ROLE … PASSWORD.
	{"pg_stat_statements.track_utility", "0", immediate},
}

// newParameterGroup has no fixed name: another major version needs another family, hence another group, which must exist
// before the instance can leave the old one.
func (c *Database) newParameterGroup(ctx *pulumi.Context, args *Args) (*rds.ParameterGroup, error) {
	byName := func(a, b parameter) int { return cmp.Compare(a.name, b.name) }
	list := rds.ParameterGroupParameterArray{}
	for _, p := range slices.SortedFunc(slices.Values(parameters), byName) {
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
