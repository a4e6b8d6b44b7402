package backup_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"

	"github.com/carebase/carebase/components/backup"
	"github.com/carebase/carebase/componenttest"
)

func rule(name, cron string, lifecycle map[string]any, copyTo string) map[string]any {
	r := map[string]any{
		"ruleName": name, "schedule": cron, "targetVaultName": "careconnect-prod",
		"startWindow": 60.0, "completionWindow": 10080.0, "lifecycle": lifecycle,
	}
	if copyTo != "" {
		r["copyActions"] = []any{map[string]any{"destinationVaultArn": copyTo, "lifecycle": lifecycle}}
	}
	return r
}

func TestPlan(t *testing.T) {
	for title, copyTo := range map[string]string{"copied": copyVault, "one region": ""} {
		t.Run(title, func(t *testing.T) {
			g := planned(t, changed(func(a *backup.Args) {
				if copyTo == "" {
					a.Plan.CopyToVaultArn = nil
				}
			}))
			plan := componenttest.Find(t, g, planType, "backup-plan")
			assert.Equal(t, []any{
				rule("daily", "cron(0 6 * * ? *)", map[string]any{"deleteAfter": 35.0}, copyTo),
				rule("weekly", "cron(0 8 ? * SUN *)", map[string]any{"deleteAfter": 90.0}, copyTo),
				rule("monthly", "cron(0 10 1 * ? *)", map[string]any{
					"deleteAfter": 2557.0, "coldStorageAfter": 90.0, "optInToArchiveForSupportedResources": true,
				}, copyTo),
			}, componenttest.Input(t, plan, "rules"))
			assert.Contains(t, plan.Dependencies, componenttest.Find(t, g, vaultType, "backup-vault").URN)
		})
	}
}

// A copy is kept no longer than CopyDays, and goes to cold storage only where it can stay for the 90 days that AWS wants.
func TestCopyDays(t *testing.T) {
	cold := func(days float64) map[string]any {
		return map[string]any{"deleteAfter": days, "coldStorageAfter": 90.0, "optInToArchiveForSupportedResources": true}
	}
	warm := func(days float64) map[string]any { return map[string]any{"deleteAfter": days} }
	for days, want := range map[int][]map[string]any{
		0: {warm(35), warm(90), cold(2557)}, 35: {warm(35), warm(35), warm(35)}, 179: {warm(35), warm(90), warm(179)},
		180: {warm(35), warm(90), cold(180)}, 365: {warm(35), warm(90), cold(365)}, 5000: {warm(35), warm(90), cold(2557)},
	} {
		plan := componenttest.Find(t, planned(t, changed(func(a *backup.Args) { a.Plan.CopyDays = days })), planType, "backup-plan")
		for i, lifecycle := range []map[string]any{warm(35), warm(90), cold(2557)} {
			r := componenttest.Input(t, plan, "rules").([]any)[i].(map[string]any)
			assert.Equal(t, lifecycle, r["lifecycle"], "what is copied is kept as ever")
			assert.Equal(t, want[i], r["copyActions"].([]any)[0].(map[string]any)["lifecycle"], days)
		}
	}
}

// Continuous backups would take the database's retention and window over.
func TestNothingIsBackedUpContinuously(t *testing.T) {
	plan := componenttest.Find(t, planned(t, production()), planType, "backup-plan")
	for _, r := range componenttest.Input(t, plan, "rules").([]any) {
		assert.NotContains(t, r, "enableContinuousBackup")
	}
}

func TestSelectionByTagAndByName(t *testing.T) {
	assert.Equal(t, "Backup", backup.TagKey, "resources in the stacks carry it")
	for title, c := range map[string]struct {
		resources pulumi.StringArray
		want      any
	}{
		"tag and name": {pulumi.StringArray{pulumi.String(databaseArn)}, []any{databaseArn}},
		"tag":          {nil, nil},
	} {
		t.Run(title, func(t *testing.T) {
			g := planned(t, changed(func(a *backup.Args) { a.Plan.Resources = c.resources }))
			selection := componenttest.Find(t, g, selectionType, "backup-selection")
			assert.Equal(t, "${backup-plan.id}", componenttest.Input(t, selection, "planId"))
			assert.Equal(t, "${backup-job-role.arn}", componenttest.Input(t, selection, "iamRoleArn"))
			assert.Equal(t, []any{map[string]any{"type": "STRINGEQUALS", "key": "Backup", "value": "careconnect-prod"}},
				componenttest.Input(t, selection, "selectionTags"))
			assert.Equal(t, c.want, componenttest.Input(t, selection, "resources"))
			for _, of := range []string{"snapshots", "buckets"} {
				attached := componenttest.Find(t, g, attachType, "backup-job-"+of)
				assert.Contains(t, selection.Dependencies, attached.URN, "AWS Backup tries the role at once")
			}
		})
	}
}

func TestMakingAndRestoringAreTwoRoles(t *testing.T) {
	g := planned(t, production())
	for job, policies := range map[string]map[string]string{
		"job": {
			"snapshots": "arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup",
			"buckets":   "arn:aws:iam::aws:policy/AWSBackupServiceRolePolicyForS3Backup",
		},
		"restore": {
			"snapshots": "arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForRestores",
			"buckets":   "arn:aws:iam::aws:policy/AWSBackupServiceRolePolicyForS3Restore",
		},
	} {
		role := componenttest.Find(t, g, roleType, "backup-"+job+"-role")
		assert.Equal(t, map[string]any{
			"Version": "2012-10-17",
			"Statement": []any{map[string]any{
				"Sid": "AWSBackup", "Effect": "Allow", "Principal": map[string]any{"Service": "backup.amazonaws.com"},
				"Action": "sts:AssumeRole",
			}},
		}, componenttest.JSON(t, role, "assumeRolePolicy"))
		assert.Nil(t, componenttest.Input(t, role, "inlinePolicies"))
		assert.Nil(t, componenttest.Input(t, role, "managedPolicyArns"))
		for of, arn := range policies {
			attached := componenttest.Find(t, g, attachType, "backup-"+job+"-"+of)
			assert.Equal(t, "${backup-"+job+"-role.name}", componenttest.Input(t, attached, "role"))
			assert.Equal(t, arn, componenttest.Input(t, attached, "policyArn"))
		}
	}
}

func TestPartition(t *testing.T) {
	g := componenttest.Plan(t, "us-gov-west-1", func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
		_, err := backup.New(ctx, "backup", changed(func(a *backup.Args) { a.Plan = nil }), opts...)
		return err
	})
	for _, attached := range g.OfType(attachType) {
		assert.Contains(t, componenttest.Input(t, attached, "policyArn"), "arn:aws-us-gov:iam::aws:policy/")
	}
}
