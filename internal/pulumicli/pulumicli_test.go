package pulumicli

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/plan"
)

const settings = "# A developer's machine.\nconfig:\n  careconnect:phi: false\n\n  careconnect:owner: us # our team\n"

// stack is a stack of a new project, on which a shell script takes the place of `pulumi`.
func stack(t *testing.T, script string) (s Stack, settingsFile string) {
	t.Helper()
	dir, bin := t.TempDir(), t.TempDir()
	settingsFile = filepath.Join(dir, "Pulumi.local.yaml")
	require.NoError(t, os.WriteFile(filepath.Join(dir, "Pulumi.yaml"), []byte("name: careconnect\nruntime: go\nmain: infra/\nconfig:\n  owner: {type: string, default: them}\n"), 0o600))
	require.NoError(t, os.WriteFile(settingsFile, []byte(settings), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(bin, "pulumi"), []byte("#!/bin/sh\n"+script), 0o700))
	t.Setenv("PATH", bin+string(os.PathListSeparator)+os.Getenv("PATH"))
	t.Setenv("SETTINGS", settingsFile)
	return Stack{Directory: dir, Name: "local", Program: "/opt/carebase"}, settingsFile
}

// Pulumi's commands write a settings file without an encryptionsalt anew. The file is put back as it was.
func TestCommandsLeaveTheSettingsFileAlone(t *testing.T) {
	// As pulumi 3.259 writes the file: the salt, true in quotes, no blank lines.
	s, path := stack(t, `printf 'encryptionsalt: v1:new\nconfig:\n  careconnect:owner: us\n  careconnect:phi: "false"\n' >"$SETTINGS"`+"\necho '{}'\n")
	for name, run := range map[string]func() error{
		"export":  func() error { _, err := s.Export(t.Context()); return err },
		"import":  func() error { return s.Import(t.Context(), []byte("{}")) },
		"outputs": func() error { _, err := s.Outputs(t.Context()); return err },
		"preview": func() error { _, err := s.Preview(t.Context()); return err },
		"refresh": func() error { return s.Refresh(t.Context(), []string{"urn:a"}, io.Discard) },
		"up":      func() error { return s.Up(t.Context(), io.Discard) },
		"cancel":  func() error { return s.Cancel(t.Context()) },
	} {
		require.NoError(t, run(), name)
		after, err := os.ReadFile(path)
		require.NoError(t, err)
		assert.Equal(t, settings, string(after), name)
	}
}

// An update runs the executable that is given, on the settings and the schema of the project.
func TestUpRunsTheProgram(t *testing.T) {
	s, _ := stack(t, `pwd; cp Pulumi.yaml "$KEPT"; echo "$@"`)
	kept := t.TempDir()
	t.Setenv("KEPT", kept)
	var out bytes.Buffer
	require.NoError(t, s.Up(t.Context(), &out))
	directory, arguments, _ := strings.Cut(strings.TrimSpace(out.String()), "\n")
	assert.Equal(t, "up --yes --skip-preview --non-interactive --color never --suppress-outputs --stack local", arguments)
	assert.NoDirExists(t, directory, "the temporary project is removed")
	text, err := os.ReadFile(filepath.Join(kept, "Pulumi.yaml"))
	require.NoError(t, err)
	assert.Contains(t, string(text), "binary: /opt/carebase")
	assert.NotContains(t, string(text), "main:")

	require.NoError(t, os.Mkdir(directory, 0o700))
	defer os.RemoveAll(directory)
	require.NoError(t, os.WriteFile(filepath.Join(directory, "Pulumi.yaml"), text, 0o600))
	loaded, err := plan.Load(directory, "local")
	require.NoError(t, err)
	assert.Equal(t, "us", loaded.Config["careconnect:owner"], "the settings file of the project")
	assert.Equal(t, "careconnect", loaded.Project)
}

func TestSecretOutputsAreLeftOut(t *testing.T) {
	s, _ := stack(t, `echo '{"url":"https://a","password":"[secret]","counts":{"api":3}}'`)
	outputs, err := s.Outputs(t.Context())
	require.NoError(t, err)
	assert.Equal(t, map[string]any{"url": "https://a", "counts": map[string]any{"api": 3.0}}, outputs)
}

func TestWhatFailedIsInTheError(t *testing.T) {
	s, _ := stack(t, "echo 'error: update failed'; echo 'the stack is currently locked by 1 lock(s)' >&2; exit 255")
	err := s.Up(t.Context(), io.Discard)
	assert.EqualError(t, err, "pulumi up: exit status 255\nthe stack is currently locked by 1 lock(s)\nerror: update failed")
	var failed *Error
	require.True(t, errors.As(err, &failed))
	assert.True(t, failed.Locked())
	_, err = s.Export(t.Context())
	assert.EqualError(t, err, "pulumi stack export: exit status 255\nthe stack is currently locked by 1 lock(s)")
	assert.False(t, (&Error{Output: "error: no stack named 'local' found"}).Locked())
}
