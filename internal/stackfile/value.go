package stackfile

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"gopkg.in/yaml.v3"
)

// A Value is one value of a settings file as it was written, with its YAML type. Pulumi hands values to a program as JSON,
// and scalars of the top level as text: 1.10 has become 1.1 by then, and nothing tells true from "true".
type Value struct {
	Kind Kind
	// Text of a scalar, as it was written and without its quotes. Of an encrypted value it is the ciphertext.
	Text string
	// Encrypted is true for a mapping {secure: ciphertext}, which Pulumi takes for a text.
	Encrypted bool
	Items     []*Value // of a List
	Members   []Member // of a Mapping, in the order of the file
	// Line in the file, from 1; 0 where there is no file.
	Line     int
	invented bool
}

// A Member of a mapping.
type Member struct {
	Key string
	// KeyKind is Text, or what YAML takes an unquoted key for: TRUE, 1.10, ~.
	KeyKind Kind
	Line    int
	Value   *Value
}

// Kind of a value.
type Kind string

// The kinds. An Untyped scalar has a text and no known YAML type.
const (
	Null    Kind = "null"
	Text    Kind = "text"
	Number  Kind = "a number"
	Boolean Kind = "a boolean"
	Date    Kind = "a date"
	Other   Kind = "a value of a YAML type of its own"
	Untyped Kind = "untyped"
	List    Kind = "a list"
	Mapping Kind = "a mapping"
)

// Scalar is true for what has a Text.
func (v *Value) Scalar() bool { return v.Kind != List && v.Kind != Mapping && v.Kind != Null }

// Invented is true for a value that is not in the stack's file: a default of the project, as a rule.
func (v *Value) Invented() bool { return v.invented }

// Invent marks a value as Invented.
func (v *Value) Invent() *Value {
	v.invented = true
	return v
}

// Empty is true for a text, list or mapping that has nothing in it, and for null.
func (v *Value) Empty() bool {
	switch v.Kind {
	case List:
		return len(v.Items) == 0
	case Mapping:
		return len(v.Members) == 0
	case Null:
		return true
	}
	return v.Text == "" && !v.Encrypted
}

// FromText returns an Untyped scalar.
func FromText(text string) *Value { return &Value{Kind: Untyped, Text: text} }

// FromJSON reads a value as Pulumi gives structured ones to a program.
func FromJSON(text string) (*Value, error) {
	decoder := json.NewDecoder(bytes.NewReader([]byte(text)))
	decoder.UseNumber() // so that 3.5 is not taken for 3
	var decoded any
	if err := decoder.Decode(&decoded); err != nil {
		return nil, err
	}
	return fromAny(decoded), nil
}

func fromAny(decoded any) *Value {
	switch d := decoded.(type) {
	case nil:
		return &Value{Kind: Null}
	case string:
		return &Value{Kind: Text, Text: d}
	case json.Number:
		return &Value{Kind: Number, Text: d.String()}
	case bool:
		return &Value{Kind: Boolean, Text: fmt.Sprint(d)}
	case []any:
		v := &Value{Kind: List}
		for _, item := range d {
			v.Items = append(v.Items, fromAny(item))
		}
		return v
	case map[string]any:
		v := &Value{Kind: Mapping}
		for _, key := range slices.Sorted(maps.Keys(d)) {
			v.Members = append(v.Members, Member{Key: key, KeyKind: Text, Value: fromAny(d[key])})
		}
		return v
	default:
		return &Value{Kind: Other, Text: fmt.Sprint(d)}
	}
}

// fromNode follows aliases and merges (<<), which YAML carries out and Pulumi never sees.
func fromNode(node *yaml.Node) *Value {
	for node.Kind == yaml.AliasNode {
		node = node.Alias
	}
	switch node.Kind {
	case yaml.SequenceNode:
		v := &Value{Kind: List, Line: node.Line}
		for _, item := range node.Content {
			v.Items = append(v.Items, fromNode(item))
		}
		return v
	case yaml.MappingNode:
		v := &Value{Kind: Mapping, Line: node.Line, Members: members(node)}
		// As Pulumi has it: a mapping of the one key "secure" with a text (pulumi/sdk/go/common/resource/config/object.go).
		if len(v.Members) == 1 && v.Members[0].Key == "secure" && v.Members[0].Value.Kind == Text {
			return &Value{Kind: Text, Text: v.Members[0].Value.Text, Encrypted: true, Line: node.Line}
		}
		return v
	default:
		return &Value{Kind: scalarKind(node), Text: node.Value, Line: node.Line}
	}
}

func members(node *yaml.Node) []Member {
	var own, merged []Member
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, value := node.Content[i], node.Content[i+1]
		for key.Kind == yaml.AliasNode {
			key = key.Alias
		}
		if key.ShortTag() != "!!merge" {
			own = append(own, Member{Key: key.Value, KeyKind: scalarKind(key), Line: key.Line, Value: fromNode(value)})
			continue
		}
		from := fromNode(value)
		merged = append(merged, from.Members...)
		for _, item := range from.Items {
			merged = append(merged, item.Members...)
		}
	}
	for _, member := range merged { // what is written in the mapping itself counts before what is merged into it
		if !slices.ContainsFunc(own, func(m Member) bool { return m.Key == member.Key }) {
			own = append(own, member)
		}
	}
	return own
}

func scalarKind(node *yaml.Node) Kind {
	switch node.ShortTag() {
	case "!!null":
		return Null
	case "!!str":
		return Text
	case "!!int", "!!float":
		return Number
	case "!!bool":
		return Boolean
	case "!!timestamp":
		return Date
	}
	return Other // !!binary, or a tag of somebody's own
}
