package engine

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
)

// Result is what an operation did, by the engine's own events.
type Result struct {
	Err         error // why the command failed, with the end of what it printed
	Output      string
	Duration    time.Duration
	Steps       []Step // in the order in which they began
	Diagnostics []apitype.DiagnosticEvent
	Violations  []apitype.PolicyEvent
	Policies    []string              // policies of a pack that judged something
	Summary     *apitype.SummaryEvent // nil where the operation was cut off
}

// Step is what the engine did, or in a preview would do, with one resource.
type Step struct {
	apitype.StepEventMetadata
	Name         string
	Done         bool // finished, in a preview as well
	Failed       bool
	Began, Ended time.Time // to the second, as the engine notes it
}

func (s Step) String() string { return fmt.Sprintf("%s %s %s", s.Op, s.Type, s.Name) }

// Properties are those that differ, at their top level, sorted.
func (s Step) Properties() []string {
	properties := slices.Clone(s.Diffs)
	for path := range s.DetailedDiff {
		top, _, _ := strings.Cut(path, ".")
		top, _, _ = strings.Cut(top, "[")
		properties = append(properties, top)
	}
	slices.Sort(properties)
	return slices.Compact(properties)
}

// Changes are the steps that alter something: not same, read, refresh or those of the engine's own bookkeeping.
func (r Result) Changes() []Step {
	var changes []Step
	for _, s := range r.Steps {
		switch s.Op {
		case apitype.OpSame, apitype.OpRead, apitype.OpReadDiscard, apitype.OpDiscardReplaced, apitype.OpRefresh,
			apitype.OpRemovePendingReplace:
		default:
			changes = append(changes, s)
		}
	}
	return changes
}

// Of are the steps with one of those operations.
func (r Result) Of(ops ...apitype.OpType) []Step {
	var steps []Step
	for _, s := range r.Steps {
		if slices.Contains(ops, s.Op) {
			steps = append(steps, s)
		}
	}
	return steps
}

// ReadEvents reads what --event-log wrote. The last event of an engine that was killed may be cut off; it is left out.
func ReadEvents(path string) ([]apitype.EngineEvent, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var events []apitype.EngineEvent
	lines := bufio.NewReader(bytes.NewReader(text))
	for {
		line, err := lines.ReadBytes('\n')
		if len(bytes.TrimSpace(line)) > 0 {
			var event apitype.EngineEvent
			if decodeErr := json.Unmarshal(line, &event); decodeErr == nil {
				events = append(events, event)
			} else if err == nil {
				return events, fmt.Errorf("%s: %w", path, decodeErr)
			}
		}
		if err != nil {
			return events, nil
		}
	}
}

// planning says whether the event is of a preview.
func planning(e apitype.EngineEvent) bool {
	return e.ResourcePreEvent != nil && e.ResourcePreEvent.Planning || e.ResOutputsEvent != nil && e.ResOutputsEvent.Planning
}

// add takes in what the events tell.
func (r *Result) add(events []apitype.EngineEvent) {
	latest := map[string]int{} // by URN and operation, the step that began last
	for _, e := range events {
		switch {
		case e.ResourcePreEvent != nil:
			m := e.ResourcePreEvent.Metadata
			latest[string(m.Op)+m.URN] = len(r.Steps)
			r.Steps = append(r.Steps, Step{StepEventMetadata: m, Name: nameOf(m.URN), Began: time.Unix(int64(e.Timestamp), 0)})
		case e.ResOutputsEvent != nil:
			m := e.ResOutputsEvent.Metadata
			i, ok := latest[string(m.Op)+m.URN]
			if !ok { // a refresh begins as one and ends as what it found: same, update or delete
				i, ok = latest[string(apitype.OpRefresh)+m.URN]
			}
			if ok {
				r.Steps[i].StepEventMetadata, r.Steps[i].Done, r.Steps[i].Ended = m, true, time.Unix(int64(e.Timestamp), 0)
			}
		case e.ResOpFailedEvent != nil:
			if i, ok := latest[string(e.ResOpFailedEvent.Metadata.Op)+e.ResOpFailedEvent.Metadata.URN]; ok {
				r.Steps[i].Failed = true
			}
		case e.DiagnosticEvent != nil:
			r.Diagnostics = append(r.Diagnostics, *e.DiagnosticEvent)
		case e.PolicyEvent != nil:
			r.Violations = append(r.Violations, *e.PolicyEvent)
		case e.PolicyAnalyzeSummaryEvent != nil:
			r.Policies = append(r.Policies, e.PolicyAnalyzeSummaryEvent.Passed...)
			r.Policies = append(r.Policies, e.PolicyAnalyzeSummaryEvent.Failed...)
		case e.PolicyAnalyzeStackSummaryEvent != nil:
			r.Policies = append(r.Policies, e.PolicyAnalyzeStackSummaryEvent.Passed...)
			r.Policies = append(r.Policies, e.PolicyAnalyzeStackSummaryEvent.Failed...)
		case e.SummaryEvent != nil:
			r.Summary = e.SummaryEvent
		}
	}
	slices.Sort(r.Policies)
	r.Policies = slices.Compact(r.Policies)
}

func nameOf(urn string) string { return urn[strings.LastIndex(urn, "::")+2:] }
