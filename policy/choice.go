package policy

import (
	"cmp"
	"slices"
)

// oneOf checks candidates of which one is enough. Try reports what is wrong with one, and returns true where nothing
// is. It returns the first good one. Where none will do it returns -1, and reports on the first that may yet, or else
// on the one that is nearest to it; of no candidates, nothing.
func (r *Report) oneOf(candidates int, try func(int, *Report) bool) int {
	var tried []*Report
	for i := range candidates {
		report := &Report{control: r.control}
		if try(i, report) {
			return i
		}
		tried = append(tried, report)
	}
	if len(tried) > 0 {
		r.findings = append(r.findings, slices.MinFunc(tried, func(a, b *Report) int {
			return cmp.Or(cmp.Compare(a.worst(), b.worst()), cmp.Compare(len(a.findings), len(b.findings)))
		}).findings...)
	}
	return -1
}

// worst is 1 where something is wrong for certain, and not only not known yet.
func (r *Report) worst() int {
	if slices.ContainsFunc(r.findings, func(f Finding) bool { return f.Outcome == NonCompliant }) {
		return 1
	}
	return 0
}

// oneElement is oneOf for the elements of the resource's list at path, which holds [*]; of none it reports that. True
// where one is good.
func (r *Report) oneElement(on *Resource, path, want, fix string, good func(Value, *Report) bool) bool {
	list := on.Each(path)
	if len(list) == 1 && list[0].Unset() {
		r.Fail(on, list[0].Path(), "none", want, fix)
		return false
	}
	return r.oneOf(len(list), func(i int, report *Report) bool { return good(list[i], report) }) >= 0
}

// first is the first value that is set, or not known yet; where none is, the first of all.
func first(values ...Value) Value {
	for _, v := range values {
		if !v.Unset() || v.Unknown() {
			return v
		}
	}
	return values[0]
}

// decide reports an outcome of the property that was worked out elsewhere; true where it is Compliant.
func (r *Report) decide(outcome Outcome, on *Resource, property, want, fix string) bool {
	switch outcome {
	case Undecidable:
		r.Undecided(on, property, want)
	case NonCompliant:
		r.Fail(on, property, on.At(property).Show(), want, fix)
	}
	return outcome == Compliant
}

// notFalse is for what is on unless a program turns it off.
func notFalse(path, fix string) expectation {
	return expectation{path, "true or not set", fix, func(_ *Resource, v Value) bool { return v.Unset() || v.True() }}
}
