// Package limits says what AWS, and the components for it, take for a name, a path or a number: each fact once, for the
// settings, which refuse a value by the setting's name, and for the component, which refuses it from whoever else calls it.
// It knows nothing of AWS's SDK or of Pulumi. Windows, log retention and addresses have packages of their own:
// components/database/window, components/loggroup, components/network/address.
package limits

import (
	"regexp"
	"strings"
)

// Names that several services take alike.
var (
	// Hyphenated is lower-case letters, digits and single hyphens, a letter first: RDS and ElastiCache identifiers.
	Hyphenated = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)
	// Lower is lower-case letters, digits and hyphens, a letter first: a part of a longer name.
	Lower = regexp.MustCompile(`^[a-z][a-z0-9-]*$`)
	// Absolute is a path of letters, digits and . _ -, as directories and log groups have: /aws/vendedlogs/cache.
	Absolute = regexp.MustCompile(`^(/[A-Za-z0-9._-]+)+$`)
	// Region is the form of a region's name: us-west-2, us-gov-west-1.
	Region = regexp.MustCompile(`^[a-z]{2}(-[a-z]+)+-[0-9]$`)
	// Email is the form of an address that SNS and AWS Budgets send to.
	Email = regexp.MustCompile(`^[^@\s]+@[^@\s]+\.[^@\s]+$`)
	// Domain is a domain name in lower case without a final dot; Label is one part of it (RFC 1035).
	Domain = regexp.MustCompile(`^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$`)
	Label  = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`)
	// OriginToken is what CloudFront proves itself by, as a header's value.
	OriginToken = regexp.MustCompile(`^[A-Za-z0-9_-]{32,128}$`)
)

// Warned is how many addresses AWS Budgets sends one warning to.
// https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_CreateNotification.html
const Warned = 10

// Paths of requests.
var (
	// RulePath is what a load balancer's rule takes for a path pattern.
	// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html#path-conditions
	RulePath = regexp.MustCompile(`^/[A-Za-z0-9_.$/~"'@:+&*?-]{0,127}$`)
	// probePath is a path without placeholders, as a health checker asks for it.
	probePath = regexp.MustCompile(`^/[A-Za-z0-9_.$/~@:+-]*$`)
	// HealthPath is what the container asks itself for; it is part of a shell command.
	HealthPath = regexp.MustCompile(`^/[A-Za-z0-9._~/-]{0,127}$`)
)

// The rules of paths in words.
const (
	RulePathRule   = `a pattern of up to 128 characters that begins with /, of letters, digits and _ - . $ / ~ " ' @ : + & * ?`
	OriginPathRule = `a path pattern that begins with a slash, of at most 128 characters, and leaves room for the frontend, e.g. /api/*`
	ProbePathRule  = "a path of at most 255 characters that begins with a slash, without * and ?"
	HealthPathRule = "an absolute path of up to 128 letters, digits and . _ ~ / -"
)

// Normal is true for a path pattern without empty segments and without the segments . and .., in which no request ever matches:
// CloudFront normalizes a request's path before it compares the path with the patterns.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html#DownloadDistValuesPathPattern
func Normal(pattern string) bool {
	return !strings.Contains(pattern, "//") && !dotSegment.MatchString(pattern)
}

var dotSegment = regexp.MustCompile(`/\.\.?(/|$)`)

// OriginPath is true for a pattern that CloudFront can pass to the load balancer while the frontend has the rest.
func OriginPath(pattern string) bool {
	return RulePath.MatchString(pattern) && pattern != "/" && pattern != "/*"
}

// ProbePath is true for a path that Route 53's health checkers can ask for: at most 255 characters.
// https://docs.aws.amazon.com/Route53/latest/APIReference/API_HealthCheckConfig.html
func ProbePath(path string) bool { return len(path) <= 255 && probePath.MatchString(path) }

// OriginLabels are the labels below the domain that belong to the origin, where load balancers are reached by name.
var OriginLabels = []string{"origin", "origin-primary", "origin-recovery"}
