package journal

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var at = time.Date(2026, 11, 21, 3, 0, 0, 0, time.UTC)

func fill(t *testing.T, dir, id string, kinds ...Kind) string {
	t.Helper()
	j, err := Create(dir, "dr", id)
	require.NoError(t, err)
	for i, kind := range kinds {
		require.NoError(t, j.Append(Record{Time: at.Add(time.Duration(i) * time.Second), Kind: kind, Step: "fence", Data: json.RawMessage(`{"n":1}`)}))
	}
	require.NoError(t, j.Close())
	return j.Path()
}

func TestWhatWasAcknowledgedIsThereAgain(t *testing.T) {
	path := fill(t, t.TempDir(), "failover-1", Begin, Start)
	j, err := Open(path, "dr")
	require.NoError(t, err)
	require.NoError(t, j.Append(Record{Time: at, Kind: Done, Step: "fence"}))
	require.NoError(t, j.Close())

	records, err := Read(path)
	require.NoError(t, err)
	require.Len(t, records, 3)
	assert.Equal(t, []Kind{Begin, Start, Done}, []Kind{records[0].Kind, records[1].Kind, records[2].Kind})
	assert.Equal(t, []int{1, 2, 3}, []int{records[0].Seq, records[1].Seq, records[2].Seq})
	assert.JSONEq(t, `{"n":1}`, string(records[1].Data))
	assert.Equal(t, at.Add(time.Second), records[1].Time)
}

// A crash may leave any number of bytes of the line that was being written: the others stay, and appending goes on.
func TestATornLastLineIsDroppedAtEveryLength(t *testing.T) {
	whole, err := os.ReadFile(fill(t, t.TempDir(), "failover-1", Begin, Start, Done))
	require.NoError(t, err)
	lines := strings.SplitAfter(string(whole), "\n")
	intact := len(lines[0]) + len(lines[1])
	for length := intact; length < len(whole); length++ {
		path := filepath.Join(t.TempDir(), "failover-1.jsonl")
		require.NoError(t, os.WriteFile(path, whole[:length], 0o600))
		j, err := Open(path, "dr")
		require.NoError(t, err, "%d bytes", length)
		require.Len(t, j.Records(), 2, "%d bytes", length)
		require.NoError(t, j.Append(Record{Time: at, Kind: Failed, Step: "fence", Error: "x"}))
		require.NoError(t, j.Close())
		records, err := Read(path)
		require.NoError(t, err)
		require.Len(t, records, 3)
		assert.Equal(t, Failed, records[2].Kind)
	}
}

// What is torn may be longer than what is written next: nothing of it may stay behind that.
func TestNothingOfATornLineStays(t *testing.T) {
	path := fill(t, t.TempDir(), "failover-1", Begin)
	file, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	require.NoError(t, err)
	_, err = file.WriteString(strings.Repeat("x", 2000))
	require.NoError(t, err)
	require.NoError(t, file.Close())
	j, err := Open(path, "dr")
	require.NoError(t, err)
	require.NoError(t, j.Append(Record{Time: at, Kind: End}))
	require.NoError(t, j.Close())
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.NotContains(t, string(text), "xx")
	assert.True(t, strings.HasSuffix(string(text), "}\n"))
}

func TestALastLineOfWhichTheMiddleIsMissingIsDropped(t *testing.T) {
	path := fill(t, t.TempDir(), "failover-1", Begin, Start)
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	holed := []byte(string(text))
	for i := len(holed) - 30; i < len(holed)-10; i++ {
		holed[i] = 0
	}
	require.NoError(t, os.WriteFile(path, holed, 0o600))
	records, err := Read(path)
	require.NoError(t, err)
	assert.Len(t, records, 1)
}

func TestAChangedJournalIsRefused(t *testing.T) {
	text, err := os.ReadFile(fill(t, t.TempDir(), "failover-1", Begin, Start, Done))
	require.NoError(t, err)
	lines := strings.SplitAfter(string(text), "\n")
	for name, changed := range map[string]string{
		"a line edited":   strings.Replace(lines[0], `{"n":1}`, `{"n":2}`, 1) + lines[1] + lines[2],
		"a line removed":  lines[0] + lines[2],
		"lines swapped":   lines[1] + lines[0] + lines[2],
		"a line damaged":  lines[0] + "rubbish\n" + lines[2],
		"a line repeated": lines[0] + lines[0] + lines[1],
	} {
		path := filepath.Join(t.TempDir(), "failover-1.jsonl")
		require.NoError(t, os.WriteFile(path, []byte(changed), 0o600))
		_, err := Open(path, "dr")
		assert.ErrorContains(t, err, "line ", name)
		lockIsFree(t, filepath.Dir(path))
	}
}

func lockIsFree(t *testing.T, dir string) {
	t.Helper()
	lock, err := acquire(dir, "dr")
	require.NoError(t, err)
	require.NoError(t, lock.Close())
}

func TestOneOperationAtATime(t *testing.T) {
	dir := t.TempDir()
	j, err := Create(dir, "dr", "failover-1")
	require.NoError(t, err)
	_, err = Create(dir, "dr", "failover-2")
	require.ErrorContains(t, err, "another operation on stack dr is running")
	require.ErrorContains(t, err, "process ")
	require.NoFileExists(t, filepath.Join(dir, "failover-2.jsonl"))
	_, err = Open(j.Path(), "dr")
	require.ErrorContains(t, err, "another operation")
	other, err := Create(dir, "staging-dr", "drill-1")
	require.NoError(t, err, "another stack is none of its business")
	require.NoError(t, other.Close())
	require.NoError(t, j.Close())
	require.NoError(t, j.Close())
	lockIsFree(t, dir)
}

// TestLockEndsWithItsProcess is run again as a process that takes the lock and is killed.
func TestLockEndsWithItsProcess(t *testing.T) {
	if dir := os.Getenv("CAREBASE_TEST_LOCK"); dir != "" {
		_, err := acquire(dir, "dr")
		require.NoError(t, err)
		println("locked")
		select {}
	}
	dir := t.TempDir()
	child := exec.Command(os.Args[0], "-test.run=^TestLockEndsWithItsProcess$")
	child.Env = append(os.Environ(), "CAREBASE_TEST_LOCK="+dir)
	output, err := child.StderrPipe()
	require.NoError(t, err)
	require.NoError(t, child.Start())
	_, err = output.Read(make([]byte, 6))
	require.NoError(t, err)
	_, err = acquire(dir, "dr")
	require.ErrorContains(t, err, "another operation")
	require.NoError(t, child.Process.Kill())
	_ = child.Wait()
	lockIsFree(t, dir)
}

func TestUnfinishedAreThoseThatBeganAndDidNotEnd(t *testing.T) {
	dir := t.TempDir()
	fill(t, dir, "failover-dr-20261121t030000z", Begin, Start, Done, End)
	open := fill(t, dir, NewID("failover", "dr", at.Add(24*time.Hour)), Begin, Start)
	fill(t, dir, "failover-dr-20261123t030000z")
	drill := fill(t, dir, "drill-dr-20261121t030000z", Begin)
	got, err := Unfinished(dir, "failover", "dr")
	require.NoError(t, err)
	assert.Equal(t, []string{filepath.Join(dir, "failover-dr-20261122t030000z.jsonl")}, got)
	both, err := Unfinished(dir, "", "dr")
	require.NoError(t, err)
	assert.Equal(t, []string{drill, open}, both)
	none, err := Unfinished(filepath.Join(dir, "nowhere"), "failover", "dr")
	require.NoError(t, err)
	assert.Empty(t, none)
}

// What was done for a stack whose name only begins alike was not done for this one.
func TestUnfinishedAreOfThatStackOnly(t *testing.T) {
	dir := t.TempDir()
	whole := fill(t, dir, "failover-dr-20261121t030000z", Begin)
	longer := fill(t, dir, "failover-dr-eu-20261121t030000z", Begin)
	dated := fill(t, dir, "failover-dr-20261121t030000z-20261122t030000z", Begin)
	fill(t, dir, "failover-dr-copy", Begin)
	fill(t, dir, "failover-20261121t030000z", Begin)
	fill(t, dir, "failover", Begin)
	for stack, want := range map[string][]string{
		"dr": {whole}, "dr-eu": {longer}, "dr-20261121t030000z": {dated}, "d": nil, "": nil, "eu": nil,
	} {
		for _, operation := range []string{"failover", ""} {
			got, err := Unfinished(dir, operation, stack)
			require.NoError(t, err)
			assert.Equal(t, want, got, stack)
		}
		got, err := Unfinished(dir, "drill", stack)
		require.NoError(t, err)
		assert.Empty(t, got, stack)
	}
}

func TestAClosedJournalTakesNoMore(t *testing.T) {
	j, err := Create(t.TempDir(), "dr", "failover-1")
	require.NoError(t, err)
	require.NoError(t, j.Close())
	assert.ErrorContains(t, j.Append(Record{Kind: Begin}), "closed")
	_, err = Create(filepath.Dir(j.Path()), "dr", "failover-1")
	assert.ErrorIs(t, err, os.ErrExist, "an id is used once")
}
