package report

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/carebase/carebase/graph"
)

// totals counts the resources of each service, and how many there are in all.
func (p *printer) totals() {
	services := map[string]int{}
	var resources, components, providers int
	for _, r := range p.g.Resources {
		switch {
		case r.Type == graph.StackType:
		case r.IsProvider():
			providers++
		case r.IsComponent() && r.Package() != "awsx": // awsx components stand for what they create
			components++
		default:
			resources++
			services[service(r)]++
		}
	}
	width := 0
	for name := range services {
		width = max(width, len(name))
	}
	for _, name := range slices.Sorted(maps.Keys(services)) {
		p.line("%s  %4d", p.dim(name+strings.Repeat(" ", width-len(name))), services[name])
	}
	p.line("%s in %s, by %s", count(resources, "resource"), count(components, "component"), count(providers, "provider"))
}

func service(r *graph.Resource) string {
	parts := strings.Split(r.Type, ":")
	if len(parts) != 3 {
		return r.Type
	}
	module, _, _ := strings.Cut(parts[1], "/")
	if parts[0] == "aws" {
		return module
	}
	return parts[0] + " " + module
}

func count(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return fmt.Sprintf("%d %s", n, noun)
}
