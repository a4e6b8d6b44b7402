package plan_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/plan"
)

type holder struct{ pulumi.CustomResourceState }

// What another stack's state knows is a reference like any other; what nobody said would be read is unknown.
func TestOutputsOfAnotherStackAreReferences(t *testing.T) {
	g, err := plan.Run(plan.Program{
		Project: "p", Stack: "s",
		StackOutputs: map[string][]string{"organization/p/other": {"url", "recovery.zoneId", "recovery.secretArns.db"}},
		Run: func(ctx *pulumi.Context) error {
			other, err := pulumi.NewStackReference(ctx, "other", &pulumi.StackReferenceArgs{Name: pulumi.String("organization/p/other")})
			if err != nil {
				return err
			}
			recovery := other.GetOutput(pulumi.String("recovery"))
			in := func(steps ...string) pulumi.StringOutput {
				return recovery.ApplyT(func(at any) string {
					for _, step := range steps {
						at = at.(map[string]any)[step]
					}
					return at.(string)
				}).(pulumi.StringOutput)
			}
			return ctx.RegisterResource("test:index:Holder", "holder", pulumi.Map{
				"url":    pulumi.Sprintf("%s/health", other.GetStringOutput(pulumi.String("url"))),
				"zone":   in("zoneId"),
				"secret": in("secretArns", "db"),
				"more":   other.GetOutput(pulumi.String("more")),
			}, &holder{})
		},
	})
	require.NoError(t, err)
	holders := g.OfType("test:index:Holder")
	require.Len(t, holders, 1)
	assert.Equal(t, map[string]any{
		"url": "${other.outputs.url}/health", "zone": "${other.outputs.recovery.zoneId}",
		"secret": "${other.outputs.recovery.secretArns.db}", "more": "${other.*}",
	}, holders[0].Readable())
	assert.Equal(t, g.OfType("pulumi:pulumi:StackReference")[0].URN, holders[0].Dependencies[0])
}
