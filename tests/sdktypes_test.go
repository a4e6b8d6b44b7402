package tests

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/graph"
)

// sdk reads the types of inputs from the source of Pulumi's SDK for AWS. The compiler checks resources of the SDK; a
// resource that the program registers by its token, as those of wafv2, is checked by nobody else.
type sdk struct {
	dir      string
	packages map[string]map[string]ast.Expr // by package and name, declared types
}

func newSDK(t *testing.T) *sdk {
	t.Helper()
	cmd := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/pulumi/pulumi-aws/sdk/v7")
	cmd.Dir = repository
	out, err := cmd.Output()
	require.NoError(t, err)
	return &sdk{dir: filepath.Join(strings.TrimSpace(string(out)), "go", "aws"), packages: map[string]map[string]ast.Expr{}}
}

// declared are the types of a package, read once.
func (s *sdk) declared(t *testing.T, pkg string) map[string]ast.Expr {
	t.Helper()
	if s.packages[pkg] != nil {
		return s.packages[pkg]
	}
	types := map[string]ast.Expr{}
	files, err := filepath.Glob(filepath.Join(s.dir, pkg, "*.go"))
	require.NoError(t, err)
	for _, file := range files {
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		for _, declaration := range parsed.Decls {
			if general, ok := declaration.(*ast.GenDecl); ok && general.Tok == token.TYPE {
				for _, spec := range general.Specs {
					types[spec.(*ast.TypeSpec).Name.Name] = spec.(*ast.TypeSpec).Type
				}
			}
		}
	}
	s.packages[pkg] = types
	return types
}

// arguments is the type of a resource's inputs: webAclArgs of aws:wafv2/webAcl:WebAcl.
func (s *sdk) arguments(t *testing.T, resourceType string) (pkg string, arguments ast.Expr) {
	t.Helper()
	module, name := strings.Split(resourceType, ":")[1], strings.Split(resourceType, ":")[2]
	pkg, _, _ = strings.Cut(module, "/")
	return pkg, s.declared(t, pkg)[strings.ToLower(name[:1])+name[1:]+"Args"]
}

// differences are where a value is not of the type.
func (s *sdk) differences(t *testing.T, pkg string, want ast.Expr, value any, path string) []string {
	t.Helper()
	if unknown(value) {
		return nil
	}
	differs := func(what string) []string {
		return []string{fmt.Sprintf("%s is %v: it has to be %s", path, value, what)}
	}
	switch want := want.(type) {
	case *ast.StarExpr:
		return s.differences(t, pkg, want.X, value, path)
	case *ast.ArrayType:
		list, ok := value.([]any)
		if !ok {
			return differs("a list")
		}
		var found []string
		for i, element := range list {
			found = append(found, s.differences(t, pkg, want.Elt, element, path+"["+strconv.Itoa(i)+"]")...)
		}
		return found
	case *ast.MapType:
		object, ok := value.(map[string]any)
		if !ok {
			return differs("a mapping")
		}
		var found []string
		for _, key := range slices.Sorted(maps.Keys(object)) {
			found = append(found, s.differences(t, pkg, want.Value, object[key], path+"."+key)...)
		}
		return found
	case *ast.StructType:
		return s.members(t, pkg, want, value, path)
	case *ast.Ident:
		switch _, isNumber := value.(float64); want.Name {
		case "string":
			if _, ok := value.(string); !ok {
				return differs("a text")
			}
		case "bool":
			if _, ok := value.(bool); !ok {
				return differs("a boolean")
			}
		case "float64":
			if !isNumber {
				return differs("a number")
			}
		case "int":
			if n, _ := value.(float64); !isNumber || n != float64(int64(n)) {
				return differs("a whole number")
			}
		default:
			declared := s.declared(t, pkg)[want.Name]
			require.NotNilf(t, declared, "%s: the SDK has no type %s.%s", path, pkg, want.Name)
			return s.differences(t, pkg, declared, value, path)
		}
	}
	return nil // interface{}, and assets and archives of Pulumi's own
}

func (s *sdk) members(t *testing.T, pkg string, want *ast.StructType, value any, path string) []string {
	t.Helper()
	object, ok := value.(map[string]any)
	if !ok {
		return []string{fmt.Sprintf("%s is %v: it has to be an object", path, value)}
	}
	var found []string
	known := map[string]bool{}
	for _, field := range want.Fields.List {
		tag, err := strconv.Unquote(field.Tag.Value)
		require.NoError(t, err)
		name := reflect.StructTag(tag).Get("pulumi")
		known[name] = true
		at := strings.TrimPrefix(path+"."+name, ".")
		if object[name] != nil {
			found = append(found, s.differences(t, pkg, field.Type, object[name], at)...)
			continue
		}
		if _, optional := field.Type.(*ast.Ident); optional { // not a pointer, a list or a mapping
			found = append(found, at+" is missing")
		}
	}
	for _, key := range slices.Sorted(maps.Keys(object)) {
		if !known[key] {
			found = append(found, strings.TrimPrefix(path+"."+key, ".")+" is no argument")
		}
	}
	return found
}

func TestEveryInputIsOneOfTheSDK(t *testing.T) {
	s := newSDK(t)
	checked := 0
	for stack, g := range everyPlan(t) {
		for _, r := range g.Resources {
			if !r.Custom || r.Package() != "aws" || r.IsProvider() {
				continue
			}
			pkg, arguments := s.arguments(t, r.Type)
			if !assert.NotNilf(t, arguments, "%s: the SDK has no resource %s", stack, r.Type) {
				continue
			}
			checked++
			assert.Emptyf(t, s.differences(t, pkg, arguments, sdkInputs(r), ""), "%s: %s", stack, r.URN)
		}
	}
	assert.Greater(t, checked, 1000)
}

// sdkInputs leaves out what the engine adds to inputs.
func sdkInputs(r *graph.Resource) map[string]any {
	inputs := r.Readable()
	maps.DeleteFunc(inputs, func(key string, _ any) bool { return strings.HasPrefix(key, "__") })
	return inputs
}

// What the comparison is there for: mistakes in a resource that the program registers by its token.
func TestADifferenceFromTheSDKIsNoticed(t *testing.T) {
	s := newSDK(t)
	acl := planned(t, "prod").OfType("aws:wafv2/webAcl:WebAcl")[0]
	pkg, arguments := s.arguments(t, acl.Type)
	visibility := func(in map[string]any) map[string]any {
		return in["rules"].([]any)[0].(map[string]any)["visibilityConfig"].(map[string]any)
	}
	for want, change := range map[string]func(map[string]any){
		"ruless is no argument":                                                          func(in map[string]any) { in["ruless"] = []any{} },
		"rules[0].visibilityConfig.metric is no argument":                                func(in map[string]any) { visibility(in)["metric"] = "m" },
		"rules[0].visibilityConfig.metricName is missing":                                func(in map[string]any) { delete(visibility(in), "metricName") },
		"rules[0].visibilityConfig.metricName is 1: it has to be a text":                 func(in map[string]any) { visibility(in)["metricName"] = 1.0 },
		"rules[0].priority is 1.5: it has to be a whole number":                          func(in map[string]any) { in["rules"].([]any)[0].(map[string]any)["priority"] = 1.5 },
		"rules[0].visibilityConfig.sampledRequestsEnabled is no: it has to be a boolean": func(in map[string]any) { visibility(in)["sampledRequestsEnabled"] = "no" },
		"rules is all: it has to be a list":                                              func(in map[string]any) { in["rules"] = "all" },
		"scope is missing":                                                               func(in map[string]any) { delete(in, "scope") },
	} {
		inputs := sdkInputs(acl)
		change(inputs)
		assert.Equal(t, []string{want}, s.differences(t, pkg, arguments, inputs, ""))
	}
}
