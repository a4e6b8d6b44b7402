package objectives

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Side is the stack in whose plan a resource is.
type Side string

// The sides.
const (
	Primary  Side = "P" // the protected stack; what protects it in the recovery region is its own, too
	Recovery Side = "R" // the recovery stack
)

// A Resource of a plan that a figure rests on, by its logical name, and the inputs that the figure takes for granted: path to
// value, as graph.Resource.Readable gives them.
type Resource struct {
	Side Side
	Name string
	Is   map[string]any
}

func (r Resource) String() string { return string(r.Side) + ":" + r.Name }

// Who answers for a figure that rests on no resource.
const (
	people    = "people"
	procedure = "carebase dr" // which stops a step that takes longer
)

// The resources, by the names that package stacks gives their components.
func primary(name string, is map[string]any) Resource  { return Resource{Primary, name, is} }
func recovery(name string, is map[string]any) Resource { return Resource{Recovery, name, is} }

// services of a side: ECS's.
func (s System) services(side Side) (found []Resource) {
	for _, name := range s.Services {
		found = append(found, Resource{Side: side, Name: name + "-service"})
	}
	return found
}

// Unfounded are the figures' resources of one side that its plan lacks, or that have other inputs than a figure takes for
// granted. Inputs gives a resource's by its logical name.
func (d Derivation) Unfounded(side Side, inputs func(name string) (map[string]any, bool)) (found []string) {
	for _, figure := range d.Figures() {
		for _, resource := range figure.On {
			if resource.Side != side {
				continue
			}
			has, there := inputs(resource.Name)
			if !there {
				found = append(found, fmt.Sprintf("%q rests on %s, which is not in the plan", figure.What, resource.Name))
			}
			for path, want := range resource.Is {
				if is := at(has, path); there && fmt.Sprint(is) != fmt.Sprint(want) {
					found = append(found, fmt.Sprintf("%q rests on %s: %s is %v, not %v", figure.What, resource.Name, path, is, want))
				}
			}
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// Figures are all of a derivation.
func (d Derivation) Figures() []Figure {
	all := slices.Clone(d.Steps)
	for _, path := range d.Paths {
		all = append(all, path.Figures...)
	}
	return all
}

// at is the value at a path such as rules[0].status; nil where there is none.
func at(value any, path string) any {
	for _, part := range strings.FieldsFunc(path, func(r rune) bool { return r == '.' || r == '[' || r == ']' }) {
		switch is := value.(type) {
		case map[string]any:
			value = is[part]
		case []any:
			index, err := strconv.Atoi(part)
			if err != nil || index >= len(is) {
				return nil
			}
			value = is[index]
		default:
			return nil
		}
	}
	return value
}

func seconds(length time.Duration) float64 { return length.Seconds() }
