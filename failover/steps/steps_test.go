package steps

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/failover/journal"
)

// begin makes a run on a new journal in dir, or on the one that is there, whose clock moves only when somebody sleeps.
func begin(t *testing.T, dir string) (*Run, *[]string) {
	t.Helper()
	now := time.Date(2026, 11, 21, 3, 0, 0, 0, time.UTC)
	var told []string
	j, err := journal.Open(dir+"/op.jsonl", "dr")
	if err != nil {
		j, err = journal.Create(dir, "dr", "op")
	}
	require.NoError(t, err)
	t.Cleanup(func() { _ = j.Close() })
	return &Run{
		Journal: j,
		Clock: Clock{
			Now:   func() time.Time { return now },
			Sleep: func(ctx context.Context, d time.Duration) error { now = now.Add(d); return ctx.Err() },
		},
		Say: func(step, text string) { told = append(told, step+": "+text) },
	}, &told
}

func kinds(r *Run) (list []journal.Kind) {
	for _, record := range r.Journal.Records() {
		list = append(list, record.Kind)
	}
	return list
}

func TestStepsRunInOrderAndOnce(t *testing.T) {
	r, _ := begin(t, t.TempDir())
	var ran []string
	list := []Step{
		{Name: "a", Timeout: time.Minute, Do: func(context.Context, *Run) error { ran = append(ran, "a"); return nil }},
		{Name: "b", Timeout: time.Minute, Do: func(context.Context, *Run) error { ran = append(ran, "b"); return nil }},
	}
	require.NoError(t, r.Execute(t.Context(), list))
	require.NoError(t, r.Execute(t.Context(), list))
	assert.Equal(t, []string{"a", "b"}, ran)
	assert.Equal(t, []journal.Kind{journal.Start, journal.Done, journal.Start, journal.Done}, kinds(r))
}

func TestADoneCheckSparesTheDeed(t *testing.T) {
	r, told := begin(t, t.TempDir())
	require.NoError(t, r.Execute(t.Context(), []Step{{
		Name: "a", Timeout: time.Minute,
		Done: func(context.Context, *Run) (bool, error) { return true, nil },
		Do:   func(context.Context, *Run) error { return errors.New("it was done") },
	}}))
	assert.True(t, r.IsDone("a"))
	assert.Contains(t, *told, "a: nothing to do: it is so already")
}

func TestAFaultIsTriedAgain(t *testing.T) {
	r, _ := begin(t, t.TempDir())
	tries := 0
	require.NoError(t, r.Execute(t.Context(), []Step{{Name: "a", Timeout: time.Minute, Do: func(context.Context, *Run) error {
		if tries++; tries < attempts {
			return errors.New("throttled")
		}
		return nil
	}}}))
	assert.Equal(t, attempts, tries)
}

func TestAFaultThatStaysStopsTheOperationResumably(t *testing.T) {
	dir := t.TempDir()
	r, _ := begin(t, dir)
	tries, mended := 0, false
	list := []Step{
		{Name: "a", Timeout: time.Minute, Do: func(_ context.Context, r *Run) error { return r.Remember("counts", map[string]int{"backend": 3}) }},
		{Name: "b", Timeout: time.Minute, Do: func(context.Context, *Run) error {
			if tries++; !mended {
				return errors.New("no capacity")
			}
			return nil
		}},
	}
	err := r.Execute(t.Context(), list)
	var step *StepError
	require.ErrorAs(t, err, &step)
	assert.Equal(t, "b", step.Step)
	assert.Equal(t, attempts, tries)
	records := r.Journal.Records()
	assert.Equal(t, journal.Failed, records[len(records)-1].Kind)
	assert.Contains(t, records[len(records)-1].Error, "no capacity")
	require.NoError(t, r.Journal.Close())

	mended = true
	again, _ := begin(t, dir)
	require.NoError(t, again.Execute(t.Context(), list))
	counts, found := Recall[map[string]int](again, "counts")
	assert.True(t, found)
	assert.Equal(t, map[string]int{"backend": 3}, counts)
	assert.Equal(t, attempts+1, tries)
}

func TestARefusalIsNotTriedAgain(t *testing.T) {
	r, _ := begin(t, t.TempDir())
	tries := 0
	err := r.Execute(t.Context(), []Step{{Name: "a", Timeout: time.Minute, Do: func(context.Context, *Run) error {
		tries++
		return Refuse("somebody must decide")
	}}})
	assert.ErrorContains(t, err, "step a: somebody must decide")
	assert.Equal(t, 1, tries)
}

func TestUntilWaitsAndTellsWhatChanges(t *testing.T) {
	r, told := begin(t, t.TempDir())
	states := []string{"modifying", "modifying", "rebooting", "available"}
	look := 0
	require.NoError(t, r.Execute(t.Context(), []Step{{Name: "a", Title: "Promote", Timeout: time.Hour, Do: func(ctx context.Context, r *Run) error {
		return r.Until(ctx, "it is available", func(context.Context) (bool, string, error) {
			state := states[look]
			look++
			return state == "available", state, nil
		})
	}}}))
	assert.Equal(t, []string{"a: Promote", "a: waiting until it is available: modifying", "a: waiting until it is available: rebooting"}, *told)
}

func TestUntilBearsAFewFaults(t *testing.T) {
	for faults, want := range map[int]bool{maxConsecutiveErrors - 1: true, maxConsecutiveErrors: false} {
		r, _ := begin(t, t.TempDir())
		look := 0
		err := r.Execute(t.Context(), []Step{{Name: "a", Timeout: time.Hour, Do: func(ctx context.Context, r *Run) error {
			look = 0
			return r.Until(ctx, "it is so", func(context.Context) (bool, string, error) {
				if look++; look <= faults {
					return false, "", errors.New("500")
				}
				return true, "", nil
			})
		}}})
		assert.Equal(t, want, err == nil, "%d faults: %v", faults, err)
	}
}

func TestUntilGivesUpInTime(t *testing.T) {
	r, _ := begin(t, t.TempDir())
	started := r.Clock.Now()
	err := r.Execute(t.Context(), []Step{{Name: "a", Timeout: 5 * time.Minute, Do: func(ctx context.Context, r *Run) error {
		return r.Until(ctx, "it is available", func(context.Context) (bool, string, error) { return false, "modifying", nil })
	}}})
	require.ErrorContains(t, err, "it is available")
	require.ErrorContains(t, err, "modifying")
	assert.LessOrEqual(t, r.Clock.Now().Sub(started), 5*time.Minute)
	assert.Greater(t, r.Clock.Now().Sub(started), 4*time.Minute)
}

func TestAnOperatorWhoInterruptsCanResume(t *testing.T) {
	r, _ := begin(t, t.TempDir())
	ctx, cancel := context.WithCancel(t.Context())
	list := []Step{{Name: "a", Timeout: time.Hour, Do: func(ctx context.Context, r *Run) error {
		cancel()
		return ctx.Err()
	}}}
	require.ErrorIs(t, r.Execute(ctx, list), context.Canceled)
	assert.Equal(t, []journal.Kind{journal.Start, journal.Failed}, kinds(r))
}

func TestWithoutAJournalNothingIsDone(t *testing.T) {
	r, _ := begin(t, t.TempDir())
	require.NoError(t, r.Journal.Close())
	did := false
	require.Error(t, r.Execute(t.Context(), []Step{{Name: "a", Timeout: time.Hour, Do: func(context.Context, *Run) error { did = true; return nil }}}))
	assert.False(t, did)
}
