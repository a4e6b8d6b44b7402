package service_test

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"

	"github.com/carebase/carebase/components/limits"
	"github.com/carebase/carebase/components/loggroup"
	"github.com/carebase/carebase/components/service"
	"github.com/carebase/carebase/componenttest"
)

func refusedWeb(t *testing.T, name string, args *service.WebArgs) string {
	t.Helper()
	return componenttest.Refused(t, func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
		_, err := service.NewWeb(ctx, name, args, opts...)
		return err
	}).Error()
}

func TestEveryProblemIsReportedAtOnce(t *testing.T) {
	assert.Equal(t, `web "backend": 18 problems:
  - Cluster.Name = "": allowed is a cluster's name: take Cluster.Ref
  - Cluster.Arn is missing: it takes the cluster's ARN: take Cluster.Ref
  - VpcID is missing: it takes the ID of a VPC
  - Image.Repository is missing: it takes the URL of an ECR repository
  - Image.RepositoryArn is missing: it takes the ARN of that repository
  - Image.Tag = "": allowed is an immutable tag of up to 128 letters, digits and . _ -, not latest
  - Cpu = 0: allowed is 256, 512, 1024, 2048, 4096, 8192, 16384
  - Architecture = "": allowed is ARM64, X86_64
  - LogsKeyArn is missing: it takes the ARN of a KMS key that CloudWatch Logs may use
  - LogRetentionDays = 0: allowed is `+loggroup.RetentionRule+`
  - SubnetIDs is missing: it takes two private subnets or more, each in its own zone
  - Port = 0: allowed is 1024 to 65535
  - HealthPath = "": allowed is an absolute path of up to 128 letters, digits and . _ ~ / -
  - Listener.Arn is missing: it takes the ARN of a load balancer's listener
  - Listener.SecurityGroupID is missing: it takes the ID of the load balancer's security group
  - Paths = []: allowed is one to five patterns
  - Priority = 0: allowed is 1 to 25000
  - DesiredCount = 1001: allowed is 0 to 1000`, refusedWeb(t, "backend", &service.WebArgs{DesiredCount: 1001}))
	assert.Equal(t, `web "backend": Args is missing: it takes a *service.WebArgs`, refusedWeb(t, "backend", nil))

	err := componenttest.Refused(t, func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
		_, err := service.NewJob(ctx, "db-init", nil, opts...)
		return err
	})
	assert.EqualError(t, err, `job "db-init": Args is missing: it takes a *service.JobArgs`)
}

func TestNamesAreRefused(t *testing.T) {
	for _, name := range []string{"Backend", "1backend", "back_end", "backend-", strings.Repeat("a", limits.MostServiceName+1)} {
		assert.False(t, limits.ServiceName(name), name)
		rule := `name = "` + name + `": allowed is 1 to 21 lower-case letters, digits and single hyphens, beginning with a letter, not ending with a hyphen`
		assert.Equal(t, `web "`+name+`": `+rule, refusedWeb(t, name, webArgs()))
		err := componenttest.Refused(t, func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
			_, err := service.NewJob(ctx, name, jobArgs(), opts...)
			return err
		})
		assert.EqualError(t, err, `job "`+name+`": `+rule)
	}
	for _, name := range []string{"a", "db-init", strings.Repeat("a", limits.MostServiceName)} {
		assert.True(t, limits.ServiceName(name), name)
	}
	assert.False(t, limits.ServiceName(""))
	assert.Equal(t, `web "": the component has no name`, refusedWeb(t, "", webArgs()))
}

// One argument at a time, from arguments that are otherwise right.
func TestArgumentsAreRefused(t *testing.T) {
	statement := func(change func(*service.Statement)) func(*service.WebArgs) {
		return func(args *service.WebArgs) {
			args.TaskPolicy = fullWebArgs().TaskPolicy
			change(&args.TaskPolicy[0])
		}
	}
	autoscaled := func(low, high, desired int) func(*service.WebArgs) {
		return func(args *service.WebArgs) {
			args.Listener.ArnSuffix = text("app/prod/1")
			args.Autoscaling, args.DesiredCount = &service.Autoscaling{Min: low, Max: high}, desired
		}
	}
	scratch := func(directories ...service.Scratch) func(*service.WebArgs) {
		return func(args *service.WebArgs) { args.Scratch = directories }
	}
	for _, c := range []struct {
		want   string
		change func(*service.WebArgs)
	}{
		{`Image.Tag = "latest": allowed is an immutable tag`, func(args *service.WebArgs) { args.Image.Tag = "latest" }},
		{`Image.Tag = "Latest": allowed is an immutable tag`, func(args *service.WebArgs) { args.Image.Tag = "Latest" }},
		{`Image.Tag = "": allowed is an immutable tag`, func(args *service.WebArgs) { args.Image.Tag = "" }},
		{`Image.Tag = "a b": allowed is an immutable tag`, func(args *service.WebArgs) { args.Image.Tag = "a b" }},
		{`Cpu = 300: allowed is 256, 512, 1024, 2048`, func(args *service.WebArgs) { args.Cpu = 300 }},
		{`Memory = 512: allowed is 2048 to 8192 in steps of 1024 with Cpu 1024`, func(args *service.WebArgs) { args.Memory = 512 }},
		{`Memory = 3072: allowed is 512, 1024, 2048 with Cpu 256`, func(args *service.WebArgs) { args.Cpu, args.Memory = 256, 3072 }},
		{`Architecture = "arm64": allowed is ARM64, X86_64`, func(args *service.WebArgs) { args.Architecture = "arm64" }},

		{`User = "root": allowed is uid or uid:gid`, func(args *service.WebArgs) { args.User = "root" }},
		{`User = "0": allowed is uid or uid:gid`, func(args *service.WebArgs) { args.User = "0" }},
		{`User = "0:1000": allowed is uid or uid:gid`, func(args *service.WebArgs) { args.User = "0:1000" }},
		{`User = "1000:0": allowed is uid or uid:gid`, func(args *service.WebArgs) { args.User = "1000:0" }},
		{`LogRetentionDays = 2: allowed is one of 1, 3`, func(args *service.WebArgs) { args.LogRetentionDays = 2 }},
		{`Environment = "9A": allowed is a name of letters`, environment("9A", text("x"))},
		{`Environment[A] is missing: it takes a value`, environment("A", nil)},
		{`Secrets = "9A": allowed is a name of letters`, secret("9A", service.SecretRef{Arn: text("s")})},
		{`Secrets[A].Arn is missing: it takes the ARN of a secret`, secret("A", service.SecretRef{})},
		{`Secrets[A].JSONKey = "a:b": allowed is a member's name`, secret("A", service.SecretRef{Arn: text("s"), JSONKey: "a:b"})},
		{`Secrets = "A": allowed is a name that is not in Environment`, func(args *service.WebArgs) {
			environment("A", text("x"))(args)
			secret("A", service.SecretRef{Arn: text("s")})(args)
		}},
		{`SecretsKeyArn is missing: it takes the ARN of the KMS key that encrypts Secrets`, func(args *service.WebArgs) {
			secret("A", service.SecretRef{Arn: text("s")})(args)
			args.SecretsKeyArn = nil
		}},

		{`Scratch = "tmp": allowed is absolute paths`, scratch(service.Scratch{Path: "tmp"})},
		{`Scratch = "/": allowed is absolute paths`, scratch(service.Scratch{Path: "/"})},
		{`Scratch = "/tmp/..": allowed is absolute paths`, scratch(service.Scratch{Path: "/tmp/.."})},
		{`Scratch = "/tmp": allowed is each directory once`, scratch(service.Scratch{Path: "/tmp"}, service.Scratch{Path: "/tmp"})},
		{`Scratch = "/a-b": allowed is each directory once`, scratch(service.Scratch{Path: "/a/b"}, service.Scratch{Path: "/a-b"})},
		{`Scratch[/tmp].MiB = -1: allowed is 0 for disk`, scratch(service.Scratch{Path: "/tmp", MiB: -1})},
		{`Scratch = 2048: allowed is less MiB in memory than Memory`, scratch(service.Scratch{Path: "/tmp", MiB: 1024}, service.Scratch{Path: "/run", MiB: 1024})},
		{`Scratch = "/var/lib/amazon": allowed is each directory once, and none`, func(args *service.WebArgs) {
			args.EnableExec = true
			args.Scratch = []service.Scratch{{Path: "/var/lib/amazon"}}
		}},

		{`TaskPolicy[0].Sid = "": allowed is letters and digits`, statement(func(s *service.Statement) { s.Sid = "" })},
		{`TaskPolicy[0].Sid = "SendTraces": allowed is each name once`, statement(func(s *service.Statement) { s.Sid = "SendTraces" })},
		{`TaskPolicy[1].Sid = "ReadFiles": allowed is each name once`, func(args *service.WebArgs) {
			args.TaskPolicy = append(fullWebArgs().TaskPolicy, fullWebArgs().TaskPolicy...)
		}},
		{`TaskPolicy[0].Effect = "": allowed is Allow, Deny`, statement(func(s *service.Statement) { s.Effect = "" })},
		{`TaskPolicy[0].Actions is missing: it takes actions such as`, statement(func(s *service.Statement) { s.Actions = nil })},
		{`TaskPolicy[0].Resources is missing: it takes the ARNs`, statement(func(s *service.Statement) { s.Resources = nil })},
		{`TaskPolicy[0].Resources is missing: it takes the ARNs`, statement(func(s *service.Statement) { s.Resources = pulumi.StringArray{} })},
		{`TaskPolicy[0].Actions = "*": allowed is service:Action`, statement(func(s *service.Statement) { s.Actions = []string{"*"} })},
		{`TaskPolicy[0].Actions = "s3:*": allowed is service:Action`, statement(func(s *service.Statement) { s.Actions = []string{"s3:*"} })},
		{`TaskPolicy[0] = "ReadFiles": allowed is Actions and Resources`, statement(func(s *service.Statement) { s.NotActions = []string{"iam:PassRole"} })},
		{`TaskPolicy[0] = "ReadFiles": allowed is Actions and Resources`, statement(func(s *service.Statement) { s.NotResources = pulumi.StringArray{text("x")} })},
		{`TaskPolicy[0].Resources = "*": allowed is the ARNs of keys with kms:Decrypt`, statement(func(s *service.Statement) {
			s.Actions, s.Resources = []string{"kms:Decrypt"}, pulumi.StringArray{text("*")}
		})},

		{`Cluster.ExecLogGroup is missing: it takes with EnableExec`, func(args *service.WebArgs) { args.EnableExec, args.Cluster.ExecLogGroup = true, nil }},
		{`Cluster.ExecKeyArn is missing: it takes with EnableExec`, func(args *service.WebArgs) { args.EnableExec, args.Cluster.ExecKeyArn = true, nil }},
		{`Tracing.Image.Tag = "latest": allowed is an immutable tag`, func(args *service.WebArgs) {
			args.Tracing = fullWebArgs().Tracing
			args.Tracing.Image.Tag = "latest"
		}},

		{`SubnetIDs is missing: it takes two private subnets or more`, func(args *service.WebArgs) { args.SubnetIDs = pulumi.StringArray{text("subnet-a")} }},
		{`Port = 80: allowed is 1024 to 65535`, func(args *service.WebArgs) { args.Port = 80 }},
		{`Port = 65536: allowed is 1024 to 65535`, func(args *service.WebArgs) { args.Port = 65536 }},
		{`LivenessPath = "alive": allowed is an absolute path`, func(args *service.WebArgs) { args.LivenessPath = "alive" }},
		{"StartupSeconds = 59: allowed is 60 to 300", func(args *service.WebArgs) { args.StartupSeconds = 59 }},
		{"StartupSeconds = 301: allowed is 60 to 300", func(args *service.WebArgs) { args.StartupSeconds = 301 }},
		{"StartupSeconds = 239: allowed is 240 to 300", func(args *service.WebArgs) { args.Cpu, args.Memory, args.StartupSeconds = 256, 512, 239 }},
		{`HealthPath = "health": allowed is an absolute path`, func(args *service.WebArgs) { args.HealthPath = "health" }},
		{`HealthPath = "/a;reboot": allowed is an absolute path`, func(args *service.WebArgs) { args.HealthPath = "/a;reboot" }},
		{`Paths = [/1 /2 /3 /4 /5 /6]: allowed is one to five patterns`, func(args *service.WebArgs) { args.Paths = []string{"/1", "/2", "/3", "/4", "/5", "/6"} }},
		{`Paths = [/a/*/b/* /c/*/d/* /?/*/e*]: allowed is patterns with at most 6 * and ? between them`,
			func(args *service.WebArgs) { args.Paths = []string{"/a/*/b/*", "/c/*/d/*", "/?/*/e*"} }},
		{`Paths = "api/*": allowed is a pattern`, func(args *service.WebArgs) { args.Paths = []string{"api/*"} }},
		{`Paths = "/api": allowed is each pattern once`, func(args *service.WebArgs) { args.Paths = []string{"/api", "/api"} }},
		{`Priority = 25001: allowed is 1 to 25000`, func(args *service.WebArgs) { args.Priority = 25001 }},
		{`SpotPercent = 101: allowed is 0 to 100`, func(args *service.WebArgs) { args.SpotPercent = 101 }},
		{`DesiredCount = -1: allowed is 0 to 1000`, func(args *service.WebArgs) { args.DesiredCount = -1 }},
		{`DesiredCount = 1: allowed is 2 to 10`, autoscaled(2, 10, 1)},
		{`DesiredCount = 11: allowed is 2 to 10`, autoscaled(2, 10, 11)},
		{`Autoscaling.Min = 11: allowed is 0 to 10`, autoscaled(11, 10, 10)},
		{`Autoscaling.Min = -1: allowed is 0 to 10`, autoscaled(-1, 10, 10)},
		{`Autoscaling.Max = 0: allowed is 1 to 1000`, autoscaled(0, 0, 0)},
		{`Listener.ArnSuffix is missing: it takes with Autoscaling`, func(args *service.WebArgs) {
			autoscaled(2, 10, 2)(args)
			args.Listener.ArnSuffix = nil
		}},
		{`AlarmNames = []: allowed is one alarm or more, or nil for none`, func(args *service.WebArgs) { args.AlarmNames = pulumi.StringArray{} }},
		{`AlarmNames[0] is missing: it takes the name of an alarm`, func(args *service.WebArgs) { args.AlarmNames = pulumi.StringArray{nil} }},
		{`AlarmNames = "": allowed is names of alarms, each once`, func(args *service.WebArgs) { args.AlarmNames = pulumi.StringArray{text("")} }},
		{`AlarmNames = "a": allowed is names of alarms, each once`, func(args *service.WebArgs) { args.AlarmNames = pulumi.StringArray{text("a"), text("a")} }},
	} {
		args := webArgs()
		c.change(args)
		assert.Contains(t, refusedWeb(t, "backend", args), c.want)
	}
}

func environment(name string, value pulumi.StringInput) func(*service.WebArgs) {
	return func(args *service.WebArgs) { args.Environment = map[string]pulumi.StringInput{name: value} }
}

func secret(name string, ref service.SecretRef) func(*service.WebArgs) {
	return func(args *service.WebArgs) {
		args.Secrets, args.SecretsKeyArn = map[string]service.SecretRef{name: ref}, text("secrets-key")
	}
}

func TestDenyStatementsMayBeWide(t *testing.T) {
	args := webArgs()
	args.TaskPolicy = []service.Statement{{Sid: "Never", Effect: "Deny", Actions: []string{"iam:*"}, Resources: pulumi.StringArray{text("*")}}}
	policy := statements(t, componenttest.Find(t, web(t, args), policyType, "backend-task-policy"), "policy")
	assert.Equal(t, "Deny", policy["Never"]["Effect"])
}

// The caller's own values are read and never written.
func TestArgumentsAreNotChanged(t *testing.T) {
	args := fullWebArgs()
	web(t, args)
	assert.Equal(t, pulumi.StringArray{text("prod-errors"), text("prod-5xx")}, args.AlarmNames)
	assert.Len(t, args.TaskPolicy, 1)
	assert.Equal(t, []service.Scratch{{Path: "/var/cache/app"}, {Path: "/tmp", MiB: 256}}, args.Scratch)
}
