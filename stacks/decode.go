package stacks

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/go-viper/mapstructure/v2"
)

// Config is a stack's configuration as Pulumi hands it to a program: values by full key, structured ones as JSON.
type Config struct {
	Values map[string]string
	// Encrypted lists the keys whose value is, or holds, a secret.
	Encrypted []string
}

// Decode reads the settings of the named stack and validates them whole. The error is an *InvalidSettings that
// lists everything unknown, missing, mistyped, out of range, contradictory or forbidden.
func Decode(stack string, config Config) (*Settings, error) {
	found := &problems{}
	settings := &Settings{encrypted: config.Encrypted}
	decode(config, settings, found)
	if slices.Contains(config.Encrypted, fullKey("exceptions")) {
		found.undecodable("exceptions", nil, "there is something encrypted in it, and exceptions are there to be read: set it in plain text")
	}
	validate(settings, found)
	if err := found.err(stack); err != nil {
		return nil, err
	}
	return settings, nil
}

// decode fills settings strictly: no key that is not a setting, no value of another type, no required key left out.
func decode(config Config, settings *Settings, found *problems) {
	fields := map[string]reflect.Type{}
	for _, field := range reflect.VisibleFields(reflect.TypeOf(*settings)) {
		if key := field.Tag.Get("setting"); key != "" {
			fields[key] = field.Type
		}
	}

	values := map[string]any{}
	for _, full := range slices.Sorted(maps.Keys(config.Values)) {
		key, ours := strings.CutPrefix(full, Namespace+":")
		if !ours {
			continue
		}
		field, known := fields[key]
		if !known {
			found.undecodable(key, nil, "there is no such setting"+suggest(key, slices.Collect(maps.Keys(fields))))
			continue
		}
		value, ok := parse(key, config.Values[full], field, found)
		if section, is := value.(map[string]any); is && len(section) == 0 && field.Kind() == reflect.Struct && optional(key) {
			continue // the project's default for a section that the stack does not have
		}
		if ok {
			values[key] = value
		}
	}

	metadata := mapstructure.Metadata{}
	decoder, err := mapstructure.NewDecoder(&mapstructure.DecoderConfig{
		Result: settings, Metadata: &metadata, TagName: "setting", IgnoreUntaggedFields: true,
		MatchName: func(key, field string) bool { return key == field },
	})
	if err != nil {
		panic(err) // the configuration above is constant
	}
	reportMistyped(decoder.Decode(values), found)
	for _, key := range metadata.Unused {
		found.undecodable(key, nil, "there is no such setting"+suggest(lastStep(key), siblings(key)))
	}
	for _, key := range metadata.Unset {
		if field, ok := fieldAt(key); ok && field.Tag.Get("optional") == "" && !slices.Contains(found.undecoded, key) {
			found.undecodable(key, nil, "is missing; it takes "+kindOf(field.Type))
		}
	}
}

// parse turns the text Pulumi gives for a top-level key into the value its field takes.
func parse(key, text string, field reflect.Type, found *problems) (any, bool) {
	switch field.Kind() {
	case reflect.String:
		return text, true
	case reflect.Bool:
		value, err := strconv.ParseBool(text)
		if err != nil || (text != "true" && text != "false") {
			found.undecodable(key, text, "allowed is true or false")
			return nil, false
		}
		return value, true
	default:
		decoder := json.NewDecoder(strings.NewReader(text))
		decoder.UseNumber() // so that 3.5 is not taken for 3
		var value any
		if err := decoder.Decode(&value); err != nil || value == nil {
			found.undecodable(key, text, "allowed is "+kindOf(field))
			return nil, false
		}
		return value, true
	}
}

// reportMistyped translates the decoder's errors, which name Go types, into what the settings take.
func reportMistyped(err error, found *problems) {
	if err == nil {
		return
	}
	var joined interface{ Unwrap() []error }
	if errors.As(err, &joined) {
		for _, one := range joined.Unwrap() {
			reportMistyped(one, found)
		}
		return
	}
	var mistyped *mapstructure.DecodeError
	if !errors.As(err, &mistyped) {
		found.undecodable("", nil, err.Error())
		return
	}
	if inner := mistyped.Unwrap(); inner != nil && errors.As(inner, &joined) {
		reportMistyped(inner, found)
		return
	}
	key := mistyped.Name()
	var value any
	var unconvertible *mapstructure.UnconvertibleTypeError
	var unparsable *mapstructure.ParseError
	switch {
	case errors.As(err, &unconvertible):
		value = unconvertible.Value
	case errors.As(err, &unparsable):
		value = unparsable.Value
	}
	allowed := "it is of the wrong type"
	if field, ok := fieldAt(key); ok {
		allowed = "allowed is " + kindOf(field.Type)
	}
	if value == encryptedValue {
		allowed += "; it is encrypted, but it is no secret: set it in plain text"
	}
	found.undecodable(key, value, allowed)
}

// encryptedValue is what a plan is given for a value that it does not decrypt.
const encryptedValue = "[secret]"

var index = regexp.MustCompile(`\[[^\]]*\]`)

// fieldAt finds the field of Settings that a key such as services[0].cpu means.
func fieldAt(key string) (reflect.StructField, bool) {
	typ := reflect.TypeFor[Settings]()
	var field reflect.StructField
	for _, step := range strings.Split(index.ReplaceAllString(key, ""), ".") {
		for typ.Kind() == reflect.Slice {
			typ = typ.Elem()
		}
		if typ.Kind() != reflect.Struct {
			return field, field.Name != "" // an element of a map or a list: its own field is the nearest
		}
		next, ok := fieldTagged(typ, step)
		if !ok {
			return reflect.StructField{}, false
		}
		field, typ = next, next.Type
	}
	if strings.HasSuffix(key, "]") && field.Type.Kind() == reflect.Slice {
		field.Type = field.Type.Elem()
	} else if strings.HasSuffix(key, "]") && field.Type.Kind() == reflect.Map {
		field.Type = field.Type.Elem()
	}
	return field, true
}

// optional is true for a top-level setting that may be left out.
func optional(key string) bool {
	field, ok := fieldTagged(reflect.TypeFor[Settings](), key)
	return ok && field.Tag.Get("optional") != ""
}

func fieldTagged(typ reflect.Type, key string) (reflect.StructField, bool) {
	for _, field := range reflect.VisibleFields(typ) {
		if field.Tag.Get("setting") == key {
			return field, true
		}
	}
	return reflect.StructField{}, false
}

// siblings are the settings that could stand where an unknown key stands.
func siblings(key string) []string {
	typ := reflect.TypeFor[Settings]()
	if at := strings.LastIndex(key, "."); at >= 0 {
		parent, ok := fieldAt(key[:at])
		if !ok {
			return nil
		}
		typ = parent.Type
	}
	for typ.Kind() == reflect.Slice {
		typ = typ.Elem()
	}
	if typ.Kind() != reflect.Struct {
		return nil
	}
	return keysOf(typ)
}

func lastStep(key string) string { return key[strings.LastIndex(key, ".")+1:] }

// suggest names the settings there are, the one that was probably meant first.
func suggest(key string, known []string) string {
	if len(known) == 0 {
		return ""
	}
	slices.Sort(known)
	for _, candidate := range known {
		if strings.EqualFold(candidate, key) || oneEditApart(candidate, key) {
			return fmt.Sprintf("; did you mean %s?", candidate)
		}
	}
	return "; there are " + strings.Join(known, ", ")
}

// oneEditApart is true for words that differ by one letter added, lost, changed, or swapped with its neighbour.
func oneEditApart(a, b string) bool {
	if len(a) < len(b) {
		a, b = b, a
	}
	if len(a)-len(b) > 1 {
		return false
	}
	for i := range b {
		if a[i] == b[i] {
			continue
		}
		if len(a) > len(b) {
			return a[i+1:] == b[i:]
		}
		return a[i+1:] == b[i+1:] || (i+1 < len(b) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:])
	}
	return true
}

// kindOf says in people's words what a field takes.
func kindOf(typ reflect.Type) string {
	switch typ.Kind() {
	case reflect.String:
		return "text"
	case reflect.Bool:
		return "true or false"
	case reflect.Int:
		return "a whole number"
	case reflect.Slice:
		return "a list of " + plural(typ.Elem())
	case reflect.Map:
		return "a mapping of names to text"
	default:
		return "a mapping of settings"
	}
}

func plural(typ reflect.Type) string {
	if typ.Kind() == reflect.String {
		return "texts"
	}
	return "mappings"
}

// Keys are the top-level settings, in the order of Settings.
func Keys() []string { return keysOf(reflect.TypeFor[Settings]()) }

func keysOf(typ reflect.Type) []string {
	var keys []string
	for _, field := range reflect.VisibleFields(typ) {
		if key := field.Tag.Get("setting"); key != "" {
			keys = append(keys, key)
		}
	}
	return keys
}
