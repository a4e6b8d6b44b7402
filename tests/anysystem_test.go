package tests

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Code serves every system, so it names none. CareConnect's name is in its settings, in cmd/carebase and in systems.go.
func TestNoCodeNamesASystem(t *testing.T) {
	checked := 0
	for _, folder := range []string{
		"components", "componenttest", "graph", "plan", "policy", "diff", "cost", "report", "cli", "failover", "repair", "stacks", "functions",
	} {
		root := filepath.Join(repository, folder)
		if _, err := os.Stat(root); err != nil {
			continue
		}
		require.NoError(t, filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			if entry.IsDir() && entry.Name() == "testdata" {
				return fs.SkipDir
			}
			if entry.IsDir() || !slices.Contains([]string{".go", ".js", ".py", ".sql", ".json"}, filepath.Ext(path)) || strings.HasSuffix(path, "_test.go") ||
				strings.Contains(filepath.ToSlash(path), "/postgrestest/") {
				return nil
			}
			text, err := os.ReadFile(path)
			checked++
			assert.Falsef(t, strings.Contains(strings.ToLower(string(text)), "careconnect"), "%s names CareConnect", path)
			return err
		}))
	}
	assert.Greater(t, checked, 200)
}
