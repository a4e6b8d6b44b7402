package policy

// judge holds the expectation against a value that no path of the resource reaches: one that another resource may
// give, or an element that only some resources have. True where it holds.
func (e expectation) judge(report *Report, on *Resource, v Value) bool {
	switch {
	case v.Unknown() && e.onlyWantsSet(v.resource, v):
		return true
	case v.Unknown():
		report.Undecided(on, v.Path(), e.want)
	case !e.holds(v.resource, v):
		report.Fail(on, v.Path(), v.Show(), e.want, e.fix)
	default:
		return true
	}
	return false
}

// regionOf is where the resource is: its own region, which it may name since version 7 of the provider, or its
// provider's.
func regionOf(r *Resource) string {
	if own := r.At("region").Text(); own != "" {
		return own
	}
	return r.Region
}

// nameOfRegion names a region in a sentence. A resource of a default provider has none in the graph.
func nameOfRegion(region string) string {
	if region == "" {
		return "in the default provider's region"
	}
	return "in " + region
}
