package policy

import "slices"

var kmsControls = []*Control{
	{
		ID: "KMS-1", Service: "KMS", Kind: Property, Severity: Medium,
		Title:     "Key rotation",
		Citations: []string{"164.312(a)(2)(iv)"},
		Prowler:   []string{"kms_cmk_rotation_enabled"},
		Why:       "The more a key has encrypted, the more is lost with it; rotation bounds that, and nothing has to be encrypted anew.",
		check:     rotates,
	},
	{
		ID: "KMS-2", Service: "KMS", Kind: Property, Severity: High,
		Title:     "Keys not easily deleted",
		Citations: []string{"164.308(a)(1)(ii)(B)"},
		Config:    []string{"kms-cmk-not-scheduled-for-deletion"},
		Why:       "What a deleted key encrypted is gone, backups included; the waiting time is when somebody can still notice.",
		check: each(keyTypes, expectation{
			"deletionWindowInDays", "30 (the longest), or not set, which is 30", "set deletionWindowInDays: 30, as components/keys does",
			func(_ *Resource, v Value) bool {
				days, _ := v.Number()
				return v.Unset() || days == 30
			},
		}),
	},
	{
		ID: "X-KMS-POLICY", Service: "KMS", Kind: Property, Severity: High,
		Title:     "Key policy has no Principal * without condition",
		Citations: []string{"164.312(a)(1)"},
		Analogy:   true,
		Why:       "A key whose policy admits everybody decrypts for every account of AWS.",
		check:     keysClosed,
	},
	{
		ID: "X-KMS-PUBLIC", Service: "KMS", Kind: Relation, Severity: High,
		Title:     "Keys of data admit no public-facing service",
		Citations: []string{"164.312(a)(1)", "164.312(a)(2)(iv)"},
		Analogy:   true,
		Why:       "A service that answers the internet and may decrypt with the key of patients' data is one mistaken bucket policy away from publishing them.",
		check:     dataKeysPrivate,
	},
}

const keyType = "aws:kms/key:Key"

// keyTypes are keys and their replicas, with material of AWS's or the customer's.
var keyTypes = of(keyType, "aws:kms/replicaKey:ReplicaKey", "aws:kms/externalKey:ExternalKey", "aws:kms/replicaExternalKey:ReplicaExternalKey")

// rotates leaves out the keys that KMS cannot rotate by itself: asymmetric ones, those for codes, and those in a custom
// key store. A replica rotates with its primary, and imported material (ExternalKey) only by hand.
// https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html
func rotates(s *Stack, report *Report) {
	const fix = "set enableKeyRotation: true, as components/keys does, and no rotationPeriodInDays above 365"
	yearly := expectation{"rotationPeriodInDays", "at most 365, or not set, which is 365", fix, func(_ *Resource, v Value) bool {
		days, _ := v.Number()
		return v.Unset() || 0 < days && days <= 365
	}}
	for _, key := range s.Of(keyType) {
		spec, store, external := key.At("customerMasterKeySpec"), key.At("customKeyStoreId"), key.At("xksKeyId")
		if spec.Unset() || spec.Text() == "SYMMETRIC_DEFAULT" || spec.Unknown() {
			if store.Unset() && external.Unset() {
				key.expect(report, isTrue("enableKeyRotation", fix), yearly)
			}
		}
	}
}

// keysClosed takes a key without a policy as closed: AWS then writes one that admits the account and nobody else.
func keysClosed(s *Stack, report *Report) {
	const want = "nothing allowed to everybody, unless a condition names accounts, organisations, networks or sources"
	const fix = "name the principals, or add kms:CallerAccount, as components/keys does; kms:ViaService alone admits every account"
	for _, r := range s.Of(append(slices.Clone(keyTypes), "aws:kms/keyPolicy:KeyPolicy")...) {
		policy := r.At("policy")
		if policy.Unset() && slices.Contains(keyTypes, r.Type) || judgePolicy(report, r, policy, want, fix, allowsEverybody) {
			report.Pass(r)
		}
	}
}
