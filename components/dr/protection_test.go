package dr_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws"
	"github.com/pulumi/pulumi-awsx/sdk/v3/go/awsx"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/components/dr"
	"github.com/carebase/carebase/components/keys"
	"github.com/carebase/carebase/components/service"
	"github.com/carebase/carebase/components/storage"
	"github.com/carebase/carebase/componenttest"
	"github.com/carebase/carebase/graph"
	"github.com/carebase/carebase/plan"
)

const (
	component       = "carebase:dr:Protection"
	bucketType      = "aws:s3/bucket:Bucket"
	replicationType = "aws:s3/bucketReplicationConfig:BucketReplicationConfig"
	registryType    = "aws:ecr/replicationConfiguration:ReplicationConfiguration"
	backupsType     = "aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication"
	alarmType       = "aws:cloudwatch/metricAlarm:MetricAlarm"
	checkType       = "aws:route53/healthCheck:HealthCheck"
)

// purposes of the buckets that are copied, as a stack names them.
var purposes = map[string]storage.Purpose{
	"frontend": storage.Frontend, "files": storage.Files, "backups": storage.Backups, "evidence": storage.Audit,
}

type outputs struct{ topic, vault, vaultArn, alarm, check, secretsKey string }

// protected makes what is protected in us-east-1 and its protection in us-west-2, as the stacks do.
func protected(t *testing.T, change func(*dr.Args)) (*graph.Graph, outputs, error) {
	t.Helper()
	var seen outputs
	g, err := plan.Run(plan.Program{Project: "careconnect", Stack: "test", Run: func(ctx *pulumi.Context) error {
		provider := func(name, region string) (*aws.Provider, error) {
			return aws.NewProvider(ctx, name, &aws.ProviderArgs{
				Region: pulumi.String(region), AllowedAccountIds: pulumi.ToStringArray([]string{componenttest.Account}),
			})
		}
		primary, err := provider("primary", "us-east-1")
		if err != nil {
			return err
		}
		recovery, err := provider("recovery-region", "us-west-2")
		if err != nil {
			return err
		}
		images, err := awsx.NewProvider(ctx, "images", &awsx.ProviderArgs{})
		if err != nil {
			return err
		}
		east := pulumi.Providers(primary, images)

		of, err := keys.New(ctx, "keys", &keys.Args{AliasPrefix: "careconnect-prod", MultiRegion: true, Protect: true}, east)
		if err != nil {
			return err
		}
		args := &dr.Args{
			Primary: primary, Region: "us-west-2", NamePrefix: "careconnect-prod", Environment: "prod", Keys: of,
			Emails: []string{"oncall@example.com"}, LogBucketName: "careconnect-prod-logs-usw2", LogRetentionDays: 2557,
			LockMinDays: 35, LockMaxDays: 3653, LockChangeableDays: 7, ImagePrefixes: []string{"careconnect-prod/"}, Protect: true,
		}
		change(args)
		p, err := dr.New(ctx, "recovery", args, pulumi.Providers(recovery, images))
		if err != nil {
			return err
		}
		logs, err := storage.New(ctx, "logs", &storage.Args{Purpose: storage.Logs, BucketName: "careconnect-prod-logs", RetentionDays: 2557}, east)
		if err != nil {
			return err
		}
		for name, purpose := range purposes {
			source := storage.Args{
				Purpose: purpose, BucketName: "careconnect-prod-" + name, KeyArn: of.DataArn, LogBucket: logs.Name,
				Protect: args.Protect, ForceDestroy: !args.Protect,
			}
			if purpose != storage.Frontend {
				source.RetentionDays = 2557
			}
			if purpose == storage.Backups || purpose == storage.Audit {
				source.ObjectLockDays = 30
			}
			bucket, err := storage.New(ctx, name, &source, east)
			if err != nil {
				return err
			}
			source.BucketName += "-usw2"
			if _, err := p.ReplicateBucket(ctx, name, bucket, source); err != nil {
				return err
			}
		}
		if err := p.ReplicateBackups(ctx, pulumi.String("arn:aws:rds:us-east-1:123456789012:db:careconnect-prod-db"), 30); err != nil {
			return err
		}
		_, err = p.NewRepository(ctx, "backend-repository", service.RepositoryArgs{
			RepositoryName: "careconnect-prod/backend", KeyArn: of.DataArn, KeepImages: 30,
		})
		replica := p.SecretReplica()
		assert.Equal(t, "us-west-2", replica.Region)
		ctx.Export("seen", pulumi.All(p.TopicArn, p.VaultName, p.VaultArn, p.SwitchAlarmName, p.SwitchHealthCheckID, replica.KeyArn).ApplyT(func(all []any) string {
			text := make([]string, len(all))
			for i, one := range all {
				text[i] = graph.Readable(one.(string))
			}
			seen = outputs{text[0], text[1], text[2], text[3], text[4], text[5]}
			return text[0]
		}))
		return err
	}})
	return g, seen, err
}

func same(*dr.Args) {}

// inside are the resources of the protection, by type.
func inside(g *graph.Graph) map[string]int {
	counts := map[string]int{}
	for _, r := range g.Resources {
		if r.Name == "recovery" || strings.HasPrefix(r.Name, "recovery-") && !r.IsProvider() {
			counts[r.Type]++
		}
	}
	return counts
}

func TestCounts(t *testing.T) {
	want := map[string]int{
		component:                1,
		"carebase:keys:Replicas": 1, "aws:kms/replicaKey:ReplicaKey": 5, "aws:kms/alias:Alias": 5,
		"carebase:observability:Topic": 1, "aws:sns/topic:Topic": 1, "aws:sns/topicPolicy:TopicPolicy": 1, "aws:sns/topicSubscription:TopicSubscription": 1,
		"carebase:storage:Bucket": 5, bucketType: 5, "aws:s3/bucketPolicy:BucketPolicy": 5,
		"aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": 5, "aws:s3/bucketOwnershipControls:BucketOwnershipControls": 5,
		"aws:s3/bucketVersioning:BucketVersioning": 5, "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": 5,
		"aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": 5,
		"aws:s3/bucketLogging:BucketLogging":                                                     4, "aws:s3/bucketNotification:BucketNotification": 1,
		"aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration": 2,
		"carebase:storage:Replication":                                       5, replicationType: 5, "aws:iam/policy:Policy": 6,
		"carebase:backup:Backup": 1, "aws:backup/vault:Vault": 1, "aws:backup/vaultLockConfiguration:VaultLockConfiguration": 1,
		"aws:backup/vaultPolicy:VaultPolicy": 1, "aws:cloudwatch/eventRule:EventRule": 1, "aws:cloudwatch/eventTarget:EventTarget": 1,
		"aws:iam/role:Role": 7, "aws:iam/rolePolicyAttachment:RolePolicyAttachment": 8,
		"carebase:service:ImageReplication": 1, registryType: 1, "carebase:service:Repository": 1, "awsx:ecr:Repository": 1,
		"carebase:database:BackupReplication": 1, backupsType: 1,
		alarmType: 2, checkType: 1, "aws:scheduler/schedule:Schedule": 1,
	}
	g, _, err := protected(t, same)
	require.NoError(t, err)
	assert.Equal(t, want, inside(g))

	g, _, err = protected(t, func(a *dr.Args) { a.ImagePrefixes, a.Emails = nil, nil })
	require.NoError(t, err)
	delete(want, "carebase:service:ImageReplication")
	delete(want, registryType)
	delete(want, "aws:sns/topicSubscription:TopicSubscription")
	assert.Equal(t, want, inside(g))
}

// Everything is in the recovery region but what says in the primary region that copies are to be made.
func TestRegions(t *testing.T) {
	g, _, err := protected(t, same)
	require.NoError(t, err)
	fromPrimary := map[string]bool{"recovery-images-registry": true}
	for name := range purposes {
		for _, part := range []string{"role", "permissions", "may", "configuration"} {
			fromPrimary["recovery-"+name+"-copy-"+part] = true
		}
	}
	for _, r := range g.Resources {
		if !strings.HasPrefix(r.Name, "recovery-") || !r.Custom || r.IsProvider() {
			continue
		}
		want := "us-west-2"
		if fromPrimary[r.Name] {
			want = "us-east-1"
			delete(fromPrimary, r.Name)
		}
		assert.Equal(t, want, r.Region, r.Name)
	}
	assert.Empty(t, fromPrimary)
}

// A twin has the guarantees of its source: it differs in name, key and log bucket, and in nothing else.
func TestTwins(t *testing.T) {
	g, _, err := protected(t, same)
	require.NoError(t, err)
	class := map[storage.Purpose]string{storage.Frontend: "frontend", storage.Files: "data", storage.Backups: "backups", storage.Audit: "logs"}
	for name, purpose := range purposes {
		for _, source := range g.Resources {
			rest, ours := strings.CutPrefix(source.Name, name+"-")
			if !ours || source.Region != "us-east-1" {
				continue
			}
			twin := componenttest.Find(t, g, source.Type, "recovery-"+name+"-"+rest)
			assert.Equal(t, source.Protect, twin.Protect, twin.Name)
			assert.Equal(t, source.RetainOnDelete, twin.RetainOnDelete, twin.Name)
			switch source.Type {
			case bucketType, "aws:s3/bucketPolicy:BucketPolicy", "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
				"aws:s3/bucketLogging:BucketLogging":
			default: // but for the bucket, which is the twin
				assert.Equal(t, source.Inputs.Delete("bucket"), twin.Inputs.Delete("bucket"), twin.Name)
			}
		}
		bucket := componenttest.Find(t, g, bucketType, "recovery-"+name+"-bucket")
		assert.Equal(t, "careconnect-prod-"+name+"-usw2", componenttest.Input(t, bucket, "bucket"))
		assert.Equal(t, purpose == storage.Backups || purpose == storage.Audit, componenttest.Input(t, bucket, "objectLockEnabled"))
		key := "${recovery-keys-" + class[purpose] + ".arn}"
		assert.Equal(t, key, componenttest.Input(t, componenttest.Find(t, g, "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
			"recovery-"+name+"-encryption"), "rules[0].applyServerSideEncryptionByDefault.kmsMasterKeyId"))
		assert.Equal(t, "careconnect-prod-logs-usw2", componenttest.Input(t, componenttest.Find(t, g, "aws:s3/bucketLogging:BucketLogging",
			"recovery-"+name+"-access-logs"), "targetBucket"))
		copies := componenttest.Find(t, g, replicationType, "recovery-"+name+"-copy-configuration")
		assert.Equal(t, "careconnect-prod-"+name, componenttest.Input(t, copies, "bucket"))
		assert.Equal(t, "${recovery-"+name+"-bucket.arn}", componenttest.Input(t, copies, "rules[0].destination.bucket"))
		assert.Equal(t, key, componenttest.Input(t, copies, "rules[0].destination.encryptionConfiguration.replicaKmsKeyId"))
	}
	back := componenttest.Find(t, g, replicationType, "recovery-files-back-configuration")
	assert.Equal(t, "careconnect-prod-files-usw2", componenttest.Input(t, back, "bucket"))
	assert.Equal(t, "${files-bucket.arn}", componenttest.Input(t, back, "rules[0].destination.bucket"))
	assert.Equal(t, "${keys-data.arn}", componenttest.Input(t, back, "rules[0].destination.encryptionConfiguration.replicaKmsKeyId"))
}

// The copies are as protected as what they are copies of; where nothing is, nothing is kept.
func TestProtect(t *testing.T) {
	holding := []string{bucketType, "aws:kms/replicaKey:ReplicaKey", "aws:backup/vault:Vault", backupsType}
	for _, protect := range []bool{true, false} {
		g, _, err := protected(t, func(a *dr.Args) {
			if a.Protect = protect; !protect {
				a.LockChangeableDays = 0
			}
		})
		require.NoError(t, err)
		for _, r := range g.OfType(holding...) {
			if strings.HasPrefix(r.Name, "recovery-") {
				assert.Equal(t, protect, r.Protect, r.Name)
				assert.Equal(t, protect, r.RetainOnDelete, r.Name)
			}
		}
		for _, typ := range []string{bucketType, "aws:backup/vault:Vault"} {
			for _, r := range g.OfType(typ) {
				if strings.HasPrefix(r.Name, "recovery-") {
					assert.Equal(t, !protect, componenttest.Input(t, r, "forceDestroy"), r.Name)
				}
			}
		}
	}
}

func TestVaultReceivesLockedCopies(t *testing.T) {
	g, seen, err := protected(t, same)
	require.NoError(t, err)
	vault := componenttest.Find(t, g, "aws:backup/vault:Vault", "recovery-backup-vault")
	assert.Equal(t, "careconnect-prod", componenttest.Input(t, vault, "name"))
	assert.Equal(t, "${recovery-keys-backups.arn}", componenttest.Input(t, vault, "kmsKeyArn"))
	lock := componenttest.Find(t, g, "aws:backup/vaultLockConfiguration:VaultLockConfiguration", "recovery-backup-vault-lock")
	assert.EqualValues(t, 35, componenttest.Input(t, lock, "minRetentionDays"))
	assert.EqualValues(t, 3653, componenttest.Input(t, lock, "maxRetentionDays"))
	assert.EqualValues(t, 7, componenttest.Input(t, lock, "changeableForDays"))
	assert.Equal(t, outputs{
		"${recovery-alerts-topic.arn}", "careconnect-prod", "${recovery-backup-vault.arn}",
		"careconnect-prod-failover-switch", "${recovery-failover-switch-health.id}", "${recovery-keys-secrets.arn}",
	}, seen)
}

func TestBackupsAndImages(t *testing.T) {
	g, _, err := protected(t, same)
	require.NoError(t, err)
	assert.Equal(t, map[string]any{
		"sourceDbInstanceArn": "arn:aws:rds:us-east-1:123456789012:db:careconnect-prod-db",
		"kmsKeyId":            "${recovery-keys-data.arn}", "retentionPeriod": 30.0,
	}, componenttest.Input(t, componenttest.Find(t, g, backupsType, "recovery-database-automated-backups"), ""))
	registry := componenttest.Find(t, g, registryType, "recovery-images-registry")
	assert.Equal(t, "us-west-2", componenttest.Input(t, registry, "replicationConfiguration.rules[0].destinations[0].region"))
	assert.Equal(t, "careconnect-prod/", componenttest.Input(t, registry, "replicationConfiguration.rules[0].repositoryFilters[0].filter"))
	repository := componenttest.Find(t, g, "awsx:ecr:Repository", "recovery-backend-repository-images")
	assert.Equal(t, "careconnect-prod/backend", componenttest.Input(t, repository, "name"), "ECR replicates into the same name")
	assert.Equal(t, "IMMUTABLE", componenttest.Input(t, repository, "imageTagMutability"))
	assert.Equal(t, []any{map[string]any{"encryptionType": "KMS", "kmsKey": "${recovery-keys-data.arn}"}}, componenttest.Input(t, repository, "encryptionConfigurations"))
}

// One data point decides and stands: an alarm that changed with silence would send traffic back by itself.
func TestSwitch(t *testing.T) {
	g, _, err := protected(t, same)
	require.NoError(t, err)
	alarm := componenttest.Find(t, g, alarmType, "recovery-failover-switch")
	assert.Equal(t, map[string]any{
		"name": "careconnect-prod-failover-switch",
		"alarmDescription": "PAGE: Traffic is sent to the recovery region. If nobody is failing over, release the switch " +
			"(docs/disaster-recovery.md). Runbook: docs/operations.md#failover-switch",
		"namespace": "Carebase/Recovery", "metricName": "FailoverSwitch", "dimensions": map[string]any{"Stack": "prod"},
		"statistic": "Maximum", "comparisonOperator": "GreaterThanOrEqualToThreshold", "threshold": 1.0,
		"period": 60.0, "evaluationPeriods": 1.0, "treatMissingData": "ignore",
		"alarmActions": []any{"${recovery-alerts-topic.arn}"}, "okActions": []any{"${recovery-alerts-topic.arn}"},
	}, componenttest.Input(t, alarm, ""))
	assert.Equal(t, "us-west-2", alarm.Region, "the primary region may be gone")
	check := componenttest.Find(t, g, checkType, "recovery-failover-switch-health")
	assert.Equal(t, []string{"port", "requestInterval"}, check.IgnoreChanges, "records name it: it is not to be replaced")
	assert.Equal(t, map[string]any{
		"type": "CLOUDWATCH_METRIC", "cloudwatchAlarmName": "careconnect-prod-failover-switch", "cloudwatchAlarmRegion": "us-west-2",
		"insufficientDataHealthStatus": "LastKnownStatus", "tags": map[string]any{"Name": "careconnect-prod-failover-switch"},
	}, componenttest.Input(t, check, ""))
}

// The switch's value is published all the time, by a schedule that no update of the program turns, and silence is an alarm.
func TestSwitchIsPublished(t *testing.T) {
	g, _, err := protected(t, same)
	require.NoError(t, err)
	schedule := componenttest.Find(t, g, "aws:scheduler/schedule:Schedule", "recovery-failover-switch-publisher")
	assert.Equal(t, "us-west-2", schedule.Region)
	assert.Equal(t, []string{"target.input"}, schedule.IgnoreChanges, "an update would turn the switch")
	assert.Equal(t, componenttest.Input(t, componenttest.Find(t, g, alarmType, "recovery-failover-switch"), "name"), componenttest.Input(t, schedule, "name"), "carebase dr finds it by that name")
	assert.Equal(t, []any{"rate(1 minute)", "ENABLED", "OFF"}, []any{
		componenttest.Input(t, schedule, "scheduleExpression"), componenttest.Input(t, schedule, "state"), componenttest.Input(t, schedule, "flexibleTimeWindow.mode")})
	assert.Equal(t, map[string]any{
		"arn": "arn:aws:scheduler:::aws-sdk:cloudwatch:putMetricData", "roleArn": "${recovery-failover-switch-role.arn}",
		"input":       `{"Namespace":"Carebase/Recovery","MetricData":[{"MetricName":"FailoverSwitch","Dimensions":[{"Name":"Stack","Value":"prod"}],"Value":0}]}`,
		"retryPolicy": map[string]any{"maximumEventAgeInSeconds": 60.0, "maximumRetryAttempts": 0.0},
	}, componenttest.Input(t, schedule, "target"), "a value that is late must not arrive after the switch was turned")

	permissions := componenttest.JSON(t, componenttest.Find(t, g, "aws:iam/policy:Policy", "recovery-failover-switch-permissions"), "policy")
	assert.Equal(t, []any{map[string]any{
		"Sid": "Publish", "Effect": "Allow", "Action": "cloudwatch:PutMetricData", "Resource": "*",
		"Condition": map[string]any{"StringEquals": map[string]any{"cloudwatch:namespace": "Carebase/Recovery"}},
	}}, permissions["Statement"])
	trust := componenttest.JSON(t, componenttest.Find(t, g, "aws:iam/role:Role", "recovery-failover-switch-role"), "assumeRolePolicy")
	assert.Contains(t, fmt.Sprint(trust), "scheduler.amazonaws.com")
	assert.Contains(t, fmt.Sprint(trust), "aws:SourceAccount")

	silent := componenttest.Find(t, g, alarmType, "recovery-failover-switch-silent")
	for property, want := range map[string]any{"metricName": "FailoverSwitch", "statistic": "SampleCount", "comparisonOperator": "LessThanThreshold",
		"threshold": 1.0, "period": 300.0, "evaluationPeriods": 2.0, "treatMissingData": "breaching"} {
		assert.Equal(t, want, componenttest.Input(t, silent, property), property)
	}
}

func TestTreeAndStability(t *testing.T) {
	g, _, err := protected(t, same)
	require.NoError(t, err)
	root := componenttest.Find(t, g, component, "recovery")
	for _, r := range g.Resources {
		if !strings.HasPrefix(r.Name, "recovery-") || r.IsProvider() {
			continue
		}
		top := r
		for top.Parent != "" && top != root {
			top = g.Lookup(top.Parent)
		}
		assert.Same(t, root, top, r.Name)
	}
	again, _, err := protected(t, same)
	require.NoError(t, err)
	componenttest.AssertSame(t, g, again)
}

func TestArgumentsAreRefused(t *testing.T) {
	for want, change := range map[string]func(*dr.Args){
		"Primary is missing":               func(a *dr.Args) { a.Primary = nil },
		`Region = "Oregon"`:                func(a *dr.Args) { a.Region = "Oregon" },
		`NamePrefix = ""`:                  func(a *dr.Args) { a.NamePrefix = "" },
		`Environment = "Prod"`:             func(a *dr.Args) { a.Environment = "Prod" },
		"Keys is missing":                  func(a *dr.Args) { a.Keys = nil },
		`BucketName = "Logs"`:              func(a *dr.Args) { a.LogBucketName = "Logs" },
		"RetentionDays = 1: allowed":       func(a *dr.Args) { a.LogRetentionDays = 1 },
		"LockMinDays = 0: allowed":         func(a *dr.Args) { a.LockMinDays = 0 },
		`RepositoryPrefixes = "*"`:         func(a *dr.Args) { a.ImagePrefixes = []string{"*"} },
		`Emails = "nobody": allowed is ad`: func(a *dr.Args) { a.Emails = []string{"nobody"} },
	} {
		_, _, err := protected(t, change)
		assert.ErrorContains(t, err, want)
	}
	err := componenttest.Refused(t, func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
		_, err := dr.New(ctx, "recovery", nil, opts...)
		return err
	})
	assert.ErrorContains(t, err, "Args is missing")
}
