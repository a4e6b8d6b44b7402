package policy

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/property"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/graph"
	"github.com/carebase/carebase/graph/graphtest"
	"github.com/carebase/carebase/policy/inspect"
)

// A sealed value is as undecidable as an unknown one, whatever a control expects of it; only that it is set is known.
func TestASealedValueIsUndecidable(t *testing.T) {
	type expected struct {
		expectation     Expectation
		sealed, unknown Outcome
	}
	for name, c := range map[string]expected{
		"true": {IsTrue("p", "fix"), Undecidable, Undecidable}, "not true": {NotTrue("p", "fix"), Undecidable, Undecidable},
		"one of": {IsOneOf("p", "fix", graph.Secret), Undecidable, Undecidable}, "key": {CustomerKey("p", "fix"), Undecidable, Undecidable},
		"unset": {IsUnset("p", "fix"), Undecidable, Undecidable}, "at least": {AtLeast("p", 1, "fix"), Undecidable, Undecidable},
		"elements": {IsOneOf("p[*].q", "fix", "x"), Undecidable, Undecidable}, "below": {IsTrue("p.q", "fix"), Undecidable, Undecidable},
		"set": {IsSet("p", "fix"), Compliant, Undecidable},
	} {
		for value, want := range map[any]Outcome{graph.Secret: c.sealed, nil: c.unknown} {
			r := graphtest.Resource("a:b/c:D", "r", graphtest.Inputs{"p": graphtest.Unknown})
			if value != nil {
				r.Inputs = property.NewMap(map[string]property.Value{"p": property.New(graph.Secret).WithSecret(true)})
			}
			control := &Control{ID: "C", Check: Each([]string{"a:b/c:D"}, c.expectation)}
			findings := control.Run(inspect.NewStack(graphtest.Stack(r)))
			require.Len(t, findings, 1, name)
			assert.Equal(t, want, findings[0].Outcome, "%s of %v", name, value)
		}
	}
}
