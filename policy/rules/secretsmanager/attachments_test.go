package secretsmanager

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

// A good rotation does not make up for a bad one, whichever comes first.
func TestEveryRotationCounts(t *testing.T) {
	two := func(first, second int) []*graph.Resource {
		return append(rotating(Inputs{"automaticallyAfterDays": first}),
			Resource(rotationType, "second", Inputs{"secretId": Ref(inspect.SecretType, "password", "arn"), "rotationRules": Inputs{"automaticallyAfterDays": second}}))
	}
	secret := URN(inspect.SecretType, "password")
	assert.True(t, compliant("SM-1", secret, two(30, 30)...))
	assert.False(t, compliant("SM-1", secret, two(30, 120)...))
	assert.False(t, compliant("SM-1", secret, two(120, 30)...))
}
