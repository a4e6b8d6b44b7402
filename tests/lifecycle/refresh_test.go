//go:build engine

package lifecycle

import (
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/carebase/carebase/tests/lifecycle/engine"
)

// refreshFaults are what the emulator tells otherwise than it was told.
var refreshFaults = []engine.Fault{
	{
		Op: "update", Type: "aws:s3/bucketLogging:BucketLogging", Name: regexp.MustCompile(`^(recovery-)?(frontend|files|backups|evidence)-access-logs$`),
		Diffs: []string{"targetObjectKeyFormat"}, Evidence: "as in engine.PreviewFaults",
	},
	{
		Op: "update", Type: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", Name: regexp.MustCompile(`^edge-alb-from-(cloudfront|checkers)$`),
		Diffs: []string{"description"}, Evidence: prefixListsWithoutDescription,
	},
	{
		Op: "update", Type: "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", Name: regexp.MustCompile(`^(backend|database-roles)-to-s3$`),
		Diffs: []string{"description"}, Evidence: prefixListsWithoutDescription,
	},
	{
		Op: "update", Type: "aws:route53/healthCheck:HealthCheck", Name: regexp.MustCompile(`^recovery-failover-switch-health$`),
		Diffs: []string{"insufficientDataHealthStatus"}, Evidence: "as in engine.PreviewFaults",
	},
	{
		// All but the last, which they are made before.
		Op: "delete", Type: "aws:guardduty/detectorFeature:DetectorFeature", Name: regexp.MustCompile(`^audit-guardduty-(s3|rds-sign-in|lambda)$`),
		Evidence: "moto's UpdateDetector takes the features of a request for all there are (guardduty/models.py, Detector.update: self.features = features); " +
			"AWS changes those that are named and leaves the others",
	},
}

const prefixListsWithoutDescription = "DescribeSecurityGroupRules answers without the description of a rule whose other side is a " +
	"prefix list: moto's SecurityGroupRule.description is that of its ip_range alone (ec2/models/security_groups.py)"

// refreshFindsNoDrift reads everything anew: what AWS has is what the stack wrote.
func refreshFindsNoDrift(t *testing.T, stack *engine.Stack) {
	refresh := stack.Drift(t)
	assert.NoError(t, refresh.Err)
	read := 0
	for _, s := range refresh.Steps {
		if s.Done {
			read++
		}
	}
	assert.Greater(t, read, 300, "resources that were read")
	for _, s := range refresh.Unexcused(refreshFaults) {
		t.Errorf("drift: %s %v", describe(s), s.DetailedDiff)
	}
}
