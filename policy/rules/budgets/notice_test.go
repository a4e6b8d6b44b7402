package budgets

import (
	. "github.com/carebase/carebase/graph/graphtest"
	. "github.com/carebase/carebase/policy/policytest"
)

var (
	taggedBudget  = Resource(budgetType, "budget", Inputs{"notifications": []any{Inputs{"threshold": 90}}, "costFilters": []any{Inputs{"name": "TagKeyValue", "values": []any{"user:Environment$prod"}}}})
	accountBudget = Resource(budgetType, "budget", Inputs{"notifications": []any{Inputs{"threshold": 90}}, "costFilters": []any{Inputs{"name": "LinkedAccount", "values": []any{"123456789012"}}}})
)

var noticeFixtures = map[string]Fixture{
	"X-NOTICE-BUDGET": {
		Satisfied: []Example{
			{About: "by account", Resources: Resources(accountBudget)},
			{About: "everything", Resources: Resources(Resource(budgetType, "budget", Inputs{"notifications": []any{Inputs{"threshold": 90}}}))},
			{About: "by a tag that is activated", Resources: Resources(taggedBudget,
				Resource(allocationTagType, "tag", Inputs{"tagKey": "Environment", "status": "Active"}))},
		},
		Violated: []Example{
			{About: "no notifications", Property: "notifications", Resources: Resources(Resource(budgetType, "budget", Inputs{}))},
			{About: "by tag", Property: "costFilters", Resources: Resources(taggedBudget)},
			{About: "by a tag that is not activated", Property: "costFilters", Resources: Resources(taggedBudget,
				Resource(allocationTagType, "tag", Inputs{"tagKey": "Environment", "status": "Inactive"}))},
		},
	},
}
