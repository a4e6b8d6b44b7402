package policy

import (
	"maps"
	"slices"

	"github.com/carebase/carebase/policy/inspect"
)

// Reads returns the inputs a control looks at to judge the stack, by URN: what an auditor can ask for, and what a test
// can change to see whether the control notices.
func (c *Control) Reads(s *inspect.Stack) map[string][]string {
	seen := map[string]map[string]bool{}
	c.Run(s.Traced(func(urn, property string) {
		if seen[urn] == nil {
			seen[urn] = map[string]bool{}
		}
		seen[urn][property] = true
	}))
	found := map[string][]string{}
	for urn, properties := range seen {
		found[urn] = slices.Sorted(maps.Keys(properties))
	}
	return found
}
