//go:build engine

package lifecycle

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/tests/lifecycle/engine"
)

func TestDev(t *testing.T) {
	stack := engine.New(t, "dev", engine.StartEmulator(t))
	preview := stack.Preview(t)
	require.NoError(t, preview.Err)
	t.Log(preview.Duration, len(preview.Steps))
	up := stack.Up(t)
	require.NoError(t, up.Err)
	t.Log(up.Duration, len(up.Steps))
	t.Log(up.Summary)
	again := stack.Preview(t)
	require.NoError(t, again.Err)
	for _, s := range again.Changes() {
		t.Log(s, s.Diffs, s.DetailedDiff)
	}
	assert.NotEmpty(t, stack.Outputs(t))
	refresh := stack.Refresh(t)
	require.NoError(t, refresh.Err)
	for _, s := range refresh.Steps {
		if s.Op != "same" {
			t.Log(s, s.Diffs, s.DetailedDiff)
		}
	}
	destroy := stack.Destroy(t)
	require.NoError(t, destroy.Err)
	t.Log(destroy.Duration)
}
