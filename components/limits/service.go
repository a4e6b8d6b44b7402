package limits

import (
	"regexp"
	"slices"
	"strings"
)

// MostTasks of a service. AWS allows 5000; so many are a slip of the keyboard.
const MostTasks = 1000

// MostPriority of a service's rule at the load balancer: the rule for probes has a priority above.
const MostPriority = 25000

// LeastPort is the first that a task may listen on without being root.
const LeastPort = 1024

var imageTag = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$`)

// ImageTagRule says in words what ImageTag takes.
const ImageTagRule = "an immutable tag of up to 128 letters, digits and . _ -, not latest"

// ImageTag is true for a tag that names one build for ever. What runs must be what was reviewed and scanned: not "latest".
func ImageTag(tag string) bool { return imageTag.MatchString(tag) && !strings.EqualFold(tag, "latest") }

// Variable is the name of an environment variable.
var Variable = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_.-]*$`)

// VariableRule says in words what Variable takes.
const VariableRule = "a name of letters, digits and _ . -, not beginning with a digit"

var (
	// A variable is taken for a secret where a word of its name is one of secretWords or ends with one of secretStems …
	secretWords = []string{"key", "keys", "pass", "pwd", "pin", "auth", "salt", "pepper"}
	secretStems = []string{
		"password", "passwords", "passwd", "passphrase", "passcode", "secret", "secrets", "token", "tokens", "credential",
		"credentials", "apikey", "accesskey", "secretkey", "privatekey", "signingkey", "encryptionkey",
	}
	// … unless the last word says that it is about the secret: where it is, or how long it lives. "id" is not among
	// them, for AWS_ACCESS_KEY_ID and VAULT_SECRET_ID are halves of credentials; name a KMS key by its ARN.
	aboutWords = []string{
		"arn", "name", "endpoint", "host", "url", "uri", "path", "file",
		"ttl", "expiration", "seconds", "minutes", "hours", "days", "length", "algorithm", "enabled",
	}
	wordPattern = regexp.MustCompile(`[A-Z]+[a-z0-9]*|[a-z0-9]+`)
)

// LooksSecret is true for the name of an environment variable that would hold a secret: DB_PASSWORD, jwtSecret,
// STRIPE_API_KEY; not for DB_SECRET_ARN or TOKEN_TTL.
func LooksSecret(name string) bool {
	words := wordPattern.FindAllString(name, -1)
	for i := range words {
		words[i] = strings.ToLower(words[i])
	}
	if len(words) == 0 || slices.Contains(aboutWords, words[len(words)-1]) {
		return false
	}
	return slices.ContainsFunc(words, func(word string) bool {
		return slices.Contains(secretWords, word) ||
			slices.ContainsFunc(secretStems, func(stem string) bool { return strings.HasSuffix(word, stem) })
	})
}

// secretValues are secrets that can be told by their form, wherever they stand.
var secretValues = []struct {
	what    string
	pattern *regexp.Regexp
}{
	{"a password in a URL", regexp.MustCompile(`://[^/\s:@]*:[^/\s@]+@`)},
	{"a password parameter", regexp.MustCompile(`(?i)[?&;](password|passwd|pwd)=[^&;\s]`)},
	{"a token in a URL", regexp.MustCompile(`(?i)://[^\s?]*\?(?:[^\s&]*&)*(token|access_?token|api_?key|secret|client_?secret|signature)=[^&\s]`)},
	{"an AWS access key", regexp.MustCompile(`\b(AKIA|ASIA)[A-Z0-9]{16}\b`)},
	{"a private key", regexp.MustCompile(`-----BEGIN [A-Z ]*PRIVATE KEY-----`)},
	{"a signed token", regexp.MustCompile(`\beyJ[A-Za-z0-9_-]+\.eyJ[A-Za-z0-9_-]+\.`)},
}

// SecretIn says what kind of secret the value holds; empty where it holds none that can be told.
func SecretIn(value string) string {
	for _, s := range secretValues {
		if s.pattern.MatchString(value) {
			return s.what
		}
	}
	return ""
}
