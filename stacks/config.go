package stacks

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/carebase/carebase/internal/stackfile"
	"github.com/carebase/carebase/plan"
)

// PlanConfig is the configuration of a stack that plan.Load read.
func PlanConfig(program plan.Program) Config {
	return Config{Values: program.Config, Encrypted: program.Secrets, File: program.File}
}

// Config is a stack's configuration as Pulumi hands it to a program, and the file that it is from.
type Config struct {
	// Values by full key, structured ones as JSON. A plan has "[secret]" for what is encrypted.
	Values map[string]string
	// Encrypted lists the keys whose value is, or holds, a secret. Which part of it, only File tells.
	Encrypted []string
	// File is the stack's settings file. Without it a scalar of the top level has no type, and a section of which something
	// is encrypted is refused, unless it is a plan's.
	File *stackfile.File
	// FromFile are the values that Pulumi makes of File and the project, with "[secret]" for what is encrypted. Where they
	// are given, Values have to be the same but for that: else File is not what Values are from.
	FromFile map[string]string
	// Others are the settings files of the project's other stacks, which must not meet this one; see stackfile.File.Others. An
	// update or a failover leaves them out: what is wrong with a colleague's file must not stop it.
	Others []*stackfile.File
}

// encryptedValue is what a plan is given for a value that it does not decrypt.
const encryptedValue = "[secret]"

// settings are the values by their key without its namespace.
func (c Config) settings(found *problems) map[string]*stackfile.Value {
	written := c.written(found)
	values := map[string]*stackfile.Value{}
	for _, full := range sortedKeys(c.Values) {
		key, ours := strings.CutPrefix(full, Namespace+":")
		if !ours {
			if c.File == nil {
				refuseNamespace(full, found)
			}
			continue
		}
		given, err := c.given(key)
		switch value := written[key]; {
		case err != nil:
			found.undecodable(key, c.Values[full], "allowed is "+kindOf(fieldTypes()[key]))
		case c.FromFile != nil && !same(c.FromFile[full], c.Values[full]):
			found.undecodable(key, nil, fmt.Sprintf("%s has another value than the one that Pulumi was given: "+
				"run pulumi with the stack's own file, without --config-file", c.File.Path))
		case value != nil:
			unseal(value, given)
			values[key] = value
		default:
			if c.File == nil && slices.Contains(c.Encrypted, full) && !seal(given) {
				found.undecodable(key, nil, "something in it is encrypted, and only Pulumi.<stack>.yaml tells what: "+
					"run pulumi in the project's folder, with the stack's own file")
			}
			values[key] = given.Invent()
		}
	}
	for key, value := range written { // a plan of a file that Pulumi's reader dropped something of
		if values[key] == nil {
			values[key] = value
		}
	}
	return values
}

// written are the values as they stand in the file. A key that is there in two spellings is refused: Pulumi takes either,
// and not the same at every run.
func (c Config) written(found *problems) map[string]*stackfile.Value {
	if c.File == nil {
		return nil
	}
	values := map[string]*stackfile.Value{}
	spelt := map[string][]string{}
	for _, setting := range c.File.Settings(Namespace) {
		key, ours := strings.CutPrefix(setting.Key, Namespace+":")
		if !ours {
			refuseNamespace(setting.Key, found)
			continue
		}
		values[key] = setting.Value
		spelt[key] = append(spelt[key], fmt.Sprintf("%s (line %d)", setting.Written, setting.Line))
	}
	for _, key := range sortedKeys(spelt) {
		if len(spelt[key]) > 1 {
			found.undecodable(key, nil, "is there more than once, of which Pulumi would take any: leave one of "+strings.Join(spelt[key], ", "))
		}
	}
	return values
}

// refuseNamespace refuses a key of which nothing reads the value: every provider of a stack is made with its own arguments.
func refuseNamespace(key string, found *problems) {
	if namespace, name, _ := strings.Cut(key, ":"); namespace != "pulumi" {
		found.found = append(found.found, Problem{Key: key, Allowed: fmt.Sprintf("nothing reads it: settings are in the namespace %s; leave it out%s",
			Namespace, meant(name))})
	}
}

func meant(name string) string {
	if slices.Contains(Keys(), name) {
		return ", or did you mean " + fullKey(name) + "?"
	}
	return ""
}

// given is the value that Pulumi gave.
func (c Config) given(key string) (*stackfile.Value, error) {
	text := c.Values[fullKey(key)]
	field, known := fieldTypes()[key]
	if known && slices.Contains([]reflect.Kind{reflect.Struct, reflect.Slice, reflect.Map}, field.Kind()) && text != "" && text != encryptedValue {
		return stackfile.FromJSON(text)
	}
	return stackfile.FromText(text), nil
}

func fieldTypes() map[string]reflect.Type {
	types := map[string]reflect.Type{}
	for _, field := range reflect.VisibleFields(reflect.TypeFor[Settings]()) {
		types[field.Tag.Get("setting")] = field.Type
	}
	return types
}

// unseal puts the text that Pulumi gave in the place of each ciphertext.
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

// seal marks what is encrypted in a value of which only that is known: all of a scalar, or each "[secret]" of a plan. It is
// false where it finds nothing.
func seal(value *stackfile.Value) bool {
	if value.Kind == stackfile.Untyped || value.Scalar() && value.Text == encryptedValue {
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

// same is true where two values differ in nothing but what is "[secret]" in the first.
func same(blinded, text string) bool {
	if blinded == text || blinded == encryptedValue {
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
		if a == encryptedValue {
			return true
		}
	}
	return blinded == value
}

func sortedKeys[V any](of map[string]V) []string { return slices.Sorted(maps.Keys(of)) }
