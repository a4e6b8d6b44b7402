package stacks

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Every setting that the guides name exists, and every `pulumi config set` sets one.
func TestGuidesNameSettingsThatExist(t *testing.T) {
	section := regexp.MustCompile(`^(?:` + Namespace + `:)?([a-z][A-Za-z]*(?:\.[a-z][A-Za-z]*)*)(?::.*)?$`)
	set := regexp.MustCompile(`pulumi config set (?:--[a-z]+ )*'?(?:` + Namespace + `:)?([a-z][A-Za-z.]*)`)
	files, err := filepath.Glob(filepath.Join("..", "docs", "*.md"))
	require.NoError(t, err)
	checked := 0
	for _, file := range append(files, filepath.Join("..", "README.md")) {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, match := range set.FindAllStringSubmatch(string(text), -1) {
			checked++
			_, known := fieldAt(strings.TrimSuffix(match[1], "."))
			assert.Truef(t, known, "%s: %s: there is no such setting", file, match[0])
		}
		for _, match := range regexp.MustCompile("`([^`\n]+)`").FindAllStringSubmatch(string(text), -1) {
			parts := section.FindStringSubmatch(match[1])
			if parts == nil {
				continue
			}
			first, _, dotted := strings.Cut(parts[1], ".")
			_, ours := fieldAt(first)
			if !dotted && !strings.HasPrefix(match[1], Namespace+":") || dotted && !ours || goFile.MatchString(parts[1]) {
				continue // an everyday word, another tool's key, an expression of Go
			}
			checked++
			_, known := fieldAt(parts[1])
			assert.Truef(t, known, "%s: `%s`: there is no such setting", file, match[1])
		}
	}
	assert.Greater(t, checked, 30)
}

// goFile are names of files and of members of packages that are called like a section.
var goFile = regexp.MustCompile(`\.(go|md|[A-Z].*)$`)
