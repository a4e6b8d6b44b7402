// Package snapshot reads graphs from what Pulumi writes: a preview (`pulumi preview --json --show-sames`) and a
// deployed state (`pulumi stack export`). It reads files only and runs nothing.
package snapshot

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/property"

	"github.com/carebase/carebase/graph"
)

// view says what a resource's inputs are in a graph.
type view int

const (
	declared view = iota // what the program says
	deployed             // what is there: the provider's outputs, and inputs where it has none
	written              // what the program says, without the defaults that the provider filled in
)

func build(states []apitype.ResourceV3, as view) (*graph.Graph, error) {
	project, stack := "", ""
	var resources []*graph.Resource
	regions := map[string]string{} // by provider
	for _, state := range states {
		if !state.URN.IsValid() || state.URN.Project() == "" || state.URN.Stack() == "" {
			return nil, fmt.Errorf("%q is no URN", state.URN)
		}
		if len(resources) > 0 && (project != string(state.URN.Project()) || stack != string(state.URN.Stack())) {
			return nil, fmt.Errorf("%s is of another stack than %s", state.URN, resources[0].URN)
		}
		project, stack = string(state.URN.Project()), string(state.URN.Stack())
		r, err := convert(state, as)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", state.URN, err)
		}
		resources = append(resources, r)
		if r.IsProvider() {
			regions[r.URN] = r.Region
		}
	}
	for _, r := range resources {
		if r.Region == "" {
			r.Region = regions[r.Provider]
		}
	}
	return graph.New(project, stack, resources), nil
}

func convert(state apitype.ResourceV3, as view) (*graph.Resource, error) {
	if as == written {
		state.Inputs = withoutDefaults(state.Inputs)
	}
	inputs, err := values(state.Inputs)
	if err != nil {
		return nil, err
	}
	outputs, err := values(state.Outputs)
	if err != nil {
		return nil, err
	}
	if as == deployed && state.Custom && !strings.HasPrefix(string(state.Type), "pulumi:") {
		inputs = actual(inputs, outputs)
	}
	r := &graph.Resource{
		URN: string(state.URN), Type: string(state.Type), Name: state.URN.Name(), Parent: string(state.Parent),
		Custom: state.Custom, External: state.External, Inputs: inputs, Outputs: outputs,
		Dependencies: texts(state.Dependencies), PropertyDependencies: map[string][]string{},
		Protect: state.Protect, RetainOnDelete: state.RetainOnDelete, Aliases: texts(state.Aliases),
		IgnoreChanges: state.IgnoreChanges,
	}
	if state.ID != "" {
		r.Outputs = r.Outputs.Set("id", property.New(string(state.ID)))
	}
	for key, on := range state.PropertyDependencies {
		if len(on) > 0 {
			r.PropertyDependencies[string(key)] = texts(on)
		}
	}
	if r.IsProvider() {
		r.Inputs = graph.UnfoldProvider(r.Inputs)
	}
	if region := r.Inputs.Get("region"); region.IsString() {
		r.Region = region.AsString()
	}
	// A provider reference is URN::ID; an ID has no "::".
	if at := strings.LastIndex(state.Provider, "::"); at > 0 {
		r.Provider = state.Provider[:at]
	}
	return r, nil
}

// actual is what there is: the outputs, and inputs that do not come back. What is empty in the outputs was never set
// by anybody: a provider answers "", [] and {} for it. Nor was a secret that the program did not give: whether there is
// anything in it is sealed, and a password nobody set must not pass for one.
func actual(inputs, outputs property.Map) property.Map {
	merged := inputs.AsMap()
	for key, value := range outputs.All {
		if _, given := merged[key]; value.Secret() && !given {
			continue
		}
		if filled, ok := withoutEmpty(value); ok {
			merged[key] = filled
		}
	}
	return property.NewMap(merged)
}

// withoutEmpty is the value without empty members; ok is false where nothing is left. Elements of lists stay in place.
func withoutEmpty(v property.Value) (filled property.Value, ok bool) {
	switch {
	case v.IsNull(), v.IsString() && v.AsString() == "":
		return v, false
	case v.IsArray():
		elements := v.AsArray().AsSlice()
		for i, element := range elements {
			elements[i], _ = withoutEmpty(element)
		}
		return property.New(elements).WithSecret(v.Secret()), len(elements) > 0
	case v.IsMap():
		members := map[string]property.Value{}
		for key, member := range v.AsMap().All {
			if one, ok := withoutEmpty(member); ok {
				members[key] = one
			}
		}
		return property.New(members).WithSecret(v.Secret()), len(members) > 0
	}
	return v, true
}

func texts[T ~string](values []T) []string {
	found := make([]string, 0, len(values))
	for _, value := range values {
		found = append(found, string(value))
	}
	slices.Sort(found)
	return found
}

// withoutDefaults leaves out the members that "__defaults" lists: a provider filled them in.
func withoutDefaults(stored map[string]any) map[string]any {
	filled := map[any]bool{}
	if names, ok := stored["__defaults"].([]any); ok {
		for _, name := range names {
			filled[name] = true
		}
	}
	kept := make(map[string]any, len(stored))
	for key, value := range stored {
		if !filled[key] {
			kept[key] = withoutInnerDefaults(value)
		}
	}
	return kept
}

func withoutInnerDefaults(value any) any {
	switch v := value.(type) {
	case map[string]any:
		return withoutDefaults(v)
	case []any:
		elements := make([]any, 0, len(v))
		for _, element := range v {
			elements = append(elements, withoutInnerDefaults(element))
		}
		return elements
	}
	return value
}
