package repair

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
)

// State is what `pulumi stack export` wrote.
type State struct {
	document  map[string]any
	resources []record
	open      []operation
}

// operation is a change whose end the engine did not see.
type operation struct {
	kind     string // creating, updating, deleting, reading, importing
	resource record
	wanted   bool // by the next update; what an earlier one sent, the provider's choice of a name among it, is not known
}

// creating is the one kind that the engine keeps until it is settled from outside.
const creating = "creating"

// Read reads an export.
func Read(export []byte) (*State, error) {
	decoder := json.NewDecoder(bytes.NewReader(export))
	decoder.UseNumber() // the state's numbers must come out as they went in
	var document map[string]any
	if err := decoder.Decode(&document); err != nil {
		return nil, fmt.Errorf("not the output of `pulumi stack export`: %w", err)
	}
	deployment := object(document["deployment"])
	if deployment == nil {
		return nil, fmt.Errorf("not the output of `pulumi stack export`: it has no deployment")
	}
	state := &State{document: document}
	for _, r := range list(deployment["resources"]) {
		state.resources = append(state.resources, record(object(r)))
	}
	for _, o := range list(deployment["pending_operations"]) {
		op := object(o)
		resource := object(op["resource"])
		if resource == nil {
			return nil, fmt.Errorf("the state has a pending operation without a resource")
		}
		state.open = append(state.open, operation{kind: text(op["type"]), resource: record(resource)})
	}
	return state, nil
}

func list(v any) []any {
	l, _ := v.([]any)
	return l
}

// live is the resource that the state has under a URN, not one that waits for its deletion.
func (s *State) live(urn string) record {
	for _, r := range s.resources {
		if r.urn() == urn && !r.doomed() {
			return r
		}
	}
	return nil
}

// byReference is the provider that a resource names.
func (s *State) byReference(reference string) record {
	for _, r := range s.resources {
		if r.urn()+"::"+r.id() == reference {
			return r
		}
	}
	return nil
}

// has tells whether a resource of the type with that id is in the state already.
func (s *State) has(kind string, c candidate) bool {
	return slices.ContainsFunc(s.resources, func(r record) bool { return r.kind() == kind && c.is(r) })
}

// encode writes the document with these resources and no open operation.
func (s *State) encode(resources []record) ([]byte, error) {
	deployment := maps.Clone(object(s.document["deployment"]))
	deployment["resources"] = resources
	delete(deployment, "pending_operations")
	document := maps.Clone(s.document)
	document["deployment"] = deployment
	return json.MarshalIndent(document, "", "    ")
}
