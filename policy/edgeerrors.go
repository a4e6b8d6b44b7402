package policy

import (
	"fmt"
	"slices"
	"strings"
)

// cachedErrors are the statuses that CloudFront keeps for 10 seconds where nothing else is set, also on paths whose answers
// it does not cache.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/HTTPStatusCodes.html#HTTPStatusCodes-cached-errors
var cachedErrors = []float64{400, 403, 404, 405, 414, 500, 501, 502, 503, 504}

// uncachedPolicies are AWS's cache policies that keep nothing unless the origin says so: CachingDisabled,
// UseOriginCacheControlHeaders and UseOriginCacheControlHeaders-QueryStrings.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html
var uncachedPolicies = []string{
	"4135ea2d-6df8-44a3-9df3-4b5a84be39ad", "83da9c7e-98b4-4e11-a168-04f0df8e2c65", "4cc15a8a-d715-48a4-82b8-cc0b614638fe",
}

const cachePolicyType = "aws:cloudfront/cachePolicy:CachePolicy"

// errorsUncached leaves out the distributions that cache everything: there an error is of everybody.
func errorsUncached(s *Stack, report *Report) {
	const fix = "add a custom error response with errorCachingMinTtl: 0 and no page for each, as components/edge does"
	want := "errorCachingMinTtl: 0 for " + list(cachedErrors)
	for _, r := range s.Of(distributionType) {
		uncached := s.someUncached(r)
		if uncached == NotApplicable {
			continue
		}
		responses := r.At("customErrorResponses")
		missing, unknown := []float64{}, responses.Unknown()
		for _, code := range cachedErrors {
			at := slices.IndexFunc(responses.List(), func(response Value) bool {
				number, ok := response.At("errorCode").Number()
				return ok && number == code
			})
			if at < 0 {
				missing = append(missing, code)
				continue
			}
			ttl := responses.List()[at].At("errorCachingMinTtl")
			switch seconds, ok := ttl.Number(); {
			case ttl.Unknown():
				unknown = true
			case !ok || seconds != 0:
				missing = append(missing, code)
			}
		}
		unknown = unknown || slices.ContainsFunc(responses.List(), func(v Value) bool { return v.Unknown() || v.At("errorCode").Unknown() })
		switch {
		case len(missing) == 0 && !unknown:
			report.Pass(r)
		case unknown || uncached == Undecidable:
			report.Undecided(r, "customErrorResponses", want)
		default:
			report.Fail(r, "customErrorResponses", "without "+list(missing), want, fix)
		}
	}
}

// someUncached is Compliant where a behaviour of the distribution caches nothing by itself, and NotApplicable where none is.
func (s *Stack) someUncached(distribution *Resource) Outcome {
	found := NotApplicable
	for _, behavior := range append(elements(distribution.At("orderedCacheBehaviors")), distribution.At("defaultCacheBehavior")) {
		switch s.uncached(behavior) {
		case Compliant:
			return Compliant
		case Undecidable:
			found = Undecidable
		}
	}
	return found
}

func (s *Stack) uncached(behavior Value) Outcome {
	policy := behavior.At("cachePolicyId")
	if own := s.Referent(policy, cachePolicyType); own != nil {
		return keepsNothing(own.At("minTtl"), own.At("defaultTtl"), own.At("maxTtl"))
	}
	switch {
	case behavior.Unknown(), policy.Unknown():
		return Undecidable
	case policy.Unset():
		return keepsNothing(behavior.At("minTtl"), behavior.At("defaultTtl"), behavior.At("maxTtl"))
	case slices.Contains(uncachedPolicies, policy.Text()):
		return Compliant
	}
	return NotApplicable
}

// keepsNothing is Compliant for times by which CloudFront keeps no answer that does not ask for it.
func keepsNothing(least, usual, most Value) Outcome {
	if least.Unknown() || usual.Unknown() || most.Unknown() {
		return Undecidable
	}
	atLeast, _ := least.Number()
	byDefault, defaultSet := usual.Number()
	atMost, mostSet := most.Number()
	if mostSet && atMost == 0 || defaultSet && byDefault == 0 && atLeast == 0 {
		return Compliant
	}
	return NotApplicable
}

func list(codes []float64) string {
	texts := make([]string, len(codes))
	for i, code := range codes {
		texts[i] = fmt.Sprintf("%g", code)
	}
	return strings.Join(texts, ", ")
}
