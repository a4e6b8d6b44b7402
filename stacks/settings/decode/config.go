package decode

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/carebase/carebase/internal/stackfile"
)

// Config is a stack's configuration as Pulumi passes it to a program, together with the file that it comes from.
type Config struct {
	// Project is the name in Pulumi.yaml. It is the namespace of the settings.
	Project string
	// Values by full key; objects and lists are JSON. In a plan every encrypted value is the text Secret.
	Values map[string]string
	// Encrypted lists the keys whose value is a secret or contains one. Only File tells which part of the value is secret.
	Encrypted []string
	// File is the stack's settings file. Without File a scalar of the top level has no type, and a section that contains a
	// secret is refused, unless the configuration is a plan's.
	File *stackfile.File
	// FromFile holds the values that Pulumi makes of File and Pulumi.yaml, with Secret for encrypted values. If FromFile
	// is set, Values must equal FromFile except for secrets; otherwise Values do not come from File.
	FromFile map[string]string
	// Others are the settings files of the project's other stacks, with which this stack must not collide; see
	// stackfile.File.Others. Updates and failovers leave Others empty, so that a fault in another stack's file does not stop them.
	Others []*stackfile.File
}

// Secret stands for an encrypted value in a plan, which decrypts nothing.
const Secret = "[secret]"

// values returns the settings by their key without the namespace. target is the type that they are decoded into.
func (c Config) values(target reflect.Type, problems *Problems) map[string]*stackfile.Value {
	types := fieldTypes(target)
	written := c.written(types, problems)
	values := map[string]*stackfile.Value{}
	for _, full := range sortedKeys(c.Values) {
		key, ours := strings.CutPrefix(full, c.Project+":")
		if !ours {
			if c.File == nil {
				c.refuseNamespace(full, types, problems)
			}
			continue
		}
		given, err := given(c.Values[full], types[key])
		switch value := written[key]; {
		case err != nil:
			problems.undecodable(key, c.Values[full], "allowed is "+kindOf(types[key]))
		case c.FromFile != nil && !same(c.FromFile[full], c.Values[full]):
			problems.undecodable(key, nil, fmt.Sprintf("%s has another value than the one that Pulumi was given: "+
				"run pulumi with the stack's own file, without --config-file", c.File.Path))
		case value != nil:
			unseal(value, given)
			values[key] = value
		default:
			if c.File == nil && slices.Contains(c.Encrypted, full) && !seal(given) {
				problems.undecodable(key, nil, "something in it is encrypted, and only Pulumi.<stack>.yaml tells what: "+
					"run pulumi in the project's folder, with the stack's own file")
			}
			values[key] = given.Invent()
		}
	}
	for key, value := range written { // Pulumi's reader dropped the key from a plan's values
		if values[key] == nil {
			values[key] = value
		}
	}
	return values
}

// written returns the values in the file. A key that the file has in two spellings is refused, because Pulumi takes either
// of them, and not the same at every run.
func (c Config) written(types map[string]reflect.Type, problems *Problems) map[string]*stackfile.Value {
	if c.File == nil {
		return nil
	}
	for _, unread := range c.File.Unread() {
		problems.list = append(problems.list, Problem{Key: unread.Key, Allowed: fmt.Sprintf(
			"Pulumi does not read this key (line %d): indent a setting below config, and leave out anything else", unread.Line)})
	}
	values := map[string]*stackfile.Value{}
	spellings := map[string][]string{}
	for _, setting := range c.File.Settings(c.Project) {
		key, ours := strings.CutPrefix(setting.Key, c.Project+":")
		if !ours {
			c.refuseNamespace(setting.Key, types, problems)
			continue
		}
		values[key] = setting.Value
		spellings[key] = append(spellings[key], fmt.Sprintf("%s (line %d)", setting.Written, setting.Line))
	}
	for _, key := range sortedKeys(spellings) {
		if len(spellings[key]) > 1 {
			problems.undecodable(key, nil, "is there more than once, of which Pulumi would take any: leave one of "+strings.Join(spellings[key], ", "))
		}
	}
	return values
}

// refuseNamespace refuses a key outside the project's namespace. Nothing reads its value: every provider of a stack gets
// its arguments from the program.
func (c Config) refuseNamespace(key string, types map[string]reflect.Type, problems *Problems) {
	namespace, name, _ := strings.Cut(key, ":")
	if namespace == "pulumi" {
		return
	}
	text := fmt.Sprintf("nothing reads it: settings are in the namespace %s; leave it out", c.Project)
	if types[name] != nil {
		text += fmt.Sprintf(", or did you mean %s:%s?", c.Project, name)
	}
	problems.list = append(problems.list, Problem{Key: key, Allowed: text})
}

// given parses a value that Pulumi passed, for a field of type field; field is nil for an unknown key.
func given(text string, field reflect.Type) (*stackfile.Value, error) {
	if field != nil && isObject(field) && text != "" && text != Secret {
		return stackfile.FromJSON(text)
	}
	return stackfile.FromText(text), nil
}

func isObject(typ reflect.Type) bool {
	return slices.Contains([]reflect.Kind{reflect.Pointer, reflect.Struct, reflect.Slice, reflect.Map}, typ.Kind())
}

// fieldTypes returns the types of the top-level settings by key.
func fieldTypes(target reflect.Type) map[string]reflect.Type {
	types := map[string]reflect.Type{}
	for _, field := range reflect.VisibleFields(target) {
		if key := field.Tag.Get("setting"); key != "" {
			types[key] = field.Type
		}
	}
	return types
}

// unseal replaces each ciphertext by the plain text that Pulumi passed.
func unseal(written, given *stackfile.Value) {
	if written.Encrypted {
		written.Text = given.Text
		return
	}
	for i, item := range written.Items {
		if i < len(given.Items) {
			unseal(item, given.Items[i])
		}
	}
	for _, member := range written.Members {
		for _, other := range given.Members {
			if other.Key == member.Key {
				unseal(member.Value, other.Value)
			}
		}
	}
}

// seal marks the secrets in a value that Pulumi reports as secret: a scalar itself, otherwise each text Secret of a plan. seal
// returns false if the value contains neither.
func seal(value *stackfile.Value) bool {
	if value.Kind == stackfile.Untyped || value.Scalar() && value.Text == Secret {
		value.Encrypted = value.Text != ""
		return true
	}
	sealed := false
	for _, item := range value.Items {
		sealed = seal(item) || sealed
	}
	for _, member := range value.Members {
		sealed = seal(member.Value) || sealed
	}
	return sealed
}

// same is true if two values are equal except where blinded has the text Secret.
func same(blinded, text string) bool {
	if blinded == text || blinded == Secret {
		return true
	}
	var a, b any
	if json.Unmarshal([]byte(blinded), &a) != nil || json.Unmarshal([]byte(text), &b) != nil {
		return false
	}
	return alike(a, b)
}

func alike(blinded, value any) bool {
	switch a := blinded.(type) {
	case []any:
		b, is := value.([]any)
		return is && slices.EqualFunc(a, b, alike)
	case map[string]any:
		b, is := value.(map[string]any)
		return is && maps.EqualFunc(a, b, alike)
	case string:
		if a == Secret {
			return true
		}
	}
	return blinded == value
}

func sortedKeys[V any](of map[string]V) []string { return slices.Sorted(maps.Keys(of)) }
