package host_test

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"

	"github.com/carebase/carebase/components/host"
	"github.com/carebase/carebase/componenttest"
)

func refusal(t *testing.T, name string, args *host.Args) string {
	t.Helper()
	return componenttest.Refused(t, func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
		_, err := host.New(ctx, name, args, opts...)
		return err
	}).Error()
}

func TestEveryProblemIsReportedAtOnce(t *testing.T) {
	got := refusal(t, "App", &host.Args{
		HostName: "Vantrexia", InstanceType: "t3.medium", ImageID: "latest", RootGiB: 4, DataGiB: -1,
		Ingress: []host.Ingress{{Port: 22}}, Packages: []string{"htop; rm -rf /"},
		Secrets: map[string]host.SecretRef{"db-url": {JSONKey: "a b"}},
		Compose: &host.Compose{
			File: "image: backend:latest", HealthURL: "https://example.com/", Migration: "backend; reboot", Version: "2.29.0", SHA256: "abc",
			Environment: map[string]pulumi.StringInput{"DB_PASSWORD": pulumi.String("hunter2"), "TAG": pulumi.String("1")},
			Registry:    &host.Registry{Server: "GHCR", Username: "a b", Secret: "TOKEN"},
		},
		Policy: []host.Statement{{Sid: "RunCommands", Effect: "Allow", Actions: []string{"s3:*"}, Resources: pulumi.StringArray{pulumi.String("*")}}},
	})
	for _, want := range []string{
		`name = "App"`, `HostName = "Vantrexia"`, `InstanceType = "t3.medium"`, `ImageID = "latest"`, "VpcID is missing", "SubnetID is missing",
		"AvailabilityZone is missing", "Ingress[0].Port = 22", "Ingress[0].CIDRs is missing", "RootGiB = 4", "DataGiB = -1", "SnapshotDays = 0",
		"KeyArn is missing", "LogsKeyArn is missing", "LogRetentionDays = 0", `Secrets = "db-url"`, "Secrets[db-url].Arn is missing",
		`Secrets[db-url].JSONKey = "a b"`, "SecretsKeyArn is missing", "Packages[0]", "names its images by ${TAG}", "not latest",
		`Environment = "DB_PASSWORD"`, `Environment = "TAG"`, "Compose.HealthURL", "Compose.HealthSeconds = 0", "Compose.Migration",
		`Compose.Version = "2.29.0"`, `Compose.SHA256 = "abc"`, `Compose.Registry.Server = "GHCR"`, `Compose.Registry.Username = "a b"`,
		`Compose.Registry.Secret = "TOKEN"`, `Policy[0].Sid = "RunCommands"`, `Policy[0].Actions = "s3:*"`, "TopicArn is missing",
	} {
		assert.Contains(t, got, want)
	}
	assert.NotContains(t, got, "hunter2")
	assert.Contains(t, refusal(t, "app", nil), "a *host.Args")
}

func TestEachProblem(t *testing.T) {
	file := func(text string) func(*host.Args) {
		return func(a *host.Args) { a.Compose.File = "image: backend:${TAG}\n" + text }
	}
	cidr := func(ranges ...string) func(*host.Args) {
		return func(a *host.Args) { a.Ingress = []host.Ingress{{Port: 443, CIDRs: ranges}} }
	}
	for _, c := range []struct {
		want   string
		change func(*host.Args)
	}{
		{`HostName`, func(a *host.Args) { a.HostName = strings.Repeat("a", 41) }},
		{`RootGiB = 1025`, func(a *host.Args) { a.RootGiB = 1025 }},
		{`DataGiB = 16385`, func(a *host.Args) { a.DataGiB = 16385 }},
		{`SnapshotDays = 1001`, func(a *host.Args) { a.SnapshotDays = 1001 }},
		{`Ingress[0].CIDRs = "0.0.0.0/0"`, cidr("0.0.0.0/0")},
		{`Ingress[0].CIDRs = "104.0.0.0/7"`, cidr("104.0.0.0/7")},
		{`Ingress[0].CIDRs = "173.245.48.1/20"`, cidr("173.245.48.1/20")},
		{`Ingress[0].CIDRs = "2400:cb00::/32"`, cidr("2400:cb00::/32")},
		{`Ingress[0].CIDRs = "nowhere"`, cidr("nowhere")},
		{`each range once`, cidr("173.245.48.0/20", "173.245.48.0/20")},
		{`without "{{"`, file("x: '{{.Name}}'")},
		{`without a line CAREBASE-END`, file("CAREBASE-END")},
		{`not latest`, file("image: redis:${TAG:-latest}")},
		{`not latest`, file("image: redis:LATEST")},
		{`a password in a URL`, file("DATABASE_URL: postgres://app:hunter2@db/care")},
		{`Compose.HealthURL`, func(a *host.Args) { a.Compose.HealthURL = "http://localhost/$(reboot)" }},
		{`Compose.HealthSeconds = 601`, func(a *host.Args) { a.Compose.HealthSeconds = 601 }},
	} {
		args := application()
		c.change(args)
		assert.Contains(t, refusal(t, "app", args), c.want)
	}
}

func TestBoundsAreAllowed(t *testing.T) {
	args := application()
	args.HostName, args.RootGiB, args.DataGiB, args.SnapshotDays = strings.Repeat("a", 40), 1024, 16384, 1000
	args.Ingress = []host.Ingress{{Port: 65535, CIDRs: []string{"104.0.0.0/8"}}, {Port: 1, CIDRs: []string{"203.0.113.7/32"}}}
	args.Compose.HealthSeconds, args.Compose.Version, args.Compose.Migration, args.Compose.Registry = 600, "2.30.0", "", nil
	planned(t, args)
	least := admin()
	least.RootGiB, least.SnapshotDays, least.InstanceType = 8, 1, "m7gd.large"
	planned(t, least)
}
