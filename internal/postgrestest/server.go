// Package postgrestest starts PostgreSQL servers for tests, of each major version that components/database builds, with
// the roles that RDS has. It uses binaries that the machine has; .ci/run installs them.
package postgrestest

import (
	"maps"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// BinariesVariable names the environment variable that lists directories with a server's programs (initdb, pg_ctl,
// postgres), separated by colons.
const BinariesVariable = "CAREBASE_POSTGRES"

// Versions are the major versions of PostgreSQL that components/database builds.
var Versions = []string{"15", "16", "17"}

// Server is a PostgreSQL server. As on RDS its master user is no superuser; "super" is one. It listens on a socket only
// and trusts everybody.
type Server struct {
	Version string // major
	folder  string
	bin     string
	psql    string
	options string               // of the server's process
	as      *syscall.SysProcAttr // PostgreSQL refuses to run as root
	stopped bool
}

// Each runs a test on a server of every version. A version that this machine does not have is skipped.
func Each(t *testing.T, parameters map[string]string, test func(t *testing.T, s *Server)) {
	for _, version := range Versions {
		t.Run("PostgreSQL "+version, func(t *testing.T) { test(t, Start(t, version, parameters)) })
	}
}

// Start starts a server of a major version with these parameters, and stops it at the end of the test.
func Start(t *testing.T, version string, parameters map[string]string) *Server {
	t.Helper()
	bin := binaries(version)
	psql := client(bin)
	if bin == "" || psql == "" {
		t.Skipf("no PostgreSQL %s on this machine (PATH, /usr/lib/postgresql/%s/bin, %s) or no psql", version, version, BinariesVariable)
	}
	folder, err := os.MkdirTemp("", "pg") // not t.TempDir: a socket's path must be short
	require.NoError(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	s := &Server{Version: version, folder: folder, bin: bin, psql: psql}
	s.as = owner(t, folder)
	data := filepath.Join(folder, "data")
	s.tool(t, "initdb", "-D", data, "-U", "super", "-A", "trust", "--no-sync", "--no-locale", "-E", "UTF8")
	options := "-k " + folder + " -c listen_addresses='' -c fsync=off"
	for _, name := range slices.Sorted(maps.Keys(parameters)) {
		options += " -c " + name + "='" + parameters[name] + "'"
	}
	s.options = options
	s.Resume(t)
	t.Cleanup(func() {
		if !s.stopped {
			s.Stop(t)
		}
	})

	s.Must(t, "super", "postgres", `
		CREATE ROLE rds_iam;
		CREATE ROLE rds_superuser;
		GRANT pg_monitor, pg_signal_backend TO rds_superuser;
		CREATE ROLE master LOGIN CREATEDB CREATEROLE;
		GRANT rds_superuser TO master`)
	s.Must(t, "master", "postgres", "CREATE DATABASE careconnect")
	return s
}

// owner gives files to the user that the server runs as, where that is not the user of the test.
func owner(t *testing.T, paths ...string) *syscall.SysProcAttr {
	t.Helper()
	if os.Geteuid() != 0 {
		return nil
	}
	nobody, err := user.Lookup("nobody")
	require.NoError(t, err)
	uid, _ := strconv.ParseUint(nobody.Uid, 10, 32)
	gid, _ := strconv.ParseUint(nobody.Gid, 10, 32)
	for _, path := range paths {
		require.NoError(t, os.Chown(path, int(uid), int(gid)))
	}
	return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}
}

// Stop ends the server and every session, as if its machine had gone.
func (s *Server) Stop(t *testing.T) {
	t.Helper()
	s.tool(t, "pg_ctl", "-D", filepath.Join(s.folder, "data"), "-m", "immediate", "stop")
	s.stopped = true
}

// Resume starts the server with the data that it had.
func (s *Server) Resume(t *testing.T) {
	t.Helper()
	s.tool(t, "pg_ctl", "-D", filepath.Join(s.folder, "data"), "-w", "-l", s.logFile(), "-o", s.options, "start")
	s.stopped = false
}

// binaries is the directory with the server's programs of a major version; "" if there is none.
func binaries(version string) string {
	candidates := filepath.SplitList(os.Getenv(BinariesVariable))
	if onPath, err := exec.LookPath("postgres"); err == nil {
		if onPath, err = filepath.EvalSymlinks(onPath); err == nil {
			candidates = append(candidates, filepath.Dir(onPath))
		}
	}
	for _, bin := range append(candidates, "/usr/lib/postgresql/"+version+"/bin") {
		output, err := exec.Command(filepath.Join(bin, "postgres"), "--version").Output()
		if err == nil && strings.HasPrefix(string(output), "postgres (PostgreSQL) "+version+".") {
			return bin
		}
	}
	return ""
}

// client is psql, of the server's version if its directory has one: any other of version 15 or later does as well.
func client(bin string) string {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/psql")
	if onPath, err := exec.LookPath("psql"); err == nil {
		found = append(found, onPath)
	}
	for _, psql := range append([]string{filepath.Join(bin, "psql")}, found...) {
		if _, err := os.Stat(psql); err == nil {
			return psql
		}
	}
	return ""
}

// tool runs a program of the server. Its output goes nowhere: a server that it leaves behind would hold the pipe open.
func (s *Server) tool(t *testing.T, name string, args ...string) {
	t.Helper()
	cmd := exec.Command(filepath.Join(s.bin, name), args...)
	cmd.Dir, cmd.SysProcAttr = s.folder, s.as
	if err := cmd.Run(); err != nil {
		log, _ := os.ReadFile(s.logFile())
		require.NoErrorf(t, err, "%s %v\n%s", name, args, log)
	}
}

// Program is a command for one of the server's programs, such as pg_dump; nil if the server has none of that name.
func (s *Server) Program(name string, args ...string) *exec.Cmd {
	path := filepath.Join(s.bin, name)
	if _, err := os.Stat(path); err != nil {
		return nil
	}
	return exec.Command(path, append([]string{"-h", s.folder}, args...)...)
}

// Client is a command for a program that comes with psql, such as pgbench.
func (s *Server) Client(name string, args ...string) *exec.Cmd {
	psql, err := filepath.EvalSymlinks(s.psql)
	if err != nil {
		psql = s.psql
	}
	path := filepath.Join(filepath.Dir(psql), name)
	return exec.Command(path, append([]string{"-h", s.folder}, args...)...)
}

// HasLibrary is true if the machine has the module of that name for PostgreSQL of that version, such as pgaudit.
func HasLibrary(version, name string) bool {
	bin := binaries(version)
	for _, folder := range []string{filepath.Join(bin, "../lib"), filepath.Join(bin, "../lib/postgresql")} {
		if _, err := os.Stat(filepath.Join(folder, name+".so")); bin != "" && err == nil {
			return true
		}
	}
	return false
}

func (s *Server) logFile() string { return filepath.Join(s.folder, "log") }

// Log is what the server has logged.
func (s *Server) Log(t *testing.T) string {
	t.Helper()
	log, err := os.ReadFile(s.logFile())
	require.NoError(t, err)
	return string(log)
}

// PSQL runs a script as user in a database and returns what it printed.
func (s *Server) PSQL(user, database, script string, environment ...string) (string, error) {
	cmd := exec.Command(s.psql, "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", s.folder, "-U", user, "-d", database)
	cmd.Stdin, cmd.Env = strings.NewReader(script), append(os.Environ(), environment...)
	output, err := cmd.CombinedOutput()
	return strings.TrimSpace(string(output)), err
}

// Must is PSQL for what has to succeed.
func (s *Server) Must(t *testing.T, user, database, sql string) string {
	t.Helper()
	output, err := s.PSQL(user, database, sql)
	require.NoErrorf(t, err, "%s: %s\n%s", user, sql, output)
	return output
}
