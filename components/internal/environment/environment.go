// Package environment checks the environment variables of a function or host, which everybody may see who may read its
// configuration: they contain no secrets.
package environment

import (
	"fmt"
	"maps"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/arg"
	"github.com/carebase/carebase/components/limits"
)

// Check records what is wrong with the variables of the argument Environment. It never repeats a value, because the value may be a
// secret. Where says in words where secrets belong.
func Check(p *arg.Problems, variables map[string]pulumi.StringInput, where string) {
	for _, name := range slices.Sorted(maps.Keys(variables)) {
		value := variables[name]
		p.Match("Environment", name, limits.Variable, limits.VariableRule)
		p.Require("Environment["+name+"]", value != nil, "a value")
		if limits.LooksSecret(name) {
			p.Add("Environment", name, "a name that is not the name of a secret: "+where)
		}
		if literal, ok := value.(pulumi.String); ok && limits.SecretIn(string(literal)) != "" {
			p.Add("Environment["+name+"]", "…", "a value without "+limits.SecretIn(string(literal))+": "+where)
		}
	}
}

// Resolve returns the variables as outputs that fail for what Check cannot see: values that Pulumi marks as secret, and values that
// are known only while the program runs and look like secrets. Component names the component in the error.
func Resolve(component string, variables map[string]pulumi.StringInput, where string) pulumi.StringMap {
	resolved := pulumi.StringMap{}
	for name, value := range variables {
		output := value.ToStringOutput()
		resolved[name] = output.ApplyT(func(text string) (string, error) {
			found := limits.SecretIn(text)
			if pulumi.IsSecret(output) {
				found = "a secret"
			}
			if found != "" {
				return "", fmt.Errorf("%s: Environment[%s] contains %s, which everybody who may read the configuration would see: %s",
					component, name, found, where)
			}
			return text, nil
		}).(pulumi.StringOutput)
	}
	return resolved
}
