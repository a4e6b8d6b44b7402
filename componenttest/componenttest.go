// Package componenttest runs a component in a plan and looks at what it registered. Its assertions are the rules
// that hold for every component: children stay in the tree, in the region and apart from the caller's options.
package componenttest

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws"
	"github.com/pulumi/pulumi-awsx/sdk/v3/go/awsx"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/graph"
	"github.com/carebase/carebase/plan"
)

// Account is the account that the providers of tests allow.
const Account = "123456789012"

// A Program registers what is to be tested, with options that carry the providers.
type Program func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error

// Plan runs program with explicit providers in region and returns what it registered.
func Plan(t testing.TB, region string, program Program) *graph.Graph {
	t.Helper()
	g, err := run(region, program)
	require.NoError(t, err)
	return g
}

// Refused runs a program that must fail and returns its error. Nothing but providers may be registered before it does.
func Refused(t testing.TB, program Program) error {
	t.Helper()
	registered := 0
	_, err := plan.Run(plan.Program{Project: "example", Stack: "test", Run: func(ctx *pulumi.Context) error {
		opts, err := Providers(ctx, "us-east-1", "")
		if err != nil {
			return err
		}
		if err := ctx.RegisterStackTransformation(func(*pulumi.ResourceTransformationArgs) *pulumi.ResourceTransformationResult {
			registered++
			return nil
		}); err != nil {
			return err
		}
		return program(ctx, opts...)
	}})
	require.Error(t, err)
	require.Zero(t, registered, "resources were registered before the arguments were refused")
	return err
}

func run(region string, program Program) (*graph.Graph, error) {
	return plan.Run(plan.Program{Project: "example", Stack: "test", Run: func(ctx *pulumi.Context) error {
		opts, err := Providers(ctx, region, "")
		if err != nil {
			return err
		}
		return program(ctx, opts...)
	}})
}

// Providers makes providers for region, named with suffix where a program needs more than one region.
func Providers(ctx *pulumi.Context, region, suffix string) ([]pulumi.ResourceOption, error) {
	awsProvider, err := aws.NewProvider(ctx, "aws"+suffix, &aws.ProviderArgs{
		Region: pulumi.String(region), AllowedAccountIds: pulumi.ToStringArray([]string{Account}),
	})
	if err != nil {
		return nil, err
	}
	awsxProvider, err := awsx.NewProvider(ctx, "awsx"+suffix, &awsx.ProviderArgs{})
	if err != nil {
		return nil, err
	}
	return []pulumi.ResourceOption{pulumi.Providers(awsProvider, awsxProvider)}, nil
}

// Counts is how many resources of each type there are, without the stack and the providers.
func Counts(g *graph.Graph) map[string]int {
	counts := map[string]int{}
	for _, r := range own(g) {
		counts[r.Type]++
	}
	return counts
}

func own(g *graph.Graph) []*graph.Resource {
	var found []*graph.Resource
	for _, r := range g.Resources {
		if r.Type != graph.StackType && !r.IsProvider() {
			found = append(found, r)
		}
	}
	return found
}

// Find returns the one resource of that type and name.
func Find(t testing.TB, g *graph.Graph, typ, name string) *graph.Resource {
	t.Helper()
	var names []string
	for _, r := range g.OfType(typ) {
		if r.Name == name {
			return r
		}
		names = append(names, r.Name)
	}
	require.Failf(t, "no such resource", "%s %q; of that type there are %q", typ, name, names)
	return nil
}

// Input returns the input at a path such as "rules[0].action.block" as a plain Go value, secrets revealed,
// references as ${name.property}; nil where there is none.
func Input(t testing.TB, r *graph.Resource, path string) any {
	t.Helper()
	revealed := graph.Resource{Inputs: reveal(property.New(r.Inputs)).AsMap(), PropertyDependencies: r.PropertyDependencies}
	var value any = revealed.Readable()
	for _, step := range strings.FieldsFunc(path, func(c rune) bool { return c == '.' || c == '[' || c == ']' }) {
		switch at := value.(type) {
		case map[string]any:
			value = at[step]
		case []any:
			index, err := strconv.Atoi(step)
			require.NoErrorf(t, err, "path %q of %s: %q is no index", path, r.Name, step)
			if index >= len(at) {
				return nil
			}
			value = at[index]
		default:
			return nil
		}
	}
	return value
}

// JSON decodes an input that holds a JSON object, such as a policy.
func JSON(t testing.TB, r *graph.Resource, path string) map[string]any {
	t.Helper()
	text, ok := Input(t, r, path).(string)
	require.Truef(t, ok, "%s of %s is no text: %v", path, r.Name, Input(t, r, path))
	var object map[string]any
	require.NoErrorf(t, json.Unmarshal([]byte(text), &object), "%s of %s: %s", path, r.Name, text)
	return object
}

// IsSecret is true where the input, or a part of it, is a secret.
func IsSecret(r *graph.Resource, input string) bool { return r.Inputs.Get(input).HasSecrets() }

func reveal(v property.Value) property.Value {
	switch {
	case v.IsMap():
		object := map[string]property.Value{}
		for key, element := range v.AsMap().All {
			object[key] = reveal(element)
		}
		return property.New(object)
	case v.IsArray():
		list := make([]property.Value, 0, v.AsArray().Len())
		for _, element := range v.AsArray().All {
			list = append(list, reveal(element))
		}
		return property.New(list)
	default:
		return v.WithSecret(false)
	}
}

// named is a Program that can be instantiated more than once.
type named = func(ctx *pulumi.Context, name string, opts ...pulumi.ResourceOption) error

// graphJSON is the whole graph as bytes, for comparing two.
func graphJSON(t testing.TB, g *graph.Graph) string {
	t.Helper()
	text, err := g.JSON()
	require.NoError(t, err)
	return string(text)
}

func describe(r *graph.Resource) string { return fmt.Sprintf("%s %q", r.Type, r.Name) }
