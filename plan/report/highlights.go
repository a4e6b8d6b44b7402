package report

import (
	"strings"

	"github.com/carebase/carebase/graph"
)

// matters lists, for the types a reviewer looks at first, the inputs that say what is built and how safe it is.
// Other types show their name and type only; `carebase plan --inputs` shows all.
var matters = map[string][]string{
	"aws:acm/certificate:Certificate":                           {"domainName", "subjectAlternativeNames"},
	"aws:appautoscaling/policy:Policy":                          {"targetTrackingScalingPolicyConfiguration.targetValue"},
	"aws:appautoscaling/target:Target":                          {"minCapacity", "maxCapacity"},
	"aws:cloudfront/distribution:Distribution":                  {"aliases", "priceClass", "viewerCertificate.minimumProtocolVersion"},
	"aws:cloudwatch/logGroup:LogGroup":                          {"name", "retentionInDays"},
	"aws:ec2/natGateway:NatGateway":                             {"subnetId"},
	"aws:ec2/route:Route":                                       {"destinationCidrBlock", "gatewayId", "natGatewayId"},
	"aws:ec2/subnet:Subnet":                                     {"cidrBlock", "availabilityZone"},
	"aws:ec2/vpc:Vpc":                                           {"cidrBlock"},
	"aws:ec2/vpcEndpoint:VpcEndpoint":                           {"vpcEndpointType", "serviceName"},
	"aws:ecs/cluster:Cluster":                                   {"name"},
	"aws:ecs/service:Service":                                   {"desiredCount"},
	"aws:ecs/taskDefinition:TaskDefinition":                     {"cpu", "memory", "runtimePlatform.cpuArchitecture"},
	"aws:elasticache/replicationGroup:ReplicationGroup":         {"nodeType", "numCacheClusters", "multiAzEnabled", "snapshotRetentionLimit"},
	"aws:kms/key:Key":                                           {"enableKeyRotation", "deletionWindowInDays"},
	"aws:lb/listener:Listener":                                  {"port", "protocol", "sslPolicy"},
	"aws:lb/listenerRule:ListenerRule":                          {"priority"},
	"aws:lb/loadBalancer:LoadBalancer":                          {"internal", "enableDeletionProtection"},
	"aws:rds/instance:Instance":                                 {"instanceClass", "engineVersion", "allocatedStorage", "maxAllocatedStorage", "multiAz", "backupRetentionPeriod", "deletionProtection"},
	"aws:route53/record:Record":                                 {"name", "type"},
	"aws:s3/bucket:Bucket":                                      {"bucket"},
	"aws:secretsmanager/secret:Secret":                          {"name", "recoveryWindowInDays"},
	"aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule":   {"description"},
	"aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": {"description"},
	"pulumi:providers:aws":                                      {"region", "allowedAccountIds"},
}

func highlights(r *graph.Resource) string {
	inputs := r.Readable()
	var shown []string
	for _, path := range matters[r.Type] {
		value := at(inputs, path)
		if value == nil {
			continue
		}
		key := path[strings.LastIndex(path, ".")+1:]
		if list, ok := value.([]any); ok {
			shown = append(shown, key+"=["+joined(list)+"]")
			continue
		}
		shown = append(shown, key+"="+scalar(value))
	}
	return strings.Join(shown, " ")
}

func at(inputs map[string]any, path string) any {
	var value any = inputs
	for _, step := range strings.Split(path, ".") {
		object, ok := value.(map[string]any)
		if !ok {
			return nil
		}
		value = object[step]
	}
	return value
}
