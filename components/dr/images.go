package dr

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/service"
)

// NewRepository makes the repository that receives the images of one of the stack's. Args are the stack's own; the name
// must be the same, and the key is the recovery region's.
func (c *Protection) NewRepository(ctx *pulumi.Context, of string, args service.RepositoryArgs) (*service.Repository, error) {
	args.KeyArn = c.Keys.DataArn
	return service.NewRepository(ctx, c.name+"-"+of, &args, pulumi.Parent(c))
}
