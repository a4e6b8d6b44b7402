package repair

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// unknown is how the engine writes what only the cloud will know.
const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"

// Want adds what a preview (`pulumi preview --json`) would create to the operations that are open. A creation that failed
// after AWS had made the resource leaves no trace in the state, and fails again because the resource exists; so does
// one whose answer was lost, or AWS then has it twice. What depends on something that is not there yet is left out, as AWS
// cannot have it, and so is what nobody knows the name of, or would only be found to be deleted.
func (s *State) Want(preview []byte) error {
	decoder := json.NewDecoder(bytes.NewReader(preview))
	decoder.UseNumber()
	var document struct {
		Steps []struct {
			Op       string
			NewState record
		}
	}
	if err := decoder.Decode(&document); err != nil {
		return fmt.Errorf("not the output of `pulumi preview --json`: %w", err)
	}
	open := map[string]bool{}
	for _, op := range s.open {
		open[op.resource.urn()] = true
	}
	for _, step := range document.Steps {
		r := step.NewState
		rule, known := rules[r.kind()]
		if step.Op != "create" || open[r.urn()] || !known || rule.again != "" || !s.couldExist(r) {
			continue
		}
		if anew := r.stem(nameKey(r.kind())) != ""; anew && renamed[r.kind()] == nil || !anew && rule.half != "" {
			continue
		}
		s.open = append(s.open, operation{kind: creating, resource: r, wanted: true})
	}
	return nil
}

// couldExist tells whether all that a resource is made from is in the state, and its inputs are whole.
func (s *State) couldExist(r record) bool {
	if s.byReference(r.provider()) == nil || s.live(text(r["parent"])) == nil || !whole(map[string]any(r.inputs())) {
		return false
	}
	for _, dependency := range list(r["dependencies"]) {
		if s.live(text(dependency)) == nil {
			return false
		}
	}
	return true
}

// whole tells whether nothing in inputs is unknown, or a secret that a preview does not show.
func whole(v any) bool {
	switch v := v.(type) {
	case string:
		return v != unknown && v != "[secret]"
	case map[string]any:
		for _, value := range v {
			if !whole(value) {
				return false
			}
		}
	case []any:
		for _, value := range v {
			if !whole(value) {
				return false
			}
		}
	}
	return true
}
