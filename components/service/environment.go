package service

import (
	"maps"
	"regexp"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/arg"
	"github.com/carebase/carebase/components/limits"
)

// A SecretRef points to a secret whose value the container gets as an environment variable. ECS reads it when the
// task starts, so that it is in no state, plan or task definition.
type SecretRef struct {
	// Arn of the Secrets Manager secret, without a suffix.
	Arn pulumi.StringInput
	// JSONKey picks one member of a secret that is a JSON object, e.g. password. Empty: the whole secret.
	JSONKey string
}

// valueFrom returns the form that ECS requires: the ARN, then key, stage and version; the last two empty for the current value.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html
func (s SecretRef) valueFrom() pulumi.StringInput {
	if s.JSONKey == "" {
		return s.Arn
	}
	return pulumi.Sprintf("%s:%s::", s.Arn, s.JSONKey)
}

var jsonKeyPattern = regexp.MustCompile(`^[^:\s]*$`)

func (args *TaskArgs) checkEnvironment(p *arg.Problems) {
	for _, name := range slices.Sorted(maps.Keys(args.Environment)) {
		argument := "Environment[" + name + "]"
		p.Match("Environment", name, limits.Variable, limits.VariableRule)
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
		p.Match("Secrets", name, limits.Variable, limits.VariableRule)
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
	if found := limits.SecretIn(value); found != "" {
		p.Add(argument, "…", "values without "+found+": this belongs in Secrets")
	}
}

// LooksSecret is true for the name of an environment variable that would hold a secret; see limits.LooksSecret.
func LooksSecret(name string) bool { return limits.LooksSecret(name) }
