package policy

import (
	"slices"
	"strings"
)

var backupControls = []*Control{
	{
		ID: "BK-1", Service: "Backup", Kind: Property, Severity: High, Applies: WherePHI,
		Title:     "Plan frequency and retention",
		Citations: []string{"164.308(a)(7)(i)", "164.308(a)(7)(ii)(A)", "164.308(a)(7)(ii)(B)", "164.308(a)(7)(ii)(C)", "164.310(d)(2)(iv)", "164.312(a)(2)(ii)"},
		Config:    []string{"backup-plan-min-frequency-and-min-retention-check"},
		Why:       "What was entered since the last backup is lost with the system; what goes wrong unnoticed is found weeks later.",
		check:     plansDaily,
	},
	{
		ID: "BK-2", Service: "Backup", Kind: Property, Severity: High,
		Title:     "Vault encrypted",
		Citations: []string{"164.308(a)(7)(i)", "164.308(a)(7)(ii)(A)", "164.308(a)(7)(ii)(B)", "164.308(a)(7)(ii)(C)", "164.310(d)(2)(iv)", "164.312(a)(2)(ii)"},
		Config:    []string{"backup-recovery-point-encrypted"},
		Why:       "A vault under Amazon's key can be opened by whoever may restore, and its copies cannot be kept from another account by a key policy.",
		check:     each(of(vaultType), customerKey("kmsKeyArn", "set kmsKeyArn to the backups key of components/keys")),
	},
	{
		ID: "BK-3", Service: "Backup", Kind: Relation, Severity: High, Applies: WherePHI,
		Title:     "Manual deletion of recovery points denied",
		Citations: []string{"164.308(a)(7)(i)", "164.308(a)(7)(ii)(A)", "164.308(a)(7)(ii)(B)", "164.308(a)(7)(ii)(C)", "164.310(d)(2)(iv)", "164.312(a)(2)(ii)"},
		Config:    []string{"backup-recovery-point-manual-deletion-disabled"},
		Why:       "Whoever gets hold of an administrator's credentials deletes the backups first.",
		check:     deletionDenied,
	},
	{
		ID: "X-BK-LOCK", Service: "Backup", Kind: Relation, Severity: Medium, Applies: WherePHI,
		Title:     "Vault Lock in compliance mode",
		Citations: []string{"164.308(a)(7)(ii)(A)", "164.312(c)(1)"},
		Analogy:   true,
		Why:       "A lock that somebody may remove does not keep backups from him.",
		check:     vaultsLocked,
	},
	{
		ID: "X-BK-XR", Service: "Backup", Kind: Relation, Severity: High, Applies: WherePHI,
		Title:     "Cross-region copy",
		Citations: []string{"164.308(a)(7)(ii)(B)"},
		Analogy:   true,
		Why:       "Backups that are where the system is are lost with it.",
		check:     plansCopy,
	},
	{
		ID: "X-BK-TEST", Service: "Backup", Kind: Relation, Severity: High, Applies: WherePHI,
		Title:     "Every vault is in a restore test",
		Citations: []string{"164.308(a)(7)(ii)(D)"},
		Analogy:   true,
		Why:       "A backup or a copy that nobody ever restored may turn out to be useless on the day that it is needed.",
		check:     vaultsTested,
	},
}

const (
	planType  = "aws:backup/plan:Plan"
	vaultType = "aws:backup/vault:Vault"
	lockType  = "aws:backup/vaultLockConfiguration:VaultLockConfiguration"
)

// leastBackupDays is the retention that AWS's conformance pack for HIPAA asks for.
const leastBackupDays = 35

// plansDaily wants a rule of the plan that makes backups every day and keeps them: others may be rarer, or shorter.
func plansDaily(s *Stack, report *Report) {
	for _, plan := range s.Of(planType) {
		if report.oneElement(plan, "rules[*]", "a daily rule", planFix, func(rule Value, report *Report) bool {
			good := daily.judge(report, plan, rule.At("schedule"))
			return keptLong.judge(report, plan, rule.At("lifecycle.deleteAfter")) && good
		}) {
			report.Pass(plan)
		}
	}
}

const planFix = "components/backup has a rule that runs every day and keeps for 35 days; build the plan with it"

var (
	// Without a schedule AWS Backup takes every day at 05:00 UTC, and without an end it keeps for ever.
	daily = expectation{"", "every day or more often", planFix, func(_ *Resource, v Value) bool {
		days, ok := longestGap(v.Text())
		return v.Unset() || ok && days <= 1
	}}
	keptLong = expectation{"", "at least 35 days, or not set: for ever", planFix, func(_ *Resource, v Value) bool {
		days, _ := v.Number()
		return v.Unset() || days >= leastBackupDays
	}}
)

// plansCopy wants the daily backups in another region too.
func plansCopy(s *Stack, report *Report) {
	const fix = "give the plan CopyToVaultArn, the vault of a components/backup in the recovery region"
	vaults := s.lookup(s.Of(vaultType))
	for _, plan := range s.Of(planType) {
		if report.oneElement(plan, "rules[*]", "a daily rule", fix, func(rule Value, report *Report) bool {
			good := daily.judge(report, plan, rule.At("schedule"))
			copies := elements(rule.At("copyActions"))
			if len(copies) == 0 {
				report.Fail(plan, rule.At("copyActions").Path(), "none", "a copy in another region", fix)
			}
			return report.oneOf(len(copies), func(i int, report *Report) bool {
				target := copies[i].At("destinationVaultArn")
				return report.decide(vaults.elsewhere(target), plan, target.Path(), "a vault in another region", fix)
			}) >= 0 && good
		}) {
			report.Pass(plan)
		}
	}
}

// elsewhere is Compliant for the ARN of a vault in another region than the resource that names it.
func (l lookup) elsewhere(arn Value) Outcome {
	// What is not known yet may be any vault that the plan waits for; the one it keeps backups in is never elsewhere.
	for _, r := range l.stack.Referents(arn) {
		if l.targets[r] && regionOf(r) != regionOf(arn.resource) {
			return Compliant
		}
	}
	if vault := l.named(arn); vault != nil {
		return outcome(regionOf(vault) != regionOf(arn.resource))
	}
	if arn.Unknown() || arn.HasReference() {
		return Undecidable // another stack's vault, which the deployed state names
	}
	_, region := physicalName(arn.Text())
	return outcome(region != "" && region != regionOf(arn.resource))
}

// vaultsTested wants each vault, also one that only receives copies, in a restore testing plan of its region that has a
// selection: without a selection nothing is restored.
// https://docs.aws.amazon.com/aws-backup/latest/devguide/restore-testing.html
func vaultsTested(s *Stack, report *Report) {
	const (
		testType      = "aws:backup/restoreTestingPlan:RestoreTestingPlan"
		selectionType = "aws:backup/restoreTestingSelection:RestoreTestingSelection"
		property      = "recoveryPointSelection.includeVaults"
		want          = "a restore testing plan in its region, with a selection, that includes the vault"
		fix           = "give a Plan of components/backup in the vault's region RestoreTest; its OtherVaultArns include vaults that receive copies"
	)
	vaults, tests := s.lookup(s.Of(vaultType)), s.Of(testType)
	selections := s.companions(tests, "restoreTestingPlanName", selectionType)
	for _, vault := range s.Of(vaultType) {
		tested, unknown := false, len(selections.unplaced) > 0
		for _, test := range tests {
			if regionOf(test) != regionOf(vault) {
				continue
			}
			included := test.At(property)
			chosen := included.Contains("*") || slices.ContainsFunc(included.List(), func(v Value) bool { return vaults.named(v) == vault })
			excluded := slices.ContainsFunc(test.At("recoveryPointSelection.excludeVaults").List(), func(v Value) bool { return vaults.named(v) == vault })
			tested = tested || chosen && !excluded && len(selections.of[test.URN]) > 0
			unknown = unknown || included.Unknown()
		}
		switch {
		case tested:
			report.Pass(vault)
		case unknown:
			report.Undecided(vault, shortName(testType), want)
		default:
			report.Fail(vault, shortName(testType), "none", want, fix)
		}
	}
}

// deletionDenied takes a lock, or a policy such as AWS Config looks for.
// https://docs.aws.amazon.com/config/latest/developerguide/backup-recovery-point-manual-deletion-disabled.html
func deletionDenied(s *Stack, report *Report) {
	const typ = "aws:backup/vaultPolicy:VaultPolicy"
	const want = "everyone denied backup:DeleteRecoveryPoint, backup:UpdateRecoveryPointLifecycle and backup:PutBackupVaultAccessPolicy on *, or a vault lock"
	const fix = "components/backup locks every vault and denies deletion; build the vault with it"
	vaults := s.Of(vaultType)
	locks, policies := s.companions(vaults, "backupVaultName", lockType), s.companions(vaults, "backupVaultName", typ)
	for _, vault := range vaults {
		good := len(locks.of[vault.URN]) > 0 || policies.judge(report, vault, typ, fix)
		if len(locks.of[vault.URN]) == 0 {
			for _, policy := range policies.of[vault.URN] {
				good = judgePolicy(report, policy, policy.At("policy"), want, fix, deletionAllowed) && good
			}
		}
		if good {
			report.Pass(vault)
		}
	}
}

// deletionAllowed names the first of the three calls that a vault's policy does not deny to everyone.
func deletionAllowed(policy []clause) string {
	var denied []string
	for _, c := range policy {
		if c.Effect == "Deny" && c.Anyone() && slices.Contains(c.Resources, "*") && onlySpares(c.Conditions) {
			denied = append(denied, c.Actions...)
		}
	}
	for _, action := range []string{"backup:DeleteRecoveryPoint", "backup:UpdateRecoveryPointLifecycle", "backup:PutBackupVaultAccessPolicy"} {
		if !covers(denied, action) {
			return action + " is not denied"
		}
	}
	return ""
}

// onlySpares is true for conditions that leave out named principals and nobody else.
func onlySpares(conditions []Condition) bool {
	return !slices.ContainsFunc(conditions, func(c Condition) bool {
		spares := []string{"ArnNotEquals", "ArnNotLike", "StringNotEquals", "StringNotLike"}
		who := []string{"aws:principalarn", "aws:userid"}
		return !slices.Contains(spares, c.Test) || !slices.Contains(who, strings.ToLower(c.Key)) || slices.ContainsFunc(c.Values, standsForMany)
	})
}

// vaultsLocked wants compliance mode, which begins changeableForDays after the lock was made.
// https://docs.aws.amazon.com/aws-backup/latest/devguide/vault-lock.html
func vaultsLocked(s *Stack, report *Report) {
	vaults := s.Of(vaultType)
	locks := s.companions(vaults, "backupVaultName", lockType)
	for _, vault := range vaults {
		if locks.judge(report, vault, lockType, "components/backup locks every vault; build the vault with it",
			atLeast("changeableForDays", 3, "set LockChangeableDays (components/backup): without it the lock can be removed"),
			atLeast("minRetentionDays", 1, "set LockMinDays (components/backup): without it backups may be made that end at once")) {
			report.Pass(vault)
		}
	}
}
