//go:build engine

package lifecycle

import (
	"bytes"
	"flag"
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
//	go test -tags engine -timeout 60m ./tests/lifecycle ./tests/lifecycle/standby -run 'TestStacks|TestActivation' -record 0.2.0
var record = flag.String("record", "", "release whose states to keep in recorded/")

// What any release deployed, today's program takes over: it may change what it likes, but nothing that holds data goes.
func TestEveryReleaseIsTakenOver(t *testing.T) {
	t.Parallel()
	releases, err := filepath.Glob("recorded/*")
	require.NoError(t, err)
	require.NotEmpty(t, releases)
	for _, release := range releases {
		for _, one := range environments {
			t.Run(filepath.Base(release)+"/"+one.name, func(t *testing.T) {
				t.Parallel()
				engine.TakePlace(t)
				state := engine.Recorded(t, filepath.Join(release, one.name+".json.gz"))
				engine.New(t, one.name, engine.StartEmulator(t)).TakesOver(t, state)
			})
		}
	}
}

// A component that is renamed without an alias is another one to the engine: the database of old is deleted. The test
// above has to notice.
func TestARenamedComponentIsNoticed(t *testing.T) {
	t.Parallel()
	engine.TakePlace(t)
	state := engine.Recorded(t, "recorded/"+firstRelease+"/dev.json.gz")
	// As if the component had been "db" when the state was recorded.
	renamed := bytes.ReplaceAll(state, []byte("::database"), []byte("::db"))
	require.NotEqual(t, state, renamed)
	preview := engine.New(t, "dev", engine.StartEmulator(t)).Migrated(t, renamed)
	require.NoError(t, preview.Err)
	assert.Contains(t, texts(preview.Lost()), "delete aws:rds/instance:Instance db-instance")
}

// In production the engine itself refuses such a change.
func TestARenamedComponentIsRefusedInProduction(t *testing.T) {
	t.Parallel()
	engine.TakePlace(t)
	state := engine.Recorded(t, "recorded/"+firstRelease+"/prod.json.gz")
	renamed := bytes.ReplaceAll(state, []byte("::database"), []byte("::db"))
	preview := engine.New(t, "prod", engine.StartEmulator(t)).Migrated(t, renamed)
	require.Error(t, preview.Err)
	assert.Contains(t, preview.Output, "protect")
}

// Another physical name replaces what bears it (but for the database, which RDS renames). That has to be noticed as well.
func TestAReplacementIsNoticed(t *testing.T) {
	t.Parallel()
	engine.TakePlace(t)
	stack := engine.New(t, "dev", engine.StartEmulator(t))
	stack.Edit(t, func(s engine.Settings) { s.Set("environment", "development") })
	preview := stack.Migrated(t, engine.Recorded(t, "recorded/"+firstRelease+"/dev.json.gz"))
	require.NoError(t, preview.Err)
	lost := strings.Join(texts(preview.Lost()), "\n")
	for _, kind := range []string{"aws:s3/bucket:Bucket", "aws:secretsmanager/secret:Secret", "aws:cloudwatch/logGroup:LogGroup"} {
		assert.Contains(t, lost, "replace "+kind+" ")
	}
}

func texts(steps []engine.Step) []string {
	var texts []string
	for _, step := range steps {
		texts = append(texts, step.String())
	}
	return texts
}

const firstRelease = "0.1.0"

// AWS changes neither port nor protocol of a target group. A service that is to speak TLS gets another group before the old
// one goes: the listener's rule and the service move to it in place, so that no name is taken and nothing is deleted that a
// listener uses.
func TestATargetGroupIsReplacedBehindItsListener(t *testing.T) {
	t.Parallel()
	engine.TakePlace(t)
	state := engine.Recorded(t, "recorded/"+firstRelease+"/dev.json.gz")
	require.Contains(t, string(state), `"protocol":"HTTP"`, "the release spoke HTTP with its tasks")
	preview := engine.New(t, "dev", engine.StartEmulator(t)).Migrated(t, state)
	require.NoError(t, preview.Err)
	at := func(op apitype.OpType, name string) int {
		for i, step := range preview.Steps {
			if step.Op == op && step.Name == name {
				return i
			}
		}
		require.Failf(t, "no such step", "%s %s in\n%s", op, name, strings.Join(texts(preview.Changes()), "\n"))
		return -1
	}
	order := []int{
		at(apitype.OpCreateReplacement, "backend-tg"), at(apitype.OpUpdate, "backend-rule"),
		at(apitype.OpUpdate, "backend-service"), at(apitype.OpDeleteReplaced, "backend-tg"),
	}
	assert.IsIncreasing(t, order)
}
