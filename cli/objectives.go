package cli

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/carebase/carebase/components/dr/objectives"
	"github.com/carebase/carebase/graph"
	"github.com/carebase/carebase/plan"
	"github.com/carebase/carebase/stacks"
)

// settingsOf decodes the settings of a stack of the project in directory.
func settingsOf(directory, stack string) (*stacks.Settings, error) {
	program, err := plan.Load(directory, stack)
	if err != nil {
		return nil, err
	}
	return stacks.Decode(stack, stacks.PlanConfig(program))
}

// writeObjectives shows what disaster recovery is held to and what the settings reach, for stacks that promise something. Each
// figure names the resources that it rests on; one of this stack that the plan lacks is marked.
func writeObjectives(out io.Writer, g *graph.Graph, settings *stacks.Settings) error {
	if !settings.HasObjectives() {
		return nil
	}
	if _, err := fmt.Fprintln(out, "\ndisaster recovery, at worst:"); err != nil {
		return err
	}
	names := map[string]bool{}
	for _, r := range g.Resources {
		names[r.Name] = true
	}
	return settings.Derivation().Write(out, settings.Promised(), func(r objectives.Resource) bool {
		return r.Side != settings.Side() || names[r.Name]
	})
}

// writeJSON writes the graph as one object, with the objectives before the resources.
func writeJSON(out io.Writer, g *graph.Graph, settings *stacks.Settings) error {
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
	if settings.HasObjectives() {
		summary := settings.Derivation().Summarize(settings.Promised())
		whole.Objectives = &summary
	}
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(whole)
}
