package report

import (
	"fmt"
	"strings"

	"github.com/carebase/carebase/policy"
)

// longestMarkdown leaves room below the 65,536 characters that GitHub takes in a comment.
const longestMarkdown = 60_000

// asMarkdown writes for a pull request's comment: the verdict, the violations from the worst on, and folded what
// exceptions accept and what cannot be told. What does not fit into a comment is counted instead of shown.
func asMarkdown(result *policy.Result) string {
	p := &markdownPrinter{}
	violations, controls := total(result).lines()
	p.line("### HIPAA audit of %s %s\n", escape(result.Project), escape(result.Stack))
	p.line("**%s**\n\n%s (%s)", violations, controls, strings.TrimPrefix(nature(result), ": "))
	for _, warning := range result.Warnings {
		p.line("\n> **Warning:** %s.", escape(warning))
	}
	found := split(result)
	for _, severity := range severities {
		open := found.open[severity]
		if len(open) == 0 {
			continue
		}
		p.line("\n#### %s", severity)
		for _, group := range byControl(open) {
			if p.b.Len() > longestMarkdown {
				p.omitted += len(group)
				continue
			}
			c := group[0].Control
			p.line("\n**%s %s.** %s<br>%s\n", c.ID, escape(c.Title), escape(c.Why), escape(c.Cite()))
			p.table(group, []string{"Resource", "Property", "Got", "Want", "Fix"}, func(f policy.Finding) []string {
				return []string{resourceCell(f), code(f.Property), code(f.Got), escape(f.Want), escape(f.Fix)}
			})
		}
	}
	if len(result.BadExceptions) > 0 {
		p.line("\n#### bad exceptions\n\nEach fails the audit.\n")
		p.head([]string{"Control", "Resource", "Problem", "Owner", "Expires"})
		for _, bad := range result.BadExceptions {
			e := bad.Exception
			p.row([]string{code(e.Control), code(e.Resource), escape(bad.Problem), escape(e.Owner), escape(e.Expires)})
		}
	}
	if len(found.accepted) > 0 {
		p.fold(fmt.Sprintf("%d accepted by exception", len(found.accepted)), func() {
			p.table(found.accepted, []string{"Control", "Resource", "Got", "Reason", "Owner", "Expires"}, func(f policy.Finding) []string {
				e := f.Exception
				return []string{controlCell(f), resourceCell(f), code(f.Got), escape(e.Reason), escape(e.Owner), escape(e.Expires)}
			})
		})
	}
	if len(found.undecidable) > 0 {
		p.fold(fmt.Sprintf("%d undecidable: what the cloud has not said yet", len(found.undecidable)), func() {
			p.table(found.undecidable, []string{"Control", "Resource", "Property", "Want"}, func(f policy.Finding) []string {
				return []string{controlCell(f), resourceCell(f), code(f.Property), escape(f.Want)}
			})
		})
	}
	p.line("\n%s.", escape(scopeLine(result.Scope)))
	if p.omitted > 0 {
		p.line("\n%s more did not fit into a comment; the audit's other formats have them all.", count(p.omitted, "row"))
	}
	return p.b.String()
}

func controlCell(f policy.Finding) string { return f.Control.ID + " " + escape(f.Control.Title) }

func resourceCell(f policy.Finding) string {
	name, typ := subject(f)
	if typ == "" {
		return code(name)
	}
	return code(name) + "<br>" + code(typ)
}

type markdownPrinter struct {
	b       strings.Builder
	omitted int // rows
}

func (p *markdownPrinter) line(format string, args ...any) { fmt.Fprintf(&p.b, format+"\n", args...) }

func (p *markdownPrinter) table(findings []policy.Finding, columns []string, cells func(policy.Finding) []string) {
	p.head(columns)
	for _, f := range findings {
		p.row(cells(f))
	}
}

func (p *markdownPrinter) head(columns []string) {
	p.line("| %s |\n|%s", strings.Join(columns, " | "), strings.Repeat(" --- |", len(columns)))
}

func (p *markdownPrinter) row(cells []string) {
	row := "| " + strings.Join(cells, " | ") + " |"
	if p.b.Len()+len(row) > longestMarkdown {
		p.omitted++
		return
	}
	p.line("%s", row)
}

func (p *markdownPrinter) fold(summary string, body func()) {
	p.line("\n<details><summary>%s</summary>\n", summary)
	body()
	p.line("\n</details>")
}

var special = strings.NewReplacer(
	`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "<", "&lt;", ">", "&gt;", "&", "&amp;",
	"|", `\|`, "#", `\#`, "~", `\~`, "@", "&#64;",
)

// escape makes text of any kind plain text of one line.
func escape(text string) string { return special.Replace(printable(text)) }

// code sets text as code, in which only a bar is special in a table.
func code(text string) string {
	text = printable(text)
	if text == "" {
		return ""
	}
	fence := "`"
	for strings.Contains(text, fence) {
		fence += "`"
	}
	padding := ""
	if strings.HasPrefix(text, "`") || strings.HasSuffix(text, "`") {
		padding = " "
	}
	return fence + padding + strings.ReplaceAll(text, "|", `\|`) + padding + fence
}
