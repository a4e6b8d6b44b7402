package engine

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Kill is when an update's engine dies.
type Kill struct {
	Begun int           // so many creations of resources in AWS have begun …
	Delay time.Duration // … and this has passed since
}

// UpKilled runs `pulumi up` and kills the engine, with SIGKILL, when the point is reached. It waits until everything
// that the engine had started is gone as well: the program, the plugins and their providers. Killed tells whether
// the point came before the end of the update.
func (s *Stack) UpKilled(t testing.TB, when Kill) (killed bool) {
	t.Helper()
	log := filepath.Join(t.TempDir(), "events.json")
	cmd := s.Command(t.Context(), "up", "--yes", "--skip-preview", "--non-interactive", "--event-log", log)
	marker := fmt.Sprintf("CAREBASE_KILLED_RUN=%d-%d", os.Getpid(), time.Now().UnixNano())
	cmd.Env = append(cmd.Env, marker)
	var output bytes.Buffer
	cmd.Stdout, cmd.Stderr = &output, &output
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	killed = true
	var begun creations
	defer begun.close()
	for reached := false; !reached; {
		select {
		case err := <-ended:
			if err != nil {
				t.Logf("the update failed before the engine was killed: %v\n%s", err, tail(output.String()))
			}
			if err != nil && startedLate(output.String()) {
				return s.UpKilled(t, when)
			}
			return false
		case <-time.After(10 * time.Millisecond):
			reached = begun.count(log) >= when.Begun
		}
	}
	time.Sleep(when.Delay) // not to wait for anything: where in a creation the engine dies is the point
	if err := cmd.Process.Kill(); err != nil {
		killed = false // it ended meanwhile
	}
	<-ended
	waitFor(t, "the end of what the engine had started", func() bool {
		left := processesWith(marker)
		for _, pid := range left {
			// This plugin may stay; it asks only the engine, which is gone, and makes nothing in AWS.
			if program, err := os.Readlink(fmt.Sprintf("/proc/%d/exe", pid)); err == nil && filepath.Base(program) == "pulumi-resource-awsx" {
				_ = syscall.Kill(pid, syscall.SIGKILL)
			}
		}
		return len(left) == 0
	})
	return killed
}

// creations counts, in an event log that is being written, the creations of AWS resources that have begun. It reads what
// has come since it looked last.
type creations struct {
	log   *os.File // nil until it is there
	line  []byte   // the beginning of one that is not written to its end
	begun int
}

func (c *creations) count(log string) int {
	if c.log == nil {
		file, err := os.Open(log)
		if err != nil {
			return 0
		}
		c.log = file
	}
	news, err := io.ReadAll(c.log)
	if err != nil {
		return c.begun
	}
	for line := range bytes.Lines(append(c.line, news...)) {
		if !bytes.HasSuffix(line, []byte("\n")) {
			c.line = bytes.Clone(line)
			return c.begun
		}
		if bytes.Contains(line, []byte(`"resourcePreEvent"`)) && bytes.Contains(line, []byte(`"op":"create"`)) &&
			bytes.Contains(line, []byte(`"type":"aws:`)) {
			c.begun++
		}
	}
	c.line = nil
	return c.begun
}

func (c *creations) close() {
	if c.log != nil {
		c.log.Close()
	}
}

// processesWith are the processes that inherited an environment variable.
func processesWith(variable string) []int {
	var found []int
	environments, _ := filepath.Glob("/proc/[0-9]*/environ")
	for _, path := range environments {
		text, err := os.ReadFile(path) // of processes that are gone, or another's, there is nothing to read
		if err == nil && bytes.Contains(text, []byte(variable)) {
			pid, _ := strconv.Atoi(strings.Split(path, "/")[2])
			found = append(found, pid)
		}
	}
	return found
}

// waitFor waits for a condition, two minutes at most.
func waitFor(t testing.TB, what string, condition func() bool) {
	t.Helper()
	for end := time.Now().Add(2 * time.Minute); !condition(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("waited in vain for %s", what)
		}
	}
}

// Run runs another command of the project with the environment of the stack's engine, and returns what it printed.
func (s *Stack) Run(t testing.TB, name string, args ...string) (string, error) {
	t.Helper()
	like := s.Command(t.Context())
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Dir, cmd.Env = like.Dir, like.Env
	out, err := cmd.CombinedOutput()
	if err != nil {
		err = fmt.Errorf("%s %s: %w\n%s", filepath.Base(name), strings.Join(args, " "), err, tail(string(out)))
	}
	return string(out), err
}
