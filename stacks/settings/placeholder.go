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
var Placeholder = regexp.MustCompile(`\{[a-zA-Z.]+\}`)

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

func checkPlaceholders(key, value string, task Task, p *decode.Problems) {
	for _, used := range Placeholder.FindAllString(value, -1) {
		need, known := placeholderNeeds[used]
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
