package examples

import (
	"slices"

	"github.com/carebase/carebase/graph"
	. "github.com/carebase/carebase/graph/graphtest"
	"github.com/carebase/carebase/policy/inspect"
	. "github.com/carebase/carebase/policy/policytest"
)

// perRegion are the examples that everything has that is turned on by region. On makes it.
func perRegion(property string, on func(name string) []*graph.Resource) (satisfied, violated []Example) {
	far := func() []*graph.Resource {
		resources := on("far")
		for _, r := range resources {
			InRegion("us-west-2", r)
		}
		return resources
	}
	vpc := Resource(inspect.VpcType, "vpc", Inputs{})
	return []Example{
			{About: "on, no network", Resources: on("one")},
			{About: "on in the network's region", Resources: append(on("one"), vpc)},
			{About: "on in both networks' regions", Resources: slices.Concat(on("one"), far(), []*graph.Resource{vpc, InRegion("us-west-2", Resource(inspect.VpcType, "far-vpc", Inputs{}))})},
			{About: "on where nothing is, too", Resources: slices.Concat(on("one"), far(), []*graph.Resource{vpc})},
		}, []Example{
			{About: "off", Property: property, Resources: []*graph.Resource{}},
			{About: "off, with a network", Property: property, Resources: []*graph.Resource{vpc}},
			{About: "on in another region", Property: property, Resources: append(far(), vpc)},
			{About: "on in one of two regions", Property: property, Resources: append(on("one"), vpc, InRegion("us-west-2", Resource(inspect.VpcType, "far-vpc", Inputs{})))},
		}
}

func DetectionFixture(property string, on func(string) []*graph.Resource, satisfied, violated, undecided []Example) Fixture {
	good, bad := perRegion(property, on)
	return Fixture{Satisfied: append(good, satisfied...), Violated: append(bad, violated...), Undecided: undecided}
}
