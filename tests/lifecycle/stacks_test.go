//go:build engine

package lifecycle

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/tests/lifecycle/engine"
)

// Every stack lives its life on the engine: previewed, deployed, read back, looked at again, refreshed, changed and,
// where its settings allow it, destroyed. Stacks run side by side; a stack's stages follow each other, and one that
// leaves nothing to go on with ends the stack's test.
func TestStacks(t *testing.T) {
	for _, want := range environments {
		t.Run(want.name, func(t *testing.T) {
			t.Parallel()
			stack := engine.New(t, want.name, engine.StartEmulator(t))

			t.Run("preview", func(t *testing.T) { previewEqualsPlan(t, want, stack.Emulator) })
			if !t.Run("up", func(t *testing.T) { everythingIsCreated(t, stack) }) {
				return
			}
			t.Run("outputs", func(t *testing.T) { outputsHaveValues(t, stack) })
			t.Run("guarantees", func(t *testing.T) { guaranteesHold(t, want, stack.Emulator) })
			t.Run("second preview", func(t *testing.T) { secondPreviewIsEmpty(t, stack) })
			t.Run("refresh", func(t *testing.T) { refreshFindsNoDrift(t, stack) })
			if *record != "" {
				t.Run("record", func(t *testing.T) { recordState(t, stack) })
			}
			if want.name == "staging" { // what is done to dev and prod needs no third proof
				t.Run("recovery", func(t *testing.T) { recoveryComesAndGoes(t, stack) })
				return
			}
			t.Run("changes", func(t *testing.T) { changesDoWhatTheyShould(t, want, stack) })
			t.Run("destroy", func(t *testing.T) { destroyObeysProtection(t, want, stack) })
		})
	}
}

// everythingIsCreated deploys a stack that is not there yet: all of it is created, nothing fails, nothing twice.
func everythingIsCreated(t *testing.T, stack *engine.Stack) {
	up := stack.Up(t)
	require.NoError(t, up.Err)
	require.NotNil(t, up.Summary)
	planned := planOf(t, stack)
	created := map[string]bool{}
	for _, step := range up.Changes() {
		assert.Equal(t, "create", string(step.Op), step.URN)
		assert.Truef(t, step.Done && !step.Failed, "%s", step)
		assert.Falsef(t, created[step.URN], "%s was created twice", step.URN)
		created[step.URN] = true
	}
	for _, r := range planned.Resources {
		assert.Truef(t, created[r.URN], "%s was not created", r.URN)
	}
	t.Logf("up: %d resources in %s", len(created), up.Duration.Round(1e9))
}

// outputsHaveValues of what people and pipelines are told to use.
func outputsHaveValues(t *testing.T, stack *engine.Stack) {
	outputs := stack.Outputs(t)
	assert.ElementsMatch(t, []string{
		"backendRepository", "backendService", "cacheEndpoint", "clusterName", "databaseEndpoint", "databaseMasterSecretArn",
		"databaseRolesRepository", "databaseRolesSecurityGroup", "databaseRolesTaskDefinition", "distributionId", "filesBucket",
		"frontendBucket", "nameServers", "privateSubnetIds", "secretArns", "url", "vpcId",
	}, keysOf(outputs))
	for name, value := range outputs {
		switch value := value.(type) {
		case string:
			assert.NotEmpty(t, value, name)
		case []any:
			assert.NotEmpty(t, value, name)
			for _, element := range value {
				assert.NotEmpty(t, element, name)
			}
		case map[string]any:
			assert.NotEmpty(t, value, name)
			for key, member := range value {
				assert.NotEmpty(t, member, "%s.%s", name, key)
			}
		default:
			t.Errorf("%s = %v", name, value)
		}
	}
}

func keysOf(m map[string]any) []string {
	var keys []string
	for key := range m {
		keys = append(keys, key)
	}
	return keys
}
