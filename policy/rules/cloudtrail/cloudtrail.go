package cloudtrail

import (
	"github.com/carebase/carebase/policy"
	"github.com/carebase/carebase/policy/inspect"
)

func trailExists(s *inspect.Stack, report *policy.Report) {
	const want = "a trail that logs every management event"
	const fix = "once per account: turn on Trail of components/audit in one stack"
	trails := s.Of(inspect.TrailType)
	if len(trails) == 0 {
		report.Fail(s.Root(), inspect.ShortName(inspect.TrailType), "none", want, fix)
	}
	oneTrail(s, report, func(trail *inspect.Resource, report *policy.Report) bool {
		chosen := report.Decide(recordsManagement(trail), trail, selectorProperty(trail), want, fix)
		return report.Check(trail, trail, policy.NotFalse("enableLogging", fix)) && chosen
	})
}

func trailEverywhere(s *inspect.Stack, report *policy.Report) {
	const fix = "set isMultiRegionTrail: true and leave includeGlobalServiceEvents unset, as components/audit does"
	oneTrail(s, report, func(trail *inspect.Resource, report *policy.Report) bool {
		return report.Check(trail, trail, policy.IsTrue("isMultiRegionTrail", fix), policy.NotFalse("includeGlobalServiceEvents", fix))
	})
}

// trailSeesObjects wants the buckets that may hold patients' documents in one trail; of a stack without any, some.
func trailSeesObjects(s *inspect.Stack, report *policy.Report) {
	const fix = "select data events of AWS::S3::Object, reads and writes, as components/audit does"
	buckets := s.Resolver(s.Of(inspect.BucketTypes...))
	documents := s.DocumentBuckets()
	oneTrail(s, report, func(trail *inspect.Resource, report *policy.Report) bool {
		if len(documents) == 0 {
			return report.Decide(recordsObjects(buckets, trail, nil), trail, selectorProperty(trail), "data events of objects in S3", fix)
		}
		good := true
		for _, bucket := range documents {
			want := "reads and writes of the objects in " + bucket.Name
			good = report.Decide(recordsObjects(buckets, trail, bucket), trail, selectorProperty(trail), want, fix) && good
		}
		return good
	})
}

// oneTrail checks that one of the stack's trails is good.
func oneTrail(s *inspect.Stack, report *policy.Report, good func(*inspect.Resource, *policy.Report) bool) {
	trails := s.Of(inspect.TrailType)
	if i := report.OneOf(len(trails), func(i int, report *policy.Report) bool { return good(trails[i], report) }); i >= 0 {
		report.Pass(trails[i])
	}
}

func selectorProperty(trail *inspect.Resource) string {
	if advanced := trail.At("advancedEventSelectors"); advanced.Unknown() || !advanced.Unset() {
		return advanced.Path()
	}
	return "eventSelectors"
}
