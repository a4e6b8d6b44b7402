package edge

import (
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/route53"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/caller"
	"github.com/carebase/carebase/components/limits"
)

// Route 53 answers OriginName with the primary's load balancer while its record's health check is healthy; else with the
// recovery region's while the recovery region's is; and with the primary's where neither is.
// https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-types.html
//
//	primary's record:   its endpoint answers, and the switch is not engaged
//	secondary's record: its endpoint answers, or the switch is engaged
//
// The second "or" makes the switch hold: while it is engaged no answer is the primary, also where the recovery side is
// not up yet, or is down. A primary that comes back from the dead with old data gets no traffic.

// primaryOrigin makes the primary's names and the check that decides about them.
func (b *build) primaryOrigin(zone pulumi.StringInput, balancer *balancer) (deciding *route53.HealthCheck, err error) {
	endpoint, err := b.endpointCheck(PrimaryOrigin(b.args.Domain))
	if err != nil {
		return nil, err
	}
	deciding = endpoint
	if b.args.Origin.SwitchHealthCheckID != nil {
		deciding, err = b.healthCheckOf("origin-check", &route53.HealthCheckArgs{
			Type:                 pulumi.String("CALCULATED"),
			ChildHealthchecks:    pulumi.StringArray{endpoint.ID(), b.args.Origin.SwitchHealthCheckID},
			ChildHealthThreshold: pulumi.Int(2), // both
		})
		if err != nil {
			return nil, err
		}
	}
	return deciding, b.originRecords(zone, balancer, PrimaryOrigin(b.args.Domain), "primary", "PRIMARY", deciding)
}

// secondaryOrigin makes the recovery region's names and what decides about them.
func (b *build) secondaryOrigin(zone, switchAlarm pulumi.StringInput, balancer *balancer) (endpoint *route53.HealthCheck, err error) {
	if endpoint, err = b.endpointCheck(RecoveryOrigin(b.args.Domain)); err != nil {
		return nil, err
	}
	engaged, err := b.healthCheckOf("switch-engaged", &route53.HealthCheckArgs{
		Type:                         pulumi.String("CLOUDWATCH_METRIC"),
		CloudwatchAlarmName:          switchAlarm,
		CloudwatchAlarmRegion:        caller.Look(b.ctx, b.parent).Region,
		InsufficientDataHealthStatus: pulumi.String("LastKnownStatus"),
		InvertHealthcheck:            pulumi.Bool(true), // an alarm is unhealthy; this one says that the switch is engaged
	})
	if err != nil {
		return nil, err
	}
	deciding, err := b.healthCheckOf("origin-check", &route53.HealthCheckArgs{
		Type:                 pulumi.String("CALCULATED"),
		ChildHealthchecks:    pulumi.StringArray{endpoint.ID(), engaged.ID()},
		ChildHealthThreshold: pulumi.Int(1), // either
	})
	if err != nil {
		return nil, err
	}
	return endpoint, b.originRecords(zone, balancer, RecoveryOrigin(b.args.Domain), "secondary", "SECONDARY", deciding)
}

// endpointCheck asks the load balancer itself, past CloudFront, for the health path.
func (b *build) endpointCheck(host string) (*route53.HealthCheck, error) {
	return b.healthCheckOf("endpoint-check", &route53.HealthCheckArgs{
		Type:             pulumi.String("HTTPS"),
		Fqdn:             pulumi.String(host),
		Port:             pulumi.Int(443),
		ResourcePath:     pulumi.String(b.args.HealthCheckPath),
		EnableSni:        pulumi.Bool(true),
		RequestInterval:  pulumi.Int(30),
		FailureThreshold: pulumi.Int(3),
		Regions:          pulumi.ToStringArray(limits.CheckerRegions(nil, nil)),
	})
}

// healthCheckOf makes a check. Those that ask no endpoint have no port and no interval, and never change: whatever is read
// of them must not make a difference, for on the day of an activation Route 53 cannot be called.
func (b *build) healthCheckOf(what string, args *route53.HealthCheckArgs) (*route53.HealthCheck, error) {
	args.Tags = pulumi.StringMap{"Name": pulumi.String(b.child(what))} // the console has no other name for it
	opts := b.here()
	if args.Fqdn == nil {
		opts = append(opts, pulumi.IgnoreChanges([]string{"insufficientDataHealthStatus", "port", "requestInterval"}))
	}
	return route53.NewHealthCheck(b.ctx, b.child(what), args, opts...)
}

// originRecords are the load balancer's own name and its part of the origin's.
func (b *build) originRecords(
	zone pulumi.StringInput, balancer *balancer, own, identifier, part string, deciding *route53.HealthCheck,
) error {
	target := route53.RecordAliasArray{&route53.RecordAliasArgs{
		Name: balancer.DnsName, ZoneId: balancer.ZoneId,
		EvaluateTargetHealth: pulumi.Bool(false), // the health check decides, and it alone
	}}
	_, err := route53.NewRecord(b.ctx, b.child("origin-own-record"), &route53.RecordArgs{
		ZoneId: zone, Name: pulumi.String(own), Type: pulumi.String("A"), Aliases: target,
	}, b.here()...)
	if err != nil {
		return err
	}
	_, err = route53.NewRecord(b.ctx, b.child("origin-record"), &route53.RecordArgs{
		ZoneId: zone, Name: pulumi.String(OriginName(b.args.Domain)), Type: pulumi.String("A"), Aliases: target,
		SetIdentifier:           pulumi.String(identifier),
		FailoverRoutingPolicies: route53.RecordFailoverRoutingPolicyArray{&route53.RecordFailoverRoutingPolicyArgs{Type: pulumi.String(part)}},
		HealthCheckId:           deciding.ID(),
	}, b.here()...)
	return err
}
