package dr

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/cli/handoff"
	"github.com/carebase/carebase/failover"
	"github.com/carebase/carebase/failover/journal"
	"github.com/carebase/carebase/failover/steps"
)

func TestAnOperationGoesOnInItsDirection(t *testing.T) {
	j, err := journal.Create(t.TempDir(), "dr", "failover-dr-20261121t030000z")
	require.NoError(t, err)
	run := &steps.Run{Journal: j, Clock: steps.Real()}
	require.NoError(t, run.Mark(journal.Begin, nil))
	assert.Equal(t, "--resume", direction(run))
	require.NoError(t, run.Mark(journal.Turn, nil))
	assert.Equal(t, "--abort", direction(run))
	require.NoError(t, j.Close())
}

func TestStatusTellsOfWhatTheStackHasUnfinished(t *testing.T) {
	dir := t.TempDir()
	leave := func(id string) string {
		j, err := journal.Create(dir, "dr", id)
		require.NoError(t, err)
		require.NoError(t, j.Append(journal.Record{Time: time.Now(), Kind: journal.Begin}))
		require.NoError(t, j.Close())
		return j.Path()
	}
	leave("failover-dr-eu-20261121t030000z")
	drill := leave("drill-dr-20261121t030000z")
	c := call{Request: handoff.Request{Stack: "dr", Journals: dir}}
	var status failover.Status
	c.addUnfinished(&status)
	assert.Equal(t, []string{"unfinished: " + drill}, status.Warnings()[len(status.Warnings())-1:])
	assert.NotContains(t, strings.Join(status.Warnings(), "\n"), "dr-eu")

	require.NoError(t, os.WriteFile(drill, []byte("{}\n{}\n"), 0o600))
	status = failover.Status{}
	c.addUnfinished(&status)
	assert.Contains(t, strings.Join(status.Warnings(), "\n"), "not found out: unfinished operations: "+drill+": line 1 does not follow")
}

func TestWithoutPulumiItSaysSo(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("PATH", t.TempDir())
	for _, operation := range []string{handoff.Status, handoff.Check, failover.OperationFailover, failover.OperationCleanup} {
		var out, complaints bytes.Buffer
		request := handoff.Request{Command: "carebase dr x", Operation: operation, Directory: dir, Stack: "dr", Journals: filepath.Join(dir, "journals")}
		assert.Equal(t, exitFailed, run(t.Context(), request, &out, &complaints), operation)
		assert.Empty(t, out.String(), operation)
		assert.Contains(t, complaints.String(), `carebase dr x: opening stack dr: pulumi stack output: exec: "pulumi"`, operation)
		assert.NoDirExists(t, filepath.Join(dir, "journals"), operation)
	}
}

func TestTheCommitOfTheSettingsIsKnown(t *testing.T) {
	folder := t.TempDir()
	settings := filepath.Join(folder, "Pulumi.dr.yaml")
	require.NoError(t, os.WriteFile(settings, []byte("config: {}\n"), 0o600))
	git := func(args ...string) string {
		out, err := exec.Command("git", append([]string{"-C", folder, "-c", "user.name=t", "-c", "user.email=t@example.com"}, args...)...).CombinedOutput()
		require.NoErrorf(t, err, "git %v: %s", args, out)
		return strings.TrimSpace(string(out))
	}
	git("init", "--quiet")
	git("add", "--all")
	git("commit", "--quiet", "--message", "Settings")
	head := git("rev-parse", "HEAD")
	assert.Equal(t, head, commit(t.Context(), folder))
	require.NoError(t, os.WriteFile(settings, []byte("config: {a: 1}\n"), 0o600))
	assert.Equal(t, head+", with changes", commit(t.Context(), folder))
	assert.Equal(t, "not known", commit(t.Context(), t.TempDir()), "no repository")
	t.Setenv("PATH", t.TempDir())
	assert.Equal(t, "not known", commit(t.Context(), folder), "no git")
}

func TestTheOperatorIsAPersonOnAMachine(t *testing.T) {
	assert.Regexp(t, `^.+@.+$`, operator())
}
