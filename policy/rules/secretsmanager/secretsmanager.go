package secretsmanager

import (
	"github.com/carebase/carebase/policy"
	"github.com/carebase/carebase/policy/inspect"
)

// longestRotation is in days.
const longestRotation = 90

// secretsRotate asks rotation of every secret that the stack makes. Those that RDS keeps for itself
// (manageMasterUserPassword) are not among them: RDS makes and rotates them. A secret that somebody else gives out and
// only a person can change needs an exception, which says who changes it and when.
func secretsRotate(s *inspect.Stack, report *policy.Report) {
	const typ = "aws:secretsmanager/secretRotation:SecretRotation"
	const fix = "rotate the secret by components/rotation, or name in an exception who changes it by hand and how often"
	secrets := s.Of(inspect.SecretType)
	rotations := s.Attachments(secrets, "secretId", typ)
	often := policy.Expectation{Path: "", Want: "every 90 days or more often", Fix: "set automaticallyAfterDays to 90 or less", Holds: func(v inspect.Value) bool {
		days, ok := v.Number()
		if !ok {
			days, ok = inspect.LongestGap(v.Text())
		}
		return ok && days <= longestRotation
	}}
	for _, secret := range secrets {
		good := policy.JudgeAttachments(rotations, report, secret, typ, fix)
		for _, rotation := range rotations.Of[secret.URN] {
			rules := rotation.At("rotationRules")
			good = often.Judge(report, rotation, inspect.First(rules.At("automaticallyAfterDays"), rules.At("scheduleExpression"))) && good
		}
		if good {
			report.Pass(secret)
		}
	}
}

// secretsEncrypted looks at replicas too, which do not take their primary's key.
func secretsEncrypted(s *inspect.Stack, report *policy.Report) {
	const fix = "set kmsKeyId to the secrets key of components/keys, and each replica's to a key of its region"
	for _, secret := range s.Of(inspect.SecretType) {
		keys := []policy.Expectation{policy.CustomerKey("kmsKeyId", fix)}
		if !inspect.IsEmpty(secret.At("replicas")) {
			keys = append(keys, policy.CustomerKey("replicas[*].kmsKeyId", fix))
		}
		report.Expect(secret, keys...)
	}
}
