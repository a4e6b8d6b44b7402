//go:build engine

package lifecycle

import (
	"bytes"
	"flag"
	"fmt"
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

// changes are what teams do to a stack from day to day.
var changes = []struct {
	name string
	edit func(engine.Settings)
}{
	{"task size", func(s engine.Settings) {
		s.Set("services.0.cpu", s.Get("services.0.cpu").(int)*2)
		s.Set("services.0.memoryMiB", s.Get("services.0.memoryMiB").(int)*2)
	}},
	{"image tag", func(s engine.Settings) { s.Set("services.0.imageTag", "1.0.1") }},
	{"log retention", func(s engine.Settings) { s.Set("logs.retentionDays", 400) }},
	{"firewall's rate", func(s engine.Settings) { s.Set("edge.rateLimitPerIp", 5000) }},
	{"another service", func(s engine.Settings) {
		services := s.Get("services").([]any)
		second := map[string]any{}
		for key, value := range services[0].(map[string]any) {
			second[key] = value
		}
		second["name"], second["paths"], second["priority"] = "admin", []any{"/admin/*"}, 200
		s.Set("services", append(services, second))
	}},
	{"tags", func(s engine.Settings) { s.Set("owner", "careconnect-operations") }},
}

// anotherZone is a change of stacks in two zones.
func anotherZone(s engine.Settings) {
	s.Set("network.availabilityZones", append(s.Get("network.availabilityZones").([]any), "us-east-1c"))
}

// changesDoWhatTheyShould previews every ordinary change on the deployed stack, each by itself: it does what
// testdata/<stack>.changes.txt says and no more, and loses nothing that holds data.
func changesDoWhatTheyShould(t *testing.T, want environment, stack *engine.Stack) {
	var text bytes.Buffer
	rows := slices.Clone(changes)
	if want.zones == 2 {
		rows = append(rows, struct {
			name string
			edit func(engine.Settings)
		}{"another zone", anotherZone})
	}
	for _, row := range rows {
		stack.Edited(t, row.edit, func() {
			preview := stack.Preview(t)
			require.NoError(t, preview.Err, row.name)
			fmt.Fprintf(&text, "# %s\n%s\n", row.name, strings.Join(lines(preview), "\n"))
			losesNothing(t, preview)
			t.Logf("preview of %s: %s", row.name, preview.Duration.Round(1e7))
		})
	}
	path := filepath.Join("testdata", stack.Name+".changes.txt")
	if *update {
		require.NoError(t, os.WriteFile(path, text.Bytes(), 0o644))
	}
	golden, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, string(golden), text.String(), "if it is meant, run with -update")
}

// lines are the changes but for the emulator's faults, sorted. A replacement is one line.
func lines(r engine.Result) []string {
	var lines []string
	for _, s := range unexcused(r, previewFaults) {
		if s.Op != "create-replacement" && s.Op != "delete-replaced" {
			lines = append(lines, describe(s))
		}
	}
	slices.Sort(lines)
	return lines
}

// losesNothing fails where an operation replaces or deletes what holds data, or what such a thing cannot leave.
func losesNothing(t *testing.T, r engine.Result) {
	t.Helper()
	for _, s := range lost(r) {
		t.Errorf("data would be lost: %s", describe(s))
	}
}

func lost(r engine.Result) []engine.Step {
	return slices.DeleteFunc(r.Changes(), func(s engine.Step) bool {
		return !engine.Stateful(s.Type) || s.Op == "create" || s.Op == "update"
	})
}
