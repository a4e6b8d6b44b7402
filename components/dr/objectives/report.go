package objectives

import (
	"encoding/json"
	"fmt"
	"io"
	"time"
)

// Write shows the bounds, what was promised, and every figure with what it rests on.
func (d Derivation) Write(out io.Writer, o Objectives) error {
	w := &writer{out: out}
	if rpo, bounded := d.RPO(); bounded {
		w.line("", "RPO", rpo, promised(o.RPO))
	} else {
		w.text("RPO  no bound%s", promised(o.RPO))
	}
	for _, path := range d.Paths {
		if path.Unbounded != "" {
			w.text("  %s: %s", path.Data, path.Unbounded)
			continue
		}
		w.line("  ", path.Data, path.Length(), "")
		w.figures("    ", path.Figures)
	}
	w.line("", "RTO", d.RTO(), promised(o.RTO))
	w.figures("  ", d.Steps)
	return w.err
}

func promised(length time.Duration) string {
	if length == 0 {
		return ""
	}
	return fmt.Sprintf(" of %s promised", Text(length))
}

type writer struct {
	out io.Writer
	err error
}

func (w *writer) text(format string, values ...any) {
	if w.err == nil {
		_, w.err = fmt.Fprintf(w.out, format+"\n", values...)
	}
}

func (w *writer) line(indent, what string, length time.Duration, more string) {
	w.text("%s%s  %s%s", indent, what, Text(length), more)
}

func (w *writer) figures(indent string, figures []Figure) {
	for _, f := range figures {
		w.text("%s%8s  %s  [%s: %s]", indent, Text(f.Length), f.What, f.Kind, f.Source)
	}
}

// MarshalJSON writes lengths in minutes.
func (f Figure) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		What    string  `json:"what"`
		Minutes float64 `json:"minutes"`
		Kind    Kind    `json:"kind"`
		Source  string  `json:"source"`
	}{f.What, f.Length.Minutes(), f.Kind, f.Source})
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
