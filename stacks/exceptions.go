package stacks

import (
	"fmt"
	"slices"

	"github.com/carebase/carebase/policy"
)

// An Exception accepts that a resource violates a control, for a reason and a time. An audit fails by one that has
// expired, or that nothing needs any more.
type Exception struct {
	// Control by id; `carebase controls` lists them.
	Control string `setting:"control"`
	// Resource by logical name or URN.
	Resource string `setting:"resource"`
	// Reason for an assessor to read, 20 characters or more.
	Reason string `setting:"reason"`
	// Owner is the role that answers for it, never a person.
	Owner string `setting:"owner"`
	// Expires is the last day it holds, YYYY-MM-DD.
	Expires string `setting:"expires"`
}

// Accepted are the exceptions as an audit takes them.
func (s *Settings) Accepted() []policy.Exception {
	accepted := make([]policy.Exception, 0, len(s.Exceptions))
	for _, e := range s.Exceptions {
		accepted = append(accepted, policy.Exception(e))
	}
	return accepted
}

// validateExceptions refuses what could never stand. That one has expired is no reason not to deploy: the audit says so.
func validateExceptions(s *Settings, found *problems) {
	accepted := s.Accepted()
	for i, e := range accepted {
		key := element("exceptions", i)
		for _, flaw := range e.Flaws() {
			found.refuse(key+"."+flaw.Field, flaw.Value, flaw.Allowed)
		}
		if slices.ContainsFunc(accepted[:i], func(earlier policy.Exception) bool {
			return earlier.Control == e.Control && earlier.Resource == e.Resource
		}) {
			found.refuse(key, nil, fmt.Sprintf("one exception of %s from %s; there is one before it", e.Resource, e.Control))
		}
	}
}
