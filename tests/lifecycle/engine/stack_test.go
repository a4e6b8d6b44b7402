package engine

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// What the engine printed on a machine that ran out of memory, and what it prints of failures that mean something.
func TestPluginsThatStartedLate(t *testing.T) {
	assert.True(t, startedLate("error: aws (resource) plugin [/usr/bin/pulumi-resource-aws] did not come alive: failed to "+
		"handshake with '/usr/bin/pulumi-resource-aws': rpc error: code = DeadlineExceeded desc = context deadline exceeded"))
	assert.True(t, startedLate("error: aws (resource) plugin [/usr/bin/pulumi-resource-aws] did not begin responding to RPC connections"))
	assert.False(t, startedLate("error: rpc error: code = DeadlineExceeded desc = waiting for RDS DB Instance create: timeout"))
	assert.False(t, startedLate("error: transport is closing"))
}
