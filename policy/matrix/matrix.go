// Package matrix writes the control matrix: for every paragraph of the HIPAA Security Rule that a control cites, what
// is checked, what in a stack satisfies it and which test proves it; and for every rule of the published catalogues
// where it went.
package matrix

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/carebase/carebase/policy"
	"github.com/carebase/carebase/policy/catalogue"
)

// dispositions says of every rule of AWS Config's HIPAA conformance pack, of cdk-nag's HIPAA pack and of Prowler's
// HIPAA mapping which controls cover it, or why none does.
//
//go:embed dispositions.json
var dispositions []byte

// Catalogues reads the dispositions: by catalogue and rule the ids of the controls that cover it, or the reason
// (runtime-only, not-applicable) that none does.
func Catalogues() (map[string]map[string]Disposition, error) {
	var found map[string]map[string]Disposition
	if err := json.Unmarshal(dispositions, &found); err != nil {
		return nil, fmt.Errorf("dispositions.json: %w", err)
	}
	return found, nil
}

// A Disposition of one rule: either Controls or Reason is set.
type Disposition struct {
	Controls []string
	Reason   string
}

// UnmarshalJSON reads a list of controls, or a reason.
func (d *Disposition) UnmarshalJSON(text []byte) error {
	if err := json.Unmarshal(text, &d.Controls); err == nil {
		return nil
	}
	return json.Unmarshal(text, &d.Reason)
}

// reasons in people's words.
var reasons = map[string]string{
	"runtime-only":   "a state of the running account that no program declares; AWS Config watches it where components/audit is on",
	"not-applicable": "about a service that no component uses",
}

// Evidence says what in a stack satisfies a control: by control, lines such as "database: rds.Instance".
type Evidence map[string][]string

// Write writes the matrix as Markdown.
func Write(w io.Writer, evidence Evidence) error {
	catalogues, err := Catalogues()
	if err != nil {
		return err
	}
	var b strings.Builder
	controls := catalogue.Controls()
	fmt.Fprintf(&b, "# Control matrix\n\nGenerated: `go test ./tests -run TestControlMatrix -update`. Do not edit.\n\n")
	fmt.Fprintf(&b, "%d controls. Each is checked on plans, previews and deployed states (`carebase audit`) and in updates\n"+
		"(`policy/pack`). Each has examples that satisfy and violate it (`go test ./policy/rules/... -run TestControls/<id>`), and every\n"+
		"stack is held against each (`go test ./tests -run TestStacksSatisfyTheCatalogue/<stack>/<id>`). A citation marked *\n"+
		"rests on analogy: no published catalogue ties the control to that paragraph.\n\n", len(controls))
	byCitation(&b, controls)
	byControl(&b, controls, evidence)
	unchecked(&b, catalogues)
	_, err = io.WriteString(w, b.String())
	return err
}

func byCitation(b *strings.Builder, controls []*policy.Control) {
	cited := map[string][]string{}
	for _, control := range controls {
		for _, citation := range control.Citations {
			mark := ""
			if control.Analogy {
				mark = "*"
			}
			cited[citation] = append(cited[citation], fmt.Sprintf("[%s](#%s)%s", control.ID, strings.ToLower(control.ID), mark))
		}
	}
	fmt.Fprintf(b, "## By paragraph of 45 CFR\n\n| paragraph | controls |\n| --- | --- |\n")
	for _, citation := range slices.Sorted(maps.Keys(cited)) {
		fmt.Fprintf(b, "| %s | %s |\n", citation, strings.Join(cited[citation], ", "))
	}
	b.WriteString("\n")
}

func byControl(b *strings.Builder, controls []*policy.Control, evidence Evidence) {
	b.WriteString("## By control\n\n")
	for _, control := range controls {
		fmt.Fprintf(b, "### %s\n\n**%s** (%s, %s, %s). %s\n\n", control.ID, control.Title, control.Severity, control.Applies, control.Kind, control.Why)
		fmt.Fprintf(b, "- %s\n", control.Cite())
		for _, catalogue := range []struct {
			name  string
			rules []string
		}{{"AWS Config", control.Config}, {"cdk-nag", control.Nag}, {"Prowler", control.Prowler}} {
			if len(catalogue.rules) > 0 {
				fmt.Fprintf(b, "- %s: %s\n", catalogue.name, strings.Join(catalogue.rules, ", "))
			}
		}
		satisfied := "nothing in the production stack: it has no such resource, or an exception (Pulumi.prod.yaml)"
		if lines := evidence[control.ID]; len(lines) > 0 {
			satisfied = strings.Join(lines, "; ")
		}
		fmt.Fprintf(b, "- satisfied in production by: %s\n\n", satisfied)
	}
}

func unchecked(b *strings.Builder, catalogues map[string]map[string]Disposition) {
	b.WriteString("## Rules of the catalogues that are not checked\n\n| catalogue | rule | why not |\n| --- | --- | --- |\n")
	for _, name := range slices.Sorted(maps.Keys(catalogues)) {
		for _, rule := range slices.Sorted(maps.Keys(catalogues[name])) {
			if reason := catalogues[name][rule].Reason; reason != "" {
				fmt.Fprintf(b, "| %s | %s | %s |\n", name, rule, reasons[reason])
			}
		}
	}
}
