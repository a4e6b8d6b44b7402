// Package report writes the result of an audit: as text for people, as Markdown for a pull request, as JSON, as SARIF
// for code scanning, and as JUnit XML for test reports. The same result gives the same bytes in every format, and no
// secret appears in any.
package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/carebase/carebase/policy"
)

// Options of a report.
type Options struct {
	// Colour uses ANSI escapes in text.
	Colour bool
	// FailOn is the least severity that fails the audit: JUnit fails nothing below it.
	FailOn policy.Severity
	// Settings is the file that the stack is set by; SARIF points at its lines.
	Settings Settings
	// Version of the tool, for SARIF; optional.
	Version string
}

// Formats are the names that Write takes.
var Formats = []string{"text", "json", "sarif", "junit", "markdown"}

// Write writes the result in a format.
func Write(w io.Writer, format string, result *policy.Result, options Options) error {
	result = withSettings(result, options.Settings)
	var text string
	var err error
	switch format {
	case "text":
		text = asText(result, options)
	case "json":
		text, err = asJSON(result)
	case "sarif":
		text, err = asSARIF(result, options)
	case "junit":
		text, err = asJUnit(result, options)
	case "markdown":
		text = asMarkdown(result)
	default:
		err = fmt.Errorf("format %q: allowed is %s", format, strings.Join(Formats, ", "))
	}
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, text)
	return err
}

// subject is the name and the type of what a finding is on.
func subject(f policy.Finding) (name, typ string) {
	urn := resource.URN(f.URN)
	if !urn.IsValid() {
		return f.URN, ""
	}
	return urn.Name(), string(urn.Type())
}

// place is the name with the type.
func place(f policy.Finding) string {
	name, typ := subject(f)
	if typ == "" {
		return name
	}
	return fmt.Sprintf("%s (%s)", name, typ)
}

// cited is a control's citations in full.
func cited(c *policy.Control) []string {
	full := make([]string, len(c.Citations))
	for i, citation := range c.Citations {
		full[i] = "45 CFR " + citation
	}
	return full
}

// severities from worst to least.
var severities = []policy.Severity{policy.Critical, policy.High, policy.Medium, policy.Low}

// parts of a result's findings, each in the order of the result.
type parts struct {
	open        map[policy.Severity][]policy.Finding // violations that no exception covers
	accepted    []policy.Finding
	undecidable []policy.Finding
}

func split(result *policy.Result) parts {
	p := parts{open: map[policy.Severity][]policy.Finding{}}
	for _, f := range result.Findings {
		switch {
		case f.Outcome == policy.Undecidable:
			p.undecidable = append(p.undecidable, f)
		case f.Exception != nil:
			p.accepted = append(p.accepted, f)
		default:
			p.open[f.Control.Severity] = append(p.open[f.Control.Severity], f)
		}
	}
	return p
}

// byControl groups findings that follow each other and are of one control.
func byControl(findings []policy.Finding) [][]policy.Finding {
	var groups [][]policy.Finding
	for i, f := range findings {
		if i == 0 || findings[i-1].Control != f.Control {
			groups = append(groups, nil)
		}
		groups[len(groups)-1] = append(groups[len(groups)-1], f)
	}
	return groups
}

func count(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return fmt.Sprintf("%d %s", n, noun)
}
