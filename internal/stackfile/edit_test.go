package stackfile

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"
	"pgregory.net/rapid"
)

const active = `# The recovery stack.
encryptionsalt: v1:abc

config:
  care:phi: true   # patients' data

  care:recovery:

    # Which stack this one follows.
    primaryStack: organization/care/prod
    active: false # carebase dr failover sets it

  care:accountId: "123456789012"
`

func edit(t *testing.T, text string, changes ...Change) (string, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "Pulumi.dr.yaml")
	require.NoError(t, os.WriteFile(path, []byte(text), 0o640))
	err := Edit(path, "care", changes...)
	after, readErr := os.ReadFile(path)
	require.NoError(t, readErr)
	info, statErr := os.Stat(path)
	require.NoError(t, statErr)
	assert.Equal(t, os.FileMode(0o640), info.Mode().Perm())
	left, globErr := filepath.Glob(filepath.Join(filepath.Dir(path), ".*"))
	require.NoError(t, globErr)
	assert.Empty(t, left, "a temporary file was left")
	return string(after), err
}

func TestEditChangesNothingElse(t *testing.T) {
	activate := []Change{{"recovery", "active", "true"}, {"recovery", "activatedAt", `"2026-11-21T17:00:00Z"`}, {"recovery", "promoted", "false"}}
	got, err := edit(t, active, activate...)
	require.NoError(t, err)
	want := strings.Replace(active, "    active: false # carebase dr failover sets it\n",
		"    active: true # carebase dr failover sets it\n    activatedAt: \"2026-11-21T17:00:00Z\"\n    promoted: false\n", 1)
	assert.Equal(t, want, got)

	again, err := edit(t, got, activate...)
	require.NoError(t, err)
	assert.Equal(t, got, again, "done twice it changes nothing")

	back, err := edit(t, got, Change{"recovery", "active", "false"}, Change{"recovery", "activatedAt", ""}, Change{"recovery", "promoted", ""})
	require.NoError(t, err)
	assert.Equal(t, active, back)
}

func TestEditOfEveryForm(t *testing.T) {
	for before, after := range map[string]string{
		"config:\n  recovery: {active: false, x: 1} # c\n":            "config:\n  recovery: {active: true, x: 1} # c\n",
		"config:\n  recovery: {x: 1}\n":                               "config:\n  recovery: {active: true, x: 1}\n",
		"config:\n  care:recovery: {}\n":                              "config:\n  care:recovery: {active: true}\n",
		"config:\n  care:recovery:\n    active: 'fal''se' # c":        "config:\n  care:recovery:\n    active: true # c",
		"config:\n  care:recovery:\n    active: \"a \\\" b\"\n":       "config:\n  care:recovery:\n    active: true\n",
		"config:\n  care:recovery:\n    active:\n    x: 1\n":          "config:\n  care:recovery:\n    active: true\n    x: 1\n",
		"config:\n  care:recovery:\n    x: 1":                         "config:\n  care:recovery:\n    x: 1\n    active: true",
		"config:\n  care:recovery:\n    x: [1,\n      2]\n":           "config:\n  care:recovery:\n    active: true\n    x: [1,\n      2]\n",
		"config:\n  care:config:recovery:\n    é: ü\n    active: 0\n": "config:\n  care:config:recovery:\n    é: ü\n    active: true\n",
	} {
		got, err := edit(t, before, Change{"recovery", "active", "true"})
		assert.NoError(t, err, before)
		assert.Equal(t, after, got)
	}
}

// What cannot be edited so is refused, and stays as it was.
func TestEditRefuses(t *testing.T) {
	for _, before := range []string{
		"config: {}\n", "config:\n  care:recovery: yes\n", "config:\n  care:recovery:\n    active: |\n      a\n      b\n",
		"config:\n  care:recovery:\n    active: [1]\n", "config:\n  care:other: &x {active: false}\n  care:recovery: *x\n", "config: [\n",
	} {
		got, err := edit(t, before, Change{"recovery", "active", "true"})
		assert.ErrorContains(t, err, "by hand", before)
		assert.Equal(t, before, got)
	}
}

// Whatever the file looks like, an edit changes the one value, or nothing.
func TestEditOfAnyFile(t *testing.T) {
	scalar := rapid.SampledFrom([]string{"false", "1.10", `"x \" y"`, "'it''s'", "~", "", "a b c", "2026-11-30"})
	rapid.Check(t, func(r *rapid.T) {
		var b strings.Builder
		b.WriteString("# head\nconfig:\n")
		for i := range rapid.IntRange(0, 3).Draw(r, "sections") {
			b.WriteString("\n  care:" + string(rune('a'+i)) + ": " + scalar.Draw(r, "other") + " # é\n")
		}
		b.WriteString("  care:recovery:\n")
		names := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"active", "x", "y", "z"}), 1, 4, rapid.ID[string]).Draw(r, "names")
		for _, name := range names {
			b.WriteString(rapid.SampledFrom([]string{"", "\n", "    # about it\n"}).Draw(r, "before"))
			b.WriteString("    " + name + ": " + scalar.Draw(r, "value") + rapid.SampledFrom([]string{"", " # why"}).Draw(r, "comment") + "\n")
		}
		before := b.String()
		after, err := edited("f", "care", []byte(before), Change{"recovery", "active", "true"})
		if err != nil {
			r.Fatalf("%v:\n%s", err, before)
		}
		if strings.Count(string(after), "#") != strings.Count(before, "#") || strings.Count(string(after), "\n\n") != strings.Count(before, "\n\n") {
			r.Fatalf("comments or blank lines are lost:\n%s\n%s", before, after)
		}
		var read struct {
			Config map[string]any
		}
		if err := yaml.Unmarshal(after, &read); err != nil || read.Config["care:recovery"].(map[string]any)["active"] != true {
			r.Fatalf("%v:\n%s", err, after)
		}
	})
}

func TestKeepPutsTheFileBack(t *testing.T) {
	path := filepath.Join(t.TempDir(), "Pulumi.local.yaml")
	require.NoError(t, os.WriteFile(path, []byte(active), 0o600))
	// As Pulumi writes it: without comments and blank lines, true in quotes, and a salt of its own.
	const rewritten = "encryptionsalt: v1:other\nconfig:\n  care:phi: \"true\"\n  care:accountId: \"123456789012\"\n" +
		"  care:recovery:\n    primaryStack: organization/care/prod\n    active: false\n"
	require.NoError(t, Keep(path, func() error { return os.WriteFile(path, []byte(rewritten), 0o600) }))
	after, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, active, string(after))

	changed := strings.Replace(active, "active: false", "active: true", 1)
	require.NoError(t, Keep(path, func() error { return os.WriteFile(path, []byte(changed), 0o600) }))
	after, err = os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, changed, string(after), "somebody changed a setting meanwhile")
	assert.ErrorIs(t, Keep(path, func() error { return os.ErrClosed }), os.ErrClosed)
	assert.NoError(t, Keep(path+".none", func() error { return nil }))
}

// Pulumi's own ways to write a settings file encode it anew: whoever has to set something uses Edit.
func TestNothingElseWritesSettingsFiles(t *testing.T) {
	writers := regexp.MustCompile(`\.(SetConfig|SetAllConfig|RemoveConfig|RemoveAllConfig|RefreshConfig|SaveStackSettings|SaveProjectSettings)(WithOptions)?\(|"config", "(set|rm)`)
	read := 0
	for _, root := range []string{"cmd", "failover", "repair", "stacks", "plan", "policy", "internal", "infra"} {
		require.NoError(t, filepath.WalkDir(filepath.Join("..", "..", root), func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
				return err
			}
			text, err := os.ReadFile(path)
			assert.NotRegexp(t, writers, string(text), path)
			read++
			return err
		}))
	}
	assert.Greater(t, read, 50)
}
