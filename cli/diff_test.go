package cli

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/diff"
)

func TestDiffRefusesWrongCalls(t *testing.T) {
	for _, args := range [][]string{
		{"diff", "--base", "x"}, {"diff", "prod"}, {"diff", "prod", "prod", "--base", "x"}, {"diff", "", "--base", "x"},
		{"diff", "prod", "--base", "x", "--format", "pdf"}, {"diff", "prod", "--base", "x", "--fail-on", "everything"},
	} {
		code, stdout, stderr := call(args...)
		assert.Equalf(t, 2, code, "%q: %s", args, stderr)
		assert.Empty(t, stdout)
	}
}

// What is no side of the stack is refused, with what it is and what is taken.
func TestDiffRefusesWhatItCannotRead(t *testing.T) {
	dir := newProject(t, map[string]string{"prod": read(t, "Pulumi.prod.yaml"), "dev": read(t, "Pulumi.dev.yaml")})
	code, prod, stderr := call("plan", "prod", "--json", "-C", dir)
	require.Zero(t, code, stderr)
	write(t, dir, "prod.json", prod)
	write(t, dir, "truncated.json", prod[:len(prod)/2])
	write(t, dir, "foreign.json", strings.ReplaceAll(prod, "careconnect", "elsewhere"))
	write(t, dir, "other.json", `{"hello": "world"}`)
	write(t, dir, "list.json", `[1]`)
	write(t, dir, "text.json", "resources:\n")
	write(t, dir, "half.json", `{"version": 3, "deployment": {"resources": []}}`)
	write(t, dir, "partial.json", `{"steps": [{"op": "same", "urn": "urn:pulumi:prod::careconnect::a:b:C::d", "newState": {"urn": "urn:pulumi:prod::careconnect::a:b:C::d", "parent": "urn:pulumi:prod::careconnect::a:b:C::e"}}]}`)
	empty := t.TempDir()
	for side, want := range map[string]string{
		"truncated.json": "it is no whole JSON object", "foreign.json": `the base is of project "elsewhere"`, "other.json": "it is no plan",
		"list.json": "it is no whole JSON object", "text.json": "it is no whole JSON object", "half.json": "the stack is not deployed",
		"partial.json": "--show-sames", "absent.json": "there is no such file or folder", "{stack}.nothing": "there is no file",
		empty: "there is no Pulumi.yaml", "--upload-pack=x": "there is no such file or folder",
	} {
		code, stdout, stderr := call("diff", "prod", "--base="+side, "-C", dir)
		assert.Equal(t, 1, code, side)
		assert.Empty(t, stdout, side)
		assert.Contains(t, stderr, want, side)
	}
	code, _, stderr = call("diff", "dev", "--base", "prod.json", "-C", dir)
	assert.Equal(t, 1, code)
	assert.Contains(t, stderr, `it is of stack "prod", not "dev"`)
	code, _, stderr = call("diff", "prod", "dev", "--base", "prod.json", "-C", dir)
	assert.Equal(t, 1, code)
	assert.Contains(t, stderr, "write {stack}")
	code, _, stderr = call("diff", "nowhere", "--base", dir, "-C", dir)
	assert.Equal(t, 1, code)
	assert.Contains(t, stderr, `there is no stack "nowhere" on either side`)

	write(t, dir, "dev.json", strings.ReplaceAll(prod, "prod", "dev"))
	code, stdout, stderr := call("diff", "prod", "--base", "{stack}.json", "-C", dir)
	require.Zero(t, code, stderr)
	assert.Contains(t, stdout, "prod: no change", "a plan file and the program that wrote it differ")
}

func TestDiffOfAStackThatIsNew(t *testing.T) {
	base := newProject(t, nil)
	head := newProject(t, map[string]string{"dev": read(t, "Pulumi.dev.yaml")})
	code, stdout, stderr := call("diff", "dev", "--base", base, "-C", head)
	require.Zero(t, code, stderr)
	assert.Regexp(t, `^dev: 0 changed · \d+ added · 0 removed`, stdout)
	code, stdout, stderr = call("diff", "dev", "--base", head, "-C", base)
	require.Zero(t, code, stderr)
	assert.Regexp(t, `^dev: 0 changed · \d+ removed \(\d+ hold data\)`, stdout)
}

func TestFailOn(t *testing.T) {
	base := newProject(t, map[string]string{"prod": read(t, "Pulumi.prod.yaml")})
	head := newProject(t, map[string]string{"prod": strings.Replace(read(t, "Pulumi.prod.yaml"), "name: careconnect\n", "name: other\n", 1)})
	code, stdout, stderr := call("diff", "prod", "--base", base, "-C", head, "--fail-on", "data")
	assert.Equal(t, 3, code)
	assert.Contains(t, stdout, "Data at risk")
	assert.Contains(t, stderr, "--fail-on data: prod: database-instance: dbName")
	code, _, stderr = call("diff", "prod", "--base", base, "-C", head, "--fail-on", "violation")
	assert.Zero(t, code, stderr)
	code, _, stderr = call("diff", "prod", "--base", base, "-C", base, "--fail-on", "data,replace,violation")
	assert.Zero(t, code, stderr)
}

func TestDiffWritesAFile(t *testing.T) {
	base := newProject(t, map[string]string{"prod": read(t, "Pulumi.prod.yaml")})
	head := newProject(t, map[string]string{"prod": strings.Replace(read(t, "Pulumi.prod.yaml"), "imageTag: 1.0.0", "imageTag: 1.0.1", 1)})
	code, stdout, stderr := call("diff", "prod", "--base", base, "-C", head, "--format", "markdown", "--output", "comment.md")
	require.Zero(t, code, stderr)
	assert.Regexp(t, `^prod: 1 replaced [^\n]*\n$`, stdout)
	text, err := os.ReadFile(filepath.Join(head, "comment.md"))
	require.NoError(t, err)
	assert.True(t, strings.HasPrefix(string(text), "<!-- carebase:diff:careconnect -->\n"), string(text))

	code, stdout, stderr = call("diff", "prod", "--base", base, "-C", head, "--format", "json")
	require.Zero(t, code, stderr)
	var decoded struct {
		SchemaVersion int
		Stacks        []struct {
			Stack   string
			Counts  map[string]int
			Changes []struct{ Action string }
		}
	}
	require.NoError(t, json.Unmarshal([]byte(stdout), &decoded))
	assert.Equal(t, 1, decoded.SchemaVersion)
	assert.Equal(t, 1, decoded.Stacks[0].Counts["replaced"])
	_, again, _ := call("diff", "prod", "--base", base, "-C", head, "--format", "json")
	assert.Equal(t, labelsIn.ReplaceAllString(stdout, ""), labelsIn.ReplaceAllString(again, ""), "two comparisons of the same sides differ")
}

var labelsIn = regexp.MustCompile(`"label": "[^"]*"`)

// A revision's settings are planned by the program of this binary where the sources are the same.
func TestDiffAgainstAGitRevision(t *testing.T) {
	dir := newProject(t, map[string]string{"prod": read(t, "Pulumi.prod.yaml")})
	run := func(args ...string) {
		t.Helper()
		command := exec.Command("git", append([]string{"-C", dir, "-c", "user.name=a", "-c", "user.email=a@example.com"}, args...)...)
		out, err := command.CombinedOutput()
		require.NoError(t, err, string(out))
	}
	run("init", "-q")
	run("add", ".")
	run("commit", "-qm", "base")
	write(t, dir, "Pulumi.prod.yaml", strings.Replace(read(t, "Pulumi.prod.yaml"), "masterPassword:\n    secure: to-be-set", "masterPassword:\n    secure: v1:other", 1))
	code, stdout, stderr := call("diff", "prod", "--base", "HEAD", "-C", dir)
	require.Zero(t, code, stderr)
	assert.Contains(t, stdout, "careconnect:masterPassword: changed (hidden)")
	assert.NotContains(t, stdout, "v1:other")
	code, stdout, _ = call("diff", "prod", "--base", "HEAD", "--format", "markdown", "-C", dir)
	assert.Zero(t, code)
	assert.Regexp(t, "(?m)^`[0-9a-f]{40}` → `working tree`$", stdout)
	worktrees, err := exec.Command("git", "-C", dir, "worktree", "list").Output()
	require.NoError(t, err)
	assert.Equal(t, 1, strings.Count(string(worktrees), "\n"), "a worktree was left behind")

	write(t, dir, "program.go", "package main\n")
	run("add", ".")
	run("commit", "-qm", "a program that is not there any more")
	require.NoError(t, os.Remove(filepath.Join(dir, "program.go")))
	code, _, stderr = call("diff", "prod", "--base", "HEAD", "-C", dir)
	assert.Equal(t, 1, code)
	assert.Contains(t, stderr, "give a plan of that revision")
}

// The settings that are stored beside a plan tell of secrets and exceptions.
func TestSettingsBesideAPlan(t *testing.T) {
	dir := newProject(t, map[string]string{"prod": read(t, "Pulumi.prod.yaml")})
	code, planned, stderr := call("plan", "prod", "--json", "-C", dir)
	require.Zero(t, code, stderr)
	write(t, dir, "plan-prod.json", planned)
	write(t, dir, "plan-prod.settings.yaml", strings.Replace(read(t, "Pulumi.prod.yaml"), "masterPassword:\n    secure: to-be-set", "masterPassword:\n    secure: v1:other", 1))
	code, stdout, stderr := call("diff", "prod", "--base", "plan-{stack}.json", "-C", dir)
	require.Zero(t, code, stderr)
	assert.Contains(t, stdout, "prod: 0 changed · 0 removed · 1 secret changed · RTO")
	assert.Contains(t, stdout, "careconnect:masterPassword: changed (hidden)")
	assert.NotContains(t, stdout, "Controls", "the exceptions are the same")
}

// Neither a secret of the settings nor a secret of a decrypted state is in any output.
func TestDiffShowsNoSecret(t *testing.T) {
	const sentinel = "sentinel-hunter2"
	text := read(t, "Pulumi.prod.yaml")
	base := newProject(t, map[string]string{"prod": strings.ReplaceAll(text, "secure: to-be-set", "secure: "+sentinel)})
	head := newProject(t, map[string]string{"prod": strings.ReplaceAll(text, "secure: to-be-set", "secure: "+sentinel+"2")})

	stack, database := "urn:pulumi:prod::careconnect::pulumi:pulumi:Stack::careconnect-prod", "urn:pulumi:prod::careconnect::aws:rds/instance:Instance::db"
	secret := func(value string) map[string]any {
		return map[string]any{"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "plaintext": `"` + value + `"`}
	}
	state := func(value string) string {
		text, err := json.Marshal(map[string]any{"version": 3, "deployment": map[string]any{"resources": []any{
			map[string]any{"urn": stack, "type": "pulumi:pulumi:Stack"},
			map[string]any{
				"urn": database, "type": "aws:rds/instance:Instance", "custom": true, "parent": stack,
				"inputs":  map[string]any{"password": secret(value), "list": []any{secret(value)}, "engine": value[len(sentinel):]},
				"outputs": map[string]any{"password": secret(value), "address": "a"},
			},
		}}})
		require.NoError(t, err)
		return string(text)
	}
	write(t, base, "base.json", state(sentinel))
	write(t, base, "head.json", state(sentinel+"2"))
	for _, format := range []string{"text", "markdown", "json", "gitlab"} {
		for _, args := range [][]string{
			{"diff", "prod", "--base", base, "--head", head, "--format", format},
			{"diff", "prod", "--base", "base.json", "--head", "head.json", "-C", base, "--format", format},
			{"diff", "prod", "--base", "base.json", "-C", base, "--format", format},
		} {
			code, stdout, stderr := call(args...)
			require.Zero(t, code, stderr)
			assert.NotContains(t, stdout+stderr, sentinel, "%q", args)
		}
	}
	_, stdout, _ := call("diff", "prod", "--base", "base.json", "--head", "head.json", "-C", base)
	assert.Contains(t, stdout, "password: changed (hidden)")
}

// A type that the table lacks "may be replaced" by any change, which nobody can review.
func TestTheReplacementTableHasEveryTypeInUse(t *testing.T) {
	types := regexp.MustCompile(`"type": "(aws:[^"]+)"`)
	seen := map[string]bool{}
	files, err := filepath.Glob(filepath.Join("..", "Pulumi.*.yaml"))
	require.NoError(t, err)
	for _, file := range files {
		stack := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(file), "Pulumi."), ".yaml")
		code, planned, stderr := call("plan", stack, "--json", "-C", "..")
		require.Zero(t, code, stderr)
		for _, match := range types.FindAllStringSubmatch(planned, -1) {
			if !seen[match[1]] {
				seen[match[1]] = true
				assert.True(t, diff.Known(match[1]), match[1])
			}
		}
	}
	assert.Greater(t, len(seen), 80)
}

func BenchmarkDiffOfTwoProdPlans(b *testing.B) {
	dir := b.TempDir()
	var out, errors strings.Builder
	if (Program{}).run([]string{"plan", "prod", "--json", "-C", careconnect}, &out, &errors) != 0 {
		b.Fatal(errors.String())
	}
	for name, text := range map[string]string{"a.json": out.String(), "b.json": strings.ReplaceAll(out.String(), `"careconnect-platform"`, `"ops"`)} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		var out, errors strings.Builder
		if (Program{}).run([]string{"diff", "prod", "--base", "a.json", "--head", "b.json", "-C", dir}, &out, &errors) != 0 {
			b.Fatal(errors.String())
		}
	}
}
