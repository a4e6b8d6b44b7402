package report

import (
	"encoding/xml"
	"fmt"
	"strings"

	"github.com/carebase/carebase/policy"
)

// asJUnit writes one test case a control, named by its service. A control fails by violations at or above the
// threshold; it is skipped where it does not apply or cannot be told. Every bad exception is a failed case of its own.
func asJUnit(result *policy.Result, options Options) (string, error) {
	suite := junitSuite{Name: "carebase audit " + result.Project + " " + result.Stack}
	findings := map[*policy.Control][]policy.Finding{}
	for _, f := range result.Findings {
		findings[f.Control] = append(findings[f.Control], f)
	}
	for _, c := range result.Controls {
		suite.add(controlCase(c, findings[c.Control], options.FailOn))
	}
	for _, bad := range result.BadExceptions {
		e := bad.Exception
		suite.add(junitCase{
			Class: "Exceptions", Name: printable(fmt.Sprintf("%s on %s", e.Control, e.Resource)),
			Failure: &junitMessage{
				Message: printable(bad.Problem), Type: "exception",
				Text: printable(fmt.Sprintf("reason: %s; owner: %s; expires: %s", e.Reason, e.Owner, e.Expires)),
			},
		})
	}
	text, err := xml.MarshalIndent(junitSuites{Suites: []junitSuite{suite}}, "", "  ")
	return xml.Header + string(text) + "\n", err
}

func controlCase(c policy.ControlResult, findings []policy.Finding, failOn policy.Severity) junitCase {
	one := junitCase{Class: c.Control.Service, Name: c.Control.ID + " " + c.Control.Title}
	var open, other []string
	for _, f := range findings {
		text := printable(plainly(f))
		if f.Outcome == policy.NonCompliant && f.Exception == nil && c.Control.Severity >= failOn {
			open = append(open, text)
		} else {
			other = append(other, text)
		}
	}
	why := c.Control.Why
	switch {
	case len(open) > 0:
		one.Failure = &junitMessage{
			Message: count(len(open), "violation"), Type: c.Control.Severity.String(), Text: strings.Join(append(open, why), "\n"),
		}
	case c.Outcome == policy.NotApplicable:
		one.Skipped = &junitMessage{Message: "not applicable: the stack has no such resource"}
	case c.Outcome == policy.NotAsked:
		one.Skipped = &junitMessage{Message: "not asked: the control holds for " + c.Control.Applies.String()}
	case c.Outcome == policy.Undecidable:
		one.Skipped = &junitMessage{Message: "undecidable: what the cloud has not said yet"}
	}
	one.Out = strings.Join(other, "\n")
	return one
}

// plainly says a finding in a line.
func plainly(f policy.Finding) string {
	text := place(f) + ": " + f.Message()
	switch {
	case f.Outcome == policy.Undecidable:
		text = fmt.Sprintf("undecidable: %s: %s is not known yet, want %s.", place(f), f.Property, f.Want)
	case f.Exception != nil:
		text += fmt.Sprintf(" Accepted by %s until %s: %s", f.Exception.Owner, f.Exception.Expires, f.Exception.Reason)
	}
	return text
}

type junitSuites struct {
	XMLName xml.Name     `xml:"testsuites"`
	Suites  []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Errors   int         `xml:"errors,attr"`
	Skipped  int         `xml:"skipped,attr"`
	Cases    []junitCase `xml:"testcase"`
}

func (s *junitSuite) add(one junitCase) {
	s.Tests++
	if one.Failure != nil {
		s.Failures++
	}
	if one.Skipped != nil {
		s.Skipped++
	}
	s.Cases = append(s.Cases, one)
}

type junitCase struct {
	Class   string        `xml:"classname,attr"`
	Name    string        `xml:"name,attr"`
	Failure *junitMessage `xml:"failure"`
	Skipped *junitMessage `xml:"skipped"`
	Out     string        `xml:"system-out,omitempty"`
}

type junitMessage struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr,omitempty"`
	Text    string `xml:",chardata"`
}
