package policy

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/graph"
)

// What is wrong with a policy of twenty statements is found only by the statement's name.
func TestFindingsNameTheStatement(t *testing.T) {
	for sid, want := range map[string]string{"Everybody": "statement Everybody allows *", "": "a statement without Sid allows *"} {
		s := allowed(statement{"Sid": sid, "Action": "*"})
		result := auditOne(t, Lookup("IAM-3"), example{resources: []*graph.Resource{res(iamPolicyType, "policy", policyOf(s))}})
		require.Len(t, result.Findings, 1)
		assert.Equal(t, want, result.Findings[0].Got)
	}
}
