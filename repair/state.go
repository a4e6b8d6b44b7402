package repair

import "github.com/carebase/carebase/internal/pulumistate"

// State is a stack's state, with the operations that are to be repaired.
type State struct {
	*pulumistate.State
	open []operation
}

// operation is a change whose end the engine did not see.
type operation struct {
	pulumistate.Operation
	// wanted is true if the next update would create the resource. What an earlier update sent, including a generated name, is
	// not known.
	wanted bool
}

// creating is the only kind of operation that the engine keeps in the state until it is repaired from outside.
const creating = "creating"

// Read reads the output of `pulumi stack export`.
func Read(export []byte) (*State, error) {
	read, err := pulumistate.Read(export)
	if err != nil {
		return nil, err
	}
	state := &State{State: read}
	for _, pending := range read.Pending {
		state.open = append(state.open, operation{Operation: pending})
	}
	return state, nil
}
