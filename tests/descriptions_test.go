package tests

import (
	"fmt"
	"regexp"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/graph"
)

// text is what AWS takes in an input that people read. Emulators take anything, so nothing but this says that an
// apostrophe in a security group's description stops the first deployment.
type text struct {
	resourceType, input string
	takes               *regexp.Regexp
	most                int // characters
}

var (
	// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html
	securityGroupText = regexp.MustCompile(`^[a-zA-Z0-9 ._\-:/()#,@\[\]+=&;{}!$*]+$`)
	// https://docs.aws.amazon.com/waf/latest/APIReference/API_CreateWebACL.html
	webACLText = regexp.MustCompile(`^[\w+=:#@/\-,.][\w+=:#@/\-,.\s]+[\w+=:#@/\-,.]$`)
	// https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
	roleText = regexp.MustCompile(`^[\x{0009}\x{000A}\x{000D}\x{0020}-\x{007E}\x{00A1}-\x{00FF}]*$`)
	// asciiText is what no service was ever seen to refuse, for those that document a length only.
	asciiText = regexp.MustCompile(`^[ -~]+$`)
)

// descriptions that the stacks give, all of them.
var descriptions = []text{
	{"aws:ec2/securityGroup:SecurityGroup", "description", securityGroupText, 255},
	{"aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "description", securityGroupText, 255},
	{"aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", "description", securityGroupText, 255},
	{"aws:wafv2/webAcl:WebAcl", "description", webACLText, 256},
	{"aws:iam/role:Role", "description", roleText, 1000},
	{"aws:iam/policy:Policy", "description", asciiText, 1000},
	{"aws:cloudfront/distribution:Distribution", "comment", asciiText, 128},
	{"aws:cloudfront/function:Function", "comment", asciiText, 128},
	{"aws:cloudfront/originAccessControl:OriginAccessControl", "description", asciiText, 256},
	{"aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy", "comment", asciiText, 128},
	{"aws:cloudwatch/eventRule:EventRule", "description", asciiText, 512},
	{"aws:cloudwatch/metricAlarm:MetricAlarm", "alarmDescription", asciiText, 1024},
	{"aws:elasticache/parameterGroup:ParameterGroup", "description", asciiText, 255},
	{"aws:elasticache/replicationGroup:ReplicationGroup", "description", asciiText, 255},
	{"aws:elasticache/subnetGroup:SubnetGroup", "description", asciiText, 255},
	{"aws:kms/key:Key", "description", asciiText, 8192},
	{"aws:kms/replicaKey:ReplicaKey", "description", asciiText, 8192},
	{"aws:lambda/function:Function", "description", asciiText, 256},
	{"aws:rds/parameterGroup:ParameterGroup", "description", asciiText, 255},
	{"aws:rds/subnetGroup:SubnetGroup", "description", asciiText, 255},
	{"aws:route53/zone:Zone", "comment", asciiText, 256},
	// https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html
	{"aws:scheduler/schedule:Schedule", "description", asciiText, 512},
	{"aws:secretsmanager/secret:Secret", "description", asciiText, 2048},
	{"aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace", "description", asciiText, 1024},
}

// named are the names that the stacks choose; whatever else has a name gets it from Pulumi.
var named = []text{
	{"aws:accessanalyzer/analyzer:Analyzer", "analyzerName", regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_.-]*$`), 255},
	{"aws:backup/restoreTestingPlan:RestoreTestingPlan", "name", regexp.MustCompile(`^[A-Za-z0-9_]+$`), 50},
	{"aws:backup/restoreTestingSelection:RestoreTestingSelection", "name", regexp.MustCompile(`^[A-Za-z0-9_]+$`), 50},
	{"aws:backup/vault:Vault", "name", regexp.MustCompile(`^[A-Za-z0-9_-]{2,}$`), 50},
	{"aws:budgets/budget:Budget", "name", regexp.MustCompile(`^[^:\\]+$`), 100},
	{"aws:cloudwatch/dashboard:Dashboard", "dashboardName", regexp.MustCompile(`^[A-Za-z0-9_-]+$`), 255},
	{"aws:cloudwatch/logGroup:LogGroup", "name", regexp.MustCompile(`^[A-Za-z0-9_./#-]+$`), 512},
	{"aws:cloudwatch/metricAlarm:MetricAlarm", "name", asciiText, 255},
	{"aws:scheduler/schedule:Schedule", "name", regexp.MustCompile(`^[0-9A-Za-z_.-]+$`), 64},
	{"aws:ecs/cluster:Cluster", "name", regexp.MustCompile(`^[A-Za-z0-9_-]+$`), 255},
	{"aws:elasticache/user:User", "userId", regexp.MustCompile(`^[a-z][a-z0-9-]*$`), 40},
	{"aws:kms/alias:Alias", "name", regexp.MustCompile(`^alias/[A-Za-z0-9/_-]+$`), 256},
	{"aws:lambda/function:Function", "name", regexp.MustCompile(`^[A-Za-z0-9_-]+$`), 64},
	{"aws:secretsmanager/secret:Secret", "name", regexp.MustCompile(`^[A-Za-z0-9/_+=.@-]+$`), 512},
	{"aws:servicediscovery/service:Service", "name", regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_-]*$`), 63},
	{"aws:sns/topic:Topic", "name", regexp.MustCompile(`^[A-Za-z0-9_-]+$`), 256},
}

func TestAWSTakesEveryDescriptionAndName(t *testing.T) {
	plans := map[string]*graph.Graph{"dr, activated": in(t, "step 2")}
	for _, stack := range all {
		plans[stack] = planned(t, stack)
	}
	for _, want := range slices.Concat(descriptions, named) {
		seen := 0
		for stack, g := range plans {
			for _, r := range g.OfType(want.resourceType) {
				given, ok := r.Readable()[want.input].(string)
				if !ok {
					continue // the provider's default
				}
				seen++
				assert.Regexpf(t, want.takes, given, "%s: %s of %s", stack, want.input, r.URN)
				assert.LessOrEqualf(t, len(given), want.most, "%s: %s of %s: %s", stack, want.input, r.URN, given)
			}
		}
		assert.NotZerof(t, seen, "no stack has %s with %s: take it off the list", want.resourceType, want.input)
	}

	for stack, g := range plans {
		for _, r := range g.Resources {
			for input := range r.Readable() {
				if r.Custom && slices.Contains([]string{"description", "comment", "alarmDescription"}, input) {
					assert.Truef(t, slices.ContainsFunc(descriptions, func(of text) bool {
						return of.resourceType == r.Type && of.input == input
					}), "%s: what does AWS take as %s of %s?", stack, input, r.Type)
				}
			}
		}
	}
}

// The rules of a web ACL, and the metrics that it counts in.
func TestAWSTakesTheNamesInWebACLs(t *testing.T) {
	name := regexp.MustCompile(`^[A-Za-z0-9_-]{1,128}$`)
	for _, stack := range all {
		for _, acl := range planned(t, stack).OfType("aws:wafv2/webAcl:WebAcl") {
			parts := []any{acl.Readable()}
			rules, ok := acl.Readable()["rules"].([]any)
			require.True(t, ok, acl.URN)
			for _, rule := range rules {
				assert.Regexpf(t, name, rule.(map[string]any)["name"], "%s: %s", stack, acl.URN)
				parts = append(parts, rule)
			}
			for _, part := range parts {
				metric := part.(map[string]any)["visibilityConfig"].(map[string]any)["metricName"]
				assert.Regexpf(t, name, fmt.Sprint(metric), "%s: %s", stack, acl.URN)
			}
		}
	}
}
