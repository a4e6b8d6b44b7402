package engine

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/stretchr/testify/assert"
)

func TestOnlyTheFaultIsExcused(t *testing.T) {
	step := func(op apitype.OpType, kind, name string, diffs ...string) Step {
		return Step{StepEventMetadata: apitype.StepEventMetadata{Op: op, Type: kind, Diffs: diffs}, Name: name}
	}
	const logging = "aws:s3/bucketLogging:BucketLogging"
	r := Result{Steps: []Step{
		step("same", "aws:sns/topic:Topic", "alerts"),
		step("update", logging, "files-access-logs", "targetObjectKeyFormat"),
		step("update", logging, "files-access-logs", "targetObjectKeyFormat", "targetPrefix"),
		step("replace", logging, "files-access-logs", "targetObjectKeyFormat"),
		step("update", logging, "others-access-logs", "targetObjectKeyFormat"),
		step("create", "aws:sns/topic:Topic", "others"), // no properties, like that of no fault
		step("delete", "aws:sns/topic:Topic", "gone"),
	}}
	assert.Equal(t, r.Steps[2:], r.Unexcused(PreviewFaults))
}
