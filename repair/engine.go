package repair

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"

	"github.com/carebase/carebase/internal/stackfile"
	"github.com/carebase/carebase/plan"
)

// Engine runs `pulumi` for one stack of the project in a directory, with the environment of this process.
type Engine struct {
	Directory, Stack string
	Output           io.Writer // what `pulumi refresh` says while it works
}

// Export is the stack's state.
func (e Engine) Export(ctx context.Context) ([]byte, error) {
	var out bytes.Buffer
	err := e.run(ctx, &out, nil, "stack", "export")
	return out.Bytes(), err
}

// Import puts another state in its place.
func (e Engine) Import(ctx context.Context, state []byte) error {
	return e.run(ctx, io.Discard, state, "stack", "import")
}

// Preview is what the next update would do.
func (e Engine) Preview(ctx context.Context) ([]byte, error) {
	var out bytes.Buffer
	err := e.run(ctx, &out, nil, "preview", "--json", "--non-interactive")
	return out.Bytes(), err
}

// Refresh lets the providers read these resources, and only these.
func (e Engine) Refresh(ctx context.Context, urns []string) error {
	arguments := []string{"refresh", "--yes", "--skip-preview", "--non-interactive"}
	for _, urn := range urns {
		arguments = append(arguments, "--target", urn)
	}
	return e.run(ctx, e.Output, nil, arguments...)
}

func (e Engine) run(ctx context.Context, out io.Writer, in []byte, arguments ...string) error {
	command := exec.CommandContext(ctx, "pulumi", append(arguments, "--stack", e.Stack)...)
	command.Dir = e.Directory
	command.Cancel = func() error { return command.Process.Signal(os.Interrupt) } // the engine ends by itself
	command.Stdin = bytes.NewReader(in)
	command.Stdout = out
	var complaint bytes.Buffer
	command.Stderr = &complaint
	run := command.Run
	if path, err := plan.StackFile(e.Directory, e.Stack); err == nil {
		run = func() error { return stackfile.Keep(path, command.Run) }
	}
	if err := run(); err != nil {
		return fmt.Errorf("pulumi %s: %w\n%s", arguments[0]+" "+firstWord(arguments[1:]), err, strings.TrimSpace(complaint.String()))
	}
	return nil
}

func firstWord(arguments []string) string {
	if len(arguments) == 0 || strings.HasPrefix(arguments[0], "-") {
		return ""
	}
	return arguments[0]
}

// Settle carries a plan out: the state takes what was found, in one write, and then the providers read it. A refresh that
// does not come to its end is made up for by the next update, or by the next plan. It answers what was looked up in
// vain.
func (p *Plan) Settle(ctx context.Context, engine Engine) (absent []Step, err error) {
	state, err := p.Settled()
	if err != nil {
		return nil, err
	}
	if err := engine.Import(ctx, state); err != nil {
		return nil, err
	}
	if urns := p.URNs(); len(urns) > 0 {
		if err := engine.Refresh(ctx, urns); err != nil {
			return nil, err
		}
	}
	export, err := engine.Export(ctx)
	if err != nil {
		return nil, err
	}
	after, err := Read(export)
	if err != nil {
		return nil, err
	}
	for _, step := range p.Steps {
		if step.Action == Verify && after.live(step.URN) == nil {
			absent = append(absent, step)
		}
	}
	return absent, nil
}
