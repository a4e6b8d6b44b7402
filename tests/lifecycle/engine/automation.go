package engine

import (
	"bytes"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/events"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optpreview"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
)

// Automation is the stack as the Automation API drives it, on the same project, backend and emulator.
func (s *Stack) Automation(t testing.TB) auto.Stack {
	t.Helper()
	env := map[string]string{}
	for _, entry := range s.Command(t.Context()).Env {
		name, value, _ := strings.Cut(entry, "=")
		env[name] = value
	}
	stack, err := auto.SelectStackLocalSource(t.Context(), s.Name, s.Dir, auto.EnvVars(env))
	if err != nil {
		t.Fatal(err)
	}
	return stack
}

// Migrated gives the stack that exported state and previews the program of today against it.
func (s *Stack) Migrated(t testing.TB, state []byte) Result {
	t.Helper()
	stack := s.Automation(t)
	if err := stack.Import(t.Context(), deployment(t, state)); err != nil {
		t.Fatal(err)
	}
	r := s.previewed(t, stack)
	if r.Err != nil && startedLate(r.Output) {
		t.Logf("the preview is run again: %v", r.Err)
		r = s.previewed(t, stack)
	}
	return r
}

func (s *Stack) previewed(t testing.TB, stack auto.Stack) Result {
	t.Helper()
	stream := make(chan events.EngineEvent)
	var seen []apitype.EngineEvent
	var reading sync.WaitGroup
	reading.Go(func() {
		for e := range stream {
			seen = append(seen, e.EngineEvent)
		}
	})
	var output bytes.Buffer
	began := time.Now()
	_, err := stack.Preview(t.Context(), optpreview.EventStreams(stream), optpreview.ProgressStreams(&output), optpreview.ErrorProgressStreams(&output))
	reading.Wait()
	r := Result{Err: err, Output: output.String(), Duration: time.Since(began)}
	r.add(seen)
	return r
}
