package stacks

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// A placeholder such as {database.address} stands in a service's environment for what is known only once the
// stack is up.
var placeholder = regexp.MustCompile(`\{[a-zA-Z.]+\}`)

// placeholderNeeds lists every placeholder with what the service must connect to before it may use it.
var placeholderNeeds = map[string]string{
	"{environment}":      "",
	"{region}":           "",
	"{domain}":           "",
	"{database.address}": connectDatabase,
	"{database.port}":    connectDatabase,
	"{database.name}":    connectDatabase,
	"{database.ca}":      connectDatabase,
	"{cache.address}":    connectCache,
	"{cache.port}":       connectCache,
	"{cache.user}":       connectCache,
	"{cache.group}":      connectCache,
	"{files.bucket}":     "files",

	"{timeouts.keepAlive}": "",
	"{timeouts.shutdown}":  "",
}

func refuseBadPlaceholders(key, value string, service Service, found *problems) {
	for _, used := range placeholder.FindAllString(value, -1) {
		need, known := placeholderNeeds[used]
		switch {
		case !known:
			found.refuse(key, value, "the placeholders "+strings.Join(slices.Sorted(maps.Keys(placeholderNeeds)), ", "))
		case need == "files" && !slices.Contains(service.Buckets, need):
			found.refuse(key, value, used+" only in a service whose buckets name files")
		case need != "" && need != "files" && !slices.Contains(service.Connects, need):
			found.refuse(key, value, used+" only in a service whose connects name "+need)
		}
	}
}

// fill replaces the placeholders in text. values has every placeholder that validation let through.
func fill(text string, values map[string]pulumi.StringInput) pulumi.StringInput {
	used := placeholder.FindAllString(text, -1)
	if len(used) == 0 {
		return pulumi.String(text)
	}
	parts := make([]any, len(used))
	for i, name := range used {
		parts[i] = values[name]
	}
	return pulumi.All(parts...).ApplyT(func(resolved []any) string {
		next := 0
		return placeholder.ReplaceAllStringFunc(text, func(string) string {
			value := resolved[next].(string)
			next++
			return value
		})
	}).(pulumi.StringOutput)
}
