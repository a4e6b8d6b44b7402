package engine

import (
	"runtime"
	"sync"
	"testing"

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

func TestNoMoreStacksThanPlaces(t *testing.T) {
	const n = 3
	dir := t.TempDir()
	var mu sync.Mutex
	now, most, took := 0, 0, 0
	var all sync.WaitGroup
	for range 30 {
		all.Go(func() {
			leave, err := takePlace(dir, n)
			if !assert.NoError(t, err) {
				return
			}
			mu.Lock()
			now, took = now+1, took+1
			most = max(most, now)
			mu.Unlock()
			runtime.Gosched()
			mu.Lock()
			now--
			mu.Unlock()
			leave()
		})
	}
	all.Wait()
	assert.Equal(t, 30, took)
	assert.LessOrEqual(t, most, n)
}

// All places are taken at once before any is waited for.
func TestEveryPlaceIsTaken(t *testing.T) {
	dir := t.TempDir()
	for range 3 {
		leave, err := takePlace(dir, 3)
		require.NoError(t, err)
		defer leave()
	}
}
