package ecs

import (
	"maps"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/carebase/carebase/graph"
	. "github.com/carebase/carebase/graph/graphtest"
	"github.com/carebase/carebase/policy"
	"github.com/carebase/carebase/policy/inspect"
	. "github.com/carebase/carebase/policy/policytest"
	"github.com/carebase/carebase/policy/rules/internal/examples"
)

var (
	onFargate = Inputs{"networkMode": "awsvpc"}
	awslogs   = Inputs{"logDriver": "awslogs", "options": Inputs{"awslogs-group": "/ecs/app", "awslogs-region": "us-east-1"}}
)

var ecsFixtures = map[string]Fixture{
	"ECS-1": {
		Satisfied: []Example{
			{About: "a user", Resources: Resources(tasks(onFargate, Inputs{"user": "1000:1000"}))},
			{About: "in a bridge", Resources: Resources(tasks(Inputs{}, Inputs{"user": "app", "privileged": false}))},
			{About: "kept as a secret", Resources: Resources(Resource(taskDefinitionType, "app", Inputs{"containerDefinitions": Secret(JSON([]Inputs{{"user": "1000"}}))}))},
			{About: "a part that AWS knows", Resources: Resources(tasks(onFargate, Inputs{"user": "1000", "image": Ref(inspect.RepositoryType, "images", "repositoryUrl") + ":1.0.0"}))},
			{About: "Windows", Resources: Resources(tasks(Inputs{"runtimePlatform": Inputs{"operatingSystemFamily": "WINDOWS_SERVER_2022_CORE"}}, Inputs{}))},
		},
		Violated: []Example{
			{About: "the host's network", Property: "networkMode", Resources: Resources(tasks(Inputs{"networkMode": "host"}, Inputs{"user": "1000"}))},
			{About: "the host's processes", Property: "pidMode", Resources: Resources(tasks(Inputs{"pidMode": "host"}, Inputs{"user": "1000"}))},
			{About: "the host's memory", Property: "ipcMode", Resources: Resources(tasks(Inputs{"ipcMode": "host"}, Inputs{"user": "1000"}))},
			{About: "privileged", Property: "containerDefinitions[0].privileged", Resources: Resources(tasks(onFargate, Inputs{"user": "1000", "privileged": true}))},
			{About: "no user", Property: "containerDefinitions[0].user", Resources: Resources(tasks(onFargate, Inputs{}))},
			{About: "root", Property: "containerDefinitions[0].user", Resources: Resources(tasks(onFargate, Inputs{"user": "root"}))},
			{About: "root and a group", Property: "containerDefinitions[0].user", Resources: Resources(tasks(onFargate, Inputs{"user": "root:app"}))},
			{About: "root by number", Property: "containerDefinitions[0].user", Resources: Resources(tasks(onFargate, Inputs{"user": "0"}))},
			{About: "root by numbers", Property: "containerDefinitions[0].user", Resources: Resources(tasks(onFargate, Inputs{"user": "0:1000"}))},
			{About: "Windows' administrator", Property: "containerDefinitions[0].user", Resources: Resources(tasks(
				Inputs{"runtimePlatform": Inputs{"operatingSystemFamily": "WINDOWS_SERVER_2022_CORE"}}, Inputs{"user": "ContainerAdministrator"}))},
			{About: "a sidecar", Property: "containerDefinitions[1].user", Resources: Resources(tasks(onFargate, Inputs{"user": "1000"}, Inputs{"name": "sidecar"}))},
			{About: "kept as a secret", Property: "containerDefinitions[0].user", Resources: Resources(
				Resource(taskDefinitionType, "app", Inputs{"containerDefinitions": Secret(JSON([]Inputs{{"user": "root"}}))}))},
			{About: "no containers", Property: "containerDefinitions", Resources: Resources(Resource(taskDefinitionType, "app", Inputs{"containerDefinitions": "[]"}))},
			{About: "no JSON", Property: "containerDefinitions", Resources: Resources(Resource(taskDefinitionType, "app", Inputs{"containerDefinitions": "app"}))},
		},
		Undecided: []Example{
			{About: "not known", Resources: Resources(Resource(taskDefinitionType, "app", Inputs{"containerDefinitions": Unknown}))},
			{About: "a part not known that is no text", Resources: Resources(Resource(taskDefinitionType, "app", Inputs{
				"containerDefinitions": `[{"user": "1000", "cpu": ` + Ref(inspect.RepositoryType, "images", "cpu") + `}]`}))},
			{About: "network not known", Resources: Resources(tasks(Inputs{"networkMode": Unknown}, Inputs{"user": "1000"}))},
		},
	},
	"ECS-2": {
		Satisfied: []Example{
			{About: "all of them", Resources: Resources(tasks(onFargate, Inputs{"readonlyRootFilesystem": true}, Inputs{"readonlyRootFilesystem": true}))},
			{About: "Windows, which has none", Resources: Resources(tasks(Inputs{"runtimePlatform": Inputs{"operatingSystemFamily": "WINDOWS_SERVER_2022_CORE"}}, Inputs{}))},
		},
		Violated: []Example{
			{About: "not set", Property: "containerDefinitions[0].readonlyRootFilesystem", Resources: Resources(tasks(onFargate, Inputs{}))},
			{About: "off", Property: "containerDefinitions[0].readonlyRootFilesystem", Resources: Resources(tasks(onFargate, Inputs{"readonlyRootFilesystem": false}))},
			{About: "a sidecar", Property: "containerDefinitions[1].readonlyRootFilesystem", Resources: Resources(
				tasks(onFargate, Inputs{"readonlyRootFilesystem": true}, Inputs{}))},
		},
		Undecided: []Example{{About: "not known", Resources: Resources(Resource(taskDefinitionType, "app", Inputs{"containerDefinitions": Unknown}))}},
	},
	"X-ECS-SECRETS": {
		Satisfied: []Example{
			{About: "by reference", Resources: Resources(tasks(onFargate, Inputs{
				"environment": []Inputs{{"name": "AWS_REGION", "value": "us-east-1"}},
				"secrets":     []Inputs{{"name": "DB_PASSWORD", "valueFrom": "arn:aws:secretsmanager:us-east-1:123456789012:secret:db"}}}))},
			{About: "about secrets", Resources: Resources(tasks(onFargate, environment(
				"DB_SECRET_ARN", "arn:s", "TOKEN_TTL", "3600", "KMS_KEY_ID", "k", "JWT_PUBLIC_KEY", "k", "S3_KEY", "file", "KEYCLOAK_HOST", "k", "PASSWORD_FILE", "/run/p", "_", "x")))},
			{About: "no value", Resources: Resources(tasks(onFargate, environment("DB_PASSWORD", "")))},
			{About: "a switch", Resources: Resources(tasks(onFargate, environment("REQUIRE_TOKEN", "true", "USE_SECRETS", "false")))},
			{About: "the name of a secret elsewhere", Resources: Resources(tasks(onFargate, environment("DB_SECRET", "arn:aws:secretsmanager:us-east-1:123456789012:secret:db")))},
			{About: "a reference to what the stack does not have", Resources: Resources(tasks(onFargate, environment("GREETING", Ref(inspect.DbInstanceType, "gone", "address"))))},
			{About: "a switch for logs", Resources: Resources(tasks(onFargate, Inputs{"logConfiguration": Inputs{"logDriver": "splunk", "options": Inputs{"splunk-verify-token": "true"}}}))},
			{About: "the name of a secret", Resources: Resources(
				Resource("aws:secretsmanager/secret:Secret", "db", Inputs{}),
				tasks(onFargate, environment("DB_SECRET", Ref("aws:secretsmanager/secret:Secret", "db", "arn"), "DB_SECRET_ID", Ref("aws:secretsmanager/secret:Secret", "db", "id"))))},
			{About: "an address", Resources: Resources(examples.Db(Inputs{}), tasks(onFargate, environment(
				"DATABASE_URL", "jdbc:postgresql://"+Ref(inspect.DbInstanceType, "db", "address")+":5432/app?sslmode=require", "SITE", "https://example.com/a@b")))},
			{About: "a token for logs, by reference", Resources: Resources(tasks(onFargate, Inputs{"logConfiguration": Inputs{
				"logDriver": "splunk", "secretOptions": []Inputs{{"name": "splunk-token", "valueFrom": "arn:s"}}, "options": Inputs{"splunk-url": "https://splunk.example.com"}}}))},
		},
		Violated: plainSecretExamples,
		Undecided: []Example{
			{About: "not known", Resources: Resources(Resource(taskDefinitionType, "app", Inputs{"containerDefinitions": Unknown}))}},
	},
	"X-ECS-LOGS": {
		Satisfied: []Example{
			{About: "all of them", Resources: Resources(tasks(onFargate, Inputs{"logConfiguration": awslogs}, Inputs{"logConfiguration": Inputs{"logDriver": "awsfirelens"}}))},
		},
		Violated: []Example{
			{About: "not set", Property: "containerDefinitions[0].logConfiguration.logDriver", Resources: Resources(tasks(onFargate, Inputs{}))},
			{About: "no driver", Property: "containerDefinitions[0].logConfiguration.logDriver", Resources: Resources(tasks(onFargate, Inputs{"logConfiguration": Inputs{}}))},
			{About: "none", Property: "containerDefinitions[0].logConfiguration.logDriver", Resources: Resources(
				tasks(onFargate, Inputs{"logConfiguration": Inputs{"logDriver": "none"}}))},
			{About: "a sidecar", Property: "containerDefinitions[1].logConfiguration.logDriver", Resources: Resources(
				tasks(onFargate, Inputs{"logConfiguration": awslogs}, Inputs{}))},
		},
		Undecided: []Example{{About: "not known", Resources: Resources(Resource(taskDefinitionType, "app", Inputs{"containerDefinitions": Unknown}))}},
	},
	"X-ECS-PUBIP": {
		Satisfied: []Example{
			{About: "said so", Resources: Resources(serving(Inputs{"networkConfiguration": Inputs{"assignPublicIp": false}}))},
			{About: "by default", Resources: Resources(serving(Inputs{}))},
			{About: "a schedule", Resources: Resources(scheduling(Inputs{}))},
			{About: "a pipe", Resources: Resources(piping(Inputs{"networkConfiguration": Inputs{"awsVpcConfiguration": Inputs{"assignPublicIp": "DISABLED"}}}))},
			{About: "beside a rule with another target", Resources: Resources(serving(Inputs{}), Resource(inspect.EventTargetType, "target", Inputs{"arn": "arn:q"}))},
		},
		Violated: []Example{
			{About: "a service", Property: "networkConfiguration.assignPublicIp", Resources: Resources(serving(Inputs{"networkConfiguration": Inputs{"assignPublicIp": true}}))},
			{About: "a task set", Property: "networkConfiguration.assignPublicIp", Resources: Resources(
				Resource("aws:ecs/taskSet:TaskSet", "set", Inputs{"networkConfiguration": Inputs{"assignPublicIp": true}}))},
			{About: "a rule", Property: "ecsTarget.networkConfiguration.assignPublicIp", Resources: Resources(
				ruling(Inputs{"networkConfiguration": Inputs{"assignPublicIp": true}}))},
			{About: "a schedule", Property: "target.ecsParameters.networkConfiguration.assignPublicIp", Resources: Resources(
				scheduling(Inputs{"networkConfiguration": Inputs{"assignPublicIp": true}}))},
			{About: "a pipe", Property: "targetParameters.ecsTaskParameters.networkConfiguration.awsVpcConfiguration.assignPublicIp", Resources: Resources(
				piping(Inputs{"networkConfiguration": Inputs{"awsVpcConfiguration": Inputs{"assignPublicIp": "ENABLED"}}}))},
		},
		Undecided: []Example{{About: "not known", Resources: Resources(serving(Inputs{"networkConfiguration": Inputs{"assignPublicIp": Unknown}}))}},
	},
	"X-ECS-EXEC": {
		Satisfied: []Example{
			{About: "off", Resources: Resources(serving(Inputs{"enableExecuteCommand": false}), scheduling(Inputs{}))},
			{About: "to a log group", Resources: sessions(Inputs{"kmsKeyId": examples.KeyArn, "logging": "OVERRIDE",
				"logConfiguration": Inputs{"cloudWatchLogGroupName": "/exec", "cloudWatchEncryptionEnabled": true}})},
			{About: "to a bucket", Resources: sessions(Inputs{"kmsKeyId": examples.KeyArn, "logging": "OVERRIDE",
				"logConfiguration": Inputs{"s3BucketName": "exec", "s3BucketEncryptionEnabled": true}})},
			{About: "to the task's log", Resources: sessions(Inputs{"kmsKeyId": examples.KeyArn, "logging": "DEFAULT"}, tasks(onFargate, Inputs{"logConfiguration": awslogs}))},
			{About: "to the task's log by default", Resources: sessions(Inputs{"kmsKeyId": examples.KeyArn}, tasks(onFargate, Inputs{"logConfiguration": awslogs}))},
			{About: "in a preview", Resources: Resources(
				DependingOn(serving(Inputs{"enableExecuteCommand": true, "cluster": Unknown}), "cluster", URN(ecsClusterType, "cluster")),
				execCluster(Inputs{"kmsKeyId": examples.KeyArn, "logging": "OVERRIDE",
					"logConfiguration": Inputs{"cloudWatchLogGroupName": "/exec", "cloudWatchEncryptionEnabled": true}}))},
			{About: "a deployed service that names its cluster", Resources: Resources(
				serving(Inputs{}), DependingOn(Resource(ecsServiceType, "other", Inputs{"enableExecuteCommand": true, "cluster": "main"}),
					"cluster", URN(ecsServiceType, "app"), URN(ecsClusterType, "cluster")),
				WithOutputs(execCluster(Inputs{"kmsKeyId": examples.KeyArn, "logging": "OVERRIDE",
					"logConfiguration": Inputs{"cloudWatchLogGroupName": "/exec", "cloudWatchEncryptionEnabled": true}}), Inputs{"id": "arn:cluster"}))},
		},
		Violated: []Example{
			{About: "a log group, and a bucket that need not be encrypted", Property: "configuration.executeCommandConfiguration.logConfiguration.cloudWatchEncryptionEnabled",
				Resources: sessions(Inputs{"kmsKeyId": examples.KeyArn, "logging": "OVERRIDE", "logConfiguration": Inputs{
					"cloudWatchLogGroupName": "/exec", "cloudWatchEncryptionEnabled": false, "s3BucketName": "exec", "s3BucketEncryptionEnabled": true}})},
			{About: "a cluster elsewhere", Property: "enableExecuteCommand", Resources: Resources(serving(Inputs{"enableExecuteCommand": true, "cluster": "arn:c"}))},
			{About: "no settings", Property: "configuration.executeCommandConfiguration.kmsKeyId", Resources: sessions(nil)},
			{About: "no key", Property: "configuration.executeCommandConfiguration.kmsKeyId", Resources: sessions(Inputs{"logging": "OVERRIDE",
				"logConfiguration": Inputs{"cloudWatchLogGroupName": "/exec", "cloudWatchEncryptionEnabled": true}})},
			{About: "AWS's key", Property: "configuration.executeCommandConfiguration.kmsKeyId", Resources: sessions(Inputs{"kmsKeyId": "alias/aws/ssm", "logging": "OVERRIDE",
				"logConfiguration": Inputs{"cloudWatchLogGroupName": "/exec", "cloudWatchEncryptionEnabled": true}})},
			{About: "no record", Property: "configuration.executeCommandConfiguration.logging", Resources: sessions(Inputs{"kmsKeyId": examples.KeyArn, "logging": "NONE"})},
			{About: "nowhere", Property: "configuration.executeCommandConfiguration.logConfiguration", Resources: sessions(Inputs{"kmsKeyId": examples.KeyArn, "logging": "OVERRIDE"})},
			{About: "a log group that need not be encrypted", Property: "configuration.executeCommandConfiguration.logConfiguration.cloudWatchEncryptionEnabled",
				Resources: sessions(Inputs{"kmsKeyId": examples.KeyArn, "logging": "OVERRIDE", "logConfiguration": Inputs{"cloudWatchLogGroupName": "/exec"}})},
			{About: "a bucket that need not be encrypted", Property: "configuration.executeCommandConfiguration.logConfiguration.s3BucketEncryptionEnabled",
				Resources: sessions(Inputs{"kmsKeyId": examples.KeyArn, "logging": "OVERRIDE", "logConfiguration": Inputs{"s3BucketName": "exec"}})},
			{About: "the task's log, which goes elsewhere", Property: "configuration.executeCommandConfiguration.logging", Resources: sessions(
				Inputs{"kmsKeyId": examples.KeyArn}, tasks(onFargate, Inputs{"logConfiguration": awslogs}, Inputs{"logConfiguration": Inputs{"logDriver": "splunk"}}))},
			{About: "the log of a task elsewhere", Property: "configuration.executeCommandConfiguration.logging", Resources: sessions(Inputs{"kmsKeyId": examples.KeyArn})},
			{About: "a rule", Property: "ecsTarget.enableExecuteCommand", Resources: Resources(ruling(Inputs{"enableExecuteCommand": true}))},
			{About: "a schedule", Property: "target.ecsParameters.enableExecuteCommand", Resources: Resources(scheduling(Inputs{"enableExecuteCommand": true}))},
		},
		Undecided: []Example{
			{About: "not known", Resources: Resources(serving(Inputs{"enableExecuteCommand": Unknown}))},
			{About: "cluster not known", Resources: Resources(serving(Inputs{"enableExecuteCommand": true, "cluster": Unknown}))},
			{About: "logging not known", Resources: sessions(Inputs{"kmsKeyId": examples.KeyArn, "logging": Unknown})},
			{About: "the task's log not known", Resources: sessions(Inputs{"kmsKeyId": examples.KeyArn}, Resource(taskDefinitionType, "app", Inputs{"containerDefinitions": Unknown}))},
		},
	},
	"X-ECS-AZ": {
		Satisfied: []Example{
			{About: "two tasks", Resources: spreading(Inputs{"desiredCount": 2}, "us-east-1a", "us-east-1b")},
			{About: "two at least", Resources: append(spreading(Inputs{"desiredCount": 1}, "us-east-1a", "us-east-1b"), scaling(2, 10))},
			{About: "subnets elsewhere", Resources: Resources(serving(Inputs{"desiredCount": 2, "networkConfiguration": Inputs{"subnets": []any{"subnet-1", "subnet-2"}}}))},
			{About: "zones that AWS chooses", Resources: spreading(Inputs{"desiredCount": 2}, "", "")},
			{About: "where the hosts are", Resources: Resources(serving(Inputs{"desiredCount": 2}))},
			{About: "beside one that is off, and one on every host", Resources: append(spreading(Inputs{"desiredCount": 3}, "us-east-1a", "us-east-1b"),
				Resource(ecsServiceType, "off", Inputs{"desiredCount": 0}), Resource(ecsServiceType, "agent", Inputs{"schedulingStrategy": "DAEMON"}))},
			{About: "deployed", Resources: Resources(serving(Inputs{"desiredCount": 1}),
				DependingOn(Resource(scalingTargetType, "scaling", Inputs{"resourceId": "service/main/app", "minCapacity": 2, "maxCapacity": 4}), "resourceId", URN(ecsServiceType, "app")))},
		},
		Violated: []Example{
			{About: "not set", Property: "desiredCount", Resources: spreading(Inputs{}, "us-east-1a", "us-east-1b")},
			{About: "one task", Property: "desiredCount", Resources: spreading(Inputs{"desiredCount": 1}, "us-east-1a", "us-east-1b")},
			{About: "down to one", Property: "minCapacity", Resources: append(spreading(Inputs{"desiredCount": 3}, "us-east-1a", "us-east-1b"), scaling(1, 10))},
			{About: "another's scaling", Property: "desiredCount", Resources: append(spreading(Inputs{"desiredCount": 1}, "us-east-1a", "us-east-1b"),
				Resource(scalingTargetType, "scaling", Inputs{"resourceId": "service/main/other", "minCapacity": 2, "maxCapacity": 4}))},
			{About: "one zone", Property: "networkConfiguration.subnets", Resources: spreading(Inputs{"desiredCount": 2}, "us-east-1a", "us-east-1a")},
			{About: "one subnet", Property: "networkConfiguration.subnets", Resources: Resources(
				serving(Inputs{"desiredCount": 2, "networkConfiguration": Inputs{"subnets": []any{"subnet-1"}}}))},
			{About: "the same subnet twice", Property: "networkConfiguration.subnets", Resources: Resources(
				serving(Inputs{"desiredCount": 2, "networkConfiguration": Inputs{"subnets": []any{"subnet-1", "subnet-1"}}}))},
		},
		Undecided: []Example{
			{About: "number not known", Resources: spreading(Inputs{"desiredCount": Unknown}, "us-east-1a", "us-east-1b")},
			{About: "subnets not known", Resources: Resources(serving(Inputs{"desiredCount": 2, "networkConfiguration": Inputs{"subnets": Unknown}}))},
			{About: "one subnet not known", Resources: Resources(serving(Inputs{"desiredCount": 2, "networkConfiguration": Inputs{"subnets": []any{Unknown, "subnet-1"}}}))},
			{About: "least not known", Resources: append(spreading(Inputs{"desiredCount": 2}, "us-east-1a", "us-east-1b"), scaling(Unknown, 10))},
		},
	},
}

const variablePath = "containerDefinitions[0].environment[0].value"

// plainSecretExamples are the ways to have a secret where it must not be.
var plainSecretExamples = append([]Example{
	{About: "a password in a URL", Property: variablePath, Resources: Resources(tasks(onFargate, environment("DATABASE_URL", "postgres://app:hunter2@db/app")))},
	{About: "a password from elsewhere in a URL", Property: variablePath, Resources: Resources(examples.Db(Inputs{}),
		tasks(onFargate, environment("DATABASE_URL", "postgres://app:"+Ref(inspect.DbInstanceType, "db", "password")+"@"+Ref(inspect.DbInstanceType, "db", "address")+"/app")))},
	{About: "a password parameter", Property: variablePath, Resources: Resources(tasks(onFargate, environment("JDBC", "jdbc:sqlserver://db;password=hunter2")))},
	{About: "an access key", Property: variablePath, Resources: Resources(tasks(onFargate, environment("WHO", "AKIAIOSFODNN7EXAMPLE")))},
	{About: "a private key", Property: variablePath, Resources: Resources(tasks(onFargate, environment("PEM", "-----BEGIN RSA PRIVATE KEY-----\nMII")))},
	{About: "a signed token", Property: variablePath, Resources: Resources(tasks(onFargate, environment("SESSION", "eyJhbGciOi.eyJzdWIiOi.abc")))},
	{About: "an output that its resource keeps secret", Property: variablePath, Resources: Resources(
		WithOutputs(Resource("random:index/randomPassword:RandomPassword", "pw", Inputs{}), Inputs{"result": Secret("hunter2")}),
		tasks(onFargate, environment("GREETING", Ref("random:index/randomPassword:RandomPassword", "pw", "result"))))},
	{About: "kept as a secret by Pulumi", Property: variablePath, Resources: Resources(Resource(taskDefinitionType, "app", Inputs{
		"containerDefinitions": Secret(JSON([]Inputs{environment("DB_PASSWORD", "hunter2")}))}))},
	{About: "a sidecar's", Property: "containerDefinitions[1].environment[0].value", Resources: Resources(
		tasks(onFargate, Inputs{}, environment("API_KEY", "hunter2")))},
	{About: "a password from elsewhere", Property: variablePath, Resources: Resources(examples.Db(Inputs{}), tasks(onFargate, environment("DB_PASSWORD", Ref(inspect.DbInstanceType, "db", "password"))))},
	{About: "two references, of which one may be a secret", Property: variablePath, Resources: Resources(examples.Db(Inputs{}),
		tasks(onFargate, environment("CREDENTIALS", Ref(inspect.DbInstanceType, "db", "id")+Ref(inspect.DbInstanceType, "db", "password"))))},
	{About: "beside a sidecar without", Property: variablePath, Resources: Resources(tasks(onFargate, environment("API_KEY", "hunter2"), Inputs{}))},
	{About: "in the address of logs", Property: "containerDefinitions[0].logConfiguration.options.fluentd-address", Resources: Resources(
		tasks(onFargate, Inputs{"logConfiguration": Inputs{"logDriver": "fluentd", "options": Inputs{"fluentd-address": "tls://app:hunter2@logs"}}}))},
	{About: "in a command", Property: "containerDefinitions[0].command[1]", Resources: Resources(
		tasks(onFargate, Inputs{"command": []string{"migrate", "postgres://app:hunter2@db/app"}}))},
	{About: "in an entry point", Property: "containerDefinitions[0].entryPoint[0]", Resources: Resources(
		tasks(onFargate, Inputs{"entryPoint": []string{"curl https://app:hunter2@example.com"}}))},
	{About: "in a health check", Property: "containerDefinitions[0].healthCheck.command[1]", Resources: Resources(
		tasks(onFargate, Inputs{"healthCheck": Inputs{"command": []string{"CMD-SHELL", "curl https://app:hunter2@localhost"}}}))},
	{About: "a token for logs", Property: "containerDefinitions[0].logConfiguration.options.splunk-token", Resources: Resources(
		tasks(onFargate, Inputs{"logConfiguration": Inputs{"logDriver": "splunk", "options": Inputs{"splunk-token": "hunter2"}}}))},
}, byName("DB_PASSWORD", "dbPassword", "JWT_SECRET", "GITHUB_TOKEN", "STRIPE_API_KEY", "SIGNING_KEY", "AWS_SECRET_ACCESS_KEY",
	"AWS_ACCESS_KEY_ID", "APIKEY", "SMTP_PASS", "DB_PWD", "CREDENTIALS", "VAULT_SECRET_ID")...)

func byName(names ...string) []Example {
	var found []Example
	for _, name := range names {
		found = append(found, Example{About: name, Property: variablePath, Resources: Resources(tasks(onFargate, environment(name, "hunter2")))})
	}
	return found
}

// environment is a container with these variables: name, value, and so on.
func environment(namesAndValues ...string) Inputs {
	variables := []Inputs{}
	for i := 0; i < len(namesAndValues); i += 2 {
		variables = append(variables, Inputs{"name": namesAndValues[i], "value": namesAndValues[i+1]})
	}
	return Inputs{"environment": variables}
}

// tasks is a task definition with these containers.
func tasks(inputs Inputs, containers ...Inputs) *graph.Resource {
	all := Inputs{"containerDefinitions": JSON(containers)}
	maps.Copy(all, inputs)
	return Resource(taskDefinitionType, "app", all)
}

func serving(inputs Inputs) *graph.Resource { return Resource(ecsServiceType, "app", inputs) }

func ruling(ecs Inputs) *graph.Resource {
	return Resource(inspect.EventTargetType, "target", Inputs{"arn": "arn:cluster", "ecsTarget": merged(ecs, Inputs{"taskDefinitionArn": "arn:t"})})
}

func scheduling(ecs Inputs) *graph.Resource {
	return Resource(inspect.EventScheduleType, "schedule", Inputs{"target": Inputs{"arn": "arn:cluster", "ecsParameters": merged(ecs, Inputs{"taskDefinitionArn": "arn:t"})}})
}

func piping(ecs Inputs) *graph.Resource {
	return Resource("aws:pipes/pipe:Pipe", "pipe", Inputs{"target": "arn:cluster", "targetParameters": Inputs{"ecsTaskParameters": merged(ecs, Inputs{"taskDefinitionArn": "arn:t"})}})
}

func merged(a, b Inputs) Inputs {
	all := maps.Clone(a)
	maps.Copy(all, b)
	return all
}

// execCluster is a cluster with settings for sessions.
func execCluster(settings Inputs) *graph.Resource {
	if settings == nil {
		return Resource(ecsClusterType, "cluster", Inputs{})
	}
	return Resource(ecsClusterType, "cluster", Inputs{"configuration": Inputs{"executeCommandConfiguration": settings}})
}

// sessions are allowed by a service in a cluster with these settings.
func sessions(settings Inputs, more ...*graph.Resource) []*graph.Resource {
	return append(Resources(execCluster(settings), serving(Inputs{
		"enableExecuteCommand": true, "cluster": Ref(ecsClusterType, "cluster", "arn"), "taskDefinition": Ref(taskDefinitionType, "app", "arn"),
	})), more...)
}

// spreading is a service over subnets in these zones.
func spreading(inputs Inputs, first, second string) []*graph.Resource {
	return Resources(
		Resource(inspect.SubnetType, "one", Inputs{"availabilityZone": first}), Resource(inspect.SubnetType, "two", Inputs{"availabilityZone": second}),
		serving(merged(inputs, Inputs{"networkConfiguration": Inputs{"subnets": []any{Ref(inspect.SubnetType, "one", "id"), Ref(inspect.SubnetType, "two", "id")}}})))
}

func scaling(least, most any) *graph.Resource {
	return Resource(scalingTargetType, "scaling", Inputs{
		"resourceId": "service/main/" + Ref(ecsServiceType, "app", "name"), "minCapacity": least, "maxCapacity": most})
}

func TestWhatStartsNoTasksIsNotJudged(t *testing.T) {
	other := Resources(
		Resource(inspect.EventTargetType, "target", Inputs{"arn": "arn:q"}), Resource(inspect.EventScheduleType, "schedule", Inputs{"target": Inputs{"arn": "arn:q"}}),
		Resource("aws:pipes/pipe:Pipe", "pipe", Inputs{"target": "arn:q"}))
	for _, id := range []string{"X-ECS-PUBIP", "X-ECS-EXEC"} {
		result := Audit(t, policy.Lookup(Controls, id), Example{Resources: other})
		assert.Equal(t, policy.NotApplicable, result.Controls[0].Outcome, id)
	}
}
