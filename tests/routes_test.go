package tests

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/graph"
	"github.com/carebase/carebase/internal/pathpattern"
)

// passedOn are the path patterns that the stack's distribution sends to the services. A recovery stack's is its primary's.
func passedOn(t *testing.T, stack string) []string {
	t.Helper()
	if set := settingsOf(t, stack); set.IsRecovery() {
		stack = set.Recovery.PrimaryEnvironment // the environments of this project are its stacks
	}
	var patterns []string
	for _, behavior := range list(at(t, planned(t, stack), "aws:cloudfront/distribution:Distribution", "edge-cdn", "orderedCacheBehaviors")) {
		behavior := behavior.(map[string]any)
		require.Equal(t, "services", behavior["targetOriginId"])
		patterns = append(patterns, behavior["pathPattern"].(string))
	}
	return patterns
}

// A route is a rule of the listener that viewers' requests pass.
type route struct {
	name     string
	priority float64
	patterns []string
}

// routes leaves out the rules for probes, which have a host of their own.
func routes(t *testing.T, g *graph.Graph) []route {
	t.Helper()
	var found []route
	for _, r := range g.OfType("aws:lb/listenerRule:ListenerRule") {
		one := route{name: r.Name, priority: r.Inputs.Get("priority").AsNumber()}
		probe := false
		for _, condition := range list(revealed(r.Inputs.Get("conditions"))) {
			condition := condition.(map[string]any)
			probe = probe || condition["hostHeader"] != nil
			if paths, ok := condition["pathPattern"].(map[string]any); ok {
				for _, pattern := range list(paths["values"]) {
					one.patterns = append(one.patterns, pattern.(string))
				}
			}
		}
		if !probe {
			found = append(found, one)
		}
	}
	return found
}

// What CloudFront passes on a service takes, what a service takes CloudFront passes on, and nothing has two takers.
func TestEveryPathLeadsToOneService(t *testing.T) {
	for _, stack := range all {
		t.Run(stack, func(t *testing.T) {
			passed, taken := passedOn(t, stack), routes(t, planned(t, stack))
			require.NotEmpty(t, passed)
			require.NotEmpty(t, taken)
			var patterns []string
			for _, service := range taken {
				patterns = append(patterns, service.patterns...)
			}
			for _, pattern := range passed {
				path, lost := pathpattern.Uncovered(pattern, patterns)
				assert.False(t, lost, "CloudFront passes %s on, and no service takes %s", pattern, path)
			}
			for i, service := range taken {
				for _, pattern := range service.patterns {
					path, lost := pathpattern.Uncovered(pattern, passed)
					assert.False(t, lost, "%s takes %s, and CloudFront does not pass %s on", service.name, pattern, path)
					for _, other := range taken[:i] {
						for _, theirs := range other.patterns {
							path, both := pathpattern.Overlap(pattern, theirs)
							first, last := pattern, theirs
							if other.priority < service.priority {
								first, last = theirs, pattern
							}
							_, crosses := pathpattern.Uncovered(first, []string{last})
							_, general := pathpattern.Uncovered(last, []string{first})
							assert.False(t, both && (crosses || !general), "%s and %s both take %s", service.name, other.name, path)
						}
					}
				}
			}
		})
	}
}
