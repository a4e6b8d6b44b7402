// Package engine runs this project's stacks on Pulumi's engine for tests: `pulumi` as users run it, in a copy of the
// project with a file backend, against an AWS emulator, never against AWS.
//
// An emulator comes from the environment. AWS_EMULATOR is a command that answers `start DIR`, `env DIR` (exports for
// a shell) and `stop DIR`; then every stack gets an emulator of its own, and stacks run side by side. Without it,
// AWS_ENDPOINT_URL is an emulator that runs already; stacks then take turns, and it is emptied before each.
//
// What is missing fails the test and says so; nothing is skipped.
package engine
