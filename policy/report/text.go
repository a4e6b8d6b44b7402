package report

import (
	"fmt"
	"strings"

	"github.com/carebase/carebase/policy"
)

// asText writes for people: the worst first, then what is wrong with exceptions, what exceptions accept, and what
// cannot be told yet; totals last, where a terminal stops.
func asText(result *policy.Result, options Options) string {
	p := &textPrinter{colour: options.Colour}
	p.line("%s%s", p.bold(result.Project+" "+result.Stack), nature(result))
	for _, warning := range result.Warnings {
		p.line("%s %s", p.paint(colours[policy.Medium]+";1", "warning:"), printable(warning))
	}
	found := split(result)
	for _, severity := range severities {
		if open := found.open[severity]; len(open) > 0 {
			p.heading(severity, strings.ToUpper(severity.String()), count(len(open), "violation"))
			p.findings(open)
		}
	}
	if len(result.BadExceptions) > 0 {
		p.heading(policy.High, "BAD EXCEPTIONS", "each fails the audit")
		for _, bad := range result.BadExceptions {
			p.line("\n  %s", p.bold(bad.Exception.Control+" on "+bad.Exception.Resource))
			p.field("problem", bad.Problem)
			p.exception(bad.Exception)
		}
	}
	if len(found.accepted) > 0 {
		p.heading(policy.Low, "ACCEPTED", "violations that an exception in the settings covers")
		p.findings(found.accepted)
	}
	if len(found.undecidable) > 0 {
		p.heading(policy.Low, "UNDECIDABLE", "what the cloud has not said yet; it does not fail the audit")
		p.findings(found.undecidable)
	}
	p.line("\n%s", Verdict(result))
	return p.b.String()
}

// nature says which controls apply to the stack.
func nature(result *policy.Result) string {
	text := ": no PHI"
	if result.PHI {
		text = ": holds PHI"
	}
	if result.Production {
		text += ", production"
	}
	return text
}

type textPrinter struct {
	b      strings.Builder
	colour bool
}

func (p *textPrinter) line(format string, args ...any) { fmt.Fprintf(&p.b, format+"\n", args...) }

func (p *textPrinter) heading(severity policy.Severity, title, about string) {
	p.line("\n%s  %s", p.paint(colours[severity]+";1", title), p.dim(about))
}

func (p *textPrinter) findings(findings []policy.Finding) {
	for _, group := range byControl(findings) {
		c := group[0].Control
		p.line("\n  %s  %s", p.bold(c.ID), c.Title)
		p.line("  %s", p.dim(c.Why))
		p.line("  %s", p.dim(c.Cite()))
		for _, f := range group {
			if name, typ := subject(f); typ == "" {
				p.line("    %s", p.bold(name))
			} else {
				p.line("    %s  %s\n      %s", p.bold(name), typ, p.dim(f.URN))
			}
			p.field("property", f.Property)
			p.field("got", f.Got)
			p.field("want", f.Want)
			if f.Exception != nil {
				p.exception(*f.Exception)
			} else {
				p.field("fix", f.Fix)
			}
		}
	}
}

func (p *textPrinter) exception(e policy.Exception) {
	p.field("reason", e.Reason)
	p.field("owner", e.Owner)
	p.field("expires", e.Expires)
}

func (p *textPrinter) field(name, value string) {
	if value != "" {
		p.line("      %s %s", p.dim(fmt.Sprintf("%-8s", name)), printable(value))
	}
}

// printable keeps a value on its line, and a terminal from obeying it.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 {
			return ' '
		}
		return r
	}, text)
}

// colours by severity, as ANSI codes.
var colours = map[policy.Severity]string{policy.Critical: "35", policy.High: "31", policy.Medium: "33", policy.Low: "36"}

func (p *textPrinter) bold(text string) string { return p.paint("1", text) }
func (p *textPrinter) dim(text string) string  { return p.paint("2", text) }

func (p *textPrinter) paint(code, text string) string {
	text = printable(text)
	if !p.colour || text == "" {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}
