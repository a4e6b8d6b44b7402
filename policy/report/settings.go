package report

import (
	"fmt"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/carebase/carebase/policy"
)

// Settings is the file that a stack is set by.
type Settings struct {
	// Path as reports name it, with slashes: Pulumi.prod.yaml.
	Path string
	Text []byte
	// Keys are the top-level keys that settings of the stack's project may have, such as database. Empty for a stack of
	// another program: its fixes name no settings.
	Keys []string
}

// withSettings adds the setting of its control, as the stack's settings file names it, to the fix of every violation.
func withSettings(result *policy.Result, settings Settings) *policy.Result {
	named := *result
	named.Findings = slices.Clone(result.Findings)
	for i, f := range named.Findings {
		if setting := settings.Of(f.Control, result.Project); f.Outcome == policy.NonCompliant && setting != "" {
			named.Findings[i].Fix = fmt.Sprintf("%s (setting %s)", strings.TrimSuffix(f.Fix, "."), setting)
		}
	}
	return &named
}

// Of returns the setting of the project that satisfies the control, such as clinic:database.multiAz, or nothing.
func (s Settings) Of(control *policy.Control, project string) string {
	if !s.has(control.Setting) {
		return ""
	}
	return project + ":" + control.Setting
}

// has is true for the key of a setting that the project may have.
func (s Settings) has(key string) bool {
	section, _, _ := strings.Cut(key, ".")
	return key != "" && slices.Contains(s.Keys, strings.TrimSuffix(section, "[]"))
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
	if line := s.ofKey(f.Control.Setting); line > 0 {
		return line
	}
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

// ofKey is the line of a setting such as database.multiAz; 0 where the file does not have it, or has a list of them.
func (s sections) ofKey(setting string) int {
	name, property, nested := strings.Cut(setting, ".")
	for _, one := range s {
		if one.name != name {
			continue
		}
		if !nested {
			return one.value.Line
		}
		if key, _ := member(one.value, property); key != nil {
			return key.Line
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
