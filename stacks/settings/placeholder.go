package settings

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/carebase/carebase/stacks/settings/decode"
)

// Placeholder matches a placeholder such as {database.address}. It stands in an environment variable for a value that is known
// after the deployment.
var Placeholder = regexp.MustCompile(`\{[a-zA-Z0-9.-]+\}`)

// ServiceAddress returns the placeholder for the DNS name of a service that the task connects to.
func ServiceAddress(service string) string { return "{" + service + ".address}" }

// placeholderNeeds lists every placeholder with the data store or bucket that a task must name before the task may use the
// placeholder.
var placeholderNeeds = map[string]string{
	"{environment}":      "",
	"{region}":           "",
	"{domain}":           "",
	"{database.address}": ConnectDatabase,
	"{database.port}":    ConnectDatabase,
	"{database.name}":    ConnectDatabase,
	"{database.ca}":      ConnectDatabase,
	"{cache.address}":    ConnectCache,
	"{cache.port}":       ConnectCache,
	"{cache.user}":       ConnectCache,
	"{cache.group}":      ConnectCache,
	"{files.bucket}":     BucketFiles,

	"{timeouts.keepAlive}": "",
	"{timeouts.shutdown}":  "",
}

// almostPlaceholder matches the name of a placeholder after a brace, also where spaces or a missing brace keep it from
// being a placeholder: { region }, {database.address.
var almostPlaceholder = regexp.MustCompile(`\{\s*([a-zA-Z0-9.-]+)\s*\}?`)

// misspelled returns the known placeholder that the value was meant to contain, or "".
func misspelled(value string) string {
	for _, found := range almostPlaceholder.FindAllStringSubmatch(value, -1) {
		meant := "{" + found[1] + "}"
		if _, known := placeholderNeeds[meant]; known && found[0] != meant {
			return meant
		}
	}
	return ""
}

// anyPlaceholder returns a known placeholder that the text contains or was meant to contain, or "".
func anyPlaceholder(text string) string {
	for _, used := range Placeholder.FindAllString(text, -1) {
		if _, known := placeholderNeeds[used]; known {
			return used
		}
	}
	return misspelled(text)
}

func (s *Settings) checkPlaceholders(key, value string, task Task, p *decode.Problems) {
	if meant := misspelled(value); meant != "" {
		p.Refuse(key, value, "the placeholder "+meant+" with both braces and without spaces: this text would reach the task as it is")
	}
	for _, used := range Placeholder.FindAllString(value, -1) {
		need, known := placeholderNeeds[used]
		for _, service := range s.Services {
			if used == ServiceAddress(service.Name) {
				need, known = service.Name, true
			}
		}
		switch {
		case !known:
			p.Refuse(key, value, "the placeholders "+strings.Join(slices.Sorted(maps.Keys(placeholderNeeds)), ", "))
		case need == BucketFiles && !slices.Contains(task.Buckets, need):
			p.Refuse(key, value, used+" only in a service whose buckets name files")
		case need != "" && need != BucketFiles && !slices.Contains(task.Connects, need):
			p.Refuse(key, value, used+" only in a service whose connects name "+need)
		}
	}
}
