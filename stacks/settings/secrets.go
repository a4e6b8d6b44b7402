package settings

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/carebase/carebase/components/limits"
	"github.com/carebase/carebase/stacks/settings/decode"
)

// Secrets are the stack's secrets in Secrets Manager.
type Secrets struct {
	// Pattern of the secrets' names, with the placeholders {Env} and {Secret}, and {Project} and {Service} if wanted.
	NamePattern string `setting:"namePattern"`
	// Days between the deletion of a secret and its loss: 0, or 7 to 30.
	RecoveryWindowDays int `setting:"recoveryWindowDays" phi:"30 or more" cfr:"164.308(a)(7)(ii)(B)"`
	// The secrets.
	Names []Secret `setting:"names"`
}

// Secret in Secrets Manager. Its value comes from secretValues, or is set in Secrets Manager.
type Secret struct {
	// Name within the stack, or within the service if it has one: 1 to 64 letters, digits and _+=.@-.
	Name string `setting:"name"`
	// What the secret opens, for the people who operate it.
	Description string `setting:"description"`
	// Service in the secret's name. Required if secrets.namePattern has {Service}; otherwise left out. Other settings then refer to the
	// secret as service/name.
	Service string `setting:"service" optional:"true"`
}

// Key identifies the secret in other settings: its name, or service/name where it has a service.
func (secret Secret) Key() string {
	if secret.Service == "" {
		return secret.Name
	}
	return secret.Service + "/" + secret.Name
}

// MasterSecret is the secret in which the stack keeps the master user where RDS cannot: see protection.replica.
const MasterSecret = "db-master-password"

var secretName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_+=.@-]{0,63}$`)

// SecretList returns the stack's secrets.
func (s *Settings) SecretList() []Secret {
	if s.Secrets == nil {
		return nil
	}
	return s.Secrets.Names
}

// HasSecret is true if secrets.names has a secret with the key.
func (s *Settings) HasSecret(key string) bool {
	return slices.ContainsFunc(s.SecretList(), func(secret Secret) bool { return secret.Key() == key })
}

func (s *Settings) checkSecrets(p *decode.Problems) {
	s.checkSecretValues(p)
	if s.Secrets == nil {
		if s.Database != nil && s.Database.Roles != nil {
			p.Refuse("secrets", nil, "a section where there is a section database.roles, which takes the roles' passwords from "+roleSecretList())
		}
		return
	}
	pattern := s.Secrets.NamePattern
	if err := limits.CheckSecretPattern(pattern); err != nil || !strings.Contains(pattern, limits.EnvPlaceholder) || len(pattern) > 256 {
		p.Refuse("secrets.namePattern", pattern,
			"at most 256 letters, digits and /_+=.@- with the placeholders {Env} and {Secret}, and {Project} and {Service} if wanted")
	}
	if days := s.Secrets.RecoveryWindowDays; days != 0 && (days < 7 || days > 30) {
		p.Refuse("secrets.recoveryWindowDays", days, "0, or 7 to 30")
	}
	if s.Protect && s.Secrets.RecoveryWindowDays == 0 {
		p.Refuse("secrets.recoveryWindowDays", 0, "7 to 30 where protect is true")
	}
	s.checkSecretNames(p)
	if s.Database == nil || s.Database.Roles == nil {
		return
	}
	for _, needed := range slices.Sorted(maps.Values(RoleSecrets)) {
		if !s.HasSecret(needed) {
			p.Refuse("secrets.names", s.secretKeys(), fmt.Sprintf("a list with %s, from which the database's roles take their passwords", roleSecretList()))
			break
		}
	}
}

func roleSecretList() string { return strings.Join(slices.Sorted(maps.Values(RoleSecrets)), ", ") }

func (s *Settings) secretKeys() []string {
	var keys []string
	for _, secret := range s.SecretList() {
		keys = append(keys, secret.Key())
	}
	return keys
}

func (s *Settings) checkSecretNames(p *decode.Problems) {
	pattern := s.Secrets.NamePattern
	perService := strings.Contains(pattern, limits.ServicePlaceholder)
	var keys []string
	resources := map[string]string{} // the secret that each logical name belongs to
	if s.Replicated() {
		addResources(resources, MasterSecret)
	}
	for i, secret := range s.Secrets.Names {
		key := decode.Element("secrets.names", i)
		if !secretName.MatchString(secret.Name) {
			p.Refuse(key+".name", secret.Name, "1 to 64 letters, digits and _+=.@-, a letter or digit first")
		} else if err := limits.CheckSecretName(limits.RenderSecretName(pattern, s.Environment, s.Project, secret.Service, secret.Name)); err != nil && p.Decoded("secrets.namePattern") {
			p.Refuse(key+".name", secret.Name, "one that makes, in secrets.namePattern, "+err.Error())
		}
		switch {
		case perService && !limits.SecretPart.MatchString(secret.Service):
			p.Refuse(key+".service", secret.Service, "the service in the secret's name, of "+limits.SecretPartRule+": secrets.namePattern has {Service}")
		case !perService && secret.Service != "":
			p.Refuse(key+".service", secret.Service, "left out, because secrets.namePattern has no {Service}")
		}
		for _, resource := range secretResources(secret.Key()) {
			if other, taken := resources[resource]; taken && other != secret.Key() {
				p.Refuse(key+".name", secret.Name, fmt.Sprintf("a name that makes no resource (%s) that %s makes too", resource, other))
				break
			}
		}
		addResources(resources, secret.Key())
		if s.Replicated() && secret.Key() == MasterSecret {
			p.Refuse(key+".name", secret.Name, "any other name where protection.replica is true: the stack keeps the master user in this one")
		}
		if slices.Contains(keys, secret.Key()) {
			p.Refuse(key+".name", secret.Name, "a name that no other secret has")
		}
		keys = append(keys, secret.Key())
		if secret.Description == "" || len(secret.Description) > limits.MostDescription {
			p.Refuse(key+".description", secret.Description, "1 to 2048 characters that say what the secret opens")
		}
	}
}

// addResources adds the logical names of a secret's resources.
func addResources(resources map[string]string, secret string) {
	for _, resource := range secretResources(secret) {
		resources[resource] = secret
	}
}

// secretResources returns the logical names of the resources that a secret with the key may have.
func secretResources(key string) []string {
	return limits.SecretResources(strings.ReplaceAll(key, "/", "-"))
}

func (s *Settings) checkSecretValues(p *decode.Problems) {
	for name := range s.SecretValues {
		if !s.HasSecret(name) {
			p.Refuse("secretValues."+name, nil, "only values of secrets that secrets.names has: "+strings.Join(s.secretKeys(), ", "))
		}
	}
}
