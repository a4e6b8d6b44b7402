package report

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/failover/journal"
)

var at = time.Date(2026, 11, 21, 3, 0, 0, 0, time.UTC)

func TestTimelineGathersAttemptsAndFaults(t *testing.T) {
	entries := Timeline([]journal.Record{
		{Kind: journal.Begin, Time: at},
		{Kind: journal.Start, Step: "fence", Time: at},
		{Kind: journal.Failed, Step: "fence", Time: at.Add(time.Minute), Error: "no answer"},
		{Kind: journal.Start, Step: "fence", Time: at.Add(2 * time.Minute)},
		{Kind: journal.Note, Step: "fence", Key: "fence", Time: at.Add(3 * time.Minute)},
		{Kind: journal.Done, Step: "fence", Time: at.Add(4 * time.Minute)},
		{Kind: journal.Start, Step: "switch", Time: at.Add(5 * time.Minute)},
	})
	assert.Equal(t, []Entry{
		{Step: "fence", Began: at, Ended: at.Add(4 * time.Minute), Attempts: 2, Faults: []string{"no answer"}},
		{Step: "switch", Began: at.Add(5 * time.Minute), Attempts: 1},
	}, entries)
}

func example() Report {
	return Report{
		ID: "failover-dr-1", Operation: "failover", Stack: "dr", Outcome: "failed over", Operator: "ana@laptop", Began: at, Ended: at.Add(time.Hour),
		Reached: []Figure{
			{Name: "RTO", Seconds: 3600, Objective: 14400, Basis: "a|b"},
			{Name: "RPO", Seconds: 7200, Objective: 3600, Basis: "c"},
			{Name: "Other", Seconds: 1, Basis: "d"},
		},
		Facts:    []Fact{{"fence", "first line\nsecond line"}},
		Timeline: []Entry{{Step: "fence", Began: at, Ended: at.Add(90 * time.Second), Attempts: 2, Faults: []string{"x | y\nz"}}, {Step: "switch", Began: at, Attempts: 1}},
	}
}

func TestMarkdownSaysWhatWasMissed(t *testing.T) {
	var b strings.Builder
	require.NoError(t, example().Markdown(&b))
	for _, want := range []string{
		"# Failover of dr: failed over\n", "| began | 2026-11-21 03:00:00 UTC |",
		`| RTO | 1h0m0s | 4h0m0s | met | a\|b |`, "| RPO | 2h0m0s | 1h0m0s | **missed** | c |", "| Other | 1s | none |  | d |",
		"- **fence**: first line\n  second line\n", `| fence | 2026-11-21 03:00:00 UTC | 1m30s | 2 | x \| y z |`, "| switch | 2026-11-21 03:00:00 UTC | not ended | 1 | - |",
		"| AWS principal | - |",
	} {
		assert.Contains(t, b.String(), want)
	}
}

func TestJSONIsReadBack(t *testing.T) {
	var b strings.Builder
	require.NoError(t, example().JSON(&b))
	var got Report
	require.NoError(t, json.Unmarshal([]byte(b.String()), &got))
	assert.Equal(t, example(), got)
	assert.Contains(t, b.String(), `"objectiveSeconds": 14400`)
}
