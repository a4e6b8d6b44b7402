package report

import (
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/carebase/carebase/policy"
)

// Settings is the file that a stack is set by.
type Settings struct {
	// Path as reports name it, with slashes: Pulumi.prod.yaml.
	Path string
	Text []byte
}

// sections are the settings of a file with their lines, in its order.
type sections []section

type section struct {
	name  string // without its namespace
	value *yaml.Node
}

// sections of a file that cannot be read are none: whoever loads the stack reports what is wrong with it.
func (s Settings) sections() sections {
	var document yaml.Node
	if err := yaml.Unmarshal(s.Text, &document); err != nil || len(document.Content) == 0 {
		return nil
	}
	var found sections
	_, config := member(document.Content[0], "config")
	for key, value := range members(config) {
		found = append(found, section{key.Value[strings.LastIndex(key.Value, ":")+1:], value})
	}
	return found
}

// ofProperty is the line of the setting that a property of a resource is set by: one with the property's name, in the
// section or in the element of a list that has the name of the resource's component. Where there is none it is 0:
// much follows from the program and not from a setting.
func (s sections) ofProperty(f policy.Finding) int {
	name, _ := subject(f)
	property, _, _ := strings.Cut(f.Property, ".")
	for component, more := name, true; more; component, more = withoutLastPart(component) {
		for _, one := range s {
			candidates := elements(one.value, "name", component)
			if one.name == component {
				candidates = append(candidates, one.value)
			}
			for _, candidate := range candidates {
				if key, _ := member(candidate, property); key != nil {
					return key.Line
				}
			}
		}
	}
	return 0
}

// ofException is the line of an exception; 0 where it is not in the file.
func (s sections) ofException(e policy.Exception) int {
	for _, one := range s {
		if one.name != "exceptions" {
			continue
		}
		for _, element := range elements(one.value, "control", e.Control) {
			if _, on := member(element, "resource"); on != nil && on.Value == e.Resource {
				return element.Line
			}
		}
	}
	return 0
}

// withoutLastPart of a name such as database-instance is database.
func withoutLastPart(name string) (string, bool) {
	at := strings.LastIndex(name, "-")
	if at < 0 {
		return "", false
	}
	return name[:at], true
}

// members of a mapping, in order; none of anything else.
func members(node *yaml.Node) func(func(key, value *yaml.Node) bool) {
	return func(yield func(key, value *yaml.Node) bool) {
		if node == nil || node.Kind != yaml.MappingNode {
			return
		}
		for i := 0; i+1 < len(node.Content); i += 2 {
			if !yield(node.Content[i], node.Content[i+1]) {
				return
			}
		}
	}
}

func member(node *yaml.Node, name string) (key, value *yaml.Node) {
	for key, value := range members(node) {
		if key.Value == name {
			return key, value
		}
	}
	return nil, nil
}

// elements of a list that are mappings in which the member has that value.
func elements(list *yaml.Node, name, value string) []*yaml.Node {
	if list == nil || list.Kind != yaml.SequenceNode {
		return nil
	}
	var found []*yaml.Node
	for _, element := range list.Content {
		if _, is := member(element, name); is != nil && is.Value == value {
			found = append(found, element)
		}
	}
	return found
}
