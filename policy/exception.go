package policy

import (
	"fmt"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"
)

// An Exception accepts a violation of one control by one resource, for a reason and a time. It is data in the
// stack's settings, and every report shows it.
type Exception struct {
	Control  string `json:"control"`
	Resource string `json:"resource"` // logical name or URN
	Reason   string `json:"reason"`
	Owner    string `json:"owner"`   // a role, not a person
	Expires  string `json:"expires"` // last day it holds, YYYY-MM-DD
}

// shortestReason keeps an exception from being waved through with a word.
const shortestReason = 20

// owner is a role or a team: letters, digits and what joins them, and no address of a person.
var owner = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9 /&,._-]{1,63}$`)

// A Flaw is one thing that is wrong with an exception as it is written, whatever the stack and the day.
type Flaw struct {
	Field   string // as in the settings
	Value   string
	Allowed string
}

// Flaws are all of them; none for an exception that can stand until it expires.
func (e Exception) Flaws(known func(id string) bool) []Flaw {
	var flaws []Flaw
	if !known(e.Control) {
		flaws = append(flaws, Flaw{Field: "control", Value: e.Control, Allowed: "the id of a control, such as RDS-1; `carebase controls` lists them"})
	}
	if strings.TrimSpace(e.Resource) == "" {
		flaws = append(flaws, Flaw{Field: "resource", Value: e.Resource, Allowed: "the logical name or the URN of the resource"})
	}
	if utf8.RuneCountInString(strings.TrimSpace(e.Reason)) < shortestReason {
		flaws = append(flaws, Flaw{Field: "reason", Value: e.Reason, Allowed: fmt.Sprintf("a reason of at least %d characters that convinces an assessor", shortestReason)})
	}
	if !owner.MatchString(e.Owner) {
		flaws = append(flaws, Flaw{Field: "owner", Value: e.Owner, Allowed: "a role or a team, such as security-officer, and no person's address"})
	}
	if _, err := time.Parse(time.DateOnly, e.Expires); err != nil {
		flaws = append(flaws, Flaw{Field: "expires", Value: e.Expires, Allowed: `the last day it holds, in quotes (YAML reads a bare date otherwise), such as "2027-06-30"`})
	}
	return flaws
}

// problem says why an exception cannot stand at that time; empty where it can.
func (e Exception) problem(known func(id string) bool, now time.Time) string {
	var flaws []string
	for _, flaw := range e.Flaws(known) {
		flaws = append(flaws, fmt.Sprintf("%s = %q: allowed is %s", flaw.Field, flaw.Value, flaw.Allowed))
	}
	if len(flaws) > 0 {
		return strings.Join(flaws, "; ")
	}
	expires, _ := time.Parse(time.DateOnly, e.Expires) // no flaw
	if !now.Before(expires.AddDate(0, 0, 1)) {
		return "it expired on " + e.Expires
	}
	return ""
}

func (e Exception) covers(f Finding, name string) bool {
	return e.Control == f.Control.ID && (e.Resource == f.URN || e.Resource == name)
}
