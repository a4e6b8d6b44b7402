package tests

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A repository of another team has its own go.mod, settings, program and command line, and adds a component of its own.
func TestAnotherRepositoryUsesCarebase(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.CopyFS(dir, os.DirFS(filepath.Join("testdata", "external"))))
	root, err := filepath.Abs(repository)
	require.NoError(t, err)
	ours, err := os.ReadFile(filepath.Join(root, "go.mod"))
	require.NoError(t, err)
	// The requirements are copied because go mod tidy would ask the network for them.
	_, requirements, found := strings.Cut(string(ours), "\nrequire (")
	require.True(t, found)
	version, _, _ := strings.Cut(string(ours[strings.Index(string(ours), "\ngo ")+1:]), "\n")
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module clinic.example.com/infrastructure\n\n"+version+
		"\n\nrequire github.com/carebase/carebase v0.0.0\n\nreplace github.com/carebase/carebase => "+root+"\n\nrequire ("+requirements), 0o600))
	sums, err := os.ReadFile(filepath.Join(root, "go.sum"))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go.sum"), sums, 0o600))

	run := func(name string, args ...string) string {
		t.Helper()
		var stderr bytes.Buffer
		command := exec.Command(name, args...)
		command.Dir, command.Stderr = dir, &stderr
		command.Env = append(os.Environ(), "GOFLAGS=-mod=mod")
		out, err := command.Output()
		require.NoErrorf(t, err, "%s %s: %s%s", name, strings.Join(args, " "), out, stderr.String())
		return string(out)
	}
	run("go", "vet", "./...")
	run("go", "test", "./...")
	run("go", "build", "-o", "clinic", "./cmd/clinic")
	planned := run("./clinic", "plan", "dev")
	assert.Contains(t, planned, "journal-group")
	assert.Contains(t, planned, "edge-cdn")
	assert.NotContains(t, strings.ToLower(planned), "careconnect")
	assert.Contains(t, run("./clinic", "audit", "dev"), "no violations")
	explained := run("./clinic", "controls", "OWN-JOURNAL", "--stack", "dev")
	assert.Contains(t, explained, "journal-group (aws:cloudwatch/logGroup:LogGroup): compliant")
	settings := filepath.Join(dir, "Pulumi.dev.yaml")
	text, err := os.ReadFile(settings)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(settings, append(text, []byte(`  clinic:exceptions:
    - {control: OWN-JOURNAL, resource: journal-group, reason: Nobody needs this exception, owner: clinic, expires: "2099-12-31"}
`)...), 0o600))
	command := exec.Command("./clinic", "audit", "dev")
	command.Dir = dir
	out, err := command.CombinedOutput()
	require.Error(t, err)
	assert.Contains(t, string(out), "OWN-JOURNAL", "the settings know the control, and the audit that no resource needs the exception")
	assert.NotContains(t, string(out), "allowed is")
}

// Pulumi builds the program before every preview and update. With a build target it links the program only after a change.
func TestUnchangedProgramIsNotLinked(t *testing.T) {
	project, err := workspace.LoadProject(filepath.Join(repository, "Pulumi.yaml"))
	require.NoError(t, err)
	assert.NotEmpty(t, project.Runtime.Options()["buildTarget"])
	target := filepath.Join(t.TempDir(), "program")
	build := func() string {
		command := exec.Command("go", "build", "-x", "-o", target, ".") // as pulumi-language-go does
		command.Dir = filepath.Join(repository, project.Main)
		out, err := command.CombinedOutput()
		require.NoError(t, err, string(out))
		return string(out)
	}
	const link = "/link -o "
	assert.Contains(t, build(), link)
	assert.NotContains(t, build(), link)
}
