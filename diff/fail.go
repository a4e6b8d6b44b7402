package diff

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Condition under which a change must not pass without an acceptance.
type Condition struct {
	// Kind is replace, data, violation or cost.
	Kind string
	// USD is by how much the monthly cost may rise; for cost only.
	USD float64
}

// conditionKinds are the kinds that --fail-on takes.
const conditionKinds = "replace, data, violation, cost=USD"

// ParseConditions reads a comma-separated list such as "data,violation,cost=100".
func ParseConditions(text string) ([]Condition, error) {
	var found []Condition
	for _, word := range strings.Split(text, ",") {
		kind, amount, priced := strings.Cut(strings.TrimSpace(word), "=")
		switch {
		case !priced && slices.Contains([]string{"replace", "data", "violation"}, kind):
			found = append(found, Condition{Kind: kind})
		case priced && kind == "cost":
			usd, err := strconv.ParseFloat(amount, 64)
			if err != nil || usd < 0 {
				return nil, fmt.Errorf("cost = %q: allowed is a number of US dollars a month from 0", amount)
			}
			found = append(found, Condition{Kind: kind, USD: usd})
		default:
			return nil, fmt.Errorf("%q: allowed is a list of %s", word, conditionKinds)
		}
	}
	return found, nil
}

// Failure is a reason why a change must not pass.
type Failure struct {
	Condition string `json:"condition"`
	Stack     string `json:"stack"`
	// Name of the resource; "" for cost.
	Name string `json:"name,omitempty"`
	URN  string `json:"urn,omitempty"`
	Text string `json:"text"`
	// Acceptance that covers the failure, if one does.
	Acceptance *Acceptance `json:"acceptance,omitempty"`
}

// Acceptance is an entry in a stack's settings that lets a change pass although --fail-on names it. Its review is the review of
// the settings.
type Acceptance struct {
	// Condition is replace, data, violation or cost.
	Condition string `json:"condition"`
	// Resource is the logical name or the URN of the resource; "stack" for cost.
	Resource string `json:"resource"`
	Reason   string `json:"reason"`
	// Owner is a role or a team, not a person.
	Owner string `json:"owner"`
	// Expires is the last day on which the entry holds, YYYY-MM-DD.
	Expires string `json:"expires"`
}

// shortestReason and owner are what policy.Exception asks for as well.
const shortestReason = 20

var owner = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9 /&,._-]{1,63}$`)

// Problem says why an acceptance does not hold on a day, or "".
func (a Acceptance) Problem(day time.Time) string {
	var problems []string
	problem := func(field, value, allowed string) {
		problems = append(problems, fmt.Sprintf("%s = %q: allowed is %s", field, value, allowed))
	}
	if !slices.Contains([]string{"replace", "data", "violation", "cost"}, a.Condition) {
		problem("condition", a.Condition, "replace, data, violation, cost")
	}
	if strings.TrimSpace(a.Resource) == "" {
		problem("resource", a.Resource, `the logical name or the URN of the resource; "stack" for cost`)
	}
	if utf8.RuneCountInString(strings.TrimSpace(a.Reason)) < shortestReason {
		problem("reason", a.Reason, fmt.Sprintf("a reason of at least %d characters", shortestReason))
	}
	if !owner.MatchString(a.Owner) {
		problem("owner", a.Owner, "a role or a team, such as platform-team, and no person's address")
	}
	expires, err := time.Parse(time.DateOnly, a.Expires)
	if err != nil {
		problem("expires", a.Expires, `the last day on which it holds, in quotes, such as "2027-06-30"`)
	} else if !day.Before(expires.AddDate(0, 0, 1)) {
		problems = append(problems, "it expired on "+a.Expires)
	}
	return strings.Join(problems, "; ")
}

// Failures finds what the conditions forbid. An acceptance that holds on the day is noted on the failure that it covers. An error
// says that a condition cannot be decided.
func (r *Result) Failures(conditions []Condition, accepted []Acceptance, day time.Time) ([]Failure, error) {
	var found []Failure
	add := func(kind, name, urn, text string) {
		failure := Failure{Condition: kind, Stack: r.Stack, Name: name, URN: urn, Text: text}
		for i := range accepted {
			a := accepted[i]
			on := a.Resource == urn && urn != "" || a.Resource == name && name != "" || kind == "cost" && a.Resource == "stack"
			if a.Condition == kind && on && a.Problem(day) == "" {
				failure.Acceptance = &a
			}
		}
		found = append(found, failure)
	}
	for _, condition := range conditions {
		switch condition.Kind {
		case "replace":
			for _, change := range r.Changes {
				if change.Action == Replaced || change.Action == MayReplace || change.Action == Recreated {
					add("replace", change.Name, change.URN, fmt.Sprintf("%s: %s", change.Name, change.Action))
				}
			}
		case "data":
			for _, risk := range r.Risks {
				add("data", risk.Name, risk.URN, risk.Name+": "+risk.Text)
			}
		case "violation":
			if r.Controls == nil {
				return nil, fmt.Errorf("%s: violations are not known: the sides were not audited", r.Stack)
			}
			for _, finding := range r.Controls.New {
				if !finding.Excepted {
					add("violation", finding.Name, finding.URN, fmt.Sprintf("%s: %s", finding.Name, finding.Control))
				}
			}
		case "cost":
			if r.Cost == nil {
				return nil, fmt.Errorf("%s: the cost is not known", r.Stack)
			}
			if rise := r.Cost.Head.Total - r.Cost.Base.Total; rise > condition.USD {
				add("cost", "", "", fmt.Sprintf("the cost rises by %.2f USD a month, %.2f are allowed", rise, condition.USD))
			}
		}
	}
	return found, nil
}
