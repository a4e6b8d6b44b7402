package diff

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/carebase/carebase/graph"
)

// Side of a comparison.
type Side struct {
	Info SideInfo
	// Graph is nil if the stack does not exist on this side.
	Graph *graph.Graph
	// Sealed has the ciphertexts of the stack's settings file by path; nil if the side has no settings file.
	Sealed map[string]string
	// Audit is what policy.Audit found; nil if the side was not audited.
	Audit *Audit
	// Verdicts of the engine by URN, if the side is a preview.
	Verdicts map[string]Verdict
	// Cost and Objectives are nil where they are not known.
	Cost       *Cost
	Objectives *Objectives
}

// Verdict is what the engine's preview says of one resource.
type Verdict struct {
	// Replaced is true if the engine replaces the resource.
	Replaced bool
	// Reasons are the inputs that replace it.
	Reasons []string
	// DeleteFirst is true if the old resource is deleted before the new one is created.
	DeleteFirst bool
}

// Compare compares two sides of one stack.
func Compare(base, head Side) (*Result, error) {
	project, stack, err := same(base.Graph, head.Graph)
	if err != nil {
		return nil, err
	}
	c := &comparison{
		base: base, head: head, mixed: base.Info.Kind != head.Info.Kind && base.Graph != nil && head.Graph != nil,
		byURN: map[string]*Change{},
		result: &Result{
			SchemaVersion: SchemaVersion, Project: project, Stack: stack, Base: base.Info, Head: head.Info,
			Changes: []*Change{}, Risks: []Risk{}, Security: []SecurityChange{}, Groups: []Group{}, Settings: []SecretChange{}, Notes: []string{},
		},
	}
	if c.mixed {
		c.result.Notes = append(c.result.Notes, fmt.Sprintf("The base is a %s, the head is a %s: values that only one side knows are left out.", base.Info.Kind, head.Info.Kind))
	}
	c.matches = pairs(orEmpty(base.Graph, project, stack), orEmpty(head.Graph, project, stack))
	c.changes()
	c.cascade()
	c.engine()
	c.finish()
	c.security()
	c.risks()
	c.groups()
	c.secrets()
	c.result.Controls = controls(base.Audit, head.Audit)
	if base.Cost != nil && head.Cost != nil {
		c.result.Cost = &CostChange{Base: *base.Cost, Head: *head.Cost}
	}
	if base.Objectives != nil && head.Objectives != nil {
		c.result.Objectives = &ObjectivesChange{Base: *base.Objectives, Head: *head.Objectives}
	}
	c.notes()
	return c.result, nil
}

// same returns the project and the stack of the graphs, and refuses graphs of different stacks.
func same(base, head *graph.Graph) (project, stack string, err error) {
	switch {
	case base == nil && head == nil:
		return "", "", fmt.Errorf("the stack is on neither side")
	case base == nil:
		return head.Project, head.Stack, nil
	case head == nil:
		return base.Project, base.Stack, nil
	case base.Project != head.Project:
		return "", "", fmt.Errorf("the base is of project %q, the head of project %q: compare two sides of one project", base.Project, head.Project)
	case base.Stack != head.Stack:
		return "", "", fmt.Errorf("the base is of stack %q, the head of stack %q: compare two sides of one stack", base.Stack, head.Stack)
	}
	return head.Project, head.Stack, nil
}

func orEmpty(g *graph.Graph, project, stack string) *graph.Graph {
	if g == nil {
		return graph.New(project, stack, nil)
	}
	return g
}

// comparison is a comparison that is under way.
type comparison struct {
	base, head Side
	mixed      bool
	matches    []match
	result     *Result
	byURN      map[string]*Change // by the head's URN, of removed resources by the base's
	sources    map[string]match   // the same keys
}

// changes compares every pair of resources.
func (c *comparison) changes() {
	c.sources = map[string]match{}
	urns := map[string]string{}
	for _, m := range c.matches {
		if m.base != nil && m.head != nil && m.base.URN != m.head.URN {
			urns[m.head.URN] = m.base.URN
		}
	}
	before, after := simplifier{readable: !c.mixed}, simplifier{urns: urns, readable: !c.mixed}
	defaults := c.defaultTags()
	for _, m := range c.matches {
		r := m.head
		if r == nil {
			r = m.base
		}
		change := &Change{URN: r.URN, Type: r.Type, Name: r.Name, Component: c.component(m), Properties: []Property{}, HoldsData: holdsData(r.Type)}
		if m.base != nil {
			change.Protected, change.Retained = m.base.Protect, m.base.RetainOnDelete
			if m.head != nil {
				change.Retained = change.Retained && m.head.RetainOnDelete
			}
		}
		counted := r.Custom && !r.External && !r.IsProvider()
		if c.mixed && r.IsProvider() {
			continue // the engine keeps more of a provider than its inputs
		}
		if !counted && !r.IsProvider() {
			continue // of a component its children show what changes
		}
		switch {
		case m.base == nil:
			change.Action = Added
		case m.head == nil:
			change.Action = Removed
		case m.guessed:
			change.Action, change.WasURN = Recreated, m.base.URN
		default:
			compared := &comparer{resourceType: r.Type, mixed: c.mixed}
			change.Properties = append(change.Properties, compared.inputs(before.inputs(m.base), after.inputs(m.head))...)
			change.Properties = append(change.Properties, options(m)...)
			if known := table()[r.Type]; known != nil && known.tagged {
				change.Properties = append(change.Properties, inheritedTags(m, defaults[m.head.Provider])...)
			}
			c.judge(change, m)
			if m.aliased {
				change.WasURN = m.base.URN
				if change.Action == "" {
					change.Action = Renamed
				}
			}
		}
		if change.Action == "" {
			if counted {
				c.result.Counts.Unchanged++
			}
			continue
		}
		c.byURN[r.URN], c.sources[r.URN] = change, m
		c.result.Changes = append(c.result.Changes, change)
	}
	slices.SortFunc(c.result.Changes, func(a, b *Change) int { return cmp.Compare(a.URN, b.URN) })
}

const defaultTagsPath = "defaultTags.tags."

// defaultTags returns the changes of the default tags of every provider, by the provider's URN.
func (c *comparison) defaultTags() map[string][]Property {
	found := map[string][]Property{}
	for _, m := range c.matches {
		if m.base == nil || m.head == nil || !m.head.IsProvider() || c.mixed {
			continue
		}
		compared := &comparer{resourceType: m.head.Type}
		for _, p := range compared.inputs(simplifier{}.inputs(m.base), simplifier{}.inputs(m.head)) {
			if tag, is := strings.CutPrefix(p.Path, defaultTagsPath); is {
				p.Path, p.table = "tagsAll."+tag, "tagsAll"
				found[m.head.URN] = append(found[m.head.URN], p)
			}
		}
	}
	return found
}

// inheritedTags returns the changes of default tags that reach a resource: it has no tag of its own with that name, and does not
// ignore changes of its tags.
func inheritedTags(m match, defaults []Property) []Property {
	var found []Property
	for _, p := range defaults {
		tag := strings.TrimPrefix(p.Path, "tagsAll.")
		own := m.head.Inputs.Get("tags")
		if own.IsMap() {
			if _, set := own.AsMap().GetOk(tag); set {
				continue
			}
		}
		if !ignored(p.Path, m.head.IgnoreChanges) {
			found = append(found, p)
		}
	}
	return found
}

// component is the name of the nearest component above a resource.
func (c *comparison) component(m match) string {
	g, r := c.head.Graph, m.head
	if r == nil {
		g, r = c.base.Graph, m.base
	}
	for parent := g.Lookup(r.Parent); parent != nil; parent = g.Lookup(parent.Parent) {
		if parent.IsComponent() {
			return parent.Name
		}
	}
	return ""
}

// options compares what Pulumi keeps of a resource beside its inputs.
func options(m match) []Property {
	var found []Property
	for _, option := range []struct {
		name     string
		old, new bool
	}{
		{"(option) protect", m.base.Protect, m.head.Protect},
		{"(option) retainOnDelete", m.base.RetainOnDelete, m.head.RetainOnDelete},
	} {
		if option.old != option.new {
			found = append(found, Property{Path: option.name, Old: show(option.old), New: show(option.new), OldSet: true, NewSet: true})
		}
	}
	return found
}

// judge decides what the changes of a resource's inputs do to it.
func (c *comparison) judge(change *Change, m match) {
	worst := stays
	effective := 0
	for i := range change.Properties {
		p := &change.Properties[i]
		if strings.HasPrefix(p.Path, "(option)") {
			effective++
			continue
		}
		if p.Ignored = ignored(p.Path, m.head.IgnoreChanges); p.Ignored {
			continue
		}
		effective++
		found := stays
		if !m.head.IsProvider() {
			if p.table != "tagsAll" {
				found = judge(change.Type, p)
			}
		} else if p.Path == "region" {
			found = mayBeReplaced
		}
		if found != stays {
			p.Replaces = true
			cause := Cause{Property: p.Path, Sure: found == isReplaced}
			if p.document { // the text as a whole replaces
				cause.Property = p.table
			}
			if !slices.Contains(change.Causes, cause) {
				change.Causes = append(change.Causes, cause)
			}
		}
		worst = max(worst, found)
	}
	if m.base.Provider != m.head.Provider && !m.aliased && m.base.Region != m.head.Region {
		worst = max(worst, mayBeReplaced)
		effective++
		change.Properties = append(change.Properties, Property{Path: "(option) provider", Old: providerName(m.base.Provider), New: providerName(m.head.Provider), OldSet: true, NewSet: true, Replaces: true})
		change.Causes = append(change.Causes, Cause{Property: "(option) provider"})
	}
	switch {
	case worst == isReplaced:
		change.Action = Replaced
	case worst == mayBeReplaced:
		change.Action = MayReplace
	case effective > 0:
		change.Action = Changed
	case len(change.Properties) > 0:
		change.Action = NotCarriedOut
	}
	change.Causes = sure(change.Causes)
}

func providerName(urn string) string {
	if urn == "" {
		return "default"
	}
	return nameOf(urn)
}

// sure drops causes that the table does not know where another cause is sure.
func sure(causes []Cause) []Cause {
	if slices.ContainsFunc(causes, func(cause Cause) bool { return cause.Sure }) {
		return slices.DeleteFunc(causes, func(cause Cause) bool { return !cause.Sure })
	}
	return causes
}

// ignored says whether ignoreChanges covers a path. "tags" covers "tags.Owner"; "a[*].b" covers "a[0].b".
func ignored(path string, patterns []string) bool {
	for _, pattern := range patterns {
		if pattern == "*" || pattern == path {
			return true
		}
		rest, found := strings.CutPrefix(path, pattern)
		if found && (strings.HasPrefix(rest, ".") || strings.HasPrefix(rest, "[") || strings.HasPrefix(rest, " ")) {
			return true
		}
		if head, tail, wild := strings.Cut(pattern, "[*]"); wild {
			if rest, found := strings.CutPrefix(path, head+"["); found {
				if _, after, closed := strings.Cut(rest, "]"); closed && (after == tail || strings.HasPrefix(after, tail+".") || strings.HasPrefix(after, tail+"[")) {
					return true
				}
			}
		}
	}
	return false
}

// cascade finds the resources that are replaced because an input that replaces them refers to a replaced resource: the reference
// is not known before the new resource exists.
func (c *comparison) cascade() {
	if c.head.Graph == nil || c.head.Info.Kind != Plan {
		return // the engine's preview has the cascade, and a state has no references
	}
	users := c.users()
	var queue []string
	for _, change := range c.result.Changes {
		if m := c.sources[change.URN]; (change.Action == Replaced || change.Action == Recreated) && m.head != nil {
			queue = append(queue, change.URN)
		}
	}
	for len(queue) > 0 {
		urn := queue[0]
		queue = queue[1:]
		from := c.byURN[urn]
		for _, use := range users[urn] {
			m, known := c.sources[use.urn], c.byURN[use.urn] != nil
			change := c.byURN[use.urn]
			if !known {
				m = use.match
			}
			if m.base == nil || m.head == nil || m.guessed || ignored(use.path, m.head.IgnoreChanges) {
				continue
			}
			found := judge(m.head.Type, &Property{Path: use.path, table: use.table, letter: 'c', value: use.value})
			if found != isReplaced {
				continue
			}
			cause := Cause{Property: use.path, From: urn, Sure: true}
			if change == nil {
				change = &Change{
					URN: use.urn, Type: m.head.Type, Name: m.head.Name, Component: c.component(m), Properties: []Property{},
					HoldsData: holdsData(m.head.Type), Protected: m.base.Protect, Retained: m.base.RetainOnDelete && m.head.RetainOnDelete,
				}
				c.byURN[use.urn], c.sources[use.urn] = change, m
				c.result.Changes = append(c.result.Changes, change)
				c.result.Counts.Unchanged--
			}
			already := change.Action == Replaced
			if !already || change.Root != "" && !slices.Contains(change.Causes, cause) {
				change.Causes = append(change.Causes, cause)
			}
			if already {
				continue
			}
			change.Causes = sure(change.Causes)
			change.Action = Replaced
			change.Root = cmp.Or(from.Root, urn)
			queue = append(queue, use.urn)
		}
	}
	slices.SortFunc(c.result.Changes, func(a, b *Change) int { return cmp.Compare(a.URN, b.URN) })
}

// use is a reference to a resource in another resource's inputs.
type use struct {
	urn, path, table string
	value            any
	match            match
}

// users returns the references to every resource that is replaced or that a replaced resource may replace.
func (c *comparison) users() map[string][]use {
	found := map[string][]use{}
	for _, m := range c.matches {
		if m.base == nil || m.head == nil || !m.head.Custom {
			continue
		}
		if known := table()[m.head.Type]; known == nil || len(known.replaces) == 0 {
			continue
		}
		inputs := simplifier{}.inputs(m.head)
		for _, key := range sortedKeys(inputs) {
			visit(at{}.member(key), inputs[key], func(where at, text string) {
				for _, ref := range graph.References(text) {
					found[ref.URN] = append(found[ref.URN], use{urn: m.head.URN, path: where.shown, table: where.table, value: text, match: m})
				}
			})
			if _, is := inputs[key].(unknown); is {
				for _, urn := range m.head.PropertyDependencies[key] {
					found[urn] = append(found[urn], use{urn: m.head.URN, path: key, table: key, value: key, match: m})
				}
			}
		}
	}
	return found
}

// visit calls do for every text in a value.
func visit(where at, value any, do func(at, string)) {
	switch v := value.(type) {
	case string:
		do(where, v)
	case document:
		where.inDocument = true
		visitDocument(where, v.content, do)
	case []any:
		for i, element := range v {
			visit(where.element(label(element, i)), element, do)
		}
	case map[string]any:
		for _, key := range sortedKeys(v) {
			visit(where.member(key), v[key], do)
		}
	}
}

// visitDocument reports the texts of a JSON document as texts of the input that holds it.
func visitDocument(where at, value any, do func(at, string)) {
	switch v := value.(type) {
	case string:
		do(where, v)
	case []any:
		for _, element := range v {
			visitDocument(where, element, do)
		}
	case map[string]any:
		for _, key := range sortedKeys(v) {
			do(where, key)
			visitDocument(where, v[key], do)
		}
	}
}

// engine takes over the engine's verdicts where the head is a preview.
func (c *comparison) engine() {
	for urn, verdict := range c.head.Verdicts {
		change, m := c.byURN[urn], c.sources[urn]
		if change == nil || m.base == nil || m.head == nil {
			continue
		}
		switch {
		case verdict.Replaced:
			change.Action, change.Causes, change.Root, change.Order = Replaced, nil, "", "create before delete"
			if verdict.DeleteFirst {
				change.Order = "delete before create"
			}
			for _, reason := range verdict.Reasons {
				change.Causes = append(change.Causes, Cause{Property: reason, Sure: true})
			}
		case change.Action == Replaced, change.Action == MayReplace:
			change.Action, change.Causes, change.Root = Changed, nil, ""
		}
	}
}

// finish counts.
func (c *comparison) finish() {
	counts := &c.result.Counts
	for _, change := range c.result.Changes {
		switch change.Action {
		case Added:
			counts.Added++
		case Removed:
			counts.Removed++
		case Changed:
			if !strings.HasPrefix(change.Type, "pulumi:") {
				counts.Changed++
			}
		case Replaced:
			counts.Replaced++
		case MayReplace:
			counts.MayReplace++
		case NotCarriedOut:
			counts.NotCarriedOut++
		case Renamed:
			counts.Renamed++
		case Recreated:
			counts.Recreated++
		}
	}
}

func (c *comparison) secrets() {
	if c.base.Sealed == nil || c.head.Sealed == nil {
		return
	}
	for _, path := range slices.Sorted(maps.Keys(c.base.Sealed)) {
		if after, both := c.head.Sealed[path]; !both {
			c.result.Settings = append(c.result.Settings, SecretChange{Path: path, What: "removed"})
		} else if after != c.base.Sealed[path] {
			c.result.Settings = append(c.result.Settings, SecretChange{Path: path, What: "changed"})
		}
	}
	for _, path := range slices.Sorted(maps.Keys(c.head.Sealed)) {
		if _, both := c.base.Sealed[path]; !both {
			c.result.Settings = append(c.result.Settings, SecretChange{Path: path, What: "added"})
		}
	}
}

func (c *comparison) notes() {
	note := func(format string, args ...any) {
		c.result.Notes = append(c.result.Notes, fmt.Sprintf(format, args...))
	}
	if !c.mixed && (c.base.Info.Kind == Plan || c.head.Info.Kind == Plan) {
		note("Planned from code; drift of what is deployed is not in it.")
	}
	unlisted := map[string]bool{}
	for _, change := range c.result.Changes {
		if change.Action == MayReplace && table()[change.Type] == nil {
			unlisted[change.Type] = true
		}
	}
	if len(unlisted) > 0 {
		note("The replacement table (%s) lacks %s: a changed resource of that type may be replaced.", TableVersion(), strings.Join(slices.Sorted(maps.Keys(unlisted)), ", "))
	}
	if len(c.result.Settings) > 0 {
		note("Secrets are compared by ciphertext: a new encryption of the same value looks like a change.")
	}
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
