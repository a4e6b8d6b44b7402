package s3

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/carebase/carebase/graph"
	. "github.com/carebase/carebase/graph/graphtest"
	"github.com/carebase/carebase/policy"
	"github.com/carebase/carebase/policy/inspect"
	"github.com/carebase/carebase/policy/rules/internal/examples"
)

// compliant is true if the control records that the resource satisfies it.
func compliant(id, urn string, resources ...*graph.Resource) bool {
	for _, finding := range policy.Lookup(Controls, id).Run(inspect.NewStack(Stack(resources...))) {
		if finding.URN == urn && finding.Outcome == policy.Compliant {
			return true
		}
	}
	return false
}

// A good attachment does not make up for a bad one, whichever comes first.
func TestEveryAttachmentCounts(t *testing.T) {
	twoBlocks := func(first, second Inputs) []*graph.Resource {
		second["bucket"] = Ref(examples.BucketV1, "files", "id")
		return files(part(publicAccessPart, first), Resource(publicAccessPart.Types[0], "second", second))
	}
	lock := func(retention Inputs) []*graph.Resource {
		return []*graph.Resource{
			Resource(examples.BucketV1, "files", Inputs{"objectLockEnabled": true}), part(lockPart, Inputs{"rule": Inputs{"defaultRetention": retention}}),
		}
	}
	bucket := URN(examples.BucketV1, "files")
	assert.True(t, compliant("S3-1", bucket, twoBlocks(allBlocked(), allBlocked())...))
	assert.False(t, compliant("S3-1", bucket, twoBlocks(Inputs{}, allBlocked())...))
	assert.False(t, compliant("S3-1", bucket, twoBlocks(allBlocked(), Inputs{})...))
	assert.False(t, compliant("S3-10", bucket, lock(Inputs{"mode": "GOVERNANCE"})...))
	assert.False(t, compliant("S3-10", bucket, lock(Inputs{"days": 30})...))
}
