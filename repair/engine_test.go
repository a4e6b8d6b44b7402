package repair

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Pulumi's commands write a settings file without an encryptionsalt anew. A repair leaves it as people wrote it.
func TestARepairLeavesTheSettingsFileAlone(t *testing.T) {
	dir, bin := t.TempDir(), t.TempDir()
	const settings = "# A developer's machine.\nconfig:\n  careconnect:phi: false\n\n  careconnect:owner: us # our team\n"
	path := filepath.Join(dir, "Pulumi.local.yaml")
	require.NoError(t, os.WriteFile(filepath.Join(dir, "Pulumi.yaml"), []byte("name: careconnect\nruntime: go\n"), 0o600))
	require.NoError(t, os.WriteFile(path, []byte(settings), 0o600))
	// As pulumi 3.259 writes it: the salt, true in quotes, no blank lines.
	const pulumi = "#!/bin/sh\nprintf 'encryptionsalt: v1:new\\nconfig:\\n  careconnect:owner: us\\n  careconnect:phi: \"false\"\\n' >Pulumi.local.yaml\necho '{}'\n"
	require.NoError(t, os.WriteFile(filepath.Join(bin, "pulumi"), []byte(pulumi), 0o700))
	t.Setenv("PATH", bin+string(os.PathListSeparator)+os.Getenv("PATH"))

	engine := Engine{Directory: dir, Stack: "local", Output: os.Stderr}
	for name, run := range map[string]func() error{
		"export":  func() error { _, err := engine.Export(t.Context()); return err },
		"import":  func() error { return engine.Import(t.Context(), []byte("{}")) },
		"preview": func() error { _, err := engine.Preview(t.Context()); return err },
		"refresh": func() error { return engine.Refresh(t.Context(), []string{"urn:a"}) },
	} {
		require.NoError(t, run(), name)
		after, err := os.ReadFile(path)
		require.NoError(t, err)
		assert.Equal(t, settings, string(after), name)
	}
}
