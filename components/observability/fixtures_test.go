package observability_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"

	"github.com/carebase/carebase/components/observability"
	"github.com/carebase/carebase/componenttest"
	"github.com/carebase/carebase/graph"
)

const (
	topicComponent     = "carebase:observability:Topic"
	alarmsComponent    = "carebase:observability:Alarms"
	dashboardComponent = "carebase:observability:Dashboard"
	budgetComponent    = "carebase:observability:Budget"

	topicType        = "aws:sns/topic:Topic"
	topicPolicyType  = "aws:sns/topicPolicy:TopicPolicy"
	subscriptionType = "aws:sns/topicSubscription:TopicSubscription"
	alarmType        = "aws:cloudwatch/metricAlarm:MetricAlarm"
	ruleType         = "aws:cloudwatch/eventRule:EventRule"
	targetType       = "aws:cloudwatch/eventTarget:EventTarget"
	dashboardType    = "aws:cloudwatch/dashboard:Dashboard"
	budgetType       = "aws:budgets/budget:Budget"

	topicArn = "arn:aws:sns:eu-west-1:123456789012:alarms"
	keyArn   = "arn:aws:kms:eu-west-1:123456789012:key/data"
)

// production is a system with one or two of everything.
func production() observability.System {
	return observability.System{
		HealthChecks: []observability.HealthCheck{{
			Name: "site", ID: pulumi.String("check-1"), Meaning: "The site does not answer.", Remedy: "Look at the load balancer.",
		}},
		Distribution: &observability.Distribution{ID: pulumi.String("E1")},
		Firewall:     &observability.Firewall{MetricName: "careconnect-prod"},
		Canary:       &observability.CanaryMetric{Stack: "dr"},
		NatGateways:  []observability.NatGateway{{Name: "a", ID: pulumi.String("nat-1")}},
		LoadBalancer: &observability.LoadBalancer{ArnSuffix: pulumi.String("app/lb/1")},
		TargetGroups: []observability.TargetGroup{{
			Name: "backend", ArnSuffix: pulumi.String("targetgroup/backend/2"), LoadBalancerArnSuffix: pulumi.String("app/lb/1"),
			Serving: true,
		}},
		Services: []observability.Service{
			{Name: "backend", ClusterName: pulumi.String("prod"), ServiceName: pulumi.String("backend-1"), MinTasks: 2},
			{Name: "worker", ClusterName: pulumi.String("prod"), ServiceName: pulumi.String("worker-1")},
		},
		Database: &observability.Database{
			Identifier: pulumi.String("prod-db"), InstanceClass: "db.r6g.large", AllocatedStorageGiB: 100, SlotWALGiB: 20,
			Replicas: []observability.Replica{{Name: "reports", Identifier: pulumi.String("prod-db-reports")}},
		},
		Cache: &observability.Cache{ReplicationGroupID: pulumi.String("prod-cache"), Nodes: 2},
		Queues: []observability.Queue{{
			Name: "mail", QueueName: pulumi.String("prod-mail"), DeadLetterQueueName: pulumi.String("prod-mail-dead"),
		}},
		Replications: []observability.Replication{{
			Name: "files", Source: pulumi.String("prod-files"), Destination: pulumi.String("dr-files"), RuleID: "all-objects",
		}},
		Outgoing: []observability.Replication{{
			Name: "files-back", Source: pulumi.String("dr-files"), Destination: pulumi.String("prod-files"), RuleID: "all-objects",
		}},
		Copies: []observability.Copies{
			{Name: "database", VaultName: pulumi.String("prod-copies"), ResourceType: "RDS", EveryHours: 24},
			{Name: "files", VaultName: pulumi.String("prod-copies"), ResourceType: "S3", EveryHours: 12},
		},
	}
}

// everything is all that Alarms can watch.
func everything() *observability.AlarmsArgs {
	return &observability.AlarmsArgs{
		NamePrefix: "careconnect-prod",
		TopicArn:   pulumi.String(topicArn),
		System:     production(),
		Certificates: []observability.Certificate{
			{Name: "load-balancer", Arn: pulumi.String("arn:aws:acm:eu-west-1:123456789012:certificate/1")},
		},
		ClusterName:      pulumi.String("prod"),
		AccountEvents:    true,
		SecurityFindings: true,
	}
}

func changed(change func(*observability.AlarmsArgs)) *observability.AlarmsArgs {
	args := everything()
	change(args)
	return args
}

func planned(t *testing.T, args *observability.AlarmsArgs) *graph.Graph {
	t.Helper()
	return componenttest.Plan(t, "us-east-1", func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
		_, err := observability.NewAlarms(ctx, "alarms", args, opts...)
		return err
	})
}

// inputs asserts everything that a resource was given, so that nothing can be added or dropped unseen.
func inputs(t *testing.T, g *graph.Graph, typ, name string, want map[string]any) {
	t.Helper()
	assert.Equal(t, want, componenttest.Input(t, componenttest.Find(t, g, typ, name), ""), name)
}

// rules that hold for every component.
func rules(t *testing.T, build func(*pulumi.Context, string, ...pulumi.ResourceOption) error) {
	t.Helper()
	componenttest.AssertRegion(t, build)
	componenttest.AssertOptionsStay(t, build)
	componenttest.AssertStable(t, build)
}

// wrong is arguments that are refused, with parts of what the error says.
type wrong struct {
	name string
	err  func(*pulumi.Context, ...pulumi.ResourceOption) error
	want []string
}

func refused(t *testing.T, cases []wrong) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			err := componenttest.Refused(t, c.err)
			for _, want := range c.want {
				assert.ErrorContains(t, err, want)
			}
		})
	}
}
