package inspect

import (
	"path"
	"slices"
	"strings"

	"github.com/carebase/carebase/graph"
)

// Tag is a tag's value on the resource: its own, or the one that its provider puts on everything.
func (r *Resource) Tag(key string) Value {
	own := r.At("tags")
	if v := own.Member(key); !v.Unset() {
		return v
	}
	if provider := r.stack.resources[r.Provider]; provider != nil {
		return provider.At("defaultTags.tags").Member(key)
	}
	return Value{}
}

// Selected says whether an AWS Backup selection of the resource's region takes it: Yes, No, or
// Unknown. Kind begins the ARNs of its like: "ec2:instance/", "rds:db:".
func (s *Stack) Selected(r *Resource, kind string) Answer {
	result := No
	for _, selection := range s.Of("aws:backup/selection:Selection") {
		if RegionOf(selection) != RegionOf(r) {
			continue
		}
		switch s.selects(selection, r, kind) {
		case Yes:
			return Yes
		case Unknown:
			result = Unknown
		}
	}
	return result
}

// selects follows https://docs.aws.amazon.com/aws-backup/latest/devguide/API_BackupSelection.html: what is listed and
// meets all conditions, or has one of the tags, unless it is excluded. A selection that names nothing takes all.
func (s *Stack) selects(selection, r *Resource, kind string) Answer {
	listed, excluded := selection.At("resources"), selection.At("notResources")
	if listed.Unknown() || excluded.Unknown() {
		return Unknown
	}
	if s.lists(excluded, r, kind) {
		return No
	}
	tags := Elements(selection.At("selectionTags"))
	byTag := No
	for _, tag := range tags {
		switch compareTag(r, tag, tag.At("key").Text(), false) {
		case Yes:
			return Yes
		case Unknown:
			byTag = Unknown
		}
	}
	inList := s.lists(listed, r, kind) || len(listed.List()) == 0 && len(tags) == 0
	if byTag == Unknown || !inList {
		return byTag
	}
	return r.meets(selection.At("conditions"))
}

// lists is true for a list of ARNs and patterns that one of means the resource.
func (s *Stack) lists(list Value, r *Resource, kind string) bool {
	if slices.Contains(s.ResolveAll(list), r) {
		return true
	}
	service, begin, _ := strings.Cut(kind, ":")
	return slices.ContainsFunc(list.List(), func(one Value) bool {
		pattern := one.Text()
		if !strings.HasSuffix(pattern, "*") {
			return false // one resource, and another than this
		}
		for _, ref := range graph.References(pattern) {
			pattern = strings.ReplaceAll(pattern, ref.Token(), "*") // an account or region that only the cloud knows
		}
		parts := strings.SplitN(pattern, ":", 6) // arn:partition:service:region:account:resource
		for len(parts) < 6 {
			parts = append(parts, "*")
		}
		region := parts[3]
		return Glob(parts[2], service) && (region == "" || Glob(region, RegionOf(r))) &&
			strings.HasPrefix(begin, strings.TrimSuffix(parts[5], "*"))
	})
}

// meets says whether the resource's tags meet all of a selection's conditions.
func (r *Resource) meets(conditions Value) Answer {
	result := Yes
	for _, condition := range Elements(conditions) {
		for _, operator := range []struct {
			name string
			want Answer
			like bool
		}{
			{"stringEquals", Yes, false}, {"stringNotEquals", No, false},
			{"stringLikes", Yes, true}, {"stringNotLikes", No, true},
		} {
			for _, one := range Elements(condition.At(operator.name)) {
				key := strings.TrimPrefix(one.At("key").Text(), "aws:ResourceTag/")
				switch compareTag(r, one, key, operator.like) {
				case operator.want:
				case Unknown:
					result = Unknown
				default:
					return No
				}
			}
		}
	}
	return result
}

// compareTag says whether the resource's tag has the value, or matches the pattern, that a selection asks for.
func compareTag(r *Resource, asked Value, key string, like bool) Answer {
	want, has := asked.At("value"), r.Tag(key)
	if asked.Unknown() || want.Unknown() || has.Unknown() || asked.At("key").Unknown() {
		return Unknown
	}
	return AnswerOf(!has.Unset() && (want.Text() == has.Text() || like && Glob(want.Text(), has.Text())))
}

// Glob is true where the pattern, in which * stands for anything, matches the text.
func Glob(pattern, text string) bool {
	ok, err := path.Match(strings.ReplaceAll(pattern, "/", "\x00"), strings.ReplaceAll(text, "/", "\x00"))
	return err == nil && ok
}
