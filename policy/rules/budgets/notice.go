package budgets

import (
	"strings"

	"github.com/carebase/carebase/policy"
	"github.com/carebase/carebase/policy/inspect"
)

const (
	budgetType        = "aws:budgets/budget:Budget"
	allocationTagType = "aws:costexplorer/costAllocationTag:CostAllocationTag"
)

// budgetsCount looks for filters by tag. A tag that the same stack activates counts.
func budgetsCount(s *inspect.Stack, report *policy.Report) {
	active := map[string]bool{}
	for _, tag := range s.Of(allocationTagType) {
		active[tag.At("tagKey").Text()] = tag.At("status").Text() == "Active"
	}
	for _, budget := range s.Of(budgetType) {
		if tag := inactiveTag(budget, active); tag != "" {
			report.Fail(budget, "costFilters", "by tag "+tag, "by account or region, or by a tag that is activated",
				"filter by LinkedAccount; or activate the tag in the account that pays")
			continue
		}
		if len(budget.At("notifications").List()) == 0 && !budget.At("notifications").Unknown() {
			report.Fail(budget, "notifications", "none", "at least one", "say at which part of the budget who is told")
			continue
		}
		report.Pass(budget)
	}
}

// inactiveTag is a tag that the budget filters by and that nobody has activated: user:<key>$<value>.
func inactiveTag(budget *inspect.Resource, active map[string]bool) string {
	for _, filter := range inspect.Elements(budget.At("costFilters")) {
		if filter.At("name").Text() != "TagKeyValue" {
			continue
		}
		for _, value := range filter.At("values").List() {
			key, _, _ := strings.Cut(strings.TrimPrefix(value.Text(), "user:"), "$")
			if !active[key] {
				return key
			}
		}
	}
	return ""
}
