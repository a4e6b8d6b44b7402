//go:build engine

package lifecycle

import (
	"bytes"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/tests/lifecycle/engine"
)

var update = flag.Bool("update", false, "rewrite the changes in testdata")

// change is what a team does to a stack on an ordinary day.
type change struct {
	name string
	edit func(engine.Settings)
}

var changes = []change{
	{name: "task size", edit: func(s engine.Settings) {
		s.Set("services.0.cpu", s.Get("services.0.cpu").(int)*2)
		s.Set("services.0.memoryMiB", s.Get("services.0.memoryMiB").(int)*2)
	}},
	{name: "image tag", edit: func(s engine.Settings) { s.Set("services.0.imageTag", "1.0.1") }},
	{name: "log retention", edit: func(s engine.Settings) { s.Set("logs.retentionDays", 400) }},
	{name: "firewall's rate", edit: func(s engine.Settings) { s.Set("edge.rateLimitPerIp", 5000) }},
	{name: "another service", edit: func(s engine.Settings) {
		services := s.Get("services").([]any)
		second := maps.Clone(services[0].(map[string]any))
		second["name"], second["paths"], second["priority"] = "admin", []any{"/api/admin/*"}, 50 // before /api/*
		s.Set("services", append(services, second))
	}},
	{name: "tags", edit: func(s engine.Settings) { s.Set("owner", "careconnect-operations") }},
}

// changesDoWhatTheyShould previews every change on the deployed stack, each by itself: it does what
// testdata/<stack>.changes.txt says and no more. Then all of them are made at once, which does the same as each did,
// and leaves nothing to do. None of it loses what holds data.
func changesDoWhatTheyShould(t *testing.T, stack *engine.Stack) {
	var text bytes.Buffer
	together := map[string]string{} // by URN, what all changes do to it
	for _, c := range changes {
		stack.Edited(t, c.edit, func() {
			preview := stack.Preview(t)
			require.NoError(t, preview.Err, c.name)
			losesNothing(t, preview)
			fmt.Fprintf(&text, "# %s\n%s\n\n", c.name, strings.Join(lines(preview, describe), "\n"))
			for _, s := range altered(preview) {
				if !strings.HasPrefix(together[s.URN], "replace") { // which takes an update in
					together[s.URN] = s.String()
				}
			}
			t.Logf("preview of %s: %s", c.name, preview.Duration.Round(1e7))
		})
	}
	golden(t, stack.Name+".changes.txt", text.String())

	for _, c := range changes {
		stack.Edit(t, c.edit)
	}
	up := stack.Up(t)
	require.NoError(t, up.Err)
	losesNothing(t, up)
	assert.Equal(t, slices.Sorted(maps.Values(together)), lines(up, engine.Step.String))
	for _, s := range up.Changes() {
		assert.Truef(t, s.Done && !s.Failed, "%s", s)
	}
	t.Logf("up of %d changes: %s", len(changes), up.Duration.Round(1e9))
	secondPreviewIsEmpty(t, stack)
}

// golden compares a text with testdata, where it is read in review.
func golden(t *testing.T, file, text string) {
	t.Helper()
	path := filepath.Join("testdata", file)
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, string(want), text, "if it is meant: go test -tags engine ./tests/lifecycle -run TestStacks -update")
}

// altered are the changes. A replacement is one step.
func altered(r engine.Result) []engine.Step {
	return slices.DeleteFunc(r.Changes(), func(s engine.Step) bool {
		return s.Op == "create-replacement" || s.Op == "delete-replaced"
	})
}

// lines are what altered tells, sorted.
func lines(r engine.Result, line func(engine.Step) string) []string {
	var lines []string
	for _, s := range altered(r) {
		lines = append(lines, line(s))
	}
	slices.Sort(lines)
	return lines
}

// losesNothing fails if an operation replaces or deletes a resource that holds data, or a resource to which data is bound, such as
// a key (see engine.Stateful).
func losesNothing(t *testing.T, r engine.Result) {
	t.Helper()
	for _, s := range r.Lost() {
		t.Errorf("data would be lost: %s", describe(s))
	}
}
