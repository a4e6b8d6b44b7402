package cli

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/carebase/carebase/components/dr/objectives"
	"github.com/carebase/carebase/graph"
	"github.com/carebase/carebase/stacks/settings"
)

// writeObjectives shows what disaster recovery is held to and what the settings reach, for stacks that promise something. Each
// figure names the resources that it rests on; one of this stack that the plan lacks is marked.
func writeObjectives(out io.Writer, g *graph.Graph, of *settings.Settings) error {
	if !of.HasObjectives() {
		return nil
	}
	if _, err := fmt.Fprintln(out, "\ndisaster recovery, at worst:"); err != nil {
		return err
	}
	names := map[string]bool{}
	for _, r := range g.Resources {
		names[r.Name] = true
	}
	return of.Derivation().Write(out, of.Promised(), func(r objectives.Resource) bool {
		return r.Side != of.Side() || names[r.Name]
	})
}

// writeJSON writes the graph as one object, with the objectives before the resources.
func writeJSON(out io.Writer, g *graph.Graph, of *settings.Settings) error {
	text, err := g.JSON()
	if err != nil {
		return fmt.Errorf("writing the plan as JSON: %w", err)
	}
	whole := struct {
		Project    json.RawMessage     `json:"project"`
		Stack      json.RawMessage     `json:"stack"`
		Objectives *objectives.Summary `json:"objectives,omitempty"`
		Resources  json.RawMessage     `json:"resources"`
	}{}
	if err := json.Unmarshal(text, &whole); err != nil {
		return fmt.Errorf("writing the plan as JSON: %w", err)
	}
	if of.HasObjectives() {
		summary := of.Derivation().Summarize(of.Promised())
		whole.Objectives = &summary
	}
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(whole)
}
