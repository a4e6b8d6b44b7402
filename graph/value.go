package graph

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/property"
)

// Secret is what stands in print where a secret is.
const Secret = "[secret]"

// Readable returns r's inputs as plain Go values for print and comparison: nil, bool, float64, string, []any and
// map[string]any. Secrets become "[secret]", references ${name.property}, and what is unknown
// without being a single property of one resource ${name.*}, for the resources it depends on.
func (r *Resource) Readable() map[string]any {
	inputs := make(map[string]any, r.Inputs.Len())
	for key, value := range r.Inputs.All {
		inputs[key] = readable(value, r.PropertyDependencies[key])
	}
	return inputs
}

func readable(v property.Value, dependencies []string) any {
	switch {
	case v.Secret():
		return Secret
	case v.IsComputed():
		return unknown(dependencies)
	case v.IsString():
		return Readable(v.AsString())
	case v.IsBool():
		return v.AsBool()
	case v.IsNumber():
		return v.AsNumber()
	case v.IsArray():
		list := make([]any, 0, v.AsArray().Len())
		for _, element := range v.AsArray().All {
			list = append(list, readable(element, dependencies))
		}
		return list
	case v.IsMap():
		object := make(map[string]any, v.AsMap().Len())
		for key, element := range v.AsMap().All {
			object[key] = readable(element, dependencies)
		}
		return object
	case v.IsAsset():
		a := *v.AsAsset()
		_ = a.EnsureHash() // without a hash where the content cannot be read
		return fmt.Sprintf("asset:%s", a.Hash)
	case v.IsArchive():
		a := *v.AsArchive()
		if a.IsPath() { // not its content: a plan does not depend on what has been built
			return fmt.Sprintf("archive:%s", a.Path)
		}
		_ = a.EnsureHash()
		return fmt.Sprintf("archive:%s", a.Hash)
	case v.IsResourceReference():
		return Reference{URN: string(v.AsResourceReference().URN), Property: "urn"}.String()
	default:
		return nil
	}
}

func unknown(dependencies []string) string {
	names := make([]string, 0, len(dependencies))
	for _, urn := range dependencies {
		names = append(names, strings.Trim(Reference{URN: urn, Property: "*"}.String(), "${}"))
	}
	if len(names) == 0 {
		return "${unknown}"
	}
	return "${" + strings.Join(names, ",") + "}"
}

// JSON writes the graph as one object: project, stack, resources. The same graph gives the same bytes.
func (g *Graph) JSON() ([]byte, error) {
	resources := make([]printed, 0, len(g.Resources))
	for _, r := range g.Resources {
		resources = append(resources, printed{
			URN: r.URN, Type: r.Type, Name: r.Name, Parent: r.Parent, Provider: r.Provider, Region: r.Region,
			Custom: r.Custom, External: r.External, Inputs: r.Readable(),
			Dependencies: list(r.Dependencies), PropertyDependencies: lists(r.PropertyDependencies),
			Protect: r.Protect, RetainOnDelete: r.RetainOnDelete,
			Aliases: list(r.Aliases), IgnoreChanges: list(r.IgnoreChanges),
		})
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false) // policies and expressions hold < > &, and people read this
	enc.SetIndent("", "  ")
	err := enc.Encode(struct {
		Project   string    `json:"project"`
		Stack     string    `json:"stack"`
		Resources []printed `json:"resources"`
	}{g.Project, g.Stack, resources})
	return b.Bytes(), err
}

// printed fixes the members of a resource in JSON and their order.
type printed struct {
	URN                  string              `json:"urn"`
	Type                 string              `json:"type"`
	Name                 string              `json:"name"`
	Parent               string              `json:"parent"`
	Provider             string              `json:"provider"`
	Region               string              `json:"region"`
	Custom               bool                `json:"custom"`
	External             bool                `json:"external"`
	Inputs               map[string]any      `json:"inputs"`
	Dependencies         []string            `json:"dependencies"`
	PropertyDependencies map[string][]string `json:"propertyDependencies"`
	Protect              bool                `json:"protect"`
	RetainOnDelete       bool                `json:"retainOnDelete"`
	Aliases              []string            `json:"aliases"`
	IgnoreChanges        []string            `json:"ignoreChanges"`
}

// list and lists keep empty members as [] and {}: a reader in another language need not expect null.
func list(values []string) []string {
	if values == nil {
		return []string{}
	}
	return values
}

func lists(values map[string][]string) map[string][]string {
	if values == nil {
		return map[string][]string{}
	}
	return values
}
