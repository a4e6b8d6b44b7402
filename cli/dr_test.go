package cli

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/components/dr/objectives"
	"github.com/carebase/carebase/failover"
	"github.com/carebase/carebase/failover/journal"
	"github.com/carebase/carebase/failover/steps"
	stacksettings "github.com/carebase/carebase/stacks/settings"
)

// recoveryProject is a project with a recovery stack dr, and nothing that could reach a cloud or an engine.
func recoveryProject(t *testing.T) string {
	t.Helper()
	t.Setenv("PATH", t.TempDir())
	once := strings.NewReplacer("trail: true", "trail: false", "accountDefaults: true", "accountDefaults: false")
	return newProject(t, map[string]string{
		"dr":  once.Replace(read(t, "Pulumi.dev.yaml")) + recovery + promises + tokens,
		"dev": read(t, "Pulumi.dev.yaml"),
	})
}

func TestDrRefusesWrongCalls(t *testing.T) {
	dir := recoveryProject(t)
	for _, test := range []struct {
		args []string
		want string
	}{
		{nil, "name a command of dr"},
		{[]string{"switch"}, `there is no command dr "switch"`},
		{[]string{"status"}, "name one recovery stack"},
		{[]string{"failover", "dr", "dr2"}, "name one recovery stack"},
		{[]string{"failover", "dr", "--resume", "--abort"}, "not both"},
		{[]string{"failback", "dr", "--resume", "--abort"}, "give --resume or --abort, not both"},
		{[]string{"failback", "dr", "--return", "--abort"}, "give --return or --abort, not both"},
		{[]string{"failback", "dr", "--dry-run", "--abort"}, "leave --resume, --abort and --clean out"},
		{[]string{"drill", "dr", "--abort"}, "unknown flag: --abort"},
		{[]string{"failover", "dr", "--dry-run", "--resume"}, "leave --resume, --abort and --clean out"},
		{[]string{"failover", "dr", "--accept", "lag,everything"}, `--accept "everything": allowed is lag, replica, image`},
		{[]string{"failover", "dr", "--outage-began", "yesterday"}, "2026-11-21T03:00:00Z"},
		{[]string{"failover", "dr", "--outage-began", "2099-01-01T00:00:00Z"}, "in the future"},
		{[]string{"failover", "dr", "--resume", "--outage-began", "2026-01-01T00:00:00Z"}, "not when it is resumed"},
		{[]string{"drill", "dr", "--clean", "--resume"}, "not both"},
	} {
		code, _, stderr := call(append([]string{"-C", dir, "dr"}, test.args...)...)
		assert.Equal(t, exitUsage, code, test.args)
		assert.Contains(t, stderr, test.want, test.args)
	}
}

func TestDrTakesRecoveryStacksOnly(t *testing.T) {
	dir := recoveryProject(t)
	for _, command := range []string{"status", "check", "failover", "fence", "failback", "drill"} {
		code, _, stderr := call("-C", dir, "dr", command, "dev")
		assert.Equal(t, exitFailed, code, command)
		assert.Contains(t, stderr, "stack dev is no recovery stack", command)
		code, _, stderr = call("-C", dir, "dr", command, "nowhere")
		assert.Equal(t, exitFailed, code, command)
		assert.Contains(t, stderr, `there is no stack "nowhere"`, command)
	}
}

func TestDryRunsShowEveryStepAndDoNone(t *testing.T) {
	dir := recoveryProject(t)
	for command, want := range map[string][]string{
		"failover": {"check", "fence", "switch", "catch-up", "promote", "serve", "protect", "verify"},
		"fence":    {"fence"},
		"drill":    {"find", "isolate", "restore", "inspect", "tear-down"},
		"failback": {"ready", "stop-primary", "keep-primary", "rebuild-primary", "stop-recovery", "follow", "promote-primary",
			"update-primary", "start-primary", "return", "verify-primary", "keep-recovery", "rebuild-recovery", "stand-by"},
	} {
		code, stdout, stderr := call("-C", dir, "dr", command, "dr", "--dry-run")
		require.Equal(t, exitDone, code, stderr)
		var got []string
		for _, match := range regexp.MustCompile(`(?m)^ ?\d+\. (\S+)`).FindAllStringSubmatch(stdout, -1) {
			got = append(got, match[1])
		}
		assert.Equal(t, want, got, command)
		assert.Contains(t, stdout, "primary organization/careconnect/prod in us-east-2")
		assert.Contains(t, stdout, "Nothing was done")
		assert.NoDirExists(t, filepath.Join(dir, "dr-journal"))
	}
}

// A drill's restore is given what the objectives give the same restore of the same database.
func TestADrillIsGivenTheTimeOfTheObjectives(t *testing.T) {
	for grown, want := range map[int]time.Duration{110: 3 * time.Hour, 1000: 3 * time.Hour, 4000: 4*time.Hour + 30*time.Minute} {
		settings := &stacksettings.Settings{Database: &stacksettings.Database{AllocatedStorageGiB: 100, MaxAllocatedStorageGiB: grown}}
		assert.Equal(t, want, (&drCall{settings: settings}).timeOut(failover.StepRestore), grown)
		settings.Protection, settings.Objectives = &stacksettings.Protection{Region: "us-west-2"}, &stacksettings.Objectives{}
		derived := settings.Derivation().Steps
		at := slices.IndexFunc(derived, func(f objectives.Figure) bool { return strings.Contains(f.What, "to the last point in time") })
		assert.Equal(t, want, derived[at].Length, grown)
	}
	code, stdout, stderr := call("-C", recoveryProject(t), "dr", "drill", "dr", "--dry-run")
	require.Equal(t, exitDone, code, stderr)
	assert.Regexp(t, `(?m) restore .* at most 3h0m0s$`, stdout)
}

func TestNothingIsDoneUnconfirmed(t *testing.T) {
	dir := recoveryProject(t)
	for _, args := range [][]string{{"failover"}, {"fence"}, {"failback"}, {"drill"}, {"drill", "--clean"}} {
		code, stdout, stderr := call(append([]string{"-C", dir, "dr", args[0], "dr"}, args[1:]...)...)
		assert.Equal(t, exitFailed, code, args)
		assert.Contains(t, stdout, "Type the stack's name", args)
		assert.Contains(t, stderr, `"" is not "dr": nothing was done`, args)
		assert.NoDirExists(t, filepath.Join(dir, "dr-journal"), args)
	}
}

func TestOneOperationIsFinishedBeforeTheNext(t *testing.T) {
	dir := recoveryProject(t)
	journals := filepath.Join(dir, "dr-journal")
	code, _, stderr := call("-C", dir, "dr", "failover", "dr", "--resume", "--yes")
	assert.Equal(t, exitFailed, code)
	assert.Contains(t, stderr, "there is no unfinished failover of stack dr")

	leave := func(id string) { leaveJournal(t, journals, id, failover.Began{Operation: "failover", Stack: "dr"}) }
	leave("failover-dr-eu-20261120t030000z")
	code, _, stderr = call("-C", dir, "dr", "failover", "dr", "--resume", "--yes")
	assert.Equal(t, exitFailed, code)
	assert.Contains(t, stderr, "there is no unfinished failover of stack dr", "it is another's whose name begins alike")
	leave("failover-dr-20261121t030000z")
	code, _, stderr = call("-C", dir, "dr", "failover", "dr", "--yes")
	assert.Equal(t, exitFailed, code)
	assert.Contains(t, stderr, "failover-dr-20261121t030000z.jsonl. Go on with --resume, or undo it with --abort")
	leave("failover-dr-20261122t030000z")
	code, _, stderr = call("-C", dir, "dr", "failover", "dr", "--resume", "--yes")
	assert.Equal(t, exitFailed, code)
	assert.Contains(t, stderr, "there are 2 unfinished failovers")

	for kind, want := range map[string]string{
		"failback": "a failback was not finished: .*\\. Go on with --resume, or undo it with --abort",
		"drill":    "a drill was not finished: .*\\. Go on with --resume\n",
	} {
		leaveJournal(t, journals, kind+"-dr-20261121t030000z", failover.Began{Operation: kind, Stack: "dr"})
		code, _, stderr = call("-C", dir, "dr", kind, "dr", "--yes")
		assert.Equal(t, exitFailed, code)
		assert.Regexp(t, want, stderr)
	}
}

func TestWhatThePrimaryHadIsReadFromItsSettings(t *testing.T) {
	dir := recoveryProject(t)
	c := &drCall{ctx: t.Context(), project: dir}
	o := &failover.Operation{Site: failover.Site{PrimaryStack: "organization/careconnect/dev"}}
	require.NoError(t, c.primary(o, false))
	assert.Equal(t, map[string]int{"backend": 1}, o.Site.PrimaryCounts)
	assert.Nil(t, o.Protected, "it is not opened for what does not change it")

	require.NoError(t, os.WriteFile(filepath.Join(dir, "Pulumi.dev.yaml"), []byte("config: 1\n"), 0o600))
	require.NoError(t, c.primary(o, false), "what is wrong with the primary does not keep from failing over")
	assert.Empty(t, o.Site.PrimaryCounts)
	require.ErrorContains(t, c.primary(o, true), "Pulumi.dev.yaml")
}

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

// leaveJournal is a journal of an operation that was begun.
func leaveJournal(t *testing.T, dir, id string, began failover.Began) (path string) {
	t.Helper()
	j, err := journal.Create(dir, "dr", id)
	require.NoError(t, err)
	data, err := json.Marshal(began)
	require.NoError(t, err)
	require.NoError(t, j.Append(journal.Record{Time: time.Now(), Kind: journal.Begin, Data: data}))
	require.NoError(t, j.Close())
	return j.Path()
}

// Whatever its name is, a journal's first record says what it is of.
func TestAJournalOfAnotherOperationIsNotResumed(t *testing.T) {
	for name, began := range map[string]failover.Began{
		"another stack":     {Operation: "failover", Stack: "dr-eu"},
		"another operation": {Operation: "drill", Stack: "dr"},
		"neither is said":   {},
		"the same":          {Operation: "failover", Stack: "dr", Operator: "ana@laptop"},
	} {
		path := leaveJournal(t, t.TempDir(), "failover-dr-20261121t030000z", began)
		j, err := journal.Open(path, "dr")
		require.NoError(t, err)
		var o failover.Operation
		err = (&drCall{stack: "dr", flags: &drFlags{accept: []string{"lag"}}}).begin(&o, j, "failover")
		if name == "the same" {
			require.NoError(t, err)
			assert.Equal(t, "ana@laptop", o.Began.Operator)
			assert.Len(t, j.Records(), 2, "what was agreed to is journaled")
		} else {
			require.ErrorContains(t, err, fmt.Sprintf("operation %q on stack %q, and not of \"failover\" on \"dr\": nothing was done", began.Operation, began.Stack), name)
			assert.Len(t, j.Records(), 1, name)
		}
		require.NoError(t, j.Close())
	}
}

func TestStatusTellsOfWhatTheStackHasUnfinished(t *testing.T) {
	dir := t.TempDir()
	leaveJournal(t, dir, "failover-dr-eu-20261121t030000z", failover.Began{})
	drill := leaveJournal(t, dir, "drill-dr-20261121t030000z", failover.Began{})
	var status failover.Status
	(&drCall{stack: "dr", directory: dir}).noteUnfinished(&status)
	assert.Equal(t, []string{"unfinished: " + drill}, status.Warnings()[len(status.Warnings())-1:])
	assert.NotContains(t, strings.Join(status.Warnings(), "\n"), "dr-eu")

	require.NoError(t, os.WriteFile(drill, []byte("{}\n{}\n"), 0o600))
	status = failover.Status{}
	(&drCall{stack: "dr", directory: dir}).noteUnfinished(&status)
	assert.Contains(t, strings.Join(status.Warnings(), "\n"), "not found out: unfinished operations: "+drill+": line 1 does not follow")
}

func TestWithoutTheEngineItSaysSo(t *testing.T) {
	dir := recoveryProject(t)
	for _, command := range []string{"status", "check"} {
		code, stdout, stderr := call("-C", dir, "dr", command, "dr")
		assert.Equal(t, exitFailed, code, command)
		assert.Empty(t, stdout, command)
		assert.Contains(t, stderr, "pulumi", command)
		assert.NotContains(t, stderr, "goroutine", command)
	}
}

func TestTheCommitOfTheSettingsIsKnown(t *testing.T) {
	folder := t.TempDir()
	settings := filepath.Join(folder, "Pulumi.dr.yaml")
	require.NoError(t, os.WriteFile(settings, []byte("config: {}\n"), 0o600))
	git(t, folder, "init", "--quiet")
	git(t, folder, "add", "--all")
	git(t, folder, "commit", "--quiet", "--message", "Settings")
	head := git(t, folder, "rev-parse", "HEAD")
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
