package dr_test

import (
	"encoding/json"
	"testing"

	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/components/dr"
	"github.com/carebase/carebase/componenttest"
	"github.com/carebase/carebase/graph"
	"github.com/carebase/carebase/plan"
)

const (
	roleType   = "aws:iam/role:Role"
	policyType = "aws:iam/policy:Policy"
	attachType = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
)

func broken(t *testing.T, change func(*dr.BreakGlassArgs)) (*graph.Graph, error) {
	t.Helper()
	return plan.Run(plan.Program{Project: "careconnect", Stack: "test", Run: func(ctx *pulumi.Context) error {
		provider, err := aws.NewProvider(ctx, "recovery-region", &aws.ProviderArgs{
			Region: pulumi.String("us-west-2"), AllowedAccountIds: pulumi.ToStringArray([]string{componenttest.Account}),
		})
		if err != nil {
			return err
		}
		args := &dr.BreakGlassArgs{
			RoleName:       "careconnect-break-glass",
			Principals:     []string{"arn:aws:iam::210987654321:user/one", "arn:aws:iam::210987654321:user/two"},
			Region:         "us-west-2",
			PrimaryCluster: pulumi.String("careconnect-prod"), Cluster: pulumi.String("careconnect-dr"),
			PassRoles:   pulumi.ToStringArray([]string{"arn:aws:iam::123456789012:role/task"}),
			FilesBucket: pulumi.String("careconnect-prod-files-usw2"),
			Switch:      pulumi.String("careconnect-prod-failover-switch"), SwitchRoleArn: pulumi.String("arn:aws:iam::123456789012:role/recovery-failover-switch-*"),
			StateBucket:  "careconnect-state",
			StateKeyArns: []string{"arn:aws:kms:us-west-2:210987654321:key/mrk-1"},
		}
		change(args)
		_, err = dr.NewBreakGlass(ctx, "break-glass", args, pulumi.Providers(provider))
		return err
	}})
}

func TestBreakGlassAdmitsNamedPeopleWithAFreshCode(t *testing.T) {
	g, err := broken(t, func(*dr.BreakGlassArgs) {})
	require.NoError(t, err)
	role := componenttest.Find(t, g, roleType, "break-glass-role")
	assert.Equal(t, "careconnect-break-glass", componenttest.Input(t, role, "name"))
	assert.EqualValues(t, 4*60*60, componenttest.Input(t, role, "maxSessionDuration"))
	statements := componenttest.JSON(t, role, "assumeRolePolicy")["Statement"].([]any)
	require.Len(t, statements, 1)
	assert.Equal(t, map[string]any{
		"Sid": "PeopleWithASecondFactor", "Effect": "Allow", "Action": "sts:AssumeRole",
		"Principal": map[string]any{"AWS": []any{"arn:aws:iam::210987654321:user/one", "arn:aws:iam::210987654321:user/two"}},
		"Condition": map[string]any{
			"Bool":            map[string]any{"aws:MultiFactorAuthPresent": "true"},
			"NumericLessThan": map[string]any{"aws:MultiFactorAuthAge": "900"},
		},
	}, statements[0])
	assert.Len(t, g.OfType(attachType), 2)
	for _, user := range []string{"aws:iam/user:User", "aws:iam/accessKey:AccessKey"} {
		assert.Empty(t, g.OfType(user), "users of an account are made by whoever owns that account")
	}
}

// IAM takes 6144 characters of a managed policy, without white space.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
func TestBreakGlassPoliciesFit(t *testing.T) {
	g, err := broken(t, func(*dr.BreakGlassArgs) {})
	require.NoError(t, err)
	for _, policy := range g.OfType(policyType) {
		text, err := json.Marshal(componenttest.JSON(t, policy, "policy"))
		require.NoError(t, err)
		assert.Less(t, len(text), 5500, policy.Name)
	}
}

func TestBreakGlassArguments(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*dr.BreakGlassArgs)
		want   string
	}{
		"no name":     {func(a *dr.BreakGlassArgs) { a.RoleName = "" }, "RoleName"},
		"nobody":      {func(a *dr.BreakGlassArgs) { a.Principals = nil }, "Principals"},
		"everybody":   {func(a *dr.BreakGlassArgs) { a.Principals = []string{"*"} }, "Principals"},
		"an account":  {func(a *dr.BreakGlassArgs) { a.Principals = []string{"arn:aws:iam::210987654321:root"} }, "Principals"},
		"a role":      {func(a *dr.BreakGlassArgs) { a.Principals = []string{"arn:aws:iam::210987654321:role/admin"} }, "Principals"},
		"no cluster":  {func(a *dr.BreakGlassArgs) { a.Cluster = nil }, "Cluster"},
		"no roles":    {func(a *dr.BreakGlassArgs) { a.PassRoles = nil }, "PassRoles"},
		"no state":    {func(a *dr.BreakGlassArgs) { a.StateBucket = "" }, "StateBucket"},
		"every key":   {func(a *dr.BreakGlassArgs) { a.StateKeyArns = []string{"*"} }, "StateKeyArns"},
		"an alias":    {func(a *dr.BreakGlassArgs) { a.StateKeyArns = []string{"arn:aws:kms:us-west-2:1:alias/x"} }, "StateKeyArns"},
		"no region":   {func(a *dr.BreakGlassArgs) { a.Region = "" }, "Region"},
		"no primary":  {func(a *dr.BreakGlassArgs) { a.PrimaryCluster = nil }, "PrimaryCluster"},
		"no key":      {func(a *dr.BreakGlassArgs) { a.StateKeyArns = nil }, "StateKeyArns"},
		"a long name": {func(a *dr.BreakGlassArgs) { a.RoleName = "role/with/a/path" }, "RoleName"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := broken(t, c.change)
			assert.ErrorContains(t, err, c.want)
		})
	}
}
