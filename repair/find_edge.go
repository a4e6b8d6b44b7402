package repair

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/acm"
	acmtypes "github.com/aws/aws-sdk-go-v2/service/acm/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront"
	cloudfronttypes "github.com/aws/aws-sdk-go-v2/service/cloudfront/types"
	elb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	elbtypes "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"
	"github.com/aws/aws-sdk-go-v2/service/route53"
	route53types "github.com/aws/aws-sdk-go-v2/service/route53/types"
	"github.com/aws/aws-sdk-go-v2/service/wafv2"
	waftypes "github.com/aws/aws-sdk-go-v2/service/wafv2/types"

	"github.com/carebase/carebase/internal/pulumistate"
)

// findCertificates compares the domain, the other names and the tags.
func findCertificates(ctx context.Context, s *subject) ([]candidate, error) {
	domain, err := s.in.Text("domainName")
	if err != nil {
		return nil, err
	}
	names := append([]string{domain}, texts(s.in["subjectAlternativeNames"])...)
	client := acm.NewFromConfig(s.cloud.config)
	certificates, err := all(ctx, acm.NewListCertificatesPaginator(client, &acm.ListCertificatesInput{}),
		func(o *acm.ListCertificatesOutput) []acmtypes.CertificateSummary { return o.CertificateSummaryList })
	if err != nil {
		return nil, err
	}
	var found []candidate
	for _, c := range certificates {
		if aws.ToString(c.DomainName) != domain {
			continue
		}
		details, err := client.DescribeCertificate(ctx, &acm.DescribeCertificateInput{CertificateArn: c.CertificateArn})
		if err != nil {
			return nil, err
		}
		labels, err := client.ListTagsForCertificate(ctx, &acm.ListTagsForCertificateInput{CertificateArn: c.CertificateArn})
		if err != nil {
			return nil, err
		}
		ours, err := s.hasTags(tagsOf(labels.Tags, func(t acmtypes.Tag) (*string, *string) { return t.Key, t.Value }), nil)
		if err != nil {
			return nil, err
		}
		usable := details.Certificate.Status != acmtypes.CertificateStatusFailed &&
			details.Certificate.Status != acmtypes.CertificateStatusValidationTimedOut
		if ours && usable && sameSet(details.Certificate.SubjectAlternativeNames, names) {
			found = append(found, candidate{id: aws.ToString(c.CertificateArn)})
		}
	}
	return found, nil
}

// texts returns the strings of a list.
func texts(v any) (found []string) {
	for _, item := range pulumistate.List(v) {
		found = append(found, pulumistate.Text(item))
	}
	return found
}

// findDistributions compares aliases, which no two distributions of AWS share, comment and tags.
func findDistributions(ctx context.Context, s *subject) ([]candidate, error) {
	client := cloudfront.NewFromConfig(s.cloud.config)
	distributions, err := all(ctx, cloudfront.NewListDistributionsPaginator(client, &cloudfront.ListDistributionsInput{}),
		func(o *cloudfront.ListDistributionsOutput) []cloudfronttypes.DistributionSummary {
			return o.DistributionList.Items
		})
	if err != nil {
		return nil, err
	}
	aliases := texts(s.in["aliases"])
	var found []candidate
	for _, d := range distributions {
		var have []string
		if d.Aliases != nil {
			have = d.Aliases.Items
		}
		if aws.ToString(d.Comment) != s.in.Optional("comment") || !sameSet(have, aliases) {
			continue
		}
		labels, err := client.ListTagsForResource(ctx, &cloudfront.ListTagsForResourceInput{Resource: d.ARN})
		if err != nil {
			return nil, err
		}
		tags := map[string]string{}
		if labels.Tags != nil {
			tags = tagsOf(labels.Tags.Items, func(t cloudfronttypes.Tag) (*string, *string) { return t.Key, t.Value })
		}
		ours, err := s.hasTags(tags, nil)
		if err != nil {
			return nil, err
		}
		if ours {
			found = append(found, candidate{id: aws.ToString(d.Id)})
		}
	}
	return found, nil
}

// listOriginAccessControls leaves out access controls with another description. The description names the system's domain.
func listOriginAccessControls(ctx context.Context, s *subject) (found []named, err error) {
	controls, err := all(ctx, cloudfront.NewListOriginAccessControlsPaginator(cloudfront.NewFromConfig(s.cloud.config), &cloudfront.ListOriginAccessControlsInput{}),
		func(o *cloudfront.ListOriginAccessControlsOutput) []cloudfronttypes.OriginAccessControlSummary {
			return o.OriginAccessControlList.Items
		})
	for _, c := range controls {
		if !s.nameUnknown || aws.ToString(c.Description) == s.in.Optional("description") {
			found = append(found, named{id: c.Id, name: c.Name})
		}
	}
	return found, err
}

// listResponseHeadersPolicies leaves out policies with another comment. The comment names the system's domain.
func listResponseHeadersPolicies(ctx context.Context, s *subject) (found []named, err error) {
	client := cloudfront.NewFromConfig(s.cloud.config)
	policies, err := marked(func(marker *string) ([]cloudfronttypes.ResponseHeadersPolicySummary, *string, error) {
		page, err := client.ListResponseHeadersPolicies(ctx, &cloudfront.ListResponseHeadersPoliciesInput{
			Type: cloudfronttypes.ResponseHeadersPolicyTypeCustom, Marker: marker,
		})
		if err != nil {
			return nil, nil, err
		}
		return page.ResponseHeadersPolicyList.Items, page.ResponseHeadersPolicyList.NextMarker, nil
	})
	for _, p := range policies {
		config := p.ResponseHeadersPolicy.ResponseHeadersPolicyConfig
		if !s.nameUnknown || aws.ToString(config.Comment) == s.in.Optional("comment") {
			found = append(found, named{id: p.ResponseHeadersPolicy.Id, name: config.Name})
		}
	}
	return found, err
}

// findVpcOrigins compares the load balancer behind the origin, and the name.
func findVpcOrigins(ctx context.Context, s *subject) ([]candidate, error) {
	parts, err := pulumistate.Object(s.in["vpcOriginEndpointConfig"]).Texts("name", "arn")
	if err != nil {
		return nil, err
	}
	client := cloudfront.NewFromConfig(s.cloud.config)
	origins, err := marked(func(marker *string) ([]cloudfronttypes.VpcOriginSummary, *string, error) {
		page, err := client.ListVpcOrigins(ctx, &cloudfront.ListVpcOriginsInput{Marker: marker})
		if err != nil {
			return nil, nil, err
		}
		return page.VpcOriginList.Items, page.VpcOriginList.NextMarker, nil
	})
	if err != nil {
		return nil, err
	}
	var found []candidate
	for _, o := range origins {
		if aws.ToString(o.OriginEndpointArn) != parts[1] {
			continue
		}
		details, err := client.GetVpcOrigin(ctx, &cloudfront.GetVpcOriginInput{Id: o.Id})
		if err != nil {
			return nil, err
		}
		if aws.ToString(details.VpcOrigin.VpcOriginEndpointConfig.Name) == parts[0] {
			found = append(found, candidate{id: aws.ToString(o.Id)})
		}
	}
	return found, nil
}

// findZones compares name, kind and comment.
func findZones(ctx context.Context, s *subject) ([]candidate, error) {
	name, err := s.in.Text("name")
	if err != nil {
		return nil, err
	}
	client := route53.NewFromConfig(s.cloud.config)
	zones, err := all(ctx, route53.NewListHostedZonesPaginator(client, &route53.ListHostedZonesInput{}),
		func(o *route53.ListHostedZonesOutput) []route53types.HostedZone { return o.HostedZones })
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, z := range zones {
		if strings.TrimSuffix(aws.ToString(z.Name), ".") == strings.TrimSuffix(name, ".") && z.Config != nil &&
			z.Config.PrivateZone == (len(pulumistate.List(s.in["vpcs"])) > 0) && aws.ToString(z.Config.Comment) == s.in.Optional("comment") {
			ids = append(ids, strings.TrimPrefix(aws.ToString(z.Id), "/hostedzone/"))
		}
	}
	return s.taggedOrUntagged(ctx, client, route53types.TagResourceTypeHostedzone, ids)
}

// findHealthChecks compares what is checked.
func findHealthChecks(ctx context.Context, s *subject) ([]candidate, error) {
	client := route53.NewFromConfig(s.cloud.config)
	checks, err := all(ctx, route53.NewListHealthChecksPaginator(client, &route53.ListHealthChecksInput{}),
		func(o *route53.ListHealthChecksOutput) []route53types.HealthCheck { return o.HealthChecks })
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, h := range checks {
		if sameCheck(s.in, h.HealthCheckConfig) {
			ids = append(ids, aws.ToString(h.Id))
		}
	}
	return s.taggedOrUntagged(ctx, client, route53types.TagResourceTypeHealthcheck, ids)
}

func sameCheck(in values, have *route53types.HealthCheckConfig) bool {
	port := in.Optional("port")
	// A check without an endpoint has no port, whatever Route 53 answers.
	if endpoint := in.Optional("fqdn") + in.Optional("ipAddress"); endpoint != "" {
		port = ""
		if have.Port != nil {
			port = number(*have.Port)
		}
	}
	alarm := ""
	if have.AlarmIdentifier != nil {
		alarm = aws.ToString(have.AlarmIdentifier.Name)
	}
	return in.Optional("type") == string(have.Type) && in.Optional("fqdn") == aws.ToString(have.FullyQualifiedDomainName) &&
		in.Optional("ipAddress") == aws.ToString(have.IPAddress) && in.Optional("port") == port &&
		in.Optional("resourcePath") == aws.ToString(have.ResourcePath) && in.Optional("cloudwatchAlarmName") == alarm
}

// taggedOrUntagged keeps the resources that have the stack's tags, or no tags: the provider tags resources of Route 53 in a
// second call, which may not have been made.
func (s *subject) taggedOrUntagged(ctx context.Context, client *route53.Client, kind route53types.TagResourceType, ids []string) (found []candidate, err error) {
	for _, id := range ids {
		answer, err := client.ListTagsForResource(ctx, &route53.ListTagsForResourceInput{ResourceType: kind, ResourceId: &id})
		if err != nil {
			return nil, err
		}
		tags := tagsOf(answer.ResourceTagSet.Tags, func(t route53types.Tag) (*string, *string) { return t.Key, t.Value })
		ours, err := s.hasTags(tags, nil)
		if err != nil {
			return nil, err
		}
		if ours || len(tags) == 0 {
			found = append(found, candidate{id: id})
		}
	}
	return found, nil
}

func listWebAcls(ctx context.Context, s *subject) (found []named, err error) {
	scope, err := s.in.Text("scope")
	if err != nil {
		return nil, err
	}
	client := wafv2.NewFromConfig(s.cloud.config)
	acls, err := marked(func(marker *string) ([]waftypes.WebACLSummary, *string, error) {
		page, err := client.ListWebACLs(ctx, &wafv2.ListWebACLsInput{Scope: waftypes.Scope(scope), NextMarker: marker})
		if err != nil {
			return nil, nil, err
		}
		return page.WebACLs, page.NextMarker, nil
	})
	for _, acl := range acls {
		found = append(found, named{id: acl.Id, name: acl.Name, tags: func() (map[string]string, error) {
			labels, err := client.ListTagsForResource(ctx, &wafv2.ListTagsForResourceInput{ResourceARN: acl.ARN})
			if err != nil || labels.TagInfoForResource == nil {
				return nil, err
			}
			return tagsOf(labels.TagInfoForResource.TagList, func(t waftypes.Tag) (*string, *string) { return t.Key, t.Value }), nil
		}})
	}
	return found, err
}

func (s *subject) elb() *elb.Client { return elb.NewFromConfig(s.cloud.config) }

// balancer is a named resource of Elastic Load Balancing.
func (s *subject) balancer(ctx context.Context, arn, name *string) named {
	return named{id: arn, name: name, tags: func() (map[string]string, error) {
		answer, err := s.elb().DescribeTags(ctx, &elb.DescribeTagsInput{ResourceArns: []string{aws.ToString(arn)}})
		if err != nil || len(answer.TagDescriptions) == 0 {
			return nil, err
		}
		return tagsOf(answer.TagDescriptions[0].Tags, func(t elbtypes.Tag) (*string, *string) { return t.Key, t.Value }), nil
	}}
}

func listLoadBalancers(ctx context.Context, s *subject) (found []named, err error) {
	balancers, err := all(ctx, elb.NewDescribeLoadBalancersPaginator(s.elb(), &elb.DescribeLoadBalancersInput{Names: s.exactNames()}),
		func(o *elb.DescribeLoadBalancersOutput) []elbtypes.LoadBalancer { return o.LoadBalancers })
	for _, b := range balancers {
		found = append(found, s.balancer(ctx, b.LoadBalancerArn, b.LoadBalancerName))
	}
	return found, ignore[*elbtypes.LoadBalancerNotFoundException](err)
}

func listTargetGroups(ctx context.Context, s *subject) (found []named, err error) {
	groups, err := all(ctx, elb.NewDescribeTargetGroupsPaginator(s.elb(), &elb.DescribeTargetGroupsInput{Names: s.exactNames()}),
		func(o *elb.DescribeTargetGroupsOutput) []elbtypes.TargetGroup { return o.TargetGroups })
	for _, g := range groups {
		found = append(found, s.balancer(ctx, g.TargetGroupArn, g.TargetGroupName))
	}
	return found, ignore[*elbtypes.TargetGroupNotFoundException](err)
}

// findListeners compares load balancer and port.
func findListeners(ctx context.Context, s *subject) ([]candidate, error) {
	parts, err := s.in.Texts("loadBalancerArn", "port")
	if err != nil {
		return nil, err
	}
	listeners, err := all(ctx, elb.NewDescribeListenersPaginator(s.elb(), &elb.DescribeListenersInput{LoadBalancerArn: &parts[0]}),
		func(o *elb.DescribeListenersOutput) []elbtypes.Listener { return o.Listeners })
	return each(listeners, ignore[*elbtypes.LoadBalancerNotFoundException](err), func(l elbtypes.Listener) *string {
		return idIf(l.ListenerArn, number(aws.ToInt32(l.Port)) == parts[1])
	})
}

// findListenerRules compares listener and priority.
func findListenerRules(ctx context.Context, s *subject) ([]candidate, error) {
	parts, err := s.in.Texts("listenerArn", "priority")
	if err != nil {
		return nil, err
	}
	rules, err := all(ctx, elb.NewDescribeRulesPaginator(s.elb(), &elb.DescribeRulesInput{ListenerArn: &parts[0]}),
		func(o *elb.DescribeRulesOutput) []elbtypes.Rule { return o.Rules })
	return each(rules, ignore[*elbtypes.ListenerNotFoundException](err), func(r elbtypes.Rule) *string {
		return idIf(r.RuleArn, aws.ToString(r.Priority) == parts[1])
	})
}
