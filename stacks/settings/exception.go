package settings

import (
	"fmt"
	"slices"
	"strings"

	"github.com/carebase/carebase/policy"
	"github.com/carebase/carebase/policy/catalogue"
	"github.com/carebase/carebase/stacks/settings/decode"
)

// Exception accepts that a resource violates a control, for a reason and a time. An expired or needless exception fails an audit.
type Exception struct {
	// Id of the control; carebase controls lists them.
	Control string `setting:"control"`
	// Logical name or URN of the resource.
	Resource string `setting:"resource"`
	// Reason for an assessor to read: 20 characters or more.
	Reason string `setting:"reason"`
	// Role that answers for the exception, not a person.
	Owner string `setting:"owner"`
	// Last day on which the exception holds, "YYYY-MM-DD" in quotes.
	Expires string `setting:"expires"`
}

// Accepted returns the exceptions for an audit.
func (s *Settings) Accepted() []policy.Exception {
	accepted := make([]policy.Exception, 0, len(s.Exceptions))
	for _, e := range s.Exceptions {
		accepted = append(accepted, policy.Exception(e))
	}
	return accepted
}

// known is true for controls of the catalogue, and for those that a system's own command line may add (cli.Program.Controls). An audit
// refuses an exception from an added control that does not exist.
func known(id string) bool { return catalogue.Known(id) || strings.HasPrefix(id, policy.OwnPrefix) }

// checkExceptions refuses malformed and repeated exceptions. An expired exception does not stop a deployment: audits report it.
func (s *Settings) checkExceptions(p *decode.Problems) {
	accepted := s.Accepted()
	for i, e := range accepted {
		key := decode.Element("exceptions", i)
		for _, flaw := range e.Flaws(known) {
			p.Refuse(key+"."+flaw.Field, flaw.Value, flaw.Allowed)
		}
		if slices.ContainsFunc(accepted[:i], func(earlier policy.Exception) bool {
			return earlier.Control == e.Control && earlier.Resource == e.Resource
		}) {
			p.Refuse(key, nil, fmt.Sprintf("one exception of %s from %s; there is one before it", e.Resource, e.Control))
		}
	}
}
