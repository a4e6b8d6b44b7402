package backup_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"

	"github.com/carebase/carebase/components/backup"
	"github.com/carebase/carebase/componenttest"
)

func TestRestoresAreTestedTwiceAWeek(t *testing.T) {
	test := componenttest.Find(t, planned(t, production()), testType, "backup-restore-test")
	assert.Equal(t, "careconnect_prod", componenttest.Input(t, test, "name"), "AWS allows no hyphens")
	assert.Equal(t, "cron(0 12 ? * SUN,WED *)", componenttest.Input(t, test, "scheduleExpression"))
	assert.Equal(t, "Etc/UTC", componenttest.Input(t, test, "scheduleExpressionTimezone"))
	assert.EqualValues(t, 8, componenttest.Input(t, test, "startWindowHours"))
	assert.Equal(t, map[string]any{
		"algorithm": "RANDOM_WITHIN_WINDOW", "includeVaults": []any{"${backup-vault.arn}"},
		"recoveryPointTypes": []any{"SNAPSHOT"}, "selectionWindowDays": 35.0,
	}, componenttest.Input(t, test, "recoveryPointSelection"))
}

func TestWhatIsRestored(t *testing.T) {
	g := planned(t, production())
	for logical, c := range map[string]struct {
		typ       string
		overrides map[string]any
	}{
		"backup-restore-test-rds": {"RDS", map[string]any{
			"dbSubnetGroupName": "${backup-restore-test-subnets.name}", "multiAz": "false", "publiclyAccessible": "false",
			"vpcSecurityGroupIds": `["${backup-restore-test-quarantine.id}"]`,
		}},
		"backup-restore-test-s3": {"S3", map[string]any{"encryptionType": "SSE-KMS", "kmsKey": keyArn}},
	} {
		of := componenttest.Find(t, g, testOfType, logical)
		assert.Equal(t, c.typ, componenttest.Input(t, of, "name"))
		assert.Equal(t, c.typ, componenttest.Input(t, of, "protectedResourceType"))
		assert.Equal(t, []any{"*"}, componenttest.Input(t, of, "protectedResourceArns"))
		assert.Equal(t, "careconnect_prod", componenttest.Input(t, of, "restoreTestingPlanName"))
		assert.Contains(t, of.Dependencies, componenttest.Find(t, g, testType, "backup-restore-test").URN)
		assert.Equal(t, "${backup-restore-role.arn}", componenttest.Input(t, of, "iamRoleArn"))
		assert.Equal(t, c.overrides, componenttest.Input(t, of, "restoreMetadataOverrides"))
		assert.Nil(t, componenttest.Input(t, of, "validationWindowHours"), "what was restored is deleted at once")
		for _, policy := range []string{"snapshots", "buckets"} {
			assert.Contains(t, of.Dependencies, componenttest.Find(t, g, attachType, "backup-restore-"+policy).URN)
		}
	}
}

func TestBucketsAreRestoredOnRequest(t *testing.T) {
	g := planned(t, changed(func(a *backup.Args) { a.Plan.RestoreTest.Buckets = false }))
	assert.Len(t, g.OfType(testOfType), 1)
	componenttest.Find(t, g, testOfType, "backup-restore-test-rds")
}

// Copies from another region arrive in a vault without subnets of its own: another stack's test covers it.
func TestOtherVaultsAreRestoredFromAsWell(t *testing.T) {
	g := planned(t, changed(func(a *backup.Args) {
		a.Plan.RestoreTest.OtherVaultArns = pulumi.ToStringArray([]string{"arn:aws:backup:us-east-1:123456789012:backup-vault:copies"})
	}))
	selection := componenttest.Input(t, componenttest.Find(t, g, testType, "backup-restore-test"), "recoveryPointSelection").(map[string]any)
	assert.Equal(t, []any{"${backup-vault.arn}", "arn:aws:backup:us-east-1:123456789012:backup-vault:copies"}, selection["includeVaults"])
}

// A test that does not happen fails nothing.
func TestTestsThatDoNotHappenAreNoticed(t *testing.T) {
	g := planned(t, production())
	for typ, logical := range map[string]string{"RDS": "backup-restore-test-rds-passed", "S3": "backup-restore-test-s3-passed"} {
		assert.Equal(t, map[string]any{
			"source": []any{"aws.backup"}, "detail-type": []any{"Restore Job State Change"},
			"detail": map[string]any{"iamRoleArn": []any{"${backup-restore-role.arn}"}, "resourceType": []any{typ}, "status": []any{"COMPLETED"}},
		}, componenttest.JSON(t, componenttest.Find(t, g, eventType, logical), "eventPattern"))
		alarm := componenttest.Find(t, g, alarmType, logical+"-missing")
		for input, want := range map[string]any{
			"namespace": "AWS/Events", "metricName": "TriggeredRules", "dimensions": map[string]any{"RuleName": "${" + logical + ".name}"},
			"statistic": "Sum", "period": 86400.0, "evaluationPeriods": 6.0, "comparisonOperator": "LessThanThreshold", "threshold": 1.0,
			"treatMissingData": "breaching", "alarmActions": []any{alarmTopic},
		} {
			assert.Equal(t, want, componenttest.Input(t, alarm, input), input)
		}
	}
	assert.Empty(t, planned(t, changed(func(a *backup.Args) { a.Plan.RestoreTest = nil })).OfType(alarmType))
}

// A restored database holds what the real one does.
func TestNobodyReachesARestoredDatabase(t *testing.T) {
	g := planned(t, production())
	subnets := componenttest.Find(t, g, subnetsType, "backup-restore-test-subnets")
	assert.Equal(t, []any{"subnet-1", "subnet-2"}, componenttest.Input(t, subnets, "subnetIds"))

	quarantine := componenttest.Find(t, g, groupType, "backup-restore-test-quarantine")
	assert.Equal(t, "vpc-1", componenttest.Input(t, quarantine, "vpcId"))
	assert.Nil(t, componenttest.Input(t, quarantine, "ingress"))
	assert.Nil(t, componenttest.Input(t, quarantine, "egress"))
	assert.Equal(t, true, componenttest.Input(t, quarantine, "revokeRulesOnDelete"))
	for _, r := range g.Resources {
		assert.NotContains(t, r.Type, "GroupIngressRule")
		assert.NotContains(t, r.Type, "GroupEgressRule")
	}
}
