package inspect

import (
	"slices"
)

// A Statement of a policy document, as far as controls look into one.
type Statement struct {
	Effect     string
	Principals []string // "*", or the principals of every kind
	Actions    []string
	NotActions []string
	Resources  []string
	Conditions []Condition
	// Text is the statement as it is written; its references still say which resources it means.
	Text Value
}

// A Condition: operator, key and values.
type Condition struct {
	Test   string
	Key    string
	Values []string
}

// parseStatements reads a value that holds a policy document. ok is false where it holds none.
func parseStatements(v Value) (found []Statement, ok bool) {
	document, ok := v.JSON()
	if !ok {
		return nil, false
	}
	list := document.At("Statement").List()
	if list == nil {
		list = []Value{document.At("Statement")}
	}
	for _, one := range list {
		s := Statement{
			Effect:     one.At("Effect").Text(),
			Actions:    texts(one.At("Action")),
			NotActions: texts(one.At("NotAction")),
			Resources:  texts(one.At("Resource")),
			Principals: texts(one.At("Principal")),
			Text:       one,
		}
		for _, kind := range one.At("Principal").Keys() {
			s.Principals = append(s.Principals, texts(one.At("Principal").At(kind))...)
		}
		for _, test := range one.At("Condition").Keys() {
			for _, key := range keysOf(one.Member("Condition").Member(test)) {
				s.Conditions = append(s.Conditions, Condition{Test: test, Key: key, Values: texts(one.Member("Condition").Member(test).Member(key))})
			}
		}
		found = append(found, s)
	}
	return found, true
}

// Member is the value under a key that may hold dots or brackets, as condition keys do.
func (v Value) Member(key string) Value { return v.Step(key) }

func keysOf(v Value) []string { return v.Keys() }

// texts reads one text or a list of them; booleans and numbers, which the grammar allows in conditions, as written.
func texts(v Value) []string {
	var found []string
	for _, element := range v.List() {
		found = append(found, element.Show())
	}
	if v.value.IsString() || v.value.IsBool() || v.value.IsNumber() {
		found = append(found, v.Show())
	}
	return found
}

// Anyone is true for a statement whose principal is everybody.
func (s Statement) Anyone() bool { return slices.Contains(s.Principals, "*") }

// Has is true where the statement has a condition on that key with that value.
func (s Statement) Has(key, value string) bool {
	return slices.ContainsFunc(s.Conditions, func(c Condition) bool { return c.Key == key && slices.Contains(c.Values, value) })
}
