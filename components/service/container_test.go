package service_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/carebase/carebase/components/service"
	"github.com/carebase/carebase/componenttest"
)

const definitionType = "aws:ecs/taskDefinition:TaskDefinition"

// The text is what ECS gives back for it: containers, environment and secrets in order of name, members in order, and
// the defaults that AWS puts in (cpu, environment, mountPoints, portMappings with hostPort and protocol,
// systemControls, volumesFrom, the whole health check). Anything else is a difference on every refresh.
func TestContainerDefinitionsAreWhatAWSGivesBack(t *testing.T) {
	definition := componenttest.Find(t, web(t, webArgs()), definitionType, "backend-definition")
	assert.Equal(t, `[{"cpu":0,"environment":[],"essential":true,`+
		`"healthCheck":{"command":["CMD-SHELL","curl -f http://localhost:8080/actuator/health || exit 1"],`+
		`"interval":30,"retries":7,"startPeriod":60,"timeout":5},`+
		`"image":"registry/backend:1.4.2","linuxParameters":{"initProcessEnabled":true},`+
		`"logConfiguration":{"logDriver":"awslogs","options":{"awslogs-group":"/ecs/careconnect-prod/backend",`+
		`"awslogs-region":"us-east-1","awslogs-stream-prefix":"ecs","max-buffer-size":"25m","mode":"non-blocking"}},`+
		`"mountPoints":[],"name":"backend","portMappings":[{"containerPort":8080,"hostPort":8080,"protocol":"tcp"}],`+
		`"readonlyRootFilesystem":true,"stopTimeout":90,"systemControls":[],`+
		`"ulimits":[{"hardLimit":65535,"name":"nofile","softLimit":65535}],"user":"1000:1000","volumesFrom":[]}]`,
		componenttest.Input(t, definition, "containerDefinitions"))

	definition = componenttest.Find(t, web(t, fullWebArgs()), definitionType, "backend-definition")
	assert.Equal(t, `[{"command":["--config=/etc/ecs/ecs-xray.yaml"],"cpu":0,"environment":[],"essential":false,`+
		`"healthCheck":{"command":["CMD","/healthcheck"],"interval":30,"retries":7,"startPeriod":60,"timeout":5},`+
		`"image":"registry/collector:v0.43.0","linuxParameters":{"initProcessEnabled":true},`+
		`"logConfiguration":{"logDriver":"awslogs","options":{"awslogs-group":"/ecs/careconnect-prod/backend",`+
		`"awslogs-region":"us-east-1","awslogs-stream-prefix":"ecs","max-buffer-size":"25m","mode":"non-blocking"}},`+
		`"mountPoints":[],"name":"aws-otel-collector","portMappings":[],"readonlyRootFilesystem":true,`+
		`"stopTimeout":30,"systemControls":[],"ulimits":[{"hardLimit":65535,"name":"nofile","softLimit":65535}],`+
		`"user":"2000:3000","volumesFrom":[]},`+
		`{"command":["java","-jar","/app.jar"],"cpu":0,"environment":[{"name":"DB_SECRET_ARN","value":"database-secret"},`+
		`{"name":"ENVIRONMENT","value":"prod"},`+
		`{"name":"SPRING_DATASOURCE_URL","value":"jdbc:postgresql://db/care?ssl=true&sslmode=verify-full"}],"essential":true,`+
		`"healthCheck":{"command":["CMD-SHELL","curl -f http://localhost:8080/actuator/health || exit 1"],`+
		`"interval":30,"retries":7,"startPeriod":60,"timeout":5},`+
		`"image":"registry/backend:1.4.2","linuxParameters":{"initProcessEnabled":true,`+
		`"tmpfs":[{"containerPath":"/tmp","mountOptions":["nodev","nosuid"],"size":256}]},`+
		`"logConfiguration":{"logDriver":"awslogs","options":{"awslogs-group":"/ecs/careconnect-prod/backend",`+
		`"awslogs-region":"us-east-1","awslogs-stream-prefix":"ecs","max-buffer-size":"25m","mode":"non-blocking"}},`+
		`"mountPoints":[{"containerPath":"/var/cache/app","readOnly":false,"sourceVolume":"var-cache-app"},`+
		`{"containerPath":"/var/lib/amazon","readOnly":false,"sourceVolume":"var-lib-amazon"},`+
		`{"containerPath":"/var/log/amazon","readOnly":false,"sourceVolume":"var-log-amazon"}],`+
		`"name":"backend","portMappings":[{"containerPort":8080,"hostPort":8080,"protocol":"tcp"}],`+
		`"readonlyRootFilesystem":true,"secrets":[{"name":"JWT_SECRET","valueFrom":"jwt-secret"},`+
		`{"name":"SPRING_DATASOURCE_PASSWORD","valueFrom":"database-secret:password::"},`+
		`{"name":"SPRING_DATASOURCE_USERNAME","valueFrom":"database-secret:username::"}],"stopTimeout":90,"systemControls":[],`+
		`"ulimits":[{"hardLimit":65535,"name":"nofile","softLimit":65535}],"user":"2000:3000","volumesFrom":[]}]`,
		componenttest.Input(t, definition, "containerDefinitions"))
}

func TestTaskRunsOnFargate(t *testing.T) {
	definition := componenttest.Find(t, web(t, webArgs()), definitionType, "backend-definition")
	assert.Equal(t, "careconnect-prod-backend", componenttest.Input(t, definition, "family"))
	assert.Equal(t, []any{"FARGATE"}, componenttest.Input(t, definition, "requiresCompatibilities"))
	assert.Equal(t, "awsvpc", componenttest.Input(t, definition, "networkMode"))
	assert.Equal(t, "1024", componenttest.Input(t, definition, "cpu"))
	assert.Equal(t, "2048", componenttest.Input(t, definition, "memory"))
	assert.Equal(t, map[string]any{"cpuArchitecture": "ARM64", "operatingSystemFamily": "LINUX"},
		componenttest.Input(t, definition, "runtimePlatform"))
	assert.Nil(t, componenttest.Input(t, definition, "pidMode"))

	args := webArgs()
	args.Architecture = service.X8664
	definition = componenttest.Find(t, web(t, args), definitionType, "backend-definition")
	assert.Equal(t, "X86_64", componenttest.Input(t, definition, "runtimePlatform.cpuArchitecture"))
}

// Every container of every kind, in its largest shape: ECS-1, ECS-2, X-ECS-LOGS.
func TestNoContainerIsRootOrWritesToItsRootOrIsSilent(t *testing.T) {
	fullJob := jobArgs()
	fullJob.TaskArgs = withAll(fullJob.TaskArgs)
	for definition, all := range map[string]map[string]map[string]any{
		"web": containers(t, web(t, fullWebArgs()), "backend-definition"),
		"job": containers(t, job(t, fullJob), "db-init-definition"),
	} {
		assert.Len(t, all, 2)
		for name, container := range all {
			assert.Equal(t, "2000:3000", container["user"], "%s %s", definition, name)
			assert.Equal(t, true, container["readonlyRootFilesystem"], "%s %s", definition, name)
			logging := container["logConfiguration"].(map[string]any)
			assert.Equal(t, "awslogs", logging["logDriver"], "%s %s", definition, name)
			assert.Contains(t, logging["options"].(map[string]any)["awslogs-group"], "/ecs/careconnect-prod/", "%s %s", definition, name)
			assert.NotContains(t, container, "privileged", "%s %s", definition, name)
		}
	}
}

func TestLogsAreEncryptedAndKept(t *testing.T) {
	for _, days := range []int{30, 365} {
		args := webArgs()
		args.LogRetentionDays = days
		logs := componenttest.Find(t, web(t, args), "aws:cloudwatch/logGroup:LogGroup", "backend-logs")
		assert.Equal(t, "/ecs/careconnect-prod/backend", componenttest.Input(t, logs, "name"))
		assert.Equal(t, "logs-key", componenttest.Input(t, logs, "kmsKeyId"))
		assert.EqualValues(t, days, componenttest.Input(t, logs, "retentionInDays"))
	}
}

func TestScratchOnDiskIsAVolume(t *testing.T) {
	args := webArgs()
	assert.Nil(t, componenttest.Input(t, componenttest.Find(t, web(t, args), definitionType, "backend-definition"), "volumes"))

	args.Scratch = []service.Scratch{{Path: "/var/run"}, {Path: "/tmp", MiB: 64}, {Path: "/tmp/work.d"}}
	g := web(t, args)
	// AWS says false where nothing is said; unset it would replace the definition on every refresh.
	assert.Equal(t, []any{
		map[string]any{"name": "tmp-work-d", "configureAtLaunch": false},
		map[string]any{"name": "var-run", "configureAtLaunch": false},
	}, componenttest.Input(t, componenttest.Find(t, g, definitionType, "backend-definition"), "volumes"))
	assert.Equal(t, []any{
		map[string]any{"containerPath": "/tmp/work.d", "sourceVolume": "tmp-work-d", "readOnly": false},
		map[string]any{"containerPath": "/var/run", "sourceVolume": "var-run", "readOnly": false},
	}, containers(t, g, "backend-definition")["backend"]["mountPoints"])
}

// The container asks itself, by the protocol that the application speaks, for the path that does not depend on a database.
func TestTheContainerAsksForItsOwnLiveness(t *testing.T) {
	for want, change := range map[string]func(*service.WebArgs){
		"curl -f http://localhost:8080/actuator/health || exit 1":            func(*service.WebArgs) {},
		"curl -f http://localhost:8080/actuator/health/liveness || exit 1":   func(args *service.WebArgs) { args.LivenessPath = "/actuator/health/liveness" },
		"curl -fk https://localhost:8080/actuator/health || exit 1":          func(args *service.WebArgs) { args.TLS = true },
		"curl -fk https://localhost:8080/actuator/health/liveness || exit 1": func(args *service.WebArgs) { args.TLS, args.LivenessPath = true, "/actuator/health/liveness" },
	} {
		args := webArgs()
		change(args)
		g := web(t, args)
		check := containers(t, g, "backend-definition")["backend"]["healthCheck"].(map[string]any)
		assert.Equal(t, []any{"CMD-SHELL", want}, check["command"])
		target := componenttest.Find(t, g, "aws:lb/targetGroup:TargetGroup", "backend-tg")
		assert.Equal(t, "/actuator/health", componenttest.Input(t, target, "healthCheck.path"), "the load balancer asks for readiness")
	}
}

func TestSlowProcessorsHaveLongerToStart(t *testing.T) {
	for _, size := range []struct{ cpu, memory, given, start, grace int }{
		{1024, 2048, 0, 60, 120}, {4096, 8192, 0, 60, 120}, {512, 1024, 0, 120, 180}, {256, 512, 0, 240, 300}, {1024, 2048, 200, 200, 260},
	} {
		args := fullWebArgs()
		args.Cpu, args.Memory, args.StartupSeconds = size.cpu, size.memory, size.given
		g := web(t, args)
		check := containers(t, g, "backend-definition")["backend"]["healthCheck"].(map[string]any)
		assert.EqualValues(t, size.start, check["startPeriod"], "%+v", size)
		service := componenttest.Find(t, g, ecsService, "backend-service")
		assert.EqualValues(t, size.grace, componenttest.Input(t, service, "healthCheckGracePeriodSeconds"), "%+v", size)
		scaling := componenttest.Find(t, g, "aws:appautoscaling/policy:Policy", "backend-scaling-cpu")
		assert.EqualValues(t, size.start, componenttest.Input(t, scaling, "targetTrackingScalingPolicyConfiguration.scaleOutCooldown"), "%+v", size)
	}
}

func TestHealthCommandReplacesCurl(t *testing.T) {
	args := webArgs()
	args.HealthCommand = "wget -q -O /dev/null http://localhost:8080/health"
	check := containers(t, web(t, args), "backend-definition")["backend"]["healthCheck"].(map[string]any)
	assert.Equal(t, []any{"CMD-SHELL", args.HealthCommand}, check["command"])
}

// A task that starts before its roles may do anything fails, and counts for the circuit breaker.
func TestTasksWaitForTheirPermissions(t *testing.T) {
	g := web(t, fullWebArgs())
	definition := componenttest.Find(t, g, definitionType, "backend-definition")
	for _, name := range []string{"backend-start-attachment", "backend-task-attachment"} {
		attachment := componenttest.Find(t, g, "aws:iam/rolePolicyAttachment:RolePolicyAttachment", name)
		assert.Contains(t, definition.Dependencies, attachment.URN)
	}
}
