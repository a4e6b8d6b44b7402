// Package report writes the report of an operation from its journal, as Markdown and as JSON. The report has to be kept for six
// years, as evidence that the contingency plan was carried out or tested (45 CFR 164.308(a)(7)(ii)(D), 164.316(b)(2)(i)).
package report

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/carebase/carebase/failover/journal"
)

// Report of one operation.
type Report struct {
	ID        string    `json:"id"`
	Operation string    `json:"operation"`
	Stack     string    `json:"stack"`
	Outcome   string    `json:"outcome"`
	Operator  string    `json:"operator"`
	Caller    string    `json:"caller"`
	Commit    string    `json:"commit"`
	Version   string    `json:"version"`
	Began     time.Time `json:"began"`
	Ended     time.Time `json:"ended"`
	// Reached are the measured times, each with its objective.
	Reached  []Figure `json:"reached"`
	Facts    []Fact   `json:"facts"`
	Timeline []Entry  `json:"timeline"`
	// Digest of the journal's last line when the report was written. It shows that the journal was not changed since.
	Digest string `json:"journalDigest"`
}

// Figure is a measured time and its objective.
type Figure struct {
	Name      string `json:"name"`
	Seconds   int64  `json:"seconds"`
	Objective int64  `json:"objectiveSeconds"` // 0 if there is none
	Basis     string `json:"basis"`            // from and to which event the time was measured
}

// Met returns whether the objective was met, and whether there is an objective.
func (f Figure) Met() (met, promised bool) { return f.Seconds <= f.Objective, f.Objective > 0 }

// Fact is a result that is not a time.
type Fact struct {
	Name string `json:"name"`
	Text string `json:"text"`
}

// Entry is one step of the timeline.
type Entry struct {
	Step     string    `json:"step"`
	Began    time.Time `json:"began"`
	Ended    time.Time `json:"ended"` // zero if the step did not end
	Attempts int       `json:"attempts"`
	Faults   []string  `json:"faults,omitempty"`
}

// Timeline returns the steps in a journal's records, in the order in which they were first started.
func Timeline(records []journal.Record) []Entry {
	var entries []Entry
	at := map[string]int{}
	for _, record := range records {
		if record.Step == "" {
			continue
		}
		i, known := at[record.Step]
		if !known {
			i = len(entries)
			at[record.Step], entries = i, append(entries, Entry{Step: record.Step, Began: record.Time})
		}
		switch record.Kind {
		case journal.Start:
			entries[i].Attempts++
		case journal.Done:
			entries[i].Ended = record.Time
		case journal.Failed:
			entries[i].Faults = append(entries[i].Faults, record.Error)
		}
	}
	return entries
}

// JSON writes the report as one object.
func (r Report) JSON(w io.Writer) error {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	return encoder.Encode(r)
}

// Markdown writes the report as Markdown.
func (r Report) Markdown(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s of %s: %s\n\n", title(r.Operation), r.Stack, r.Outcome)
	fmt.Fprintf(&b, "| | |\n| --- | --- |\n| id | %s |\n| began | %s |\n| ended | %s |\n| operator | %s |\n| AWS principal | %s |\n| settings at commit | %s |\n| carebase | %s |\n| journal's digest | %s |\n",
		cell(r.ID), stamp(r.Began), stamp(r.Ended), cell(r.Operator), cell(r.Caller), cell(r.Commit), cell(r.Version), cell(r.Digest))
	if len(r.Reached) > 0 {
		b.WriteString("\n## Reached\n\n| | reached | objective | | measured |\n| --- | --- | --- | --- | --- |\n")
		for _, f := range r.Reached {
			objective, verdict := "none", ""
			if met, promised := f.Met(); promised {
				objective, verdict = span(f.Objective), "**missed**"
				if met {
					verdict = "met"
				}
			}
			fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", cell(f.Name), span(f.Seconds), objective, verdict, cell(f.Basis))
		}
	}
	if len(r.Facts) > 0 {
		b.WriteString("\n## Facts\n\n")
		for _, fact := range r.Facts {
			fmt.Fprintf(&b, "- **%s**: %s\n", fact.Name, strings.ReplaceAll(fact.Text, "\n", "\n  "))
		}
	}
	b.WriteString("\n## Timeline\n\n| step | began | took | attempts | faults |\n| --- | --- | --- | --- | --- |\n")
	for _, entry := range r.Timeline {
		took := "not ended"
		if !entry.Ended.IsZero() {
			took = span(int64(entry.Ended.Sub(entry.Began).Seconds()))
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %d | %s |\n", cell(entry.Step), stamp(entry.Began), took, entry.Attempts, cell(strings.Join(entry.Faults, "; ")))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func title(operation string) string {
	if operation == "" {
		return "Operation"
	}
	return strings.ToUpper(operation[:1]) + operation[1:]
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 UTC") }

// span returns seconds as a duration such as 1h2m3s.
func span(seconds int64) string { return (time.Duration(seconds) * time.Second).String() }

// cell escapes a text for a cell of a table.
func cell(text string) string {
	text = strings.NewReplacer("\n", " ", "|", "\\|").Replace(text)
	if text == "" {
		return "-"
	}
	return text
}
