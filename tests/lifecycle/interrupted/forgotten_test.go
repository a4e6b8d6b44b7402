//go:build engine

package interrupted

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/repair"
)

// findsEverything makes the state say of every resource that can be found that it is being created, and lets recovery
// find it: each comes back with the id that it had, and nothing is made again.
func (l *life) findsEverything(t *testing.T) {
	before := l.ids(t)
	forgotten := l.forget(t)
	require.Greater(t, forgotten, l.total/2)
	l.recover(t)
	assert.Equal(t, before, l.ids(t))
	up := l.stack.Up(t)
	require.NoError(t, up.Err)
	for _, step := range up.Changes() {
		// The emulator returns some properties of refreshed resources in another form than the program set them.
		assert.Equal(t, "update", string(step.Op), step.URN)
	}
	l.isWhole(t)
	t.Logf("found %d of %d again", forgotten, l.total)
}

// ids are the resources in AWS by URN.
func (l *life) ids(t *testing.T) map[string]string {
	t.Helper()
	ids := map[string]string{}
	for _, r := range l.state(t).Deployment.Resources {
		if r.ID != "" {
			ids[r.URN] = r.ID
		}
	}
	return ids
}

// forget makes the state say of every resource that can be found that it is being created.
func (l *life) forget(t *testing.T) int {
	t.Helper()
	return l.lose(t, true, func(r map[string]any) bool {
		// The two certificates are asked for in the same words. Either may become either, so long as nothing uses them yet;
		// here something does.
		// Of the check on the switch's alarm moto does not tell which alarm it is on (no AlarmIdentifier in route53/models.py).
		inputs, _ := r["inputs"].(map[string]any)
		kind := r["type"].(string)
		return repair.Finds(kind) && kind != "aws:acm/certificate:Certificate" && inputs["type"] != "CLOUDWATCH_METRIC"
	})
}

// lose takes resources out of the state: they are being created, or nothing is known of them. It edits the file that the
// backend keeps the state in: `pulumi stack import` drops what is open.
func (l *life) lose(t *testing.T, creating bool, which func(map[string]any) bool) int {
	t.Helper()
	path := filepath.Join(l.stack.Dir, "state", ".pulumi", "stacks", "careconnect", l.stack.Name+".json")
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	var file map[string]any
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	require.NoError(t, decoder.Decode(&file))
	latest := file["checkpoint"].(map[string]any)["latest"].(map[string]any)
	var kept, open []any
	gone := map[string]bool{}
	for _, r := range latest["resources"].([]any) {
		r := r.(map[string]any)
		if !which(r) {
			kept = append(kept, r)
			continue
		}
		gone[r["urn"].(string)] = true
		for _, known := range []string{"id", "outputs", "created", "modified"} {
			delete(r, known)
		}
		open = append(open, map[string]any{"type": "creating", "resource": r})
	}
	// What is kept would not be there without the others; so that the state is valid it forgets what it was made from.
	for _, r := range kept {
		r := r.(map[string]any)
		dependencies, _ := r["dependencies"].([]any)
		r["dependencies"] = slices.DeleteFunc(dependencies, func(d any) bool { return gone[d.(string)] })
		delete(r, "propertyDependencies")
	}
	latest["resources"] = kept
	if creating {
		latest["pending_operations"] = open
	}
	text, err = json.Marshal(file)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, text, 0o600))
	return len(gone)
}

// findsWhatTheProviderNamed takes out of the state what the provider names, as if no answer had come: recovery finds each
// by the part of its name that stays the same, as soon as what it is made from is there.
func (l *life) findsWhatTheProviderNamed(t *testing.T) {
	before := l.ids(t)
	lost := l.lose(t, false, func(r map[string]any) bool { return repair.FindsRenamed(r["type"].(string)) })
	require.Greater(t, lost, 20)
	for rounds := 0; len(l.ids(t)) < len(before); rounds++ {
		require.Less(t, rounds, 4, "found %d of %d", len(l.ids(t)), len(before))
		l.recover(t, "--failed")
	}
	assert.Equal(t, before, l.ids(t))
	up := l.stack.Up(t)
	require.NoError(t, up.Err)
	for _, step := range up.Changes() {
		assert.Equal(t, "update", string(step.Op), step.URN)
	}
	t.Logf("found %d that the provider named", lost)
}
