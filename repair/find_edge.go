package repair

import (
	"context"
	"errors"
	"slices"
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
)

// findCertificates goes by domain, the other names and the tags.
func findCertificates(ctx context.Context, s *subject) ([]candidate, error) {
	domain, err := s.in.text("domainName")
	if err != nil {
		return nil, err
	}
	want, err := s.identity()
	if err != nil {
		return nil, err
	}
	names := []string{domain}
	for _, name := range list(s.in["subjectAlternativeNames"]) {
		names = append(names, text(name))
	}
	client := acm.NewFromConfig(s.cloud.config)
	var found []candidate
	for p := acm.NewListCertificatesPaginator(client, &acm.ListCertificatesInput{}); p.HasMorePages(); {
		page, err := p.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, c := range page.CertificateSummaryList {
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
			have := map[string]string{}
			for _, tag := range labels.Tags {
				have[aws.ToString(tag.Key)] = aws.ToString(tag.Value)
			}
			usable := details.Certificate.Status != acmtypes.CertificateStatusFailed &&
				details.Certificate.Status != acmtypes.CertificateStatusValidationTimedOut
			if usable && carries(have, want) && sameSet(details.Certificate.SubjectAlternativeNames, names) {
				found = append(found, candidate{id: aws.ToString(c.CertificateArn)})
			}
		}
	}
	return found, nil
}

func sameSet(a, b []string) bool {
	normal := func(s []string) []string {
		s = slices.Clone(s)
		slices.Sort(s)
		return slices.Compact(s)
	}
	return slices.Equal(normal(a), normal(b))
}

// findDistributions goes by the aliases, which no two distributions of AWS share, or else by the comment and the tags.
func findDistributions(ctx context.Context, s *subject) ([]candidate, error) {
	want, err := s.identity()
	if err != nil {
		return nil, err
	}
	var aliases []string
	for _, alias := range list(s.in["aliases"]) {
		aliases = append(aliases, text(alias))
	}
	client := cloudfront.NewFromConfig(s.cloud.config)
	var found []candidate
	for p := cloudfront.NewListDistributionsPaginator(client, &cloudfront.ListDistributionsInput{}); p.HasMorePages(); {
		page, err := p.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, d := range page.DistributionList.Items {
			var have []string
			if d.Aliases != nil {
				have = d.Aliases.Items
			}
			if aws.ToString(d.Comment) != s.in.optional("comment") || !sameSet(have, aliases) {
				continue
			}
			labels, err := client.ListTagsForResource(ctx, &cloudfront.ListTagsForResourceInput{Resource: d.ARN})
			if err != nil {
				return nil, err
			}
			if carries(cloudfrontTags(labels.Tags), want) {
				found = append(found, candidate{id: aws.ToString(d.Id)})
			}
		}
	}
	return found, nil
}

func cloudfrontTags(list *cloudfronttypes.Tags) map[string]string {
	found := map[string]string{}
	if list != nil {
		for _, tag := range list.Items {
			found[aws.ToString(tag.Key)] = aws.ToString(tag.Value)
		}
	}
	return found
}

func findOriginAccessControls(ctx context.Context, s *subject) ([]candidate, error) {
	name, err := s.in.text("name")
	if err != nil {
		return nil, err
	}
	client := cloudfront.NewFromConfig(s.cloud.config)
	var found []candidate
	for p := cloudfront.NewListOriginAccessControlsPaginator(client, &cloudfront.ListOriginAccessControlsInput{}); p.HasMorePages(); {
		page, err := p.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, c := range page.OriginAccessControlList.Items {
			if aws.ToString(c.Name) == name {
				found = append(found, candidate{id: aws.ToString(c.Id)})
			}
		}
	}
	return found, nil
}

func findResponseHeadersPolicies(ctx context.Context, s *subject) ([]candidate, error) {
	name, err := s.in.text("name")
	if err != nil {
		return nil, err
	}
	client := cloudfront.NewFromConfig(s.cloud.config)
	var found []candidate
	for in := (&cloudfront.ListResponseHeadersPoliciesInput{Type: cloudfronttypes.ResponseHeadersPolicyTypeCustom}); ; {
		page, err := client.ListResponseHeadersPolicies(ctx, in)
		if err != nil {
			return nil, err
		}
		for _, p := range page.ResponseHeadersPolicyList.Items {
			if aws.ToString(p.ResponseHeadersPolicy.ResponseHeadersPolicyConfig.Name) == name {
				found = append(found, candidate{id: aws.ToString(p.ResponseHeadersPolicy.Id)})
			}
		}
		if in.Marker = page.ResponseHeadersPolicyList.NextMarker; aws.ToString(in.Marker) == "" {
			return found, nil
		}
	}
}

// findVpcOrigins goes by the load balancer that it leads to, and the name.
func findVpcOrigins(ctx context.Context, s *subject) ([]candidate, error) {
	endpoint := object(s.in["vpcOriginEndpointConfig"])
	parts, err := endpoint.texts("name", "arn")
	if err != nil {
		return nil, err
	}
	client := cloudfront.NewFromConfig(s.cloud.config)
	var found []candidate
	for in := (&cloudfront.ListVpcOriginsInput{}); ; {
		page, err := client.ListVpcOrigins(ctx, in)
		if err != nil {
			return nil, err
		}
		for _, o := range page.VpcOriginList.Items {
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
		if in.Marker = page.VpcOriginList.NextMarker; aws.ToString(in.Marker) == "" {
			return found, nil
		}
	}
}

// findZones goes by name and comment. Route 53 tags in a second call, so that a zone without any tag may be ours too.
func findZones(ctx context.Context, s *subject) ([]candidate, error) {
	name, err := s.in.text("name")
	if err != nil {
		return nil, err
	}
	client := route53.NewFromConfig(s.cloud.config)
	var found []candidate
	for p := route53.NewListHostedZonesPaginator(client, &route53.ListHostedZonesInput{}); p.HasMorePages(); {
		page, err := p.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, z := range page.HostedZones {
			if strings.TrimSuffix(aws.ToString(z.Name), ".") != strings.TrimSuffix(name, ".") || z.Config == nil ||
				z.Config.PrivateZone != (len(list(s.in["vpcs"])) > 0) || aws.ToString(z.Config.Comment) != s.in.optional("comment") {
				continue
			}
			id := strings.TrimPrefix(aws.ToString(z.Id), "/hostedzone/")
			ours, err := s.tagsLater(ctx, client, route53types.TagResourceTypeHostedzone, id)
			if err != nil {
				return nil, err
			}
			if ours {
				found = append(found, candidate{id: id})
			}
		}
	}
	return found, nil
}

// findHealthChecks goes by what is checked; a health check without any tag may be ours as well.
func findHealthChecks(ctx context.Context, s *subject) ([]candidate, error) {
	client := route53.NewFromConfig(s.cloud.config)
	var found []candidate
	for p := route53.NewListHealthChecksPaginator(client, &route53.ListHealthChecksInput{}); p.HasMorePages(); {
		page, err := p.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, h := range page.HealthChecks {
			if !checks(s.in, h.HealthCheckConfig) {
				continue
			}
			ours, err := s.tagsLater(ctx, client, route53types.TagResourceTypeHealthcheck, aws.ToString(h.Id))
			if err != nil {
				return nil, err
			}
			if ours {
				found = append(found, candidate{id: aws.ToString(h.Id)})
			}
		}
	}
	return found, nil
}

func checks(in values, have *route53types.HealthCheckConfig) bool {
	port := in.optional("port")
	// A check that asks no endpoint has no port, whatever is answered for it.
	if endpoint := in.optional("fqdn") + in.optional("ipAddress"); endpoint != "" {
		port = ""
		if have.Port != nil {
			port = number(*have.Port)
		}
	}
	return in.optional("type") == string(have.Type) && in.optional("fqdn") == aws.ToString(have.FullyQualifiedDomainName) &&
		in.optional("ipAddress") == aws.ToString(have.IPAddress) && in.optional("port") == port &&
		in.optional("resourcePath") == aws.ToString(have.ResourcePath) &&
		in.optional("cloudwatchAlarmName") == alarmName(have)
}

func alarmName(have *route53types.HealthCheckConfig) string {
	if have.AlarmIdentifier == nil {
		return ""
	}
	return aws.ToString(have.AlarmIdentifier.Name)
}

// tagsLater tells whether something that Route 53 made has our tags, or none yet.
func (s *subject) tagsLater(ctx context.Context, client *route53.Client, kind route53types.TagResourceType, id string) (bool, error) {
	want, err := s.identity()
	if err != nil {
		return false, err
	}
	answer, err := client.ListTagsForResource(ctx, &route53.ListTagsForResourceInput{ResourceType: kind, ResourceId: aws.String(id)})
	if err != nil {
		return false, err
	}
	have := map[string]string{}
	for _, tag := range answer.ResourceTagSet.Tags {
		have[aws.ToString(tag.Key)] = aws.ToString(tag.Value)
	}
	return len(have) == 0 || carries(have, want), nil
}

func findWebAcls(ctx context.Context, s *subject) ([]candidate, error) {
	parts, err := s.in.texts("name", "scope")
	if err != nil {
		return nil, err
	}
	client := wafv2.NewFromConfig(s.cloud.config)
	var found []candidate
	for in := (&wafv2.ListWebACLsInput{Scope: waftypes.Scope(parts[1])}); ; {
		page, err := client.ListWebACLs(ctx, in)
		if err != nil {
			return nil, err
		}
		for _, acl := range page.WebACLs {
			if aws.ToString(acl.Name) == parts[0] {
				found = append(found, candidate{id: aws.ToString(acl.Id)})
			}
		}
		if in.NextMarker = page.NextMarker; aws.ToString(in.NextMarker) == "" {
			return found, nil
		}
	}
}

func findLoadBalancers(ctx context.Context, s *subject) ([]candidate, error) {
	name, err := s.in.text("name")
	if err != nil {
		return nil, err
	}
	answer, err := elb.NewFromConfig(s.cloud.config).DescribeLoadBalancers(ctx, &elb.DescribeLoadBalancersInput{Names: []string{name}})
	var absent *elbtypes.LoadBalancerNotFoundException
	if err != nil {
		return nil, unless(errors.As(err, &absent), err)
	}
	var found []candidate
	for _, b := range answer.LoadBalancers {
		found = append(found, candidate{id: aws.ToString(b.LoadBalancerArn)})
	}
	return found, nil
}

func findTargetGroups(ctx context.Context, s *subject) ([]candidate, error) {
	name, err := s.in.text("name")
	if err != nil {
		return nil, err
	}
	answer, err := elb.NewFromConfig(s.cloud.config).DescribeTargetGroups(ctx, &elb.DescribeTargetGroupsInput{Names: []string{name}})
	var absent *elbtypes.TargetGroupNotFoundException
	if err != nil {
		return nil, unless(errors.As(err, &absent), err)
	}
	var found []candidate
	for _, g := range answer.TargetGroups {
		found = append(found, candidate{id: aws.ToString(g.TargetGroupArn)})
	}
	return found, nil
}

// findListeners goes by load balancer and port.
func findListeners(ctx context.Context, s *subject) ([]candidate, error) {
	parts, err := s.in.texts("loadBalancerArn", "port")
	if err != nil {
		return nil, err
	}
	client := elb.NewFromConfig(s.cloud.config)
	var found []candidate
	for p := elb.NewDescribeListenersPaginator(client, &elb.DescribeListenersInput{LoadBalancerArn: &parts[0]}); p.HasMorePages(); {
		page, err := p.NextPage(ctx)
		var absent *elbtypes.LoadBalancerNotFoundException
		if err != nil {
			return nil, unless(errors.As(err, &absent), err)
		}
		for _, l := range page.Listeners {
			if number(aws.ToInt32(l.Port)) == parts[1] {
				found = append(found, candidate{id: aws.ToString(l.ListenerArn)})
			}
		}
	}
	return found, nil
}

// findListenerRules goes by listener and priority.
func findListenerRules(ctx context.Context, s *subject) ([]candidate, error) {
	parts, err := s.in.texts("listenerArn", "priority")
	if err != nil {
		return nil, err
	}
	client := elb.NewFromConfig(s.cloud.config)
	var found []candidate
	for p := elb.NewDescribeRulesPaginator(client, &elb.DescribeRulesInput{ListenerArn: &parts[0]}); p.HasMorePages(); {
		page, err := p.NextPage(ctx)
		var absent *elbtypes.ListenerNotFoundException
		if err != nil {
			return nil, unless(errors.As(err, &absent), err)
		}
		for _, r := range page.Rules {
			if aws.ToString(r.Priority) == parts[1] {
				found = append(found, candidate{id: aws.ToString(r.RuleArn)})
			}
		}
	}
	return found, nil
}
