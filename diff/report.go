package diff

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"sort"
	"strings"
)

// section of a report.
type section struct {
	title string
	rows  []row
	// whole is true for a section that is never folded and never cut.
	whole bool
}

// row of a section: text with pieces of code in it.
type row struct {
	indent int
	pieces []piece
	tone   tone
	stacks []string
}

type piece struct {
	text string
	code bool
}

// tone is the colour of a row on a terminal.
type tone int

const (
	plain tone = iota
	bad
	warning
	good
)

func text(format string, args ...any) piece { return piece{text: fmt.Sprintf(format, args...)} }
func code(value string) piece               { return piece{text: value, code: true} }

// sections of all results, in the order of a comment. Equal rows of several stacks are one row.
func sections(results []*Result) []section {
	builders := []struct {
		title string
		whole bool
		rows  func(*Result) []row
	}{
		{"Data at risk", true, dataRows},
		{"Replacements", false, replacementRows},
		{"Security", false, securityRows},
		{"Controls", false, controlRows},
		{"Cost and recovery", false, costRows},
		{"Changes", false, changeRows},
		{"Secrets", false, secretRows},
	}
	var found []section
	for _, builder := range builders {
		s := section{title: builder.title, whole: builder.whole}
		for _, result := range results {
			for _, r := range builder.rows(result) {
				r.stacks = []string{result.Stack}
				s.rows = append(s.rows, r)
			}
		}
		if len(results) > 1 {
			s.rows = merged(s.rows)
		}
		if len(s.rows) > 0 {
			found = append(found, s)
		}
	}
	return found
}

// merged joins equal blocks of rows of several stacks. A block is a row with the indented rows below it.
func merged(rows []row) []row {
	var blocks [][]row
	for _, r := range rows {
		if r.indent == 0 || len(blocks) == 0 {
			blocks = append(blocks, nil)
		}
		blocks[len(blocks)-1] = append(blocks[len(blocks)-1], r)
	}
	at := map[string]int{}
	var kept [][]row
	for _, block := range blocks {
		var print strings.Builder
		for _, r := range block {
			fmt.Fprintf(&print, "%d%v;", r.indent, r.pieces)
		}
		if i, seen := at[print.String()]; seen {
			kept[i][0].stacks = append(kept[i][0].stacks, block[0].stacks...)
			continue
		}
		at[print.String()] = len(kept)
		kept = append(kept, block)
	}
	var all []row
	for _, block := range kept {
		block[0].pieces = append([]piece{text("%s: ", strings.Join(block[0].stacks, ", "))}, block[0].pieces...)
		all = append(all, block...)
	}
	return all
}

// manyRisks is the number of risks from which equal ones are one row.
const manyRisks = 25

func dataRows(r *Result) []row {
	var rows []row
	if len(r.Risks) <= manyRisks {
		for _, risk := range r.Risks {
			rows = append(rows, riskRow(risk, code(risk.Name)))
		}
		return rows
	}
	type key struct{ kind, kindOf, text string }
	names := map[key][]string{}
	var order []Risk
	for _, risk := range r.Risks {
		k := key{string(risk.Kind), risk.Type, strings.ReplaceAll(risk.Text, risk.Name, "(name)")}
		if len(names[k]) == 0 {
			order = append(order, risk)
		}
		names[k] = append(names[k], risk.Name)
	}
	// A row of 300 characters for each kind of risk leaves the report below its limit.
	for _, risk := range order {
		k := key{string(risk.Kind), risk.Type, strings.ReplaceAll(risk.Text, risk.Name, "(name)")}
		rows = append(rows, riskRow(risk, text("%s", list(names[k], 5))))
	}
	const most = 100
	if len(rows) > most {
		left := len(rows) - most
		rows = append(rows[:most], row{tone: bad, pieces: []piece{text("%s more kinds of risk; see the full text", thousands(left))}})
	}
	return rows
}

func riskRow(risk Risk, name piece) row {
	return row{tone: bad, pieces: []piece{name, text(" (%s) ", shortType(risk.Type)), text("%s", clip(risk.Text, 280))}}
}

// list names the first of many.
func list(names []string, most int) string {
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %s more", strings.Join(names[:most], ", "), thousands(len(names)-most))
}

// shortType is rds.Instance for aws:rds/instance:Instance.
func shortType(token string) string {
	parts := strings.Split(token, ":")
	if len(parts) != 3 {
		return token
	}
	module, _, _ := strings.Cut(parts[1], "/")
	if parts[0] != "aws" {
		return parts[0] + ":" + module + "." + parts[2]
	}
	return module + "." + parts[2]
}

// clip shortens a long text and says how much is left out.
func clip(text string, most int) string {
	runes := []rune(strings.Join(strings.Fields(text), " "))
	if len(runes) <= most {
		return string(runes)
	}
	return fmt.Sprintf("%s… (%s more characters)", string(runes[:most]), thousands(len(runes)-most))
}

func replacementRows(r *Result) []row {
	caused := map[string][]*Change{}
	for _, change := range r.Changes {
		if change.Root != "" {
			caused[change.Root] = append(caused[change.Root], change)
		}
	}
	var rows []row
	roots := slices.Clone(r.Changes)
	slices.SortStableFunc(roots, func(a, b *Change) int { return cmp.Compare(len(caused[b.URN]), len(caused[a.URN])) })
	for _, change := range roots {
		replaced := change.Action == Replaced || change.Action == MayReplace || change.Action == Recreated
		if !replaced || change.Root != "" {
			continue
		}
		if !change.HoldsData {
			rows = append(rows, replacementRow(change))
			for _, p := range change.Properties {
				if p.Replaces {
					rows = append(rows, propertyRow(p, 1))
				}
			}
		}
		if more := caused[change.URN]; len(more) > 0 {
			rows = append(rows, cascadeRow(change, more))
		}
	}
	return rows
}

func replacementRow(change *Change) row {
	what := string(change.Action)
	if change.Action == Recreated {
		what = "deleted and created anew: renamed from " + nameOf(change.WasURN) + " without an alias"
	}
	if why := change.Why(); why != "" {
		what += " because of " + why
	}
	if change.Order != "" {
		what += ", " + change.Order
	}
	return row{tone: warning, pieces: []piece{code(change.Name), text(" (%s) %s", shortType(change.Type), what)}}
}

// cascadeRow says what else is replaced, by type.
func cascadeRow(root *Change, more []*Change) row {
	counts := map[string]int{}
	for _, change := range more {
		counts[shortType(change.Type)]++
	}
	var kinds []string
	for _, kind := range slices.Sorted(maps.Keys(counts)) {
		kinds = append(kinds, fmt.Sprintf("%s ×%d", kind, counts[kind]))
	}
	return row{tone: warning, pieces: []piece{
		text("because "), code(root.Name), text(" is replaced: %s more: %s", thousands(len(more)), list(kinds, 12)),
	}}
}

func securityRows(r *Result) []row {
	tones := map[Effect]tone{Public: bad, Widened: warning, Narrowed: good}
	var rows []row
	for _, change := range r.Security {
		rows = append(rows, row{tone: tones[change.Effect], pieces: []piece{
			text("%s: ", change.Effect), code(change.Name), text(" (%s) ", shortType(change.Type)), text("%s", clip(change.Text, 300)),
		}})
	}
	return rows
}

func controlRows(r *Result) []row {
	c := r.Controls
	if c == nil {
		return nil
	}
	var rows []row
	finding := func(what string, t tone, f ControlFinding) {
		excepted := ""
		if f.Excepted {
			excepted = " (an exception covers it)"
		}
		rows = append(rows, row{tone: t, pieces: []piece{text("%s: %s %s ", what, f.Control, f.Severity), code(f.Name), text(" %s%s", clip(f.Message, 300), excepted)}})
	}
	for _, f := range c.New {
		finding("new", bad, f)
	}
	for _, f := range c.Mended {
		finding("mended", good, f)
	}
	exception := func(what string, t tone, e ExceptionInfo) {
		rows = append(rows, row{tone: t, pieces: []piece{
			text("exception %s: %s ", what, e.Control), code(e.Resource), text(" until %s, %s: %s", e.Expires, e.Owner, clip(e.Reason, 200)),
		}})
	}
	for _, e := range c.Added {
		exception("added", warning, e)
	}
	for _, e := range c.Removed {
		exception("removed", good, e)
	}
	for _, e := range c.Expiring {
		exception("expires soon", warning, e)
	}
	return rows
}

func costRows(r *Result) []row {
	var rows []row
	if c := r.Cost; c != nil && !maps.Equal(c.Base.Services, c.Head.Services) {
		for _, service := range union(c.Base.Services, c.Head.Services) {
			before, after := c.Base.Services[service], c.Head.Services[service]
			if before != after {
				rows = append(rows, row{pieces: []piece{text("%s: %.2f → %.2f USD/month (%s)", service, before, after, signed(after-before))}})
			}
		}
		sort.SliceStable(rows, func(i, j int) bool { return rows[i].pieces[0].text < rows[j].pieces[0].text })
		rows = append(rows, row{pieces: []piece{text("total: %.2f → %.2f USD/month (%s)", c.Base.Total, c.Head.Total, signed(c.Head.Total-c.Base.Total))}})
		if len(c.Head.Unpriced) > 0 {
			rows = append(rows, row{pieces: []piece{text("not priced: %s", list(c.Head.Unpriced, 20))}})
		}
	}
	if o := r.Objectives; o != nil && o.Base != o.Head {
		rows = append(rows, row{tone: warning, pieces: []piece{
			text("recovery time %s → %s, recovery point %s → %s", minutes(o.Base.RTO), minutes(o.Head.RTO), minutes(o.Base.RPO), minutes(o.Head.RPO)),
		}})
	}
	return rows
}

// propertyRow is a change of an input.
func propertyRow(p Property, indent int) row {
	r := row{indent: indent, pieces: []piece{code(p.Path), text(": ")}}
	const most = 140
	value := func(v string) piece {
		if v == "" {
			return code(`""`)
		}
		return code(clip(v, most))
	}
	switch {
	case p.Hidden:
		r.pieces = append(r.pieces, text("%s", p.arrow()))
	case !p.OldSet:
		r.pieces = append(r.pieces, text("not set → "), value(p.New))
	case !p.NewSet:
		r.pieces = append(r.pieces, value(p.Old), text(" → not set"))
	default:
		before, after := apart(p.Old, p.New, most)
		r.pieces = append(r.pieces, value(before), text(" → "), value(after))
	}
	if p.Ignored {
		r.pieces = append(r.pieces, text(" (ignored: ignoreChanges)"))
	}
	if p.Replaces {
		r.pieces = append(r.pieces, text(" (replaces)"))
		r.tone = warning
	}
	return r
}

// apart cuts what two long texts begin with in common, so that the difference is within sight.
func apart(old, new string, most int) (string, string) {
	if len(old) <= most && len(new) <= most {
		return old, new
	}
	before, after := []rune(old), []rune(new)
	common := 0
	for common < len(before) && common < len(after) && before[common] == after[common] {
		common++
	}
	const context = 30
	if common <= context+10 {
		return old, new
	}
	return "…" + string(before[common-context:]), "…" + string(after[common-context:])
}

func changeRows(r *Result) []row {
	var rows []row
	for _, group := range r.Groups {
		line := propertyRow(group.Property, 0)
		line.pieces = append(line.pieces, text(" on %s resources", thousands(group.Resources)))
		rows = append(rows, line)
	}
	byComponent := map[string][]*Change{}
	for _, change := range r.Changes {
		byComponent[change.Component] = append(byComponent[change.Component], change)
	}
	for _, component := range slices.Sorted(maps.Keys(byComponent)) {
		below := componentRows(byComponent[component])
		if len(below) == 0 {
			continue
		}
		name := component
		if name == "" {
			name = "(the stack)"
		}
		rows = append(rows, row{pieces: []piece{text("%s", name)}})
		rows = append(rows, below...)
	}
	return rows
}

func componentRows(changes []*Change) []row {
	var rows []row
	for _, action := range []Action{Removed, Added} {
		names := map[string][]string{}
		for _, change := range changes {
			if change.Action == action {
				names[shortType(change.Type)] = append(names[shortType(change.Type)], change.Name)
			}
		}
		for _, kind := range slices.Sorted(maps.Keys(names)) {
			rows = append(rows, row{indent: 1, pieces: []piece{text("%s: %s ", action, kind), code(list(names[kind], 8))}})
		}
	}
	for _, change := range changes {
		switch {
		case change.Action == Added, change.Action == Removed:
			continue
		case change.Action == Recreated || change.Root != "" && len(change.Properties) == 0:
			continue // among the replacements
		}
		var properties []row
		for _, p := range change.Properties {
			if !p.Grouped && (!p.Replaces || change.HoldsData) { // the others are among the replacements
				properties = append(properties, propertyRow(p, 2))
			}
		}
		if len(properties) == 0 && change.Action != Renamed {
			continue
		}
		what := string(change.Action)
		if change.Action == Renamed || change.WasURN != "" {
			what = "was " + nameOf(change.WasURN)
			if change.Action != Renamed {
				what += ", " + string(change.Action)
			}
		}
		rows = append(rows, row{indent: 1, pieces: []piece{code(change.Name), text(" (%s) %s", shortType(change.Type), what)}})
		rows = append(rows, properties...)
	}
	return rows
}

func secretRows(r *Result) []row {
	var rows []row
	for _, s := range r.Settings {
		rows = append(rows, row{pieces: []piece{code(s.Path), text(": %s (hidden)", s.What)}})
	}
	return rows
}
