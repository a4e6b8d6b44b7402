package diff

import (
	"slices"
	"time"
)

// Audit is what the audit of one side found.
type Audit struct {
	// Violations of controls, the worst first, those that an exception covers included.
	Violations []ControlFinding
	// Exceptions in the settings of that side.
	Exceptions []ExceptionInfo
	// Day of the audit.
	Day time.Time
}

// expiresSoon is how long before its end an exception is shown.
const expiresSoon = 60 * 24 * time.Hour

func controls(base, head *Audit) *ControlChange {
	if base == nil || head == nil {
		return nil
	}
	change := &ControlChange{
		New: missing(head.Violations, base.Violations), Mended: missing(base.Violations, head.Violations),
		Added: []ExceptionInfo{}, Removed: []ExceptionInfo{}, Expiring: []ExceptionInfo{},
	}
	for _, exception := range head.Exceptions {
		if !slices.Contains(base.Exceptions, exception) {
			change.Added = append(change.Added, exception)
		}
		expires, err := time.Parse(time.DateOnly, exception.Expires)
		if err == nil && expires.Sub(head.Day) < expiresSoon {
			change.Expiring = append(change.Expiring, exception)
		}
	}
	for _, exception := range base.Exceptions {
		if !slices.Contains(head.Exceptions, exception) {
			change.Removed = append(change.Removed, exception)
		}
	}
	return change
}

// missing returns the findings that others lacks. A violation that an exception covers now, or does not cover any more, differs.
func missing(findings, others []ControlFinding) []ControlFinding {
	type key struct {
		control, urn string
		excepted     bool
	}
	of := func(f ControlFinding) key { return key{f.Control, f.URN, f.Excepted} }
	known := map[key]bool{}
	for _, f := range others {
		known[of(f)] = true
	}
	found := []ControlFinding{}
	for _, f := range findings {
		if !known[of(f)] {
			found = append(found, f)
		}
	}
	return found
}
