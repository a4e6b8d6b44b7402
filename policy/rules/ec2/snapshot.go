package ec2

import (
	"slices"

	"github.com/carebase/carebase/policy"
	"github.com/carebase/carebase/policy/inspect"
)

// hostsBackedUp wants every host and every volume in an AWS Backup selection or under a snapshot policy of Data
// Lifecycle Manager; a volume may be so by the host that it is attached to.
func hostsBackedUp(s *inspect.Stack, report *policy.Report) {
	covered := map[*inspect.Resource]inspect.Answer{}
	for _, r := range s.Of(instances...) {
		covered[r] = best(s.Selected(r, "ec2:instance/"), snapshots(s, r, "INSTANCE", "tags"), snapshots(s, r, "VOLUME", "volumeTags"))
		judgeBackup(report, r, covered[r])
	}
	for _, r := range s.Of(volumeType) {
		result := best(s.Selected(r, "ec2:volume/"), snapshots(s, r, "VOLUME", "tags"))
		for _, attachment := range s.Pointing(r, "aws:ec2/volumeAttachment:VolumeAttachment", "volumeId") {
			for _, host := range s.ResolveAll(attachment.At("instanceId")) {
				result = best(result, covered[host])
			}
		}
		judgeBackup(report, r, result)
	}
}

// best of several ways: it is enough that one covers.
func best(ways ...inspect.Answer) inspect.Answer {
	for _, one := range []inspect.Answer{inspect.Yes, inspect.Unknown} {
		if slices.Contains(ways, one) {
			return one
		}
	}
	return inspect.No
}

func judgeBackup(report *policy.Report, r *inspect.Resource, covered inspect.Answer) {
	const want = "those of a selection of AWS Backup, or of a snapshot policy, in its region"
	switch covered {
	case inspect.Yes:
		report.Pass(r)
	case inspect.Unknown:
		report.Undecided(r, "tags", want)
	default:
		report.Fail(r, "tags", r.At("tags").Show(), want,
			"give it the tag that the backup plan's selection asks for")
	}
}

// snapshots says whether a policy of Data Lifecycle Manager takes snapshots of the host or volume: of all of the kind, or
// of those with one of the policy's tags, which the property holds.
func snapshots(s *inspect.Stack, r *inspect.Resource, kind, property string) inspect.Answer {
	result := inspect.No
	for _, document := range s.Of("aws:dlm/lifecyclePolicy:LifecyclePolicy") {
		details := document.At("policyDetails")
		if inspect.RegionOf(document) != inspect.RegionOf(r) || document.At("state").Text() == "DISABLED" {
			continue
		}
		if document.At("defaultPolicy").Text() == kind {
			return inspect.Yes
		}
		targets := details.At("targetTags")
		if targets.Unknown() || details.At("resourceTypes").Unknown() {
			result = inspect.Unknown
			continue
		}
		if !details.At("resourceTypes").Contains(kind) || len(details.At("schedules").List()) == 0 {
			continue
		}
		for _, key := range targets.Keys() {
			has := r.Tag(key)
			if property != "tags" {
				if has = r.At(property).Member(key); has.Unset() {
					has = r.At("rootBlockDevice.tags").Member(key)
				}
			}
			if want := targets.Member(key); want.Unknown() || has.Unknown() {
				result = inspect.Unknown
			} else if want.Text() == has.Text() {
				return inspect.Yes
			}
		}
	}
	return result
}
