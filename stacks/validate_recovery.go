package stacks

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/carebase/carebase/components/limits"
)

var (
	stackName      = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.-]*/[A-Za-z0-9][A-Za-z0-9_.-]*/[A-Za-z0-9][A-Za-z0-9_.-]*$`)
	masterPassword = regexp.MustCompile(`^[!-~]{16,128}$`) // printable, no space
)

// failback is what is named wherever somebody wants to go back by a setting.
const failback = "docs/disaster-recovery.md, \"Failback\": carebase dr failback"

// validateDisasterRecovery checks the three sections on disaster recovery and the two secrets that go with them.
func validateDisasterRecovery(s *Settings, found *problems) {
	validateProtection(s, found)
	validateRecovery(s, found)
	validateBreakGlass(s, found)
	validateObjectives(s, found)
	refuseSecret("masterPassword", s.MasterPassword, s.Protection.Replica, "where protection.replica is true: RDS cannot replicate "+
		"from an instance whose password it keeps itself",
		func(text string) bool { return masterPassword.MatchString(text) && !strings.ContainsAny(text, `/"@`) },
		`16 to 128 printable characters but / " @ and space`, found)
	refuseSecret("originToken", s.OriginToken, s.Protected() || s.IsRecovery(), "where there is a section protection or recovery: "+
		"CloudFront proves by it that it is CloudFront and ours",
		limits.OriginToken.MatchString, "32 to 128 letters, digits, hyphens and underscores", found)
	validateSecondToken(s, found)
}

// validateSecondToken checks the token that is accepted beside originToken. Two placeholders of a plan, which decrypts
// neither, are not compared.
func validateSecondToken(s *Settings, found *problems) {
	const key = "originTokenAccepted"
	if s.OriginTokenAccepted == "" {
		return
	}
	refuseSecret(key, s.OriginTokenAccepted, s.OriginToken != "", "there only where there is originToken, which it is accepted beside",
		limits.OriginToken.MatchString, "32 to 128 letters, digits, hyphens and underscores", found)
	if s.OriginTokenAccepted == s.OriginToken && s.OriginToken != encryptedValue {
		found.refuse(key, nil, "another value than originToken, or left out: only two values let one replace the other")
	}
}

func validateProtection(s *Settings, found *problems) {
	if !s.Protected() {
		return
	}
	p := s.Protection
	if s.IsRecovery() {
		found.refuse("protection", nil, "left out where there is a section recovery: a recovery stack is not protected by another")
	}
	if !regionName.MatchString(p.Region) || p.Region == s.Region {
		found.because("protection.region", p.Region, fmt.Sprintf("an AWS region other than region (%s)", s.Region), contingencyPlan)
	}
	between("protection.vaultCopyDays", p.VaultCopyDays, 35, 3653, found)
}

func validateRecovery(s *Settings, found *problems) {
	if !s.IsRecovery() {
		return
	}
	r := s.Recovery
	if !stackName.MatchString(r.PrimaryStack) {
		found.refuse("recovery.primaryStack", r.PrimaryStack, "organization/project/stack; with a backend of one's own the first is the word organization")
	}
	if !regionName.MatchString(r.PrimaryRegion) || r.PrimaryRegion == s.Region {
		found.because("recovery.primaryRegion", r.PrimaryRegion, fmt.Sprintf("an AWS region other than region (%s)", s.Region), contingencyPlan)
	}
	if !environmentName.MatchString(r.PrimaryEnvironment) || r.PrimaryEnvironment == s.Environment {
		found.refuse("recovery.primaryEnvironment", r.PrimaryEnvironment,
			fmt.Sprintf("the environment of the primary stack, which is another than this one's (%s): names are made of it", s.Environment))
	}
	validateActivation(r, found)
	if s.Edge.ZoneID != "" {
		found.refuse("edge.zoneId", s.Edge.ZoneID, "left out in a recovery stack: the zone is the primary's")
	}
	if s.Storage.FrontendUnderDataKey {
		found.refuse("storage.frontendUnderDataKey", true, "left out in a recovery stack: the keys are the primary's")
	}
	if s.Audit.ConfigRoleExists {
		found.refuse("audit.configRoleExists", true, "left out in a recovery stack, which always takes the role that its account has")
	}
	if s.Audit.AccountDefaults {
		found.refuse("audit.accountDefaults", true, "false in a recovery stack: the primary stack has it for all regions of the account")
	}
}

// longestBreakGlass is how many users the trust policy names at most: IAM takes 2048 characters of it.
const longestBreakGlass = 10

func validateBreakGlass(s *Settings, found *problems) {
	if !s.HasBreakGlass() {
		return
	}
	b := s.BreakGlass
	if !s.IsRecovery() {
		found.refuse("breakGlass", nil, "left out where there is no section recovery: the recovery stack makes the role")
	}
	if len(b.Principals) == 0 || len(b.Principals) > longestBreakGlass {
		found.refuse("breakGlass.principals", b.Principals, fmt.Sprintf("1 to %d IAM users", longestBreakGlass))
	}
	refuseRepeated("breakGlass.principals", b.Principals, found)
	for i, principal := range b.Principals {
		if !limits.IAMUser.MatchString(principal) {
			found.refuse(element("breakGlass.principals", i), principal,
				"the ARN of an IAM user, such as arn:aws:iam::210987654321:user/break-glass-1: only a user can give the code of an MFA device when assuming a role")
		}
	}
	if !limits.AnyBucket.MatchString(b.StateBucket) {
		found.refuse("breakGlass.stateBucket", b.StateBucket, "the name of the S3 bucket of Pulumi's state")
	}
	if len(b.StateKeyArns) == 0 {
		found.refuse("breakGlass.stateKeyArns", b.StateKeyArns, "at least one KMS key")
	}
	refuseRepeated("breakGlass.stateKeyArns", b.StateKeyArns, found)
	for i, key := range b.StateKeyArns {
		parts := limits.KMSKey.FindStringSubmatch(key)
		if parts == nil || parts[1] == s.Recovery.PrimaryRegion {
			found.because(element("breakGlass.stateKeyArns", i), key,
				fmt.Sprintf("the ARN of a KMS key, not of an alias, in another region than recovery.primaryRegion (%s), whose keys are lost with it",
					s.Recovery.PrimaryRegion), contingencyPlan)
		}
	}
}

// validateActivation lets the stack go one way only. What it refuses would stop services, delete the cache, and fail at
// the database, which AWS cannot turn into a replica again.
func validateActivation(r Recovery, found *problems) {
	decided, err := time.Parse(time.RFC3339, r.ActivatedAt)
	switch {
	case r.Active && r.ActivatedAt == "":
		found.refuse("recovery.activatedAt", nil, "the time of the decision where recovery.active is true, such as 2026-11-21T17:00:00Z: "+
			"it records that the two sides' data differ from then on; carebase dr failover sets it")
	case r.ActivatedAt != "" && err != nil:
		found.refuse("recovery.activatedAt", r.ActivatedAt, "a time such as 2026-11-21T17:00:00Z")
	case !r.Active && r.ActivatedAt != "":
		found.because("recovery.active", r.Active, fmt.Sprintf(
			"true since %s: the data has diverged from the primary's, and a promoted database cannot follow again. Go back by a failback: %s",
			decided.UTC().Format(time.RFC3339), failback), integrity)
	case !r.Active && r.Promoted:
		found.because("recovery.active", r.Active, "true where recovery.promoted is: the data has diverged from the primary's. Go back by a failback: "+failback, integrity)
	}
}

// refuseSecret checks a setting that is a secret: there where it is needed and nowhere else, and well formed as far as it is
// known: a plan does not decrypt it. That it is encrypted, decoding has seen to.
func refuseSecret(key, value string, needed bool, where string, wellFormed func(string) bool, rule string, found *problems) {
	switch {
	case needed && value == "":
		found.refuse(key, nil, fmt.Sprintf("a secret %s: pulumi config set --secret %s", where, fullKey(key)))
	case value == "":
	case !needed:
		found.refuse(key, nil, "left out, but "+where)
	case value != encryptedValue && !wellFormed(value):
		found.refuse(key, nil, rule)
	}
}
