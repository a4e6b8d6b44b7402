package engine

import (
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestPlacesAreWhatMemoryHolds(t *testing.T) {
	assert.Equal(t, 1, places(0), "where the system does not say")
	assert.Equal(t, 1, places(3<<30))
	assert.Equal(t, 2, places(8<<30))
	assert.Equal(t, 5, places(23<<30))
	if runtime.GOOS == "linux" {
		assert.Greater(t, memory(), int64(1<<28), "a quarter of a gigabyte, in bytes")
	}
}

// Places are given back only when all of them are taken, so that one too many would be seen.
func TestNoMoreStacksThanPlaces(t *testing.T) {
	const n, stacks = 3, 30
	dir := t.TempDir()
	took, end := make(chan struct{}), make(chan struct{})
	for range stacks {
		go func() {
			leave, err := takePlace(dir, n)
			assert.NoError(t, err)
			took <- struct{}{}
			<-end
			leave()
		}()
	}
	for range n {
		<-took
	}
	for range stacks - n {
		waiting(t, dir, took)
		end <- struct{}{}
		<-took
	}
	for range n {
		end <- struct{}{}
	}
}

// waiting waits until somebody looks for a place and finds none.
func waiting(t *testing.T, dir string, took chan struct{}) {
	t.Helper()
	queue, err := os.Create(filepath.Join(dir, "places.lock"))
	require.NoError(t, err)
	defer queue.Close()
	for looks := 0; looks < 3; time.Sleep(time.Millisecond) {
		select {
		case <-took:
			t.Fatal("there is no place left, and one was taken")
		default:
		}
		if syscall.Flock(int(queue.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil {
			require.NoError(t, syscall.Flock(int(queue.Fd()), syscall.LOCK_UN))
			continue
		}
		looks++
	}
}
