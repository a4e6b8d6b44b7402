package policy

import (
	"cmp"
	"slices"

	"github.com/carebase/carebase/policy/inspect"
)

// OneOf checks candidates of which one is enough. Try reports what is wrong with one, and returns true where nothing
// is. It returns the first good one. Where none will do it returns -1, and reports on the first that may yet, or else
// on the one that is nearest to it; of no candidates, nothing.
func (r *Report) OneOf(candidates int, try func(int, *Report) bool) int {
	var tried []*Report
	for i := range candidates {
		report := &Report{Control: r.Control}
		if try(i, report) {
			return i
		}
		tried = append(tried, report)
	}
	if len(tried) > 0 {
		r.Findings = append(r.Findings, slices.MinFunc(tried, func(a, b *Report) int {
			return cmp.Or(cmp.Compare(a.worst(), b.worst()), cmp.Compare(len(a.Findings), len(b.Findings)))
		}).Findings...)
	}
	return -1
}

// worst is 1 where something is wrong for certain, and not only not known yet.
func (r *Report) worst() int {
	if slices.ContainsFunc(r.Findings, func(f Finding) bool { return f.Outcome == NonCompliant }) {
		return 1
	}
	return 0
}

// OneElement is oneOf for the elements of the resource's list at path, which holds [*]; of none it reports that. True
// where one is good.
func (r *Report) OneElement(on *inspect.Resource, path, want, fix string, good func(inspect.Value, *Report) bool) bool {
	list := on.Each(path)
	if len(list) == 1 && list[0].Unset() {
		r.Fail(on, list[0].Path(), "none", want, fix)
		return false
	}
	return r.OneOf(len(list), func(i int, report *Report) bool { return good(list[i], report) }) >= 0
}

// Decide reports an outcome of the property that was worked out elsewhere; true where it is Yes.
func (r *Report) Decide(outcome inspect.Answer, on *inspect.Resource, property, want, fix string) bool {
	switch outcome {
	case inspect.Unknown:
		r.Undecided(on, property, want)
	case inspect.No:
		r.Fail(on, property, on.At(property).Show(), want, fix)
	}
	return outcome == inspect.Yes
}

// NotFalse is for what is on unless a program turns it off.
func NotFalse(path, fix string) Expectation {
	return Expectation{Path: path, Want: "true or not set", Fix: fix, Holds: func(v inspect.Value) bool { return v.Unset() || v.True() }}
}
