//go:build unix

package engine

import (
	"errors"
	"syscall"
)

// lives says whether there is a process of that id: one that may not be signalled lives too.
func lives(pid int) bool {
	err := syscall.Kill(pid, 0)
	return err == nil || errors.Is(err, syscall.EPERM)
}
