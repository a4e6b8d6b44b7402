//go:build engine

package lifecycle

import (
	"flag"
	"os"
	"testing"

	"github.com/carebase/carebase/tests/lifecycle/engine"
)

func TestMain(m *testing.M) {
	flag.Parse()
	engine.StandBack()
	// Stacks wait for most of their time: there is one for each, however few processors there are.
	if err := flag.Set("test.parallel", "8"); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}
