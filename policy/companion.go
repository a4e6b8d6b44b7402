package policy

import (
	"slices"
	"strings"
)

// A lookup finds which of some resources a value names: by reference or id, as Stack.Referents does, or by the name
// that AWS knows them by. A plan has names where the program chose them, in place of a reference, and policies hold
// ARNs that are built of them.
type lookup struct {
	stack   *Stack
	targets map[*Resource]bool
	byName  map[string][]*Resource
}

func (s *Stack) lookup(targets []*Resource) lookup {
	l := lookup{stack: s, targets: make(map[*Resource]bool, len(targets)), byName: map[string][]*Resource{}}
	for _, target := range targets {
		l.targets[target] = true
		if name := target.At(nameProperty(target.Type)); name.Text() != "" && !name.HasReference() {
			l.byName[name.Text()] = append(l.byName[name.Text()], target)
		}
	}
	return l
}

// nameProperty is the input that is the resource's name in AWS, and with it its id.
func nameProperty(typ string) string {
	if slices.Contains(bucketTypes, typ) {
		return "bucket"
	}
	return "name"
}

// named is the target that the value names; nil where it names none.
func (l lookup) named(v Value) *Resource {
	for _, r := range l.stack.Referents(v) {
		if l.targets[r] {
			return r
		}
	}
	name, region := physicalName(v.Text())
	if region == "" {
		region = regionOf(v.resource)
	}
	for _, target := range l.byName[name] {
		if isGlobal(target.Type) || regionOf(target) == region {
			return target
		}
	}
	return nil
}

// isGlobal is true for types whose names are unique in all regions.
func isGlobal(typ string) bool {
	return slices.Contains(bucketTypes, typ) || strings.HasPrefix(typ, "aws:iam/")
}

// physicalName is the name in what names a resource: an ARN, a bucket's host name, or the name itself. Region is empty
// where it says none.
func physicalName(text string) (name, region string) {
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

// companions are resources that configure others, by the URN of what they configure.
type companions struct {
	of map[string][]*Resource
	// unplaced are those of which it is not known yet what they configure.
	unplaced []*Resource
}

// companions finds the resources of the types whose property names one of the targets.
func (s *Stack) companions(targets []*Resource, property string, types ...string) companions {
	found := companions{of: map[string][]*Resource{}}
	l := s.lookup(targets)
	for _, r := range s.Of(types...) {
		for _, v := range r.Each(property) {
			target := l.named(v)
			switch {
			case target != nil && target != r && !slices.Contains(found.of[target.URN], r):
				found.of[target.URN] = append(found.of[target.URN], r)
			case target == nil && v.Unknown():
				found.unplaced = append(found.unplaced, r)
			}
		}
	}
	return found
}

// judge checks the target's companions: there is at least one, and the expectations hold on each. True where both are so.
func (c companions) judge(report *Report, target *Resource, typ, fix string, expectations ...expectation) bool {
	found, want := c.of[target.URN], "one "+shortName(typ)+" for it"
	switch {
	case len(found) == 0 && len(c.unplaced) > 0:
		report.Undecided(target, shortName(typ), want)
	case len(found) == 0:
		report.Fail(target, shortName(typ), "none", want, fix)
	}
	good := len(found) > 0
	for _, r := range found {
		good = r.check(report, r, expectations...) && good
	}
	return good
}
