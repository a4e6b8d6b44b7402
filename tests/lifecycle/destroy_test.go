//go:build engine

package lifecycle

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/tests/lifecycle/engine"
	"github.com/carebase/carebase/tests/lifecycle/inventory"
)

// everythingIsDestroyed takes a stack away that nothing protects: all of it goes, without help.
func everythingIsDestroyed(t *testing.T, stack *engine.Stack, empty inventory.Inventory) {
	destroy := stack.Destroy(t)
	require.NoError(t, destroy.Err)
	assert.Empty(t, stack.State(t).Resources)
	differences, err := inventory.Compare(empty, inventoryOf(t, stack), stack.Export(t))
	require.NoError(t, err)
	for _, left := range differences {
		assert.True(t, onlyRemembered(t, stack, left), left)
	}
	t.Logf("destroy: %s", destroy.Duration.Round(1e9))
}

// onlyRemembered says whether a difference is about what AWS has deleted and still shows, keys for their waiting period,
// clusters and services as inactive; or about revisions of task definitions, which components/service leaves for ECS to
// go back to, and which cost and run nothing.
func onlyRemembered(t *testing.T, stack *engine.Stack, difference string) bool {
	t.Helper()
	cfg := stack.Emulator.Config("us-east-1")
	kind, rest, _ := strings.Cut(difference, " ")
	id, _, _ := strings.Cut(rest, ": AWS has it")
	client := ecs.NewFromConfig(cfg)
	switch kind {
	case "aws:kms/key:Key":
		key, err := kms.NewFromConfig(cfg).DescribeKey(t.Context(), &kms.DescribeKeyInput{KeyId: &id})
		require.NoError(t, err)
		return key.KeyMetadata.KeyState == "PendingDeletion"
	case "aws:ecs/cluster:Cluster":
		all, err := client.DescribeClusters(t.Context(), &ecs.DescribeClustersInput{Clusters: []string{id}})
		require.NoError(t, err)
		return len(all.Clusters) == 1 && *all.Clusters[0].Status == "INACTIVE"
	case "aws:ecs/service:Service":
		cluster := strings.Split(id, "/")[1]
		all, err := client.DescribeServices(t.Context(), &ecs.DescribeServicesInput{Cluster: &cluster, Services: []string{id}})
		require.NoError(t, err)
		return len(all.Services) == 1 && *all.Services[0].Status == "INACTIVE"
	case "aws:ecs/taskDefinition:TaskDefinition":
		return true
	}
	return false
}

// protectionRefusesToDestroy what holds patients' data: the engine says what is protected, and nothing goes, not even
// what is not.
func protectionRefusesToDestroy(t *testing.T, want environment, stack *engine.Stack) {
	before := stack.State(t)
	destroy := stack.Destroy(t)
	require.Error(t, destroy.Err)
	// The engine names those that it came to first.
	assert.Regexp(t, `resource "urn:pulumi:prod::[^"]+" cannot be deleted`, destroy.Output)
	assert.Empty(t, destroy.Changes())
	assert.Len(t, stack.State(t).Resources, len(before.Resources))
	cfg := stack.Emulator.Config("us-east-1")
	databaseHolds(t, want, cfg, keysHold(t, want, cfg))
}
