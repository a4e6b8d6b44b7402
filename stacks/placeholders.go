package stacks

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/stacks/settings"
)

// fill replaces the placeholders in text by their values. The settings' checks let no other placeholder through.
func fill(text string, values map[string]pulumi.StringInput) pulumi.StringInput {
	used := settings.Placeholder.FindAllString(text, -1)
	if len(used) == 0 {
		return pulumi.String(text)
	}
	parts := make([]any, len(used))
	for i, name := range used {
		parts[i] = values[name]
	}
	return pulumi.All(parts...).ApplyT(func(resolved []any) string {
		next := 0
		return settings.Placeholder.ReplaceAllStringFunc(text, func(string) string {
			value := resolved[next].(string)
			next++
			return value
		})
	}).(pulumi.StringOutput)
}
