// Package arg checks a component's arguments and reports every problem at once, so that a wrong stack is
// corrected in one round and nothing is registered half-way.
package arg

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Problems collects what is wrong with one component's arguments.
type Problems struct {
	component string
	name      string
	found     []string
}

// Check starts a collection for the named component of the given kind, e.g. Check("database", "database").
func Check(component, name string) *Problems {
	p := &Problems{component: component, name: name}
	if name == "" {
		p.found = append(p.found, "the component has no name")
	}
	return p
}

// Add records that argument's value is not allowed, and what is.
func (p *Problems) Add(argument string, value any, allowed string) {
	p.found = append(p.found, fmt.Sprintf("%s = %s: allowed is %s", argument, show(value), allowed))
}

// Require records a missing argument unless present is true. What names the thing that belongs there.
func (p *Problems) Require(argument string, present bool, what string) {
	if !present {
		p.found = append(p.found, fmt.Sprintf("%s is missing: it takes %s", argument, what))
	}
}

// OneOf records value unless it is one of allowed.
func (p *Problems) OneOf(argument, value string, allowed ...string) {
	if !slices.Contains(allowed, value) {
		p.Add(argument, value, strings.Join(allowed, ", "))
	}
}

// Between records value unless lowest <= value <= highest.
func (p *Problems) Between(argument string, value, lowest, highest int) {
	if value < lowest || value > highest {
		p.Add(argument, value, fmt.Sprintf("%d to %d", lowest, highest))
	}
}

// Match records value unless pattern matches it; allowed says in words what the pattern means.
func (p *Problems) Match(argument, value string, pattern *regexp.Regexp, allowed string) {
	if !pattern.MatchString(value) {
		p.Add(argument, value, allowed)
	}
}

// Err returns nil where nothing is wrong, and otherwise one error that lists every problem.
func (p *Problems) Err() error {
	switch len(p.found) {
	case 0:
		return nil
	case 1:
		return fmt.Errorf("%s %q: %s", p.component, p.name, p.found[0])
	default:
		return fmt.Errorf("%s %q: %d problems:\n  - %s", p.component, p.name, len(p.found), strings.Join(p.found, "\n  - "))
	}
}

func show(value any) string {
	if text, ok := value.(string); ok {
		return fmt.Sprintf("%q", text)
	}
	return fmt.Sprint(value)
}
