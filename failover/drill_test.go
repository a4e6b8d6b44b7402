package failover

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/failover/report"
)

func (p *process) drill(ctx context.Context) (report.Report, error) {
	p.began.Operation = OperationDrill
	o := p.begin()
	defer func() { _ = o.Run.Journal.Close() }()
	return o.RunDrill(ctx)
}

// requireUntouched: a drill changes nothing that serves, and leaves nothing.
func requireUntouched(t *testing.T, w *world, why string) {
	t.Helper()
	fresh := newWorld()
	require.Empty(t, w.leftover, why)
	require.Equal(t, fresh.databases, w.databases, why)
	require.Equal(t, fresh.services, w.services, why)
	require.Equal(t, []any{fresh.engaged, fresh.metric}, []any{w.engaged, w.metric}, why)
	require.Equal(t, fresh.settings, w.settings, why)
	require.Equal(t, fresh.state, w.state, why)
	require.Zero(t, w.promotions, why)
	require.Empty(t, w.wrong, why)
}

func TestDrill(t *testing.T) {
	w, dir := newWorld(), scratch(t)
	p := start(t, w, dir)
	made, err := p.drill(t.Context())
	require.NoError(t, err)
	requireUntouched(t, w, "")
	requireEnd(t, dir, Drilled, "")
	require.Len(t, made.Reached, 2)
	assert.Equal(t, int64(25*60), made.Reached[0].Seconds)
	assert.Equal(t, int64(10*60), made.Reached[1].Seconds)
	assert.Equal(t, int64(3600), made.Reached[1].Objective)
	for _, name := range p.names {
		assert.NotContains(t, name, east, "a drill has no business in the primary's region")
	}
}

func TestADrillThatIsKilledAnywhereLeavesNothing(t *testing.T) {
	t.Parallel()
	p := start(t, newWorld(), scratch(t))
	points := recorded(t, p, func() error { _, err := p.drill(t.Context()); return err })
	require.Greater(t, len(points), 40)
	for _, point := range points {
		if ended(point.journal) {
			continue
		}
		w, dir := point.restore(t)
		_, err := start(t, w, dir).drill(t.Context())
		require.NoError(t, err, point.call)
		requireUntouched(t, w, point.call)
		requireEnd(t, dir, Drilled, point.call)
	}
	t.Logf("killed at %d points", len(points))
}

func TestADrillThatFailsLeavesNothing(t *testing.T) {
	w, dir := newWorld(), scratch(t)
	p := start(t, w, dir)
	p.fault = func(int) fault {
		for key, db := range w.databases {
			if db.Identifier == "carebase-op" && db.Encrypted {
				db.Encrypted, db.PubliclyAccessible = false, true
				w.databases[key] = db
			}
		}
		return none
	}
	_, err := p.drill(t.Context())
	require.ErrorContains(t, err, "it is not encrypted; it is reachable from the internet")
	requireUntouched(t, w, "")
	records := "drill failed: step inspect: the copy carebase-op is not what it should be: it is not encrypted; it is reachable from the internet"
	requireEnd(t, dir, records, "")
}

// spoil makes the world such that its drill fails, in the step that is named.
var spoil = map[string]func(p *process, cancel func()){
	StepInspect: func(p *process, _ func()) {
		p.fault = func(int) fault {
			if db, there := p.w.databases[west+"/carebase-op"]; there {
				db.Encrypted = false
				p.w.databases[west+"/carebase-op"] = db
			}
			return none
		}
	},
	"restore, which does not end": func(p *process, _ func()) {
		p.fault = func(int) fault {
			if _, there := p.w.promoting[west+"/carebase-op"]; there {
				p.w.promoting[west+"/carebase-op"] = p.w.now.Add(1000 * time.Hour)
			}
			return none
		}
	},
	"restore, which is interrupted": func(p *process, cancel func()) {
		p.fault = func(call int) fault {
			if p.names[call-1] == west+" RestoreDBInstanceToPointInTime" {
				cancel()
			}
			return none
		}
	},
}

// A drill that failed is killed while it takes down, or after: nothing is restored again that would then be left.
func TestADrillThatFailsAndIsKilledAnywhereLeavesNothing(t *testing.T) {
	t.Parallel()
	for name, spoil := range spoil {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			again := func(w *world, dir string) (*process, error) {
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				p := start(t, w, dir)
				spoil(p, cancel)
				_, err := p.drill(ctx)
				return p, err
			}
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			p := start(t, newWorld(), scratch(t))
			spoil(p, cancel)
			points := recordedTo(t, p, func() {
				_, err := p.drill(ctx)
				require.Error(t, err)
			})
			begun := 0
			for _, point := range points {
				if ended(point.journal) {
					continue
				}
				w, dir := point.restore(t)
				p, err := again(w, dir)
				requireUntouched(t, w, point.call)
				whole := point.journal[:bytes.LastIndexByte(point.journal, '\n')+1]
				if !bytes.Contains(whole, []byte(`"step":"tear-down"`)) {
					continue // and may yet succeed
				}
				begun++
				require.ErrorContains(t, err, "drill failed: step "+strings.Split(name, ",")[0], point.call)
				require.NotContains(t, p.names, west+" RestoreDBInstanceToPointInTime", point.call)
				end, err := os.ReadFile(filepath.Join(dir, "op.md"))
				require.NoError(t, err)
				require.Contains(t, string(end), "# Drill of dr: drill failed: step ", point.call)
			}
			require.Greater(t, begun, 10)
			t.Logf("killed at %d points, %d of them in the taking down", len(points), begun)
		})
	}
}

func TestADrillThatIsInterruptedLeavesNothing(t *testing.T) {
	w, dir := newWorld(), scratch(t)
	ctx, cancel := context.WithCancel(t.Context())
	p := start(t, w, dir)
	p.fault = func(call int) fault {
		if call == 8 { // while it restores
			cancel()
		}
		return none
	}
	_, err := p.drill(ctx)
	require.ErrorIs(t, err, context.Canceled)
	requireUntouched(t, w, "")
}

func TestEveryCallOfADrillFailingOnceIsTriedAgain(t *testing.T) {
	t.Parallel()
	clean := start(t, newWorld(), scratch(t))
	_, err := clean.drill(t.Context())
	require.NoError(t, err)
	for _, kind := range []fault{before, after} {
		for n := 1; n <= clean.calls; n++ {
			w, dir := newWorld(), scratch(t)
			p := start(t, w, dir)
			p.fault = func(call int) fault {
				if call == n {
					return kind
				}
				return none
			}
			_, err := p.drill(t.Context())
			require.NoError(t, err, clean.names[n-1])
			requireUntouched(t, w, clean.names[n-1])
		}
	}
}
