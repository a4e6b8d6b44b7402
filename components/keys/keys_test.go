package keys_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/kms"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"

	"github.com/carebase/carebase/components/keys"
	"github.com/carebase/carebase/componenttest"
	"github.com/carebase/carebase/graph"
)

const (
	component = "carebase:keys:Keys"
	keyType   = "aws:kms/key:Key"
	aliasType = "aws:kms/alias:Alias"
)

var classes = []keys.Class{keys.Data, keys.Logs, keys.Secrets, keys.Backups, keys.Frontend}

func production() *keys.Args { return &keys.Args{AliasPrefix: "careconnect-prod", Protect: true} }

func planned(t *testing.T, args *keys.Args) *graph.Graph {
	t.Helper()
	return componenttest.Plan(t, "us-east-1", func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
		_, err := keys.New(ctx, "keys", args, opts...)
		return err
	})
}

func TestOneKeyAndAliasForEachClass(t *testing.T) {
	for _, args := range []*keys.Args{
		production(),
		{AliasPrefix: "careconnect-dev"},
		{AliasPrefix: "careconnect-prod", MultiRegion: true, Protect: true},
	} {
		t.Run(fmt.Sprintf("%+v", *args), func(t *testing.T) {
			g := planned(t, args)
			assert.Equal(t, map[string]int{component: 1, keyType: 5, aliasType: 5}, componenttest.Counts(g))
			componenttest.AssertTree(t, g, component, "keys")
			for _, class := range classes {
				key := componenttest.Find(t, g, keyType, "keys-"+string(class))
				assert.Equal(t, args.MultiRegion, componenttest.Input(t, key, "multiRegion"))
				alias := componenttest.Find(t, g, aliasType, "keys-"+string(class)+"-alias")
				assert.Equal(t, "alias/"+args.AliasPrefix+"-"+string(class), componenttest.Input(t, alias, "name"))
				assert.Equal(t, "${keys-"+string(class)+".keyId}", componenttest.Input(t, alias, "targetKeyId"))
			}
		})
	}
}

func TestKeysRotateAndCannotBeDeletedEasily(t *testing.T) {
	for _, protect := range []bool{true, false} {
		g := planned(t, &keys.Args{AliasPrefix: "careconnect-prod", Protect: protect})
		for _, class := range classes {
			key := componenttest.Find(t, g, keyType, "keys-"+string(class))
			assert.Equal(t, true, componenttest.Input(t, key, "enableKeyRotation"), class)
			assert.EqualValues(t, 365, componenttest.Input(t, key, "rotationPeriodInDays"), class)
			assert.EqualValues(t, 30, componenttest.Input(t, key, "deletionWindowInDays"), class)
			assert.Equal(t, protect, key.Protect, class)
			assert.Equal(t, protect, key.RetainOnDelete, class)
			// The lock-out check stays on, and nothing turns a key off or makes it of another kind.
			for _, unset := range []string{"bypassPolicyLockoutSafetyCheck", "isEnabled", "keyUsage", "customerMasterKeySpec"} {
				assert.Nil(t, componenttest.Input(t, key, unset), unset)
			}
			alias := componenttest.Find(t, g, aliasType, "keys-"+string(class)+"-alias")
			assert.False(t, alias.Protect, "an alias holds nothing and must be free to change")
		}
	}
}

// What KMS fixes when a key is made may depend on MultiRegion and on nothing else, and the name in the stack on
// nothing at all: otherwise a change of settings replaces the key under everything it encrypts.
func TestSettingsNeverReplaceAKey(t *testing.T) {
	first, second := planned(t, production()), planned(t, &keys.Args{AliasPrefix: "renamed"})
	for _, class := range classes {
		before := componenttest.Find(t, first, keyType, "keys-"+string(class))
		after := componenttest.Find(t, second, keyType, "keys-"+string(class))
		assert.Equal(t, before.URN, after.URN)
		for _, fixed := range []string{"multiRegion", "keyUsage", "customerMasterKeySpec", "customKeyStoreId", "xksKeyId"} {
			assert.Equal(t, componenttest.Input(t, before, fixed), componenttest.Input(t, after, fixed), fixed)
		}
	}
	assert.Equal(t, "urn:pulumi:test::example::carebase:keys:Keys$aws:kms/key:Key::keys-data",
		string(componenttest.Find(t, first, keyType, "keys-data").URN))
}

func TestOutputsAreTheKeys(t *testing.T) {
	var want, got []string
	g := componenttest.Plan(t, "us-east-1", func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
		k, err := keys.New(ctx, "keys", production(), opts...)
		if err != nil {
			return err
		}
		for i, out := range []struct {
			value pulumi.StringOutput
			is    string
		}{
			{k.Data.Arn, "${keys-data.arn}"}, {k.Logs.Arn, "${keys-logs.arn}"},
			{k.Secrets.Arn, "${keys-secrets.arn}"}, {k.Backups.Arn, "${keys-backups.arn}"}, {k.Frontend.Arn, "${keys-frontend.arn}"},
			{k.DataArn, "${keys-data.arn}"}, {k.LogsArn, "${keys-logs.arn}"},
			{k.SecretsArn, "${keys-secrets.arn}"}, {k.BackupsArn, "${keys-backups.arn}"}, {k.FrontendArn, "${keys-frontend.arn}"},
			{k.Data.ID, "${keys-data.keyId}"}, {k.Logs.ID, "${keys-logs.keyId}"},
			{k.Secrets.ID, "${keys-secrets.keyId}"}, {k.Backups.ID, "${keys-backups.keyId}"}, {k.Frontend.ID, "${keys-frontend.keyId}"},
		} {
			want = append(want, out.is)
			_, err := kms.NewAlias(ctx, fmt.Sprintf("user-%d", i), &kms.AliasArgs{TargetKeyId: out.value}, opts...)
			if err != nil {
				return err
			}
		}
		return nil
	})
	for i := range want {
		user := componenttest.Find(t, g, aliasType, fmt.Sprintf("user-%d", i))
		got = append(got, componenttest.Input(t, user, "targetKeyId").(string))
	}
	assert.Equal(t, want, got)
}

func TestCallersOptionsRegionAndStability(t *testing.T) {
	build := func(ctx *pulumi.Context, name string, opts ...pulumi.ResourceOption) error {
		_, err := keys.New(ctx, name, production(), opts...)
		return err
	}
	componenttest.AssertRegion(t, build)
	componenttest.AssertOptionsStay(t, build)
	componenttest.AssertStable(t, build)
}

func TestArgumentsAreRefused(t *testing.T) {
	for name, c := range map[string]struct {
		args *keys.Args
		want string
	}{
		"none":            {nil, "Args is missing"},
		"no prefix":       {&keys.Args{}, `AliasPrefix = "": allowed is`},
		"reserved prefix": {&keys.Args{AliasPrefix: "aws/mine"}, `AliasPrefix = "aws/mine": allowed is`},
		"space":           {&keys.Args{AliasPrefix: "care connect"}, `AliasPrefix = "care connect": allowed is`},
		"alias itself":    {&keys.Args{AliasPrefix: "alias:careconnect"}, "AliasPrefix"},
		"leading slash":   {&keys.Args{AliasPrefix: "/careconnect"}, "AliasPrefix"},
		"too long":        {&keys.Args{AliasPrefix: strings.Repeat("a", 243)}, "AliasPrefix"},
	} {
		t.Run(name, func(t *testing.T) {
			err := componenttest.Refused(t, func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
				_, err := keys.New(ctx, "keys", c.args, opts...)
				return err
			})
			assert.ErrorContains(t, err, c.want)
		})
	}
	longest := &keys.Args{AliasPrefix: strings.Repeat("a", 242)}
	alias := componenttest.Find(t, planned(t, longest), aliasType, "keys-backups-alias")
	assert.Len(t, componenttest.Input(t, alias, "name"), 256, "the limit of KMS")
}
