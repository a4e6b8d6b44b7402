package service_test

import (
	"encoding/json"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/components/listener"
	"github.com/carebase/carebase/components/service"
	"github.com/carebase/carebase/componenttest"
	"github.com/carebase/carebase/graph"
)

const (
	account = componenttest.Account
	region  = "us-east-1"
)

func text(s string) pulumi.String { return pulumi.String(s) }

func clusterArgs() *service.ClusterArgs {
	return &service.ClusterArgs{
		ClusterName: "careconnect-prod", VpcID: text("vpc-1"), NamespaceName: "careconnect-prod.internal",
		LogsKeyArn: text("logs-key"), LogRetentionDays: 365,
	}
}

func repositoryArgs() *service.RepositoryArgs {
	return &service.RepositoryArgs{RepositoryName: "careconnect-prod/backend", KeyArn: text("data-key"), KeepImages: 50}
}

// taskArgs are what every kind takes, with nothing optional.
func taskArgs() service.TaskArgs {
	return service.TaskArgs{
		Cluster: service.ClusterRef{
			Name: "careconnect-prod", Arn: text("cluster-arn"),
			NamespaceID: text("ns-1"), NamespaceName: "careconnect-prod.internal",
			ExecLogGroup: text("exec-logs-arn"), ExecKeyArn: text("exec-key"),
		},
		VpcID:        text("vpc-1"),
		Image:        service.Image{Repository: text("registry/backend"), RepositoryArn: text("repository-arn"), Tag: "1.4.2"},
		Cpu:          1024,
		Memory:       2048,
		Architecture: service.ARM64,
		LogsKeyArn:   text("logs-key"), LogRetentionDays: 365,
	}
}

// webArgs are a Web with nothing optional.
func webArgs() *service.WebArgs {
	return &service.WebArgs{
		TaskArgs:   taskArgs(),
		SubnetIDs:  pulumi.ToStringArray([]string{"subnet-a", "subnet-b"}),
		Port:       8080,
		HealthPath: "/actuator/health",
		Listener:   listener.Listener{Arn: text("listener-arn"), SecurityGroupID: text("sg-load-balancer")},
		Paths:      []string{"/api/*"}, Priority: 10, DesiredCount: 3,
	}
}

// withAll turns on everything that a task can have.
func withAll(args service.TaskArgs) service.TaskArgs {
	args.User = "2000:3000"
	args.Command = []string{"java", "-jar", "/app.jar"}
	args.Environment = map[string]pulumi.StringInput{
		"SPRING_DATASOURCE_URL": text("jdbc:postgresql://db/care?ssl=true&sslmode=verify-full"),
		"ENVIRONMENT":           text("prod"),
		"DB_SECRET_ARN":         text("database-secret"),
	}
	args.Secrets = map[string]service.SecretRef{
		"SPRING_DATASOURCE_USERNAME": {Arn: text("database-secret"), JSONKey: "username"},
		"SPRING_DATASOURCE_PASSWORD": {Arn: text("database-secret"), JSONKey: "password"},
		"JWT_SECRET":                 {Arn: text("jwt-secret")},
	}
	args.SecretsKeyArn = text("secrets-key")
	args.Scratch = []service.Scratch{{Path: "/var/cache/app"}, {Path: "/tmp", MiB: 256}}
	args.TaskPolicy = []service.Statement{{
		Sid: "ReadFiles", Effect: "Allow", Actions: []string{"s3:GetObject"}, Resources: pulumi.StringArray{text("files/*")},
		Conditions: []service.Condition{{Test: "Bool", Key: "aws:SecureTransport", Values: pulumi.StringArray{text("true")}}},
	}}
	args.EnableExec = true
	args.InternetEgress = true
	args.Tracing = &service.Tracing{
		Image: service.Image{Repository: text("registry/collector"), RepositoryArn: text("collector-arn"), Tag: "v0.43.0"},
	}
	return args
}

// fullWebArgs are a Web with everything.
func fullWebArgs() *service.WebArgs {
	args := webArgs()
	args.TaskArgs = withAll(args.TaskArgs)
	args.Listener.ArnSuffix = text("app/prod/1")
	args.Autoscaling = &service.Autoscaling{Min: 2, Max: 10}
	args.SpotPercent = 40
	args.AlarmNames = pulumi.StringArray{text("prod-errors"), text("prod-5xx")}
	args.WaitForSteadyState = true
	return args
}

func jobArgs() *service.JobArgs {
	args := taskArgs()
	args.Command = []string{"psql", "-f", "/init.sql"}
	return &service.JobArgs{TaskArgs: args}
}

// The builds are what the rules of componenttest instantiate.
func buildCluster(args *service.ClusterArgs) func(*pulumi.Context, string, ...pulumi.ResourceOption) error {
	return func(ctx *pulumi.Context, name string, opts ...pulumi.ResourceOption) error {
		_, err := service.NewCluster(ctx, name, args, opts...)
		return err
	}
}

func buildRepository(args *service.RepositoryArgs) func(*pulumi.Context, string, ...pulumi.ResourceOption) error {
	return func(ctx *pulumi.Context, name string, opts ...pulumi.ResourceOption) error {
		_, err := service.NewRepository(ctx, name, args, opts...)
		return err
	}
}

func buildWeb(args *service.WebArgs) func(*pulumi.Context, string, ...pulumi.ResourceOption) error {
	return func(ctx *pulumi.Context, name string, opts ...pulumi.ResourceOption) error {
		w, err := service.NewWeb(ctx, name, args, opts...)
		if err != nil {
			return err
		}
		if err := w.AllowTo(ctx, "database", text("sg-database"), 5432); err != nil {
			return err
		}
		if err := w.AllowToPrefixList(ctx, "s3", text("pl-s3"), 443); err != nil {
			return err
		}
		return w.AllowFrom(ctx, "frontend", text("sg-frontend"))
	}
}

func buildJob(args *service.JobArgs) func(*pulumi.Context, string, ...pulumi.ResourceOption) error {
	return func(ctx *pulumi.Context, name string, opts ...pulumi.ResourceOption) error {
		j, err := service.NewJob(ctx, name, args, opts...)
		if err != nil {
			return err
		}
		return j.AllowTo(ctx, "database", text("sg-database"), 5432)
	}
}

func planCluster(t *testing.T, args *service.ClusterArgs) *graph.Graph {
	t.Helper()
	return planned(t, "cluster", buildCluster(args))
}

func planned(t *testing.T, name string, build func(*pulumi.Context, string, ...pulumi.ResourceOption) error) *graph.Graph {
	t.Helper()
	return componenttest.Plan(t, region, func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
		return build(ctx, name, opts...)
	})
}

// web plans a Web alone, without rules to peers.
func web(t *testing.T, args *service.WebArgs) *graph.Graph {
	t.Helper()
	return planned(t, "backend", func(ctx *pulumi.Context, name string, opts ...pulumi.ResourceOption) error {
		_, err := service.NewWeb(ctx, name, args, opts...)
		return err
	})
}

func job(t *testing.T, args *service.JobArgs) *graph.Graph {
	t.Helper()
	return planned(t, "db-init", func(ctx *pulumi.Context, name string, opts ...pulumi.ResourceOption) error {
		_, err := service.NewJob(ctx, name, args, opts...)
		return err
	})
}

// containers are the container definitions of a task definition, by name.
func containers(t *testing.T, g *graph.Graph, definition string) map[string]map[string]any {
	t.Helper()
	r := componenttest.Find(t, g, "aws:ecs/taskDefinition:TaskDefinition", definition)
	var all []map[string]any
	require.NoError(t, json.Unmarshal([]byte(componenttest.Input(t, r, "containerDefinitions").(string)), &all))
	byName := map[string]map[string]any{}
	for _, one := range all {
		byName[one["name"].(string)] = one
	}
	require.Len(t, byName, len(all))
	return byName
}

// statements are a policy's, by Sid.
func statements(t *testing.T, r *graph.Resource, input string) map[string]map[string]any {
	t.Helper()
	bySid := map[string]map[string]any{}
	all := componenttest.JSON(t, r, input)["Statement"].([]any)
	for _, one := range all {
		s := one.(map[string]any)
		bySid[s["Sid"].(string)] = s
	}
	require.Len(t, bySid, len(all))
	return bySid
}
