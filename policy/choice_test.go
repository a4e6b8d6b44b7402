package policy

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
)

// A control that records a resource as compliant and as something else counts it twice.
func TestNothingPassesThatDoesNot(t *testing.T) {
	for _, control := range Catalogue() {
		f := fixtures[control.ID]
		for _, e := range slices.Concat(f.satisfied, f.violated, f.undecided) {
			outcomes := map[string]Outcome{}
			for _, finding := range control.Check(NewStack(stackOf(e.resources...))) {
				before, seen := outcomes[finding.URN]
				both := seen && (before == Compliant || finding.Outcome == Compliant)
				assert.Falsef(t, both, "%s, %s: %s is %s and %s", control.ID, e.about, finding.URN, before, finding.Outcome)
				outcomes[finding.URN] = finding.Outcome
			}
		}
	}
}
