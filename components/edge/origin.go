package edge

import (
	"fmt"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/cloudfront"
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/lb"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/arg"
	"github.com/carebase/carebase/components/limits"
	"github.com/carebase/carebase/components/listener"
	"github.com/carebase/carebase/components/timeouts"
)

// Origin of the services that CloudFront reaches by its name.
type Origin struct {
	// Token is the value of TokenHeader, a secret of 32 to 128 letters, digits, hyphens and underscores. The primary's and
	// the recovery region's load balancers want the same one.
	Token pulumi.StringInput
	// AlsoAccepted is a second value that the load balancers take while the token is changed: the next one before CloudFront
	// sends it, then the last one until no server of CloudFront sends it any more. Optional, of the same form.
	AlsoAccepted pulumi.StringInput
	// FirewallLogGroupName is the log group of the load balancer's web ACL: "aws-waf-logs-" and then a name that is unique
	// in the account and region.
	FirewallLogGroupName string
	// LogsKeyArn is the KMS key of that log group, in the load balancer's region.
	LogsKeyArn pulumi.StringInput
	// SwitchHealthCheckID is a Route 53 health check that is healthy while nobody has switched the name over to the
	// recovery region. Optional, and of no use to a Secondary.
	SwitchHealthCheckID pulumi.StringInput
}

// TokenHeader is what CloudFront adds to requests for the services.
const TokenHeader = "x-origin-token"

// OriginName is where CloudFront sends requests for the services: whichever load balancer serves.
func OriginName(domain string) string { return "origin." + domain }

// PrimaryOrigin is the primary's load balancer, whether it serves or not.
func PrimaryOrigin(domain string) string { return "origin-primary." + domain }

// RecoveryOrigin is the recovery region's load balancer, whether it serves or not.
func RecoveryOrigin(domain string) string { return "origin-recovery." + domain }

func (o *Origin) validate(p *arg.Problems) {
	if o == nil {
		return
	}
	p.Require("Origin.Token", o.Token != nil, "a secret that CloudFront and the load balancers share")
	if text, literal := o.Token.(pulumi.String); literal && !limits.OriginToken.MatchString(string(text)) {
		p.Add("Origin.Token", fmt.Sprintf("%d characters", len(text)), "32 to 128 letters, digits, hyphens and underscores")
	}
	if text, literal := o.AlsoAccepted.(pulumi.String); literal && !limits.OriginToken.MatchString(string(text)) {
		p.Add("Origin.AlsoAccepted", fmt.Sprintf("%d characters", len(text)), "32 to 128 letters, digits, hyphens and underscores, or nil")
	}
	p.Match("Origin.FirewallLogGroupName", o.FirewallLogGroupName, logGroup, logGroupRule)
	p.Require("Origin.LogsKeyArn", o.LogsKeyArn != nil, "the ARN of a KMS key in the load balancer's region (see components/keys)")
}

// demand is what a request must have for the load balancer to forward it. The zero value demands nothing.
type demand struct {
	token, alsoAccepted pulumi.StringInput
	probe               listener.Probe
}

// demand of a load balancer that is probed under the name host. Nil, an internal one, has none.
func (o *Origin) demand(host, path string) demand {
	if o == nil {
		return demand{}
	}
	return demand{token: o.Token, alsoAccepted: o.AlsoAccepted, probe: listener.Probe{Host: host, Path: path}}
}

func (d demand) listener(arn, group, suffix pulumi.StringInput) listener.Listener {
	made := listener.Listener{Arn: arn, SecurityGroupID: group, ArnSuffix: suffix}
	if d.token != nil {
		probe := d.probe
		made.Proof, made.Probe = &listener.Proof{Header: TokenHeader, Value: d.token, AlsoAccepted: d.alsoAccepted}, &probe
	}
	return made
}

// servicesOrigin is CloudFront's way to the services.
func (b *build) servicesOrigin(balancer *lb.LoadBalancer) (*cloudfront.DistributionOriginArgs, error) {
	if b.args.Origin == nil {
		private, err := b.vpcOrigin(balancer)
		if err != nil {
			return nil, err
		}
		return &cloudfront.DistributionOriginArgs{
			OriginId:   pulumi.String(servicesOrigin),
			DomainName: balancer.DnsName,
			VpcOriginConfig: &cloudfront.DistributionOriginVpcOriginConfigArgs{
				VpcOriginId:       private.ID(),
				OriginReadTimeout: pulumi.Int(timeouts.OriginRead),
			},
		}, nil
	}
	return &cloudfront.DistributionOriginArgs{
		OriginId:   pulumi.String(servicesOrigin),
		DomainName: pulumi.String(OriginName(b.args.Domain)),
		CustomHeaders: cloudfront.DistributionOriginCustomHeaderArray{&cloudfront.DistributionOriginCustomHeaderArgs{
			Name: pulumi.String(TokenHeader), Value: pulumi.ToSecret(b.args.Origin.Token).(pulumi.StringOutput),
		}},
		CustomOriginConfig: &cloudfront.DistributionOriginCustomOriginConfigArgs{
			HttpPort:               pulumi.Int(80), // required, and never used
			HttpsPort:              pulumi.Int(443),
			OriginProtocolPolicy:   pulumi.String("https-only"),
			OriginSslProtocols:     pulumi.ToStringArray([]string{"TLSv1.2"}),
			OriginReadTimeout:      pulumi.Int(timeouts.OriginRead),
			OriginKeepaliveTimeout: pulumi.Int(timeouts.OriginKeepAlive),
		},
	}, nil
}

// frontendOrigins are the bucket of static files and, where it has one, its replica.
func (b *build) frontendOrigins(signing *cloudfront.OriginAccessControl) cloudfront.DistributionOriginArray {
	bucket := &cloudfront.DistributionOriginArgs{
		OriginId: pulumi.String(frontendOrigin), DomainName: b.args.FrontendBucketDomain, OriginAccessControlId: signing.ID(),
	}
	origins := cloudfront.DistributionOriginArray{bucket}
	if b.args.FrontendReplicaDomain != nil {
		// CloudFront tries three times for ten seconds before it turns to the next origin: people would wait half a
		// minute for every file while the bucket's region is lost.
		bucket.ConnectionAttempts, bucket.ConnectionTimeout = pulumi.Int(1), pulumi.Int(3)
		origins = append(origins, &cloudfront.DistributionOriginArgs{
			OriginId: pulumi.String(replicaOrigin), DomainName: b.args.FrontendReplicaDomain, OriginAccessControlId: signing.ID(),
		})
	}
	return origins
}

// frontendGroup asks the replica when the bucket does not answer. A missing file is an answer.
func (b *build) frontendGroup() cloudfront.DistributionOriginGroupArrayInput {
	if b.args.FrontendReplicaDomain == nil {
		return nil
	}
	members := cloudfront.DistributionOriginGroupMemberArray{}
	for _, origin := range []string{frontendOrigin, replicaOrigin} {
		members = append(members, &cloudfront.DistributionOriginGroupMemberArgs{OriginId: pulumi.String(origin)})
	}
	return cloudfront.DistributionOriginGroupArray{&cloudfront.DistributionOriginGroupArgs{
		OriginId: pulumi.String(frontendGroup),
		FailoverCriteria: &cloudfront.DistributionOriginGroupFailoverCriteriaArgs{
			StatusCodes: pulumi.ToIntArray(slices.Clone(unanswered)),
		},
		Members: members,
	}}
}

// unanswered are the statuses that make CloudFront try the next origin.
var unanswered = []int{500, 502, 503, 504}

func (b *build) frontendTarget() string {
	if b.args.FrontendReplicaDomain != nil {
		return frontendGroup
	}
	return frontendOrigin
}
