package stack

import (
	"github.com/carebase/carebase/graph"
	. "github.com/carebase/carebase/graph/graphtest"
	"github.com/carebase/carebase/policy/inspect"
	. "github.com/carebase/carebase/policy/policytest"
	"github.com/carebase/carebase/policy/rules/internal/examples"
)

// ownProvider moves a resource to a provider of its own, with the default tags.
func ownProvider(r *graph.Resource, tags any) []*graph.Resource {
	provider := Resource("pulumi:providers:aws", "own", Inputs{"region": "us-east-1", "defaultTags": Inputs{"tags": tags}})
	provider.Provider = ""
	r.Provider = provider.URN
	return []*graph.Resource{provider, r}
}

// eachType makes an example of every type that holds data.
func eachType(about, property string, make func(typ string) []*graph.Resource) []Example {
	var found []Example
	for _, typ := range dataBearing {
		found = append(found, Example{About: about + ": " + inspect.ShortName(typ), Property: property, Resources: make(typ)})
	}
	return found
}

func kept(r *graph.Resource) *graph.Resource {
	r.RetainOnDelete = true
	return r
}

var treeFixtures = map[string]Fixture{
	"X-TAGS": {
		Satisfied: append(eachType("the provider's", "", func(typ string) []*graph.Resource { return []*graph.Resource{Resource(typ, "data", Inputs{})} }),
			Example{About: "its own", Resources: ownProvider(Resource(examples.BucketV1, "data", Inputs{"tags": Inputs{"DataClassification": "public", "Environment": "prod", "Owner": "web"}}), Inputs{})},
			Example{About: "some its own, some the provider's", Resources: ownProvider(Resource(examples.BucketV1, "data", Inputs{"tags": Inputs{"Owner": "web"}}), Inputs{"DataClassification": "phi", "Environment": "prod"})}),
		Violated: append(eachType("no tags", "tags.DataClassification", func(typ string) []*graph.Resource { return ownProvider(Resource(typ, "data", Inputs{}), Inputs{}) }),
			Example{About: "no owner", Property: "tags.Owner", Resources: ownProvider(Resource(examples.BucketV1, "data", Inputs{}), Inputs{"DataClassification": "phi", "Environment": "prod"})},
			Example{About: "no environment", Property: "tags.Environment", Resources: ownProvider(Resource(examples.BucketV1, "data", Inputs{}), Inputs{"DataClassification": "phi", "Owner": "web"})},
			Example{About: "no class of data", Property: "tags.DataClassification", Resources: ownProvider(Resource(examples.BucketV1, "data", Inputs{}), Inputs{"Environment": "prod", "Owner": "web"})},
			Example{About: "an empty owner", Property: "tags.Owner", Resources: ownProvider(Resource(examples.BucketV1, "data", Inputs{}), Inputs{"DataClassification": "phi", "Environment": "prod", "Owner": ""})}),
		Undecided: []Example{
			{About: "tags not known", Resources: []*graph.Resource{Resource(examples.BucketV1, "data", Inputs{"tags": Unknown})}},
			{About: "the provider's not known", Resources: ownProvider(Resource(examples.BucketV1, "data", Inputs{}), Unknown)},
		},
	},
	"X-PROTECT": {
		Satisfied: append(eachType("protected and kept", "", func(typ string) []*graph.Resource {
			return []*graph.Resource{Protected(Resource(typ, "data", Inputs{"forceDestroy": false}))}
		}),
			Example{About: "kept", Resources: []*graph.Resource{kept(Resource(examples.BucketV1, "data", Inputs{}))}}),
		Violated: append(eachType("neither", "protect", func(typ string) []*graph.Resource { return []*graph.Resource{Resource(typ, "data", Inputs{})} }),
			Example{About: "destroyed by force", Property: "forceDestroy", Resources: []*graph.Resource{Protected(Resource(examples.BucketV1, "data", Inputs{"forceDestroy": true}))}},
			Example{About: "a vault destroyed by force", Property: "forceDestroy", Resources: []*graph.Resource{Protected(Resource(inspect.VaultType, "data", Inputs{"forceDestroy": true}))}}),
		Undecided: []Example{{About: "by force or not", Resources: []*graph.Resource{Protected(Resource(examples.BucketV1, "data", Inputs{"forceDestroy": Unknown}))}}},
	},
}
