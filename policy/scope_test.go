package policy

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/graph"
	"github.com/carebase/carebase/graph/graphtest"
	"github.com/carebase/carebase/policy/inspect"
)

// untagged is a stack whose tags say nothing.
func untagged(resources ...*graph.Resource) *inspect.Stack {
	return inspect.NewStack(graph.New("test", "prod", resources))
}

// controls are one of every applicability.
func everyApplicability() []*Control {
	check := Each([]string{"aws:ec2/subnet:Subnet"}, NotTrue("mapPublicIpOnLaunch", "leave it unset"))
	return []*Control{
		{ID: "A", Check: check}, {ID: "B", Applies: WherePHI, Check: check}, {ID: "C", Applies: ProductionOnly, Check: check},
		{ID: "D", Check: Each([]string{"aws:ec2/vpc:Vpc"}, IsSet("cidrBlock", "set it"))},
	}
}

func outcomes(t *testing.T, s *inspect.Stack, options Options) (*Result, []Outcome) {
	t.Helper()
	result, err := Audit(s, everyApplicability(), options)
	require.NoError(t, err)
	var found []Outcome
	for _, c := range result.Controls {
		found = append(found, c.Outcome)
	}
	return result, found
}

func TestNotAskedIsNotTheSameAsNoSuchResource(t *testing.T) {
	subnet := graphtest.Resource("aws:ec2/subnet:Subnet", "a", graphtest.Inputs{})
	result, found := outcomes(t, untagged(subnet), Options{})
	assert.Equal(t, []Outcome{Compliant, NotAsked, NotAsked, NotApplicable}, found)
	require.Len(t, result.Warnings, 1)
	assert.Contains(t, result.Warnings[0], "2 controls")
	assert.False(t, result.Fails(Low), "a warning does not fail the audit")

	yes, no := true, false
	result, found = outcomes(t, untagged(subnet), Options{PHI: &yes, Production: &yes})
	assert.Equal(t, []Outcome{Compliant, Compliant, Compliant, NotApplicable}, found)
	assert.Empty(t, result.Warnings)
	result, found = outcomes(t, untagged(subnet), Options{PHI: &no})
	assert.Equal(t, []Outcome{Compliant, NotAsked, NotAsked, NotApplicable}, found)
	assert.Empty(t, result.Warnings, "somebody said it")
}

func TestTypesThatNoControlJudgesAreNamed(t *testing.T) {
	read := graphtest.External(graphtest.Resource("aws:ec2/vpc:Vpc", "shared", graphtest.Inputs{}))
	result, _ := outcomes(t, untagged(graphtest.Resource("aws:ec2/subnet:Subnet", "a", graphtest.Inputs{}), read,
		graphtest.Resource("aws:msk/cluster:Cluster", "a", graphtest.Inputs{}), graphtest.Resource("aws:msk/cluster:Cluster", "b", graphtest.Inputs{})), Options{})
	assert.Equal(t, Scope{Resources: 3, Types: 2, External: 1, Unjudged: []TypeCount{{"aws:msk/cluster:Cluster", 2}}}, result.Scope)
}

func TestAnAuditThatJudgedNothingFails(t *testing.T) {
	cluster := graphtest.Resource("azure-native:sql:Server", "a", graphtest.Inputs{})
	result, _ := outcomes(t, untagged(cluster), Options{})
	assert.True(t, result.Fails(Critical))
	assert.Contains(t, result.Warnings[len(result.Warnings)-1], "no control judged")
	result, _ = outcomes(t, untagged(cluster), Options{AllowUnjudged: true})
	assert.False(t, result.Fails(Low))
	result, err := Audit(untagged(cluster), everyApplicability(), Options{Only: []string{"D"}})
	require.NoError(t, err)
	assert.False(t, result.Fails(Low), "whoever asks for one control may get nothing")
}

func TestAMissingResourceInWords(t *testing.T) {
	control := &Control{Citations: []string{"164.312(b)"}}
	for got, want := range map[string]string{
		"none": "there is no Detector; there should be one.", "none in us-east-1": "there is no Detector in us-east-1; there should be one.",
		"nonexistent": "Detector is nonexistent; it should be one.",
	} {
		assert.Contains(t, Finding{Control: control, Property: "Detector", Got: got, Want: "one", Fix: "make one"}.Message(), want)
	}
}
