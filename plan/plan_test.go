package plan

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/graph"
)

// key and item stand for resources of any provider, so that these tests need no provider's SDK.
type key struct {
	pulumi.CustomResourceState
	Arn     pulumi.StringOutput      `pulumi:"arn"`
	Size    pulumi.IntOutput         `pulumi:"size"`
	Names   pulumi.StringArrayOutput `pulumi:"names"`
	Token   pulumi.StringOutput      `pulumi:"token"`
	Ignored string
}

type group struct{ pulumi.ResourceState }

func newKey(ctx *pulumi.Context, name string, inputs pulumi.Map, opts ...pulumi.ResourceOption) (*key, error) {
	made := &key{}
	return made, ctx.RegisterResource("test:index:Key", name, inputs, made, opts...)
}

func newGroup(ctx *pulumi.Context, name string, opts ...pulumi.ResourceOption) (*group, error) {
	made := &group{}
	return made, ctx.RegisterComponentResource("test:index:Group", name, made, opts...)
}

func run(t *testing.T, program pulumi.RunFunc) *graph.Graph {
	t.Helper()
	g, err := Run(Program{Project: "project", Stack: "stack", Run: program})
	require.NoError(t, err)
	return g
}

func find(t *testing.T, g *graph.Graph, name string) *graph.Resource {
	t.Helper()
	for _, r := range g.Resources {
		if r.Name == name {
			return r
		}
	}
	require.Failf(t, "no resource", "%q", name)
	return nil
}

func TestOutputsBecomeReferences(t *testing.T) {
	g := run(t, func(ctx *pulumi.Context) error {
		a, err := newKey(ctx, "a", pulumi.Map{"size": pulumi.Int(3)})
		if err != nil {
			return err
		}
		_, err = newKey(ctx, "b", pulumi.Map{
			"key":    a.Arn,
			"id":     a.ID(),
			"inside": pulumi.Sprintf("arn is %s, size %d", a.Arn, a.Size),
			"first":  a.Names.Index(pulumi.Int(0)),
			"nested": pulumi.Map{"policy": pulumi.JSONMarshal(map[string]any{"Resource": a.Arn})},
		})
		return err
	})
	b := find(t, g, "b")
	assert.Equal(t, map[string]any{
		"key": "${a.arn}", "id": "${a.id}", "inside": "arn is ${a.arn}, size 3", "first": "${a.names[0]}",
		"nested": map[string]any{"policy": `{"Resource":"${a.arn}"}`},
	}, b.Readable())
	a := find(t, g, "a")
	assert.Equal(t, []string{a.URN}, b.Dependencies)
	assert.Equal(t, []string{a.URN}, b.PropertyDependencies["nested"])
	assert.Equal(t, []graph.Reference{{URN: a.URN, Property: "arn"}}, graph.References(b.Inputs.Get("key").AsString()),
		"inside the graph a reference identifies its resource by URN")
}

func TestWhatCannotBeTextStaysUnknown(t *testing.T) {
	called := false
	g := run(t, func(ctx *pulumi.Context) error {
		a, err := newKey(ctx, "a", pulumi.Map{})
		if err != nil {
			return err
		}
		_, err = newKey(ctx, "b", pulumi.Map{"size": a.Size.ApplyT(func(n int) int { called = true; return n + 1 }).(pulumi.IntOutput)})
		return err
	})
	assert.Equal(t, map[string]any{"size": "${a.*}"}, find(t, g, "b").Readable())
	assert.False(t, called, "a number that only the cloud knows was invented")
}

func TestSecretsAreNeverPrinted(t *testing.T) {
	const secret = "hunter2-very-secret"
	g, err := Run(Program{
		Project: "project", Stack: "stack",
		Config: map[string]string{"project:password": secret}, Secrets: []string{"project:password"},
		Run: func(ctx *pulumi.Context) error {
			password := config.New(ctx, "").RequireSecret("password")
			a, err := newKey(ctx, "a", pulumi.Map{
				"token":  password,
				"nested": pulumi.Map{"list": pulumi.Array{pulumi.Sprintf("x-%s", password)}},
			}, pulumi.AdditionalSecretOutputs([]string{"arn"}))
			if err != nil {
				return err
			}
			_, err = newKey(ctx, "b", pulumi.Map{"echo": a.Token, "additional": a.Arn})
			return err
		},
	})
	require.NoError(t, err)
	text, err := g.JSON()
	require.NoError(t, err)
	assert.NotContains(t, string(text), secret)
	assert.Equal(t, map[string]any{"echo": graph.Secret, "additional": graph.Secret}, find(t, g, "b").Readable())
}

func TestOptionsAreRecorded(t *testing.T) {
	g := run(t, func(ctx *pulumi.Context) error {
		parent, err := newGroup(ctx, "group")
		if err != nil {
			return err
		}
		first, err := newKey(ctx, "first", pulumi.Map{}, pulumi.Parent(parent))
		if err != nil {
			return err
		}
		_, err = newKey(ctx, "second", pulumi.Map{}, pulumi.Parent(parent), pulumi.Protect(true), pulumi.RetainOnDelete(true),
			pulumi.IgnoreChanges([]string{"size"}), pulumi.DependsOn([]pulumi.Resource{first}),
			pulumi.Aliases([]pulumi.Alias{{Name: pulumi.String("old")}, {NoParent: pulumi.Bool(true)}, {URN: pulumi.URN("urn:pulumi:s::p::t:i:T::n")}}))
		return err
	})
	second, group := find(t, g, "second"), find(t, g, "group")
	assert.Equal(t, group.URN, second.Parent)
	assert.Equal(t, []*graph.Resource{find(t, g, "first"), second}, g.Children(group.URN))
	assert.True(t, group.IsComponent())
	assert.True(t, second.Protect)
	assert.True(t, second.RetainOnDelete)
	assert.Equal(t, []string{"size"}, second.IgnoreChanges)
	assert.Equal(t, []string{find(t, g, "first").URN}, second.Dependencies)
	assert.Equal(t, []string{
		"urn:pulumi:s::p::t:i:T::n",
		"urn:pulumi:stack::project::test:index:Group$test:index:Key::old",
		"urn:pulumi:stack::project::test:index:Key::second",
	}, second.Aliases)
}

func TestRegionIsTheProviders(t *testing.T) {
	g := run(t, func(ctx *pulumi.Context) error {
		var west pulumi.ProviderResourceState
		if err := ctx.RegisterResource("pulumi:providers:test", "west", pulumi.Map{"region": pulumi.String("us-west-2")}, &west); err != nil {
			return err
		}
		parent, err := newGroup(ctx, "group", pulumi.Providers(&west))
		if err != nil {
			return err
		}
		if _, err := newKey(ctx, "inherits", pulumi.Map{}, pulumi.Parent(parent)); err != nil {
			return err
		}
		inner, err := newGroup(ctx, "inner", pulumi.Parent(parent))
		if err != nil {
			return err
		}
		var remote group
		if err := ctx.RegisterRemoteComponentResource("test:index:Remote", "remote", nil, &remote, pulumi.Parent(inner)); err != nil {
			return err
		}
		_, err = newKey(ctx, "default", pulumi.Map{})
		return err
	})
	assert.Equal(t, "us-west-2", find(t, g, "remote").Region, "a remote component inherits as in the engine")
	assert.Equal(t, find(t, g, "west").URN, find(t, g, "remote").Provider)
	assert.Equal(t, "us-west-2", find(t, g, "inherits").Region)
	assert.Equal(t, find(t, g, "west").URN, find(t, g, "inherits").Provider)
	assert.Empty(t, find(t, g, "default").Provider)
	assert.Empty(t, find(t, g, "default").Region)
}

func TestStackIsTheRoot(t *testing.T) {
	g := run(t, func(ctx *pulumi.Context) error {
		_, err := newKey(ctx, "a", pulumi.Map{})
		return err
	})
	require.Len(t, g.Roots(), 1)
	assert.Equal(t, "urn:pulumi:stack::project::pulumi:pulumi:Stack::project-stack", g.Roots()[0].URN)
	assert.Equal(t, g.Roots()[0].URN, find(t, g, "a").Parent)
}

func TestErrorsAreReportedOnceAndAll(t *testing.T) {
	_, err := Run(Program{Project: "project", Stack: "stack", Run: func(ctx *pulumi.Context) error {
		failing := pulumi.String("x").ToStringOutput().ApplyT(func(string) (string, error) {
			return "", errors.New("the output failed")
		}).(pulumi.StringOutput)
		for _, name := range []string{"a", "b"} {
			if _, err := newKey(ctx, name, pulumi.Map{"x": failing}); err != nil {
				return err
			}
		}
		return nil
	}})
	require.Error(t, err)
	assert.Contains(t, err.Error(), "the output failed")
	assert.NotContains(t, err.Error(), "errors occurred")

	_, err = Run(Program{Project: "project", Stack: "stack", Run: func(*pulumi.Context) error { return errors.New("the program failed") }})
	assert.EqualError(t, err, "the program failed")
}

func TestPanicIsAnErrorThatNamesThePlace(t *testing.T) {
	_, err := Run(Program{Project: "project", Stack: "stack", Run: func(ctx *pulumi.Context) error {
		one := []string{ctx.Stack()}
		return errors.New(one[len(ctx.Stack())])
	}})
	require.Error(t, err)
	assert.Contains(t, err.Error(), "the program panicked: runtime error: index out of range")
	assert.Contains(t, err.Error(), "plan_test.go")
}

func TestUnknownFunctionsAreRefusedOrAnswered(t *testing.T) {
	program := Program{Project: "project", Stack: "stack", Run: func(ctx *pulumi.Context) error {
		var result struct {
			Size string `pulumi:"size"`
		}
		if err := ctx.Invoke("test:index:measure", map[string]any{"of": "x"}, &result); err != nil {
			return err
		}
		_, err := newKey(ctx, "a", pulumi.Map{"size": pulumi.String(result.Size)})
		return err
	}}
	_, err := Run(program)
	require.Error(t, err)
	assert.Contains(t, err.Error(), "test:index:measure, which a plan cannot answer")

	program.Functions = map[string]Function{
		"test:index:measure": func(args resource.PropertyMap, _ *graph.Resource) (resource.PropertyMap, error) {
			return resource.PropertyMap{"size": args["of"]}, nil
		},
	}
	g, err := Run(program)
	require.NoError(t, err)
	assert.Equal(t, map[string]any{"size": "x"}, find(t, g, "a").Readable())
}

// many is a program whose registrations race each other.
func many(ctx *pulumi.Context) error {
	for i := range 40 {
		parent, err := newGroup(ctx, fmt.Sprintf("group-%d", i))
		if err != nil {
			return err
		}
		a, err := newKey(ctx, fmt.Sprintf("a-%d", i), pulumi.Map{"m": pulumi.ToStringMap(map[string]string{"x": "1", "y": "2"})}, pulumi.Parent(parent))
		if err != nil {
			return err
		}
		if _, err := newKey(ctx, fmt.Sprintf("b-%d", i), pulumi.Map{"key": a.Arn}, pulumi.Parent(parent)); err != nil {
			return err
		}
	}
	return nil
}

func TestPlansAreTheSameToTheByteAlsoInParallel(t *testing.T) {
	first, err := run(t, many).JSON()
	require.NoError(t, err)
	var wait sync.WaitGroup
	for range 16 {
		wait.Go(func() {
			g, err := Run(Program{Project: "project", Stack: "stack", Run: many})
			if assert.NoError(t, err) {
				again, err := g.JSON()
				assert.NoError(t, err)
				assert.Equal(t, string(first), string(again))
			}
		})
	}
	wait.Wait()
}
