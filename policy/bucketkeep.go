package policy

import "slices"

var (
	retentionPaths = paths{
		"rule.defaultRetention", "objectLockConfiguration.rule.defaultRetention",
		"objectLockConfiguration.rules[*].defaultRetentions[*]",
	}
	lifecyclePaths   = paths{"rules[*]", "lifecycleRules[*]", "lifecycleRules[*]"}
	replicationPaths = paths{"rules[*]", "replicationConfiguration.rules[*]", "replicationConfigurations[*].rules[*]"}
)

// locked wants default retention for the buckets that trails and database exports write to, for those that are tagged
// Purpose: audit or backups, and for those that were made with object lock, which by itself locks nothing.
func locked(s *Stack, report *Report) {
	const fix = "set a default retention with a mode, as components/storage does for audit and backups"
	evidence, settings := s.bucketsOf(trailTarget, exportTarget), s.bucketSettings(lockPart)
	for _, bucket := range s.Of(bucketTypes...) {
		tagged := slices.Contains([]string{"audit", "backup", "backups"}, bucket.tag("Purpose").Text())
		if !evidence[bucket] && !tagged && !hasLock(bucket) {
			continue
		}
		if settings.every(report, bucket, fix, func(one setting) bool {
			good := true
			for _, retention := range one.on.Each(one.at(retentionPaths)) {
				good = isOneOf("", fix, "GOVERNANCE", "COMPLIANCE").judge(report, one.on, retention.At("mode")) && good
				good = atLeast("", 1, fix).judge(report, one.on, first(retention.At("days"), retention.At("years"))) && good
			}
			return good
		}) {
			report.Pass(bucket)
		}
	}
}

// oldVersionsEnd wants a rule in force for noncurrent versions, where there are any.
func oldVersionsEnd(s *Stack, report *Report) {
	const fix = "add a rule with noncurrentVersionExpiration; components/storage has one for every bucket"
	lifecycles, versioning := s.bucketSettings(lifecyclePart), s.bucketSettings(versioningPart)
	for _, bucket := range s.Of(bucketTypes...) {
		keepsVersions := slices.ContainsFunc(versioning.of(bucket), func(one setting) bool {
			return slices.ContainsFunc(one.on.Each(one.at(versioningPaths)), func(v Value) bool { return v.Unknown() || isEnabled(nil, v) })
		})
		if !keepsVersions && !hasLock(bucket) {
			continue
		}
		if lifecycles.every(report, bucket, fix, func(one setting) bool {
			return report.oneElement(one.on, one.at(lifecyclePaths), "a rule for noncurrent versions", fix, func(rule Value, report *Report) bool {
				inForce := expectation{"", "Enabled", fix, isEnabled}.judge(report, one.on, first(rule.At("status"), rule.At("enabled")))
				return isSet("", fix).judge(report, one.on, oldVersions(rule)) && inForce
			})
		}) {
			report.Pass(bucket)
		}
	}
}

// oldVersions is what a lifecycle rule does to noncurrent versions.
func oldVersions(rule Value) Value {
	return first(
		rule.At("noncurrentVersionExpiration"), rule.At("noncurrentVersionExpirations[0]"), rule.At("noncurrentVersionTransitions[0]"))
}

// copied wants a rule in force for all objects to another region. A bucket that this stack does not have may be
// anywhere; to copy into one's own region is the mistake that can be seen.
func copied(s *Stack, report *Report) {
	const fix = "replicate the whole bucket to one in the recovery region"
	settings, encryption := s.bucketSettings(replicationPart), s.bucketSettings(encryptionPart)
	buckets := s.lookup(s.Of(bucketTypes...))
	for _, bucket := range s.documentBuckets() {
		amazon := slices.ContainsFunc(encryption.of(bucket), func(one setting) bool {
			return slices.ContainsFunc(one.on.Each(one.at(algorithmPaths)), func(v Value) bool { return v.Text() == byAmazon })
		})
		elsewhere := expectation{"", "a bucket in another region", fix, func(_ *Resource, v Value) bool {
			target := buckets.named(v)
			return !v.Unset() && (target == nil || regionOf(target) != regionOf(bucket))
		}}
		if settings.every(report, bucket, fix, func(one setting) bool {
			return report.oneElement(one.on, one.at(replicationPaths), "a rule for all objects", fix, func(rule Value, report *Report) bool {
				target := first(rule.At("destination.bucket"), rule.At("destinations[0].bucket"))
				good := replicates(report, one.on, rule, !amazon)
				return elsewhere.judge(report, one.on, target) && good
			})
		}) {
			report.Pass(bucket)
		}
	}
}

// replicates checks that a replication rule takes every object. Those encrypted by KMS S3 leaves out, unless told.
func replicates(report *Report, on *Resource, rule Value, byKMS bool) bool {
	const fix = "enable the rule, for all objects and those encrypted by KMS (sourceSelectionCriteria.sseKmsEncryptedObjects)"
	enabled := expectation{"", "Enabled", fix, isEnabled}
	all := expectation{"", "not set: all objects", fix, func(_ *Resource, v Value) bool { return isEmpty(v) }}
	good := enabled.judge(report, on, rule.At("status"))
	good = all.judge(report, on, rule.At("prefix")) && good
	good = all.judge(report, on, first(rule.At("filter"), rule.At("filters"))) && good
	if byKMS {
		criteria := first(rule.At("sourceSelectionCriteria.sseKmsEncryptedObjects"), rule.At("sourceSelectionCriterias[0].sseKmsEncryptedObjects[0]"))
		good = enabled.judge(report, on, first(criteria.At("status"), criteria.At("enabled"))) && good
	}
	return good
}

// isEmpty is true for what is not set, or holds nothing that is.
func isEmpty(v Value) bool {
	for _, key := range v.Keys() {
		if !isEmpty(v.member(key)) {
			return false
		}
	}
	for _, element := range v.List() {
		if !isEmpty(element) {
			return false
		}
	}
	return v.Unset() || v.Keys() != nil || v.List() != nil
}
