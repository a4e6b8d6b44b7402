package audit

import (
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/inspector2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// newImageScanning has Inspector scan the container images of the account.
func (c *Audit) newImageScanning(ctx *pulumi.Context, args *Args) error {
	if !args.Inspector {
		return nil
	}
	_, err := inspector2.NewEnabler(ctx, c.name+"-inspector", &inspector2.EnablerArgs{
		AccountIds:    pulumi.StringArray{c.id.Account},
		ResourceTypes: pulumi.ToStringArray([]string{"ECR"}),
	}, pulumi.Parent(c))
	return err
}
