package service

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/arg"
)

// A SecretRef points to a secret whose value the container gets as an environment variable. ECS reads it when the
// task starts, so that it is in no state, plan or task definition.
type SecretRef struct {
	// Arn of the Secrets Manager secret, without a suffix.
	Arn pulumi.StringInput
	// JSONKey picks one member of a secret that is a JSON object, e.g. password. Empty: the whole secret.
	JSONKey string
}

// valueFrom is the form ECS wants: the ARN, then key, stage and version; the last two empty for the current value.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html
func (s SecretRef) valueFrom() pulumi.StringInput {
	if s.JSONKey == "" {
		return s.Arn
	}
	return pulumi.Sprintf("%s:%s::", s.Arn, s.JSONKey)
}

var (
	variablePattern = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_.-]*$`)
	jsonKeyPattern  = regexp.MustCompile(`^[^:\s]*$`)
)

const variableRule = "a name of letters, digits and _ . -, not beginning with a digit"

func (args *TaskArgs) checkEnvironment(p *arg.Problems) {
	for _, name := range slices.Sorted(maps.Keys(args.Environment)) {
		argument := "Environment[" + name + "]"
		p.Match("Environment", name, variablePattern, variableRule)
		p.Require(argument, args.Environment[name] != nil, "a value")
		if LooksSecret(name) {
			p.Add("Environment", name, "names of what is no secret: this belongs in Secrets")
		}
		if literal, ok := args.Environment[name].(pulumi.String); ok {
			checkValue(p, argument, string(literal))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(args.Secrets)) {
		argument := "Secrets[" + name + "]"
		p.Match("Secrets", name, variablePattern, variableRule)
		p.Require(argument+".Arn", args.Secrets[name].Arn != nil, "the ARN of a secret")
		p.Match(argument+".JSONKey", args.Secrets[name].JSONKey, jsonKeyPattern, "a member's name without colons and blanks")
		if _, twice := args.Environment[name]; twice {
			p.Add("Secrets", name, "a name that is not in Environment as well")
		}
	}
	if len(args.Secrets) > 0 {
		p.Require("SecretsKeyArn", args.SecretsKeyArn != nil, "the ARN of the KMS key that encrypts Secrets")
	}
}

// checkValue never repeats the value, which may be what must not be seen.
func checkValue(p *arg.Problems, argument, value string) {
	if found := secretIn(value); found != "" {
		p.Add(argument, "…", "values without "+found+": this belongs in Secrets")
	}
}

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
	{"an AWS access key", regexp.MustCompile(`\b(AKIA|ASIA)[A-Z0-9]{16}\b`)},
	{"a private key", regexp.MustCompile(`-----BEGIN [A-Z ]*PRIVATE KEY-----`)},
	{"a signed token", regexp.MustCompile(`\beyJ[A-Za-z0-9_-]+\.eyJ[A-Za-z0-9_-]+\.`)},
}

// secretIn says what kind of secret the value holds; empty where it holds none that can be told.
func secretIn(value string) string {
	for _, s := range secretValues {
		if s.pattern.MatchString(value) {
			return s.what
		}
	}
	return ""
}
