// Package backup has the controls of AWS Backup.
package backup

import (
	"github.com/carebase/carebase/policy"
	"github.com/carebase/carebase/policy/inspect"
)

// Controls of this package, in the order in which reports list them.
var Controls = []*policy.Control{
	{
		ID: "BK-1", Service: "Backup", Kind: policy.Property, Severity: policy.High, Applies: policy.WherePHI,
		Title:     "Plan frequency and retention",
		Citations: []string{"164.308(a)(7)(i)", "164.308(a)(7)(ii)(A)", "164.308(a)(7)(ii)(B)", "164.308(a)(7)(ii)(C)", "164.310(d)(2)(iv)", "164.312(a)(2)(ii)"},
		Config:    []string{"backup-plan-min-frequency-and-min-retention-check"},
		Why:       "What was entered since the last backup is lost with the system; what goes wrong unnoticed is found weeks later.",
		Check:     plansDaily,
	},
	{
		ID: "BK-2", Service: "Backup", Kind: policy.Property, Severity: policy.High,
		Title:     "Vault encrypted",
		Citations: []string{"164.308(a)(7)(i)", "164.308(a)(7)(ii)(A)", "164.308(a)(7)(ii)(B)", "164.308(a)(7)(ii)(C)", "164.310(d)(2)(iv)", "164.312(a)(2)(ii)"},
		Config:    []string{"backup-recovery-point-encrypted"},
		Why:       "A vault under Amazon's key can be opened by whoever may restore, and its copies cannot be kept from another account by a key policy.",
		Check:     policy.Each([]string{inspect.VaultType}, policy.CustomerKey("kmsKeyArn", "set kmsKeyArn to the backups key of components/keys")),
	},
	{
		ID: "BK-3", Service: "Backup", Kind: policy.Relation, Severity: policy.High, Applies: policy.WherePHI,
		Title:     "Manual deletion of recovery points denied",
		Citations: []string{"164.308(a)(7)(i)", "164.308(a)(7)(ii)(A)", "164.308(a)(7)(ii)(B)", "164.308(a)(7)(ii)(C)", "164.310(d)(2)(iv)", "164.312(a)(2)(ii)"},
		Config:    []string{"backup-recovery-point-manual-deletion-disabled"},
		Why:       "Whoever gets hold of an administrator's credentials deletes the backups first.",
		Check:     deletionDenied,
	},
	{
		ID: "X-BK-LOCK", Service: "Backup", Kind: policy.Relation, Severity: policy.Medium, Applies: policy.WherePHI,
		Title:     "Vault Lock in compliance mode",
		Citations: []string{"164.308(a)(7)(ii)(A)", "164.312(c)(1)"},
		Analogy:   true,
		Why:       "A lock that somebody may remove does not keep backups from him.",
		Check:     vaultsLocked,
	},
	{
		ID: "X-BK-XR", Service: "Backup", Kind: policy.Relation, Severity: policy.High, Applies: policy.WherePHI,
		Title:     "Cross-region copy",
		Citations: []string{"164.308(a)(7)(ii)(B)"},
		Analogy:   true,
		Why:       "Backups that are where the system is are lost with it.",
		Check:     plansCopy,
	},
	{
		ID: "X-BK-TEST", Service: "Backup", Kind: policy.Relation, Severity: policy.High, Applies: policy.WherePHI,
		Title:     "Every vault is in a restore test",
		Citations: []string{"164.308(a)(7)(ii)(D)"},
		Analogy:   true,
		Why:       "A backup or a copy that nobody ever restored may turn out to be useless on the day that it is needed.",
		Check:     vaultsTested,
	},
}
