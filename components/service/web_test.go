package service_test

import (
	"strings"
	"sync"
	"testing"

	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/cloudwatch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/components/limits"
	"github.com/carebase/carebase/components/service"
	"github.com/carebase/carebase/componenttest"
	"github.com/carebase/carebase/graph"
)

const (
	ingressRule = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
	egressRule  = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
	ecsService  = "aws:ecs/service:Service"
)

func TestWebHasItsChildren(t *testing.T) {
	smallest := map[string]int{
		"carebase:service:Web":                              1,
		"aws:cloudwatch/logGroup:LogGroup":                  1,
		"aws:ec2/securityGroup:SecurityGroup":               1,
		ingressRule:                                         1,
		"aws:ecs/taskDefinition:TaskDefinition":             1,
		ecsService:                                          1,
		"aws:iam/role:Role":                                 2,
		"aws:iam/policy:Policy":                             1,
		"aws:iam/rolePolicyAttachment:RolePolicyAttachment": 1,
		"aws:lb/targetGroup:TargetGroup":                    1,
		"aws:lb/listenerRule:ListenerRule":                  1,
		"aws:servicediscovery/service:Service":              1,
	}
	applicationPolicy := map[string]int{"aws:iam/policy:Policy": 1, "aws:iam/rolePolicyAttachment:RolePolicyAttachment": 1}
	autoscaled := map[string]int{"aws:appautoscaling/target:Target": 1, "aws:appautoscaling/policy:Policy": 3}

	for name, shape := range map[string]struct {
		change func(*service.WebArgs)
		more   map[string]int
	}{
		"smallest": {func(*service.WebArgs) {}, nil},
		"autoscaled": {func(args *service.WebArgs) {
			args.Autoscaling = &service.Autoscaling{Min: 2, Max: 10}
			args.Listener.ArnSuffix = text("app/prod/1")
		}, autoscaled},
		"permissions": {func(args *service.WebArgs) { args.TaskPolicy = fullWebArgs().TaskPolicy }, applicationPolicy},
		"sessions":    {func(args *service.WebArgs) { args.EnableExec = true }, applicationPolicy},
		"tracing":     {func(args *service.WebArgs) { args.Tracing = fullWebArgs().Tracing }, applicationPolicy},
		"internet":    {func(args *service.WebArgs) { args.InternetEgress = true }, map[string]int{egressRule: 1}},
		"secrets": {func(args *service.WebArgs) {
			args.Secrets, args.SecretsKeyArn = fullWebArgs().Secrets, fullWebArgs().SecretsKeyArn
		}, nil},
		"spot":       {func(args *service.WebArgs) { args.SpotPercent = 40 }, nil},
		"everything": {func(args *service.WebArgs) { *args = *fullWebArgs() }, plus(plus(autoscaled, applicationPolicy), map[string]int{egressRule: 1})},
	} {
		t.Run(name, func(t *testing.T) {
			args := webArgs()
			shape.change(args)
			assert.Equal(t, plus(smallest, shape.more), componenttest.Counts(web(t, args)))
		})
	}
}

func TestTasksRunInPrivateWithoutAPublicAddress(t *testing.T) {
	r := componenttest.Find(t, web(t, webArgs()), ecsService, "backend-service")
	assert.Equal(t, map[string]any{
		"assignPublicIp": false,
		"securityGroups": []any{"${backend-tasks.id}"},
		"subnets":        []any{"subnet-a", "subnet-b"},
	}, componenttest.Input(t, r, "networkConfiguration"))
	assert.Equal(t, "ENABLED", componenttest.Input(t, r, "availabilityZoneRebalancing"))
	assert.EqualValues(t, 3, componenttest.Input(t, r, "desiredCount"))
	assert.Equal(t, "cluster-arn", componenttest.Input(t, r, "cluster"))
	assert.Equal(t, "${backend-definition.arn}", componenttest.Input(t, r, "taskDefinition"))
	assert.Equal(t, "LATEST", componenttest.Input(t, r, "platformVersion"))
	assert.Equal(t, "SERVICE", componenttest.Input(t, r, "propagateTags"))
	assert.Equal(t, true, componenttest.Input(t, r, "enableEcsManagedTags"))
	assert.Nil(t, componenttest.Input(t, r, "launchType"), "it would exclude capacity providers")
	assert.Nil(t, componenttest.Input(t, r, "name"), "a service with a name of its own cannot be replaced before it is deleted")
}

func TestDeploymentsRollAndAreUndoneWhenTheyFail(t *testing.T) {
	r := componenttest.Find(t, web(t, webArgs()), ecsService, "backend-service")
	assert.EqualValues(t, 100, componenttest.Input(t, r, "deploymentMinimumHealthyPercent"))
	assert.EqualValues(t, 200, componenttest.Input(t, r, "deploymentMaximumPercent"))
	assert.Equal(t, map[string]any{"enable": true, "rollback": true}, componenttest.Input(t, r, "deploymentCircuitBreaker"))
	assert.EqualValues(t, 120, componenttest.Input(t, r, "healthCheckGracePeriodSeconds"))
	assert.Nil(t, componenttest.Input(t, r, "alarms"))
	assert.Equal(t, false, componenttest.Input(t, r, "waitForSteadyState"))

	r = componenttest.Find(t, web(t, fullWebArgs()), ecsService, "backend-service")
	assert.Equal(t, map[string]any{"alarmNames": []any{"prod-errors", "prod-5xx"}, "enable": true, "rollback": true},
		componenttest.Input(t, r, "alarms"))
	assert.Equal(t, true, componenttest.Input(t, r, "waitForSteadyState"))
}

// An alarm that a deployment listens to must be there before it.
func TestServiceWaitsForItsAlarms(t *testing.T) {
	g := componenttest.Plan(t, region, func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
		alarm, err := cloudwatch.NewMetricAlarm(ctx, "errors", &cloudwatch.MetricAlarmArgs{
			Name: text("prod-errors"), ComparisonOperator: text("GreaterThanThreshold"), EvaluationPeriods: pulumi.Int(1),
		}, opts...)
		if err != nil {
			return err
		}
		args := webArgs()
		args.AlarmNames = pulumi.StringArray{alarm.Name, text("prod-5xx")}
		if _, err := service.NewWeb(ctx, "backend", args, opts...); err != nil {
			return err
		}
		args.AlarmNames = pulumi.StringArray{alarm.Name}.ToStringArrayOutput()
		_, err = service.NewWeb(ctx, "frontend", args, opts...)
		return err
	})
	alarm := componenttest.Find(t, g, "aws:cloudwatch/metricAlarm:MetricAlarm", "errors")
	for name, want := range map[string][]any{"backend": {"prod-errors", "prod-5xx"}, "frontend": {"prod-errors"}} {
		r := componenttest.Find(t, g, ecsService, name+"-service")
		assert.Equal(t, want, componenttest.Input(t, r, "alarms.alarmNames"))
		assert.Contains(t, r.PropertyDependencies["alarms"], alarm.URN)
	}
}

// ECS starts no task of a revision that was deregistered, so the one to go back to must not be.
func TestARevisionOutlivesItsReplacement(t *testing.T) {
	definition := componenttest.Find(t, web(t, webArgs()), "aws:ecs/taskDefinition:TaskDefinition", "backend-definition")
	assert.Equal(t, true, componenttest.Input(t, definition, "skipDestroy"))
	assert.False(t, definition.RetainOnDelete)
}

func TestCapacityIsOnDemandUnlessTold(t *testing.T) {
	for percent, want := range map[int][]any{
		0: {map[string]any{"capacityProvider": "FARGATE", "base": 1.0, "weight": 100.0}},
		40: {
			map[string]any{"capacityProvider": "FARGATE", "base": 1.0, "weight": 60.0},
			map[string]any{"capacityProvider": "FARGATE_SPOT", "base": 0.0, "weight": 40.0},
		},
		100: {
			map[string]any{"capacityProvider": "FARGATE", "base": 1.0, "weight": 0.0},
			map[string]any{"capacityProvider": "FARGATE_SPOT", "base": 0.0, "weight": 100.0},
		},
	} {
		args := webArgs()
		args.SpotPercent = percent
		r := componenttest.Find(t, web(t, args), ecsService, "backend-service")
		assert.Equal(t, want, componenttest.Input(t, r, "capacityProviderStrategies"), percent)
		assert.Equal(t, true, componenttest.Input(t, r, "forceNewDeployment"), "AWS refuses to change the strategy without")
	}
}

func TestSessionsAreOffUnlessAskedFor(t *testing.T) {
	for _, enabled := range []bool{false, true} {
		args := webArgs()
		args.EnableExec = enabled
		r := componenttest.Find(t, web(t, args), ecsService, "backend-service")
		assert.Equal(t, enabled, componenttest.Input(t, r, "enableExecuteCommand"))
	}
}

func TestTargetGroupChecksTheApplication(t *testing.T) {
	target := componenttest.Find(t, web(t, webArgs()), "aws:lb/targetGroup:TargetGroup", "backend-tg")
	assert.Equal(t, "ip", componenttest.Input(t, target, "targetType"))
	assert.Equal(t, "HTTP", componenttest.Input(t, target, "protocol"))
	assert.EqualValues(t, 8080, componenttest.Input(t, target, "port"))
	assert.Equal(t, "vpc-1", componenttest.Input(t, target, "vpcId"))
	assert.EqualValues(t, 70, componenttest.Input(t, target, "deregistrationDelay"))
	assert.Equal(t, map[string]any{
		"enabled": true, "protocol": "HTTP", "port": "traffic-port", "path": "/actuator/health", "matcher": "200",
		"interval": 30.0, "timeout": 5.0, "healthyThreshold": 2.0, "unhealthyThreshold": 7.0,
	}, componenttest.Input(t, target, "healthCheck"))
}

func TestTheLoadBalancerSpeaksTLSWithTasksThatDo(t *testing.T) {
	args := webArgs()
	args.TLS = true
	g := web(t, args)
	target := componenttest.Find(t, g, "aws:lb/targetGroup:TargetGroup", "backend-tg")
	assert.Equal(t, "HTTPS", componenttest.Input(t, target, "protocol"))
	assert.Equal(t, "HTTPS", componenttest.Input(t, target, "healthCheck.protocol"))
	assert.Equal(t, "traffic-port", componenttest.Input(t, target, "healthCheck.port"))
	assert.EqualValues(t, 8080, componenttest.Input(t, target, "port"))
	assert.Nil(t, componenttest.Input(t, target, "name"), "another protocol replaces the group, before the old one is deleted")
}

func TestListenerRuleForwardsThePaths(t *testing.T) {
	args := webArgs()
	args.Paths = []string{"/api/*", "/admin/*", "/ws", "/files/*", "/health"}
	rule := componenttest.Find(t, web(t, args), "aws:lb/listenerRule:ListenerRule", "backend-rule")
	assert.Equal(t, "listener-arn", componenttest.Input(t, rule, "listenerArn"))
	assert.EqualValues(t, 10, componenttest.Input(t, rule, "priority"))
	assert.Equal(t, []any{map[string]any{"pathPattern": map[string]any{"values": []any{"/api/*", "/admin/*", "/ws", "/files/*", "/health"}}}},
		componenttest.Input(t, rule, "conditions"))
	assert.Equal(t, []any{map[string]any{"type": "forward", "targetGroupArn": "${backend-tg.arn}"}}, componenttest.Input(t, rule, "actions"))
}

// A target group that is replaced behind a live listener: the new one is made first, which a fixed name would forbid;
// the service moves once the rule has.
func TestTargetGroupCanBeReplacedBehindALiveListener(t *testing.T) {
	g := web(t, webArgs())
	target := componenttest.Find(t, g, "aws:lb/targetGroup:TargetGroup", "backend-tg")
	assert.Nil(t, componenttest.Input(t, target, "name"))
	assert.Nil(t, componenttest.Input(t, target, "namePrefix"))
	backend := componenttest.Find(t, g, ecsService, "backend-service")
	assert.Contains(t, backend.Dependencies, componenttest.Find(t, g, "aws:lb/listenerRule:ListenerRule", "backend-rule").URN)
	assert.Equal(t, []any{map[string]any{"containerName": "backend", "containerPort": 8080.0, "targetGroupArn": "${backend-tg.arn}"}},
		componenttest.Input(t, backend, "loadBalancers"))
}

func TestTargetGroupsNameFits(t *testing.T) {
	assert.Equal(t, 21, limits.MostServiceName)
	longest := "a" + strings.Repeat("b", limits.MostServiceName-1)
	g := planned(t, longest, buildWeb(webArgs()))
	target := componenttest.Find(t, g, "aws:lb/targetGroup:TargetGroup", longest+"-tg")
	assert.LessOrEqual(t, len(target.Name)+len("-1234567"), 32)
}

func TestOnlyTheLoadBalancerAndNamedPeersReachAService(t *testing.T) {
	g := planned(t, "backend", buildWeb(webArgs()))
	group := componenttest.Find(t, g, "aws:ec2/securityGroup:SecurityGroup", "backend-tasks")
	for _, inline := range []string{"ingress", "egress"} {
		assert.Nil(t, componenttest.Input(t, group, inline), "inline rules fight with the separate ones")
	}
	assert.Equal(t, true, componenttest.Input(t, group, "revokeRulesOnDelete"))
	assert.Equal(t, "vpc-1", componenttest.Input(t, group, "vpcId"))
	assert.Equal(t, "Tasks of careconnect-prod-backend", componenttest.Input(t, group, "description"))

	assert.Equal(t, map[string]map[string]any{
		"backend-from-load-balancer": rule("referencedSecurityGroupId", "sg-load-balancer", 8080, "backend from load-balancer"),
		"backend-from-frontend":      rule("referencedSecurityGroupId", "sg-frontend", 8080, "backend from frontend"),
	}, rules(g, ingressRule))
	assert.Equal(t, map[string]map[string]any{
		"backend-to-database": rule("referencedSecurityGroupId", "sg-database", 5432, "backend to database"),
		"backend-to-s3":       rule("prefixListId", "pl-s3", 443, "backend to s3"),
	}, rules(g, egressRule))
}

func TestTasksReachTheInternetOnlyWhenTold(t *testing.T) {
	assert.Empty(t, rules(web(t, webArgs()), egressRule))
	args := webArgs()
	args.InternetEgress = true
	assert.Equal(t, map[string]map[string]any{
		"backend-to-internet": rule("cidrIpv4", "0.0.0.0/0", 443, "backend to internet"),
	}, rules(web(t, args), egressRule))
}

func rule(kind, peer string, port int, description string) map[string]any {
	return map[string]any{
		"securityGroupId": "${backend-tasks.id}", kind: peer, "description": description,
		"ipProtocol": "tcp", "fromPort": float64(port), "toPort": float64(port),
	}
}

func rules(g *graph.Graph, typ string) map[string]map[string]any {
	found := map[string]map[string]any{}
	for _, r := range g.OfType(typ) {
		found[r.Name] = r.Readable()
	}
	return found
}

func TestRulesRefuseTheirArguments(t *testing.T) {
	componenttest.Plan(t, region, func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
		w, err := service.NewWeb(ctx, "backend", webArgs(), opts...)
		require.NoError(t, err)
		peer := text("sg-1")
		assert.EqualError(t, w.AllowTo(ctx, "Data base", nil, 0), `rule of service backend "Data base": 3 problems:
  - name = "Data base": allowed is lower-case letters, digits and hyphens, beginning with a letter
  - PeerSecurityGroupID is missing: it takes the ID of who is on the other side
  - port = 0: allowed is 1 to 65535`)
		assert.EqualError(t, w.AllowTo(ctx, "database", peer, 65536), `rule of service backend "database": port = 65536: allowed is 1 to 65535`)
		assert.EqualError(t, w.AllowToPrefixList(ctx, "", peer, 443), `rule of service backend "": the component has no name`)
		assert.EqualError(t, w.AllowToPrefixList(ctx, "s3", nil, 443), `rule of service backend "s3": PrefixListID is missing: it takes the ID of who is on the other side`)
		assert.EqualError(t, w.AllowFrom(ctx, "frontend", nil), `rule of service backend "frontend": PeerSecurityGroupID is missing: it takes the ID of who is on the other side`)
		return nil
	})
}

func TestServiceIsFoundByName(t *testing.T) {
	g := web(t, webArgs())
	discovery := componenttest.Find(t, g, "aws:servicediscovery/service:Service", "backend-discovery")
	assert.Equal(t, "backend", componenttest.Input(t, discovery, "name"))
	assert.Equal(t, map[string]any{
		"namespaceId": "ns-1", "routingPolicy": "MULTIVALUE", "dnsRecords": []any{map[string]any{"type": "A", "ttl": 10.0}},
	}, componenttest.Input(t, discovery, "dnsConfig"))
	assert.Equal(t, map[string]any{"failureThreshold": 1.0}, componenttest.Input(t, discovery, "healthCheckCustomConfig"),
		"without it Cloud Map knows nothing of health, and the provider drops an empty one")
	assert.Equal(t, true, componenttest.Input(t, discovery, "forceDestroy"))
	backend := componenttest.Find(t, g, ecsService, "backend-service")
	assert.Equal(t, map[string]any{"registryArn": "${backend-discovery.arn}"}, componenttest.Input(t, backend, "serviceRegistries"))
}

// A task that is registered runs once Route 53 has its address: where that must not be waited for there is no namespace.
func TestWithoutANamespaceNothingIsRegistered(t *testing.T) {
	args := webArgs()
	args.Cluster.NamespaceID, args.Cluster.NamespaceName = nil, ""
	g := web(t, args)
	assert.Empty(t, g.OfType("aws:servicediscovery/service:Service"))
	assert.NotContains(t, componenttest.Find(t, g, ecsService, "backend-service").Readable(), "serviceRegistries")

	args.Cluster.NamespaceName = "careconnect-prod.internal"
	assert.Contains(t, refusedWeb(t, "backend", args), "Cluster.NamespaceID is missing: it takes the namespace whose domain is NamespaceName, or neither")
}

func TestLoadDecidesTheNumberOfTasks(t *testing.T) {
	g := web(t, fullWebArgs())
	target := componenttest.Find(t, g, "aws:appautoscaling/target:Target", "backend-scaling")
	assert.Equal(t, map[string]any{
		"serviceNamespace": "ecs", "scalableDimension": "ecs:service:DesiredCount",
		"resourceId": "service/careconnect-prod/${backend-service.name}", "minCapacity": 2.0, "maxCapacity": 10.0,
		"suspendedState": map[string]any{"dynamicScalingInSuspended": false, "dynamicScalingOutSuspended": false, "scheduledScalingSuspended": false},
	}, target.Readable())

	metrics := map[string]any{}
	for _, policy := range g.OfType("aws:appautoscaling/policy:Policy") {
		assert.Equal(t, "TargetTrackingScaling", componenttest.Input(t, policy, "policyType"))
		for _, same := range []string{"serviceNamespace", "scalableDimension", "resourceId"} {
			assert.Equal(t, componenttest.Input(t, target, same), componenttest.Input(t, policy, same))
		}
		assert.Contains(t, policy.Dependencies, target.URN)
		metrics[policy.Name] = componenttest.Input(t, policy, "targetTrackingScalingPolicyConfiguration")
	}
	follow := func(value float64, metric map[string]any) map[string]any {
		return map[string]any{"targetValue": value, "scaleInCooldown": 300.0, "scaleOutCooldown": 60.0, "predefinedMetricSpecification": metric}
	}
	assert.Equal(t, map[string]any{
		"backend-scaling-cpu":    follow(70, map[string]any{"predefinedMetricType": "ECSServiceAverageCPUUtilization"}),
		"backend-scaling-memory": follow(80, map[string]any{"predefinedMetricType": "ECSServiceAverageMemoryUtilization"}),
		"backend-scaling-requests": follow(1000, map[string]any{
			"predefinedMetricType": "ALBRequestCountPerTarget", "resourceLabel": "app/prod/1/${backend-tg.arnSuffix}",
		}),
	}, metrics)
}

// Otherwise every deployment would set the number of tasks back to what the program says.
func TestNumberOfTasksBelongsToAutoscalingWhereThereIsSome(t *testing.T) {
	assert.Empty(t, componenttest.Find(t, web(t, webArgs()), ecsService, "backend-service").IgnoreChanges)
	assert.Equal(t, []string{"desiredCount"}, componenttest.Find(t, web(t, fullWebArgs()), ecsService, "backend-service").IgnoreChanges)
}

func TestAServiceCanBeAtRest(t *testing.T) {
	args := webArgs()
	args.DesiredCount = 0
	assert.EqualValues(t, 0, componenttest.Input(t, componenttest.Find(t, web(t, args), ecsService, "backend-service"), "desiredCount"))
}

func TestOutputs(t *testing.T) {
	var mu sync.Mutex
	got := map[string]string{}
	componenttest.Plan(t, region, func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
		see := func(name string, output pulumi.StringOutput) {
			ctx.Export(name, output.ApplyT(func(value string) string {
				mu.Lock()
				defer mu.Unlock()
				got[name] = graph.Readable(value)
				return value
			}))
		}
		cluster, err := service.NewCluster(ctx, "cluster", clusterArgs(), opts...)
		require.NoError(t, err)
		see("cluster.ClusterName", cluster.ClusterName)
		see("cluster.ClusterArn", cluster.ClusterArn)
		see("cluster.NamespaceID", cluster.NamespaceID)
		see("cluster.ExecLogGroupName", cluster.ExecLogGroupName)

		images, err := service.NewRepository(ctx, "images", repositoryArgs(), opts...)
		require.NoError(t, err)
		see("images.Url", images.Url)
		see("images.Arn", images.Arn)
		see("images.RepositoryName", images.RepositoryName)

		w, err := service.NewWeb(ctx, "backend", webArgs(), opts...)
		require.NoError(t, err)
		see("web.ServiceName", w.ServiceName)
		see("web.ServiceArn", w.ServiceArn)
		see("web.TaskDefinitionArn", w.TaskDefinitionArn)
		see("web.TargetGroupArn", w.TargetGroupArn)
		see("web.TargetGroupArnSuffix", w.TargetGroupArnSuffix)
		see("web.SecurityGroupID", w.SecurityGroupID)
		see("web.TaskRoleArn", w.TaskRoleArn)
		see("web.LogGroupName", w.LogGroupName)
		see("web.DiscoveryName", w.DiscoveryName)

		j, err := service.NewJob(ctx, "db-init", jobArgs(), opts...)
		require.NoError(t, err)
		see("job.TaskDefinitionArn", j.TaskDefinitionArn)
		see("job.SecurityGroupID", j.SecurityGroupID)
		see("job.TaskRoleArn", j.TaskRoleArn)
		see("job.LogGroupName", j.LogGroupName)
		return nil
	})
	assert.Equal(t, map[string]string{
		"cluster.ClusterName": "careconnect-prod", "cluster.ClusterArn": "${cluster-ecs.arn}",
		"cluster.NamespaceID": "${cluster-namespace.id}", "cluster.ExecLogGroupName": "/ecs-exec/careconnect-prod",
		"images.Url": "${images-images.url}", "images.RepositoryName": "careconnect-prod/backend",
		"images.Arn":               "arn:aws:ecr:us-east-1:" + account + ":repository/careconnect-prod/backend",
		"web.ServiceName":          "${backend-service.name}",
		"web.ServiceArn":           "${backend-service.id}",
		"web.TaskDefinitionArn":    "${backend-definition.arn}",
		"web.TargetGroupArn":       "${backend-tg.arn}",
		"web.TargetGroupArnSuffix": "${backend-tg.arnSuffix}",
		"web.SecurityGroupID":      "${backend-tasks.id}",
		"web.TaskRoleArn":          "${backend-task-role.arn}",
		"web.LogGroupName":         "/ecs/careconnect-prod/backend",
		"web.DiscoveryName":        "backend.careconnect-prod.internal",
		"job.TaskDefinitionArn":    "${db-init-definition.arn}",
		"job.SecurityGroupID":      "${db-init-tasks.id}",
		"job.TaskRoleArn":          "${db-init-task-role.arn}",
		"job.LogGroupName":         "/ecs/careconnect-prod/db-init",
	}, got)
}
