package policy

import "github.com/carebase/carebase/graph"

const (
	firewallLogType = "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration"
	wafGroupType    = "aws:cloudwatch/logGroup:LogGroup"
	wafBucketType   = "aws:s3/bucket:Bucket"
)

var wafv2Fixtures = map[string]fixture{
	"WAF-1": {
		satisfied: []example{
			{about: "to a log group", resources: firewall(ref(wafGroupType, "logs", "arn"), res(wafGroupType, "logs", in{"name": "aws-waf-logs-main"}))},
			{about: "to a bucket that Pulumi names", resources: firewall(ref(wafBucketType, "aws-waf-logs-main", "arn"), res(wafBucketType, "aws-waf-logs-main", in{}))},
			{about: "to a bucket named by its beginning", resources: firewall(ref(wafBucketType, "logs", "arn"), res(wafBucketType, "logs", in{"bucketPrefix": "aws-waf-logs-"}))},
			{about: "elsewhere", resources: firewall("arn:aws:logs:us-east-1:123456789012:log-group:aws-waf-logs-main")},
			{about: "as deployed", resources: []*graph.Resource{
				deployed(res(webACLType, "acl", in{}), in{"arn": "arn:acl"}),
				deployed(res(firewallLogType, "log", in{"resourceArn": "arn:acl", "logDestinationConfigs": []any{"arn:aws:logs:us-east-1:123456789012:log-group:aws-waf-logs-main"}}), in{"id": "arn:acl"})}},
		},
		violated: []example{
			{about: "none", property: "WebAclLoggingConfiguration", resources: []*graph.Resource{res(webACLType, "acl", in{})}},
			{about: "another's", property: "WebAclLoggingConfiguration", resources: append(firewall("arn:aws:s3:::aws-waf-logs-main"), res(webACLType, "other", in{}))},
			{about: "to a log group of another name", property: "logDestinationConfigs[0]", resources: firewall(ref(wafGroupType, "logs", "arn"), res(wafGroupType, "logs", in{"name": "/waf/main"}))},
			{about: "to a bucket that Pulumi names otherwise", property: "logDestinationConfigs[0]", resources: firewall(ref(wafBucketType, "logs", "arn"), res(wafBucketType, "logs", in{}))},
			{about: "to a bucket of another name elsewhere", property: "logDestinationConfigs[0]", resources: firewall("arn:aws:s3:::logs")},
			{about: "nowhere", property: "logDestinationConfigs", resources: []*graph.Resource{
				res(webACLType, "acl", in{}), res(firewallLogType, "log", in{"resourceArn": ref(webACLType, "acl", "arn")})}},
		},
		undecided: []example{
			{about: "destination not known", resources: firewall(unknown)},
			{about: "destinations not known", resources: []*graph.Resource{
				res(webACLType, "acl", in{}), res(firewallLogType, "log", in{"resourceArn": ref(webACLType, "acl", "arn"), "logDestinationConfigs": unknown})}},
		},
	},
}

// firewall is a web ACL that logs to a destination, and what else there is.
func firewall(destination any, more ...*graph.Resource) []*graph.Resource {
	return append([]*graph.Resource{
		res(webACLType, "acl", in{}),
		res(firewallLogType, "log", in{"resourceArn": ref(webACLType, "acl", "arn"), "logDestinationConfigs": []any{destination}}),
	}, more...)
}
