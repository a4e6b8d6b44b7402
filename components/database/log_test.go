package database

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/componenttest"
	"github.com/carebase/carebase/internal/postgrestest"
)

// canary is a patient's value: whatever a client does with it, it does not get into the server's log.
const canary = "patient-4711"

// serverParameters are those of the planned parameter group, as far as a server outside of RDS knows them.
func serverParameters(t *testing.T, version string, args *Args) map[string]string {
	t.Helper()
	args.EngineVersion = version
	group := componenttest.Find(t, planned(t, args), "aws:rds/parameterGroup:ParameterGroup", "database-parameters")
	parameters := map[string]string{}
	for _, element := range componenttest.Input(t, group, "parameters").([]any) {
		parameter := element.(map[string]any)
		parameters[parameter["name"].(string)] = parameter["value"].(string)
	}
	delete(parameters, "rds.force_ssl")
	if !postgrestest.HasLibrary(version, "pgaudit") {
		parameters["shared_preload_libraries"] = "pg_stat_statements"
	}
	return parameters
}

func logged(t *testing.T, version string) *postgrestest.Server {
	t.Helper()
	s := postgrestest.Start(t, version, serverParameters(t, version, production()))
	extensions := "CREATE EXTENSION pg_stat_statements;"
	if postgrestest.HasLibrary(version, "pgaudit") {
		extensions += "CREATE EXTENSION pgaudit;"
	}
	s.Must(t, "super", "careconnect", extensions) // on RDS the master user may
	s.Must(t, "master", "careconnect", `
		CREATE TABLE people (ssn text PRIMARY KEY);
		CREATE TABLE patients (id int PRIMARY KEY, ssn text UNIQUE CHECK (length(ssn) > 3), name text NOT NULL, born date,
			EXCLUDE USING btree (name WITH =));
		CREATE TABLE visits (patient text REFERENCES patients (ssn));
		CREATE VIEW adults AS SELECT * FROM patients WHERE born IS NOT NULL WITH CHECK OPTION`)
	return s
}

func TestNoValueGetsIntoTheLog(t *testing.T) {
	for _, version := range postgrestest.Versions {
		t.Run("PostgreSQL "+version, func(t *testing.T) {
			t.Parallel()
			s := logged(t, version)
			value := "'" + canary + "'"
			for _, try := range []struct{ what, sql string }{
				{"insert", "INSERT INTO patients VALUES (1, " + value + ", 'a')"},
				{"select", "SELECT * FROM patients WHERE ssn = " + value},
				{"update", "UPDATE patients SET ssn = " + value + " WHERE ssn = " + value},
				{"create table as", "CREATE TABLE copied AS SELECT " + value + " AS ssn"},
				{"comment", "CREATE TABLE noted (id int DEFAULT length(" + value + ")); COMMENT ON TABLE noted IS " + value},
				{"role", "CREATE ROLE someone PASSWORD " + value},
				{"slow", "SELECT pg_sleep(2.1), " + value},
				{"slow, prepared", "PREPARE slow (text) AS SELECT pg_sleep(2.1), $1; EXECUTE slow(" + value + ")"},
				{"slow block", "DO $$ BEGIN PERFORM pg_sleep(2.1), " + value + "; END $$"},
				{"cursor", "BEGIN; DECLARE c CURSOR FOR SELECT pg_sleep(2.1), " + value + "; FETCH ALL FROM c; COMMIT"},
				{"failing row", "INSERT INTO patients VALUES (2, " + value + ", NULL)"},
				{"failing row of a view", "INSERT INTO adults (id, ssn, name) VALUES (3, 'x' || " + value + ", 'v')"},
				{"unique violation", "INSERT INTO patients VALUES (4, " + value + ", 'b')"},
				{"exclusion violation", "INSERT INTO patients VALUES (5, 'other', " + value + "), (6, 'third', " + value + ")"},
				{"check violation", "ALTER TABLE patients ADD CHECK (ssn <> " + value + ")"},
				{"foreign key violation", "INSERT INTO visits VALUES ('no-" + canary + "')"},
				{"invalid number", "SELECT " + value + "::int"},
				{"invalid date", "SELECT " + value + "::date"},
				{"invalid JSON", "SELECT " + value + "::json"},
				{"invalid UUID", "SELECT " + value + "::uuid"},
				{"syntax error", "SELEC " + value},
				{"no such column", `SELECT "` + canary + `" FROM patients`},
				{"statement timeout", "SET statement_timeout = '50ms'; SELECT pg_sleep(1), " + value},
				{"raise warning", "DO $$ BEGIN RAISE WARNING 'of %', " + value + "; END $$"},
				{"raise exception", "DO $$ BEGIN RAISE EXCEPTION 'of %', " + value + " USING DETAIL = " + value + ", HINT = " + value + "; END $$"},
				{"error in a function", "CREATE FUNCTION f(ssn text) RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN ssn::int; END'; SELECT f(" + value + ")"},
				{"copy, bad row", "COPY patients FROM STDIN;\n" + canary + "\tx\ty\t\\N\n\\.\n"},
				{"copy, duplicate", "COPY patients FROM STDIN;\n7\t" + canary + "\ty\t\\N\n\\.\n"},
				{"not permitted", "SELECT pg_read_file(" + value + ")"},
				{"serialization, unfinished", "BEGIN ISOLATION LEVEL SERIALIZABLE; SELECT " + value},
			} {
				_, _ = s.PSQL("master", "careconnect", try.sql) // most are refused: the client is told why, the log is not
				assert.NotContains(t, s.Log(t), canary, try.what)
			}
			assert.Equal(t, "1", s.Must(t, "super", "careconnect", "SELECT count(*) FROM patients WHERE ssn = "+value), "the statements do nothing")
			assert.Equal(t, "0", s.Must(t, "super", "careconnect", "SELECT count(*) FROM pg_stat_statements WHERE query LIKE '%"+canary+"%'"))
			assert.Contains(t, s.Log(t), "connection authorized: user=master")
		})
	}
}

// Drivers send values apart from the statement, as bind variables.
func TestNoBindVariableGetsIntoTheLog(t *testing.T) {
	for _, version := range postgrestest.Versions {
		t.Run("PostgreSQL "+version, func(t *testing.T) {
			t.Parallel()
			s := logged(t, version)
			for what, sql := range map[string]string{
				"slow":        "SELECT pg_sleep(2.1), :ssn::text;",
				"failing row": "INSERT INTO patients VALUES (2, :ssn, NULL);",
				"invalid":     "SELECT * FROM patients WHERE id = :ssn;",
			} {
				script := filepath.Join(t.TempDir(), "script.sql")
				require.NoError(t, os.WriteFile(script, []byte(sql), 0o600))
				pgbench := s.Client("pgbench", "-n", "-t", "1", "-M", "extended", "-U", "master", "-D", "ssn="+canary, "-f", script, "careconnect")
				if _, err := os.Stat(pgbench.Path); err != nil {
					t.Skip("no pgbench beside psql")
				}
				output, err := pgbench.CombinedOutput()
				require.Equal(t, what == "slow", err == nil, "%s", output)
				assert.NotContains(t, s.Log(t), canary, what)
			}
		})
	}
}

// Of a deadlock the server knows what both statements were.
func TestADeadlockTellsNoValue(t *testing.T) {
	for _, version := range postgrestest.Versions {
		t.Run("PostgreSQL "+version, func(t *testing.T) {
			t.Parallel()
			s := logged(t, version)
			s.Must(t, "super", "careconnect", "INSERT INTO people VALUES ('a'), ('b')")
			// Each session changes its own person, waits until the other one has done so, and then wants the other's.
			session := func(own, other int, first, second string) string {
				return fmt.Sprintf(`BEGIN;
					UPDATE people SET ssn = ssn WHERE ssn = '%[3]s';
					SELECT pg_advisory_lock(%[1]d);
					DO $$ BEGIN
						WHILE NOT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND objid = %[2]d) LOOP PERFORM pg_sleep(0.01); END LOOP;
					END $$;
					UPDATE people SET ssn = '%[5]s' WHERE ssn = '%[4]s';
					COMMIT`, own, other, first, second, canary)
			}
			var outputs [2]string
			var both sync.WaitGroup
			both.Go(func() { outputs[0], _ = s.PSQL("master", "careconnect", session(1, 2, "a", "b")) })
			both.Go(func() { outputs[1], _ = s.PSQL("master", "careconnect", session(2, 1, "b", "a")) })
			both.Wait()
			require.Contains(t, strings.Join(outputs[:], "\n"), "deadlock detected")
			assert.NotContains(t, s.Log(t), canary)
		})
	}
}

// What is left in the log still says who did what to which table.
func TestTheAuditNamesTablesAndNoValues(t *testing.T) {
	const version = "15" // the version that .ci/run installs pgaudit for
	if !postgrestest.HasLibrary(version, "pgaudit") {
		t.Skip("no pgaudit on this machine")
	}
	s := logged(t, version)
	s.Must(t, "master", "careconnect", "INSERT INTO patients VALUES (1, '"+canary+"', 'a'); SELECT * FROM patients; CREATE TABLE mine (id int)")
	for _, line := range []string{
		`AUDIT: SESSION,\d+,\d+,WRITE,INSERT,TABLE,public.patients,<not logged>`,
		`AUDIT: SESSION,\d+,\d+,READ,SELECT,TABLE,public.patients,<not logged>`,
		`AUDIT: SESSION,\d+,\d+,DDL,CREATE TABLE,TABLE,public.mine,<not logged>`,
	} {
		assert.Regexp(t, line, s.Log(t))
	}
	_, err := s.PSQL("nobody-known", "careconnect", "SELECT 1")
	require.Error(t, err)
	assert.Contains(t, s.Log(t), `role "nobody-known" does not exist`, "who was not let in is not known")
}

// Where there is no patient's data, slow statements are logged with their text.
func TestSlowStatementsOfSyntheticData(t *testing.T) {
	args := production()
	args.LogSlowStatements = true
	assert.Equal(t, "2000", serverParameters(t, "16", args)["log_min_duration_statement"])
}
