// Package edge builds what stands between the internet and the services of a system: its public names,
// certificates, CloudFront distribution, web application firewall and load balancer.
//
// There is one way in. Viewers reach CloudFront by TLS 1.2 or later; the web ACL looks at every request; static
// files come from the frontend bucket, signed by origin access control; the API paths go, uncached, through a
// CloudFront VPC origin to a load balancer that has no public address and admits CloudFront's servers alone.
// From the viewer to the load balancer there is no option for plain HTTP, for an older TLS version, for caching the API or
// for leaving out a log. Whether the load balancer speaks TLS with the tasks too is their own matter: each service has its
// target group (components/service, WebArgs.TLS).
//
// A system with a recovery region has one distribution too, for CloudFront gives a name to one at a time. What moves is
// its origin: a DNS name, origin.<domain>, that Route 53 answers with the primary's load balancer or, when that is down
// or people have said so, with the recovery region's (Secondary). A VPC origin is bound to one load balancer, so these
// are internet-facing: a security group admits CloudFront's servers (and Route 53's checkers), and whatever does not
// carry the secret header that this distribution adds is turned away twice, by a web ACL that blocks by default and by
// the listener's rules.
//
// It carries the controls ALB-1 to ALB-8, CF-1, CF-2, WAF-1, ACM-1, X-CF-TLS, X-CF-ORIGIN, X-CF-WAF, X-CF-ERRORS and
// X-CF-CSP: transmission
// security (45 CFR 164.312(e)(1), (e)(2)), access control (164.312(a)(1)), audit (164.312(b)) and the disaster recovery
// plan (164.308(a)(7)(ii)(B)). ALB-6, a web ACL on the load balancer, is for internet-facing ones.
//
// What it cannot do, on purpose or for now:
//
//   - No DNSSEC: its key-signing key needs an asymmetric key in us-east-1 and the parent zone's consent, and a
//     wrong step takes the domain off the internet. It will come with a runbook.
//   - A created zone answers only once its parent delegates to NameServers. Until then the certificates stay
//     unvalidated and the first update waits; it fails after 75 minutes and may be repeated.
//   - The load balancer's own access logs hold whole URLs. Keep identifiers of people out of paths and queries.
package edge

import (
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/route53"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/listener"
)

// Edge is the way into a system. It is made before the services, which attach their target groups and listener rules
// to ListenerArn, and after the bucket of the frontend, whose policy lets CloudFront read.
type Edge struct {
	pulumi.ResourceState

	// ListenerArn is the HTTPS listener. A request that no rule takes gets 404.
	ListenerArn pulumi.StringOutput `pulumi:"listenerArn"`
	// LoadBalancerArn of the load balancer.
	LoadBalancerArn pulumi.StringOutput `pulumi:"loadBalancerArn"`
	// LoadBalancerArnSuffix is its name in CloudWatch metrics (app/…).
	LoadBalancerArnSuffix pulumi.StringOutput `pulumi:"loadBalancerArnSuffix"`
	// LoadBalancerDNSName resolves to private addresses, unless there is an Origin.
	LoadBalancerDNSName pulumi.StringOutput `pulumi:"loadBalancerDnsName"`
	// SecurityGroupID of the load balancer: what services let in.
	SecurityGroupID pulumi.StringOutput `pulumi:"securityGroupId"`
	// DistributionID is what a release invalidates.
	DistributionID pulumi.StringOutput `pulumi:"distributionId"`
	// DistributionDomain is CloudFront's own name for the distribution (d….cloudfront.net).
	DistributionDomain pulumi.StringOutput `pulumi:"distributionDomain"`
	// DistributionArn is for the policies of who may release a frontend.
	DistributionArn pulumi.StringOutput `pulumi:"distributionArn"`
	// ZoneID of the hosted zone, created or given.
	ZoneID pulumi.StringOutput `pulumi:"zoneId"`
	// NameServers that the parent zone or registrar must delegate to; empty where the zone was given.
	NameServers pulumi.StringArrayOutput `pulumi:"nameServers"`
	// WebAclArn of the firewall before CloudFront, in us-east-1.
	WebAclArn pulumi.StringOutput `pulumi:"webAclArn"`
	// HealthCheckID of the Route 53 health check. Its metrics are in us-east-1.
	HealthCheckID pulumi.StringOutput `pulumi:"healthCheckId"`
	// OriginHealthCheckID of the check by which Route 53 decides whether the origin's name means this stack's load balancer.
	// Nil without an Origin. Its metrics are in us-east-1.
	OriginHealthCheckID pulumi.StringInput
	// FirewallMetricName of the web ACL in CloudWatch, in us-east-1.
	FirewallMetricName string
	// CertificateArn of the load balancer's certificate, in the component's region.
	CertificateArn pulumi.StringOutput `pulumi:"certificateArn"`
	// GlobalCertificateArn of CloudFront's certificate, in us-east-1.
	GlobalCertificateArn pulumi.StringOutput `pulumi:"globalCertificateArn"`

	name   string
	demand demand
}

// New creates an Edge. Its children are named after name, which has at most 20 characters: AWS allows a load
// balancer 32, of which this component and Pulumi's random ending need twelve.
func New(ctx *pulumi.Context, name string, args *Args, opts ...pulumi.ResourceOption) (*Edge, error) {
	if err := args.validate(name); err != nil {
		return nil, err
	}
	e := &Edge{name: name, demand: args.Origin.demand(PrimaryOrigin(args.Domain), args.HealthCheckPath)}
	if err := ctx.RegisterComponentResource("carebase:edge:Edge", name, e, opts...); err != nil {
		return nil, err
	}
	b := &build{ctx: ctx, parent: e, name: name, args: args, demand: e.demand}

	zone, nameServers, err := b.zone()
	if err != nil {
		return nil, err
	}
	e.NameServers = nameServers
	certificates, err := b.certificates(zone)
	if err != nil {
		return nil, err
	}
	balancer, err := b.loadBalancer(certificates.regional)
	if err != nil {
		return nil, err
	}
	if args.Origin != nil {
		deciding, err := b.primaryOrigin(zone, balancer)
		if err != nil {
			return nil, err
		}
		e.OriginHealthCheckID = deciding.ID().ToStringOutput()
	}
	firewall, err := b.firewall()
	if err != nil {
		return nil, err
	}
	distribution, err := b.distribution(certificates.global, balancer, firewall)
	if err != nil {
		return nil, err
	}
	if err := b.accessLogs(distribution); err != nil {
		return nil, err
	}
	if err := b.addresses(zone, route53.RecordAliasArgs{
		Name: distribution.DomainName, ZoneId: distribution.HostedZoneId,
		EvaluateTargetHealth: pulumi.Bool(false), // Route 53 cannot evaluate the health of a distribution
	}); err != nil {
		return nil, err
	}
	check, err := b.healthCheck()
	if err != nil {
		return nil, err
	}

	e.SecurityGroupID = balancer.groupID
	e.ListenerArn = balancer.listenerArn
	e.LoadBalancerArn = balancer.Arn
	e.LoadBalancerArnSuffix = balancer.ArnSuffix
	e.LoadBalancerDNSName = balancer.DnsName
	e.DistributionID = distribution.ID().ToStringOutput()
	e.DistributionDomain = distribution.DomainName
	e.DistributionArn = distribution.Arn
	e.ZoneID = zone
	e.WebAclArn = firewall.Arn
	e.FirewallMetricName = b.firewallMetric()
	e.HealthCheckID = check.ID().ToStringOutput()
	e.CertificateArn = certificates.regional
	e.GlobalCertificateArn = certificates.global
	return e, ctx.RegisterResourceOutputs(e, pulumi.Map{
		"listenerArn":           e.ListenerArn,
		"loadBalancerArn":       e.LoadBalancerArn,
		"loadBalancerArnSuffix": e.LoadBalancerArnSuffix,
		"loadBalancerDnsName":   e.LoadBalancerDNSName,
		"securityGroupId":       e.SecurityGroupID,
		"distributionId":        e.DistributionID,
		"distributionDomain":    e.DistributionDomain,
		"distributionArn":       e.DistributionArn,
		"zoneId":                e.ZoneID,
		"nameServers":           e.NameServers,
		"webAclArn":             e.WebAclArn,
		"healthCheckId":         e.HealthCheckID,
		"certificateArn":        e.CertificateArn,
		"globalCertificateArn":  e.GlobalCertificateArn,
	})
}

// Listener is what services attach their rules to.
func (e *Edge) Listener() listener.Listener {
	return e.demand.listener(e.ListenerArn, e.SecurityGroupID, e.LoadBalancerArnSuffix)
}

// build is what the parts share while an Edge or a Secondary is put together. The latter fills args as far as it has them.
type build struct {
	ctx    *pulumi.Context
	parent pulumi.Resource
	name   string
	args   *Args
	demand demand
	public bool // the load balancer faces the internet without CloudFront
}

// child is the logical name of a part.
func (b *build) child(what string) string { return b.name + "-" + what }

// here are the options of a part in the component's own region.
func (b *build) here(more ...pulumi.ResourceOption) []pulumi.ResourceOption {
	return append([]pulumi.ResourceOption{pulumi.Parent(b.parent)}, more...)
}

// global are the options of a part that AWS keeps in us-east-1 for CloudFront.
func (b *build) global(more ...pulumi.ResourceOption) []pulumi.ResourceOption {
	return append([]pulumi.ResourceOption{pulumi.Parent(b.parent), pulumi.Provider(b.args.Global)}, more...)
}
