package cli

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// diffCase is a change and what `carebase diff` says of it.
type diffCase struct {
	name  string
	stack string
	// edits of the settings: old and new text.
	edits [][2]string
	// plan edits the plan, for what settings cannot change.
	plan func(*testing.T, planFile)
	// verdict is the first line without the recovery time; sections are the titles below, in order.
	verdict  string
	sections string
	contains []string
}

// planFile is a decoded plan.
type planFile map[string]any

func (p planFile) resources() []any { return p["resources"].([]any) }

func (p planFile) find(t *testing.T, name, resourceType string) map[string]any {
	t.Helper()
	for _, r := range p.resources() {
		if r := r.(map[string]any); r["name"] == name && strings.HasSuffix(r["type"].(string), resourceType) {
			return r
		}
	}
	t.Fatalf("there is no %s %s in the plan", resourceType, name)
	return nil
}

func (p planFile) inputs(t *testing.T, name, resourceType string) map[string]any {
	t.Helper()
	return p.find(t, name, resourceType)["inputs"].(map[string]any)
}

func (p planFile) remove(t *testing.T, name, resourceType string) {
	t.Helper()
	gone := p.find(t, name, resourceType)["urn"]
	p["resources"] = slices.DeleteFunc(p.resources(), func(r any) bool { return r.(map[string]any)["urn"] == gone })
}

// rename gives a resource another name, wherever the plan names it.
func (p planFile) rename(t *testing.T, name, resourceType, newName string, alias bool) {
	t.Helper()
	old := p.find(t, name, resourceType)["urn"].(string)
	renamed := strings.TrimSuffix(old, name) + newName
	text, err := json.Marshal(p)
	require.NoError(t, err)
	changed := strings.ReplaceAll(string(text), `"`+old+`"`, `"`+renamed+`"`)
	changed = strings.ReplaceAll(changed, "${"+name+".", "${"+newName+".")
	clear(p)
	require.NoError(t, json.Unmarshal([]byte(changed), &p))
	for _, r := range p.resources() {
		if r := r.(map[string]any); r["urn"] == renamed {
			r["name"] = newName
			if alias {
				r["aliases"] = []any{old}
			}
		}
	}
}

// document edits an input that is a JSON text.
func document(t *testing.T, inputs map[string]any, key string, edit func(map[string]any)) {
	t.Helper()
	var content map[string]any
	require.NoError(t, json.Unmarshal([]byte(inputs[key].(string)), &content))
	edit(content)
	text, err := json.Marshal(content)
	require.NoError(t, err)
	inputs[key] = string(text)
}

func statementsOf(policy map[string]any) []any { return policy["Statement"].([]any) }

// run makes the change and returns the exit status and the output.
func (c diffCase) run(t *testing.T, format string) string {
	t.Helper()
	stack := c.stack
	if stack == "" {
		stack = "prod"
	}
	text := read(t, "Pulumi."+stack+".yaml")
	base := newProject(t, map[string]string{stack: text})
	for _, edit := range c.edits {
		require.Equalf(t, 1, strings.Count(text, edit[0]), "the edit does not fit Pulumi.%s.yaml any more: %q", stack, edit[0])
		text = strings.Replace(text, edit[0], edit[1], 1)
	}
	head := newProject(t, map[string]string{stack: text})
	args := []string{"diff", stack, "--base", base, "--head", head, "--format", format}
	if c.plan != nil {
		code, planned, stderr := call("plan", stack, "--json", "-C", base)
		require.Zero(t, code, stderr)
		write(t, base, "base.json", planned)
		var decoded planFile
		require.NoError(t, json.Unmarshal([]byte(planned), &decoded))
		c.plan(t, decoded)
		edited, err := json.Marshal(decoded)
		require.NoError(t, err)
		write(t, base, "head.json", string(edited))
		args = []string{"diff", stack, "--base", "base.json", "--head", "head.json", "-C", base, "--format", format}
	}
	code, stdout, stderr := call(args...)
	require.Zero(t, code, stderr)
	return stdout
}

var objectivesIn = regexp.MustCompile(` · RTO [^·]*`)

func TestWhatEveryChangeSays(t *testing.T) {
	require.GreaterOrEqual(t, len(diffCases), 50)
	for _, c := range diffCases {
		t.Run(c.name, func(t *testing.T) {
			out := c.run(t, "text")
			first, rest, _ := strings.Cut(out, "\n")
			assert.Equal(t, c.verdict, strings.TrimSpace(objectivesIn.ReplaceAllString(first, " ")), out)
			var titles []string
			for _, line := range strings.Split(rest, "\n") {
				if line != "" && !strings.HasPrefix(line, " ") && !strings.HasSuffix(line, ".") {
					titles = append(titles, line)
				}
			}
			assert.Equal(t, c.sections, strings.Join(titles, ", "), out)
			for _, want := range c.contains {
				assert.Contains(t, out, want)
			}
		})
	}
}
