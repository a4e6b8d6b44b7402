package secrets_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/secretsmanager"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/components/secrets"
	"github.com/carebase/carebase/componenttest"
	"github.com/carebase/carebase/graph"
	"github.com/carebase/carebase/plan"
)

const (
	component   = "carebase:secrets:Secrets"
	secretType  = "aws:secretsmanager/secret:Secret"
	policyType  = "aws:secretsmanager/secretPolicy:SecretPolicy"
	versionType = "aws:secretsmanager/secretVersion:SecretVersion"

	keyArn     = "arn:aws:kms:us-east-1:123456789012:key/primary"
	replicaArn = "arn:aws:kms:eu-west-1:123456789012:key/replica"
)

// production has a secret of each kind: with and without a value.
func production() *secrets.Args {
	return &secrets.Args{
		KeyArn:             pulumi.String(keyArn),
		NamePattern:        "careconnect/{Env}/{Secret}",
		Environment:        "prod",
		RecoveryWindowDays: 30,
		Secrets: []secrets.Secret{
			{Name: "jwt-signing-key", Description: "Signs the sessions of the API"},
			{Name: "api-keys", Description: "Keys of third parties", Value: pulumi.String("hunter2")},
			{Name: "db-password", Description: "Password of the application's database role"},
		},
		Protect: true,
	}
}

func changed(change func(*secrets.Args)) *secrets.Args {
	args := production()
	change(args)
	return args
}

func planned(t *testing.T, args *secrets.Args) *graph.Graph {
	t.Helper()
	return componenttest.Plan(t, "us-east-1", func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
		_, err := secrets.New(ctx, "secrets", args, opts...)
		return err
	})
}

func TestChildrenOfEachShape(t *testing.T) {
	for name, c := range map[string]struct {
		args *secrets.Args
		want map[string]int
	}{
		"with and without values": {
			production(),
			map[string]int{component: 1, secretType: 3, policyType: 3, versionType: 1},
		},
		"one empty": {
			changed(func(a *secrets.Args) { a.Secrets = a.Secrets[:1] }),
			map[string]int{component: 1, secretType: 1, policyType: 1},
		},
		"one with a value": {
			changed(func(a *secrets.Args) { a.Secrets = a.Secrets[1:2] }),
			map[string]int{component: 1, secretType: 1, policyType: 1, versionType: 1},
		},
		"replicated": { // replicas are part of their secret
			changed(func(a *secrets.Args) {
				a.Replicas = []secrets.Replica{{Region: "eu-west-1", KeyArn: pulumi.String(replicaArn)}}
			}),
			map[string]int{component: 1, secretType: 3, policyType: 3, versionType: 1},
		},
	} {
		t.Run(name, func(t *testing.T) {
			g := planned(t, c.args)
			assert.Equal(t, c.want, componenttest.Counts(g))
			componenttest.AssertTree(t, g, component, "secrets")
		})
	}
}

func TestEverySecretIsEncryptedNamedAndRecoverable(t *testing.T) {
	for _, protect := range []bool{true, false} {
		g := planned(t, changed(func(a *secrets.Args) { a.Protect = protect }))
		for _, name := range []string{"jwt-signing-key", "api-keys", "db-password"} {
			s := componenttest.Find(t, g, secretType, "secrets-"+name)
			assert.Equal(t, "careconnect/prod/"+name, componenttest.Input(t, s, "name"))
			assert.Equal(t, keyArn, componenttest.Input(t, s, "kmsKeyId"))
			assert.EqualValues(t, 30, componenttest.Input(t, s, "recoveryWindowInDays"))
			assert.NotEmpty(t, componenttest.Input(t, s, "description"))
			assert.Nil(t, componenttest.Input(t, s, "replicas"))
			assert.Nil(t, componenttest.Input(t, s, "policy"), "the policy is a resource of its own")
			assert.Equal(t, protect, s.Protect)
		}
	}
}

// Zero has to be passed on: left out, AWS would keep the name for 30 days.
func TestWithoutRecoveryWindow(t *testing.T) {
	g := planned(t, changed(func(a *secrets.Args) { a.RecoveryWindowDays, a.Protect = 0, false }))
	assert.EqualValues(t, 0, componenttest.Input(t, componenttest.Find(t, g, secretType, "secrets-api-keys"), "recoveryWindowInDays"))
}

func TestEverySecretHasTheGuardingPolicy(t *testing.T) {
	g := planned(t, production())
	for _, name := range []string{"jwt-signing-key", "api-keys", "db-password"} {
		p := componenttest.Find(t, g, policyType, "secrets-"+name+"-policy")
		assert.Equal(t, "${secrets-"+name+".arn}", componenttest.Input(t, p, "secretArn"))
		assert.Equal(t, true, componenttest.Input(t, p, "blockPublicPolicy"))
		assert.Equal(t, map[string]any{
			"Version": "2012-10-17",
			"Statement": []any{
				map[string]any{
					"Sid": "DenyOtherAccounts", "Effect": "Deny", "Principal": "*", "Action": "secretsmanager:*", "Resource": "*",
					"Condition": map[string]any{
						"StringNotEquals": map[string]any{"aws:PrincipalAccount": componenttest.Account},
						"BoolIfExists":    map[string]any{"aws:PrincipalIsAWSService": "false"},
					},
				},
				map[string]any{
					"Sid": "DenyWithoutTLS", "Effect": "Deny", "Principal": "*", "Action": "secretsmanager:*", "Resource": "*",
					"Condition": map[string]any{"Bool": map[string]any{"aws:SecureTransport": "false"}},
				},
			},
		}, componenttest.JSON(t, p, "policy"))
	}
}

func TestValuesAreSecretAndGuardedFirst(t *testing.T) {
	g := planned(t, production())
	v := componenttest.Find(t, g, versionType, "secrets-api-keys-version")
	assert.Equal(t, "hunter2", componenttest.Input(t, v, "secretString"))
	assert.True(t, componenttest.IsSecret(v, "secretString"))
	assert.Equal(t, "${secrets-api-keys.arn}", componenttest.Input(t, v, "secretId"))
	assert.Contains(t, v.Dependencies, componenttest.Find(t, g, policyType, "secrets-api-keys-policy").URN)
	assert.False(t, v.Protect, "a protected version would forbid a new value")

	text, err := g.JSON()
	require.NoError(t, err)
	assert.NotContains(t, string(text), "hunter2", "the value is in the plan")
}

func TestReplicasHaveTheirRegionsKey(t *testing.T) {
	g := planned(t, changed(func(a *secrets.Args) {
		a.Replicas = []secrets.Replica{{Region: "eu-west-1", KeyArn: pulumi.String(replicaArn)}}
	}))
	for _, name := range []string{"jwt-signing-key", "api-keys", "db-password"} {
		s := componenttest.Find(t, g, secretType, "secrets-"+name)
		assert.Equal(t, []any{map[string]any{"region": "eu-west-1", "kmsKeyId": replicaArn}}, componenttest.Input(t, s, "replicas"))
		assert.Nil(t, componenttest.Input(t, s, "forceOverwriteReplicaSecret"), "another's secret must not be overwritten")
	}
}

// Secrets of one name in different services are different secrets.
func TestServicesInNames(t *testing.T) {
	var arns map[string]string
	g := componenttest.Plan(t, "eu-west-2", func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
		s, err := secrets.New(ctx, "secrets", &secrets.Args{
			KeyArn:             pulumi.String(keyArn),
			NamePattern:        "{Env}/SkinClubPro/{Service}/{Secret}",
			Environment:        "prod",
			RecoveryWindowDays: 30,
			Secrets:            []secrets.Secret{{Service: "booking", Name: "db"}, {Service: "payment", Name: "db"}},
		}, opts...)
		if err != nil {
			return err
		}
		arns = use(t, ctx, opts, map[string]pulumi.StringOutput{"booking": s.Arn("booking/db"), "payment": s.Arn("payment/db")})
		return nil
	})
	for _, service := range []string{"booking", "payment"} {
		s := componenttest.Find(t, g, secretType, "secrets-"+service+"-db")
		assert.Equal(t, "prod/SkinClubPro/"+service+"/db", componenttest.Input(t, s, "name"))
		assert.Equal(t, "${secrets-"+service+"-db.arn}",
			componenttest.Input(t, componenttest.Find(t, g, secretType, arns[service]), "name"))
	}
}

// use registers a resource for each value, which shows what the value is, and returns its name.
func use(t *testing.T, ctx *pulumi.Context, opts []pulumi.ResourceOption, values map[string]pulumi.StringOutput) map[string]string {
	t.Helper()
	names := map[string]string{}
	for key, value := range values {
		names[key] = "user-of-" + strings.ReplaceAll(key, "/", "-")
		_, err := secretsmanager.NewSecret(ctx, names[key], &secretsmanager.SecretArgs{Name: value}, opts...)
		require.NoError(t, err)
	}
	return names
}

func TestArns(t *testing.T) {
	var users map[string]string
	g := componenttest.Plan(t, "us-east-1", func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
		s, err := secrets.New(ctx, "secrets", production(), opts...)
		if err != nil {
			return err
		}
		users = use(t, ctx, opts, map[string]pulumi.StringOutput{
			"method": s.Arn("api-keys"),
			"map":    s.Arns.MapIndex(pulumi.String("db-password")),
		})
		return nil
	})
	for user, want := range map[string]string{"method": "${secrets-api-keys.arn}", "map": "${secrets-db-password.arn}"} {
		assert.Equal(t, want, componenttest.Input(t, componenttest.Find(t, g, secretType, users[user]), "name"), user)
	}
}

func TestUnknownArnFailsItsUser(t *testing.T) {
	_, err := plan.Run(plan.Program{Project: "careconnect", Stack: "test", Run: func(ctx *pulumi.Context) error {
		opts, err := componenttest.Providers(ctx, "us-east-1", "")
		if err != nil {
			return err
		}
		s, err := secrets.New(ctx, "secrets", production(), opts...)
		if err != nil {
			return err
		}
		_, err = secretsmanager.NewSecret(ctx, "user", &secretsmanager.SecretArgs{Name: s.Arn("jwt")}, opts...)
		return err
	}})
	assert.ErrorContains(t, err, `secrets "secrets" has no secret "jwt": it has api-keys, db-password, jwt-signing-key`)
}

// Nothing but the name may depend on where in the list a secret is: another order is the same stack.
func TestOrderDoesNotMatter(t *testing.T) {
	one := planned(t, production())
	two := planned(t, changed(func(a *secrets.Args) { a.Secrets[0], a.Secrets[2] = a.Secrets[2], a.Secrets[0] }))
	for _, r := range one.Resources {
		twin := two.Lookup(r.URN)
		require.NotNil(t, twin, r.URN)
		assert.Equal(t, fmt.Sprint(r.Inputs), fmt.Sprint(twin.Inputs), r.URN)
	}
}

// AWS cannot rename a secret. What does not name it must not change its name, in AWS or in the stack.
func TestSettingsNeverReplaceASecret(t *testing.T) {
	before := planned(t, production())
	after := planned(t, changed(func(a *secrets.Args) {
		a.KeyArn, a.RecoveryWindowDays, a.Protect, a.Project = pulumi.String("another"), 7, false, "renamed"
		a.Replicas = []secrets.Replica{{Region: "eu-west-1", KeyArn: pulumi.String(replicaArn)}}
		a.Secrets[0].Description, a.Secrets[0].Value = "another", pulumi.String("now")
	}))
	for _, r := range before.OfType(secretType) {
		twin := after.Lookup(r.URN)
		require.NotNil(t, twin, r.URN)
		assert.Equal(t, componenttest.Input(t, r, "name"), componenttest.Input(t, twin, "name"))
		assert.Nil(t, componenttest.Input(t, r, "namePrefix"))
	}
}

func TestCallersOptionsRegionAndStability(t *testing.T) {
	build := func(ctx *pulumi.Context, name string, opts ...pulumi.ResourceOption) error {
		args := production()
		args.KeyArn = pulumi.String("alias/in-the-right-region")
		args.Replicas = []secrets.Replica{{Region: "eu-west-1", KeyArn: pulumi.String(replicaArn)}}
		_, err := secrets.New(ctx, name, args, opts...)
		return err
	}
	componenttest.AssertRegion(t, build)
	componenttest.AssertOptionsStay(t, build)
	componenttest.AssertStable(t, build)
}
