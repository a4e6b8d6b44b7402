package policy

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/carebase/carebase/graph"
)

// The policy pack asks property controls about resources one by one, before they are created. Such a control must not
// miss a companion that it cannot see.
func TestPropertyControlsNeedOneResource(t *testing.T) {
	for _, control := range Catalogue() {
		if control.Kind != Property {
			continue
		}
		for _, e := range fixtures[control.ID].satisfied {
			var providers []*graph.Resource // which the pack is shown with each resource
			for _, r := range e.resources {
				if r.IsProvider() {
					providers = append(providers, r)
				}
			}
			for _, r := range e.resources {
				result := AuditStack(NewStack(stackOf(append(providers, r)...)), []*Control{control}, Options{})
				assert.Emptyf(t, result.Violations(Low), "%s, %s: it needs more than %s to judge it; its kind is Relation", control.ID, e.about, r.Name)
			}
		}
	}
}
