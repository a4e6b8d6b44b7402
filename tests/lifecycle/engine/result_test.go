package engine

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// An engine that is killed leaves half an event; what was whole counts.
func TestEventsOfAKilledEngine(t *testing.T) {
	log := filepath.Join(t.TempDir(), "events")
	const urn = "urn:pulumi:dev::careconnect::aws:s3/bucket:Bucket::files-bucket"
	require.NoError(t, os.WriteFile(log, []byte(
		`{"resourcePreEvent":{"metadata":{"op":"create","urn":"`+urn+`","type":"aws:s3/bucket:Bucket"}}}`+"\n"+
			`{"resourcePreEvent":{"metadata":{"op":"same","urn":"`+urn+`2","type":"aws:s3/bucket:Bucket"}}}`+"\n"+
			`{"resOutputsEvent":{"metadata":{"op":"create","urn":"`+urn+`","type":"aws:s3/bucket:Bucket"}}}`+"\n"+
			`{"resOutputsEvent":{"meta`), 0o600))
	events, err := ReadEvents(log)
	require.NoError(t, err)
	var r Result
	r.add(events)
	require.Len(t, r.Steps, 2)
	assert.Equal(t, "files-bucket", r.Steps[0].Name)
	assert.True(t, r.Steps[0].Done)
	assert.False(t, r.Steps[1].Done)
	assert.Equal(t, []Step{r.Steps[0]}, r.Changes())
	assert.Equal(t, []Step{r.Steps[0]}, r.Of(apitype.OpCreate))
	assert.Nil(t, r.Summary)
}

func TestAnEventThatIsNotJSONFails(t *testing.T) {
	log := filepath.Join(t.TempDir(), "events")
	require.NoError(t, os.WriteFile(log, []byte("{]\n{}\n"), 0o600))
	_, err := ReadEvents(log)
	assert.ErrorContains(t, err, "invalid character")
}

// A refresh begins every resource as "refresh" and says only at its end what it found.
func TestRefreshedResourcesAreWhatTheRefreshFound(t *testing.T) {
	const urn = "urn:pulumi:dev::careconnect::aws:s3/bucket:Bucket::files-bucket"
	event := func(op apitype.OpType) apitype.StepEventMetadata { return apitype.StepEventMetadata{Op: op, URN: urn} }
	var r Result
	r.add([]apitype.EngineEvent{
		{ResourcePreEvent: &apitype.ResourcePreEvent{Metadata: event(apitype.OpRefresh)}},
		{ResOutputsEvent: &apitype.ResOutputsEvent{Metadata: event(apitype.OpUpdate)}},
	})
	require.Len(t, r.Changes(), 1)
	assert.Equal(t, apitype.OpUpdate, r.Changes()[0].Op)
	assert.True(t, r.Changes()[0].Done)
}
