package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/carebase/carebase/policy"
)

// Explanation describes a control in full, and how the resources of a stack stand to it.
type Explanation struct {
	Control *policy.Control
	// Setting that satisfies the control, such as clinic:database.multiAz; empty where no setting of the project does.
	Setting string
	// Stack whose resources are listed; empty: none.
	Stack string
	// NotAsked is true if the control does not hold for the stack (Control.Applies).
	NotAsked bool
	// Findings of the control on the stack, compliant ones included.
	Findings []policy.Finding
}

// Explain writes explanations as text.
func Explain(w io.Writer, explanations []Explanation) error {
	var b strings.Builder
	for i, e := range explanations {
		if i > 0 {
			b.WriteString("\n")
		}
		e.write(&b)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (e Explanation) write(b *strings.Builder) {
	c := e.Control
	line := func(label, text string) {
		if text != "" {
			fmt.Fprintf(b, "  %-10s %s\n", label, text)
		}
	}
	fmt.Fprintf(b, "%s  %s\n", c.ID, c.Title)
	line("severity", c.Severity.String())
	line("holds for", c.Applies.String())
	line("why", c.Why)
	line("rule", c.Cite())
	line("AWS Config", strings.Join(c.Config, ", "))
	line("cdk-nag", strings.Join(c.Nag, ", "))
	line("Prowler", strings.Join(c.Prowler, ", "))
	line("setting", e.Setting)
	switch {
	case e.Stack == "":
	case e.NotAsked:
		line("in "+e.Stack, "not asked: the control holds for "+c.Applies.String())
	case len(e.Findings) == 0:
		line("in "+e.Stack, "no resource that the control is about")
	default:
		for _, f := range e.Findings {
			text := fmt.Sprintf("%s: %s", place(f), f.Outcome)
			if f.Outcome != policy.Compliant {
				text += ": " + f.Message()
			}
			line("in "+e.Stack, text)
		}
	}
}
