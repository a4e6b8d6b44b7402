// Package untyped registers AWS resources without Pulumi's generated Go packages. Such a package takes seconds of CPU time to
// compile, up to 20 (docs/performance.md), which does not pay for one or two resources.
package untyped

import "github.com/pulumi/pulumi/sdk/v3/go/pulumi"

// SDKVersion is the version of pulumi-aws in go.mod, so that untyped resources use the same provider plugin as typed resources.
const SDKVersion = "7.41.0"

// Resource is an untyped resource of which only the id and the ARN are used.
type Resource struct {
	pulumi.CustomResourceState

	Arn pulumi.StringOutput `pulumi:"arn"`
}

// Register registers a resource of a type such as "aws:guardduty/detector:Detector". The compiler checks neither the names nor the
// types of the inputs: the caller's tests pin them, and tests/sdktypes_test.go compares them with the SDK's types.
func Register(ctx *pulumi.Context, token, name string, inputs pulumi.Map, resource pulumi.CustomResource, opts ...pulumi.ResourceOption) error {
	all := append([]pulumi.ResourceOption{pulumi.Version(SDKVersion)}, opts...)
	return ctx.RegisterResource(token, name, inputs, resource, all...)
}

// New registers a Resource as a child of parent.
func New(ctx *pulumi.Context, parent pulumi.Resource, token, name string, inputs pulumi.Map) (*Resource, error) {
	r := &Resource{}
	return r, Register(ctx, token, name, inputs, r, pulumi.Parent(parent))
}
