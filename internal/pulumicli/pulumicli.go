// Package pulumicli runs the `pulumi` command for one stack of a project. Commands inherit the environment of this process:
// backend, passphrase, credentials and plugins are those of the shell.
package pulumicli

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"

	"github.com/carebase/carebase/internal/stackfile"
	"github.com/carebase/carebase/plan"
)

// Stack is one stack of the project that Directory is in.
type Stack struct {
	Directory string
	Name      string
	// Program is the path of an executable that is the project's Pulumi program. Up runs it; nothing is compiled.
	Program string
}

// Error is a `pulumi` command that failed.
type Error struct {
	Command string // "stack export"
	Err     error
	Output  string // standard error of the command, followed by standard output if the error is in there
}

func (e *Error) Error() string {
	return strings.TrimSpace(fmt.Sprintf("pulumi %s: %v\n%s", e.Command, e.Err, e.Output))
}
func (e *Error) Unwrap() error { return e.Err }

// Locked is true if the command failed because another update holds the stack's lock.
func (e *Error) Locked() bool {
	return strings.Contains(e.Output, "the stack is currently locked by") || strings.Contains(e.Output, "[409] Conflict: Another update is currently in progress.")
}

// Export returns the stack's state.
func (s Stack) Export(ctx context.Context) ([]byte, error) { return s.output(ctx, "stack", "export") }

// Import replaces the stack's state.
func (s Stack) Import(ctx context.Context, state []byte) error {
	return s.run(ctx, s.Directory, state, io.Discard, "stack", "import")
}

// Outputs returns the outputs of the last update, without those that are secret.
func (s Stack) Outputs(ctx context.Context) (map[string]any, error) {
	text, err := s.output(ctx, "stack", "output", "--json")
	if err != nil {
		return nil, err
	}
	var outputs map[string]any
	if err := json.Unmarshal(text, &outputs); err != nil {
		return nil, fmt.Errorf("pulumi stack output: %w", err)
	}
	for name, value := range outputs {
		if value == "[secret]" {
			delete(outputs, name)
		}
	}
	return outputs, nil
}

// Preview returns what the next update would do, as JSON.
func (s Stack) Preview(ctx context.Context) ([]byte, error) {
	return s.output(ctx, "preview", "--json", "--non-interactive")
}

// Backend returns the URL of the state's backend.
func (s Stack) Backend(ctx context.Context) (string, error) {
	var out bytes.Buffer
	if err := command(ctx, s.Directory, nil, &out, "whoami", "--json"); err != nil {
		return "", err
	}
	var who struct{ URL string }
	if err := json.Unmarshal(out.Bytes(), &who); err != nil {
		return "", fmt.Errorf("pulumi whoami: %w", err)
	}
	return who.URL, nil
}

// Refresh has the providers read these resources, and only these, into the state. progress gets what `pulumi` prints.
func (s Stack) Refresh(ctx context.Context, urns []string, progress io.Writer) error {
	arguments := []string{"refresh", "--yes", "--skip-preview", "--non-interactive"}
	for _, urn := range urns {
		arguments = append(arguments, "--target", urn)
	}
	return s.run(ctx, s.Directory, nil, progress, arguments...)
}

// Cancel breaks the stack's lock.
func (s Stack) Cancel(ctx context.Context) error {
	return s.run(ctx, s.Directory, nil, io.Discard, "cancel", "--yes", "--non-interactive")
}

// Up updates the stack with Program. progress gets what `pulumi` prints.
func (s Stack) Up(ctx context.Context, progress io.Writer) error {
	directory, err := s.projectOfProgram()
	if err != nil {
		return err
	}
	defer os.RemoveAll(directory)
	return s.run(ctx, directory, nil, progress, "up", "--yes", "--skip-preview", "--non-interactive", "--color", "never", "--suppress-outputs")
}

// projectOfProgram makes a temporary folder with a copy of the project's Pulumi.yaml that differs in two settings: the program
// is the executable, and the stacks' settings files stay where they are.
func (s Stack) projectOfProgram() (directory string, err error) {
	path, err := workspace.DetectProjectPathFrom(s.Directory)
	if err != nil {
		return "", err
	}
	project, err := workspace.LoadProject(path)
	if err != nil {
		return "", err
	}
	settings, err := plan.StackFile(s.Directory, s.Name)
	if err != nil {
		return "", err
	}
	if settings, err = filepath.Abs(filepath.Dir(settings)); err != nil {
		return "", err
	}
	if settings, err = filepath.EvalSymlinks(settings); err != nil {
		return "", err
	}
	directory, err = os.MkdirTemp("", "carebase-program-")
	if err != nil {
		return "", err
	}
	if directory, err = filepath.EvalSymlinks(directory); err != nil {
		return "", err
	}
	project.Main = ""
	project.Runtime = workspace.NewProjectRuntimeInfo("go", map[string]any{"binary": s.Program})
	if project.StackConfigDir, err = filepath.Rel(directory, settings); err != nil { // Pulumi takes a relative path only
		return "", err
	}
	return directory, project.Save(filepath.Join(directory, filepath.Base(path)))
}

func (s Stack) output(ctx context.Context, arguments ...string) ([]byte, error) {
	var out bytes.Buffer
	err := s.run(ctx, s.Directory, nil, &out, arguments...)
	return out.Bytes(), err
}

// run runs a command on the stack. Some commands write the stack's settings file, without comments and blank lines: the file
// is put back as it was.
func (s Stack) run(ctx context.Context, directory string, in []byte, out io.Writer, arguments ...string) error {
	run := func() error { return command(ctx, directory, in, out, append(arguments, "--stack", s.Name)...) }
	if path, err := plan.StackFile(s.Directory, s.Name); err == nil {
		return stackfile.Keep(path, run)
	}
	return run()
}

func command(ctx context.Context, directory string, in []byte, out io.Writer, arguments ...string) error {
	c := exec.CommandContext(ctx, "pulumi", arguments...)
	c.Dir = directory
	c.Cancel = func() error { return c.Process.Signal(os.Interrupt) } // `pulumi` finishes what is in progress, then exits
	c.Stdin = bytes.NewReader(in)
	var complaint, last bytes.Buffer
	c.Stdout, c.Stderr = io.MultiWriter(out, &last), &complaint
	if err := c.Run(); err != nil {
		text := strings.TrimSpace(complaint.String())
		if arguments[0] == "up" || arguments[0] == "refresh" { // these print what failed on standard output
			text = strings.TrimSpace(text + "\n" + strings.TrimSpace(last.String()))
		}
		return &Error{Command: strings.Join(words(arguments), " "), Err: err, Output: text}
	}
	return nil
}

// words are the arguments before the first flag.
func words(arguments []string) []string {
	for i, argument := range arguments {
		if strings.HasPrefix(argument, "-") {
			return arguments[:i]
		}
	}
	return arguments
}
