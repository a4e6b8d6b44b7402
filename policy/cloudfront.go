package policy

import (
	"slices"
	"strings"

	"github.com/carebase/carebase/graph"
)

var cloudfrontControls = []*Control{
	{
		ID: "CF-1", Service: "CloudFront", Kind: Property, Severity: Critical,
		Title:     "Viewer HTTPS only",
		Citations: []string{"164.308(a)(4)(ii)(A)", "164.312(e)(1)"},
		Prowler:   []string{"cloudfront_distributions_https_enabled"},
		Why:       "A path that CloudFront also serves over plain HTTP carries sessions and patient data in the clear.",
		check:     viewersByHTTPS,
	},
	{
		ID: "CF-2", Service: "CloudFront", Kind: Relation, Severity: High,
		Title:     "Access logging",
		Citations: []string{"164.308(a)(1)(ii)(D)"},
		Why:       "Without access logs nobody can say afterwards who asked the system for what.",
		check:     distributionsLogged,
	},
	{
		ID: "X-CF-TLS", Service: "CloudFront", Kind: Property, Severity: High,
		Title:     "Viewer TLS 1.2_2021+",
		Citations: []string{"164.312(e)(1)", "164.312(e)(2)(ii)"},
		Analogy:   true,
		Why:       "A viewer's connection by an older version of TLS, or by a weak cipher, can be read on the way.",
		check: each(of(distributionType),
			isOneOf("viewerCertificate.minimumProtocolVersion", "set minimumProtocolVersion: TLSv1.2_2021 and a certificate of your own: CloudFront's takes TLS 1.0",
				"TLSv1.2_2021", "TLSv1.2_2025", "TLSv1.3_2025")),
	},
	{
		ID: "X-CF-ORIGIN", Service: "CloudFront", Kind: Relation, Severity: High,
		Title:     "Origin HTTPS only and OAC for S3",
		Citations: []string{"164.312(a)(1)", "164.312(e)(1)"},
		Analogy:   true,
		Why:       "Behind CloudFront the request must stay encrypted, and a bucket that answers without CloudFront's signature answers everybody.",
		check:     originsClosed,
	},
	{
		ID: "X-CF-WAF", Service: "CloudFront", Kind: Relation, Severity: High,
		Title:     "WAF attached",
		Citations: []string{"164.312(a)(1)"},
		Analogy:   true,
		Why:       "Without a web ACL every known attack goes through CloudFront to the application.",
		check:     distributionsGuarded,
	},
	{
		ID: "X-CF-ERRORS", Service: "CloudFront", Kind: Relation, Severity: Medium,
		Title:     "Errors of uncached paths not cached",
		Citations: []string{"164.312(c)(1)"},
		Analogy:   true,
		Why:       "CloudFront keeps an error for 10 seconds, also where it caches nothing else: one person's 404 or 503 answers everybody who asks for the same path.",
		check:     errorsUncached,
	},
	{
		ID: "X-CF-CSP", Service: "CloudFront", Kind: Relation, Severity: Medium, Applies: WherePHI,
		Title:     "Content security policy on every answer",
		Citations: []string{"164.312(a)(1)"},
		Analogy:   true,
		Why:       "A script that is injected into a page reads what the page shows, and sends it away, unless the browser is told not to.",
		check:     pagesGuarded,
	},
}

const (
	distributionType = "aws:cloudfront/distribution:Distribution"
	accessControl    = "aws:cloudfront/originAccessControl:OriginAccessControl"
	vpcOriginType    = "aws:cloudfront/vpcOrigin:VpcOrigin"
)

func viewersByHTTPS(s *Stack, report *Report) {
	encrypted := isOneOf("", "set viewerProtocolPolicy: redirect-to-https for pages, https-only for an API", "redirect-to-https", "https-only")
	for _, r := range s.Of(distributionType) {
		good := encrypted.judge(report, r, r.At("defaultCacheBehavior.viewerProtocolPolicy"))
		for _, behavior := range elements(r.At("orderedCacheBehaviors")) {
			good = encrypted.judge(report, r, behavior.At("viewerProtocolPolicy")) && good
		}
		if good {
			report.Pass(r)
		}
	}
}

// distributionsLogged takes both versions of standard logging: a bucket named in the distribution, or a delivery of its
// logs by CloudWatch.
func distributionsLogged(s *Stack, report *Report) {
	logged := isSet("", "deliver its access logs to the log bucket, as components/edge does")
	for _, r := range s.Of(distributionType) {
		bucket := r.At("loggingConfig.bucket")
		if bucket.Unset() && s.delivers(r) || logged.judge(report, r, bucket) {
			report.Pass(r)
		}
	}
}

// delivers is true where the distribution's access log is the source of a delivery.
func (s *Stack) delivers(distribution *Resource) bool {
	sources := s.Pointing(distribution, "aws:cloudwatch/logDeliverySource:LogDeliverySource", "resourceArn")
	return slices.ContainsFunc(sources, func(source *Resource) bool {
		return source.At("logType").Text() == "ACCESS_LOGS" &&
			len(s.Pointing(source, "aws:cloudwatch/logDelivery:LogDelivery", "deliverySourceName")) > 0
	})
}

func originsClosed(s *Stack, report *Report) {
	for _, r := range s.Of(distributionType) {
		good := true
		for _, origin := range elements(r.At("origins")) {
			good = s.judgeOrigin(report, r, origin) && good
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
func (s *Stack) judgeOrigin(report *Report, r *Resource, origin Value) bool {
	custom := origin.At("customOriginConfig")
	switch {
	case origin.Unknown():
		report.Undecided(r, origin.Path(), "HTTPS to the origin, and signatures for a bucket")
		return false
	case !origin.At("vpcOriginConfig").Unset():
		return true
	case !custom.Unset() && !s.isBucket(origin.At("domainName")):
		return judgeTransport(report, r, custom, "originSslProtocols")
	}
	signed := isSet("", "give the origin an access control that signs, as components/edge does, and keep the bucket private")
	control := origin.At("originAccessControlId")
	if !signed.judge(report, r, control) {
		return false
	}
	own := s.Referent(control, accessControl)
	return own == nil || own.check(report, own,
		isOneOf("signingBehavior", "set signingBehavior: always; otherwise requests may reach the bucket unsigned", "always"),
		isOneOf("originAccessControlOriginType", "set originAccessControlOriginType: s3", "s3"))
}

// isBucket knows a bucket by what the origin's name refers to, or by the names that AWS gives buckets. The endpoint of
// a bucket as a website is another thing: it knows neither signatures nor HTTPS.
func (s *Stack) isBucket(domain Value) bool {
	if s.Referent(domain, "aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2") != nil {
		return !slices.ContainsFunc(graph.References(domain.Text()), func(one graph.Reference) bool {
			return strings.HasPrefix(one.Property, "website")
		})
	}
	name := domain.Text()
	return strings.HasSuffix(name, ".amazonaws.com") && (strings.Contains(name, ".s3.") || strings.Contains(name, ".s3-")) &&
		!strings.Contains(name, ".s3-website")
}

// judgeTransport wants HTTPS to the origin, by TLS 1.2 or later.
func judgeTransport(report *Report, r *Resource, config Value, protocols string) bool {
	good := isOneOf("", "set originProtocolPolicy: https-only", "https-only").judge(report, r, config.At("originProtocolPolicy"))
	modern := isOneOf("", "list TLSv1.2 alone", "TLSv1.2", "TLSv1.3")
	for _, version := range elements(config.At(protocols)) {
		good = modern.judge(report, r, version) && good
	}
	return good
}

// distributionsGuarded wants a web ACL of the scope that CloudFront takes. The id of a web ACL of WAF Classic, which
// AWS has switched off, is none.
func distributionsGuarded(s *Stack, report *Report) {
	const fix = "give it a web ACL of scope CLOUDFRONT in us-east-1, as components/edge does"
	guarded := expectation{"webAclId", "a web ACL of WAFv2, of scope CLOUDFRONT", fix, func(_ *Resource, v Value) bool {
		acl := s.Referent(v, webACLType)
		switch {
		case acl != nil:
			return acl.At("scope").Text() == "CLOUDFRONT"
		case v.HasReference():
			return true
		}
		return strings.HasPrefix(v.Text(), "arn:") && strings.Contains(v.Text(), ":global/webacl/")
	}}
	each(of(distributionType), guarded)(s, report)
}
