package host_test

import (
	"fmt"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/host"
	"github.com/carebase/carebase/componenttest"
	"github.com/carebase/carebase/plan"
)

// A public host that runs one container behind a content delivery network and connects to a database.
func Example() {
	planned, err := plan.Run(plan.Program{Project: "vantrexia", Stack: "prod", Run: func(ctx *pulumi.Context) error {
		opts, err := componenttest.Providers(ctx, "us-east-1", "")
		if err != nil {
			return err
		}
		app, err := host.New(ctx, "app", &host.Args{
			HostName:         "vantrexia-prod",
			InstanceType:     "t4g.medium",
			VpcID:            pulumi.String("vpc-0123456789abcdef0"),
			SubnetID:         pulumi.String("subnet-0123456789abcdef0"),
			AvailabilityZone: pulumi.String("us-east-1a"),
			Public:           true,
			Ingress:          []host.Ingress{{Port: 443, CIDRs: []string{"173.245.48.0/20"}}},
			InternetEgress:   true,
			RootGiB:          20,
			DataGiB:          50,
			Protect:          true,
			SnapshotDays:     14,
			KeyArn:           pulumi.String("arn:aws:kms:us-east-1:123456789012:key/data"),
			LogsKeyArn:       pulumi.String("arn:aws:kms:us-east-1:123456789012:key/logs"),
			LogRetentionDays: 365,
			Secrets: map[string]host.SecretRef{
				"DATABASE_URL": {Arn: pulumi.String("arn:aws:secretsmanager:us-east-1:123456789012:secret:vantrexia/prod/database-url-a1B2c3")},
			},
			SecretsKeyArn: pulumi.String("arn:aws:kms:us-east-1:123456789012:key/secrets"),
			Compose: &host.Compose{
				File: `services:
  backend:
    image: ghcr.io/example/backend:${TAG}
    ports: ["443:8443"]
    env_file: [{path: /run/carebase/env, format: raw}]
`,
				HealthURL:     "https://localhost/health/",
				HealthSeconds: 60,
				Version:       "2.39.4",
				SHA256:        strings.Repeat("0", 64), // of docker-compose-linux-aarch64
			},
			TopicArn: pulumi.String("arn:aws:sns:us-east-1:123456789012:alarms"),
		}, opts...)
		if err != nil {
			return err
		}
		return app.AllowTo(ctx, "database", pulumi.String("sg-0123456789abcdef0"), 5432)
	}})
	if err != nil {
		panic(err)
	}
	for _, document := range planned.OfType("aws:ssm/document:Document") {
		fmt.Println(document.Inputs.Get("documentType").AsString(), document.Inputs.Get("name").AsString())
	}
	// Output:
	// Command vantrexia-prod-deploy
	// Session vantrexia-prod-session
}
