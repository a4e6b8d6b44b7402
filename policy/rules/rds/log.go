package rds

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/carebase/carebase/policy"
	"github.com/carebase/carebase/policy/inspect"
)

// silentIn is a parameter of PostgreSQL by which values can get into the log, with the values that keep them out.
// https://www.postgresql.org/docs/16/runtime-config-logging.html
// https://github.com/pgaudit/pgaudit/blob/main/README.md#settings
type silentIn struct {
	name      string
	allowed   []string
	byDefault bool // the engine's default is one of them
}

var silentLog = []silentIn{
	{name: "log_error_verbosity", allowed: []string{"terse"}},                     // DETAIL: Failing row contains (…)
	{name: "log_min_messages", allowed: []string{"log", "fatal", "panic"}},        // ERROR: invalid input syntax for type date: "…"
	{name: "log_min_error_statement", allowed: []string{"log", "fatal", "panic"}}, // STATEMENT: insert into …
	{name: "log_parameter_max_length", allowed: []string{"0"}},                    // DETAIL: parameters: $1 = '…'
	{name: "log_parameter_max_length_on_error", allowed: []string{"0"}, byDefault: true},
	{name: "log_statement", allowed: []string{"none"}, byDefault: true},
	{name: "log_min_duration_statement", allowed: []string{"-1"}, byDefault: true}, // duration: … statement: select …
	{name: "log_min_duration_sample", allowed: []string{"-1"}, byDefault: true},
	{name: "log_transaction_sample_rate", allowed: []string{"0", "0.0"}, byDefault: true},
	{name: "auto_explain.log_min_duration", allowed: []string{"-1"}, byDefault: true}, // Query Text: select …
	{name: "pgaudit.log_statement", allowed: []string{"0", "off", "false", "no"}},
	{name: "pgaudit.log_parameter", allowed: []string{"0", "off", "false", "no"}, byDefault: true},
}

// valuesOutOfTheLog looks at PostgreSQL, where every way by which a value gets into the log is a parameter.
func valuesOutOfTheLog(s *inspect.Stack, report *policy.Report) {
	var wanted []parameterWanted
	for _, p := range silentLog {
		text := p.name + " = " + strings.Join(p.allowed, " or ")
		if p.byDefault {
			text += ", or not set"
		}
		wanted = append(wanted, parameterWanted{p.name, policy.Expectation{Path: "", Want: text,
			Fix: "set " + p.name + " to " + p.allowed[0] + " in the parameter group; components/database does",
			Holds: func(v inspect.Value) bool {
				return v.Unset() && p.byDefault || slices.Contains(p.allowed, strings.ToLower(v.Text()))
			}}})
	}
	eachPostgres(s, report, func(r *inspect.Resource, judged map[*inspect.Resource]bool) {
		judgeParameters(s, report, r, judged, false, wanted...)
	})
}

// slotsCapped wants a cap of at most half the storage of every PostgreSQL database: any may be given a replica, by another
// stack too, and a replica becomes a source when it is promoted.
func slotsCapped(s *inspect.Stack, report *policy.Report) {
	const name = "max_slot_wal_keep_size"
	eachPostgres(s, report, func(r *inspect.Resource, judged map[*inspect.Resource]bool) {
		most, known := r.At("allocatedStorage").Number()
		want := name + " of 1 MB or more"
		if known {
			want = fmt.Sprintf("%s of 1 to %g MB, half of the storage", name, most*1024/2)
		}
		judgeParameters(s, report, r, judged, false, parameterWanted{name, policy.Expectation{Path: "", Want: want,
			Fix: "set " + name + " in the parameter group; components/database does",
			Holds: func(v inspect.Value) bool {
				megabytes, err := strconv.ParseFloat(v.Text(), 64)
				return err == nil && megabytes >= 1 && (!known || megabytes <= most*1024/2)
			}}})
	})
}

// eachPostgres calls judge for every database of PostgreSQL, Aurora's excepted: it has other replicas.
func eachPostgres(s *inspect.Stack, report *policy.Report, judge func(r *inspect.Resource, judged map[*inspect.Resource]bool)) {
	judged := map[*inspect.Resource]bool{}
	for _, r := range s.Of(inspect.DbInstanceType) {
		switch engine := engine(s, r); {
		case engine == "":
			report.Undecided(r, "engine", "an engine, which decides about the parameters")
		case strings.HasPrefix(engine, "postgres"):
			judge(r, judged)
		}
	}
}

// backedUpThroughout wants backups of every instance. Replicas of SQL Server cannot have any.
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ReadRepl.Overview.Differences.html
func backedUpThroughout(s *inspect.Stack, report *policy.Report) {
	for _, r := range s.Of(inspect.DbInstanceType) {
		if !isPrimary(r) && strings.HasPrefix(engine(s, r), "sqlserver") {
			continue
		}
		report.Expect(r, policy.AtLeast("backupRetentionPeriod", 1,
			"set backupRetentionPeriod; a replica of PostgreSQL 14.1 or later can have backups, and components/database turns them on"))
	}
}
