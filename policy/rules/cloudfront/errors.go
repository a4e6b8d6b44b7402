package cloudfront

import (
	"fmt"
	"slices"
	"strings"

	"github.com/carebase/carebase/policy"
	"github.com/carebase/carebase/policy/inspect"
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
func errorsUncached(s *inspect.Stack, report *policy.Report) {
	const fix = "add a custom error response with errorCachingMinTtl: 0 and no page for each, as components/edge does"
	want := "errorCachingMinTtl: 0 for " + list(cachedErrors)
	for _, r := range s.Of(inspect.DistributionType) {
		uncached := someUncached(s, r)
		if uncached == inspect.No {
			continue
		}
		responses := r.At("customErrorResponses")
		missing, unknown := []float64{}, responses.Unknown()
		for _, code := range cachedErrors {
			at := slices.IndexFunc(responses.List(), func(response inspect.Value) bool {
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
		unknown = unknown || slices.ContainsFunc(responses.List(), func(v inspect.Value) bool { return v.Unknown() || v.At("errorCode").Unknown() })
		switch {
		case len(missing) == 0 && !unknown:
			report.Pass(r)
		case unknown || uncached == inspect.Unknown:
			report.Undecided(r, "customErrorResponses", want)
		default:
			report.Fail(r, "customErrorResponses", "without "+list(missing), want, fix)
		}
	}
}

// someUncached is Yes where a behaviour of the distribution caches nothing by itself, and No where none is.
func someUncached(s *inspect.Stack, distribution *inspect.Resource) inspect.Answer {
	found := inspect.No
	for _, behavior := range append(inspect.Elements(distribution.At("orderedCacheBehaviors")), distribution.At("defaultCacheBehavior")) {
		switch uncached(s, behavior) {
		case inspect.Yes:
			return inspect.Yes
		case inspect.Unknown:
			found = inspect.Unknown
		}
	}
	return found
}

func uncached(s *inspect.Stack, behavior inspect.Value) inspect.Answer {
	document := behavior.At("cachePolicyId")
	if own := s.Resolve(document, cachePolicyType); own != nil {
		return keepsNothing(own.At("minTtl"), own.At("defaultTtl"), own.At("maxTtl"))
	}
	switch {
	case behavior.Unknown(), document.Unknown():
		return inspect.Unknown
	case document.Unset():
		return keepsNothing(behavior.At("minTtl"), behavior.At("defaultTtl"), behavior.At("maxTtl"))
	case slices.Contains(uncachedPolicies, document.Text()):
		return inspect.Yes
	}
	return inspect.No
}

// keepsNothing is Yes for times by which CloudFront keeps no answer that does not ask for it.
func keepsNothing(least, usual, most inspect.Value) inspect.Answer {
	if least.Unknown() || usual.Unknown() || most.Unknown() {
		return inspect.Unknown
	}
	atLeast, _ := least.Number()
	byDefault, defaultSet := usual.Number()
	atMost, mostSet := most.Number()
	if mostSet && atMost == 0 || defaultSet && byDefault == 0 && atLeast == 0 {
		return inspect.Yes
	}
	return inspect.No
}

func list(codes []float64) string {
	texts := make([]string, len(codes))
	for i, code := range codes {
		texts[i] = fmt.Sprintf("%g", code)
	}
	return strings.Join(texts, ", ")
}
