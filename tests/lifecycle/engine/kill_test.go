package engine

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestCreationsAreCountedAsTheyBegin(t *testing.T) {
	const creation = `{"resourcePreEvent":{"metadata":{"op":"create","type":"aws:s3/bucket:Bucket"}}}` + "\n"
	path := filepath.Join(t.TempDir(), "events.json")
	var c creations
	defer c.close()
	assert.Zero(t, c.count(path), "there is no log yet")
	file, err := os.Create(path)
	require.NoError(t, err)
	defer file.Close()
	add := func(text string) {
		t.Helper()
		_, err := file.WriteString(text)
		require.NoError(t, err)
	}
	add(`{"resourcePreEvent":{"metadata":{"op":"create","type":"carebase:storage:Bucket"}}}` + "\n")
	add(`{"resourcePreEvent":{"metadata":{"op":"same","type":"aws:s3/bucket:Bucket"}}}` + "\n")
	add(`{"resOutputsEvent":{"metadata":{"op":"create","type":"aws:s3/bucket:Bucket"}}}` + "\n")
	assert.Zero(t, c.count(path))
	add(creation + creation[:40])
	assert.Equal(t, 1, c.count(path), "half a line is none yet")
	assert.Equal(t, 1, c.count(path))
	add(creation[40:])
	assert.Equal(t, 2, c.count(path))
	add(creation)
	assert.Equal(t, 3, c.count(path))
}
