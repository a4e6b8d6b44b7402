package repair

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestWhatThePreviewWouldCreateIsLookedFor(t *testing.T) {
	parent := prefix + "pulumi:pulumi:Stack::careconnect-dev"
	step := func(op, kind, name string, inputs map[string]any, change func(map[string]any)) map[string]any {
		r := resource(kind, name, "", inputs)
		r["parent"] = parent
		if change != nil {
			change(r)
		}
		return map[string]any{"op": op, "urn": r["urn"], "newState": r}
	}
	const hub, bucket, group = "aws:securityhub/account:Account", "aws:s3/bucket:Bucket", "aws:ec2/securityGroup:SecurityGroup"
	preview, err := json.Marshal(map[string]any{"steps": []any{
		step("create", hub, "hub", nil, nil),
		step("create", role, "known", map[string]any{"name": "known"}, nil),
		step("create", group, "group", map[string]any{"name": "group-1234567"}, nil), // found only to be deleted, as nobody else would
		// What follows cannot be in AWS, is made again without harm, or is there.
		step("same", role, "same", map[string]any{"name": "same"}, nil),
		step("create", "aws:s3/bucketPolicy:BucketPolicy", "policy", map[string]any{"bucket": "b"}, nil),
		step("create", "aws:cloudfront/function:Function", "function", map[string]any{"name": "f"}, nil),
		step("create", "aws:cloudwatch/metricAlarm:MetricAlarm", "alarm", map[string]any{"name": "alarm-1234567"}, nil), // nobody knows the name
		step("create", "carebase:network:Network", "network", nil, nil),
		step("create", bucket, "unknown", map[string]any{"bucket": "b", "tags": map[string]any{"x": unknown}}, nil),
		step("create", bucket, "secret", map[string]any{"bucket": "b", "list": []any{"[secret]"}}, nil),
		step("create", bucket, "orphan", map[string]any{"bucket": "b"}, func(r map[string]any) { r["parent"] = prefix + "x::gone" }),
		step("create", bucket, "early", map[string]any{"bucket": "b"}, func(r map[string]any) { r["dependencies"] = []any{prefix + "x::gone"} }),
		step("create", bucket, "elsewhere", map[string]any{"bucket": "b"}, func(r map[string]any) { r["provider"] = prefix + "pulumi:providers:aws::new::" + unknown }),
	}})
	require.NoError(t, err)
	state := interrupted(t, only(creation(role, "open", map[string]any{"name": "open"})))
	require.NoError(t, state.Want(preview))
	var open []string
	for _, op := range state.open {
		open = append(open, op.Resource.Name())
	}
	assert.Equal(t, []string{"open", "hub", "known", "group"}, open)

	assert.ErrorContains(t, state.Want([]byte("Previewing update")), "not the output of `pulumi preview --json`")
}
