package repair

import (
	"context"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	prefix   = "urn:pulumi:dev::careconnect::"
	regional = prefix + "pulumi:providers:aws::regional::p1"
)

// here is where the tests' provider works.
func here() map[string]*cloud {
	return map[string]*cloud{regional: {region: "us-east-1", account: "111111111111", partition: "aws",
		tags: map[string]string{"Project": "careconnect", "Environment": "dev", "Owner": "platform"}}}
}

// interrupted is the recorded state after an edit.
func interrupted(t *testing.T, edit func(deployment map[string]any)) *State {
	t.Helper()
	text, err := os.ReadFile("testdata/interrupted.json")
	require.NoError(t, err)
	if edit != nil {
		var document map[string]any
		require.NoError(t, json.Unmarshal(text, &document))
		edit(document["deployment"].(map[string]any))
		text, err = json.Marshal(document)
		require.NoError(t, err)
	}
	state, err := Read(text)
	require.NoError(t, err)
	return state
}

// only leaves these operations open.
func only(operations ...map[string]any) func(map[string]any) {
	return func(deployment map[string]any) {
		var all []any
		for _, op := range operations {
			all = append(all, op)
		}
		deployment["pending_operations"] = all
	}
}

func creation(kind, name string, inputs map[string]any) map[string]any {
	return map[string]any{"type": "creating", "resource": resource(kind, name, "", inputs)}
}

func resource(kind, name, id string, inputs map[string]any) map[string]any {
	r := map[string]any{"urn": prefix + kind + "::" + name, "custom": true, "type": kind, "inputs": inputs, "provider": regional}
	if id != "" {
		r["id"] = id
		r["outputs"] = map[string]any{"id": id}
	}
	return r
}

func and(edits ...func(map[string]any)) func(map[string]any) {
	return func(deployment map[string]any) {
		for _, edit := range edits {
			edit(deployment)
		}
	}
}

func have(resources ...map[string]any) func(map[string]any) {
	return func(deployment map[string]any) {
		for _, r := range resources {
			deployment["resources"] = append(deployment["resources"].([]any), r)
		}
	}
}

// found makes AWS have these resources of the type test:found.
func found(t *testing.T, ids ...string) {
	t.Helper()
	rules["test:found"] = rule{version: 3, find: func(context.Context, *subject) ([]candidate, error) {
		var all []candidate
		for _, id := range ids {
			all = append(all, candidate{id: id, outputs: values{"extra": "from AWS"}})
		}
		return all, nil
	}}
	t.Cleanup(func() { delete(rules, "test:found") })
}

func actions(plan *Plan) []string {
	var all []string
	for _, s := range plan.Steps {
		all = append(all, strings.TrimSpace(s.Name+": "+string(s.Action)+" "+s.ID))
	}
	return all
}

func TestEveryOperationIsDecided(t *testing.T) {
	found(t, "vpc-1")
	plan, err := interrupted(t, nil).plan(t.Context(), here())
	require.NoError(t, err)
	assert.Equal(t, []string{
		"api-logs: look up /ecs/careconnect-dev/api",
		"vpc: adopt vpc-1",
		"files-policy: create again",
		"alerts-topic: refresh arn:aws:sns:us-east-1:111111111111:careconnect-dev-alerts",
	}, actions(plan))
	assert.Equal(t, []string{
		prefix + "aws:cloudwatch/logGroup:LogGroup::api-logs",
		prefix + "test:found::vpc",
		prefix + "aws:sns/topic:Topic::alerts-topic",
	}, plan.URNs())
}

func TestTheStateTakesWhatWasFound(t *testing.T) {
	found(t, "vpc-1")
	plan, err := interrupted(t, nil).plan(t.Context(), here())
	require.NoError(t, err)
	text, err := plan.Repaired()
	require.NoError(t, err)
	after, err := Read(text)
	require.NoError(t, err)
	assert.Empty(t, after.open)
	require.Len(t, after.Resources, 5, "the three that were there, and two")
	assert.Contains(t, string(text), `"salt": "v1:salt"`, "the rest of the document is kept")

	logs := after.Live(prefix + "aws:cloudwatch/logGroup:LogGroup::api-logs")
	assert.Equal(t, "/ecs/careconnect-dev/api", logs.ID())
	assert.Equal(t, true, logs["refreshBeforeUpdate"])
	assert.Equal(t, prefix+"pulumi:pulumi:Stack::careconnect-dev", logs["parent"])
	assert.Contains(t, logs.Inputs(), "__defaults")
	assert.Equal(t, values{
		"id": "/ecs/careconnect-dev/api", "name": "/ecs/careconnect-dev/api", "skipDestroy": false,
		"retentionInDays": json.Number("12345678901234567"),
		"secret":          map[string]any{"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "v1:c"},
	}, logs.Outputs())

	vpc := after.Live(prefix + "test:found::vpc")
	assert.Equal(t, values{"id": "vpc-1", "tags": map[string]any{"Name": "vpc"}, "extra": "from AWS", "__meta": `{"schema_version":"3"}`}, vpc.Outputs())
}

func TestNothingInAWSIsCreatedAgain(t *testing.T) {
	found(t)
	plan, err := interrupted(t, nil).plan(t.Context(), here())
	require.NoError(t, err)
	assert.Equal(t, "vpc: create again", actions(plan)[1])
	assert.NotContains(t, plan.URNs(), prefix+"test:found::vpc")
}

func TestTwoInAWSAreAnErrorThatNamesBoth(t *testing.T) {
	found(t, "vpc-1", "vpc-2")
	_, err := interrupted(t, nil).plan(t.Context(), here())
	assert.ErrorContains(t, err, "vpc (test:found): AWS has 2 that could be it, and the state none of them: [vpc-1 vpc-2]")
}

// Another of ours may look alike; the state knows it.
func TestWhatTheStateHasIsNoCandidate(t *testing.T) {
	found(t, "vpc-1", "vpc-2")
	plan, err := interrupted(t, have(resource("test:found", "other", "vpc-1", nil))).plan(t.Context(), here())
	require.NoError(t, err)
	assert.Equal(t, "vpc: adopt vpc-2", actions(plan)[1])
}

// Two certificates for one domain: which of the resources gets which does not matter, so long as each gets one.
func TestAlikeResourcesGetOneEach(t *testing.T) {
	found(t, "c-1", "c-2")
	in := map[string]any{"domain": "example.com"}
	plan, err := interrupted(t, only(creation("test:found", "global", in), creation("test:found", "regional", in))).plan(t.Context(), here())
	require.NoError(t, err)
	assert.Equal(t, []string{"global: adopt c-1", "regional: adopt c-2"}, actions(plan))

	_, err = interrupted(t, only(creation("test:found", "global", in), creation("test:found", "regional", map[string]any{"domain": "example.org"}))).
		plan(t.Context(), here())
	assert.ErrorContains(t, err, "AWS has 2 that could be it", "resources that are not alike")
}

// Two interruptions of one creation, without a recovery between them: one is kept, the other goes.
func TestASecondOfOneResourceIsDeleted(t *testing.T) {
	found(t, "v-1", "v-2")
	plan, err := interrupted(t, only(creation("test:found", "vpc", nil), creation("test:found", "vpc", nil))).plan(t.Context(), here())
	require.NoError(t, err)
	assert.Equal(t, []string{"vpc: adopt v-1", "vpc: delete v-2"}, actions(plan))
	text, err := plan.Repaired()
	require.NoError(t, err)
	after, err := Read(text)
	require.NoError(t, err)
	assert.Equal(t, "v-1", after.Live(prefix+"test:found::vpc").ID())
	assert.Equal(t, "v-2", after.Resources[4].ID())
	assert.True(t, after.Resources[4].PendingDelete())
}

const role = "aws:iam/role:Role"

func TestWhatAnUpdateMadeSinceStays(t *testing.T) {
	for name, test := range map[string]struct {
		state string // physical name in the state
		want  string
	}{
		"the same": {"role-1", "task: refresh role-1"},
		"another":  {"role-2", "task: delete role-1"},
	} {
		t.Run(name, func(t *testing.T) {
			plan, err := interrupted(t, and(have(resource(role, "task", test.state, map[string]any{"name": test.state})),
				only(creation(role, "task", map[string]any{"name": "role-1"})))).plan(t.Context(), here())
			require.NoError(t, err)
			assert.Equal(t, []string{test.want}, actions(plan))
		})
	}
}

// A security group of which the provider did not come to revoke AWS's rule that lets everything out is not taken over.
func TestWhatMayBeHalfMadeIsMadeAnew(t *testing.T) {
	const function = "aws:cloudfront/function:Function"
	plan, err := interrupted(t, only(creation(function, "spa", map[string]any{"name": "spa-1"}))).plan(t.Context(), here())
	require.NoError(t, err)
	assert.Equal(t, []string{"spa: delete spa-1"}, actions(plan))
	assert.Equal(t, []string{prefix + function + "::spa"}, plan.URNs())
	text, err := plan.Repaired()
	require.NoError(t, err)
	after, err := Read(text)
	require.NoError(t, err)
	assert.Nil(t, after.Live(prefix+function+"::spa"))
	assert.True(t, after.Resources[3].PendingDelete())
	assert.NotEmpty(t, rules["aws:ec2/securityGroup:SecurityGroup"].partial)
}

func TestWhatIsProtectedIsNotDeletedByAProgram(t *testing.T) {
	for _, key := range []string{"protect", "retainOnDelete"} {
		kept := resource(role, "task", "role-2", map[string]any{"name": "role-2"})
		kept[key] = true
		_, err := interrupted(t, and(have(kept), only(creation(role, "task", map[string]any{"name": "role-1"})))).plan(t.Context(), here())
		assert.ErrorContains(t, err, "role-1 may exist beside role-2, which the state has, and it is protected", key)
	}
}

func TestEveryProblemIsNamed(t *testing.T) {
	lost := creation(role, "lost", map[string]any{"name": "r"})
	lost["resource"].(map[string]any)["provider"] = prefix + "pulumi:providers:aws::gone::p9"
	_, err := interrupted(t, only(
		creation("aws:new/thing:Thing", "thing", nil),
		creation(role, "nameless", nil),
		lost,
	)).plan(t.Context(), here())
	require.Error(t, err)
	assert.ErrorContains(t, err, "thing (aws:new/thing:Thing): there is no rule")
	assert.ErrorContains(t, err, `nameless (aws:iam/role:Role): its state has no plain "name"`)
	assert.ErrorContains(t, err, `lost (aws:iam/role:Role): its provider "`+prefix+`pulumi:providers:aws::gone::p9" is not in the state`)
}

func TestARecoveryThatDidNotEndIsTakenUpAgain(t *testing.T) {
	unread := resource(role, "task", "role-1", map[string]any{"name": "role-1"})
	unread["refreshBeforeUpdate"] = true
	plan, err := interrupted(t, and(have(unread), only())).plan(t.Context(), here())
	require.NoError(t, err)
	assert.Equal(t, []string{"task: refresh role-1"}, actions(plan))
	assert.Equal(t, []string{prefix + role + "::task"}, plan.URNs())
}

func TestOperationsThatAreNotResourcesInAWS(t *testing.T) {
	component := creation("carebase:network:Network", "network", nil)
	component["resource"].(map[string]any)["custom"] = false
	plan, err := interrupted(t, only(component, creation("pulumi:providers:aws", "other", nil))).plan(t.Context(), nil)
	require.NoError(t, err)
	assert.Equal(t, []string{"network: create again", "other: create again"}, actions(plan))
}

func TestWhatIsNoState(t *testing.T) {
	for _, text := range []string{"", "[]", "{}", `{"deployment":{"pending_operations":[{"type":"creating"}]}}`} {
		_, err := Read([]byte(text))
		assert.Error(t, err, text)
	}
}
