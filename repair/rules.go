package repair

import (
	"fmt"
	"hash/crc32"
	"strings"
)

// Why a creation is repeatable.
const (
	overwrites = "AWS overwrites it"
	idempotent = "AWS does nothing where it exists"
	waits      = "it only waits"
	renews     = "AWS makes another version of the same value"
)

// rules by resource type. TestEveryResourceTypeCanBeRepaired fails for a type that a stack plans and that is missing here.
var rules = map[string]rule{
	"aws:accessanalyzer/analyzer:Analyzer": {id: input("analyzerName")},

	"aws:acm/certificate:Certificate":                     {find: findCertificates},
	"aws:acm/certificateValidation:CertificateValidation": {repeatable: waits},

	"aws:appautoscaling/policy:Policy": {id: input("name"), list: listScalingPolicies},
	"aws:appautoscaling/target:Target": {repeatable: overwrites},

	"aws:backup/plan:Plan":                                       {list: listBackupPlans, version: 1},
	"aws:backup/selection:Selection":                             {list: listBackupSelections},
	"aws:backup/restoreTestingPlan:RestoreTestingPlan":           {id: input("name")},
	"aws:backup/restoreTestingSelection:RestoreTestingSelection": {id: joined(":", "name", "restoreTestingPlanName")},
	"aws:backup/vault:Vault":                                     {id: input("name")},
	"aws:backup/vaultLockConfiguration:VaultLockConfiguration":   {repeatable: overwrites},
	"aws:backup/vaultPolicy:VaultPolicy":                         {repeatable: overwrites},

	"aws:budgets/budget:Budget": {id: func(s *subject) (string, error) {
		name, err := s.in.Text("name")
		return s.cloud.account + ":" + name, err
	}},

	"aws:cfg/deliveryChannel:DeliveryChannel": {id: input("name"), list: listDeliveryChannels},
	"aws:cfg/recorder:Recorder":               {id: input("name")},
	"aws:cfg/recorderStatus:RecorderStatus":   {repeatable: overwrites},
	"aws:cfg/rule:Rule":                       {id: input("name")},

	"aws:chatbot/slackChannelConfiguration:SlackChannelConfiguration": {id: func(s *subject) (string, error) {
		name, err := s.in.Text("configurationName")
		return "arn:" + s.cloud.partition + ":chatbot::" + s.cloud.account + ":chat-configuration/slack-channel/" + name, err
	}},

	"aws:cloudfront/distribution:Distribution":                   {find: findDistributions, version: 1},
	"aws:cloudfront/function:Function":                           {id: input("name"), partial: "it may not be published"},
	"aws:cloudfront/originAccessControl:OriginAccessControl":     {list: listOriginAccessControls},
	"aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy": {list: listResponseHeadersPolicies},
	"aws:cloudfront/vpcOrigin:VpcOrigin":                         {find: findVpcOrigins},

	"aws:cloudtrail/trail:Trail": {id: func(s *subject) (string, error) {
		name, err := s.in.Text("name")
		return s.arn("cloudtrail", "trail/"+name), err
	}, version: 1},

	"aws:cloudwatch/compositeAlarm:CompositeAlarm":                 {id: input("alarmName")},
	"aws:cloudwatch/dashboard:Dashboard":                           {repeatable: overwrites},
	"aws:cloudwatch/eventRule:EventRule":                           {id: input("name"), version: 1},
	"aws:cloudwatch/eventTarget:EventTarget":                       {find: findEventTargets, version: 1},
	"aws:cloudwatch/logDelivery:LogDelivery":                       {find: findLogDeliveries},
	"aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination": {id: input("name")},
	"aws:cloudwatch/logDeliverySource:LogDeliverySource":           {id: input("name")},
	"aws:cloudwatch/logGroup:LogGroup":                             {id: input("name")},
	"aws:cloudwatch/logMetricFilter:LogMetricFilter":               {id: input("name"), list: listMetricFilters},
	"aws:cloudwatch/metricAlarm:MetricAlarm":                       {id: input("name"), version: 1},

	"aws:ebs/defaultKmsKey:DefaultKmsKey":                         {repeatable: overwrites},
	"aws:ebs/encryptionByDefault:EncryptionByDefault":             {repeatable: overwrites},
	"aws:ebs/snapshotBlockPublicAccess:SnapshotBlockPublicAccess": {repeatable: overwrites},

	"aws:ec2/defaultRouteTable:DefaultRouteTable":       {repeatable: overwrites},
	"aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": {repeatable: overwrites},
	"aws:ec2/eip:Eip":                                     {find: findAddresses},
	"aws:ec2/flowLog:FlowLog":                             {find: findFlowLogs},
	"aws:ec2/internetGateway:InternetGateway":             {find: findInternetGateways},
	"aws:ec2/natGateway:NatGateway":                       {find: findNatGateways},
	"aws:ec2/networkAcl:NetworkAcl":                       {find: findNetworkAcls},
	"aws:ec2/route:Route":                                 {id: routeID},
	"aws:ec2/routeTable:RouteTable":                       {find: findRouteTables},
	"aws:ec2/routeTableAssociation:RouteTableAssociation": {find: findRouteTableAssociations},
	"aws:ec2/securityGroup:SecurityGroup":                 {list: listSecurityGroups, partial: "it may still let everything out, as AWS makes it", version: 1},
	"aws:ec2/subnet:Subnet":                               {find: findSubnets, version: 1},
	"aws:ec2/vpc:Vpc":                                     {find: findVpcs, version: 1},
	"aws:ec2/vpcEndpoint:VpcEndpoint":                     {find: findVpcEndpoints},

	"aws:ecr/lifecyclePolicy:LifecyclePolicy":                   {repeatable: overwrites},
	"aws:ecr/replicationConfiguration:ReplicationConfiguration": {repeatable: overwrites},
	"aws:ecr/repository:Repository":                             {id: input("name")},

	"aws:ecs/cluster:Cluster": {id: func(s *subject) (string, error) {
		name, err := s.in.Text("name")
		return s.arn("ecs", "cluster/"+name), err
	}},
	"aws:ecs/clusterCapacityProviders:ClusterCapacityProviders": {repeatable: overwrites},
	"aws:ecs/service:Service":                                   {id: ecsServiceID, version: 1},
	"aws:ecs/taskDefinition:TaskDefinition":                     {find: findTaskDefinitions, version: 1},

	"aws:elasticache/parameterGroup:ParameterGroup":     {id: input("name")},
	"aws:elasticache/replicationGroup:ReplicationGroup": {list: listReplicationGroups, version: 2},
	"aws:elasticache/subnetGroup:SubnetGroup":           {id: input("name")},
	"aws:elasticache/user:User":                         {id: input("userId")},
	"aws:elasticache/userGroup:UserGroup":               {id: input("userGroupId")},

	"aws:guardduty/detector:Detector":               {find: findDetectors},
	"aws:guardduty/detectorFeature:DetectorFeature": {repeatable: overwrites},

	"aws:iam/accountPasswordPolicy:AccountPasswordPolicy": {repeatable: overwrites},
	"aws:iam/policy:Policy": {id: func(s *subject) (string, error) {
		name, err := s.in.Text("name")
		path := s.in.Optional("path")
		if path == "" {
			path = "/"
		}
		return "arn:" + s.cloud.partition + ":iam::" + s.cloud.account + ":policy" + path + name, err
	}, list: listPolicies},
	"aws:iam/role:Role": {id: input("name"), list: listRoles},
	"aws:iam/rolePolicyAttachment:RolePolicyAttachment": {repeatable: idempotent},
	"aws:iam/serviceLinkedRole:ServiceLinkedRole":       {find: findServiceLinkedRoles},

	"aws:inspector2/enabler:Enabler": {repeatable: idempotent},

	"aws:kms/alias:Alias": {id: input("name")},
	"aws:kms/key:Key":     {find: findKeys},
	"aws:kms/replicaKey:ReplicaKey": {id: func(s *subject) (string, error) {
		// A replica has its primary's id, in another region.
		arn, err := s.in.Text("primaryKeyArn")
		return arn[strings.LastIndex(arn, "/")+1:], err
	}},

	"aws:lambda/function:Function":                                   {id: input("name")},
	"aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": {repeatable: overwrites},
	"aws:lambda/permission:Permission":                               {id: input("statementId")},

	"aws:lb/listener:Listener":         {find: findListeners},
	"aws:lb/listenerRule:ListenerRule": {find: findListenerRules},
	"aws:lb/loadBalancer:LoadBalancer": {list: listLoadBalancers},
	"aws:lb/targetGroup:TargetGroup":   {list: listTargetGroups},

	"aws:rds/eventSubscription:EventSubscription":                                     {id: input("name")},
	"aws:rds/instance:Instance":                                                       {find: findDatabases, version: 2},
	"aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication": {find: findBackupReplications},
	"aws:rds/parameterGroup:ParameterGroup":                                           {id: input("name")},
	"aws:rds/subnetGroup:SubnetGroup":                                                 {id: input("name")},

	"aws:route53/healthCheck:HealthCheck": {find: findHealthChecks},
	"aws:route53/record:Record":           {id: recordID, outputs: recordOutputs, version: 2},
	"aws:route53/zone:Zone":               {find: findZones},

	"aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock": {repeatable: overwrites},
	"aws:s3/bucket:Bucket": {id: input("bucket")},
	"aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration":                       {repeatable: overwrites},
	"aws:s3/bucketLogging:BucketLogging":                                                     {repeatable: overwrites},
	"aws:s3/bucketNotification:BucketNotification":                                           {repeatable: overwrites},
	"aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration":                     {repeatable: overwrites},
	"aws:s3/bucketOwnershipControls:BucketOwnershipControls":                                 {repeatable: overwrites},
	"aws:s3/bucketPolicy:BucketPolicy":                                                       {repeatable: overwrites},
	"aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock":                                 {repeatable: overwrites},
	"aws:s3/bucketReplicationConfig:BucketReplicationConfig":                                 {repeatable: overwrites},
	"aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": {repeatable: overwrites},
	"aws:s3/bucketVersioning:BucketVersioning":                                               {repeatable: overwrites},

	"aws:scheduler/schedule:Schedule": {id: func(s *subject) (string, error) {
		name, err := s.in.Text("name")
		group := s.in.Optional("groupName")
		if group == "" {
			group = "default"
		}
		return group + "/" + name, err
	}},

	"aws:secretsmanager/secret:Secret":                 {find: findSecrets},
	"aws:secretsmanager/secretPolicy:SecretPolicy":     {repeatable: overwrites},
	"aws:secretsmanager/secretRotation:SecretRotation": {repeatable: overwrites},
	"aws:secretsmanager/secretVersion:SecretVersion":   {repeatable: renews},

	"aws:securityhub/account:Account":                                         {id: account, version: 1},
	"aws:securityhub/standardsSubscription:StandardsSubscription":             {repeatable: idempotent},
	"aws:securityhub/standardsControlAssociation:StandardsControlAssociation": {repeatable: idempotent},

	"aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace": {find: findNamespaces},
	"aws:servicediscovery/service:Service":                         {find: findDiscoveryServices},

	"aws:sns/topic:Topic": {id: func(s *subject) (string, error) {
		name, err := s.in.Text("name")
		return s.arn("sns", name), err
	}},
	"aws:sns/topicPolicy:TopicPolicy":             {repeatable: overwrites},
	"aws:sns/topicSubscription:TopicSubscription": {repeatable: idempotent},

	"aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule":   {find: findSecurityGroupRules(true)},
	"aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": {find: findSecurityGroupRules(false)},

	"aws:wafv2/webAcl:WebAcl":                                         {list: listWebAcls},
	"aws:wafv2/webAclAssociation:WebAclAssociation":                   {repeatable: overwrites},
	"aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration": {repeatable: overwrites},

	// The resource of awsx is a component. The resources in it are above.
	"awsx:ecr:Repository": {repeatable: "it is nothing in AWS"},
}

// input returns the id of a resource whose id is one of its inputs.
func input(key string) func(*subject) (string, error) {
	return func(s *subject) (string, error) { return s.in.Text(key) }
}

// joined returns the id of a resource whose id is made of several inputs.
func joined(separator string, keys ...string) func(*subject) (string, error) {
	return func(s *subject) (string, error) {
		parts, err := s.in.Texts(keys...)
		return strings.Join(parts, separator), err
	}
}

func account(s *subject) (string, error) { return s.cloud.account, nil }

// routeID returns the id that the provider computes. AWS has no ids for routes: the provider reads a route by table and
// destination.
func routeID(s *subject) (string, error) {
	table, err := s.in.Text("routeTableId")
	if err != nil {
		return "", err
	}
	for _, key := range []string{"destinationCidrBlock", "destinationIpv6CidrBlock", "destinationPrefixListId"} {
		if destination := s.in.Optional(key); destination != "" {
			return fmt.Sprintf("r-%s%d", table, crc32.ChecksumIEEE([]byte(destination))), nil
		}
	}
	return "", fmt.Errorf("its state has no destination, by which it would be found")
}

// recordID returns zone, name and type, and the set identifier if several records have the same name and type. A dot at the
// end of the name stays, as in the provider's ids.
func recordID(s *subject) (string, error) {
	parts, err := s.in.Texts("zoneId", "name", "type")
	if err != nil {
		return "", err
	}
	parts[1] = strings.ToLower(parts[1])
	if set := s.in.Optional("setIdentifier"); set != "" {
		parts = append(parts, set)
	}
	return strings.Join(parts, "_"), nil
}

// recordOutputs returns the name without the final dot, as the provider keeps it.
func recordOutputs(in values) values {
	return values{"name": strings.ToLower(strings.TrimSuffix(in.Optional("name"), "."))}
}

// ecsServiceID returns the ARN. The input cluster is the cluster's name or ARN, which both end in the name.
func ecsServiceID(s *subject) (string, error) {
	parts, err := s.in.Texts("cluster", "name")
	if err != nil {
		return "", err
	}
	cluster := parts[0][strings.LastIndex(parts[0], "/")+1:]
	return s.arn("ecs", "service/"+cluster+"/"+parts[1]), nil
}
