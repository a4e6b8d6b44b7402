package tests

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// argumentsLeftOut are the arguments of components that no stack sets, or all arguments of a type, each with the reason. An argument that is neither set nor here
// is one that somebody forgot to give a setting; one that is here and set is out of date.
var argumentsLeftOut = map[string]string{
	"audit.Trail.Insights":               "GuardDuty looks for unusual calls already; CloudTrail bills each event that Insights reads",
	"database.Args.ReadReplicas":         "no service here reads from a replica in its own region",
	"database.Replica":                   "see database.Args.ReadReplicas",
	"observability.System.Queues":        "no stack has queues",
	"observability.Queue":                "no stack has queues",
	"rotation.Args":                      "no stack rotates its secrets yet; the exceptions to SM-1 in the settings say so, and expire",
	"rotation.ByHand":                    "see rotation.Args",
	"rotation.Cache":                     "see rotation.Args",
	"rotation.Database":                  "see rotation.Args",
	"rotation.Secret":                    "see rotation.Args",
	"service.ClusterRef":                 "made as a whole by Cluster.Ref",
	"service.TaskArgs.Tracing":           "no collector's image is in the stacks' repositories",
	"service.TaskArgs.User":              "the default, 1000:1000, is what the images are built for",
	"service.Tracing":                    "see service.TaskArgs.Tracing",
	"service.WebArgs.HealthCommand":      "the default asks for HealthPath by curl, which the images have",
	"service.WebArgs.SpotPercent":        "people depend on every task, and AWS takes Spot tasks back with two minutes' notice",
	"service.WebArgs.WaitForSteadyState": "the first update of a stack has no image yet, and would fail after waiting for one",
}

// module is the prefix of this repository's packages.
const module = "github.com/carebase/carebase/"

// A checker type-checks this repository's packages from their sources. Everything else is an empty package: of other modules'
// types nothing is known, and nothing is asked.
type checker struct {
	files    *token.FileSet
	packages map[string]*types.Package
	syntax   map[string][]*ast.File
	info     *types.Info
}

func newChecker() *checker {
	return &checker{
		files: token.NewFileSet(), packages: map[string]*types.Package{}, syntax: map[string][]*ast.File{},
		info: &types.Info{Uses: map[*ast.Ident]types.Object{}, Types: map[ast.Expr]types.TypeAndValue{}},
	}
}

func (c *checker) Import(of string) (*types.Package, error) {
	if known, ok := c.packages[of]; ok {
		return known, nil
	}
	if !strings.HasPrefix(of, module) {
		empty := types.NewPackage(of, path.Base(of))
		empty.MarkComplete()
		c.packages[of] = empty
		return empty, nil
	}
	folder := filepath.Join(repository, strings.TrimPrefix(of, module))
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	var files []*ast.File
	for _, entry := range entries {
		if name := entry.Name(); strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go") {
			file, err := parser.ParseFile(c.files, filepath.Join(folder, name), nil, parser.SkipObjectResolution)
			if err != nil {
				return nil, err
			}
			files = append(files, file)
		}
	}
	config := types.Config{Importer: c, Error: func(error) {}} // of what is not known much is wrong
	checked, _ := config.Check(of, c.files, files, c.info)
	c.packages[of], c.syntax[of] = checked, files
	return checked, nil
}

// componentPackages are the import paths below components, without internal ones.
func componentPackages(t *testing.T) []string {
	t.Helper()
	var found []string
	root := filepath.Join(repository, "components")
	require.NoError(t, filepath.WalkDir(root, func(file string, entry fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(file, ".go") && !strings.HasSuffix(file, "_test.go") && !strings.Contains(file, "/internal/") {
			folder, _ := filepath.Rel(repository, filepath.Dir(file))
			found = append(found, module+filepath.ToSlash(folder))
		}
		return err
	}))
	slices.Sort(found)
	return slices.Compact(found)
}

// arguments are the exported fields of every exported struct named Args or …Args, and of the structs of this repository that
// they are made of, by package, type and field.
func arguments(packages []*types.Package) map[string]*types.Var {
	found := map[string]*types.Var{}
	seen := map[types.Type]bool{}
	var add func(types.Type)
	add = func(t types.Type) {
		switch t := types.Unalias(t).(type) {
		case *types.Pointer:
			add(t.Elem())
		case *types.Slice:
			add(t.Elem())
		case *types.Map:
			add(t.Elem())
		case *types.Named:
			fields, is := t.Underlying().(*types.Struct)
			of := t.Obj()
			if !is || seen[t] || of.Pkg() == nil || !strings.HasPrefix(of.Pkg().Path(), module+"components/") ||
				strings.Contains(of.Pkg().Path(), "/internal/") || !of.Exported() || isComponent(fields) {
				return
			}
			seen[t] = true
			for field := range fields.Fields() {
				if field.Exported() && !field.Embedded() {
					found[of.Pkg().Name()+"."+of.Name()+"."+field.Name()] = field
				}
				add(field.Type())
			}
		}
	}
	for _, pkg := range packages {
		for _, name := range pkg.Scope().Names() {
			if object, is := pkg.Scope().Lookup(name).(*types.TypeName); is && object.Exported() && strings.HasSuffix(name, "Args") {
				add(object.Type())
			}
		}
	}
	return found
}

// isComponent is true for a component resource: its fields are results.
func isComponent(fields *types.Struct) bool {
	return fields.NumFields() > 0 && fields.Field(0).Embedded() && fields.Field(0).Name() == "ResourceState"
}

// settersOf are the fields that the files set: as keys of literals, in assignments, and positionally in whole literals.
func settersOf(files []*ast.File, info *types.Info) map[types.Object]bool {
	set := map[types.Object]bool{}
	for _, file := range files {
		ast.Inspect(file, func(node ast.Node) bool {
			switch node := node.(type) {
			case *ast.CompositeLit:
				setByLiteral(node, info, set)
			case *ast.AssignStmt:
				for _, left := range node.Lhs {
					if selector, is := left.(*ast.SelectorExpr); is {
						set[info.Uses[selector.Sel]] = true
					}
				}
			}
			return true
		})
	}
	return set
}

func setByLiteral(literal *ast.CompositeLit, info *types.Info, set map[types.Object]bool) {
	of := info.TypeOf(literal)
	if of == nil {
		return
	}
	if pointer, is := of.Underlying().(*types.Pointer); is {
		of = pointer.Elem()
	}
	fields, is := of.Underlying().(*types.Struct)
	if !is {
		return
	}
	for i, element := range literal.Elts {
		if pair, keyed := element.(*ast.KeyValueExpr); keyed {
			if name, is := pair.Key.(*ast.Ident); is {
				set[info.Uses[name]] = true
			}
		} else if i < fields.NumFields() {
			set[fields.Field(i)] = true
		}
	}
}

// unread are the settings that no composition reads, or all settings of a type, each with the reason.
var unread = map[string]string{
	"Cache.EngineVersion":   "checked only: components/cache builds one version",
	"Exception.Reason":      "read by audits: policy.Exception",
	"Exception.Owner":       "read by audits: policy.Exception",
	"Exception.Expires":     "read by audits: policy.Exception",
	"Network.ReservedCidrs": "checked only: Cidr must not overlap them",
	"Recovery.ActivatedAt":  "checked only: it records a decision that cannot be taken back",
}

// A setting that is decoded and checked but read by no composition would change nothing, without a message.
func TestEverySettingIsRead(t *testing.T) {
	c := newChecker()
	_, err := c.Import(module + "stacks")
	require.NoError(t, err)
	pkg, err := c.Import(module + "stacks/settings")
	require.NoError(t, err)
	read := map[types.Object]bool{}
	for _, file := range slices.Concat(c.syntax[module+"stacks"], c.syntax[module+"stacks/settings"]) {
		ast.Inspect(file, func(node ast.Node) bool {
			if function, is := node.(*ast.FuncDecl); is && strings.HasPrefix(function.Name.Name, "check") {
				return false // a check of the settings
			}
			if name, is := node.(*ast.Ident); is && c.info.Uses[name] != nil {
				read[c.info.Uses[name]] = true
			}
			return true
		})
	}
	checked := 0
	for _, name := range pkg.Scope().Names() {
		fields, is := pkg.Scope().Lookup(name).Type().Underlying().(*types.Struct)
		if !is {
			continue
		}
		for i := range fields.NumFields() {
			if !strings.Contains(fields.Tag(i), "setting:") {
				continue
			}
			checked++
			reason := unread[name] + unread[name+"."+fields.Field(i).Name()]
			assert.Equal(t, reason == "", read[fields.Field(i)], "%s.%s is read by no composition, or is and still in unread", name, fields.Field(i).Name())
		}
	}
	assert.Greater(t, checked, 80)
}

// Every argument of every component is set by the stacks, or by a component that the stacks are made of, or is left out for a
// reason.
func TestEveryArgumentIsSetOrLeftOutForAReason(t *testing.T) {
	c := newChecker()
	var packages []*types.Package
	for _, of := range append(componentPackages(t), module+"stacks") {
		pkg, err := c.Import(of)
		require.NoError(t, err)
		packages = append(packages, pkg)
	}
	declared := arguments(packages)
	require.Greater(t, len(declared), 150, "the components' arguments are not found")

	// A package that sets its own arguments gives defaults, which is no setting.
	setBy := map[string]map[types.Object]bool{}
	for of, files := range c.syntax {
		setBy[of] = settersOf(files, c.info)
	}
	isSet := func(field *types.Var) bool {
		for of, fields := range setBy {
			if of != field.Pkg().Path() && fields[field] {
				return true
			}
		}
		return false
	}
	used := map[string]bool{}
	for _, name := range slices.Sorted(maps.Keys(declared)) {
		entry := name
		if of := name[:strings.LastIndex(name, ".")]; argumentsLeftOut[of] != "" {
			entry = of
		}
		reason, left := argumentsLeftOut[entry]
		used[entry] = true
		switch set := isSet(declared[name]); {
		case !set && !left:
			assert.Fail(t, "no stack sets "+name, "give it a setting, or say in argumentsLeftOut why there is none")
		case set && left:
			assert.Fail(t, name+" is set, and still in argumentsLeftOut", reason)
		}
	}
	for _, entry := range slices.Sorted(maps.Keys(argumentsLeftOut)) {
		assert.True(t, used[entry], "%s is in argumentsLeftOut, and there is no such argument", entry)
		assert.Greater(t, len(argumentsLeftOut[entry]), 15, "%s is left out without a reason", entry)
	}
}
