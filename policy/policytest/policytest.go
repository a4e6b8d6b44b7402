// Package policytest tests controls by examples: small stacks that satisfy a control, that violate it, and that leave it
// undecidable. The controls of this repository and controls of your own are tested by the same function, Run.
package policytest

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/graph"
	"github.com/carebase/carebase/graph/graphtest"
	"github.com/carebase/carebase/policy"
	"github.com/carebase/carebase/policy/inspect"
)

// A Fixture of one control.
type Fixture struct {
	Satisfied []Example
	Violated  []Example
	Undecided []Example
}

// An Example is a small stack with PHI, in production.
type Example struct {
	// About says in a few words what the example shows.
	About string
	// Property that a finding names; for examples that violate the control.
	Property string
	// Resources of the stack, made with package graphtest.
	Resources []*graph.Resource
}

// stack of the example.
func (e Example) stack() *inspect.Stack { return inspect.NewStack(graphtest.Stack(e.Resources...)) }

// Merge joins sets of fixtures.
func Merge(sets ...map[string]Fixture) map[string]Fixture {
	all := map[string]Fixture{}
	for _, set := range sets {
		maps.Copy(all, set)
	}
	return all
}

// Audit checks one control on the example.
func Audit(t testing.TB, control *policy.Control, e Example) *policy.Result {
	t.Helper()
	result, err := policy.Audit(e.stack(), []*policy.Control{control}, policy.Options{})
	require.NoError(t, err)
	require.Len(t, result.Controls, 1)
	return result
}

// Run tests every control with the fixture of its id:
//   - the control is described completely;
//   - each example has its outcome, and each finding says what is there, what should be, and how to fix it;
//   - no resource both passes and does not;
//   - a control that is not about presence says nothing of a stack without resources;
//   - a control of kind Property decides on each resource alone, because the policy pack asks it so.
func Run(t *testing.T, controls []*policy.Control, fixtures map[string]Fixture) {
	t.Helper()
	for _, control := range controls {
		t.Run(control.ID, func(t *testing.T) {
			fixture, ok := fixtures[control.ID]
			require.True(t, ok, "the control has no fixture")
			isDescribed(t, control)
			hasOutcomes(t, control, fixture)
			countsOnce(t, control, fixture)
			if control.Kind != policy.Presence {
				assert.Equal(t, policy.NotApplicable.String(), Audit(t, control, Example{}).Controls[0].Outcome.String(), "on an empty stack")
			}
			if control.Kind == policy.Property {
				decidesAlone(t, control, fixture)
			}
		})
	}
	for id := range fixtures {
		assert.NotNilf(t, policy.Lookup(controls, id), "there is a fixture for %s, but no such control", id)
	}
}

func isDescribed(t *testing.T, control *policy.Control) {
	t.Helper()
	assert.NotEmpty(t, control.Title, "no title")
	assert.NotEmpty(t, control.Why, "it does not say why")
	assert.NotEmpty(t, control.Service, "no service")
	assert.NotEmpty(t, control.Severity.String(), "no severity")
	assert.NotEmpty(t, control.Citations, "it cites nothing")
	for _, citation := range control.Citations {
		assert.Truef(t, strings.HasPrefix(citation, "164."), "it cites %q, which is no paragraph of 45 CFR Part 164", citation)
	}
}

func hasOutcomes(t *testing.T, control *policy.Control, fixture Fixture) {
	t.Helper()
	require.NotEmpty(t, fixture.Satisfied, "nothing shows what satisfies it")
	require.NotEmpty(t, fixture.Violated, "nothing shows what violates it")
	for _, e := range fixture.Satisfied {
		result := Audit(t, control, e)
		assert.Equalf(t, policy.Compliant.String(), result.Controls[0].Outcome.String(), "%s: %v", e.About, result.Findings)
	}
	for _, e := range fixture.Violated {
		result := Audit(t, control, e)
		assert.Equalf(t, policy.NonCompliant.String(), result.Controls[0].Outcome.String(), "%s: %v", e.About, result.Findings)
		assert.Truef(t, slices.ContainsFunc(result.Violations(policy.Low), func(f policy.Finding) bool { return f.Property == e.Property }),
			"%s: no finding names the property %q: %v", e.About, e.Property, result.Findings)
		for _, f := range result.Findings {
			assert.NotEmptyf(t, f.Fix, "%s: it does not say how to fix it", e.About)
			assert.NotEmptyf(t, f.Want, "%s: it does not say what is wanted", e.About)
			assert.NotEmptyf(t, f.Got, "%s: it does not say what is there", e.About)
		}
	}
	for _, e := range fixture.Undecided {
		result := Audit(t, control, e)
		assert.Equalf(t, policy.Undecidable.String(), result.Controls[0].Outcome.String(), "%s: %v", e.About, result.Findings)
	}
}

func countsOnce(t *testing.T, control *policy.Control, fixture Fixture) {
	t.Helper()
	for _, e := range slices.Concat(fixture.Satisfied, fixture.Violated, fixture.Undecided) {
		outcomes := map[string]policy.Outcome{}
		for _, finding := range control.Run(e.stack()) {
			before, seen := outcomes[finding.URN]
			both := seen && (before == policy.Compliant || finding.Outcome == policy.Compliant)
			assert.Falsef(t, both, "%s: %s is %s and %s", e.About, finding.URN, before, finding.Outcome)
			outcomes[finding.URN] = finding.Outcome
		}
	}
}

func decidesAlone(t *testing.T, control *policy.Control, fixture Fixture) {
	t.Helper()
	for _, e := range fixture.Satisfied {
		var providers []*graph.Resource // the policy pack shows a resource together with its provider
		for _, r := range e.Resources {
			if r.IsProvider() {
				providers = append(providers, r)
			}
		}
		for _, r := range e.Resources {
			alone := Audit(t, control, Example{Resources: append(slices.Clip(providers), r)})
			assert.Emptyf(t, alone.Violations(policy.Low), "%s: it needs more than %s to decide; its kind is Relation", e.About, r.Name)
		}
	}
}
