package policy

import (
	"fmt"
	"maps"

	"github.com/carebase/carebase/graph"
)

// silent are parameters that keep values out of PostgreSQL's log, but for what is given beside them.
func silent(but in) []*graph.Resource {
	values := in{
		"log_error_verbosity": "terse", "log_min_messages": "log", "log_min_error_statement": "panic",
		"log_parameter_max_length": "0", "pgaudit.log_statement": "0",
	}
	maps.Copy(values, but)
	maps.DeleteFunc(values, func(_ string, v any) bool { return v == nil })
	return parametrised("postgres", values)
}

// at is the path of a parameter's value in the group that silent makes.
func at(i int) string { return fmt.Sprintf("parameters[%d].value", i) }

var databaseCareFixtures = map[string]fixture{
	"X-RDS-LOGVALUES": {
		satisfied: []example{
			{about: "nothing gets into the log", resources: silent(nil)},
			{about: "and said in so many words", resources: silent(in{
				"log_statement": "none", "log_min_duration_statement": "-1", "log_min_duration_sample": "-1", "log_transaction_sample_rate": "0",
				"log_parameter_max_length_on_error": "0", "pgaudit.log_parameter": "off", "auto_explain.log_min_duration": "-1",
			})},
			{about: "only what ends the server", resources: silent(in{"log_min_messages": "PANIC", "log_min_error_statement": "fatal", "pgaudit.log_statement": "off"})},
			{about: "beside another engine", resources: append(silent(nil), res(dbInstanceType, "other", in{"engine": "mysql"}))},
			{about: "a replica by its source's group", resources: append(silent(nil), replica(ref(dbInstanceType, "db", "identifier"), in{}))},
		},
		violated: []example{
			{about: "no group", property: "parameterGroupName", resources: these(db(in{"engine": "postgres", "engineVersion": "16"}))},
			{about: "AWS's group", property: "parameterGroupName", resources: these(db(in{"engine": "postgres", "parameterGroupName": "default.postgres16"}))},
			{about: "details of errors, by default", property: "parameters", resources: silent(in{"log_error_verbosity": nil})},
			{about: "details of errors", property: at(0), resources: silent(in{"log_error_verbosity": "default"})},
			{about: "messages of errors, by default", property: "parameters", resources: silent(in{"log_min_messages": nil})},
			{about: "messages of errors", property: at(2), resources: silent(in{"log_min_messages": "error"})},
			{about: "statements that failed, by default", property: "parameters", resources: silent(in{"log_min_error_statement": nil})},
			{about: "statements that failed", property: at(1), resources: silent(in{"log_min_error_statement": "error"})},
			{about: "bind variables, by default", property: "parameters", resources: silent(in{"log_parameter_max_length": nil})},
			{about: "bind variables", property: at(3), resources: silent(in{"log_parameter_max_length": "-1"})},
			{about: "bind variables of what failed", property: at(4), resources: silent(in{"log_parameter_max_length_on_error": "-1"})},
			{about: "all statements", property: at(4), resources: silent(in{"log_statement": "all"})},
			{about: "statements that change tables", property: at(4), resources: silent(in{"log_statement": "ddl"})},
			{about: "slow statements", property: at(1), resources: silent(in{"log_min_duration_statement": "2000"})},
			{about: "some slow statements", property: at(1), resources: silent(in{"log_min_duration_sample": "0"})},
			{about: "some transactions", property: at(4), resources: silent(in{"log_transaction_sample_rate": "0.1"})},
			{about: "plans of slow statements", property: at(0), resources: silent(in{"auto_explain.log_min_duration": "1000"})},
			{about: "statements in the audit, by default", property: "parameters", resources: silent(in{"pgaudit.log_statement": nil})},
			{about: "statements in the audit", property: at(4), resources: silent(in{"pgaudit.log_statement": "on"})},
			{about: "bind variables in the audit", property: at(4), resources: silent(in{"pgaudit.log_parameter": "1"})},
		},
		undecided: []example{
			{about: "a value not known", resources: silent(in{"log_error_verbosity": unknown})},
			{about: "engine not known", resources: these(replica(elsewhereArn, in{}))},
		},
	},
	"X-RDS-WAL": {
		satisfied: []example{
			{about: "capped", resources: parametrised("postgres", in{"max_slot_wal_keep_size": "20480"}, in{"allocatedStorage": 100})},
			{about: "half of it", resources: parametrised("postgres", in{"max_slot_wal_keep_size": "51200"}, in{"allocatedStorage": 100})},
			{about: "a replica from another region", resources: these(
				res(dbGroupType, "group", in{"family": "postgres16", "parameters": parameters(in{"max_slot_wal_keep_size": "20480"})}),
				replica(elsewhereArn, in{"parameterGroupName": ref(dbGroupType, "group", "name")}))},
			{about: "beside another engine", resources: append(
				parametrised("postgres", in{"max_slot_wal_keep_size": "1"}), res(dbInstanceType, "other", in{"engine": "mysql"}))},
		},
		violated: []example{
			{about: "no group", property: "parameterGroupName", resources: these(db(in{"engine": "postgres"}))},
			{about: "not set", property: "parameters", resources: parametrised("postgres", in{"rds.force_ssl": "1"})},
			{about: "no limit", property: at(0), resources: parametrised("postgres", in{"max_slot_wal_keep_size": "-1"})},
			{about: "nothing at all", property: at(0), resources: parametrised("postgres", in{"max_slot_wal_keep_size": "0"})},
			{about: "more than half", property: at(0), resources: parametrised("postgres", in{"max_slot_wal_keep_size": "51201"}, in{"allocatedStorage": 100})},
			{about: "a replica from another region", property: "parameters", resources: these(
				res(dbGroupType, "group", in{"family": "postgres16", "parameters": parameters(in{})}),
				replica(elsewhereArn, in{"parameterGroupName": ref(dbGroupType, "group", "name")}))},
		},
		undecided: []example{
			{about: "not known", resources: parametrised("postgres", in{"max_slot_wal_keep_size": unknown})},
			{about: "engine not known", resources: these(replica(elsewhereArn, in{}))},
		},
	},
	"X-RDS-PITR": {
		satisfied: []example{
			{about: "a primary", resources: these(db(in{"backupRetentionPeriod": 30}))},
			{about: "and its replica", resources: these(
				db(in{"engine": "postgres", "backupRetentionPeriod": 7}), replica(ref(dbInstanceType, "db", "identifier"), in{"backupRetentionPeriod": 1}))},
			{about: "a replica from another region", resources: these(replica(elsewhereArn, in{"backupRetentionPeriod": 30}))},
			{about: "a replica that cannot have any", resources: these(
				db(in{"engine": "sqlserver-ee", "backupRetentionPeriod": 7}), replica(ref(dbInstanceType, "db", "identifier"), in{}))},
		},
		violated: []example{
			{about: "a primary without", property: "backupRetentionPeriod", resources: these(db(in{"backupRetentionPeriod": 0}))},
			{about: "not set", property: "backupRetentionPeriod", resources: these(db(in{}))},
			{about: "a replica from another region", property: "backupRetentionPeriod", resources: these(replica(elsewhereArn, in{}))},
			{about: "a replica from this region", property: "backupRetentionPeriod", resources: these(
				db(in{"engine": "postgres", "backupRetentionPeriod": 7}), replica(ref(dbInstanceType, "db", "identifier"), in{"backupRetentionPeriod": 0}))},
			{about: "promoted", property: "backupRetentionPeriod", resources: these(replica("", in{}))},
		},
		undecided: []example{
			{about: "not known", resources: these(db(in{"backupRetentionPeriod": unknown}))},
		},
	},
}
