package role_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"

	"github.com/carebase/carebase/components/internal/arg"
	"github.com/carebase/carebase/components/internal/policydoc"
	"github.com/carebase/carebase/components/internal/role"
)

func problems(statements ...policydoc.Statement) error {
	p := arg.Check("function", "resize")
	role.CheckStatements(p, "Policy", statements, []string{"WriteLogs"})
	return p.Err()
}

var (
	files    = pulumi.StringArray{pulumi.String("arn:aws:s3:::files/*")}
	anything = pulumi.StringArray{pulumi.String("*")}
)

func TestStatementsThatAreAllowed(t *testing.T) {
	assert.NoError(t, problems(
		role.Allow("ReadFiles", files, "s3:GetObject"),
		role.Allow("MakePassword", anything, "secretsmanager:GetRandomPassword"), // has no resources
		policydoc.Statement{Sid: "DenyAll", Effect: policydoc.Deny, Actions: []string{"s3:*"}, Resources: anything},
		role.Allow("Computed", pulumi.ToStringArrayOutput([]pulumi.StringOutput{pulumi.Sprintf("x")}), "kms:Decrypt"),
	))
}

func TestStatementsThatAreRefused(t *testing.T) {
	for want, statements := range map[string][]policydoc.Statement{
		`Policy[0].Sid = "Read-Files"`:         {role.Allow("Read-Files", files, "s3:GetObject")},
		`not one of WriteLogs`:                 {role.Allow("WriteLogs", files, "s3:GetObject")},
		`Policy[1].Sid = "A"`:                  {role.Allow("A", files, "s3:GetObject"), role.Allow("A", files, "s3:PutObject")},
		`Policy[0].Effect = "Maybe"`:           {{Sid: "A", Effect: "Maybe", Actions: []string{"s3:GetObject"}, Resources: files}},
		`Policy[0].Actions is missing`:         {role.Allow("A", files)},
		`Policy[0].Resources is missing`:       {role.Allow("A", nil, "s3:GetObject")},
		`Policy[0].Resources is missing: `:     {role.Allow("A", pulumi.StringArray{}, "s3:GetObject")},
		`Policy[0].Actions = "*"`:              {role.Allow("A", files, "*")},
		`Policy[0].Actions = "s3:*"`:           {role.Allow("A", files, "s3:*")},
		`Policy[0].Actions = "s3:Get*"`:        {role.Allow("A", files, "s3:Get*")},
		`the ARNs of keys with kms:Decrypt`:    {role.Allow("A", anything, "kms:Decrypt")},
		`no Principals, NotActions`:            {{Sid: "A", Effect: policydoc.Allow, Actions: []string{"s3:GetObject"}, NotResources: files, Resources: files}},
		`Policy[0] = "P": allowed is Actions `: {{Sid: "P", Effect: policydoc.Allow, Actions: []string{"s3:GetObject"}, Principals: policydoc.Anyone(), Resources: files}},
	} {
		assert.ErrorContains(t, problems(statements...), want)
	}
}
