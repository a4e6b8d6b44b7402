package audit

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/untyped"
)

// newScanning has Inspector scan the container images and the Lambda functions of the account, their packages and their own code.
// https://docs.aws.amazon.com/inspector/latest/user/scanning-lambda.html
func (c *Audit) newScanning(ctx *pulumi.Context, args *Args) error {
	if !args.Inspector {
		return nil
	}
	return untyped.Register(ctx, "aws:inspector2/enabler:Enabler", c.name+"-inspector", pulumi.Map{
		"accountIds":    pulumi.StringArray{c.id.Account},
		"resourceTypes": pulumi.ToStringArray([]string{"ECR", "LAMBDA", "LAMBDA_CODE"}),
	}, &untyped.Resource{}, pulumi.Parent(c))
}
