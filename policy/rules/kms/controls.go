// Package kms has the controls of AWS KMS.
package kms

import (
	"github.com/carebase/carebase/policy"
	"github.com/carebase/carebase/policy/inspect"
)

// Controls of this package, in the order in which reports list them.
var Controls = []*policy.Control{
	{
		ID: "KMS-1", Service: "KMS", Kind: policy.Property, Severity: policy.Medium,
		Title:     "Key rotation",
		Citations: []string{"164.312(a)(2)(iv)"},
		Prowler:   []string{"kms_cmk_rotation_enabled"},
		Why:       "The more a key has encrypted, the more is lost with it; rotation bounds that, and nothing has to be encrypted anew.",
		Check:     rotates,
	},
	{
		ID: "KMS-2", Service: "KMS", Kind: policy.Property, Severity: policy.High,
		Title:     "Keys not easily deleted",
		Citations: []string{"164.308(a)(1)(ii)(B)"},
		Config:    []string{"kms-cmk-not-scheduled-for-deletion"},
		Why:       "What a deleted key encrypted is gone, backups included; the waiting time is when somebody can still notice.",
		Check: policy.Each(keyTypes, policy.Expectation{
			Path: "deletionWindowInDays", Want: "30 (the longest), or not set, which is 30", Fix: "set deletionWindowInDays: 30, as components/keys does",
			Holds: func(v inspect.Value) bool {
				days, _ := v.Number()
				return v.Unset() || days == 30
			},
		}),
	},
	{
		ID: "X-KMS-POLICY", Service: "KMS", Kind: policy.Property, Severity: policy.High,
		Title:     "Key policy has no Principal * without condition",
		Citations: []string{"164.312(a)(1)"},
		Analogy:   true,
		Why:       "A key whose policy admits everybody decrypts for every account of AWS.",
		Check:     keysClosed,
	},
	{
		ID: "X-KMS-PUBLIC", Service: "KMS", Kind: policy.Relation, Severity: policy.High,
		Title:     "Keys of data admit no public-facing service",
		Citations: []string{"164.312(a)(1)", "164.312(a)(2)(iv)"},
		Analogy:   true,
		Why:       "A service that answers the internet and may decrypt with the key of patients' data is one mistaken bucket policy away from publishing them.",
		Check:     dataKeysPrivate,
	},
}
