//go:build engine

package lifecycle

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/carebase/carebase/tests/lifecycle/engine"
)

// refreshFindsNoDrift reads everything anew: what AWS has is what the stack wrote.
func refreshFindsNoDrift(t *testing.T, stack *engine.Stack) {
	refresh := stack.Drift(t)
	assert.NoError(t, refresh.Err)
	read := 0
	for _, s := range refresh.Steps {
		if s.Done {
			read++
		}
	}
	assert.Greater(t, read, 300, "resources that were read")
	for _, s := range refresh.Changes() {
		t.Errorf("drift: %s %v", describe(s), s.DetailedDiff)
	}
}
