package policy

import (
	"slices"

	"github.com/carebase/carebase/graph"
	"github.com/carebase/carebase/internal/csp"
)

const (
	logSourceType   = "aws:cloudwatch/logDeliverySource:LogDeliverySource"
	logDeliveryType = "aws:cloudwatch/logDelivery:LogDelivery"
	frontendType    = "aws:s3/bucket:Bucket"
)

var cloudfrontFixtures = map[string]fixture{
	"CF-1": {
		satisfied: []example{
			{about: "redirects", resources: []*graph.Resource{cdn(in{"defaultCacheBehavior": in{"viewerProtocolPolicy": "redirect-to-https"}})}},
			{about: "refuses, everywhere", resources: []*graph.Resource{cdn(in{
				"defaultCacheBehavior":  in{"viewerProtocolPolicy": "https-only"},
				"orderedCacheBehaviors": []any{in{"viewerProtocolPolicy": "https-only"}, in{"viewerProtocolPolicy": "redirect-to-https"}}})}},
		},
		violated: []example{
			{about: "both", property: "defaultCacheBehavior.viewerProtocolPolicy", resources: []*graph.Resource{cdn(in{"defaultCacheBehavior": in{"viewerProtocolPolicy": "allow-all"}})}},
			{about: "not set", property: "defaultCacheBehavior.viewerProtocolPolicy", resources: []*graph.Resource{cdn(in{})}},
			{about: "both for one path", property: "orderedCacheBehaviors[1].viewerProtocolPolicy", resources: []*graph.Resource{cdn(in{
				"defaultCacheBehavior":  in{"viewerProtocolPolicy": "https-only"},
				"orderedCacheBehaviors": []any{in{"viewerProtocolPolicy": "https-only"}, in{"viewerProtocolPolicy": "allow-all"}}})}},
		},
		undecided: []example{
			{about: "not known", resources: []*graph.Resource{cdn(in{"defaultCacheBehavior": in{"viewerProtocolPolicy": unknown}})}},
			{about: "paths not known", resources: []*graph.Resource{cdn(in{"defaultCacheBehavior": in{"viewerProtocolPolicy": "https-only"}, "orderedCacheBehaviors": unknown})}},
		},
	},
	"CF-2": {
		satisfied: []example{
			{about: "to a bucket", resources: []*graph.Resource{cdn(in{"loggingConfig": in{"bucket": "logs.s3.amazonaws.com"}})}},
			{about: "delivered", resources: delivered("ACCESS_LOGS")},
			{about: "delivered, as deployed", resources: []*graph.Resource{
				deployed(cdn(in{}), in{"arn": "arn:aws:cloudfront::123456789012:distribution/E1"}),
				deployed(res(logSourceType, "source", in{"logType": "ACCESS_LOGS", "resourceArn": "arn:aws:cloudfront::123456789012:distribution/E1"}), in{"id": "source-1"}),
				res(logDeliveryType, "delivery", in{"deliverySourceName": "source-1"})}},
		},
		violated: []example{
			{about: "not", property: "loggingConfig.bucket", resources: []*graph.Resource{cdn(in{})}},
			{about: "without a bucket", property: "loggingConfig.bucket", resources: []*graph.Resource{cdn(in{"loggingConfig": in{"includeCookies": false}})}},
			{about: "a source that is not delivered", property: "loggingConfig.bucket", resources: delivered("ACCESS_LOGS")[:2]},
			{about: "other logs delivered", property: "loggingConfig.bucket", resources: delivered("CONNECTION_LOGS")},
			{about: "another's delivered", property: "loggingConfig.bucket", resources: append(delivered("ACCESS_LOGS"), res(distributionType, "other", in{}))},
		},
		undecided: []example{{about: "bucket not known", resources: []*graph.Resource{cdn(in{"loggingConfig": in{"bucket": unknown}})}}},
	},
	"X-CF-TLS": {
		satisfied: []example{
			{about: "2021", resources: []*graph.Resource{cdn(in{"viewerCertificate": in{"minimumProtocolVersion": "TLSv1.2_2021"}})}},
			{about: "2025", resources: []*graph.Resource{cdn(in{"viewerCertificate": in{"minimumProtocolVersion": "TLSv1.3_2025"}})}},
		},
		violated: []example{
			{about: "CloudFront's certificate", property: "viewerCertificate.minimumProtocolVersion", resources: []*graph.Resource{cdn(in{"viewerCertificate": in{"cloudfrontDefaultCertificate": true}})}},
			{about: "not set", property: "viewerCertificate.minimumProtocolVersion", resources: []*graph.Resource{cdn(in{})}},
			{about: "2019", property: "viewerCertificate.minimumProtocolVersion", resources: []*graph.Resource{cdn(in{"viewerCertificate": in{"minimumProtocolVersion": "TLSv1.2_2019"}})}},
			{about: "TLS 1.0", property: "viewerCertificate.minimumProtocolVersion", resources: []*graph.Resource{cdn(in{"viewerCertificate": in{"minimumProtocolVersion": "TLSv1"}})}},
		},
		undecided: []example{{about: "not known", resources: []*graph.Resource{cdn(in{"viewerCertificate": in{"minimumProtocolVersion": unknown}})}}},
	},
	"X-CF-ORIGIN": {
		satisfied: []example{
			{about: "HTTPS", resources: []*graph.Resource{cdn(from(in{"domainName": "origin.example", "customOriginConfig": originByTLS}))}},
			{about: "a signed bucket", resources: append(signed("always", "s3"), cdn(from(in{"domainName": ref(frontendType, "frontend", "bucketRegionalDomainName"), "originAccessControlId": ref(accessControl, "access", "id")})))},
			{about: "a bucket signed by an access control elsewhere", resources: []*graph.Resource{cdn(from(in{"domainName": "b.s3.us-east-1.amazonaws.com", "originAccessControlId": "E1"}))}},
			{about: "a VPC origin", resources: []*graph.Resource{
				res(vpcOriginType, "vpc", in{"vpcOriginEndpointConfig": in{"originProtocolPolicy": "https-only", "originSslProtocols": in{"items": []any{"TLSv1.2"}}}}),
				cdn(from(in{"domainName": "internal.elb.amazonaws.com", "vpcOriginConfig": in{"vpcOriginId": ref(vpcOriginType, "vpc", "id")}}))}},
		},
		violated: []example{
			{about: "HTTP", property: "origins[0].customOriginConfig.originProtocolPolicy", resources: []*graph.Resource{cdn(from(in{
				"domainName": "origin.example", "customOriginConfig": in{"originProtocolPolicy": "http-only", "originSslProtocols": []any{"TLSv1.2"}}}))}},
			{about: "the viewer's protocol", property: "origins[1].customOriginConfig.originProtocolPolicy", resources: []*graph.Resource{cdn(from(
				in{"domainName": "a.example", "customOriginConfig": originByTLS},
				in{"domainName": "b.example", "customOriginConfig": in{"originProtocolPolicy": "match-viewer", "originSslProtocols": []any{"TLSv1.2"}}}))}},
			{about: "TLS 1.0", property: "origins[0].customOriginConfig.originSslProtocols[1]", resources: []*graph.Resource{cdn(from(in{
				"domainName": "origin.example", "customOriginConfig": in{"originProtocolPolicy": "https-only", "originSslProtocols": []any{"TLSv1.2", "TLSv1"}}}))}},
			{about: "a bucket unsigned", property: "origins[0].originAccessControlId", resources: []*graph.Resource{cdn(from(in{"domainName": "b.s3.us-east-1.amazonaws.com"}))}},
			{about: "a bucket by the older identity", property: "origins[0].originAccessControlId", resources: []*graph.Resource{cdn(from(in{
				"domainName": "b.s3.amazonaws.com", "s3OriginConfig": in{"originAccessIdentity": "origin-access-identity/cloudfront/E1"}}))}},
			{about: "a bucket of this stack as a custom origin", property: "origins[0].originAccessControlId", resources: []*graph.Resource{
				res(frontendType, "website-frontend", in{}),
				cdn(from(in{"domainName": ref(frontendType, "website-frontend", "bucketDomainName"), "customOriginConfig": originByTLS}))}},
			{about: "a bucket elsewhere as a custom origin", property: "origins[0].originAccessControlId", resources: []*graph.Resource{cdn(from(in{
				"domainName": "b.s3-us-west-2.amazonaws.com", "customOriginConfig": originByTLS}))}},
			{about: "a bucket as a website", property: "origins[0].customOriginConfig.originProtocolPolicy", resources: []*graph.Resource{
				res(frontendType, "frontend", in{}),
				cdn(from(in{"domainName": ref(frontendType, "frontend", "websiteEndpoint"), "customOriginConfig": in{"originProtocolPolicy": "http-only"}}))}},
			{about: "signing left to the viewer", property: "signingBehavior", resources: append(signed("no-override", "s3"),
				cdn(from(in{"domainName": "b.s3.us-east-1.amazonaws.com", "originAccessControlId": ref(accessControl, "access", "id")})))},
			{about: "signing off", property: "signingBehavior", resources: append(signed("never", "s3"),
				cdn(from(in{"domainName": "b.s3.us-east-1.amazonaws.com", "originAccessControlId": ref(accessControl, "access", "id")})))},
			{about: "signing for another kind of origin", property: "originAccessControlOriginType", resources: append(signed("always", "lambda"),
				cdn(from(in{"domainName": "b.s3.us-east-1.amazonaws.com", "originAccessControlId": ref(accessControl, "access", "id")})))},
			{about: "a VPC origin by HTTP", property: "vpcOriginEndpointConfig.originProtocolPolicy", resources: []*graph.Resource{
				res(vpcOriginType, "vpc", in{"vpcOriginEndpointConfig": in{"originProtocolPolicy": "http-only"}})}},
			{about: "a VPC origin by TLS 1.1", property: "vpcOriginEndpointConfig.originSslProtocols.items[0]", resources: []*graph.Resource{
				res(vpcOriginType, "vpc", in{"vpcOriginEndpointConfig": in{"originProtocolPolicy": "https-only", "originSslProtocols": in{"items": []any{"TLSv1.1"}}}})}},
		},
		undecided: []example{
			{about: "protocol not known", resources: []*graph.Resource{cdn(from(in{"domainName": "a.example", "customOriginConfig": in{"originProtocolPolicy": unknown}}))}},
			{about: "access control not known", resources: []*graph.Resource{cdn(from(in{"domainName": "b.s3.us-east-1.amazonaws.com", "originAccessControlId": unknown}))}},
			{about: "origins not known", resources: []*graph.Resource{cdn(in{"origins": unknown})}},
		},
	},
	"X-CF-WAF": {
		satisfied: []example{
			{about: "of this stack", resources: []*graph.Resource{res(webACLType, "acl", in{"scope": "CLOUDFRONT"}), cdn(in{"webAclId": ref(webACLType, "acl", "arn")})}},
			{about: "elsewhere", resources: []*graph.Resource{cdn(in{"webAclId": "arn:aws:wafv2:us-east-1:123456789012:global/webacl/acl/1"})}},
		},
		violated: []example{
			{about: "none", property: "webAclId", resources: []*graph.Resource{cdn(in{})}},
			{about: "of WAF Classic", property: "webAclId", resources: []*graph.Resource{cdn(in{"webAclId": "473e64fd-f30b-4765-81a0-62ad96dd167a"})}},
			{about: "regional", property: "webAclId", resources: []*graph.Resource{res(webACLType, "acl", in{"scope": "REGIONAL"}), cdn(in{"webAclId": ref(webACLType, "acl", "arn")})}},
			{about: "regional, elsewhere", property: "webAclId", resources: []*graph.Resource{cdn(in{"webAclId": "arn:aws:wafv2:us-east-1:123456789012:regional/webacl/acl/1"})}},
		},
		undecided: []example{{about: "not known", resources: []*graph.Resource{cdn(in{"webAclId": unknown})}}},
	},
	"X-CF-ERRORS": {
		satisfied: []example{
			{about: "each", resources: []*graph.Resource{cdn(withErrors(0))}},
			{about: "beside a distribution that caches everything", resources: []*graph.Resource{cdn(withErrors(0)), res(distributionType, "other", in{"defaultCacheBehavior": in{"cachePolicyId": cached}})}},
		},
		violated: []example{
			{about: "none", property: "customErrorResponses", resources: []*graph.Resource{cdn(in{"defaultCacheBehavior": in{"cachePolicyId": uncachedPolicies[0]}})}},
			{about: "one path", property: "customErrorResponses", resources: []*graph.Resource{cdn(in{
				"defaultCacheBehavior": in{"cachePolicyId": cached}, "orderedCacheBehaviors": []any{in{"cachePolicyId": cached}, in{"cachePolicyId": uncachedPolicies[0]}}})}},
			{about: "ten seconds", property: "customErrorResponses", resources: []*graph.Resource{cdn(withErrors(10))}},
			{about: "one missing", property: "customErrorResponses", resources: []*graph.Resource{cdn(withErrors(0, 503))}},
			{about: "no time", property: "customErrorResponses", resources: []*graph.Resource{cdn(withErrors(nil))}},
			{about: "a policy of one's own", property: "customErrorResponses", resources: []*graph.Resource{
				res(cachePolicyType, "none", in{"minTtl": 0, "defaultTtl": 0, "maxTtl": 60}),
				cdn(in{"defaultCacheBehavior": in{"cachePolicyId": ref(cachePolicyType, "none", "id")}})}},
			{about: "the older settings", property: "customErrorResponses", resources: []*graph.Resource{cdn(in{"defaultCacheBehavior": in{"maxTtl": 0}})}},
		},
		undecided: []example{
			{about: "policy not known", resources: []*graph.Resource{cdn(in{"defaultCacheBehavior": in{"cachePolicyId": unknown}})}},
			{about: "responses not known", resources: []*graph.Resource{cdn(in{"defaultCacheBehavior": in{"cachePolicyId": uncachedPolicies[0]}, "customErrorResponses": unknown})}},
			{about: "time not known", resources: []*graph.Resource{cdn(withErrors(unknown))}},
		},
	},
	"X-CF-CSP": {
		satisfied: []example{
			{about: "plain", resources: pagesWith(csp.Plain)},
			{about: "flutter", resources: pagesWith(csp.Flutter("api.example.com"))},
			{about: "of another stack", resources: []*graph.Resource{cdn(in{"defaultCacheBehavior": in{"responseHeadersPolicyId": "0d1e8e46-4d0f-4a4e-9a36-4cd7c0a6e0f5"}})}},
		},
		violated: []example{
			{about: "none", property: "defaultCacheBehavior.responseHeadersPolicyId", resources: []*graph.Resource{cdn(in{"defaultCacheBehavior": in{}})}},
			{about: "AWS's", property: "defaultCacheBehavior.responseHeadersPolicyId", resources: []*graph.Resource{cdn(in{"defaultCacheBehavior": in{"responseHeadersPolicyId": managedHeaders[3]}})}},
			{about: "not on every path", property: "orderedCacheBehaviors[0].responseHeadersPolicyId", resources: append(pagesWith(csp.Plain)[:1], cdn(in{
				"defaultCacheBehavior":  in{"responseHeadersPolicyId": ref(headersPolicyType, "headers", "id")},
				"orderedCacheBehaviors": []any{in{}}}))},
			{about: "other headers only", property: "securityHeadersConfig.contentSecurityPolicy.contentSecurityPolicy", resources: append(
				[]*graph.Resource{res(headersPolicyType, "headers", in{"securityHeadersConfig": in{"contentTypeOptions": in{"override": true}}})}, pagesWith("")[1])},
			{about: "eval", property: "securityHeadersConfig.contentSecurityPolicy.contentSecurityPolicy", resources: pagesWith(csp.Plain + "; script-src 'self' 'unsafe-eval'")},
			{about: "a slip", property: "securityHeadersConfig.contentSecurityPolicy.contentSecurityPolicy", resources: pagesWith("default-src self'")},
			{about: "the origin may weaken it", property: "securityHeadersConfig.contentSecurityPolicy.override", resources: append(
				[]*graph.Resource{res(headersPolicyType, "headers", in{"securityHeadersConfig": in{"contentSecurityPolicy": in{"contentSecurityPolicy": csp.Plain, "override": false}}})}, pagesWith("")[1])},
		},
		undecided: []example{
			{about: "not known", resources: append([]*graph.Resource{res(headersPolicyType, "headers", in{"securityHeadersConfig": unknown})}, pagesWith("")[1])},
			{about: "behaviour not known", resources: []*graph.Resource{cdn(in{"defaultCacheBehavior": in{"responseHeadersPolicyId": unknown}})}},
		},
	},
}

// cached is CachingOptimized.
const cached = "658327ea-f89d-4fab-a63d-7e88639e58f6"

// withErrors is a distribution with an uncached path that keeps every error but those left out for that many seconds.
func withErrors(seconds any, without ...float64) in {
	responses := []any{}
	for _, code := range cachedErrors {
		if !slices.Contains(without, code) {
			response := in{"errorCode": code}
			if seconds != nil {
				response["errorCachingMinTtl"] = seconds
			}
			responses = append(responses, response)
		}
	}
	return in{
		"defaultCacheBehavior": in{"cachePolicyId": cached}, "orderedCacheBehaviors": []any{in{"cachePolicyId": uncachedPolicies[0]}},
		"customErrorResponses": responses,
	}
}

// pagesWith is a content security policy and a distribution that sends it.
func pagesWith(policy string) []*graph.Resource {
	return []*graph.Resource{
		res(headersPolicyType, "headers", in{"securityHeadersConfig": in{"contentSecurityPolicy": in{"contentSecurityPolicy": policy, "override": true}}}),
		cdn(in{"defaultCacheBehavior": in{"responseHeadersPolicyId": ref(headersPolicyType, "headers", "id")}}),
	}
}

// originByTLS is how a custom origin should be asked.
var originByTLS = in{"originProtocolPolicy": "https-only", "originSslProtocols": []any{"TLSv1.2"}}

func cdn(inputs in) *graph.Resource { return res(distributionType, "cdn", inputs) }

func from(origins ...any) in { return in{"origins": origins} }

// delivered is a distribution with a delivery of its logs.
func delivered(logs string) []*graph.Resource {
	return []*graph.Resource{
		cdn(in{}), res(logSourceType, "source", in{"logType": logs, "resourceArn": ref(distributionType, "cdn", "arn")}),
		res(logDeliveryType, "delivery", in{"deliverySourceName": ref(logSourceType, "source", "name")}),
	}
}

// signed is a bucket and an access control.
func signed(behavior, kind string) []*graph.Resource {
	return []*graph.Resource{
		res(frontendType, "frontend", in{}),
		res(accessControl, "access", in{"signingBehavior": behavior, "signingProtocol": "sigv4", "originAccessControlOriginType": kind}),
	}
}
