// Package untyped registers an AWS resource by its type token, where the generated package of its service would be compiled
// for a single resource. The inputs are not checked by the compiler: tests/sdktypes_test.go compares them with the SDK's types.
package untyped

import "github.com/pulumi/pulumi/sdk/v3/go/pulumi"

// SDKVersion is the version of pulumi-aws in go.mod, so that untyped resources use the same provider plugin as typed resources.
const SDKVersion = "7.41.0"

// Resource is an untyped resource with its ARN.
type Resource struct {
	pulumi.CustomResourceState

	Arn pulumi.StringOutput `pulumi:"arn"`
}

// New registers a resource of the type, such as aws:dlm/lifecyclePolicy:LifecyclePolicy, as a child of parent.
func New(ctx *pulumi.Context, parent pulumi.Resource, typ, name string, inputs pulumi.Map) (*Resource, error) {
	r := &Resource{}
	return r, ctx.RegisterResource(typ, name, inputs, r, pulumi.Parent(parent), pulumi.Version(SDKVersion))
}
