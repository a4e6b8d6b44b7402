package wafv2

import (
	"strings"

	"github.com/carebase/carebase/policy"
	"github.com/carebase/carebase/policy/inspect"
)

// firewallLogs begins the names of all that AWS WAF logs to.
// https://docs.aws.amazon.com/waf/latest/developerguide/logging-destinations.html
const firewallLogs = "aws-waf-logs-"

func firewallsLogged(s *inspect.Stack, report *policy.Report) {
	const fix = "components/edge logs its web ACL to a log group named aws-waf-logs-…; do likewise"
	policy.OnePer([]string{inspect.WebACLType}, "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration", "resourceArn", fix,
		policy.Expectation{Path: "logDestinationConfigs[*]", Want: "a log group, stream or bucket named " + firewallLogs + "…", Fix: fix,
			Holds: func(v inspect.Value) bool { return logsFirewall(s, v) }})(s, report)
}

// logsFirewall is true for a destination whose name WAF takes: that of the resource it refers to, or in its ARN.
func logsFirewall(s *inspect.Stack, destination inspect.Value) bool {
	if referents := s.ResolveAll(destination); len(referents) > 0 {
		r := referents[0]
		for _, property := range []string{"name", "namePrefix", "bucket", "bucketPrefix"} {
			if name := r.At(property); !name.Unset() {
				return name.Unknown() || strings.HasPrefix(name.Text(), firewallLogs)
			}
		}
		return strings.HasPrefix(r.Name, firewallLogs) // Pulumi names it after its logical name
	}
	return strings.Contains(destination.Text(), firewallLogs) || destination.HasReference()
}
