package tests

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/components/dr/objectives"
	"github.com/carebase/carebase/graph"
	"github.com/carebase/carebase/plan"
	"github.com/carebase/carebase/stacks/settings"
	"github.com/carebase/carebase/stacks/settings/decode"
)

// founded is a stack's derivation with its side, and its plan's inputs by logical name.
func founded(t *testing.T, stack string) (objectives.Derivation, objectives.Side, func(name string) (map[string]any, bool)) {
	t.Helper()
	p := program(t, stack)
	settings, err := settings.Decode(stack, decode.Config{Project: "careconnect", Values: p.Config, Encrypted: p.Secrets})
	require.NoError(t, err)
	g, err := plan.Run(p)
	require.NoError(t, err)
	byName := map[string]*graph.Resource{}
	for _, r := range g.Resources {
		if byName[r.Name] == nil || r.Custom {
			byName[r.Name] = r
		}
	}
	return settings.Derivation(), settings.Side(), func(name string) (map[string]any, bool) {
		r := byName[name]
		if r == nil {
			return nil, false
		}
		return r.Readable(), true
	}
}

// Every figure of RTO and RPO rests on resources that the plans have, with the inputs that it is computed from, or on people
// or the procedure that are named.
func TestEveryFigureRestsOnThePlan(t *testing.T) {
	sides := map[objectives.Side]int{}
	for _, stack := range []string{"prod", "dr"} {
		d, side, inputs := founded(t, stack)
		for _, figure := range append(d.Figures(), d.After...) {
			assert.True(t, len(figure.On) > 0 || figure.Who != "", "%s: %s", stack, figure.What)
			for _, resource := range figure.On {
				if resource.Side == side {
					sides[side]++
				}
			}
		}
		assert.Empty(t, d.Unfounded(side, inputs), stack)
	}
	assert.Greater(t, sides[objectives.Primary], 5)
	assert.Greater(t, sides[objectives.Recovery], 10)
}

// If a property on which a figure depends is changed in the plan, or its resource is removed, the problem is reported.
func TestAChangeOfWhatAFigureRestsOnIsFound(t *testing.T) {
	changed := 0
	for _, stack := range []string{"prod", "dr"} {
		d, side, inputs := founded(t, stack)
		for _, figure := range d.Figures() {
			for _, resource := range figure.On {
				if resource.Side != side {
					continue
				}
				assert.NotEmpty(t, d.Unfounded(side, func(name string) (map[string]any, bool) {
					has, there := inputs(name)
					return has, there && name != resource.Name
				}), "%s without %s", figure.What, resource.Name)
				for path, value := range resource.Is {
					found := fmt.Sprint(d.Unfounded(side, func(name string) (map[string]any, bool) {
						has, there := inputs(name)
						if name != resource.Name {
							return has, there
						}
						return map[string]any{}, true
					}))
					assert.Contains(t, found, fmt.Sprintf("%s: %s is <nil>, not %v", resource.Name, path, value))
					changed++
				}
			}
		}
	}
	assert.Greater(t, changed, 10)
}
