package engine

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
)

// Carebase is the path of the `carebase` command, with `carebase-dr` beside it, both built as users build them.
func Carebase(t testing.TB) string {
	t.Helper()
	must(t, carebaseDR)
	return must(t, carebase)
}

var (
	carebase   = built("./cmd/carebase")
	carebaseDR = built("./cmd/carebase-dr")
	program    = built("./infra") // the language host would build it for each project
)

// built makes a command of the project into its folder bin. Packages of tests run side by side and share what is there:
// the first one builds, the others wait and find nothing to do.
func built(source string) func() (string, error) {
	return sync.OnceValues(func() (string, error) {
		bin := filepath.Join(Repository(), "bin", "lifecycle")
		if err := os.MkdirAll(bin, 0o755); err != nil {
			return "", err
		}
		binary := filepath.Join(bin, filepath.Base(source))
		lock, err := os.Create(binary + ".lock")
		if err != nil {
			return "", err
		}
		defer lock.Close()
		if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
			return "", err
		}
		cmd := exec.Command("go", "build", "-o", binary, source)
		cmd.Dir = Repository()
		if out, err := cmd.CombinedOutput(); err != nil {
			return "", fmt.Errorf("%s: %w\n%s", cmd, err, out)
		}
		return binary, nil
	})
}

func must(t testing.TB, path func() (string, error)) string {
	t.Helper()
	binary, err := path()
	if err != nil {
		t.Fatal(err)
	}
	return binary
}
