package policy

import "github.com/carebase/carebase/graph"

const vaultPolicyType = "aws:backup/vaultPolicy:VaultPolicy"

func planned(rules ...any) []*graph.Resource {
	return []*graph.Resource{res(planType, "plan", in{"rules": rules})}
}

func everyDay(changes in) in {
	return changed(in{"ruleName": "daily", "schedule": "cron(0 6 * * ? *)", "lifecycle": in{"deleteAfter": 35}}, changes)
}

func copiedTo(vault any) in {
	return everyDay(in{"copyActions": []any{in{"destinationVaultArn": vault}}})
}

// vaulted is the vault "vault" with what belongs to it.
func vaulted(more ...*graph.Resource) []*graph.Resource {
	return append([]*graph.Resource{res(vaultType, "vault", in{"name": "app", "kmsKeyArn": "arn:x"})}, more...)
}

func lockOf(inputs in) *graph.Resource {
	return res(lockType, "lock", changed(in{"backupVaultName": ref(vaultType, "vault", "name")}, inputs))
}

func vaultPolicy(changes statement) *graph.Resource {
	return res(vaultPolicyType, "policy", changed(policyOf(changed(statement{
		"Effect": "Deny", "Principal": in{"AWS": "*"}, "Resource": "*",
		"Action": []any{"backup:DeleteRecoveryPoint", "backup:UpdateRecoveryPointLifecycle", "backup:PutBackupVaultAccessPolicy"},
	}, changes)), in{"backupVaultName": ref(vaultType, "vault", "id")}))
}

// restoreTested are plans with a restore test of the vaults: its plan in a region, and its selection.
func restoreTested(region string, included any, more ...*graph.Resource) []*graph.Resource {
	const testType, selectionType = "aws:backup/restoreTestingPlan:RestoreTestingPlan", "aws:backup/restoreTestingSelection:RestoreTestingSelection"
	return append(more,
		inRegion(region, res(testType, "test", in{"name": "app", "recoveryPointSelection": in{"includeVaults": included}})),
		inRegion(region, res(selectionType, "databases", in{"restoreTestingPlanName": "app", "protectedResourceType": "RDS"})))
}

// backedUp is a plan that backs up into the vault "vault" and copies into the vault "far" of another region.
func backedUp() []*graph.Resource {
	return append(vaulted(), inRegion("us-west-2", res(vaultType, "far", in{"name": "app"})),
		planned(changed(copiedTo(ref(vaultType, "far", "arn")), in{"targetVaultName": ref(vaultType, "vault", "name")}))[0])
}

// near is a restore test of the vault "vault".
func near(more ...*graph.Resource) []*graph.Resource {
	tests := restoreTested("us-east-1", []any{ref(vaultType, "vault", "arn")})
	tests[0].URN, tests[0].Name = urnOf(tests[0].Type, "near"), "near"
	tests[1].URN, tests[1].Name = urnOf(tests[1].Type, "near"), "near"
	return append(more, tests...)
}

// spared is a policy with a condition.
func spared(test, key string, values ...any) []*graph.Resource {
	return vaulted(vaultPolicy(statement{"Condition": in{test: in{key: values}}}))
}

var backupFixtures = map[string]fixture{
	"BK-1": {
		satisfied: []example{
			{about: "daily for 35 days", resources: planned(everyDay(nil))},
			{about: "hourly", resources: planned(everyDay(in{"schedule": "cron(0 * ? * * *)"}))},
			{about: "AWS's schedule, for ever", resources: planned(in{"ruleName": "daily"})},
			{about: "among rarer and shorter ones", resources: planned(
				everyDay(in{"schedule": "cron(0 8 ? * SUN *)"}), everyDay(in{"lifecycle": in{"deleteAfter": 7}}), everyDay(in{"lifecycle": in{"deleteAfter": 90}}),
			)},
		},
		violated: []example{
			{about: "no rules", property: "rules", resources: planned()},
			{about: "weekly", property: "rules[0].schedule", resources: planned(everyDay(in{"schedule": "cron(0 8 ? * SUN *)"}))},
			{about: "on workdays", property: "rules[0].schedule", resources: planned(everyDay(in{"schedule": "cron(0 8 ? * MON-FRI *)"}))},
			{about: "a schedule that is none", property: "rules[0].schedule", resources: planned(everyDay(in{"schedule": "daily"}))},
			{about: "for five weeks but a day", property: "rules[0].lifecycle.deleteAfter", resources: planned(everyDay(in{"lifecycle": in{"deleteAfter": 34}}))},
			{about: "daily but short, long but rare", property: "rules[0].lifecycle.deleteAfter", resources: planned(
				everyDay(in{"lifecycle": in{"deleteAfter": 7}}), everyDay(in{"schedule": "cron(0 8 1 * ? *)"}),
			)},
		},
		undecided: []example{
			{about: "rules not known", resources: []*graph.Resource{res(planType, "plan", in{"rules": unknown})}},
			{about: "schedule not known", resources: planned(everyDay(in{"schedule": unknown}))},
			{about: "retention not known", resources: planned(everyDay(in{"lifecycle": in{"deleteAfter": unknown}}))},
			{about: "the one that may do not known", resources: planned(everyDay(in{"schedule": "cron(0 8 1 * ? *)"}), everyDay(in{"schedule": unknown}))},
		},
	},
	"BK-2": {
		satisfied: []example{{about: "a key of the stack", resources: []*graph.Resource{res(vaultType, "vault", in{"kmsKeyArn": ref(keyType, "backups", "arn")})}}},
		violated: []example{
			{about: "none", property: "kmsKeyArn", resources: []*graph.Resource{res(vaultType, "vault", in{})}},
			{about: "AWS's", property: "kmsKeyArn", resources: []*graph.Resource{res(vaultType, "vault", in{"kmsKeyArn": "arn:aws:kms:us-east-1:111122223333:alias/aws/backup"})}},
		},
		undecided: []example{{about: "not known", resources: []*graph.Resource{res(vaultType, "vault", in{"kmsKeyArn": unknown})}}},
	},
	"BK-3": {
		satisfied: []example{
			{about: "denied", resources: vaulted(vaultPolicy(nil))},
			{about: "denied by a pattern", resources: vaulted(vaultPolicy(statement{"Action": "backup:*", "Principal": "*"}))},
			{about: "denied in two statements", resources: vaulted(res(vaultPolicyType, "policy", changed(policyOf(
				statement{"Effect": "Deny", "Principal": "*", "Resource": []any{"*"}, "Action": []any{"backup:Delete*"}},
				statement{"Effect": "Deny", "Principal": "*", "Resource": []any{"*"}, "Action": []any{"backup:UpdateRecoveryPointLifecycle", "backup:PutBackupVaultAccessPolicy"}},
			), in{"backupVaultName": "app"})))},
			{about: "denied but to one in an emergency", resources: spared("ArnNotEquals", "aws:PrincipalArn", "arn:aws:iam::111122223333:role/emergency")},
			{about: "locked", resources: vaulted(lockOf(in{"minRetentionDays": 1}))},
			{about: "locked, by the vault's name", resources: vaulted(lockOf(in{"backupVaultName": "app"}))},
		},
		violated: []example{
			{about: "neither", property: "VaultPolicy", resources: vaulted()},
			{about: "another vault's policy", property: "VaultPolicy", resources: vaulted(res(vaultPolicyType, "policy", changed(policyOf(), in{"backupVaultName": "another"})))},
			{about: "another vault's lock", property: "VaultPolicy", resources: vaulted(lockOf(in{"backupVaultName": "another"}))},
			{about: "the lock of a vault of that name in another region", property: "VaultPolicy", resources: vaulted(inRegion("us-west-2", lockOf(in{"backupVaultName": "app"})))},
			{about: "allowed", property: "policy", resources: vaulted(vaultPolicy(statement{"Effect": "Allow"}))},
			{about: "denied to one", property: "policy", resources: vaulted(vaultPolicy(statement{"Principal": in{"AWS": "arn:aws:iam::111122223333:root"}}))},
			{about: "deletion allowed", property: "policy", resources: vaulted(vaultPolicy(statement{"Action": []any{"backup:UpdateRecoveryPointLifecycle", "backup:PutBackupVaultAccessPolicy"}}))},
			{about: "a shorter life allowed", property: "policy", resources: vaulted(vaultPolicy(statement{"Action": []any{"backup:DeleteRecoveryPoint", "backup:PutBackupVaultAccessPolicy"}}))},
			{about: "another policy allowed", property: "policy", resources: vaulted(vaultPolicy(statement{"Action": []any{"backup:DeleteRecoveryPoint", "backup:UpdateRecoveryPointLifecycle"}}))},
			{about: "one backup only", property: "policy", resources: vaulted(vaultPolicy(statement{"Resource": "arn:aws:backup:us-east-1:111122223333:recovery-point:x"}))},
			{about: "to those without a second factor", property: "policy", resources: spared("Bool", "aws:MultiFactorAuthPresent", "false")},
			{about: "to one", property: "policy", resources: spared("ArnEquals", "aws:PrincipalArn", "arn:aws:iam::111122223333:role/x")},
			{about: "but to everyone", property: "policy", resources: spared("ArnNotLike", "aws:PrincipalArn", "*")},
			{about: "but to an account", property: "policy", resources: spared("StringNotEquals", "aws:PrincipalAccount", "111122223333")},
			{about: "no JSON", property: "policy", resources: vaulted(res(vaultPolicyType, "policy", in{"backupVaultName": "app", "policy": "deny"}))},
		},
		undecided: []example{
			{about: "policy not known", resources: vaulted(res(vaultPolicyType, "policy", in{"backupVaultName": "app", "policy": unknown}))},
			{about: "whose policy is not known", resources: vaulted(res(vaultPolicyType, "policy", in{"backupVaultName": unknown, "policy": "{}"}))},
		},
	},
	"X-BK-LOCK": {
		satisfied: []example{{about: "in compliance mode", resources: vaulted(lockOf(in{"changeableForDays": 3, "minRetentionDays": 7, "maxRetentionDays": 36500}))}},
		violated: []example{
			{about: "none", property: "VaultLockConfiguration", resources: vaulted(vaultPolicy(nil))},
			{about: "another vault's", property: "VaultLockConfiguration", resources: vaulted(lockOf(in{"backupVaultName": "another", "changeableForDays": 3, "minRetentionDays": 7}))},
			{about: "governance mode", property: "changeableForDays", resources: vaulted(lockOf(in{"minRetentionDays": 7}))},
			{about: "no least time", property: "minRetentionDays", resources: vaulted(lockOf(in{"changeableForDays": 3}))},
			{about: "a least time of nothing", property: "minRetentionDays", resources: vaulted(lockOf(in{"changeableForDays": 3, "minRetentionDays": 0}))},
		},
		undecided: []example{
			{about: "mode not known", resources: vaulted(lockOf(in{"changeableForDays": unknown, "minRetentionDays": 7}))},
			{about: "whose is not known", resources: vaulted(lockOf(in{"backupVaultName": unknown, "changeableForDays": 3, "minRetentionDays": 7}))},
		},
	},
	"X-BK-TEST": {
		satisfied: []example{
			{about: "both vaults, each in its region", resources: restoreTested("us-west-2", []any{ref(vaultType, "far", "arn")}, near(backedUp()...)...)},
			{about: "every vault of the region", resources: restoreTested("us-west-2", []any{"*"}, near(backedUp()...)...)},
			{about: "by the vault's ARN", resources: restoreTested("us-west-2", []any{"arn:aws:backup:us-west-2:111122223333:backup-vault:app"}, near(backedUp()...)...)},
		},
		violated: []example{
			{about: "none", property: "RestoreTestingPlan", resources: backedUp()},
			{about: "the vault that receives the copies is left out", property: "RestoreTestingPlan", resources: near(backedUp()...)},
			{about: "a test of the vault of that name in the other region", property: "RestoreTestingPlan",
				resources: restoreTested("us-east-1", []any{"arn:aws:backup:us-east-1:111122223333:backup-vault:app"}, backedUp()...)},
			{about: "a test of another vault", property: "RestoreTestingPlan", resources: restoreTested("us-west-2", []any{"arn:aws:backup:us-west-2:111122223333:backup-vault:other"}, near(backedUp()...)...)},
			{about: "a test without a selection", property: "RestoreTestingPlan", resources: near(append(backedUp(),
				inRegion("us-west-2", res("aws:backup/restoreTestingPlan:RestoreTestingPlan", "test", in{"name": "app", "recoveryPointSelection": in{"includeVaults": []any{"*"}}})))...)},
			{about: "included and excluded", property: "RestoreTestingPlan", resources: near(append(backedUp(),
				inRegion("us-west-2", res("aws:backup/restoreTestingPlan:RestoreTestingPlan", "test", in{"name": "app", "recoveryPointSelection": in{
					"includeVaults": []any{"*"}, "excludeVaults": []any{ref(vaultType, "far", "arn")}}})),
				inRegion("us-west-2", res("aws:backup/restoreTestingSelection:RestoreTestingSelection", "databases", in{"restoreTestingPlanName": "app"})))...)},
		},
		undecided: []example{
			{about: "which vaults is not known", resources: restoreTested("us-west-2", unknown, near(backedUp()...)...)},
		},
	},
	"X-BK-XR": {
		satisfied: []example{
			{about: "a vault of the stack", resources: append(planned(copiedTo(ref(vaultType, "far", "arn"))), inRegion("us-west-2", res(vaultType, "far", in{})))},
			{about: "a vault of the stack that is not known yet, nor is the plan's own", resources: waiting("rules", []*graph.Resource{
				res(vaultType, "near", in{}), inRegion("us-west-2", res(vaultType, "far", in{})), nil,
			}, planned(copiedTo(unknown))[0])},
			{about: "a vault elsewhere", resources: planned(copiedTo("arn:aws:backup:us-west-2:111122223333:backup-vault:far"))},
			{about: "one rule of two, one copy of two", resources: planned(everyDay(nil), everyDay(in{"copyActions": []any{
				in{"destinationVaultArn": "arn:aws:backup:us-east-1:444455556666:backup-vault:account"},
				in{"destinationVaultArn": "arn:aws:backup:us-west-2:111122223333:backup-vault:far"},
			}}))},
		},
		violated: []example{
			{about: "no rules", property: "rules", resources: planned()},
			{about: "no copy", property: "rules[0].copyActions", resources: planned(everyDay(nil))},
			{about: "in the same region", property: "rules[0].copyActions[0].destinationVaultArn", resources: append(planned(copiedTo(ref(vaultType, "near", "arn"))), res(vaultType, "near", in{}))},
			{about: "in the same region elsewhere", property: "rules[0].copyActions[0].destinationVaultArn", resources: planned(copiedTo("arn:aws:backup:us-east-1:444455556666:backup-vault:near"))},
			{about: "what the plan waits for elsewhere is no vault, the only one is its own", property: "rules[0].copyActions[0].destinationVaultArn", resources: waiting("rules", []*graph.Resource{
				res(vaultType, "near", in{}), inRegion("us-west-2", res("aws:kms/key:Key", "far", in{})), nil,
			}, planned(copiedTo(unknown))[0])},
			{about: "no ARN", property: "rules[0].copyActions[0].destinationVaultArn", resources: planned(copiedTo("far"))},
			{about: "of the monthly backups only", property: "rules[0].copyActions", resources: planned(
				everyDay(nil), changed(copiedTo("arn:aws:backup:us-west-2:111122223333:backup-vault:far"), in{"schedule": "cron(0 10 1 * ? *)"}),
			)},
		},
		undecided: []example{
			{about: "where to is not known", resources: planned(copiedTo(unknown))},
			{about: "another stack's vault", resources: append(planned(copiedTo(ref("pulumi:pulumi:StackReference", "recovery", "outputs.vaultArn"))),
				res("pulumi:pulumi:StackReference", "recovery", in{}))},
			{about: "copies not known", resources: planned(everyDay(in{"copyActions": unknown}))},
		},
	},
}
