package tests

import (
	"io"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/property"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/graph"
	"github.com/carebase/carebase/policy"
	"github.com/carebase/carebase/policy/catalogue"
	"github.com/carebase/carebase/policy/report"
)

// odd are values that a program, a provider or a broken file can put where something else is expected.
var odd = []property.Value{
	property.New(property.Null), property.New(property.Computed), property.New(""), property.New("{"), property.New("${"),
	property.New("arn:aws:"), property.New("10.0.0.0/99"), property.New(`{"Statement": {"Effect": [{}], "Action": 1, "Principal": null}}`),
	property.New(`[{"name": 1, "environment": {}, "secrets": "x", "logConfiguration": []}]`), property.New("cron( )"),
	property.New(-1.0), property.New(1e308), property.New(true), property.New("hidden").WithSecret(true),
	property.New([]property.Value{}), property.New([]property.Value{property.New(property.Null), property.New(1.0), property.New("*")}),
	property.New(map[string]property.Value{}), property.New(map[string]property.Value{"": property.New([]property.Value{property.New("")})}),
	property.New(graph.Reference{URN: "urn:pulumi:prod::careconnect::x:y:Z::gone", Property: "id"}.Token()),
}

// Whatever stands in a stack's inputs, the audit ends with findings and every report of them can be written.
func TestAuditTakesAnyValue(t *testing.T) {
	prod := planned(t, "prod")
	random := rand.New(rand.NewPCG(3, 5))
	for range 60 {
		share := random.Float64() / 4
		var resources []*graph.Resource
		for _, r := range prod.Resources {
			if r.Type != graph.StackType && random.Float64() < share/4 {
				continue // what refers to it refers to nothing
			}
			broken := *r
			broken.Inputs = spoiled(r.Inputs, random, share)
			resources = append(resources, &broken)
		}
		result, err := catalogue.Audit(graph.New(prod.Project, prod.Stack, resources), policy.Options{Now: time.Now()})
		require.NoError(t, err)
		for _, format := range report.Formats {
			require.NoError(t, report.Write(io.Discard, format, result, report.Options{}))
		}
	}
}

func spoiled(m property.Map, random *rand.Rand, share float64) property.Map {
	members := m.AsMap()
	for key, value := range m.AllStable {
		members[key] = spoil(value, random, share)
	}
	return property.NewMap(members)
}

func spoil(v property.Value, random *rand.Rand, share float64) property.Value {
	switch {
	case random.Float64() < share:
		return odd[random.IntN(len(odd))]
	case v.IsArray():
		elements := v.AsArray().AsSlice()
		for i, element := range elements {
			elements[i] = spoil(element, random, share)
		}
		return property.New(elements).WithSecret(v.Secret())
	case v.IsMap():
		return property.New(spoiled(v.AsMap(), random, share)).WithSecret(v.Secret())
	}
	return v
}
