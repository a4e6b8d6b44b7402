package stacks

import (
	"fmt"
	"slices"
	"strings"
)

// A Problem is one thing that is wrong with the settings.
type Problem struct {
	// Key in full, as `pulumi config set --path` takes it: careconnect:database.multiAz.
	Key string
	// Value as it was given; empty where there is none.
	Value string
	// Allowed says what the setting takes.
	Allowed string
	// Because cites the rule of HIPAA that asks for it, where one does.
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

// InvalidSettings is the error for settings that cannot be deployed. It names every problem.
type InvalidSettings struct {
	Stack    string
	Problems []Problem
}

func (e *InvalidSettings) Error() string {
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

// problems collects while settings are decoded and validated.
type problems struct {
	found []Problem
	// undecoded keys have a problem already; what validation would say of their zero values is noise.
	undecoded []string
	// empty are the texts that are there and empty. Validation may know better what to write there: see refuseEmpty.
	empty []Problem
}

// refuseEmpty records the empty texts of which validation found nothing to say.
func (p *problems) refuseEmpty() {
	for _, empty := range p.empty {
		if !slices.ContainsFunc(p.found, func(other Problem) bool { return other.Key == empty.Key }) {
			p.found = append(p.found, empty)
		}
	}
}

func fullKey(key string) string { return Namespace + ":" + key }

// decoded is true for a setting whose value is what was meant. A rule that holds two settings against each other
// asks first: what is missing has no value to compare.
func (p *problems) decoded(key string) bool { return !slices.Contains(p.undecoded, key) }

// undecodable records a value that is missing, unknown or of the wrong type.
func (p *problems) undecodable(key string, value any, allowed string) {
	p.undecoded = append(p.undecoded, key)
	p.found = append(p.found, Problem{Key: fullKey(key), Value: show(value), Allowed: allowed})
}

// refuse records a decoded value that is not allowed.
func (p *problems) refuse(key string, value any, allowed string) {
	p.because(key, value, allowed, "")
}

func (p *problems) because(key string, value any, allowed, citation string) {
	for _, bad := range p.undecoded {
		if key == bad || strings.HasPrefix(key, bad+".") || strings.HasPrefix(key, bad+"[") || strings.HasPrefix(bad, key+"[") {
			return
		}
	}
	p.found = append(p.found, Problem{Key: fullKey(key), Value: show(value), Allowed: "allowed is " + allowed, Because: citation})
}

func (p *problems) err(stack string) error {
	if len(p.found) == 0 {
		return nil
	}
	found := slices.Clone(p.found)
	slices.SortStableFunc(found, func(a, b Problem) int { return strings.Compare(a.Key, b.Key) })
	return &InvalidSettings{Stack: stack, Problems: slices.Compact(found)}
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
