//go:build unix

package handoff

import (
	"fmt"
	"os"
	"syscall"
)

// become replaces this process by a program.
func become(path string, arguments []string) error {
	return fmt.Errorf("starting %s: %w", path, syscall.Exec(path, arguments, os.Environ()))
}
