//go:build !unix

package handoff

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
)

// become runs a program and ends with its exit status, because a process cannot be replaced on this system. An interruption is
// the program's to handle.
func become(path string, arguments []string) error {
	signal.Ignore(os.Interrupt)
	program := exec.Command(path, arguments[1:]...)
	program.Stdin, program.Stdout, program.Stderr = os.Stdin, os.Stdout, os.Stderr
	err := program.Run()
	var failed *exec.ExitError
	if err != nil && !errors.As(err, &failed) {
		return fmt.Errorf("starting %s: %w", path, err)
	}
	os.Exit(program.ProcessState.ExitCode())
	return nil
}
