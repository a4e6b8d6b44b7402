package policy

import (
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/property"
)

// overTLS wants a policy that denies everybody everything by plain HTTP, for the bucket and for its objects.
func overTLS(s *Stack, report *Report) {
	const want = "a policy that denies everyone s3:* on the bucket and its objects where aws:SecureTransport is false, with no other condition"
	settings, buckets := s.bucketSettings(bucketPolicyPart), s.lookup(s.Of(bucketTypes...))
	for _, bucket := range s.Of(bucketTypes...) {
		problem := func(policy []clause) string { return buckets.plainHTTP(policy, bucket) }
		if settings.every(report, bucket, buildIt, func(one setting) bool {
			return judgePolicy(report, one.on, one.on.At("policy"), want, buildIt, problem)
		}) {
			report.Pass(bucket)
		}
	}
}

// plainHTTP says what plain HTTP may still reach.
func (l lookup) plainHTTP(policy []clause, bucket *Resource) string {
	itself, objects := false, false
	for _, c := range policy {
		if c.deniesPlainHTTP() {
			for _, resource := range c.resources() {
				b, o := l.means(resource, bucket)
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
func (c clause) deniesPlainHTTP() bool {
	if c.Effect != "Deny" || !c.Anyone() || len(c.Conditions) != 1 ||
		!slices.Contains(c.Actions, "s3:*") && !slices.Contains(c.Actions, "*") {
		return false
	}
	only := c.Conditions[0]
	return slices.Contains([]string{"Bool", "BoolIfExists"}, only.Test) && strings.EqualFold(only.Key, "aws:SecureTransport") &&
		len(only.Values) == 1 && strings.EqualFold(only.Values[0], "false")
}

// means says whether a policy's resource means the bucket itself, and whether it means all of its objects.
func (l lookup) means(v Value, bucket *Resource) (itself, objects bool) {
	bare, all := strings.CutSuffix(v.Text(), "*")
	below := false
	if all {
		bare, below = strings.CutSuffix(bare, "/")
	}
	if bare == "" {
		return all, all
	}
	v.value = property.New(bare)
	if strings.Contains(bare[strings.LastIndex(bare, "}")+1:], "/") || l.named(v) != bucket {
		return false, false // some of the objects, or another bucket's
	}
	return !below, all
}

// grantsNamed looks at every bucket policy, whether its bucket is in this stack or not.
func grantsNamed(s *Stack, report *Report) {
	const want = "nothing allowed to everybody, unless a condition names accounts, organisations, networks or sources"
	const fix = "name the principals; the public is served by CloudFront, which components/storage admits as a service"
	for _, r := range s.Of(slices.Concat(bucketPolicyPart.types, bucketTypes)...) {
		policy := r.At("policy")
		if policy.Unset() && slices.Contains(bucketTypes, r.Type) {
			continue
		}
		if judgePolicy(report, r, policy, want, fix, allowsEverybody) {
			report.Pass(r)
		}
	}
}
