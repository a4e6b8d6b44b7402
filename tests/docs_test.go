package tests

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/graph"
)

// guides are the pages that people follow, as opposed to those that a test writes or that say why.
var guides = []string{"README.md", "docs/operations.md", "docs/disaster-recovery.md"}

// spans are what a guide shows as code: within lines, and whole lines of blocks.
func spans(t *testing.T, guide string) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(repository, guide))
	require.NoError(t, err)
	return codeIn(string(text))
}

func codeIn(text string) (found []string) {
	rest := regexp.MustCompile("(?s)```[a-z]*\n(.*?)```").ReplaceAllStringFunc(text, func(block string) string {
		found = append(found, strings.Split(block, "\n")...)
		return ""
	})
	for _, match := range regexp.MustCompile("`([^`\n]+)`").FindAllStringSubmatch(rest, -1) {
		found = append(found, match[1])
	}
	return found
}

// deployed are the plans of production and of its recovery in every phase: whatever a guide names is in one of them.
func deployed(t *testing.T) []*graph.Graph {
	t.Helper()
	found := []*graph.Graph{frozen.planned(t, "prod")}
	for _, phase := range slices.Sorted(maps.Keys(phases)) {
		found = append(found, in(t, phase))
	}
	return found
}

// outputs are the names of what the stacks export, as their programs write them.
func outputs(t *testing.T) map[string]bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(repository, "stacks", "*.go"))
	require.NoError(t, err)
	found := map[string]bool{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, match := range regexp.MustCompile(`ctx\.Export\("(\w+)"`).FindAllStringSubmatch(string(text), -1) {
			found[match[1]] = true
		}
		for _, match := range regexp.MustCompile(`ctx\.Export\(s\.Name\+"(\w+)"`).FindAllStringSubmatch(string(text), -1) {
			for _, service := range frozen.settings(t, "prod").Services {
				found[service.Name+match[1]] = true
			}
		}
		for _, match := range regexp.MustCompile(`ctx\.Export\(j\.Name\+"(\w+)"`).FindAllStringSubmatch(string(text), -1) {
			for _, job := range frozen.settings(t, "prod").Jobs {
				found[job.Name+match[1]] = true
			}
		}
		if _, exports, ok := strings.Cut(string(text), "func (r *recovery) export("); ok {
			for _, match := range regexp.MustCompile(`(?m)^\t\t"(\w+)": |outputs\["(\w+)"\]|, "(\w+)", r\.`).FindAllStringSubmatch(exports, -1) {
				found[match[1]+match[2]+match[3]] = true
			}
		}
	}
	found["recovery"] = true // stacks.recoveryOutput
	require.Greater(t, len(found), 40)
	return found
}

// notOutputs are words of that form that are neither outputs nor settings: what AWS calls something.
var notOutputs = []string{"fontFallbackBaseUrl"} // a parameter of Flutter's engine

// A name that nothing bears costs whoever looks for it at three in the morning minutes. Words such as nameServers are outputs
// of a stack or keys of its settings.
func TestGuidesNameOutputsAndSettingsThatExist(t *testing.T) {
	exported := outputs(t)
	schema, err := os.ReadFile(filepath.Join(repository, "Pulumi.yaml"))
	require.NoError(t, err)
	word := regexp.MustCompile(`^[a-z]+([A-Z][a-z0-9]*)+$`)
	output := regexp.MustCompile(`pulumi stack output (?:--stack \w+ )?([a-zA-Z]+)`)
	checked := 0
	for _, guide := range guides {
		for _, span := range spans(t, guide) {
			if match := output.FindStringSubmatch(span); match != nil {
				checked++
				assert.Truef(t, exported[match[1]], "%s: %s: there is no output %s", guide, span, match[1])
			}
			if !word.MatchString(span) || slices.Contains(notOutputs, span) {
				continue
			}
			checked++
			setting := regexp.MustCompile(`\b` + span + `\b`).Match(schema)
			assert.Truef(t, exported[span] || setting, "%s: `%s` is neither an output of a stack nor a setting of Pulumi.yaml", guide, span)
		}
	}
	assert.Greater(t, checked, 15)
}

// madeByTheTool are names that no plan has, because carebase dr makes what bears them.
var madeByTheTool = regexp.MustCompile(`-kept-`)

// Names that begin with the project's are in a plan: roles, clusters, instances, roles of the database. What a guide shortens
// with … is the end of one.
func TestGuidesNameWhatIsMade(t *testing.T) {
	var all strings.Builder
	for _, g := range deployed(t) {
		text, err := g.JSON()
		require.NoError(t, err)
		all.Write(text)
	}
	roles, err := os.ReadFile(filepath.Join(repository, "components", "database", "roles", "roles.go"))
	require.NoError(t, err)
	plans := all.String()
	ours := regexp.MustCompile(regexp.QuoteMeta("careconnect") + `[-_][A-Za-z0-9_-]*[A-Za-z0-9]`)
	checked := 0
	for _, guide := range guides {
		for _, span := range spans(t, guide) {
			for _, name := range ours.FindAllString(span, -1) {
				checked++
				role, ofDatabase := strings.CutPrefix(name, "careconnect_") // roles.go makes these of their last word
				made := regexp.MustCompile(`\b`+regexp.QuoteMeta(name)+`\b`).MatchString(plans) ||
					ofDatabase && strings.Contains(string(roles), `"_`+role+`"`)
				assert.Truef(t, made, "%s: %s: nothing is named %s", guide, span, name)
			}
			if end, shortened := strings.CutPrefix(span, "…-"); shortened && !madeByTheTool.MatchString(span) {
				checked++
				assert.Regexpf(t, fmt.Sprintf(`"name": ?"[^"]*-%s"`, regexp.QuoteMeta(end)), plans, "%s: nothing is named %s", guide, span)
			}
		}
	}
	assert.Greater(t, checked, 10)
}

// awsx's plugin outlives a killed engine by minutes and changes nothing; whoever waited for it would wait for nothing.
func TestTheGuideLooksForTheRightPlugin(t *testing.T) {
	found := 0
	for _, guide := range guides {
		for _, span := range spans(t, guide) {
			pattern := regexp.MustCompile(`pgrep -f '(.*)'`).FindStringSubmatch(span)
			assert.Equalf(t, strings.Contains(span, "pgrep"), pattern != nil, "%s: %s", guide, span)
			if pattern == nil {
				continue
			}
			found++
			for command, want := range map[string]bool{
				"/home/u/.pulumi/plugins/resource-aws-v7.41.0/pulumi-resource-aws 127.0.0.1:4000":  true,
				"/home/u/.pulumi/plugins/resource-aws-v7.41.0/pulumi-resource-aws":                 true,
				"/home/u/.pulumi/plugins/resource-awsx-v3.6.0/pulumi-resource-awsx 127.0.0.1:4000": false,
			} {
				assert.Equal(t, want, regexp.MustCompile(pattern[1]).MatchString(command), command)
			}
		}
	}
	assert.Equal(t, 1, found)
}
