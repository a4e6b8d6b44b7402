package dr

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/cli/handoff"
)

// fakePulumi stands for `pulumi`: it exports and imports a file, and writes down how it was called.
func fakePulumi(t *testing.T, state string) (directory string) {
	t.Helper()
	directory = t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(directory, "state.json"), []byte(state), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(directory, "pulumi"), []byte(`#!/bin/sh
PATH=$PATH:/usr/bin:/bin # wherever the tests are run
echo "$@" >> "`+directory+`/calls"
case "$1 $2" in
"stack export") cat "`+directory+`/state.json" ;;
"stack import") cat > "`+directory+`/imported.json"; cp "`+directory+`/imported.json" "`+directory+`/state.json" ;;
esac
`), 0o700))
	t.Setenv("PATH", directory+string(os.PathListSeparator)+os.Getenv("PATH"))
	return directory
}

// repairCall is `carebase repair dev`.
func repairCall(t *testing.T, directory string, apply bool) (code int, stdout, stderr string) {
	t.Helper()
	var out, complaints bytes.Buffer
	code = run(t.Context(), handoff.Request{Command: "carebase repair", Operation: handoff.Repair, Directory: directory, Stack: "dev", Apply: apply}, &out, &complaints)
	return code, out.String(), complaints.String()
}

const topic = `{"urn":"urn:pulumi:dev::p::aws:sns/topic:Topic::alerts","custom":true,"id":"arn:a","type":"aws:sns/topic:Topic"}`

func TestRepairWithNothingOpen(t *testing.T) {
	directory := fakePulumi(t, `{"version":3,"deployment":{"resources":[`+topic+`]}}`)
	code, stdout, stderr := repairCall(t, directory, false)
	assert.Equal(t, exitDone, code, stderr)
	assert.Equal(t, "dev: no operation is open\n", stdout)
}

func TestRepairSaysWhatItWouldDoAndDoesIt(t *testing.T) {
	directory := fakePulumi(t, `{"version":3,"deployment":{"resources":[`+topic+`],"pending_operations":[{"type":"updating","resource":`+topic+`}]}}`)
	code, stdout, stderr := repairCall(t, directory, false)
	assert.Equal(t, exitFailed, code)
	assert.Equal(t, "updating  alerts  aws:sns/topic:Topic  refresh  arn:a  the next update repeats it\n", stdout)
	assert.Contains(t, stderr, "carebase repair: 1 open; carebase repair dev --yes does what is listed")
	assert.NoFileExists(t, filepath.Join(directory, "imported.json"))

	code, stdout, stderr = repairCall(t, directory, true)
	assert.Equal(t, exitDone, code, stderr)
	assert.Contains(t, stdout, "dev: repaired (1); continue with pulumi up")
	calls, err := os.ReadFile(filepath.Join(directory, "calls"))
	require.NoError(t, err)
	assert.Equal(t, []string{
		"stack export --stack dev", // of the first call
		"stack export --stack dev",
		"stack import --stack dev",
		"refresh --yes --skip-preview --non-interactive --target urn:pulumi:dev::p::aws:sns/topic:Topic::alerts --stack dev",
		"stack export --stack dev",
	}, strings.Split(strings.TrimSpace(string(calls)), "\n"))
	imported, err := os.ReadFile(filepath.Join(directory, "imported.json"))
	require.NoError(t, err)
	assert.NotContains(t, string(imported), "pending_operations")
	assert.Contains(t, string(imported), `"id": "arn:a"`)
}

func TestRepairChangesNothingWhereItCannotTell(t *testing.T) {
	thing := strings.ReplaceAll(topic, "sns/topic:Topic", "new/thing:Thing")
	directory := fakePulumi(t, `{"version":3,"deployment":{"pending_operations":[{"type":"creating","resource":`+thing+`}]}}`)
	code, stdout, stderr := repairCall(t, directory, true)
	assert.Equal(t, exitFailed, code)
	assert.Empty(t, stdout)
	assert.Contains(t, stderr, "dev cannot be repaired, and nothing was changed:\nalerts (aws:new/thing:Thing): there is no rule")
	assert.NoFileExists(t, filepath.Join(directory, "imported.json"))
}
