package inspect

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/graph"
	"github.com/carebase/carebase/graph/graphtest"
)

// lookups are three subnets and a VPC, by what the source of the graph knows of them.
func lookups() map[string]*graph.Graph {
	vpc, subnet := graphtest.URN(VpcType, "vpc"), graphtest.URN(SubnetType, "subnet")
	const group = "aws:rds/subnetGroup:SubnetGroup"
	plan := []*graph.Resource{
		graphtest.Resource(VpcType, "vpc", graphtest.Inputs{}), graphtest.Resource(SubnetType, "subnet", graphtest.Inputs{"vpcId": graphtest.Ref(VpcType, "vpc", "id")}),
		graphtest.Resource(group, "group", graphtest.Inputs{"subnetIds": []any{graphtest.Ref(SubnetType, "subnet", "id"), "subnet-elsewhere"}, "name": "vpc"}),
	}
	preview := []*graph.Resource{
		graphtest.Resource(VpcType, "vpc", graphtest.Inputs{}), graphtest.Resource(SubnetType, "subnet", graphtest.Inputs{"vpcId": graphtest.Unknown}),
		graphtest.Resource(group, "group", graphtest.Inputs{"subnetIds": []any{graphtest.Unknown, "subnet-elsewhere"}, "name": graphtest.Unknown}),
	}
	preview[1].PropertyDependencies = map[string][]string{"vpcId": {vpc}}
	preview[2].PropertyDependencies = map[string][]string{"subnetIds": {subnet}, "name": {}}
	state := []*graph.Resource{
		graphtest.Resource(VpcType, "vpc", graphtest.Inputs{"id": "vpc-1"}), graphtest.Resource(SubnetType, "subnet", graphtest.Inputs{"id": "subnet-1", "vpcId": "vpc-1"}),
		graphtest.Resource(group, "group", graphtest.Inputs{"subnetIds": []any{"subnet-1", "subnet-elsewhere"}, "name": "vpc"}),
	}
	return map[string]*graph.Graph{"plan": graphtest.Stack(plan...), "preview": graphtest.Stack(preview...), "state": graphtest.Stack(state...)}
}

// By reference, by what it depends on, by id: a value means the same resource wherever the graph comes from.
func TestRelationsAreResolvedWhateverTheSourceKnows(t *testing.T) {
	for source, g := range lookups() {
		s := NewStack(g)
		vpc, subnet, group := s.resources[graphtest.URN(VpcType, "vpc")], s.resources[graphtest.URN(SubnetType, "subnet")], s.Of("aws:rds/subnetGroup:SubnetGroup")[0]
		assert.Equal(t, vpc, s.Resolve(subnet.At("vpcId"), VpcType), source)
		assert.Nil(t, s.Resolve(subnet.At("vpcId"), SubnetType), "%s: it is of another type", source)
		assert.Equal(t, []*Resource{subnet}, s.ResolveAll(group.At("subnetIds")), source)
		assert.Equal(t, []*Resource{subnet}, s.Pointing(vpc, SubnetType, "vpcId"), source)
		assert.Equal(t, []*Resource{group}, s.Pointing(subnet, group.Type, "subnetIds"), source)
		assert.Empty(t, s.Pointing(vpc, group.Type, "name"), "%s: a name is no id", source)
		assert.Empty(t, s.Pointing(subnet, SubnetType, "vpcId"), source)
	}
}

// A vault, and a key and its replica, have one id in several regions: meant is the one in the region of whoever says it.
func TestTheSameIDInTwoRegions(t *testing.T) {
	lock := func(name string) *graph.Resource {
		return graphtest.Resource(LockType, name, graphtest.Inputs{"backupVaultName": "careconnect"})
	}
	s := NewStack(graphtest.Stack(
		graphtest.Resource(VaultType, "here", graphtest.Inputs{"id": "careconnect"}), graphtest.InRegion("us-west-2", graphtest.Resource(VaultType, "there", graphtest.Inputs{"id": "careconnect"})),
		lock("lock-here"), graphtest.InRegion("us-west-2", lock("lock-there")), graphtest.InRegion("eu-west-1", lock("lock-elsewhere")),
	))
	named := map[string][]string{}
	for _, r := range s.Of(LockType) {
		for _, vault := range s.ResolveAll(r.At("backupVaultName")) {
			named[r.Name] = append(named[r.Name], vault.Name)
		}
	}
	assert.Equal(t, map[string][]string{"lock-here": {"here"}, "lock-there": {"there"}, "lock-elsewhere": {"here", "there"}}, named)
}

func TestPointingIsInOrderAndTheCallersOwn(t *testing.T) {
	s := NewStack(graphtest.Stack(graphtest.Resource(VpcType, "vpc", graphtest.Inputs{}), graphtest.Resource(SubnetType, "b", graphtest.Inputs{"vpcId": graphtest.Ref(VpcType, "vpc", "id")}),
		graphtest.Resource(SubnetType, "a", graphtest.Inputs{"vpcId": graphtest.Ref(VpcType, "vpc", "id"), "tags": graphtest.Inputs{"vpc": graphtest.Ref(VpcType, "vpc", "arn")}})))
	vpc := s.Of(VpcType)[0]
	first := s.Pointing(vpc, SubnetType, "vpcId")
	require.Len(t, first, 2)
	assert.Equal(t, []string{"a", "b"}, []string{first[0].Name, first[1].Name})
	_ = append(first, vpc)
	assert.Equal(t, first, s.Pointing(vpc, SubnetType, "vpcId"))
	assert.Len(t, s.Pointers()[vpc.URN], 3, "every property counts")
}

func TestValuesInJSON(t *testing.T) {
	s := NewStack(graphtest.Stack(graphtest.Resource("aws:iam/policy:Policy", "one", graphtest.Inputs{
		"policy": graphtest.JSON(graphtest.Inputs{"Statement": []any{graphtest.Inputs{"Effect": "Allow", "Resource": graphtest.Ref(VpcType, "vpc", "arn"), "Condition": nil, "Max": 3, "On": true}}}),
		"secret": graphtest.Secret(graphtest.JSON(graphtest.Inputs{"Password": "hunter2", "List": []any{"hunter3"}})), "text": "no JSON", "list": []any{"{}"}, "unknown": graphtest.Unknown,
	}), graphtest.Resource(VpcType, "vpc", graphtest.Inputs{})))
	r := s.Of("aws:iam/policy:Policy")[0]
	for range 2 { // the second time from memory
		document, ok := r.At("policy").JSON()
		require.True(t, ok)
		statement := document.At("Statement[0]")
		assert.Equal(t, "policy.Statement[0]", statement.Path())
		assert.Equal(t, "Allow", statement.At("Effect").Text())
		assert.True(t, statement.At("On").True())
		assert.True(t, statement.At("Condition").Unset())
		n, ok := statement.At("Max").Number()
		assert.True(t, ok)
		assert.Equal(t, 3.0, n)
		assert.Equal(t, s.Of(VpcType)[0], s.Resolve(statement.At("Resource"), VpcType))

		hidden, ok := r.At("secret").JSON()
		require.True(t, ok)
		for _, path := range []string{"", "Password", "List", "List[0]"} {
			assert.True(t, hidden.At(path).Secret(), path)
			assert.Equal(t, graph.Secret, hidden.At(path).Show(), "what is in a secret is shown: %s", path)
		}
		assert.Equal(t, graph.Secret, hidden.At("List").List()[0].Show())
		for _, none := range []string{"text", "list", "unknown", "missing"} {
			_, ok := r.At(none).JSON()
			assert.False(t, ok, none)
		}
	}
}

func TestPathsOfValues(t *testing.T) {
	s := NewStack(graphtest.Stack(graphtest.Resource(VpcType, "vpc", graphtest.Inputs{
		"list": []any{graphtest.Inputs{"inner": []any{"a", "b"}}, graphtest.Unknown}, "map": graphtest.Inputs{"key.with.dots": "x", "key": "y"}, "secret": graphtest.Secret(graphtest.Inputs{"a": []any{"hunter2"}}),
	})))
	r := s.Of(VpcType)[0]
	for path, want := range map[string]string{
		"list[0].inner[1]": "b", "list[0].inner[2]": "not set", "list[7]": "not set", "list[-1]": "not set", "list.x": "not set",
		"map.key": "y", "map[key]": "y", "missing[0].type": "not set", "list[1].anything": "not known yet",
		"secret.a[0]": graph.Secret, "secret.b": "not set", "list[0].inner": `["a","b"]`,
	} {
		assert.Equal(t, want, r.At(path).Show(), path)
		assert.Equal(t, path, r.At(path).Path())
	}
	assert.Equal(t, "x", r.At("map").Member("key.with.dots").Text())
	assert.Equal(t, "list[0]", r.At("list").List()[0].Path())
	assert.Equal(t, "list[0].inner[1]", r.At("list").List()[0].At("inner").List()[1].Path())
	assert.Equal(t, "list", r.At("list[0].inner[1]").top())
	assert.Equal(t, []string{"a", "b"}, []string{r.Each("list[*].inner[0]")[0].Text(), r.At("list[0].inner[1]").Text()})
}

func TestPHIAndProductionComeFromTheProvidersTags(t *testing.T) {
	for _, c := range []struct {
		tags            graphtest.Inputs
		phi, production bool
	}{
		{graphtest.Inputs{"DataClassification": "phi", "Environment": "prod"}, true, true},
		{graphtest.Inputs{"DataClassification": "PHI", "Environment": "Production"}, true, true},
		{graphtest.Inputs{"DataClassification": "phi", "Environment": "dr"}, true, true},
		{graphtest.Inputs{"DataClassification": "synthetic", "Environment": "staging"}, false, false},
		{graphtest.Inputs{}, false, false},
	} {
		provider := graphtest.Resource("pulumi:providers:aws", "other", graphtest.Inputs{"defaultTags": graphtest.Inputs{"tags": c.tags}})
		s := NewStack(graph.New("test", "prod", []*graph.Resource{provider}))
		assert.Equal(t, c.phi, s.PHI, c.tags)
		assert.Equal(t, c.production, s.Production, c.tags)
	}
}

// Of a deployed distribution with a secret header all origins are one secret: what is in them is not known, but of which
// buckets they are made.
func TestSealedValuesAreNotKnown(t *testing.T) {
	cdn := graphtest.Resource(DistributionType, "cdn", graphtest.Inputs{
		"origins": resource.MakeSecret(resource.NewProperty(graph.Secret)), "defaultCacheBehavior": graphtest.Inputs{"targetOriginId": "app"},
	})
	cdn.PropertyDependencies = map[string][]string{"origins": {graphtest.URN("aws:s3/bucket:Bucket", "app")}}
	s := NewStack(graphtest.Stack(cdn, graphtest.Resource("aws:s3/bucket:Bucket", "app", graphtest.Inputs{}), graphtest.Resource("aws:s3/bucket:Bucket", "files", graphtest.Inputs{})))
	origins := s.Of(DistributionType)[0].At("origins")
	require.Len(t, Elements(origins), 1)
	assert.True(t, Elements(origins)[0].Unknown())
	assert.True(t, origins.At("[0].domainName").Unknown())
	assert.True(t, origins.Unknown())
	assert.False(t, origins.Unset(), "that it is set is known")
	assert.Empty(t, origins.Text(), "what stands for a secret is no value")
	assert.Equal(t, graph.Secret, origins.Show())
	assert.Equal(t, []*Resource{s.resources[graphtest.URN("aws:s3/bucket:Bucket", "files")]}, s.DocumentBuckets())
}
