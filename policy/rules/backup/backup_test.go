package backup

import (
	"github.com/carebase/carebase/graph"
	. "github.com/carebase/carebase/graph/graphtest"
	"github.com/carebase/carebase/policy/inspect"
	. "github.com/carebase/carebase/policy/policytest"
	"github.com/carebase/carebase/policy/rules/internal/examples"
)

const vaultPolicyType = "aws:backup/vaultPolicy:VaultPolicy"

func planned(rules ...any) []*graph.Resource {
	return []*graph.Resource{Resource(planType, "plan", Inputs{"rules": rules})}
}

func everyDay(changes Inputs) Inputs {
	return examples.Changed(Inputs{"ruleName": "daily", "schedule": "cron(0 6 * * ? *)", "lifecycle": Inputs{"deleteAfter": 35}}, changes)
}

func copiedTo(vault any) Inputs {
	return everyDay(Inputs{"copyActions": []any{Inputs{"destinationVaultArn": vault}}})
}

// vaulted is the vault "vault" with what belongs to it.
func vaulted(more ...*graph.Resource) []*graph.Resource {
	return append([]*graph.Resource{Resource(inspect.VaultType, "vault", Inputs{"name": "app", "kmsKeyArn": "arn:x"})}, more...)
}

func lockOf(inputs Inputs) *graph.Resource {
	return Resource(inspect.LockType, "lock", examples.Changed(Inputs{"backupVaultName": Ref(inspect.VaultType, "vault", "name")}, inputs))
}

func vaultPolicy(changes Inputs) *graph.Resource {
	return Resource(vaultPolicyType, "policy", examples.Changed(examples.PolicyOf(examples.Changed(Inputs{
		"Effect": "Deny", "Principal": Inputs{"AWS": "*"}, "Resource": "*",
		"Action": []any{"backup:DeleteRecoveryPoint", "backup:UpdateRecoveryPointLifecycle", "backup:PutBackupVaultAccessPolicy"},
	}, changes)), Inputs{"backupVaultName": Ref(inspect.VaultType, "vault", "id")}))
}

// restoreTested are plans with a restore test of the vaults: its plan in a region, and its selection.
func restoreTested(region string, included any, more ...*graph.Resource) []*graph.Resource {
	const testType, selectionType = "aws:backup/restoreTestingPlan:RestoreTestingPlan", "aws:backup/restoreTestingSelection:RestoreTestingSelection"
	return append(more,
		InRegion(region, Resource(testType, "test", Inputs{"name": "app", "recoveryPointSelection": Inputs{"includeVaults": included}})),
		InRegion(region, Resource(selectionType, "databases", Inputs{"restoreTestingPlanName": "app", "protectedResourceType": "RDS"})))
}

// backedUp is a plan that backs up into the vault "vault" and copies into the vault "far" of another region.
func backedUp() []*graph.Resource {
	return append(vaulted(), InRegion("us-west-2", Resource(inspect.VaultType, "far", Inputs{"name": "app"})),
		planned(examples.Changed(copiedTo(Ref(inspect.VaultType, "far", "arn")), Inputs{"targetVaultName": Ref(inspect.VaultType, "vault", "name")}))[0])
}

// near is a restore test of the vault "vault".
func near(more ...*graph.Resource) []*graph.Resource {
	tests := restoreTested("us-east-1", []any{Ref(inspect.VaultType, "vault", "arn")})
	tests[0].URN, tests[0].Name = URN(tests[0].Type, "near"), "near"
	tests[1].URN, tests[1].Name = URN(tests[1].Type, "near"), "near"
	return append(more, tests...)
}

// spared is a policy with a condition.
func spared(test, key string, values ...any) []*graph.Resource {
	return vaulted(vaultPolicy(Inputs{"Condition": Inputs{test: Inputs{key: values}}}))
}

var backupFixtures = map[string]Fixture{
	"BK-1": {
		Satisfied: []Example{
			{About: "daily for 35 days", Resources: planned(everyDay(nil))},
			{About: "hourly", Resources: planned(everyDay(Inputs{"schedule": "cron(0 * ? * * *)"}))},
			{About: "AWS's schedule, for ever", Resources: planned(Inputs{"ruleName": "daily"})},
			{About: "among rarer and shorter ones", Resources: planned(
				everyDay(Inputs{"schedule": "cron(0 8 ? * SUN *)"}), everyDay(Inputs{"lifecycle": Inputs{"deleteAfter": 7}}), everyDay(Inputs{"lifecycle": Inputs{"deleteAfter": 90}}),
			)},
		},
		Violated: []Example{
			{About: "no rules", Property: "rules", Resources: planned()},
			{About: "weekly", Property: "rules[0].schedule", Resources: planned(everyDay(Inputs{"schedule": "cron(0 8 ? * SUN *)"}))},
			{About: "on workdays", Property: "rules[0].schedule", Resources: planned(everyDay(Inputs{"schedule": "cron(0 8 ? * MON-FRI *)"}))},
			{About: "a schedule that is none", Property: "rules[0].schedule", Resources: planned(everyDay(Inputs{"schedule": "daily"}))},
			{About: "for five weeks but a day", Property: "rules[0].lifecycle.deleteAfter", Resources: planned(everyDay(Inputs{"lifecycle": Inputs{"deleteAfter": 34}}))},
			{About: "daily but short, long but rare", Property: "rules[0].lifecycle.deleteAfter", Resources: planned(
				everyDay(Inputs{"lifecycle": Inputs{"deleteAfter": 7}}), everyDay(Inputs{"schedule": "cron(0 8 1 * ? *)"}),
			)},
		},
		Undecided: []Example{
			{About: "rules not known", Resources: []*graph.Resource{Resource(planType, "plan", Inputs{"rules": Unknown})}},
			{About: "schedule not known", Resources: planned(everyDay(Inputs{"schedule": Unknown}))},
			{About: "retention not known", Resources: planned(everyDay(Inputs{"lifecycle": Inputs{"deleteAfter": Unknown}}))},
			{About: "the one that may do not known", Resources: planned(everyDay(Inputs{"schedule": "cron(0 8 1 * ? *)"}), everyDay(Inputs{"schedule": Unknown}))},
		},
	},
	"BK-2": {
		Satisfied: []Example{{About: "a key of the stack", Resources: []*graph.Resource{Resource(inspect.VaultType, "vault", Inputs{"kmsKeyArn": Ref(inspect.KeyType, "backups", "arn")})}}},
		Violated: []Example{
			{About: "none", Property: "kmsKeyArn", Resources: []*graph.Resource{Resource(inspect.VaultType, "vault", Inputs{})}},
			{About: "AWS's", Property: "kmsKeyArn", Resources: []*graph.Resource{Resource(inspect.VaultType, "vault", Inputs{"kmsKeyArn": "arn:aws:kms:us-east-1:111122223333:alias/aws/backup"})}},
		},
		Undecided: []Example{{About: "not known", Resources: []*graph.Resource{Resource(inspect.VaultType, "vault", Inputs{"kmsKeyArn": Unknown})}}},
	},
	"BK-3": {
		Satisfied: []Example{
			{About: "denied", Resources: vaulted(vaultPolicy(nil))},
			{About: "denied by a pattern", Resources: vaulted(vaultPolicy(Inputs{"Action": "backup:*", "Principal": "*"}))},
			{About: "denied in two statements", Resources: vaulted(Resource(vaultPolicyType, "policy", examples.Changed(examples.PolicyOf(
				Inputs{"Effect": "Deny", "Principal": "*", "Resource": []any{"*"}, "Action": []any{"backup:Delete*"}},
				Inputs{"Effect": "Deny", "Principal": "*", "Resource": []any{"*"}, "Action": []any{"backup:UpdateRecoveryPointLifecycle", "backup:PutBackupVaultAccessPolicy"}},
			), Inputs{"backupVaultName": "app"})))},
			{About: "denied but to one in an emergency", Resources: spared("ArnNotEquals", "aws:PrincipalArn", "arn:aws:iam::111122223333:role/emergency")},
			{About: "locked", Resources: vaulted(lockOf(Inputs{"minRetentionDays": 1}))},
			{About: "locked, by the vault's name", Resources: vaulted(lockOf(Inputs{"backupVaultName": "app"}))},
		},
		Violated: []Example{
			{About: "neither", Property: "VaultPolicy", Resources: vaulted()},
			{About: "another vault's policy", Property: "VaultPolicy", Resources: vaulted(Resource(vaultPolicyType, "policy", examples.Changed(examples.PolicyOf(), Inputs{"backupVaultName": "another"})))},
			{About: "another vault's lock", Property: "VaultPolicy", Resources: vaulted(lockOf(Inputs{"backupVaultName": "another"}))},
			{About: "the lock of a vault of that name in another region", Property: "VaultPolicy", Resources: vaulted(InRegion("us-west-2", lockOf(Inputs{"backupVaultName": "app"})))},
			{About: "allowed", Property: "policy", Resources: vaulted(vaultPolicy(Inputs{"Effect": "Allow"}))},
			{About: "denied to one", Property: "policy", Resources: vaulted(vaultPolicy(Inputs{"Principal": Inputs{"AWS": "arn:aws:iam::111122223333:root"}}))},
			{About: "deletion allowed", Property: "policy", Resources: vaulted(vaultPolicy(Inputs{"Action": []any{"backup:UpdateRecoveryPointLifecycle", "backup:PutBackupVaultAccessPolicy"}}))},
			{About: "a shorter life allowed", Property: "policy", Resources: vaulted(vaultPolicy(Inputs{"Action": []any{"backup:DeleteRecoveryPoint", "backup:PutBackupVaultAccessPolicy"}}))},
			{About: "another policy allowed", Property: "policy", Resources: vaulted(vaultPolicy(Inputs{"Action": []any{"backup:DeleteRecoveryPoint", "backup:UpdateRecoveryPointLifecycle"}}))},
			{About: "one backup only", Property: "policy", Resources: vaulted(vaultPolicy(Inputs{"Resource": "arn:aws:backup:us-east-1:111122223333:recovery-point:x"}))},
			{About: "to those without a second factor", Property: "policy", Resources: spared("Bool", "aws:MultiFactorAuthPresent", "false")},
			{About: "to one", Property: "policy", Resources: spared("ArnEquals", "aws:PrincipalArn", "arn:aws:iam::111122223333:role/x")},
			{About: "but to everyone", Property: "policy", Resources: spared("ArnNotLike", "aws:PrincipalArn", "*")},
			{About: "but to an account", Property: "policy", Resources: spared("StringNotEquals", "aws:PrincipalAccount", "111122223333")},
			{About: "no JSON", Property: "policy", Resources: vaulted(Resource(vaultPolicyType, "policy", Inputs{"backupVaultName": "app", "policy": "deny"}))},
		},
		Undecided: []Example{
			{About: "policy not known", Resources: vaulted(Resource(vaultPolicyType, "policy", Inputs{"backupVaultName": "app", "policy": Unknown}))},
			{About: "whose policy is not known", Resources: vaulted(Resource(vaultPolicyType, "policy", Inputs{"backupVaultName": Unknown, "policy": "{}"}))},
		},
	},
	"X-BK-LOCK": {
		Satisfied: []Example{{About: "in compliance mode", Resources: vaulted(lockOf(Inputs{"changeableForDays": 3, "minRetentionDays": 7, "maxRetentionDays": 36500}))}},
		Violated: []Example{
			{About: "none", Property: "VaultLockConfiguration", Resources: vaulted(vaultPolicy(nil))},
			{About: "another vault's", Property: "VaultLockConfiguration", Resources: vaulted(lockOf(Inputs{"backupVaultName": "another", "changeableForDays": 3, "minRetentionDays": 7}))},
			{About: "governance mode", Property: "changeableForDays", Resources: vaulted(lockOf(Inputs{"minRetentionDays": 7}))},
			{About: "no least time", Property: "minRetentionDays", Resources: vaulted(lockOf(Inputs{"changeableForDays": 3}))},
			{About: "a least time of nothing", Property: "minRetentionDays", Resources: vaulted(lockOf(Inputs{"changeableForDays": 3, "minRetentionDays": 0}))},
		},
		Undecided: []Example{
			{About: "mode not known", Resources: vaulted(lockOf(Inputs{"changeableForDays": Unknown, "minRetentionDays": 7}))},
			{About: "whose is not known", Resources: vaulted(lockOf(Inputs{"backupVaultName": Unknown, "changeableForDays": 3, "minRetentionDays": 7}))},
		},
	},
	"X-BK-TEST": {
		Satisfied: []Example{
			{About: "both vaults, each in its region", Resources: restoreTested("us-west-2", []any{Ref(inspect.VaultType, "far", "arn")}, near(backedUp()...)...)},
			{About: "every vault of the region", Resources: restoreTested("us-west-2", []any{"*"}, near(backedUp()...)...)},
			{About: "by the vault's ARN", Resources: restoreTested("us-west-2", []any{"arn:aws:backup:us-west-2:111122223333:backup-vault:app"}, near(backedUp()...)...)},
		},
		Violated: []Example{
			{About: "none", Property: "RestoreTestingPlan", Resources: backedUp()},
			{About: "the vault that receives the copies is left out", Property: "RestoreTestingPlan", Resources: near(backedUp()...)},
			{About: "a test of the vault of that name in the other region", Property: "RestoreTestingPlan",
				Resources: restoreTested("us-east-1", []any{"arn:aws:backup:us-east-1:111122223333:backup-vault:app"}, backedUp()...)},
			{About: "a test of another vault", Property: "RestoreTestingPlan", Resources: restoreTested("us-west-2", []any{"arn:aws:backup:us-west-2:111122223333:backup-vault:other"}, near(backedUp()...)...)},
			{About: "a test without a selection", Property: "RestoreTestingPlan", Resources: near(append(backedUp(),
				InRegion("us-west-2", Resource("aws:backup/restoreTestingPlan:RestoreTestingPlan", "test", Inputs{"name": "app", "recoveryPointSelection": Inputs{"includeVaults": []any{"*"}}})))...)},
			{About: "included and excluded", Property: "RestoreTestingPlan", Resources: near(append(backedUp(),
				InRegion("us-west-2", Resource("aws:backup/restoreTestingPlan:RestoreTestingPlan", "test", Inputs{"name": "app", "recoveryPointSelection": Inputs{
					"includeVaults": []any{"*"}, "excludeVaults": []any{Ref(inspect.VaultType, "far", "arn")}}})),
				InRegion("us-west-2", Resource("aws:backup/restoreTestingSelection:RestoreTestingSelection", "databases", Inputs{"restoreTestingPlanName": "app"})))...)},
		},
		Undecided: []Example{
			{About: "which vaults is not known", Resources: restoreTested("us-west-2", Unknown, near(backedUp()...)...)},
		},
	},
	"X-BK-XR": {
		Satisfied: []Example{
			{About: "a vault of the stack", Resources: append(planned(copiedTo(Ref(inspect.VaultType, "far", "arn"))), InRegion("us-west-2", Resource(inspect.VaultType, "far", Inputs{})))},
			{About: "a vault of the stack that is not known yet, nor is the plan's own", Resources: examples.Waiting("rules", []*graph.Resource{
				Resource(inspect.VaultType, "near", Inputs{}), InRegion("us-west-2", Resource(inspect.VaultType, "far", Inputs{})), nil,
			}, planned(copiedTo(Unknown))[0])},
			{About: "a vault elsewhere", Resources: planned(copiedTo("arn:aws:backup:us-west-2:111122223333:backup-vault:far"))},
			{About: "one rule of two, one copy of two", Resources: planned(everyDay(nil), everyDay(Inputs{"copyActions": []any{
				Inputs{"destinationVaultArn": "arn:aws:backup:us-east-1:444455556666:backup-vault:account"},
				Inputs{"destinationVaultArn": "arn:aws:backup:us-west-2:111122223333:backup-vault:far"},
			}}))},
		},
		Violated: []Example{
			{About: "no rules", Property: "rules", Resources: planned()},
			{About: "no copy", Property: "rules[0].copyActions", Resources: planned(everyDay(nil))},
			{About: "in the same region", Property: "rules[0].copyActions[0].destinationVaultArn", Resources: append(planned(copiedTo(Ref(inspect.VaultType, "near", "arn"))), Resource(inspect.VaultType, "near", Inputs{}))},
			{About: "in the same region elsewhere", Property: "rules[0].copyActions[0].destinationVaultArn", Resources: planned(copiedTo("arn:aws:backup:us-east-1:444455556666:backup-vault:near"))},
			{About: "what the plan waits for elsewhere is no vault, the only one is its own", Property: "rules[0].copyActions[0].destinationVaultArn", Resources: examples.Waiting("rules", []*graph.Resource{
				Resource(inspect.VaultType, "near", Inputs{}), InRegion("us-west-2", Resource("aws:kms/key:Key", "far", Inputs{})), nil,
			}, planned(copiedTo(Unknown))[0])},
			{About: "no ARN", Property: "rules[0].copyActions[0].destinationVaultArn", Resources: planned(copiedTo("far"))},
			{About: "of the monthly backups only", Property: "rules[0].copyActions", Resources: planned(
				everyDay(nil), examples.Changed(copiedTo("arn:aws:backup:us-west-2:111122223333:backup-vault:far"), Inputs{"schedule": "cron(0 10 1 * ? *)"}),
			)},
		},
		Undecided: []Example{
			{About: "where to is not known", Resources: planned(copiedTo(Unknown))},
			{About: "another stack's vault", Resources: append(planned(copiedTo(Ref("pulumi:pulumi:StackReference", "recovery", "outputs.vaultArn"))),
				Resource("pulumi:pulumi:StackReference", "recovery", Inputs{}))},
			{About: "copies not known", Resources: planned(everyDay(Inputs{"copyActions": Unknown}))},
		},
	},
}
