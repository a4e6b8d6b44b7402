//go:build engine

package lifecycle

import (
	"os"
	"testing"

	"github.com/carebase/carebase/tests/lifecycle/engine"
)

func TestMain(m *testing.M) {
	code := m.Run()
	engine.Clean()
	os.Exit(code)
}
