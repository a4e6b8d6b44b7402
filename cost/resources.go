package cost

import (
	"regexp"
	"slices"
	"strings"

	"github.com/carebase/carebase/graph"
)

const (
	taskDefinition = "aws:ecs/taskDefinition:TaskDefinition"
	databaseType   = "aws:rds/instance:Instance"
)

// priced has a function for every resource type that has a price. The function adds the charges of one resource.
var priced map[string]func(*estimator, *graph.Resource)

func init() { // a composite literal would refer to itself through estimator.add
	priced = map[string]func(*estimator, *graph.Resource){
		"aws:accessanalyzer/analyzer:Analyzer":              (*estimator).addAnalyzer,
		"aws:appautoscaling/policy:Policy":                  (*estimator).addScalingPolicy,
		"aws:backup/restoreTestingPlan:RestoreTestingPlan":  onceAtHome("AWS Backup", "restore-test", "restoreTests"),
		"aws:backup/vault:Vault":                            onceInRegion("AWS Backup", "rds-snapshot", "backupGB"),
		"aws:cfg/recorder:Recorder":                         onceAtHome("Config", "configuration-item", "configItems"),
		"aws:cfg/rule:Rule":                                 onceAtHome("Config", "rule-evaluation", "ruleEvaluations"),
		"aws:cloudfront/distribution:Distribution":          (*estimator).addDistribution,
		"aws:cloudtrail/trail:Trail":                        (*estimator).addTrail,
		"aws:cloudwatch/compositeAlarm:CompositeAlarm":      each("CloudWatch", "alarm-composite"),
		"aws:cloudwatch/dashboard:Dashboard":                each("CloudWatch", "dashboard"),
		"aws:cloudwatch/logGroup:LogGroup":                  (*estimator).addLogGroup,
		"aws:cloudwatch/logMetricFilter:LogMetricFilter":    each("CloudWatch", "metric"),
		"aws:cloudwatch/metricAlarm:MetricAlarm":            (*estimator).addAlarm,
		"aws:dlm/lifecyclePolicy:LifecyclePolicy":           onceAtHome("EBS", "snapshot", "snapshotGB"),
		"aws:ebs/volume:Volume":                             func(e *estimator, r *graph.Resource) { e.addVolume(r, inputs(r), "type", "size") },
		"aws:ec2/eip:Eip":                                   (*estimator).addAddress,
		"aws:ec2/instance:Instance":                         (*estimator).addInstance,
		"aws:ec2/natGateway:NatGateway":                     (*estimator).addNATGateway,
		"aws:ec2/vpcEndpoint:VpcEndpoint":                   (*estimator).addEndpoint,
		"aws:ecr/repository:Repository":                     onceInRegion("ECR", "storage", "imagesGB"),
		"awsx:ecr:Repository":                               (*estimator).addRepository,
		"aws:ecs/cluster:Cluster":                           (*estimator).addCluster,
		"aws:ecs/service:Service":                           (*estimator).addService,
		"aws:elasticache/replicationGroup:ReplicationGroup": (*estimator).addCache,
		"aws:guardduty/detector:Detector":                   (*estimator).addDetector,
		"aws:guardduty/detectorFeature:DetectorFeature":     (*estimator).addDetectorFeature,
		"aws:inspector2/enabler:Enabler":                    (*estimator).addInspector,
		"aws:kms/key:Key":                                   (*estimator).addKey,
		"aws:kms/replicaKey:ReplicaKey":                     (*estimator).addKey,
		"aws:lambda/function:Function":                      (*estimator).addFunction,
		"aws:lb/loadBalancer:LoadBalancer":                  (*estimator).addLoadBalancer,
		databaseType:                                        (*estimator).addDatabase,
		"aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication": (*estimator).addBackupReplication,
		"aws:route53/healthCheck:HealthCheck":                                             (*estimator).addHealthCheck,
		"aws:route53/zone:Zone":                                                           (*estimator).addZone,
		"aws:s3/bucket:Bucket":                                                            (*estimator).addBucket,
		"aws:s3/bucketReplicationConfig:BucketReplicationConfig":                          onceAtHome("Data transfer", "cross-region-gb", "crossRegionGB"),
		"aws:secretsmanager/secret:Secret":                                                (*estimator).addSecret,
		"aws:securityhub/account:Account":                                                 onceAtHome("Security Hub", "check", "securityChecks"),
		"aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace":                    each("Route 53", "hosted-zone"),
		"aws:sns/topic:Topic":                                                             onceAtHome("SNS", "requests", "messages"),
		"aws:sqs/queue:Queue":                                                             onceAtHome("SQS", "requests", "messages"),
		"aws:synthetics/canary:Canary":                                                    (*estimator).addCanary,
		"aws:wafv2/webAcl:WebAcl":                                                         (*estimator).addWebACL,
	}
}

// each charges one unit of an item for each resource.
func each(service, item string) func(*estimator, *graph.Resource) {
	return func(e *estimator, r *graph.Resource) { e.charge(r, service, item, 1) }
}

// onceAtHome charges what all resources of a type use together.
func onceAtHome(service, item, key string) func(*estimator, *graph.Resource) {
	return func(e *estimator, r *graph.Resource) { e.chargeOnce(r, service, item, key, 1) }
}

// onceInRegion charges what all resources of a type use together in each region.
func onceInRegion(service, item, key string) func(*estimator, *graph.Resource) {
	return func(e *estimator, r *graph.Resource) { e.chargeOnceIn(r, service, item, key, r.Region, 1) }
}

// Compute.

func (e *estimator) addService(r *graph.Resource) {
	in := inputs(r)
	definition := e.related(r, "taskDefinition", taskDefinition)
	if definition == nil {
		e.leaveOut(r, "its task definition is not in the stack")
		return
	}
	e.inService[definition.URN] = true
	if in.text("launchType") == "EC2" {
		e.leaveOut(r, "tasks on EC2 instances are paid with the instances")
		return
	}
	tasks := in.number("desiredCount")
	note := ""
	for _, target := range e.graph.OfType("aws:appautoscaling/target:Target") {
		if e.related(target, "resourceId", r.Type) == r {
			tasks = max(tasks, inputs(target).number("minCapacity"))
			if most := inputs(target).number("maxCapacity"); most > 0 {
				note = "scales up to " + amount(most) + " tasks"
			}
		}
	}
	for _, strategy := range in.objects("capacityProviderStrategies") {
		if strategy.text("capacityProvider") == "FARGATE_SPOT" {
			note = "priced as on demand; Fargate Spot costs up to 70 % less, at a price that changes"
		}
	}
	e.chargeTask(r, definition, tasks*HoursPerMonth, func(line *Line) { line.Note = note })
	if in.object("networkConfiguration").is("assignPublicIp") {
		e.chargeHours(r, "VPC", "public-ipv4", tasks)
	}
}

// chargeTask charges hours of a task on Fargate, and passes each line to with.
func (e *estimator) chargeTask(r, definition *graph.Resource, hours float64, with func(*Line)) {
	in := inputs(definition)
	cpu, memory := in.number("cpu")/1024, in.number("memory")/1024
	if cpu == 0 || memory == 0 {
		e.leaveOut(r, "the size of its task is not set on the task")
		return
	}
	platform := in.object("runtimePlatform")
	architecture := "x86"
	if platform.text("cpuArchitecture") == "ARM64" {
		architecture = "arm"
	}
	if strings.HasPrefix(platform.text("operatingSystemFamily"), "WINDOWS") {
		e.leaveOut(r, "tasks on Windows")
		return
	}
	with(e.charge(r, "Fargate", "vcpu-"+architecture, cpu*hours))
	with(e.charge(r, "Fargate", "gb-"+architecture, memory*hours))
	if extra := in.object("ephemeralStorage").number("sizeInGib") - 20; extra > 0 {
		with(e.charge(r, "Fargate", "ephemeral-gb", extra*hours))
	}
}

// addJobs charges the task definitions that no service runs: jobs and scheduled tasks. It follows the last service.
func (e *estimator) addJobs() {
	for _, definition := range e.graph.OfType(taskDefinition) {
		if !e.inService[definition.URN] {
			e.chargeTask(definition, definition, e.options.Usage.of("jobHours"), func(line *Line) { line.Usage = "jobHours" })
		}
	}
}

func (e *estimator) addCluster(r *graph.Resource) {
	for _, setting := range inputs(r).objects("settings") {
		if setting.text("name") == "containerInsights" && setting.text("value") != "disabled" {
			item := "metric"
			if setting.text("value") == "enhanced" {
				item = "container-insights-metric"
			}
			e.chargeUsage(r, "CloudWatch", item, "insightsMetrics", 1)
		}
	}
}

func (e *estimator) addRepository(r *graph.Resource) {
	region := r.Region
	if region == "" {
		region = e.home // a remote component has no region of its own
	}
	e.chargeOnceIn(r, "ECR", "storage", "imagesGB", region, 1)
}

// addScalingPolicy charges the alarms that a target-tracking policy creates: one to add capacity, one to remove it.
func (e *estimator) addScalingPolicy(r *graph.Resource) {
	if inputs(r).text("policyType") == "TargetTrackingScaling" {
		e.charge(r, "CloudWatch", "alarm", 2).Note = "the two alarms of target tracking"
	} else {
		e.free[r.Type]++
	}
}

func (e *estimator) addFunction(r *graph.Resource) {
	architecture := "x86"
	if slices.Contains(inputs(r).texts("architectures"), "arm64") {
		architecture = "arm"
	}
	e.chargeOnce(r, "Lambda", "requests", "functionRequests", 1)
	e.chargeOnce(r, "Lambda", "gb-second-"+architecture, "functionGBSeconds", 1)
}

func (e *estimator) addInstance(r *graph.Resource) {
	in := inputs(r)
	e.chargeHours(r, "EC2", in.text("instanceType")+" linux", 1)
	e.addVolume(r, in.object("rootBlockDevice"), "volumeType", "volumeSize")
	for _, device := range in.objects("ebsBlockDevices") {
		e.addVolume(r, device, "volumeType", "volumeSize")
	}
	if in.is("associatePublicIpAddress") {
		e.chargeHours(r, "VPC", "public-ipv4", 1)
	}
}

// addVolume charges an EBS volume. Type and size are the keys of the volume's inputs.
func (e *estimator) addVolume(r *graph.Resource, volume object, kind, size string) {
	switch {
	case volume.number(size) == 0:
		e.leaveOut(r, "the size of a volume is not set")
		return
	case volume.text(kind) != "gp3":
		e.leaveOut(r, "a volume of type %q", volume.text(kind))
		return
	}
	e.charge(r, "EBS", "gp3", volume.number(size))
	if extra := volume.number("iops") - 3000; extra > 0 {
		e.charge(r, "EBS", "gp3-iops", extra)
	}
	if extra := volume.number("throughput") - 125; extra > 0 {
		e.charge(r, "EBS", "gp3-throughput", extra)
	}
}

// Data.

func (e *estimator) addDatabase(r *graph.Resource) {
	in := inputs(r)
	zones, storage := 1.0, "storage-gp3"
	if in.is("multiAz") {
		zones, storage = 2, "storage-gp3-multi-az"
	}
	if engine := in.text("engine"); engine != "postgres" && (engine != "" || !in.has("replicateSourceDb")) {
		e.leaveOut(r, "a database of engine %q", engine)
		return
	}
	line := e.chargeHours(r, "RDS", in.text("instanceClass")+" PostgreSQL", zones)
	if zones > 1 {
		line.Note = "in two zones: twice the price of one"
	}
	switch size := in.number("allocatedStorage"); {
	case in.text("storageType") != "gp3":
		e.leaveOut(r, "storage of type %q", in.text("storageType"))
	case size == 0:
		e.leaveOut(r, "storage: a replica has the size of its source, which is in another stack")
	default:
		e.charge(r, "RDS", storage, size)
	}
	if in.number("iops") > 0 || in.number("storageThroughput") > 0 {
		e.leaveOut(r, "IOPS and throughput of storage")
	}
	if in.number("performanceInsightsRetentionPeriod") > 7 {
		e.leaveOut(r, "Performance Insights for more than 7 days")
	}
	if in.text("databaseInsightsMode") == "advanced" {
		e.leaveOut(r, "Database Insights, advanced")
	}
	if in.is("manageMasterUserPassword") {
		e.charge(r, "Secrets Manager", "secret", 1).Note = "the master password, kept by RDS"
	}
}

func (e *estimator) addBackupReplication(r *graph.Resource) {
	e.chargeUsage(r, "RDS", "backup", "backupGB", 1)
}

func (e *estimator) addCache(r *graph.Resource) {
	in := inputs(r)
	nodes := in.number("numCacheClusters")
	if groups := in.number("numNodeGroups"); groups > 0 {
		nodes = groups * (1 + in.number("replicasPerNodeGroup"))
	}
	engine := map[string]string{"redis": "Redis", "valkey": "Valkey", "": "Redis"}[in.text("engine")]
	if nodes == 0 || engine == "" {
		e.leaveOut(r, "its number of nodes or its engine is not known")
		return
	}
	e.chargeHours(r, "ElastiCache", in.text("nodeType")+" "+engine, nodes)
	if in.number("snapshotRetentionLimit") > 0 {
		e.chargeOnce(r, "ElastiCache", "backup", "cacheBackupGB", 1)
	}
}

// addBucket charges what is stored in the buckets of a region.
func (e *estimator) addBucket(r *graph.Resource) {
	e.chargeOnceIn(r, "S3", "standard", "filesGB", r.Region, 1)
	e.chargeOnceIn(r, "S3", "glacier", "archivedGB", r.Region, 1)
	e.chargeOnce(r, "S3", "writes", "fileWrites", 1)
	e.chargeOnce(r, "S3", "reads", "fileReads", 1)
}

// addSecret charges a secret and each of its replicas, which AWS counts as a secret of its own.
func (e *estimator) addSecret(r *graph.Resource) {
	in := inputs(r)
	e.charge(r, "Secrets Manager", "secret", 1)
	for _, replica := range in.objects("replicas") {
		e.chargeIn(r, "Secrets Manager", "secret", replica.text("region"), 1).Note = "replica"
	}
	e.chargeOnce(r, "Secrets Manager", "requests", "secretRequests", 1)
}

func (e *estimator) addKey(r *graph.Resource) {
	line := e.charge(r, "KMS", "key", 1)
	if inputs(r).is("enableKeyRotation") {
		line.Note = "each of the first two rotations adds as much"
	}
	e.chargeOnce(r, "KMS", "requests", "keyRequests", 1)
}

// Network.

func (e *estimator) addNATGateway(r *graph.Resource) {
	e.chargeHours(r, "VPC", "nat-gateway", 1)
	e.chargeOnce(r, "VPC", "nat-gateway-gb", "natGB", 1)
}

func (e *estimator) addAddress(r *graph.Resource) { e.chargeHours(r, "VPC", "public-ipv4", 1) }

func (e *estimator) addEndpoint(r *graph.Resource) {
	in := inputs(r)
	switch kind := in.text("vpcEndpointType"); kind {
	case "Interface":
		e.chargeHours(r, "PrivateLink", "interface-endpoint", in.length("subnetIds"))
		e.chargeOnce(r, "PrivateLink", "interface-endpoint-gb", "endpointGB", 1)
	case "Gateway", "":
		e.free[r.Type]++
	default:
		e.leaveOut(r, "an endpoint of type %q", kind)
	}
}

func (e *estimator) addLoadBalancer(r *graph.Resource) {
	in := inputs(r)
	kind := in.text("loadBalancerType")
	if kind == "" {
		kind = "application"
	}
	if kind != "application" && kind != "network" {
		e.leaveOut(r, "a load balancer of type %q", kind)
		return
	}
	e.chargeHours(r, "Load balancing", kind, 1)
	e.chargeUsage(r, "Load balancing", kind+"-lcu", "loadBalancerUnits", HoursPerMonth)
	if !in.is("internal") {
		zones := max(in.length("subnets"), in.length("subnetMappings"))
		e.chargeHours(r, "VPC", "public-ipv4", zones).Note = "one address in each zone"
		if len(e.graph.OfType("aws:cloudfront/distribution:Distribution")) == 0 {
			e.chargeOnce(r, "Data transfer", "internet-gb", "webGB", 1)
		}
	}
}

func (e *estimator) addDistribution(r *graph.Resource) {
	e.chargeOnce(r, "CloudFront", "transfer-gb", "webGB", 1)
	e.chargeOnce(r, "CloudFront", "requests", "webRequests", 100) // a price per 10,000, a quantity in millions
}

func (e *estimator) addZone(r *graph.Resource) {
	e.charge(r, "Route 53", "hosted-zone", 1)
	e.chargeOnce(r, "Route 53", "queries", "dnsQueries", 1)
}

func (e *estimator) addHealthCheck(r *graph.Resource) {
	in := inputs(r)
	switch kind := in.text("type"); kind {
	case "CALCULATED", "CLOUDWATCH_METRIC", "RECOVERY_CONTROL":
		e.charge(r, "Route 53", "health-check-other", 1)
	default:
		e.charge(r, "Route 53", "health-check", 1)
		options := 0.0
		for _, chosen := range []bool{
			strings.HasPrefix(kind, "HTTPS"), strings.HasSuffix(kind, "STR_MATCH"), in.number("requestInterval") == 10, in.is("measureLatency"),
		} {
			if chosen {
				options++
			}
		}
		if options > 0 {
			e.charge(r, "Route 53", "health-check-option", options).Note = "HTTPS, string matching, 10-second interval, latency"
		}
	}
}

// paidRuleGroups are the managed rule groups of AWS that cost more than a rule.
var paidRuleGroups = regexp.MustCompile(`^AWSManagedRules(BotControl|ATP|ACFP|AntiDDoS)RuleSet$`)

func (e *estimator) addWebACL(r *graph.Resource) {
	in := inputs(r)
	e.charge(r, "WAF", "web-acl", 1)
	e.charge(r, "WAF", "rule", in.length("rules"))
	for _, rule := range in.objects("rules") {
		if name := rule.object("statement").object("managedRuleGroupStatement").text("name"); paidRuleGroups.MatchString(name) {
			e.leaveOut(r, "the rule group %s", name)
		}
	}
	e.chargeUsage(r, "WAF", "requests", "webRequests", 1)
}

// Operation and audit.

// addAlarm charges an alarm: once for each metric that it watches, three times for a metric with an anomaly band.
func (e *estimator) addAlarm(r *graph.Resource) {
	in := inputs(r)
	metrics, item, period := 0.0, "alarm", in.number("period")
	for _, query := range in.objects("metricQueries") {
		metric := query.object("metric")
		if metric.has("metricName") {
			metrics++
			period = metric.number("period")
		}
		if strings.Contains(query.text("expression"), "ANOMALY_DETECTION_BAND") {
			metrics += 2
		}
	}
	if period > 0 && period < 60 {
		item = "alarm-high-resolution"
	}
	e.charge(r, "CloudWatch", item, max(metrics, 1))
}

func (e *estimator) addLogGroup(r *graph.Resource) {
	e.chargeOnce(r, "CloudWatch", "logs-ingested", "logsGB", 1)
	e.chargeOnce(r, "CloudWatch", "logs-stored", "logsStoredGB", 1)
}

// rate is a schedule of EventBridge: "rate(5 minutes)".
var rate = regexp.MustCompile(`^rate\((\d+) (minute|hour)s?\)$`)

func (e *estimator) addCanary(r *graph.Resource) {
	parts := rate.FindStringSubmatch(inputs(r).object("schedule").text("expression"))
	if parts == nil {
		e.leaveOut(r, "a schedule that is not a rate")
		return
	}
	every := parseNumber(parts[1])
	if parts[2] == "minute" {
		every /= 60
	}
	if every > 0 {
		e.charge(r, "CloudWatch", "canary-run", HoursPerMonth/every)
	}
}

func (e *estimator) addTrail(r *graph.Resource) {
	in := inputs(r)
	data := len(in.objects("eventSelectors")) > 0
	for _, selector := range in.objects("advancedEventSelectors") {
		for _, field := range selector.objects("fieldSelectors") {
			data = data || field.text("field") == "eventCategory" && slices.Contains(field.texts("equals"), "Data")
		}
	}
	if data {
		e.chargeOnce(r, "CloudTrail", "data-events", "dataEvents", 1)
	} else {
		e.free[r.Type]++
	}
}

func (e *estimator) addDetector(r *graph.Resource) {
	e.chargeOnce(r, "GuardDuty", "management-events", "managementEvents", 1)
	e.chargeOnce(r, "GuardDuty", "flow-logs", "flowLogsGB", 1)
}

func (e *estimator) addDetectorFeature(r *graph.Resource) {
	in := inputs(r)
	if in.text("status") != "ENABLED" {
		e.free[r.Type]++
		return
	}
	switch name := in.text("name"); name {
	case "S3_DATA_EVENTS":
		e.chargeOnce(r, "GuardDuty", "s3-events", "dataEvents", 0.1) // a price per million, a quantity in 100,000
	case "RDS_LOGIN_EVENTS":
		for _, database := range e.graph.OfType(databaseType) {
			e.charge(database, "GuardDuty", "rds-vcpu", e.table.vcpus[inputs(database).text("instanceClass")])
		}
	default:
		e.leaveOut(r, "GuardDuty's feature %s", name)
	}
}

func (e *estimator) addInspector(r *graph.Resource) {
	for _, kind := range inputs(r).texts("resourceTypes") {
		if kind == "ECR" {
			e.chargeOnce(r, "Inspector", "image", "imageScans", 1)
		} else {
			e.leaveOut(r, "Inspector's scans of %s", kind)
		}
	}
}

func (e *estimator) addAnalyzer(r *graph.Resource) {
	switch kind := inputs(r).text("type"); {
	case strings.HasSuffix(kind, "_UNUSED_ACCESS"):
		people := float64(len(e.graph.OfType("aws:iam/role:Role", "aws:iam/user:User")))
		e.charge(r, "IAM Access Analyzer", "unused-access", people).Note = "the roles and users of this stack only"
	case strings.HasSuffix(kind, "_INTERNAL_ACCESS"):
		e.leaveOut(r, "analysis of internal access")
	default:
		e.free[r.Type]++
	}
}
