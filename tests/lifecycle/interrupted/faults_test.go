//go:build engine

package interrupted

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/tests/lifecycle/engine"
	"github.com/carebase/carebase/tests/lifecycle/fault"
	"github.com/carebase/carebase/tests/lifecycle/inventory"
)

// AWS throttles, errs, and connections break: an update ends, by itself or when it is repeated, and leaves everything
// once.
func TestAStackWhoseRequestsFail(t *testing.T) {
	t.Parallel()
	for i, name := range strings.Split(*failing, ",") {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			engine.TakePlace(t)
			emulator := engine.StartEmulator(t)
			before, err := inventory.Take(t.Context(), emulator.Endpoint, "us-west-2")
			require.NoError(t, err)
			proxy := fault.Before(emulator.Forward(t), *seed+uint64(i), 0.1, 300)
			l := &life{stack: engine.New(t, name, emulator.Behind(t, proxy)), before: before}
			l.count(t)
			t.Logf("seed %d", *seed)
			l.converges(t, 4)
			t.Logf("of %d requests failed %v", proxy.Requests(), proxy.Failed())
			for _, kind := range fault.Kinds {
				assert.NotZero(t, proxy.Failed()[kind], kind)
			}
		})
	}
}
