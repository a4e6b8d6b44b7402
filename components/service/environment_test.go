package service_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/components/service"
	"github.com/carebase/carebase/componenttest"
	"github.com/carebase/carebase/plan"
)

func TestNamesOfSecrets(t *testing.T) {
	for _, name := range []string{
		"DB_PASSWORD", "SPRING_DATASOURCE_PASSWORD", "password", "PGPASSWORD", "dbPasswd", "MYSQL_PWD", "DB_PASS",
		"JWT_SECRET", "JWT_SECRET_KEY", "CLIENTSECRET", "appSecret", "SECRETS", "VAULT_SECRET_ID",
		"GITHUB_TOKEN", "accessToken", "AUTHTOKEN", "REFRESH_TOKENS",
		"API_KEY", "STRIPE_APIKEY", "apiKey", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "KMS_KEY_ID", "PRIVATE_KEY", "SIGNING_KEYS",
		"GOOGLE_CREDENTIALS", "CREDENTIAL", "SSH_PASSPHRASE", "REDIS_AUTH", "PASSWORD_SALT", "spring.datasource.password", "smtp-password",
	} {
		assert.True(t, service.LooksSecret(name), name)
	}
	for _, name := range []string{
		"ENVIRONMENT", "SERVER_PORT", "SPRING_DATASOURCE_URL", "SPRING_REDIS_HOST", "AWS_REGION", "SQS_QUEUE_URL", "FAIL_THRESHOLD",
		"DB_SECRET_ARN", "DB_SECRET_NAME", "KMS_KEY_ARN", "KEYCLOAK_URL", "OAUTH_TOKEN_URL", "TOKEN_TTL", "JWT_TOKEN_EXPIRATION_SECONDS",
		"PASSWORD_MIN_LENGTH", "TOKENIZER_MODE", "SECRETARY_EMAIL", "MONKEY", "KEYBOARD_LAYOUT", "COMPASS", "PASSENGERS", "AUTHOR",
		"TLS_PRIVATE_KEY_PATH", "POSTGRES_PASSWORD_FILE", "", "_",
	} {
		assert.False(t, service.LooksSecret(name), name)
	}
}

func refusedEnvironment(t *testing.T, name, value string) string {
	t.Helper()
	args := jobArgs()
	args.Environment = map[string]pulumi.StringInput{name: text(value)}
	return componenttest.Refused(t, func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
		return buildJob(args)(ctx, "db-init", opts...)
	}).Error()
}

func TestSecretsAreRefusedByName(t *testing.T) {
	assert.Equal(t, `job "db-init": Environment = "DB_PASSWORD": allowed is names of what is no secret: this belongs in Secrets`,
		refusedEnvironment(t, "DB_PASSWORD", "hunter2"))
}

// secretValues are refused under any name, and never repeated.
var secretValues = map[string]string{
	"postgres://care:hunter2@db:5432/care":              "a password in a URL",
	"redis://:hunter2@cache:6379":                       "a password in a URL",
	"jdbc:postgresql://db/care?user=a&password=hunter2": "a password parameter",
	"jdbc:sqlserver://db;Password=hunter2":              "a password parameter",
	"key AKIAIOSFODNN7EXAMPLE":                          "an AWS access key",
	"-----BEGIN RSA PRIVATE KEY-----":                   "a private key",
	"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln":         "a signed token",
}

func TestSecretsAreRefusedByValue(t *testing.T) {
	for value, what := range secretValues {
		err := refusedEnvironment(t, "SETTING", value)
		assert.Equal(t, `job "db-init": Environment[SETTING] = "…": allowed is values without `+what+`: this belongs in Secrets`, err)

		args := jobArgs()
		args.Command = []string{"migrate", value}
		err = componenttest.Refused(t, func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
			return buildJob(args)(ctx, "db-init", opts...)
		}).Error()
		assert.Equal(t, `job "db-init": Command[1] = "…": allowed is values without `+what+`: this belongs in Secrets`, err)
	}
}

func TestHarmlessValuesPass(t *testing.T) {
	args := jobArgs()
	args.Environment = map[string]pulumi.StringInput{
		"URL":   text("https://example.com:8443/a?b=c&d=e@f"),
		"MAIL":  text("ops@example.com"),
		"JDBC":  text("jdbc:postgresql://db:5432/care?ssl=true&passwordEncryption=scram"),
		"ARN":   text("arn:aws:kms:us-east-1:123456789012:key/1"),
		"EMPTY": text(""),
	}
	assert.Len(t, containers(t, job(t, args), "db-init-definition")["db-init"]["environment"], 5)
}

// runJob runs a job with one variable and returns the error of the whole program.
func runJob(value pulumi.StringInput) error {
	args := jobArgs()
	args.Environment = map[string]pulumi.StringInput{"SETTING": value}
	_, err := plan.Run(plan.Program{Project: "careconnect", Stack: "test", Run: func(ctx *pulumi.Context) error {
		opts, err := componenttest.Providers(ctx, region, "")
		if err != nil {
			return err
		}
		return buildJob(args)(ctx, "db-init", opts...)
	}})
	return err
}

// What is known only when the program runs is looked at then: an output with a secret in it, and one that Pulumi
// knows to be a secret, however harmless its name and form.
func TestSecretsAreRefusedInOutputs(t *testing.T) {
	for value, what := range secretValues {
		err := runJob(pulumi.String(value).ToStringOutput())
		require.ErrorContains(t, err, `service "db-init": Environment[SETTING] has `+what+" in it")
		assert.NotContains(t, err.Error(), "hunter2")
	}
	err := runJob(pulumi.ToSecret(pulumi.String("hunter2")).(pulumi.StringOutput))
	require.ErrorContains(t, err, `service "db-init": Environment[SETTING] has a secret in it`)
	assert.NotContains(t, err.Error(), "hunter2")
	assert.NoError(t, runJob(pulumi.String("harmless").ToStringOutput()))
}
