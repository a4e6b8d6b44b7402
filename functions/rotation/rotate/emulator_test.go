//go:build engine

package rotate

import (
	"context"
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/components/database/roles"
	"github.com/carebase/carebase/components/secrets/value"
	"github.com/carebase/carebase/functions/rotation/config"
	"github.com/carebase/carebase/tests/lifecycle/engine"
)

// started is Secrets Manager with a rotation that has begun: RotateSecret makes a version without a value, which the emulator
// does only for a moment.
type started struct {
	*secretsmanager.Client
	arn, token string
}

func (s started) DescribeSecret(ctx context.Context, in *secretsmanager.DescribeSecretInput, options ...func(*secretsmanager.Options)) (*secretsmanager.DescribeSecretOutput, error) {
	out, err := s.Client.DescribeSecret(ctx, in, options...)
	if err == nil && aws.ToString(in.SecretId) == s.arn && out.VersionIdsToStages[s.token] == nil {
		out.VersionIdsToStages[s.token] = []string{stagePending}
	}
	return out, err
}

// The client of AWS's SDK, an emulator of Secrets Manager and KMS, and a real server of PostgreSQL. The emulator invokes no
// function: the test invokes the steps as Secrets Manager does.
func TestRotationsOnAnEmulator(t *testing.T) {
	b := newBench(t, "15")
	b.Must(t, "master", "postgres", "ALTER ROLE "+role+" PASSWORD 'plain'")
	emulator := engine.StartEmulator(t)
	cloud, recovery := emulator.Config("us-east-1"), emulator.Config("us-west-2")
	client, replica := secretsmanager.NewFromConfig(cloud), secretsmanager.NewFromConfig(recovery)
	key, err := kms.NewFromConfig(cloud).CreateKey(t.Context(), &kms.CreateKeyInput{MultiRegion: aws.Bool(true)})
	require.NoError(t, err)

	create := func(name, text string) string {
		made, err := client.CreateSecret(t.Context(), &secretsmanager.CreateSecretInput{
			Name: aws.String("careconnect/prod/" + name), SecretString: aws.String(text), KmsKeyId: key.KeyMetadata.Arn,
			AddReplicaRegions: []types.ReplicaRegionType{{Region: aws.String("us-west-2")}},
		})
		require.NoError(t, err)
		// Enables rotation and rotates nothing: without a function the emulator makes a copy of the version.
		_, err = client.RotateSecret(t.Context(), &secretsmanager.RotateSecretInput{
			SecretId: made.ARN, RotateImmediately: aws.Bool(false), RotationRules: &types.RotationRulesType{AutomaticallyAfterDays: aws.Int64(60)},
		})
		require.NoError(t, err)
		return aws.ToString(made.ARN)
	}
	master := create("db-master-password", `{"username":"master","password":"first-master"}`)
	password := create("db-password", "plain")
	signing := create("jwt-signing-key", "a-key")
	b.handler.Config.Database.MasterSecret = master
	b.handler.Config.Secrets = map[string]config.Secret{
		master:   {Strategy: config.DatabaseMaster, User: "master"},
		password: {Strategy: config.DatabaseRole, User: role},
		signing:  {Strategy: config.RandomKey},
	}
	read := func(client *secretsmanager.Client, arn, stage string) string {
		t.Helper()
		got, err := client.GetSecretValue(t.Context(), &secretsmanager.GetSecretValueInput{SecretId: aws.String(arn), VersionStage: aws.String(stage)})
		require.NoError(t, err)
		return aws.ToString(got.SecretString)
	}
	versions := 0
	rotate := func(arn string) {
		t.Helper()
		versions++
		token := fmt.Sprintf("11111111-2222-4333-8444-%012d", versions)
		b.handler.Secrets = started{client, arn, token}
		for _, step := range Steps {
			for range 2 {
				require.NoError(t, b.handler.Handle(context.Background(), Event{Step: step, SecretID: arn, ClientRequestToken: token}), step)
			}
		}
	}

	for i := range 4 {
		before := read(client, password, stageCurrent)
		for _, arn := range []string{master, password, signing} {
			rotate(arn)
		}
		c, err := value.ParseCredential(read(client, password, stageCurrent), "")
		require.NoError(t, err)
		assert.Equal(t, []string{roles.Clone(role), role}[i%2], c.Username)
		assert.Equal(t, before, read(client, password, stagePrevious))
		for _, text := range []string{c.Text(), before, read(client, master, stageCurrent)} {
			require.NoError(t, b.signIn(text))
		}
	}
	k := randomKeyOf(t, read(client, signing, stageCurrent))
	assert.Equal(t, randomKeyOf(t, read(client, signing, stagePrevious)).Next, k.Current)

	for _, arn := range []string{master, password, signing} {
		described, err := client.DescribeSecret(t.Context(), &secretsmanager.DescribeSecretInput{SecretId: aws.String(arn)})
		require.NoError(t, err)
		assert.Equal(t, aws.ToString(key.KeyMetadata.Arn), aws.ToString(described.KmsKeyId))
		// What the recovery region signs in with.
		assert.Equal(t, read(client, arn, stageCurrent), read(replica, aws.ToString(described.Name), stageCurrent))
	}
}
