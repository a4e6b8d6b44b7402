package wafv2

import (
	"github.com/carebase/carebase/graph"
	. "github.com/carebase/carebase/graph/graphtest"
	"github.com/carebase/carebase/policy/inspect"
	. "github.com/carebase/carebase/policy/policytest"
)

const (
	firewallLogType = "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration"
	wafGroupType    = "aws:cloudwatch/logGroup:LogGroup"
	wafBucketType   = "aws:s3/bucket:Bucket"
)

var wafv2Fixtures = map[string]Fixture{
	"WAF-1": {
		Satisfied: []Example{
			{About: "to a log group", Resources: firewall(Ref(wafGroupType, "logs", "arn"), Resource(wafGroupType, "logs", Inputs{"name": "aws-waf-logs-main"}))},
			{About: "to a bucket that Pulumi names", Resources: firewall(Ref(wafBucketType, "aws-waf-logs-main", "arn"), Resource(wafBucketType, "aws-waf-logs-main", Inputs{}))},
			{About: "to a bucket named by its beginning", Resources: firewall(Ref(wafBucketType, "logs", "arn"), Resource(wafBucketType, "logs", Inputs{"bucketPrefix": "aws-waf-logs-"}))},
			{About: "elsewhere", Resources: firewall("arn:aws:logs:us-east-1:123456789012:log-group:aws-waf-logs-main")},
			{About: "as deployed", Resources: []*graph.Resource{
				WithOutputs(Resource(inspect.WebACLType, "acl", Inputs{}), Inputs{"arn": "arn:acl"}),
				WithOutputs(Resource(firewallLogType, "log", Inputs{"resourceArn": "arn:acl", "logDestinationConfigs": []any{"arn:aws:logs:us-east-1:123456789012:log-group:aws-waf-logs-main"}}), Inputs{"id": "arn:acl"})}},
		},
		Violated: []Example{
			{About: "none", Property: "WebAclLoggingConfiguration", Resources: []*graph.Resource{Resource(inspect.WebACLType, "acl", Inputs{})}},
			{About: "another's", Property: "WebAclLoggingConfiguration", Resources: append(firewall("arn:aws:s3:::aws-waf-logs-main"), Resource(inspect.WebACLType, "other", Inputs{}))},
			{About: "to a log group of another name", Property: "logDestinationConfigs[0]", Resources: firewall(Ref(wafGroupType, "logs", "arn"), Resource(wafGroupType, "logs", Inputs{"name": "/waf/main"}))},
			{About: "to a bucket that Pulumi names otherwise", Property: "logDestinationConfigs[0]", Resources: firewall(Ref(wafBucketType, "logs", "arn"), Resource(wafBucketType, "logs", Inputs{}))},
			{About: "to a bucket of another name elsewhere", Property: "logDestinationConfigs[0]", Resources: firewall("arn:aws:s3:::logs")},
			{About: "nowhere", Property: "logDestinationConfigs", Resources: []*graph.Resource{
				Resource(inspect.WebACLType, "acl", Inputs{}), Resource(firewallLogType, "log", Inputs{"resourceArn": Ref(inspect.WebACLType, "acl", "arn")})}},
		},
		Undecided: []Example{
			{About: "destination not known", Resources: firewall(Unknown)},
			{About: "destinations not known", Resources: []*graph.Resource{
				Resource(inspect.WebACLType, "acl", Inputs{}), Resource(firewallLogType, "log", Inputs{"resourceArn": Ref(inspect.WebACLType, "acl", "arn"), "logDestinationConfigs": Unknown})}},
		},
	},
}

// firewall is a web ACL that logs to a destination, and what else there is.
func firewall(destination any, more ...*graph.Resource) []*graph.Resource {
	return append([]*graph.Resource{
		Resource(inspect.WebACLType, "acl", Inputs{}),
		Resource(firewallLogType, "log", Inputs{"resourceArn": Ref(inspect.WebACLType, "acl", "arn"), "logDestinationConfigs": []any{destination}}),
	}, more...)
}
