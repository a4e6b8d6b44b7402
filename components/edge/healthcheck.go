package edge

import (
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/route53"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/limits"
)

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
		Regions:          pulumi.ToStringArray(limits.CheckerRegions(b.args.AllowedCountries, b.args.BlockedCountries)),
		Tags:             pulumi.StringMap{"Name": pulumi.String(b.child("health-check"))}, // the console has no other name for it
	}, b.here()...)
}
