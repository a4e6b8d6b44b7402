package settings

import (
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// project whose guides are in docs.
const project = "careconnect"

// Every setting that the guides name exists, and every `pulumi config set` sets one.
func TestGuidesNameSettingsThatExist(t *testing.T) {
	section := regexp.MustCompile(`^(?:` + project + `:)?([a-z][A-Za-z]*(?:\.[a-z][A-Za-z]*)*)(?::.*)?$`)
	set := regexp.MustCompile(`pulumi config set (?:--[a-z]+ )*'?(?:` + project + `:)?([a-z][A-Za-z.]*)`)
	files, err := filepath.Glob(filepath.Join("..", "..", "docs", "*.md"))
	require.NoError(t, err)
	checked := 0
	for _, file := range append(files, filepath.Join("..", "..", "README.md")) {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, match := range set.FindAllStringSubmatch(string(text), -1) {
			checked++
			assert.Truef(t, isSetting(strings.TrimSuffix(match[1], ".")), "%s: %s: there is no such setting", file, match[0])
		}
		for _, match := range regexp.MustCompile("`([^`\n]+)`").FindAllStringSubmatch(string(text), -1) {
			parts := section.FindStringSubmatch(match[1])
			if parts == nil {
				continue
			}
			first, _, dotted := strings.Cut(parts[1], ".")
			if !dotted && !strings.HasPrefix(match[1], project+":") || dotted && !isSetting(first) || goFile.MatchString(parts[1]) {
				continue // an everyday word, another tool's key, an expression of Go
			}
			checked++
			assert.Truef(t, isSetting(parts[1]), "%s: `%s`: there is no such setting", file, match[1])
		}
	}
	assert.Greater(t, checked, 30)
}

// isSetting is true if the settings have the key, such as database.roles.imageTag. Elements of a map have any name.
func isSetting(key string) bool {
	typ := reflect.TypeFor[Settings]()
	for _, step := range strings.Split(key, ".") {
		for typ.Kind() == reflect.Slice || typ.Kind() == reflect.Pointer {
			typ = typ.Elem()
		}
		if typ.Kind() == reflect.Map {
			return true
		}
		if typ.Kind() != reflect.Struct {
			return false
		}
		found := false
		for _, field := range reflect.VisibleFields(typ) {
			if field.Tag.Get("setting") == step {
				typ, found = field.Type, true
				break
			}
		}
		if !found {
			return false
		}
	}
	return true
}

// goFile are names of files and of members of packages that are called like a section.
var goFile = regexp.MustCompile(`\.(go|md|[A-Z].*)$`)
