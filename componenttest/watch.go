package componenttest

import (
	"fmt"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/graph"
)

// Options runs program as Plan does and returns, by name, the options that resources were registered with: the plan
// does not keep all of them.
func Options(t testing.TB, region string, program Program) (*graph.Graph, map[string]*pulumi.ResourceOptions) {
	t.Helper()
	options := map[string]*pulumi.ResourceOptions{}
	g := Plan(t, region, func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
		err := ctx.RegisterStackTransformation(func(a *pulumi.ResourceTransformationArgs) *pulumi.ResourceTransformationResult {
			snapshot, err := pulumi.NewResourceOptions(a.Opts...)
			require.NoError(t, err, a.Name)
			options[a.Name] = snapshot
			return nil
		})
		if err != nil {
			return err
		}
		return program(ctx, opts...)
	})
	return g, options
}

// Outputs gives outputs of a component to a resource and returns what that gets: "${name.property}" for what only the
// cloud knows.
func Outputs(t testing.TB, build func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) ([]pulumi.StringOutput, error)) []any {
	t.Helper()
	count := 0
	g := Plan(t, "us-east-1", func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
		outputs, err := build(ctx, opts...)
		if err != nil {
			return err
		}
		count = len(outputs)
		inputs := pulumi.Map{}
		for i, output := range outputs {
			inputs[fmt.Sprint(i)] = output
		}
		var user pulumi.CustomResourceState
		return ctx.RegisterResource("test:index/user:User", "user", inputs, &user)
	})
	user := Find(t, g, "test:index/user:User", "user")
	values := make([]any, count)
	for i := range values {
		values[i] = Input(t, user, fmt.Sprint(i))
	}
	return values
}
