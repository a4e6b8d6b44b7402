package repair

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
	scalingtypes "github.com/aws/aws-sdk-go-v2/service/applicationautoscaling/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	logstypes "github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/carebase/carebase/internal/pulumistate"
)

func (s *subject) iam() *iam.Client { return iam.NewFromConfig(s.cloud.config) }

func iamTags(list []iamtypes.Tag) map[string]string {
	return tagsOf(list, func(t iamtypes.Tag) (*string, *string) { return t.Key, t.Value })
}

func roles(ctx context.Context, s *subject, path *string) ([]iamtypes.Role, error) {
	return all(ctx, iam.NewListRolesPaginator(s.iam(), &iam.ListRolesInput{PathPrefix: path}), func(o *iam.ListRolesOutput) []iamtypes.Role { return o.Roles })
}

func listRoles(ctx context.Context, s *subject) (found []named, err error) {
	list, err := roles(ctx, s, nil)
	for _, role := range list {
		found = append(found, named{id: role.RoleName, name: role.RoleName, tags: func() (map[string]string, error) {
			labels, err := s.iam().ListRoleTags(ctx, &iam.ListRoleTagsInput{RoleName: role.RoleName})
			if err != nil {
				return nil, err
			}
			return iamTags(labels.Tags), nil
		}})
	}
	return found, err
}

func listPolicies(ctx context.Context, s *subject) (found []named, err error) {
	policies, err := all(ctx, iam.NewListPoliciesPaginator(s.iam(), &iam.ListPoliciesInput{Scope: iamtypes.PolicyScopeTypeLocal}),
		func(o *iam.ListPoliciesOutput) []iamtypes.Policy { return o.Policies })
	for _, policy := range policies {
		found = append(found, named{id: policy.Arn, name: policy.PolicyName, tags: func() (map[string]string, error) {
			labels, err := s.iam().ListPolicyTags(ctx, &iam.ListPolicyTagsInput{PolicyArn: policy.Arn})
			if err != nil {
				return nil, err
			}
			return iamTags(labels.Tags), nil
		}})
	}
	return found, err
}

// findServiceLinkedRoles asks for the path that IAM reserves for a service's roles.
func findServiceLinkedRoles(ctx context.Context, s *subject) ([]candidate, error) {
	service, err := s.in.Text("awsServiceName")
	if err != nil {
		return nil, err
	}
	list, err := roles(ctx, s, aws.String("/aws-service-role/"+service+"/"))
	suffix := s.in.Optional("customSuffix")
	return each(list, err, func(role iamtypes.Role) *string {
		return idIf(role.Arn, suffix == "" || strings.HasSuffix(aws.ToString(role.RoleName), "_"+suffix))
	})
}

// findTaskDefinitions returns the newest revision of the family. The state keeps older revisions on purpose.
func findTaskDefinitions(ctx context.Context, s *subject) ([]candidate, error) {
	family, err := s.in.Text("family")
	if err != nil {
		return nil, err
	}
	answer, err := ecs.NewFromConfig(s.cloud.config).ListTaskDefinitions(ctx, &ecs.ListTaskDefinitionsInput{
		FamilyPrefix: &family, Status: ecstypes.TaskDefinitionStatusActive, Sort: ecstypes.SortOrderDesc, MaxResults: aws.Int32(1)})
	if err != nil || len(answer.TaskDefinitionArns) == 0 {
		return nil, err
	}
	return []candidate{{id: family, arn: answer.TaskDefinitionArns[0]}}, nil
}

func (s *subject) logs() *cloudwatchlogs.Client { return cloudwatchlogs.NewFromConfig(s.cloud.config) }

// findLogDeliveries compares source and destination, which have at most one delivery.
func findLogDeliveries(ctx context.Context, s *subject) ([]candidate, error) {
	parts, err := s.in.Texts("deliverySourceName", "deliveryDestinationArn")
	if err != nil {
		return nil, err
	}
	deliveries, err := all(ctx, cloudwatchlogs.NewDescribeDeliveriesPaginator(s.logs(), &cloudwatchlogs.DescribeDeliveriesInput{}),
		func(o *cloudwatchlogs.DescribeDeliveriesOutput) []logstypes.Delivery { return o.Deliveries })
	return each(deliveries, err, func(d logstypes.Delivery) *string {
		return idIf(d.Id, aws.ToString(d.DeliverySourceName) == parts[0] && aws.ToString(d.DeliveryDestinationArn) == parts[1])
	})
}

// listMetricFilters lists the filters of the stack's log group.
func listMetricFilters(ctx context.Context, s *subject) (found []named, err error) {
	group, err := s.in.Text("logGroupName")
	if err != nil {
		return nil, err
	}
	filters, err := all(ctx, cloudwatchlogs.NewDescribeMetricFiltersPaginator(s.logs(), &cloudwatchlogs.DescribeMetricFiltersInput{LogGroupName: &group}),
		func(o *cloudwatchlogs.DescribeMetricFiltersOutput) []logstypes.MetricFilter { return o.MetricFilters })
	for _, filter := range filters {
		found = append(found, named{id: filter.FilterName, name: filter.FilterName})
	}
	return found, err
}

// listScalingPolicies lists the policies of the stack's scalable target.
func listScalingPolicies(ctx context.Context, s *subject) (found []named, err error) {
	parts, err := s.in.Texts("serviceNamespace", "resourceId")
	if err != nil {
		return nil, err
	}
	policies, err := all(ctx, applicationautoscaling.NewDescribeScalingPoliciesPaginator(applicationautoscaling.NewFromConfig(s.cloud.config),
		&applicationautoscaling.DescribeScalingPoliciesInput{ServiceNamespace: scalingtypes.ServiceNamespace(parts[0]), ResourceId: &parts[1]}),
		func(o *applicationautoscaling.DescribeScalingPoliciesOutput) []scalingtypes.ScalingPolicy {
			return o.ScalingPolicies
		})
	for _, policy := range policies {
		found = append(found, named{id: policy.PolicyName, name: policy.PolicyName})
	}
	return found, err
}

// The services below are called without their SDK packages: see cloud.call.

// listDeliveryChannels lists the channels into the stack's bucket. An account has one configuration recorder in each region,
// for all its stacks, and nothing says which stack made it: a recorder is never found by its name.
func listDeliveryChannels(ctx context.Context, s *subject) (found []named, err error) {
	bucket, err := s.in.Text("s3BucketName")
	if err != nil {
		return nil, err
	}
	var answer struct {
		DeliveryChannels []struct {
			Name         string `json:"name"`
			S3BucketName string `json:"s3BucketName"`
		}
	}
	err = s.cloud.call(ctx, "config", "/", "StarlingDoveService.DescribeDeliveryChannels", map[string]any{}, &answer)
	for _, channel := range answer.DeliveryChannels {
		if channel.S3BucketName == bucket {
			found = append(found, named{id: &channel.Name, name: &channel.Name})
		}
	}
	return found, err
}

// findEventTargets compares rule and target ARN. The target's id is a random value of the provider.
func findEventTargets(ctx context.Context, s *subject) ([]candidate, error) {
	parts, err := s.in.Texts("rule", "arn")
	if err != nil {
		return nil, err
	}
	bus := s.in.Optional("eventBusName")
	if bus == "" {
		bus = "default"
	}
	request := map[string]any{"Rule": parts[0], "EventBusName": bus}
	var answer struct{ Targets []struct{ Id, Arn string } }
	if err := s.cloud.call(ctx, "events", "/", "AWSEvents.ListTargetsByRule", request, &answer); err != nil {
		if strings.Contains(err.Error(), "ResourceNotFoundException") {
			return nil, nil
		}
		return nil, err
	}
	var found []candidate
	for _, target := range answer.Targets {
		if target.Arn == parts[1] && (s.in.Optional("targetId") == "" || s.in.Optional("targetId") == target.Id) {
			found = append(found, candidate{id: parts[0] + "-" + target.Id, outputs: values{"targetId": target.Id, "eventBusName": bus}})
		}
	}
	return found, nil
}

// findDetectors returns the region's detector: GuardDuty has at most one.
func findDetectors(ctx context.Context, s *subject) ([]candidate, error) {
	var answer struct {
		DetectorIds []string `json:"detectorIds"`
	}
	err := s.cloud.call(ctx, "guardduty", "/detector", "", nil, &answer)
	return each(answer.DetectorIds, err, func(id string) *string { return &id })
}

// findNamespaces compares name and description. AWS's answer does not name the VPC.
func findNamespaces(ctx context.Context, s *subject) ([]candidate, error) {
	name, err := s.in.Text("name")
	if err != nil {
		return nil, err
	}
	namespaces, err := s.cloudMap(ctx, "ListNamespaces", "TYPE", "DNS_PRIVATE")
	return each(namespaces, err, func(n discovered) *string {
		return idIf(&n.Id, n.Name == name && n.Description == s.in.Optional("description"))
	})
}

// findDiscoveryServices compares namespace and name, which no two services share.
func findDiscoveryServices(ctx context.Context, s *subject) ([]candidate, error) {
	name, err := s.in.Text("name")
	if err != nil {
		return nil, err
	}
	namespace := pulumistate.Object(s.in["dnsConfig"]).Optional("namespaceId")
	if namespace == "" {
		if namespace, err = s.in.Text("namespaceId"); err != nil {
			return nil, err
		}
	}
	services, err := s.cloudMap(ctx, "ListServices", "NAMESPACE_ID", namespace)
	return each(services, err, func(n discovered) *string { return idIf(&n.Id, n.Name == name) })
}

// discovered is a namespace or service of Cloud Map.
type discovered struct{ Id, Name, Description string }

// cloudMap lists what Cloud Map has under one filter.
func (s *subject) cloudMap(ctx context.Context, operation, filter, value string) ([]discovered, error) {
	return marked(func(marker *string) ([]discovered, *string, error) {
		request := map[string]any{"Filters": []any{map[string]any{"Name": filter, "Values": []string{value}, "Condition": "EQ"}}}
		if marker != nil {
			request["NextToken"] = *marker
		}
		var answer struct {
			Namespaces, Services []discovered
			NextToken            *string
		}
		err := s.cloud.call(ctx, "servicediscovery", "/", "Route53AutoNaming_v20170314."+operation, request, &answer)
		return append(answer.Namespaces, answer.Services...), answer.NextToken, err
	})
}
