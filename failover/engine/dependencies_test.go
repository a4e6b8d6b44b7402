//go:build engine

package engine

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What the settings files of both stacks say, by way of Pulumi.
func TestTheKeyOfThePrimaryIsLookedAt(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("PULUMI_BACKEND_URL", "file://"+t.TempDir())
	t.Setenv("PULUMI_CONFIG_PASSPHRASE", "x")
	write := func(name, text string) {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	write("Pulumi.yaml", "name: careconnect\nruntime: go\n")
	initialize := exec.Command("pulumi", "stack", "init", "dr", "--non-interactive")
	initialize.Dir = dir
	out, err := initialize.CombinedOutput()
	require.NoError(t, err, string(out))
	stack, err := Open(t.Context(), dir, "dr")
	require.NoError(t, err)

	for region, want := range map[string][]string{
		"us-east-1": {"the secrets provider of stack prod, awskms://alias/state?region=us-east-1"}, "us-west-2": nil,
	} {
		write("Pulumi.prod.yaml", "secretsprovider: awskms://alias/state?region=us-east-1\n")
		var subjects []string
		for _, reason := range stack.Dependencies(t.Context(), region, "organization/careconnect/prod") {
			subjects = append(subjects, reason.Subject)
		}
		assert.Equal(t, want, subjects)
	}
}
