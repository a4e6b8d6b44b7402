package policy

import "github.com/carebase/carebase/graph"

// ownProvider moves a resource to a provider of its own, with the default tags.
func ownProvider(r *graph.Resource, tags any) []*graph.Resource {
	provider := res("pulumi:providers:aws", "own", in{"region": "us-east-1", "defaultTags": in{"tags": tags}})
	provider.Provider = ""
	r.Provider = provider.URN
	return []*graph.Resource{provider, r}
}

// eachType makes an example of every type that holds data.
func eachType(about, property string, make func(typ string) []*graph.Resource) []example {
	var found []example
	for _, typ := range dataBearing {
		found = append(found, example{about: about + ": " + shortName(typ), property: property, resources: make(typ)})
	}
	return found
}

func kept(r *graph.Resource) *graph.Resource {
	r.RetainOnDelete = true
	return r
}

var treeFixtures = map[string]fixture{
	"X-TAGS": {
		satisfied: append(eachType("the provider's", "", func(typ string) []*graph.Resource { return []*graph.Resource{res(typ, "data", in{})} }),
			example{about: "its own", resources: ownProvider(res(bucketV1, "data", in{"tags": in{"DataClassification": "public", "Environment": "prod", "Owner": "web"}}), in{})},
			example{about: "some its own, some the provider's", resources: ownProvider(res(bucketV1, "data", in{"tags": in{"Owner": "web"}}), in{"DataClassification": "phi", "Environment": "prod"})}),
		violated: append(eachType("no tags", "tags.DataClassification", func(typ string) []*graph.Resource { return ownProvider(res(typ, "data", in{}), in{}) }),
			example{about: "no owner", property: "tags.Owner", resources: ownProvider(res(bucketV1, "data", in{}), in{"DataClassification": "phi", "Environment": "prod"})},
			example{about: "no environment", property: "tags.Environment", resources: ownProvider(res(bucketV1, "data", in{}), in{"DataClassification": "phi", "Owner": "web"})},
			example{about: "no class of data", property: "tags.DataClassification", resources: ownProvider(res(bucketV1, "data", in{}), in{"Environment": "prod", "Owner": "web"})},
			example{about: "an empty owner", property: "tags.Owner", resources: ownProvider(res(bucketV1, "data", in{}), in{"DataClassification": "phi", "Environment": "prod", "Owner": ""})}),
		undecided: []example{
			{about: "tags not known", resources: []*graph.Resource{res(bucketV1, "data", in{"tags": unknown})}},
			{about: "the provider's not known", resources: ownProvider(res(bucketV1, "data", in{}), unknown)},
		},
	},
	"X-PROTECT": {
		satisfied: append(eachType("protected and kept", "", func(typ string) []*graph.Resource {
			return []*graph.Resource{protected(res(typ, "data", in{"forceDestroy": false}))}
		}),
			example{about: "kept", resources: []*graph.Resource{kept(res(bucketV1, "data", in{}))}}),
		violated: append(eachType("neither", "protect", func(typ string) []*graph.Resource { return []*graph.Resource{res(typ, "data", in{})} }),
			example{about: "destroyed by force", property: "forceDestroy", resources: []*graph.Resource{protected(res(bucketV1, "data", in{"forceDestroy": true}))}},
			example{about: "a vault destroyed by force", property: "forceDestroy", resources: []*graph.Resource{protected(res(vaultType, "data", in{"forceDestroy": true}))}}),
		undecided: []example{{about: "by force or not", resources: []*graph.Resource{protected(res(bucketV1, "data", in{"forceDestroy": unknown}))}}},
	},
}
