package kms

import (
	"slices"

	"github.com/carebase/carebase/policy"
	"github.com/carebase/carebase/policy/inspect"
)

// keyTypes are keys and their replicas, with material of AWS's or the customer's.
var keyTypes = []string{inspect.KeyType, "aws:kms/replicaKey:ReplicaKey", "aws:kms/externalKey:ExternalKey", "aws:kms/replicaExternalKey:ReplicaExternalKey"}

// rotates leaves out the keys that KMS cannot rotate by itself: asymmetric ones, those for codes, and those in a custom
// key store. A replica rotates with its primary, and imported material (ExternalKey) only by hand.
// https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html
func rotates(s *inspect.Stack, report *policy.Report) {
	const fix = "set enableKeyRotation: true, as components/keys does, and no rotationPeriodInDays above 365"
	yearly := policy.Expectation{Path: "rotationPeriodInDays", Want: "at most 365, or not set, which is 365", Fix: fix, Holds: func(v inspect.Value) bool {
		days, _ := v.Number()
		return v.Unset() || 0 < days && days <= 365
	}}
	for _, key := range s.Of(inspect.KeyType) {
		spec, store, external := key.At("customerMasterKeySpec"), key.At("customKeyStoreId"), key.At("xksKeyId")
		if spec.Unset() || spec.Text() == "SYMMETRIC_DEFAULT" || spec.Unknown() {
			if store.Unset() && external.Unset() {
				report.Expect(key, policy.IsTrue("enableKeyRotation", fix), yearly)
			}
		}
	}
}

// keysClosed takes a key without a policy as closed: AWS then writes one that admits the account and nobody else.
func keysClosed(s *inspect.Stack, report *policy.Report) {
	const want = "nothing allowed to everybody, unless a condition names accounts, organisations, networks or sources"
	const fix = "name the principals, or add kms:CallerAccount, as components/keys does; kms:ViaService alone admits every account"
	for _, r := range s.Of(append(slices.Clone(keyTypes), "aws:kms/keyPolicy:KeyPolicy")...) {
		document := r.At("policy")
		if document.Unset() && slices.Contains(keyTypes, r.Type) || policy.JudgePolicy(report, r, document, want, fix, inspect.AllowsEverybody) {
			report.Pass(r)
		}
	}
}
