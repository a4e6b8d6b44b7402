package roles

import (
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// server is a PostgreSQL server of this machine's own binaries, with what RDS has: a master user that is no superuser
// and the role rds_iam. It listens on a socket only.
type server struct {
	folder string
	bin    string
	as     *syscall.SysProcAttr // PostgreSQL refuses to run as root
}

func start(t *testing.T) *server {
	t.Helper()
	postgres, err := exec.LookPath("postgres")
	if err != nil {
		t.Skip("no PostgreSQL server on this machine: the script is not run")
	}
	postgres, err = filepath.EvalSymlinks(postgres)
	require.NoError(t, err)
	folder, err := os.MkdirTemp("", "pg") // not t.TempDir: a socket's path must be short
	require.NoError(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	s := &server{folder: folder, bin: filepath.Dir(postgres)}
	if os.Geteuid() == 0 {
		nobody, err := user.Lookup("nobody")
		require.NoError(t, err)
		uid, _ := strconv.ParseUint(nobody.Uid, 10, 32)
		gid, _ := strconv.ParseUint(nobody.Gid, 10, 32)
		require.NoError(t, os.Chown(folder, int(uid), int(gid)))
		s.as = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}
	}
	data := filepath.Join(folder, "data")
	s.tool(t, "initdb", "-D", data, "-U", "super", "-A", "trust", "--no-sync")
	s.tool(t, "pg_ctl", "-D", data, "-w", "-l", filepath.Join(folder, "log"),
		"-o", "-k "+folder+" -c listen_addresses='' -c fsync=off", "start")
	t.Cleanup(func() { s.tool(t, "pg_ctl", "-D", data, "-m", "immediate", "stop") })

	s.must(t, "super", "postgres", "CREATE ROLE rds_iam")
	s.must(t, "super", "postgres", "CREATE ROLE master LOGIN CREATEDB CREATEROLE")
	s.must(t, "master", "postgres", "CREATE DATABASE careconnect")
	return s
}

// tool runs a program of the server. Its output goes nowhere: a server that it leaves behind would hold the pipe open.
func (s *server) tool(t *testing.T, name string, args ...string) {
	t.Helper()
	cmd := exec.Command(filepath.Join(s.bin, name), args...)
	cmd.Dir, cmd.SysProcAttr = s.folder, s.as
	require.NoErrorf(t, cmd.Run(), "%s %v", name, args)
}

// psql runs a script as user in a database and returns what it printed.
func (s *server) psql(user, database, script string, environment ...string) (string, error) {
	cmd := exec.Command(filepath.Join(s.bin, "psql"), "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", s.folder, "-U", user, "-d", database)
	cmd.Stdin, cmd.Env = strings.NewReader(script), append(os.Environ(), environment...)
	output, err := cmd.CombinedOutput()
	return strings.TrimSpace(string(output)), err
}

func (s *server) must(t *testing.T, user, database, sql string) string {
	t.Helper()
	output, err := s.psql(user, database, sql)
	require.NoErrorf(t, err, "%s: %s\n%s", user, sql, output)
	return output
}
