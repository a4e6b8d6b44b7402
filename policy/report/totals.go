package report

import (
	"fmt"
	"strings"

	"github.com/carebase/carebase/policy"
)

// totals of a result. Controls are counted once each, violations by resource and property.
type totals struct {
	Controls   controlTotals   `json:"controls"`
	Violations violationTotals `json:"violations"`
}

type controlTotals struct {
	Checked       int `json:"checked"`
	Compliant     int `json:"compliant"`
	NonCompliant  int `json:"nonCompliant"`
	Accepted      int `json:"accepted"` // of the non-compliant: those whose every violation an exception covers
	Undecidable   int `json:"undecidable"`
	NotApplicable int `json:"notApplicable"` // no such resource
	NotAsked      int `json:"notAsked"`      // for stacks with PHI, or for production
}

type violationTotals struct {
	Critical      int `json:"critical"`
	High          int `json:"high"`
	Medium        int `json:"medium"`
	Low           int `json:"low"`
	Accepted      int `json:"accepted"`
	Undecidable   int `json:"undecidable"`
	BadExceptions int `json:"badExceptions"`
}

func total(result *policy.Result) totals {
	p := split(result)
	open := map[*policy.Control]bool{}
	for _, findings := range p.open {
		for _, f := range findings {
			open[f.Control] = true
		}
	}
	t := totals{Violations: violationTotals{
		Critical: len(p.open[policy.Critical]), High: len(p.open[policy.High]),
		Medium: len(p.open[policy.Medium]), Low: len(p.open[policy.Low]),
		Accepted: len(p.accepted), Undecidable: len(p.undecidable), BadExceptions: len(result.BadExceptions),
	}}
	for _, c := range result.Controls {
		t.Controls.Checked++
		switch c.Outcome {
		case policy.Compliant:
			t.Controls.Compliant++
		case policy.Undecidable:
			t.Controls.Undecidable++
		case policy.NotApplicable:
			t.Controls.NotApplicable++
		case policy.NotAsked:
			t.Controls.NotAsked++
		case policy.NonCompliant:
			t.Controls.NonCompliant++
			if !open[c.Control] {
				t.Controls.Accepted++
			}
		}
	}
	return t
}

// Verdict is the result in three lines, the same that the text report ends with.
func Verdict(result *policy.Result) string {
	violations, controls := total(result).lines()
	return violations + "\n" + controls + "\n" + scopeLine(result.Scope)
}

// scopeLine says what the audit looked at, and names what no control judges.
func scopeLine(scope policy.Scope) string {
	text := fmt.Sprintf("%s of %s in scope", count(scope.Resources, "resource"), count(scope.Types, "type"))
	if scope.External > 0 {
		text += fmt.Sprintf(", %d external", scope.External)
	}
	if len(scope.Unjudged) == 0 {
		return text
	}
	resources := 0
	var types []string
	for _, unjudged := range scope.Unjudged {
		resources += unjudged.Count
		types = append(types, fmt.Sprintf("%s (%d)", unjudged.Type, unjudged.Count))
	}
	return fmt.Sprintf("%s; none of the controls asked judges %d of them: %s", text, resources, strings.Join(types, ", "))
}

// lines say the totals in words: of violations, then of controls.
func (t totals) lines() (violations, controls string) {
	v, c := t.Violations, t.Controls
	var counted []string
	add := func(n int, text string) {
		if n > 0 {
			counted = append(counted, fmt.Sprintf("%d %s", n, text))
		}
	}
	add(v.Critical, "critical")
	add(v.High, "high")
	add(v.Medium, "medium")
	add(v.Low, "low")
	violations = "no violations"
	if open := v.Critical + v.High + v.Medium + v.Low; open > 0 {
		violations = fmt.Sprintf("%s: %s", count(open, "violation"), strings.Join(counted, ", "))
	}
	counted = []string{violations}
	add(v.Accepted, "accepted by exception")
	add(v.Undecidable, "undecidable")
	if v.BadExceptions > 0 {
		counted = append(counted, count(v.BadExceptions, "bad exception"))
	}
	violations = strings.Join(counted, "; ")

	byException := ""
	if c.Accepted > 0 {
		byException = fmt.Sprintf(" (%d by exception only)", c.Accepted)
	}
	controls = fmt.Sprintf("%s checked: %d compliant, %d non-compliant%s, %d undecidable, %d without such a resource",
		count(c.Checked, "control"), c.Compliant, c.NonCompliant, byException, c.Undecidable, c.NotApplicable)
	if c.NotAsked > 0 {
		controls += fmt.Sprintf(", %d not asked of a stack like this", c.NotAsked)
	}
	return violations, controls
}
