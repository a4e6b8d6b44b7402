package policy

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/carebase/carebase/graph"
	"github.com/carebase/carebase/policy/inspect"
)

// Options of an audit.
type Options struct {
	// Only are the ids of the controls to check. Empty: all controls.
	Only []string
	// Exceptions that the stack's owners have accepted.
	Exceptions []Exception
	// Now decides which exceptions have expired.
	Now time.Time
	// PHI and Production say whether the stack holds protected health information, and whether it serves patients. Nil: its
	// tags say it, see inspect.NewStack.
	PHI, Production *bool
	// AllowUnjudged accepts an audit of all controls that found no resource to judge. Such an audit fails otherwise.
	AllowUnjudged bool
}

// A Result of an audit.
type Result struct {
	Project, Stack  string
	PHI, Production bool
	// Warnings are what makes the result less than it seems, for the head of a report.
	Warnings []string
	// Scope says what was looked at, and what was not.
	Scope Scope
	// Controls that were checked, in the catalogue's order, each with its outcome on the whole stack.
	Controls []ControlResult
	// Findings that need eyes: non-compliant and undecidable ones, the worst first. Those that an exception covers are
	// here with it.
	Findings []Finding
	// BadExceptions are exceptions that are expired, unused, without reason or otherwise cannot stand. Each fails the audit.
	BadExceptions []BadException
}

// A ControlResult is the outcome of one control: the worst over its resources.
type ControlResult struct {
	Control *Control
	Outcome Outcome
	// Checked counts resources, Passed those that comply.
	Checked, Passed int
}

// A Scope says which of a stack's resources an audit looked at.
type Scope struct {
	// Resources are those that a cloud provider manages; Types counts their types.
	Resources, Types int
	// External resources are only read by the stack, and not judged.
	External int
	// Unjudged are the types that no control looks at, but for tags and protection from deletion.
	Unjudged []TypeCount
	// Nothing is true if every control was checked and no resource was judged, and nobody accepted that.
	Nothing bool
}

// A TypeCount is a type with the number of its resources.
type TypeCount struct {
	Type  string `json:"type"`
	Count int    `json:"count"`
}

// A BadException and what is wrong with it.
type BadException struct {
	Exception Exception
	Problem   string
}

// Audit checks a stack against controls: those of package catalogue, and those of your own. The error names a control that
// does not exist.
func Audit(stack *inspect.Stack, controls []*Control, options Options) (*Result, error) {
	selected := controls
	if len(options.Only) > 0 {
		selected = nil
		for _, id := range options.Only {
			control := Lookup(controls, id)
			if control == nil {
				return nil, fmt.Errorf("there is no control %q; `carebase controls` lists them", id)
			}
			selected = append(selected, control)
		}
	}
	said := stack.Classified || options.PHI != nil || options.Production != nil
	if options.PHI != nil {
		stack.PHI = *options.PHI
	}
	if options.Production != nil {
		stack.Production = *options.Production
	}
	result := &Result{Project: stack.Project, Stack: stack.Graph.Stack, PHI: stack.PHI, Production: stack.Production}
	judged, notAsked := false, 0
	for _, control := range selected {
		if !control.Asks(stack) {
			result.Controls = append(result.Controls, ControlResult{Control: control, Outcome: NotAsked})
			notAsked++
			continue
		}
		stack.IgnoreTypes(control.Service == generalService)
		findings := control.Run(stack)
		if len(findings) == 0 {
			result.Controls = append(result.Controls, ControlResult{Control: control, Outcome: NotApplicable})
			continue
		}
		judged = judged || control.Service != generalService && slices.ContainsFunc(findings, func(f Finding) bool { return f.URN != stack.Root().URN })
		one := ControlResult{Control: control, Outcome: Compliant, Checked: len(findings)}
		for _, f := range findings {
			if f.Outcome == Compliant {
				one.Passed++
				continue
			}
			if f.Outcome == NonCompliant || one.Outcome == Compliant {
				one.Outcome = f.Outcome
			}
			result.Findings = append(result.Findings, f)
		}
		result.Controls = append(result.Controls, one)
	}
	if !said && notAsked > 0 {
		result.Warnings = append(result.Warnings, fmt.Sprintf("no tag DataClassification says what data the stack holds, so %d controls "+
			"for stacks with PHI or for production were not checked: tag its resources, or say it with --phi and --production", notAsked))
	}
	result.Scope = scope(stack)
	result.Scope.Nothing = len(options.Only) == 0 && !judged && !options.AllowUnjudged
	if result.Scope.Nothing {
		result.Warnings = append(result.Warnings, "no control judged any resource of the stack: the audit says nothing about it")
	}
	result.apply(stack.Graph, controls, options)
	slices.SortStableFunc(result.Findings, func(a, b Finding) int {
		return cmp.Or(-cmp.Compare(a.Control.Severity, b.Control.Severity), cmp.Compare(a.Control.ID, b.Control.ID),
			cmp.Compare(a.URN, b.URN), cmp.Compare(a.Property, b.Property))
	})
	return result, nil
}

// Lookup returns the control with that id, or nil.
func Lookup(controls []*Control, id string) *Control {
	for _, control := range controls {
		if control.ID == id {
			return control
		}
	}
	return nil
}

// generalService is the service of controls that look at tags and protection only, of every type that holds data.
const generalService = "Stack"

// scope counts the resources that a cloud provider manages, and names the types that no control asked the stack for.
func scope(stack *inspect.Stack) Scope {
	found := Scope{}
	counts := map[string]int{}
	for _, r := range stack.Resources {
		switch {
		case !r.Custom || r.IsProvider() || r.Package() == "pulumi":
		case r.External:
			found.External++
		default:
			found.Resources++
			counts[r.Type]++
		}
	}
	found.Types = len(counts)
	for _, typ := range slices.Sorted(maps.Keys(counts)) {
		if !stack.AskedFor(typ) {
			found.Unjudged = append(found.Unjudged, TypeCount{typ, counts[typ]})
		}
	}
	return found
}

// Asks is true if the control holds for stacks such as this one.
func (c *Control) Asks(s *inspect.Stack) bool {
	return !(c.Applies == WherePHI && !s.PHI || c.Applies == ProductionOnly && !s.Production)
}

// Run checks a stack on a stack: nothing where it does not apply.
func (c *Control) Run(s *inspect.Stack) []Finding {
	if !c.Asks(s) {
		return nil
	}
	report := &Report{Control: c}
	c.Check(s, report)
	return report.Findings
}

// apply marks the findings that exceptions cover, and finds the exceptions that cannot stand.
func (r *Result) apply(g *graph.Graph, controls []*Control, options Options) {
	known := func(id string) bool { return Lookup(controls, id) != nil }
	for i := range options.Exceptions {
		exception := options.Exceptions[i]
		if problem := exception.problem(known, options.Now); problem != "" {
			r.BadExceptions = append(r.BadExceptions, BadException{exception, problem})
			continue
		}
		used := false
		for j := range r.Findings {
			name := ""
			if res := g.Lookup(r.Findings[j].URN); res != nil {
				name = res.Name
			}
			if !exception.covers(r.Findings[j], name) {
				continue
			}
			used = true // also where it cannot be told yet whether there is something to accept
			if r.Findings[j].Outcome == NonCompliant {
				r.Findings[j].Exception = &exception
			}
		}
		checked := slices.ContainsFunc(r.Controls, func(c ControlResult) bool { return c.Control.ID == exception.Control })
		if !used && checked {
			r.BadExceptions = append(r.BadExceptions, BadException{exception, "nothing violates that control there: take it out"})
		}
	}
}

// Violations are the findings at or above a severity that no exception covers.
func (r *Result) Violations(least Severity) []Finding {
	var found []Finding
	for _, f := range r.Findings {
		if f.Outcome == NonCompliant && f.Exception == nil && f.Control.Severity >= least {
			found = append(found, f)
		}
	}
	return found
}

// Fails is true for an audit with a violation at or above a severity, with an exception that cannot stand, or that judged
// nothing.
func (r *Result) Fails(least Severity) bool {
	return len(r.Violations(least)) > 0 || len(r.BadExceptions) > 0 || r.Scope.Nothing
}
