// Package graphtest builds small graphs for tests. Test files import it with a dot: a fixture then reads as the resources
// that it declares.
//
//	Stack(
//		Resource("aws:kms/key:Key", "data", Inputs{"enableKeyRotation": true}),
//		Resource("aws:sns/topic:Topic", "alerts", Inputs{"kmsMasterKeyId": Ref("aws:kms/key:Key", "data", "arn")}),
//	)
package graphtest

import (
	"encoding/json"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/carebase/carebase/graph"
)

// Inputs of a resource: plain Go values, Ref, Unknown and Secret.
type Inputs = map[string]any

// Unknown is a value that is not known before the cloud has answered, and that names no resource.
var Unknown = resource.MakeComputed(resource.NewProperty(""))

const (
	rootURN     = "urn:pulumi:prod::test::pulumi:pulumi:Stack::test-prod"
	providerURN = "urn:pulumi:prod::test::pulumi:providers:aws::regional"
)

// Secret marks a value as secret.
func Secret(v any) resource.PropertyValue { return resource.MakeSecret(resource.NewPropertyValue(v)) }

// JSON returns the value as JSON text.
func JSON(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err) // the test gave a value that has no JSON
	}
	return string(text)
}

// URN of the resource that Resource makes.
func URN(typ, name string) string { return "urn:pulumi:prod::test::" + typ + "::" + name }

// Ref is a reference to a property of the resource of that type and name, as a plan has it.
func Ref(typ, name, property string) string {
	return graph.Reference{URN: URN(typ, name), Property: property}.Token()
}

// Resource makes a resource of the stack's provider in us-east-1. Its outputs are its inputs, and it depends on the resources
// that its inputs refer to.
func Resource(typ, name string, inputs Inputs) *graph.Resource {
	r := &graph.Resource{
		URN: URN(typ, name), Type: typ, Name: name, Custom: true,
		Parent: rootURN, Provider: providerURN, Region: "us-east-1",
		Inputs:               resource.FromResourcePropertyMap(resource.NewPropertyMapFromMap(inputs)),
		PropertyDependencies: map[string][]string{},
	}
	r.Outputs = r.Inputs
	for key, value := range inputs {
		var sources []string
		eachText(value, func(text string) {
			for _, reference := range graph.References(text) {
				sources = append(sources, reference.URN)
			}
		})
		if len(sources) > 0 {
			r.PropertyDependencies[key] = slices.Compact(slices.Sorted(slices.Values(sources)))
		}
	}
	return r
}

// eachText calls visit for every text in a value of Inputs.
func eachText(v any, visit func(string)) {
	var walk func(resource.PropertyValue)
	walk = func(v resource.PropertyValue) {
		switch {
		case v.IsString():
			visit(v.StringValue())
		case v.IsSecret():
			walk(v.SecretValue().Element)
		case v.IsArray():
			for _, element := range v.ArrayValue() {
				walk(element)
			}
		case v.IsObject():
			for _, member := range v.ObjectValue() {
				walk(member)
			}
		}
	}
	walk(resource.NewPropertyValue(v))
}

// Resources is a list of resources.
func Resources(resources ...*graph.Resource) []*graph.Resource { return resources }

// InRegion moves a resource to another region.
func InRegion(region string, r *graph.Resource) *graph.Resource {
	r.Region = region
	return r
}

// Protected protects a resource from deletion, and retains it when its stack is destroyed.
func Protected(r *graph.Resource) *graph.Resource {
	r.Protect, r.RetainOnDelete = true, true
	return r
}

// External marks a resource that the stack reads and does not manage.
func External(r *graph.Resource) *graph.Resource {
	r.External = true
	return r
}

// WithOutputs sets what is known of a deployed resource.
func WithOutputs(r *graph.Resource, outputs Inputs) *graph.Resource {
	r.Outputs = Resource(r.Type, r.Name, outputs).Inputs
	return r
}

// DependingOn sets the resources that a property depends on.
func DependingOn(r *graph.Resource, property string, urns ...string) *graph.Resource {
	r.PropertyDependencies[property] = urns
	return r
}

// Stack is a production stack with PHI, by the default tags of its provider, that has the resources.
func Stack(resources ...*graph.Resource) *graph.Graph {
	provider := Resource("pulumi:providers:aws", "regional", Inputs{
		"region": "us-east-1",
		"defaultTags": Inputs{"tags": Inputs{
			"DataClassification": "phi", "Environment": "prod", "Owner": "platform", "Project": "test",
		}},
	})
	provider.Provider = ""
	root := &graph.Resource{URN: rootURN, Type: graph.StackType, Name: "test-prod"}
	return graph.New("test", "prod", append([]*graph.Resource{root, provider}, resources...))
}
