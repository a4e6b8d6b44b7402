//go:build engine

package lifecycle

import (
	"fmt"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/tests/lifecycle/engine"
	"github.com/carebase/carebase/tests/lifecycle/inventory"
)

// Every stack lives on the engine: previewed, deployed, read back, looked at again, refreshed. Then each lives through
// something else: dev is offered a zone and destroyed; staging is given a recovery region; prod is changed from day to
// day, and refuses to be destroyed. Stacks run side by side, which is what bounds the time: most of it the provider waits for
// databases.
func TestStacks(t *testing.T) {
	t.Parallel()
	for _, want := range environments {
		t.Run(want.name, func(t *testing.T) {
			t.Parallel()
			engine.TakePlace(t)
			t.Run("preview", func(t *testing.T) { previewEqualsPlan(t, want, engine.StartEmulator(t)) })
			stack := engine.New(t, want.name, engine.StartEmulator(t))
			empty := inventoryOf(t, stack)
			up := stack.Up(t)
			if !t.Run("up", func(t *testing.T) { everythingIsCreated(t, stack, empty, up) }) {
				return
			}
			t.Run("outputs", func(t *testing.T) { outputsHaveValues(t, stack) })
			t.Run("guarantees", func(t *testing.T) { guaranteesHold(t, want, stack.Emulator) })
			t.Run("repositories", func(t *testing.T) { repositoriesStay(t, stack) })
			t.Run("second preview", func(t *testing.T) { secondPreviewIsEmpty(t, stack) })
			t.Run("refresh", func(t *testing.T) { refreshFindsNoDrift(t, stack) })
			if *record != "" {
				stack.Record(t, filepath.Join("recorded", *record, want.name+".json.gz"))
			}
			switch want.name {
			case "dev":
				t.Run("another zone", func(t *testing.T) { anotherZoneMovesNothing(t, stack) })
				t.Run("destroy", func(t *testing.T) { everythingIsDestroyed(t, stack, empty) })
			case "staging":
				t.Run("recovery", func(t *testing.T) { recoveryComesAndGoes(t, stack) })
			case "prod":
				t.Run("changes", func(t *testing.T) { changesDoWhatTheyShould(t, stack) })
				t.Run("destroy", func(t *testing.T) { protectionRefusesToDestroy(t, want, stack) })
			}
		})
	}
}

// everythingIsCreated looks at how a stack was deployed that was not there: all of it is created, nothing fails, nothing
// twice.
func everythingIsCreated(t *testing.T, stack *engine.Stack, empty inventory.Inventory, up engine.Result) {
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
	awsHasTheStack(t, stack, empty)
	t.Logf("up: %d resources in %s", len(created), up.Duration.Round(1e9))
	for _, line := range slowest(up, 5) {
		t.Log(line)
	}
}

// slowest are the custom resources that took longest: what a deployment waits for.
func slowest(r engine.Result, n int) []string {
	steps := slices.DeleteFunc(slices.Clone(r.Steps), func(s engine.Step) bool { return s.New == nil || !s.New.Custom })
	slices.SortFunc(steps, func(a, b engine.Step) int { return int(b.Ended.Sub(b.Began) - a.Ended.Sub(a.Began)) })
	var lines []string
	for _, s := range steps[:min(n, len(steps))] {
		lines = append(lines, fmt.Sprintf("slowest: %s in %s", s, s.Ended.Sub(s.Began)))
	}
	return lines
}

// inventoryOf is what the stack's emulator has, of the kinds that inventory knows.
func inventoryOf(t *testing.T, stack *engine.Stack) inventory.Inventory {
	t.Helper()
	now, err := inventory.Take(t.Context(), stack.Emulator.Endpoint, "us-west-2")
	require.NoError(t, err)
	return now
}

// awsHasTheStack compares what was made since the emulator was empty with the state: each resource once, nothing else.
func awsHasTheStack(t *testing.T, stack *engine.Stack, empty inventory.Inventory) {
	t.Helper()
	differences, err := inventory.Compare(empty, inventoryOf(t, stack), stack.Export(t))
	require.NoError(t, err)
	assert.Empty(t, differences)
}

// outputsHaveValues of what people and pipelines are told to use.
func outputsHaveValues(t *testing.T, stack *engine.Stack) {
	outputs := stack.Outputs(t)
	want := []string{
		"backendRepository", "backendService", "cacheEndpoint", "clusterName", "databaseEndpoint", "databaseMasterSecretArn",
		"databaseRolesRepository", "databaseRolesSecurityGroup", "databaseRolesTaskDefinition", "distributionId", "filesBucket",
		"frontendBucket", "migrationsRepository", "migrationsSecurityGroup", "migrationsTaskDefinition", "nameServers", "privateSubnetIds", "secretArns", "url", "vpcId",
	}
	if stack.Name == "prod" {
		want = append(want, "recovery") // for the recovery stack
	}
	assert.ElementsMatch(t, want, keysOf(outputs))
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
