//go:build engine

package lifecycle

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/tests/lifecycle/engine"
)

// record keeps the state of every stack as this program deploys it. It is run once per release, when that is tagged:
//
//	go test -tags engine -timeout 60m ./tests/lifecycle -run TestStacks -record 0.2.0
//
// What was recorded is never recorded again: it is what is deployed somewhere.
var record = flag.String("record", "", "release whose states to keep in recorded/")

// recordState writes recorded/<release>/<stack>.json.gz. Secrets in it are encrypted, and are an emulator's.
func recordState(t *testing.T, stack *engine.Stack) {
	path := filepath.Join("recorded", *record, stack.Name+".json.gz")
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoFileExists(t, path)
	var state map[string]any
	require.NoError(t, json.Unmarshal(stack.Export(t), &state))
	for _, r := range state["deployment"].(map[string]any)["resources"].([]any) {
		for _, key := range []string{"created", "modified", "sourcePosition", "stackTrace"} { // of the machine that recorded
			delete(r.(map[string]any), key)
		}
	}
	text, err := json.Marshal(state)
	require.NoError(t, err)
	var packed bytes.Buffer
	to, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	require.NoError(t, err)
	_, err = to.Write(text)
	require.NoError(t, err)
	require.NoError(t, to.Close())
	require.NoError(t, os.WriteFile(path, packed.Bytes(), 0o644))
}

// recorded reads a recorded state.
func recorded(t *testing.T, path string) []byte {
	t.Helper()
	file, err := os.Open(path)
	require.NoError(t, err)
	defer file.Close()
	from, err := gzip.NewReader(file)
	require.NoError(t, err)
	text, err := io.ReadAll(from)
	require.NoError(t, err)
	return text
}

// migrated previews the program of today against a state, on an emulator that knows nothing of it: a preview asks for
// nothing that the state has.
func migrated(t *testing.T, name string, state []byte, edits ...func(engine.Settings)) engine.Result {
	t.Helper()
	stack := engine.New(t, name, engine.StartEmulator(t))
	for _, edit := range edits {
		stack.Edit(t, edit)
	}
	var deployment apitype.UntypedDeployment
	require.NoError(t, json.Unmarshal(state, &deployment))
	return stack.Migrated(t, deployment)
}

// What any release deployed, today's program takes over: it may change what it likes, but nothing that holds data goes.
func TestEveryReleaseIsTakenOver(t *testing.T) {
	releases, err := filepath.Glob("recorded/*/*.json.gz")
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(releases), len(environments))
	for _, path := range releases {
		name := strings.TrimSuffix(filepath.Base(path), ".json.gz")
		t.Run(filepath.Base(filepath.Dir(path))+"/"+name, func(t *testing.T) {
			t.Parallel()
			state := recorded(t, path)
			preview := migrated(t, name, state)
			require.NoError(t, preview.Err)
			losesNothing(t, preview)
			kept := map[string]bool{} // by id: a URN may move, by an alias
			for _, step := range preview.Steps {
				if step.Op == "same" || step.Op == "update" {
					kept[step.Old.ID] = true
				}
			}
			for _, id := range holding(t, state) {
				assert.True(t, kept[id], "%s holds data and is not there any more", id)
			}
		})
	}
}

// holding are the ids of the resources of a state that hold data, or that such a thing cannot leave.
func holding(t *testing.T, state []byte) []string {
	t.Helper()
	var file struct {
		Deployment struct {
			Resources []struct{ Type, ID string }
		}
	}
	require.NoError(t, json.Unmarshal(state, &file))
	var ids []string
	for _, r := range file.Deployment.Resources {
		if engine.Stateful(r.Type) {
			ids = append(ids, r.ID)
		}
	}
	require.Greater(t, len(ids), 35)
	return ids
}

// A component that is renamed without an alias is another one to the engine: the database of old is deleted. The test
// above has to notice.
func TestARenamedComponentIsNoticed(t *testing.T) {
	t.Parallel()
	state := recorded(t, "recorded/"+firstRelease+"/dev.json.gz")
	// As if the component had been "db" when the state was recorded.
	renamed := bytes.ReplaceAll(state, []byte("::database"), []byte("::db"))
	require.NotEqual(t, state, renamed)
	preview := migrated(t, "dev", renamed)
	require.NoError(t, preview.Err)
	var gone []string
	for _, step := range lost(preview) {
		gone = append(gone, step.String())
	}
	assert.Contains(t, gone, "delete aws:rds/instance:Instance db-instance")
}

// In production the engine itself refuses such a change.
func TestARenamedComponentIsRefusedInProduction(t *testing.T) {
	t.Parallel()
	state := recorded(t, "recorded/"+firstRelease+"/prod.json.gz")
	preview := migrated(t, "prod", bytes.ReplaceAll(state, []byte("::database"), []byte("::db")))
	require.Error(t, preview.Err)
	assert.Contains(t, preview.Output, "protect")
}

// Another physical name replaces what bears it (but for the database, which RDS renames). That has to be noticed as well.
func TestAReplacementIsNoticed(t *testing.T) {
	t.Parallel()
	preview := migrated(t, "dev", recorded(t, "recorded/"+firstRelease+"/dev.json.gz"), func(s engine.Settings) {
		s.Set("environment", "development")
	})
	require.NoError(t, preview.Err)
	replaced := map[string]bool{}
	for _, step := range lost(preview) {
		if step.Op == "replace" {
			replaced[step.Type] = true
		}
	}
	for _, kind := range []string{"aws:s3/bucket:Bucket", "aws:secretsmanager/secret:Secret", "aws:cloudwatch/logGroup:LogGroup"} {
		assert.True(t, replaced[kind], kind)
	}
}

const firstRelease = "0.1.0"
