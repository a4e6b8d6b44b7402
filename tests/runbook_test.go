package tests

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var runbookLink = regexp.MustCompile(`docs/operations\.md#([a-z0-9-]+)`)

// runbookEntries are the entries for alarms in docs/operations.md, by heading.
func runbookEntries(t *testing.T) map[string]string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(repository, "docs", "operations.md"))
	require.NoError(t, err)
	_, section, ok := strings.Cut(string(text), "\n## When an alarm goes off\n")
	require.True(t, ok)
	section, _, _ = strings.Cut(section, "\n## ")
	entries := map[string]string{}
	for _, entry := range strings.Split(section, "\n### ")[1:] {
		heading, body, _ := strings.Cut(entry, "\n")
		require.Empty(t, entries[heading], "%s twice", heading)
		entries[heading] = body
	}
	return entries
}

// Every alarm and every rule names its entry, every entry says what to do, and none is of an alarm that there is no more.
func TestEveryAlarmHasItsRunbookEntry(t *testing.T) {
	entries := runbookEntries(t)
	named := map[string]bool{
		// Of queues, which components/observability watches and no stack here has.
		"queue-age": true, "queue-dead-letters": true,
		// Of components/rotation, which no stack has yet.
		"secret-age": true,
		// Of hosts, which components/host watches and no stack here has.
		"host-status": true, "host-cpu": true, "host-memory": true, "host-disk": true,
	}
	counted := map[string]bool{}
	for _, stack := range all {
		for _, r := range planned(t, stack).OfType(alarmType) {
			if in := r.Readable(); in["metricName"] == "TriggeredRules" {
				counted[stack+" "+strings.TrimSuffix(r.Name, "-missing")] = true
			}
		}
	}
	for _, stack := range all {
		for _, r := range planned(t, stack).Resources {
			in := r.Readable()
			var text any
			switch r.Type {
			case alarmType:
				text = in["alarmDescription"]
			case eventRuleType:
				if text = in["description"]; in["eventPattern"] == nil || counted[stack+" "+r.Name] {
					continue // a schedule, or a rule that an alarm counts and that tells nobody
				}
			case eventTargetType: // in what people read of an event
				if transformer, ok := in["inputTransformer"].(map[string]any); ok {
					text = transformer["inputTemplate"]
				} else {
					continue
				}
			case "aws:rds/eventSubscription:EventSubscription":
				text = "docs/operations.md#database-events" // AWS's own message
			case "aws:budgets/budget:Budget":
				text = "docs/operations.md#budget"
			default:
				continue
			}
			links := runbookLink.FindAllStringSubmatch(fmt.Sprint(text), -1)
			if assert.Len(t, links, 1, "%s: %s names no entry of the runbook", stack, r.Name) {
				assert.Contains(t, entries, links[0][1], "%s: %s names an entry that docs/operations.md lacks", stack, r.Name)
				named[links[0][1]] = true
			}
		}
	}
	for heading, body := range entries {
		assert.True(t, named[heading], "docs/operations.md#%s is of nothing that watches", heading)
		for _, part := range []string{"- **Look at** ", "- **Do** ", "- **Escalate** "} {
			assert.Contains(t, body, part, heading)
		}
	}
}
