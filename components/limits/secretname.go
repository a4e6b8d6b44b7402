package limits

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// The placeholders of a name pattern.
const (
	EnvPlaceholder     = "{Env}"
	ProjectPlaceholder = "{Project}"
	ServicePlaceholder = "{Service}"
	SecretPlaceholder  = "{Secret}"
)

// secretNameLimit is how long a secret's name may be, in characters.
const secretNameLimit = 512

var (
	secretNameCharacters = regexp.MustCompile(`^[A-Za-z0-9/_+=.@-]+$`)
	likeARNSuffix        = regexp.MustCompile(`-[A-Za-z0-9]{6}$`)
	// SecretPart is what may stand in the place of a placeholder.
	SecretPart     = regexp.MustCompile(`^[A-Za-z0-9_+=.@-]+$`)
	anyPlaceholder = regexp.MustCompile(`\{[^{}]*\}`)
)

const (
	secretNameRule = `1 to 512 letters, digits and "/_+=.@-"`
	SecretPartRule = `letters, digits and "_+=.@-"`
)

// RenderSecretName puts the values in the places of the placeholders.
func RenderSecretName(pattern, env, project, service, secret string) string {
	return strings.NewReplacer(
		EnvPlaceholder, env,
		ProjectPlaceholder, project,
		ServicePlaceholder, service,
		SecretPlaceholder, secret,
	).Replace(pattern)
}

// CheckSecretPattern says what is wrong with a pattern, if anything.
func CheckSecretPattern(pattern string) error {
	known := []string{EnvPlaceholder, ProjectPlaceholder, ServicePlaceholder, SecretPlaceholder}
	for _, found := range anyPlaceholder.FindAllString(pattern, -1) {
		if !slices.Contains(known, found) {
			return fmt.Errorf("the placeholders %s; %s is none", strings.Join(known, ", "), found)
		}
	}
	rest := anyPlaceholder.ReplaceAllString(pattern, "")
	switch {
	case !strings.Contains(pattern, SecretPlaceholder):
		return fmt.Errorf("a pattern with %s in it: without it all secrets have one name", SecretPlaceholder)
	case rest != "" && !secretNameCharacters.MatchString(rest):
		return fmt.Errorf(`letters, digits and "/_+=.@-" around the placeholders`)
	}
	return nil
}

// CheckSecretName says what is wrong with a secret's rendered name, if anything.
// https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html
func CheckSecretName(name string) error {
	switch {
	case len(name) > secretNameLimit || !secretNameCharacters.MatchString(name):
		return fmt.Errorf("%s", secretNameRule)
	case likeARNSuffix.MatchString(name):
		return fmt.Errorf("a name that does not end in a hyphen and six characters: Secrets Manager ends ARNs so, " +
			"and would take the end of this name for that where an ARN is given without it")
	}
	return nil
}

// MostDescription is how many characters the description of a secret has at most.
const MostDescription = 2048

// What the resources of a secret are called after it.
const (
	SecretPolicySuffix  = "-policy"
	SecretVersionSuffix = "-version"
)

// SecretResources are the names of all resources that a secret can have, whether it has them now or not, so that adding a
// value never runs into another secret's name.
func SecretResources(name string) []string {
	return []string{name, name + SecretPolicySuffix, name + SecretVersionSuffix}
}
