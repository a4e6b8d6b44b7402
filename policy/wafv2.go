package policy

import "strings"

var wafv2Controls = []*Control{
	{
		ID: "WAF-1", Service: "WAFv2", Kind: Relation, Severity: Medium,
		Title:     "Web ACL logging",
		Citations: []string{"164.312(b)"},
		Config:    []string{"wafv2-logging-enabled"},
		Nag:       []string{"WAFv2LoggingEnabled"},
		Why:       "What the firewall blocked, and what it let through, is the evidence of an attack.",
		check:     firewallsLogged,
	},
}

const webACLType = "aws:wafv2/webAcl:WebAcl"

// firewallLogs begins the names of all that AWS WAF logs to.
// https://docs.aws.amazon.com/waf/latest/developerguide/logging-destinations.html
const firewallLogs = "aws-waf-logs-"

func firewallsLogged(s *Stack, report *Report) {
	const fix = "components/edge logs its web ACL to a log group named aws-waf-logs-…; do likewise"
	onePer(of(webACLType), "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration", "resourceArn", fix,
		expectation{"logDestinationConfigs[*]", "a log group, stream or bucket named " + firewallLogs + "…", fix,
			func(_ *Resource, v Value) bool { return s.logsFirewall(v) }})(s, report)
}

// logsFirewall is true for a destination whose name WAF takes: that of the resource it refers to, or in its ARN.
func (s *Stack) logsFirewall(destination Value) bool {
	if referents := s.Referents(destination); len(referents) > 0 {
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
