package iam

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/graph"
	. "github.com/carebase/carebase/graph/graphtest"
	"github.com/carebase/carebase/policy"
	. "github.com/carebase/carebase/policy/policytest"
	"github.com/carebase/carebase/policy/rules/internal/examples"
)

// What is wrong with a policy of twenty statements is found only by the statement's name.
func TestFindingsNameTheStatement(t *testing.T) {
	for sid, want := range map[string]string{"Everybody": "statement Everybody allows *", "": "a statement without Sid allows *"} {
		s := allowed(Inputs{"Sid": sid, "Action": "*"})
		result := Audit(t, policy.Lookup(Controls, "IAM-3"), Example{Resources: []*graph.Resource{Resource(iamPolicyType, "policy", examples.PolicyOf(s))}})
		require.Len(t, result.Findings, 1)
		assert.Equal(t, want, result.Findings[0].Got)
	}
}
