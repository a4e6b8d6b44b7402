package policy

import (
	"slices"
	"strings"
)

// Trails choose events in one of two ways, or take AWS's choice: every management event and no other.
// https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedFieldSelector.html

// recordsManagement is Compliant for a trail that records every management event, those of KMS and RDS's data API
// included, which can be left out.
func recordsManagement(trail *Resource) Outcome {
	basic, advanced := trail.At("eventSelectors"), trail.At("advancedEventSelectors")
	if basic.Unknown() || advanced.Unknown() {
		return Undecidable
	}
	if isEmpty(basic) && isEmpty(advanced) {
		return Compliant
	}
	return outcome(slices.ContainsFunc(basic.List(), func(selector Value) bool {
		return !selector.At("includeManagementEvents").False() && readsAndWrites(selector) &&
			isEmpty(selector.At("excludeManagementEventSources"))
	}) || slices.ContainsFunc(advanced.List(), func(selector Value) bool {
		fields := selector.At("fieldSelectors").List()
		return len(fields) == 1 && fields[0].At("field").Text() == "eventCategory" && fields[0].At("equals").Contains("Management")
	}))
}

func readsAndWrites(selector Value) bool {
	kind := selector.At("readWriteType")
	return kind.Unset() || kind.Text() == "All"
}

// objectCalls are calls of S3 that a trail must not miss, each with whether it only reads.
var objectCalls = []struct {
	name     string
	readOnly string
}{{"GetObject", "true"}, {"PutObject", "false"}, {"DeleteObject", "false"}}

// recordsObjects is Compliant for a trail that records who reads, writes and deletes the objects of a bucket; of nil, of
// any bucket at all.
func (l lookup) recordsObjects(trail, bucket *Resource) Outcome {
	basic, advanced := trail.At("eventSelectors"), trail.At("advancedEventSelectors")
	if basic.Unknown() || advanced.Unknown() {
		return Undecidable
	}
	if slices.ContainsFunc(basic.List(), func(selector Value) bool { return readsAndWrites(selector) && l.inDataResources(selector, bucket) }) {
		return Compliant
	}
	for _, call := range objectCalls {
		members := event{"eventCategory": "Data", "resources.type": "AWS::S3::Object", "eventSource": "s3.amazonaws.com",
			"eventName": call.name, "readOnly": call.readOnly}
		if !slices.ContainsFunc(advanced.List(), func(selector Value) bool { return l.selects(selector, members, bucket) }) {
			return NonCompliant
		}
	}
	return Compliant
}

// inDataResources is true for a basic selector that names the bucket, or all of them ("arn:aws:s3").
func (l lookup) inDataResources(selector Value, bucket *Resource) bool {
	return slices.ContainsFunc(selector.At("dataResources").List(), func(data Value) bool {
		return data.At("type").Text() == "AWS::S3::Object" &&
			slices.ContainsFunc(data.At("values").List(), func(v Value) bool { return l.beginsObjects(v, bucket) })
	})
}

// beginsObjects is true for a text that the ARNs of all of the bucket's objects begin with.
func (l lookup) beginsObjects(v Value, bucket *Resource) bool {
	if bucket == nil {
		return true
	}
	tail := v.Text()[strings.LastIndex(v.Text(), "}")+1:]
	if tail == "s3" || strings.HasSuffix(tail, ":s3") || strings.HasSuffix(tail, ":s3:::") {
		return true
	}
	_, key, _ := strings.Cut(tail, "/")
	return key == "" && l.named(v) == bucket
}

// selects is true for an advanced selector whose fields all admit the event on an object of the bucket.
func (l lookup) selects(selector Value, members event, bucket *Resource) bool {
	fields := selector.At("fieldSelectors").List()
	category := slices.ContainsFunc(fields, func(field Value) bool { return field.At("field").Text() == "eventCategory" })
	return category && !slices.ContainsFunc(fields, func(field Value) bool {
		name := field.At("field").Text()
		if name == "resources.ARN" {
			return !l.admitsObjects(field, bucket)
		}
		member, known := members[name]
		return !known || !admitsMember(field, member) // what is not known here may leave something out
	})
}

// admitsMember follows the operators: one of the values of each positive one, none of each negative one.
func admitsMember(field Value, member string) bool {
	for _, operator := range []struct {
		positive, negative string
		holds              func(string, string) bool
	}{
		{"equals", "notEquals", func(a, b string) bool { return a == b }},
		{"startsWiths", "notStartsWiths", strings.HasPrefix},
		{"endsWiths", "notEndsWiths", strings.HasSuffix},
	} {
		meets := func(v Value) bool { return operator.holds(member, v.Text()) }
		wanted, unwanted := field.At(operator.positive).List(), field.At(operator.negative).List()
		if len(wanted) > 0 && !slices.ContainsFunc(wanted, meets) || slices.ContainsFunc(unwanted, meets) {
			return false
		}
	}
	return true
}

// admitsObjects is the same for the ARNs of all objects of a bucket, of which only beginnings can be known. To leave
// out other buckets leaves this one in.
func (l lookup) admitsObjects(field Value, bucket *Resource) bool {
	if bucket == nil {
		return true
	}
	for _, operator := range []string{"equals", "endsWiths", "notEndsWiths"} {
		if len(field.At(operator).List()) > 0 {
			return false
		}
	}
	begins := func(v Value) bool { return l.beginsObjects(v, bucket) }
	if wanted := field.At("startsWiths").List(); len(wanted) > 0 && !slices.ContainsFunc(wanted, begins) {
		return false
	}
	unwanted := append(field.At("notStartsWiths").List(), field.At("notEquals").List()...)
	return !slices.ContainsFunc(unwanted, func(v Value) bool { return begins(v) || l.named(v) == bucket })
}
