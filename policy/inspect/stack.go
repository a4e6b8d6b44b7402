package inspect

import (
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/pulumi/pulumi/sdk/v3/go/property"

	"github.com/carebase/carebase/graph"
)

// A Stack is a graph with what controls ask of it: which resource a value means, and who points at whom.
type Stack struct {
	*graph.Graph
	// PHI and Production decide which controls apply. Classified is true if a tag says whether the stack holds PHI.
	PHI, Production, Classified bool

	resources map[string]*Resource   // by URN
	byType    map[string][]*Resource // sorted by URN
	identity  map[string][]*Resource // by literal id or ARN
	index     func() index
	cached    sync.Map // by question; see Cached
	asked     sync.Map // types; see AskedFor
	ignore    atomic.Bool

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
	From     *Resource
	Property string
}

// An index of who points at whom.
type index struct {
	pointers map[string][]pointer  // by the URN of what they point at; sorted by URN and property
	uses     map[usage][]*Resource // sorted by URN
}

// usage is how a resource is pointed at: by resources of a type, in a property.
type usage struct{ target, typ, property string }

// NewStack prepares a graph for controls. A stack holds PHI if the tag DataClassification is "phi" in the default tags of an
// AWS provider or on any resource. It serves production if it holds PHI, whatever the name of its environment, or if the
// tag Environment of a provider is "prod" or "production".
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
	for _, provider := range s.byType["pulumi:providers:aws"] {
		tags := provider.At("defaultTags.tags")
		s.classify(tags)
		environment := tags.At("Environment").Text()
		s.Production = s.Production || strings.EqualFold(environment, "prod") || strings.EqualFold(environment, "production")
	}
	for _, r := range s.resources {
		if tags := r.Inputs.Get("tags"); tags.IsMap() {
			s.classify(Value{value: tags, path: "tags", resource: r})
		}
	}
	s.Production = s.Production || s.PHI
	return s
}

// classify notes what tags say about the stack's data.
func (s *Stack) classify(tags Value) {
	class := tags.Step("DataClassification").Text()
	s.Classified = s.Classified || class != ""
	s.PHI = s.PHI || strings.EqualFold(class, "phi")
}

// AskedFor is true if a control asked the stack for resources of the type.
func (s *Stack) AskedFor(typ string) bool {
	_, asked := s.asked.Load(typ)
	return asked
}

// IgnoreTypes keeps, while it is true, the types that are asked for out of AskedFor.
func (s *Stack) IgnoreTypes(ignore bool) { s.ignore.Store(ignore) }

// ask notes that somebody asks for resources of the type.
func (s *Stack) ask(typ string) {
	if _, asked := s.asked.Load(typ); !asked && !s.ignore.Load() {
		s.asked.Store(typ, true)
	}
}

// Traced is the stack for somebody who wants to know which inputs are read: read is called for each.
func (s *Stack) Traced(read func(urn, property string)) *Stack {
	traced := NewStack(s.Graph)
	traced.index() // building the index reads everything
	traced.PHI, traced.Production, traced.read = s.PHI, s.Production, read
	return traced
}

// Find returns the resource with that URN, or nil.
func (s *Stack) Find(urn string) *Resource { return s.resources[urn] }

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
		s.ask(typ)
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
	s.ask(typ)
	found := slices.Clip(s.index().uses[usage{target: target.URN, typ: typ, property: property}])
	if s.read != nil {
		for _, r := range found {
			s.read(r.URN, property)
		}
	}
	return found
}

// Cached returns the answer to a question about the stack. It calls answer the first time only. The question has a type of
// its own, so that questions of different kinds do not collide.
func Cached[Q comparable, A any](s *Stack, question Q, answer func() A) A {
	known, asked := s.cached.Load(question)
	if !asked {
		known, _ = s.cached.LoadOrStore(question, answer())
	}
	return known.(A)
}

// Pointers are all properties that mean a resource, by its URN.
func (s *Stack) Pointers() map[string][]pointer { return s.index().pointers }

// ResolveAll are the resources that a value means: in a text with several references, each; of what is not known yet,
// all it depends on.
func (s *Stack) ResolveAll(v Value) []*Resource {
	var found []*Resource
	add := func(r *Resource) {
		if r != nil && !slices.Contains(found, r) {
			found = append(found, r)
		}
	}
	unknown := false
	Walk(v.value, func(one property.Value) {
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
	near := slices.DeleteFunc(slices.Clone(resources), func(r *Resource) bool { return RegionOf(r) != RegionOf(from) })
	if len(near) == 0 {
		return resources
	}
	return near
}

// Resolve is the resource of one of the types that the value means, or nil. Of a name, which may be that of several
// resources, it is the one that the program took the name from.
func (s *Stack) Resolve(v Value, types ...string) *Resource {
	for _, typ := range types {
		s.ask(typ)
	}
	for _, r := range s.ResolveAll(v) {
		if slices.Contains(types, r.Type) {
			return r
		}
	}
	if v.resource == nil || !v.value.IsString() || v.path != v.top() {
		return nil
	}
	for _, urn := range v.resource.PropertyDependencies[v.path] {
		if r := s.resources[urn]; r != nil && slices.Contains(types, r.Type) {
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
			for _, target := range s.ResolveAll(Value{value: value, path: key, resource: r}) {
				if target == r {
					continue
				}
				found.pointers[target.URN] = append(found.pointers[target.URN], pointer{From: r, Property: key})
				as := usage{target: target.URN, typ: r.Type, property: key}
				found.uses[as] = append(found.uses[as], r)
			}
		}
	}
	return found
}

// Walk visits a value and everything in it, in a fixed order.
func Walk(v property.Value, visit func(property.Value)) {
	visit(v)
	switch {
	case v.IsArray():
		for _, element := range v.AsArray().All {
			Walk(element, visit)
		}
	case v.IsMap():
		for _, element := range v.AsMap().AllStable {
			Walk(element, visit)
		}
	}
}
