package settings

import (
	"fmt"
	"net/netip"
	"path/filepath"

	"github.com/carebase/carebase/internal/stackfile"
	"github.com/carebase/carebase/stacks/settings/decode"
)

// checkOthers compares the stack with the other stacks of its project. A copied settings file that was not changed
// everywhere passes every other check; deployed, it would take over resources of the original stack.
func (s *Settings) checkOthers(files []*stackfile.File, p *decode.Problems) {
	own, err := netip.ParsePrefix(s.Network.Cidr)
	for _, file := range files {
		other := func(path ...string) string { return file.Lookup(s.Project, path...) }
		name := filepath.Base(file.Path)
		if s.Environment == other("environment") && s.AccountID == other("accountId") {
			p.Refuse("environment", s.Environment, fmt.Sprintf(
				"one that no other stack of account %s has: buckets, secrets, log groups and databases are named after it; %s has this one", s.AccountID, name))
		}
		if s.Domain != "" && s.Domain == other("domain") && !s.pairedWith(other) {
			p.Refuse("domain", s.Domain, fmt.Sprintf("one that no other stack has, but a stack and its recovery stack; %s has this one", name))
		}
		if cidr, otherErr := netip.ParsePrefix(other("network", "cidr")); err == nil && otherErr == nil && own.Overlaps(cidr) {
			p.Refuse("network.cidr", s.Network.Cidr, fmt.Sprintf(
				"a range that overlaps no other stack's: ranges that overlap can never be connected; %s has %s", name, cidr))
		}
	}
}

// pairedWith is true for a stack and its recovery stack, which serve the same domain.
func (s *Settings) pairedWith(other func(path ...string) string) bool {
	return s.IsRecovery() && s.Recovery.PrimaryEnvironment == other("environment") ||
		s.Environment == other("recovery", "primaryEnvironment")
}
