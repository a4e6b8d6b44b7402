package repair

import (
	"encoding/json"
	"fmt"
	"maps"
	"strconv"
	"strings"

	"github.com/carebase/carebase/internal/pulumistate"
)

// adopted returns the record that the engine would have written after a complete creation, as far as the inputs tell. The
// provider's read then corrects the record, or removes it if the resource does not exist. refreshBeforeUpdate keeps every
// update from using the record before that, even if this program ends before the refresh.
func adopted(r record, c candidate, rule rule) record {
	outputs, _ := pulumistate.WithoutDefaults(map[string]any(r.Inputs())).(map[string]any)
	if outputs == nil {
		outputs = map[string]any{}
	}
	if rule.outputs != nil {
		maps.Copy(outputs, rule.outputs(r.Inputs()))
	}
	maps.Copy(outputs, c.outputs)
	outputs["id"] = c.id
	if c.arn != "" {
		outputs["arn"] = c.arn
	}
	if rule.version > 0 {
		// Pulumi's bridge to Terraform providers keeps this member as a string of JSON.
		outputs["__meta"] = fmt.Sprintf(`{"schema_version":%q}`, strconv.Itoa(rule.version))
	}
	found := maps.Clone(r)
	found["id"] = c.id
	found["outputs"] = outputs
	found["refreshBeforeUpdate"] = true
	return found
}

// Repaired returns the state with the resources that were found, and without pending operations.
func (p *Plan) Repaired() ([]byte, error) {
	resources := p.state.Resources
	for _, step := range p.Steps {
		if step.record != nil {
			resources = append(resources[:len(resources):len(resources)], step.record)
		}
	}
	return p.state.Encode(resources)
}

// URNs returns the resources that the provider must read after the import.
func (p *Plan) URNs() []string {
	var urns []string
	seen := map[string]bool{}
	for _, step := range p.Steps {
		known := step.record != nil || step.Action == Refresh && p.state.Live(step.URN) != nil
		if known && !seen[step.URN] {
			seen[step.URN] = true
			urns = append(urns, step.URN)
		}
	}
	return urns
}

// sameInputs is true if two resources have the same inputs.
func sameInputs(a, b record) bool {
	x, errX := json.Marshal(pulumistate.WithoutDefaults(map[string]any(a.Inputs())))
	y, errY := json.Marshal(pulumistate.WithoutDefaults(map[string]any(b.Inputs())))
	return errX == nil && errY == nil && string(x) == string(y)
}

func isProvider(kind string) bool { return strings.HasPrefix(kind, "pulumi:providers:") }
