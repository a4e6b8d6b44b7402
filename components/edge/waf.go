package edge

import (
	"slices"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/cloudwatch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// webACL stands in for wafv2.WebAcl. That package takes a minute and five gigabytes to compile for every shape that
// a rule can have; this component has one shape, which its tests pin.
type webACL struct {
	pulumi.CustomResourceState

	Arn pulumi.StringOutput `pulumi:"arn"`
}

// awsSDKVersion asks for the same provider release as the typed resources; a test ties it to go.mod.
const awsSDKVersion = "7.41.0"

// firewall creates the web ACL for CloudFront with its log.
func (b *build) firewall() (*webACL, error) {
	acl := &webACL{}
	err := b.ctx.RegisterResource("aws:wafv2/webAcl:WebAcl", b.child("web-acl"), pulumi.Map{
		"description":   pulumi.String("Guards " + b.args.Domain),
		"scope":         pulumi.String("CLOUDFRONT"),
		"defaultAction": pulumi.Map{"allow": pulumi.Map{}},
		"rules":         b.firewallRules(),
		// Four times the standard: 16 KiB of a body is little where bodies are documents.
		"associationConfig": pulumi.Map{"requestBodies": pulumi.Array{pulumi.Map{
			"cloudfront": pulumi.Map{"defaultSizeInspectionLimit": pulumi.String("KB_64")},
		}}},
		"visibilityConfig": visibility(b.firewallMetric()),
	}, acl, b.global(pulumi.Version(awsSDKVersion))...)
	if err != nil {
		return nil, err
	}
	return acl, b.firewallLog(acl)
}

// firewallMetric is the web ACL's name in CloudWatch.
func (b *build) firewallMetric() string {
	return strings.TrimPrefix(b.args.WafLogGroupName, "aws-waf-logs-")
}

// firewallRules come in the order they are tried: the cheap ones that turn away whole clients first. A rule keeps its
// priority whether or not the optional one is there.
func (b *build) firewallRules() pulumi.Array {
	rules := pulumi.Array{
		managedRules(10, "ip-reputation", "AWSManagedRulesAmazonIpReputationList"),
		blockRule(20, "rate-limit", "rateBasedStatement", pulumi.Map{
			"limit": pulumi.Int(b.args.RateLimit), "evaluationWindowSec": pulumi.Int(300), "aggregateKeyType": pulumi.String("IP"),
		}),
	}
	if len(b.args.BlockedCountries) > 0 {
		rules = append(rules, blockRule(30, "geo-block", "geoMatchStatement", pulumi.Map{
			"countryCodes": sortedCodes(b.args.BlockedCountries),
		}))
	}
	return append(rules,
		// The common rules block any body over 8 KiB, which is every upload and many an ordinary request. That one
		// only counts; what the body holds is still looked at.
		managedRules(40, "common", "AWSManagedRulesCommonRuleSet", "SizeRestrictions_BODY"),
		managedRules(50, "known-bad-inputs", "AWSManagedRulesKnownBadInputsRuleSet"),
		managedRules(60, "sql-injection", "AWSManagedRulesSQLiRuleSet"),
	)
}

// sortedCodes returns country codes in a stable order, because AWS returns them sorted.
func sortedCodes(codes []string) pulumi.StringArray {
	return pulumi.ToStringArray(slices.Sorted(slices.Values(codes)))
}

// managedRules is a rule group of AWS with its own actions, except that the rules in counted only count.
func managedRules(priority int, name, group string, counted ...string) pulumi.Map {
	statement := pulumi.Map{"vendorName": pulumi.String("AWS"), "name": pulumi.String(group)}
	if len(counted) > 0 {
		overrides := pulumi.Array{}
		for _, rule := range counted {
			overrides = append(overrides, pulumi.Map{
				"name": pulumi.String(rule), "actionToUse": pulumi.Map{"count": pulumi.Map{}},
			})
		}
		statement["ruleActionOverrides"] = overrides
	}
	return pulumi.Map{
		"name":             pulumi.String(name),
		"priority":         pulumi.Int(priority),
		"overrideAction":   pulumi.Map{"none": pulumi.Map{}},
		"statement":        pulumi.Map{"managedRuleGroupStatement": statement},
		"visibilityConfig": visibility(name),
	}
}

// blockRule blocks what the statement matches.
func blockRule(priority int, name, kind string, statement pulumi.Map) pulumi.Map {
	return pulumi.Map{
		"name":             pulumi.String(name),
		"priority":         pulumi.Int(priority),
		"action":           pulumi.Map{"block": pulumi.Map{}},
		"statement":        pulumi.Map{kind: statement},
		"visibilityConfig": visibility(name),
	}
}

// visibility has metrics and no samples: a sample shows the Authorization header and cookies that the log redacts.
func visibility(metric string) pulumi.Map {
	return pulumi.Map{
		"metricName":               pulumi.String(metric),
		"cloudwatchMetricsEnabled": pulumi.Bool(true),
		"sampledRequestsEnabled":   pulumi.Bool(false),
	}
}

// firewallLog records every request that the web ACL saw. AWS WAF itself adds the log group's resource policy.
func (b *build) firewallLog(acl *webACL) error {
	group, err := cloudwatch.NewLogGroup(b.ctx, b.child("web-acl-log"), &cloudwatch.LogGroupArgs{
		Name:            pulumi.String(b.args.WafLogGroupName),
		KmsKeyId:        b.args.GlobalLogsKeyArn,
		RetentionInDays: pulumi.Int(b.args.LogRetentionDays),
	}, b.global()...)
	if err != nil {
		return err
	}
	return b.firewallLogging("web-acl-logging", acl, group, redacted(), b.global(pulumi.Version(awsSDKVersion)))
}

// redacted stays out of logs: credentials, and queries, which may name people or carry tokens.
func redacted() pulumi.Array {
	return pulumi.Array{header("authorization"), header("cookie"), pulumi.Map{"queryString": pulumi.Map{}}}
}

func (b *build) firewallLogging(what string, acl *webACL, group *cloudwatch.LogGroup, without pulumi.Array, opts []pulumi.ResourceOption) error {
	return b.ctx.RegisterResource("aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration", b.child(what), pulumi.Map{
		"resourceArn":           acl.Arn,
		"logDestinationConfigs": pulumi.StringArray{group.Arn},
		"redactedFields":        without,
	}, &webACLLogging{}, opts...)
}

// webACLLogging stands in for wafv2.WebAclLoggingConfiguration.
type webACLLogging struct {
	pulumi.CustomResourceState
}
