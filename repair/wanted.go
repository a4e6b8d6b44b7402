package repair

import (
	"fmt"

	"github.com/carebase/carebase/internal/pulumistate"
)

// unknown is what the engine writes for a value that is not known before the update.
const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"

// Want adds the resources that a preview (`pulumi preview --json`) would create to the open creations. A creation that failed
// after AWS had made the resource, or whose answer was lost, leaves nothing in the state: the next creation then fails because
// the resource exists, or AWS has the resource twice. Three kinds of resources are left out: those that depend on a resource
// that does not exist yet, because AWS cannot have them; those with an unknown generated name and no listing; and those that
// would be found only to be deleted.
func (s *State) Want(preview []byte) error {
	var document struct {
		Steps []struct {
			Op       string
			NewState record
		}
	}
	if err := pulumistate.Decode(preview, &document); err != nil {
		return fmt.Errorf("not the output of `pulumi preview --json`: %w", err)
	}
	open := map[string]bool{}
	for _, op := range s.open {
		open[op.Resource.URN()] = true
	}
	for _, step := range document.Steps {
		r := step.NewState
		rule, exists := rules[r.Type()]
		if step.Op != "create" || open[r.URN()] || !exists || rule.repeatable != "" || !s.couldExist(r) {
			continue
		}
		if generated := stem(r, nameKey(r.Type())) != ""; generated && rule.list == nil || !generated && rule.partial != "" {
			continue
		}
		s.open = append(s.open, operation{Operation: pulumistate.Operation{Type: creating, Resource: r}, wanted: true})
	}
	return nil
}

// couldExist is true if everything that the resource depends on is in the state, and all its inputs are known.
func (s *State) couldExist(r record) bool {
	if s.Provider(r.Provider()) == nil || s.Live(pulumistate.Text(r["parent"])) == nil || !known(map[string]any(r.Inputs())) {
		return false
	}
	for _, dependency := range pulumistate.List(r["dependencies"]) {
		if s.Live(pulumistate.Text(dependency)) == nil {
			return false
		}
	}
	return true
}

// known is true if inputs have no unknown value, and no secret, which a preview does not show.
func known(v any) bool {
	switch v := v.(type) {
	case string:
		return v != unknown && v != "[secret]"
	case map[string]any:
		for _, value := range v {
			if !known(value) {
				return false
			}
		}
	case []any:
		for _, value := range v {
			if !known(value) {
				return false
			}
		}
	}
	return true
}
