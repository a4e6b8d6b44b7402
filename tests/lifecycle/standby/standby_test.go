//go:build engine

package standby

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/route53"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/tests/lifecycle/engine"
)

const (
	primaryRegion  = "us-east-1"
	recoveryRegion = "us-west-2"
	replica        = "careconnect-dr-db"
)

// The recovery stack comes up beside its primary, and is activated in two steps while nothing answers for the primary's
// region. Nothing is asked of it either: the stack's state would otherwise depend on how long a client waits.
func TestActivationWithThePrimaryRegionLost(t *testing.T) {
	emulator, cut := between(t, engine.StartEmulator(t))
	stack := engine.New(t, "dr", emulator)
	prod := standIn(t, stack, primary(t, emulator))
	if *record == "" { // a cold cache is more to do
		stack.Edit(t, func(s engine.Settings) { s.Set("recovery.warmCache", false) })
	}
	up := stack.Up(t)
	require.NoError(t, up.Err)
	again := stack.Preview(t)
	require.NoError(t, again.Err)
	assert.Empty(t, unexpected(again), "a second preview")
	source, backups, multiAZ := instance(t, emulator)
	assert.Contains(t, source, "careconnect-prod-db", "it follows the primary")
	assert.EqualValues(t, 30, backups, "people may write from the promotion on")
	assert.False(t, multiAZ)
	assert.EqualValues(t, 0, desired(t, stack))
	if *record != "" {
		for _, one := range []*engine.Stack{stack, prod} {
			one.Record(t, filepath.Join("recorded", *record, one.Name+".json.gz"))
		}
	}

	cut.lose(primaryRegion)
	stack.Edit(t, func(s engine.Settings) {
		s.Set("recovery.active", true)
		s.Set("recovery.activatedAt", "2026-11-21T17:00:00Z")
	})
	first := stack.Up(t)
	require.NoError(t, first.Err)
	for _, step := range first.Of("replace") { // a revision is made anew, and the one before it stays
		assert.Equal(t, "aws:ecs/taskDefinition:TaskDefinition", string(step.Type), step.URN)
	}
	source, _, _ = instance(t, emulator)
	assert.Empty(t, source, "it is a database of its own")
	assert.EqualValues(t, 3, desired(t, stack))

	stack.Edit(t, func(s engine.Settings) { s.Set("recovery.promoted", true) })
	second := stack.Up(t)
	require.NoError(t, second.Err)
	for _, step := range second.Of("replace") { // what the plan backs up is fixed when that is said
		assert.Equal(t, "aws:backup/selection:Selection", string(step.Type), step.URN)
	}
	_, backups, multiAZ = instance(t, emulator)
	assert.EqualValues(t, 30, backups)
	assert.True(t, multiAZ)
	again = stack.Preview(t)
	require.NoError(t, again.Err)
	assert.Empty(t, unexpected(again), "a preview after the activation")
	assert.Empty(t, cut.asked(primaryRegion), "asked of the region that is lost")
	assert.NotEmpty(t, cut.asked(recoveryRegion))

	for _, step := range slices.Concat(first.Changes(), second.Changes()) {
		assert.NotRegexp(t, `^aws:(iam|route53|cloudfront)/`, step.Type, step.URN)
	}
	t.Logf("up %s, step 1 %s (%d changes), step 2 %s (%d changes)", up.Duration.Round(1e9),
		first.Duration.Round(1e9), len(first.Changes()), second.Duration.Round(1e9), len(second.Changes()))

	// There is no way back by a setting.
	stack.Edit(t, func(s engine.Settings) { s.Set("recovery.active", false) })
	back := stack.Preview(t)
	require.Error(t, back.Err)
	assert.Contains(t, back.Err.Error(), "diverged")
	assert.Contains(t, back.Err.Error(), "carebase dr failback")
}

// What any release deployed beside a primary, today's program takes over and loses nothing that holds data.
func TestEveryReleaseIsTakenOver(t *testing.T) {
	releases, err := filepath.Glob("recorded/*")
	require.NoError(t, err)
	require.NotEmpty(t, releases)
	for _, release := range releases {
		t.Run(filepath.Base(release), func(t *testing.T) {
			stack := engine.New(t, "dr", engine.StartEmulator(t))
			prod := stack.Beside(t, "prod", stack.Emulator)
			prod.Import(t, engine.Recorded(t, filepath.Join(release, "prod.json.gz")))
			state := engine.Recorded(t, filepath.Join(release, "dr.json.gz"))
			stack.TakesOver(t, state)
			// As if the database had had another name then: the engine refuses to delete what is protected.
			renamed := stack.Migrated(t, bytes.ReplaceAll(state, []byte("::database"), []byte("::db")))
			require.Error(t, renamed.Err)
			assert.Contains(t, renamed.Output, "protect")
		})
	}
}

// record keeps the state of the stack, and of the stand-in for its primary, as tests/lifecycle does of the others.
var record = flag.String("record", "", "release whose states to keep in recorded/")

// unexpected are the changes that a preview announces though nothing was changed.
func unexpected(preview engine.Result) (found []string) {
	for _, step := range preview.Changes() {
		found = append(found, fmt.Sprintf("%s: %v", step, step.Properties()))
	}
	return found
}

// primary makes, by hand, what the recovery stack needs of it in AWS, and returns its outputs.
func primary(t *testing.T, e *engine.Emulator) map[string]any {
	t.Helper()
	ctx := t.Context()
	outputs := map[string]any{
		"region": recoveryRegion, "databaseIdentifier": "careconnect-prod-db", "clusterName": "careconnect-prod",
		"filesBucket": "careconnect-prod-files-usw2", "frontendBucket": "careconnect-prod-frontend-usw2", "backupsBucket": "careconnect-prod-backups-usw2",
		"vaultName": "careconnect-prod", "switchAlarmName": "careconnect-prod-failover-switch", "switchHealthCheckId": "00000000-0000-4000-8000-000000000000",
		"distributionId": "E1",
		"repositories":   map[string]any{"backend": "careconnect-prod/backend"}, "serviceNames": map[string]any{"backend": "backend-service"},
	}
	keys := kms.NewFromConfig(e.Config(recoveryRegion))
	for _, class := range []string{"data", "logs", "secrets", "backups"} {
		key, err := keys.CreateKey(ctx, &kms.CreateKeyInput{})
		require.NoError(t, err)
		outputs[class+"KeyArn"] = *key.KeyMetadata.Arn
	}
	secrets := map[string]any{}
	for _, name := range []string{"db-password", "db-migrate-password", "db-readonly-password", "db-backup-password", "jwt-signing-key", "api-keys"} {
		secrets[name] = fmt.Sprintf("arn:aws:secretsmanager:%s:%s:secret:careconnect/prod/%s-AbCdEf", recoveryRegion, e.Account, name)
	}
	outputs["secretArns"] = secrets
	zone, err := route53.NewFromConfig(e.Config(primaryRegion)).CreateHostedZone(ctx, &route53.CreateHostedZoneInput{
		Name: aws.String("careconnect.example.com"), CallerReference: aws.String("once"),
	})
	require.NoError(t, err)
	outputs["zoneId"] = strings.TrimPrefix(*zone.HostedZone.Id, "/hostedzone/")
	_, err = rds.NewFromConfig(e.Config(primaryRegion)).CreateDBInstance(ctx, &rds.CreateDBInstanceInput{
		DBInstanceIdentifier: aws.String("careconnect-prod-db"), DBInstanceClass: aws.String("db.r6g.large"), Engine: aws.String("postgres"),
		EngineVersion: aws.String("16.4"), AllocatedStorage: aws.Int32(100), MasterUsername: aws.String("careconnect_user"),
		MasterUserPassword: aws.String("correct-horse-battery"), StorageEncrypted: aws.Bool(true), BackupRetentionPeriod: aws.Int32(30),
		DBName: aws.String("careconnect"),
	})
	require.NoError(t, err)
	return outputs
}

// standIn gives the backend a stack prod that has these outputs and no resource.
func standIn(t *testing.T, stack *engine.Stack, outputs map[string]any) *engine.Stack {
	t.Helper()
	prod := stack.Beside(t, "prod", stack.Emulator)
	root := map[string]any{
		"urn": "urn:pulumi:prod::careconnect::pulumi:pulumi:Stack::careconnect-prod", "custom": false, "type": "pulumi:pulumi:Stack",
		"outputs": map[string]any{"recovery": outputs},
	}
	text, err := json.Marshal(map[string]any{"version": 3, "deployment": map[string]any{
		"manifest": map[string]any{"time": "2026-11-21T17:00:00Z", "magic": "", "version": ""}, "resources": []any{root},
	}})
	require.NoError(t, err)
	prod.Import(t, text)
	return prod
}

// instance is the database of the recovery stack: what it replicates, its days of backups, and whether it has a standby.
func instance(t *testing.T, e *engine.Emulator) (source string, backups int32, multiAZ bool) {
	t.Helper()
	found, err := rds.NewFromConfig(e.Config(recoveryRegion)).DescribeDBInstances(t.Context(), &rds.DescribeDBInstancesInput{DBInstanceIdentifier: aws.String(replica)})
	require.NoError(t, err)
	require.Len(t, found.DBInstances, 1)
	one := found.DBInstances[0]
	return aws.ToString(one.ReadReplicaSourceDBInstanceIdentifier), aws.ToInt32(one.BackupRetentionPeriod), aws.ToBool(one.MultiAZ)
}

// desired is how many tasks the backend is to have.
func desired(t *testing.T, stack *engine.Stack) int32 {
	t.Helper()
	outputs := stack.Outputs(t)
	name := outputs["services"].(map[string]any)["backend"].(string)
	found, err := ecs.NewFromConfig(stack.Emulator.Config(recoveryRegion)).DescribeServices(t.Context(), &ecs.DescribeServicesInput{
		Cluster: aws.String(outputs["clusterName"].(string)), Services: []string{name},
	})
	require.NoError(t, err)
	require.Len(t, found.Services, 1)
	return found.Services[0].DesiredCount
}
