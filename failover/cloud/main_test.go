//go:build engine

package cloud

import (
	"os"
	"testing"

	"github.com/carebase/carebase/tests/lifecycle/engine"
)

func TestMain(m *testing.M) {
	engine.StandBack()
	os.Exit(m.Run())
}
