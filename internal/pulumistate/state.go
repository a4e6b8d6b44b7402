// Package pulumistate reads and writes a stack's state as `pulumi stack export` prints it. What the package does not know of
// stays in the document as it was, number for number, so the state can be imported again.
package pulumistate

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
)

// State is the state of one stack.
type State struct {
	Resources []Resource
	Pending   []Operation

	document map[string]any
}

// Operation is a change that was in progress when the engine ended.
type Operation struct {
	Type     string // creating, updating, deleting, reading, importing
	Resource Resource
}

// Read reads the output of `pulumi stack export`.
func Read(export []byte) (*State, error) {
	var document map[string]any
	if err := Decode(export, &document); err != nil {
		return nil, fmt.Errorf("not the output of `pulumi stack export`: %w", err)
	}
	deployment := Object(document["deployment"])
	if deployment == nil {
		return nil, errors.New("not the output of `pulumi stack export`: it has no deployment")
	}
	state := &State{document: document}
	for _, resource := range List(deployment["resources"]) {
		state.Resources = append(state.Resources, Resource(Object(resource)))
	}
	for _, pending := range List(deployment["pending_operations"]) {
		operation := Object(pending)
		resource := Object(operation["resource"])
		if resource == nil {
			return nil, errors.New("the state has a pending operation without a resource")
		}
		state.Pending = append(state.Pending, Operation{Type: Text(operation["type"]), Resource: Resource(resource)})
	}
	return state, nil
}

// Decode decodes JSON and keeps numbers as they are written.
func Decode(text []byte, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	return decoder.Decode(into)
}

// Encode returns the state with these resources in place of its own, and without pending operations.
func (s *State) Encode(resources []Resource) ([]byte, error) {
	deployment := maps.Clone(Object(s.document["deployment"]))
	deployment["resources"] = resources
	delete(deployment, "pending_operations")
	document := maps.Clone(s.document)
	document["deployment"] = deployment
	return json.MarshalIndent(document, "", "    ")
}

// Live returns the resource with that URN, or nil. Resources that wait for their deletion do not count.
func (s *State) Live(urn string) Resource {
	for _, r := range s.Resources {
		if r.URN() == urn && !r.PendingDelete() {
			return r
		}
	}
	return nil
}

// Provider returns the provider that a resource refers to as URN::ID, or nil.
func (s *State) Provider(reference string) Resource {
	for _, r := range s.Resources {
		if r.URN()+"::"+r.ID() == reference {
			return r
		}
	}
	return nil
}
