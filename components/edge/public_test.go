package edge_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/components/edge"
	"github.com/carebase/carebase/componenttest"
	"github.com/carebase/carebase/graph"
)

func publicArgs() *edge.PublicArgs {
	return &edge.PublicArgs{
		Domain:           "monitor.example.com",
		VpcID:            pulumi.String("vpc-1"),
		SubnetIDs:        pulumi.ToStringArray([]string{"subnet-1", "subnet-2"}),
		LogBucket:        pulumi.String("logs"),
		LogBucketReady:   []pulumi.Resource{&stand{}},
		AccessLogPrefix:  "alb",
		HealthCheckPath:  "/health",
		RateLimit:        2000,
		AllowedCountries: []string{"US", "CA"},
		LogRetentionDays: 30,
		WafLogGroupName:  "aws-waf-logs-health-monitor-prod",
		LogsKeyArn:       pulumi.String("arn:aws:kms:us-east-1:123456789012:key/logs"),
	}
}

func plannedPublic(t *testing.T, args *edge.PublicArgs) *graph.Graph {
	t.Helper()
	return componenttest.Plan(t, "us-east-1", func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
		_, err := edge.NewPublic(ctx, "edge", args, opts...)
		return err
	})
}

func TestPublicLoadBalancerFacesTheInternetBehindAWebACL(t *testing.T) {
	g := plannedPublic(t, publicArgs())
	balancer := componenttest.Find(t, g, "aws:lb/loadBalancer:LoadBalancer", "edge-alb")
	assert.Equal(t, false, componenttest.Input(t, balancer, "internal"))
	for name, port := range map[string]float64{"edge-alb-from-internet": 443, "edge-alb-from-internet-http": 80} {
		rule := componenttest.Find(t, g, "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", name)
		assert.Equal(t, "0.0.0.0/0", componenttest.Input(t, rule, "cidrIpv4"))
		assert.Equal(t, []any{port, port}, []any{componenttest.Input(t, rule, "fromPort"), componenttest.Input(t, rule, "toPort")})
	}
	acl := componenttest.Find(t, g, "aws:wafv2/webAcl:WebAcl", "edge-web-acl")
	assert.Equal(t, "REGIONAL", componenttest.Input(t, acl, "scope"))
	var names []any
	for _, rule := range componenttest.Input(t, acl, "rules").([]any) {
		names = append(names, rule.(map[string]any)["name"])
	}
	assert.Equal(t, []any{"ip-reputation", "rate-limit", "common", "known-bad-inputs", "sql-injection", "geo-allow"}, names)
	association := componenttest.Find(t, g, "aws:wafv2/webAclAssociation:WebAclAssociation", "edge-web-acl-association")
	assert.Equal(t, "${edge-alb.arn}", componenttest.Input(t, association, "resourceArn"))
	record := componenttest.Find(t, g, "aws:route53/record:Record", "edge-record-a")
	assert.Equal(t, "${edge-alb.dnsName}", componenttest.Input(t, record, "aliases[0].name"))
	redirect := componenttest.Find(t, g, "aws:lb/listener:Listener", "edge-alb-http")
	assert.Equal(t, "redirect", componenttest.Input(t, redirect, "defaultActions[0].type"))

	counts := map[string]int{}
	for _, r := range g.Resources {
		counts[r.Type]++
	}
	assert.Zero(t, counts["aws:cloudfront/distribution:Distribution"])
	assert.Equal(t, 1, counts["aws:acm/certificate:Certificate"])
	assert.Equal(t, 2, counts["aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"])
	assert.Equal(t, 3, counts["aws:route53/record:Record"], "address, certificate, CAA")
}

func TestPublicReportsEveryProblem(t *testing.T) {
	var err error
	componenttest.Plan(t, "us-east-1", func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
		_, err = edge.NewPublic(ctx, "edge", &edge.PublicArgs{RateLimit: 1}, opts...)
		return nil
	})
	require.Error(t, err)
	for _, argument := range []string{
		"Domain", "VpcID", "SubnetIDs", "LogBucket ", "LogBucketReady", "AccessLogPrefix", "HealthCheckPath", "RateLimit = 1",
		"LogRetentionDays", "WafLogGroupName", "LogsKeyArn",
	} {
		assert.Contains(t, err.Error(), "\n  - "+argument)
	}
}

// Without a static site CloudFront passes every path to the services and caches nothing.
func TestDistributionWithoutStaticSite(t *testing.T) {
	args := production()
	args.FrontendBucketDomain, args.ApiPaths = nil, nil
	g := planned(t, args)
	distribution := componenttest.Find(t, g, "aws:cloudfront/distribution:Distribution", "edge-cdn")
	assert.Equal(t, "services", componenttest.Input(t, distribution, "defaultCacheBehavior.targetOriginId"))
	assert.Equal(t, "4135ea2d-6df8-44a3-9df3-4b5a84be39ad", componenttest.Input(t, distribution, "defaultCacheBehavior.cachePolicyId"))
	assert.Equal(t, "redirect-to-https", componenttest.Input(t, distribution, "defaultCacheBehavior.viewerProtocolPolicy"))
	assert.Len(t, componenttest.Input(t, distribution, "origins"), 1)
	assert.Nil(t, componenttest.Input(t, distribution, "defaultRootObject"))
	for _, r := range g.Resources {
		assert.NotContains(t, []string{"aws:cloudfront/function:Function", "aws:cloudfront/originAccessControl:OriginAccessControl"}, r.Type)
	}
}
