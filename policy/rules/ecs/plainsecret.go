package ecs

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/carebase/carebase/graph"
	"github.com/carebase/carebase/policy"
	"github.com/carebase/carebase/policy/inspect"
)

const noPlainSecrets = "secrets only under secrets, by valueFrom"

// plainSecrets reports what must not stand in a container's definition, for everybody to read who may describe tasks.
// It never repeats a value.
func plainSecrets(s *inspect.Stack, report *policy.Report, r *inspect.Resource, container inspect.Value) bool {
	const fix = "put it into Secrets Manager and name it under secrets[].valueFrom; components/service takes Secrets"
	good := true
	found := func(v inspect.Value, what string) {
		good = false
		report.Fail(r, v.Path(), what, noPlainSecrets, fix)
	}
	for _, variable := range container.At("environment").List() {
		name, value := variable.At("name").Text(), variable.At("value")
		switch {
		case secretIn(s, value) != "":
			found(value, name+" with "+secretIn(s, value))
		case looksSecret(name) && holdsSecret(value):
			found(value, name+" in plain text")
		}
	}
	for _, list := range []string{"command", "entryPoint", "healthCheck.command"} {
		for _, part := range container.At(list).List() {
			if what := secretIn(s, part); what != "" {
				found(part, what)
			}
		}
	}
	options := container.At("logConfiguration.options")
	for _, name := range options.Keys() {
		value := options.Member(name)
		if secretIn(s, value) != "" || slices.ContainsFunc(wordsOf(name), isSecretStem) && holdsSecret(value) {
			found(value, name+" in plain text")
		}
	}
	return good
}

// holdsSecret is false for what can be no secret: nothing, a switch, the name of something in AWS.
func holdsSecret(v inspect.Value) bool {
	if v.Unset() || v.True() || v.False() || strings.HasPrefix(v.Text(), "arn:") {
		return false
	}
	references := graph.References(v.Text())
	return len(references) != 1 || !slices.Contains([]string{"arn", "id", "name"}, references[0].Property)
}

// secretForms are secrets that can be told by their form, wherever they stand.
var secretForms = []struct {
	what string
	form *regexp.Regexp
}{
	{"a password in a URL", regexp.MustCompile(`://[^/\s:@]*:[^/\s@]+@`)},
	{"a password parameter", regexp.MustCompile(`(?i)[?&;](password|passwd|pwd)=[^&;\s]`)},
	{"an AWS access key", regexp.MustCompile(`\b(AKIA|ASIA)[A-Z0-9]{16}\b`)},
	{"a private key", regexp.MustCompile(`-----BEGIN [A-Z ]*PRIVATE KEY-----`)},
	{"a signed token", regexp.MustCompile(`\beyJ[A-Za-z0-9_-]+\.eyJ[A-Za-z0-9_-]+\.`)},
}

// secretIn says what kind of secret a value holds; empty where it holds none that can be told. A reference to an output
// that its resource keeps secret is one.
func secretIn(s *inspect.Stack, v inspect.Value) string {
	for _, reference := range graph.References(v.Text()) {
		of := s.Find(reference.URN)
		if of != nil && of.Outputs.Get(reference.Property).Secret() {
			return fmt.Sprintf("the secret %s of %s", reference.Property, of.Name)
		}
	}
	text := graph.Readable(v.Text()) // a URN has colons, too
	for _, one := range secretForms {
		if one.form.MatchString(text) {
			return one.what
		}
	}
	return ""
}

var (
	// A name is that of a secret where one of its words ends with a stem, or is one of the words …
	secretStems = []string{
		"password", "passwords", "passwd", "passphrase", "passcode", "secret", "secrets", "token", "tokens", "credential",
		"credentials", "apikey", "accesskey", "secretkey", "privatekey", "signingkey", "encryptionkey",
	}
	secretWords = []string{"pass", "pwd", "pin", "salt", "pepper"}
	// … or where it names a key, and no word says that this is a key of another kind …
	keyWords      = []string{"key", "keys"}
	harmlessWords = []string{
		"public", "publishable", "kms", "cache", "object", "s3", "bucket", "partition", "sort", "primary", "foreign",
		"routing", "idempotency", "prefix", "id",
	}
	// … unless the last word says that it is about the secret: where it is, or how long it lives.
	aboutWords = []string{
		"arn", "name", "endpoint", "host", "url", "uri", "path", "file",
		"ttl", "expiration", "seconds", "minutes", "hours", "days", "length", "algorithm", "enabled",
	}
	wordPattern = regexp.MustCompile(`[A-Z]+[a-z0-9]*|[a-z0-9]+`)
)

// wordsOf a name: db, password of DB_PASSWORD and of dbPassword.
func wordsOf(name string) []string {
	words := wordPattern.FindAllString(name, -1)
	for i := range words {
		words[i] = strings.ToLower(words[i])
	}
	return words
}

func isSecretStem(word string) bool {
	return slices.ContainsFunc(secretStems, func(stem string) bool { return strings.HasSuffix(word, stem) })
}

// looksSecret is true for the name of a variable that would hold a secret: DB_PASSWORD, jwtSecret, STRIPE_API_KEY; not
// for DB_SECRET_ARN, TOKEN_TTL or KMS_KEY_ID.
func looksSecret(name string) bool {
	words := wordsOf(name)
	if len(words) == 0 || slices.Contains(aboutWords, words[len(words)-1]) {
		return false
	}
	in := func(list []string) bool {
		return slices.ContainsFunc(words, func(word string) bool { return slices.Contains(list, word) })
	}
	key := in(keyWords) && (!in(harmlessWords) || slices.Contains(words, "access"))
	return key || in(secretWords) || slices.ContainsFunc(words, isSecretStem)
}
