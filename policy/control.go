package policy

import (
	"fmt"
	"strings"

	"github.com/carebase/carebase/policy/inspect"
)

// Severity of a violation.
type Severity int

// Severities, from least to most.
const (
	Low      Severity = iota + 1 // good practice; no patient data at risk by itself
	Medium                       // weakens a safeguard or the evidence of one
	High                         // a required safeguard is missing
	Critical                     // patient data is exposed or can be lost
)

var severityNames = map[Severity]string{Low: "low", Medium: "medium", High: "high", Critical: "critical"}

func (s Severity) String() string { return severityNames[s] }

// ParseSeverity reads low, medium, high or critical.
func ParseSeverity(text string) (Severity, error) {
	for severity, name := range severityNames {
		if name == text {
			return severity, nil
		}
	}
	return 0, fmt.Errorf("severity %q: allowed is low, medium, high, critical", text)
}

// Applicability says for which stacks a control holds.
type Applicability int

// The applicabilities.
const (
	Always         Applicability = iota // any stack
	WherePHI                            // stacks that hold protected health information
	ProductionOnly                      // stacks that serve patients
)

func (a Applicability) String() string {
	return [...]string{"any stack", "where PHI lives", "production"}[a]
}

// Kind of a control: what it takes to decide it.
type Kind int

// The kinds.
const (
	Property Kind = iota // one resource's own properties
	Relation             // how resources belong together
	Presence             // that something exists in the stack
)

func (k Kind) String() string { return [...]string{"property", "relation", "presence"}[k] }

// OwnPrefix begins the ID of every control that is not in package catalogue, such as OWN-JOURNAL. By it the settings tell an
// exception from a team's own control from a misspelt ID.
const OwnPrefix = "OWN-"

// A Control of the catalogue.
type Control struct {
	// ID is short and never reused: RDS-1. Extensions beyond the published catalogues begin with X-, and a team's own controls
	// with OwnPrefix.
	ID string
	// Title says what holds where the control is satisfied.
	Title    string
	Service  string
	Severity Severity
	Applies  Applicability
	Kind     Kind
	// Citations are paragraphs of 45 CFR, e.g. 164.312(a)(2)(iv).
	Citations []string
	// Analogy is true where no published catalogue ties this control to those paragraphs: the tie is ours.
	Analogy bool
	// Config, Nag and Prowler are the ids of the same rule in AWS Config, cdk-nag and Prowler.
	Config, Nag, Prowler []string
	// Why says in a sentence what goes wrong without it.
	Why string
	// Setting is the key, without the project's name, of the setting of package stacks/settings that satisfies the control,
	// such as "database.multiAz". Empty: no setting decides about the control. Reports name the setting only in stacks of
	// projects that have it.
	Setting string
	// Check reports on every resource it holds for; a control that reports on none does not apply.
	Check func(*inspect.Stack, *Report)
}

// Outcome of a control on one resource or on the stack.
type Outcome int

// The outcomes.
const (
	NotApplicable Outcome = iota // the stack has no such resource
	Compliant
	NonCompliant
	Undecidable // a value is not known yet, or sealed
	NotAsked    // the control is for stacks with PHI or for production, and this is none
)

func (o Outcome) String() string {
	return [...]string{"not applicable", "compliant", "non-compliant", "undecidable", "not asked"}[o]
}

// A Finding is one outcome.
type Finding struct {
	Control *Control
	Outcome Outcome
	// URN of the resource; of the stack where something is missing from it.
	URN string
	// Property, Got, Want and Fix are set for what is non-compliant or undecidable. Got never holds a secret.
	Property string
	Got      string
	Want     string
	Fix      string
	// Exception that covers the finding, if one does.
	Exception *Exception
}

// Message is the finding in a sentence, the same wherever it is reported.
func (f Finding) Message() string {
	what := fmt.Sprintf("%s is %s; it should be %s", f.Property, f.Got, f.Want)
	if where, missing := strings.CutPrefix(f.Got, "none"); missing && (where == "" || where[0] == ' ') {
		what = fmt.Sprintf("there is no %s%s; there should be %s", f.Property, where, f.Want)
	}
	return fmt.Sprintf("%s. To fix it: %s. (%s)", what, strings.TrimSuffix(f.Fix, "."), f.Control.Cite())
}

// Cite lists the paragraphs, and says where they are tied to the control by analogy only.
func (c *Control) Cite() string {
	cited := "45 CFR " + strings.Join(c.Citations, ", ")
	if c.Analogy {
		cited += ", by analogy"
	}
	return cited
}

// Report collects a control's findings.
type Report struct {
	Control  *Control
	Findings []Finding
}

// Pass records that the resource satisfies the control.
func (r *Report) Pass(on *inspect.Resource) {
	r.Findings = append(r.Findings, Finding{Control: r.Control, Outcome: Compliant, URN: on.URN})
}

// Fail records a violation: the property, what it is, what it should be, and how to fix it here.
func (r *Report) Fail(on *inspect.Resource, property, got, want, fix string) {
	r.Findings = append(r.Findings, Finding{
		Control: r.Control, Outcome: NonCompliant, URN: on.URN, Property: property, Got: got, Want: want, Fix: fix,
	})
}

// Undecided records that the value of a property is not known yet, or that it is sealed.
func (r *Report) Undecided(on *inspect.Resource, property, want string) {
	got, fix := "not known yet", "audit again when the stack is deployed"
	if on.At(property).Sealed() {
		got, fix = "sealed: a secret, or a list or map with a secret in it", "audit the plan, or keep the secret out of this value: what is sealed cannot be judged"
	}
	r.Findings = append(r.Findings, Finding{
		Control: r.Control, Outcome: Undecidable, URN: on.URN, Property: property, Got: got, Want: want, Fix: fix,
	})
}
