// Package secretsmanager has the controls of AWS Secrets Manager.
package secretsmanager

import "github.com/carebase/carebase/policy"

// Controls of this package, in the order in which reports list them.
var Controls = []*policy.Control{
	{
		ID: "SM-1", Service: "Secrets Manager", Kind: policy.Relation, Severity: policy.Medium, Applies: policy.WherePHI,
		Title:     "Automatic rotation scheduled",
		Citations: []string{"164.308(a)(4)(ii)(B)"},
		Config:    []string{"secretsmanager-rotation-enabled-check"},
		Nag:       []string{"SecretsManagerRotationEnabled"},
		Prowler:   []string{"secretsmanager_automatic_rotation_enabled"},
		Why:       "A password that leaked unnoticed opens the system until somebody changes it; rotation does so by itself.",
		Check:     secretsRotate,
	},
	{
		ID: "SM-2", Service: "Secrets Manager", Kind: policy.Property, Severity: policy.High,
		Title:     "CMK encryption",
		Citations: []string{"164.312(a)(2)(iv)", "164.312(e)(2)(ii)"},
		Config:    []string{"secretsmanager-using-cmk"},
		Nag:       []string{"SecretsManagerUsingKMSKey"},
		Why:       "Amazon's own key for secrets opens them to whoever in the account may read them, and cannot be revoked.",
		Check:     secretsEncrypted,
	},
}
