package repair

import (
	"encoding/json"
	"fmt"
	"maps"
	"strconv"
	"strings"
)

// adopted is the record that the engine would have written had it seen the creation's answer, as far as the inputs
// tell: the provider's read puts the truth in its place, or takes it out where there is no such resource. Until that
// has happened no update uses it (refreshBeforeUpdate), even if this program dies before the refresh.
func adopted(r record, c candidate, rule rule) record {
	outputs, _ := withoutDefaults(map[string]any(r.inputs())).(map[string]any)
	if outputs == nil {
		outputs = map[string]any{}
	}
	if rule.outputs != nil {
		maps.Copy(outputs, rule.outputs(r.inputs()))
	}
	maps.Copy(outputs, c.outputs)
	outputs["id"] = c.id
	if c.arn != "" {
		outputs["arn"] = c.arn
	}
	if rule.version > 0 {
		// A string that holds JSON is how Pulumi's bridge to Terraform providers keeps it.
		outputs["__meta"] = fmt.Sprintf(`{"schema_version":%q}`, strconv.Itoa(rule.version))
	}
	found := maps.Clone(r)
	found["id"] = c.id
	found["outputs"] = outputs
	found["refreshBeforeUpdate"] = true
	return found
}

// Settled is the state with what was found, and without open operations.
func (p *Plan) Settled() ([]byte, error) {
	resources := p.state.resources
	for _, step := range p.Steps {
		if step.record != nil {
			resources = append(resources[:len(resources):len(resources)], step.record)
		}
	}
	return p.state.encode(resources)
}

// URNs are the resources that the provider must read now.
func (p *Plan) URNs() []string {
	var urns []string
	seen := map[string]bool{}
	for _, step := range p.Steps {
		known := step.record != nil || step.Action == Refresh && p.state.live(step.URN) != nil
		if known && !seen[step.URN] {
			seen[step.URN] = true
			urns = append(urns, step.URN)
		}
	}
	return urns
}

// alike tells whether two resources were asked for in the same words.
func alike(a, b record) bool {
	x, errX := json.Marshal(withoutDefaults(map[string]any(a.inputs())))
	y, errY := json.Marshal(withoutDefaults(map[string]any(b.inputs())))
	return errX == nil && errY == nil && string(x) == string(y)
}

func isProvider(kind string) bool { return strings.HasPrefix(kind, "pulumi:providers:") }
