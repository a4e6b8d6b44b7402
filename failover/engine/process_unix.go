//go:build unix

package engine

import (
	"errors"
	"syscall"
)

// lives is true if a process with that id is running, also if this process may not signal it.
func lives(pid int) bool {
	err := syscall.Kill(pid, 0)
	return err == nil || errors.Is(err, syscall.EPERM)
}
