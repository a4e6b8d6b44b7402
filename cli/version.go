package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"
	"golang.org/x/mod/modfile"

	"github.com/carebase/carebase/stacks/settings"
)

// A build is what this binary was made from. A program that `go run` or `go test` made has no commit: it is of the files as
// they are.
type build struct {
	version  string // of the module: v1.2.3, or (devel)
	commit   string // in full
	modified bool   // the checkout had uncommitted changes
	made     time.Time
}

// thisBuild reads the binary's own record (https://pkg.go.dev/runtime/debug#BuildSetting). A variable for tests.
var thisBuild = func() build {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return build{}
	}
	b := build{version: info.Main.Version}
	for _, setting := range info.Settings {
		switch setting.Key {
		case "vcs.revision":
			b.commit = setting.Value
		case "vcs.modified":
			b.modified = setting.Value == "true"
		}
	}
	if path, err := os.Executable(); err == nil {
		if file, err := os.Stat(path); err == nil {
			b.made = file.ModTime()
		}
	}
	return b
}

func (b build) String() string {
	text := b.version
	if text == "" {
		text = "(devel)"
	}
	if b.commit == "" {
		return text + ", of no commit"
	}
	text += ", commit " + b.commit
	if b.modified {
		text += " with uncommitted changes"
	}
	return text
}

// module of this program.
const module = "github.com/carebase/carebase"

// install is how the binary is made anew.
const install = "go install ./cmd/carebase ./cmd/carebase-dr"

// builtFrom are the files that the binary is built from: Go's, and those that packages embed.
var builtFrom = []string{"*.go", "*.sql", "*.js", "*.py", "*.tmpl", "*.csv", "*/replacements.txt", "*/dispositions.json", "go.mod", "go.sum"}

// stale says why the binary is not of the checkout that directory is in, or "". The stack's program is linked into the
// binary: what has changed in the checkout since is in no plan, audit or failover. Settings are read from the checkout, so a
// commit that changes nothing else makes no difference. It is "" outside a checkout of this module.
func (b build) stale(directory string) (string, error) {
	root, err := checkout(directory)
	if root == "" || err != nil {
		return "", err
	}
	if missing := unknownSettings(root); missing != "" {
		return missing, nil
	}
	if b.commit == "" {
		return "", nil
	}
	git := func(args ...string) (string, error) {
		var stderr bytes.Buffer
		command := exec.Command("git", append([]string{"-C", root}, args...)...)
		command.Stderr = &stderr
		out, err := command.Output()
		if err != nil {
			return "", fmt.Errorf("git %s: %w %s", args[0], err, strings.TrimSpace(stderr.String()))
		}
		return string(out), nil
	}
	if _, err := git("rev-parse", "--git-dir"); err != nil {
		return "", nil // a copy without its history, or no git: nothing to compare with
	}
	if _, err := git("cat-file", "-e", b.commit+"^{commit}"); err != nil {
		return fmt.Sprintf("it was made from commit %.12s, which this checkout does not have", b.commit), nil
	}
	sources := append([]string{"--", ":(exclude)*_test.go"}, builtFrom...)
	changed, err := git(append([]string{"diff", "--name-only", b.commit}, sources...)...)
	if err != nil {
		return "", err
	}
	added, err := git(append([]string{"ls-files", "--others", "--exclude-standard"}, sources...)...)
	if err != nil {
		return "", err
	}
	var differ []string
	for _, name := range strings.Fields(changed + added) {
		// A binary of uncommitted changes has those that are older than it.
		file, err := os.Stat(filepath.Join(root, name))
		if b.modified && err == nil && !file.ModTime().After(b.made) {
			continue
		}
		differ = append(differ, name)
	}
	switch len(differ) {
	case 0:
		return "", nil
	case 1:
		return fmt.Sprintf("it was made from commit %.12s, and %s has changed since", b.commit, differ[0]), nil
	}
	return fmt.Sprintf("it was made from commit %.12s, and %d source files have changed since, such as %s", b.commit, len(differ), differ[0]), nil
}

// unknownSettings says that the project's file declares settings that this binary does not know.
func unknownSettings(root string) string {
	project, err := workspace.LoadProject(filepath.Join(root, "Pulumi.yaml"))
	if err != nil {
		return "" // whoever loads the project reports it
	}
	var unknown []string
	for name := range project.Config {
		if key := strings.TrimPrefix(name, string(project.Name)+":"); !strings.Contains(key, ":") && !slices.Contains(settings.Keys(), key) {
			unknown = append(unknown, key)
		}
	}
	if len(unknown) == 0 {
		return ""
	}
	slices.Sort(unknown)
	return "Pulumi.yaml declares settings that it does not know: " + strings.Join(unknown, ", ")
}

// checkout is the folder of this module's go.mod that directory is in or below, or "".
func checkout(directory string) (string, error) {
	at, err := filepath.Abs(directory)
	if err != nil {
		return "", err
	}
	for {
		text, err := os.ReadFile(filepath.Join(at, "go.mod"))
		switch {
		case err == nil && modfile.ModulePath(text) == module:
			return at, nil
		case err == nil:
			return "", nil // another module
		case !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, fs.ErrPermission):
			return "", err
		}
		if filepath.Dir(at) == at {
			return "", nil
		}
		at = filepath.Dir(at)
	}
}
