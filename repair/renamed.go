package repair

import (
	"context"
	"regexp"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
	scalingtypes "github.com/aws/aws-sdk-go-v2/service/applicationautoscaling/types"
	"github.com/aws/aws-sdk-go-v2/service/backup"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront"
	cloudfronttypes "github.com/aws/aws-sdk-go-v2/service/cloudfront/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/elasticache"
	elb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/wafv2"
	waftypes "github.com/aws/aws-sdk-go-v2/service/wafv2/types"
)

// chosen is the name that the provider makes up for what the program names only in the engine: that and seven digits,
// which are others every time it is asked.
var chosen = regexp.MustCompile(`^(.+-)[0-9a-f]{7}$`)

// stem is the part of such a name that stays the same, or nothing where the program gave the name itself.
func (r record) stem(key string) string {
	match := chosen.FindStringSubmatch(r.inputs().optional(key))
	if match == nil || match[1] != r.name()+"-" {
		return ""
	}
	return match[1]
}

// nameKey is the input that names a resource of a type, where the provider may choose it.
func nameKey(kind string) string {
	if kind == "aws:elasticache/replicationGroup:ReplicationGroup" {
		return "replicationGroupId"
	}
	return "name"
}

// bears tells whether a name is one that the provider chose for the subject.
func (s *subject) bears(name *string) bool {
	stem := s.stem(nameKey(s.kind()))
	match := chosen.FindStringSubmatch(aws.ToString(name))
	return stem != "" && match != nil && match[1] == stem
}

// renamed finds, for types that are named by the provider, what it named for a creation of which nobody knows the name
// any more. What other stacks have in the account is told apart by tags, or where AWS keeps none by the description or what
// it belongs to.
// Names of other types are not looked for: what is made a second time under another name costs nothing or little, has
// tags, and Orphans tells of it.
var renamed = map[string]func(context.Context, *subject) ([]candidate, error){
	"aws:appautoscaling/policy:Policy":                           renamedScalingPolicies,
	"aws:backup/plan:Plan":                                       renamedBackupPlans,
	"aws:backup/selection:Selection":                             renamedBackupSelections,
	"aws:cfg/deliveryChannel:DeliveryChannel":                    renamedDeliveryChannels,
	"aws:cloudfront/originAccessControl:OriginAccessControl":     renamedOriginAccessControls,
	"aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy": renamedResponseHeadersPolicies,
	"aws:cloudwatch/logMetricFilter:LogMetricFilter":             renamedMetricFilters,
	"aws:ec2/securityGroup:SecurityGroup":                        renamedSecurityGroups,
	"aws:elasticache/replicationGroup:ReplicationGroup":          renamedReplicationGroups,
	"aws:iam/policy:Policy":                                      renamedPolicies,
	"aws:iam/role:Role":                                          renamedRoles,
	"aws:lb/loadBalancer:LoadBalancer":                           renamedLoadBalancers,
	"aws:lb/targetGroup:TargetGroup":                             renamedTargetGroups,
	"aws:wafv2/webAcl:WebAcl":                                    renamedWebAcls,
}

// called is a candidate under the name that AWS has it by.
func (s *subject) called(id, name *string) candidate {
	return candidate{id: aws.ToString(id), inputs: values{nameKey(s.kind()): aws.ToString(name)}}
}

func renamedRoles(ctx context.Context, s *subject) (found []candidate, err error) {
	want, err := s.identity()
	if err != nil {
		return nil, err
	}
	client := iam.NewFromConfig(s.cloud.config)
	for p := iam.NewListRolesPaginator(client, &iam.ListRolesInput{}); p.HasMorePages(); {
		page, err := p.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, role := range page.Roles {
			if !s.bears(role.RoleName) {
				continue
			}
			labels, err := client.ListRoleTags(ctx, &iam.ListRoleTagsInput{RoleName: role.RoleName})
			if err != nil {
				return nil, err
			}
			if carries(iamTags(labels.Tags), want) {
				found = append(found, s.called(role.RoleName, role.RoleName))
			}
		}
	}
	return found, nil
}

func renamedPolicies(ctx context.Context, s *subject) (found []candidate, err error) {
	want, err := s.identity()
	if err != nil {
		return nil, err
	}
	client := iam.NewFromConfig(s.cloud.config)
	for p := iam.NewListPoliciesPaginator(client, &iam.ListPoliciesInput{Scope: iamtypes.PolicyScopeTypeLocal}); p.HasMorePages(); {
		page, err := p.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, policy := range page.Policies {
			if !s.bears(policy.PolicyName) {
				continue
			}
			labels, err := client.ListPolicyTags(ctx, &iam.ListPolicyTagsInput{PolicyArn: policy.Arn})
			if err != nil {
				return nil, err
			}
			if carries(iamTags(labels.Tags), want) {
				found = append(found, s.called(policy.Arn, policy.PolicyName))
			}
		}
	}
	return found, nil
}

func iamTags(list []iamtypes.Tag) map[string]string {
	found := map[string]string{}
	for _, tag := range list {
		found[aws.ToString(tag.Key)] = aws.ToString(tag.Value)
	}
	return found
}

func renamedSecurityGroups(ctx context.Context, s *subject) (found []candidate, err error) {
	vpc, err := s.in.text("vpcId")
	if err != nil {
		return nil, err
	}
	want, err := s.identity()
	if err != nil {
		return nil, err
	}
	p := ec2.NewDescribeSecurityGroupsPaginator(s.ec2(), &ec2.DescribeSecurityGroupsInput{Filters: []ec2types.Filter{filter("vpc-id", vpc)}})
	for p.HasMorePages() {
		page, err := p.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, group := range page.SecurityGroups {
			if s.bears(group.GroupName) && carries(ec2Tags(group.Tags), want) {
				found = append(found, s.called(group.GroupId, group.GroupName))
			}
		}
	}
	return found, nil
}

func renamedLoadBalancers(ctx context.Context, s *subject) (found []candidate, err error) {
	client := elb.NewFromConfig(s.cloud.config)
	for p := elb.NewDescribeLoadBalancersPaginator(client, &elb.DescribeLoadBalancersInput{}); p.HasMorePages(); {
		page, err := p.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, b := range page.LoadBalancers {
			if s.bears(b.LoadBalancerName) {
				found = append(found, s.called(b.LoadBalancerArn, b.LoadBalancerName))
			}
		}
	}
	return s.balancing(ctx, client, found)
}

func renamedTargetGroups(ctx context.Context, s *subject) (found []candidate, err error) {
	client := elb.NewFromConfig(s.cloud.config)
	for p := elb.NewDescribeTargetGroupsPaginator(client, &elb.DescribeTargetGroupsInput{}); p.HasMorePages(); {
		page, err := p.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, g := range page.TargetGroups {
			if s.bears(g.TargetGroupName) {
				found = append(found, s.called(g.TargetGroupArn, g.TargetGroupName))
			}
		}
	}
	return s.balancing(ctx, client, found)
}

// balancing keeps what Elastic Load Balancing has under the stack's tags.
func (s *subject) balancing(ctx context.Context, client *elb.Client, list []candidate) (found []candidate, err error) {
	want, err := s.identity()
	if err != nil {
		return nil, err
	}
	for _, c := range list {
		answer, err := client.DescribeTags(ctx, &elb.DescribeTagsInput{ResourceArns: []string{c.id}})
		if err != nil {
			return nil, err
		}
		have := map[string]string{}
		for _, description := range answer.TagDescriptions {
			for _, tag := range description.Tags {
				have[aws.ToString(tag.Key)] = aws.ToString(tag.Value)
			}
		}
		if carries(have, want) {
			found = append(found, c)
		}
	}
	return found, nil
}

func renamedReplicationGroups(ctx context.Context, s *subject) (found []candidate, err error) {
	want, err := s.identity()
	if err != nil {
		return nil, err
	}
	client := elasticache.NewFromConfig(s.cloud.config)
	for p := elasticache.NewDescribeReplicationGroupsPaginator(client, &elasticache.DescribeReplicationGroupsInput{}); p.HasMorePages(); {
		page, err := p.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, group := range page.ReplicationGroups {
			if !s.bears(group.ReplicationGroupId) {
				continue
			}
			labels, err := client.ListTagsForResource(ctx, &elasticache.ListTagsForResourceInput{ResourceName: group.ARN})
			if err != nil {
				return nil, err
			}
			have := map[string]string{}
			for _, tag := range labels.TagList {
				have[aws.ToString(tag.Key)] = aws.ToString(tag.Value)
			}
			if !carries(have, want) {
				continue
			}
			made, err := findReplicationGroup(ctx, client, aws.ToString(group.ReplicationGroupId)) // once AWS has made it
			if err != nil {
				return nil, err
			}
			for range made {
				found = append(found, s.called(group.ReplicationGroupId, group.ReplicationGroupId))
			}
		}
	}
	return found, nil
}

func renamedBackupPlans(ctx context.Context, s *subject) (found []candidate, err error) {
	want, err := s.identity()
	if err != nil {
		return nil, err
	}
	client := backup.NewFromConfig(s.cloud.config)
	for p := backup.NewListBackupPlansPaginator(client, &backup.ListBackupPlansInput{}); p.HasMorePages(); {
		page, err := p.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, plan := range page.BackupPlansList {
			if !s.bears(plan.BackupPlanName) || plan.DeletionDate != nil {
				continue
			}
			labels, err := client.ListTags(ctx, &backup.ListTagsInput{ResourceArn: plan.BackupPlanArn})
			if err != nil {
				return nil, err
			}
			if carries(labels.Tags, want) {
				found = append(found, s.called(plan.BackupPlanId, plan.BackupPlanName))
			}
		}
	}
	return found, nil
}

func renamedWebAcls(ctx context.Context, s *subject) (found []candidate, err error) {
	want, err := s.identity()
	if err != nil {
		return nil, err
	}
	scope, err := s.in.text("scope")
	if err != nil {
		return nil, err
	}
	client := wafv2.NewFromConfig(s.cloud.config)
	for in := (&wafv2.ListWebACLsInput{Scope: waftypes.Scope(scope)}); ; {
		page, err := client.ListWebACLs(ctx, in)
		if err != nil {
			return nil, err
		}
		for _, acl := range page.WebACLs {
			if !s.bears(acl.Name) {
				continue
			}
			labels, err := client.ListTagsForResource(ctx, &wafv2.ListTagsForResourceInput{ResourceARN: acl.ARN})
			if err != nil {
				return nil, err
			}
			have := map[string]string{}
			if labels.TagInfoForResource != nil {
				for _, tag := range labels.TagInfoForResource.TagList {
					have[aws.ToString(tag.Key)] = aws.ToString(tag.Value)
				}
			}
			if carries(have, want) {
				found = append(found, s.called(acl.Id, acl.Name))
			}
		}
		if in.NextMarker = page.NextMarker; aws.ToString(in.NextMarker) == "" {
			return found, nil
		}
	}
}

// renamedBackupSelections goes by the plan, which is the stack's.
func renamedBackupSelections(ctx context.Context, s *subject) (found []candidate, err error) {
	plan, err := s.in.text("planId")
	if err != nil {
		return nil, err
	}
	client := backup.NewFromConfig(s.cloud.config)
	for p := backup.NewListBackupSelectionsPaginator(client, &backup.ListBackupSelectionsInput{BackupPlanId: &plan}); p.HasMorePages(); {
		page, err := p.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, selection := range page.BackupSelectionsList {
			if s.bears(selection.SelectionName) {
				found = append(found, s.called(selection.SelectionId, selection.SelectionName))
			}
		}
	}
	return found, nil
}

// renamedMetricFilters goes by the log group, which is the stack's.
func renamedMetricFilters(ctx context.Context, s *subject) (found []candidate, err error) {
	group, err := s.in.text("logGroupName")
	if err != nil {
		return nil, err
	}
	client := cloudwatchlogs.NewFromConfig(s.cloud.config)
	for p := cloudwatchlogs.NewDescribeMetricFiltersPaginator(client, &cloudwatchlogs.DescribeMetricFiltersInput{LogGroupName: &group}); p.HasMorePages(); {
		page, err := p.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, filter := range page.MetricFilters {
			if s.bears(filter.FilterName) {
				found = append(found, s.called(filter.FilterName, filter.FilterName))
			}
		}
	}
	return found, nil
}

// renamedScalingPolicies goes by what is scaled, which is the stack's.
func renamedScalingPolicies(ctx context.Context, s *subject) (found []candidate, err error) {
	parts, err := s.in.texts("serviceNamespace", "resourceId")
	if err != nil {
		return nil, err
	}
	client := applicationautoscaling.NewFromConfig(s.cloud.config)
	for p := applicationautoscaling.NewDescribeScalingPoliciesPaginator(client, &applicationautoscaling.DescribeScalingPoliciesInput{
		ServiceNamespace: scalingtypes.ServiceNamespace(parts[0]), ResourceId: &parts[1],
	}); p.HasMorePages(); {
		page, err := p.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, policy := range page.ScalingPolicies {
			if s.bears(policy.PolicyName) {
				found = append(found, s.called(policy.PolicyName, policy.PolicyName))
			}
		}
	}
	return found, nil
}

// renamedDeliveryChannels goes by the bucket, which is the stack's. The recorder that delivers there has nothing that says
// whose it is, and AWS has one at most in a region, for every stack of the account: that is never taken over by its name.
func renamedDeliveryChannels(ctx context.Context, s *subject) (found []candidate, err error) {
	bucket, err := s.in.text("s3BucketName")
	if err != nil {
		return nil, err
	}
	var answer struct {
		DeliveryChannels []struct {
			Name         string `json:"name"`
			S3BucketName string `json:"s3BucketName"`
		}
	}
	if err := s.cloud.call(ctx, "config", "/", "StarlingDoveService.DescribeDeliveryChannels", map[string]any{}, &answer); err != nil {
		return nil, err
	}
	for _, channel := range answer.DeliveryChannels {
		if s.bears(&channel.Name) && channel.S3BucketName == bucket {
			found = append(found, s.called(&channel.Name, &channel.Name))
		}
	}
	return found, nil
}

// renamedOriginAccessControls goes by the description, which names the system's domain.
func renamedOriginAccessControls(ctx context.Context, s *subject) (found []candidate, err error) {
	client := cloudfront.NewFromConfig(s.cloud.config)
	for p := cloudfront.NewListOriginAccessControlsPaginator(client, &cloudfront.ListOriginAccessControlsInput{}); p.HasMorePages(); {
		page, err := p.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, c := range page.OriginAccessControlList.Items {
			if s.bears(c.Name) && aws.ToString(c.Description) == s.in.optional("description") {
				found = append(found, s.called(c.Id, c.Name))
			}
		}
	}
	return found, nil
}

// renamedResponseHeadersPolicies goes by the comment, which names the system's domain.
func renamedResponseHeadersPolicies(ctx context.Context, s *subject) (found []candidate, err error) {
	client := cloudfront.NewFromConfig(s.cloud.config)
	for in := (&cloudfront.ListResponseHeadersPoliciesInput{Type: cloudfronttypes.ResponseHeadersPolicyTypeCustom}); ; {
		page, err := client.ListResponseHeadersPolicies(ctx, in)
		if err != nil {
			return nil, err
		}
		for _, p := range page.ResponseHeadersPolicyList.Items {
			config := p.ResponseHeadersPolicy.ResponseHeadersPolicyConfig
			if s.bears(config.Name) && aws.ToString(config.Comment) == s.in.optional("comment") {
				found = append(found, s.called(p.ResponseHeadersPolicy.Id, config.Name))
			}
		}
		if in.Marker = page.ResponseHeadersPolicyList.NextMarker; aws.ToString(in.Marker) == "" {
			return found, nil
		}
	}
}
