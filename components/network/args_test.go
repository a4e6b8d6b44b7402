package network_test

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"

	"github.com/carebase/carebase/components/loggroup"
	"github.com/carebase/carebase/components/network"
	"github.com/carebase/carebase/componenttest"
)

func refused(t *testing.T, args *network.Args) string {
	t.Helper()
	return componenttest.Refused(t, func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
		_, err := network.New(ctx, "network", args, opts...)
		return err
	}).Error()
}

func TestArgsThatAreRefused(t *testing.T) {
	const (
		cidr = "a private IPv4 network (RFC 1918) of /16 to /20, written by its first address, e.g. 10.0.0.0/16"
		zone = "the name of an Availability Zone: a region and a letter a to f, e.g. us-east-1a"
		name = "1 to 512 letters, digits and . - _ / #, not beginning with aws/"
	)
	for title, c := range map[string]struct {
		change func(*network.Args)
		want   string
	}{
		"no range":        {func(a *network.Args) { a.Cidr = "" }, `Cidr = "": allowed is ` + cidr},
		"public range":    {func(a *network.Args) { a.Cidr = "8.8.0.0/16" }, `Cidr = "8.8.0.0/16": allowed is ` + cidr},
		"range too wide":  {func(a *network.Args) { a.Cidr = "10.0.0.0/15" }, `Cidr = "10.0.0.0/15": allowed is ` + cidr},
		"range too small": {func(a *network.Args) { a.Cidr = "10.0.0.0/21" }, `Cidr = "10.0.0.0/21": allowed is ` + cidr},
		"host bits":       {func(a *network.Args) { a.Cidr = "10.0.1.0/16" }, `Cidr = "10.0.1.0/16": allowed is ` + cidr},

		"one zone": {func(a *network.Args) { a.AvailabilityZones = []string{"us-east-1a"} },
			"AvailabilityZones = [us-east-1a]: allowed is two or three zones"},
		"four zones": {func(a *network.Args) {
			a.AvailabilityZones = []string{"us-east-1a", "us-east-1b", "us-east-1c", "us-east-1d"}
		}, "AvailabilityZones = [us-east-1a us-east-1b us-east-1c us-east-1d]: allowed is two or three zones"},
		"no such zone": {func(a *network.Args) { a.AvailabilityZones[1] = "us-east-1" },
			`AvailabilityZones = "us-east-1": allowed is ` + zone},
		"local zone": {func(a *network.Args) { a.AvailabilityZones[1] = "us-east-1-bos-1a" },
			`AvailabilityZones = "us-east-1-bos-1a": allowed is ` + zone},
		"a zone twice": {func(a *network.Args) { a.AvailabilityZones[1] = "us-east-1a" },
			`AvailabilityZones = "us-east-1a": allowed is each zone once`},
		"two regions": {func(a *network.Args) { a.AvailabilityZones[1] = "us-west-2b" },
			`AvailabilityZones = "us-west-2b": allowed is zones of one region, here us-east-1`},

		"no NAT mode":      {func(a *network.Args) { a.Nat = "" }, `Nat = "": allowed is none, single, per-az`},
		"unknown NAT mode": {func(a *network.Args) { a.Nat = "instance" }, `Nat = "instance": allowed is none, single, per-az`},

		"no log group":       {func(a *network.Args) { a.FlowLogGroupName = "" }, `FlowLogGroupName = "": allowed is ` + name},
		"bad log group":      {func(a *network.Args) { a.FlowLogGroupName = "flow logs" }, `FlowLogGroupName = "flow logs": allowed is ` + name},
		"reserved log group": {func(a *network.Args) { a.FlowLogGroupName = "aws/flow" }, `FlowLogGroupName = "aws/flow": allowed is ` + name},
		"never expires":      {func(a *network.Args) { a.FlowLogRetentionDays = 0 }, "FlowLogRetentionDays = 0: allowed is " + loggroup.RetentionRule},
		"no such retention":  {func(a *network.Args) { a.FlowLogRetentionDays = 31 }, "FlowLogRetentionDays = 31: allowed is " + loggroup.RetentionRule},
		"no key": {func(a *network.Args) { a.LogsKeyArn = nil },
			"LogsKeyArn is missing: it takes the ARN of a KMS key that CloudWatch Logs may use"},

		"no such service": {func(a *network.Args) { a.InterfaceEndpoints = []string{"secretmanager"} },
			`InterfaceEndpoints = "secretmanager": allowed is backup, ec2messages, ecr.api, ecr.dkr, ecs, elasticache, ` +
				`events, kms, lambda, logs, monitoring, rds, secretsmanager, sns, sqs, ssm, ssmmessages, states, sts, xray`},
		"S3 is a gateway": {func(a *network.Args) { a.InterfaceEndpoints = []string{"s3"} }, `InterfaceEndpoints = "s3": allowed is `},
		"a service twice": {func(a *network.Args) { a.InterfaceEndpoints = []string{"kms", "logs", "kms"} },
			`InterfaceEndpoints = "kms": allowed is each service once`},
	} {
		t.Run(title, func(t *testing.T) {
			args := twoZones()
			c.change(args)
			got := refused(t, args)
			assert.Contains(t, got, `network "network": `+c.want)
			assert.NotContains(t, got, "problems", "only what is wrong is reported")
		})
	}
}

func TestEveryProblemIsReportedAtOnce(t *testing.T) {
	got := refused(t, &network.Args{})
	assert.True(t, strings.HasPrefix(got, `network "network": 6 problems:`), got)
	for _, argument := range []string{"Cidr", "AvailabilityZones", "Nat", "FlowLogGroupName", "FlowLogRetentionDays", "LogsKeyArn"} {
		assert.Contains(t, got, "\n  - "+argument+" ")
	}
	assert.Equal(t, `network "network": Args is missing: it takes a *network.Args`, refused(t, nil))
}

func TestArgsAtTheirLimits(t *testing.T) {
	for title, change := range map[string]func(*network.Args){
		"smallest range":    func(a *network.Args) { a.Cidr = "192.168.240.0/20" },
		"172.16.0.0/12":     func(a *network.Args) { a.Cidr = "172.31.0.0/16" },
		"last zone":         func(a *network.Args) { a.AvailabilityZones[1] = "us-east-1f" },
		"shortest kept":     func(a *network.Args) { a.FlowLogRetentionDays = 1 },
		"longest kept":      func(a *network.Args) { a.FlowLogRetentionDays = 3653 },
		"six years":         func(a *network.Args) { a.FlowLogRetentionDays = 2192 },
		"longest log group": func(a *network.Args) { a.FlowLogGroupName = strings.Repeat("a", 512) },
		"no endpoints":      func(a *network.Args) { a.InterfaceEndpoints = nil },
	} {
		t.Run(title, func(t *testing.T) {
			args := twoZones()
			change(args)
			plan(t, args)
		})
	}
}
