package keys_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/kms"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/components/keys"
	"github.com/carebase/carebase/componenttest"
	"github.com/carebase/carebase/graph"
	"github.com/carebase/carebase/plan"
)

const (
	replicas    = "carebase:keys:Replicas"
	replicaType = "aws:kms/replicaKey:ReplicaKey"
)

// twoRegions makes keys in us-east-1 and their replicas in us-west-2.
func twoRegions(t *testing.T, change func(*keys.ReplicasArgs)) (*graph.Graph, *keys.Replicas, error) {
	t.Helper()
	var made *keys.Replicas
	g, err := plan.Run(plan.Program{Project: "careconnect", Stack: "test", Run: func(ctx *pulumi.Context) error {
		east, err := componenttest.Providers(ctx, "us-east-1", "-east")
		if err != nil {
			return err
		}
		west, err := componenttest.Providers(ctx, "us-west-2", "-west")
		if err != nil {
			return err
		}
		args := production()
		args.MultiRegion = true
		of, err := keys.New(ctx, "keys", args, east...)
		if err != nil {
			return err
		}
		replicated := &keys.ReplicasArgs{Of: of, AliasPrefix: "careconnect-prod", Protect: true}
		change(replicated)
		if made, err = keys.NewReplicas(ctx, "replicas", replicated, west...); err != nil {
			return err
		}
		for class, arn := range map[keys.Class]pulumi.StringOutput{
			keys.Data: made.DataArn, keys.Logs: made.LogsArn, keys.Secrets: made.SecretsArn, keys.Backups: made.BackupsArn,
			keys.Frontend: made.FrontendArn,
		} {
			if _, err := kms.NewAlias(ctx, "user-"+string(class), &kms.AliasArgs{TargetKeyId: arn}, west...); err != nil {
				return err
			}
		}
		return nil
	}})
	return g, made, err
}

func TestReplicaOfEveryKey(t *testing.T) {
	for _, protect := range []bool{true, false} {
		g, _, err := twoRegions(t, func(a *keys.ReplicasArgs) { a.Protect = protect })
		require.NoError(t, err)
		assert.Equal(t, map[string]int{component: 1, replicas: 1, keyType: 5, replicaType: 5, aliasType: 15}, componenttest.Counts(g))
		for _, class := range classes {
			replica := componenttest.Find(t, g, replicaType, "replicas-"+string(class))
			assert.Equal(t, "us-west-2", replica.Region, class)
			assert.Equal(t, "${keys-"+string(class)+".arn}", componenttest.Input(t, replica, "primaryKeyArn"))
			assert.EqualValues(t, 30, componenttest.Input(t, replica, "deletionWindowInDays"), class)
			assert.Equal(t, protect, replica.Protect, class)
			assert.Equal(t, protect, replica.RetainOnDelete, class)
			for _, unset := range []string{"bypassPolicyLockoutSafetyCheck", "enabled"} {
				assert.Nil(t, componenttest.Input(t, replica, unset), unset)
			}
			alias := componenttest.Find(t, g, aliasType, "replicas-"+string(class)+"-alias")
			assert.Equal(t, "alias/careconnect-prod-"+string(class), componenttest.Input(t, alias, "name"))
			assert.Equal(t, "${replicas-"+string(class)+".keyId}", componenttest.Input(t, alias, "targetKeyId"))
			assert.Equal(t, "us-west-2", alias.Region, class)
			user := componenttest.Find(t, g, aliasType, "user-"+string(class))
			assert.Equal(t, "${replicas-"+string(class)+".arn}", componenttest.Input(t, user, "targetKeyId"))
		}
	}
}

// KMS gives a replica no policy of its primary's: each has its class's for its own region.
func TestReplicasHaveTheGoldenPoliciesOfTheirRegion(t *testing.T) {
	g, _, err := twoRegions(t, func(*keys.ReplicasArgs) {})
	require.NoError(t, err)
	for _, class := range classes {
		text, ok := componenttest.Input(t, componenttest.Find(t, g, replicaType, "replicas-"+string(class)), "policy").(string)
		require.True(t, ok)
		golden, err := os.ReadFile("testdata/" + string(class) + ".json")
		require.NoError(t, err)
		assert.Equal(t, strings.ReplaceAll(string(golden), "us-east-1", "us-west-2"), indented(t, text), class)
	}
}

func TestReplicaRules(t *testing.T) {
	g, _, err := twoRegions(t, func(*keys.ReplicasArgs) {})
	require.NoError(t, err)
	for _, r := range g.Resources {
		if r.Type == replicaType {
			assert.True(t, strings.HasPrefix(r.Name, "replicas-"), r.Name)
			assert.Equal(t, replicas, g.Lookup(r.Parent).Type)
		}
	}
	again, _, err := twoRegions(t, func(*keys.ReplicasArgs) {})
	require.NoError(t, err)
	componenttest.AssertSame(t, g, again)
}

func TestReplicasAreRefused(t *testing.T) {
	for want, change := range map[string]func(*keys.ReplicasArgs){
		"Of is missing":        func(a *keys.ReplicasArgs) { a.Of = nil },
		`AliasPrefix = ""`:     func(a *keys.ReplicasArgs) { a.AliasPrefix = "" },
		`AliasPrefix = "aws/x`: func(a *keys.ReplicasArgs) { a.AliasPrefix = "aws/x" },
	} {
		_, made, err := twoRegions(t, change)
		assert.ErrorContains(t, err, want)
		assert.Nil(t, made)
	}
	err := componenttest.Refused(t, func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
		_, err := keys.NewReplicas(ctx, "replicas", nil, opts...)
		return err
	})
	assert.ErrorContains(t, err, "Args is missing")
}

// A key of one region cannot be replicated, and KMS says so only when half the stack is there.
func TestKeysOfOneRegionAreRefused(t *testing.T) {
	_, err := plan.Run(plan.Program{Project: "careconnect", Stack: "test", Run: func(ctx *pulumi.Context) error {
		opts, err := componenttest.Providers(ctx, "us-east-1", "")
		if err != nil {
			return err
		}
		of, err := keys.New(ctx, "keys", production(), opts...)
		if err != nil {
			return err
		}
		_, err = keys.NewReplicas(ctx, "replicas", &keys.ReplicasArgs{Of: of, AliasPrefix: "careconnect-prod"}, opts...)
		return err
	}})
	assert.ErrorContains(t, err, fmt.Sprintf("Of = %q: allowed is keys made with MultiRegion", "(keys of one region)"))
}
