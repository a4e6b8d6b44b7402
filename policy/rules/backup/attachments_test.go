package backup

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/carebase/carebase/graph"
	. "github.com/carebase/carebase/graph/graphtest"
	"github.com/carebase/carebase/policy"
	"github.com/carebase/carebase/policy/inspect"
)

// compliant is true if the control records that the resource satisfies it.
func compliant(id, urn string, resources ...*graph.Resource) bool {
	for _, finding := range policy.Lookup(Controls, id).Run(inspect.NewStack(Stack(resources...))) {
		if finding.URN == urn && finding.Outcome == policy.Compliant {
			return true
		}
	}
	return false
}

// A good policy does not make up for a bad one, whichever comes first.
func TestEveryPolicyCounts(t *testing.T) {
	two := func(first, second Inputs) []*graph.Resource {
		another := vaultPolicy(second)
		another.Name, another.URN = "second", URN(vaultPolicyType, "second")
		return vaulted(vaultPolicy(first), another)
	}
	vault, bad := URN(inspect.VaultType, "vault"), Inputs{"Effect": "Allow"}
	assert.True(t, compliant("BK-3", vault, two(nil, nil)...))
	assert.False(t, compliant("BK-3", vault, two(bad, nil)...))
	assert.False(t, compliant("BK-3", vault, two(nil, bad)...))
	assert.False(t, compliant("X-BK-LOCK", vault, vaulted(lockOf(Inputs{"changeableForDays": 3}))...))
}
