package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/carebase/carebase/diff"
	"github.com/carebase/carebase/graph"
	"github.com/carebase/carebase/graph/snapshot"
	"github.com/carebase/carebase/internal/project"
	"github.com/carebase/carebase/internal/stackfile"
	"github.com/carebase/carebase/plan"
	"github.com/carebase/carebase/policy"
)

// diffSource is a side as the command line names it, for all stacks.
type diffSource struct {
	program     Program
	name        string
	directory   string
	workingTree bool
	many        bool // more than one stack is compared
	stdin       io.Reader
	revision    *revision // set once the side turns out to be a git revision
}

// loadedSide is one stack of a side.
type loadedSide struct {
	info       diff.SideInfo
	graph      *graph.Graph // nil if the stack does not exist on this side
	verdicts   map[string]diff.Verdict
	sealed     map[string]string
	objectives *diff.Objectives
	// hasSettings is true if the side has a settings file that could be read. exceptions and acceptances come from there.
	hasSettings bool
	exceptions  []policy.Exception
	acceptances []diff.Acceptance
}

func (d *diffSource) close() {
	if d.revision != nil {
		d.revision.close()
	}
}

// side reads one stack.
func (d *diffSource) side(stack string) (*loadedSide, error) {
	if d.workingTree {
		return d.folder(d.name, stack, diff.SideInfo{Label: "working tree", Kind: diff.Plan})
	}
	name := strings.ReplaceAll(d.name, "{stack}", stack)
	path := within(d.directory, name)
	info, err := os.Stat(path)
	switch {
	case name == "-" || err == nil && !info.IsDir():
		if d.many && name == d.name {
			return nil, errors.New("one file is one stack: write {stack} where the names of the files differ")
		}
		return d.file(path, name, stack)
	case err == nil:
		return d.folder(path, stack, diff.SideInfo{Label: name, Kind: diff.Plan})
	case strings.Contains(d.name, "{stack}"):
		return nil, fmt.Errorf("there is no file %s", path)
	}
	if d.revision == nil {
		if d.revision, err = checkOut(d.directory, name); err != nil {
			return nil, err
		}
	}
	return d.ofRevision(stack)
}

// file reads a plan, a preview or a state.
func (d *diffSource) file(path, name, stack string) (*loadedSide, error) {
	var text []byte
	var err error
	if name == "-" {
		text, err = io.ReadAll(d.stdin)
	} else {
		text, err = os.ReadFile(path)
	}
	if err != nil {
		return nil, err
	}
	side, err := sideOfFile(text)
	if err != nil {
		return nil, err
	}
	side.info.Label = filepath.Base(name)
	if err := side.readSettings(strings.TrimSuffix(path, ".json") + ".settings.yaml"); err != nil {
		return nil, err
	}
	if side.graph.Stack != stack {
		return nil, fmt.Errorf("it is of stack %q, not %q", side.graph.Stack, stack)
	}
	return side, nil
}

// readSettings reads the settings file that was stored beside a plan: plan-prod.settings.yaml beside plan-prod.json. It tells which
// secrets change and which exceptions the plan had. There need not be one.
func (l *loadedSide) readSettings(path string) error {
	file, err := stackfile.Read(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	l.hasSettings, l.sealed = true, ciphertexts(file, l.graph.Project)
	for _, setting := range file.Settings(l.graph.Project) {
		if setting.Key != l.graph.Project+":exceptions" {
			continue
		}
		for _, item := range setting.Value.Items {
			members := map[string]string{}
			for _, member := range item.Members {
				members[member.Key] = member.Value.Text
			}
			l.exceptions = append(l.exceptions, policy.Exception{
				Control: members["control"], Resource: members["resource"], Reason: members["reason"], Owner: members["owner"], Expires: members["expires"],
			})
		}
	}
	return nil
}

func sideOfFile(text []byte) (*loadedSide, error) {
	kind, err := kindOfFile(text)
	if err != nil {
		return nil, err
	}
	side := &loadedSide{info: diff.SideInfo{Kind: kind}}
	switch kind {
	case diff.State:
		side.graph, err = snapshot.InputsOfState(text)
	case diff.Preview:
		var replaced map[string]snapshot.Replacement
		side.graph, replaced, err = snapshot.InputsOfPreview(text)
		if err == nil {
			side.verdicts = verdictsOf(side.graph, replaced)
		}
	default:
		side.graph, err = snapshot.FromPlan(text)
		if err == nil {
			side.objectives = plannedObjectives(text)
		}
	}
	return side, err
}

func verdictsOf(g *graph.Graph, replaced map[string]snapshot.Replacement) map[string]diff.Verdict {
	verdicts := make(map[string]diff.Verdict, len(g.Resources))
	for _, r := range g.Resources {
		replacement, is := replaced[r.URN]
		verdicts[r.URN] = diff.Verdict{Replaced: is, Reasons: replacement.Reasons, DeleteFirst: replacement.DeleteFirst}
	}
	return verdicts
}

// plannedObjectives reads the objectives of a plan; nil if the stack has none.
func plannedObjectives(text []byte) *diff.Objectives {
	var file struct {
		Objectives *struct {
			RTOMinutes float64
			RPOMinutes *float64
		}
	}
	if json.Unmarshal(text, &file) != nil || file.Objectives == nil || file.Objectives.RPOMinutes == nil {
		return nil
	}
	return &diff.Objectives{RTO: file.Objectives.RTOMinutes, RPO: *file.Objectives.RPOMinutes}
}

// folder plans a stack of the project in a folder, with the program of this binary.
func (d *diffSource) folder(path, stack string, info diff.SideInfo) (*loadedSide, error) {
	if absent, err := noSuchStack(path, stack); err != nil || absent {
		info.Kind = diff.Absent
		return &loadedSide{info: info, hasSettings: true, sealed: map[string]string{}}, err
	}
	loaded, err := project.LoadAndCompare(path, stack)
	if err != nil {
		return nil, err
	}
	g, err := d.program.plan(loaded)
	if err != nil {
		return nil, err
	}
	side := &loadedSide{
		info: info, graph: g, hasSettings: true, exceptions: loaded.Settings.Accepted(),
		sealed: ciphertexts(loaded.Program.File, loaded.Program.Project),
	}
	if loaded.Settings.HasObjectives() {
		derivation := loaded.Settings.Derivation()
		if rpo, bounded := derivation.RPO(); bounded {
			side.objectives = &diff.Objectives{RTO: derivation.RTO().Minutes(), RPO: rpo.Minutes()}
		}
	}
	return side, nil
}

// noSuchStack is true if a project has no settings file for a stack. A folder without a project is an error.
func noSuchStack(path, stack string) (bool, error) {
	if _, err := plan.ProjectName(path); err != nil {
		return false, err
	}
	_, err := plan.StackFile(path, stack)
	return err != nil && strings.Contains(err.Error(), "there is no stack"), nil
}

// ciphertexts returns the encrypted values of a settings file by path, such as clinic:alerts.https[0].url.
func ciphertexts(file *stackfile.File, name string) map[string]string {
	found := map[string]string{}
	var walk func(path string, v *stackfile.Value)
	walk = func(path string, v *stackfile.Value) {
		if v.Encrypted {
			found[path] = v.Text
		}
		for i, item := range v.Items {
			walk(fmt.Sprintf("%s[%d]", path, i), item)
		}
		for _, member := range v.Members {
			walk(path+"."+member.Key, member.Value)
		}
	}
	for _, setting := range file.Settings(name) {
		walk(setting.Key, setting.Value)
	}
	return found
}

// ---- Git revisions ----

// revision is a commit in a worktree of its own.
type revision struct {
	hash string
	// root of the worktree; folder is where the project is in it.
	root, folder string
	repository   string
	// binary of the revision's program; "" if the revision has the program of this binary.
	binary string
}

func runGit(directory string, args ...string) (string, error) {
	var stderr bytes.Buffer
	command := exec.Command("git", append([]string{"-C", directory}, args...)...)
	command.Stderr = &stderr
	out, err := command.Output()
	if err != nil {
		return "", fmt.Errorf("git %s: %w %s", args[0], err, strings.TrimSpace(stderr.String()))
	}
	return strings.TrimSpace(string(out)), nil
}

// checkOut makes a worktree of a revision and builds its program if it is not the one of this binary.
func checkOut(directory, name string) (*revision, error) {
	hash, err := runGit(directory, "rev-parse", "--verify", "--quiet", "--end-of-options", name+"^{commit}")
	if err != nil {
		return nil, errors.New("there is no such file or folder, and git knows no such revision")
	}
	repository, err := runGit(directory, "rev-parse", "--show-toplevel")
	if err != nil {
		return nil, err
	}
	prefix, err := runGit(directory, "rev-parse", "--show-prefix")
	if err != nil {
		return nil, err
	}
	parent, err := os.MkdirTemp("", "carebase-diff-")
	if err != nil {
		return nil, err
	}
	r := &revision{hash: hash, root: filepath.Join(parent, "checkout"), repository: repository}
	r.folder = filepath.Join(r.root, filepath.FromSlash(prefix))
	if _, err := runGit(repository, "worktree", "add", "--detach", "--quiet", r.root, hash); err != nil {
		r.close()
		return nil, err
	}
	if err := r.build(); err != nil {
		r.close()
		return nil, err
	}
	return r, nil
}

// build builds the revision's program, unless the sources are those of the working tree, which this binary is made from.
func (r *revision) build() error {
	sources := append([]string{"diff", "--name-only", r.hash, "--", ":(exclude)*_test.go"}, builtFrom...)
	changed, err := runGit(r.repository, sources...)
	if err != nil || changed == "" {
		return err
	}
	if _, err := os.Stat(filepath.Join(r.root, "cmd", "carebase")); errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("the program of %.12s differs and has no cmd/carebase to plan it with: give a plan of that revision (carebase plan STACK --json)", r.hash)
	}
	binary := filepath.Join(filepath.Dir(r.root), "carebase")
	command := exec.Command("go", "build", "-o", binary, "./cmd/carebase")
	command.Dir = r.root
	if out, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("building the program of %.12s: %w\n%s", r.hash, err, lastLines(string(out), 20))
	}
	r.binary = binary
	return nil
}

func lastLines(text string, most int) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.Join(lines[max(0, len(lines)-most):], "\n")
}

func (r *revision) close() {
	_, _ = runGit(r.repository, "worktree", "remove", "--force", r.root) // a worktree that was never made has nothing to remove
	_ = os.RemoveAll(filepath.Dir(r.root))
}

// ofRevision plans a stack with the program of a revision.
func (d *diffSource) ofRevision(stack string) (*loadedSide, error) {
	r := d.revision
	info := diff.SideInfo{Label: d.name, Revision: r.hash, Kind: diff.Plan}
	if r.binary == "" {
		return d.folder(r.folder, stack, info)
	}
	if absent, err := noSuchStack(r.folder, stack); err != nil || absent {
		info.Kind = diff.Absent
		return &loadedSide{info: info, hasSettings: true, sealed: map[string]string{}}, err
	}
	var stderr bytes.Buffer
	command := exec.Command(r.binary, "plan", stack, "--json", "--allow-stale", "-C", r.folder)
	command.Stderr = &stderr
	text, err := command.Output()
	if err != nil {
		return nil, fmt.Errorf("planning %s at %.12s: %w\n%s", stack, r.hash, err, lastLines(stderr.String(), 20))
	}
	side, err := sideOfFile(text)
	if err != nil {
		return nil, err
	}
	side.info = info
	if file, err := plan.StackFile(r.folder, stack); err == nil {
		if settings, err := stackfile.Read(file); err == nil {
			side.sealed = ciphertexts(settings, side.graph.Project)
		}
	}
	// The settings of another program may have other sections than this binary knows.
	if loaded, err := project.Load(r.folder, stack); err == nil {
		side.hasSettings, side.exceptions = true, loaded.Settings.Accepted()
	}
	return side, nil
}
