package policy

import "slices"

// hostsBackedUp wants every host and every volume in an AWS Backup selection or under a snapshot policy of Data
// Lifecycle Manager; a volume may be so by the host that it is attached to.
func hostsBackedUp(s *Stack, report *Report) {
	covered := map[*Resource]Outcome{}
	for _, r := range s.Of(instances...) {
		covered[r] = best(s.selected(r, "ec2:instance/"), s.snapshots(r, "INSTANCE", "tags"), s.snapshots(r, "VOLUME", "volumeTags"))
		judgeBackup(report, r, covered[r])
	}
	for _, r := range s.Of(volumeType) {
		result := best(s.selected(r, "ec2:volume/"), s.snapshots(r, "VOLUME", "tags"))
		for _, attachment := range s.Pointing(r, "aws:ec2/volumeAttachment:VolumeAttachment", "volumeId") {
			for _, host := range s.Referents(attachment.At("instanceId")) {
				result = best(result, covered[host])
			}
		}
		judgeBackup(report, r, result)
	}
}

// best of several ways: it is enough that one covers.
func best(ways ...Outcome) Outcome {
	for _, one := range []Outcome{Compliant, Undecidable} {
		if slices.Contains(ways, one) {
			return one
		}
	}
	return NonCompliant
}

func judgeBackup(report *Report, r *Resource, covered Outcome) {
	const want = "those of a selection of AWS Backup, or of a snapshot policy, in its region"
	switch covered {
	case Compliant:
		report.Pass(r)
	case Undecidable:
		report.Undecided(r, "tags", want)
	default:
		report.Fail(r, "tags", r.At("tags").Show(), want,
			"give it the tag that the backup plan's selection asks for")
	}
}

// snapshots says whether a policy of Data Lifecycle Manager takes snapshots of the host or volume: of all of the kind, or
// of those with one of the policy's tags, which the property holds.
func (s *Stack) snapshots(r *Resource, kind, property string) Outcome {
	result := NonCompliant
	for _, policy := range s.Of("aws:dlm/lifecyclePolicy:LifecyclePolicy") {
		details := policy.At("policyDetails")
		if regionOf(policy) != regionOf(r) || policy.At("state").Text() == "DISABLED" {
			continue
		}
		if policy.At("defaultPolicy").Text() == kind {
			return Compliant
		}
		targets := details.At("targetTags")
		if targets.Unknown() || details.At("resourceTypes").Unknown() {
			result = Undecidable
			continue
		}
		if !details.At("resourceTypes").Contains(kind) || len(details.At("schedules").List()) == 0 {
			continue
		}
		for _, key := range targets.Keys() {
			has := r.tag(key)
			if property != "tags" {
				if has = r.At(property).member(key); has.Unset() {
					has = r.At("rootBlockDevice.tags").member(key)
				}
			}
			if want := targets.member(key); want.Unknown() || has.Unknown() {
				result = Undecidable
			} else if want.Text() == has.Text() {
				return Compliant
			}
		}
	}
	return result
}
