package edge

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/lb"
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/route53"
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/vpc"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/arg"
	"github.com/carebase/carebase/components/limits"
	"github.com/carebase/carebase/components/listener"
)

// PublicArgs of a Public. The fields are those of Args with the same name, except where a comment says otherwise.
type PublicArgs struct {
	Domain           string
	AlternativeNames []string
	ZoneID           pulumi.StringInput

	VpcID     pulumi.StringInput
	SubnetIDs pulumi.StringArrayInput // public subnets in at least two availability zones

	LogBucket       pulumi.StringInput
	LogBucketReady  []pulumi.Resource
	AccessLogPrefix string

	HealthCheckPath    string
	RateLimit          int
	BlockedCountries   []string
	AllowedCountries   []string // the web ACL blocks all other countries
	DeletionProtection bool

	LogRetentionDays int
	WafLogGroupName  string             // in the component's region
	LogsKeyArn       pulumi.StringInput // KMS key of that log group, which CloudWatch Logs may use
}

// Public is a way into a system without CloudFront: an internet-facing load balancer with its certificate, its web ACL, its DNS
// records and a Route 53 health check. Every request passes the same web ACL rules as with CloudFront. Port 80 only redirects to
// HTTPS.
type Public struct {
	pulumi.ResourceState

	// ListenerArn is the HTTPS listener. A request that no rule takes gets 404.
	ListenerArn           pulumi.StringOutput `pulumi:"listenerArn"`
	LoadBalancerArn       pulumi.StringOutput `pulumi:"loadBalancerArn"`
	LoadBalancerArnSuffix pulumi.StringOutput `pulumi:"loadBalancerArnSuffix"` // its name in CloudWatch metrics (app/…)
	LoadBalancerDNSName   pulumi.StringOutput `pulumi:"loadBalancerDnsName"`
	SecurityGroupID       pulumi.StringOutput `pulumi:"securityGroupId"`
	CertificateArn        pulumi.StringOutput `pulumi:"certificateArn"`
	// ZoneID of the hosted zone, created or given.
	ZoneID pulumi.StringOutput `pulumi:"zoneId"`
	// NameServers that the parent zone or registrar must delegate to; empty if the zone was given.
	NameServers pulumi.StringArrayOutput `pulumi:"nameServers"`
	// HealthCheckID of the Route 53 health check. Its metrics are in us-east-1.
	HealthCheckID pulumi.StringOutput `pulumi:"healthCheckId"`
	// FirewallMetricName of the web ACL in CloudWatch, in the component's region.
	FirewallMetricName string

	name string
}

func (a *PublicArgs) check(name string) error {
	p := arg.Check("edge", name)
	if a == nil {
		p.Require("Args", false, "the component's arguments")
		return p.Err()
	}
	if len(name) > maxNameLength {
		p.Add("name", name, fmt.Sprintf("at most %d characters", maxNameLength))
	}
	common := a.common()
	common.validateNames(p)
	p.Require("VpcID", a.VpcID != nil, "the ID of a VPC (see components/network)")
	p.Require("SubnetIDs", a.SubnetIDs != nil, "the IDs of public subnets (see components/network)")
	common.validateLogs(p)
	if !limits.ProbePath(a.HealthCheckPath) {
		p.Add("HealthCheckPath", a.HealthCheckPath, limits.ProbePathRule)
	}
	p.Between("RateLimit", a.RateLimit, 10, 2_000_000_000)
	common.validateCountries(p)
	p.Match("WafLogGroupName", a.WafLogGroupName, logGroup, logGroupRule)
	p.Require("LogsKeyArn", a.LogsKeyArn != nil, "the ARN of a KMS key in the same region (see components/keys)")
	return p.Err()
}

// common returns the arguments as the parts take them that Public and Edge have in common.
func (a *PublicArgs) common() *Args {
	return &Args{
		Domain: a.Domain, AlternativeNames: a.AlternativeNames, ZoneID: a.ZoneID,
		VpcID: a.VpcID, SubnetIDs: a.SubnetIDs,
		LogBucket: a.LogBucket, LogBucketReady: a.LogBucketReady, AccessLogPrefix: a.AccessLogPrefix,
		HealthCheckPath: a.HealthCheckPath, RateLimit: a.RateLimit, BlockedCountries: a.BlockedCountries,
		AllowedCountries: a.AllowedCountries, DeletionProtection: a.DeletionProtection, LogRetentionDays: a.LogRetentionDays,
		WafLogGroupName: a.WafLogGroupName,
	}
}

// NewPublic creates a Public.
func NewPublic(ctx *pulumi.Context, name string, args *PublicArgs, opts ...pulumi.ResourceOption) (*Public, error) {
	if err := args.check(name); err != nil {
		return nil, err
	}
	e := &Public{name: name}
	if err := ctx.RegisterComponentResource("carebase:edge:Public", name, e, opts...); err != nil {
		return nil, err
	}
	b := &build{ctx: ctx, parent: e, name: name, args: args.common(), public: true}
	zone, nameServers, err := b.zone()
	if err != nil {
		return nil, err
	}
	certificate, err := b.regionalCertificate(zone)
	if err != nil {
		return nil, err
	}
	balancer, err := b.loadBalancer(certificate)
	if err != nil {
		return nil, err
	}
	if err := b.publicFirewall(balancer.LoadBalancer, args.LogsKeyArn); err != nil {
		return nil, err
	}
	if err := b.addresses(zone, route53.RecordAliasArgs{
		Name: balancer.DnsName, ZoneId: balancer.ZoneId, EvaluateTargetHealth: pulumi.Bool(false), // there is no other address to answer with
	}); err != nil {
		return nil, err
	}
	health, err := b.healthCheck()
	if err != nil {
		return nil, err
	}

	e.ListenerArn, e.SecurityGroupID, e.CertificateArn = balancer.listenerArn, balancer.groupID, certificate
	e.LoadBalancerArn, e.LoadBalancerArnSuffix, e.LoadBalancerDNSName = balancer.Arn, balancer.ArnSuffix, balancer.DnsName
	e.ZoneID, e.NameServers = zone, nameServers
	e.HealthCheckID = health.ID().ToStringOutput()
	e.FirewallMetricName = b.firewallMetric()
	return e, ctx.RegisterResourceOutputs(e, pulumi.Map{
		"listenerArn": e.ListenerArn, "securityGroupId": e.SecurityGroupID, "loadBalancerArn": e.LoadBalancerArn,
		"loadBalancerArnSuffix": e.LoadBalancerArnSuffix, "loadBalancerDnsName": e.LoadBalancerDNSName,
		"certificateArn": e.CertificateArn, "zoneId": e.ZoneID, "nameServers": e.NameServers, "healthCheckId": e.HealthCheckID,
	})
}

// AllowTo lets the load balancer reach a service; see Edge.AllowTo.
func (e *Public) AllowTo(ctx *pulumi.Context, name string, peer pulumi.StringInput, port int) error {
	return allowTo(ctx, e, e.name, e.SecurityGroupID, name, peer, port)
}

// Listener is what services attach their rules to.
func (e *Public) Listener() listener.Listener {
	return demand{}.listener(e.ListenerArn, e.SecurityGroupID, e.LoadBalancerArnSuffix)
}

// publicSecurityGroup lets the internet reach the load balancer on ports 443 and 80. The listener of port 80 redirects to HTTPS.
func (b *build) publicSecurityGroup() (*ec2.SecurityGroup, error) {
	name := b.child("alb-security-group")
	group, err := ec2.NewSecurityGroup(b.ctx, name, &ec2.SecurityGroupArgs{
		VpcId:               b.args.VpcID,
		Description:         pulumi.String("Internet-facing load balancer"),
		RevokeRulesOnDelete: pulumi.Bool(true),
		Tags:                pulumi.StringMap{"Name": pulumi.String(name)},
	}, b.here()...)
	if err != nil {
		return nil, err
	}
	for _, rule := range []struct {
		name, description string
		port              int
	}{
		{"alb-from-internet", "HTTPS from the internet", 443},
		{"alb-from-internet-http", "HTTP from the internet, redirected to HTTPS", 80},
	} {
		if _, err := vpc.NewSecurityGroupIngressRule(b.ctx, b.child(rule.name), &vpc.SecurityGroupIngressRuleArgs{
			SecurityGroupId: group.ID(),
			Description:     pulumi.String(rule.description),
			IpProtocol:      pulumi.String("tcp"),
			FromPort:        pulumi.Int(rule.port),
			ToPort:          pulumi.Int(rule.port),
			CidrIpv4:        pulumi.String("0.0.0.0/0"),
		}, b.here()...); err != nil {
			return nil, err
		}
	}
	return group, nil
}

// publicFirewall creates the web ACL of an internet-facing load balancer, with its log.
func (b *build) publicFirewall(balancer *lb.LoadBalancer, logsKeyArn pulumi.StringInput) error {
	rules := b.firewallRules()
	if len(b.args.AllowedCountries) > 0 {
		rules = append(rules, blockRule(35, "geo-allow", "notStatement", pulumi.Map{"statements": pulumi.Array{
			pulumi.Map{"geoMatchStatement": pulumi.Map{"countryCodes": sortedCodes(b.args.AllowedCountries)}},
		}}))
	}
	acl := &webACL{}
	opts := b.here(pulumi.Version(awsSDKVersion))
	if err := b.ctx.RegisterResource("aws:wafv2/webAcl:WebAcl", b.child("web-acl"), pulumi.Map{
		"description":      pulumi.String("Guards " + b.args.Domain),
		"scope":            pulumi.String("REGIONAL"),
		"defaultAction":    pulumi.Map{"allow": pulumi.Map{}},
		"rules":            rules,
		"visibilityConfig": visibility(b.firewallMetric()),
	}, acl, opts...); err != nil {
		return err
	}
	if err := b.ctx.RegisterResource("aws:wafv2/webAclAssociation:WebAclAssociation", b.child("web-acl-association"), pulumi.Map{
		"resourceArn": balancer.Arn, "webAclArn": acl.Arn,
	}, &webACLAssociation{}, opts...); err != nil {
		return err
	}
	group, err := cloudwatch.NewLogGroup(b.ctx, b.child("web-acl-log"), &cloudwatch.LogGroupArgs{
		Name:            pulumi.String(b.args.WafLogGroupName),
		KmsKeyId:        logsKeyArn,
		RetentionInDays: pulumi.Int(b.args.LogRetentionDays),
	}, b.here()...)
	if err != nil {
		return err
	}
	return b.firewallLogging("web-acl-logging", acl, group, redacted(), opts)
}
