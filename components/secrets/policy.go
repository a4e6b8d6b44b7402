package secrets

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/caller"
	"github.com/carebase/carebase/components/internal/policydoc"
)

// resourcePolicy only denies; who may read a secret is decided by IAM policies in this account. Its resource is
// "*", which in a resource policy is the secret itself: Secrets Manager copies the policy to the secret's
// replicas, and there an ARN with this region in it would match nothing.
func resourcePolicy(id caller.Identity) pulumi.StringOutput {
	thisSecret := pulumi.StringArray{pulumi.String("*")}
	return policydoc.Document{Statements: []policydoc.Statement{
		{
			// A service that acts for itself, such as RDS when it rotates a password, has no account of ours and
			// must not be locked out. IfExists, because an anonymous request says nothing about it.
			Sid:        "DenyOtherAccounts",
			Effect:     policydoc.Deny,
			Principals: policydoc.Anyone(),
			Actions:    []string{"secretsmanager:*"},
			Resources:  thisSecret,
			Conditions: []policydoc.Condition{
				{Test: "StringNotEquals", Key: "aws:PrincipalAccount", Values: pulumi.StringArray{id.Account}},
				{Test: "BoolIfExists", Key: "aws:PrincipalIsAWSService", Values: pulumi.StringArray{pulumi.String("false")}},
			},
		},
		{
			Sid:        "DenyWithoutTLS",
			Effect:     policydoc.Deny,
			Principals: policydoc.Anyone(),
			Actions:    []string{"secretsmanager:*"},
			Resources:  thisSecret,
			Conditions: []policydoc.Condition{
				{Test: "Bool", Key: "aws:SecureTransport", Values: pulumi.StringArray{pulumi.String("false")}},
			},
		},
	}}.JSON()
}
