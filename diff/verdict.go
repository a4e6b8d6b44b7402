package diff

import (
	"fmt"
	"math"
	"strings"
)

// Verdict is the change of one stack in one line.
func (r *Result) Verdict() string {
	if r.Empty() {
		return r.Stack + ": no change"
	}
	var parts []string
	add := func(n int, what string) {
		if n > 0 {
			parts = append(parts, fmt.Sprintf("%s %s", thousands(n), what))
		}
	}
	add(r.Counts.Replaced, "replaced"+r.dataIn(Replaced))
	add(r.Counts.Recreated, "deleted and created anew"+r.dataIn(Recreated))
	add(r.Counts.MayReplace, "may be replaced"+r.dataIn(MayReplace))
	parts = append(parts, fmt.Sprintf("%s changed", thousands(r.Counts.Changed)))
	add(r.Counts.Added, "added")
	parts = append(parts, fmt.Sprintf("%s removed%s", thousands(r.Counts.Removed), r.dataIn(Removed)))
	add(r.Counts.Renamed, "renamed")
	add(r.Counts.NotCarriedOut, "not carried out")
	add(len(r.Settings), plural(len(r.Settings), "secret")+" changed")
	if r.Cost != nil {
		if change := r.Cost.Head.Total - r.Cost.Base.Total; math.Abs(change) >= 0.5 {
			parts = append(parts, fmt.Sprintf("%s USD/month", signed(change)))
		}
	}
	if o := r.Objectives; o != nil {
		parts = append(parts, fmt.Sprintf("RTO %s → %s", minutes(o.Base.RTO), minutes(o.Head.RTO)))
		if o.Base.RPO != o.Head.RPO {
			parts = append(parts, fmt.Sprintf("RPO %s → %s", minutes(o.Base.RPO), minutes(o.Head.RPO)))
		}
	}
	if c := r.Controls; c != nil {
		open := 0
		for _, finding := range c.New {
			if !finding.Excepted {
				open++
			}
		}
		add(open, "new "+plural(open, "violation"))
		add(len(c.Mended), "mended")
		add(len(c.Added), plural(len(c.Added), "exception")+" added")
		add(len(c.Removed), plural(len(c.Removed), "exception")+" removed")
	}
	return r.Stack + ": " + strings.Join(parts, " · ")
}

// dataIn says how many of the resources with an action hold data, and how many of those are protected.
func (r *Result) dataIn(action Action) string {
	data, protected, retained := 0, 0, 0
	for _, change := range r.Changes {
		if change.Action != action || !change.HoldsData {
			continue
		}
		data++
		switch {
		case change.Protected:
			protected++
		case change.Retained:
			retained++
		}
	}
	holds := "hold data"
	if data == 1 {
		holds = "holds data"
	}
	switch {
	case data == 0:
		return ""
	case protected == data && data == 1:
		return " (1 holds data and is protected: the update will fail)"
	case protected > 0:
		return fmt.Sprintf(" (%d %s, %d protected: the update will fail)", data, holds, protected)
	case retained == data:
		return fmt.Sprintf(" (%d %s, kept in AWS outside the stack)", data, holds)
	}
	return fmt.Sprintf(" (%d %s)", data, holds)
}

func plural(n int, noun string) string {
	if n == 1 {
		return noun
	}
	return noun + "s"
}

func signed(value float64) string {
	sign := "+"
	if value < 0 {
		sign = "−"
	}
	return sign + thousands(int(math.Round(math.Abs(value))))
}

// thousands writes 5000 as 5,000.
func thousands(n int) string {
	text := fmt.Sprint(n)
	for at := len(text) - 3; at > 0; at -= 3 {
		text = text[:at] + "," + text[at:]
	}
	return text
}

func minutes(m float64) string {
	whole := int(math.Round(m))
	if whole < 60 {
		return fmt.Sprintf("%d min", whole)
	}
	return fmt.Sprintf("%d h %02d", whole/60, whole%60)
}
