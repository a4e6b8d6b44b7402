// Package decode fills a struct of settings from a stack's configuration and reports every fault of the configuration at once.
// It knows no particular setting: struct tags describe them.
package decode

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/carebase/carebase/internal/stackfile"
)

// Into fills target, a pointer to a struct of settings, from the configuration. It records as problems whatever would not be
// carried out as written: an unknown or repeated key, a required key that is missing or empty, a value of another type, an
// encrypted value where no secret is taken, and a plain value where a secret is required.
//
// A field's tags are:
//
//	setting   the key
//	optional  "true" if the key may be left out. A pointer field is then nil.
//	secret    "true" if only encrypted values are taken
//	range     lowest and highest value of a number, such as 7..35
//	oneof     the texts that are allowed, separated by spaces
//	phi       what is required where PHI lives: true, false or "N or more"; after a colon the reason
//	cfr       the paragraph of 45 CFR that phi follows from
//
// CheckTags enforces the last four.
func Into(config Config, target any) *Problems {
	problems := NewProblems(config.Project)
	into := reflect.ValueOf(target).Elem()
	values := config.values(into.Type(), problems)
	known := Keys(into.Type())
	for _, key := range sortedKeys(values) {
		if !slices.Contains(known, key) {
			problems.undecodable(key, nil, "there is no such setting"+suggest(key, known))
		}
	}
	d := decoder{Problems: problems, target: into.Type()}
	for _, field := range reflect.VisibleFields(into.Type()) {
		key := field.Tag.Get("setting")
		if key == "" {
			continue
		}
		value, there := values[key]
		optional := field.Tag.Get("optional") != ""
		switch {
		case !problems.Decoded(key):
		case there && value.Invented() && value.Empty() && optional: // Pulumi.yaml's default of an optional setting
		case there:
			d.decode(key, value, into.FieldByIndex(field.Index), rules{top: true, optional: optional, secret: field.Tag.Get("secret") != ""})
		case !optional:
			problems.undecodable(key, nil, "is missing; it takes "+kindOf(field.Type))
		}
	}
	return problems
}

// rules of a field that its type does not tell.
type rules struct {
	top      bool // a setting of the top level, where Pulumi itself writes true and numbers in quotes
	optional bool // it may be left out
	secret   bool // it takes encrypted values, and nothing else
	emptyOK  bool // an empty text is a value: that of an environment variable
}

type decoder struct {
	*Problems
	target reflect.Type // of the settings
}

// decode puts a value into a field, or records why it cannot.
func (d decoder) decode(key string, value *stackfile.Value, field reflect.Value, rules rules) {
	allowed := kindOf(field.Type())
	switch {
	case value.Scalar() && value.Empty() && rules.emptyOK:
	case value.Kind == stackfile.Null, value.Scalar() && value.Empty():
		text := "is empty; it takes " + allowed
		if rules.optional {
			text += ", or is left out"
		}
		if value.Kind != stackfile.Null && field.Kind() == reflect.String && !rules.secret {
			d.empty = append(d.empty, Problem{Key: d.FullKey(key), Allowed: text})
		} else {
			d.undecodable(key, nil, text)
		}
		return
	case value.Encrypted && !rules.secret:
		d.undecodable(key, nil, notSecret(key, allowed))
		return
	case rules.secret && value.Scalar() && !value.Encrypted:
		d.undecoded = append(d.undecoded, key)
		d.list = append(d.list, Problem{Key: d.FullKey(key), Because: Encryption, Allowed: fmt.Sprintf(
			"allowed is only an encrypted value: pulumi config set --secret --path '%s'", d.path(key))})
		return
	}
	switch field.Kind() {
	case reflect.Pointer:
		d.decodeSection(key, value, field, rules)
	case reflect.Struct:
		d.decodeStruct(key, value, field)
	case reflect.Slice:
		d.decodeList(key, value, field, rules)
	case reflect.Map:
		d.decodeMap(key, value, field, rules)
	default:
		d.decodeScalar(key, value, field, rules)
	}
}

// Encryption is the rule that requires secrets to be encrypted.
const Encryption = "45 CFR 164.312(a)(2)(iv): encryption"

// notSecret says what to write instead of an encrypted value where it would end up in clear.
func notSecret(key, allowed string) string {
	text := "it is encrypted, but it is no secret and would be in clear in the state and in AWS: set it in plain text; allowed is " + allowed
	if service, _, is := strings.Cut(key, ".environment."); is {
		text = fmt.Sprintf("it is encrypted, but a variable of the environment is in clear in the state and in the task definition: "+
			"set it in plain text, or name one of secrets.names under %s.secrets", service)
	}
	return text
}

var plainStep = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_-]*(\[[0-9]+\])?$`)

// path returns the key as `pulumi config set --path` takes it: a member whose name contains a dot is written in brackets.
// Only maps have such names, and a map of the top level is the only kind of map that takes secrets.
func (d decoder) path(key string) string {
	first, name, nested := strings.Cut(key, ".")
	if field := fieldTypes(d.target)[first]; nested && field != nil && field.Kind() == reflect.Map && !plainStep.MatchString(name) {
		return d.FullKey(first) + fmt.Sprintf("[%q]", name)
	}
	return d.FullKey(key)
}

// decodeSection fills an optional section. A section of the top level that is {} is left nil, as if it were not written:
// {} is what Pulumi.yaml declares as the default.
func (d decoder) decodeSection(key string, value *stackfile.Value, field reflect.Value, rules rules) {
	if rules.top && value.Kind == stackfile.Mapping && len(value.Members) == 0 {
		return
	}
	field.Set(reflect.New(field.Type().Elem()))
	d.decodeStruct(key, value, field.Elem())
}

func (d decoder) decodeStruct(key string, value *stackfile.Value, field reflect.Value) {
	if value.Kind != stackfile.Mapping {
		d.refuse(key, value, kindOf(field.Type()))
		return
	}
	known := Keys(field.Type())
	members := d.members(key, value)
	for _, name := range sortedKeys(members) {
		if !slices.Contains(known, name) {
			d.undecodable(key+"."+name, nil, "there is no such setting"+suggest(name, known))
		}
	}
	for _, inner := range reflect.VisibleFields(field.Type()) {
		name := inner.Tag.Get("setting")
		if name == "" {
			continue
		}
		at := key + "." + name
		optional := inner.Tag.Get("optional") != ""
		if member, there := members[name]; there {
			if d.Decoded(at) {
				d.decode(at, member, field.FieldByIndex(inner.Index), rules{optional: optional, secret: inner.Tag.Get("secret") != ""})
			}
		} else if !optional {
			d.undecodable(at, nil, "is missing; it takes "+kindOf(inner.Type))
		}
	}
}

// members of a mapping by name. One that is there twice, or whose name YAML takes for something else than text, is refused.
func (d decoder) members(key string, value *stackfile.Value) map[string]*stackfile.Value {
	members := map[string]*stackfile.Value{}
	for _, m := range value.Members {
		at := key + "." + m.Key
		if m.KeyKind != stackfile.Text {
			d.undecodable(at, nil, fmt.Sprintf("YAML takes this key for %s: write it in quotes", m.KeyKind))
		}
		if _, twice := members[m.Key]; twice {
			d.undecodable(at, nil, "is there twice; leave one")
		}
		members[m.Key] = m.Value
	}
	return members
}

func (d decoder) decodeList(key string, value *stackfile.Value, field reflect.Value, rules rules) {
	if value.Kind != stackfile.List {
		d.refuse(key, value, kindOf(field.Type()))
		return
	}
	list := reflect.MakeSlice(field.Type(), len(value.Items), len(value.Items))
	for i, item := range value.Items {
		d.decode(Element(key, i), item, list.Index(i), rulesOfMember(rules))
	}
	field.Set(list)
}

func (d decoder) decodeMap(key string, value *stackfile.Value, field reflect.Value, rules rules) {
	if value.Kind != stackfile.Mapping {
		d.refuse(key, value, kindOf(field.Type()))
		return
	}
	members := d.members(key, value)
	filled := reflect.MakeMap(field.Type())
	for _, name := range sortedKeys(members) {
		at := key + "." + name
		into := reflect.New(field.Type().Elem()).Elem()
		inner := rulesOfMember(rules)
		inner.emptyOK = !rules.secret
		if d.Decoded(at) {
			d.decode(at, members[name], into, inner)
		}
		filled.SetMapIndex(reflect.ValueOf(name), into)
	}
	field.Set(filled)
}

func rulesOfMember(of rules) rules { return rules{secret: of.secret} }

var wholeNumber = regexp.MustCompile(`^(0|-?[1-9][0-9]*)$`)

func (d decoder) decodeScalar(key string, value *stackfile.Value, field reflect.Value, rules rules) {
	quoted := rules.top && value.Kind == stackfile.Text
	switch field.Kind() {
	case reflect.String:
		switch {
		case strings.ContainsFunc(value.Text, isControl) && value.Scalar():
			d.undecodable(key, nil, "allowed is text without control characters, which AWS refuses; only line breaks and tabs are taken")
		case value.Kind == stackfile.Text || value.Kind == stackfile.Untyped:
			field.SetString(value.Text)
		case !value.Scalar():
			d.refuse(key, value, "text")
		default: // Pulumi would hand on what YAML made of it: 1.1 for 1.10
			d.refuse(key, value, fmt.Sprintf("text; YAML takes this for %s: write it in quotes, %q", value.Kind, value.Text))
		}
	case reflect.Bool:
		text := value.Text
		if value.Kind == stackfile.Boolean {
			text = strings.ToLower(text)
		}
		if text != "true" && text != "false" || value.Kind != stackfile.Boolean && value.Kind != stackfile.Untyped && !quoted {
			d.refuse(key, value, "true or false")
			return
		}
		field.SetBool(text == "true")
	case reflect.Int:
		number, err := strconv.Atoi(value.Text)
		if err != nil || !wholeNumber.MatchString(value.Text) || value.Kind != stackfile.Number && value.Kind != stackfile.Untyped && !quoted {
			d.refuse(key, value, "a whole number")
			return
		}
		field.SetInt(int64(number))
	default:
		panic("no setting is a " + field.Type().String()) // Settings is ours
	}
}

// isControl is true for a control character other than a line break or a tab.
func isControl(r rune) bool { return unicode.IsControl(r) && !strings.ContainsRune("\n\r\t", r) }

// bare is a value that is shown without quotes.
type bare string

// refuse records a value of the wrong type; allowed is what the field takes.
func (d decoder) refuse(key string, value *stackfile.Value, allowed string) {
	switch {
	case value.Encrypted:
		d.undecodable(key, nil, "allowed is "+allowed)
	case value.Kind == stackfile.Text || value.Kind == stackfile.Untyped:
		d.undecodable(key, value.Text, "allowed is "+allowed)
	case value.Scalar(): // written without quotes
		d.undecodable(key, bare(value.Text), "allowed is "+allowed)
	default:
		d.undecodable(key, nil, fmt.Sprintf("it is %s; allowed is %s", value.Kind, allowed))
	}
}

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
	if typ == nil {
		return "nothing"
	}
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

// Keys returns the keys of a struct of settings in the order of its fields.
func Keys(typ reflect.Type) []string {
	var keys []string
	for _, field := range reflect.VisibleFields(typ) {
		if key := field.Tag.Get("setting"); key != "" {
			keys = append(keys, key)
		}
	}
	return keys
}
