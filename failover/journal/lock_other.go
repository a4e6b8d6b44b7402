//go:build !unix

package journal

import (
	"errors"
	"os"
)

var errLocked = errors.New("locked")

// A lock that outlives a killed process would be worse than none.
func tryLock(*os.File) error {
	return errors.New("this system has no lock that ends with its process: run it on Linux or macOS")
}
