package limits

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A pattern that settings and a component, or two components, both write down is one fact in two places, of which one will
// be changed alone. It belongs here.
func TestAPatternIsWrittenOnce(t *testing.T) {
	places := map[string][]string{}
	for _, root := range []string{"../../components", "../../stacks"} {
		require.NoError(t, filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
				return err
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
			if err != nil {
				return err
			}
			ast.Inspect(file, func(node ast.Node) bool {
				call, is := node.(*ast.CallExpr)
				if !is || len(call.Args) != 1 {
					return true
				}
				function, is := call.Fun.(*ast.SelectorExpr)
				literal, isLiteral := call.Args[0].(*ast.BasicLit)
				if is && isLiteral && function.Sel.Name == "MustCompile" {
					places[literal.Value] = append(places[literal.Value], path)
				}
				return true
			})
			return nil
		}))
	}
	require.Greater(t, len(places), 30)
	for pattern, files := range places {
		slices.Sort(files)
		assert.Lenf(t, slices.Compact(files), 1, "%s is written down twice", pattern)
	}
}
