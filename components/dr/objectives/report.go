package objectives

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// Write shows the bounds, what was promised, and a table of every figure: how long, what, the resources that it rests on, and
// where it is from. Plan says whether a resource is in the plan that is shown; nil where there is none. No line is longer
// than width.
func (d Derivation) Write(out io.Writer, o Objectives, plan func(Resource) bool) error {
	t := &table{plan: plan}
	t.line(" %*s  %-*s  %-*s  %s", lengthWidth, "time", whatWidth, "figure", onWidth, "rests on", "source")
	if rpo, bounded := d.RPO(); bounded {
		t.line("RPO  %s%s", Text(rpo), promised(o.RPO))
	} else {
		t.line("RPO  no bound%s", promised(o.RPO))
	}
	for _, path := range d.Paths {
		if path.Unbounded != "" {
			t.line("  %s: %s", path.Data, path.Unbounded)
			continue
		}
		t.line("  %s  %s", path.Data, Text(path.Length()))
		t.figures(path.Figures)
	}
	t.line("RTO  %s%s", Text(d.RTO()), promised(o.RTO))
	t.figures(d.Steps)
	t.line("afterwards, while people are served:")
	t.figures(d.After)
	t.line("P: a resource of the primary stack's plan, R: of the recovery stack's")
	for i, source := range t.sources {
		for j, part := range wrap(source, width-5) {
			if j == 0 {
				t.line("%4s %s", fmt.Sprintf("[%d]", i+1), part)
			} else {
				t.line("     %s", part)
			}
		}
	}
	_, err := io.WriteString(out, t.text.String())
	return err
}

func promised(length time.Duration) string {
	if length == 0 {
		return ""
	}
	return fmt.Sprintf(" of %s promised", Text(length))
}

// width of the table, and of its columns but the last.
const (
	width       = 100
	whatWidth   = 31
	onWidth     = 38
	lengthWidth = 10
)

type table struct {
	text    strings.Builder
	sources []string
	plan    func(Resource) bool
}

func (t *table) line(format string, values ...any) {
	t.text.WriteString(strings.TrimRight(fmt.Sprintf(format, values...), " ") + "\n")
}

func (t *table) figures(figures []Figure) {
	for _, f := range figures {
		what, on := wrap(f.What, whatWidth), t.on(f)
		for i := range max(len(what), len(on)) {
			length, source := "", ""
			if i == 0 {
				length, source = Text(f.Length), fmt.Sprintf("%s [%d]", f.Kind, t.source(f.Source))
			}
			t.line(" %*s  %-*s  %-*s  %s", lengthWidth, length, whatWidth, nth(what, i), onWidth, nth(on, i), source)
		}
	}
}

// on are the resources of a figure, one a line, or who answers for it.
func (t *table) on(f Figure) (lines []string) {
	if len(f.On) == 0 {
		return []string{f.Who}
	}
	for _, resource := range f.On {
		lines = append(lines, wrap(resource.String(), onWidth)...)
		if t.plan != nil && !t.plan(resource) {
			lines = append(lines, "  (not in this plan)")
		}
	}
	return lines
}

// source is the number of a footnote.
func (t *table) source(text string) int {
	text = strings.TrimPrefix(text, "https://")
	at := slices.Index(t.sources, text)
	if at < 0 {
		at = len(t.sources)
		t.sources = append(t.sources, text)
	}
	return at + 1
}

func nth(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return ""
}

// wrap breaks a text into lines at spaces, and a word that is longer than a line wherever the line ends.
func wrap(text string, length int) (lines []string) {
	line := ""
	for _, word := range strings.Fields(text) {
		if line != "" && len(line)+1+len(word) > length {
			lines, line = append(lines, line), ""
		}
		if line != "" {
			line += " "
		}
		for line += word; len(line) > length; line = line[length:] {
			lines = append(lines, line[:length])
		}
	}
	return append(lines, line)
}

// MarshalJSON writes lengths in minutes.
func (f Figure) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		What    string  `json:"what"`
		Minutes float64 `json:"minutes"`
		Kind    Kind    `json:"kind"`
		Source  string  `json:"source"`
		RestsOn string  `json:"restsOn"`
	}{f.What, f.Length.Minutes(), f.Kind, f.Source, f.restsOn()})
}

// restsOn names the resources, or who answers for the figure.
func (f Figure) restsOn() string {
	if len(f.On) == 0 {
		return f.Who
	}
	names := make([]string, 0, len(f.On))
	for _, resource := range f.On {
		names = append(names, resource.String())
	}
	return strings.Join(names, ", ")
}

// A Summary is a derivation with what was promised, for machines.
type Summary struct {
	PromisedRTOMinutes float64 `json:"promisedRtoMinutes,omitempty"`
	PromisedRPOMinutes float64 `json:"promisedRpoMinutes,omitempty"`
	RTOMinutes         float64 `json:"rtoMinutes"`
	// RPOMinutes is absent where there is no bound.
	RPOMinutes *float64 `json:"rpoMinutes,omitempty"`
	Derivation
}

// Summarize a derivation.
func (d Derivation) Summarize(o Objectives) Summary {
	s := Summary{
		PromisedRTOMinutes: o.RTO.Minutes(), PromisedRPOMinutes: o.RPO.Minutes(), RTOMinutes: d.RTO().Minutes(), Derivation: d,
	}
	if rpo, bounded := d.RPO(); bounded {
		minutes := rpo.Minutes()
		s.RPOMinutes = &minutes
	}
	return s
}
