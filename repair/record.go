package repair

import (
	"encoding/json"
	"fmt"
	"maps"
	"strings"
)

// record is a resource as the state has it, whole: what this package does not know of must survive it.
type record map[string]any

func (r record) urn() string      { return text(r["urn"]) }
func (r record) kind() string     { return text(r["type"]) }
func (r record) id() string       { return text(r["id"]) }
func (r record) provider() string { return text(r["provider"]) }
func (r record) inputs() values   { return object(r["inputs"]) }
func (r record) outputs() values  { return object(r["outputs"]) }

func (r record) custom() bool   { return r["custom"] == true }
func (r record) doomed() bool   { return r["delete"] == true }
func (r record) keptSafe() bool { return r["protect"] == true || r["retainOnDelete"] == true }

// with is the resource with other inputs.
func (r record) with(other values) record {
	changed := maps.Clone(r)
	in := maps.Clone(r.inputs())
	maps.Copy(in, other)
	changed["inputs"] = map[string]any(in)
	return changed
}

// name is the logical name, the last part of the URN.
func (r record) name() string {
	parts := strings.SplitN(r.urn(), "::", 4)
	return parts[len(parts)-1]
}

// values are inputs or outputs of a resource.
type values map[string]any

func object(v any) values {
	m, _ := v.(map[string]any)
	return m
}

func text(v any) string {
	s, _ := v.(string)
	return s
}

// text is an input that must be there: a rule's identity is made of it.
func (v values) text(key string) (string, error) {
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

// texts are several such inputs.
func (v values) texts(keys ...string) ([]string, error) {
	found := make([]string, len(keys))
	for i, key := range keys {
		var err error
		if found[i], err = v.text(key); err != nil {
			return nil, err
		}
	}
	return found, nil
}

// optional is an input as text, or nothing.
func (v values) optional(key string) string {
	s, err := v.text(key)
	if err != nil {
		return ""
	}
	return s
}

// tags are string pairs, as the state has them in inputs and provider settings.
func tags(v any) map[string]string {
	found := map[string]string{}
	for key, value := range object(v) {
		if s, ok := value.(string); ok && key != defaultsKey {
			found[key] = s
		}
	}
	return found
}

// defaultsKey marks, inside inputs, which of them the provider chose.
const defaultsKey = "__defaults"

// withoutDefaults is a deep copy without those marks.
func withoutDefaults(v any) any {
	switch v := v.(type) {
	case map[string]any:
		copied := make(map[string]any, len(v))
		for key, value := range v {
			if key != defaultsKey {
				copied[key] = withoutDefaults(value)
			}
		}
		return copied
	case []any:
		copied := make([]any, len(v))
		for i, value := range v {
			copied[i] = withoutDefaults(value)
		}
		return copied
	}
	return v
}
