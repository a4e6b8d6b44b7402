//go:build !unix

package engine

// lives cannot be told here, and a lock is never broken on a guess.
func lives(int) bool { return true }
