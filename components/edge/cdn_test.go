package edge_test

import (
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/components/edge"
	"github.com/carebase/carebase/componenttest"
)

const distributionType = "aws:cloudfront/distribution:Distribution"

func TestDistributionIsTheGoldenOne(t *testing.T) {
	golden, err := os.ReadFile("testdata/distribution.json")
	require.NoError(t, err)
	distribution := componenttest.Find(t, planned(t, production()), distributionType, "edge-cdn")
	assert.JSONEq(t, string(golden), asJSON(t, distribution))
}

// Custom error responses hold for a whole distribution: with a page, one for the frontend would hide every 403 and 404 of the
// API. Without one CloudFront keeps errors for 10 seconds, those of the API too.
func TestErrorsAreNeitherHiddenNorCached(t *testing.T) {
	for _, args := range []*edge.Args{production(), development()} {
		distribution := componenttest.Find(t, planned(t, args), distributionType, "edge-cdn")
		var codes []float64
		for _, response := range componenttest.Input(t, distribution, "customErrorResponses").([]any) {
			response := response.(map[string]any)
			codes = append(codes, response["errorCode"].(float64))
			delete(response, "errorCode")
			assert.Equal(t, map[string]any{"errorCachingMinTtl": 0.0}, response)
		}
		assert.Equal(t, []float64{400, 403, 404, 405, 414, 500, 501, 502, 503, 504}, codes)
	}
}

func TestNothingOfTheApiIsCached(t *testing.T) {
	args := production()
	args.ApiPaths = []string{"/v1/*", "/actuator/health"}
	distribution := componenttest.Find(t, planned(t, args), distributionType, "edge-cdn")
	behaviors := componenttest.Input(t, distribution, "orderedCacheBehaviors").([]any)
	require.Len(t, behaviors, 2)
	for i, behavior := range behaviors {
		behavior := behavior.(map[string]any)
		assert.Equal(t, args.ApiPaths[i], behavior["pathPattern"], "in the order given: CloudFront takes the first that matches")
		assert.Equal(t, "4135ea2d-6df8-44a3-9df3-4b5a84be39ad", behavior["cachePolicyId"], "CachingDisabled")
		assert.Equal(t, "https-only", behavior["viewerProtocolPolicy"])
		assert.Equal(t, "services", behavior["targetOriginId"])
		assert.NotContains(t, behavior, "functionAssociations", "the index page is for the frontend only")
	}
}

func TestGeographicRestriction(t *testing.T) {
	restriction := func(args *edge.Args) any {
		return componenttest.Input(t, componenttest.Find(t, planned(t, args), distributionType, "edge-cdn"), "restrictions.geoRestriction")
	}
	assert.Equal(t, map[string]any{"restrictionType": "whitelist", "locations": []any{"CA", "DE", "GB", "US"}}, restriction(production()))
	assert.Equal(t, map[string]any{"restrictionType": "none", "locations": []any{}}, restriction(development()))
}

func TestOrigins(t *testing.T) {
	g := planned(t, production())
	inputs(t, g, "aws:cloudfront/originAccessControl:OriginAccessControl", "edge-frontend-access", map[string]any{
		"description":                   "Reads the frontend of careconnect.health",
		"originAccessControlOriginType": "s3", "signingBehavior": "always", "signingProtocol": "sigv4",
	})
	inputs(t, g, "aws:cloudfront/vpcOrigin:VpcOrigin", "edge-services-origin", map[string]any{
		"vpcOriginEndpointConfig": map[string]any{
			"name": "${edge-alb.name}", "arn": "${edge-alb.arn}", "httpPort": 80.0, "httpsPort": 443.0,
			"originProtocolPolicy": "https-only",
			"originSslProtocols":   map[string]any{"items": []any{"TLSv1.2"}, "quantity": 1.0},
		},
		"timeouts": map[string]any{"create": "30m", "update": "30m", "delete": "30m"},
	})
}

// CloudFront answers 409 to a change of a VPC origin that is in use.
func TestVpcOriginIsReplacedNotChanged(t *testing.T) {
	assert.Equal(t, []string{"vpcOriginEndpointConfig"}, optionsByType(t)["aws:cloudfront/vpcOrigin:VpcOrigin"].ReplaceOnChanges)
}

func TestResponseHeaders(t *testing.T) {
	const own = "default-src 'self' https://fonts.gstatic.com"
	custom := production()
	custom.ContentSecurityPolicy = own
	for _, c := range []struct {
		args *edge.Args
		csp  string
	}{
		{production(), "default-src 'self'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'; object-src 'none'; upgrade-insecure-requests"},
		{custom, own},
	} {
		inputs(t, planned(t, c.args), "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy", "edge-headers", map[string]any{
			"comment": "Security headers of careconnect.health",
			"securityHeadersConfig": map[string]any{
				"strictTransportSecurity": map[string]any{
					"accessControlMaxAgeSec": 63072000.0, "includeSubdomains": true, "preload": true, "override": true,
				},
				"contentTypeOptions":    map[string]any{"override": true},
				"frameOptions":          map[string]any{"frameOption": "DENY", "override": true},
				"referrerPolicy":        map[string]any{"referrerPolicy": "strict-origin-when-cross-origin", "override": true},
				"contentSecurityPolicy": map[string]any{"contentSecurityPolicy": c.csp, "override": true},
			},
			"customHeadersConfig": map[string]any{"items": []any{map[string]any{
				"header": "Permissions-Policy", "override": true,
				"value": "camera=(self), geolocation=(self), microphone=(self), payment=(), usb=()",
			}}},
		})
	}
}

func TestAccessLogs(t *testing.T) {
	g := planned(t, production())
	inputs(t, g, "aws:cloudwatch/logDeliverySource:LogDeliverySource", "edge-cdn-log-source", map[string]any{
		"logType": "ACCESS_LOGS", "resourceArn": "${edge-cdn.arn}",
	})
	inputs(t, g, "aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination", "edge-cdn-log-destination", map[string]any{
		"outputFormat":                     "json",
		"deliveryDestinationConfiguration": map[string]any{"destinationResourceArn": "arn:aws:s3:::logs"},
	})
	delivery := componenttest.Find(t, g, "aws:cloudwatch/logDelivery:LogDelivery", "edge-cdn-log")
	assert.Equal(t, "${edge-cdn-log-source.name}", componenttest.Input(t, delivery, "deliverySourceName"))
	assert.Equal(t, "${edge-cdn-log-destination.arn}", componenttest.Input(t, delivery, "deliveryDestinationArn"))
	assert.Nil(t, componenttest.Input(t, delivery, "s3DeliveryConfigurations"), "AWS changes a path that is given")

	// Who asked for what, when and with which result; no credentials, and nothing that may name a patient.
	fields := componenttest.Input(t, delivery, "recordFields").([]any)
	assert.Len(t, fields, 30)
	for _, field := range []string{"date", "time", "c-ip", "cs-method", "cs(Host)", "cs-uri-stem", "sc-status", "cs(User-Agent)", "ssl-protocol", "x-forwarded-for"} {
		assert.Contains(t, fields, field)
	}
	for _, field := range []string{"cs(Cookie)", "cs-uri-query", "cs(Referer)"} {
		assert.NotContains(t, fields, field)
	}
}
