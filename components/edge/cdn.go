package edge

import (
	_ "embed"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/cloudfront"
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/lb"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Policies that AWS manages; they have the same IDs in every account.
const (
	cachingOptimized = "658327ea-f89d-4fab-a63d-7e88639e58f6"
	cachingDisabled  = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
	// allViewer forwards everything the viewer sent. The Host header with it is what makes the load balancer's
	// certificate, which is for the domain, match an origin that has a name of AWS's.
	allViewer = "216adef6-5c7f-47e4-b989-5492eafa07d3"
)

// Names of the origins within the distribution.
const (
	frontendOrigin = "frontend"
	servicesOrigin = "services"
	replicaOrigin  = "frontend-replica"
	frontendGroup  = "frontend-or-replica"
)

// spaFunction sends the application's own paths to its index page, before the cache, and answers 404 to what it sees of the
// API's host: it runs for what no API path takes. Custom error responses would turn every 403 and 404 of the API into the
// index page: they hold for a whole distribution.
//
//go:embed spa.js
var spaFunction string

// indexPage is the path of the application's only page.
const indexPage = "/index.html"

// uncachedErrors are the statuses that CloudFront would otherwise keep for 10 seconds, also on paths whose cache policy
// keeps nothing: one person's 404 or 503 would answer everybody who asks for the same path. It does not cache other errors,
// or only for as long as the origin says.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/HTTPStatusCodes.html#HTTPStatusCodes-cached-errors
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/custom-error-pages-expiration.html
var uncachedErrors = []int{400, 403, 404, 405, 414, 500, 501, 502, 503, 504}

// errorResponses keep no error and leave its answer as it is.
func errorResponses() cloudfront.DistributionCustomErrorResponseArray {
	var responses cloudfront.DistributionCustomErrorResponseArray
	for _, code := range uncachedErrors {
		responses = append(responses, &cloudfront.DistributionCustomErrorResponseArgs{
			ErrorCode: pulumi.Int(code), ErrorCachingMinTtl: pulumi.Int(0),
		})
	}
	return responses
}

// viewerFunction is spaFunction with the name of the API's host in it.
func (b *build) viewerFunction() string {
	host := ""
	if b.args.ApiHost != "" {
		host = b.args.ApiHost + "." + b.args.Domain
	}
	return strings.Replace(spaFunction, "<API HOST>", host, 1)
}

func (b *build) distribution(certificate pulumi.StringInput, balancer *balancer, firewall *webACL) (*cloudfront.Distribution, error) {
	services, err := b.servicesOrigin(balancer.LoadBalancer)
	if err != nil {
		return nil, err
	}
	headers, err := b.responseHeaders()
	if err != nil {
		return nil, err
	}
	args := &cloudfront.DistributionArgs{
		Comment:       pulumi.String(b.args.Domain),
		Enabled:       pulumi.Bool(true),
		Aliases:       pulumi.ToStringArray(b.hosts()),
		HttpVersion:   pulumi.String("http2and3"),
		IsIpv6Enabled: pulumi.Bool(true),
		PriceClass:    pulumi.String("PriceClass_100"), // North America and Europe
		WebAclId:      firewall.Arn,
		ViewerCertificate: &cloudfront.DistributionViewerCertificateArgs{
			AcmCertificateArn:      certificate,
			SslSupportMethod:       pulumi.String("sni-only"),
			MinimumProtocolVersion: pulumi.String("TLSv1.2_2021"),
		},
		Restrictions:         &cloudfront.DistributionRestrictionsArgs{GeoRestriction: b.geoRestriction()},
		Origins:              cloudfront.DistributionOriginArray{services},
		DefaultCacheBehavior: b.defaultToServices(headers),
		CustomErrorResponses: errorResponses(),
	}
	if b.args.FrontendBucketDomain != nil {
		if err := b.addFrontend(args, headers); err != nil {
			return nil, err
		}
	}
	return cloudfront.NewDistribution(b.ctx, b.child("cdn"), args, b.here()...)
}

// addFrontend adds the static site to a distribution: it answers all paths but ApiPaths.
func (b *build) addFrontend(args *cloudfront.DistributionArgs, headers *cloudfront.ResponseHeadersPolicy) error {
	signing, err := cloudfront.NewOriginAccessControl(b.ctx, b.child("frontend-access"), &cloudfront.OriginAccessControlArgs{
		Description:                   pulumi.String("Reads the frontend of " + b.args.Domain),
		OriginAccessControlOriginType: pulumi.String("s3"),
		SigningBehavior:               pulumi.String("always"),
		SigningProtocol:               pulumi.String("sigv4"),
	}, b.here()...)
	if err != nil {
		return err
	}
	spa, err := cloudfront.NewFunction(b.ctx, b.child("spa"), &cloudfront.FunctionArgs{
		Comment: pulumi.String("Index page for the paths of the application"),
		Runtime: pulumi.String("cloudfront-js-2.0"),
		Code:    pulumi.String(b.viewerFunction()),
		Publish: pulumi.Bool(true),
	}, b.here()...)
	if err != nil {
		return err
	}
	args.DefaultRootObject = pulumi.String("index.html")
	args.Origins = append(b.frontendOrigins(signing), args.Origins.(cloudfront.DistributionOriginArray)...)
	args.OriginGroups = b.frontendGroup()
	args.DefaultCacheBehavior = &cloudfront.DistributionDefaultCacheBehaviorArgs{
		TargetOriginId:          pulumi.String(b.frontendTarget()),
		ViewerProtocolPolicy:    pulumi.String("redirect-to-https"),
		AllowedMethods:          pulumi.ToStringArray([]string{"GET", "HEAD", "OPTIONS"}),
		CachedMethods:           pulumi.ToStringArray([]string{"GET", "HEAD"}),
		CachePolicyId:           pulumi.String(cachingOptimized),
		ResponseHeadersPolicyId: headers.ID(),
		Compress:                pulumi.Bool(true),
		FunctionAssociations: cloudfront.DistributionDefaultCacheBehaviorFunctionAssociationArray{
			&cloudfront.DistributionDefaultCacheBehaviorFunctionAssociationArgs{
				EventType: pulumi.String("viewer-request"), FunctionArn: spa.Arn,
			},
		},
	}
	args.OrderedCacheBehaviors = b.serviceBehaviors(headers)
	return nil
}

// defaultToServices passes all paths to the load balancer, uncached, for a distribution without a static site. Unlike
// serviceBehaviors it redirects HTTP to HTTPS, because people type addresses of pages without a scheme.
func (b *build) defaultToServices(headers *cloudfront.ResponseHeadersPolicy) *cloudfront.DistributionDefaultCacheBehaviorArgs {
	return &cloudfront.DistributionDefaultCacheBehaviorArgs{
		TargetOriginId:          pulumi.String(servicesOrigin),
		ViewerProtocolPolicy:    pulumi.String("redirect-to-https"),
		AllowedMethods:          pulumi.ToStringArray(allMethods),
		CachedMethods:           pulumi.ToStringArray([]string{"GET", "HEAD"}), // required; the cache policy caches nothing
		CachePolicyId:           pulumi.String(cachingDisabled),
		OriginRequestPolicyId:   pulumi.String(allViewer),
		ResponseHeadersPolicyId: headers.ID(),
	}
}

// allMethods are the HTTP methods that CloudFront can pass to an origin.
var allMethods = []string{"GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"}

// serviceBehaviors pass requests on as they are and keep no answer. They do not redirect: a client that sent
// credentials in the clear has already given them away, and should learn of it.
func (b *build) serviceBehaviors(headers *cloudfront.ResponseHeadersPolicy) cloudfront.DistributionOrderedCacheBehaviorArray {
	var behaviors cloudfront.DistributionOrderedCacheBehaviorArray
	for _, pattern := range b.args.ApiPaths {
		behaviors = append(behaviors, &cloudfront.DistributionOrderedCacheBehaviorArgs{
			PathPattern:             pulumi.String(pattern),
			TargetOriginId:          pulumi.String(servicesOrigin),
			ViewerProtocolPolicy:    pulumi.String("https-only"),
			AllowedMethods:          pulumi.ToStringArray(allMethods),
			CachedMethods:           pulumi.ToStringArray([]string{"GET", "HEAD"}), // a required argument; the policy caches nothing
			CachePolicyId:           pulumi.String(cachingDisabled),
			OriginRequestPolicyId:   pulumi.String(allViewer),
			ResponseHeadersPolicyId: headers.ID(),
		})
	}
	return behaviors
}

func (b *build) geoRestriction() *cloudfront.DistributionRestrictionsGeoRestrictionArgs {
	if len(b.args.AllowedCountries) == 0 {
		return &cloudfront.DistributionRestrictionsGeoRestrictionArgs{
			RestrictionType: pulumi.String("none"),
			Locations:       pulumi.StringArray{}, // left out, it would keep the countries of an earlier restriction
		}
	}
	return &cloudfront.DistributionRestrictionsGeoRestrictionArgs{
		RestrictionType: pulumi.String("whitelist"),
		Locations:       sortedCodes(b.args.AllowedCountries),
	}
}

// vpcOrigin is CloudFront's private way to the load balancer. CloudFront refuses every change to one that a
// distribution uses, so that a change is a new one: the distribution moves over, then the old one goes. It takes the
// load balancer's name, which is unique in the account and changes with the load balancer.
func (b *build) vpcOrigin(balancer *lb.LoadBalancer) (*cloudfront.VpcOrigin, error) {
	return cloudfront.NewVpcOrigin(b.ctx, b.child("services-origin"), &cloudfront.VpcOriginArgs{
		VpcOriginEndpointConfig: &cloudfront.VpcOriginVpcOriginEndpointConfigArgs{
			Name:                 balancer.Name,
			Arn:                  balancer.Arn,
			HttpPort:             pulumi.Int(80), // required, and never used
			HttpsPort:            pulumi.Int(443),
			OriginProtocolPolicy: pulumi.String("https-only"),
			OriginSslProtocols: &cloudfront.VpcOriginVpcOriginEndpointConfigOriginSslProtocolsArgs{
				Items: pulumi.ToStringArray([]string{"TLSv1.2"}), Quantity: pulumi.Int(1),
			},
		},
		// CloudFront may take 15 minutes for each, which is when the provider gives up unless told otherwise.
		Timeouts: &cloudfront.VpcOriginTimeoutsArgs{Create: pulumi.String("30m"), Update: pulumi.String("30m"), Delete: pulumi.String("30m")},
	}, b.here(pulumi.ReplaceOnChanges([]string{"vpcOriginEndpointConfig"}))...)
}
