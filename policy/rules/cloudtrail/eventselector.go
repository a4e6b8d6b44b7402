package cloudtrail

import (
	"slices"
	"strings"

	"github.com/carebase/carebase/policy/inspect"
)

// Trails choose events in one of two ways, or take AWS's choice: every management event and no other.
// https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedFieldSelector.html

// recordsManagement is Yes for a trail that records every management event, those of KMS and RDS's data API
// included, which can be left out.
func recordsManagement(trail *inspect.Resource) inspect.Answer {
	basic, advanced := trail.At("eventSelectors"), trail.At("advancedEventSelectors")
	if basic.Unknown() || advanced.Unknown() {
		return inspect.Unknown
	}
	if inspect.IsEmpty(basic) && inspect.IsEmpty(advanced) {
		return inspect.Yes
	}
	return inspect.AnswerOf(slices.ContainsFunc(basic.List(), func(selector inspect.Value) bool {
		return !selector.At("includeManagementEvents").False() && readsAndWrites(selector) &&
			inspect.IsEmpty(selector.At("excludeManagementEventSources"))
	}) || slices.ContainsFunc(advanced.List(), func(selector inspect.Value) bool {
		fields := selector.At("fieldSelectors").List()
		return len(fields) == 1 && fields[0].At("field").Text() == "eventCategory" && fields[0].At("equals").Contains("Management")
	}))
}

func readsAndWrites(selector inspect.Value) bool {
	kind := selector.At("readWriteType")
	return kind.Unset() || kind.Text() == "All"
}

// objectCalls are calls of S3 that a trail must not miss, each with whether it only reads.
var objectCalls = []struct {
	name     string
	readOnly string
}{{"GetObject", "true"}, {"PutObject", "false"}, {"DeleteObject", "false"}}

// recordsObjects is Yes for a trail that records who reads, writes and deletes the objects of a bucket; of nil, of
// any bucket at all.
func recordsObjects(l inspect.Resolver, trail, bucket *inspect.Resource) inspect.Answer {
	basic, advanced := trail.At("eventSelectors"), trail.At("advancedEventSelectors")
	if basic.Unknown() || advanced.Unknown() {
		return inspect.Unknown
	}
	if slices.ContainsFunc(basic.List(), func(selector inspect.Value) bool {
		return readsAndWrites(selector) && inDataResources(l, selector, bucket)
	}) {
		return inspect.Yes
	}
	for _, call := range objectCalls {
		members := inspect.Event{"eventCategory": "Data", "resources.type": "AWS::S3::Object", "eventSource": "s3.amazonaws.com",
			"eventName": call.name, "readOnly": call.readOnly}
		if !slices.ContainsFunc(advanced.List(), func(selector inspect.Value) bool { return selects(l, selector, members, bucket) }) {
			return inspect.No
		}
	}
	return inspect.Yes
}

// inDataResources is true for a basic selector that names the bucket, or all of them ("arn:aws:s3").
func inDataResources(l inspect.Resolver, selector inspect.Value, bucket *inspect.Resource) bool {
	return slices.ContainsFunc(selector.At("dataResources").List(), func(data inspect.Value) bool {
		return data.At("type").Text() == "AWS::S3::Object" &&
			slices.ContainsFunc(data.At("values").List(), func(v inspect.Value) bool { return beginsObjects(l, v, bucket) })
	})
}

// beginsObjects is true for a text that the ARNs of all of the bucket's objects begin with.
func beginsObjects(l inspect.Resolver, v inspect.Value, bucket *inspect.Resource) bool {
	if bucket == nil {
		return true
	}
	tail := v.Text()[strings.LastIndex(v.Text(), "}")+1:]
	if tail == "s3" || strings.HasSuffix(tail, ":s3") || strings.HasSuffix(tail, ":s3:::") {
		return true
	}
	_, key, _ := strings.Cut(tail, "/")
	return key == "" && l.Resolve(v) == bucket
}

// selects is true for an advanced selector whose fields all admit the event on an object of the bucket.
func selects(l inspect.Resolver, selector inspect.Value, members inspect.Event, bucket *inspect.Resource) bool {
	fields := selector.At("fieldSelectors").List()
	category := slices.ContainsFunc(fields, func(field inspect.Value) bool { return field.At("field").Text() == "eventCategory" })
	return category && !slices.ContainsFunc(fields, func(field inspect.Value) bool {
		name := field.At("field").Text()
		if name == "resources.ARN" {
			return !admitsObjects(l, field, bucket)
		}
		member, known := members[name]
		return !known || !admitsMember(field, member) // what is not known here may leave something out
	})
}

// admitsMember follows the operators: one of the values of each positive one, none of each negative one.
func admitsMember(field inspect.Value, member string) bool {
	for _, operator := range []struct {
		positive, negative string
		holds              func(string, string) bool
	}{
		{"equals", "notEquals", func(a, b string) bool { return a == b }},
		{"startsWiths", "notStartsWiths", strings.HasPrefix},
		{"endsWiths", "notEndsWiths", strings.HasSuffix},
	} {
		meets := func(v inspect.Value) bool { return operator.holds(member, v.Text()) }
		wanted, unwanted := field.At(operator.positive).List(), field.At(operator.negative).List()
		if len(wanted) > 0 && !slices.ContainsFunc(wanted, meets) || slices.ContainsFunc(unwanted, meets) {
			return false
		}
	}
	return true
}

// admitsObjects is the same for the ARNs of all objects of a bucket, of which only beginnings can be known. To leave
// out other buckets leaves this one in.
func admitsObjects(l inspect.Resolver, field inspect.Value, bucket *inspect.Resource) bool {
	if bucket == nil {
		return true
	}
	for _, operator := range []string{"equals", "endsWiths", "notEndsWiths"} {
		if len(field.At(operator).List()) > 0 {
			return false
		}
	}
	begins := func(v inspect.Value) bool { return beginsObjects(l, v, bucket) }
	if wanted := field.At("startsWiths").List(); len(wanted) > 0 && !slices.ContainsFunc(wanted, begins) {
		return false
	}
	unwanted := append(field.At("notStartsWiths").List(), field.At("notEquals").List()...)
	return !slices.ContainsFunc(unwanted, func(v inspect.Value) bool { return begins(v) || l.Resolve(v) == bucket })
}
