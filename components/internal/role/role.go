// Package role makes an IAM role with one customer-managed policy, and checks the statements that the user of a component adds
// to that policy.
package role

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/arg"
	"github.com/carebase/carebase/components/internal/policydoc"
	"github.com/carebase/carebase/components/limits"
)

// A Role with its policy.
type Role struct {
	*iam.Role
	// Attachment gives the role its permissions. A resource that uses the role depends on it.
	Attachment *iam.RolePolicyAttachment
}

// New makes the role <name>-role, the policy <name>-policy and their attachment (control IAM-1: no inline policies).
func New(
	ctx *pulumi.Context, parent pulumi.Resource, name, description string, trust policydoc.Statement, permissions []policydoc.Statement,
) (*Role, error) {
	made, err := iam.NewRole(ctx, name+"-role", &iam.RoleArgs{
		Description:      pulumi.String(description),
		AssumeRolePolicy: policydoc.Document{Statements: []policydoc.Statement{trust}}.JSON(),
	}, pulumi.Parent(parent))
	if err != nil {
		return nil, err
	}
	policy, err := iam.NewPolicy(ctx, name+"-policy", &iam.PolicyArgs{
		Description: pulumi.String(description),
		Policy:      policydoc.Document{Statements: permissions}.JSON(),
	}, pulumi.Parent(parent))
	if err != nil {
		return nil, err
	}
	attachment, err := iam.NewRolePolicyAttachment(ctx, name+"-attachment", &iam.RolePolicyAttachmentArgs{
		Role: made.Name, PolicyArn: policy.Arn,
	}, pulumi.Parent(parent))
	return &Role{Role: made, Attachment: attachment}, err
}

// Allow is a statement that allows the actions on the resources.
func Allow(sid string, resources pulumi.StringArrayInput, actions ...string) policydoc.Statement {
	return policydoc.Statement{Sid: sid, Effect: policydoc.Allow, Actions: actions, Resources: resources}
}

// Through narrows the statement to requests that an AWS service, such as sqs, makes with the caller's permissions.
// https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service
func Through(statement policydoc.Statement, service string, region pulumi.StringInput) policydoc.Statement {
	statement.Conditions = append(statement.Conditions, policydoc.Condition{
		Test: "StringEquals", Key: "kms:ViaService", Values: pulumi.StringArray{pulumi.Sprintf("%s.%s.amazonaws.com", service, region)},
	})
	return statement
}

var actionPattern = regexp.MustCompile(`^[a-z0-9-]+:[A-Za-z][A-Za-z0-9]*$`)

// CheckStatements records what is wrong with statements that extend a role's policy: each has a Sid of its own that is not among
// reserved, exact actions, and resources (controls IAM-2 to IAM-4). The resource "*" is allowed for actions that AWS does not
// define resources for, but never for a KMS action.
func CheckStatements(p *arg.Problems, argument string, statements []policydoc.Statement, reserved []string) {
	used := slices.Clone(reserved)
	for i, s := range statements {
		at := fmt.Sprintf("%s[%d]", argument, i)
		p.Match(at+".Sid", s.Sid, limits.Sid, "letters and digits")
		if slices.Contains(used, s.Sid) {
			p.Add(at+".Sid", s.Sid, "a Sid that no other statement has, and not one of "+strings.Join(reserved, ", "))
		}
		used = append(used, s.Sid)
		p.OneOf(at+".Effect", string(s.Effect), string(policydoc.Allow), string(policydoc.Deny))
		p.Require(at+".Actions", len(s.Actions) > 0, "actions such as s3:GetObject")
		literal, known := s.Resources.(pulumi.StringArray)
		p.Require(at+".Resources", s.Resources != nil && (!known || len(literal) > 0), "the ARNs that the actions are for")
		if s.Principals != nil || len(s.NotActions) > 0 || s.NotResources != nil {
			p.Add(at, s.Sid, "Actions and Resources, no Principals, NotActions or NotResources")
		}
		if s.Effect != policydoc.Allow {
			continue
		}
		everything := slices.Contains(literal, pulumi.StringInput(pulumi.String("*")))
		for _, action := range s.Actions {
			p.Match(at+".Actions", action, actionPattern, "service:Action without wildcards")
			if everything && strings.HasPrefix(action, "kms:") {
				p.Add(at+".Resources", "*", "the ARNs of keys with "+action)
			}
		}
	}
}
