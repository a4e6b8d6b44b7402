//go:build engine

package engine

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/internal/pulumicli"
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
	stack := New(pulumicli.Stack{Directory: dir, Name: "dr"})

	kms := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		fmt.Fprint(w, `{"KeyMetadata":{"KeyId":"1234abcd-12ab-34cd-56ef-1234567890ab"}}`)
	}))
	defer kms.Close()
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL": kms.URL, "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_EC2_METADATA_DISABLED": "true", "HTTP_PROXY": "", "http_proxy": "",
	} {
		t.Setenv(name, value)
	}
	for region, want := range map[string][]string{
		"us-east-1": {"the secrets provider of stack prod, awskms://alias/state?region=us-east-1"}, "us-west-2": nil,
	} {
		write("Pulumi.prod.yaml", "secretsprovider: awskms://alias/state?region=us-east-1\n")
		var subjects []string
		for _, reason := range stack.Dependencies(t.Context(), region, "us-west-2", "organization/careconnect/prod") {
			subjects = append(subjects, reason.Subject)
		}
		assert.Equal(t, want, subjects)
	}
}
