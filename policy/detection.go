package policy

import (
	"maps"
	"slices"

	"github.com/carebase/carebase/policy/inspect"
)

// InEachRegion checks that every region in which the stack has a VPC, and so something at work, has one of the types on
// which good holds; where it has none, that there is one at all.
func InEachRegion(s *inspect.Stack, report *Report, types []string, fix string, good func(*inspect.Resource) bool) {
	want := "one in every region in use"
	regions := map[string]bool{}
	for _, vpc := range s.Of(inspect.VpcType) {
		regions[inspect.RegionOf(vpc)] = true
	}
	for _, r := range s.Of(types...) {
		delete(regions, inspect.RegionOf(r))
		if good(r) {
			report.Pass(r)
		}
	}
	for _, region := range slices.Sorted(maps.Keys(regions)) {
		report.Fail(s.Root(), inspect.ShortName(types[0]), "none "+inspect.NameOfRegion(region), want, fix)
	}
	if len(s.Of(types...)) == 0 && len(regions) == 0 {
		report.Fail(s.Root(), inspect.ShortName(types[0]), "none", want, fix)
	}
}
