package diff

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/property"

	"github.com/carebase/carebase/graph"
)

// secret and unknown are the values that a comparison does not look into.
type (
	// secret holds the value of an input for comparison only. Nothing prints it.
	secret  struct{ text string }
	unknown struct{}
)

// document is a text that is a JSON object or array.
type document struct{ content any }

// simplifier turns the values of one side into plain Go values: nil, bool, float64, string, []any, map[string]any, and the types
// above. References keep their tokens, so that they can be followed.
type simplifier struct {
	// urns replaces the URNs in references: those of renamed resources by their old URNs.
	urns map[string]string
	// readable prints references as people read them: a plan in a file does not tell all URNs.
	readable bool
}

func (s simplifier) inputs(r *graph.Resource) map[string]any {
	members := make(map[string]any, r.Inputs.Len())
	for key, value := range r.Inputs.All {
		if strings.HasPrefix(key, "__") {
			continue
		}
		members[key] = s.value(value)
	}
	return members
}

func (s simplifier) value(v property.Value) any {
	switch {
	case v.Secret():
		return secret{text: sealed(v)}
	case v.IsComputed():
		return unknown{}
	case v.IsString():
		return s.text(v.AsString())
	case v.IsBool():
		return v.AsBool()
	case v.IsNumber():
		return v.AsNumber()
	case v.IsArray():
		list := make([]any, 0, v.AsArray().Len())
		for _, element := range v.AsArray().All {
			list = append(list, s.value(element))
		}
		return list
	case v.IsMap():
		object := make(map[string]any, v.AsMap().Len())
		for key, member := range v.AsMap().All {
			object[key] = s.value(member)
		}
		return object
	case v.IsAsset():
		a := *v.AsAsset()
		_ = a.EnsureHash() // without a hash where the content cannot be read
		return "asset:" + a.Hash
	case v.IsArchive():
		a := *v.AsArchive()
		_ = a.EnsureHash()
		return "archive:" + a.Hash
	case v.IsResourceReference():
		return graph.Reference{URN: s.urn(string(v.AsResourceReference().URN)), Property: "urn"}.Token()
	}
	return nil
}

func (s simplifier) urn(urn string) string {
	if old, renamed := s.urns[urn]; renamed {
		return old
	}
	return urn
}

func (s simplifier) text(text string) any {
	if len(s.urns) > 0 && strings.Contains(text, "${") {
		for _, ref := range graph.References(text) {
			if old, renamed := s.urns[ref.URN]; renamed {
				text = strings.ReplaceAll(text, ref.Token(), graph.Reference{URN: old, Property: ref.Property}.Token())
			}
		}
	}
	if s.readable {
		text = graph.Readable(text)
	}
	trimmed := strings.TrimSpace(text)
	if !strings.HasPrefix(trimmed, "{") && !strings.HasPrefix(trimmed, "[") {
		return text
	}
	var content any
	if json.Unmarshal([]byte(trimmed), &content) != nil {
		return text
	}
	return document{content: content}
}

// sealed is the text of a secret for comparison, or "" where the graph does not have the value.
func sealed(v property.Value) string {
	plain := v.WithSecret(false)
	if plain.IsString() && plain.AsString() == graph.Secret || plain.IsComputed() {
		return ""
	}
	return fmt.Sprintf("%#v", plain)
}

// show is a value as people read it, on one line.
func show(value any) string {
	switch v := value.(type) {
	case nil:
		return "null"
	case bool:
		return strconv.FormatBool(v)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case string:
		return graph.Readable(v)
	case secret:
		return graph.Secret
	case unknown:
		return "(not known yet)"
	case document:
		return show(v.content)
	}
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false) // people read it
	if err := encoder.Encode(showable(value)); err != nil {
		return fmt.Sprint(value)
	}
	return strings.TrimSpace(b.String())
}

func showable(value any) any {
	switch v := value.(type) {
	case string, secret, unknown:
		return show(v)
	case document:
		return showable(v.content)
	case []any:
		list := make([]any, 0, len(v))
		for _, element := range v {
			list = append(list, showable(element))
		}
		return list
	case map[string]any:
		object := make(map[string]any, len(v))
		for key, member := range v {
			object[key] = showable(member)
		}
		return object
	}
	return value
}
