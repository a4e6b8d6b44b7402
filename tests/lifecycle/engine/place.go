package engine

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// memoryOfAPlace is what a machine has to have for each stack that tests deploy side by side, in bytes. A stack takes 1.4 GB
// (engine, program, providers, emulator); as much again goes to tests that take no place, and the rest has to hold the
// files of the providers, whose 700 MB are otherwise read anew at every start.
const memoryOfAPlace = 4 << 30

// TakePlace waits until the machine has room for another stack, and keeps the place until the test ends. Places go to the
// tests of all packages together, in the order in which they ask.
//
// Fifteen stacks at once left 2 of 24 GiB. A provider then took longer to start than the engine waits for it.
func TakePlace(t testing.TB) {
	t.Helper()
	dir := filepath.Join(Repository(), "bin", "lifecycle")
	leave, err := takePlace(dir, places(memory()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(leave)
}

// places are how many stacks fit in memory of that many bytes.
func places(memory int64) int { return int(max(1, memory/memoryOfAPlace)) }

// memory of this machine in bytes; 0 where the system does not say.
func memory() int64 {
	text, err := os.ReadFile("/proc/meminfo")
	if err != nil {
		return 0
	}
	var kilobytes int64
	if _, err := fmt.Sscanf(string(text), "MemTotal: %d kB", &kilobytes); err != nil {
		return 0
	}
	return kilobytes << 10
}

// takePlace locks one of n files in a folder, which all processes that use the folder share. A process that ends leaves
// its places.
func takePlace(dir string, n int) (leave func(), err error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	// The first in the queue looks for a place; the system keeps the others' order.
	queue, err := os.Create(filepath.Join(dir, "places.lock"))
	if err != nil {
		return nil, err
	}
	defer queue.Close()
	if err := syscall.Flock(int(queue.Fd()), syscall.LOCK_EX); err != nil {
		return nil, err
	}
	for ; ; time.Sleep(50 * time.Millisecond) {
		for i := range n {
			place, err := os.Create(filepath.Join(dir, fmt.Sprintf("place-%d.lock", i)))
			if err != nil {
				return nil, err
			}
			switch err := syscall.Flock(int(place.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err {
			case nil:
				return func() { place.Close() }, nil
			case syscall.EWOULDBLOCK:
				place.Close()
			default:
				place.Close()
				return nil, err
			}
		}
	}
}
