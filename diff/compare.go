package diff

import (
	"cmp"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/carebase/carebase/graph"
)

// comparer compares the inputs of two versions of one resource.
type comparer struct {
	resourceType string
	// mixed is true if the sides are of different kinds. What one side does not know is then no difference.
	mixed bool
	found []Property
}

// at is a place in the inputs.
type at struct {
	shown string // for people
	table string // in the replacement table
	// inDocument is true within a JSON text: the table knows the text as a whole only.
	inDocument bool
	// unordered is true if the order of lists means nothing.
	unordered bool
}

func (a at) member(key string) at {
	below := a
	below.shown = key
	if strings.ContainsAny(key, ".[]") {
		below.shown = fmt.Sprintf("[%q]", key)
	}
	if a.shown != "" {
		below.shown = a.shown + "." + key
		if strings.ContainsAny(key, ".[]") {
			below.shown = fmt.Sprintf("%s[%q]", a.shown, key)
		}
	}
	if !a.inDocument {
		below.table = strings.TrimPrefix(a.table+"."+key, ".")
	}
	if a.inDocument && unorderedMembers[key] {
		below.unordered = true
	}
	return below
}

// unorderedMembers are members of ECS container definitions that the provider sorts by name.
var unorderedMembers = map[string]bool{"environment": true, "secrets": true}

func (a at) element(name string) at {
	below := a
	below.shown = fmt.Sprintf("%s[%s]", a.shown, name)
	if !a.inDocument {
		below.table = a.table + "[]"
	}
	return below
}

// inputs compares all inputs of a resource.
func (c *comparer) inputs(old, new map[string]any) []Property {
	c.object(at{}, old, new)
	slices.SortStableFunc(c.found, func(a, b Property) int { return cmp.Compare(a.Path, b.Path) })
	return c.found
}

func (c *comparer) object(where at, old, new map[string]any) {
	keys := slices.Sorted(maps.Keys(old))
	for key := range new {
		if _, both := old[key]; !both {
			keys = append(keys, key)
		}
	}
	for _, key := range keys {
		before, had := old[key]
		after, has := new[key]
		switch here := where.member(key); {
		case had && has:
			c.value(here, before, after)
		case had:
			c.gone(here, before)
		default:
			c.come(here, after)
		}
	}
}

func (c *comparer) value(where at, old, new any) {
	switch before := old.(type) {
	case secret:
		after, both := new.(secret)
		if !both && !c.mixed || both && before.text != "" && after.text != "" && before.text != after.text {
			c.hidden(where)
		}
		return
	case document:
		if after, both := new.(document); both {
			c.document(where, before, after)
			return
		}
	case map[string]any:
		if after, both := new.(map[string]any); both {
			c.object(where, before, after)
			return
		}
	case []any:
		if after, both := new.([]any); both {
			if !where.inDocument && isSet(c.resourceType, where.table) {
				where.unordered = true
			}
			c.list(where, before, after)
			return
		}
	}
	if _, now := new.(secret); now {
		if !c.mixed {
			c.hidden(where)
		}
		return
	}
	if c.mixed && (open(old) || open(new)) || reflect.DeepEqual(old, new) {
		return
	}
	c.add(where, 'c', Property{Old: show(old), New: show(new), OldSet: true, NewSet: true}, new)
}

// open is true for a value that holds something that only the cloud knows.
func open(value any) bool {
	switch v := value.(type) {
	case unknown:
		return true
	case string:
		return strings.Contains(v, "${") && len(graph.References(v)) > 0
	case document:
		return open(v.content)
	case []any:
		return slices.ContainsFunc(v, open)
	case map[string]any:
		for _, member := range v {
			if open(member) {
				return true
			}
		}
	}
	return false
}

func (c *comparer) hidden(where at) {
	c.add(where, 'c', Property{Hidden: true, OldSet: true, NewSet: true}, nil)
}

func (c *comparer) gone(where at, old any) {
	if c.mixed && (old == nil || open(old)) || c.mixed && zero(old) {
		return
	}
	p := Property{OldSet: true, Old: show(old)}
	if hides(old) {
		p.Old, p.Hidden = "", true
	}
	c.add(where, 'r', p, old)
}

func (c *comparer) come(where at, new any) {
	if c.mixed && zero(new) {
		return
	}
	p := Property{NewSet: true, New: show(new)}
	if hides(new) {
		p.New, p.Hidden = "", true
	}
	c.add(where, 'a', p, new)
}

func hides(value any) bool {
	_, is := value.(secret)
	return is
}

func (c *comparer) add(where at, letter byte, p Property, value any) {
	p.Path, p.table, p.letter, p.value, p.document = where.shown, where.table, letter, value, where.inDocument
	if where.inDocument {
		p.letter, p.value = 'c', nil // the text as a whole has another value
	}
	c.found = append(c.found, p)
}

// document compares two JSON texts by their content.
func (c *comparer) document(where at, old, new document) {
	where.inDocument = true
	before, after := old.content, new.content
	if isPolicy(before) && isPolicy(after) {
		where.unordered = true
		before, after = canonicalPolicy(before), canonicalPolicy(after)
	}
	if where.shown == "eventPattern" { // a list in an event pattern is a choice
		where.unordered = true
	}
	c.value(where, before, after)
}

// list compares two lists. Elements that have a name are matched by it.
func (c *comparer) list(where at, old, new []any) {
	if reflect.DeepEqual(old, new) {
		return
	}
	before, key := byName(old)
	after, same := byName(new)
	if key != "" && key == same {
		c.named(where, before, after)
		if !where.unordered && !sameOrder(old, new, key) {
			p := Property{Old: names(old, key), New: names(new, key), OldSet: true, NewSet: true}
			place := where
			place.shown += " (order)"
			c.add(place, 'c', p, nil)
		}
		return
	}
	if where.unordered {
		old, new = difference(old, new), difference(new, old)
	} else {
		old, new = trim(old, new)
	}
	if len(old) == len(new) {
		for i := range old {
			c.pair(where, label(old[i], i), old[i], new[i])
		}
		return
	}
	for i, element := range old {
		c.gone(where.element(onlyLabel(element, i)), element)
	}
	for i, element := range new {
		c.come(where.element(onlyLabel(element, i)), element)
	}
}

func (c *comparer) named(where at, old, new map[string]any) {
	for _, name := range slices.Sorted(maps.Keys(old)) {
		if after, both := new[name]; both {
			c.pair(where, name, old[name], after)
		} else {
			c.gone(where.element(name), old[name])
		}
	}
	for _, name := range slices.Sorted(maps.Keys(new)) {
		if _, both := old[name]; !both {
			c.come(where.element(name), new[name])
		}
	}
}

// pair compares two elements. For Terraform an element of a set that changes is another element.
func (c *comparer) pair(where at, name string, old, new any) {
	first := len(c.found)
	c.value(where.element(name), old, new)
	if where.unordered && !where.inDocument {
		for i := first; i < len(c.found); i++ {
			c.found[i].table, c.found[i].letter, c.found[i].value = where.table+"[]", 'a', new
		}
	}
}

// label names an element of a list in a path.
func label(element any, index int) string {
	if text, ok := element.(string); ok && len(text) <= 40 {
		return graph.Readable(text)
	}
	return fmt.Sprint(index)
}

// onlyLabel names an element that is in one list only. A text is its own value.
func onlyLabel(element any, index int) string {
	if _, ok := element.(string); ok {
		return ""
	}
	return fmt.Sprint(index)
}

// nameKeys are members that name an object within a list.
var nameKeys = []string{"name", "Name", "Sid", "sid", "ruleName", "id", "Id", "key", "Key", titleKey}

// byName returns the elements by their names, and which member is the name; "" if not every element has a name of its own.
func byName(list []any) (map[string]any, string) {
	for _, key := range nameKeys {
		found := map[string]any{}
		for _, element := range list {
			object, _ := element.(map[string]any)
			name, ok := nameIn(object, key)
			if _, twice := found[name]; !ok || twice {
				break
			}
			found[name] = element
		}
		if len(found) == len(list) && len(list) > 0 {
			return found, key
		}
	}
	return nil, ""
}

// nameIn returns the name of an object. The widgets of a CloudWatch dashboard have theirs among their properties.
func nameIn(object map[string]any, key string) (string, bool) {
	if key == titleKey {
		object, _ = object["properties"].(map[string]any)
		key = "title"
	}
	name, ok := object[key].(string)
	return name, ok
}

const titleKey = "properties.title"

func sameOrder(old, new []any, key string) bool {
	order := func(list, other []any) []string {
		present := map[string]bool{}
		for _, element := range other {
			name, _ := nameIn(element.(map[string]any), key)
			present[name] = true
		}
		var names []string
		for _, element := range list {
			if name, _ := nameIn(element.(map[string]any), key); present[name] {
				names = append(names, name)
			}
		}
		return names
	}
	return slices.Equal(order(old, new), order(new, old))
}

func names(list []any, key string) string {
	var found []string
	for _, element := range list {
		name, _ := nameIn(element.(map[string]any), key)
		found = append(found, graph.Readable(name))
	}
	return strings.Join(found, ", ")
}

// difference returns the elements of list that other lacks, counting equal elements.
func difference(list, other []any) []any {
	count := map[string]int{}
	for _, element := range other {
		count[fingerprint(element)]++
	}
	var found []any
	for _, element := range list {
		equal := fingerprint(element)
		if count[equal] > 0 {
			count[equal]--
			continue
		}
		found = append(found, element)
	}
	return found
}

// trim cuts off what two lists begin and end with in common.
func trim(old, new []any) ([]any, []any) {
	for len(old) > 0 && len(new) > 0 && reflect.DeepEqual(old[0], new[0]) {
		old, new = old[1:], new[1:]
	}
	for len(old) > 0 && len(new) > 0 && reflect.DeepEqual(old[len(old)-1], new[len(new)-1]) {
		old, new = old[:len(old)-1], new[:len(new)-1]
	}
	return old, new
}

// fingerprint is equal for equal values. fmt prints maps in the order of their keys.
func fingerprint(value any) string { return fmt.Sprintf("%#v", value) }

// isPolicy is true for a policy document of IAM.
func isPolicy(content any) bool {
	object, ok := content.(map[string]any)
	_, has := object["Statement"]
	return ok && has
}

// canonicalPolicy writes lists where IAM takes a single value for a list of one.
func canonicalPolicy(content any) any {
	policy := maps.Clone(content.(map[string]any))
	var statements []any
	for _, statement := range asList(policy["Statement"]) {
		object, ok := statement.(map[string]any)
		if !ok {
			statements = append(statements, statement)
			continue
		}
		object = maps.Clone(object)
		for _, key := range []string{"Action", "NotAction", "Resource", "NotResource"} {
			if value, set := object[key]; set {
				object[key] = asList(value)
			}
		}
		for _, key := range []string{"Principal", "NotPrincipal"} {
			if principals, ok := object[key].(map[string]any); ok {
				object[key] = listed(principals)
			}
		}
		if conditions, ok := object["Condition"].(map[string]any); ok {
			conditions = maps.Clone(conditions)
			for operator, keys := range conditions {
				if keys, ok := keys.(map[string]any); ok {
					conditions[operator] = listed(keys)
				}
			}
			object["Condition"] = conditions
		}
		statements = append(statements, object)
	}
	policy["Statement"] = statements
	return policy
}

func listed(object map[string]any) map[string]any {
	lists := make(map[string]any, len(object))
	for key, value := range object {
		lists[key] = asList(value)
	}
	return lists
}

func asList(value any) []any {
	if list, ok := value.([]any); ok {
		return list
	}
	return []any{value}
}
