package s3

import (
	"slices"

	"github.com/carebase/carebase/policy"
	"github.com/carebase/carebase/policy/inspect"
)

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
func locked(s *inspect.Stack, report *policy.Report) {
	const fix = "set a default retention with a mode, as components/storage does for audit and backups"
	evidence, settings := s.BucketsOf(inspect.TrailTarget, exportTarget), s.BucketSettings(lockPart)
	for _, bucket := range s.Of(inspect.BucketTypes...) {
		tagged := slices.Contains([]string{"audit", "backup", "backups"}, bucket.Tag("Purpose").Text())
		if !evidence[bucket] && !tagged && !hasLock(bucket) {
			continue
		}
		if every(settings, report, bucket, fix, func(one inspect.Setting) bool {
			good := true
			for _, retention := range one.On.Each(at(one, retentionPaths)) {
				good = policy.IsOneOf("", fix, "GOVERNANCE", "COMPLIANCE").Judge(report, one.On, retention.At("mode")) && good
				good = policy.AtLeast("", 1, fix).Judge(report, one.On, inspect.First(retention.At("days"), retention.At("years"))) && good
			}
			return good
		}) {
			report.Pass(bucket)
		}
	}
}

// oldVersionsEnd wants a rule in force for noncurrent versions, where there are any.
func oldVersionsEnd(s *inspect.Stack, report *policy.Report) {
	const fix = "add a rule with noncurrentVersionExpiration; components/storage has one for every bucket"
	lifecycles, versioning := s.BucketSettings(lifecyclePart), s.BucketSettings(versioningPart)
	for _, bucket := range s.Of(inspect.BucketTypes...) {
		keepsVersions := slices.ContainsFunc(versioning.Of(bucket), func(one inspect.Setting) bool {
			return slices.ContainsFunc(one.On.Each(at(one, versioningPaths)), func(v inspect.Value) bool { return v.Unknown() || isEnabled(v) })
		})
		if !keepsVersions && !hasLock(bucket) {
			continue
		}
		if every(lifecycles, report, bucket, fix, func(one inspect.Setting) bool {
			return report.OneElement(one.On, at(one, lifecyclePaths), "a rule for noncurrent versions", fix, func(rule inspect.Value, report *policy.Report) bool {
				inForce := policy.Expectation{Path: "", Want: "Enabled", Fix: fix, Holds: isEnabled}.Judge(report, one.On, inspect.First(rule.At("status"), rule.At("enabled")))
				return policy.IsSet("", fix).Judge(report, one.On, oldVersions(rule)) && inForce
			})
		}) {
			report.Pass(bucket)
		}
	}
}

// oldVersions is what a lifecycle rule does to noncurrent versions.
func oldVersions(rule inspect.Value) inspect.Value {
	return inspect.First(
		rule.At("noncurrentVersionExpiration"), rule.At("noncurrentVersionExpirations[0]"), rule.At("noncurrentVersionTransitions[0]"))
}

// copied wants a rule in force for all objects to another region. A bucket that this stack does not have may be
// anywhere; to copy into one's own region is the mistake that can be seen.
func copied(s *inspect.Stack, report *policy.Report) {
	const fix = "replicate the whole bucket to one in the recovery region"
	settings, encryption := s.BucketSettings(inspect.ReplicationPart), s.BucketSettings(inspect.EncryptionPart)
	buckets := s.Resolver(s.Of(inspect.BucketTypes...))
	for _, bucket := range s.DocumentBuckets() {
		amazon := slices.ContainsFunc(encryption.Of(bucket), func(one inspect.Setting) bool {
			return slices.ContainsFunc(one.On.Each(at(one, algorithmPaths)), func(v inspect.Value) bool { return v.Text() == byAmazon })
		})
		elsewhere := policy.Expectation{Path: "", Want: "a bucket in another region", Fix: fix, Holds: func(v inspect.Value) bool {
			target := buckets.Resolve(v)
			return !v.Unset() && (target == nil || inspect.RegionOf(target) != inspect.RegionOf(bucket))
		}}
		if every(settings, report, bucket, fix, func(one inspect.Setting) bool {
			return report.OneElement(one.On, at(one, replicationPaths), "a rule for all objects", fix, func(rule inspect.Value, report *policy.Report) bool {
				target := inspect.First(rule.At("destination.bucket"), rule.At("destinations[0].bucket"))
				good := replicates(report, one.On, rule, !amazon)
				return elsewhere.Judge(report, one.On, target) && good
			})
		}) {
			report.Pass(bucket)
		}
	}
}

// replicates checks that a replication rule takes every object. Those encrypted by KMS S3 leaves out, unless told.
func replicates(report *policy.Report, on *inspect.Resource, rule inspect.Value, byKMS bool) bool {
	const fix = "enable the rule, for all objects and those encrypted by KMS (sourceSelectionCriteria.sseKmsEncryptedObjects)"
	enabled := policy.Expectation{Path: "", Want: "Enabled", Fix: fix, Holds: isEnabled}
	all := policy.Expectation{Path: "", Want: "not set: all objects", Fix: fix, Holds: func(v inspect.Value) bool { return inspect.IsEmpty(v) }}
	good := enabled.Judge(report, on, rule.At("status"))
	good = all.Judge(report, on, rule.At("prefix")) && good
	good = all.Judge(report, on, inspect.First(rule.At("filter"), rule.At("filters"))) && good
	if byKMS {
		criteria := inspect.First(rule.At("sourceSelectionCriteria.sseKmsEncryptedObjects"), rule.At("sourceSelectionCriterias[0].sseKmsEncryptedObjects[0]"))
		good = enabled.Judge(report, on, inspect.First(criteria.At("status"), criteria.At("enabled"))) && good
	}
	return good
}
