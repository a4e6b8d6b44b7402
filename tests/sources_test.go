package tests

import (
	"compress/gzip"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/graph"
	"github.com/carebase/carebase/graph/snapshot"
	"github.com/carebase/carebase/policy"
	"github.com/carebase/carebase/policy/catalogue"
	"github.com/carebase/carebase/policy/inspect"
)

// recorded are the stacks as Pulumi's own engine saw them: one before it was ever deployed, so that little of it is
// known, and one that has been. They are made anew with
//
//	pulumi preview --stack staging --json --show-sames | jq -cf tests/testdata/preview.jq | gzip -9n > tests/testdata/staging.preview.json.gz
//	pulumi preview --stack prod --json --show-sames | jq -cf tests/testdata/preview.jq | gzip -9n > tests/testdata/prod.preview.json.gz
//	pulumi stack export --stack prod | jq -cf tests/testdata/state.jq | gzip -9n > tests/testdata/prod.state.json.gz
var recorded = []struct {
	stack, file string
	read        func([]byte) (*graph.Graph, error)
	// known is false for a source that does not know everything yet.
	known bool
}{
	{"staging", "staging.preview.json.gz", snapshot.FromPreview, false},
	{"prod", "prod.preview.json.gz", snapshot.FromPreview, true},
	{"prod", "prod.state.json.gz", snapshot.FromState, true},
}

func readRecorded(t testing.TB, file string, read func([]byte) (*graph.Graph, error)) *graph.Graph {
	t.Helper()
	packed, err := os.Open(filepath.Join("testdata", file))
	require.NoError(t, err)
	defer packed.Close()
	unpacked, err := gzip.NewReader(packed)
	require.NoError(t, err)
	text, err := io.ReadAll(unpacked)
	require.NoError(t, err)
	g, err := read(text)
	require.NoError(t, err)
	return g
}

// common cuts a plan and a recording to the resources that are in both, as a recording is older than the program. What
// is in a remote component, which a plan cannot look into, stays.
func common(plan, sample *graph.Graph) (*graph.Graph, *graph.Graph) {
	keep := func(g *graph.Graph, stays func(*graph.Resource) bool) *graph.Graph {
		return graph.New(g.Project, g.Stack, slices.DeleteFunc(slices.Clone(g.Resources), func(r *graph.Resource) bool { return !stays(r) }))
	}
	return keep(plan, func(r *graph.Resource) bool { return sample.Lookup(r.URN) != nil }),
		keep(sample, func(r *graph.Resource) bool { return plan.Lookup(r.URN) != nil || remote(plan, sample, r) != nil })
}

// remote is the remote component of the plan that a resource of the sample is in, or nil.
func remote(plan, sample *graph.Graph, r *graph.Resource) *graph.Resource {
	for ; r != nil; r = sample.Lookup(r.Parent) {
		if component := plan.Lookup(r.URN); component != nil {
			if component.Package() == "awsx" {
				return component
			}
			return nil
		}
	}
	return nil
}

// outcomes of a control by resource: the worst where it has several. What is in a remote component counts as its own.
func outcomes(control *policy.Control, s *inspect.Stack, plan *graph.Graph) map[string]policy.Outcome {
	rank := []policy.Outcome{policy.NotApplicable, policy.Compliant, policy.Undecidable, policy.NonCompliant}
	found := map[string]policy.Outcome{}
	for _, f := range control.Run(s) {
		urn := f.URN
		if r := s.Lookup(urn); r != nil && plan.Lookup(urn) == nil {
			urn = remote(plan, s.Graph, r).URN
		}
		if slices.Index(rank, f.Outcome) > slices.Index(rank, found[urn]) {
			found[urn] = f.Outcome
		}
	}
	return found
}

// A control does not know where its graph comes from: the plan, the preview and the deployed state of a stack have the
// same violations, and nobody is content with what another finds wrong.
func TestEverySourceHasTheSameViolations(t *testing.T) {
	for _, source := range recorded {
		plan, sample := common(frozen.planned(t, source.stack), readRecorded(t, source.file, source.read))
		require.GreaterOrEqual(t, len(plan.Resources), 300, "%s has too little in common with the plan: record it again", source.file)
		planStack, sampleStack := inspect.NewStack(plan), inspect.NewStack(sample)
		assert.Equal(t, planStack.PHI, sampleStack.PHI)
		assert.Equal(t, planStack.Production, sampleStack.Production)
		for _, control := range catalogue.Controls() {
			t.Run(source.file+"/"+control.ID, func(t *testing.T) {
				want, got := outcomes(control, planStack, plan), outcomes(control, sampleStack, plan)
				for urn, outcome := range got {
					if source.known && outcome == policy.Undecidable {
						assert.Truef(t, sealed(plan.Lookup(urn)), "%s: nothing of a deployed stack is unknown but its secrets", urn)
					}
				}
				compare(t, want, got)
			})
		}
	}
}

// sealed is true for a resource with a list or mapping that holds a secret: of such Pulumi stores the whole as one.
func sealed(r *graph.Resource) bool {
	for _, value := range r.Inputs.All {
		if (value.IsArray() || value.IsMap()) && value.HasSecrets() {
			return true
		}
	}
	return false
}

// The same defect is the same violation wherever the graph comes from: every input that a control reads is taken out
// of the plan and of the deployed state, one resource of a type at a time.
func TestEverySourceShowsTheSameDefect(t *testing.T) {
	for _, source := range recorded {
		if !source.known {
			continue // what is not known yet cannot be found wanting
		}
		plan, sample := common(frozen.planned(t, source.stack), readRecorded(t, source.file, source.read))
		planStack := inspect.NewStack(plan)
		defects := 0
		for _, control := range catalogue.Controls() {
			t.Run(source.file+"/"+control.ID, func(t *testing.T) {
				done := map[string]bool{}
				reads := control.Reads(planStack)
				for _, urn := range slices.Sorted(maps.Keys(reads)) {
					for _, input := range reads[urn] {
						r := plan.Lookup(urn)
						if r == nil || sealed(r) || r.IsProvider() || remote(plan, plan, r) != nil || done[r.Type+" "+input] || r.Inputs.Get(input).IsNull() {
							continue
						}
						done[r.Type+" "+input] = true
						defects++
						want := outcomes(control, inspect.NewStack(without(plan, urn, input, told[input])), plan)
						got := outcomes(control, inspect.NewStack(without(sample, urn, input, told[input])), plan)
						if !compare(t, want, got) {
							t.Logf("after %s was taken out of %s", input, urn)
						}
					}
				}
			})
		}
		assert.Greater(t, defects, 200)
	}
}

// compare a plan's outcomes with a sample's. What the sample does not know yet is no difference, nor is it what then
// cannot be said of other resources.
func compare(t *testing.T, plan, sample map[string]policy.Outcome) bool {
	t.Helper()
	undecided := slices.Contains(slices.Collect(maps.Values(sample)), policy.Undecidable)
	both := maps.Clone(plan)
	maps.Copy(both, sample)
	same := true
	defer func() {
		if !same {
			t.Log("where the program has changed what the recording has, record it again: see recorded")
		}
	}()
	for _, urn := range slices.Sorted(maps.Keys(both)) {
		switch got := sample[urn]; {
		case got == plan[urn], got == policy.Undecidable, got == policy.NotApplicable && undecided:
		case got == policy.Compliant && plan[urn] == policy.NotApplicable && strings.Contains(urn, "$awsx:"): // the plan has not looked into it
		default:
			same = false
			t.Errorf("%s is %s in the plan and %s in the recording", urn, plan[urn], got)
		}
	}
	return same
}

// told are inputs that a provider tells once more in another output.
var told = map[string]string{"subnets": "subnetMappings"}

// without is the graph without some inputs of one of its resources.
func without(g *graph.Graph, urn string, inputs ...string) *graph.Graph {
	resources := slices.Clone(g.Resources)
	for i, r := range resources {
		if r.URN == urn {
			broken := *r
			broken.Inputs = r.Inputs.Delete(inputs...)
			resources[i] = &broken
		}
	}
	return graph.New(g.Project, g.Stack, resources)
}
