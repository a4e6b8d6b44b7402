package secrets

import (
	"fmt"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/arg"
	"github.com/carebase/carebase/components/limits"
)

// Args of a set of secrets.
type Args struct {
	// KeyArn is the customer-managed key that encrypts the secrets (keys.Keys.Secrets.Arn). Changing it
	// encrypts them anew in place.
	KeyArn pulumi.StringInput

	// NamePattern gives each secret its name in AWS from the placeholders {Env}, {Project}, {Service} and
	// {Secret}, of which {Secret} must be there: "clinic/{Env}/{Secret}" or
	// "{Env}/SkinClubPro/{Service}/{Secret}". AWS cannot rename a secret: a pattern, environment, project,
	// service or name that changes makes another secret, and the value has to be put again.
	NamePattern string

	Environment string // stands for {Env}, e.g. "prod"; required where the pattern has it
	Project     string // stands for {Project}; required where the pattern has it

	// RecoveryWindowDays is how long a deleted secret can be restored: 7 to 30, or 0 for not at all. With 0 a
	// mistaken deletion is final, so it is for stacks without PHI (their settings see to that), and is refused
	// here together with Protect. While a deleted secret waits, its name is taken.
	RecoveryWindowDays int

	// Secrets to make, at least one. Their order does not matter.
	Secrets []Secret

	// Replicas puts a copy of every secret, kept up to date by AWS, in other regions.
	Replicas []Replica

	// Protect makes Pulumi refuse to delete or replace the secrets.
	Protect bool
}

// A Secret to make.
type Secret struct {
	Name        string // stands for {Secret}: letters, digits and "_+=.@-"
	Service     string // stands for {Service}; given exactly where the pattern has it
	Description string // what it is for and who uses it, never a part of the value; 2048 characters at most

	// Value, where the program knows it. It is stored in the stack's state as a secret. Leave it unset, and put
	// the value out of band, for what must not be there at all, and for a secret that rotates (components/rotation): to put
	// the program's value again would lock out whoever relies on a later one.
	Value pulumi.StringInput
}

// A Replica region.
type Replica struct {
	Region string             // e.g. us-west-2; not the region of the secrets themselves
	KeyArn pulumi.StringInput // a customer-managed key in that region
}

// What the children of a secret are called after the secret.
const (
	policySuffix  = limits.SecretPolicySuffix
	versionSuffix = limits.SecretVersionSuffix
)

// key identifies a secret within its set.
func (s Secret) key() string {
	if s.Service == "" {
		return s.Name
	}
	return s.Service + "/" + s.Name
}

func (s Secret) logicalName(component string) string {
	return component + "-" + strings.ReplaceAll(s.key(), "/", "-")
}

// logicalNames are those of all resources a secret can have, whether it has them now or not: so that adding a
// value never runs into another secret's name.
func (s Secret) logicalNames(component string) []string {
	return limits.SecretResources(s.logicalName(component))
}

func (a *Args) physicalName(s Secret) string {
	return render(a.NamePattern, a.Environment, a.Project, s.Service, s.Name)
}

func (a *Args) validate(name string) error {
	p := arg.Check("secrets", name)
	if p.Require("Args", a != nil, "the secrets' arguments"); a == nil {
		return p.Err()
	}
	p.Require("KeyArn", a.KeyArn != nil, "a KMS key ARN (see components/keys)")
	a.validatePattern(p)
	if a.RecoveryWindowDays != 0 {
		if a.RecoveryWindowDays < 7 || a.RecoveryWindowDays > 30 {
			p.Add("RecoveryWindowDays", a.RecoveryWindowDays, "7 to 30, or 0 for none")
		}
	} else if a.Protect {
		p.Add("RecoveryWindowDays", 0, "7 to 30 where Protect is set")
	}
	p.Require("Secrets", len(a.Secrets) > 0, "at least one secret")
	a.validateSecrets(p, name)
	a.validateReplicas(p)
	return p.Err()
}

func (a *Args) validatePattern(p *arg.Problems) {
	if err := checkPattern(a.NamePattern); err != nil {
		p.Add("NamePattern", a.NamePattern, err.Error())
	}
	for _, part := range []struct{ argument, value, placeholder string }{
		{"Environment", a.Environment, envPlaceholder},
		{"Project", a.Project, projectPlaceholder},
	} {
		if strings.Contains(a.NamePattern, part.placeholder) {
			p.Match(part.argument, part.value, partCharacters, allowedPart+", for "+part.placeholder)
		}
	}
}

func (a *Args) validateSecrets(p *arg.Problems, component string) {
	owner := map[string]int{} // logical name -> index of the secret that has it
	for i, s := range a.Secrets {
		at := func(field string) string { return fmt.Sprintf("Secrets[%d].%s", i, field) }

		p.Match(at("Name"), s.Name, partCharacters, allowedPart)
		switch usesService := strings.Contains(a.NamePattern, servicePlaceholder); {
		case usesService:
			p.Match(at("Service"), s.Service, partCharacters, allowedPart+", for "+servicePlaceholder)
		case s.Service != "":
			p.Add(at("Service"), s.Service, "none, because NamePattern has no "+servicePlaceholder)
		}
		if err := checkName(a.physicalName(s)); err != nil && partCharacters.MatchString(s.Name) && checkPattern(a.NamePattern) == nil {
			p.Add(at("Name"), a.physicalName(s), err.Error())
		}
		if len(s.Description) > limits.MostDescription {
			p.Add(at("Description"), fmt.Sprintf("%d characters", len(s.Description)), fmt.Sprintf("%d at most", limits.MostDescription))
		}

		for _, logical := range s.logicalNames(component) {
			if first, taken := owner[logical]; taken && first != i {
				p.Add(at("Name"), s.key(), fmt.Sprintf("a name that does not make the same resource name %q as Secrets[%d], %q",
					logical, first, a.Secrets[first].key()))
				break
			}
			owner[logical] = i
		}
	}
}

func (a *Args) validateReplicas(p *arg.Problems) {
	seen := map[string]bool{}
	for i, r := range a.Replicas {
		at := fmt.Sprintf("Replicas[%d]", i)
		p.Match(at+".Region", r.Region, limits.Region, "a region, e.g. us-west-2")
		if seen[r.Region] {
			p.Add(at+".Region", r.Region, "each region once")
		}
		seen[r.Region] = true
		p.Require(at+".KeyArn", r.KeyArn != nil, "the ARN of a KMS key in that region")
	}
}
