package policy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/carebase/carebase/graph"
	"github.com/carebase/carebase/policy/inspect"
)

// An Expectation says which values of one property satisfy a control. Most controls are lists of expectations.
type Expectation struct {
	// Path of the property, such as "metadataOptions.httpTokens". [*] stands for every element of a list.
	Path string
	// Want says in words which values satisfy the control, Fix how to change the resource.
	Want, Fix string
	// Holds is true for values that satisfy the control. It is not called for a value that is not known or sealed.
	Holds func(inspect.Value) bool
	// whatever is true if any value satisfies the control, so that a sealed one does.
	whatever bool
}

// Each checks every resource of the types: all expectations hold, or each one that does not is reported.
func Each(types []string, expectations ...Expectation) func(*inspect.Stack, *Report) {
	return func(s *inspect.Stack, report *Report) {
		for _, r := range s.Of(types...) {
			report.Expect(r, expectations...)
		}
	}
}

// EachWhere is each for those resources that the control is about.
func EachWhere(types []string, about func(*inspect.Resource) bool, expectations ...Expectation) func(*inspect.Stack, *Report) {
	return func(s *inspect.Stack, report *Report) {
		for _, r := range s.Of(types...) {
			if about(r) {
				report.Expect(r, expectations...)
			}
		}
	}
}

// Expect reports the resource's violations, or that there is none.
func (r *Report) Expect(on *inspect.Resource, expectations ...Expectation) {
	if r.Check(on, on, expectations...) {
		r.Pass(on)
	}
}

// Check reports the violations by one resource on another, which may be the same. It returns true where there is none.
func (r *Report) Check(by, on *inspect.Resource, expectations ...Expectation) bool {
	good := true
	for _, e := range expectations {
		for _, v := range by.Each(e.Path) {
			good = e.Judge(r, on, v) && good
		}
	}
	return good
}

// onlyWantsSet is true for a value that is not known yet but comes from another resource, where any such value
// satisfies the expectation and only a missing one would not: a key's ARN in a preview, before the key exists.
func (e Expectation) onlyWantsSet(v inspect.Value) bool {
	if v.Resource() == nil {
		return false
	}
	sources := v.Resource().Stack().ResolveAll(v)
	if len(sources) == 0 {
		return false
	}
	coming := v.WithText(graph.Reference{URN: sources[0].URN, Property: "*"}.Token())
	return e.Holds(coming) && !e.Holds(v.Resource().Missing(v.Path()))
}

func IsTrue(path, fix string) Expectation {
	return Expectation{Path: path, Want: "true", Fix: fix, Holds: func(v inspect.Value) bool { return v.True() }}
}

// NotTrue is content with what is not set.
func NotTrue(path, fix string) Expectation {
	return Expectation{Path: path, Want: "false or not set", Fix: fix, Holds: func(v inspect.Value) bool { return v.Unset() || v.False() }}
}

func IsSet(path, fix string) Expectation {
	return Expectation{Path: path, Want: "set", Fix: fix, Holds: func(v inspect.Value) bool { return !v.Unset() }, whatever: true}
}

func IsUnset(path, fix string) Expectation {
	return Expectation{Path: path, Want: "not set", Fix: fix, Holds: func(v inspect.Value) bool {
		return v.Unset() || v.EmptyList()
	}}
}

// IsOneOf wants one of the texts.
func IsOneOf(path, fix string, allowed ...string) Expectation {
	return Expectation{Path: path, Want: strings.Join(allowed, " or "), Fix: fix, Holds: func(v inspect.Value) bool {
		return slices.Contains(allowed, v.Text())
	}}
}

func AtLeast(path string, least float64, fix string) Expectation {
	return Expectation{Path: path, Want: fmt.Sprintf("at least %g", least), Fix: fix, Holds: func(v inspect.Value) bool {
		n, ok := v.Number()
		return ok && n >= least
	}}
}

// Contains wants a list with all of the texts.
func Contains(path, fix string, texts ...string) Expectation {
	return Expectation{Path: path, Want: "a list with " + strings.Join(texts, " and "), Fix: fix, Holds: func(v inspect.Value) bool {
		return !slices.ContainsFunc(texts, func(text string) bool { return !v.Contains(text) })
	}}
}

// CustomerKey wants a customer-managed KMS key: a key of this stack, or the ARN or id of one elsewhere. AWS's own
// keys, which are named alias/aws/<service>, cannot be audited or revoked.
func CustomerKey(path, fix string) Expectation {
	return Expectation{Path: path, Want: "a customer-managed KMS key", Fix: fix, Holds: func(v inspect.Value) bool {
		return !v.Unset() && !strings.Contains(v.Text(), "alias/aws/")
	}}
}

// OnePer checks that at least one resource of typ points at every target by property, and that the expectations hold
// on it. Findings are on the target where it has none.
func OnePer(targets []string, typ, property, fix string, expectations ...Expectation) func(*inspect.Stack, *Report) {
	return func(s *inspect.Stack, report *Report) {
		for _, target := range s.Of(targets...) {
			pointing := s.Pointing(target, typ, property)
			if len(pointing) == 0 {
				report.Fail(target, inspect.ShortName(typ), "none", "one "+inspect.ShortName(typ)+" for it", fix)
				continue
			}
			good := true
			for _, r := range pointing {
				good = report.Check(r, r, expectations...) && good
			}
			if good {
				report.Pass(target)
			}
		}
	}
}

// Exists checks that the stack has a resource of one of the types on which the expectations hold.
func Exists(types []string, fix string, expectations ...Expectation) func(*inspect.Stack, *Report) {
	return func(s *inspect.Stack, report *Report) {
		found := s.Of(types...)
		if len(found) == 0 {
			names := make([]string, len(types))
			for i, typ := range types {
				names[i] = inspect.ShortName(typ)
			}
			report.Fail(s.Root(), strings.Join(names, " or "), "none", "at least one", fix)
			return
		}
		for _, r := range found {
			report.Expect(r, expectations...)
		}
	}
}

// Judge holds the expectation against a value that no path of the resource reaches: one that another resource may
// give, or an element that only some resources have. True where it holds.
func (e Expectation) Judge(report *Report, on *inspect.Resource, v inspect.Value) bool {
	switch {
	case e.whatever && v.Sealed(), v.Unknown() && e.onlyWantsSet(v):
		return true
	case v.Unknown():
		report.Undecided(on, v.Path(), e.Want)
	case !e.Holds(v):
		report.Fail(on, v.Path(), v.Show(), e.Want, e.Fix)
	default:
		return true
	}
	return false
}
