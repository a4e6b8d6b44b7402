package settings

import (
	"fmt"
	"regexp"
	"time"

	"github.com/carebase/carebase/components/limits"
	"github.com/carebase/carebase/stacks/settings/decode"
)

// Recovery makes this the stack in the second region, which takes over when the primary's region is lost. See
// docs/disaster-recovery.md before changing active, activatedAt or promoted.
type Recovery struct {
	// The primary stack, whose outputs this stack reads: organization/project/stack.
	PrimaryStack string `setting:"primaryStack"`
	// Region of the primary stack.
	PrimaryRegion string `setting:"primaryRegion"`
	// Environment of the primary stack. Names that the two stacks share contain it.
	PrimaryEnvironment string `setting:"primaryEnvironment"`
	// Whether the cache's nodes run while the stack stands by. Without them activation creates nodes, which may fail on the day:
	// new nodes need DNS names, which the control plane of Route 53 in us-east-1 creates. Default false.
	WarmCache bool `setting:"warmCache" optional:"true"`
	// Whether the stack has taken over: the replica is promoted, the cache has nodes, the services run. Only a failback leads back.
	Active bool `setting:"active"`
	// Time of the decision to fail over, in RFC 3339. From then on the data of the two stacks differs.
	ActivatedAt string `setting:"activatedAt" optional:"true"`
	// Whether RDS has promoted the replica. The second step of a failover then switches Multi-AZ and AWS Backup on.
	Promoted bool `setting:"promoted" optional:"true"`
}

var stackName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.-]*/[A-Za-z0-9][A-Za-z0-9_.-]*/[A-Za-z0-9][A-Za-z0-9_.-]*$`)

// failback is the way back that messages name.
const failback = "docs/disaster-recovery.md, \"Failback\": carebase dr failback"

func (s *Settings) checkRecovery(p *decode.Problems) {
	r := s.Recovery
	if r == nil {
		return
	}
	if !stackName.MatchString(r.PrimaryStack) {
		p.Refuse("recovery.primaryStack", r.PrimaryStack, "organization/project/stack; with a backend of one's own the first is the word organization")
	}
	if !limits.Region.MatchString(r.PrimaryRegion) || r.PrimaryRegion == s.Region {
		p.Because("recovery.primaryRegion", r.PrimaryRegion, fmt.Sprintf("an AWS region other than region (%s)", s.Region), cite("164.308(a)(7)(i)"))
	}
	if !limits.Hyphenated.MatchString(r.PrimaryEnvironment) || r.PrimaryEnvironment == s.Environment {
		p.Refuse("recovery.primaryEnvironment", r.PrimaryEnvironment,
			fmt.Sprintf("the environment of the primary stack, which is another than this one's (%s): names are made of it", s.Environment))
	}
	checkActivation(r, p)
}

// checkActivation refuses settings that would take an activated stack back. They would stop its services, delete its cache
// and fail at its database, which AWS cannot turn into a replica again.
func checkActivation(r *Recovery, p *decode.Problems) {
	decided, err := time.Parse(time.RFC3339, r.ActivatedAt)
	integrity := cite("164.312(c)(1)")
	switch {
	case r.Active && r.ActivatedAt == "":
		p.Refuse("recovery.activatedAt", nil, "the time of the decision where recovery.active is true, such as 2026-11-21T17:00:00Z: "+
			"it records that the two sides' data differ from then on; carebase dr failover sets it")
	case r.ActivatedAt != "" && err != nil:
		p.Refuse("recovery.activatedAt", r.ActivatedAt, "a time such as 2026-11-21T17:00:00Z")
	case !r.Active && r.ActivatedAt != "":
		p.Because("recovery.active", r.Active, fmt.Sprintf(
			"true since %s: the data has diverged from the primary's, and a promoted database cannot follow again. Go back by a failback: %s",
			decided.UTC().Format(time.RFC3339), failback), integrity)
	case !r.Active && r.Promoted:
		p.Because("recovery.active", r.Active, "true where recovery.promoted is: the data has diverged from the primary's. Go back by a failback: "+failback, integrity)
	}
}

// BreakGlass is the role for emergencies in a recovery stack: who may fail over when the usual way into AWS is lost with the
// primary's region (45 CFR 164.312(a)(2)(ii)).
type BreakGlass struct {
	// ARNs of IAM users, each with an MFA device that shows a code: 1 to 10, and 2 or more where PHI lives. Keep the users in
	// an account that holds nothing else.
	Principals []string `setting:"principals"`
	// S3 bucket of Pulumi's state.
	StateBucket string `setting:"stateBucket"`
	// ARNs of the KMS keys that encrypt the state bucket and the secrets of both stacks. Not in the primary's region.
	StateKeyArns []string `setting:"stateKeyArns"`
}

// Bounds of breakGlass.principals. IAM allows a trust policy of 2,048 characters, which holds 10 users.
const (
	leastBreakGlass = 2 // where PHI lives
	mostBreakGlass  = 10
)

func (s *Settings) checkBreakGlass(p *decode.Problems) {
	b := s.BreakGlass
	if s.PHI && s.IsRecovery() && (b == nil || len(b.Principals) < leastBreakGlass) {
		var principals []string
		if b != nil {
			principals = b.Principals
		}
		p.Because("breakGlass.principals", principals, "2 or more in a recovery stack where PHI lives: the usual way in may be lost "+
			"with the primary's region, and one person may not be reachable", cite("164.312(a)(2)(ii)"))
	}
	if b == nil {
		return
	}
	if !s.IsRecovery() {
		p.Refuse("breakGlass", nil, "left out where there is no section recovery: the recovery stack makes the role")
		return
	}
	if len(b.Principals) == 0 || len(b.Principals) > mostBreakGlass {
		p.Refuse("breakGlass.principals", b.Principals, fmt.Sprintf("1 to %d IAM users", mostBreakGlass))
	}
	p.Distinct("breakGlass.principals", b.Principals)
	for i, principal := range b.Principals {
		if !limits.IAMUser.MatchString(principal) {
			p.Refuse(decode.Element("breakGlass.principals", i), principal,
				"the ARN of an IAM user, such as arn:aws:iam::210987654321:user/break-glass-1: only a user can give the code of an MFA device when assuming a role")
		}
	}
	if !limits.AnyBucket.MatchString(b.StateBucket) {
		p.Refuse("breakGlass.stateBucket", b.StateBucket, "the name of the S3 bucket of Pulumi's state")
	}
	if len(b.StateKeyArns) == 0 {
		p.Refuse("breakGlass.stateKeyArns", b.StateKeyArns, "at least one KMS key")
	}
	p.Distinct("breakGlass.stateKeyArns", b.StateKeyArns)
	for i, key := range b.StateKeyArns {
		parts := limits.KMSKey.FindStringSubmatch(key)
		if parts == nil || parts[1] == s.Recovery.PrimaryRegion {
			p.Because(decode.Element("breakGlass.stateKeyArns", i), key,
				fmt.Sprintf("the ARN of a KMS key, not of an alias, in another region than recovery.primaryRegion (%s), whose keys are lost with it",
					s.Recovery.PrimaryRegion), cite("164.308(a)(7)(i)"))
		}
	}
}
