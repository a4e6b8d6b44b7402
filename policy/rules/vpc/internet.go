package vpc

import (
	"slices"

	"github.com/carebase/carebase/policy"
	"github.com/carebase/carebase/policy/inspect"
)

// closedToInternet checks that no rule lets the internet in on one of the ports.
func closedToInternet(want, fix string, ports ...int) func(*inspect.Stack, *policy.Report) {
	return func(s *inspect.Stack, report *policy.Report) {
		for _, r := range s.Of(inspect.IngressTypes...) {
			good := true
			for _, rule := range s.Openings(r) {
				source, internet := rule.FromInternet()
				hit := slices.ContainsFunc(ports, rule.Opens)
				switch {
				case internet == inspect.No || rule.Known() && !hit:
				case internet == inspect.Unknown:
					good = false
					report.Undecided(r, source.Path(), want)
				case !rule.Known():
					good = false
					report.Undecided(r, rule.Unknown(), want)
				default:
					good = false
					report.Fail(r, source.Path(), rule.Show(source), want, fix)
				}
			}
			if good {
				report.Pass(r)
			}
		}
	}
}
