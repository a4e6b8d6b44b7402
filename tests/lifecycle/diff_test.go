//go:build engine

package lifecycle

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/diff"
	"github.com/carebase/carebase/graph"
	"github.com/carebase/carebase/tests/lifecycle/engine"
)

// compared are changes of cli's table of changes that a stack's settings can make.
var compared = []change{
	{name: "task size", edit: func(s engine.Settings) {
		s.Set("services.0.cpu", s.Get("services.0.cpu").(int)*2)
		s.Set("services.0.memoryMiB", s.Get("services.0.memoryMiB").(int)*2)
	}},
	{name: "image tag", edit: func(s engine.Settings) { s.Set("services.0.imageTag", "9.9.9") }},
	{name: "database class", edit: func(s engine.Settings) { s.Set("database.instanceClass", "db.t4g.small") }},
	{name: "database storage", edit: func(s engine.Settings) { s.Set("database.allocatedStorageGiB", 40) }},
	{name: "database version", edit: func(s engine.Settings) { s.Set("database.engineVersion", "17") }},
	{name: "database name", edit: func(s engine.Settings) { s.Set("database.name", "other") }},
	{name: "network range", edit: func(s engine.Settings) { s.Set("network.cidr", "10.8.0.0/16") }},
	{name: "zone added", edit: func(s engine.Settings) {
		s.Set("network.availabilityZones", []any{"us-east-1a", "us-east-1b", "us-east-1c"})
	}},
	{name: "log retention", edit: func(s engine.Settings) { s.Set("logs.retentionDays", 60) }},
	{name: "cache size", edit: func(s engine.Settings) { s.Set("cache.nodeType", "cache.t4g.small") }},
	{name: "service's port", edit: func(s engine.Settings) { s.Set("services.0.port", 8443) }},
	{name: "evidence", edit: func(s engine.Settings) { s.Set("storage.retentionDays", 120) }},
	{name: "owner", edit: func(s engine.Settings) { s.Set("owner", "careconnect-operations") }},
	{name: "domain", edit: func(s engine.Settings) { s.Set("domain", "other.example.com") }},
}

// What `carebase diff` says is replaced is what the engine's preview replaces. The stack is a recorded one: what differs between
// its release and today's program, whatever the change, is left out on both sides.
func TestDiffReplacesWhatTheEngineReplaces(t *testing.T) {
	t.Parallel()
	engine.TakePlace(t)
	state := engine.Recorded(t, "recorded/"+lastRelease+"/dev.json.gz")
	stack := engine.New(t, "dev", engine.StartEmulator(t))
	before := planOf(t, stack)
	anyway := replacedBy(t, stack, state)
	deployed := urnsOf(t, state)
	total := 0
	for _, c := range compared {
		stack.Edited(t, c.edit, func() {
			result, err := diff.Compare(side(before), side(planOf(t, stack)))
			require.NoError(t, err, c.name)
			var said []string
			for _, change := range result.Changes {
				assert.NotEqual(t, diff.MayReplace, change.Action, "%s: %s: the table does not decide", c.name, change.URN)
				if change.Action == diff.Replaced && deployed[change.URN] && !anyway[change.URN] && !insideRemote(change.URN) {
					said = append(said, change.URN)
				}
			}
			replaced := replacedBy(t, stack, state)
			maps.DeleteFunc(replaced, func(urn string, _ bool) bool { return anyway[urn] || insideRemote(urn) })
			assert.Equal(t, slices.Sorted(maps.Keys(replaced)), slices.Sorted(slices.Values(said)), c.name)
			total += len(said)
			t.Logf("%s: %d replaced", c.name, len(said))
		})
	}
	assert.Greater(t, total, 20, "the changes replace nothing: the comparison shows nothing")
}

const lastRelease = "0.2.0"

func side(g *graph.Graph) diff.Side {
	return diff.Side{Info: diff.SideInfo{Kind: diff.Plan}, Graph: g}
}

// replacedBy are the URNs that a preview of the stack against a state replaces.
func replacedBy(t *testing.T, stack *engine.Stack, state []byte) map[string]bool {
	t.Helper()
	preview := stack.Migrated(t, state)
	require.NoError(t, preview.Err)
	replaced := map[string]bool{}
	for _, step := range preview.Of("replace", "create-replacement", "delete-replaced") {
		replaced[string(step.URN)] = true
	}
	return replaced
}

// urnsOf are the URNs in a state.
func urnsOf(t *testing.T, state []byte) map[string]bool {
	t.Helper()
	var file struct {
		Deployment struct{ Resources []struct{ URN string } }
	}
	require.NoError(t, json.Unmarshal(state, &file))
	urns := map[string]bool{}
	for _, r := range file.Deployment.Resources {
		urns[r.URN] = true
	}
	return urns
}
