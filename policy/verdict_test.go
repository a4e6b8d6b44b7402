package policy

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestNothingThatViolatesAControlPassesIt(t *testing.T) {
	for _, control := range Catalogue() {
		f := fixtures[control.ID]
		for _, e := range slices.Concat(f.violated, f.undecided) {
			passed, others := map[string]bool{}, map[string]bool{}
			for _, finding := range control.Check(NewStack(stackOf(e.resources...))) {
				if finding.Outcome == Compliant {
					passed[finding.URN] = true
				} else {
					others[finding.URN] = true
				}
			}
			for urn := range others {
				assert.Falsef(t, passed[urn], "%s, %s: %s passes as well", control.ID, e.about, urn)
			}
		}
	}
}
