package main

import (
	"fmt"
	"sync"

	"github.com/pulumi/pulumi/sdk/v3/go/property"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/policyx"

	"github.com/carebase/carebase/graph"
	"github.com/carebase/carebase/policy/inspect"
)

// graphs turns what the engine shows an analyzer into what controls read. The engine asks policy by policy with the
// same resources, so the last stack is kept.
type graphs struct {
	project, stack string

	mu    sync.Mutex
	first *policyx.AnalyzerResource
	count int
	last  *inspect.Stack
}

// all is the whole stack.
func (g *graphs) all(resources []policyx.AnalyzerResource) *inspect.Stack {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.last != nil && len(resources) > 0 && g.first == &resources[0] && g.count == len(resources) {
		return g.last
	}
	g.last = g.build(resources)
	if len(resources) > 0 {
		g.first, g.count = &resources[0], len(resources)
	}
	return g.last
}

// one is a stack of a single resource, with its provider, which says where it is and what it may hold.
func (g *graphs) one(r policyx.AnalyzerResource) *inspect.Stack {
	return g.build([]policyx.AnalyzerResource{r})
}

func (g *graphs) build(resources []policyx.AnalyzerResource) *inspect.Stack {
	root := fmt.Sprintf("urn:pulumi:%s::%s::%s::%s-%s", g.stack, g.project, graph.StackType, g.project, g.stack)
	found := map[string]*graph.Resource{root: {URN: root, Type: graph.StackType, Name: g.project + "-" + g.stack}}
	for _, r := range resources {
		found[r.URN] = &graph.Resource{
			URN: r.URN, Type: r.Type, Name: r.Name, Parent: r.Parent, Provider: r.Provider.URN,
			Region: text(r.Provider.Properties.Get("region")), Custom: r.Provider.URN != "",
			Inputs: r.Properties, Outputs: r.Properties,
			Dependencies: r.Dependencies, PropertyDependencies: r.PropertyDependencies,
			Protect: r.Options.Protect, RetainOnDelete: r.Options.RetainOnDelete, IgnoreChanges: r.Options.IgnoreChanges,
		}
	}
	for _, r := range resources {
		if r.Provider.URN == "" || found[r.Provider.URN] != nil {
			continue
		}
		found[r.Provider.URN] = &graph.Resource{
			URN: r.Provider.URN, Type: r.Provider.Type, Name: r.Provider.Name, Parent: root, Custom: true,
			Region: text(r.Provider.Properties.Get("region")), Inputs: r.Provider.Properties,
		}
	}
	all := make([]*graph.Resource, 0, len(found))
	for _, r := range found {
		if r.IsProvider() {
			r.Inputs = graph.UnfoldProvider(r.Inputs)
		}
		all = append(all, r)
	}
	return inspect.NewStack(graph.New(g.project, g.stack, all))
}

func text(v property.Value) string {
	if v.IsString() {
		return v.AsString()
	}
	return ""
}
