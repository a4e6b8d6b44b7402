package policy

import (
	"github.com/carebase/carebase/policy/inspect"
)

// JudgeAttachments checks the target's companions: there is at least one, and the expectations hold on each. True where both are so.
func JudgeAttachments(c inspect.Attachments, report *Report, target *inspect.Resource, typ, fix string, expectations ...Expectation) bool {
	found, want := c.Of[target.URN], "one "+inspect.ShortName(typ)+" for it"
	switch {
	case len(found) == 0 && len(c.Unplaced) > 0:
		report.Undecided(target, inspect.ShortName(typ), want)
	case len(found) == 0:
		report.Fail(target, inspect.ShortName(typ), "none", want, fix)
	}
	good := len(found) > 0
	for _, r := range found {
		good = report.Check(r, r, expectations...) && good
	}
	return good
}
