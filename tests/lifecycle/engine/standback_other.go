//go:build !linux

package engine

// StandBack does nothing where priorities are not a thread's.
func StandBack() {}
