package edge

import (
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/route53"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// checkers are the regions that Route 53 checks from and the country that each is in, in a fixed order.
var checkers = []struct{ region, country string }{
	{"us-east-1", "US"}, {"us-west-1", "US"}, {"us-west-2", "US"}, {"eu-west-1", "IE"},
	{"ap-southeast-1", "SG"}, {"ap-southeast-2", "AU"}, {"ap-northeast-1", "JP"}, {"sa-east-1", "BR"},
}

// minCheckerRegions is Route 53's own minimum.
const minCheckerRegions = 3

// checkerRegions are those that the geographic restrictions let in. A checker that CloudFront or the firewall turns
// away would count the site as down.
func checkerRegions(allowed, blocked []string) []string {
	var regions []string
	for _, checker := range checkers {
		if (len(allowed) == 0 || slices.Contains(allowed, checker.country)) && !slices.Contains(blocked, checker.country) {
			regions = append(regions, checker.region)
		}
	}
	return regions
}

// healthCheck asks for the health path as a viewer would, through CloudFront, the firewall and the load balancer.
func (b *build) healthCheck() (*route53.HealthCheck, error) {
	return route53.NewHealthCheck(b.ctx, b.child("health-check"), &route53.HealthCheckArgs{
		Type:             pulumi.String("HTTPS"),
		Fqdn:             pulumi.String(b.args.Domain),
		Port:             pulumi.Int(443),
		ResourcePath:     pulumi.String(b.args.HealthCheckPath),
		EnableSni:        pulumi.Bool(true),
		RequestInterval:  pulumi.Int(30),
		FailureThreshold: pulumi.Int(3),
		MeasureLatency:   pulumi.Bool(true),
		Regions:          pulumi.ToStringArray(checkerRegions(b.args.AllowedCountries, b.args.BlockedCountries)),
		Tags:             pulumi.StringMap{"Name": pulumi.String(b.child("health-check"))}, // the console has no other name for it
	}, b.here()...)
}
