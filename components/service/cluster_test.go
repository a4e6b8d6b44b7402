package service_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"

	"github.com/carebase/carebase/components/loggroup"
	"github.com/carebase/carebase/components/service"
	"github.com/carebase/carebase/componenttest"
)

func TestClusterHasItsChildren(t *testing.T) {
	assert.Equal(t, map[string]int{
		"carebase:service:Cluster":                                     1,
		"aws:cloudwatch/logGroup:LogGroup":                             2,
		"aws:ecs/cluster:Cluster":                                      1,
		"aws:ecs/clusterCapacityProviders:ClusterCapacityProviders":    1,
		"aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace": 1,
	}, componenttest.Counts(planCluster(t, clusterArgs())))
}

func TestClusterHasContainerInsights(t *testing.T) {
	cluster := componenttest.Find(t, planCluster(t, clusterArgs()), "aws:ecs/cluster:Cluster", "cluster-ecs")
	assert.Equal(t, "careconnect-prod", componenttest.Input(t, cluster, "name"))
	assert.Equal(t, []any{map[string]any{"name": "containerInsights", "value": "enhanced"}}, componenttest.Input(t, cluster, "settings"))
}

// Container Insights makes the group itself where there is none, without a key and for ever.
func TestContainerInsightsWriteToAGroupOfOurs(t *testing.T) {
	g := planCluster(t, clusterArgs())
	logs := componenttest.Find(t, g, "aws:cloudwatch/logGroup:LogGroup", "cluster-insights-logs")
	assert.Equal(t, map[string]any{
		"name": "/aws/ecs/containerinsights/careconnect-prod/performance", "kmsKeyId": "logs-key", "retentionInDays": 365.0,
	}, componenttest.Input(t, logs, ""))
	assert.Contains(t, componenttest.Find(t, g, "aws:ecs/cluster:Cluster", "cluster-ecs").Dependencies, logs.URN)
}

func TestSessionsAreEncryptedAndRecorded(t *testing.T) {
	g := planCluster(t, clusterArgs())
	cluster := componenttest.Find(t, g, "aws:ecs/cluster:Cluster", "cluster-ecs")
	assert.Equal(t, map[string]any{
		"kmsKeyId": "logs-key",
		"logging":  "OVERRIDE",
		"logConfiguration": map[string]any{
			"cloudWatchEncryptionEnabled": true,
			"cloudWatchLogGroupName":      "/ecs-exec/careconnect-prod",
		},
	}, componenttest.Input(t, cluster, "configuration.executeCommandConfiguration"))

	logs := componenttest.Find(t, g, "aws:cloudwatch/logGroup:LogGroup", "cluster-exec-logs")
	assert.Contains(t, cluster.Dependencies, logs.URN)
	assert.Equal(t, "/ecs-exec/careconnect-prod", componenttest.Input(t, logs, "name"))
	assert.Equal(t, "logs-key", componenttest.Input(t, logs, "kmsKeyId"))
	assert.EqualValues(t, 365, componenttest.Input(t, logs, "retentionInDays"))
}

func TestClusterHasOnDemandAndSpotCapacity(t *testing.T) {
	capacity := componenttest.Find(t, planCluster(t, clusterArgs()),
		"aws:ecs/clusterCapacityProviders:ClusterCapacityProviders", "cluster-capacity")
	assert.Equal(t, []any{"FARGATE", "FARGATE_SPOT"}, componenttest.Input(t, capacity, "capacityProviders"))
	assert.Equal(t, []any{map[string]any{"capacityProvider": "FARGATE", "base": 1.0, "weight": 100.0}},
		componenttest.Input(t, capacity, "defaultCapacityProviderStrategies"))
}

func TestNamespaceIsPrivateToTheVPC(t *testing.T) {
	namespace := componenttest.Find(t, planCluster(t, clusterArgs()),
		"aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace", "cluster-namespace")
	assert.Equal(t, "careconnect-prod.internal", componenttest.Input(t, namespace, "name"))
	assert.Equal(t, "vpc-1", componenttest.Input(t, namespace, "vpc"))
}

func TestAClusterMayHaveNoNamespace(t *testing.T) {
	args := clusterArgs()
	args.NamespaceName = ""
	assert.Empty(t, planCluster(t, args).OfType("aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace"))
}

func TestClusterRefusesItsArguments(t *testing.T) {
	err := componenttest.Refused(t, func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
		return buildCluster(&service.ClusterArgs{ClusterName: "care connect", NamespaceName: "internal", LogRetentionDays: 0})(ctx, "cluster", opts...)
	})
	assert.EqualError(t, err, `cluster "cluster": 5 problems:
  - ClusterName = "care connect": allowed is 1 to 200 letters, digits, _ and -
  - VpcID is missing: it takes the ID of a VPC
  - NamespaceName = "internal": allowed is a lower-case domain of two labels or more, e.g. clinic-prod.internal
  - LogsKeyArn is missing: it takes the ARN of a KMS key that CloudWatch Logs may use
  - LogRetentionDays = 0: allowed is `+loggroup.RetentionRule)

	err = componenttest.Refused(t, func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
		return buildCluster(nil)(ctx, "cluster", opts...)
	})
	assert.EqualError(t, err, `cluster "cluster": Args is missing: it takes a *service.ClusterArgs`)
}

// A service that is made before the cluster has its capacity providers is refused by ECS.
func TestServicesWaitForTheClustersCapacity(t *testing.T) {
	g := componenttest.Plan(t, region, func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
		cluster, err := service.NewCluster(ctx, "cluster", clusterArgs(), opts...)
		if err != nil {
			return err
		}
		images, err := service.NewRepository(ctx, "images", repositoryArgs(), opts...)
		if err != nil {
			return err
		}
		args := webArgs()
		args.Cluster, args.Image, args.EnableExec = cluster.Ref(), images.Image("1.4.2"), true
		return buildWeb(args)(ctx, "backend", opts...)
	})
	backend := componenttest.Find(t, g, "aws:ecs/service:Service", "backend-service")
	assert.Equal(t, "${cluster-ecs.arn}", componenttest.Input(t, backend, "cluster"))
	capacity := componenttest.Find(t, g, "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders", "cluster-capacity")
	assert.Contains(t, backend.Dependencies, capacity.URN)

	discovery := componenttest.Find(t, g, "aws:servicediscovery/service:Service", "backend-discovery")
	assert.Equal(t, "${cluster-namespace.id}", componenttest.Input(t, discovery, "dnsConfig.namespaceId"))
	assert.Equal(t, "${images-images.url}:1.4.2", containers(t, g, "backend-definition")["backend"]["image"])
	pull := statements(t, componenttest.Find(t, g, "aws:iam/policy:Policy", "backend-start-policy"), "policy")["PullImages"]
	assert.Equal(t, "arn:aws:ecr:us-east-1:123456789012:repository/careconnect-prod/backend", pull["Resource"])
	sessions := statements(t, componenttest.Find(t, g, "aws:iam/policy:Policy", "backend-task-policy"), "policy")
	assert.Equal(t, "${cluster-exec-logs.arn}:*", sessions["RecordSessions"]["Resource"])
	assert.Equal(t, "logs-key", sessions["EncryptSessions"]["Resource"])
}
