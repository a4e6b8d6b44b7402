package snapshot

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/property"

	"github.com/carebase/carebase/graph"
)

// FromPlan reads the output of `carebase plan --json`, which graph.JSON writes. References become tokens again where the
// resource's dependencies tell which resource the name belongs to.
func FromPlan(text []byte) (*graph.Graph, error) {
	g, err := fromPlan(text)
	if err != nil {
		return nil, fmt.Errorf("reading the plan: %w", err)
	}
	return g, nil
}

// planned is a resource as graph.JSON writes it.
type planned struct {
	URN, Type, Name, Parent, Provider, Region string
	Custom, External, Protect, RetainOnDelete bool
	Inputs                                    map[string]any
	Dependencies, Aliases, IgnoreChanges      []string
	PropertyDependencies                      map[string][]string
}

func fromPlan(text []byte) (*graph.Graph, error) {
	var file struct {
		Project, Stack string
		Resources      []planned
	}
	if err := json.Unmarshal(text, &file); err != nil {
		return nil, err
	}
	if file.Project == "" || file.Stack == "" || len(file.Resources) == 0 {
		return nil, errors.New("there is no project, stack or resource in it; it takes the output of `carebase plan STACK --json`")
	}
	prefix := "urn:pulumi:" + file.Stack + "::" + file.Project + "::"
	seen := map[string]bool{}
	names := uniqueNames(file.Resources)
	var resources []*graph.Resource
	for _, p := range file.Resources {
		if !strings.HasPrefix(p.URN, prefix) || !resource.URN(p.URN).IsValid() {
			return nil, fmt.Errorf("%q is no URN of the stack %s of project %s", p.URN, file.Stack, file.Project)
		}
		if seen[p.URN] {
			return nil, fmt.Errorf("%s is in it twice", p.URN)
		}
		seen[p.URN] = true
		r := &graph.Resource{
			URN: p.URN, Type: p.Type, Name: p.Name, Parent: p.Parent, Provider: p.Provider, Region: p.Region,
			Custom: p.Custom, External: p.External, Protect: p.Protect, RetainOnDelete: p.RetainOnDelete,
			Dependencies: p.Dependencies, PropertyDependencies: p.PropertyDependencies,
			Aliases: p.Aliases, IgnoreChanges: p.IgnoreChanges,
		}
		inputs := make(map[string]property.Value, len(p.Inputs))
		for key, value := range p.Inputs {
			inputs[key] = printed{dependencies: p.PropertyDependencies[key], names: names}.value(value)
		}
		r.Inputs = property.NewMap(inputs)
		r.Outputs = r.Inputs
		resources = append(resources, r)
	}
	for _, p := range file.Resources {
		if p.Parent != "" && !seen[p.Parent] {
			return nil, fmt.Errorf("%s is in it, but not its parent: the file is not whole", p.URN)
		}
	}
	return graph.New(file.Project, file.Stack, resources), nil
}

// uniqueNames returns the URNs of the resources by their names, where a name is that of one resource only.
func uniqueNames(resources []planned) map[string]string {
	names := make(map[string]string, len(resources))
	for _, p := range resources {
		if _, twice := names[p.Name]; twice {
			names[p.Name] = ""
			continue
		}
		names[p.Name] = p.URN
	}
	return names
}

// printed reads the values that graph.Resource.Readable printed for one input.
type printed struct {
	dependencies []string
	names        map[string]string
}

func (p printed) value(value any) property.Value {
	switch v := value.(type) {
	case string:
		switch {
		case v == graph.Secret:
			return property.New(v).WithSecret(true)
		case v == "${unknown}", strings.HasPrefix(v, "${") && strings.HasSuffix(v, ".*}"):
			return property.New(property.Computed)
		}
		return property.New(p.tokenized(v))
	case bool:
		return property.New(v)
	case float64:
		return property.New(v)
	case []any:
		list := make([]property.Value, 0, len(v))
		for _, element := range v {
			list = append(list, p.value(element))
		}
		return property.New(list)
	case map[string]any:
		object := make(map[string]property.Value, len(v))
		for key, member := range v {
			object[key] = p.value(member)
		}
		return property.New(object)
	}
	return property.New(property.Null)
}

// tokenized replaces ${name.property} by a reference's token. A name that no resource has, or that two have, stays: it may
// be a variable of IAM, such as ${aws:username}.
func (p printed) tokenized(text string) string {
	if !strings.Contains(text, "${") {
		return text
	}
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(text, "${")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		inner, after, closed := strings.Cut(rest, "}")
		urn, member := p.owner(inner)
		if !closed || urn == "" {
			b.WriteString("${")
			text = rest
			continue
		}
		b.WriteString(graph.Reference{URN: urn, Property: member}.Token())
		text = after
	}
}

// owner finds the resource that a printed reference belongs to: among the input's dependencies, or by a name that only one
// resource has.
func (p printed) owner(reference string) (urn, member string) {
	for _, dependency := range p.dependencies {
		name := dependency[strings.LastIndex(dependency, "::")+2:]
		rest, found := strings.CutPrefix(reference, name+".")
		if !found || strings.ContainsAny(rest, "{#") {
			continue
		}
		if urn != "" {
			return "", ""
		}
		urn, member = dependency, rest
	}
	for at, r := range reference {
		if r != '.' || urn != "" {
			continue
		}
		if named := p.names[reference[:at]]; named != "" && !strings.ContainsAny(reference[at:], "{#") {
			return named, reference[at+1:]
		}
	}
	return urn, member
}
