package roles

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/internal/postgrestest"
)

// The script against a real server, as the task runs it: over and over, before and after there are tables.
func TestTheScriptOnAServer(t *testing.T) { postgrestest.Each(t, nil, onServer) }

func onServer(t *testing.T, s *postgrestest.Server) {
	script, err := Script("careconnect")
	require.NoError(t, err)
	run := func(t *testing.T, environment ...string) {
		t.Helper()
		output, err := s.PSQL("master", "careconnect", script, environment...)
		require.NoError(t, err, output)
		require.Empty(t, output, "the script warns")
	}
	names := Of("careconnect")

	// A table from before the roles, then the roles, then migrations by the role for them.
	s.Must(t, "master", "careconnect", "CREATE TABLE old (id bigserial PRIMARY KEY, note text); INSERT INTO old (note) VALUES ('x')")
	run(t)
	s.Must(t, names.Migrate, "careconnect", "CREATE TABLE patients (id bigserial PRIMARY KEY, name text)")
	run(t)

	attempt := func(t *testing.T, role string, statements ...string) []bool {
		return attempted(t, s, role, statements...)
	}
	allowed := rights(names)
	checkRights := func(t *testing.T) {
		t.Helper()
		for role, list := range allowed {
			for i, may := range attempt(t, role, statements...) {
				assert.Equalf(t, slices.Contains(list, statements[i]), may, "%s: %s", role, statements[i])
			}
		}
	}
	t.Run("each role may do its work and nothing else", checkRights)

	t.Run("whoever has no role may not connect", func(t *testing.T) {
		s.Must(t, "super", "postgres", "CREATE ROLE stranger LOGIN")
		_, err := s.PSQL("stranger", "careconnect", "SELECT 1")
		assert.Error(t, err)
	})

	t.Run("what was granted beyond is taken away", func(t *testing.T) {
		s.Must(t, "super", "careconnect", `
			GRANT ALL ON ALL TABLES IN SCHEMA public TO careconnect_readonly, careconnect_app;
			GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO careconnect_readonly;
			GRANT ALL ON SCHEMA public TO PUBLIC, careconnect_app;
			GRANT ALL ON DATABASE careconnect TO PUBLIC, careconnect_backup;
			ALTER ROLE careconnect_app CREATEROLE CREATEDB;
			ALTER DEFAULT PRIVILEGES FOR ROLE careconnect_migrate IN SCHEMA public GRANT ALL ON TABLES TO careconnect_readonly`)
		run(t)
		checkRights(t)
		s.Must(t, names.Migrate, "careconnect", "CREATE TABLE later (id int)")
		assert.Equal(t, []bool{true, false}, attempt(t, names.Readonly, "SELECT * FROM later", "INSERT INTO later VALUES (1)"))
	})

	t.Run("readers are read-only, and people's idle sessions end", func(t *testing.T) {
		for role, timeout := range map[string]string{names.Readonly: "15min", names.Backup: "0"} {
			assert.Equal(t, "on", s.Must(t, role, "careconnect", "SHOW transaction_read_only"))
			assert.Equal(t, timeout, s.Must(t, role, "careconnect", "SHOW idle_session_timeout"))
		}
		assert.Equal(t, "off", s.Must(t, names.App, "careconnect", "SHOW transaction_read_only"))
	})

	t.Run("the backup role can dump", func(t *testing.T) {
		// What pg_dump does with a table and a sequence.
		s.Must(t, names.Backup, "careconnect",
			"BEGIN; LOCK TABLE patients, old IN ACCESS SHARE MODE; COPY patients TO STDOUT; SELECT last_value FROM patients_id_seq; COMMIT")
		if dump := s.Program("pg_dump", "-U", names.Backup, "careconnect"); dump != nil {
			text, err := dump.CombinedOutput()
			require.NoError(t, err, string(text))
			assert.Contains(t, string(text), "CREATE TABLE public.patients")
		}
	})

	password := func(role string) string {
		return s.Must(t, "super", "postgres", "SELECT rolpassword FROM pg_authid WHERE rolname = '"+role+"'")
	}
	iam := func(role string) string {
		return s.Must(t, "super", "postgres", "SELECT pg_has_role('"+role+"', 'rds_iam', 'MEMBER')")
	}
	byIAM := "f" // from PostgreSQL 16 on the master user would be in rds_iam too
	if s.Version == "15" {
		byIAM = "t"
	}
	t.Run("without a password a role signs in by IAM or not at all", func(t *testing.T) {
		for role := range allowed {
			assert.Empty(t, password(role), role)
			assert.Equal(t, byIAM, iam(role), role)
		}
		assert.Equal(t, "f", iam("master"), "the master user could no longer sign in by its password")
	})

	t.Run("with a password it signs in by that, and the other way round again", func(t *testing.T) {
		secret := `it's a "secret" \with; everything`
		run(t, AppPassword+"="+secret, MigratePassword+"="+secret, ReadonlyPassword+"="+secret, BackupPassword+"="+secret)
		for role := range allowed {
			assert.Regexp(t, `^SCRAM-SHA-256\$`, password(role), role)
			assert.Equal(t, "f", iam(role), role)
		}
		assert.NotContains(t, s.Log(t), "everything")

		run(t)
		for role := range allowed {
			assert.Empty(t, password(role), role)
			assert.Equal(t, byIAM, iam(role), role)
		}
		assert.Equal(t, "f", iam("master"))
	})

	t.Run("a changed password takes effect, for that role only", func(t *testing.T) {
		run(t, AppPassword+"=first", MigratePassword+"=first", ReadonlyPassword+"=first", BackupPassword+"=first")
		before := map[string]string{}
		for role := range allowed {
			before[role] = password(role)
		}
		run(t, AppPassword+"=second", MigratePassword+"=first", ReadonlyPassword+"=first", BackupPassword+"=first")
		assert.NotEqual(t, before[names.App], password(names.App))
		checkRights(t)
	})

	t.Run("nobody is left with more than the ADMIN option on a role", func(t *testing.T) {
		options := "inherit_option OR set_option"
		if s.Version == "15" {
			options = "true"
		}
		assert.Empty(t, s.Must(t, "super", "postgres", "SELECT roleid::regrole, member::regrole FROM pg_auth_members WHERE roleid::regrole::text LIKE 'careconnect%' AND ("+options+")"))
		for _, role := range []string{names.App, names.Migrate, names.Readonly, names.Backup} {
			assert.Equal(t, "f", s.Must(t, "super", "postgres", "SELECT pg_has_role('master', '"+role+"', 'USAGE')"), role)
		}
	})

	t.Run("a role that was in rds_iam leaves it with its password", func(t *testing.T) {
		s.Must(t, "super", "postgres", "GRANT rds_iam TO master WITH ADMIN OPTION")
		s.Must(t, "master", "postgres", "GRANT rds_iam TO careconnect_app") // as under PostgreSQL 15, before an upgrade
		run(t, AppPassword+"=x")
		assert.Equal(t, "f", iam(names.App))
		s.Must(t, "super", "postgres", "REVOKE rds_iam FROM master CASCADE")
	})

	t.Run("connected to another database it does nothing", func(t *testing.T) {
		s.Must(t, "master", "postgres", "CREATE DATABASE other")
		output, err := s.PSQL("master", "other", script)
		require.Error(t, err)
		assert.Contains(t, output, "connected to other, but these are the roles of careconnect")
		assert.NotContains(t, s.Must(t, "super", "postgres", "SELECT datacl FROM pg_database WHERE datname = 'other'"), "careconnect")
	})
}

// attempted tells for each statement whether the role may run it. The roles that read are read-only by setting as well;
// without it, only privileges stand in the way.
func attempted(t *testing.T, s *postgrestest.Server, role string, statements ...string) []bool {
	t.Helper()
	var session strings.Builder
	session.WriteString("\\set ON_ERROR_STOP off\n")
	for _, sql := range statements {
		fmt.Fprintf(&session, "BEGIN; SET TRANSACTION READ WRITE;\n\\o /dev/null\n%s;\n\\o\n\\echo refused: :ERROR\nROLLBACK;\n", sql)
	}
	output, err := s.PSQL(role, "careconnect", session.String())
	require.NoError(t, err, output)
	var may []bool
	for _, line := range strings.Split(output, "\n") {
		if refused, found := strings.CutPrefix(line, "refused: "); found {
			may = append(may, refused == "false")
		}
	}
	require.Len(t, may, len(statements), output)
	return may
}

var statements = []string{
	"SELECT * FROM patients", "SELECT * FROM old",
	"INSERT INTO patients (name) VALUES ('y')", "INSERT INTO old (id, note) VALUES (99, 'y')",
	"UPDATE patients SET name = 'z'", "DELETE FROM old",
	"SELECT last_value FROM patients_id_seq",
	"TRUNCATE patients", "DROP TABLE patients", "ALTER TABLE patients ADD COLUMN c int", "CREATE TABLE mine (id int)",
	"CREATE TEMPORARY TABLE scratch (id int)", "CREATE SCHEMA mine", "CREATE ROLE mine",
	"SET ROLE careconnect_migrate", "SET ROLE master",
}

// rights are those of the statements that each role may run.
func rights(names Names) map[string][]string {
	return map[string][]string{
		names.App:      {statements[0], statements[1], statements[2], statements[3], statements[4], statements[5], statements[6]},
		names.Readonly: {statements[0], statements[1]},
		names.Backup:   {statements[0], statements[1], statements[6]},
		names.Migrate: {statements[0], statements[2], statements[4], statements[6], statements[7], statements[8], statements[9],
			statements[10], statements[11], statements[12], "SET ROLE careconnect_migrate"},
	}
}

// The script of a database whose passwords rotate: a role and its clone are the same to the database.
func TestTheRotatedScriptOnAServer(t *testing.T) { postgrestest.Each(t, nil, rotatedOnServer) }

func rotatedOnServer(t *testing.T, s *postgrestest.Server) {
	plain, err := Script("careconnect")
	require.NoError(t, err)
	script, err := RotatedScript("careconnect")
	require.NoError(t, err)
	run := func(t *testing.T, script string, environment ...string) {
		t.Helper()
		output, err := s.PSQL("master", "careconnect", script, environment...)
		require.NoError(t, err, output)
		require.Empty(t, output, "the script warns")
	}
	names := Of("careconnect")
	password := func(role string) string {
		return s.Must(t, "super", "postgres", "SELECT rolpassword FROM pg_authid WHERE rolname = '"+role+"'")
	}

	// The roles exist, some with a password, before rotation is enabled.
	s.Must(t, "master", "careconnect", "CREATE TABLE old (id bigserial PRIMARY KEY, note text); INSERT INTO old (note) VALUES ('x')")
	run(t, plain, AppPassword+"=first")
	s.Must(t, names.Migrate, "careconnect", "CREATE TABLE patients (id bigserial PRIMARY KEY, name text)")
	before := password(names.App)
	run(t, script)

	checkRights := func(t *testing.T) {
		t.Helper()
		for role, list := range rights(names) {
			for _, user := range []string{role, Clone(role)} {
				for i, may := range attempted(t, s, user, statements...) {
					assert.Equalf(t, slices.Contains(list, statements[i]), may, "%s: %s", user, statements[i])
				}
			}
		}
	}
	t.Run("a clone may do what its role may, and nothing else", checkRights)

	t.Run("a clone's sessions act as its role", func(t *testing.T) {
		for _, role := range names.All() {
			assert.Equal(t, role+"|"+Clone(role), s.Must(t, Clone(role), "careconnect", "SELECT current_user, session_user"))
			for _, setting := range []string{"transaction_read_only", "idle_session_timeout"} {
				assert.Equal(t, s.Must(t, role, "careconnect", "SHOW "+setting), s.Must(t, Clone(role), "careconnect", "SHOW "+setting), role)
			}
			assert.Equal(t, role, s.Must(t, Clone(role), "careconnect", "DISCARD ALL; SELECT current_user"), "a pool resets a session")
		}
	})

	t.Run("a table that the migrations' clone creates is the role's", func(t *testing.T) {
		s.Must(t, Clone(names.Migrate), "careconnect", "CREATE TABLE later (id int)")
		assert.Equal(t, names.Migrate, s.Must(t, "super", "careconnect", "SELECT relowner::regrole FROM pg_class WHERE relname = 'later'"))
		assert.Equal(t, []bool{true}, attempted(t, s, Clone(names.App), "INSERT INTO later VALUES (1)"))
		s.Must(t, names.Migrate, "careconnect", "DROP TABLE later")
	})

	t.Run("passwords stay, whatever the environment says", func(t *testing.T) {
		s.Must(t, "master", "postgres", "ALTER ROLE "+Clone(names.App)+" PASSWORD 'clone'")
		clone := password(Clone(names.App))
		run(t, script, AppPassword+"=second")
		assert.Equal(t, before, password(names.App))
		assert.Equal(t, clone, password(Clone(names.App)))
		assert.Empty(t, password(Clone(names.Backup)), "a clone cannot sign in before its first rotation")
	})

	t.Run("no role signs in by IAM", func(t *testing.T) {
		for _, role := range append(names.All(), "master") {
			assert.Equal(t, "f", s.Must(t, "super", "postgres", "SELECT pg_has_role('"+role+"', 'rds_iam', 'MEMBER')"), role)
		}
	})

	t.Run("what a clone was granted beyond is taken away", func(t *testing.T) {
		clone := Clone(names.Readonly)
		s.Must(t, "super", "careconnect", "GRANT ALL ON ALL TABLES IN SCHEMA public TO "+clone+"; GRANT ALL ON SCHEMA public TO "+clone+
			"; GRANT ALL ON DATABASE careconnect TO "+clone+"; ALTER ROLE "+clone+" CREATEROLE")
		asItself := "SET ROLE NONE; INSERT INTO patients (id, name) VALUES (77, 'y')"
		require.Equal(t, []bool{true}, attempted(t, s, clone, asItself))
		run(t, script)
		assert.Equal(t, []bool{false}, attempted(t, s, clone, asItself))
		checkRights(t)
	})

	t.Run("the master user acts as none of them", func(t *testing.T) {
		for _, role := range names.All() {
			assert.Equal(t, "f", s.Must(t, "super", "postgres", "SELECT pg_has_role('master', '"+role+"', 'USAGE')"), role)
			assert.Equal(t, "f", s.Must(t, "super", "postgres", "SELECT pg_has_role('master', '"+Clone(role)+"', 'USAGE')"), role)
		}
	})
}
