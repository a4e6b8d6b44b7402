package tests

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/plan"
	"github.com/carebase/carebase/stacks"
	"github.com/carebase/carebase/stacks/settings"
	"github.com/carebase/carebase/stacks/settings/decode"
)

// BenchmarkPlanProd plans the production stack from its settings: decode, validate, run, record.
func BenchmarkPlanProd(b *testing.B) {
	benchmarkPlan(b, program(b, "prod"))
}

// BenchmarkPlanServices shows that the plan is linear: ns/resource stays as services are added.
func BenchmarkPlanServices(b *testing.B) {
	for _, n := range []int{1, 10, 50} {
		b.Run(fmt.Sprint(n), func(b *testing.B) { benchmarkPlan(b, withServices(b, n)) })
	}
}

// BenchmarkDecode reads and validates the production stack's settings.
func BenchmarkDecode(b *testing.B) {
	p := program(b, "prod")
	b.ReportAllocs()
	for b.Loop() {
		_, err := settings.Decode("prod", decode.Config{Project: "careconnect", Values: p.Config})
		require.NoError(b, err)
	}
}

func benchmarkPlan(b *testing.B, p plan.Program) {
	b.ReportAllocs()
	resources := 0
	for b.Loop() {
		g, err := plan.Run(p)
		require.NoError(b, err)
		resources += len(g.Resources)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(resources), "ns/resource")
	b.ReportMetric(float64(resources)/float64(b.N), "resources")
}

// withServices is the production stack with its service n times over, each on a path of its own and the last on the rest.
func withServices(t testing.TB, n int) plan.Program {
	t.Helper()
	p := program(t, "prod")
	var services []map[string]any
	require.NoError(t, json.Unmarshal([]byte(p.Config["careconnect:services"]), &services))
	var many []map[string]any
	for i := range n {
		one := map[string]any{}
		for key, value := range services[0] {
			one[key] = value
		}
		one["name"] = fmt.Sprintf("backend-%d", i)
		one["paths"] = []string{fmt.Sprintf("/api/%d/*", i)}
		if i == n-1 {
			one["paths"] = services[0]["paths"]
		}
		one["priority"] = 100 + i
		many = append(many, one)
	}
	text, err := json.Marshal(many)
	require.NoError(t, err)
	p.Config["careconnect:services"] = string(text)
	p.Run = stacks.Program(decode.Config{Project: "careconnect", Values: p.Config, Encrypted: p.Secrets})
	return p
}

func TestManyServicesPlan(t *testing.T) {
	for _, n := range []int{1, 50} {
		g, err := plan.Run(withServices(t, n))
		require.NoError(t, err)
		require.Len(t, g.OfType("aws:ecs/service:Service"), n)
	}
}
