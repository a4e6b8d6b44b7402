package policydoc_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/components/internal/policydoc"
	"github.com/carebase/carebase/plan"
)

// render runs a program that makes the document and returns its text.
func render(t *testing.T, doc policydoc.Document) (text string, err error) {
	t.Helper()
	_, err = plan.Run(plan.Program{Project: "p", Stack: "s", Run: func(ctx *pulumi.Context) error {
		ctx.Export("policy", doc.JSON().ApplyT(func(json string) string { text = json; return json }))
		return nil
	}})
	return text, err
}

func TestDocumentIsCanonicalJSON(t *testing.T) {
	text, err := render(t, policydoc.Document{Statements: []policydoc.Statement{
		{
			Sid: "Second", Effect: policydoc.Allow,
			Principals: policydoc.Service("b.amazonaws.com", "a.amazonaws.com"),
			Actions:    []string{"kms:Decrypt", "kms:Encrypt"},
			Resources:  pulumi.ToStringArray([]string{"*"}),
			Conditions: []policydoc.Condition{
				{Test: "StringEquals", Key: "z", Values: pulumi.ToStringArray([]string{"1"})},
				{Test: "ArnLike", Key: "aws:SourceArn", Values: pulumi.ToStringArray([]string{"x<&>", "y"})},
				{Test: "StringEquals", Key: "a", Values: pulumi.ToStringArray([]string{"2"})},
			},
		},
		{
			Sid: "First", Effect: policydoc.Deny, Principals: policydoc.Anyone(),
			NotActions: []string{"s3:GetObject"}, NotResources: pulumi.ToStringArray([]string{"r"}),
		},
		{Effect: policydoc.Allow, Principals: policydoc.AWS(pulumi.String("arn:aws:iam::1:root")), Actions: []string{"kms:*"}},
	}})
	require.NoError(t, err)
	assert.Equal(t, `{"Version":"2012-10-17","Statement":[`+
		`{"Sid":"Second","Effect":"Allow","Principal":{"Service":["b.amazonaws.com","a.amazonaws.com"]},`+
		`"Action":["kms:Decrypt","kms:Encrypt"],"Resource":"*",`+
		`"Condition":{"ArnLike":{"aws:SourceArn":["x<&>","y"]},"StringEquals":{"a":"2","z":"1"}}},`+
		`{"Sid":"First","Effect":"Deny","Principal":"*","NotAction":"s3:GetObject","NotResource":"r"},`+
		`{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::1:root"},"Action":"kms:*"}]}`, text)
}

func TestMistakesFail(t *testing.T) {
	twice := policydoc.Condition{Test: "StringEquals", Key: "a", Values: pulumi.ToStringArray([]string{"1"})}
	for want, s := range map[string]policydoc.Statement{
		`policy statement "X": Effect = ""`:                       {Sid: "X", Actions: []string{"a"}},
		`policy statement "X" has no action`:                      {Sid: "X", Effect: policydoc.Allow},
		`policy statement "X" has two conditions StringEquals on`: {Sid: "X", Effect: policydoc.Deny, Actions: []string{"a"}, Conditions: []policydoc.Condition{twice, twice}},
	} {
		_, err := render(t, policydoc.Document{Statements: []policydoc.Statement{s}})
		assert.ErrorContains(t, err, want)
	}
}
