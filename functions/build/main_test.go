package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestEveryFunctionIsBuilt(t *testing.T) {
	files, err := filepath.Glob("../*/main.go")
	require.NoError(t, err)
	var found []string
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		if strings.Contains(string(text), "lambda.Start(") {
			found = append(found, filepath.Base(filepath.Dir(file)))
		}
	}
	assert.Equal(t, found, functions)
}
