package policy

import (
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
)

// What violates a control must not be counted among what satisfies it.
func TestAResourceDoesNotBothPassAndFail(t *testing.T) {
	all := merge(vpcFixtures, ec2Fixtures, albFixtures, cloudfrontFixtures, wafv2Fixtures, route53Fixtures, switchFixtures, acmFixtures)
	for _, id := range slices.Sorted(maps.Keys(all)) {
		for _, e := range slices.Concat(all[id].violated, all[id].undecided) {
			outcomes := map[string]map[bool]bool{}
			for _, f := range Lookup(id).Check(NewStack(stackOf(e.resources...))) {
				if outcomes[f.URN] == nil {
					outcomes[f.URN] = map[bool]bool{}
				}
				outcomes[f.URN][f.Outcome == Compliant] = true
			}
			for urn, both := range outcomes {
				assert.Lenf(t, both, 1, "%s, %s: %s", id, e.about, urn)
			}
		}
	}
}
