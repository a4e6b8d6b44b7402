package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase"
)

// A new system plans and audits as it stands, under its own name.
func TestNewSystemsPlanAndAudit(t *testing.T) {
	for _, like := range systems() {
		dir := t.TempDir()
		code, stdout, stderr := call("init", "eye-clinic", "--like", like, "-C", dir)
		require.Equal(t, exitDone, code, stderr)
		folder := filepath.Join(dir, "eye-clinic")
		for _, name := range []string{"Pulumi.yaml", "infra/main.go", "cmd/eye-clinic/main.go", "system/system.go", "go.mod"} {
			assert.Contains(t, stdout, "eye-clinic/"+name)
			text, err := os.ReadFile(filepath.Join(folder, name))
			require.NoError(t, err)
			assert.NotContains(t, strings.ToLower(string(text)), like, "%s of a system like %s", name, like)
		}
		files, err := filepath.Glob(filepath.Join(folder, "Pulumi.*.yaml"))
		require.NoError(t, err)
		require.NotEmpty(t, files)
		for _, file := range files {
			stack := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(file), "Pulumi."), ".yaml")
			code, stdout, stderr := call("plan", stack, "-C", folder, "--inputs")
			require.Equal(t, exitDone, code, "%s like %s: %s", stack, like, stderr)
			assert.NotContains(t, strings.ToLower(stdout), like, "%s of a system like %s", stack, like)
			assert.Contains(t, stdout, "eye-clinic")
			code, _, stderr = call("audit", stack, "-C", folder)
			assert.Equal(t, exitDone, code, "%s like %s: %s", stack, like, stderr)
		}
	}
}

func TestInitRefuses(t *testing.T) {
	dir := t.TempDir()
	for name, c := range map[string]struct {
		args []string
		code int
		want string
	}{
		"no name":        {[]string{"init"}, exitUsage, "name the new system"},
		"a bad name":     {[]string{"init", "Eye_Clinic"}, exitUsage, "lower-case letters"},
		"too long":       {[]string{"init", strings.Repeat("a", 21)}, exitUsage, "1 to 20"},
		"unknown system": {[]string{"init", "clinic", "--like", "nobody"}, exitUsage, carebase.Root},
		"a folder":       {[]string{"init", "there"}, exitFailed, "exists already"},
	} {
		t.Run(name, func(t *testing.T) {
			require.NoError(t, os.MkdirAll(filepath.Join(dir, "there"), 0o700))
			code, _, stderr := call(append(c.args, "-C", dir)...)
			assert.Equal(t, c.code, code)
			assert.Contains(t, stderr, c.want)
		})
	}
}
