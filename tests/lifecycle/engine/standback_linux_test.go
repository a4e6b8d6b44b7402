package engine

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestStandBack(t *testing.T) {
	StandBack()
	stats, err := filepath.Glob("/proc/self/task/*/stat")
	require.NoError(t, err)
	require.NotEmpty(t, stats)
	for _, path := range stats {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		_, fields, _ := strings.Cut(string(text), ") ") // proc(5): the 19th is the nice value, the 3rd comes first here
		nice, err := strconv.Atoi(strings.Fields(fields)[16])
		require.NoError(t, err)
		assert.GreaterOrEqual(t, nice, 10, path)
	}
}
