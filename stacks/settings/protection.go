package settings

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/carebase/carebase/components/limits"
	"github.com/carebase/carebase/stacks/settings/decode"
)

// Protection copies the stack's data to a second region, so that the data survives the loss of the stack's region.
type Protection struct {
	// Region that the data is copied to.
	Region string `setting:"region"`
	// Whether the recovery stack keeps a replica of the database. Needs masterPassword.
	Replica bool `setting:"replica"`
	// Whether this stack has the replication rule of the image registry. AWS allows one rule for each account and region.
	Images bool `setting:"images"`
	// Days for which the copies of backups are kept in the recovery region.
	VaultCopyDays int `setting:"vaultCopyDays" range:"35..3653"`
}

var masterPassword = regexp.MustCompile(`^[!-~]{16,128}$`) // printable, no space

const tokenRule = "32 to 128 letters, digits, hyphens and underscores"

func (s *Settings) checkProtection(p *decode.Problems) {
	protection := s.Protection
	if protection == nil {
		return
	}
	if s.IsRecovery() {
		p.Refuse("protection", nil, "left out where there is a section recovery: a recovery stack is not protected by another")
	}
	if !limits.Region.MatchString(protection.Region) || protection.Region == s.Region {
		p.Because("protection.region", protection.Region, fmt.Sprintf("an AWS region other than region (%s)", s.Region), cite("164.308(a)(7)(i)"))
	}
	if protection.Replica && s.Database == nil {
		p.Refuse("protection.replica", true, "false where there is no section database")
	}
}

// checkTokens checks the secrets that disaster recovery needs.
func (s *Settings) checkTokens(p *decode.Problems) {
	checkSecret(p, neededSecret{
		Key: "masterPassword", Value: s.MasterPassword, Needed: s.Replicated(),
		Where: "where protection.replica is true: RDS cannot replicate from an instance whose password it keeps itself",
		Valid: func(text string) bool { return masterPassword.MatchString(text) && !strings.ContainsAny(text, `/"@`) },
		Rule:  `16 to 128 printable characters but / " @ and space`,
	})
	checkSecret(p, neededSecret{
		Key: "originToken", Value: s.OriginToken, Needed: s.Edge != nil && (s.Protected() || s.IsRecovery()),
		Where: "where there is a section protection or recovery: CloudFront proves by it that it is CloudFront and ours",
		Valid: limits.OriginToken.MatchString, Rule: tokenRule,
	})
	if s.OriginTokenAccepted == "" {
		return
	}
	const key = "originTokenAccepted"
	checkSecret(p, neededSecret{
		Key: key, Value: s.OriginTokenAccepted, Needed: s.OriginToken != "",
		Where: "there only where there is originToken, which it is accepted beside",
		Valid: limits.OriginToken.MatchString, Rule: tokenRule,
	})
	// In a plan both are the text decode.Secret.
	if s.OriginTokenAccepted == s.OriginToken && s.OriginToken != decode.Secret {
		p.Refuse(key, nil, "another value than originToken, or left out: only two values let one replace the other")
	}
}

// neededSecret is a secret setting that is required under a condition and refused otherwise.
type neededSecret struct {
	Key, Value string
	Needed     bool
	Where      string // the condition, in words
	Valid      func(string) bool
	Rule       string // what Valid allows, in words
}

func checkSecret(p *decode.Problems, secret neededSecret) {
	switch {
	case secret.Needed && secret.Value == "":
		p.Refuse(secret.Key, nil, fmt.Sprintf("a secret %s: pulumi config set --secret %s", secret.Where, p.FullKey(secret.Key)))
	case secret.Value == "":
	case !secret.Needed:
		p.Refuse(secret.Key, nil, "left out, but "+secret.Where)
	case secret.Value != decode.Secret && !secret.Valid(secret.Value):
		p.Refuse(secret.Key, nil, secret.Rule)
	}
}
