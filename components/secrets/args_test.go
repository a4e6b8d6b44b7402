package secrets_test

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"

	"github.com/carebase/carebase/components/secrets"
	"github.com/carebase/carebase/componenttest"
)

func TestArgumentsAreRefused(t *testing.T) {
	replica := secrets.Replica{Region: "us-west-2", KeyArn: pulumi.String(replicaArn)}
	for name, c := range map[string]struct {
		change func(*secrets.Args)
		want   []string
	}{
		"no key":            {func(a *secrets.Args) { a.KeyArn = nil }, []string{"KeyArn is missing"}},
		"no pattern":        {func(a *secrets.Args) { a.NamePattern = "" }, []string{`NamePattern = "": allowed is a pattern with {Secret}`}},
		"no such part":      {func(a *secrets.Args) { a.NamePattern = "{Stage}/{Secret}" }, []string{"{Stage} is none"}},
		"no environment":    {func(a *secrets.Args) { a.Environment = "" }, []string{`Environment = "": allowed is letters`}},
		"bad environment":   {func(a *secrets.Args) { a.Environment = "prod/eu" }, []string{`Environment = "prod/eu"`}},
		"no project":        {func(a *secrets.Args) { a.NamePattern = "{Project}/{Secret}" }, []string{`Project = "": allowed is letters`}},
		"window too short":  {func(a *secrets.Args) { a.RecoveryWindowDays = 6 }, []string{"RecoveryWindowDays = 6: allowed is 7 to 30, or 0"}},
		"window too long":   {func(a *secrets.Args) { a.RecoveryWindowDays = 31 }, []string{"RecoveryWindowDays = 31"}},
		"negative window":   {func(a *secrets.Args) { a.RecoveryWindowDays = -1 }, []string{"RecoveryWindowDays = -1"}},
		"protected without": {func(a *secrets.Args) { a.RecoveryWindowDays = 0 }, []string{"RecoveryWindowDays = 0: allowed is 7 to 30 where Protect is set"}},
		"no secrets":        {func(a *secrets.Args) { a.Secrets = nil }, []string{"Secrets is missing"}},
		"no name":           {func(a *secrets.Args) { a.Secrets[1].Name = "" }, []string{`Secrets[1].Name = "": allowed is letters`}},
		"slash in a name":   {func(a *secrets.Args) { a.Secrets[1].Name = "db/password" }, []string{`Secrets[1].Name = "db/password"`}},
		"like an ARN":       {func(a *secrets.Args) { a.Secrets[1].Name = "jwt-secret" }, []string{`Secrets[1].Name = "careconnect/prod/jwt-secret"`, "hyphen and six"}},
		"name too long": {
			func(a *secrets.Args) { a.Secrets[1].Name = strings.Repeat("a", 512) },
			[]string{"Secrets[1].Name", "1 to 512"},
		},
		"service not in the pattern": {
			func(a *secrets.Args) { a.Secrets[1].Service = "booking" },
			[]string{`Secrets[1].Service = "booking": allowed is none`},
		},
		"no service": {
			func(a *secrets.Args) { a.NamePattern = "{Service}/{Secret}" },
			[]string{`Secrets[0].Service = "": allowed is letters`, "Secrets[1].Service", "Secrets[2].Service"},
		},
		"long description": {
			func(a *secrets.Args) { a.Secrets[0].Description = strings.Repeat("a", 2049) },
			[]string{"Secrets[0].Description", "2048 at most"},
		},
		"same name": {
			func(a *secrets.Args) { a.Secrets[1].Name = a.Secrets[0].Name },
			[]string{`Secrets[1].Name = "jwt-signing-key"`, "Secrets[0]"},
		},
		"name of another's policy": {
			func(a *secrets.Args) { a.Secrets[1].Name = "jwt-signing-key-policy" },
			[]string{`resource name "secrets-jwt-signing-key-policy"`},
		},
		"name of another's future version": {
			func(a *secrets.Args) { a.Secrets[1].Name = "jwt-signing-key-version" },
			[]string{`resource name "secrets-jwt-signing-key-version"`},
		},
		"service and name run together": {
			func(a *secrets.Args) {
				a.NamePattern = "{Service}/{Secret}"
				a.Secrets = []secrets.Secret{{Service: "a-b", Name: "c"}, {Service: "a", Name: "b-c"}}
			},
			[]string{`Secrets[1].Name = "a/b-c"`, `resource name "secrets-a-b-c"`},
		},
		"bad replica region": {
			func(a *secrets.Args) { a.Replicas = []secrets.Replica{{Region: "Oregon", KeyArn: replica.KeyArn}} },
			[]string{`Replicas[0].Region = "Oregon"`},
		},
		"replica twice": {
			func(a *secrets.Args) { a.Replicas = []secrets.Replica{replica, replica} },
			[]string{`Replicas[1].Region = "us-west-2": allowed is each region once`},
		},
		"replica without key": {
			func(a *secrets.Args) { a.Replicas = []secrets.Replica{{Region: "us-west-2"}} },
			[]string{"Replicas[0].KeyArn is missing"},
		},
		"everything at once": {
			func(a *secrets.Args) { a.KeyArn, a.RecoveryWindowDays, a.Secrets = nil, 3, nil },
			[]string{"3 problems", "KeyArn", "RecoveryWindowDays", "Secrets"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			err := refused(t, changed(c.change))
			for _, want := range c.want {
				assert.ErrorContains(t, err, want)
			}
			assert.NotContains(t, err.Error(), "hunter2", "the message shows a value")
		})
	}
	t.Run("none", func(t *testing.T) { assert.ErrorContains(t, refused(t, nil), "Args is missing") })
}

func refused(t *testing.T, args *secrets.Args) error {
	t.Helper()
	return componenttest.Refused(t, func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
		_, err := secrets.New(ctx, "secrets", args, opts...)
		return err
	})
}

func TestLimitsAreAllowed(t *testing.T) {
	for _, days := range []int{7, 30} {
		planned(t, changed(func(a *secrets.Args) { a.RecoveryWindowDays = days }))
	}
	planned(t, changed(func(a *secrets.Args) { a.Secrets[0].Description = strings.Repeat("a", 2048) }))
	planned(t, changed(func(a *secrets.Args) {
		a.Secrets[0].Name = strings.Repeat("a", 512-len("careconnect/prod/"))
	}))
}
