package edge

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/arg"
	"github.com/carebase/carebase/components/limits"
	"github.com/carebase/carebase/components/loggroup"
	"github.com/carebase/carebase/internal/csp"
	"github.com/carebase/carebase/internal/pathpattern"
)

// Args of an Edge. Everything is required unless it says otherwise.
type Args struct {
	// Domain is the system's main name, e.g. clinic.health or staging.clinic.health: lower case, without
	// a final dot, at most 64 characters (the limit of a certificate's first name).
	Domain string
	// AlternativeNames are further names below Domain that lead to the same place, one label each ("www", "api"):
	// the certificates cover *.Domain, which reaches no deeper. Optional.
	AlternativeNames []string
	// ZoneID is the hosted zone that holds Domain's records, or nil to create a zone named Domain.
	ZoneID pulumi.StringInput

	// VpcID is the network of the load balancer. It needs an internet gateway: CloudFront asks for one before it
	// makes a VPC origin, though no traffic uses it.
	VpcID pulumi.StringInput
	// SubnetIDs are the subnets of the load balancer, in at least two availability zones (see components/network):
	// private ones, or public ones with an Origin.
	SubnetIDs pulumi.StringArrayInput
	// Origin makes the load balancer one that CloudFront reaches by name, so that the name can lead to another region's.
	// Optional. Changing from one to the other replaces the load balancer, for which its deletion protection must be off.
	Origin *Origin

	// FrontendBucketDomain is the regional domain name of the bucket with the static site. Optional: without it all paths go to the
	// load balancer.
	FrontendBucketDomain pulumi.StringInput
	// FrontendReplicaDomain is that of the bucket's replica in another region, which CloudFront reads from when the first
	// does not answer. Optional.
	FrontendReplicaDomain pulumi.StringInput

	// LogBucket is the name of the bucket for access logs. It is in the load balancer's region and encrypted with
	// S3's own keys: load balancers cannot write under a customer-managed one.
	LogBucket pulumi.StringInput
	// LogBucketArn is its ARN.
	LogBucketArn pulumi.StringInput
	// LogBucketReady are the resources that must exist before a log is delivered: the bucket's policy above all,
	// as AWS tries a write when logging is switched on. Its policy admits
	//   - the load balancer to <AccessLogPrefix>/AWSLogs/<account>/*, and
	//   - delivery.logs.amazonaws.com, for arn:aws:logs:us-east-1:<account>:delivery-source:*, to
	//     AWSLogs/<account>/CloudFront/*.
	LogBucketReady []pulumi.Resource
	// AccessLogPrefix comes before the load balancer's logs in LogBucket, without slashes at either end: the one
	// that the bucket's policy admits (storage.LoadBalancerLogPrefix). CloudFront's logs have none: AWS leaves its
	// own AWSLogs/<account>/ out of a path that has a prefix, and such a path no policy of ours admits.
	AccessLogPrefix string

	// ApiPaths are the path patterns that go to the load balancer and are never cached, e.g. "/api/*". The static site answers
	// all other paths. A pattern begins with a slash; * stands for any characters, ? for one. Left out without a static site.
	ApiPaths []string
	// HealthCheckPath is asked for every 30 seconds on Domain, from outside, e.g. "/actuator/health". One of
	// ApiPaths matches it; otherwise the frontend's index page would answer and nothing could ever be unhealthy.
	HealthCheckPath string

	// RateLimit is how many requests one address may make in five minutes before it is blocked:
	// 10 to 2,000,000,000 (AWS WAF's own limits).
	RateLimit int
	// BlockedCountries are turned away by the firewall: ISO 3166-1 alpha-2 codes, at most 50 (AWS WAF's limit for
	// one statement). Optional.
	BlockedCountries []string
	// AllowedCountries are the only ones that CloudFront serves: ISO 3166-1 alpha-2 codes. Optional; empty serves
	// all. Route 53's health checkers are subject to both lists, so at least three of their regions must get
	// through: us-east-1, us-west-1 and us-west-2 are in US, eu-west-1 in IE, ap-southeast-1 in SG,
	// ap-southeast-2 in AU, ap-northeast-1 in JP, sa-east-1 in BR.
	AllowedCountries []string

	// DeletionProtection keeps the load balancer, and a zone that is created here, from being deleted.
	DeletionProtection bool

	// LogRetentionDays is how long CloudWatch keeps the firewall's log: one of loggroup.RetentionDays.
	LogRetentionDays int
	// WafLogGroupName is the firewall's log group in us-east-1. AWS WAF writes only to groups whose name begins
	// with "aws-waf-logs-"; what follows is unique in the account and names the firewall's metrics.
	WafLogGroupName string
	// GlobalLogsKeyArn is the KMS key of that log group: a key in us-east-1 that CloudWatch Logs may use.
	GlobalLogsKeyArn pulumi.StringInput
	// Global is the AWS provider for us-east-1, where CloudFront looks for its certificate, web ACL and log
	// delivery. It is a provider of its own also where the component itself is in us-east-1.
	Global pulumi.ProviderResource

	// ApiHost is the alternative name that belongs to the API: on this host only ApiPaths are answered, and every other
	// one is 404, so that a client or a smoke test never takes the frontend's index page for an answer of the API. Optional.
	ApiHost string

	// ContentSecurityPolicy is the header's value, on one line. Optional; see DefaultContentSecurityPolicy.
	ContentSecurityPolicy string
}

var (
	logPrefix = regexp.MustCompile(`^[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*$`)
	logGroup  = regexp.MustCompile(`^aws-waf-logs-[A-Za-z0-9_-]{1,100}$`)
)

const logGroupRule = `"aws-waf-logs-" and then 1 to 100 letters, digits, hyphens and underscores`

// maxNameLength leaves the load balancer's name, <name>-alb-<7 characters>, within 32.
const maxNameLength = 20

func (a *Args) validate(name string) error {
	p := arg.Check("edge", name)
	if a == nil {
		p.Require("Args", false, "the component's arguments")
		return p.Err()
	}
	if len(name) > maxNameLength {
		p.Add("name", name, fmt.Sprintf("at most %d characters", maxNameLength))
	}
	a.validateNames(p)

	p.Require("VpcID", a.VpcID != nil, "the ID of a VPC (see components/network)")
	a.validateSubnets(p)
	a.Origin.validate(p)
	p.Require("LogBucketArn", a.LogBucketArn != nil, "the ARN of the log bucket")
	a.validateLogs(p)

	a.validatePaths(p)

	p.Between("RateLimit", a.RateLimit, 10, 2_000_000_000)
	a.validateCountries(p)

	p.Match("WafLogGroupName", a.WafLogGroupName, logGroup, logGroupRule)
	p.Require("GlobalLogsKeyArn", a.GlobalLogsKeyArn != nil, "the ARN of a KMS key in us-east-1 (see components/keys)")
	p.Require("Global", a.Global != nil, "an AWS provider for us-east-1")
	if a.ContentSecurityPolicy != "" {
		if _, err := csp.Parse(a.ContentSecurityPolicy); err != nil {
			p.Add("ContentSecurityPolicy", a.ContentSecurityPolicy, "a content security policy on one line: "+err.Error())
		}
	}
	return p.Err()
}

func (a *Args) validateSubnets(p *arg.Problems) {
	kind := "private"
	if a.Origin != nil {
		kind = "public"
	}
	p.Require("SubnetIDs", a.SubnetIDs != nil, "the IDs of "+kind+" subnets (see components/network)")
	// Only a literal list can be counted here; of an output the control catalogue sees the length.
	if subnets, ok := a.SubnetIDs.(pulumi.StringArray); ok && len(subnets) < 2 {
		p.Add("SubnetIDs", fmt.Sprintf("%d subnets", len(subnets)), kind+" subnets in two availability zones or more")
	}
}

func (a *Args) validateLogs(p *arg.Problems) {
	p.Require("LogBucket", a.LogBucket != nil, "the name of the log bucket (see components/storage)")
	p.Require("LogBucketReady", len(a.LogBucketReady) > 0, "the log bucket's policy")
	if !logPrefix.MatchString(a.AccessLogPrefix) || strings.Contains(a.AccessLogPrefix, "AWSLogs") {
		p.Add("AccessLogPrefix", a.AccessLogPrefix,
			"letters, digits, dots, hyphens and underscores, slashes between them, and not AWSLogs, which AWS adds")
	}
	if !loggroup.ValidRetention(a.LogRetentionDays) {
		p.Add("LogRetentionDays", a.LogRetentionDays, loggroup.RetentionRule)
	}
}

func (a *Args) validateNames(p *arg.Problems) {
	if len(a.Domain) > 64 || !limits.Domain.MatchString(a.Domain) {
		p.Add("Domain", a.Domain, "a domain name in lower case of at most 64 characters, without a final dot")
	}
	for i, label := range a.AlternativeNames {
		p.Match(fmt.Sprintf("AlternativeNames[%d]", i), label, limits.Label,
			`one label in lower case, e.g. "www": the certificate for *.Domain reaches no deeper`)
	}
	unique(p, "AlternativeNames", a.AlternativeNames)
	if a.ApiHost != "" && !slices.Contains(a.AlternativeNames, a.ApiHost) {
		p.Add("ApiHost", a.ApiHost, "one of AlternativeNames")
	}
	for i, label := range a.AlternativeNames {
		if a.Origin != nil && slices.Contains(limits.OriginLabels, label) {
			p.Add(fmt.Sprintf("AlternativeNames[%d]", i), label, "a label that is none of the origin's: "+strings.Join(limits.OriginLabels, ", "))
		}
	}
}

func (a *Args) validatePaths(p *arg.Problems) {
	switch {
	case a.FrontendBucketDomain != nil && len(a.ApiPaths) == 0:
		p.Require("ApiPaths", false, "the path patterns that the services answer")
	case a.FrontendBucketDomain == nil && (len(a.ApiPaths) > 0 || a.ApiHost != "" || a.FrontendReplicaDomain != nil):
		p.Add("FrontendBucketDomain", "", "a bucket's regional domain name where there are ApiPaths, an ApiHost or a FrontendReplicaDomain")
	}
	for i, pattern := range a.ApiPaths {
		if !limits.OriginPath(pattern) || pathpattern.Matches(pattern, "/") || pathpattern.Matches(pattern, indexPage) {
			p.Add(fmt.Sprintf("ApiPaths[%d]", i), pattern, limits.OriginPathRule)
		}
	}
	unique(p, "ApiPaths", a.ApiPaths)

	switch {
	case !limits.ProbePath(a.HealthCheckPath):
		p.Add("HealthCheckPath", a.HealthCheckPath, limits.ProbePathRule)
	case len(a.ApiPaths) > 0 && !slices.ContainsFunc(a.ApiPaths, func(pattern string) bool { return pathpattern.Matches(pattern, a.HealthCheckPath) }):
		p.Add("HealthCheckPath", a.HealthCheckPath, "a path that one of ApiPaths matches: the frontend would answer any other")
	}
}

func (a *Args) validateCountries(p *arg.Problems) {
	for _, list := range []struct {
		argument string
		codes    []string
	}{{"AllowedCountries", a.AllowedCountries}, {"BlockedCountries", a.BlockedCountries}} {
		for i, code := range list.codes {
			if !limits.Country(code) {
				p.Add(fmt.Sprintf("%s[%d]", list.argument, i), code, limits.CountryRule)
			}
		}
		unique(p, list.argument, list.codes)
	}
	if len(a.BlockedCountries) > limits.MostBlockedCountries {
		p.Add("BlockedCountries", fmt.Sprintf("%d countries", len(a.BlockedCountries)), "at most 50; AllowedCountries turns away more")
	}
	for _, code := range a.BlockedCountries {
		if slices.Contains(a.AllowedCountries, code) {
			p.Add("BlockedCountries", code, "a country that AllowedCountries does not name")
		}
	}
	if regions := limits.CheckerRegions(a.AllowedCountries, a.BlockedCountries); len(regions) < limits.LeastCheckerRegions {
		p.Add("AllowedCountries", fmt.Sprintf("%d health-checker regions let in", len(regions)),
			"with BlockedCountries, "+limits.CheckerRegionsRule)
	}
}

// unique records every value that comes twice.
func unique(p *arg.Problems, argument string, values []string) {
	for i, value := range values {
		if slices.Contains(values[:i], value) {
			p.Add(fmt.Sprintf("%s[%d]", argument, i), value, "a value that comes once")
		}
	}
}
