package inspect

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/property"

	"github.com/carebase/carebase/graph"
)

// A Value is what stands at a path of a resource's inputs. Not known yet is another thing than not set.
type Value struct {
	value    property.Value
	path     string
	resource *Resource
}

// At returns the value at a path such as "metadataOptions.httpTokens" or "rules[0].schedule".
func (r *Resource) At(path string) Value {
	root := Value{value: property.New(r.Inputs), resource: r}
	return root.At(path)
}

// At returns the value at a path below this one. Below what is not known yet nothing is known.
func (v Value) At(path string) Value {
	at := Value{value: v.value, path: join(v.path, path), resource: v.resource}
	for path != "" {
		step := path
		if end := strings.IndexAny(path, ".[]"); end >= 0 {
			step, path = path[:end], path[end+1:]
		} else {
			path = ""
		}
		if step != "" {
			at.value = descend(at.value, step)
		}
	}
	if r := v.resource; r != nil && r.stack != nil && r.stack.read != nil && at.path != "" {
		r.stack.read(r.URN, at.top())
	}
	return at
}

// Step is the value of one member, whose name may hold anything, or of one element.
func (v Value) Step(step string) Value {
	path := join(v.path, step)
	if v.value.IsArray() {
		path = join(v.path, "["+step+"]")
	}
	return Value{value: descend(v.value, step), path: path, resource: v.resource}
}

// sealed is true for a secret that the source of the graph does not show: it may hold a text, or a whole list of which one
// member is a secret.
func sealed(v property.Value) bool { return v.Secret() && v.IsString() && v.AsString() == graph.Secret }

// descend gives a member or an element of a value. What is in a secret is secret, and of a sealed one not known.
func descend(v property.Value, step string) property.Value {
	var inner property.Value
	switch {
	case v.IsComputed(), sealed(v):
		inner = property.New(property.Computed)
	case v.IsMap():
		inner = v.AsMap().Get(step)
	case v.IsArray():
		if i, err := strconv.Atoi(step); err == nil && i >= 0 && i < v.AsArray().Len() {
			inner = v.AsArray().Get(i)
		}
	}
	if v.Secret() {
		inner = inner.WithSecret(true)
	}
	return inner
}

func join(path, step string) string {
	if path == "" || step == "" || step[0] == '[' {
		return path + step
	}
	return path + "." + step
}

// Path of the value in its resource.
func (v Value) Path() string { return v.path }

// top is the top-level input that the value is part of.
func (v Value) top() string {
	top, _, _ := strings.Cut(v.path, ".")
	top, _, _ = strings.Cut(top, "[")
	return top
}

// Unknown is true for a value that cannot be read: only the cloud will know it, or it is sealed. What depends on such a value
// is undecidable; that it is set is known.
func (v Value) Unknown() bool { return v.value.IsComputed() || sealed(v.value) }

// Sealed is true for a secret that the source of the graph does not show. Pulumi seals a whole list if one member is secret.
func (v Value) Sealed() bool { return sealed(v.value) }

// Unset is true where the program set nothing: no value, null, or empty text.
func (v Value) Unset() bool {
	return v.value.IsNull() || v.value.IsString() && v.value.AsString() == ""
}

// Secret is true for a secret value.
func (v Value) Secret() bool { return v.value.Secret() }

// HasReference is true for text with a part that only the cloud knows.
func (v Value) HasReference() bool {
	return v.value.IsString() && len(graph.References(v.value.AsString())) > 0
}

// True and False are so for that very value; a value that is not set or not known is neither.
func (v Value) True() bool { b, ok := v.boolean(); return ok && b }

// False: see True.
func (v Value) False() bool { b, ok := v.boolean(); return ok && !b }

func (v Value) boolean() (value, ok bool) {
	switch {
	case v.value.IsBool():
		return v.value.AsBool(), true
	case v.value.IsString():
		b, err := strconv.ParseBool(v.value.AsString())
		return b, err == nil
	}
	return false, false
}

// Text is the value as text; empty where it is none, or sealed.
func (v Value) Text() string {
	if v.value.IsString() && !v.Sealed() {
		return v.value.AsString()
	}
	return ""
}

// Number is the value as a number, also where it is written as text.
func (v Value) Number() (float64, bool) {
	switch {
	case v.value.IsNumber():
		return v.value.AsNumber(), true
	case v.value.IsString():
		n, err := strconv.ParseFloat(v.value.AsString(), 64)
		return n, err == nil
	}
	return 0, false
}

// List returns the elements of a list; nil where the value is none.
func (v Value) List() []Value {
	if !v.value.IsArray() {
		return nil
	}
	elements := make([]Value, 0, v.value.AsArray().Len())
	for i := range v.value.AsArray().Len() {
		elements = append(elements, v.Step(strconv.Itoa(i)))
	}
	return elements
}

// Keys returns the members' names of a mapping, sorted; nil where the value is none.
func (v Value) Keys() []string {
	if !v.value.IsMap() {
		return nil
	}
	keys := make([]string, 0, v.value.AsMap().Len())
	for key := range v.value.AsMap().AllStable {
		keys = append(keys, key)
	}
	return keys
}

// Contains is true for a list with that text in it.
func (v Value) Contains(text string) bool {
	for _, element := range v.List() {
		if element.Text() == text {
			return true
		}
	}
	return false
}

// JSON reads text that holds JSON (a policy, container definitions) as a value. Of text that is not JSON, or that
// holds no text, ok is false.
func (v Value) JSON() (value Value, ok bool) {
	var found decoded
	if v.resource != nil && v.resource.stack != nil { // a dozen controls look at the same policies
		found = Cached(v.resource.stack, jsonText(v.Text()), func() decoded { return decode(v.Text()) })
	} else {
		found = decode(v.Text())
	}
	if !found.ok {
		return Value{}, false
	}
	if v.Secret() {
		found.value = found.value.WithSecret(true)
	}
	return Value{value: found.value, path: v.path, resource: v.resource}, true
}

// jsonText is the key of a text of JSON among the cached answers.
type jsonText string

// decoded is what a text of JSON holds.
type decoded struct {
	value property.Value
	ok    bool // false for a text that is no JSON
}

func decode(text string) decoded {
	var value any
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		return decoded{}
	}
	return decoded{fromJSON(value), true}
}

func fromJSON(v any) property.Value {
	switch v := v.(type) {
	case string:
		return property.New(v)
	case bool:
		return property.New(v)
	case float64:
		return property.New(v)
	case []any:
		elements := make([]property.Value, len(v))
		for i, element := range v {
			elements[i] = fromJSON(element)
		}
		return property.New(elements)
	case map[string]any:
		members := make(map[string]property.Value, len(v))
		for key, member := range v {
			members[key] = fromJSON(member)
		}
		return property.New(members)
	default:
		return property.New(property.Null)
	}
}

// Show is the value for people: never a secret, references as ${name.property}.
func (v Value) Show() string {
	if v.Unset() {
		return "not set"
	}
	if v.value.IsComputed() {
		return "not known yet"
	}
	one := graph.Resource{Inputs: property.NewMap(map[string]property.Value{"value": v.value})}
	switch shown := one.Readable()["value"].(type) {
	case string:
		return shown
	case map[string]any, []any:
		text, err := json.Marshal(shown)
		if err != nil {
			return fmt.Sprint(shown)
		}
		return string(text)
	default:
		return fmt.Sprint(shown)
	}
}

// Output returns the value at a path of what is known of the resource, whether its program set it or not.
func (r *Resource) Output(path string) Value {
	return Value{value: property.New(r.Outputs), resource: r}.At(path)
}

// Missing is the value at a path at which the resource has nothing.
func (r *Resource) Missing(path string) Value { return Value{path: path, resource: r} }

// Stack that the resource is part of.
func (r *Resource) Stack() *Stack { return r.stack }

// Resource that the value is part of.
func (v Value) Resource() *Resource { return v.resource }

// As is the value as if it stood at a path of another resource, which it applies to.
func (v Value) As(r *Resource, path string) Value {
	return Value{value: v.value, path: path, resource: r}
}

// WithText is another text at the place of the value.
func (v Value) WithText(text string) Value {
	v.value = property.New(text)
	return v
}

// EmptyList is true for a list without elements.
func (v Value) EmptyList() bool { return v.value.IsArray() && v.value.AsArray().Len() == 0 }

// Each returns the values at a path in which [*] stands for every element of a list. An empty or missing list gives
// its own value, so that an expectation of its elements fails instead of holding for none.
func (r *Resource) Each(path string) []Value {
	before, after, wild := strings.Cut(path, "[*]")
	if !wild {
		return []Value{r.At(path)}
	}
	var values []Value
	list := r.At(before)
	for i := range list.List() {
		values = append(values, r.Each(fmt.Sprintf("%s[%d]%s", before, i, after))...)
	}
	if len(values) == 0 {
		missing := list
		if !missing.Unknown() {
			missing = r.Missing(before)
		}
		return []Value{missing}
	}
	return values
}

// First is the first value that is set, or not known yet; where none is, the first of all.
func First(values ...Value) Value {
	for _, v := range values {
		if !v.Unset() || v.Unknown() {
			return v
		}
	}
	return values[0]
}

// ShortName is the last part of a type: FlowLog of aws:ec2/flowLog:FlowLog.
func ShortName(typ string) string { return typ[strings.LastIndex(typ, ":")+1:] }

// RegionOf is where the resource is: its own region, which it may name since version 7 of the provider, or its
// provider's.
func RegionOf(r *Resource) string {
	if own := r.At("region").Text(); own != "" {
		return own
	}
	return r.Region
}

// NameOfRegion names a region in a sentence. A resource of a default provider has none in the graph.
func NameOfRegion(region string) string {
	if region == "" {
		return "in the default provider's region"
	}
	return "in " + region
}
