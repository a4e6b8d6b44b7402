package diff

import (
	"cmp"
	"slices"
)

// leastGroup is the number of resources from which equal changes are one line.
const leastGroup = 4

// groups finds changes that many resources share: "tags.Owner: a → b on 300 resources".
func (c *comparison) groups() {
	type signature struct {
		path, old, new          string
		oldSet, newSet, ignored bool
	}
	members := map[signature][]*Change{}
	of := func(p *Property) signature {
		return signature{path: p.Path, old: p.Old, new: p.New, oldSet: p.OldSet, newSet: p.NewSet, ignored: p.Ignored}
	}
	each := func(do func(*Change, *Property)) {
		for _, change := range c.result.Changes {
			for i := range change.Properties {
				if p := &change.Properties[i]; !p.Replaces && !p.Hidden {
					do(change, p)
				}
			}
		}
	}
	each(func(change *Change, p *Property) { members[of(p)] = append(members[of(p)], change) })
	groups := map[signature]*Group{}
	each(func(change *Change, p *Property) {
		sharing := members[of(p)]
		if len(sharing) < leastGroup {
			return
		}
		p.Grouped = true
		group := groups[of(p)]
		if group == nil {
			group = &Group{Property: *p, Types: map[string]int{}}
			groups[of(p)] = group
		}
		group.Resources++
		group.Types[change.Type]++
	})
	for _, group := range groups {
		c.result.Groups = append(c.result.Groups, *group)
	}
	slices.SortFunc(c.result.Groups, func(a, b Group) int {
		return cmp.Or(-cmp.Compare(a.Resources, b.Resources), cmp.Compare(a.Property.Path, b.Property.Path),
			cmp.Compare(a.Property.Old, b.Property.Old), cmp.Compare(a.Property.New, b.Property.New))
	})
}
