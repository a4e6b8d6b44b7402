// Package lifecycle deploys every stack on Pulumi's engine against an AWS emulator, changes it, previews states of
// earlier releases with today's program, and destroys it.
//
// The tests carry the build tag engine, so that `go test ./...` needs nothing but Go:
//
//	go test -tags engine -timeout 60m ./tests/lifecycle/...
//
// They need `pulumi` and its plugins on PATH and an emulator (package engine says how one is found), and fail without.
package lifecycle
