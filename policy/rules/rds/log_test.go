package rds

import (
	"fmt"
	"maps"

	"github.com/carebase/carebase/graph"
	. "github.com/carebase/carebase/graph/graphtest"
	"github.com/carebase/carebase/policy/inspect"
	. "github.com/carebase/carebase/policy/policytest"
	"github.com/carebase/carebase/policy/rules/internal/examples"
)

// silent are parameters that keep values out of PostgreSQL's log, but for what is given beside them.
func silent(but Inputs) []*graph.Resource {
	values := Inputs{
		"log_error_verbosity": "terse", "log_min_messages": "log", "log_min_error_statement": "panic",
		"log_parameter_max_length": "0", "pgaudit.log_statement": "0",
	}
	maps.Copy(values, but)
	maps.DeleteFunc(values, func(_ string, v any) bool { return v == nil })
	return parametrised("postgres", values)
}

// at is the path of a parameter's value in the group that silent makes.
func at(i int) string { return fmt.Sprintf("parameters[%d].value", i) }

var databaseCareFixtures = map[string]Fixture{
	"X-RDS-LOGVALUES": {
		Satisfied: []Example{
			{About: "nothing gets into the log", Resources: silent(nil)},
			{About: "and said in so many words", Resources: silent(Inputs{
				"log_statement": "none", "log_min_duration_statement": "-1", "log_min_duration_sample": "-1", "log_transaction_sample_rate": "0",
				"log_parameter_max_length_on_error": "0", "pgaudit.log_parameter": "off", "auto_explain.log_min_duration": "-1",
			})},
			{About: "only what ends the server", Resources: silent(Inputs{"log_min_messages": "PANIC", "log_min_error_statement": "fatal", "pgaudit.log_statement": "off"})},
			{About: "beside another engine", Resources: append(silent(nil), Resource(inspect.DbInstanceType, "other", Inputs{"engine": "mysql"}))},
			{About: "a replica by its source's group", Resources: append(silent(nil), replica(Ref(inspect.DbInstanceType, "db", "identifier"), Inputs{}))},
		},
		Violated: []Example{
			{About: "no group", Property: "parameterGroupName", Resources: Resources(examples.Db(Inputs{"engine": "postgres", "engineVersion": "16"}))},
			{About: "AWS's group", Property: "parameterGroupName", Resources: Resources(examples.Db(Inputs{"engine": "postgres", "parameterGroupName": "default.postgres16"}))},
			{About: "details of errors, by default", Property: "parameters", Resources: silent(Inputs{"log_error_verbosity": nil})},
			{About: "details of errors", Property: at(0), Resources: silent(Inputs{"log_error_verbosity": "default"})},
			{About: "messages of errors, by default", Property: "parameters", Resources: silent(Inputs{"log_min_messages": nil})},
			{About: "messages of errors", Property: at(2), Resources: silent(Inputs{"log_min_messages": "error"})},
			{About: "statements that failed, by default", Property: "parameters", Resources: silent(Inputs{"log_min_error_statement": nil})},
			{About: "statements that failed", Property: at(1), Resources: silent(Inputs{"log_min_error_statement": "error"})},
			{About: "bind variables, by default", Property: "parameters", Resources: silent(Inputs{"log_parameter_max_length": nil})},
			{About: "bind variables", Property: at(3), Resources: silent(Inputs{"log_parameter_max_length": "-1"})},
			{About: "bind variables of what failed", Property: at(4), Resources: silent(Inputs{"log_parameter_max_length_on_error": "-1"})},
			{About: "all statements", Property: at(4), Resources: silent(Inputs{"log_statement": "all"})},
			{About: "statements that change tables", Property: at(4), Resources: silent(Inputs{"log_statement": "ddl"})},
			{About: "slow statements", Property: at(1), Resources: silent(Inputs{"log_min_duration_statement": "2000"})},
			{About: "some slow statements", Property: at(1), Resources: silent(Inputs{"log_min_duration_sample": "0"})},
			{About: "some transactions", Property: at(4), Resources: silent(Inputs{"log_transaction_sample_rate": "0.1"})},
			{About: "plans of slow statements", Property: at(0), Resources: silent(Inputs{"auto_explain.log_min_duration": "1000"})},
			{About: "statements in the audit, by default", Property: "parameters", Resources: silent(Inputs{"pgaudit.log_statement": nil})},
			{About: "statements in the audit", Property: at(4), Resources: silent(Inputs{"pgaudit.log_statement": "on"})},
			{About: "bind variables in the audit", Property: at(4), Resources: silent(Inputs{"pgaudit.log_parameter": "1"})},
		},
		Undecided: []Example{
			{About: "a value not known", Resources: silent(Inputs{"log_error_verbosity": Unknown})},
			{About: "engine not known", Resources: Resources(replica(elsewhereArn, Inputs{}))},
		},
	},
	"X-RDS-WAL": {
		Satisfied: []Example{
			{About: "capped", Resources: parametrised("postgres", Inputs{"max_slot_wal_keep_size": "20480"}, Inputs{"allocatedStorage": 100})},
			{About: "half of it", Resources: parametrised("postgres", Inputs{"max_slot_wal_keep_size": "51200"}, Inputs{"allocatedStorage": 100})},
			{About: "a replica from another region", Resources: Resources(
				Resource(dbGroupType, "group", Inputs{"family": "postgres16", "parameters": parameters(Inputs{"max_slot_wal_keep_size": "20480"})}),
				replica(elsewhereArn, Inputs{"parameterGroupName": Ref(dbGroupType, "group", "name")}))},
			{About: "beside another engine", Resources: append(
				parametrised("postgres", Inputs{"max_slot_wal_keep_size": "1"}), Resource(inspect.DbInstanceType, "other", Inputs{"engine": "mysql"}))},
		},
		Violated: []Example{
			{About: "no group", Property: "parameterGroupName", Resources: Resources(examples.Db(Inputs{"engine": "postgres"}))},
			{About: "not set", Property: "parameters", Resources: parametrised("postgres", Inputs{"rds.force_ssl": "1"})},
			{About: "no limit", Property: at(0), Resources: parametrised("postgres", Inputs{"max_slot_wal_keep_size": "-1"})},
			{About: "nothing at all", Property: at(0), Resources: parametrised("postgres", Inputs{"max_slot_wal_keep_size": "0"})},
			{About: "more than half", Property: at(0), Resources: parametrised("postgres", Inputs{"max_slot_wal_keep_size": "51201"}, Inputs{"allocatedStorage": 100})},
			{About: "a replica from another region", Property: "parameters", Resources: Resources(
				Resource(dbGroupType, "group", Inputs{"family": "postgres16", "parameters": parameters(Inputs{})}),
				replica(elsewhereArn, Inputs{"parameterGroupName": Ref(dbGroupType, "group", "name")}))},
		},
		Undecided: []Example{
			{About: "not known", Resources: parametrised("postgres", Inputs{"max_slot_wal_keep_size": Unknown})},
			{About: "engine not known", Resources: Resources(replica(elsewhereArn, Inputs{}))},
		},
	},
	"X-RDS-PITR": {
		Satisfied: []Example{
			{About: "a primary", Resources: Resources(examples.Db(Inputs{"backupRetentionPeriod": 30}))},
			{About: "and its replica", Resources: Resources(
				examples.Db(Inputs{"engine": "postgres", "backupRetentionPeriod": 7}), replica(Ref(inspect.DbInstanceType, "db", "identifier"), Inputs{"backupRetentionPeriod": 1}))},
			{About: "a replica from another region", Resources: Resources(replica(elsewhereArn, Inputs{"backupRetentionPeriod": 30}))},
			{About: "a replica that cannot have any", Resources: Resources(
				examples.Db(Inputs{"engine": "sqlserver-ee", "backupRetentionPeriod": 7}), replica(Ref(inspect.DbInstanceType, "db", "identifier"), Inputs{}))},
		},
		Violated: []Example{
			{About: "a primary without", Property: "backupRetentionPeriod", Resources: Resources(examples.Db(Inputs{"backupRetentionPeriod": 0}))},
			{About: "not set", Property: "backupRetentionPeriod", Resources: Resources(examples.Db(Inputs{}))},
			{About: "a replica from another region", Property: "backupRetentionPeriod", Resources: Resources(replica(elsewhereArn, Inputs{}))},
			{About: "a replica from this region", Property: "backupRetentionPeriod", Resources: Resources(
				examples.Db(Inputs{"engine": "postgres", "backupRetentionPeriod": 7}), replica(Ref(inspect.DbInstanceType, "db", "identifier"), Inputs{"backupRetentionPeriod": 0}))},
			{About: "promoted", Property: "backupRetentionPeriod", Resources: Resources(replica("", Inputs{}))},
		},
		Undecided: []Example{
			{About: "not known", Resources: Resources(examples.Db(Inputs{"backupRetentionPeriod": Unknown}))},
		},
	},
}
