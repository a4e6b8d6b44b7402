package snapshot

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/property"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/graph"
)

func planOf(t *testing.T) *graph.Graph {
	t.Helper()
	const stack = "urn:pulumi:prod::care::pulumi:pulumi:Stack::care-prod"
	const key = "urn:pulumi:prod::care::aws:kms/key:Key::data"
	const other = "urn:pulumi:prod::care::aws:s3/bucket:Bucket::data"
	return graph.New("care", "prod", []*graph.Resource{
		{URN: stack, Type: graph.StackType, Name: "care-prod"},
		{URN: key, Type: "aws:kms/key:Key", Name: "data", Parent: stack, Custom: true, Protect: true},
		{URN: other, Type: "aws:s3/bucket:Bucket", Name: "data", Parent: stack, Custom: true, IgnoreChanges: []string{"tags"}},
		{
			URN: "urn:pulumi:prod::care::aws:rds/instance:Instance::db", Type: "aws:rds/instance:Instance", Name: "db", Parent: stack, Custom: true,
			PropertyDependencies: map[string][]string{"kmsKeyId": {key}, "both": {key, other}, "all": {key}},
			Inputs: property.NewMap(map[string]property.Value{
				"kmsKeyId": property.New(graph.Reference{URN: key, Property: "arn"}.Token()),
				"both":     property.New(graph.Reference{URN: key, Property: "arn"}.Token()),
				"all":      property.New(property.Computed),
				"password": property.New("hunter2").WithSecret(true),
				"policy":   property.New("arn:aws:iam::*:user/${aws:username}"),
				"sizes":    property.New([]property.Value{property.New(1.0), property.New(true), property.New(property.Null)}),
				"nested":   property.New(map[string]property.Value{"a": property.New("b")}),
			}),
		},
	})
}

func TestAPlanIsReadAsItWasWritten(t *testing.T) {
	g := planOf(t)
	text, err := g.JSON()
	require.NoError(t, err)
	read, err := FromPlan(text)
	require.NoError(t, err)
	again, err := read.JSON()
	require.NoError(t, err)
	assert.Equal(t, string(text), string(again))

	inputs := read.OfType("aws:rds/instance:Instance")[0].Inputs
	assert.Equal(t, "${urn:pulumi:prod::care::aws:kms/key:Key::data#arn}", inputs.Get("kmsKeyId").AsString())
	assert.Equal(t, "${data.arn}", inputs.Get("both").AsString(), "two dependencies have that name")
	assert.Equal(t, "arn:aws:iam::*:user/${aws:username}", inputs.Get("policy").AsString())
	assert.True(t, inputs.Get("all").IsComputed())
	assert.True(t, inputs.Get("password").Secret())
}

func TestWhatIsNoPlanIsRefused(t *testing.T) {
	for text, want := range map[string]string{
		"":                             "unexpected end",
		"{}":                           "carebase plan STACK --json",
		`{"project":"a","stack":"b"}`:  "carebase plan STACK --json",
		`{"version":3,"deployment":0}`: "carebase plan STACK --json",
		`{"project":"a","stack":"b","resources":[{"urn":"urn:pulumi:c::a::t:t:T::n"}]}`:                                     "is no URN of the stack b",
		`{"project":"a","stack":"b","resources":[{"urn":"urn:pulumi:b::a::t:t:T::n","parent":"x"}]}`:                        "not whole",
		`{"project":"a","stack":"b","resources":[{"urn":"urn:pulumi:b::a::t:t:T::n"},{"urn":"urn:pulumi:b::a::t:t:T::n"}]}`: "twice",
	} {
		_, err := FromPlan([]byte(text))
		assert.ErrorContains(t, err, want, text)
	}
}
