package cli

import (
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/cli/handoff"
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
		drill := (&failover.Operation{Site: failover.Site{Settings: (&drCall{settings: settings}).operationSettings()}}).Steps(failover.OperationDrill)
		restore := slices.IndexFunc(drill, func(s steps.Step) bool { return s.Name == failover.StepRestore })
		assert.Equal(t, want, drill[restore].Timeout, grown)
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

func TestRequests(t *testing.T) {
	dir := recoveryProject(t)
	write(t, dir, "Pulumi.prod.yaml", read(t, "Pulumi.dev.yaml"))
	var got handoff.Request
	handOff = func(request handoff.Request) error { got = request; return nil }
	t.Cleanup(func() { handOff = handoff.Start })
	open := leaveJournal(t, filepath.Join(dir, "dr-journal"), "failover-dr-20261121t030000z", failover.Began{Operation: "failover", Stack: "dr"})
	settings := failover.Settings{
		AccountID: "111111111111", RTOMinutes: 240, RPOMinutes: 60, DatabaseMaxGiB: 100, FargateVCPUs: 0.25, PrimaryCounts: map[string]int{"backend": 1},
	}
	dr := handoff.Request{Directory: dir, Stack: "dr", Settings: settings, Journals: filepath.Join(dir, "dr-journal")}
	for _, test := range []struct {
		args []string
		want func(*handoff.Request)
	}{
		{[]string{"dr", "status", "dr", "--json"}, func(r *handoff.Request) { r.Command, r.Operation, r.JSON = "carebase dr status", "status", true }},
		{[]string{"dr", "check", "dr", "--outage-began", "2026-01-01T01:00:00+01:00"}, func(r *handoff.Request) {
			r.Command, r.Operation, r.OutageBegan = "carebase dr check", "check", time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		}},
		{[]string{"dr", "failover", "dr", "--yes", "--resume", "--accept", "lag,image", "--primary-unreachable", "--allow-stale"}, func(r *handoff.Request) {
			r.Command, r.Operation, r.Resume, r.AllowStale = "carebase dr failover", "failover", open, true
			r.Consent = failover.Consent{PrimaryUnreachable: true, Accepted: []string{"lag", "image"}}
		}},
		{[]string{"dr", "failover", "dr", "--yes", "--abort"}, func(r *handoff.Request) {
			r.Command, r.Operation, r.Resume, r.Abort = "carebase dr failover", "failover", open, true
		}},
		{[]string{"dr", "failback", "dr", "--yes", "--return", "--journal", "/srv/journals"}, func(r *handoff.Request) {
			r.Command, r.Operation, r.Return, r.Journals = "carebase dr failback", "failback", true, "/srv/journals"
		}},
		{[]string{"dr", "fence", "dr", "--yes"}, func(r *handoff.Request) { r.Command, r.Operation = "carebase dr fence", "fence" }},
		{[]string{"dr", "drill", "dr", "--yes"}, func(r *handoff.Request) { r.Command, r.Operation = "carebase dr drill", "drill" }},
		{[]string{"dr", "drill", "dr", "--yes", "--clean"}, func(r *handoff.Request) { r.Command, r.Operation = "carebase dr drill", "clean" }},
		{[]string{"repair", "dr"}, func(r *handoff.Request) {
			*r = handoff.Request{Command: "carebase repair", Operation: "repair", Directory: dir, Stack: "dr"}
		}},
		{[]string{"repair", "dr", "--yes", "--failed"}, func(r *handoff.Request) {
			*r = handoff.Request{Command: "carebase repair", Operation: "repair", Directory: dir, Stack: "dr", Apply: true, Failed: true}
		}},
		{[]string{"recover", "dr", "--orphans"}, func(r *handoff.Request) {
			*r = handoff.Request{Command: "carebase recover", Operation: "repair", Directory: dir, Stack: "dr", Orphans: true}
		}},
	} {
		want := dr
		test.want(&want)
		code, _, stderr := call(append([]string{"-C", dir}, test.args...)...)
		require.Equal(t, exitDone, code, stderr)
		assert.Equal(t, want, got, test.args)
	}

	handOff = func(handoff.Request) error { return errors.New("carebase-dr is neither here nor there") }
	code, _, stderr := call("-C", dir, "dr", "status", "dr")
	assert.Equal(t, exitFailed, code)
	assert.Equal(t, "carebase dr status: carebase-dr is neither here nor there\n", stderr)
}

// What is wrong with the primary's settings keeps nobody from failing over.
func TestSettingsOfThePrimaryThatCannotBeRead(t *testing.T) {
	dir := recoveryProject(t)
	var got handoff.Request
	handOff = func(request handoff.Request) error { got = request; return nil }
	t.Cleanup(func() { handOff = handoff.Start })
	require.NoError(t, os.WriteFile(filepath.Join(dir, "Pulumi.prod.yaml"), []byte("config: 1\n"), 0o600))
	code, _, stderr := call("-C", dir, "dr", "failover", "dr", "--yes")
	require.Equal(t, exitDone, code, stderr)
	assert.Empty(t, got.Settings.PrimaryCounts)
	code, _, stderr = call("-C", dir, "dr", "failback", "dr", "--yes")
	assert.Equal(t, exitFailed, code)
	assert.Contains(t, stderr, "Pulumi.prod.yaml")
}

func TestRepairUsage(t *testing.T) {
	for _, command := range []string{"repair", "recover"} {
		for _, args := range [][]string{{}, {"a", "b"}, {""}, {"dev", "--yes", "--orphans"}, {"dev", "--failed", "--orphans"}} {
			code, _, _ := call(append([]string{command}, args...)...)
			assert.Equal(t, exitUsage, code, args)
		}
	}
	_, help, _ := call("--help")
	assert.Contains(t, help, "\n  repair ")
	assert.NotContains(t, help, "\n  recover ")
}

// The AWS SDK is a third of what a compiler has to do for this program, and only carebase-dr calls AWS.
func TestTheProgramHasNoAWSSDK(t *testing.T) {
	packages := func(program string) string {
		out, err := exec.Command("go", "list", "-deps", "../cmd/"+program).CombinedOutput()
		require.NoError(t, err, string(out))
		return string(out)
	}
	assert.NotContains(t, packages("carebase"), "aws-sdk-go-v2")
	aws := packages("carebase-dr")
	assert.Contains(t, aws, "aws-sdk-go-v2/service/rds")
	assert.NotContains(t, aws, "pulumi-aws", "it has no program of its own")
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
