package policy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/property"

	"github.com/carebase/carebase/graph"
)

// An expectation of one property. Controls are mostly lists of them.
type expectation struct {
	path  string // may hold [*] for every element of a list
	want  string
	fix   string
	holds func(*Resource, Value) bool // not called for what is not known yet
}

// each checks every resource of the types: all expectations hold, or each one that does not is reported.
func each(types []string, expectations ...expectation) func(*Stack, *Report) {
	return func(s *Stack, report *Report) {
		for _, r := range s.Of(types...) {
			r.expect(report, expectations...)
		}
	}
}

// eachWhere is each for those resources that the control is about.
func eachWhere(types []string, about func(*Resource) bool, expectations ...expectation) func(*Stack, *Report) {
	return func(s *Stack, report *Report) {
		for _, r := range s.Of(types...) {
			if about(r) {
				r.expect(report, expectations...)
			}
		}
	}
}

// of is the list of types for each, onePer and exists.
func of(types ...string) []string { return types }

// expect reports the resource's violations, or that there is none.
func (r *Resource) expect(report *Report, expectations ...expectation) {
	if r.check(report, r, expectations...) {
		report.Pass(r)
	}
}

// check reports violations on the resource named, which can be another than the one looked at; true where there is none.
func (r *Resource) check(report *Report, on *Resource, expectations ...expectation) bool {
	good := true
	for _, e := range expectations {
		for _, v := range r.Each(e.path) {
			switch {
			case v.Unknown() && e.onlyWantsSet(r, v):
			case v.Unknown():
				good = false
				report.Undecided(on, v.Path(), e.want)
			case !e.holds(r, v):
				good = false
				report.Fail(on, v.Path(), v.Show(), e.want, e.fix)
			}
		}
	}
	return good
}

// onlyWantsSet is true for a value that is not known yet but comes from another resource, where any such value
// satisfies the expectation and only a missing one would not: a key's ARN in a preview, before the key exists.
func (e expectation) onlyWantsSet(r *Resource, v Value) bool {
	sources := r.stack.Referents(v)
	if len(sources) == 0 {
		return false
	}
	coming := Value{path: v.path, resource: v.resource, value: property.New(graph.Reference{URN: sources[0].URN, Property: "*"}.Token())}
	return e.holds(r, coming) && !e.holds(r, Value{path: v.path, resource: v.resource})
}

// Each returns the values at a path in which [*] stands for every element of a list. An empty or missing list gives
// its own value, so that an expectation of its elements fails instead of holding for none.
func (r *Resource) Each(path string) []Value {
	before, after, wild := strings.Cut(path, "[*]")
	if !wild {
		return []Value{r.At(path)}
	}
	var values []Value
	list := r.At(before)
	for i := range list.List() {
		values = append(values, r.Each(fmt.Sprintf("%s[%d]%s", before, i, after))...)
	}
	if len(values) == 0 {
		missing := list
		if !missing.Unknown() {
			missing = Value{path: before, resource: r}
		}
		return []Value{missing}
	}
	return values
}

func isTrue(path, fix string) expectation {
	return expectation{path, "true", fix, func(_ *Resource, v Value) bool { return v.True() }}
}

// notTrue is content with what is not set.
func notTrue(path, fix string) expectation {
	return expectation{path, "false or not set", fix, func(_ *Resource, v Value) bool { return v.Unset() || v.False() }}
}

func isSet(path, fix string) expectation {
	return expectation{path, "set", fix, func(_ *Resource, v Value) bool { return !v.Unset() }}
}

func isUnset(path, fix string) expectation {
	return expectation{path, "not set", fix, func(_ *Resource, v Value) bool {
		return v.Unset() || v.value.IsArray() && v.value.AsArray().Len() == 0
	}}
}

// isOneOf wants one of the texts.
func isOneOf(path, fix string, allowed ...string) expectation {
	return expectation{path, strings.Join(allowed, " or "), fix, func(_ *Resource, v Value) bool {
		return slices.Contains(allowed, v.Text())
	}}
}

func atLeast(path string, least float64, fix string) expectation {
	return expectation{path, fmt.Sprintf("at least %g", least), fix, func(_ *Resource, v Value) bool {
		n, ok := v.Number()
		return ok && n >= least
	}}
}

// contains wants a list with all of the texts.
func contains(path, fix string, texts ...string) expectation {
	return expectation{path, "a list with " + strings.Join(texts, " and "), fix, func(_ *Resource, v Value) bool {
		return !slices.ContainsFunc(texts, func(text string) bool { return !v.Contains(text) })
	}}
}

// customerKey wants a customer-managed KMS key: a key of this stack, or the ARN or id of one elsewhere. AWS's own
// keys, which are named alias/aws/<service>, cannot be audited or revoked.
func customerKey(path, fix string) expectation {
	return expectation{path, "a customer-managed KMS key", fix, func(r *Resource, v Value) bool {
		return !v.Unset() && !strings.Contains(v.Text(), "alias/aws/")
	}}
}

// onePer checks that at least one resource of typ points at every target by property, and that the expectations hold
// on it. Findings are on the target where it has none.
func onePer(targets []string, typ, property, fix string, expectations ...expectation) func(*Stack, *Report) {
	return func(s *Stack, report *Report) {
		for _, target := range s.Of(targets...) {
			pointing := s.Pointing(target, typ, property)
			if len(pointing) == 0 {
				report.Fail(target, shortName(typ), "none", "one "+shortName(typ)+" for it", fix)
				continue
			}
			good := true
			for _, r := range pointing {
				good = r.check(report, r, expectations...) && good
			}
			if good {
				report.Pass(target)
			}
		}
	}
}

// exists checks that the stack has a resource of one of the types on which the expectations hold.
func exists(types []string, fix string, expectations ...expectation) func(*Stack, *Report) {
	return func(s *Stack, report *Report) {
		found := s.Of(types...)
		if len(found) == 0 {
			names := make([]string, len(types))
			for i, typ := range types {
				names[i] = shortName(typ)
			}
			report.Fail(s.Root(), strings.Join(names, " or "), "none", "at least one", fix)
			return
		}
		for _, r := range found {
			r.expect(report, expectations...)
		}
	}
}

// shortName is the last part of a type: FlowLog of aws:ec2/flowLog:FlowLog.
func shortName(typ string) string { return typ[strings.LastIndex(typ, ":")+1:] }
