package edge_test

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"

	"github.com/carebase/carebase/components/edge"
	"github.com/carebase/carebase/componenttest"
)

func refused(t *testing.T, name string, args *edge.Args) string {
	t.Helper()
	return componenttest.Refused(t, func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
		_, err := edge.New(ctx, name, args, opts...)
		return err
	}).Error()
}

func TestWrongArguments(t *testing.T) {
	many := func(n int) []string { // n different countries, none of them a health checker's
		codes := strings.Fields(`AD AE AF AG AI AL AM AO AR AT AW AZ BA BB BD BE BF BG BH BI BJ BM BN BO BS BT BW BY BZ CA CD CF CG CH
			CI CK CL CM CN CO CR CU CV CY CZ DE DJ DK DM DO DZ`)
		return codes[:n]
	}
	for what, c := range map[string]struct {
		change func(*edge.Args)
		want   string
	}{
		"no domain":                   {func(a *edge.Args) { a.Domain = "" }, `Domain = ""`},
		"domain in capitals":          {func(a *edge.Args) { a.Domain = "CareConnect.health" }, `Domain = "CareConnect.health"`},
		"domain with a final dot":     {func(a *edge.Args) { a.Domain = "careconnect.health." }, `Domain = "careconnect.health."`},
		"domain of one label":         {func(a *edge.Args) { a.Domain = "localhost" }, `Domain = "localhost"`},
		"wildcard domain":             {func(a *edge.Args) { a.Domain = "*.careconnect.health" }, `Domain = "*.careconnect.health"`},
		"domain over 64":              {func(a *edge.Args) { a.Domain = strings.Repeat("a", 58) + ".health" }, "of at most 64 characters"},
		"full alternative name":       {func(a *edge.Args) { a.AlternativeNames = []string{"www.careconnect.health"} }, `AlternativeNames[0] = "www.careconnect.health"`},
		"empty alternative name":      {func(a *edge.Args) { a.AlternativeNames = []string{"www", ""} }, `AlternativeNames[1] = ""`},
		"alternative name twice":      {func(a *edge.Args) { a.AlternativeNames = []string{"www", "www"} }, `AlternativeNames[1] = "www": allowed is a value that comes once`},
		"no VPC":                      {func(a *edge.Args) { a.VpcID = nil }, "VpcID is missing"},
		"no subnets":                  {func(a *edge.Args) { a.SubnetIDs = nil }, "SubnetIDs is missing"},
		"one subnet":                  {func(a *edge.Args) { a.SubnetIDs = pulumi.ToStringArray([]string{"subnet-1"}) }, `SubnetIDs = "1 subnets"`},
		"no frontend":                 {func(a *edge.Args) { a.FrontendBucketDomain = nil }, "FrontendBucketDomain = "},
		"no log bucket":               {func(a *edge.Args) { a.LogBucket = nil }, "LogBucket is missing"},
		"no log bucket ARN":           {func(a *edge.Args) { a.LogBucketArn = nil }, "LogBucketArn is missing"},
		"nothing to wait for":         {func(a *edge.Args) { a.LogBucketReady = nil }, "LogBucketReady is missing"},
		"no prefix":                   {func(a *edge.Args) { a.AccessLogPrefix = "" }, `AccessLogPrefix = ""`},
		"prefix with a slash":         {func(a *edge.Args) { a.AccessLogPrefix = "edge/" }, `AccessLogPrefix = "edge/"`},
		"prefix that AWS adds":        {func(a *edge.Args) { a.AccessLogPrefix = "edge/AWSLogs" }, `AccessLogPrefix = "edge/AWSLogs"`},
		"no API":                      {func(a *edge.Args) { a.ApiPaths = nil }, "ApiPaths is missing"},
		"relative path":               {func(a *edge.Args) { a.ApiPaths = append(a.ApiPaths, "api/*") }, `ApiPaths[3] = "api/*"`},
		"API that takes all":          {func(a *edge.Args) { a.ApiPaths = append(a.ApiPaths, "/*") }, `ApiPaths[3] = "/*"`},
		"path with a blank":           {func(a *edge.Args) { a.ApiPaths = append(a.ApiPaths, "/a b") }, `ApiPaths[3] = "/a b"`},
		"path twice":                  {func(a *edge.Args) { a.ApiPaths = append(a.ApiPaths, "/api/*") }, `ApiPaths[3] = "/api/*": allowed is a value that comes once`},
		"no health path":              {func(a *edge.Args) { a.HealthCheckPath = "" }, `HealthCheckPath = ""`},
		"relative health path":        {func(a *edge.Args) { a.HealthCheckPath = "actuator/health" }, `HealthCheckPath = "actuator/health"`},
		"health path over 255":        {func(a *edge.Args) { a.HealthCheckPath = "/api/" + strings.Repeat("a", 251) }, "at most 255 characters"},
		"health of the frontend":      {func(a *edge.Args) { a.HealthCheckPath = "/health" }, "the frontend would answer any other"},
		"no rate limit":               {func(a *edge.Args) { a.RateLimit = 0 }, "RateLimit = 0: allowed is 10 to 2000000000"},
		"rate limit too high":         {func(a *edge.Args) { a.RateLimit = 2_000_000_001 }, "RateLimit = 2000000001"},
		"country that is none":        {func(a *edge.Args) { a.AllowedCountries = []string{"US", "UK"} }, `AllowedCountries[1] = "UK"`},
		"country in small letters":    {func(a *edge.Args) { a.BlockedCountries = []string{"ru"} }, `BlockedCountries[0] = "ru"`},
		"country twice":               {func(a *edge.Args) { a.AllowedCountries = []string{"US", "US"} }, `AllowedCountries[1] = "US": allowed is a value that comes once`},
		"blocked country twice":       {func(a *edge.Args) { a.BlockedCountries = []string{"RU", "RU"} }, `BlockedCountries[1] = "RU": allowed is a value that comes once`},
		"blocked and allowed":         {func(a *edge.Args) { a.BlockedCountries = []string{"GB"} }, `BlockedCountries = "GB"`},
		"51 blocked countries":        {func(a *edge.Args) { a.AllowedCountries, a.BlockedCountries = nil, many(51) }, `BlockedCountries = "51 countries"`},
		"no health checker gets in":   {func(a *edge.Args) { a.AllowedCountries = []string{"DE", "IE"} }, `AllowedCountries = "1 health-checker regions let in"`},
		"health checkers turned away": {func(a *edge.Args) { a.AllowedCountries, a.BlockedCountries = nil, []string{"US", "IE", "SG", "JP"} }, `AllowedCountries = "2 health-checker regions let in"`},
		"logs kept for ever":          {func(a *edge.Args) { a.LogRetentionDays = 0 }, "LogRetentionDays = 0"},
		"logs kept for 31 days":       {func(a *edge.Args) { a.LogRetentionDays = 31 }, "LogRetentionDays = 31"},
		"log group WAF refuses":       {func(a *edge.Args) { a.WafLogGroupName = "careconnect-waf" }, `WafLogGroupName = "careconnect-waf"`},
		"log group without a name":    {func(a *edge.Args) { a.WafLogGroupName = "aws-waf-logs-" }, `WafLogGroupName = "aws-waf-logs-"`},
		"metric WAF refuses":          {func(a *edge.Args) { a.WafLogGroupName = "aws-waf-logs-care/prod" }, `WafLogGroupName = "aws-waf-logs-care/prod"`},
		"no key":                      {func(a *edge.Args) { a.GlobalLogsKeyArn = nil }, "GlobalLogsKeyArn is missing"},
		"no us-east-1":                {func(a *edge.Args) { a.Global = nil }, "Global is missing"},
		"API host that is no name":    {func(a *edge.Args) { a.ApiHost = "backend" }, `ApiHost = "backend": allowed is one of AlternativeNames`},
		"API that takes every page":   {func(a *edge.Args) { a.ApiPaths = append(a.ApiPaths, "/i*") }, `ApiPaths[3] = "/i*"`},
		"policy with a slip":          {func(a *edge.Args) { a.ContentSecurityPolicy = "default-source 'self'" }, "there is no directive default-source"},
		"policy on two lines":         {func(a *edge.Args) { a.ContentSecurityPolicy = "default-src 'self';\nimg-src *" }, "ContentSecurityPolicy = "},
	} {
		t.Run(what, func(t *testing.T) {
			args := production()
			c.change(args)
			message := refused(t, "edge", args)
			assert.Contains(t, message, `edge "edge": `)
			assert.Contains(t, message, c.want)
			assert.NotContains(t, message, "problems", "one mistake is one problem")
		})
	}
}

func TestArgumentsAtTheirLimits(t *testing.T) {
	for what, change := range map[string]func(*edge.Args){
		"lowest rate":               func(a *edge.Args) { a.RateLimit = 10 },
		"highest rate":              func(a *edge.Args) { a.RateLimit = 2_000_000_000 },
		"domain of 64":              func(a *edge.Args) { a.Domain = strings.Repeat("a", 57) + ".health" },
		"two subnets":               func(a *edge.Args) { a.SubnetIDs = pulumi.ToStringArray([]string{"subnet-1", "subnet-2"}) },
		"health below a pattern":    func(a *edge.Args) { a.HealthCheckPath = "/api/v1/health" },
		"three checkers of others":  func(a *edge.Args) { a.AllowedCountries = []string{"IE", "AU", "JP"} },
		"prefix of two parts":       func(a *edge.Args) { a.AccessLogPrefix = "careconnect/edge" },
		"longest retention":         func(a *edge.Args) { a.LogRetentionDays = 3653 },
		"subnets known after apply": func(a *edge.Args) { a.SubnetIDs = pulumi.ToStringArray([]string{"subnet-1"}).ToStringArrayOutput() },
	} {
		t.Run(what, func(t *testing.T) {
			args := production()
			change(args)
			planned(t, args)
		})
	}
}

func TestEveryProblemAtOnce(t *testing.T) {
	message := refused(t, strings.Repeat("e", 21), &edge.Args{RateLimit: 1})
	for _, argument := range []string{
		"name = ", "Domain = ", "VpcID", "SubnetIDs", "LogBucket ", "LogBucketArn", "LogBucketReady", "AccessLogPrefix = ",
		"HealthCheckPath = ", "RateLimit = 1", "LogRetentionDays = 0", "WafLogGroupName = ", "GlobalLogsKeyArn", "Global ",
	} {
		assert.Contains(t, message, "\n  - "+argument)
	}
	assert.Contains(t, message, ": 14 problems:")
}

func TestNoArguments(t *testing.T) {
	assert.Contains(t, refused(t, "edge", nil), "Args is missing")
}

// The load balancer is <name>-alb and eight characters of Pulumi's, and AWS allows 32.
func TestLongestName(t *testing.T) {
	assert.Contains(t, refused(t, strings.Repeat("e", 21), production()), "at most 20 characters")

	name := strings.Repeat("e", 20)
	g := componenttest.Plan(t, "us-east-1", func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
		_, err := create(ctx, name, production(), opts...)
		return err
	})
	balancers := g.OfType("aws:lb/loadBalancer:LoadBalancer")
	assert.Len(t, balancers, 1)
	assert.LessOrEqual(t, len(balancers[0].Name)+8, 32)
}
