// Package graph holds a stack's resources as data: types, properties, parents, dependencies, providers,
// secrets and values that are not known yet. It runs no Pulumi program and knows nothing of AWS; whatever can
// describe a stack (a plan, a preview, a deployed state) fills one, and whatever judges a stack reads one.
package graph

import (
	"cmp"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/property"
)

// StackType is the type of the resource that is the root of every stack.
const StackType = "pulumi:pulumi:Stack"

// providerPrefix begins the type of every provider resource.
const providerPrefix = "pulumi:providers:"

// A Graph is one stack of one project.
type Graph struct {
	Project string
	Stack   string
	// Resources are sorted by URN, the stack itself and its providers included.
	Resources []*Resource

	byURN    map[string]*Resource
	children map[string][]*Resource
}

// A Resource as its program declared it.
type Resource struct {
	URN  string
	Type string
	Name string
	// Parent is the URN of the parent; empty for the stack itself.
	Parent string
	// Provider is the URN of the provider resource that manages this one; empty for components, for providers,
	// and for a resource that was left to a default provider.
	Provider string
	// Region is where the provider puts the resource; empty where its provider names none.
	Region string
	// Custom is true for what a provider manages, false for components.
	Custom bool
	// External is true for a resource that is only read, not managed.
	External bool
	// Inputs are what the program set. Outputs are inputs and whatever else is known of the resource: in a plan,
	// references to what only the cloud will know.
	Inputs  property.Map
	Outputs property.Map
	// Dependencies are the URNs this resource waits for; PropertyDependencies the same for each input.
	Dependencies         []string
	PropertyDependencies map[string][]string
	Protect              bool
	RetainOnDelete       bool
	// Aliases are URNs that this resource also answers to, so that a rename does not replace it.
	Aliases       []string
	IgnoreChanges []string
}

// New makes a graph of the given resources. It sorts them by URN.
func New(project, stack string, resources []*Resource) *Graph {
	g := &Graph{
		Project: project, Stack: stack, Resources: slices.Clone(resources),
		byURN: make(map[string]*Resource, len(resources)), children: map[string][]*Resource{},
	}
	slices.SortFunc(g.Resources, func(a, b *Resource) int { return cmp.Compare(a.URN, b.URN) })
	for _, r := range g.Resources {
		g.byURN[r.URN] = r
		if r.Parent != "" {
			g.children[r.Parent] = append(g.children[r.Parent], r)
		}
	}
	return g
}

// Lookup returns the resource with that URN, or nil.
func (g *Graph) Lookup(urn string) *Resource { return g.byURN[urn] }

// OfType returns the resources of any of the given types, sorted by URN.
func (g *Graph) OfType(types ...string) []*Resource {
	var found []*Resource
	for _, r := range g.Resources {
		if slices.Contains(types, r.Type) {
			found = append(found, r)
		}
	}
	return found
}

// Children returns the resources whose parent has that URN, sorted by URN.
func (g *Graph) Children(urn string) []*Resource { return g.children[urn] }

// Roots returns the resources without a parent in the graph: the stack, or, in part of a graph, its topmost resources.
func (g *Graph) Roots() []*Resource {
	var roots []*Resource
	for _, r := range g.Resources {
		if r.Parent == "" || g.byURN[r.Parent] == nil {
			roots = append(roots, r)
		}
	}
	return roots
}

// IsProvider is true for a resource that is itself a provider.
func (r *Resource) IsProvider() bool { return strings.HasPrefix(r.Type, providerPrefix) }

// IsComponent is true for a resource that only groups others.
func (r *Resource) IsComponent() bool { return !r.Custom && r.Type != StackType }

// Package is the Pulumi package of the resource's type: "aws" of "aws:kms/key:Key".
func (r *Resource) Package() string {
	pkg, _, _ := strings.Cut(strings.TrimPrefix(r.Type, providerPrefix), ":")
	return pkg
}
