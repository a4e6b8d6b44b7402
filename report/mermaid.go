package report

import (
	"fmt"
	"regexp"
	"strings"
)

// Mermaid returns the picture as a Mermaid flowchart, for Markdown.
func (p *Picture) Mermaid() string {
	var b strings.Builder
	b.WriteString("flowchart TB\n")
	for _, box := range p.Root.Boxes {
		box.mermaid(&b, "  ")
	}
	for _, edge := range p.Edges {
		arrow := "-->"
		if edge.Copy {
			arrow = "-.->"
		}
		fmt.Fprintf(&b, "  %s %s|%s| %s\n", mermaidID(edge.From), arrow, mermaidText(edge.Label), mermaidID(edge.To))
	}
	b.WriteString("  classDef phi fill:#fbe3e1,stroke:#b3261e,color:#5c0f0a\n")
	return b.String()
}

func (b *Box) mermaid(out *strings.Builder, indent string) {
	label := mermaidText(strings.Join(b.Lines, "\n"))
	if len(b.Boxes) > 0 {
		if label == `""` {
			label = `" "`
		}
		fmt.Fprintf(out, "%ssubgraph %s[%s]\n", indent, mermaidID(b), label)
		for _, box := range b.Boxes {
			box.mermaid(out, indent+"  ")
		}
		fmt.Fprintf(out, "%send\n", indent)
		return
	}
	before, after := "[", "]"
	if b.Data {
		before, after = "[(", ")]"
	}
	class := ""
	if b.PHI {
		class = ":::phi"
	}
	fmt.Fprintf(out, "%s%s%s%s%s%s\n", indent, mermaidID(b), before, label, after, class)
}

var notInID = regexp.MustCompile(`[^A-Za-z0-9_]`)

func mermaidID(b *Box) string { return notInID.ReplaceAllString(strings.Join(b.path(), "__"), "_") }

// mermaidText quotes a label; Mermaid reads entities in it.
func mermaidText(text string) string {
	return `"` + strings.NewReplacer("&", "&amp;", `"`, "&quot;", "<", "&lt;", ">", "&gt;", "#", "&num;", "\n", "<br>").Replace(text) + `"`
}
