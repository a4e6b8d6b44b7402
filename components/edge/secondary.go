package edge

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/acm"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/arg"
	"github.com/carebase/carebase/components/limits"
	"github.com/carebase/carebase/components/listener"
)

// SecondaryArgs of a Secondary: those of an Edge as far as they are about its load balancer, and the switch.
type SecondaryArgs struct {
	// Domain and ZoneID are the primary's.
	Domain string
	ZoneID pulumi.StringInput

	VpcID     pulumi.StringInput
	SubnetIDs pulumi.StringArrayInput // public subnets, in at least two availability zones
	Origin    *Origin                 // with the primary's Token

	LogBucket       pulumi.StringInput // in the component's region; see Args
	LogBucketReady  []pulumi.Resource
	AccessLogPrefix string

	// HealthCheckPath is asked for every 30 seconds.
	HealthCheckPath    string
	DeletionProtection bool
	LogRetentionDays   int // of the web ACL's log

	// SwitchAlarmName is the CloudWatch alarm in the component's region that is in ALARM while people have switched the
	// name over to this side.
	SwitchAlarmName pulumi.StringInput
}

// Secondary is the recovery region's substitute for an Edge: a load balancer that the same distribution reaches when the
// origin's name leads to it, with its certificate, firewall, names and health checks. It has no distribution and no zone,
// and nothing of it has to change when it takes over.
type Secondary struct {
	pulumi.ResourceState

	// ListenerArn is the HTTPS listener. A request that no rule takes gets 404.
	ListenerArn           pulumi.StringOutput `pulumi:"listenerArn"`
	LoadBalancerArn       pulumi.StringOutput `pulumi:"loadBalancerArn"`
	LoadBalancerArnSuffix pulumi.StringOutput `pulumi:"loadBalancerArnSuffix"` // its name in CloudWatch metrics (app/…)
	LoadBalancerDNSName   pulumi.StringOutput `pulumi:"loadBalancerDnsName"`
	SecurityGroupID       pulumi.StringOutput `pulumi:"securityGroupId"`
	CertificateArn        pulumi.StringOutput `pulumi:"certificateArn"`
	// HealthCheckID of the load balancer itself, whether the name leads to it or not.
	HealthCheckID pulumi.StringOutput `pulumi:"healthCheckId"`

	name   string
	demand demand
}

func (a *SecondaryArgs) validate(name string) error {
	p := arg.Check("edge", name)
	if a == nil {
		p.Require("Args", false, "the component's arguments")
		return p.Err()
	}
	if len(name) > maxNameLength {
		p.Add("name", name, fmt.Sprintf("at most %d characters", maxNameLength))
	}
	front := a.front()
	front.validateNames(p)
	p.Require("ZoneID", a.ZoneID != nil, "the primary's hosted zone")
	p.Require("VpcID", a.VpcID != nil, "the ID of a VPC (see components/network)")
	front.validateSubnets(p)
	p.Require("Origin", a.Origin != nil, "what the load balancer wants of CloudFront's requests")
	a.Origin.validate(p)
	front.validateLogs(p)
	if !limits.ProbePath(a.HealthCheckPath) {
		p.Add("HealthCheckPath", a.HealthCheckPath, limits.ProbePathRule)
	}
	p.Require("SwitchAlarmName", a.SwitchAlarmName != nil, "the name of the switch's alarm")
	return p.Err()
}

// front are the arguments as the parts that both components have take them.
func (a *SecondaryArgs) front() *Args {
	origin := a.Origin
	if origin == nil {
		origin = &Origin{}
	}
	return &Args{
		Domain: a.Domain, VpcID: a.VpcID, SubnetIDs: a.SubnetIDs, Origin: origin,
		LogBucket: a.LogBucket, LogBucketReady: a.LogBucketReady, AccessLogPrefix: a.AccessLogPrefix,
		HealthCheckPath: a.HealthCheckPath, DeletionProtection: a.DeletionProtection, LogRetentionDays: a.LogRetentionDays,
	}
}

// NewSecondary creates a Secondary. The primary has proved the domain to ACM, by the record that every certificate of the
// account for it asks for: its certificate is validated without another.
func NewSecondary(ctx *pulumi.Context, name string, args *SecondaryArgs, opts ...pulumi.ResourceOption) (*Secondary, error) {
	if err := args.validate(name); err != nil {
		return nil, err
	}
	s := &Secondary{name: name, demand: args.Origin.demand(RecoveryOrigin(args.Domain), args.HealthCheckPath)}
	if err := ctx.RegisterComponentResource("carebase:edge:Secondary", name, s, opts...); err != nil {
		return nil, err
	}
	b := &build{ctx: ctx, parent: s, name: name, args: args.front(), demand: s.demand}
	certificate, err := b.certificate("certificate-regional", b.here())
	if err != nil {
		return nil, err
	}
	validation, err := acm.NewCertificateValidation(ctx, b.child("certificate-regional-validation"), &acm.CertificateValidationArgs{
		CertificateArn: certificate.Arn,
	}, b.here()...)
	if err != nil {
		return nil, err
	}
	balancer, err := b.loadBalancer(validation.CertificateArn)
	if err != nil {
		return nil, err
	}
	endpoint, err := b.secondaryOrigin(args.ZoneID, args.SwitchAlarmName, balancer)
	if err != nil {
		return nil, err
	}

	s.ListenerArn, s.SecurityGroupID = balancer.listenerArn, balancer.groupID
	s.LoadBalancerArn, s.LoadBalancerArnSuffix, s.LoadBalancerDNSName = balancer.Arn, balancer.ArnSuffix, balancer.DnsName
	s.CertificateArn = validation.CertificateArn
	s.HealthCheckID = endpoint.ID().ToStringOutput()
	return s, ctx.RegisterResourceOutputs(s, pulumi.Map{
		"listenerArn": s.ListenerArn, "securityGroupId": s.SecurityGroupID, "loadBalancerArn": s.LoadBalancerArn,
		"loadBalancerArnSuffix": s.LoadBalancerArnSuffix, "loadBalancerDnsName": s.LoadBalancerDNSName,
		"certificateArn": s.CertificateArn, "healthCheckId": s.HealthCheckID,
	})
}

// AllowTo lets the load balancer reach a service; see Edge.AllowTo.
func (s *Secondary) AllowTo(ctx *pulumi.Context, name string, peer pulumi.StringInput, port int) error {
	return allowTo(ctx, s, s.name, s.SecurityGroupID, name, peer, port)
}

// Listener is what services attach their rules to.
func (s *Secondary) Listener() listener.Listener {
	return s.demand.listener(s.ListenerArn, s.SecurityGroupID, s.LoadBalancerArnSuffix)
}
