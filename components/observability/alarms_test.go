package observability_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/cloudwatch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"

	"github.com/carebase/carebase/components/observability"
	"github.com/carebase/carebase/componenttest"
	"github.com/carebase/carebase/plan"
)

// expected is an alarm as it must be. Without a namespace it is on a formula, which stands in the metric's place.
type expected struct {
	key               string
	namespace, metric string
	dimensions        map[string]any
	statistic         string
	comparison        string // ">" or "<"
	threshold         float64
	period, periods   float64
	missing           string
}

var (
	backend  = map[string]any{"ClusterName": "prod", "ServiceName": "backend-1"}
	worker   = map[string]any{"ClusterName": "prod", "ServiceName": "worker-1"}
	balancer = map[string]any{"LoadBalancer": "app/lb/1"}
	target   = map[string]any{"LoadBalancer": "app/lb/1", "TargetGroup": "targetgroup/backend/2"}
	database = map[string]any{"DBInstanceIdentifier": "prod-db"}
	replica  = map[string]any{"DBInstanceIdentifier": "prod-db-reports"}
	node1    = map[string]any{"CacheClusterId": "prod-cache-001", "CacheNodeId": "0001"}
	node2    = map[string]any{"CacheClusterId": "prod-cache-002", "CacheNodeId": "0001"}
	queue    = map[string]any{"QueueName": "prod-mail"}
	inVault  = func(of string) map[string]any {
		return map[string]any{"BackupVaultName": "prod-copies", "ResourceType": of}
	}
	copied     = map[string]any{"SourceBucket": "prod-files", "DestinationBucket": "dr-files", "RuleId": "all-objects"}
	copiedBack = map[string]any{"SourceBucket": "dr-files", "DestinationBucket": "prod-files", "RuleId": "all-objects"}
	cdn        = map[string]any{"Region": "Global", "DistributionId": "E1"}
	dead       = map[string]any{"QueueName": "prod-mail-dead"}
	cert       = map[string]any{"CertificateArn": "arn:aws:acm:eu-west-1:123456789012:certificate/1"}
)

// allAlarms of everything, in order.
var allAlarms = []expected{
	{"site-down", "Carebase/Canary", "Up", map[string]any{"Stack": "dr"}, "Minimum", "<", 1, 60, 3, "breaching"},
	{"health-check-site", "AWS/Route53", "HealthCheckStatus", map[string]any{"HealthCheckId": "check-1"}, "Minimum", "<", 1, 60, 2, "breaching"},
	{"cloudfront-errors", "AWS/CloudFront", "5xxErrorRate", cdn, "Average", ">", 5, 60, 5, "notBreaching"},
	{"cloudfront-refused", "AWS/CloudFront", "4xxErrorRate", cdn, "Average", ">", 50, 60, 5, "notBreaching"},
	{"firewall-blocked", "AWS/WAFV2", "BlockedRequests", map[string]any{"WebACL": "careconnect-prod", "Rule": "ALL"}, "Sum", ">", 1000, 300, 1, "notBreaching"},
	{"nat-a-errors", "AWS/NATGateway", "ErrorPortAllocation", map[string]any{"NatGatewayId": "nat-1"}, "Sum", ">", 0, 300, 2, "breaching"},

	{"load-balancer-errors", "AWS/ApplicationELB", "HTTPCode_Target_5XX_Count", balancer, "Sum", ">", 10, 300, 1, "notBreaching"},
	{"load-balancer-own-errors", "AWS/ApplicationELB", "HTTPCode_ELB_5XX_Count", balancer, "Sum", ">", 10, 300, 1, "notBreaching"},
	{"load-balancer-latency", "AWS/ApplicationELB", "TargetResponseTime", balancer, "p95", ">", 2, 300, 2, "notBreaching"},
	{"target-backend-unhealthy", "AWS/ApplicationELB", "UnHealthyHostCount", target, "Maximum", ">", 0, 60, 5, "notBreaching"},
	{"target-backend-none-healthy", "AWS/ApplicationELB", "HealthyHostCount", target, "Maximum", "<", 1, 60, 3, "breaching"},

	{"service-backend-cpu", "AWS/ECS", "CPUUtilization", backend, "Average", ">", 80, 300, 2, "notBreaching"},
	{"service-backend-memory", "AWS/ECS", "MemoryUtilization", backend, "Average", ">", 85, 300, 2, "notBreaching"},
	{"service-backend-tasks", "ECS/ContainerInsights", "RunningTaskCount", backend, "Average", "<", 2, 60, 5, "breaching"},
	{"service-worker-cpu", "AWS/ECS", "CPUUtilization", worker, "Average", ">", 80, 300, 2, "notBreaching"},
	{"service-worker-memory", "AWS/ECS", "MemoryUtilization", worker, "Average", ">", 85, 300, 2, "notBreaching"},

	{"database-cpu", "AWS/RDS", "CPUUtilization", database, "Average", ">", 80, 300, 2, "breaching"},
	{"database-connections", "AWS/RDS", "DatabaseConnections", database, "Average", ">", 1316, 300, 2, "ignore"},
	{"database-memory", "AWS/RDS", "FreeableMemory", database, "Average", "<", 1717986918, 300, 2, "ignore"},
	{"database-storage", "AWS/RDS", "FreeStorageSpace", database, "Minimum", "<", 10737418240, 300, 2, "ignore"},
	{"database-slot-lag", "AWS/RDS", "OldestReplicationSlotLag", database, "Maximum", ">", 10737418240, 300, 2, "ignore"},
	{"database-transaction-logs", "AWS/RDS", "TransactionLogsDiskUsage", database, "Maximum", ">", 16106127360, 300, 2, "ignore"},
	{"replica-reports-lag", "AWS/RDS", "ReplicaLag", replica, "Average", ">", 600, 300, 2, "breaching"},
	{"replica-reports-stopped", "AWS/RDS", "ReplicaLag", replica, "Minimum", "<", 0, 300, 2, "breaching"},

	{"cache-001-cpu", "AWS/ElastiCache", "EngineCPUUtilization", node1, "Average", ">", 80, 300, 2, "breaching"},
	{"cache-001-memory", "AWS/ElastiCache", "DatabaseMemoryUsagePercentage", node1, "Average", ">", 80, 300, 2, "ignore"},
	{"cache-001-evictions", "AWS/ElastiCache", "Evictions", node1, "Sum", ">", 0, 300, 2, "notBreaching"},
	{"cache-002-cpu", "AWS/ElastiCache", "EngineCPUUtilization", node2, "Average", ">", 80, 300, 2, "breaching"},
	{"cache-002-memory", "AWS/ElastiCache", "DatabaseMemoryUsagePercentage", node2, "Average", ">", 80, 300, 2, "ignore"},
	{"cache-002-evictions", "AWS/ElastiCache", "Evictions", node2, "Sum", ">", 0, 300, 2, "notBreaching"},

	{"cache-failover", "", "MAX([ABS(DIFF(FILL(m1,REPEAT))),ABS(DIFF(FILL(m2,REPEAT)))])", nil, "", ">", 0, 60, 5, "notBreaching"},

	{"queue-mail-age", "AWS/SQS", "ApproximateAgeOfOldestMessage", queue, "Maximum", ">", 900, 300, 1, "notBreaching"},
	{"queue-mail-dead-letters", "AWS/SQS", "ApproximateNumberOfMessagesVisible", dead, "Maximum", ">", 0, 300, 1, "notBreaching"},

	{"replication-files-latency", "AWS/S3", "ReplicationLatency", copied, "Maximum", ">", 900, 300, 1, "notBreaching"},
	{"replication-files-back-failed", "AWS/S3", "OperationsFailedReplication", copiedBack, "Sum", ">", 0, 300, 1, "notBreaching"},

	{"copies-database-missing", "AWS/Backup", "NumberOfRecoveryPointsCompleted", inVault("RDS"), "Sum", "<", 1, 43200, 3, "breaching"},
	{"copies-files-missing", "AWS/Backup", "NumberOfRecoveryPointsCompleted", inVault("S3"), "Sum", "<", 1, 21600, 3, "breaching"},

	{"certificate-load-balancer-expiry", "AWS/CertificateManager", "DaysToExpiry", cert, "Minimum", "<", 30, 86400, 1, "ignore"},
}

func (e expected) inputs(description any) map[string]any {
	want := map[string]any{
		"name":               "careconnect-prod-alarms-" + e.key,
		"alarmDescription":   description,
		"namespace":          e.namespace,
		"metricName":         e.metric,
		"dimensions":         e.dimensions,
		"comparisonOperator": map[string]string{">": "GreaterThanThreshold", "<": "LessThanThreshold"}[e.comparison],
		"threshold":          e.threshold,
		"period":             e.period,
		"evaluationPeriods":  e.periods,
		"treatMissingData":   e.missing,
		"alarmActions":       []any{topicArn},
		"okActions":          []any{topicArn},
	}
	if e.key == "site-down" {
		want["datapointsToAlarm"] = 2.0
	}
	if e.namespace == "" {
		for _, of := range []string{"namespace", "metricName", "dimensions", "period"} {
			delete(want, of)
		}
		want["datapointsToAlarm"] = 1.0
		want["metricQueries"] = []any{role("m1", node1), role("m2", node2), map[string]any{
			"id": "result", "expression": e.metric, "label": e.key, "returnData": true,
		}}
		return want
	}
	if strings.HasPrefix(e.statistic, "p") {
		want["extendedStatistic"], want["evaluateLowSampleCountPercentiles"] = e.statistic, "ignore"
	} else {
		want["statistic"] = e.statistic
	}
	return want
}

// role is whether a node of the cache is the primary, as a query of an alarm on a formula.
func role(id string, node map[string]any) map[string]any {
	return map[string]any{"id": id, "metric": map[string]any{
		"namespace": "AWS/ElastiCache", "metricName": "IsMaster", "dimensions": node, "stat": "Maximum", "period": 60.0,
	}}
}

func TestAlarms(t *testing.T) {
	g := planned(t, everything())
	for _, e := range allAlarms {
		alarm := componenttest.Find(t, g, alarmType, "alarms-"+e.key)
		inputs(t, g, alarmType, "alarms-"+e.key, e.inputs(componenttest.Input(t, alarm, "alarmDescription")))
	}
	assert.Len(t, g.OfType(alarmType), len(allAlarms))
}

// Each says what is wrong and what to do about it, within AWS's limit.
func TestAlarmsSayWhatToDo(t *testing.T) {
	told := map[any]string{}
	for _, alarm := range planned(t, everything()).OfType(alarmType) {
		text, _ := componenttest.Input(t, alarm, "alarmDescription").(string)
		assert.LessOrEqual(t, len(text), 1024, alarm.Name)
		assert.GreaterOrEqual(t, strings.Count(text, ". "), 1, "%s has no remedy: %s", alarm.Name, text)
		assert.Regexp(t, `^(PAGE|NOTICE): [A-Z].*\. Runbook: docs/operations\.md#[a-z-]+$`, text, alarm.Name)
		assert.NotContains(t, text, "%!", alarm.Name)
		assert.NotContains(t, text, "  ", alarm.Name)
		assert.Empty(t, told[text], "%s and %s tell the same", alarm.Name, told[text])
		told[text] = alarm.Name
	}
}

func TestAlarmsOfEachShape(t *testing.T) {
	only := func(system observability.System) *observability.AlarmsArgs {
		return &observability.AlarmsArgs{NamePrefix: "careconnect-prod", TopicArn: pulumi.String(topicArn), System: system}
	}
	full := production()
	atRest := []observability.TargetGroup{full.TargetGroups[0]}
	atRest[0].Serving = false
	noReplica := *full.Database
	noReplica.Replicas, noReplica.SlotWALGiB = nil, 0
	oneNode := *full.Cache
	oneNode.Nodes = 1
	for _, c := range []struct {
		name string
		args *observability.AlarmsArgs
		want map[string]int
	}{
		{"everything", everything(), map[string]int{alarmType: 38, ruleType: 9, targetType: 9}},
		{"a load balancer", only(observability.System{LoadBalancer: full.LoadBalancer}), map[string]int{alarmType: 3}},
		{"a target group", only(observability.System{TargetGroups: full.TargetGroups}), map[string]int{alarmType: 2}},
		{"a target group that may be at rest", only(observability.System{TargetGroups: atRest}), map[string]int{alarmType: 1}},
		{"a health check", only(observability.System{HealthChecks: full.HealthChecks}), map[string]int{alarmType: 1}},
		{"a distribution", only(observability.System{Distribution: full.Distribution}), map[string]int{alarmType: 2}},
		{"a firewall", only(observability.System{Firewall: full.Firewall}), map[string]int{alarmType: 1}},
		{"a canary", only(observability.System{Canary: full.Canary}), map[string]int{alarmType: 1}},
		{"a NAT gateway", only(observability.System{NatGateways: full.NatGateways}), map[string]int{alarmType: 1}},
		{"a service", only(observability.System{Services: full.Services[:1]}), map[string]int{alarmType: 3}},
		{"a service that may be at rest", only(observability.System{Services: full.Services[1:]}), map[string]int{alarmType: 2}},
		{"a database", only(observability.System{Database: &noReplica}), map[string]int{alarmType: 4}},
		{"a database with a replica", only(observability.System{Database: full.Database}), map[string]int{alarmType: 8}},
		{"a cache", only(observability.System{Cache: full.Cache}), map[string]int{alarmType: 7}},
		{"a cache of one node", only(observability.System{Cache: &oneNode}), map[string]int{alarmType: 3}},
		{"a replication", only(observability.System{Replications: full.Replications}), map[string]int{alarmType: 1}},
		{"a replication from here", only(observability.System{Outgoing: full.Outgoing}), map[string]int{alarmType: 1}},
		{"copies", only(observability.System{Copies: full.Copies}), map[string]int{alarmType: 2}},
		{"a queue", only(observability.System{Queues: full.Queues}), map[string]int{alarmType: 2}},
		{
			"certificates in another region", &observability.AlarmsArgs{
				NamePrefix: "careconnect-prod", TopicArn: pulumi.String(topicArn), Certificates: everything().Certificates,
			},
			map[string]int{alarmType: 1},
		},
		{
			"security findings", &observability.AlarmsArgs{
				NamePrefix: "careconnect-prod", TopicArn: pulumi.String(topicArn), SecurityFindings: true,
			},
			map[string]int{ruleType: 2, targetType: 2},
		},
		{
			"releases", &observability.AlarmsArgs{
				NamePrefix: "careconnect-prod", TopicArn: pulumi.String(topicArn), ClusterName: pulumi.String("prod"),
			},
			map[string]int{ruleType: 3, targetType: 3},
		},
		{
			"the account", &observability.AlarmsArgs{
				NamePrefix: "careconnect-prod", TopicArn: pulumi.String(topicArn), AccountEvents: true,
			},
			map[string]int{ruleType: 4, targetType: 4},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := planned(t, c.args)
			c.want[alarmsComponent] = 1
			assert.Equal(t, c.want, componenttest.Counts(g))
			componenttest.AssertTree(t, g, alarmsComponent, "alarms")
		})
	}
}

// Names that could be read in two ways make different resources all the same.
func TestAlarmsOfLikeNamesAreDistinct(t *testing.T) {
	g := planned(t, changed(func(a *observability.AlarmsArgs) {
		a.System.Services = nil
		for _, name := range []string{"a", "a-cpu", "a-cpu-memory", "a-tasks"} {
			a.System.Services = append(a.System.Services, observability.Service{
				Name: name, ClusterName: pulumi.String("c"), ServiceName: pulumi.String(name), MinTasks: 1,
			})
		}
	}))
	componenttest.AssertTree(t, g, alarmsComponent, "alarms")
}

func TestOutputsAreTheAlarms(t *testing.T) {
	g := componenttest.Plan(t, "us-east-1", func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
		made, err := observability.NewAlarms(ctx, "alarms", everything(), opts...)
		if err != nil {
			return err
		}
		_, err = cloudwatch.NewMetricAlarm(ctx, "user", &cloudwatch.MetricAlarmArgs{
			Name:             made.Name("load-balancer-errors"),
			Dimensions:       made.Names,
			AlarmActions:     made.Arns.ApplyT(func(arns []string) []any { return asAny(arns) }).(pulumi.ArrayOutput),
			AlarmDescription: pulumi.String("stands for whatever uses the outputs"),
		}, opts...)
		return err
	})
	user := componenttest.Find(t, g, alarmType, "user")
	assert.Equal(t, "careconnect-prod-alarms-load-balancer-errors", componenttest.Input(t, user, "name"))
	assert.Contains(t, user.PropertyDependencies["name"],
		componenttest.Find(t, g, alarmType, "alarms-load-balancer-errors").URN, "the name comes once the alarm is there")
	names, arns := map[string]any{}, []any{}
	for _, e := range allAlarms {
		names[e.key] = "careconnect-prod-alarms-" + e.key
		arns = append(arns, "${alarms-"+e.key+".arn}")
	}
	assert.Equal(t, names, componenttest.Input(t, user, "dimensions"))
	assert.Equal(t, arns, componenttest.Input(t, user, "alarmActions"))
}

func asAny(texts []string) []any {
	all := make([]any, len(texts))
	for i, text := range texts {
		all[i] = text
	}
	return all
}

func TestNameOfNoAlarmFails(t *testing.T) {
	_, err := plan.Run(plan.Program{Project: "careconnect", Stack: "test", Run: func(ctx *pulumi.Context) error {
		opts, err := componenttest.Providers(ctx, "us-east-1", "")
		if err != nil {
			return err
		}
		args := changed(func(a *observability.AlarmsArgs) {
			a.System = observability.System{LoadBalancer: a.System.LoadBalancer}
		})
		made, err := observability.NewAlarms(ctx, "alarms", args, opts...)
		if err != nil {
			return err
		}
		ctx.Export("name", made.Name("load-balancer-eror"))
		return nil
	}})
	assert.ErrorContains(t, err, `alarms "alarms" has no alarm "load-balancer-eror": it has certificate-load-balancer-expiry, load-balancer-errors,`)
}

func TestAlarmsKeepTheRules(t *testing.T) {
	rules(t, func(ctx *pulumi.Context, name string, opts ...pulumi.ResourceOption) error {
		_, err := observability.NewAlarms(ctx, name, everything(), opts...)
		return err
	})
}

func TestAlarmsArgumentsAreRefused(t *testing.T) {
	with := func(change func(*observability.AlarmsArgs)) func(*pulumi.Context, ...pulumi.ResourceOption) error {
		return func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
			_, err := observability.NewAlarms(ctx, "alarms", changed(change), opts...)
			return err
		}
	}
	type args = observability.AlarmsArgs
	refused(t, []wrong{
		{"none", func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
			_, err := observability.NewAlarms(ctx, "alarms", nil, opts...)
			return err
		}, []string{`alarms "alarms": Args is missing`}},
		{
			"nothing to watch", with(func(a *args) { *a = args{NamePrefix: a.NamePrefix, TopicArn: a.TopicArn} }),
			[]string{"System is missing: it takes something to watch"},
		},
		{"no topic", with(func(a *args) { a.TopicArn = nil }), []string{"TopicArn is missing"}},
		{"no prefix", with(func(a *args) { a.NamePrefix = "" }), []string{`NamePrefix = ""`}},
		{"bad prefix", with(func(a *args) { a.NamePrefix = "care/prod" }), []string{`NamePrefix = "care/prod"`}},
		{"long prefix", with(func(a *args) { a.NamePrefix = strings.Repeat("a", 65) }), []string{"64 at most"}},
		{
			"certificate", with(func(a *args) { a.Certificates = append(a.Certificates, observability.Certificate{Name: "CDN"}) }),
			[]string{`Certificates[1].Name = "CDN"`, "Certificates[1].Arn is missing"},
		},
		{
			"certificate twice", with(func(a *args) { a.Certificates = append(a.Certificates, a.Certificates[0]) }),
			[]string{`Certificates[1].Name = "load-balancer": allowed is each name once`},
		},
		{
			"what is watched from outside", with(func(a *args) {
				a.System.HealthChecks = []observability.HealthCheck{{Name: "Site"}}
				a.System.Distribution, a.System.Firewall = &observability.Distribution{}, &observability.Firewall{}
				a.System.Canary, a.System.NatGateways = &observability.CanaryMetric{}, []observability.NatGateway{{}}
			}),
			[]string{
				`System.HealthChecks[0].Name = "Site"`, "HealthChecks[0].ID is missing", "HealthChecks[0].Meaning is missing",
				"HealthChecks[0].Remedy is missing", "System.Distribution.ID is missing", "System.Firewall.MetricName is missing",
				"System.Canary.Stack is missing", `System.NatGateways[0].Name = ""`, "NatGateways[0].ID is missing",
			},
		},
		{"load balancer", with(func(a *args) { a.System.LoadBalancer.ArnSuffix = nil }), []string{"System.LoadBalancer.ArnSuffix is missing"}},
		{
			"target group", with(func(a *args) { a.System.TargetGroups = []observability.TargetGroup{{Name: "a-"}} }),
			[]string{`System.TargetGroups[0].Name = "a-"`, "TargetGroups[0].ArnSuffix is missing", "TargetGroups[0].LoadBalancerArnSuffix is missing"},
		},
		{
			"target group twice", with(func(a *args) { a.System.TargetGroups = append(a.System.TargetGroups, a.System.TargetGroups[0]) }),
			[]string{`System.TargetGroups[1].Name = "backend": allowed is each name once`},
		},
		{
			"service", with(func(a *args) { a.System.Services[1] = observability.Service{MinTasks: -1} }),
			[]string{
				`System.Services[1].Name = ""`, "Services[1].ClusterName is missing", "Services[1].ServiceName is missing",
				"Services[1].MinTasks = -1: allowed is 0 or more",
			},
		},
		{
			"service twice", with(func(a *args) { a.System.Services[1].Name = "backend" }),
			[]string{`System.Services[1].Name = "backend": allowed is each name once`},
		},
		{
			"long name", with(func(a *args) { a.System.Services[0].Name = strings.Repeat("a", 41) }),
			[]string{"System.Services[0].Name", "40 characters at most"},
		},
		{
			"database", with(func(a *args) { a.System.Database = &observability.Database{AllocatedStorageGiB: 19} }),
			[]string{
				"System.Database.Identifier is missing", `System.Database.InstanceClass = ""`,
				"System.Database.AllocatedStorageGiB = 19: allowed is 20 to 65536",
			},
		},
		{
			"too much storage", with(func(a *args) { a.System.Database.AllocatedStorageGiB = 65537 }),
			[]string{"AllocatedStorageGiB = 65537"},
		},
		{
			"unknown family", with(func(a *args) { a.System.Database.InstanceClass = "db.x9.large" }),
			[]string{`InstanceClass = "db.x9.large": allowed is db.<family>.<size> of the families m6g, m6i, m7g, m7i, m8g, r6g, r6i, r7g, r7i, r8g, t3, t4g`},
		},
		{
			"unknown size", with(func(a *args) { a.System.Database.InstanceClass = "db.r6g.micro" }),
			[]string{`InstanceClass = "db.r6g.micro": allowed is one of the sizes 2xlarge, 4xlarge, 8xlarge, large, xlarge of db.r6g`},
		},
		{"no db.", with(func(a *args) { a.System.Database.InstanceClass = "r6g.large" }), []string{`InstanceClass = "r6g.large"`}},
		{
			"replica", with(func(a *args) { a.System.Database.Replicas = []observability.Replica{{Name: "DR"}} }),
			[]string{`System.Database.Replicas[0].Name = "DR"`, "Replicas[0].Identifier is missing"},
		},
		{
			"replica twice", with(func(a *args) {
				a.System.Database.Replicas = append(a.System.Database.Replicas, a.System.Database.Replicas[0])
			}),
			[]string{`System.Database.Replicas[1].Name = "reports": allowed is each name once`},
		},
		{
			"cache", with(func(a *args) { a.System.Cache = &observability.Cache{} }),
			[]string{"System.Cache.ReplicationGroupID is missing", "System.Cache.Nodes = 0: allowed is 1 to 6"},
		},
		{"large cache", with(func(a *args) { a.System.Cache.Nodes = 7 }), []string{"System.Cache.Nodes = 7"}},
		{
			"queue", with(func(a *args) { a.System.Queues = []observability.Queue{{Name: "a--b"}} }),
			[]string{`System.Queues[0].Name = "a--b"`, "Queues[0].QueueName is missing", "Queues[0].DeadLetterQueueName is missing"},
		},
		{
			"queue twice", with(func(a *args) { a.System.Queues = append(a.System.Queues, a.System.Queues[0]) }),
			[]string{`System.Queues[1].Name = "mail": allowed is each name once`},
		},
		{
			"all at once", with(func(a *args) { a.NamePrefix, a.TopicArn, a.System.Cache.Nodes = "", nil, 0 }),
			[]string{"3 problems", "NamePrefix", "TopicArn", "Cache.Nodes"},
		},
	})
}

// RDS keeps memory for itself, so the formula over the whole memory promises connections that do not exist. These were
// read from instances (SHOW max_connections).
func TestConnectionLimitsAreBelowTheRealOnes(t *testing.T) {
	threshold := func(class string) float64 {
		g := planned(t, changed(func(a *observability.AlarmsArgs) { a.System.Database.InstanceClass = class }))
		value, ok := componenttest.Input(t, componenttest.Find(t, g, alarmType, "alarms-database-connections"), "threshold").(float64)
		assert.True(t, ok)
		return value
	}
	for class, real := range map[string]float64{"db.t4g.small": 181, "db.m7g.large": 832, "db.r7g.2xlarge": 5000} {
		assert.LessOrEqual(t, threshold(class), real*0.80, class)
		assert.Greater(t, threshold(class), real*0.70, class)
	}
	for class, want := range map[string]float64{
		"db.t4g.micro": 48, "db.t4g.small": 133, "db.t4g.medium": 302, "db.t4g.large": 640,
		"db.r6g.large": 1316, "db.r6g.xlarge": 2668, "db.r6g.4xlarge": 4000, "db.m6g.xlarge": 1316, "db.t3.micro": 48,
	} {
		assert.Equal(t, want, threshold(class), class)
	}
}

func TestMemoryLimitFollowsTheClass(t *testing.T) {
	const gib = 1 << 30
	for class, memory := range map[string]int{
		"db.t4g.micro": 1, "db.t4g.small": 2, "db.t4g.medium": 4, "db.t4g.large": 8, "db.t4g.xlarge": 16, "db.t4g.2xlarge": 32,
		"db.m6g.large": 8, "db.m6g.xlarge": 16, "db.m6g.2xlarge": 32, "db.m6g.4xlarge": 64, "db.m6g.8xlarge": 128,
		"db.r6g.large": 16, "db.r6g.xlarge": 32, "db.r6g.2xlarge": 64, "db.r6g.4xlarge": 128, "db.r6g.8xlarge": 256,
		"db.t3.micro": 1, "db.m6i.large": 8, "db.m7g.large": 8, "db.m7i.large": 8, "db.m8g.large": 8,
		"db.r6i.large": 16, "db.r7g.large": 16, "db.r7i.large": 16, "db.r8g.large": 16,
	} {
		t.Run(class, func(t *testing.T) {
			g := planned(t, changed(func(a *observability.AlarmsArgs) { a.System.Database.InstanceClass = class }))
			assert.EqualValues(t, memory*gib/10,
				componenttest.Input(t, componenttest.Find(t, g, alarmType, "alarms-database-memory"), "threshold"))
		})
	}
}

func TestLimitsAreAllowed(t *testing.T) {
	g := planned(t, changed(func(a *observability.AlarmsArgs) {
		a.NamePrefix = strings.Repeat("a", 64)
		a.System.Database.AllocatedStorageGiB = 65536
		a.System.Cache.Nodes = 6
		a.System.Services[0].Name = strings.Repeat("a", 40)
	}))
	for _, alarm := range g.OfType(alarmType) {
		assert.LessOrEqual(t, len(fmt.Sprint(componenttest.Input(t, alarm, "name"))), 255)
	}
	planned(t, changed(func(a *observability.AlarmsArgs) { a.System.Database.AllocatedStorageGiB, a.System.Cache.Nodes = 20, 1 }))
}

// A replica on which an objective of recovery depends has the limit that the objective sets.
func TestLagOfARecoveryReplica(t *testing.T) {
	args := everything()
	args.System.Database.Replicas = []observability.Replica{{
		Name: "recovery", Identifier: pulumi.String("dr-db"), LagMinutes: 15, LagPeriodMinutes: 5,
	}}
	lag := componenttest.Find(t, planned(t, args), alarmType, "alarms-replica-recovery-lag")
	assert.EqualValues(t, 900, componenttest.Input(t, lag, "threshold"))
	assert.EqualValues(t, 60, componenttest.Input(t, lag, "period"))
	assert.EqualValues(t, 5, componenttest.Input(t, lag, "evaluationPeriods"))

	args.System.Database.Replicas[0].LagPeriodMinutes = 0
	args.System.Replications = []observability.Replication{{Name: "files"}}
	args.System.Outgoing = []observability.Replication{{Name: "files"}, {Name: "files"}}
	args.System.Copies = []observability.Copies{{Name: "files", EveryHours: 48}, {Name: "files", EveryHours: 1}}
	err := componenttest.Refused(t, func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
		_, err := observability.NewAlarms(ctx, "alarms", args, opts...)
		return err
	})
	for _, want := range []string{
		"System.Database.Replicas[0].LagMinutes", "System.Replications[0].Source is missing",
		"System.Replications[0].Destination is missing", "System.Replications[0].RuleID is missing",
		"System.Outgoing[0].Source is missing", "System.Outgoing[0].Destination is missing",
		"System.Outgoing[0].RuleID is missing", `System.Outgoing[1].Name = "files"`,
		"System.Copies[0].VaultName is missing", "System.Copies[0].ResourceType is missing",
		"System.Copies[0].EveryHours = 48: allowed is 2 to 24", "System.Copies[1].EveryHours = 1", `System.Copies[1].Name = "files"`,
	} {
		assert.ErrorContains(t, err, want)
	}
}
