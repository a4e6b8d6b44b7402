// Package steps runs an operation as an ordered list of steps. The progress is journaled, so that a run that was killed or that
// failed can be resumed.
//
// A step may be started any number of times, because a process can end after a step acted and before the journal says so. So a
// step reads the actual state before it acts, and journals what it must remember before it acts.
package steps

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/carebase/carebase/failover/journal"
)

// Step is one step of an operation. Do returns when the step is complete, not when AWS has accepted a request.
type Step struct {
	Name    string        // as it is journaled, e.g. "promote"
	Title   string        // what the step does, for the operator
	Timeout time.Duration // after which the step fails; the operation can be resumed
	// Done is true if the actual state shows that there is nothing to do. A step without Done always acts.
	Done func(context.Context, *Run) (bool, error)
	Do   func(context.Context, *Run) error
}

// Clock is the clock of a run: the machine's, or a simulated one in tests.
type Clock struct {
	Now   func() time.Time
	Sleep func(context.Context, time.Duration) error // ends early with the context's error
}

// Real returns the machine's clock, in UTC.
func Real() Clock {
	return Clock{
		Now: func() time.Time { return time.Now().UTC() },
		Sleep: func(ctx context.Context, d time.Duration) error {
			timer := time.NewTimer(d)
			defer timer.Stop()
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-timer.C:
				return nil
			}
		},
	}
}

// attempts is how often one run tries a step. Before each failure the AWS SDK has tried the call several times.
const attempts = 3

// pauses before the second and the third attempt.
var pauses = [attempts - 1]time.Duration{5 * time.Second, 20 * time.Second}

// Run is one run of an operation.
type Run struct {
	Journal *journal.Journal
	Clock   Clock
	Say     func(step, text string) // tells the operator

	step     string
	deadline time.Time
}

// Refusal is an error that another attempt does not solve: the operator has to decide or repair something.
type Refusal struct{ Reason string }

func (r Refusal) Error() string { return r.Reason }

// Refuse returns a Refusal.
func Refuse(format string, args ...any) error { return Refusal{fmt.Sprintf(format, args...)} }

// StepError is the error of a step.
type StepError struct {
	Step string
	Err  error
}

func (e *StepError) Error() string { return fmt.Sprintf("step %s: %v", e.Step, e.Err) }
func (e *StepError) Unwrap() error { return e.Err }

// Execute runs the steps that are not done according to the journal, in order. It stops at the first step that fails.
func (r *Run) Execute(ctx context.Context, list []Step) error {
	for _, step := range list {
		if r.IsDone(step.Name) {
			continue
		}
		if err := r.one(ctx, step); err != nil {
			return &StepError{step.Name, err}
		}
	}
	return nil
}

func (r *Run) one(ctx context.Context, step Step) error {
	r.step, r.deadline = step.Name, r.Clock.Now().Add(step.Timeout)
	ctx, cancel := context.WithTimeoutCause(ctx, step.Timeout, r.late(step))
	defer cancel()
	if err := r.write(journal.Record{Kind: journal.Start}); err != nil {
		return err
	}
	r.Tell("%s", step.Title)
	for attempt := 0; ; attempt++ {
		err := r.try(ctx, step)
		if err == nil {
			return r.write(journal.Record{Kind: journal.Done})
		}
		if cause := context.Cause(ctx); cause != nil {
			err = errors.Join(cause, err)
		}
		var refusal Refusal
		if attempt == attempts-1 || errors.As(err, &refusal) || ctx.Err() != nil || !r.Clock.Now().Before(r.deadline) {
			return errors.Join(err, r.write(journal.Record{Kind: journal.Failed, Error: err.Error()}))
		}
		r.Tell("trying again in %s: %v", pauses[attempt], err)
		if err := r.Clock.Sleep(ctx, pauses[attempt]); err != nil {
			return errors.Join(err, r.write(journal.Record{Kind: journal.Failed, Error: err.Error()}))
		}
	}
}

func (r *Run) try(ctx context.Context, step Step) error {
	if step.Done != nil {
		done, err := step.Done(ctx, r)
		if err != nil {
			return err
		}
		if done {
			r.Tell("nothing to do: it is so already")
			return nil
		}
	}
	return step.Do(ctx, r)
}

func (r *Run) late(step Step) error {
	return fmt.Errorf("it took longer than the %s that the objectives leave it", step.Timeout)
}

// Every is the interval of Until.
const Every = 10 * time.Second

// maxConsecutiveErrors is after how many errors in a row Until fails.
const maxConsecutiveErrors = 5

// Until calls look at the interval Every until look returns true or the step's time is over. The operator is told each new state.
func (r *Run) Until(ctx context.Context, what string, look func(context.Context) (so bool, state string, err error)) error {
	var told string
	for failed := 0; ; {
		so, state, err := look(ctx)
		var refusal Refusal
		switch {
		case errors.As(err, &refusal):
			return err
		case err != nil:
			if failed++; failed == maxConsecutiveErrors {
				return fmt.Errorf("waiting until %s: %w", what, err)
			}
			state = err.Error()
		case so:
			return nil
		default:
			failed = 0
		}
		if state != told {
			r.Tell("waiting until %s: %s", what, state)
			told = state
		}
		if !r.Clock.Now().Add(Every).Before(r.deadline) {
			return Refuse("waited until %s, and in the time the objectives leave it that did not happen: %s", what, state)
		}
		if err := r.Clock.Sleep(ctx, Every); err != nil {
			return err
		}
	}
}

// Tell prints a message about the running step. It is not journaled.
func (r *Run) Tell(format string, args ...any) { r.Say(r.step, fmt.Sprintf(format, args...)) }

// Remember journals a value under a key. The value is on the disk when Remember returns.
func (r *Run) Remember(key string, value any) error {
	text, err := json.Marshal(value)
	if err != nil {
		return err
	}
	return r.write(journal.Record{Kind: journal.Note, Key: key, Data: text})
}

// Recall returns the last value under a key, from this run or an earlier one.
func Recall[T any](r *Run, key string) (value T, found bool) {
	records := r.Journal.Records()
	for i := len(records) - 1; i >= 0; i-- {
		if records[i].Kind == journal.Note && records[i].Key == key {
			return value, json.Unmarshal(records[i].Data, &value) == nil
		}
	}
	return value, false
}

// IsDone is true if the step is done according to the journal.
func (r *Run) IsDone(step string) bool { return r.has(journal.Done, step) }

// Started is true if any run has started the step.
func (r *Run) Started(step string) bool { return r.has(journal.Start, step) }

// Turned is true if the operation is being aborted.
func (r *Run) Turned() bool { return r.has(journal.Turn, "") }

func (r *Run) has(kind journal.Kind, step string) bool {
	for _, record := range r.Journal.Records() {
		if record.Kind == kind && record.Step == step {
			return true
		}
	}
	return false
}

// Mark journals a record of the operation as a whole: its begin, turn or end.
func (r *Run) Mark(kind journal.Kind, data any) error {
	text, err := json.Marshal(data)
	if err != nil {
		return err
	}
	return r.Journal.Append(journal.Record{Time: r.Clock.Now(), Kind: kind, Data: text})
}

func (r *Run) write(record journal.Record) error {
	record.Time, record.Step = r.Clock.Now(), r.step
	return r.Journal.Append(record)
}
