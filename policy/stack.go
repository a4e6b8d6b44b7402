package policy

import (
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/pulumi/pulumi/sdk/v3/go/property"

	"github.com/carebase/carebase/graph"
)

// A Stack is a graph with what controls ask of it: which resource a value means, and who points at whom.
type Stack struct {
	*graph.Graph
	// PHI and Production decide which controls apply.
	PHI        bool
	Production bool

	resources map[string]*Resource   // by URN
	byType    map[string][]*Resource // sorted by URN
	identity  map[string][]*Resource // by literal id or ARN
	index     func() index
	decoded   sync.Map // by a text of JSON; see Value.JSON
	patterns  sync.Map // by a text; see filterPattern

	// read notes what controls look at, where somebody asked (see Reads).
	read func(urn, property string)
}

// A Resource of the stack.
type Resource struct {
	*graph.Resource
	stack *Stack
}

// pointer is a property of a resource that means another resource.
type pointer struct {
	from     *Resource
	property string
}

// An index of who points at whom.
type index struct {
	pointers map[string][]pointer  // by the URN of what they point at; sorted by URN and property
	uses     map[usage][]*Resource // sorted by URN
}

// usage is how a resource is pointed at: by resources of a type, in a property.
type usage struct{ target, typ, property string }

// NewStack prepares a graph for controls. Whether it holds PHI and serves production it takes from the tags
// DataClassification and Environment that its AWS providers put on everything.
func NewStack(g *graph.Graph) *Stack {
	s := &Stack{
		Graph: g, resources: make(map[string]*Resource, len(g.Resources)),
		byType: map[string][]*Resource{}, identity: map[string][]*Resource{},
	}
	for _, one := range g.Resources {
		r := &Resource{Resource: one, stack: s}
		s.resources[r.URN] = r
		s.byType[r.Type] = append(s.byType[r.Type], r)
		for _, key := range []string{"id", "arn"} {
			if v := one.Outputs.Get(key); v.IsString() && v.AsString() != "" && !strings.Contains(v.AsString(), "${") {
				s.identity[v.AsString()] = append(s.identity[v.AsString()], r)
			}
		}
	}
	s.index = sync.OnceValue(s.findPointers)
	for _, provider := range s.Of("pulumi:providers:aws") {
		tags := provider.At("defaultTags.tags")
		s.PHI = s.PHI || strings.EqualFold(tags.At("DataClassification").Text(), "phi")
		environment := strings.ToLower(tags.At("Environment").Text())
		s.Production = s.Production || environment == "prod" || environment == "production" || environment == "dr"
	}
	return s
}

// Reads returns the inputs a control looks at to judge the stack, by URN: what an auditor can ask for, and what a test
// can change to see whether the control notices.
func (c *Control) Reads(s *Stack) map[string][]string {
	traced := NewStack(s.Graph)
	traced.pointers() // building the index looks at everything
	seen := map[string]map[string]bool{}
	traced.read = func(urn, property string) {
		if seen[urn] == nil {
			seen[urn] = map[string]bool{}
		}
		seen[urn][property] = true
	}
	c.Check(traced)
	found := map[string][]string{}
	for urn, properties := range seen {
		found[urn] = slices.Sorted(maps.Keys(properties))
	}
	return found
}

// Root is the stack itself, for findings about what is missing from it.
func (s *Stack) Root() *Resource {
	for _, r := range s.byType[graph.StackType] {
		return r
	}
	return &Resource{Resource: &graph.Resource{URN: s.Graph.Project + "/" + s.Graph.Stack}, stack: s}
}

// Of returns the resources of any of the types that the stack manages, those it only reads left out.
func (s *Stack) Of(types ...string) []*Resource {
	var found []*Resource
	for _, typ := range types {
		for _, r := range s.byType[typ] {
			if !r.External {
				found = append(found, r)
			}
		}
	}
	return found
}

// Pointing returns the resources of that type whose property means target: by reference, by literal id or ARN,
// or, where the value is not known yet, by what it depends on. Property is a top-level input.
func (s *Stack) Pointing(target *Resource, typ, property string) []*Resource {
	found := slices.Clip(s.index().uses[usage{target.URN, typ, property}])
	if s.read != nil {
		for _, r := range found {
			s.read(r.URN, property)
		}
	}
	return found
}

// once makes an answer the first time it is asked for.
func once[A any](answers *sync.Map, question string, answer func() A) A {
	known, asked := answers.Load(question)
	if !asked {
		known, _ = answers.LoadOrStore(question, answer())
	}
	return known.(A)
}

// pointers are all properties that mean a resource, by its URN.
func (s *Stack) pointers() map[string][]pointer { return s.index().pointers }

// Referents are the resources that a value means: in a text with several references, each; of what is not known yet,
// all it depends on.
func (s *Stack) Referents(v Value) []*Resource {
	var found []*Resource
	add := func(r *Resource) {
		if r != nil && !slices.Contains(found, r) {
			found = append(found, r)
		}
	}
	unknown := false
	walk(v.value, func(one property.Value) {
		switch {
		case one.IsComputed(), sealed(one):
			unknown = true
		case one.IsString():
			text := one.AsString()
			for _, ref := range graph.References(text) {
				add(s.resources[ref.URN])
			}
			for _, r := range nearest(s.identity[text], v.resource) {
				add(r)
			}
		case one.IsResourceReference():
			add(s.resources[string(one.AsResourceReference().URN)])
		}
	})
	if v.resource == nil {
		return found
	}
	sources := v.resource.PropertyDependencies[v.top()]
	switch {
	case unknown:
		for _, urn := range sources {
			add(s.resources[urn])
		}
	case len(found) == 0 && len(sources) == 1 && v.path == v.top() && v.value.IsString():
		// A text that the program took from one resource: a name that is known before the id it will become.
		add(s.resources[sources[0]])
	}
	return found
}

// nearest are those of the resources, all of one id, that are in the region of whoever names them; all where none is. A
// name such as a vault's, and the id of a key and its replicas, are the same in several regions.
func nearest(resources []*Resource, from *Resource) []*Resource {
	if len(resources) < 2 || from == nil {
		return resources
	}
	near := slices.DeleteFunc(slices.Clone(resources), func(r *Resource) bool { return regionOf(r) != regionOf(from) })
	if len(near) == 0 {
		return resources
	}
	return near
}

// Referent is the one resource of that type that the value means, or nil.
func (s *Stack) Referent(v Value, types ...string) *Resource {
	for _, r := range s.Referents(v) {
		if slices.Contains(types, r.Type) {
			return r
		}
	}
	return nil
}

// findPointers reads every input of every resource once. What it returns is in the order of URNs and properties
// because both are read in it.
func (s *Stack) findPointers() index {
	found := index{pointers: map[string][]pointer{}, uses: map[usage][]*Resource{}}
	for _, one := range s.Graph.Resources {
		r := s.resources[one.URN]
		for key, value := range one.Inputs.AllStable {
			for _, target := range s.Referents(Value{value: value, path: key, resource: r}) {
				if target == r {
					continue
				}
				found.pointers[target.URN] = append(found.pointers[target.URN], pointer{from: r, property: key})
				as := usage{target.URN, r.Type, key}
				found.uses[as] = append(found.uses[as], r)
			}
		}
	}
	return found
}

// walk visits a value and everything in it, in a fixed order.
func walk(v property.Value, visit func(property.Value)) {
	visit(v)
	switch {
	case v.IsArray():
		for _, element := range v.AsArray().All {
			walk(element, visit)
		}
	case v.IsMap():
		for _, element := range v.AsMap().AllStable {
			walk(element, visit)
		}
	}
}
