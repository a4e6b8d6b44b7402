// Package interrupted kills the engine in the middle of updates, and lets AWS fail requests, and shows that the documented
// way back (docs/operations.md, "After an interrupted update") leaves every resource once: a second preview without a
// change, and an emulator that has what the state has, no more and no less.
//
//	go test -tags engine -timeout 60m ./tests/lifecycle/interrupted
//
// Flags choose more than the tests of every change can afford:
//
//	-kills 20           how often one life of a stack is interrupted, at points further and further on (5)
//	-lives 20           lives of each stack that are interrupted once each, at a point of their own (0)
//	-failing dev        stacks whose requests fail (dev,prod)
//	-losing dev         stacks that lose answers to changes (none)
//	-seed 2             where: the same seed, the same points (1)
package interrupted
