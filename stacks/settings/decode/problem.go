package decode

import (
	"fmt"
	"slices"
	"strings"
)

// A Problem is one fault of a stack's settings.
type Problem struct {
	// Key in full, in the form that `pulumi config set --path` takes: clinic:database.multiAz.
	Key string
	// Value in the file; empty where the file has no value for Key.
	Value string
	// Allowed says which values the setting takes.
	Allowed string
	// Because cites the HIPAA rule that requires it; empty if no rule does.
	Because string
}

func (p Problem) String() string {
	var b strings.Builder
	b.WriteString(p.Key)
	if p.Value != "" {
		fmt.Fprintf(&b, " = %s", p.Value)
	}
	fmt.Fprintf(&b, ": %s", p.Allowed)
	if p.Because != "" {
		fmt.Fprintf(&b, " (%s)", p.Because)
	}
	return b.String()
}

// Invalid is the error for settings that cannot be deployed. It lists every problem.
type Invalid struct {
	Stack    string
	Problems []Problem
}

func (e *Invalid) Error() string {
	lines := make([]string, 0, len(e.Problems)+1)
	noun := "problems"
	if len(e.Problems) == 1 {
		noun = "problem"
	}
	lines = append(lines, fmt.Sprintf("the settings of stack %s have %d %s; change them in Pulumi.%s.yaml:",
		e.Stack, len(e.Problems), noun, e.Stack))
	for _, p := range e.Problems {
		lines = append(lines, "  - "+p.String())
	}
	return strings.Join(lines, "\n")
}

// Problems collects the faults of one stack's settings. Keys are given without their namespace.
type Problems struct {
	// namespace of the settings: the project's name.
	namespace string
	list      []Problem
	// undecoded lists the keys that decoding reported. Their fields hold zero values, about which checks stay silent.
	undecoded []string
	// empty lists the empty texts. Finish reports those about which no check said more.
	empty []Problem
}

// NewProblems returns an empty list of problems with settings in the namespace.
func NewProblems(namespace string) *Problems { return &Problems{namespace: namespace} }

// List returns the problems in the order in which they were found.
func (p *Problems) List() []Problem { return slices.Clone(p.list) }

// FullKey returns the key with its namespace.
func (p *Problems) FullKey(key string) string { return p.namespace + ":" + key }

// Decoded is true if the field of key holds the value in the file. A check that compares two settings calls Decoded first,
// because a missing or mistyped setting has no value to compare.
func (p *Problems) Decoded(key string) bool { return !slices.Contains(p.undecoded, key) }

// undecodable records a key that is missing, unknown or of the wrong type.
func (p *Problems) undecodable(key string, value any, allowed string) {
	p.undecoded = append(p.undecoded, key)
	p.list = append(p.list, Problem{Key: p.FullKey(key), Value: show(value), Allowed: allowed})
}

// Refuse records a value that is not allowed. value nil stands for a missing or confidential value.
func (p *Problems) Refuse(key string, value any, allowed string) {
	p.Because(key, value, allowed, "")
}

// Because records a value that a HIPAA rule forbids; citation names the rule.
func (p *Problems) Because(key string, value any, allowed, citation string) {
	for _, bad := range p.undecoded {
		if key == bad || strings.HasPrefix(key, bad+".") || strings.HasPrefix(key, bad+"[") || strings.HasPrefix(bad, key+"[") {
			return
		}
	}
	p.list = append(p.list, Problem{Key: p.FullKey(key), Value: show(value), Allowed: "allowed is " + allowed, Because: citation})
}

// Between refuses a number outside lowest to highest.
func (p *Problems) Between(key string, value, lowest, highest int) {
	if value < lowest || value > highest {
		p.Refuse(key, value, fmt.Sprintf("%d to %d", lowest, highest))
	}
}

// OneOf refuses a text that is not in the list.
func (p *Problems) OneOf(key, value string, allowed []string) {
	if !slices.Contains(allowed, value) {
		p.Refuse(key, value, strings.Join(allowed, ", "))
	}
}

// Distinct refuses every element of a list that equals an earlier element.
func (p *Problems) Distinct(key string, values []string) {
	for i, value := range values {
		if slices.Contains(values[:i], value) {
			p.Refuse(Element(key, i), value, "a value that is not in the list already")
		}
	}
}

// Element returns the key of element i of a list.
func Element(key string, i int) string { return fmt.Sprintf("%s[%d]", key, i) }

// Finish returns an *Invalid with all problems in the order of their keys, or nil if there are none.
func (p *Problems) Finish(stack string) error {
	for _, empty := range p.empty {
		if !slices.ContainsFunc(p.list, func(other Problem) bool { return other.Key == empty.Key }) {
			p.list = append(p.list, empty)
		}
	}
	if len(p.list) == 0 {
		return nil
	}
	list := slices.Clone(p.list)
	slices.SortStableFunc(list, func(a, b Problem) int { return strings.Compare(a.Key, b.Key) })
	return &Invalid{Stack: stack, Problems: slices.Compact(list)}
}

func show(value any) string {
	switch v := value.(type) {
	case nil:
		return ""
	case string:
		return fmt.Sprintf("%q", v)
	case []string:
		return "[" + strings.Join(v, ", ") + "]"
	default:
		return fmt.Sprint(v)
	}
}

// HasRefused is true if there is a problem whose key begins with prefix.
func (p *Problems) HasRefused(prefix string) bool {
	return slices.ContainsFunc(p.list, func(problem Problem) bool { return strings.HasPrefix(problem.Key, p.FullKey(prefix)) })
}
