package edge

import (
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/cloudfront"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/internal/csp"
)

// DefaultContentSecurityPolicy lets a page load from its own origin only and be framed by none. It is too strict for
// frameworks that write inline styles or compile WebAssembly, such as Flutter for the web: see internal/csp.
const DefaultContentSecurityPolicy = csp.Plain

// permissionsPolicy keeps the page's own use of sensors, which a consultation by video needs, and delegates none.
const permissionsPolicy = "camera=(self), geolocation=(self), microphone=(self), payment=(), usb=()"

// twoYears is what browsers' HSTS preload list recommends, in seconds.
const twoYears = 63072000

// responseHeaders are put on every answer, whatever the origin says. Three headers are left out on purpose:
// Cross-Origin-Embedder-Policy would refuse pictures and scripts of other origins that do not opt in, Cross-Origin-Opener-Policy
// would cut the page off from a sign-in in another window, and neither protects the page from others. (Without them Flutter's
// skwasm renders in one thread.) CORS headers are the API's to set: they say who may read its answers.
func (b *build) responseHeaders() (*cloudfront.ResponseHeadersPolicy, error) {
	csp := b.args.ContentSecurityPolicy
	if csp == "" {
		csp = DefaultContentSecurityPolicy
	}
	override := pulumi.Bool(true)
	return cloudfront.NewResponseHeadersPolicy(b.ctx, b.child("headers"), &cloudfront.ResponseHeadersPolicyArgs{
		Comment: pulumi.String("Security headers of " + b.args.Domain),
		SecurityHeadersConfig: &cloudfront.ResponseHeadersPolicySecurityHeadersConfigArgs{
			StrictTransportSecurity: &cloudfront.ResponseHeadersPolicySecurityHeadersConfigStrictTransportSecurityArgs{
				AccessControlMaxAgeSec: pulumi.Int(twoYears), IncludeSubdomains: pulumi.Bool(true), Preload: pulumi.Bool(true), Override: override,
			},
			ContentTypeOptions: &cloudfront.ResponseHeadersPolicySecurityHeadersConfigContentTypeOptionsArgs{Override: override},
			FrameOptions: &cloudfront.ResponseHeadersPolicySecurityHeadersConfigFrameOptionsArgs{
				FrameOption: pulumi.String("DENY"), Override: override,
			},
			// Another site learns where a viewer came from, never which page.
			ReferrerPolicy: &cloudfront.ResponseHeadersPolicySecurityHeadersConfigReferrerPolicyArgs{
				ReferrerPolicy: pulumi.String("strict-origin-when-cross-origin"), Override: override,
			},
			ContentSecurityPolicy: &cloudfront.ResponseHeadersPolicySecurityHeadersConfigContentSecurityPolicyArgs{
				ContentSecurityPolicy: pulumi.String(csp), Override: override,
			},
		},
		CustomHeadersConfig: &cloudfront.ResponseHeadersPolicyCustomHeadersConfigArgs{
			Items: cloudfront.ResponseHeadersPolicyCustomHeadersConfigItemArray{
				&cloudfront.ResponseHeadersPolicyCustomHeadersConfigItemArgs{
					Header: pulumi.String("Permissions-Policy"), Value: pulumi.String(permissionsPolicy), Override: override,
				},
			},
		},
	}, b.here()...)
}
