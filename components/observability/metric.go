package observability

import "github.com/pulumi/pulumi/sdk/v3/go/pulumi"

// A metric in CloudWatch: what alarms watch and the dashboard draws.
type metric struct {
	namespace  string
	name       string
	dimensions []dimension
}

type dimension struct {
	name  string
	value pulumi.StringInput
}

// dimensionMap is the form that an alarm takes.
func (m metric) dimensionMap() pulumi.StringMap {
	dimensions := pulumi.StringMap{}
	for _, d := range m.dimensions {
		dimensions[d.name] = d.value
	}
	return dimensions
}
