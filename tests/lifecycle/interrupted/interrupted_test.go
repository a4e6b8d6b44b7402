//go:build engine

package interrupted

import (
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/tests/lifecycle/engine"
	"github.com/carebase/carebase/tests/lifecycle/inventory"
)

var (
	kills   = flag.Int("kills", 5, "interruptions of one life")
	lives   = flag.Int("lives", 0, "lives of each stack that are interrupted once")
	failing = flag.String("failing", "dev,prod", "stacks whose requests fail, with commas")
	losing  = flag.String("losing", "", "stacks that lose answers to changes, with commas")
	seed    = flag.Uint64("seed", 1, "where the engine is killed and requests fail")
)

func TestMain(m *testing.M) {
	flag.Parse()
	// How many stacks there are at once is decided by the places that they take, not by the number of processors.
	if err := flag.Set("test.parallel", "100"); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}

// stacks that are interrupted: the smallest and the largest.
var stacks = []string{"dev", "prod"}

// A stack that is interrupted comes to the same end as one that was not: in one life that is interrupted again and again,
// at points further and further on, or, where -lives asks for it, in lives that are interrupted once each. Those take
// hours.
func TestAStackThatIsInterrupted(t *testing.T) {
	t.Parallel()
	for i, name := range stacks {
		if *lives == 0 {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				againAndAgain(t, name, rand.New(rand.NewPCG(*seed, uint64(i))))
			})
		}
		for life := range *lives {
			t.Run(fmt.Sprintf("%s-%02d", name, life), func(t *testing.T) {
				t.Parallel()
				once(t, name, life, rand.New(rand.NewPCG(*seed, uint64(1000*(i+1)+life))))
			})
		}
	}
}

func againAndAgain(t *testing.T, name string, random *rand.Rand) {
	l := begin(t, name)
	t.Logf("seed %d", *seed)
	for left := *kills; left > 0; left-- {
		missing := l.total - l.made(t)
		mean := max(1, missing/(left+1))
		// While the last creations run, the update may end before the engine is dead.
		point := engine.Kill{Begun: min(1+random.IntN(2*mean), max(1, missing-10)), Delay: time.Duration(random.IntN(400)) * time.Millisecond}
		if !l.interrupt(t, point) {
			t.Fatalf("the update ended before it was interrupted for the last time: %d are left", left)
		}
	}
	l.converges(t, 1)
	t.Run("forgotten", l.findsEverything)
	if name == stacks[0] {
		t.Run("named by the provider", l.findsWhatTheProviderNamed)
	}
}

// once kills an update at a point in one of as many parts of it as there are lives.
func once(t *testing.T, name string, life int, random *rand.Rand) {
	l := begin(t, name)
	part := l.total / *lives
	point := engine.Kill{Begun: min(1+life*part+random.IntN(max(1, part)), l.total-10), Delay: time.Duration(random.IntN(400)) * time.Millisecond}
	t.Logf("seed %d: killed after %d of %d, and %s", *seed, point.Begun, l.total, point.Delay)
	require.True(t, l.interrupt(t, point), "the update ended before it was interrupted")
	l.converges(t, 1)
}

// life is one stack from nothing to its end.
type life struct {
	stack  *engine.Stack
	before inventory.Inventory // what the emulator has of itself
	total  int                 // resources in AWS that the stack is made of
}

func begin(t *testing.T, name string) *life {
	t.Helper()
	engine.TakePlace(t)
	emulator := engine.StartEmulator(t)
	before, err := inventory.Take(t.Context(), emulator.Endpoint, "us-west-2")
	require.NoError(t, err)
	l := &life{stack: engine.New(t, name, emulator), before: before}
	l.count(t)
	return l
}

// count learns from a preview what the stack is made of.
func (l *life) count(t *testing.T) {
	t.Helper()
	preview := l.stack.Preview(t)
	require.NoError(t, preview.Err)
	for _, step := range preview.Changes() {
		if strings.HasPrefix(step.Type, "aws:") {
			l.total++
		}
	}
}

// interrupt kills an update, and does what the documentation says comes then.
func (l *life) interrupt(t *testing.T, when engine.Kill) bool {
	t.Helper()
	if !l.stack.UpKilled(t, when) {
		require.Equal(t, l.total, l.made(t), "the update failed by itself")
		return false
	}
	open := l.open(t)
	l.stack.Must(t, "cancel", "--yes")
	out := l.recover(t)
	t.Logf("killed after %d creations and %s: %d of %d made, open %v", when.Begun, when.Delay, l.made(t), l.total, open)
	assert.Empty(t, l.open(t), "operations that are open after\n%s", out)
	return true
}

// recover is `carebase recover --yes`.
func (l *life) recover(t *testing.T, flags ...string) string {
	t.Helper()
	out, err := l.stack.Run(t, engine.Carebase(t), append([]string{"recover", l.stack.Name, "--yes"}, flags...)...)
	require.NoError(t, err)
	return out
}

// converges brings the update to its end and looks at what is there. An update whose requests fail may take more than
// one attempt, with what the documentation says between them.
func (l *life) converges(t *testing.T, attempts int) {
	t.Helper()
	up := l.stack.Up(t)
	for attempt := 1; up.Err != nil && attempt < attempts; attempt++ {
		t.Logf("attempt %d failed: %v", attempt, up.Err)
		l.recover(t, "--failed")
		up = l.stack.Up(t)
	}
	require.NoError(t, up.Err)
	for _, step := range up.Steps {
		switch op := string(step.Op); op {
		case "delete", "delete-replaced", "discard-replaced":
			assert.Contains(t, madeAnew, step.Type, step.URN)
		default:
			assert.NotContains(t, op, "replace", step.URN)
		}
	}
	l.isWhole(t)
}

// madeAnew are the types whose partly created resources are deleted and created again: the provider cannot see what is missing.
var madeAnew = []string{"aws:ec2/securityGroup:SecurityGroup", "aws:cloudfront/function:Function"}

// isWhole tells whether a stack is what its settings say, once.
func (l *life) isWhole(t *testing.T) {
	t.Helper()
	preview := l.stack.Preview(t)
	require.NoError(t, preview.Err)
	for _, step := range preview.Changes() {
		t.Errorf("a preview without a change: %s %v", step, step.DetailedDiff)
	}
	now, err := inventory.Take(t.Context(), l.stack.Emulator.Endpoint, "us-west-2")
	require.NoError(t, err)
	differences, err := inventory.Compare(l.before, now, l.stack.Export(t))
	require.NoError(t, err)
	for _, difference := range differences {
		t.Error(difference)
	}
	assert.Equal(t, l.total, l.made(t), "resources in AWS")
	if !t.Failed() {
		t.Logf("converged: %d resources in AWS, each once", l.total)
	}
}

type state struct {
	Deployment struct {
		Resources  []struct{ URN, ID, Type string }
		Operations []struct {
			Type     string
			Resource struct{ URN string }
		} `json:"pending_operations"`
	}
}

func (l *life) state(t *testing.T) state {
	t.Helper()
	var s state
	require.NoError(t, json.Unmarshal(l.stack.Export(t), &s))
	return s
}

// made counts the resources in AWS that the state has.
func (l *life) made(t *testing.T) int {
	t.Helper()
	count := 0
	for _, r := range l.state(t).Deployment.Resources {
		if r.ID != "" && strings.HasPrefix(r.Type, "aws:") {
			count++
		}
	}
	return count
}

// open are the operations that the engine did not see the end of.
func (l *life) open(t *testing.T) []string {
	t.Helper()
	var names []string
	for _, op := range l.state(t).Deployment.Operations {
		names = append(names, op.Resource.URN[strings.LastIndex(op.Resource.URN, "::")+2:])
	}
	return names
}
