package cost

import (
	"bytes"
	"encoding/json"
	"flag"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/property"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/graph"
)

var update = flag.Bool("update", false, "rewrite the golden file in testdata")

var today = time.Date(2026, time.December, 1, 0, 0, 0, 0, time.UTC)

// value makes a property of a Go value.
func value(v any) property.Value {
	switch v := v.(type) {
	case map[string]any:
		return property.New(properties(v))
	case []any:
		list := make([]property.Value, 0, len(v))
		for _, element := range v {
			list = append(list, value(element))
		}
		return property.New(list)
	case int:
		return property.New(float64(v))
	case bool:
		return property.New(v)
	case string:
		return property.New(v)
	case property.Value:
		return v
	}
	panic(v)
}

func properties(values map[string]any) map[string]property.Value {
	converted := map[string]property.Value{}
	for key, v := range values {
		converted[key] = value(v)
	}
	return converted
}

type (
	in   = map[string]any
	list = []any
)

// resource is a resource in us-east-1 whose name is the last part of its type.
func resource(kind string, inputs in, dependencies ...*graph.Resource) *graph.Resource {
	name := kind[strings.LastIndex(kind, ":")+1:]
	r := &graph.Resource{
		URN: "urn:pulumi:prod::care::" + kind + "::" + name, Type: kind, Name: name, Custom: true, Region: "us-east-1",
		Inputs: property.NewMap(properties(inputs)), PropertyDependencies: map[string][]string{},
	}
	for _, d := range dependencies {
		for key := range inputs { // every input may refer to every dependency: the reader looks at the type
			r.PropertyDependencies[key] = append(r.PropertyDependencies[key], d.URN)
		}
	}
	return r
}

func estimate(t *testing.T, options Options, resources ...*graph.Resource) *Estimate {
	t.Helper()
	if options.Now.IsZero() {
		options.Now = today
	}
	e, err := New(graph.New("care", "prod", resources), options)
	require.NoError(t, err)
	return e
}

// task returns a task definition and a service that runs it.
func task(definition, service in) []*graph.Resource {
	d := resource(taskDefinition, definition)
	service["taskDefinition"] = "definition"
	return []*graph.Resource{d, resource("aws:ecs/service:Service", service, d)}
}

// charges lists the lines of an estimate: "Service item region quantity", with "usage" and the key behind it for usage.
func charges(e *Estimate) []string {
	var all []string
	for _, l := range e.Lines {
		text := strings.Join([]string{l.Service, l.Item, l.Region, amount(l.Quantity)}, " ")
		if l.Usage != "" {
			text += " usage " + l.Usage
		}
		all = append(all, text)
	}
	return all
}

func reasons(e *Estimate) []string {
	var all []string
	for _, u := range e.Unpriced {
		all = append(all, amount(float64(u.Count))+" "+u.Reason)
	}
	return all
}

var cases = []struct {
	name      string
	resources []*graph.Resource
	charges   []string
	unpriced  []string
}{
	{"service on x86", task(in{"cpu": "1024", "memory": "2048"}, in{"desiredCount": 3}),
		[]string{"Fargate gb-x86 us-east-1 4,380", "Fargate vcpu-x86 us-east-1 2,190"}, nil},
	{"service on ARM with storage and public addresses",
		task(in{"cpu": "512", "memory": "1024", "runtimePlatform": in{"cpuArchitecture": "ARM64"}, "ephemeralStorage": in{"sizeInGib": 30}},
			in{"desiredCount": 1, "networkConfiguration": in{"assignPublicIp": true}}),
		[]string{"Fargate ephemeral-gb us-east-1 7,300", "Fargate gb-arm us-east-1 730", "Fargate vcpu-arm us-east-1 365", "VPC public-ipv4 us-east-1 730"}, nil},
	{"scaled service runs its minimum", scaled(), []string{"Fargate gb-x86 us-east-1 2,920", "Fargate vcpu-x86 us-east-1 1,460"}, nil},
	{"task without a size", task(in{}, in{"desiredCount": 1}), nil, []string{"1 the size of its task is not set on the task"}},
	{"task on Windows", task(in{"cpu": "256", "memory": "512", "runtimePlatform": in{"operatingSystemFamily": "WINDOWS_SERVER_2022_CORE"}}, in{"desiredCount": 1}),
		nil, []string{"1 tasks on Windows"}},
	{"service on instances", task(in{"cpu": "256", "memory": "512"}, in{"launchType": "EC2"}), nil,
		[]string{"1 tasks on EC2 instances are paid with the instances"}},
	{"service of an unknown task", one("aws:ecs/service:Service", in{}), nil, []string{"1 its task definition is not in the stack"}},
	{"job", one(taskDefinition, in{"cpu": "1024", "memory": "1024"}),
		[]string{"Fargate gb-x86 us-east-1 10 usage jobHours", "Fargate vcpu-x86 us-east-1 10 usage jobHours"}, nil},
	{"cluster with enhanced insights", one("aws:ecs/cluster:Cluster", in{"settings": list{in{"name": "containerInsights", "value": "enhanced"}}}),
		[]string{"CloudWatch container-insights-metric us-east-1 100 usage insightsMetrics"}, nil},
	{"cluster with insights", one("aws:ecs/cluster:Cluster", in{"settings": list{in{"name": "containerInsights", "value": "enabled"}}}),
		[]string{"CloudWatch metric us-east-1 100 usage insightsMetrics"}, nil},
	{"cluster without insights", one("aws:ecs/cluster:Cluster", in{}), nil, nil},
	{"target tracking", one("aws:appautoscaling/policy:Policy", in{"policyType": "TargetTrackingScaling"}), []string{"CloudWatch alarm us-east-1 2"}, nil},
	{"database in two zones", one(databaseType, in{"engine": "postgres", "instanceClass": "db.r6g.large", "multiAz": true, "storageType": "gp3", "allocatedStorage": 100}),
		[]string{"RDS db.r6g.large PostgreSQL us-east-1 1,460", "RDS storage-gp3-multi-az us-east-1 100"}, nil},
	{"database in one zone with its password in a secret",
		one(databaseType, in{"engine": "postgres", "instanceClass": "db.t4g.micro", "storageType": "gp3", "allocatedStorage": 20, "manageMasterUserPassword": true}),
		[]string{"RDS db.t4g.micro PostgreSQL us-east-1 730", "RDS storage-gp3 us-east-1 20", "Secrets Manager secret us-east-1 1"}, nil},
	{"replica of another stack's database", one(databaseType, in{"replicateSourceDb": "arn", "instanceClass": "db.t4g.micro", "storageType": "gp3"}),
		[]string{"RDS db.t4g.micro PostgreSQL us-east-1 730"}, []string{"1 storage: a replica has the size of its source, which is in another stack"}},
	{"database with extras", one(databaseType, in{"engine": "postgres", "instanceClass": "db.t4g.micro", "storageType": "io2", "allocatedStorage": 20, "iops": 1000,
		"performanceInsightsRetentionPeriod": 731, "databaseInsightsMode": "advanced"}),
		[]string{"RDS db.t4g.micro PostgreSQL us-east-1 730"},
		[]string{"1 Database Insights, advanced", "1 IOPS and throughput of storage", "1 Performance Insights for more than 7 days", `1 storage of type "io2"`}},
	{"database of another engine", one(databaseType, in{"engine": "oracle-ee", "instanceClass": "db.t3.micro"}), nil, []string{`1 a database of engine "oracle-ee"`}},
	{"database of a class without a price", one(databaseType, in{"engine": "postgres", "instanceClass": "db.x9.huge", "storageType": "gp3", "allocatedStorage": 1}),
		[]string{"RDS storage-gp3 us-east-1 1"}, []string{"1 RDS: no price of db.x9.huge PostgreSQL in us-east-1"}},
	{"replicated backups", one("aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication", in{}), []string{"RDS backup us-east-1 50 usage backupGB"}, nil},
	{"cache", one("aws:elasticache/replicationGroup:ReplicationGroup", in{"engine": "redis", "nodeType": "cache.r6g.large", "numCacheClusters": 2, "snapshotRetentionLimit": 15}),
		[]string{"ElastiCache backup us-east-1 20 usage cacheBackupGB", "ElastiCache cache.r6g.large Redis us-east-1 1,460"}, nil},
	{"cache of shards", one("aws:elasticache/replicationGroup:ReplicationGroup", in{"engine": "valkey", "nodeType": "cache.t4g.small", "numNodeGroups": 2, "replicasPerNodeGroup": 1}),
		[]string{"ElastiCache cache.t4g.small Valkey us-east-1 2,920"}, nil},
	{"cache of unknown size", one("aws:elasticache/replicationGroup:ReplicationGroup", in{"numCacheClusters": property.New(property.Computed)}), nil,
		[]string{"1 its number of nodes or its engine is not known"}},
	{"NAT gateway", one("aws:ec2/natGateway:NatGateway", in{}), []string{"VPC nat-gateway us-east-1 730", "VPC nat-gateway-gb us-east-1 50 usage natGB"}, nil},
	{"address", one("aws:ec2/eip:Eip", in{}), []string{"VPC public-ipv4 us-east-1 730"}, nil},
	{"interface endpoint", one("aws:ec2/vpcEndpoint:VpcEndpoint", in{"vpcEndpointType": "Interface", "subnetIds": list{"a", "b", "c"}}),
		[]string{"PrivateLink interface-endpoint us-east-1 2,190", "PrivateLink interface-endpoint-gb us-east-1 50 usage endpointGB"}, nil},
	{"gateway endpoint", one("aws:ec2/vpcEndpoint:VpcEndpoint", in{}), nil, nil},
	{"endpoint of another type", one("aws:ec2/vpcEndpoint:VpcEndpoint", in{"vpcEndpointType": "GatewayLoadBalancer"}), nil, []string{`1 an endpoint of type "GatewayLoadBalancer"`}},
	{"load balancer", one("aws:lb/loadBalancer:LoadBalancer", in{"subnets": list{"a", "b"}}),
		[]string{"Data transfer internet-gb us-east-1 50 usage webGB", "Load balancing application us-east-1 730",
			"Load balancing application-lcu us-east-1 730 usage loadBalancerUnits", "VPC public-ipv4 us-east-1 1,460"}, nil},
	{"internal load balancer", one("aws:lb/loadBalancer:LoadBalancer", in{"internal": true, "loadBalancerType": "network"}),
		[]string{"Load balancing network us-east-1 730", "Load balancing network-lcu us-east-1 730 usage loadBalancerUnits"}, nil},
	{"gateway load balancer", one("aws:lb/loadBalancer:LoadBalancer", in{"loadBalancerType": "gateway"}), nil, []string{`1 a load balancer of type "gateway"`}},
	{"distribution", one("aws:cloudfront/distribution:Distribution", in{}),
		[]string{"CloudFront requests global 500 usage webRequests", "CloudFront transfer-gb global 50 usage webGB"}, nil},
	{"web ACL", one("aws:wafv2/webAcl:WebAcl", in{"rules": list{in{}, in{"statement": in{"managedRuleGroupStatement": in{"name": "AWSManagedRulesBotControlRuleSet"}}}}}),
		[]string{"WAF requests us-east-1 5 usage webRequests", "WAF rule us-east-1 2", "WAF web-acl us-east-1 1"}, []string{"1 the rule group AWSManagedRulesBotControlRuleSet"}},
	{"zone", one("aws:route53/zone:Zone", in{}), []string{"Route 53 hosted-zone global 1", "Route 53 queries global 5 usage dnsQueries"}, nil},
	{"private zone", one("aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace", in{}), []string{"Route 53 hosted-zone global 1"}, nil},
	{"health check", one("aws:route53/healthCheck:HealthCheck", in{"type": "HTTPS_STR_MATCH", "requestInterval": 10, "measureLatency": true}),
		[]string{"Route 53 health-check global 1", "Route 53 health-check-option global 4"}, nil},
	{"plain health check", one("aws:route53/healthCheck:HealthCheck", in{"type": "TCP", "requestInterval": 30}), []string{"Route 53 health-check global 1"}, nil},
	{"calculated health check", one("aws:route53/healthCheck:HealthCheck", in{"type": "CALCULATED"}), []string{"Route 53 health-check-other global 1"}, nil},
	{"key", one("aws:kms/key:Key", in{"enableKeyRotation": true}), []string{"KMS key us-east-1 1", "KMS requests us-east-1 100 usage keyRequests"}, nil},
	{"secret with a replica", one("aws:secretsmanager/secret:Secret", in{"replicas": list{in{"region": "us-west-2"}}}),
		[]string{"Secrets Manager requests us-east-1 10 usage secretRequests", "Secrets Manager secret us-east-1 1", "Secrets Manager secret us-west-2 1"}, nil},
	{"bucket", one("aws:s3/bucket:Bucket", in{}), []string{"S3 glacier us-east-1 200 usage archivedGB", "S3 reads us-east-1 2,000 usage fileReads",
		"S3 standard us-east-1 100 usage filesGB", "S3 writes us-east-1 500 usage fileWrites"}, nil},
	{"replication", one("aws:s3/bucketReplicationConfig:BucketReplicationConfig", in{}), []string{"Data transfer cross-region-gb us-east-1 50 usage crossRegionGB"}, nil},
	{"alarm", one("aws:cloudwatch/metricAlarm:MetricAlarm", in{"metricName": "x", "period": 300}), []string{"CloudWatch alarm us-east-1 1"}, nil},
	{"alarm of high resolution", one("aws:cloudwatch/metricAlarm:MetricAlarm", in{"metricName": "x", "period": 10}), []string{"CloudWatch alarm-high-resolution us-east-1 1"}, nil},
	{"alarm of an expression", one("aws:cloudwatch/metricAlarm:MetricAlarm", in{"metricQueries": list{
		in{"id": "a", "metric": in{"metricName": "x", "period": 60}}, in{"id": "b", "metric": in{"metricName": "y", "period": 60}}, in{"id": "c", "expression": "a/b"}}}),
		[]string{"CloudWatch alarm us-east-1 2"}, nil},
	{"alarm of an anomaly", one("aws:cloudwatch/metricAlarm:MetricAlarm", in{"metricQueries": list{
		in{"id": "a", "metric": in{"metricName": "x", "period": 60}}, in{"id": "b", "expression": "ANOMALY_DETECTION_BAND(a, 2)"}}}), []string{"CloudWatch alarm us-east-1 3"}, nil},
	{"composite alarm", one("aws:cloudwatch/compositeAlarm:CompositeAlarm", in{}), []string{"CloudWatch alarm-composite us-east-1 1"}, nil},
	{"dashboard", one("aws:cloudwatch/dashboard:Dashboard", in{}), []string{"CloudWatch dashboard us-east-1 1"}, nil},
	{"metric filter", one("aws:cloudwatch/logMetricFilter:LogMetricFilter", in{}), []string{"CloudWatch metric us-east-1 1"}, nil},
	{"log group", one("aws:cloudwatch/logGroup:LogGroup", in{}), []string{"CloudWatch logs-ingested us-east-1 30 usage logsGB", "CloudWatch logs-stored us-east-1 60 usage logsStoredGB"}, nil},
	{"canary", one("aws:synthetics/canary:Canary", in{"schedule": in{"expression": "rate(5 minutes)"}}), []string{"CloudWatch canary-run us-east-1 8,760"}, nil},
	{"canary by the hour", one("aws:synthetics/canary:Canary", in{"schedule": in{"expression": "rate(1 hour)"}}), []string{"CloudWatch canary-run us-east-1 730"}, nil},
	{"canary by the calendar", one("aws:synthetics/canary:Canary", in{"schedule": in{"expression": "cron(0 * * * ? *)"}}), nil, []string{"1 a schedule that is not a rate"}},
	{"function", one("aws:lambda/function:Function", in{"architectures": list{"arm64"}}),
		[]string{"Lambda gb-second-arm us-east-1 50,000 usage functionGBSeconds", "Lambda requests us-east-1 1 usage functionRequests"}, nil},
	{"instance", one("aws:ec2/instance:Instance", in{"instanceType": "t4g.medium", "associatePublicIpAddress": true, "rootBlockDevice": in{"volumeType": "gp3", "volumeSize": 30}}),
		[]string{"EBS gp3 us-east-1 30", "EC2 t4g.medium linux us-east-1 730", "VPC public-ipv4 us-east-1 730"}, nil},
	{"instance without volumes", one("aws:ec2/instance:Instance", in{"instanceType": "t4g.medium"}), []string{"EC2 t4g.medium linux us-east-1 730"}, []string{"1 the size of a volume is not set"}},
	{"volume", one("aws:ebs/volume:Volume", in{"type": "gp3", "size": 100, "iops": 4000, "throughput": 250}),
		[]string{"EBS gp3 us-east-1 100", "EBS gp3-iops us-east-1 1,000", "EBS gp3-throughput us-east-1 125"}, nil},
	{"volume of another type", one("aws:ebs/volume:Volume", in{"type": "io2", "size": 100}), nil, []string{`1 a volume of type "io2"`}},
	{"snapshots", one("aws:dlm/lifecyclePolicy:LifecyclePolicy", in{}), []string{"EBS snapshot us-east-1 50 usage snapshotGB"}, nil},
	{"vault", one("aws:backup/vault:Vault", in{}), []string{"AWS Backup rds-snapshot us-east-1 50 usage backupGB"}, nil},
	{"restore tests", one("aws:backup/restoreTestingPlan:RestoreTestingPlan", in{}), []string{"AWS Backup restore-test us-east-1 4 usage restoreTests"}, nil},
	{"recorder", one("aws:cfg/recorder:Recorder", in{}), []string{"Config configuration-item us-east-1 2,000 usage configItems"}, nil},
	{"rule", one("aws:cfg/rule:Rule", in{}), []string{"Config rule-evaluation us-east-1 10,000 usage ruleEvaluations"}, nil},
	{"security checks", one("aws:securityhub/account:Account", in{}), []string{"Security Hub check us-east-1 10,000 usage securityChecks"}, nil},
	{"trail of management events", one("aws:cloudtrail/trail:Trail", in{}), nil, nil},
	{"trail of objects", one("aws:cloudtrail/trail:Trail", in{"advancedEventSelectors": list{in{"fieldSelectors": list{in{"field": "eventCategory", "equals": list{"Data"}}}}}}),
		[]string{"CloudTrail data-events us-east-1 10 usage dataEvents"}, nil},
	{"detector", one("aws:guardduty/detector:Detector", in{}),
		[]string{"GuardDuty flow-logs us-east-1 10 usage flowLogsGB", "GuardDuty management-events us-east-1 1 usage managementEvents"}, nil},
	{"detector of objects", one("aws:guardduty/detectorFeature:DetectorFeature", in{"name": "S3_DATA_EVENTS", "status": "ENABLED"}), []string{"GuardDuty s3-events us-east-1 1 usage dataEvents"}, nil},
	{"detector of sign-ins", append(one("aws:guardduty/detectorFeature:DetectorFeature", in{"name": "RDS_LOGIN_EVENTS", "status": "ENABLED"}),
		resource(databaseType, in{"engine": "postgres", "instanceClass": "db.r6g.2xlarge", "storageType": "gp3", "allocatedStorage": 1})),
		[]string{"GuardDuty rds-vcpu us-east-1 8", "RDS db.r6g.2xlarge PostgreSQL us-east-1 730", "RDS storage-gp3 us-east-1 1"}, nil},
	{"detector of something else", one("aws:guardduty/detectorFeature:DetectorFeature", in{"name": "EKS", "status": "ENABLED"}), nil, []string{"1 GuardDuty's feature EKS"}},
	{"detector that is off", one("aws:guardduty/detectorFeature:DetectorFeature", in{"name": "EKS", "status": "DISABLED"}), nil, nil},
	{"inspector", one("aws:inspector2/enabler:Enabler", in{"resourceTypes": list{"ECR", "LAMBDA"}}),
		[]string{"Inspector image us-east-1 50 usage imageScans"}, []string{"1 Inspector's scans of LAMBDA"}},
	{"repository", one("aws:ecr/repository:Repository", in{}), []string{"ECR storage us-east-1 10 usage imagesGB"}, nil},
	{"topic", one("aws:sns/topic:Topic", in{}), []string{"SNS requests us-east-1 1 usage messages"}, nil},
	{"queue", one("aws:sqs/queue:Queue", in{}), []string{"SQS requests us-east-1 1 usage messages"}, nil},
	{"analyzer of unused access", append(one("aws:accessanalyzer/analyzer:Analyzer", in{"type": "ACCOUNT_UNUSED_ACCESS"}), resource("aws:iam/role:Role", in{})),
		[]string{"IAM Access Analyzer unused-access us-east-1 1"}, nil},
	{"analyzer of external access", one("aws:accessanalyzer/analyzer:Analyzer", in{"type": "ACCOUNT"}), nil, nil},
	{"analyzer of internal access", one("aws:accessanalyzer/analyzer:Analyzer", in{"type": "ACCOUNT_INTERNAL_ACCESS"}), nil, []string{"1 analysis of internal access"}},
	{"unknown type", one("aws:new/thing:Thing", in{}), nil, []string{"1 the type has no price in this table"}},
	{"free type", one("aws:iam/role:Role", in{}), nil, nil},
}

func one(kind string, inputs in) []*graph.Resource { return []*graph.Resource{resource(kind, inputs)} }

// scaled returns a service of one task that scales from two tasks to ten.
func scaled() []*graph.Resource {
	resources := task(in{"cpu": "1024", "memory": "2048"}, in{"desiredCount": 1})
	return append(resources, resource("aws:appautoscaling/target:Target", in{"resourceId": "service", "minCapacity": 2, "maxCapacity": 10}, resources[1]))
}

func TestCharges(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			e := estimate(t, Options{}, c.resources...)
			assert.Equal(t, c.charges, charges(e))
			assert.Equal(t, c.unpriced, reasons(e))
			for _, line := range e.Lines {
				assert.InDelta(t, line.Quantity*line.Price, line.USD, 1e-9)
				seen[line.Usage] = true
			}
			for _, r := range c.resources {
				seen[r.Type] = true
			}
		})
	}
	for _, q := range Quantities {
		assert.True(t, seen[q.Key], "no case depends on the usage %s", q.Key)
	}
	for kind := range priced {
		assert.True(t, seen[kind] || kind == "aws:kms/replicaKey:ReplicaKey" || kind == "awsx:ecr:Repository", "no case for %s", kind)
	}
}

func TestTheWholeStackPaysOnceForWhatItsResourcesShare(t *testing.T) {
	second := resource("aws:ec2/natGateway:NatGateway", in{})
	second.URN += "-2"
	e := estimate(t, Options{}, resource("aws:ec2/natGateway:NatGateway", in{}), second)
	assert.Equal(t, []string{"VPC nat-gateway us-east-1 730", "VPC nat-gateway us-east-1 730", "VPC nat-gateway-gb us-east-1 50 usage natGB"}, charges(e))
}

func TestRegionsHaveTheirOwnPrices(t *testing.T) {
	for region, usd := range map[string]float64{"us-east-1": 0.045, "us-west-2": 0.045, "eu-west-2": 0.05} {
		gateway := resource("aws:ec2/natGateway:NatGateway", in{})
		gateway.Region = region
		assert.InDelta(t, usd*730, estimate(t, Options{}, gateway).Baseline(), 1e-9, region)
	}
	gateway := resource("aws:ec2/natGateway:NatGateway", in{})
	gateway.Region = "mars-north-1"
	e := estimate(t, Options{}, gateway)
	assert.Equal(t, []string{"1 VPC: no price of nat-gateway in mars-north-1", "1 VPC: no price of nat-gateway-gb in mars-north-1"}, reasons(e))
	assert.Zero(t, e.Total())
}

func TestUsageIsSettable(t *testing.T) {
	e := estimate(t, Options{Usage: Usage{"natGB": 1000}}, resource("aws:ec2/natGateway:NatGateway", in{}))
	assert.InDelta(t, 45, e.ForUsage(), 1e-9)
	assert.InDelta(t, 45+32.85, e.Total(), 1e-9)
	_, err := New(graph.New("care", "prod", nil), Options{Usage: Usage{"natGb": 1, "natGB": -1, "webGB": math.NaN()}})
	assert.EqualError(t, err, "usage natGB = -1: write a number of 0 or more\n"+
		"usage \"natGb\" is not known; the keys are those that `carebase cost` shows\nusage webGB = NaN: write a number of 0 or more")
}

// What is only read, components, providers and the stack itself cost nothing and are no unpriced types.
func TestOnlyManagedResourcesAreCounted(t *testing.T) {
	read := resource("aws:ec2/eip:Eip", in{})
	read.External = true
	component := resource("carebase:network:Network", nil)
	component.Custom = false
	e := estimate(t, Options{}, read, component, resource("pulumi:providers:aws", nil), resource(graph.StackType, nil), resource("pulumi:pulumi:StackReference", nil))
	assert.Empty(t, e.Lines)
	assert.Empty(t, e.Unpriced)
	assert.Empty(t, e.Free)
}

func TestCompare(t *testing.T) {
	gateway, key := resource("aws:ec2/eip:Eip", in{}), resource("aws:cloudwatch/dashboard:Dashboard", in{})
	base, head := estimate(t, Options{}, key), estimate(t, Options{}, gateway, key)
	assert.Equal(t, Change{Base: 3, Head: 6.65, Services: []ServiceChange{{Service: "VPC", Head: 3.65}}}, Compare(base, head))
	assert.Empty(t, Compare(head, head).Services)
	change := Compare(head, nil)
	assert.Equal(t, []ServiceChange{{Service: "VPC", Base: 3.65}, {Service: "CloudWatch", Base: 3}}, change.Services)
	assert.Zero(t, change.Head)
}

func TestText(t *testing.T) {
	resources := slices.Concat(cases[0].resources, one("aws:kms/key:Key", in{}), one("aws:new/thing:Thing", in{}), one("aws:inspector2/enabler:Enabler", in{"resourceTypes": list{"ECR"}}))
	e := estimate(t, Options{}, resources...)
	var b bytes.Buffer
	require.NoError(t, e.Write(&b, "text", Budget{USD: 100, Setting: "alerts.monthlyBudgetUsd"}))
	path := filepath.Join("testdata", "prod.txt")
	if *update {
		require.NoError(t, os.WriteFile(path, b.Bytes(), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, string(want), b.String(), "if it is meant, run: go test ./cost -run TestText -update")
}

func TestJSON(t *testing.T) {
	secret := resource("aws:kms/key:Key", in{"policy": property.New("hunter2").WithSecret(true)})
	e := estimate(t, Options{}, secret, resource("aws:new/thing:Thing", in{}))
	var b bytes.Buffer
	require.NoError(t, e.Write(&b, "json", Budget{USD: 100}))
	var decoded struct {
		TotalUSD, BaselineUSD, UsageUSD, BudgetUSD float64
		Unpriced                                   []Unpriced
		Usage                                      []map[string]any
		Prices                                     []map[string]any
	}
	require.NoError(t, json.Unmarshal(b.Bytes(), &decoded))
	assert.InDeltaSlice(t, []float64{4, 1, 3, 100}, []float64{decoded.TotalUSD, decoded.BaselineUSD, decoded.UsageUSD, decoded.BudgetUSD}, 1e-9)
	assert.Equal(t, []Unpriced{{Type: "aws:new/thing:Thing", Count: 1, Reason: "the type has no price in this table"}}, decoded.Unpriced)
	assert.Len(t, decoded.Usage, len(Quantities))
	assert.Equal(t, "https://aws.amazon.com/kms/pricing/", decoded.Prices[0]["page"])
	for _, format := range Formats {
		b.Reset()
		require.NoError(t, e.Write(&b, format, Budget{}))
		assert.NotContains(t, b.String(), "hunter2", format)
	}
}
