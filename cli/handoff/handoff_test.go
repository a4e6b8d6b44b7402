package handoff

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestMain lets this binary be carebase: it starts carebase-dr with the request in REQUEST.
func TestMain(m *testing.M) {
	if text, set := os.LookupEnv("REQUEST"); set {
		var request Request
		_ = json.Unmarshal([]byte(text), &request)
		fmt.Fprintln(os.Stderr, Start(request))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// start runs this binary as carebase, with path as PATH.
func start(t *testing.T, path string) (code int, output string) {
	t.Helper()
	carebase := exec.Command(os.Args[0])
	carebase.Env = append(os.Environ(), `REQUEST={"Operation":"repair","Stack":"dr"}`, "PATH="+path)
	out, _ := carebase.CombinedOutput()
	return carebase.ProcessState.ExitCode(), string(out)
}

func TestStart(t *testing.T) {
	code, output := start(t, t.TempDir())
	assert.Equal(t, 1, code)
	assert.Equal(t, "carebase-dr, which calls AWS, is neither in "+filepath.Dir(os.Args[0])+" nor on PATH. Every release has it; from a checkout: go install ./cmd/carebase-dr\n", output)

	bin := t.TempDir()
	script := func(path, said string) {
		require.NoError(t, os.WriteFile(path, []byte("#!/bin/sh\necho '"+said+"' \"$@\"\nexit 3\n"), 0o700))
	}
	script(filepath.Join(bin, "carebase-dr"), "on PATH")
	code, output = start(t, bin)
	assert.Equal(t, 3, code, "the exit status is carebase-dr's")
	said, text, _ := strings.Cut(output, " {")
	assert.Equal(t, "on PATH", said)
	var got Request
	require.NoError(t, json.Unmarshal([]byte("{"+text), &got))
	assert.Equal(t, Request{Operation: "repair", Stack: "dr", Program: os.Args[0], Version: Version()}, got)

	beside := filepath.Join(filepath.Dir(os.Args[0]), "carebase-dr"+filepath.Ext(os.Args[0]))
	script(beside, "beside")
	t.Cleanup(func() { _ = os.Remove(beside) })
	_, output = start(t, bin)
	assert.Contains(t, output, "beside {")
}

func TestParse(t *testing.T) {
	for _, arguments := range [][]string{nil, {"status"}, {"{}", "{}"}} {
		_, err := Parse(arguments)
		assert.ErrorContains(t, err, "started by carebase dr and carebase repair", arguments)
	}
	got, err := Parse([]string{`{"Stack":"dr","Version":"(devel)","Settings":{"PrimaryCounts":{"api":3}}}`})
	require.NoError(t, err)
	assert.Equal(t, 3, got.Settings.PrimaryCounts["api"])
}

func TestAnotherVersionIsRefused(t *testing.T) {
	err := sameVersion(Request{Version: "aaa"}, "bbb")
	assert.ErrorContains(t, err, "carebase is of version aaa, carebase-dr of bbb")
	assert.NoError(t, sameVersion(Request{Version: "aaa", AllowStale: true}, "bbb"))
	assert.NoError(t, sameVersion(Request{Version: "aaa"}, "aaa"))
	assert.NoError(t, sameVersion(Request{Version: "(devel)"}, "aaa"), "go run has no version")
}
