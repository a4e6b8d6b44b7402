package componenttest

import (
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/graph"
	"github.com/carebase/carebase/plan"
)

// AssertTree checks that everything in the graph descends from the named component, that every child's name begins
// with its component's name, and that no two resources share a name.
func AssertTree(t testing.TB, g *graph.Graph, componentType, name string) {
	t.Helper()
	root := Find(t, g, componentType, name)
	seen := map[string]*graph.Resource{}
	for _, r := range own(g) {
		if twin := seen[r.Name]; twin != nil {
			assert.Failf(t, "two resources share a name", "%s and %s", describe(twin), describe(r))
		}
		seen[r.Name] = r
		if r == root {
			continue
		}
		assert.Truef(t, strings.HasPrefix(r.Name, name+"-"), "%s: its name does not begin with %q", describe(r), name+"-")
		top := r
		for top.Parent != "" && top != root {
			top = g.Lookup(top.Parent)
		}
		assert.Samef(t, root, top, "%s left the component's tree", describe(r))
	}
}

// AssertRegion instantiates the component under a us-west-2 provider beside a us-east-1 one and checks that every
// child has the provider and the region of its own component, and that no text in it names the other region.
func AssertRegion(t testing.TB, build named) {
	t.Helper()
	g, err := plan.Run(plan.Program{Project: "example", Stack: "test", Run: func(ctx *pulumi.Context) error {
		for _, region := range []string{"us-east-1", "us-west-2"} {
			opts, err := Providers(ctx, region, "-"+region)
			if err != nil {
				return err
			}
			if err := build(ctx, "in-"+region, opts...); err != nil {
				return err
			}
		}
		return nil
	}})
	require.NoError(t, err)

	other := map[string]string{"us-east-1": "us-west-2", "us-west-2": "us-east-1"}
	counts := map[string]int{}
	for _, r := range own(g) {
		region := ""
		for candidate := range other {
			if strings.HasPrefix(r.Name, "in-"+candidate) {
				region = candidate
			}
		}
		require.NotEmptyf(t, region, "%s: its name does not begin with its component's", describe(r))
		if !r.Custom {
			continue
		}
		counts[region]++
		assert.Equalf(t, region, r.Region, "%s is in the wrong region", describe(r))
		provider := g.Lookup(r.Provider)
		if assert.NotNilf(t, provider, "%s is on a default provider", describe(r)) {
			assert.Equalf(t, r.Package()+"-"+region, provider.Name, "%s has the wrong provider", describe(r))
		}
		part := graph.New(g.Project, g.Stack, []*graph.Resource{{Inputs: r.Inputs, PropertyDependencies: r.PropertyDependencies}})
		assert.NotContainsf(t, graphJSON(t, part), other[region], "%s names the other region", describe(r))
	}
	assert.Equal(t, counts["us-east-1"], counts["us-west-2"], "the regions differ in the number of resources")
	assert.NotZero(t, counts["us-west-2"])
}

// AssertOptionsStay checks that options meant for the component reach it and none of its children.
func AssertOptionsStay(t testing.TB, build named) {
	t.Helper()
	const marker = "callers-own"
	g := Plan(t, "us-east-1", func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
		kept := slices.Clone(opts)
		err := build(ctx, "component", append(opts,
			pulumi.IgnoreChanges([]string{marker}),
			pulumi.Aliases([]pulumi.Alias{{Name: pulumi.String(marker)}}),
			pulumi.RetainOnDelete(true),
		)...)
		require.Len(t, opts, len(kept))
		return err
	})
	reached := false
	for _, r := range own(g) {
		has := slices.Contains(r.IgnoreChanges, marker)
		if r.Name == "component" {
			reached = has && len(r.Aliases) > 0
			continue
		}
		assert.Falsef(t, has, "%s got the caller's options", describe(r))
		for _, alias := range r.Aliases {
			assert.Falsef(t, strings.HasSuffix(alias, "::"+marker), "%s got the caller's alias", describe(r))
		}
	}
	assert.True(t, reached, "the component did not get its caller's options")
}

// AssertSame checks that two plans register the same, to the byte.
func AssertSame(t testing.TB, one, other *graph.Graph) {
	t.Helper()
	require.Equal(t, graphJSON(t, one), graphJSON(t, other), "two runs differ")
}

// AssertStable checks that two runs register the same, to the byte.
func AssertStable(t testing.TB, build named) {
	t.Helper()
	once := func() *graph.Graph {
		return Plan(t, "us-east-1", func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
			return build(ctx, "component", opts...)
		})
	}
	first := once()
	for range 3 {
		AssertSame(t, first, once())
	}
}
