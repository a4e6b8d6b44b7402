package cloudfront

import (
	"slices"

	"github.com/carebase/carebase/graph"
	. "github.com/carebase/carebase/graph/graphtest"
	"github.com/carebase/carebase/internal/csp"
	"github.com/carebase/carebase/policy/inspect"
	. "github.com/carebase/carebase/policy/policytest"
	"github.com/carebase/carebase/policy/rules/internal/examples"
)

const (
	logSourceType   = "aws:cloudwatch/logDeliverySource:LogDeliverySource"
	logDeliveryType = "aws:cloudwatch/logDelivery:LogDelivery"
	frontendType    = "aws:s3/bucket:Bucket"
)

var cloudfrontFixtures = map[string]Fixture{
	"CF-1": {
		Satisfied: []Example{
			{About: "redirects", Resources: []*graph.Resource{examples.Cdn(Inputs{"defaultCacheBehavior": Inputs{"viewerProtocolPolicy": "redirect-to-https"}})}},
			{About: "refuses, everywhere", Resources: []*graph.Resource{examples.Cdn(Inputs{
				"defaultCacheBehavior":  Inputs{"viewerProtocolPolicy": "https-only"},
				"orderedCacheBehaviors": []any{Inputs{"viewerProtocolPolicy": "https-only"}, Inputs{"viewerProtocolPolicy": "redirect-to-https"}}})}},
		},
		Violated: []Example{
			{About: "both", Property: "defaultCacheBehavior.viewerProtocolPolicy", Resources: []*graph.Resource{examples.Cdn(Inputs{"defaultCacheBehavior": Inputs{"viewerProtocolPolicy": "allow-all"}})}},
			{About: "not set", Property: "defaultCacheBehavior.viewerProtocolPolicy", Resources: []*graph.Resource{examples.Cdn(Inputs{})}},
			{About: "both for one path", Property: "orderedCacheBehaviors[1].viewerProtocolPolicy", Resources: []*graph.Resource{examples.Cdn(Inputs{
				"defaultCacheBehavior":  Inputs{"viewerProtocolPolicy": "https-only"},
				"orderedCacheBehaviors": []any{Inputs{"viewerProtocolPolicy": "https-only"}, Inputs{"viewerProtocolPolicy": "allow-all"}}})}},
		},
		Undecided: []Example{
			{About: "not known", Resources: []*graph.Resource{examples.Cdn(Inputs{"defaultCacheBehavior": Inputs{"viewerProtocolPolicy": Unknown}})}},
			{About: "paths not known", Resources: []*graph.Resource{examples.Cdn(Inputs{"defaultCacheBehavior": Inputs{"viewerProtocolPolicy": "https-only"}, "orderedCacheBehaviors": Unknown})}},
		},
	},
	"CF-2": {
		Satisfied: []Example{
			{About: "to a bucket", Resources: []*graph.Resource{examples.Cdn(Inputs{"loggingConfig": Inputs{"bucket": "logs.s3.amazonaws.com"}})}},
			{About: "delivered", Resources: delivered("ACCESS_LOGS")},
			{About: "delivered, as deployed", Resources: []*graph.Resource{
				WithOutputs(examples.Cdn(Inputs{}), Inputs{"arn": "arn:aws:cloudfront::123456789012:distribution/E1"}),
				WithOutputs(Resource(logSourceType, "source", Inputs{"logType": "ACCESS_LOGS", "resourceArn": "arn:aws:cloudfront::123456789012:distribution/E1"}), Inputs{"id": "source-1"}),
				Resource(logDeliveryType, "delivery", Inputs{"deliverySourceName": "source-1"})}},
		},
		Violated: []Example{
			{About: "not", Property: "loggingConfig.bucket", Resources: []*graph.Resource{examples.Cdn(Inputs{})}},
			{About: "without a bucket", Property: "loggingConfig.bucket", Resources: []*graph.Resource{examples.Cdn(Inputs{"loggingConfig": Inputs{"includeCookies": false}})}},
			{About: "a source that is not delivered", Property: "loggingConfig.bucket", Resources: delivered("ACCESS_LOGS")[:2]},
			{About: "other logs delivered", Property: "loggingConfig.bucket", Resources: delivered("CONNECTION_LOGS")},
			{About: "another's delivered", Property: "loggingConfig.bucket", Resources: append(delivered("ACCESS_LOGS"), Resource(inspect.DistributionType, "other", Inputs{}))},
		},
		Undecided: []Example{{About: "bucket not known", Resources: []*graph.Resource{examples.Cdn(Inputs{"loggingConfig": Inputs{"bucket": Unknown}})}}},
	},
	"X-CF-TLS": {
		Satisfied: []Example{
			{About: "2021", Resources: []*graph.Resource{examples.Cdn(Inputs{"viewerCertificate": Inputs{"minimumProtocolVersion": "TLSv1.2_2021"}})}},
			{About: "2025", Resources: []*graph.Resource{examples.Cdn(Inputs{"viewerCertificate": Inputs{"minimumProtocolVersion": "TLSv1.3_2025"}})}},
		},
		Violated: []Example{
			{About: "CloudFront's certificate", Property: "viewerCertificate.minimumProtocolVersion", Resources: []*graph.Resource{examples.Cdn(Inputs{"viewerCertificate": Inputs{"cloudfrontDefaultCertificate": true}})}},
			{About: "not set", Property: "viewerCertificate.minimumProtocolVersion", Resources: []*graph.Resource{examples.Cdn(Inputs{})}},
			{About: "2019", Property: "viewerCertificate.minimumProtocolVersion", Resources: []*graph.Resource{examples.Cdn(Inputs{"viewerCertificate": Inputs{"minimumProtocolVersion": "TLSv1.2_2019"}})}},
			{About: "TLS 1.0", Property: "viewerCertificate.minimumProtocolVersion", Resources: []*graph.Resource{examples.Cdn(Inputs{"viewerCertificate": Inputs{"minimumProtocolVersion": "TLSv1"}})}},
		},
		Undecided: []Example{{About: "not known", Resources: []*graph.Resource{examples.Cdn(Inputs{"viewerCertificate": Inputs{"minimumProtocolVersion": Unknown}})}}},
	},
	"X-CF-ORIGIN": {
		Satisfied: []Example{
			{About: "HTTPS", Resources: []*graph.Resource{examples.Cdn(examples.From(Inputs{"domainName": "origin.example", "customOriginConfig": originByTLS}))}},
			{About: "a signed bucket", Resources: append(signed("always", "s3"), examples.Cdn(examples.From(Inputs{"domainName": Ref(frontendType, "frontend", "bucketRegionalDomainName"), "originAccessControlId": Ref(accessControl, "access", "id")})))},
			{About: "a bucket signed by an access control elsewhere", Resources: []*graph.Resource{examples.Cdn(examples.From(Inputs{"domainName": "b.s3.us-east-1.amazonaws.com", "originAccessControlId": "E1"}))}},
			{About: "a VPC origin", Resources: []*graph.Resource{
				Resource(vpcOriginType, "vpc", Inputs{"vpcOriginEndpointConfig": Inputs{"originProtocolPolicy": "https-only", "originSslProtocols": Inputs{"items": []any{"TLSv1.2"}}}}),
				examples.Cdn(examples.From(Inputs{"domainName": "internal.elb.amazonaws.com", "vpcOriginConfig": Inputs{"vpcOriginId": Ref(vpcOriginType, "vpc", "id")}}))}},
		},
		Violated: []Example{
			{About: "HTTP", Property: "origins[0].customOriginConfig.originProtocolPolicy", Resources: []*graph.Resource{examples.Cdn(examples.From(Inputs{
				"domainName": "origin.example", "customOriginConfig": Inputs{"originProtocolPolicy": "http-only", "originSslProtocols": []any{"TLSv1.2"}}}))}},
			{About: "the viewer's protocol", Property: "origins[1].customOriginConfig.originProtocolPolicy", Resources: []*graph.Resource{examples.Cdn(examples.From(
				Inputs{"domainName": "a.example", "customOriginConfig": originByTLS},
				Inputs{"domainName": "b.example", "customOriginConfig": Inputs{"originProtocolPolicy": "match-viewer", "originSslProtocols": []any{"TLSv1.2"}}}))}},
			{About: "TLS 1.0", Property: "origins[0].customOriginConfig.originSslProtocols[1]", Resources: []*graph.Resource{examples.Cdn(examples.From(Inputs{
				"domainName": "origin.example", "customOriginConfig": Inputs{"originProtocolPolicy": "https-only", "originSslProtocols": []any{"TLSv1.2", "TLSv1"}}}))}},
			{About: "a bucket unsigned", Property: "origins[0].originAccessControlId", Resources: []*graph.Resource{examples.Cdn(examples.From(Inputs{"domainName": "b.s3.us-east-1.amazonaws.com"}))}},
			{About: "a bucket by the older identity", Property: "origins[0].originAccessControlId", Resources: []*graph.Resource{examples.Cdn(examples.From(Inputs{
				"domainName": "b.s3.amazonaws.com", "s3OriginConfig": Inputs{"originAccessIdentity": "origin-access-identity/cloudfront/E1"}}))}},
			{About: "a bucket of this stack as a custom origin", Property: "origins[0].originAccessControlId", Resources: []*graph.Resource{
				Resource(frontendType, "website-frontend", Inputs{}),
				examples.Cdn(examples.From(Inputs{"domainName": Ref(frontendType, "website-frontend", "bucketDomainName"), "customOriginConfig": originByTLS}))}},
			{About: "a bucket elsewhere as a custom origin", Property: "origins[0].originAccessControlId", Resources: []*graph.Resource{examples.Cdn(examples.From(Inputs{
				"domainName": "b.s3-us-west-2.amazonaws.com", "customOriginConfig": originByTLS}))}},
			{About: "a bucket as a website", Property: "origins[0].customOriginConfig.originProtocolPolicy", Resources: []*graph.Resource{
				Resource(frontendType, "frontend", Inputs{}),
				examples.Cdn(examples.From(Inputs{"domainName": Ref(frontendType, "frontend", "websiteEndpoint"), "customOriginConfig": Inputs{"originProtocolPolicy": "http-only"}}))}},
			{About: "signing left to the viewer", Property: "signingBehavior", Resources: append(signed("no-override", "s3"),
				examples.Cdn(examples.From(Inputs{"domainName": "b.s3.us-east-1.amazonaws.com", "originAccessControlId": Ref(accessControl, "access", "id")})))},
			{About: "signing off", Property: "signingBehavior", Resources: append(signed("never", "s3"),
				examples.Cdn(examples.From(Inputs{"domainName": "b.s3.us-east-1.amazonaws.com", "originAccessControlId": Ref(accessControl, "access", "id")})))},
			{About: "signing for another kind of origin", Property: "originAccessControlOriginType", Resources: append(signed("always", "lambda"),
				examples.Cdn(examples.From(Inputs{"domainName": "b.s3.us-east-1.amazonaws.com", "originAccessControlId": Ref(accessControl, "access", "id")})))},
			{About: "a VPC origin by HTTP", Property: "vpcOriginEndpointConfig.originProtocolPolicy", Resources: []*graph.Resource{
				Resource(vpcOriginType, "vpc", Inputs{"vpcOriginEndpointConfig": Inputs{"originProtocolPolicy": "http-only"}})}},
			{About: "a VPC origin by TLS 1.1", Property: "vpcOriginEndpointConfig.originSslProtocols.items[0]", Resources: []*graph.Resource{
				Resource(vpcOriginType, "vpc", Inputs{"vpcOriginEndpointConfig": Inputs{"originProtocolPolicy": "https-only", "originSslProtocols": Inputs{"items": []any{"TLSv1.1"}}}})}},
		},
		Undecided: []Example{
			{About: "protocol not known", Resources: []*graph.Resource{examples.Cdn(examples.From(Inputs{"domainName": "a.example", "customOriginConfig": Inputs{"originProtocolPolicy": Unknown}}))}},
			{About: "access control not known", Resources: []*graph.Resource{examples.Cdn(examples.From(Inputs{"domainName": "b.s3.us-east-1.amazonaws.com", "originAccessControlId": Unknown}))}},
			{About: "origins not known", Resources: []*graph.Resource{examples.Cdn(Inputs{"origins": Unknown})}},
		},
	},
	"X-CF-WAF": {
		Satisfied: []Example{
			{About: "of this stack", Resources: []*graph.Resource{Resource(inspect.WebACLType, "acl", Inputs{"scope": "CLOUDFRONT"}), examples.Cdn(Inputs{"webAclId": Ref(inspect.WebACLType, "acl", "arn")})}},
			{About: "elsewhere", Resources: []*graph.Resource{examples.Cdn(Inputs{"webAclId": "arn:aws:wafv2:us-east-1:123456789012:global/webacl/acl/1"})}},
		},
		Violated: []Example{
			{About: "none", Property: "webAclId", Resources: []*graph.Resource{examples.Cdn(Inputs{})}},
			{About: "of WAF Classic", Property: "webAclId", Resources: []*graph.Resource{examples.Cdn(Inputs{"webAclId": "473e64fd-f30b-4765-81a0-62ad96dd167a"})}},
			{About: "regional", Property: "webAclId", Resources: []*graph.Resource{Resource(inspect.WebACLType, "acl", Inputs{"scope": "REGIONAL"}), examples.Cdn(Inputs{"webAclId": Ref(inspect.WebACLType, "acl", "arn")})}},
			{About: "regional, elsewhere", Property: "webAclId", Resources: []*graph.Resource{examples.Cdn(Inputs{"webAclId": "arn:aws:wafv2:us-east-1:123456789012:regional/webacl/acl/1"})}},
		},
		Undecided: []Example{{About: "not known", Resources: []*graph.Resource{examples.Cdn(Inputs{"webAclId": Unknown})}}},
	},
	"X-CF-ERRORS": {
		Satisfied: []Example{
			{About: "each", Resources: []*graph.Resource{examples.Cdn(withErrors(0))}},
			{About: "beside a distribution that caches everything", Resources: []*graph.Resource{examples.Cdn(withErrors(0)), Resource(inspect.DistributionType, "other", Inputs{"defaultCacheBehavior": Inputs{"cachePolicyId": cached}})}},
		},
		Violated: []Example{
			{About: "none", Property: "customErrorResponses", Resources: []*graph.Resource{examples.Cdn(Inputs{"defaultCacheBehavior": Inputs{"cachePolicyId": uncachedPolicies[0]}})}},
			{About: "one path", Property: "customErrorResponses", Resources: []*graph.Resource{examples.Cdn(Inputs{
				"defaultCacheBehavior": Inputs{"cachePolicyId": cached}, "orderedCacheBehaviors": []any{Inputs{"cachePolicyId": cached}, Inputs{"cachePolicyId": uncachedPolicies[0]}}})}},
			{About: "ten seconds", Property: "customErrorResponses", Resources: []*graph.Resource{examples.Cdn(withErrors(10))}},
			{About: "one missing", Property: "customErrorResponses", Resources: []*graph.Resource{examples.Cdn(withErrors(0, 503))}},
			{About: "no time", Property: "customErrorResponses", Resources: []*graph.Resource{examples.Cdn(withErrors(nil))}},
			{About: "a policy of one's own", Property: "customErrorResponses", Resources: []*graph.Resource{
				Resource(cachePolicyType, "none", Inputs{"minTtl": 0, "defaultTtl": 0, "maxTtl": 60}),
				examples.Cdn(Inputs{"defaultCacheBehavior": Inputs{"cachePolicyId": Ref(cachePolicyType, "none", "id")}})}},
			{About: "the older settings", Property: "customErrorResponses", Resources: []*graph.Resource{examples.Cdn(Inputs{"defaultCacheBehavior": Inputs{"maxTtl": 0}})}},
		},
		Undecided: []Example{
			{About: "policy not known", Resources: []*graph.Resource{examples.Cdn(Inputs{"defaultCacheBehavior": Inputs{"cachePolicyId": Unknown}})}},
			{About: "responses not known", Resources: []*graph.Resource{examples.Cdn(Inputs{"defaultCacheBehavior": Inputs{"cachePolicyId": uncachedPolicies[0]}, "customErrorResponses": Unknown})}},
			{About: "time not known", Resources: []*graph.Resource{examples.Cdn(withErrors(Unknown))}},
		},
	},
	"X-CF-CSP": {
		Satisfied: []Example{
			{About: "plain", Resources: pagesWith(csp.Plain)},
			{About: "flutter", Resources: pagesWith(csp.Flutter("api.example.com"))},
			{About: "of another stack", Resources: []*graph.Resource{examples.Cdn(Inputs{"defaultCacheBehavior": Inputs{"responseHeadersPolicyId": "0d1e8e46-4d0f-4a4e-9a36-4cd7c0a6e0f5"}})}},
		},
		Violated: []Example{
			{About: "none", Property: "defaultCacheBehavior.responseHeadersPolicyId", Resources: []*graph.Resource{examples.Cdn(Inputs{"defaultCacheBehavior": Inputs{}})}},
			{About: "AWS's", Property: "defaultCacheBehavior.responseHeadersPolicyId", Resources: []*graph.Resource{examples.Cdn(Inputs{"defaultCacheBehavior": Inputs{"responseHeadersPolicyId": managedHeaders[3]}})}},
			{About: "not on every path", Property: "orderedCacheBehaviors[0].responseHeadersPolicyId", Resources: append(pagesWith(csp.Plain)[:1], examples.Cdn(Inputs{
				"defaultCacheBehavior":  Inputs{"responseHeadersPolicyId": Ref(headersPolicyType, "headers", "id")},
				"orderedCacheBehaviors": []any{Inputs{}}}))},
			{About: "other headers only", Property: "securityHeadersConfig.contentSecurityPolicy.contentSecurityPolicy", Resources: append(
				[]*graph.Resource{Resource(headersPolicyType, "headers", Inputs{"securityHeadersConfig": Inputs{"contentTypeOptions": Inputs{"override": true}}})}, pagesWith("")[1])},
			{About: "eval", Property: "securityHeadersConfig.contentSecurityPolicy.contentSecurityPolicy", Resources: pagesWith(csp.Plain + "; script-src 'self' 'unsafe-eval'")},
			{About: "a slip", Property: "securityHeadersConfig.contentSecurityPolicy.contentSecurityPolicy", Resources: pagesWith("default-src self'")},
			{About: "the origin may weaken it", Property: "securityHeadersConfig.contentSecurityPolicy.override", Resources: append(
				[]*graph.Resource{Resource(headersPolicyType, "headers", Inputs{"securityHeadersConfig": Inputs{"contentSecurityPolicy": Inputs{"contentSecurityPolicy": csp.Plain, "override": false}}})}, pagesWith("")[1])},
		},
		Undecided: []Example{
			{About: "not known", Resources: append([]*graph.Resource{Resource(headersPolicyType, "headers", Inputs{"securityHeadersConfig": Unknown})}, pagesWith("")[1])},
			{About: "behaviour not known", Resources: []*graph.Resource{examples.Cdn(Inputs{"defaultCacheBehavior": Inputs{"responseHeadersPolicyId": Unknown}})}},
		},
	},
}

// cached is CachingOptimized.
const cached = "658327ea-f89d-4fab-a63d-7e88639e58f6"

// withErrors is a distribution with an uncached path that keeps every error but those left out for that many seconds.
func withErrors(seconds any, without ...float64) Inputs {
	responses := []any{}
	for _, code := range cachedErrors {
		if !slices.Contains(without, code) {
			response := Inputs{"errorCode": code}
			if seconds != nil {
				response["errorCachingMinTtl"] = seconds
			}
			responses = append(responses, response)
		}
	}
	return Inputs{
		"defaultCacheBehavior": Inputs{"cachePolicyId": cached}, "orderedCacheBehaviors": []any{Inputs{"cachePolicyId": uncachedPolicies[0]}},
		"customErrorResponses": responses,
	}
}

// pagesWith is a content security policy and a distribution that sends it.
func pagesWith(document string) []*graph.Resource {
	return []*graph.Resource{
		Resource(headersPolicyType, "headers", Inputs{"securityHeadersConfig": Inputs{"contentSecurityPolicy": Inputs{"contentSecurityPolicy": document, "override": true}}}),
		examples.Cdn(Inputs{"defaultCacheBehavior": Inputs{"responseHeadersPolicyId": Ref(headersPolicyType, "headers", "id")}}),
	}
}

// originByTLS is how a custom origin should be asked.
var originByTLS = Inputs{"originProtocolPolicy": "https-only", "originSslProtocols": []any{"TLSv1.2"}}

// delivered is a distribution with a delivery of its logs.
func delivered(logs string) []*graph.Resource {
	return []*graph.Resource{
		examples.Cdn(Inputs{}), Resource(logSourceType, "source", Inputs{"logType": logs, "resourceArn": Ref(inspect.DistributionType, "cdn", "arn")}),
		Resource(logDeliveryType, "delivery", Inputs{"deliverySourceName": Ref(logSourceType, "source", "name")}),
	}
}

// signed is a bucket and an access control.
func signed(behavior, kind string) []*graph.Resource {
	return []*graph.Resource{
		Resource(frontendType, "frontend", Inputs{}),
		Resource(accessControl, "access", Inputs{"signingBehavior": behavior, "signingProtocol": "sigv4", "originAccessControlOriginType": kind}),
	}
}
