package policy

import (
	"maps"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/carebase/carebase/graph"
)

var (
	onFargate = in{"networkMode": "awsvpc"}
	awslogs   = in{"logDriver": "awslogs", "options": in{"awslogs-group": "/ecs/app", "awslogs-region": "us-east-1"}}
)

var ecsFixtures = map[string]fixture{
	"ECS-1": {
		satisfied: []example{
			{about: "a user", resources: these(tasks(onFargate, in{"user": "1000:1000"}))},
			{about: "in a bridge", resources: these(tasks(in{}, in{"user": "app", "privileged": false}))},
			{about: "kept as a secret", resources: these(res(taskDefinitionType, "app", in{"containerDefinitions": secret(asJSON([]in{{"user": "1000"}}))}))},
			{about: "a part that AWS knows", resources: these(tasks(onFargate, in{"user": "1000", "image": ref(repositoryType, "images", "repositoryUrl") + ":1.0.0"}))},
			{about: "Windows", resources: these(tasks(in{"runtimePlatform": in{"operatingSystemFamily": "WINDOWS_SERVER_2022_CORE"}}, in{}))},
		},
		violated: []example{
			{about: "the host's network", property: "networkMode", resources: these(tasks(in{"networkMode": "host"}, in{"user": "1000"}))},
			{about: "the host's processes", property: "pidMode", resources: these(tasks(in{"pidMode": "host"}, in{"user": "1000"}))},
			{about: "the host's memory", property: "ipcMode", resources: these(tasks(in{"ipcMode": "host"}, in{"user": "1000"}))},
			{about: "privileged", property: "containerDefinitions[0].privileged", resources: these(tasks(onFargate, in{"user": "1000", "privileged": true}))},
			{about: "no user", property: "containerDefinitions[0].user", resources: these(tasks(onFargate, in{}))},
			{about: "root", property: "containerDefinitions[0].user", resources: these(tasks(onFargate, in{"user": "root"}))},
			{about: "root and a group", property: "containerDefinitions[0].user", resources: these(tasks(onFargate, in{"user": "root:app"}))},
			{about: "root by number", property: "containerDefinitions[0].user", resources: these(tasks(onFargate, in{"user": "0"}))},
			{about: "root by numbers", property: "containerDefinitions[0].user", resources: these(tasks(onFargate, in{"user": "0:1000"}))},
			{about: "Windows' administrator", property: "containerDefinitions[0].user", resources: these(tasks(
				in{"runtimePlatform": in{"operatingSystemFamily": "WINDOWS_SERVER_2022_CORE"}}, in{"user": "ContainerAdministrator"}))},
			{about: "a sidecar", property: "containerDefinitions[1].user", resources: these(tasks(onFargate, in{"user": "1000"}, in{"name": "sidecar"}))},
			{about: "kept as a secret", property: "containerDefinitions[0].user", resources: these(
				res(taskDefinitionType, "app", in{"containerDefinitions": secret(asJSON([]in{{"user": "root"}}))}))},
			{about: "no containers", property: "containerDefinitions", resources: these(res(taskDefinitionType, "app", in{"containerDefinitions": "[]"}))},
			{about: "no JSON", property: "containerDefinitions", resources: these(res(taskDefinitionType, "app", in{"containerDefinitions": "app"}))},
		},
		undecided: []example{
			{about: "not known", resources: these(res(taskDefinitionType, "app", in{"containerDefinitions": unknown}))},
			{about: "a part not known that is no text", resources: these(res(taskDefinitionType, "app", in{
				"containerDefinitions": `[{"user": "1000", "cpu": ` + ref(repositoryType, "images", "cpu") + `}]`}))},
			{about: "network not known", resources: these(tasks(in{"networkMode": unknown}, in{"user": "1000"}))},
		},
	},
	"ECS-2": {
		satisfied: []example{
			{about: "all of them", resources: these(tasks(onFargate, in{"readonlyRootFilesystem": true}, in{"readonlyRootFilesystem": true}))},
			{about: "Windows, which has none", resources: these(tasks(in{"runtimePlatform": in{"operatingSystemFamily": "WINDOWS_SERVER_2022_CORE"}}, in{}))},
		},
		violated: []example{
			{about: "not set", property: "containerDefinitions[0].readonlyRootFilesystem", resources: these(tasks(onFargate, in{}))},
			{about: "off", property: "containerDefinitions[0].readonlyRootFilesystem", resources: these(tasks(onFargate, in{"readonlyRootFilesystem": false}))},
			{about: "a sidecar", property: "containerDefinitions[1].readonlyRootFilesystem", resources: these(
				tasks(onFargate, in{"readonlyRootFilesystem": true}, in{}))},
		},
		undecided: []example{{about: "not known", resources: these(res(taskDefinitionType, "app", in{"containerDefinitions": unknown}))}},
	},
	"X-ECS-SECRETS": {
		satisfied: []example{
			{about: "by reference", resources: these(tasks(onFargate, in{
				"environment": []in{{"name": "AWS_REGION", "value": "us-east-1"}},
				"secrets":     []in{{"name": "DB_PASSWORD", "valueFrom": "arn:aws:secretsmanager:us-east-1:123456789012:secret:db"}}}))},
			{about: "about secrets", resources: these(tasks(onFargate, environment(
				"DB_SECRET_ARN", "arn:s", "TOKEN_TTL", "3600", "KMS_KEY_ID", "k", "JWT_PUBLIC_KEY", "k", "S3_KEY", "file", "KEYCLOAK_HOST", "k", "PASSWORD_FILE", "/run/p", "_", "x")))},
			{about: "no value", resources: these(tasks(onFargate, environment("DB_PASSWORD", "")))},
			{about: "a switch", resources: these(tasks(onFargate, environment("REQUIRE_TOKEN", "true", "USE_SECRETS", "false")))},
			{about: "the name of a secret elsewhere", resources: these(tasks(onFargate, environment("DB_SECRET", "arn:aws:secretsmanager:us-east-1:123456789012:secret:db")))},
			{about: "a reference to what the stack does not have", resources: these(tasks(onFargate, environment("GREETING", ref(dbInstanceType, "gone", "address"))))},
			{about: "a switch for logs", resources: these(tasks(onFargate, in{"logConfiguration": in{"logDriver": "splunk", "options": in{"splunk-verify-token": "true"}}}))},
			{about: "the name of a secret", resources: these(
				res("aws:secretsmanager/secret:Secret", "db", in{}),
				tasks(onFargate, environment("DB_SECRET", ref("aws:secretsmanager/secret:Secret", "db", "arn"), "DB_SECRET_ID", ref("aws:secretsmanager/secret:Secret", "db", "id"))))},
			{about: "an address", resources: these(db(in{}), tasks(onFargate, environment(
				"DATABASE_URL", "jdbc:postgresql://"+ref(dbInstanceType, "db", "address")+":5432/app?sslmode=require", "SITE", "https://example.com/a@b")))},
			{about: "a token for logs, by reference", resources: these(tasks(onFargate, in{"logConfiguration": in{
				"logDriver": "splunk", "secretOptions": []in{{"name": "splunk-token", "valueFrom": "arn:s"}}, "options": in{"splunk-url": "https://splunk.example.com"}}}))},
		},
		violated: plainSecretExamples,
		undecided: []example{
			{about: "not known", resources: these(res(taskDefinitionType, "app", in{"containerDefinitions": unknown}))}},
	},
	"X-ECS-LOGS": {
		satisfied: []example{
			{about: "all of them", resources: these(tasks(onFargate, in{"logConfiguration": awslogs}, in{"logConfiguration": in{"logDriver": "awsfirelens"}}))},
		},
		violated: []example{
			{about: "not set", property: "containerDefinitions[0].logConfiguration.logDriver", resources: these(tasks(onFargate, in{}))},
			{about: "no driver", property: "containerDefinitions[0].logConfiguration.logDriver", resources: these(tasks(onFargate, in{"logConfiguration": in{}}))},
			{about: "none", property: "containerDefinitions[0].logConfiguration.logDriver", resources: these(
				tasks(onFargate, in{"logConfiguration": in{"logDriver": "none"}}))},
			{about: "a sidecar", property: "containerDefinitions[1].logConfiguration.logDriver", resources: these(
				tasks(onFargate, in{"logConfiguration": awslogs}, in{}))},
		},
		undecided: []example{{about: "not known", resources: these(res(taskDefinitionType, "app", in{"containerDefinitions": unknown}))}},
	},
	"X-ECS-PUBIP": {
		satisfied: []example{
			{about: "said so", resources: these(serving(in{"networkConfiguration": in{"assignPublicIp": false}}))},
			{about: "by default", resources: these(serving(in{}))},
			{about: "a schedule", resources: these(scheduling(in{}))},
			{about: "a pipe", resources: these(piping(in{"networkConfiguration": in{"awsVpcConfiguration": in{"assignPublicIp": "DISABLED"}}}))},
			{about: "beside a rule with another target", resources: these(serving(in{}), res(eventTargetType, "target", in{"arn": "arn:q"}))},
		},
		violated: []example{
			{about: "a service", property: "networkConfiguration.assignPublicIp", resources: these(serving(in{"networkConfiguration": in{"assignPublicIp": true}}))},
			{about: "a task set", property: "networkConfiguration.assignPublicIp", resources: these(
				res("aws:ecs/taskSet:TaskSet", "set", in{"networkConfiguration": in{"assignPublicIp": true}}))},
			{about: "a rule", property: "ecsTarget.networkConfiguration.assignPublicIp", resources: these(
				ruling(in{"networkConfiguration": in{"assignPublicIp": true}}))},
			{about: "a schedule", property: "target.ecsParameters.networkConfiguration.assignPublicIp", resources: these(
				scheduling(in{"networkConfiguration": in{"assignPublicIp": true}}))},
			{about: "a pipe", property: "targetParameters.ecsTaskParameters.networkConfiguration.awsVpcConfiguration.assignPublicIp", resources: these(
				piping(in{"networkConfiguration": in{"awsVpcConfiguration": in{"assignPublicIp": "ENABLED"}}}))},
		},
		undecided: []example{{about: "not known", resources: these(serving(in{"networkConfiguration": in{"assignPublicIp": unknown}}))}},
	},
	"X-ECS-EXEC": {
		satisfied: []example{
			{about: "off", resources: these(serving(in{"enableExecuteCommand": false}), scheduling(in{}))},
			{about: "to a log group", resources: sessions(in{"kmsKeyId": keyArn, "logging": "OVERRIDE",
				"logConfiguration": in{"cloudWatchLogGroupName": "/exec", "cloudWatchEncryptionEnabled": true}})},
			{about: "to a bucket", resources: sessions(in{"kmsKeyId": keyArn, "logging": "OVERRIDE",
				"logConfiguration": in{"s3BucketName": "exec", "s3BucketEncryptionEnabled": true}})},
			{about: "to the task's log", resources: sessions(in{"kmsKeyId": keyArn, "logging": "DEFAULT"}, tasks(onFargate, in{"logConfiguration": awslogs}))},
			{about: "to the task's log by default", resources: sessions(in{"kmsKeyId": keyArn}, tasks(onFargate, in{"logConfiguration": awslogs}))},
			{about: "in a preview", resources: these(
				withDependency(serving(in{"enableExecuteCommand": true, "cluster": unknown}), "cluster", urnOf(ecsClusterType, "cluster")),
				execCluster(in{"kmsKeyId": keyArn, "logging": "OVERRIDE",
					"logConfiguration": in{"cloudWatchLogGroupName": "/exec", "cloudWatchEncryptionEnabled": true}}))},
			{about: "a deployed service that names its cluster", resources: these(
				serving(in{}), withDependency(res(ecsServiceType, "other", in{"enableExecuteCommand": true, "cluster": "main"}),
					"cluster", urnOf(ecsServiceType, "app"), urnOf(ecsClusterType, "cluster")),
				deployed(execCluster(in{"kmsKeyId": keyArn, "logging": "OVERRIDE",
					"logConfiguration": in{"cloudWatchLogGroupName": "/exec", "cloudWatchEncryptionEnabled": true}}), in{"id": "arn:cluster"}))},
		},
		violated: []example{
			{about: "a log group, and a bucket that need not be encrypted", property: "configuration.executeCommandConfiguration.logConfiguration.cloudWatchEncryptionEnabled",
				resources: sessions(in{"kmsKeyId": keyArn, "logging": "OVERRIDE", "logConfiguration": in{
					"cloudWatchLogGroupName": "/exec", "cloudWatchEncryptionEnabled": false, "s3BucketName": "exec", "s3BucketEncryptionEnabled": true}})},
			{about: "a cluster elsewhere", property: "enableExecuteCommand", resources: these(serving(in{"enableExecuteCommand": true, "cluster": "arn:c"}))},
			{about: "no settings", property: "configuration.executeCommandConfiguration.kmsKeyId", resources: sessions(nil)},
			{about: "no key", property: "configuration.executeCommandConfiguration.kmsKeyId", resources: sessions(in{"logging": "OVERRIDE",
				"logConfiguration": in{"cloudWatchLogGroupName": "/exec", "cloudWatchEncryptionEnabled": true}})},
			{about: "AWS's key", property: "configuration.executeCommandConfiguration.kmsKeyId", resources: sessions(in{"kmsKeyId": "alias/aws/ssm", "logging": "OVERRIDE",
				"logConfiguration": in{"cloudWatchLogGroupName": "/exec", "cloudWatchEncryptionEnabled": true}})},
			{about: "no record", property: "configuration.executeCommandConfiguration.logging", resources: sessions(in{"kmsKeyId": keyArn, "logging": "NONE"})},
			{about: "nowhere", property: "configuration.executeCommandConfiguration.logConfiguration", resources: sessions(in{"kmsKeyId": keyArn, "logging": "OVERRIDE"})},
			{about: "a log group that need not be encrypted", property: "configuration.executeCommandConfiguration.logConfiguration.cloudWatchEncryptionEnabled",
				resources: sessions(in{"kmsKeyId": keyArn, "logging": "OVERRIDE", "logConfiguration": in{"cloudWatchLogGroupName": "/exec"}})},
			{about: "a bucket that need not be encrypted", property: "configuration.executeCommandConfiguration.logConfiguration.s3BucketEncryptionEnabled",
				resources: sessions(in{"kmsKeyId": keyArn, "logging": "OVERRIDE", "logConfiguration": in{"s3BucketName": "exec"}})},
			{about: "the task's log, which goes elsewhere", property: "configuration.executeCommandConfiguration.logging", resources: sessions(
				in{"kmsKeyId": keyArn}, tasks(onFargate, in{"logConfiguration": awslogs}, in{"logConfiguration": in{"logDriver": "splunk"}}))},
			{about: "the log of a task elsewhere", property: "configuration.executeCommandConfiguration.logging", resources: sessions(in{"kmsKeyId": keyArn})},
			{about: "a rule", property: "ecsTarget.enableExecuteCommand", resources: these(ruling(in{"enableExecuteCommand": true}))},
			{about: "a schedule", property: "target.ecsParameters.enableExecuteCommand", resources: these(scheduling(in{"enableExecuteCommand": true}))},
		},
		undecided: []example{
			{about: "not known", resources: these(serving(in{"enableExecuteCommand": unknown}))},
			{about: "cluster not known", resources: these(serving(in{"enableExecuteCommand": true, "cluster": unknown}))},
			{about: "logging not known", resources: sessions(in{"kmsKeyId": keyArn, "logging": unknown})},
			{about: "the task's log not known", resources: sessions(in{"kmsKeyId": keyArn}, res(taskDefinitionType, "app", in{"containerDefinitions": unknown}))},
		},
	},
	"X-ECS-AZ": {
		satisfied: []example{
			{about: "two tasks", resources: spreading(in{"desiredCount": 2}, "us-east-1a", "us-east-1b")},
			{about: "two at least", resources: append(spreading(in{"desiredCount": 1}, "us-east-1a", "us-east-1b"), scaling(2, 10))},
			{about: "subnets elsewhere", resources: these(serving(in{"desiredCount": 2, "networkConfiguration": in{"subnets": []any{"subnet-1", "subnet-2"}}}))},
			{about: "zones that AWS chooses", resources: spreading(in{"desiredCount": 2}, "", "")},
			{about: "where the hosts are", resources: these(serving(in{"desiredCount": 2}))},
			{about: "beside one that is off, and one on every host", resources: append(spreading(in{"desiredCount": 3}, "us-east-1a", "us-east-1b"),
				res(ecsServiceType, "off", in{"desiredCount": 0}), res(ecsServiceType, "agent", in{"schedulingStrategy": "DAEMON"}))},
			{about: "deployed", resources: these(serving(in{"desiredCount": 1}),
				withDependency(res(scalingTargetType, "scaling", in{"resourceId": "service/main/app", "minCapacity": 2, "maxCapacity": 4}), "resourceId", urnOf(ecsServiceType, "app")))},
		},
		violated: []example{
			{about: "not set", property: "desiredCount", resources: spreading(in{}, "us-east-1a", "us-east-1b")},
			{about: "one task", property: "desiredCount", resources: spreading(in{"desiredCount": 1}, "us-east-1a", "us-east-1b")},
			{about: "down to one", property: "minCapacity", resources: append(spreading(in{"desiredCount": 3}, "us-east-1a", "us-east-1b"), scaling(1, 10))},
			{about: "another's scaling", property: "desiredCount", resources: append(spreading(in{"desiredCount": 1}, "us-east-1a", "us-east-1b"),
				res(scalingTargetType, "scaling", in{"resourceId": "service/main/other", "minCapacity": 2, "maxCapacity": 4}))},
			{about: "one zone", property: "networkConfiguration.subnets", resources: spreading(in{"desiredCount": 2}, "us-east-1a", "us-east-1a")},
			{about: "one subnet", property: "networkConfiguration.subnets", resources: these(
				serving(in{"desiredCount": 2, "networkConfiguration": in{"subnets": []any{"subnet-1"}}}))},
			{about: "the same subnet twice", property: "networkConfiguration.subnets", resources: these(
				serving(in{"desiredCount": 2, "networkConfiguration": in{"subnets": []any{"subnet-1", "subnet-1"}}}))},
		},
		undecided: []example{
			{about: "number not known", resources: spreading(in{"desiredCount": unknown}, "us-east-1a", "us-east-1b")},
			{about: "subnets not known", resources: these(serving(in{"desiredCount": 2, "networkConfiguration": in{"subnets": unknown}}))},
			{about: "one subnet not known", resources: these(serving(in{"desiredCount": 2, "networkConfiguration": in{"subnets": []any{unknown, "subnet-1"}}}))},
			{about: "least not known", resources: append(spreading(in{"desiredCount": 2}, "us-east-1a", "us-east-1b"), scaling(unknown, 10))},
		},
	},
}

const variablePath = "containerDefinitions[0].environment[0].value"

// plainSecretExamples are the ways to have a secret where it must not be.
var plainSecretExamples = append([]example{
	{about: "a password in a URL", property: variablePath, resources: these(tasks(onFargate, environment("DATABASE_URL", "postgres://app:hunter2@db/app")))},
	{about: "a password from elsewhere in a URL", property: variablePath, resources: these(db(in{}),
		tasks(onFargate, environment("DATABASE_URL", "postgres://app:"+ref(dbInstanceType, "db", "password")+"@"+ref(dbInstanceType, "db", "address")+"/app")))},
	{about: "a password parameter", property: variablePath, resources: these(tasks(onFargate, environment("JDBC", "jdbc:sqlserver://db;password=hunter2")))},
	{about: "an access key", property: variablePath, resources: these(tasks(onFargate, environment("WHO", "AKIAIOSFODNN7EXAMPLE")))},
	{about: "a private key", property: variablePath, resources: these(tasks(onFargate, environment("PEM", "-----BEGIN RSA PRIVATE KEY-----\nMII")))},
	{about: "a signed token", property: variablePath, resources: these(tasks(onFargate, environment("SESSION", "eyJhbGciOi.eyJzdWIiOi.abc")))},
	{about: "an output that its resource keeps secret", property: variablePath, resources: these(
		deployed(res("random:index/randomPassword:RandomPassword", "pw", in{}), in{"result": secret("hunter2")}),
		tasks(onFargate, environment("GREETING", ref("random:index/randomPassword:RandomPassword", "pw", "result"))))},
	{about: "kept as a secret by Pulumi", property: variablePath, resources: these(res(taskDefinitionType, "app", in{
		"containerDefinitions": secret(asJSON([]in{environment("DB_PASSWORD", "hunter2")}))}))},
	{about: "a sidecar's", property: "containerDefinitions[1].environment[0].value", resources: these(
		tasks(onFargate, in{}, environment("API_KEY", "hunter2")))},
	{about: "a password from elsewhere", property: variablePath, resources: these(db(in{}), tasks(onFargate, environment("DB_PASSWORD", ref(dbInstanceType, "db", "password"))))},
	{about: "two references, of which one may be a secret", property: variablePath, resources: these(db(in{}),
		tasks(onFargate, environment("CREDENTIALS", ref(dbInstanceType, "db", "id")+ref(dbInstanceType, "db", "password"))))},
	{about: "beside a sidecar without", property: variablePath, resources: these(tasks(onFargate, environment("API_KEY", "hunter2"), in{}))},
	{about: "in the address of logs", property: "containerDefinitions[0].logConfiguration.options.fluentd-address", resources: these(
		tasks(onFargate, in{"logConfiguration": in{"logDriver": "fluentd", "options": in{"fluentd-address": "tls://app:hunter2@logs"}}}))},
	{about: "in a command", property: "containerDefinitions[0].command[1]", resources: these(
		tasks(onFargate, in{"command": []string{"migrate", "postgres://app:hunter2@db/app"}}))},
	{about: "in an entry point", property: "containerDefinitions[0].entryPoint[0]", resources: these(
		tasks(onFargate, in{"entryPoint": []string{"curl https://app:hunter2@example.com"}}))},
	{about: "in a health check", property: "containerDefinitions[0].healthCheck.command[1]", resources: these(
		tasks(onFargate, in{"healthCheck": in{"command": []string{"CMD-SHELL", "curl https://app:hunter2@localhost"}}}))},
	{about: "a token for logs", property: "containerDefinitions[0].logConfiguration.options.splunk-token", resources: these(
		tasks(onFargate, in{"logConfiguration": in{"logDriver": "splunk", "options": in{"splunk-token": "hunter2"}}}))},
}, byName("DB_PASSWORD", "dbPassword", "JWT_SECRET", "GITHUB_TOKEN", "STRIPE_API_KEY", "SIGNING_KEY", "AWS_SECRET_ACCESS_KEY",
	"AWS_ACCESS_KEY_ID", "APIKEY", "SMTP_PASS", "DB_PWD", "CREDENTIALS", "VAULT_SECRET_ID")...)

func byName(names ...string) []example {
	var found []example
	for _, name := range names {
		found = append(found, example{about: name, property: variablePath, resources: these(tasks(onFargate, environment(name, "hunter2")))})
	}
	return found
}

// environment is a container with these variables: name, value, and so on.
func environment(namesAndValues ...string) in {
	variables := []in{}
	for i := 0; i < len(namesAndValues); i += 2 {
		variables = append(variables, in{"name": namesAndValues[i], "value": namesAndValues[i+1]})
	}
	return in{"environment": variables}
}

// tasks is a task definition with these containers.
func tasks(inputs in, containers ...in) *graph.Resource {
	all := in{"containerDefinitions": asJSON(containers)}
	maps.Copy(all, inputs)
	return res(taskDefinitionType, "app", all)
}

func serving(inputs in) *graph.Resource { return res(ecsServiceType, "app", inputs) }

func ruling(ecs in) *graph.Resource {
	return res(eventTargetType, "target", in{"arn": "arn:cluster", "ecsTarget": merged(ecs, in{"taskDefinitionArn": "arn:t"})})
}

func scheduling(ecs in) *graph.Resource {
	return res(eventScheduleType, "schedule", in{"target": in{"arn": "arn:cluster", "ecsParameters": merged(ecs, in{"taskDefinitionArn": "arn:t"})}})
}

func piping(ecs in) *graph.Resource {
	return res("aws:pipes/pipe:Pipe", "pipe", in{"target": "arn:cluster", "targetParameters": in{"ecsTaskParameters": merged(ecs, in{"taskDefinitionArn": "arn:t"})}})
}

func merged(a, b in) in {
	all := maps.Clone(a)
	maps.Copy(all, b)
	return all
}

// execCluster is a cluster with settings for sessions.
func execCluster(settings in) *graph.Resource {
	if settings == nil {
		return res(ecsClusterType, "cluster", in{})
	}
	return res(ecsClusterType, "cluster", in{"configuration": in{"executeCommandConfiguration": settings}})
}

// sessions are allowed by a service in a cluster with these settings.
func sessions(settings in, more ...*graph.Resource) []*graph.Resource {
	return append(these(execCluster(settings), serving(in{
		"enableExecuteCommand": true, "cluster": ref(ecsClusterType, "cluster", "arn"), "taskDefinition": ref(taskDefinitionType, "app", "arn"),
	})), more...)
}

// spreading is a service over subnets in these zones.
func spreading(inputs in, first, second string) []*graph.Resource {
	return these(
		res(subnetType, "one", in{"availabilityZone": first}), res(subnetType, "two", in{"availabilityZone": second}),
		serving(merged(inputs, in{"networkConfiguration": in{"subnets": []any{ref(subnetType, "one", "id"), ref(subnetType, "two", "id")}}})))
}

func scaling(least, most any) *graph.Resource {
	return res(scalingTargetType, "scaling", in{
		"resourceId": "service/main/" + ref(ecsServiceType, "app", "name"), "minCapacity": least, "maxCapacity": most})
}

// withDependency says what a property was made from, as a deployed state does of plain values.
func withDependency(r *graph.Resource, property string, urns ...string) *graph.Resource {
	r.PropertyDependencies[property] = urns
	return r
}

func TestWhatStartsNoTasksIsNotJudged(t *testing.T) {
	other := these(
		res(eventTargetType, "target", in{"arn": "arn:q"}), res(eventScheduleType, "schedule", in{"target": in{"arn": "arn:q"}}),
		res("aws:pipes/pipe:Pipe", "pipe", in{"target": "arn:q"}))
	for _, id := range []string{"X-ECS-PUBIP", "X-ECS-EXEC"} {
		result := auditOne(t, Lookup(id), example{resources: other})
		assert.Equal(t, NotApplicable, result.Controls[0].Outcome, id)
	}
}
