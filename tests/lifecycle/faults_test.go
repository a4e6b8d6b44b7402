//go:build engine

package lifecycle

import (
	"fmt"
	"regexp"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/carebase/carebase/tests/lifecycle/engine"
)

// fault is a difference that the emulator makes where AWS would make none. Nothing else is forgiven.
type fault struct {
	op       string
	kind     string // type of the resources
	name     *regexp.Regexp
	diffs    []string // properties, all of them; nil for a resource that is missing
	evidence string
}

// excuses says whether the step is this fault and nothing more.
func (f fault) excuses(s engine.Step) bool {
	return f.op == string(s.Op) && f.kind == s.Type && f.name.MatchString(s.Name) && slices.Equal(f.diffs, s.Properties())
}

// previewFaults differ at every preview, however often they are updated.
var previewFaults = []fault{
	{
		op: "update", kind: "aws:s3/bucketLogging:BucketLogging", name: regexp.MustCompile(`^(recovery-)?(frontend|files|backups|evidence)-access-logs$`),
		diffs:    []string{"targetObjectKeyFormat"},
		evidence: "moto's GetBucketLogging answers with TargetBucket, TargetPrefix and TargetGrants alone (s3/responses.py, get_bucket_logging)",
	},
	{
		op: "update", kind: "aws:route53/healthCheck:HealthCheck", name: regexp.MustCompile(`^recovery-failover-switch-health$`),
		diffs:    []string{"insufficientDataHealthStatus"},
		evidence: "moto's Route 53 does not know InsufficientDataHealthStatus (no mention of it in route53/models.py), and answers GetHealthCheck without it",
	},
}

// unexcused are the changes that no fault explains.
func unexcused(r engine.Result, faults []fault) []engine.Step {
	return slices.DeleteFunc(r.Changes(), func(s engine.Step) bool {
		return slices.ContainsFunc(faults, func(f fault) bool { return f.excuses(s) })
	})
}

// describe is a step with what made it, as the tests name changes.
func describe(s engine.Step) string {
	if properties := s.Properties(); len(properties) > 0 && s.Op != "create" {
		return fmt.Sprintf("%s %v", s, properties)
	}
	return s.String()
}

// secondPreviewIsEmpty looks at the stack again, with nothing changed: nothing is to be done.
func secondPreviewIsEmpty(t *testing.T, stack *engine.Stack) {
	preview := stack.Preview(t)
	assert.NoError(t, preview.Err)
	for _, s := range unexcused(preview, previewFaults) {
		t.Errorf("a preview without a change: %s %v", describe(s), s.DetailedDiff)
	}
	t.Logf("second preview: %s", preview.Duration.Round(1e7))
}
