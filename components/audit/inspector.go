package audit

import (
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/inspector2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// newScanning has Inspector scan the container images and the Lambda functions of the account, their packages and their own code.
// https://docs.aws.amazon.com/inspector/latest/user/scanning-lambda.html
func (c *Audit) newScanning(ctx *pulumi.Context, args *Args) error {
	if !args.Inspector {
		return nil
	}
	_, err := inspector2.NewEnabler(ctx, c.name+"-inspector", &inspector2.EnablerArgs{
		AccountIds:    pulumi.StringArray{c.id.Account},
		ResourceTypes: pulumi.ToStringArray([]string{"ECR", "LAMBDA", "LAMBDA_CODE"}),
	}, pulumi.Parent(c))
	return err
}
