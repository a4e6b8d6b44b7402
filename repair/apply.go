package repair

import (
	"context"
	"io"

	"github.com/carebase/carebase/internal/pulumicli"
)

// Apply carries a plan out: the stack gets the repaired state in one import, and then the providers read the resources. If the
// refresh is interrupted, the next update or the next plan repeats it. Apply returns the steps whose resource does not exist.
func (p *Plan) Apply(ctx context.Context, stack pulumicli.Stack, progress io.Writer) (absent []Step, err error) {
	state, err := p.Repaired()
	if err != nil {
		return nil, err
	}
	if err := stack.Import(ctx, state); err != nil {
		return nil, err
	}
	if urns := p.URNs(); len(urns) > 0 {
		if err := stack.Refresh(ctx, urns, progress); err != nil {
			return nil, err
		}
	}
	after, err := Export(ctx, stack)
	if err != nil {
		return nil, err
	}
	for _, step := range p.Steps {
		if step.Action == Verify && after.Live(step.URN) == nil {
			absent = append(absent, step)
		}
	}
	return absent, nil
}

// Export reads the stack's state.
func Export(ctx context.Context, stack pulumicli.Stack) (*State, error) {
	export, err := stack.Export(ctx)
	if err != nil {
		return nil, err
	}
	return Read(export)
}
