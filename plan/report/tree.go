// Package report writes a plan for people: the tree of components and resources with the inputs that matter,
// and how many there are of each service.
package report

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/carebase/carebase/graph"
)

// Options of the report.
type Options struct {
	// Inputs shows every input of every resource, not only those that matter most.
	Inputs bool
	// Colour uses ANSI escapes.
	Colour bool
}

// Write writes the tree and the totals of a plan.
func Write(w io.Writer, g *graph.Graph, options Options) error {
	p := &printer{g: g, options: options}
	p.line("%s %s", p.bold(g.Project), p.bold(g.Stack))
	for _, root := range g.Roots() {
		p.children(root, "")
	}
	p.line("")
	p.totals()
	_, err := io.WriteString(w, p.b.String())
	return err
}

type printer struct {
	g       *graph.Graph
	options Options
	b       strings.Builder
}

func (p *printer) line(format string, args ...any) { fmt.Fprintf(&p.b, format+"\n", args...) }

func (p *printer) children(parent *graph.Resource, indent string) {
	children := slices.Clone(p.g.Children(parent.URN))
	slices.SortFunc(children, func(a, b *graph.Resource) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Type, b.Type))
	})
	for i, child := range children {
		branch, below := "├─ ", "│  "
		if i == len(children)-1 {
			branch, below = "└─ ", "   "
		}
		p.line("%s%s%s", indent, branch, p.heading(child))
		if p.options.Inputs {
			more := "   "
			if len(p.g.Children(child.URN)) > 0 {
				more = "│  "
			}
			p.inputs(child, indent+below+more)
		}
		p.children(child, indent+below)
	}
}

// rank puts providers first and components before lone resources.
func rank(r *graph.Resource) int {
	switch {
	case r.IsProvider():
		return 0
	case r.IsComponent():
		return 1
	default:
		return 2
	}
}

func (p *printer) heading(r *graph.Resource) string {
	parts := []string{p.bold(r.Name), p.dim(ShortType(r.Type))}
	if r.Protect {
		parts = append(parts, p.green("protected"))
	}
	if r.RetainOnDelete {
		parts = append(parts, p.green("retained"))
	}
	if r.External {
		parts = append(parts, p.dim("read"))
	}
	if parent := p.g.Lookup(r.Parent); r.Region != "" && !r.IsProvider() && (parent == nil || p.region(parent) != r.Region) {
		parts = append(parts, p.dim(r.Region))
	}
	if !p.options.Inputs {
		if matters := highlights(r); matters != "" {
			parts = append(parts, matters)
		}
	}
	return strings.Join(parts, "  ")
}

// region is where most of a component's resources are, so that only exceptions are named.
func (p *printer) region(r *graph.Resource) string {
	if !r.IsComponent() {
		return r.Region
	}
	count := map[string]int{}
	for _, child := range p.g.Children(r.URN) {
		if child.Region != "" {
			count[child.Region]++
		}
	}
	best := ""
	for _, region := range slices.Sorted(maps.Keys(count)) {
		if count[region] > count[best] {
			best = region
		}
	}
	return best
}

func (p *printer) inputs(r *graph.Resource, indent string) {
	for _, dep := range r.IgnoreChanges {
		p.line("%s(changes of %s are ignored)", indent, dep)
	}
	inputs := r.Readable()
	for _, key := range slices.Sorted(maps.Keys(inputs)) {
		p.value(indent, key, inputs[key])
	}
}

// value prints nested values indented, and JSON texts (policies) as what they hold, so that a difference shows
// where it is.
func (p *printer) value(indent, key string, value any) {
	switch v := decodeJSON(value).(type) {
	case map[string]any:
		if len(v) == 0 {
			p.line("%s%s: {}", indent, key)
			return
		}
		p.line("%s%s:", indent, key)
		for _, member := range slices.Sorted(maps.Keys(v)) {
			p.value(indent+"  ", member, v[member])
		}
	case []any:
		if len(v) == 0 {
			p.line("%s%s: []", indent, key)
			return
		}
		if allScalar(v) {
			p.line("%s%s: [%s]", indent, key, joined(v))
			return
		}
		p.line("%s%s:", indent, key)
		for i, member := range v {
			p.value(indent+"  ", fmt.Sprintf("[%d]", i), member)
		}
	default:
		p.line("%s%s: %s", indent, key, scalar(v))
	}
}

// decodeJSON turns a text that is a JSON object or list into its value.
func decodeJSON(value any) any {
	text, ok := value.(string)
	if !ok || !strings.HasPrefix(text, "{\"") && !strings.HasPrefix(text, "[{") {
		return value
	}
	var decoded any
	if err := json.Unmarshal([]byte(text), &decoded); err != nil {
		return value
	}
	return decoded
}

func allScalar(values []any) bool {
	return !slices.ContainsFunc(values, func(v any) bool {
		switch v.(type) {
		case map[string]any, []any:
			return true
		}
		return false
	})
}

func joined(values []any) string {
	texts := make([]string, len(values))
	for i, v := range values {
		texts[i] = scalar(v)
	}
	return strings.Join(texts, ", ")
}

func scalar(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case string:
		if strings.ContainsAny(v, "\n\"") || v == "" || strings.TrimSpace(v) != v {
			text, _ := json.Marshal(v) // a string always marshals
			return string(text)
		}
		return v
	case float64:
		return strings.TrimSuffix(fmt.Sprintf("%.10g", v), ".0")
	default:
		return fmt.Sprint(v)
	}
}

// ShortType is a type as AWS people write it: ec2.Vpc for aws:ec2/vpc:Vpc. Types of other packages stay whole.
func ShortType(typ string) string {
	parts := strings.Split(typ, ":")
	if len(parts) != 3 || parts[0] != "aws" {
		return typ
	}
	module, _, _ := strings.Cut(parts[1], "/")
	return module + "." + parts[2]
}

func (p *printer) bold(text string) string  { return p.escape("1", text) }
func (p *printer) dim(text string) string   { return p.escape("2", text) }
func (p *printer) green(text string) string { return p.escape("32", text) }

func (p *printer) escape(code, text string) string {
	if !p.options.Colour {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}
