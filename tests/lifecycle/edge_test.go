//go:build engine

package lifecycle

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront"
	elb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/wafv2"
	"github.com/aws/aws-sdk-go-v2/service/wafv2/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func loadBalancerHolds(t *testing.T, want environment, cfg aws.Config) {
	client := elb.NewFromConfig(cfg)
	all, err := client.DescribeLoadBalancers(t.Context(), nil)
	require.NoError(t, err)
	require.Len(t, all.LoadBalancers, 1)
	balancer := all.LoadBalancers[0]
	// Where names fail over between regions CloudFront has to reach it by name; then its groups and a token let nobody else in.
	// The emulator says nothing where it was told nothing, which is internet-facing.
	assert.Contains(t, map[bool][]string{false: {"internal"}, true: {"internet-facing", ""}}[want.copied], string(balancer.Scheme))
	assert.Len(t, balancer.AvailabilityZones, want.zones)

	listeners, err := client.DescribeListeners(t.Context(), &elb.DescribeListenersInput{LoadBalancerArn: balancer.LoadBalancerArn})
	require.NoError(t, err)
	require.Len(t, listeners.Listeners, 2)
	for _, listener := range listeners.Listeners {
		switch *listener.Port {
		case 443:
			assert.Equal(t, "HTTPS", string(listener.Protocol))
			assert.Equal(t, "ELBSecurityPolicy-TLS13-1-2-2021-06", aws.ToString(listener.SslPolicy))
			assert.Len(t, listener.Certificates, 1)
			assert.Equal(t, "fixed-response", string(listener.DefaultActions[0].Type), "what no rule names is not found")
		case 80:
			assert.Equal(t, "redirect", string(listener.DefaultActions[0].Type))
			assert.Equal(t, "HTTPS", aws.ToString(listener.DefaultActions[0].RedirectConfig.Protocol))
		default:
			t.Errorf("a listener on port %d", *listener.Port)
		}
	}

	attributes, err := client.DescribeLoadBalancerAttributes(t.Context(), &elb.DescribeLoadBalancerAttributesInput{
		LoadBalancerArn: balancer.LoadBalancerArn,
	})
	require.NoError(t, err)
	is := map[string]string{}
	for _, a := range attributes.Attributes {
		is[*a.Key] = *a.Value
	}
	assert.Equal(t, "true", is["routing.http.drop_invalid_header_fields.enabled"])
	assert.Equal(t, map[bool]string{true: "true", false: "false"}[want.phi], is["deletion_protection.enabled"])
	assert.Equal(t, "true", is["access_logs.s3.enabled"])
	assert.True(t, strings.HasPrefix(is["access_logs.s3.bucket"], "careconnect-"+want.name+"-logs-"), is["access_logs.s3.bucket"])
}

func distributionHolds(t *testing.T, want environment, cfg aws.Config) {
	client := cloudfront.NewFromConfig(cfg)
	all, err := client.ListDistributions(t.Context(), &cloudfront.ListDistributionsInput{})
	require.NoError(t, err)
	require.Len(t, all.DistributionList.Items, 1)
	got, err := client.GetDistributionConfig(t.Context(), &cloudfront.GetDistributionConfigInput{Id: all.DistributionList.Items[0].Id})
	require.NoError(t, err)
	config := got.DistributionConfig
	assert.Equal(t, "TLSv1.2_2021", string(config.ViewerCertificate.MinimumProtocolVersion))
	assert.Equal(t, "redirect-to-https", string(config.DefaultCacheBehavior.ViewerProtocolPolicy))
	assert.NotEmpty(t, aws.ToString(config.DefaultCacheBehavior.ResponseHeadersPolicyId))
	assert.NotEmpty(t, aws.ToString(config.WebACLId))
	for _, behavior := range config.CacheBehaviors.Items {
		assert.NotEqual(t, "allow-all", string(behavior.ViewerProtocolPolicy), *behavior.PathPattern)
	}
	require.NotNil(t, config.CustomErrorResponses)
	assert.Len(t, config.CustomErrorResponses.Items, 10)
	for _, response := range config.CustomErrorResponses.Items {
		assert.EqualValues(t, 0, aws.ToInt64(response.ErrorCachingMinTTL), "errors with status %d are kept", *response.ErrorCode)
	}
	for _, origin := range config.Origins.Items {
		if want.copied && *origin.Id == "services" {
			require.Len(t, origin.CustomHeaders.Items, 1, "the token that its load balancer asks for")
			assert.NotEmpty(t, *origin.CustomHeaders.Items[0].HeaderValue)
			assert.Equal(t, "https-only", string(origin.CustomOriginConfig.OriginProtocolPolicy))
			continue
		}
		direct := origin.VpcOriginConfig == nil && aws.ToString(origin.OriginAccessControlId) == ""
		assert.Falsef(t, direct, "origin %s can be reached past CloudFront", *origin.Id)
	}
}

func firewallHolds(t *testing.T, want environment, cfg aws.Config) {
	client := wafv2.NewFromConfig(cfg)
	all, err := client.ListWebACLs(t.Context(), &wafv2.ListWebACLsInput{Scope: types.ScopeCloudfront})
	require.NoError(t, err)
	require.Len(t, all.WebACLs, 1)
	acl, err := client.GetWebACL(t.Context(), &wafv2.GetWebACLInput{
		Scope: types.ScopeCloudfront, Id: all.WebACLs[0].Id, Name: all.WebACLs[0].Name,
	})
	require.NoError(t, err)
	var groups []string
	var limits []int64
	blocksCountries := 0
	for _, rule := range acl.WebACL.Rules {
		switch s := rule.Statement; {
		case s.ManagedRuleGroupStatement != nil:
			groups = append(groups, *s.ManagedRuleGroupStatement.Name)
			assert.NotNil(t, rule.OverrideAction.None, "%s only counts", *rule.Name)
		case s.RateBasedStatement != nil:
			limits = append(limits, *s.RateBasedStatement.Limit)
			assert.NotNil(t, rule.Action.Block, *rule.Name)
		default:
			blocksCountries++
		}
	}
	assert.ElementsMatch(t, []string{
		"AWSManagedRulesCommonRuleSet", "AWSManagedRulesKnownBadInputsRuleSet", "AWSManagedRulesSQLiRuleSet",
		"AWSManagedRulesAmazonIpReputationList",
	}, groups)
	assert.Equal(t, []int64{want.rateLimit}, limits)
	assert.Equal(t, want.phi, blocksCountries > 0)
	logging, err := client.GetLoggingConfiguration(t.Context(), &wafv2.GetLoggingConfigurationInput{ResourceArn: acl.WebACL.ARN})
	require.NoError(t, err)
	var redacted []string
	for _, field := range logging.LoggingConfiguration.RedactedFields {
		switch {
		case field.SingleHeader != nil:
			redacted = append(redacted, *field.SingleHeader.Name)
		case field.QueryString != nil:
			redacted = append(redacted, "query string")
		}
	}
	assert.ElementsMatch(t, []string{"authorization", "cookie", "query string"}, redacted)
}
