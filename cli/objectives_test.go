package cli

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	protection = "  careconnect:protection: {region: us-west-2, replica: true, images: true, vaultCopyDays: 35}\n"
	promises   = "  careconnect:objectives: {rtoMinutes: 240, rpoMinutes: 60, replicaLagMinutes: 15, decisionMinutes: 30}\n"
	recovery   = "  careconnect:recovery: {primaryStack: organization/careconnect/prod, primaryRegion: us-east-2, primaryEnvironment: prod, active: false}\n"
	passwords  = "  careconnect:masterPassword: {secure: v1:a}\n"
	tokens     = "  careconnect:originToken: {secure: v1:b}\n"
)

func TestPlanShowsObjectives(t *testing.T) {
	dir := newProject(t, map[string]string{"dev": read(t, "Pulumi.dev.yaml") + protection + promises + passwords + tokens})
	code, stdout, stderr := call("plan", "dev", "-C", dir)
	require.Zero(t, code, stderr)
	for _, want := range []string{
		"RPO  20 min of 1 h promised\n", "  database  20 min\n", "  files  15 min\n", "RTO  2 h 44.5 min of 4 h promised\n",
		"     15 min  the replica may be behind        R:database-instance                     setting [1]\n",
		"             before its alarm goes off        R:alarms-replica-recovery-lag\n", " [1] objectives.replicaLagMinutes\n",
		"P:recovery-failover-switch-publisher", "people", "docs.aws.amazon.com/AmazonS3/",
	} {
		assert.Contains(t, stdout, want)
	}

	code, stdout, stderr = call("plan", "dev", "-C", dir, "--json")
	require.Zero(t, code, stderr)
	var plan struct {
		Objectives struct {
			PromisedRTOMinutes, PromisedRPOMinutes, RTOMinutes, RPOMinutes float64
			Paths                                                          []struct{ Data string }
			Steps                                                          []struct {
				Minutes               float64
				Kind, Source, RestsOn string
			}
		}
		Resources []any
	}
	require.NoError(t, json.Unmarshal([]byte(stdout), &plan))
	o := plan.Objectives
	assert.Equal(t, []float64{240, 60, 164.5, 20}, []float64{o.PromisedRTOMinutes, o.PromisedRPOMinutes, o.RTOMinutes, o.RPOMinutes})
	assert.Len(t, o.Paths, 2)
	var sum float64
	for _, step := range o.Steps {
		sum += step.Minutes
		assert.NotEmpty(t, step.Kind)
		assert.NotEmpty(t, step.Source)
		assert.NotEmpty(t, step.RestsOn)
	}
	assert.Equal(t, 164.5, sum)
	assert.NotEmpty(t, plan.Resources)

	for _, stack := range []string{"prod", "dr"} {
		_, stdout, _ = call("plan", stack, "-C", careconnect)
		_, table, found := strings.Cut(stdout, "disaster recovery, at worst:\n")
		require.True(t, found, stack)
		for _, line := range strings.Split(table, "\n") {
			assert.LessOrEqual(t, len(line), 100, "%s: %s", stack, line)
		}
		assert.Equal(t, stack == "dr", strings.Contains(table, "RTO  2 h 14.5 min"), "its cache stands by, which the primary does not know: %s", stack)
	}

	_, stdout, _ = call("plan", "staging", "-C", careconnect)
	assert.NotContains(t, stdout, "RPO", "a stack that promises nothing")
}

// A day's data may be lost, but not half a working day of service: RTO 4 h, RPO 24 h. That takes a replica all the same;
// without one the hours are those that the restore takes.
func TestFourHoursAndADay(t *testing.T) {
	dev := strings.Replace(read(t, "Pulumi.dev.yaml"), "    trail: true\n", "    trail: true\n    configRoleExists: true\n", 1)
	require.Contains(t, dev, "configRoleExists")
	loose := strings.Replace(promises, "rpoMinutes: 60", "rpoMinutes: 1440", 1)
	code, stdout, stderr := call("plan", "dev", "-C", newProject(t, map[string]string{"dev": dev + protection + loose + passwords + tokens}))
	require.Zero(t, code, stderr)
	assert.Contains(t, stdout, "RPO  20 min of 24 h promised")
	assert.Contains(t, stdout, "RTO  2 h 44.5 min of 4 h promised")

	without := strings.Replace(protection, "replica: true", "replica: false", 1)
	code, _, stderr = call("plan", "dev", "-C", newProject(t, map[string]string{"dev": dev + without + loose + tokens}))
	assert.Equal(t, exitFailed, code)
	assert.Contains(t, stderr, "rtoMinutes = 240: allowed is one that the settings meet: recovery can take 5 h 32.5 min")
	long := strings.Replace(loose, "rtoMinutes: 240", "rtoMinutes: 360", 1)
	code, stdout, stderr = call("plan", "dev", "-C", newProject(t, map[string]string{"dev": dev + without + long + tokens}))
	require.Zero(t, code, stderr)
	assert.Contains(t, stdout, "RTO  5 h 32.5 min of 6 h promised")
}

// glass is a break-glass role that is well formed.
const glass = `  careconnect:breakGlass:
    principals: ['arn:aws:iam::210987654321:user/one', 'arn:aws:iam::210987654321:user/two']
    stateBucket: careconnect-state
    stateKeyArns: ['arn:aws:kms:us-west-2:210987654321:key/mrk-1']
`

// malformedRecovery are sections on disaster recovery, added to development's settings, that must be refused.
var malformedRecovery = []struct {
	name, sections string
	want           []string
}{
	{"protection without objectives", protection + passwords + tokens, []string{"careconnect:objectives", "164.308(a)(7)(ii)(B)"}},
	{"protection of nothing", "  careconnect:protection: {replica: true}\n", []string{"careconnect:protection.region: is missing", "careconnect:protection.vaultCopyDays: is missing"}},
	{"protection in the same region", strings.Replace(protection, "us-west-2", "us-east-1", 1) + promises + passwords + tokens, []string{"careconnect:protection.region", "other than region (us-east-1)"}},
	{"copies kept too short", strings.Replace(protection, "Days: 35", "Days: 7", 1) + promises + passwords + tokens, []string{"careconnect:protection.vaultCopyDays", "35 to 3653"}},
	{"replica without password", protection + promises + tokens, []string{"careconnect:masterPassword", "pulumi config set --secret"}},
	{"password in plain text", protection + promises + tokens + "  careconnect:masterPassword: hunter2hunter2hunter2\n", []string{"careconnect:masterPassword", "encrypted", "164.312(a)(2)(iv)"}},
	{"password for nothing", passwords, []string{"careconnect:masterPassword", "left out"}},
	{"no token", protection + promises + passwords, []string{"careconnect:originToken", "pulumi config set --secret"}},
	{"second token for nothing", "  careconnect:originTokenAccepted: {secure: v1:c}\n", []string{"careconnect:originTokenAccepted", "left out"}},
	{"token for nothing", tokens, []string{"careconnect:originToken", "left out"}},
	{"objectives without a second region", promises, []string{"careconnect:objectives.rpoMinutes", "database: nothing of it leaves the region", "files: nothing of them leaves the region"}},
	{"objectives that cannot be met", protection + strings.Replace(strings.Replace(promises, "240", "100", 1), "rpoMinutes: 60", "rpoMinutes: 14", 1) + passwords + tokens,
		[]string{"rpoMinutes = 14", "database can lose 20 min, 14 min promised", "files can lose 15 min", "rtoMinutes = 100", "recovery can take 2 h 44.5 min, 100 min promised", "30 min to promote the replica"}},
	{"RTO without a replica", strings.Replace(protection, "replica: true", "replica: false", 1) + promises + tokens, []string{"rtoMinutes = 240", "3 h to restore the database to the last point in time"}},
	{"both roles", protection + recovery + promises + passwords + tokens, []string{"careconnect:protection", "left out where there is a section recovery"}},
	{"primary stack by its short name", strings.Replace(recovery, "organization/careconnect/prod", "prod", 1) + promises + tokens, []string{"careconnect:recovery.primaryStack", "organization/project/stack"}},
	{"primary in the same region", strings.Replace(recovery, "us-east-2", "us-east-1", 1) + promises + tokens, []string{"careconnect:recovery.primaryRegion"}},
	{"primary of the same environment", strings.Replace(recovery, "primaryEnvironment: prod", "primaryEnvironment: dev", 1) + promises + tokens, []string{"careconnect:recovery.primaryEnvironment"}},
	{"active since when", strings.Replace(recovery, "false", "true", 1) + promises + tokens, []string{"careconnect:recovery.activatedAt", "2026-11-21T17:00:00Z"}},
	{"active since no time", strings.Replace(recovery, "false", "true, activatedAt: yesterday", 1) + promises + tokens, []string{"careconnect:recovery.activatedAt", "yesterday"}},
	{"back after the data diverged", strings.Replace(recovery, "false", `false, activatedAt: "2026-11-21T17:00:00Z"`, 1) + promises + tokens,
		[]string{"careconnect:recovery.active", "true since 2026-11-21T17:00:00Z", "diverged", "Failback", "carebase dr failback"}},
	{"back after the promotion", strings.Replace(recovery, "false", "false, promoted: true", 1) + promises + tokens, []string{"careconnect:recovery.active", "diverged", "carebase dr failback"}},
	{"account's settings in both regions", recovery + promises + tokens, []string{"careconnect:audit.accountDefaults", "the primary stack has it"}},
	{"break-glass role where there is no recovery", glass, []string{"careconnect:breakGlass", "left out where there is no section recovery"}},
	{"break-glass role for roles", recovery + promises + tokens + strings.Replace(glass, ":user/one", ":role/one", 1),
		[]string{"careconnect:breakGlass.principals[0]", "the ARN of an IAM user"}},
	{"break-glass role for everybody", recovery + promises + tokens + strings.Replace(glass, "arn:aws:iam::210987654321:user/one", "*", 1),
		[]string{"careconnect:breakGlass.principals[0]", "the ARN of an IAM user"}},
	{"break-glass role for one person twice", recovery + promises + tokens + strings.Replace(glass, "user/two", "user/one", 1), []string{"careconnect:breakGlass.principals[1]"}},
	{"break-glass role for nobody", recovery + promises + tokens + "  careconnect:breakGlass: {principals: [], stateBucket: state, stateKeyArns: ['arn:aws:kms:us-west-2:210987654321:key/mrk-1']}\n",
		[]string{"careconnect:breakGlass.principals", "1 to 10 IAM users"}},
	{"break-glass role without a state", recovery + promises + tokens + "  careconnect:breakGlass: {principals: ['arn:aws:iam::210987654321:user/one']}\n",
		[]string{"careconnect:breakGlass.stateBucket", "careconnect:breakGlass.stateKeyArns"}},
	{"break-glass role with a key that is lost", recovery + promises + tokens + strings.Replace(glass, "kms:us-west-2", "kms:us-east-2", 1),
		[]string{"careconnect:breakGlass.stateKeyArns[0]", "in another region than recovery.primaryRegion (us-east-2)"}},
	{"break-glass role with a key by its alias", recovery + promises + tokens + strings.Replace(glass, "key/mrk-1", "alias/state", 1), []string{"careconnect:breakGlass.stateKeyArns[0]"}},
	{"front end's key in both regions", recovery + promises + tokens, []string{"careconnect:storage.frontendUnderDataKey", "the keys are the primary's"}},
	{"role of Config in both regions", recovery + promises + tokens, []string{"careconnect:audit.configRoleExists", "takes the role that its account has"}},
}

// What would leave the side that serves without a record of who did what, or people without a way in.
func TestARecoveryStackWithPHINeedsItsOwnTrailAndAWayIn(t *testing.T) {
	whole := read(t, "Pulumi.dr.yaml")
	for _, c := range []struct{ from, to, want, citation string }{
		{"    trail: true\n", "    trail: false\n", "careconnect:audit.trail = false: allowed is true in a recovery stack where PHI lives", "164.312(b)"},
		{"      - arn:aws:iam::210987654321:user/break-glass-2\n", "", "careconnect:breakGlass.principals", "164.312(a)(2)(ii)"},
	} {
		require.Contains(t, whole, c.from)
		code, stdout, stderr := call("plan", "dr", "-C", newProject(t, map[string]string{"dr": strings.Replace(whole, c.from, c.to, 1)}))
		assert.Equal(t, exitFailed, code)
		assert.Empty(t, stdout)
		assert.Contains(t, stderr, c.want)
		assert.Contains(t, stderr, c.citation)
	}
}

func TestMalformedRecoveryIsRefusedByName(t *testing.T) {
	dev := strings.Replace(read(t, "Pulumi.dev.yaml"), "    trail: true\n", "    trail: true\n    configRoleExists: true\n", 1)
	require.Contains(t, dev, "configRoleExists")
	dev = strings.Replace(dev, "    auditLockDays: 1\n", "    auditLockDays: 1\n    frontendUnderDataKey: true\n", 1)
	require.Contains(t, dev, "frontendUnderDataKey")
	for _, m := range malformedRecovery {
		t.Run(m.name, func(t *testing.T) {
			code, stdout, stderr := call("plan", "dev", "-C", newProject(t, map[string]string{"dev": dev + m.sections}))
			assert.Equal(t, 1, code)
			assert.Empty(t, stdout, "it was planned")
			for _, want := range m.want {
				assert.Contains(t, stderr, want)
			}
			assert.NotContains(t, stderr, "hunter2")
			assert.NotContains(t, stderr, "panic")
		})
	}
}
