package cli

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// checkedOut is a checkout of this module with the project, one source file and a history, and its commit.
func checkedOut(t *testing.T) (dir, commit string) {
	t.Helper()
	dir = newProject(t, map[string]string{"prod": read(t, "Pulumi.prod.yaml"), "dr": read(t, "Pulumi.dr.yaml")})
	write(t, dir, "go.mod", "module github.com/carebase/carebase\n")
	write(t, dir, "component.go", "package carebase\n")
	write(t, dir, "component_test.go", "package carebase\n")
	git(t, dir, "init", "-q")
	git(t, dir, "add", ".")
	git(t, dir, "commit", "-qm", "first")
	return dir, git(t, dir, "rev-parse", "HEAD")
}

// git skips the test where there is no git, which only these tests need. CI refuses tests that skip themselves.
func git(t *testing.T, dir string, args ...string) string {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not on PATH")
	}
	command := exec.Command("git", append([]string{"-C", dir, "-c", "user.name=t", "-c", "user.email=t@example.com"}, args...)...)
	out, err := command.CombinedOutput()
	require.NoErrorf(t, err, "git %v: %s", args, out)
	return strings.TrimSpace(string(out))
}

// made pretends that the binary is of that commit.
func made(t *testing.T, b build) {
	t.Helper()
	before := thisBuild
	thisBuild = func() build { return b }
	t.Cleanup(func() { thisBuild = before })
}

func TestVersion(t *testing.T) {
	made(t, build{version: "v1.2.3", commit: "0123456789abcdef", modified: true})
	code, stdout, stderr := call("--version")
	assert.Zero(t, code, stderr)
	assert.Equal(t, "carebase version v1.2.3, commit 0123456789abcdef with uncommitted changes\n", stdout)
	assert.Equal(t, "(devel), of no commit", build{}.String())
}

func TestABinaryOfThisCheckoutSaysNothing(t *testing.T) {
	dir, commit := checkedOut(t)
	quiet := func(about string) {
		code, _, stderr := call("audit", "prod", "-C", dir)
		assert.Zero(t, code, about)
		assert.Empty(t, stderr, about)
	}
	made(t, build{commit: commit})
	quiet("the same commit")
	write(t, dir, "Pulumi.prod.yaml", read(t, "Pulumi.prod.yaml")+"# a comment\n")
	write(t, dir, "component_test.go", "package carebase // changed\n")
	git(t, dir, "commit", "-qam", "settings and tests")
	quiet("settings and tests are not in the binary")
	write(t, dir, "component.go", "package carebase // changed\n")
	made(t, build{commit: commit, modified: true, made: time.Now().Add(time.Hour)})
	quiet("made from the uncommitted change")
	made(t, build{})
	quiet("go run")
	require.NoError(t, os.Rename(filepath.Join(dir, ".git"), filepath.Join(t.TempDir(), "git")))
	made(t, build{commit: "0123456789abcdef0123456789abcdef01234567"})
	quiet("without history")
}

func TestAStaleBinaryIsSeen(t *testing.T) {
	for name, change := range map[string]func(t *testing.T, dir string) string{
		"uncommitted": func(t *testing.T, dir string) string {
			write(t, dir, "component.go", "package carebase // changed\n")
			return "component.go has changed since"
		},
		"committed": func(t *testing.T, dir string) string {
			write(t, dir, "component.go", "package carebase // changed\n")
			git(t, dir, "commit", "-qam", "second")
			return "component.go has changed since"
		},
		"removed": func(t *testing.T, dir string) string {
			require.NoError(t, os.Remove(filepath.Join(dir, "component.go")))
			return "component.go has changed since"
		},
		"added": func(t *testing.T, dir string) string {
			write(t, dir, "other.go", "package carebase\n")
			write(t, dir, "go.sum", "\n")
			return "2 source files have changed since"
		},
		"a setting that it does not know": func(t *testing.T, dir string) string {
			text := strings.Replace(read(t, "Pulumi.yaml"), "  owner:\n", "  colour:\n    type: string\n    default: red\n  owner:\n", 1)
			write(t, dir, "Pulumi.yaml", text)
			return "Pulumi.yaml declares settings that it does not know: colour"
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir, commit := checkedOut(t)
			made(t, build{commit: commit})
			want := change(t, dir)

			code, stdout, stderr := call("audit", "prod", "-C", dir)
			assert.Equal(t, exitFailed, code)
			assert.Empty(t, stdout, "it was audited")
			assert.Contains(t, stderr, want)
			assert.Contains(t, stderr, "go install ./cmd/carebase")

			code, stdout, stderr = call("dr", "status", "dr", "-C", dir)
			assert.Equal(t, exitFailed, code)
			assert.Empty(t, stdout)
			assert.Contains(t, stderr, want)

			_, _, stderr = call("plan", "prod", "-C", dir)
			assert.Contains(t, stderr, "warning: this binary is not of this checkout")
			_, _, stderr = call("audit", "prod", "-C", dir, "--allow-stale")
			assert.Contains(t, stderr, "warning: this binary is not of this checkout")
		})
	}
	t.Run("a commit of another checkout", func(t *testing.T) {
		dir, _ := checkedOut(t)
		made(t, build{commit: "0123456789abcdef0123456789abcdef01234567"})
		_, _, stderr := call("audit", "prod", "-C", dir)
		assert.Contains(t, stderr, "made from commit 0123456789ab, which this checkout does not have")
	})
}

// A file that a package embeds is in the binary, so a binary with an older one is stale.
func TestWhatIsEmbeddedIsCompared(t *testing.T) {
	directive := regexp.MustCompile(`(?m)^\s*//go:embed (.+)$`)
	embedded := 0
	root := filepath.Join("..")
	require.NoError(t, filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.IsDir() && (entry.Name() == "functions" || entry.Name() == "tools") {
			return fs.SkipDir // binaries of their own
		}
		if err != nil || entry.IsDir() || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
			return err
		}
		if filepath.Base(path) == "systems.go" {
			return nil // the settings that init copies; no command reads them from the binary
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, match := range directive.FindAllStringSubmatch(string(text), -1) {
			for _, file := range strings.Fields(match[1]) {
				embedded++
				assert.True(t, slices.ContainsFunc(builtFrom, func(pattern string) bool {
					matches, err := filepath.Match(strings.TrimPrefix(pattern, "*/"), filepath.Base(file))
					return err == nil && matches
				}), "%s embeds %s, which builtFrom lacks", path, file)
			}
		}
		return nil
	}))
	assert.GreaterOrEqual(t, embedded, 4)
}
