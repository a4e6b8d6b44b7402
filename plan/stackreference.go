package plan

import (
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/carebase/carebase/graph"
)

const stackReference = "pulumi:pulumi:StackReference"

// stackOutputs are the outputs of another stack as far as the program said that it reads them.
func (r *recorder) stackOutputs(urn, stack string) resource.PropertyValue {
	outputs := resource.PropertyMap{}
	for _, path := range r.program.StackOutputs[stack] {
		at := outputs
		steps := strings.Split(path, ".")
		for _, step := range steps[:len(steps)-1] {
			inner, ok := at[resource.PropertyKey(step)]
			if !ok {
				inner = resource.NewProperty(resource.PropertyMap{})
				at[resource.PropertyKey(step)] = inner
			}
			at = inner.ObjectValue()
		}
		at[resource.PropertyKey(steps[len(steps)-1])] = resource.NewProperty(
			graph.Reference{URN: urn, Property: "outputs." + path}.Token())
	}
	return resource.NewProperty(outputs)
}
