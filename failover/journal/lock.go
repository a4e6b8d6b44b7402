package journal

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/user"
	"path/filepath"
	"strings"
)

// acquire takes the lock of a stack's operations in dir. The kernel releases the lock when the process ends, so no stale lock has to
// be removed by hand. The lock excludes other processes on this machine only; the engine's lock on the stack's state excludes other
// machines.
func acquire(dir, stack string) (*os.File, error) {
	path := filepath.Join(dir, stack+".lock")
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := tryLock(file); err != nil {
		holder, _ := io.ReadAll(file)
		busy := fmt.Errorf("another operation on stack %s is running (%s, lock %s)", stack, strings.TrimSpace(string(holder)), path)
		if !errors.Is(err, errLocked) {
			busy = fmt.Errorf("locking %s: %w", path, err)
		}
		return nil, errors.Join(busy, file.Close())
	}
	// The file names the holder for the message above.
	if err := file.Truncate(0); err == nil {
		_, _ = fmt.Fprintln(file, me())
	}
	return file, nil
}

func me() string {
	name, host := "unknown", "unknown"
	if who, err := user.Current(); err == nil {
		name = who.Username
	}
	if it, err := os.Hostname(); err == nil {
		host = it
	}
	return fmt.Sprintf("%s@%s, process %d", name, host, os.Getpid())
}
