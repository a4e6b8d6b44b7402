package cloudfront

import (
	"slices"
	"strings"

	"github.com/carebase/carebase/graph"
	"github.com/carebase/carebase/policy"
	"github.com/carebase/carebase/policy/inspect"
)

const (
	accessControl = "aws:cloudfront/originAccessControl:OriginAccessControl"
	vpcOriginType = "aws:cloudfront/vpcOrigin:VpcOrigin"
)

func viewersByHTTPS(s *inspect.Stack, report *policy.Report) {
	encrypted := policy.IsOneOf("", "set viewerProtocolPolicy: redirect-to-https for pages, https-only for an API", "redirect-to-https", "https-only")
	for _, r := range s.Of(inspect.DistributionType) {
		good := encrypted.Judge(report, r, r.At("defaultCacheBehavior.viewerProtocolPolicy"))
		for _, behavior := range inspect.Elements(r.At("orderedCacheBehaviors")) {
			good = encrypted.Judge(report, r, behavior.At("viewerProtocolPolicy")) && good
		}
		if good {
			report.Pass(r)
		}
	}
}

// distributionsLogged takes both versions of standard logging: a bucket named in the distribution, or a delivery of its
// logs by CloudWatch.
func distributionsLogged(s *inspect.Stack, report *policy.Report) {
	logged := policy.IsSet("", "deliver its access logs to the log bucket, as components/edge does")
	for _, r := range s.Of(inspect.DistributionType) {
		bucket := r.At("loggingConfig.bucket")
		if bucket.Unset() && delivers(s, r) || logged.Judge(report, r, bucket) {
			report.Pass(r)
		}
	}
}

// delivers is true where the distribution's access log is the source of a delivery.
func delivers(s *inspect.Stack, distribution *inspect.Resource) bool {
	sources := s.Pointing(distribution, "aws:cloudwatch/logDeliverySource:LogDeliverySource", "resourceArn")
	return slices.ContainsFunc(sources, func(source *inspect.Resource) bool {
		return source.At("logType").Text() == "ACCESS_LOGS" &&
			len(s.Pointing(source, "aws:cloudwatch/logDelivery:LogDelivery", "deliverySourceName")) > 0
	})
}

func originsClosed(s *inspect.Stack, report *policy.Report) {
	for _, r := range s.Of(inspect.DistributionType) {
		good := true
		for _, origin := range inspect.Elements(r.At("origins")) {
			good = judgeOrigin(s, report, r, origin) && good
		}
		if good {
			report.Pass(r)
		}
	}
	for _, r := range s.Of(vpcOriginType) {
		if judgeTransport(report, r, r.At("vpcOriginEndpointConfig"), "originSslProtocols.items") {
			report.Pass(r)
		}
	}
}

// judgeOrigin looks at one of the four kinds: a VPC origin is judged by itself, and what is no custom origin is a bucket.
// A bucket that is made a custom origin would have to be public.
func judgeOrigin(s *inspect.Stack, report *policy.Report, r *inspect.Resource, origin inspect.Value) bool {
	custom := origin.At("customOriginConfig")
	switch {
	case origin.Unknown():
		report.Undecided(r, origin.Path(), "HTTPS to the origin, and signatures for a bucket")
		return false
	case !origin.At("vpcOriginConfig").Unset():
		return true
	case !custom.Unset() && !isBucket(s, origin.At("domainName")):
		return judgeTransport(report, r, custom, "originSslProtocols")
	}
	signed := policy.IsSet("", "give the origin an access control that signs, as components/edge does, and keep the bucket private")
	control := origin.At("originAccessControlId")
	if !signed.Judge(report, r, control) {
		return false
	}
	own := s.Resolve(control, accessControl)
	return own == nil || report.Check(own, own,
		policy.IsOneOf("signingBehavior", "set signingBehavior: always; otherwise requests may reach the bucket unsigned", "always"),
		policy.IsOneOf("originAccessControlOriginType", "set originAccessControlOriginType: s3", "s3"))
}

// isBucket knows a bucket by what the origin's name refers to, or by the names that AWS gives buckets. The endpoint of
// a bucket as a website is another thing: it knows neither signatures nor HTTPS.
func isBucket(s *inspect.Stack, domain inspect.Value) bool {
	if s.Resolve(domain, "aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2") != nil {
		return !slices.ContainsFunc(graph.References(domain.Text()), func(one graph.Reference) bool {
			return strings.HasPrefix(one.Property, "website")
		})
	}
	name := domain.Text()
	return strings.HasSuffix(name, ".amazonaws.com") && (strings.Contains(name, ".s3.") || strings.Contains(name, ".s3-")) &&
		!strings.Contains(name, ".s3-website")
}

// judgeTransport wants HTTPS to the origin, by TLS 1.2 or later.
func judgeTransport(report *policy.Report, r *inspect.Resource, config inspect.Value, protocols string) bool {
	good := policy.IsOneOf("", "set originProtocolPolicy: https-only", "https-only").Judge(report, r, config.At("originProtocolPolicy"))
	modern := policy.IsOneOf("", "list TLSv1.2 alone", "TLSv1.2", "TLSv1.3")
	for _, version := range inspect.Elements(config.At(protocols)) {
		good = modern.Judge(report, r, version) && good
	}
	return good
}

// distributionsGuarded wants a web ACL of the scope that CloudFront takes. The id of a web ACL of WAF Classic, which
// AWS has switched off, is none.
func distributionsGuarded(s *inspect.Stack, report *policy.Report) {
	const fix = "give it a web ACL of scope CLOUDFRONT in us-east-1, as components/edge does"
	guarded := policy.Expectation{Path: "webAclId", Want: "a web ACL of WAFv2, of scope CLOUDFRONT", Fix: fix, Holds: func(v inspect.Value) bool {
		acl := s.Resolve(v, inspect.WebACLType)
		switch {
		case acl != nil:
			return acl.At("scope").Text() == "CLOUDFRONT"
		case v.HasReference():
			return true
		}
		return strings.HasPrefix(v.Text(), "arn:") && strings.Contains(v.Text(), ":global/webacl/")
	}}
	policy.Each([]string{inspect.DistributionType}, guarded)(s, report)
}
