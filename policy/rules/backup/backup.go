package backup

import (
	"slices"
	"strings"

	"github.com/carebase/carebase/policy"
	"github.com/carebase/carebase/policy/inspect"
)

const (
	planType = "aws:backup/plan:Plan"
)

// leastBackupDays is the retention that AWS's conformance pack for HIPAA asks for.
const leastBackupDays = 35

// plansDaily wants a rule of the plan that makes backups every day and keeps them: others may be rarer, or shorter.
func plansDaily(s *inspect.Stack, report *policy.Report) {
	for _, plan := range s.Of(planType) {
		if report.OneElement(plan, "rules[*]", "a daily rule", planFix, func(rule inspect.Value, report *policy.Report) bool {
			good := daily.Judge(report, plan, rule.At("schedule"))
			return keptLong.Judge(report, plan, rule.At("lifecycle.deleteAfter")) && good
		}) {
			report.Pass(plan)
		}
	}
}

const planFix = "components/backup has a rule that runs every day and keeps for 35 days; build the plan with it"

var (
	// Without a schedule AWS Backup takes every day at 05:00 UTC, and without an end it keeps for ever.
	daily = policy.Expectation{Path: "", Want: "every day or more often", Fix: planFix, Holds: func(v inspect.Value) bool {
		days, ok := inspect.LongestGap(v.Text())
		return v.Unset() || ok && days <= 1
	}}
	keptLong = policy.Expectation{Path: "", Want: "at least 35 days, or not set: for ever", Fix: planFix, Holds: func(v inspect.Value) bool {
		days, _ := v.Number()
		return v.Unset() || days >= leastBackupDays
	}}
)

// plansCopy wants the daily backups in another region too.
func plansCopy(s *inspect.Stack, report *policy.Report) {
	const fix = "give the plan CopyToVaultArn, the vault of a components/backup in the recovery region"
	vaults := s.Resolver(s.Of(inspect.VaultType))
	for _, plan := range s.Of(planType) {
		if report.OneElement(plan, "rules[*]", "a daily rule", fix, func(rule inspect.Value, report *policy.Report) bool {
			good := daily.Judge(report, plan, rule.At("schedule"))
			copies := inspect.Elements(rule.At("copyActions"))
			if len(copies) == 0 {
				report.Fail(plan, rule.At("copyActions").Path(), "none", "a copy in another region", fix)
			}
			return report.OneOf(len(copies), func(i int, report *policy.Report) bool {
				target := copies[i].At("destinationVaultArn")
				return report.Decide(elsewhere(vaults, target), plan, target.Path(), "a vault in another region", fix)
			}) >= 0 && good
		}) {
			report.Pass(plan)
		}
	}
}

// elsewhere is Yes for the ARN of a vault in another region than the resource that names it.
func elsewhere(l inspect.Resolver, arn inspect.Value) inspect.Answer {
	// What is not known yet may be any vault that the plan waits for; the one it keeps backups in is never elsewhere.
	for _, r := range l.Stack.ResolveAll(arn) {
		if l.Targets[r] && inspect.RegionOf(r) != inspect.RegionOf(arn.Resource()) {
			return inspect.Yes
		}
	}
	if vault := l.Resolve(arn); vault != nil {
		return inspect.AnswerOf(inspect.RegionOf(vault) != inspect.RegionOf(arn.Resource()))
	}
	if arn.Unknown() || arn.HasReference() {
		return inspect.Unknown // another stack's vault, which the deployed state names
	}
	_, region := inspect.PhysicalName(arn.Text())
	return inspect.AnswerOf(region != "" && region != inspect.RegionOf(arn.Resource()))
}

// vaultsTested wants each vault, also one that only receives copies, in a restore testing plan of its region that has a
// selection: without a selection nothing is restored.
// https://docs.aws.amazon.com/aws-backup/latest/devguide/restore-testing.html
func vaultsTested(s *inspect.Stack, report *policy.Report) {
	const (
		testType      = "aws:backup/restoreTestingPlan:RestoreTestingPlan"
		selectionType = "aws:backup/restoreTestingSelection:RestoreTestingSelection"
		property      = "recoveryPointSelection.includeVaults"
		want          = "a restore testing plan in its region, with a selection, that includes the vault"
		fix           = "give a Plan of components/backup in the vault's region RestoreTest; its OtherVaultArns include vaults that receive copies"
	)
	vaults, tests := s.Resolver(s.Of(inspect.VaultType)), s.Of(testType)
	selections := s.Attachments(tests, "restoreTestingPlanName", selectionType)
	for _, vault := range s.Of(inspect.VaultType) {
		tested, unknown := false, len(selections.Unplaced) > 0
		for _, test := range tests {
			if inspect.RegionOf(test) != inspect.RegionOf(vault) {
				continue
			}
			included := test.At(property)
			chosen := included.Contains("*") || slices.ContainsFunc(included.List(), func(v inspect.Value) bool { return vaults.Resolve(v) == vault })
			excluded := slices.ContainsFunc(test.At("recoveryPointSelection.excludeVaults").List(), func(v inspect.Value) bool { return vaults.Resolve(v) == vault })
			tested = tested || chosen && !excluded && len(selections.Of[test.URN]) > 0
			unknown = unknown || included.Unknown()
		}
		switch {
		case tested:
			report.Pass(vault)
		case unknown:
			report.Undecided(vault, inspect.ShortName(testType), want)
		default:
			report.Fail(vault, inspect.ShortName(testType), "none", want, fix)
		}
	}
}

// deletionDenied takes a lock, or a policy such as AWS Config looks for.
// https://docs.aws.amazon.com/config/latest/developerguide/backup-recovery-point-manual-deletion-disabled.html
func deletionDenied(s *inspect.Stack, report *policy.Report) {
	const typ = "aws:backup/vaultPolicy:VaultPolicy"
	const want = "everyone denied backup:DeleteRecoveryPoint, backup:UpdateRecoveryPointLifecycle and backup:PutBackupVaultAccessPolicy on *, or a vault lock"
	const fix = "components/backup locks every vault and denies deletion; build the vault with it"
	vaults := s.Of(inspect.VaultType)
	locks, policies := s.Attachments(vaults, "backupVaultName", inspect.LockType), s.Attachments(vaults, "backupVaultName", typ)
	for _, vault := range vaults {
		good := len(locks.Of[vault.URN]) > 0 || policy.JudgeAttachments(policies, report, vault, typ, fix)
		if len(locks.Of[vault.URN]) == 0 {
			for _, document := range policies.Of[vault.URN] {
				good = policy.JudgePolicy(report, document, document.At("policy"), want, fix, deletionAllowed) && good
			}
		}
		if good {
			report.Pass(vault)
		}
	}
}

// deletionAllowed names the first of the three calls that a vault's policy does not deny to everyone.
func deletionAllowed(document []inspect.Statement) string {
	var denied []string
	for _, c := range document {
		if c.Effect == "Deny" && c.Anyone() && slices.Contains(c.Resources, "*") && onlySpares(c.Conditions) {
			denied = append(denied, c.Actions...)
		}
	}
	for _, action := range []string{"backup:DeleteRecoveryPoint", "backup:UpdateRecoveryPointLifecycle", "backup:PutBackupVaultAccessPolicy"} {
		if !inspect.Covers(denied, action) {
			return action + " is not denied"
		}
	}
	return ""
}

// onlySpares is true for conditions that leave out named principals and nobody else.
func onlySpares(conditions []inspect.Condition) bool {
	return !slices.ContainsFunc(conditions, func(c inspect.Condition) bool {
		spares := []string{"ArnNotEquals", "ArnNotLike", "StringNotEquals", "StringNotLike"}
		who := []string{"aws:principalarn", "aws:userid"}
		return !slices.Contains(spares, c.Test) || !slices.Contains(who, strings.ToLower(c.Key)) || slices.ContainsFunc(c.Values, inspect.StandsForMany)
	})
}

// vaultsLocked wants compliance mode, which begins changeableForDays after the lock was made.
// https://docs.aws.amazon.com/aws-backup/latest/devguide/vault-lock.html
func vaultsLocked(s *inspect.Stack, report *policy.Report) {
	vaults := s.Of(inspect.VaultType)
	locks := s.Attachments(vaults, "backupVaultName", inspect.LockType)
	for _, vault := range vaults {
		if policy.JudgeAttachments(locks, report, vault, inspect.LockType, "components/backup locks every vault; build the vault with it",
			policy.AtLeast("changeableForDays", 3, "set LockChangeableDays (components/backup): without it the lock can be removed"),
			policy.AtLeast("minRetentionDays", 1, "set LockMinDays (components/backup): without it backups may be made that end at once")) {
			report.Pass(vault)
		}
	}
}
