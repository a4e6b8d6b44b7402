package tests

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/property"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/graph"
	"github.com/carebase/carebase/policy"
	"github.com/carebase/carebase/policy/catalogue"
)

// BenchmarkAuditProd checks the production plan against the catalogue: what audit costs on top of plan.
func BenchmarkAuditProd(b *testing.B) { benchmarkAudit(b, planned(b, "prod")) }

// BenchmarkAuditLarge shows that an audit is linear: ns/resource and B/resource stay as stacks grow. In one shape the
// stacks within the stack share nothing, in the other all of them share network, keys and buckets.
func BenchmarkAuditLarge(b *testing.B) {
	for shape, shared := range map[string][]string{"apart": nil, "shared": {"network", "keys", "logs", "files", "backups", "cluster"}} {
		for _, n := range []int{1_000, 10_000, 100_000} {
			b.Run(fmt.Sprintf("%s/%d", shape, n), func(b *testing.B) { benchmarkAudit(b, large(b, n, shared)) })
		}
	}
}

func benchmarkAudit(b *testing.B, g *graph.Graph) {
	b.ReportAllocs()
	for b.Loop() {
		_, err := catalogue.Audit(g, policy.Options{Now: time.Now()})
		require.NoError(b, err)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(g.Resources)), "ns/resource")
	b.ReportMetric(float64(len(g.Resources)), "resources")
}

// large is the production plan over and over, until there are at least n resources: a realistic mix with its relations.
// Each copy has its own names and refers to itself, except to components that all share.
func large(t testing.TB, n int, shared []string) *graph.Graph {
	t.Helper()
	prod := planned(t, "prod")
	common := map[string]bool{}
	for _, r := range prod.Resources {
		top := r
		for prod.Lookup(top.Parent) != nil && prod.Lookup(top.Parent).Type != graph.StackType {
			top = prod.Lookup(top.Parent)
		}
		common[r.URN] = r.Type == graph.StackType || r.IsProvider() || slices.Contains(shared, top.Name)
	}
	resources := slices.Clone(prod.Resources)
	for i := 1; len(resources) < n; i++ {
		c := copier{common: common, number: fmt.Sprint(i)}
		for _, r := range prod.Resources {
			if !common[r.URN] {
				resources = append(resources, c.resource(r))
			}
		}
	}
	return graph.New(prod.Project, prod.Stack, resources)
}

// copier makes the numbered copy of a plan.
type copier struct {
	common map[string]bool // what has no copies, by URN
	number string
}

func (c copier) urn(urn string) string {
	if common, known := c.common[urn]; common || !known {
		return urn
	}
	return urn + "-" + c.number
}

func (c copier) urns(urns []string) []string {
	copies := make([]string, len(urns))
	for i, urn := range urns {
		copies[i] = c.urn(urn)
	}
	return copies
}

func (c copier) resource(r *graph.Resource) *graph.Resource {
	one := *r
	one.URN, one.Parent, one.Name = c.urn(r.URN), c.urn(r.Parent), r.Name+"-"+c.number
	one.Dependencies = c.urns(r.Dependencies)
	one.PropertyDependencies = map[string][]string{}
	for key, on := range r.PropertyDependencies {
		one.PropertyDependencies[key] = c.urns(on)
	}
	one.Inputs, one.Outputs = c.members(r.Inputs), c.members(r.Outputs)
	return &one
}

func (c copier) members(m property.Map) property.Map {
	members := m.AsMap()
	for key, value := range members {
		members[key] = c.value(value)
	}
	return property.NewMap(members)
}

func (c copier) value(v property.Value) property.Value {
	switch {
	case v.IsString():
		return property.New(c.text(v.AsString())).WithSecret(v.Secret())
	case v.IsArray():
		elements := v.AsArray().AsSlice()
		for i, element := range elements {
			elements[i] = c.value(element)
		}
		return property.New(elements).WithSecret(v.Secret())
	case v.IsMap():
		return property.New(c.members(v.AsMap())).WithSecret(v.Secret())
	}
	return v
}

// text gives physical names and references the copy's number.
func (c copier) text(text string) string {
	references := map[string]string{}
	for _, ref := range graph.References(text) {
		references[ref.Token()] = graph.Reference{URN: c.urn(ref.URN), Property: ref.Property}.Token()
	}
	for i, token := range slices.Sorted(maps.Keys(references)) {
		text = strings.ReplaceAll(text, token, fmt.Sprintf("\x00%d\x00", i))
	}
	text = strings.ReplaceAll(text, "careconnect-prod", "careconnect-prod"+c.number)
	for i, token := range slices.Sorted(maps.Keys(references)) {
		text = strings.ReplaceAll(text, fmt.Sprintf("\x00%d\x00", i), references[token])
	}
	return text
}

// A copy is as compliant as what it is a copy of, or the benchmarks measure something else.
func TestALargeStackIsAuditedLikeASmallOne(t *testing.T) {
	verdict := func(g *graph.Graph) map[string]string {
		result, err := catalogue.Audit(g, policy.Options{Now: time.Now()})
		require.NoError(t, err)
		outcomes := map[string]string{}
		for _, c := range result.Controls {
			outcomes[c.Control.ID] = c.Outcome.String()
		}
		return outcomes
	}
	assert.Equal(t, verdict(planned(t, "prod")), verdict(large(t, 1_000, nil)))
}
