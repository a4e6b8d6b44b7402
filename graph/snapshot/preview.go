package snapshot

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"

	"github.com/carebase/carebase/graph"
)

// FromPreview reads the output of `pulumi preview --json --show-sames`. A preview that failed, or that leaves out what
// does not change, is no stack and is refused.
func FromPreview(text []byte) (*graph.Graph, error) {
	g, _, err := previewAs(text, declared)
	return g, err
}

// InputsOfPreview reads the output of `pulumi preview --json --show-sames` without the defaults that the provider filled in, and
// what the engine says of every resource that it replaces, by URN.
func InputsOfPreview(text []byte) (*graph.Graph, map[string]Replacement, error) {
	return previewAs(text, written)
}

// Replacement is the engine's plan to replace a resource.
type Replacement struct {
	// Reasons are the inputs that replace the resource.
	Reasons []string
	// DeleteFirst is true if the engine deletes the old resource before it creates the new one.
	DeleteFirst bool
}

func previewAs(text []byte, as view) (*graph.Graph, map[string]Replacement, error) {
	var file preview
	if err := json.Unmarshal(text, &file); err != nil {
		return nil, nil, fmt.Errorf("reading the preview: %w", err)
	}
	g, err := fromPreview(file, as)
	if err != nil {
		return nil, nil, fmt.Errorf("reading the preview: %w", err)
	}
	return g, file.replacements(), nil
}

func (p preview) replacements() map[string]Replacement {
	found := map[string]Replacement{}
	created := map[string]bool{}
	for _, s := range p.Steps {
		r, replaced := found[s.URN]
		switch s.Op {
		case apitype.OpReplace, apitype.OpCreateReplacement, apitype.OpDeleteReplaced:
			replaced = true
		}
		if !replaced {
			continue
		}
		created[s.URN] = created[s.URN] || s.Op == apitype.OpCreateReplacement
		if s.Op == apitype.OpDeleteReplaced && !created[s.URN] {
			r.DeleteFirst = true
		}
		for _, reason := range s.ReplaceReasons {
			if !slices.Contains(r.Reasons, reason) {
				r.Reasons = append(r.Reasons, reason)
			}
		}
		found[s.URN] = r
	}
	return found
}

// preview is what is read of the file.
type preview struct {
	Steps         []step
	ChangeSummary map[apitype.OpType]int
	Diagnostics   []struct{ Severity, Message string }
}

type step struct {
	Op       apitype.OpType
	URN      string
	NewState *apitype.ResourceV3
	OldState *apitype.ResourceV3
	// ReplaceReasons are the inputs that replace the resource.
	ReplaceReasons []string
}

// state is what there will be. Pulumi writes it without what a resource that stays already is: its id and its outputs,
// by which others know it.
func (s step) state() apitype.ResourceV3 {
	state := *s.NewState
	if stays := s.Op == apitype.OpSame || s.Op == apitype.OpUpdate; stays && s.OldState != nil && state.ID == "" {
		state.ID, state.Outputs = s.OldState.ID, s.OldState.Outputs
	}
	return state
}

func fromPreview(file preview, as view) (*graph.Graph, error) {
	for _, d := range file.Diagnostics {
		if d.Severity == "error" {
			first, _, _ := strings.Cut(strings.TrimSpace(d.Message), "\n")
			return nil, fmt.Errorf("the preview failed, so that resources are missing from it: %s", first)
		}
	}
	if len(file.Steps) == 0 {
		return nil, errors.New("there are no steps in it; it takes the output of `pulumi preview --json --show-sames`")
	}
	states := map[string]apitype.ResourceV3{}
	same := 0
	for _, s := range file.Steps {
		if s.Op == apitype.OpSame {
			same++
		}
		switch {
		case s.Op == apitype.OpDelete:
			delete(states, s.URN) // a refresh may have shown it before
		case s.NewState == nil, strings.HasPrefix(string(s.Op), "delete"), strings.HasPrefix(string(s.Op), "discard"):
		default:
			states[string(s.NewState.URN)] = s.state() // of the steps of a replacement, the last has it all
		}
	}
	if len(states) == 0 {
		return nil, errors.New("nothing is left of the stack in it")
	}
	const partial = "it leaves out what does not change; run `pulumi preview --json --show-sames`"
	if same < file.ChangeSummary[apitype.OpSame] {
		return nil, errors.New(partial)
	}
	var all []apitype.ResourceV3
	for _, urn := range slices.Sorted(maps.Keys(states)) {
		r := states[urn]
		if _, there := states[string(r.Parent)]; r.Parent != "" && !there {
			return nil, fmt.Errorf("%s is in it, but not its parent: %s", r.URN, partial)
		}
		all = append(all, r)
	}
	return build(all, as)
}
