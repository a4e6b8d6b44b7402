// Package untyped registers AWS resources without Pulumi's generated Go packages. Such a package takes seconds of CPU time to
// compile, up to 20 (docs/performance.md), which does not pay for one or two resources.
package untyped

import "github.com/pulumi/pulumi/sdk/v3/go/pulumi"

// version is the release of the AWS provider that the generated packages ask for too. TestTheVersionIsThatOfGoMod ties it to
// go.mod.
const version = "7.41.0"

// Resource is a resource of which only the id is used.
type Resource struct{ pulumi.CustomResourceState }

// Register registers a resource of a type such as "aws:guardduty/detector:Detector". The tests of the caller have to pin the
// inputs, because the compiler checks neither their names nor their types.
func Register(ctx *pulumi.Context, token, name string, inputs pulumi.Map, resource pulumi.CustomResource, opts ...pulumi.ResourceOption) error {
	all := append([]pulumi.ResourceOption{pulumi.Version(version)}, opts...)
	return ctx.RegisterResource(token, name, inputs, resource, all...)
}
