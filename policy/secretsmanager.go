package policy

var secretsmanagerControls = []*Control{
	{
		ID: "SM-1", Service: "Secrets Manager", Kind: Relation, Severity: Medium, Applies: WherePHI,
		Title:     "Automatic rotation scheduled",
		Citations: []string{"164.308(a)(4)(ii)(B)"},
		Config:    []string{"secretsmanager-rotation-enabled-check"},
		Nag:       []string{"SecretsManagerRotationEnabled"},
		Prowler:   []string{"secretsmanager_automatic_rotation_enabled"},
		Why:       "A password that leaked unnoticed opens the system until somebody changes it; rotation does so by itself.",
		check:     secretsRotate,
	},
	{
		ID: "SM-2", Service: "Secrets Manager", Kind: Property, Severity: High,
		Title:     "CMK encryption",
		Citations: []string{"164.312(a)(2)(iv)", "164.312(e)(2)(ii)"},
		Config:    []string{"secretsmanager-using-cmk"},
		Nag:       []string{"SecretsManagerUsingKMSKey"},
		Why:       "Amazon's own key for secrets opens them to whoever in the account may read them, and cannot be revoked.",
		check:     secretsEncrypted,
	},
}

const secretType = "aws:secretsmanager/secret:Secret"

// longestRotation is in days.
const longestRotation = 90

// secretsRotate asks rotation of every secret that the stack makes. Those that RDS keeps for itself
// (manageMasterUserPassword) are not among them: RDS makes and rotates them. A secret that somebody else gives out and
// only a person can change needs an exception, which says who changes it and when.
func secretsRotate(s *Stack, report *Report) {
	const typ = "aws:secretsmanager/secretRotation:SecretRotation"
	const fix = "rotate the secret by components/rotation, or name in an exception who changes it by hand and how often"
	secrets := s.Of(secretType)
	rotations := s.companions(secrets, "secretId", typ)
	often := expectation{"", "every 90 days or more often", "set automaticallyAfterDays to 90 or less", func(_ *Resource, v Value) bool {
		days, ok := v.Number()
		if !ok {
			days, ok = longestGap(v.Text())
		}
		return ok && days <= longestRotation
	}}
	for _, secret := range secrets {
		good := rotations.judge(report, secret, typ, fix)
		for _, rotation := range rotations.of[secret.URN] {
			rules := rotation.At("rotationRules")
			good = often.judge(report, rotation, first(rules.At("automaticallyAfterDays"), rules.At("scheduleExpression"))) && good
		}
		if good {
			report.Pass(secret)
		}
	}
}

// secretsEncrypted looks at replicas too, which do not take their primary's key.
func secretsEncrypted(s *Stack, report *Report) {
	const fix = "set kmsKeyId to the secrets key of components/keys, and each replica's to a key of its region"
	for _, secret := range s.Of(secretType) {
		keys := []expectation{customerKey("kmsKeyId", fix)}
		if !isEmpty(secret.At("replicas")) {
			keys = append(keys, customerKey("replicas[*].kmsKeyId", fix))
		}
		secret.expect(report, keys...)
	}
}
