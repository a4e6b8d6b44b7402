package policy

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/graph"
)

// lookups are three subnets and a VPC, by what the source of the graph knows of them.
func lookups() map[string]*graph.Graph {
	vpc, subnet := urnOf(vpcType, "vpc"), urnOf(subnetType, "subnet")
	const group = "aws:rds/subnetGroup:SubnetGroup"
	plan := []*graph.Resource{
		res(vpcType, "vpc", in{}), res(subnetType, "subnet", in{"vpcId": ref(vpcType, "vpc", "id")}),
		res(group, "group", in{"subnetIds": []any{ref(subnetType, "subnet", "id"), "subnet-elsewhere"}, "name": "vpc"}),
	}
	preview := []*graph.Resource{
		res(vpcType, "vpc", in{}), res(subnetType, "subnet", in{"vpcId": unknown}),
		res(group, "group", in{"subnetIds": []any{unknown, "subnet-elsewhere"}, "name": unknown}),
	}
	preview[1].PropertyDependencies = map[string][]string{"vpcId": {vpc}}
	preview[2].PropertyDependencies = map[string][]string{"subnetIds": {subnet}, "name": {}}
	state := []*graph.Resource{
		res(vpcType, "vpc", in{"id": "vpc-1"}), res(subnetType, "subnet", in{"id": "subnet-1", "vpcId": "vpc-1"}),
		res(group, "group", in{"subnetIds": []any{"subnet-1", "subnet-elsewhere"}, "name": "vpc"}),
	}
	return map[string]*graph.Graph{"plan": stackOf(plan...), "preview": stackOf(preview...), "state": stackOf(state...)}
}

// By reference, by what it depends on, by id: a value means the same resource wherever the graph comes from.
func TestRelationsAreResolvedWhateverTheSourceKnows(t *testing.T) {
	for source, g := range lookups() {
		s := NewStack(g)
		vpc, subnet, group := s.resources[urnOf(vpcType, "vpc")], s.resources[urnOf(subnetType, "subnet")], s.Of("aws:rds/subnetGroup:SubnetGroup")[0]
		assert.Equal(t, vpc, s.Referent(subnet.At("vpcId"), vpcType), source)
		assert.Nil(t, s.Referent(subnet.At("vpcId"), subnetType), "%s: it is of another type", source)
		assert.Equal(t, []*Resource{subnet}, s.Referents(group.At("subnetIds")), source)
		assert.Equal(t, []*Resource{subnet}, s.Pointing(vpc, subnetType, "vpcId"), source)
		assert.Equal(t, []*Resource{group}, s.Pointing(subnet, group.Type, "subnetIds"), source)
		assert.Empty(t, s.Pointing(vpc, group.Type, "name"), "%s: a name is no id", source)
		assert.Empty(t, s.Pointing(subnet, subnetType, "vpcId"), source)
	}
}

// A vault, and a key and its replica, have one id in several regions: meant is the one in the region of whoever says it.
func TestTheSameIDInTwoRegions(t *testing.T) {
	lock := func(name string) *graph.Resource { return res(lockType, name, in{"backupVaultName": "careconnect"}) }
	s := NewStack(stackOf(
		res(vaultType, "here", in{"id": "careconnect"}), inRegion("us-west-2", res(vaultType, "there", in{"id": "careconnect"})),
		lock("lock-here"), inRegion("us-west-2", lock("lock-there")), inRegion("eu-west-1", lock("lock-elsewhere")),
	))
	named := map[string][]string{}
	for _, r := range s.Of(lockType) {
		for _, vault := range s.Referents(r.At("backupVaultName")) {
			named[r.Name] = append(named[r.Name], vault.Name)
		}
	}
	assert.Equal(t, map[string][]string{"lock-here": {"here"}, "lock-there": {"there"}, "lock-elsewhere": {"here", "there"}}, named)
}

func TestPointingIsInOrderAndTheCallersOwn(t *testing.T) {
	s := NewStack(stackOf(res(vpcType, "vpc", in{}), res(subnetType, "b", in{"vpcId": ref(vpcType, "vpc", "id")}),
		res(subnetType, "a", in{"vpcId": ref(vpcType, "vpc", "id"), "tags": in{"vpc": ref(vpcType, "vpc", "arn")}})))
	vpc := s.Of(vpcType)[0]
	first := s.Pointing(vpc, subnetType, "vpcId")
	require.Len(t, first, 2)
	assert.Equal(t, []string{"a", "b"}, []string{first[0].Name, first[1].Name})
	_ = append(first, vpc)
	assert.Equal(t, first, s.Pointing(vpc, subnetType, "vpcId"))
	assert.Len(t, s.pointers()[vpc.URN], 3, "every property counts")
}

func TestValuesInJSON(t *testing.T) {
	s := NewStack(stackOf(res("aws:iam/policy:Policy", "one", in{
		"policy": asJSON(in{"Statement": []any{in{"Effect": "Allow", "Resource": ref(vpcType, "vpc", "arn"), "Condition": nil, "Max": 3, "On": true}}}),
		"secret": secret(asJSON(in{"Password": "hunter2", "List": []any{"hunter3"}})), "text": "no JSON", "list": []any{"{}"}, "unknown": unknown,
	}), res(vpcType, "vpc", in{})))
	r := s.Of("aws:iam/policy:Policy")[0]
	for range 2 { // the second time from memory
		policy, ok := r.At("policy").JSON()
		require.True(t, ok)
		statement := policy.At("Statement[0]")
		assert.Equal(t, "policy.Statement[0]", statement.Path())
		assert.Equal(t, "Allow", statement.At("Effect").Text())
		assert.True(t, statement.At("On").True())
		assert.True(t, statement.At("Condition").Unset())
		n, ok := statement.At("Max").Number()
		assert.True(t, ok)
		assert.Equal(t, 3.0, n)
		assert.Equal(t, s.Of(vpcType)[0], s.Referent(statement.At("Resource"), vpcType))

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
	s := NewStack(stackOf(res(vpcType, "vpc", in{
		"list": []any{in{"inner": []any{"a", "b"}}, unknown}, "map": in{"key.with.dots": "x", "key": "y"}, "secret": secret(in{"a": []any{"hunter2"}}),
	})))
	r := s.Of(vpcType)[0]
	for path, want := range map[string]string{
		"list[0].inner[1]": "b", "list[0].inner[2]": "not set", "list[7]": "not set", "list[-1]": "not set", "list.x": "not set",
		"map.key": "y", "map[key]": "y", "missing[0].type": "not set", "list[1].anything": "not known yet",
		"secret.a[0]": graph.Secret, "secret.b": "not set", "list[0].inner": `["a","b"]`,
	} {
		assert.Equal(t, want, r.At(path).Show(), path)
		assert.Equal(t, path, r.At(path).Path())
	}
	assert.Equal(t, "x", r.At("map").member("key.with.dots").Text())
	assert.Equal(t, "list[0]", r.At("list").List()[0].Path())
	assert.Equal(t, "list[0].inner[1]", r.At("list").List()[0].At("inner").List()[1].Path())
	assert.Equal(t, "list", r.At("list[0].inner[1]").top())
	assert.Equal(t, []string{"a", "b"}, []string{r.Each("list[*].inner[0]")[0].Text(), r.At("list[0].inner[1]").Text()})
}

func TestPHIAndProductionComeFromTheProvidersTags(t *testing.T) {
	for _, c := range []struct {
		tags            in
		phi, production bool
	}{
		{in{"DataClassification": "phi", "Environment": "prod"}, true, true},
		{in{"DataClassification": "PHI", "Environment": "Production"}, true, true},
		{in{"DataClassification": "phi", "Environment": "dr"}, true, true},
		{in{"DataClassification": "synthetic", "Environment": "staging"}, false, false},
		{in{}, false, false},
	} {
		provider := res("pulumi:providers:aws", "other", in{"defaultTags": in{"tags": c.tags}})
		s := NewStack(graph.New("test", "prod", []*graph.Resource{provider}))
		assert.Equal(t, c.phi, s.PHI, c.tags)
		assert.Equal(t, c.production, s.Production, c.tags)
	}
}

// Of a deployed distribution with a secret header all origins are one secret: what is in them is not known, but of which
// buckets they are made.
func TestSealedValuesAreNotKnown(t *testing.T) {
	cdn := res(distributionType, "cdn", in{
		"origins": resource.MakeSecret(resource.NewProperty(graph.Secret)), "defaultCacheBehavior": in{"targetOriginId": "app"},
	})
	cdn.PropertyDependencies = map[string][]string{"origins": {urnOf(bucketV1, "app")}}
	s := NewStack(stackOf(cdn, res(bucketV1, "app", in{}), res(bucketV1, "files", in{})))
	origins := s.Of(distributionType)[0].At("origins")
	require.Len(t, elements(origins), 1)
	assert.True(t, elements(origins)[0].Unknown())
	assert.True(t, origins.At("[0].domainName").Unknown())
	assert.False(t, origins.Unknown(), "that it is set is known")
	assert.Equal(t, []*Resource{s.resources[urnOf(bucketV1, "files")]}, s.documentBuckets())
}
