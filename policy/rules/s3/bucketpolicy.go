package s3

import (
	"slices"
	"strings"

	"github.com/carebase/carebase/policy"
	"github.com/carebase/carebase/policy/inspect"
)

// overTLS wants a policy that denies everybody everything by plain HTTP, for the bucket and for its objects.
func overTLS(s *inspect.Stack, report *policy.Report) {
	const want = "a policy that denies everyone s3:* on the bucket and its objects where aws:SecureTransport is false, with no other condition"
	settings, buckets := s.BucketSettings(bucketPolicyPart), s.Resolver(s.Of(inspect.BucketTypes...))
	for _, bucket := range s.Of(inspect.BucketTypes...) {
		problem := func(document []inspect.Statement) string { return plainHTTP(buckets, document, bucket) }
		if every(settings, report, bucket, buildIt, func(one inspect.Setting) bool {
			return policy.JudgePolicy(report, one.On, one.On.At("policy"), want, buildIt, problem)
		}) {
			report.Pass(bucket)
		}
	}
}

// plainHTTP says what plain HTTP may still reach.
func plainHTTP(l inspect.Resolver, document []inspect.Statement, bucket *inspect.Resource) string {
	itself, objects := false, false
	for _, c := range document {
		if deniesPlainHTTP(c) {
			for _, resource := range c.ResourceValues() {
				b, o := namesBucket(l, resource, bucket)
				itself, objects = itself || b, objects || o
			}
		}
	}
	switch {
	case itself && objects:
		return ""
	case itself:
		return "no such statement on the objects"
	case objects:
		return "no such statement on the bucket itself"
	}
	return "no such statement"
}

// deniesPlainHTTP is true for a statement that denies everyone everything in S3 by plain HTTP.
func deniesPlainHTTP(c inspect.Statement) bool {
	if c.Effect != "Deny" || !c.Anyone() || len(c.Conditions) != 1 ||
		!slices.Contains(c.Actions, "s3:*") && !slices.Contains(c.Actions, "*") {
		return false
	}
	only := c.Conditions[0]
	return slices.Contains([]string{"Bool", "BoolIfExists"}, only.Test) && strings.EqualFold(only.Key, "aws:SecureTransport") &&
		len(only.Values) == 1 && strings.EqualFold(only.Values[0], "false")
}

// namesBucket says whether a policy's resource means the bucket itself, and whether it means all of its objects.
func namesBucket(l inspect.Resolver, v inspect.Value, bucket *inspect.Resource) (itself, objects bool) {
	bare, all := strings.CutSuffix(v.Text(), "*")
	below := false
	if all {
		bare, below = strings.CutSuffix(bare, "/")
	}
	if bare == "" {
		return all, all
	}
	if strings.Contains(bare[strings.LastIndex(bare, "}")+1:], "/") || l.Resolve(v.WithText(bare)) != bucket {
		return false, false // some of the objects, or another bucket's
	}
	return !below, all
}

// grantsNamed looks at every bucket policy, whether its bucket is in this stack or not.
func grantsNamed(s *inspect.Stack, report *policy.Report) {
	const want = "nothing allowed to everybody, unless a condition names accounts, organisations, networks or sources"
	const fix = "name the principals; the public is served by CloudFront, which components/storage admits as a service"
	for _, r := range s.Of(slices.Concat(bucketPolicyPart.Types, inspect.BucketTypes)...) {
		document := r.At("policy")
		if document.Unset() && slices.Contains(inspect.BucketTypes, r.Type) {
			continue
		}
		if policy.JudgePolicy(report, r, document, want, fix, inspect.AllowsEverybody) {
			report.Pass(r)
		}
	}
}
