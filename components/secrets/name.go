package secrets

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// The placeholders of a name pattern.
const (
	envPlaceholder     = "{Env}"
	projectPlaceholder = "{Project}"
	servicePlaceholder = "{Service}"
	secretPlaceholder  = "{Secret}"
)

// nameLimit is how long a secret's name may be, in characters.
const nameLimit = 512

var (
	nameCharacters = regexp.MustCompile(`^[A-Za-z0-9/_+=.@-]+$`)
	likeARNSuffix  = regexp.MustCompile(`-[A-Za-z0-9]{6}$`)
	partCharacters = regexp.MustCompile(`^[A-Za-z0-9_+=.@-]+$`)
	anyPlaceholder = regexp.MustCompile(`\{[^{}]*\}`)
)

const (
	allowedName = `1 to 512 letters, digits and "/_+=.@-"`
	allowedPart = `letters, digits and "_+=.@-"`
)

// render puts the values in the places of the placeholders.
func render(pattern, env, project, service, secret string) string {
	return strings.NewReplacer(
		envPlaceholder, env,
		projectPlaceholder, project,
		servicePlaceholder, service,
		secretPlaceholder, secret,
	).Replace(pattern)
}

// checkPattern says what is wrong with a pattern, if anything.
func checkPattern(pattern string) error {
	known := []string{envPlaceholder, projectPlaceholder, servicePlaceholder, secretPlaceholder}
	for _, found := range anyPlaceholder.FindAllString(pattern, -1) {
		if !slices.Contains(known, found) {
			return fmt.Errorf("the placeholders %s; %s is none", strings.Join(known, ", "), found)
		}
	}
	rest := anyPlaceholder.ReplaceAllString(pattern, "")
	switch {
	case !strings.Contains(pattern, secretPlaceholder):
		return fmt.Errorf("a pattern with %s in it: without it all secrets have one name", secretPlaceholder)
	case rest != "" && !nameCharacters.MatchString(rest):
		return fmt.Errorf(`letters, digits and "/_+=.@-" around the placeholders`)
	}
	return nil
}

// checkName says what is wrong with a secret's rendered name, if anything.
// https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html
func checkName(name string) error {
	switch {
	case len(name) > nameLimit || !nameCharacters.MatchString(name):
		return fmt.Errorf("%s", allowedName)
	case likeARNSuffix.MatchString(name):
		return fmt.Errorf("a name that does not end in a hyphen and six characters: Secrets Manager ends ARNs so, " +
			"and would take the end of this name for that where an ARN is given without it")
	}
	return nil
}
