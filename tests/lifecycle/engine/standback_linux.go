package engine

import (
	"os"
	"strconv"
	"syscall"
)

// StandBack gives way to tests that do not, in this process and in all that it starts. tests/lifecycle/failover takes
// longest, one update after the other: while all go side by side it must not wait for processors.
func StandBack() {
	threads, err := os.ReadDir("/proc/self/task") // a priority is a thread's, and those that it starts begin with it
	if err != nil {
		return
	}
	for _, thread := range threads {
		if id, err := strconv.Atoi(thread.Name()); err == nil {
			_ = syscall.Setpriority(syscall.PRIO_PROCESS, id, 10)
		}
	}
}
