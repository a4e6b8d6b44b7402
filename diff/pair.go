package diff

import (
	"fmt"
	"slices"
	"strings"

	"github.com/carebase/carebase/graph"
)

// match is a resource on both sides, or on one of them.
type match struct {
	base, head *graph.Resource
	// how a resource with two URNs was found.
	aliased, guessed bool
}

// pairs finds the resources of both graphs that are the same: by URN, by an alias, and, among what is left, by equal inputs.
func pairs(base, head *graph.Graph) []match {
	var matches []match
	taken := map[string]bool{}
	var unmatched []*graph.Resource
	aliases := inheritedAliases(base, head)
	for _, r := range head.Resources {
		if old := base.Lookup(r.URN); old != nil {
			taken[old.URN] = true
			matches = append(matches, match{base: old, head: r})
			continue
		}
		unmatched = append(unmatched, r)
	}
	var added []*graph.Resource
	for _, r := range unmatched {
		found := false
		for _, alias := range aliases[r.URN] {
			if old := base.Lookup(alias); old != nil && !taken[alias] {
				taken[alias], found = true, true
				matches = append(matches, match{base: old, head: r, aliased: true})
				break
			}
		}
		if !found {
			added = append(added, r)
		}
	}
	var removed []*graph.Resource
	for _, r := range base.Resources {
		if !taken[r.URN] {
			removed = append(removed, r)
		}
	}
	return append(matches, guess(removed, added)...)
}

// inheritedAliases returns the aliases of every resource of head. A child of a renamed component inherits an alias, and so does a
// child whose name begins with the name of a component that was renamed:
// https://www.pulumi.com/docs/iac/concepts/options/aliases/
func inheritedAliases(base, head *graph.Graph) map[string][]string {
	found := map[string][]string{}
	var visit func(r *graph.Resource)
	visit = func(r *graph.Resource) {
		for _, child := range head.Children(r.URN) {
			urns := slices.Clone(child.Aliases)
			for _, parent := range found[r.URN] {
				oldName := child.Name
				if renamed := nameOf(parent); strings.HasPrefix(child.Name, r.Name) {
					oldName = renamed + strings.TrimPrefix(child.Name, r.Name)
				}
				for _, name := range []string{oldName, child.Name} {
					urn := childURN(parent, child.Type, name)
					if base.Lookup(urn) != nil && !slices.Contains(urns, urn) {
						urns = append(urns, urn)
					}
				}
			}
			if len(urns) > 0 {
				found[child.URN] = urns
			}
			visit(child)
		}
	}
	for _, root := range head.Roots() {
		if len(root.Aliases) > 0 {
			found[root.URN] = root.Aliases
		}
		visit(root)
	}
	return found
}

func nameOf(urn string) string { return urn[strings.LastIndex(urn, "::")+2:] }

// childURN is the URN of a child, by the URN of its parent.
func childURN(parent, childType, name string) string {
	parts := strings.SplitN(parent, "::", 4)
	if len(parts) < 4 {
		return ""
	}
	qualified := parts[2] + "$" + childType
	if parts[2] == graph.StackType {
		qualified = childType
	}
	return strings.Join([]string{parts[0], parts[1], qualified, name}, "::")
}

// guess finds pairs of removed and added resources that are alike but for their names. Pulumi deletes one and creates the other.
func guess(removed, added []*graph.Resource) []match {
	candidates := map[string][]*graph.Resource{}
	for _, r := range removed {
		alike := likeness(r)
		candidates[alike] = append(candidates[alike], r)
	}
	var matches []match
	gone := map[string]bool{}
	for _, r := range added {
		alike := likeness(r)
		if list := candidates[alike]; len(list) > 0 && r.Custom {
			candidates[alike] = list[1:]
			gone[list[0].URN] = true
			matches = append(matches, match{base: list[0], head: r, guessed: true})
			continue
		}
		matches = append(matches, match{head: r})
	}
	for _, r := range removed {
		if !gone[r.URN] {
			matches = append(matches, match{base: r})
		}
	}
	return matches
}

// likeness is equal for resources of one type whose inputs differ in names only.
func likeness(r *graph.Resource) string {
	if !r.Custom {
		return r.URN
	}
	var b strings.Builder
	b.WriteString(r.Type)
	write(&b, simplifier{}.inputs(r), func(text string) string {
		for _, ref := range graph.References(text) {
			parts := strings.Split(ref.URN, "::")
			kind := parts[max(0, len(parts)-2)]
			text = strings.ReplaceAll(text, ref.Token(), "${"+kind[strings.LastIndex(kind, "$")+1:]+"}")
		}
		return strings.ReplaceAll(text, r.Name, "(name)")
	})
	return b.String()
}

func write(b *strings.Builder, value any, mask func(string) string) {
	switch v := value.(type) {
	case string:
		b.WriteString(mask(v))
	case document:
		write(b, v.content, mask)
	case []any:
		for _, element := range v {
			b.WriteByte(',')
			write(b, element, mask)
		}
	case map[string]any:
		for _, key := range sortedKeys(v) {
			b.WriteString(";" + mask(key) + "=")
			write(b, v[key], mask)
		}
	case secret:
		b.WriteString(graph.Secret)
	default:
		fmt.Fprint(b, v)
	}
}
