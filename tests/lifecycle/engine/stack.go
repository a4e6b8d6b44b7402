package engine

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
)

// Stack is a stack of this project in a folder, a backend and an emulator of its own.
type Stack struct {
	Name     string
	Dir      string // the copy of the project
	Emulator *Emulator
}

// New prepares the stack of that name, with the settings of its committed file but for the account, which is the
// emulator's, the secrets, and the overrides. Nothing is deployed yet.
func New(t testing.TB, name string, emulator *Emulator) *Stack {
	t.Helper()
	s := Committed(t, name, emulator)
	s.override(t)
	return s
}

// Committed prepares the stack as New does, without the overrides: for previews, which ask the emulator for little.
func Committed(t testing.TB, name string, emulator *Emulator) *Stack {
	t.Helper()
	if _, err := exec.LookPath("pulumi"); err != nil {
		t.Fatal("pulumi is not on PATH: these tests run its engine (https://www.pulumi.com/docs/install/)")
	}
	s := &Stack{Name: name, Dir: t.TempDir(), Emulator: emulator}
	copyProject(t, s.Dir)
	if err := os.Mkdir(filepath.Join(s.Dir, "state"), 0o755); err != nil {
		t.Fatal(err)
	}
	s.init(t)
	return s
}

// Beside prepares another stack of the same project and backend, as New does.
func (s *Stack) Beside(t testing.TB, name string, emulator *Emulator) *Stack {
	t.Helper()
	other := &Stack{Name: name, Dir: s.Dir, Emulator: emulator}
	other.init(t)
	other.override(t)
	return other
}

// init makes the stack known to the backend.
func (s *Stack) init(t testing.TB) {
	t.Helper()
	copySettings(t, s.Dir, s.Name)
	s.Edit(t, func(settings Settings) { settings.Set("accountId", s.Emulator.Account) })
	s.Must(t, "stack", "init", s.Name, "--no-select")
	s.setSecrets(t)
}

func (s *Stack) override(t testing.TB) {
	t.Helper()
	s.Edit(t, func(settings Settings) {
		for _, o := range overrides {
			settings.Set(o.Setting, o.Value)
		}
	})
}

// setSecrets puts values in the place of the committed placeholders, which nothing can decrypt.
func (s *Stack) setSecrets(t testing.TB) {
	t.Helper()
	var file map[string]any
	read(t, filepath.Join(s.Dir, stackFile(s.Name)), &file)
	settings := file["config"].(map[string]any)
	for key, text := range map[string]string{
		"careconnect:masterPassword": "a-master-password-of-tests-0123456789",
		"careconnect:originToken":    "a-token-that-nobody-else-has-0123456789",
	} {
		if _, placeholder := settings[key]; placeholder {
			s.Must(t, "config", "set", "--secret", key, text)
		}
	}
}

// Edit changes the stack's settings for the runs that follow.
func (s *Stack) Edit(t testing.TB, change func(Settings)) {
	t.Helper()
	path := filepath.Join(s.Dir, stackFile(s.Name))
	var file map[string]any
	read(t, path, &file)
	change(file["config"].(map[string]any))
	write(t, path, file)
}

// Edited runs something on changed settings, and puts the settings back.
func (s *Stack) Edited(t testing.TB, change func(Settings), run func()) {
	t.Helper()
	path := filepath.Join(s.Dir, stackFile(s.Name))
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := os.WriteFile(path, before, 0o644); err != nil {
			t.Error(err)
		}
	}()
	s.Edit(t, change)
	run()
}

// Command is `pulumi args…` in the stack's project. It names the stack where args do not.
func (s *Stack) Command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "pulumi", args...)
	cmd.Dir = s.Dir
	cmd.Env = append(s.Emulator.Env[:len(s.Emulator.Env):len(s.Emulator.Env)],
		"PWD="+s.Dir,
		// Without files of metadata beside the state: those are not written at once, and a killed engine may leave one empty.
		"PULUMI_BACKEND_URL=file://"+filepath.Join(s.Dir, "state")+"?metadata=skip",
		"PULUMI_CONFIG_PASSPHRASE=test",
		"PULUMI_SKIP_UPDATE_CHECK=true",
		"PULUMI_DEBUG_COMMANDS=true", // makes --event-log known
		"PULUMI_STACK="+s.Name,
		// A stand-in for the provider that runs an older release must refuse an argument that it does not know instead of leaving it out.
		"AWSPLUGIN_STRICT=1",
		"NO_COLOR=1",
		"GOGC=400", // engine, program, plugins: a fifth less work for the processors, which several stacks share
	)
	return cmd
}

// Must runs `pulumi args…`, which has to succeed, and returns what it printed to stdout.
func (s *Stack) Must(t testing.TB, args ...string) []byte {
	t.Helper()
	cmd := s.Command(t.Context(), append(args, "--non-interactive")...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("pulumi %s: %v\n%s%s", strings.Join(args, " "), err, tail(string(out)), tail(stderr.String()))
	}
	return out
}

// parallel operations are many: nearly all of them wait for AWS, or for what the provider waits before it looks again.
const parallel = "--parallel=16"

// Up is `pulumi up`, without the preview before it.
func (s *Stack) Up(t testing.TB, args ...string) Result {
	t.Helper()
	return s.operate(t, append([]string{"up", "--yes", "--skip-preview", parallel}, args...))
}

// Preview is `pulumi preview`.
func (s *Stack) Preview(t testing.TB, args ...string) Result {
	t.Helper()
	return s.operate(t, append([]string{"preview"}, args...))
}

// Refresh is `pulumi refresh`: the state becomes what AWS has.
func (s *Stack) Refresh(t testing.TB, args ...string) Result {
	t.Helper()
	return s.operate(t, append([]string{"refresh", "--yes", "--skip-preview", parallel}, args...))
}

// Drift is `pulumi refresh --preview-only`: it says what AWS has otherwise, and leaves the state alone.
func (s *Stack) Drift(t testing.TB) Result {
	t.Helper()
	return s.operate(t, []string{"refresh", "--preview-only", parallel})
}

// Destroy is `pulumi destroy`, with the preview before it, as it is run: the preview is what refuses, before anything
// is gone. Result has the steps of the operation itself.
func (s *Stack) Destroy(t testing.TB, args ...string) Result {
	t.Helper()
	return s.operate(t, append([]string{"destroy", "--yes", parallel}, args...))
}

// operate runs an operation and reads the engine's events. Whether it had to succeed is for the caller to say.
func (s *Stack) operate(t testing.TB, args []string) Result {
	t.Helper()
	r, events := s.run(t, args)
	if r.Err != nil && startedLate(r.Output) {
		t.Logf("pulumi %s is run again: %v", strings.Join(args, " "), r.Err)
		var more []apitype.EngineEvent
		r, more = s.run(t, args)
		events = append(events, more...)
	}
	if args[0] == "destroy" {
		events = slices.DeleteFunc(events, planning)
	}
	r.add(events)
	return r
}

func (s *Stack) run(t testing.TB, args []string) (Result, []apitype.EngineEvent) {
	t.Helper()
	log := filepath.Join(t.TempDir(), "events.json")
	cmd := s.Command(t.Context(), append(args, "--non-interactive", "--event-log", log)...)
	began := time.Now()
	out, err := cmd.CombinedOutput()
	r := Result{Output: string(out), Duration: time.Since(began)}
	if err != nil {
		r.Err = fmt.Errorf("pulumi %s: %w; all it printed is in %s\n%s", strings.Join(args, " "), err, keep(t, r.Output), tail(r.Output))
	}
	events, readErr := ReadEvents(log)
	if readErr != nil && r.Err == nil {
		r.Err = readErr
	}
	return r, events
}

// startedLate tells from what an operation printed whether it failed because a plugin took longer to start than the
// engine waits, ten seconds that nobody can set. On a busy machine that happens; people run the command again.
func startedLate(output string) bool {
	return strings.Contains(output, "did not come alive") || strings.Contains(output, "did not begin responding to RPC connections")
}

// Outputs are the stack's outputs, secret ones in plain text.
func (s *Stack) Outputs(t testing.TB) map[string]any {
	t.Helper()
	var outputs map[string]any
	if err := json.Unmarshal(s.Must(t, "stack", "output", "--json", "--show-secrets"), &outputs); err != nil {
		t.Fatal(err)
	}
	return outputs
}

// Export is the stack's state as `pulumi stack export` writes it.
func (s *Stack) Export(t testing.TB) []byte {
	t.Helper()
	return s.Must(t, "stack", "export")
}

// State is the stack's exported state, read.
func (s *Stack) State(t testing.TB) apitype.DeploymentV3 {
	t.Helper()
	var export apitype.UntypedDeployment
	err := json.Unmarshal(s.Export(t), &export)
	var state apitype.DeploymentV3
	if err == nil {
		err = json.Unmarshal(export.Deployment, &state)
	}
	if err != nil {
		t.Fatalf("pulumi stack export: %v", err)
	}
	return state
}

// Import gives the stack a state that Export wrote.
func (s *Stack) Import(t testing.TB, state []byte) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "state.json")
	if err := os.WriteFile(file, state, 0o600); err != nil {
		t.Fatal(err)
	}
	s.Must(t, "stack", "import", "--file", file)
}

// keep writes what a command that failed printed to a file, which stays if the test fails.
func keep(t testing.TB, text string) string {
	t.Helper()
	file, err := os.CreateTemp("", "carebase-output-*.txt")
	if err == nil {
		defer file.Close()
		_, err = file.WriteString(text)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if !t.Failed() {
			os.Remove(file.Name())
		}
	})
	return file.Name()
}

// tail is the end of a text, where its errors are.
func tail(text string) string {
	const most = 12_000
	if len(text) > most {
		return "…" + text[len(text)-most:]
	}
	return text
}
