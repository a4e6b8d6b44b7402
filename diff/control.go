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
		New: []ControlFinding{}, Mended: []ControlFinding{}, Added: []ExceptionInfo{}, Removed: []ExceptionInfo{}, Expiring: []ExceptionInfo{},
	}
	before, after := byResource(base.Violations), byResource(head.Violations)
	for _, finding := range head.Violations {
		// A violation that an exception covered until now is new, too.
		if old, known := before[placeOf(finding)]; !known || old.Excepted && !finding.Excepted {
			change.New = append(change.New, finding)
		}
	}
	for _, finding := range base.Violations {
		if _, still := after[placeOf(finding)]; !still {
			change.Mended = append(change.Mended, finding)
		}
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

// place of a violation: what is violated, and by which resource.
type place struct{ control, urn string }

func placeOf(f ControlFinding) place { return place{control: f.Control, urn: f.URN} }

// byResource returns the findings by place. Of several findings in one place it keeps one that no exception covers.
func byResource(findings []ControlFinding) map[place]ControlFinding {
	found := make(map[place]ControlFinding, len(findings))
	for _, finding := range findings {
		if known, twice := found[placeOf(finding)]; !twice || known.Excepted {
			found[placeOf(finding)] = finding
		}
	}
	return found
}
