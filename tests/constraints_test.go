package tests

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/property"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/graph"
)

// A constraint is a rule of AWS about one input of one resource type. Plans and emulators accept values that AWS refuses,
// so the tables in constraints_*_test.go are what notices them before the first deployment.
type constraint struct {
	resourceType string
	path         string // of the input: "rules[].lifecycle.deleteAfter"; [] is each element of a list
	rule         rule
	source       string // page of AWS's documentation that says so
}

// A relation is a rule of AWS about several inputs of one resource.
type relation struct {
	resourceType string
	says         string
	source       string
	// concerns selects the resources that the rule is about; nil is all of the type.
	concerns func(inputs map[string]any) bool
	holds    func(inputs map[string]any) bool
	// breaks changes the inputs of a resource that keeps the rule so that AWS would refuse it.
	breaks func(inputs map[string]any)
}

// A quota is a number of resources that AWS limits in an account, in a region, or in another resource.
type quota struct {
	resourceType string
	concerns     func(r *graph.Resource) bool // nil is all of the type
	per          string                       // inputs, separated by spaces, whose values the resources are counted by; empty: by region
	most         int                          // the default, where AWS raises it on request
	source       string
	weight       func(r *graph.Resource) int // what a resource counts for; nil is 1
}

// A rule says which values AWS accepts.
type rule struct {
	says    string
	accepts func(value any) bool
	refused func(value any) []any // values that AWS refuses, made from one that it accepts
}

// inRange accepts numbers from lo to hi, both included. Some inputs hold a number as text.
func inRange(lo, hi float64) rule {
	return rule{
		says:    fmt.Sprintf("%g to %g", lo, hi),
		accepts: func(v any) bool { n, ok := number(v); return ok && n >= lo && n <= hi },
		refused: func(any) []any { return []any{lo - 1, hi + 1} },
	}
}

// oneOf accepts the listed values; a list of values is accepted where each of them is.
func oneOf(values ...any) rule {
	return rule{
		says: fmt.Sprintf("one of %v", values),
		accepts: func(v any) bool {
			return each(v, func(v any) bool {
				return slices.ContainsFunc(values, func(want any) bool { return fmt.Sprint(v) == fmt.Sprint(want) })
			})
		},
		refused: func(v any) []any {
			if _, list := v.([]any); list {
				return []any{[]any{"mutated"}}
			}
			return []any{"mutated"}
		},
	}
}

// text accepts texts of lo to hi characters that match the pattern; a list of texts where each of them does.
func text(lo, hi int, pattern string) rule {
	compiled := regexp.MustCompile(pattern)
	return rule{
		says: fmt.Sprintf("%d to %d characters that match %s", lo, hi, pattern),
		accepts: func(v any) bool {
			return each(v, func(v any) bool {
				s, ok := v.(string)
				s = known(s)
				return ok && len(s) >= lo && len(s) <= hi && compiled.MatchString(s)
			})
		},
		refused: func(v any) []any {
			long := strings.Repeat("a", hi+1)
			bad := []any{long}
			if !compiled.MatchString("\x00") {
				bad = append(bad, "\x00")
			}
			if _, list := v.([]any); list {
				return []any{bad}
			}
			return bad
		},
	}
}

// ascii is the pattern for services that document a length only: no service refuses printable ASCII.
const ascii = `^[ -~]*$`

// count accepts lists (and mappings) of lo to hi elements.
func count(lo, hi int) rule {
	return rule{
		says: fmt.Sprintf("%d to %d elements", lo, hi),
		accepts: func(v any) bool {
			switch v := v.(type) {
			case []any:
				return len(v) >= lo && len(v) <= hi
			case map[string]any:
				return len(v) >= lo && len(v) <= hi
			}
			return false
		},
		refused: func(v any) []any {
			if _, ok := v.(map[string]any); ok {
				many := map[string]any{}
				for i := range hi + 1 {
					many[fmt.Sprint(i)] = "value"
				}
				return []any{many}
			}
			bad := []any{slices.Repeat([]any{"element"}, hi+1)}
			if lo > 0 {
				bad = append(bad, []any{})
			}
			return bad
		},
	}
}

// document accepts JSON documents of at most that many bytes, without the white space that AWS does not count.
func document(most int) rule {
	return rule{
		says: fmt.Sprintf("JSON of at most %d bytes", most),
		accepts: func(v any) bool {
			s, ok := v.(string)
			return ok && json.Valid([]byte(s)) && len(known(s)) <= most
		},
		refused: func(any) []any { return []any{"{", fmt.Sprintf("%q", strings.Repeat("a", most))} },
	}
}

// each judges a value, or each element of a list.
func each(v any, judge func(any) bool) bool {
	if list, ok := v.([]any); ok {
		return !slices.ContainsFunc(list, func(v any) bool { return !judge(v) })
	}
	return judge(v)
}

func number(v any) (float64, bool) {
	switch v := v.(type) {
	case float64:
		return v, true
	case string:
		var n float64
		var rest string
		if parsed, _ := fmt.Sscanf(v, "%g%s", &n, &rest); parsed == 1 {
			return n, true
		}
	}
	return 0, false
}

// references are values that only the cloud knows, as graph.Resource.Readable writes them.
var references = regexp.MustCompile(`\$\{[^{}]*\}`)

// known puts a text as long as an ARN in the place of each reference.
func known(s string) string {
	return references.ReplaceAllString(s, "arn-"+strings.Repeat("x", 86))
}

// unknown says that nothing can be said of a value before it is deployed: it is a reference or a secret as a whole.
func unknown(v any) bool {
	s, ok := v.(string)
	return ok && (s == graph.Secret || references.FindString(s) == s && s != "")
}

// A valueAt is one value in a resource's inputs, and how to change it.
type valueAt struct {
	value any
	put   func(any)
}

// places are the values at a path.
func places(inputs map[string]any, path string) []valueAt {
	found := []valueAt{{value: inputs}}
	for step := range strings.SplitSeq(path, ".") {
		name, each := strings.CutSuffix(step, "[]")
		var next []valueAt
		for _, at := range found {
			object, ok := at.value.(map[string]any)
			if !ok || object[name] == nil {
				continue
			}
			if !each {
				next = append(next, valueAt{object[name], func(v any) { object[name] = v }})
				continue
			}
			list, _ := object[name].([]any)
			for i := range list {
				next = append(next, valueAt{list[i], func(v any) { list[i] = v }})
			}
		}
		found = next
	}
	return slices.DeleteFunc(found, func(p valueAt) bool { return unknown(p.value) })
}

// inputsOf are a resource's inputs as plain values that a test may change. Container definitions are JSON in a text. A
// resource without a name gets the one that Pulumi makes: the resource's own and seven hexadecimal digits
// (https://www.pulumi.com/docs/iac/concepts/resources/names/#autonaming).
func inputsOf(r *graph.Resource) map[string]any {
	inputs := r.Readable()
	if inputs["name"] == nil && inputs["namePrefix"] == nil {
		inputs["name"] = r.Name + "-0123abc"
	}
	if text, ok := inputs["containerDefinitions"].(string); ok {
		var containers []any
		if json.Unmarshal([]byte(text), &containers) == nil {
			inputs["containerDefinitions"] = containers
		}
	}
	return inputs
}

// everyPlan is the plan of each stack, and that of the recovery stack while it serves.
func allConstraints() []constraint {
	return slices.Concat(networkConstraints, dataConstraints, serviceConstraints, edgeConstraints, auditConstraints, noticeConstraints)
}

func (c constraint) String() string { return c.resourceType + " " + c.path + ": " + c.rule.says }

func TestAWSAcceptsEveryValue(t *testing.T) {
	plans := everyPlan(t)
	for _, c := range allConstraints() {
		seen := false
		for stack, g := range plans {
			for _, r := range g.OfType(c.resourceType) {
				inputs := inputsOf(r)
				for _, at := range places(inputs, c.path) {
					assert.Truef(t, c.rule.accepts(at.value), "%s: %s: %v\n%s", stack, r.URN, at.value, c)
				}
				if !seen && len(places(inputs, c.path)) > 0 {
					seen = true
					refuses(t, c, inputs)
				}
			}
		}
		assert.Truef(t, seen, "no plan has such a value: take it off the table: %s", c)
		assert.Regexp(t, `^https://docs\.aws\.amazon\.com/`, c.source, c)
	}
}

// refuses shows that the rule notices what AWS refuses: such values in the place of the first one.
func refuses(t *testing.T, c constraint, inputs map[string]any) {
	t.Helper()
	first := places(inputs, c.path)[0]
	bad := c.rule.refused(first.value)
	require.NotEmpty(t, bad, c)
	for _, value := range bad {
		first.put(value)
		now := places(inputs, c.path)
		require.NotEmpty(t, now, c)
		assert.Falsef(t, c.rule.accepts(now[0].value), "%s accepts %.80v", c, value)
		first.put(first.value)
	}
}

func TestAWSAcceptsTheValuesTogether(t *testing.T) {
	plans := everyPlan(t)
	for _, rel := range relations {
		seen := 0
		for stack, g := range plans {
			for _, r := range g.OfType(rel.resourceType) {
				inputs := inputsOf(r)
				if rel.concerns != nil && !rel.concerns(inputs) {
					continue
				}
				seen++
				assert.Truef(t, rel.holds(inputs), "%s: %s: %s", stack, r.URN, rel.says)
				rel.breaks(inputs)
				assert.Falsef(t, rel.holds(inputs), "%s: the rule does not notice what breaks it: %s", r.URN, rel.says)
			}
		}
		assert.NotZerof(t, seen, "no plan has such a resource: take it off the table: %s: %s", rel.resourceType, rel.says)
		assert.Regexp(t, `^https://docs\.aws\.amazon\.com/`, rel.source, rel.says)
	}
}

// over are the groups that hold more resources than the quota lets them.
func (q quota) over(g *graph.Graph) map[string]int {
	groups := map[string]int{}
	for _, r := range g.OfType(q.resourceType) {
		if q.concerns != nil && !q.concerns(r) {
			continue
		}
		group := r.Region
		if q.per != "" {
			var values []string
			for input := range strings.FieldsSeq(q.per) {
				if value := r.Readable()[input]; value != nil {
					values = append(values, fmt.Sprint(value))
				}
			}
			if len(values) < len(strings.Fields(q.per)) {
				continue
			}
			group = strings.Join(values, " ")
		}
		if q.weight == nil {
			groups[group]++
		} else {
			groups[group] += q.weight(r)
		}
	}
	maps.DeleteFunc(groups, func(_ string, n int) bool { return n <= q.most })
	return groups
}

func TestStacksStayWithinQuotas(t *testing.T) {
	plans := everyPlan(t)
	for _, q := range quotas {
		seen := false
		for stack, g := range plans {
			assert.Emptyf(t, q.over(g), "%s: more than %d of %s", stack, q.most, q.resourceType)
			for _, r := range g.OfType(q.resourceType) {
				if seen || q.concerns != nil && !q.concerns(r) {
					continue
				}
				seen = true
				many := slices.Clone(g.Resources)
				for i := range q.most {
					another := *r
					another.URN += fmt.Sprint("-", i)
					many = append(many, &another)
				}
				assert.NotEmptyf(t, q.over(graph.New(g.Project, g.Stack, many)), "%d more of %s are not noticed", q.most, q.resourceType)
			}
		}
		assert.Truef(t, seen, "no plan has %s: take it off the table", q.resourceType)
		assert.Regexp(t, `^https://docs\.aws\.amazon\.com/`, q.source, q.resourceType)
	}
}

// Each resource type of a plan has a rule, or AWS limits nothing in it that a program sets.
func TestEveryResourceTypeHasConstraints(t *testing.T) {
	ruled := map[string]bool{}
	for _, c := range allConstraints() {
		ruled[c.resourceType] = true
	}
	for _, rel := range relations {
		ruled[rel.resourceType] = true
	}
	for _, q := range quotas {
		ruled[q.resourceType] = true
	}
	seen := map[string]bool{}
	for stack, g := range everyPlan(t) {
		for _, r := range g.Resources {
			if !r.Custom || r.Package() != "aws" || r.IsProvider() {
				continue
			}
			seen[r.Type] = true
			assert.Truef(t, ruled[r.Type] || unruled[r.Type] != "", "%s: what does AWS accept in %s?", stack, r.Type)
		}
	}
	for kind := range unruled {
		assert.Truef(t, seen[kind] && !ruled[kind], "%s is in no plan, or has rules: take it off the list", kind)
	}
}

// Whatever people read is judged: AWS refuses characters in descriptions that no emulator refuses.
func TestEveryDescriptionHasAConstraint(t *testing.T) {
	ruled := map[string]bool{}
	for _, c := range allConstraints() {
		ruled[c.resourceType+" "+c.path] = true
	}
	for stack, g := range everyPlan(t) {
		for _, r := range g.Resources {
			for input, value := range r.Inputs.All {
				if !r.Custom || r.Package() != "aws" || value.IsComputed() {
					continue
				}
				if slices.Contains([]string{"description", "comment", "alarmDescription", "name", "identifier"}, input) && fixed(value) {
					assert.Truef(t, ruled[r.Type+" "+input], "%s: what does AWS accept as %s of %s?", stack, input, r.Type)
				}
			}
		}
	}
}

// fixed is a text that the program wrote, at least in part.
func fixed(v property.Value) bool { return v.IsString() && !unknown(graph.Readable(v.AsString())) }
