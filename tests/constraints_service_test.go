package tests

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/carebase/carebase/graph"
)

var serviceConstraints = []constraint{
	{"aws:ecs/cluster:Cluster", "name", text(1, 255, `^[A-Za-z0-9_-]+$`), "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateCluster.html"},
	{"aws:ecs/cluster:Cluster", "settings[].name", oneOf("containerInsights"), "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ClusterSetting.html"},
	{"aws:ecs/cluster:Cluster", "settings[].value", oneOf("enabled", "disabled", "enhanced"), "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ClusterSetting.html"},
	{"aws:ecs/cluster:Cluster", "configuration.executeCommandConfiguration.logging", oneOf("NONE", "DEFAULT", "OVERRIDE"), "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ExecuteCommandConfiguration.html"},
	{"aws:ecs/clusterCapacityProviders:ClusterCapacityProviders", "capacityProviders", count(0, 20), "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html"},
	{"aws:ecs/clusterCapacityProviders:ClusterCapacityProviders", "defaultCapacityProviderStrategies[].weight", inRange(0, 1000), "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CapacityProviderStrategyItem.html"},
	{"aws:ecs/clusterCapacityProviders:ClusterCapacityProviders", "defaultCapacityProviderStrategies[].base", inRange(0, 100000), "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CapacityProviderStrategyItem.html"},
	{"aws:ecs/service:Service", "capacityProviderStrategies[].weight", inRange(0, 1000), "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CapacityProviderStrategyItem.html"},
	{"aws:ecs/service:Service", "capacityProviderStrategies[].base", inRange(0, 100000), "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CapacityProviderStrategyItem.html"},
	{"aws:ecs/service:Service", "desiredCount", inRange(0, 5000), "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html"},
	{"aws:ecs/service:Service", "deploymentMaximumPercent", inRange(100, 2147483647), "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html"},
	{"aws:ecs/service:Service", "deploymentMinimumHealthyPercent", inRange(0, 100), "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html"},
	{"aws:ecs/service:Service", "healthCheckGracePeriodSeconds", inRange(0, 2147483647), "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html"},
	{"aws:ecs/service:Service", "loadBalancers", count(0, 5), "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html"},
	{"aws:ecs/service:Service", "loadBalancers[].containerPort", inRange(1, 65535), "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LoadBalancer.html"},
	{"aws:ecs/service:Service", "networkConfiguration.securityGroups", count(0, 5), "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_AwsVpcConfiguration.html"},
	{"aws:ecs/service:Service", "networkConfiguration.subnets", count(1, 16), "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_AwsVpcConfiguration.html"},
	{"aws:ecs/service:Service", "propagateTags", oneOf("TASK_DEFINITION", "SERVICE", "NONE"), "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html"},
	{"aws:ecs/service:Service", "availabilityZoneRebalancing", oneOf("ENABLED", "DISABLED"), "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html"},
	{"aws:ecs/taskDefinition:TaskDefinition", "family", text(1, 255, `^[A-Za-z0-9_-]+$`), "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html"},
	{"aws:ecs/taskDefinition:TaskDefinition", "networkMode", oneOf("awsvpc"), "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html"},
	{"aws:ecs/taskDefinition:TaskDefinition", "requiresCompatibilities", oneOf("EC2", "FARGATE", "EXTERNAL", "MANAGED_INSTANCES"), "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html"},
	{"aws:ecs/taskDefinition:TaskDefinition", "runtimePlatform.cpuArchitecture", oneOf("X86_64", "ARM64"), "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RuntimePlatform.html"},
	{"aws:ecs/taskDefinition:TaskDefinition", "runtimePlatform.operatingSystemFamily", oneOf("LINUX"), "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RuntimePlatform.html"},
	{"aws:ecs/taskDefinition:TaskDefinition", "containerDefinitions", count(1, 10), "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html"},
	{"aws:ecs/taskDefinition:TaskDefinition", "containerDefinitions[].name", text(1, 255, `^[A-Za-z0-9_-]+$`), "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html"},
	{"aws:ecs/taskDefinition:TaskDefinition", "containerDefinitions[].healthCheck.interval", inRange(5, 300), "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html"},
	{"aws:ecs/taskDefinition:TaskDefinition", "containerDefinitions[].healthCheck.timeout", inRange(2, 60), "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html"},
	{"aws:ecs/taskDefinition:TaskDefinition", "containerDefinitions[].healthCheck.retries", inRange(1, 10), "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html"},
	{"aws:ecs/taskDefinition:TaskDefinition", "containerDefinitions[].healthCheck.startPeriod", inRange(0, 300), "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html"},
	// On Fargate.
	{"aws:ecs/taskDefinition:TaskDefinition", "containerDefinitions[].stopTimeout", inRange(0, 120), "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html"},
	{"aws:ecs/taskDefinition:TaskDefinition", "containerDefinitions[].portMappings[].containerPort", inRange(1, 65535), "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PortMapping.html"},
	{"aws:ecs/taskDefinition:TaskDefinition", "containerDefinitions[].portMappings[].protocol", oneOf("tcp", "udp"), "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PortMapping.html"},
	{"aws:ecs/taskDefinition:TaskDefinition", "containerDefinitions[].environment[].name", text(1, 255, `^[A-Za-z_][A-Za-z0-9_.-]*$`), "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_KeyValuePair.html"},
	{"aws:ecs/taskDefinition:TaskDefinition", "containerDefinitions[].secrets[].name", text(1, 255, `^[A-Za-z_][A-Za-z0-9_.-]*$`), "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Secret.html"},
	{"aws:ecs/taskDefinition:TaskDefinition", "containerDefinitions[].logConfiguration.logDriver", oneOf("awslogs", "splunk", "awsfirelens"), "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LogConfiguration.html"},
	{"aws:ecs/taskDefinition:TaskDefinition", "containerDefinitions[].logConfiguration.options.mode", oneOf("blocking", "non-blocking"), "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LogConfiguration.html"},
	{"aws:ecs/taskDefinition:TaskDefinition", "containerDefinitions[].linuxParameters.tmpfs[].size", inRange(1, 122880), "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Tmpfs.html"},
	{"aws:ecs/taskDefinition:TaskDefinition", "containerDefinitions[].ulimits[].name", oneOf("nofile"), "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html"},
	{"aws:ecs/taskDefinition:TaskDefinition", "volumes[].name", text(1, 255, `^[A-Za-z0-9_-]+$`), "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Volume.html"},

	{"aws:ecr/replicationConfiguration:ReplicationConfiguration", "replicationConfiguration.rules", count(0, 10), "https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ReplicationConfiguration.html"},
	{"aws:ecr/replicationConfiguration:ReplicationConfiguration", "replicationConfiguration.rules[].destinations", count(0, 100), "https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ReplicationRule.html"},
	{"aws:ecr/replicationConfiguration:ReplicationConfiguration", "replicationConfiguration.rules[].repositoryFilters[].filter", text(2, 256, `^(?:[a-z0-9]+(?:[._-][a-z0-9]*)*/)*[a-z0-9]*(?:[._-][a-z0-9]*)*$`), "https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_RepositoryFilter.html"},
	{"aws:ecr/replicationConfiguration:ReplicationConfiguration", "replicationConfiguration.rules[].repositoryFilters[].filterType", oneOf("PREFIX_MATCH"), "https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_RepositoryFilter.html"},
	{"awsx:ecr:Repository", "name", text(2, 256, `^(?:[a-z0-9]+(?:[._-][a-z0-9]+)*/)*[a-z0-9]+(?:[._-][a-z0-9]+)*$`), "https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html"},
	{"awsx:ecr:Repository", "imageTagMutability", oneOf("MUTABLE", "IMMUTABLE", "IMMUTABLE_WITH_EXCLUSION", "MUTABLE_WITH_EXCLUSION"), "https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html"},
	{"awsx:ecr:Repository", "encryptionConfigurations[].encryptionType", oneOf("AES256", "KMS", "KMS_DSSE"), "https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_EncryptionConfiguration.html"},
	{"awsx:ecr:Repository", "lifecyclePolicy.rules", count(1, 50), "https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html"},
	{"awsx:ecr:Repository", "lifecyclePolicy.rules[].tagStatus", oneOf("tagged", "untagged", "any"), "https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html"},

	{"aws:appautoscaling/target:Target", "minCapacity", inRange(0, 5000), "https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html"},
	{"aws:appautoscaling/target:Target", "maxCapacity", inRange(0, 5000), "https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html"},
	{"aws:appautoscaling/target:Target", "resourceId", text(1, 1600, `^service/[^/]+/[^/]+$`), "https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html"},
	{"aws:appautoscaling/target:Target", "scalableDimension", oneOf("ecs:service:DesiredCount"), "https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html"},
	{"aws:appautoscaling/policy:Policy", "name", text(1, 256, ascii), "https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PutScalingPolicy.html"},
	{"aws:appautoscaling/policy:Policy", "policyType", oneOf("StepScaling", "TargetTrackingScaling", "PredictiveScaling"), "https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PutScalingPolicy.html"},
	{"aws:appautoscaling/policy:Policy", "targetTrackingScalingPolicyConfiguration.predefinedMetricSpecification.predefinedMetricType", oneOf("ECSServiceAverageCPUUtilization", "ECSServiceAverageMemoryUtilization", "ALBRequestCountPerTarget"), "https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PredefinedMetricSpecification.html"},
	{"aws:appautoscaling/policy:Policy", "targetTrackingScalingPolicyConfiguration.predefinedMetricSpecification.resourceLabel", text(1, 1023, ascii), "https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PredefinedMetricSpecification.html"},

	{"aws:iam/role:Role", "description", text(0, 1000, `^[\x{0009}\x{000A}\x{000D}\x{0020}-\x{007E}\x{00A1}-\x{00FF}]*$`), "https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html"},
	{"aws:iam/role:Role", "name", text(1, 64, `^[\w+=,.@-]+$`), "https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html"},
	// The default quota of a trust policy; white space is not counted.
	{"aws:iam/role:Role", "assumeRolePolicy", document(2048), "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html"},
	{"aws:iam/policy:Policy", "policy", document(6144), "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html"},
	{"aws:iam/policy:Policy", "description", text(0, 1000, ascii), "https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicy.html"},
	{"aws:iam/serviceLinkedRole:ServiceLinkedRole", "awsServiceName", text(1, 128, `^[\w+=,.@-]+\.amazonaws\.com$`), "https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateServiceLinkedRole.html"},
	{"aws:iam/accountPasswordPolicy:AccountPasswordPolicy", "minimumPasswordLength", inRange(6, 128), "https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAccountPasswordPolicy.html"},
	{"aws:iam/accountPasswordPolicy:AccountPasswordPolicy", "maxPasswordAge", inRange(1, 1095), "https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAccountPasswordPolicy.html"},
	{"aws:iam/accountPasswordPolicy:AccountPasswordPolicy", "passwordReusePrevention", inRange(1, 24), "https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAccountPasswordPolicy.html"},
}

var serviceRelations = []relation{
	{
		resourceType: "aws:ecs/taskDefinition:TaskDefinition", says: "Fargate has that memory with that CPU",
		source: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html",
		holds: func(in map[string]any) bool {
			cpu, _ := number(in["cpu"])
			memory, _ := number(in["memory"])
			return slices.Contains(fargateMemory[cpu], memory)
		},
		breaks: func(in map[string]any) { in["cpu"], in["memory"] = "256", "4096" },
	},
	{
		resourceType: "aws:ecs/taskDefinition:TaskDefinition", says: "64 KB in all, with what only the cloud knows",
		source: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html",
		holds: func(in map[string]any) bool {
			text, err := json.Marshal(in)
			return err == nil && len(known(string(text))) <= 64<<10
		},
		breaks: func(in map[string]any) { in["family"] = strings.Repeat("a", 64<<10) },
	},
	{
		resourceType: "aws:ecs/taskDefinition:TaskDefinition", says: "containers have names of their own, one is essential, and a health check ends before the next",
		source: "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html",
		holds: func(in map[string]any) bool {
			essential := false
			for _, at := range places(in, "containerDefinitions[]") {
				container := at.value.(map[string]any)
				essential = essential || container["essential"] != false
				if check, ok := container["healthCheck"].(map[string]any); ok {
					timeout, _ := number(check["timeout"])
					interval, _ := number(check["interval"])
					if timeout > interval {
						return false
					}
				}
			}
			return essential && unique(in, "containerDefinitions[].name")
		},
		breaks: func(in map[string]any) {
			in["containerDefinitions"] = append(in["containerDefinitions"].([]any), in["containerDefinitions"].([]any)[0])
		},
	},
	{
		resourceType: "aws:ecs/taskDefinition:TaskDefinition", says: "the host's port is the container's; a variable is set once, plain or secret",
		source: "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PortMapping.html",
		holds: func(in map[string]any) bool {
			for _, at := range places(in, "containerDefinitions[].portMappings[]") {
				mapping := at.value.(map[string]any)
				if mapping["hostPort"] != nil && textOf(mapping["hostPort"]) != textOf(mapping["containerPort"]) {
					return false
				}
			}
			for _, at := range places(in, "containerDefinitions[]") {
				container := at.value.(map[string]any)
				names := slices.Concat(places(container, "environment[].name"), places(container, "secrets[].name"))
				seen := map[string]bool{}
				for _, name := range names {
					if seen[textOf(name.value)] {
						return false
					}
					seen[textOf(name.value)] = true
				}
			}
			return true
		},
		breaks: func(in map[string]any) {
			container := in["containerDefinitions"].([]any)[0].(map[string]any)
			container["portMappings"] = []any{map[string]any{"containerPort": 8080.0, "hostPort": 80.0}}
		},
	},
	{
		resourceType: "aws:ecs/taskDefinition:TaskDefinition", says: "Fargate has no tmpfs larger than the task's memory, and knows its user ids",
		source: "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LinuxParameters.html",
		holds: func(in map[string]any) bool {
			memory, _ := number(in["memory"])
			total := 0.0
			for _, at := range places(in, "containerDefinitions[].linuxParameters.tmpfs[].size") {
				size, _ := number(at.value)
				total += size
			}
			return total < memory
		},
		breaks: func(in map[string]any) { in["memory"] = "16" },
	},
	{
		resourceType: "aws:ecs/service:Service", says: "a service names a launch type or a capacity provider strategy, not both",
		source: "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html",
		holds:  func(in map[string]any) bool { return present(in, "launchType", "capacityProviderStrategies") == 1 },
		breaks: func(in map[string]any) { in["launchType"] = "FARGATE" },
	},
	{
		resourceType: "aws:ecs/service:Service", says: "a rolling update has room to move: more than 100 %, or less healthy",
		source: "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html",
		holds: func(in map[string]any) bool {
			most, _ := number(in["deploymentMaximumPercent"])
			least, _ := number(in["deploymentMinimumHealthyPercent"])
			return most > least
		},
		breaks: func(in map[string]any) { in["deploymentMaximumPercent"] = 100.0 },
	},
	{
		resourceType: "aws:ecs/service:Service", says: "rebalancing of zones needs room for more tasks and no strategy of EC2",
		source:   "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-rebalancing.html",
		concerns: func(in map[string]any) bool { return in["availabilityZoneRebalancing"] == "ENABLED" },
		holds: func(in map[string]any) bool {
			most, _ := number(in["deploymentMaximumPercent"])
			return most > 100
		},
		breaks: func(in map[string]any) { in["deploymentMaximumPercent"] = 100.0 },
	},
	{
		resourceType: "aws:ecs/service:Service", says: "one provider of a strategy has a base",
		source: "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CapacityProviderStrategyItem.html",
		holds: func(in map[string]any) bool {
			based := 0
			for _, at := range places(in, "capacityProviderStrategies[].base") {
				if base, _ := number(at.value); base > 0 {
					based++
				}
			}
			return based <= 1
		},
		breaks: func(in map[string]any) {
			in["capacityProviderStrategies"] = []any{map[string]any{"base": 1.0}, map[string]any{"base": 1.0}}
		},
	},
	{
		resourceType: "aws:appautoscaling/target:Target", says: "the least capacity is not above the most",
		source: "https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html",
		holds: func(in map[string]any) bool {
			least, _ := number(in["minCapacity"])
			most, _ := number(in["maxCapacity"])
			return least <= most
		},
		breaks: func(in map[string]any) { in["minCapacity"] = 5000.0 },
	},
	{
		resourceType: "aws:appautoscaling/policy:Policy", says: "requests per target are counted on a load balancer and its target group, no other metric is",
		source: "https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PredefinedMetricSpecification.html",
		holds: func(in map[string]any) bool {
			metric := places(in, "targetTrackingScalingPolicyConfiguration.predefinedMetricSpecification")[0].value.(map[string]any)
			return (metric["predefinedMetricType"] == "ALBRequestCountPerTarget") == (metric["resourceLabel"] != nil)
		},
		breaks: func(in map[string]any) {
			metric := places(in, "targetTrackingScalingPolicyConfiguration.predefinedMetricSpecification")[0].value.(map[string]any)
			if metric["resourceLabel"] == nil {
				metric["resourceLabel"] = "app/a/b/targetgroup/c/d"
			} else {
				delete(metric, "resourceLabel")
			}
		},
	},
	{
		resourceType: "awsx:ecr:Repository", says: "KMS alone takes a key; a rule counts images or days",
		source: "https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html",
		holds: func(in map[string]any) bool {
			for _, at := range places(in, "lifecyclePolicy.rules[]") {
				if present(at.value.(map[string]any), "maximumAgeLimit", "maximumNumberOfImages") != 1 {
					return false
				}
			}
			for _, at := range places(in, "encryptionConfigurations[]") {
				by := at.value.(map[string]any)
				if by["kmsKey"] != nil && by["encryptionType"] == "AES256" {
					return false
				}
			}
			return true
		},
		breaks: func(in map[string]any) {
			places(in, "lifecyclePolicy.rules[]")[0].value.(map[string]any)["maximumNumberOfImages"] = 1.0
			places(in, "lifecyclePolicy.rules[]")[0].value.(map[string]any)["maximumAgeLimit"] = 1.0
		},
	},
}

// fargateMemory is the memory in MiB that Fargate has for each CPU, in units of 1/1024 vCPU.
var fargateMemory = map[float64][]float64{
	256:   {512, 1024, 2048},
	512:   steps(1024, 4096, 1024),
	1024:  steps(2048, 8192, 1024),
	2048:  steps(4096, 16384, 1024),
	4096:  steps(8192, 30720, 1024),
	8192:  steps(16384, 61440, 4096),
	16384: steps(32768, 122880, 8192),
}

func steps(from, to, by float64) []float64 {
	var values []float64
	for v := from; v <= to; v += by {
		values = append(values, v)
	}
	return values
}

var serviceQuotas = []quota{
	{resourceType: "aws:ecs/service:Service", per: "cluster", most: 5000, source: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html"},
	{resourceType: "aws:iam/role:Role", most: 1000, source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html"},
	{resourceType: "aws:iam/policy:Policy", most: 1500, source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html"},
	{resourceType: "aws:iam/rolePolicyAttachment:RolePolicyAttachment", per: "role", most: 10, source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html"},
	{resourceType: "aws:appautoscaling/policy:Policy", per: "resourceId", most: 50, source: "https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-limits.html"},
	{
		// Each target tracking policy of one service has a metric of its own.
		resourceType: "aws:appautoscaling/policy:Policy", per: "resourceId targetTrackingScalingPolicyConfiguration", most: 1,
		source: "https://docs.aws.amazon.com/autoscaling/application/userguide/target-tracking-scaling-policy-overview.html",
		concerns: func(r *graph.Resource) bool {
			return r.Readable()["policyType"] == "TargetTrackingScaling"
		},
	},
}
