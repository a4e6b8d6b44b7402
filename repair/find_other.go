package repair

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
)

// findServiceLinkedRoles goes by the path that AWS keeps for a service's role.
func findServiceLinkedRoles(ctx context.Context, s *subject) ([]candidate, error) {
	service, err := s.in.text("awsServiceName")
	if err != nil {
		return nil, err
	}
	client := iam.NewFromConfig(s.cloud.config)
	path := "/aws-service-role/" + service + "/"
	var found []candidate
	for p := iam.NewListRolesPaginator(client, &iam.ListRolesInput{PathPrefix: &path}); p.HasMorePages(); {
		page, err := p.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, role := range page.Roles {
			suffix := s.in.optional("customSuffix")
			if suffix == "" || strings.HasSuffix(aws.ToString(role.RoleName), "_"+suffix) {
				found = append(found, candidate{id: aws.ToString(role.Arn)})
			}
		}
	}
	return found, nil
}

// findTaskDefinitions takes the newest revision of the family, unless the state has it: older ones are kept on purpose.
func findTaskDefinitions(ctx context.Context, s *subject) ([]candidate, error) {
	family, err := s.in.text("family")
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

// findLogDeliveries goes by source and destination, which have one delivery at most.
func findLogDeliveries(ctx context.Context, s *subject) ([]candidate, error) {
	parts, err := s.in.texts("deliverySourceName", "deliveryDestinationArn")
	if err != nil {
		return nil, err
	}
	client := cloudwatchlogs.NewFromConfig(s.cloud.config)
	var found []candidate
	for p := cloudwatchlogs.NewDescribeDeliveriesPaginator(client, &cloudwatchlogs.DescribeDeliveriesInput{}); p.HasMorePages(); {
		page, err := p.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, d := range page.Deliveries {
			if aws.ToString(d.DeliverySourceName) == parts[0] && aws.ToString(d.DeliveryDestinationArn) == parts[1] {
				found = append(found, candidate{id: aws.ToString(d.Id)})
			}
		}
	}
	return found, nil
}

// findEventTargets goes by rule and what the rule calls: the target's id is made up with each creation.
func findEventTargets(ctx context.Context, s *subject) ([]candidate, error) {
	parts, err := s.in.texts("rule", "arn")
	if err != nil {
		return nil, err
	}
	bus := s.in.optional("eventBusName")
	if bus == "" {
		bus = "default"
	}
	request := map[string]any{"Rule": parts[0], "EventBusName": bus}
	var answer struct{ Targets []struct{ Id, Arn string } }
	if err := s.cloud.call(ctx, "events", "/", "AWSEvents.ListTargetsByRule", request, &answer); err != nil {
		return nil, unless(strings.Contains(err.Error(), "ResourceNotFoundException"), err)
	}
	var found []candidate
	for _, target := range answer.Targets {
		if target.Arn == parts[1] && (s.in.optional("targetId") == "" || s.in.optional("targetId") == target.Id) {
			found = append(found, candidate{id: parts[0] + "-" + target.Id, outputs: values{"targetId": target.Id, "eventBusName": bus}})
		}
	}
	return found, nil
}

// findDetectors finds the region's detector: GuardDuty has one at most.
func findDetectors(ctx context.Context, s *subject) ([]candidate, error) {
	var answer struct {
		DetectorIds []string `json:"detectorIds"`
	}
	if err := s.cloud.call(ctx, "guardduty", "/detector", "", nil, &answer); err != nil {
		return nil, err
	}
	var found []candidate
	for _, id := range answer.DetectorIds {
		found = append(found, candidate{id: id})
	}
	return found, nil
}

// discovered is a namespace or service of Cloud Map.
type discovered struct{ Id, Name, NamespaceId, Description string }

// findNamespaces goes by name and description. Its network is not in AWS's answer.
func findNamespaces(ctx context.Context, s *subject) ([]candidate, error) {
	name, err := s.in.text("name")
	if err != nil {
		return nil, err
	}
	all, err := s.discover(ctx, "ListNamespaces", "TYPE", "DNS_PRIVATE")
	var found []candidate
	for _, n := range all {
		if n.Name == name && n.Description == s.in.optional("description") {
			found = append(found, candidate{id: n.Id})
		}
	}
	return found, err
}

// findDiscoveryServices goes by namespace and name, which no two services share.
func findDiscoveryServices(ctx context.Context, s *subject) ([]candidate, error) {
	name, err := s.in.text("name")
	if err != nil {
		return nil, err
	}
	namespace := object(s.in["dnsConfig"]).optional("namespaceId")
	if namespace == "" {
		if namespace, err = s.in.text("namespaceId"); err != nil {
			return nil, err
		}
	}
	all, err := s.discover(ctx, "ListServices", "NAMESPACE_ID", namespace)
	var found []candidate
	for _, n := range all {
		if n.Name == name {
			found = append(found, candidate{id: n.Id})
		}
	}
	return found, err
}

// discover lists what Cloud Map has under one filter.
func (s *subject) discover(ctx context.Context, operation, filter, value string) ([]discovered, error) {
	request := map[string]any{"Filters": []any{map[string]any{"Name": filter, "Values": []string{value}, "Condition": "EQ"}}}
	var found []discovered
	for {
		var answer struct {
			Namespaces, Services []discovered
			NextToken            string
		}
		err := s.cloud.call(ctx, "servicediscovery", "/", "Route53AutoNaming_v20170314."+operation, request, &answer)
		if err != nil {
			return nil, err
		}
		found = append(append(found, answer.Namespaces...), answer.Services...)
		if answer.NextToken == "" {
			return found, nil
		}
		request["NextToken"] = answer.NextToken
	}
}
