package engine

import (
	"regexp"
	"slices"
)

// Fault is a difference that the emulator makes where AWS would make none. Nothing else is forgiven.
type Fault struct {
	Op       string
	Type     string
	Name     *regexp.Regexp
	Diffs    []string // properties, all of them; nil for a resource that is missing
	Evidence string
}

// Excuses says whether the step is this fault and nothing more.
func (f Fault) Excuses(s Step) bool {
	return f.Op == string(s.Op) && f.Type == s.Type && f.Name.MatchString(s.Name) && slices.Equal(f.Diffs, s.Properties())
}

// PreviewFaults differ at every preview, however often they are updated.
var PreviewFaults = []Fault{
	{
		Op: "update", Type: "aws:s3/bucketLogging:BucketLogging", Name: regexp.MustCompile(`^(recovery-)?(frontend|files|backups|evidence)-access-logs$`),
		Diffs:    []string{"targetObjectKeyFormat"},
		Evidence: "moto's GetBucketLogging answers with TargetBucket, TargetPrefix and TargetGrants alone (s3/responses.py, get_bucket_logging)",
	},
	{
		Op: "update", Type: "aws:route53/healthCheck:HealthCheck", Name: regexp.MustCompile(`^recovery-failover-switch-health$`),
		Diffs:    []string{"insufficientDataHealthStatus"},
		Evidence: "moto's Route 53 does not know InsufficientDataHealthStatus (no mention of it in route53/models.py), and answers GetHealthCheck without it",
	},
}

// Unexcused are the changes that no fault explains.
func (r Result) Unexcused(faults []Fault) []Step {
	return slices.DeleteFunc(r.Changes(), func(s Step) bool {
		return slices.ContainsFunc(faults, func(f Fault) bool { return f.Excuses(s) })
	})
}
