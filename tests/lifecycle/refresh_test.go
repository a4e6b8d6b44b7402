//go:build engine

package lifecycle

import (
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/carebase/carebase/tests/lifecycle/engine"
)

// refreshFaults are what the emulator tells otherwise than it was told.
var refreshFaults = []fault{
	{
		op: "update", kind: "aws:s3/bucketLogging:BucketLogging", name: regexp.MustCompile(`^(recovery-)?(frontend|files|backups|evidence)-access-logs$`),
		diffs: []string{"targetObjectKeyFormat"}, evidence: "as in previewFaults",
	},
	{
		op: "update", kind: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", name: regexp.MustCompile(`^edge-alb-from-(cloudfront|checkers)$`),
		diffs: []string{"description"}, evidence: prefixListsWithoutDescription,
	},
	{
		op: "update", kind: "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", name: regexp.MustCompile(`^(backend|database-roles)-to-s3$`),
		diffs: []string{"description"}, evidence: prefixListsWithoutDescription,
	},
	{
		op: "update", kind: "aws:route53/healthCheck:HealthCheck", name: regexp.MustCompile(`^recovery-failover-switch-health$`),
		diffs: []string{"insufficientDataHealthStatus"}, evidence: "as in previewFaults",
	},
	{
		// All but the last, which they are made before.
		op: "delete", kind: "aws:guardduty/detectorFeature:DetectorFeature", name: regexp.MustCompile(`^audit-guardduty-(s3|rds-sign-in|lambda)$`),
		evidence: "moto's UpdateDetector takes the features of a request for all there are (guardduty/models.py, Detector.update: self.features = features); " +
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
	for _, s := range unexcused(refresh, refreshFaults) {
		t.Errorf("drift: %s %v", describe(s), s.DetailedDiff)
	}
}
