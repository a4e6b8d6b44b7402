package pulumistate

import (
	"encoding/json"
	"fmt"
	"maps"
	"strings"
)

// Resource is one resource of a state, with every member that the engine wrote.
type Resource map[string]any

// URN, Type, ID and Provider (URN::ID of the provider) are "" if the state has none.
func (r Resource) URN() string      { return Text(r["urn"]) }
func (r Resource) Type() string     { return Text(r["type"]) }
func (r Resource) ID() string       { return Text(r["id"]) }
func (r Resource) Provider() string { return Text(r["provider"]) }

// Inputs and Outputs are nil if the state has none.
func (r Resource) Inputs() Values  { return Object(r["inputs"]) }
func (r Resource) Outputs() Values { return Object(r["outputs"]) }

// Custom is true for what a provider makes, and false for components.
func (r Resource) Custom() bool { return r["custom"] == true }

// PendingDelete is true if another resource replaced this resource, and the next update deletes it.
func (r Resource) PendingDelete() bool { return r["delete"] == true }

// Protected is true if a deletion by the engine is refused, or leaves the resource in AWS.
func (r Resource) Protected() bool { return r["protect"] == true || r["retainOnDelete"] == true }

// With returns a copy of the resource in which these inputs replace its own.
func (r Resource) With(inputs Values) Resource {
	changed := maps.Clone(r)
	in := maps.Clone(r.Inputs())
	maps.Copy(in, inputs)
	changed["inputs"] = map[string]any(in)
	return changed
}

// Name returns the logical name, the last part of the URN.
func (r Resource) Name() string {
	parts := strings.SplitN(r.URN(), "::", 4)
	return parts[len(parts)-1]
}

// Values are the inputs or outputs of a resource.
type Values map[string]any

// Object returns v as an object, or nil.
func Object(v any) Values {
	m, _ := v.(map[string]any)
	return m
}

// List returns v as a list, or nil.
func List(v any) []any {
	l, _ := v.([]any)
	return l
}

// Text returns v as a string, or "".
func Text(v any) string {
	s, _ := v.(string)
	return s
}

// Text returns a value as text. A value that is missing, empty, secret or unknown is an error.
func (v Values) Text(key string) (string, error) {
	switch s := v[key].(type) {
	case string:
		if s != "" {
			return s, nil
		}
	case json.Number:
		return s.String(), nil
	}
	return "", fmt.Errorf("its state has no plain %q, by which it would be found", key)
}

// Texts returns several values as Text does.
func (v Values) Texts(keys ...string) ([]string, error) {
	found := make([]string, len(keys))
	for i, key := range keys {
		var err error
		if found[i], err = v.Text(key); err != nil {
			return nil, err
		}
	}
	return found, nil
}

// Optional returns a value as text, or "".
func (v Values) Optional(key string) string {
	s, err := v.Text(key)
	if err != nil {
		return ""
	}
	return s
}

// Tags returns the members of an object that are strings.
func Tags(v any) map[string]string {
	found := map[string]string{}
	for key, value := range Object(v) {
		if s, ok := value.(string); ok && key != defaultsKey {
			found[key] = s
		}
	}
	return found
}

// defaultsKey is the member of an object that lists which of its members the provider chose.
const defaultsKey = "__defaults"

// WithoutDefaults returns a deep copy without these lists.
func WithoutDefaults(v any) any {
	switch v := v.(type) {
	case map[string]any:
		copied := make(map[string]any, len(v))
		for key, value := range v {
			if key != defaultsKey {
				copied[key] = WithoutDefaults(value)
			}
		}
		return copied
	case []any:
		copied := make([]any, len(v))
		for i, value := range v {
			copied[i] = WithoutDefaults(value)
		}
		return copied
	}
	return v
}
