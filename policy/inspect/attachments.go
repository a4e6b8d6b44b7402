package inspect

import (
	"slices"
	"strings"
)

// A Resolver finds which of some resources a value names: by reference or id, as Stack.Referents does, or by the name
// that AWS knows them by. A plan has names where the program chose them, in place of a reference, and policies hold
// ARNs that are built of them.
type Resolver struct {
	Stack   *Stack
	Targets map[*Resource]bool
	byName  map[string][]*Resource
}

func (s *Stack) Resolver(targets []*Resource) Resolver {
	l := Resolver{Stack: s, Targets: make(map[*Resource]bool, len(targets)), byName: map[string][]*Resource{}}
	for _, target := range targets {
		l.Targets[target] = true
		if name := target.At(nameProperty(target.Type)); name.Text() != "" && !name.HasReference() {
			l.byName[name.Text()] = append(l.byName[name.Text()], target)
		}
	}
	return l
}

// nameProperty is the input that is the resource's name in AWS, and with it its id.
func nameProperty(typ string) string {
	if slices.Contains(BucketTypes, typ) {
		return "bucket"
	}
	return "name"
}

// Resolve is the target that the value names; nil where it names none.
func (l Resolver) Resolve(v Value) *Resource {
	for _, r := range l.Stack.ResolveAll(v) {
		if l.Targets[r] {
			return r
		}
	}
	name, region := PhysicalName(v.Text())
	if region == "" {
		region = RegionOf(v.resource)
	}
	for _, target := range l.byName[name] {
		if isGlobal(target.Type) || RegionOf(target) == region {
			return target
		}
	}
	return nil
}

// isGlobal is true for types whose names are unique in all regions.
func isGlobal(typ string) bool {
	return slices.Contains(BucketTypes, typ) || strings.HasPrefix(typ, "aws:iam/")
}

// PhysicalName is the name in what names a resource: an ARN, a bucket's host name, or the name itself. Region is empty
// where it says none.
func PhysicalName(text string) (name, region string) {
	parts := strings.SplitN(text, ":", 6) // arn:partition:service:region:account:resource
	if len(parts) < 6 || parts[0] != "arn" {
		if host, _, ok := strings.Cut(text, ".amazonaws.com"); ok {
			text, _, _ = strings.Cut(host, ".s3")
		}
		return text, ""
	}
	switch name = parts[5]; parts[2] {
	case "s3":
		name, _, _ = strings.Cut(name, "/")
	case "logs":
		name = strings.TrimSuffix(strings.TrimPrefix(name, "log-group:"), ":*")
	case "iam":
		name = name[strings.LastIndex(name, "/")+1:]
	default:
		name = name[strings.LastIndex(name, ":")+1:] // backup-vault:name
	}
	return name, parts[3]
}

// Attachments are resources that configure others, by the URN of what they configure.
type Attachments struct {
	Of map[string][]*Resource
	// unplaced are those of which it is not known yet what they configure.
	Unplaced []*Resource
}

// Attachments finds the resources of the types whose property names one of the targets.
func (s *Stack) Attachments(targets []*Resource, property string, types ...string) Attachments {
	found := Attachments{Of: map[string][]*Resource{}}
	l := s.Resolver(targets)
	for _, r := range s.Of(types...) {
		for _, v := range r.Each(property) {
			target := l.Resolve(v)
			switch {
			case target != nil && target != r && !slices.Contains(found.Of[target.URN], r):
				found.Of[target.URN] = append(found.Of[target.URN], r)
			case target == nil && v.Unknown():
				found.Unplaced = append(found.Unplaced, r)
			}
		}
	}
	return found
}
