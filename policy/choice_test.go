package policy

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/carebase/carebase/graph"
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

// A good companion does not make up for a bad one, whichever comes first.
func TestEveryCompanionCounts(t *testing.T) {
	twoSecrets := func(first, second int) []*graph.Resource {
		return append(rotating(in{"automaticallyAfterDays": first}),
			res(rotationType, "second", in{"secretId": ref(secretType, "password", "arn"), "rotationRules": in{"automaticallyAfterDays": second}}))
	}
	twoPolicies := func(first, second statement) []*graph.Resource {
		another := vaultPolicy(second)
		another.Name, another.URN = "second", urnOf(vaultPolicyType, "second")
		return vaulted(vaultPolicy(first), another)
	}
	twoBlocks := func(first, second in) []*graph.Resource {
		second["bucket"] = ref(bucketV1, "files", "id")
		return files(part(publicAccessPart, first), res(publicAccessPart.types[0], "second", second))
	}
	lock := func(retention in) []*graph.Resource {
		return []*graph.Resource{
			res(bucketV1, "files", in{"objectLockEnabled": true}), part(lockPart, in{"rule": in{"defaultRetention": retention}}),
		}
	}
	bad := statement{"Effect": "Allow"}
	for _, one := range []struct {
		control, target string
		resources       []*graph.Resource
	}{
		{"S3-1", urnOf(bucketV1, "files"), twoBlocks(in{}, allBlocked())},
		{"S3-1", urnOf(bucketV1, "files"), twoBlocks(allBlocked(), in{})},
		{"S3-10", urnOf(bucketV1, "files"), lock(in{"mode": "GOVERNANCE"})},
		{"S3-10", urnOf(bucketV1, "files"), lock(in{"days": 30})},
		{"SM-1", urnOf(secretType, "password"), twoSecrets(30, 120)},
		{"SM-1", urnOf(secretType, "password"), twoSecrets(120, 30)},
		{"X-BK-LOCK", urnOf(vaultType, "vault"), vaulted(lockOf(in{"changeableForDays": 3}))},
		{"BK-3", urnOf(vaultType, "vault"), twoPolicies(bad, nil)},
		{"BK-3", urnOf(vaultType, "vault"), twoPolicies(nil, bad)},
	} {
		for _, finding := range Lookup(one.control).Check(NewStack(stackOf(one.resources...))) {
			assert.Falsef(t, finding.URN == one.target && finding.Outcome == Compliant, "%s: %s is compliant", one.control, one.target)
		}
	}
}
