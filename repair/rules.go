package repair

import (
	"fmt"
	"hash/crc32"
	"strings"
)

// Why a creation may simply be repeated.
const (
	overwrites = "AWS overwrites it"
	idempotent = "AWS does nothing where it exists"
	waits      = "it only waits"
	renews     = "AWS makes another version of the same value"
)

// rules by resource type. The test of all stacks fails for a type that one of them plans and that is not here.
var rules = map[string]rule{
	"aws:accessanalyzer/analyzer:Analyzer": {id: input("analyzerName")},

	"aws:acm/certificate:Certificate":                     {find: findCertificates},
	"aws:acm/certificateValidation:CertificateValidation": {again: waits},

	"aws:appautoscaling/policy:Policy": {id: input("name")},
	"aws:appautoscaling/target:Target": {again: overwrites},

	"aws:backup/plan:Plan":                                       {find: findBackupPlans, version: 1},
	"aws:backup/selection:Selection":                             {find: findBackupSelections},
	"aws:backup/restoreTestingPlan:RestoreTestingPlan":           {id: input("name")},
	"aws:backup/restoreTestingSelection:RestoreTestingSelection": {id: joined(":", "name", "restoreTestingPlanName")},
	"aws:backup/vault:Vault":                                     {id: input("name")},
	"aws:backup/vaultLockConfiguration:VaultLockConfiguration":   {again: overwrites},
	"aws:backup/vaultPolicy:VaultPolicy":                         {again: overwrites},

	"aws:budgets/budget:Budget": {id: func(s *subject) (string, error) {
		name, err := s.in.text("name")
		return s.cloud.account + ":" + name, err
	}},

	"aws:cfg/deliveryChannel:DeliveryChannel": {id: input("name")},
	"aws:cfg/recorder:Recorder":               {id: input("name")},
	"aws:cfg/recorderStatus:RecorderStatus":   {again: overwrites},
	"aws:cfg/rule:Rule":                       {id: input("name")},

	"aws:chatbot/slackChannelConfiguration:SlackChannelConfiguration": {id: func(s *subject) (string, error) {
		name, err := s.in.text("configurationName")
		return "arn:" + s.cloud.partition + ":chatbot::" + s.cloud.account + ":chat-configuration/slack-channel/" + name, err
	}},

	"aws:cloudfront/distribution:Distribution":                   {find: findDistributions, version: 1},
	"aws:cloudfront/function:Function":                           {id: input("name"), half: "it may not be published"},
	"aws:cloudfront/originAccessControl:OriginAccessControl":     {find: findOriginAccessControls},
	"aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy": {find: findResponseHeadersPolicies},
	"aws:cloudfront/vpcOrigin:VpcOrigin":                         {find: findVpcOrigins},

	"aws:cloudtrail/trail:Trail": {id: func(s *subject) (string, error) {
		name, err := s.in.text("name")
		return s.arn("cloudtrail", "trail/"+name), err
	}, version: 1},

	"aws:cloudwatch/compositeAlarm:CompositeAlarm":                 {id: input("alarmName")},
	"aws:cloudwatch/dashboard:Dashboard":                           {again: overwrites},
	"aws:cloudwatch/eventRule:EventRule":                           {id: input("name"), version: 1},
	"aws:cloudwatch/eventTarget:EventTarget":                       {find: findEventTargets, version: 1},
	"aws:cloudwatch/logDelivery:LogDelivery":                       {find: findLogDeliveries},
	"aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination": {id: input("name")},
	"aws:cloudwatch/logDeliverySource:LogDeliverySource":           {id: input("name")},
	"aws:cloudwatch/logGroup:LogGroup":                             {id: input("name")},
	"aws:cloudwatch/logMetricFilter:LogMetricFilter":               {id: input("name")},
	"aws:cloudwatch/metricAlarm:MetricAlarm":                       {id: input("name"), version: 1},

	"aws:ebs/defaultKmsKey:DefaultKmsKey":                         {again: overwrites},
	"aws:ebs/encryptionByDefault:EncryptionByDefault":             {again: overwrites},
	"aws:ebs/snapshotBlockPublicAccess:SnapshotBlockPublicAccess": {again: overwrites},

	"aws:ec2/defaultRouteTable:DefaultRouteTable":       {again: overwrites},
	"aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": {again: overwrites},
	"aws:ec2/eip:Eip":                                     {find: findAddresses},
	"aws:ec2/flowLog:FlowLog":                             {find: findFlowLogs},
	"aws:ec2/internetGateway:InternetGateway":             {find: findInternetGateways},
	"aws:ec2/natGateway:NatGateway":                       {find: findNatGateways},
	"aws:ec2/networkAcl:NetworkAcl":                       {find: findNetworkAcls},
	"aws:ec2/route:Route":                                 {id: routeID},
	"aws:ec2/routeTable:RouteTable":                       {find: findRouteTables},
	"aws:ec2/routeTableAssociation:RouteTableAssociation": {find: findRouteTableAssociations},
	"aws:ec2/securityGroup:SecurityGroup":                 {find: findSecurityGroups, half: "it may still let everything out, as AWS makes it", version: 1},
	"aws:ec2/subnet:Subnet":                               {find: findSubnets, version: 1},
	"aws:ec2/vpc:Vpc":                                     {find: findVpcs, version: 1},
	"aws:ec2/vpcEndpoint:VpcEndpoint":                     {find: findVpcEndpoints},

	"aws:ecr/lifecyclePolicy:LifecyclePolicy":                   {again: overwrites},
	"aws:ecr/replicationConfiguration:ReplicationConfiguration": {again: overwrites},
	"aws:ecr/repository:Repository":                             {id: input("name")},

	"aws:ecs/cluster:Cluster": {id: func(s *subject) (string, error) {
		name, err := s.in.text("name")
		return s.arn("ecs", "cluster/"+name), err
	}},
	"aws:ecs/clusterCapacityProviders:ClusterCapacityProviders": {again: overwrites},
	"aws:ecs/service:Service":                                   {id: ecsServiceID, version: 1},
	"aws:ecs/taskDefinition:TaskDefinition":                     {find: findTaskDefinitions, version: 1},

	"aws:elasticache/parameterGroup:ParameterGroup":     {id: input("name")},
	"aws:elasticache/replicationGroup:ReplicationGroup": {find: findReplicationGroups, version: 2},
	"aws:elasticache/subnetGroup:SubnetGroup":           {id: input("name")},
	"aws:elasticache/user:User":                         {id: input("userId")},
	"aws:elasticache/userGroup:UserGroup":               {id: input("userGroupId")},

	"aws:guardduty/detector:Detector":               {find: findDetectors},
	"aws:guardduty/detectorFeature:DetectorFeature": {again: overwrites},

	"aws:iam/accountPasswordPolicy:AccountPasswordPolicy": {again: overwrites},
	"aws:iam/policy:Policy": {id: func(s *subject) (string, error) {
		name, err := s.in.text("name")
		path := s.in.optional("path")
		if path == "" {
			path = "/"
		}
		return "arn:" + s.cloud.partition + ":iam::" + s.cloud.account + ":policy" + path + name, err
	}},
	"aws:iam/role:Role": {id: input("name")},
	"aws:iam/rolePolicyAttachment:RolePolicyAttachment": {again: idempotent},
	"aws:iam/serviceLinkedRole:ServiceLinkedRole":       {find: findServiceLinkedRoles},

	"aws:inspector2/enabler:Enabler": {again: idempotent},

	"aws:kms/alias:Alias": {id: input("name")},
	"aws:kms/key:Key":     {find: findKeys},
	"aws:kms/replicaKey:ReplicaKey": {id: func(s *subject) (string, error) {
		// A replica has its primary's id, in another region.
		arn, err := s.in.text("primaryKeyArn")
		return arn[strings.LastIndex(arn, "/")+1:], err
	}},

	"aws:lambda/function:Function":                                   {id: input("name")},
	"aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": {again: overwrites},
	"aws:lambda/permission:Permission":                               {id: input("statementId")},

	"aws:lb/listener:Listener":         {find: findListeners},
	"aws:lb/listenerRule:ListenerRule": {find: findListenerRules},
	"aws:lb/loadBalancer:LoadBalancer": {find: findLoadBalancers},
	"aws:lb/targetGroup:TargetGroup":   {find: findTargetGroups},

	"aws:rds/eventSubscription:EventSubscription":                                     {id: input("name")},
	"aws:rds/instance:Instance":                                                       {find: findDatabases, version: 2},
	"aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication": {find: findBackupReplications},
	"aws:rds/parameterGroup:ParameterGroup":                                           {id: input("name")},
	"aws:rds/subnetGroup:SubnetGroup":                                                 {id: input("name")},

	"aws:route53/healthCheck:HealthCheck": {find: findHealthChecks},
	"aws:route53/record:Record":           {id: recordID, outputs: recordOutputs, version: 2},
	"aws:route53/zone:Zone":               {find: findZones},

	"aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock": {again: overwrites},
	"aws:s3/bucket:Bucket": {id: input("bucket")},
	"aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration":                       {again: overwrites},
	"aws:s3/bucketLogging:BucketLogging":                                                     {again: overwrites},
	"aws:s3/bucketNotification:BucketNotification":                                           {again: overwrites},
	"aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration":                     {again: overwrites},
	"aws:s3/bucketOwnershipControls:BucketOwnershipControls":                                 {again: overwrites},
	"aws:s3/bucketPolicy:BucketPolicy":                                                       {again: overwrites},
	"aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock":                                 {again: overwrites},
	"aws:s3/bucketReplicationConfig:BucketReplicationConfig":                                 {again: overwrites},
	"aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": {again: overwrites},
	"aws:s3/bucketVersioning:BucketVersioning":                                               {again: overwrites},

	"aws:scheduler/schedule:Schedule": {id: func(s *subject) (string, error) {
		name, err := s.in.text("name")
		group := s.in.optional("groupName")
		if group == "" {
			group = "default"
		}
		return group + "/" + name, err
	}},

	"aws:secretsmanager/secret:Secret":                 {find: findSecrets},
	"aws:secretsmanager/secretPolicy:SecretPolicy":     {again: overwrites},
	"aws:secretsmanager/secretRotation:SecretRotation": {again: overwrites},
	"aws:secretsmanager/secretVersion:SecretVersion":   {again: renews},

	"aws:securityhub/account:Account":                                         {id: account, version: 1},
	"aws:securityhub/standardsSubscription:StandardsSubscription":             {again: idempotent},
	"aws:securityhub/standardsControlAssociation:StandardsControlAssociation": {again: idempotent},

	"aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace": {find: findNamespaces},
	"aws:servicediscovery/service:Service":                         {find: findDiscoveryServices},

	"aws:sns/topic:Topic": {id: func(s *subject) (string, error) {
		name, err := s.in.text("name")
		return s.arn("sns", name), err
	}},
	"aws:sns/topicPolicy:TopicPolicy":             {again: overwrites},
	"aws:sns/topicSubscription:TopicSubscription": {again: idempotent},

	"aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule":   {find: findSecurityGroupRules(true)},
	"aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": {find: findSecurityGroupRules(false)},

	"aws:wafv2/webAcl:WebAcl":                                         {find: findWebAcls},
	"aws:wafv2/webAclAssociation:WebAclAssociation":                   {again: overwrites},
	"aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration": {again: overwrites},

	// awsx's own resource is a component; what it makes is above.
	"awsx:ecr:Repository": {again: "it is nothing in AWS"},
}

// input is an id that is one of the inputs.
func input(key string) func(*subject) (string, error) {
	return func(s *subject) (string, error) { return s.in.text(key) }
}

// joined is an id made of several inputs.
func joined(separator string, keys ...string) func(*subject) (string, error) {
	return func(s *subject) (string, error) {
		parts, err := s.in.texts(keys...)
		return strings.Join(parts, separator), err
	}
}

func account(s *subject) (string, error) { return s.cloud.account, nil }

// routeID is as the provider makes it up. AWS has no id for routes, so the read goes by table and destination.
func routeID(s *subject) (string, error) {
	table, err := s.in.text("routeTableId")
	if err != nil {
		return "", err
	}
	for _, key := range []string{"destinationCidrBlock", "destinationIpv6CidrBlock", "destinationPrefixListId"} {
		if destination := s.in.optional(key); destination != "" {
			return fmt.Sprintf("r-%s%d", table, crc32.ChecksumIEEE([]byte(destination))), nil
		}
	}
	return "", fmt.Errorf("its state has no destination, by which it would be found")
}

// recordID is zone, name and type, and the set identifier where several records share those. A dot at the end of the
// name stays, as in the ids that the provider makes.
func recordID(s *subject) (string, error) {
	parts, err := s.in.texts("zoneId", "name", "type")
	if err != nil {
		return "", err
	}
	parts[1] = strings.ToLower(parts[1])
	if set := s.in.optional("setIdentifier"); set != "" {
		parts = append(parts, set)
	}
	return strings.Join(parts, "_"), nil
}

// recordOutputs have the name as the provider keeps it, which compares it with the program's without the dot.
func recordOutputs(in values) values {
	return values{"name": strings.ToLower(strings.TrimSuffix(in.optional("name"), "."))}
}

// ecsServiceID is the ARN. The cluster is given by name or ARN; either ends in its name.
func ecsServiceID(s *subject) (string, error) {
	parts, err := s.in.texts("cluster", "name")
	if err != nil {
		return "", err
	}
	cluster := parts[0][strings.LastIndex(parts[0], "/")+1:]
	return s.arn("ecs", "service/"+cluster+"/"+parts[1]), nil
}
