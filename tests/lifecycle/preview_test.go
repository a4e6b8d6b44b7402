//go:build engine

package lifecycle

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/carebase/carebase/tests/lifecycle/engine"
)

// describe is a step with what made it, as the tests name changes.
func describe(s engine.Step) string {
	if properties := s.Properties(); len(properties) > 0 && s.Op != "create" {
		return fmt.Sprintf("%s %v", s, properties)
	}
	return s.String()
}

// secondPreviewIsEmpty looks at the stack again, with nothing changed: nothing is to be done.
func secondPreviewIsEmpty(t *testing.T, stack *engine.Stack) {
	preview := stack.Preview(t)
	assert.NoError(t, preview.Err)
	for _, s := range preview.Changes() {
		t.Errorf("a preview without a change: %s %v", describe(s), s.DetailedDiff)
	}
	t.Logf("second preview: %s", preview.Duration.Round(1e7))
}
