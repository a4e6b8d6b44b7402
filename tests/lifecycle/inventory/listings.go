package inventory

import (
	"fmt"
	"slices"
	"strings"
)

// listing is how one kind of resource is listed, and what tells two of them apart.
type listing struct {
	kind    string // resource type
	service string // as credentials are scoped
	query   string // for services that take forms
	target  string // for services that take JSON
	path    string // for services that take paths
	body    string // {} is the parent's key, {name} its last part
	items   string // path to the items of an answer

	per   *listing // asked for each of those
	token string   // how the request names the page, unless NextToken

	key   func(i item, parent string) string // empty: not ours by nature, such as defaults
	state func(resource) string              // the same of a resource in a state, unless its id
}

// global tells whether the service answers the same in every region. So does the emulator's list of buckets, and
// CloudTrail's, which has a trail of all regions in each.
func (l listing) global() bool {
	return slices.Contains([]string{"iam", "route53", "cloudfront", "budgets", "s3", "cloudtrail"}, l.service) || strings.Contains(l.body, "CLOUDFRONT")
}

func (l listing) tokenName() string {
	if l.token != "" {
		return l.token
	}
	return "NextToken"
}

// field is a key that one field of an item is.
func field(path string) func(item, string) string {
	return func(i item, _ string) string { return text(i, path) }
}

// unless is a key that one field is, except for items where another has a value.
func unless(path, other, value string) func(item, string) string {
	return func(i item, _ string) string {
		if text(i, other) == value {
			return ""
		}
		return text(i, path)
	}
}

// under is a key made of the parent's and a field.
func under(path string) func(item, string) string {
	return func(i item, parent string) string { return parent + " " + text(i, path) }
}

// inputs is the same of a resource.
func inputs(keys ...string) func(resource) string {
	return func(r resource) string {
		parts := make([]string, len(keys))
		for i, key := range keys {
			parts[i] = fmt.Sprint(r.Inputs[key])
		}
		return strings.Join(parts, " ")
	}
}

func output(key string) func(resource) string {
	return func(r resource) string { return fmt.Sprint(r.Outputs[key]) }
}

const (
	ec2         = "&Version=2016-11-15"
	iam         = "&Version=2010-05-08&MaxItems=1000"
	rds         = "&Version=2014-10-31"
	elasticache = "&Version=2015-02-02"
	elb         = "&Version=2015-12-01"
	sns         = "&Version=2010-03-31"
	cloudwatch  = "&Version=2010-08-01"
)

func ec2Listing(kind, operation, items string, key func(item, string) string) *listing {
	return &listing{kind: kind, service: "ec2", query: "Action=" + operation + ec2, items: items, key: key}
}

func jsonListing(kind, service, target, body, items string, key func(item, string) string) *listing {
	return &listing{kind: kind, service: service, target: target, body: body, items: items, key: key}
}

func pathListing(kind, service, path, items string, key func(item, string) string) *listing {
	return &listing{kind: kind, service: service, path: path, items: items, key: key}
}

// perParent asks a listing for each of another's, and keys its items accordingly.
func (l *listing) perParent(parent *listing, state func(resource) string) *listing {
	l.per, l.state = parent, state
	return l
}

func (l *listing) stateBy(state func(resource) string) *listing {
	l.state = state
	return l
}

func (l *listing) pages(token string) *listing {
	l.token = token
	return l
}

var (
	roles         = &listing{kind: "aws:iam/role:Role", service: "iam", query: "Action=ListRoles" + iam, items: "ListRolesResult/Roles/member", key: ownRole}
	logGroups     = jsonListing("aws:cloudwatch/logGroup:LogGroup", "logs", "Logs_20140328.DescribeLogGroups", "", "logGroups", field("logGroupName")).pages("nextToken")
	eventRules    = jsonListing("aws:cloudwatch/eventRule:EventRule", "events", "AWSEvents.ListRules", "", "Rules", field("Name"))
	loadBalancers = &listing{kind: "aws:lb/loadBalancer:LoadBalancer", service: "elasticloadbalancing", query: "Action=DescribeLoadBalancers" + elb,
		items: "DescribeLoadBalancersResult/LoadBalancers/member", key: field("LoadBalancerArn")}
	listeners = (&listing{kind: "aws:lb/listener:Listener", service: "elasticloadbalancing", query: "Action=DescribeListeners&LoadBalancerArn={}" + elb,
		items: "DescribeListenersResult/Listeners/member", key: field("ListenerArn")}).perParent(loadBalancers, nil)
	zones       = pathListing("aws:route53/zone:Zone", "route53", "/2013-04-01/hostedzone", "HostedZones/HostedZone", publicZone)
	backupPlans = pathListing("aws:backup/plan:Plan", "backup", "/backup/plans/", "BackupPlansList", field("BackupPlanId"))
	testPlans   = pathListing("aws:backup/restoreTestingPlan:RestoreTestingPlan", "backup", "/restore-testing/plans", "RestoreTestingPlans", field("RestoreTestingPlanName")).stateBy(inputs("name"))
	clusters    = jsonListing("aws:ecs/cluster:Cluster", "ecs", "AmazonEC2ContainerServiceV20141113.ListClusters", "", "clusterArns", field(""))
)

var listings = []*listing{
	pathListing("aws:scheduler/schedule:Schedule", "scheduler", "/schedules", "Schedules", field("Name")).stateBy(inputs("name")),
	ec2Listing("aws:ec2/vpc:Vpc", "DescribeVpcs", "vpcSet/item", field("vpcId")),
	ec2Listing("aws:ec2/subnet:Subnet", "DescribeSubnets", "subnetSet/item", field("subnetId")),
	ec2Listing("aws:ec2/routeTable:RouteTable", "DescribeRouteTables", "routeTableSet/item", unless("routeTableId", "associationSet/item/main", "true")),
	ec2Listing("aws:ec2/routeTableAssociation:RouteTableAssociation", "DescribeRouteTables", "routeTableSet/item/associationSet/item",
		unless("routeTableAssociationId", "main", "true")),
	ec2Listing("aws:ec2/internetGateway:InternetGateway", "DescribeInternetGateways", "internetGatewaySet/item", field("internetGatewayId")),
	ec2Listing("aws:ec2/natGateway:NatGateway", "DescribeNatGateways", "natGatewaySet/item", unless("natGatewayId", "state", "deleted")),
	ec2Listing("aws:ec2/eip:Eip", "DescribeAddresses", "addressesSet/item", field("allocationId")),
	ec2Listing("aws:ec2/vpcEndpoint:VpcEndpoint", "DescribeVpcEndpoints", "vpcEndpointSet/item", unless("vpcEndpointId", "state", "deleted")),
	ec2Listing("aws:ec2/flowLog:FlowLog", "DescribeFlowLogs", "flowLogSet/item", field("flowLogId")),
	ec2Listing("aws:ec2/networkAcl:NetworkAcl", "DescribeNetworkAcls", "networkAclSet/item", unless("networkAclId", "default", "true")),
	ec2Listing("aws:ec2/securityGroup:SecurityGroup", "DescribeSecurityGroups", "securityGroupInfo/item", unless("groupId", "groupName", "default")),
	ec2Listing("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "DescribeSecurityGroupRules", "securityGroupRuleSet/item",
		unless("securityGroupRuleId", "isEgress", "true")),
	ec2Listing("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", "DescribeSecurityGroupRules", "securityGroupRuleSet/item",
		unless("securityGroupRuleId", "isEgress", "false")),

	roles,
	{kind: "aws:iam/policy:Policy", service: "iam", query: "Action=ListPolicies&Scope=Local" + iam, items: "ListPoliciesResult/Policies/member", key: field("Arn")},
	(&listing{kind: "aws:iam/rolePolicyAttachment:RolePolicyAttachment", service: "iam", query: "Action=ListAttachedRolePolicies&RoleName={}" + iam,
		items: "ListAttachedRolePoliciesResult/AttachedPolicies/member", key: under("PolicyArn")}).perParent(roles, inputs("role", "policyArn")),

	jsonListing("aws:kms/key:Key", "kms", "TrentService.ListKeys", `{"Limit":1000}`, "Keys", field("KeyId")),
	jsonListing("aws:kms/alias:Alias", "kms", "TrentService.ListAliases", `{"Limit":100}`, "Aliases", ownAlias),

	logGroups,
	jsonListing("aws:cloudwatch/logMetricFilter:LogMetricFilter", "logs", "Logs_20140328.DescribeMetricFilters", "", "metricFilters", field("filterName")).pages("nextToken"),
	jsonListing("aws:cloudwatch/logDelivery:LogDelivery", "logs", "Logs_20140328.DescribeDeliveries", "", "deliveries", field("id")).pages("nextToken"),
	jsonListing("aws:cloudwatch/logDeliverySource:LogDeliverySource", "logs", "Logs_20140328.DescribeDeliverySources", "", "deliverySources", field("name")).
		pages("nextToken").stateBy(inputs("name")),
	jsonListing("aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination", "logs", "Logs_20140328.DescribeDeliveryDestinations", "",
		"deliveryDestinations", field("name")).pages("nextToken").stateBy(inputs("name")),
	{kind: "aws:cloudwatch/metricAlarm:MetricAlarm", service: "monitoring", query: "Action=DescribeAlarms&MaxRecords=100" + cloudwatch,
		items: "DescribeAlarmsResult/MetricAlarms/member", key: ownAlarm},
	{kind: "aws:cloudwatch/dashboard:Dashboard", service: "monitoring", query: "Action=ListDashboards" + cloudwatch,
		items: "ListDashboardsResult/DashboardEntries/member", key: field("DashboardName")},
	eventRules,
	jsonListing("aws:cloudwatch/eventTarget:EventTarget", "events", "AWSEvents.ListTargetsByRule", `{"Rule":"{}"}`, "Targets", under("Id")).
		perParent(eventRules, func(r resource) string { return fmt.Sprint(r.Inputs["rule"], " ", r.Outputs["targetId"]) }),

	pathListing("aws:s3/bucket:Bucket", "s3", "/", "Buckets/Bucket", field("Name")),
	jsonListing("aws:secretsmanager/secret:Secret", "secretsmanager", "secretsmanager.ListSecrets", `{"MaxResults":100}`, "SecretList", ownSecret),
	{kind: "aws:sns/topic:Topic", service: "sns", query: "Action=ListTopics" + sns, items: "ListTopicsResult/Topics/member", key: field("TopicArn")},
	{kind: "aws:sns/topicSubscription:TopicSubscription", service: "sns", query: "Action=ListSubscriptions" + sns,
		items: "ListSubscriptionsResult/Subscriptions/member", key: field("SubscriptionArn")},

	loadBalancers,
	listeners,
	{kind: "aws:lb/targetGroup:TargetGroup", service: "elasticloadbalancing", query: "Action=DescribeTargetGroups" + elb,
		items: "DescribeTargetGroupsResult/TargetGroups/member", key: field("TargetGroupArn")},
	(&listing{kind: "aws:lb/listenerRule:ListenerRule", service: "elasticloadbalancing", query: "Action=DescribeRules&ListenerArn={}" + elb,
		items: "DescribeRulesResult/Rules/member", key: unless("RuleArn", "IsDefault", "true")}).perParent(listeners, nil),

	{kind: "aws:rds/instance:Instance", service: "rds", query: "Action=DescribeDBInstances" + rds,
		items: "DescribeDBInstancesResult/DBInstances/DBInstance", key: field("DbiResourceId")},
	{kind: "aws:rds/parameterGroup:ParameterGroup", service: "rds", query: "Action=DescribeDBParameterGroups" + rds,
		items: "DescribeDBParameterGroupsResult/DBParameterGroups/DBParameterGroup", key: field("DBParameterGroupName")},
	{kind: "aws:rds/subnetGroup:SubnetGroup", service: "rds", query: "Action=DescribeDBSubnetGroups" + rds,
		items: "DescribeDBSubnetGroupsResult/DBSubnetGroups/DBSubnetGroup", key: field("DBSubnetGroupName")},
	{kind: "aws:rds/eventSubscription:EventSubscription", service: "rds", query: "Action=DescribeEventSubscriptions" + rds,
		items: "DescribeEventSubscriptionsResult/EventSubscriptionsList/EventSubscription", key: field("CustSubscriptionId")},

	{kind: "aws:elasticache/replicationGroup:ReplicationGroup", service: "elasticache", query: "Action=DescribeReplicationGroups" + elasticache,
		items: "DescribeReplicationGroupsResult/ReplicationGroups/ReplicationGroup", key: field("ReplicationGroupId")},
	{kind: "aws:elasticache/user:User", service: "elasticache", query: "Action=DescribeUsers" + elasticache,
		items: "DescribeUsersResult/Users/member", key: field("UserId")},
	{kind: "aws:elasticache/userGroup:UserGroup", service: "elasticache", query: "Action=DescribeUserGroups" + elasticache,
		items: "DescribeUserGroupsResult/UserGroups/member", key: field("UserGroupId")},
	{kind: "aws:elasticache/subnetGroup:SubnetGroup", service: "elasticache", query: "Action=DescribeCacheSubnetGroups" + elasticache,
		items: "DescribeCacheSubnetGroupsResult/CacheSubnetGroups/CacheSubnetGroup", key: field("CacheSubnetGroupName")},

	zones,
	(&listing{kind: "aws:route53/record:Record", service: "route53", path: "/2013-04-01/hostedzone/{}/rrset", items: "ResourceRecordSets/ResourceRecordSet", key: ownRecord}).
		perParent(zones, func(r resource) string {
			return strings.TrimSpace(fmt.Sprintf("%v %s %v %v", r.Inputs["zoneId"], strings.TrimSuffix(fmt.Sprint(r.Inputs["name"]), "."), r.Inputs["type"], or(r.Inputs["setIdentifier"])))
		}),
	pathListing("aws:route53/healthCheck:HealthCheck", "route53", "/2013-04-01/healthcheck", "HealthChecks/HealthCheck", field("Id")),

	pathListing("aws:cloudfront/distribution:Distribution", "cloudfront", "/2020-05-31/distribution", "Items/DistributionSummary", field("Id")),
	pathListing("aws:cloudfront/originAccessControl:OriginAccessControl", "cloudfront", "/2020-05-31/origin-access-control", "Items/OriginAccessControlSummary", field("Id")),
	pathListing("aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy", "cloudfront", "/2020-05-31/response-headers-policy?Type=custom",
		"Items/ResponseHeadersPolicySummary", field("ResponseHeadersPolicy/Id")),
	pathListing("aws:cloudfront/vpcOrigin:VpcOrigin", "cloudfront", "/2020-05-31/vpc-origin", "Items/VpcOriginSummary", field("Id")),

	jsonListing("aws:acm/certificate:Certificate", "acm", "CertificateManager.ListCertificates", `{"MaxItems":1000}`, "CertificateSummaryList", field("CertificateArn")),
	jsonListing("aws:wafv2/webAcl:WebAcl", "wafv2", "AWSWAF_20190729.ListWebACLs", `{"Scope":"CLOUDFRONT","Limit":100}`, "WebACLs", field("Id")).pages("NextMarker"),
	jsonListing("aws:wafv2/webAcl:WebAcl", "wafv2", "AWSWAF_20190729.ListWebACLs", `{"Scope":"REGIONAL","Limit":100}`, "WebACLs", field("Id")).pages("NextMarker"),

	pathListing("aws:backup/vault:Vault", "backup", "/backup-vaults/", "BackupVaultList", field("BackupVaultName")),
	backupPlans,
	(&listing{kind: "aws:backup/selection:Selection", service: "backup", path: "/backup/plans/{}/selections/", items: "BackupSelectionsList", key: field("SelectionId")}).
		perParent(backupPlans, nil),
	testPlans,
	(&listing{kind: "aws:backup/restoreTestingSelection:RestoreTestingSelection", service: "backup", path: "/restore-testing/plans/{}/selections",
		items: "RestoreTestingSelections", key: under("RestoreTestingSelectionName")}).perParent(testPlans, inputs("restoreTestingPlanName", "name")),

	clusters,
	jsonListing("aws:ecs/service:Service", "ecs", "AmazonEC2ContainerServiceV20141113.ListServices", `{"cluster":"{}"}`, "serviceArns", field("")).
		perParent(clusters, nil).pages("nextToken"),
	jsonListing("aws:ecs/taskDefinition:TaskDefinition", "ecs", "AmazonEC2ContainerServiceV20141113.ListTaskDefinitions", "", "taskDefinitionArns", field("")).
		pages("nextToken").stateBy(output("arn")),
	jsonListing("aws:ecr/repository:Repository", "ecr", "AmazonEC2ContainerRegistry_V20150921.DescribeRepositories", "", "repositories", field("repositoryName")).
		pages("nextToken"),
	jsonListing("aws:appautoscaling/policy:Policy", "application-autoscaling", "AnyScaleFrontendService.DescribeScalingPolicies", `{"ServiceNamespace":"ecs"}`,
		"ScalingPolicies", field("PolicyName")),

	jsonListing("aws:cfg/recorder:Recorder", "config", "StarlingDoveService.DescribeConfigurationRecorders", "", "ConfigurationRecorders", field("name")),
	jsonListing("aws:cfg/deliveryChannel:DeliveryChannel", "config", "StarlingDoveService.DescribeDeliveryChannels", "", "DeliveryChannels", field("name")),
	jsonListing("aws:cfg/rule:Rule", "config", "StarlingDoveService.DescribeConfigRules", "", "ConfigRules", field("ConfigRuleName")),
	jsonListing("aws:cloudtrail/trail:Trail", "cloudtrail", "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.ListTrails", "", "Trails", field("TrailARN")),
	pathListing("aws:guardduty/detector:Detector", "guardduty", "/detector", "detectorIds", field("")),
	pathListing("aws:accessanalyzer/analyzer:Analyzer", "access-analyzer", "/analyzer", "analyzers", field("name")),
	jsonListing("aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace", "servicediscovery", "Route53AutoNaming_v20170314.ListNamespaces", "", "Namespaces", field("Id")),
	jsonListing("aws:servicediscovery/service:Service", "servicediscovery", "Route53AutoNaming_v20170314.ListServices", "", "Services", field("Id")),
	jsonListing("aws:budgets/budget:Budget", "budgets", "AWSBudgetServiceGateway.DescribeBudgets", `{"AccountId":"123456789012"}`, "Budgets", field("BudgetName")).
		stateBy(inputs("name")),
}

// byKind are the listings by resource type.
var byKind = func() map[string]*listing {
	found := map[string]*listing{}
	for _, l := range listings {
		found[l.kind] = l
	}
	return found
}()

// ownRole leaves out the roles that AWS keeps for its services: the resource for those has another type.
func ownRole(i item, _ string) string {
	if strings.HasPrefix(text(i, "Path"), "/aws-service-role/") {
		return ""
	}
	return text(i, "RoleName")
}

// ownAlarm leaves out the alarms that autoscaling keeps for its policies.
func ownAlarm(i item, _ string) string {
	if name := text(i, "AlarmName"); !strings.HasPrefix(name, "TargetTracking-") {
		return name
	}
	return ""
}

func ownAlias(i item, _ string) string {
	if name := text(i, "AliasName"); !strings.HasPrefix(name, "alias/aws/") {
		return name
	}
	return ""
}

// ownSecret leaves out the passwords that RDS keeps for its instances, and the replicas that a secret has of itself.
func ownSecret(i item, _ string) string {
	if text(i, "OwningService") != "" || strings.HasPrefix(text(i, "Name"), "rds!") {
		return ""
	}
	if home := text(i, "PrimaryRegion"); home != "" && !strings.Contains(text(i, "ARN"), ":"+home+":") {
		return ""
	}
	return text(i, "ARN")
}

// publicZone leaves out the private zones that Cloud Map keeps for its namespaces.
func publicZone(i item, _ string) string {
	if text(i, "Config/PrivateZone") == "true" {
		return ""
	}
	return strings.TrimPrefix(text(i, "Id"), "/hostedzone/")
}

// ownRecord leaves out the records that each zone begins with.
func ownRecord(i item, zone string) string {
	if kind := text(i, "Type"); kind != "NS" && kind != "SOA" {
		return strings.TrimSpace(zone + " " + strings.TrimSuffix(text(i, "Name"), ".") + " " + kind + " " + text(i, "SetIdentifier"))
	}
	return ""
}

func or(v any) string {
	if v == nil {
		return ""
	}
	return fmt.Sprint(v)
}
