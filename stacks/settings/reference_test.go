package settings

import (
	"flag"
	"fmt"
	"go/ast"
	"go/doc/comment"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"

	"github.com/carebase/carebase/stacks/settings/decode"
)

var update = flag.Bool("update", false, "rewrite docs/settings.md, schema.yaml and the schema in each system's Pulumi.yaml")

const repository = "../.."

// generatedSchema is the comment above the schema in Pulumi.yaml. Everything from there on is generated.
const generatedSchema = "  # Schema of the settings, generated from stacks/settings: go test ./stacks/settings -update. See docs/settings.md.\n"

// The reference page and the schemas are what the types and their doc comments say.
func TestReferenceIsCurrent(t *testing.T) {
	docs := readComments(t)
	schema := docs.schema(t)
	compare(t, "schema.yaml", schema)
	compare(t, filepath.Join(repository, "docs", "settings.md"), docs.page())
	projects, err := filepath.Glob(filepath.Join(repository, "examples", "*", "Pulumi.yaml"))
	require.NoError(t, err)
	fixtures := filepath.Join(repository, "internal", "testdata", "careconnect")
	for _, path := range append(projects, filepath.Join(repository, "Pulumi.yaml"), filepath.Join(fixtures, "Pulumi.yaml")) {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		before, _, found := strings.Cut(string(text), generatedSchema)
		require.Truef(t, found, "%s has no line %q", path, generatedSchema)
		compare(t, path, before+generatedSchema+schema)
	}
}

func compare(t *testing.T, path, want string) {
	t.Helper()
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(want), 0o644))
		return
	}
	got, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equalf(t, want, string(got), "%s is stale: go test ./stacks/settings -update", path)
}

// comments are the doc comments of the package's types ("Network") and fields ("Network.Cidr").
type comments map[string]string

func readComments(t *testing.T) comments {
	t.Helper()
	found := comments{}
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
		require.NoError(t, err)
		ast.Inspect(file, func(node ast.Node) bool {
			declaration, is := node.(*ast.GenDecl)
			if !is || declaration.Tok != token.TYPE {
				return true
			}
			for _, spec := range declaration.Specs {
				declared := spec.(*ast.TypeSpec)
				found[declared.Name.Name] = flat(declaration.Doc.Text())
				if structure, is := declared.Type.(*ast.StructType); is {
					for _, field := range structure.Fields.List {
						for _, name := range field.Names {
							found[declared.Name.Name+"."+name.Name] = flat(field.Doc.Text())
						}
					}
				}
			}
			return true
		})
	}
	return found
}

// flat returns a doc comment as one line of text.
func flat(text string) string {
	var parser comment.Parser
	printer := comment.Printer{TextWidth: -1}
	return strings.TrimSpace(strings.ReplaceAll(string(printer.Text(parser.Parse(text))), "\n", " "))
}

// sentence returns the first sentence of a text.
func sentence(text string) string {
	if before, _, more := strings.Cut(text, ". "); more {
		return before + "."
	}
	return text
}

// of returns the description of a field: its comment.
func (c comments) of(structure reflect.Type, field reflect.StructField) string {
	return c[structure.Name()+"."+field.Name]
}

// section returns the struct type of a setting, or the setting's own type.
func section(typ reflect.Type) reflect.Type {
	for typ.Kind() == reflect.Pointer || typ.Kind() == reflect.Slice && typ.Elem().Kind() == reflect.Struct {
		typ = typ.Elem()
	}
	return typ
}

func optionalField(field reflect.StructField) bool { return field.Tag.Get("optional") != "" }

// schema is the section config of Pulumi.yaml. Pulumi asks for a default of each setting that may be left out.
func (c comments) schema(t *testing.T) string {
	var text strings.Builder
	typ := reflect.TypeFor[Settings]()
	for _, field := range reflect.VisibleFields(typ) {
		key := field.Tag.Get("setting")
		if key == "" {
			continue
		}
		description := sentence(c.of(typ, field))
		entry := yaml.Node{Kind: yaml.MappingNode}
		add := func(name string, value any) {
			var node yaml.Node
			require.NoError(t, node.Encode(value))
			entry.Content = append(entry.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: name}, &node)
		}
		var empty any
		switch field.Type.Kind() {
		case reflect.String:
			add("type", "string")
			empty = ""
		case reflect.Bool:
			add("type", "boolean")
		case reflect.Slice:
			add("type", "array")
			add("items", map[string]string{"type": "object"})
			empty = []string{}
		default:
			add("type", "object")
			empty = map[string]string{}
		}
		if inner := section(field.Type); inner.Kind() == reflect.Struct {
			description += " Settings: " + strings.Join(decode.Keys(inner), ", ") + "."
		}
		if optionalField(field) {
			add("default", empty)
		}
		add("description", description)
		written, err := yaml.Marshal(map[string]*yaml.Node{key: &entry})
		require.NoError(t, err)
		for _, line := range strings.Split(strings.TrimRight(strings.ReplaceAll(string(written), "    ", "  "), "\n"), "\n") {
			text.WriteString("  " + line + "\n")
		}
	}
	return text.String()
}

// page is docs/settings.md.
func (c comments) page() string {
	var text strings.Builder
	text.WriteString(`# Settings

Every setting of a stack, in ` + "`Pulumi.<stack>.yaml`" + `. Generated from package ` + "`stacks/settings`" + `: edit the types and their comments there, then
run ` + "`go test ./stacks/settings -update`" + `.

Keys are in the namespace of the project: ` + "`careconnect:network`" + ` in CareConnect. Settings and sections that are not marked as required may be left out;
a missing section brings no component. "PHI" is what HIPAA requires where ` + "`phi`" + ` is true.
`)
	c.table(&text, "Top level", "", reflect.TypeFor[Settings](), "")
	return text.String()
}

func (c comments) table(text *strings.Builder, title, prefix string, typ reflect.Type, intro string) {
	fmt.Fprintf(text, "\n## %s\n\n", title)
	if intro != "" {
		fmt.Fprintf(text, "%s\n\n", intro)
	}
	text.WriteString("| setting | type | what it is | PHI |\n| --- | --- | --- | --- |\n")
	type nested struct {
		key   string
		field reflect.StructField
	}
	var sections []nested
	for _, field := range reflect.VisibleFields(typ) {
		key := field.Tag.Get("setting")
		if key == "" {
			continue
		}
		inner := section(field.Type)
		if inner.Kind() == reflect.Struct {
			sections = append(sections, nested{key, field})
		}
		required := ", required"
		if optionalField(field) {
			required = ""
		}
		fmt.Fprintf(text, "| `%s` | %s%s | %s | %s |\n", prefix+key, kind(field), required, cell(c.describe(typ, field)), phiCell(field))
	}
	for _, s := range sections {
		key, suffix := prefix+s.key, ""
		if s.field.Type.Kind() == reflect.Slice {
			suffix = "[]"
		}
		c.table(text, "`"+key+suffix+"`", key+suffix+".", section(s.field.Type), c.of(typ, s.field))
	}
}

func (c comments) describe(typ reflect.Type, field reflect.StructField) string {
	text := c.of(typ, field)
	if section(field.Type).Kind() == reflect.Struct {
		return sentence(text)
	}
	if rule := field.Tag.Get("range"); rule != "" {
		lowest, highest := decode.Range(rule)
		text += fmt.Sprintf(" %d to %d.", lowest, highest)
	}
	if field.Tag.Get("secret") != "" {
		text += " Encrypted values only."
	}
	return text
}

func cell(text string) string { return strings.NewReplacer("|", `\|`, "<", "&lt;").Replace(text) }

func phiCell(field reflect.StructField) string {
	rule := field.Tag.Get("phi")
	if rule == "" {
		return ""
	}
	required, _ := decode.PHIRule(rule)
	return required + " (" + cite(field.Tag.Get("cfr")) + ")"
}

func kind(field reflect.StructField) string {
	switch typ := field.Type; {
	case typ.Kind() == reflect.String:
		return "text"
	case typ.Kind() == reflect.Bool:
		return "true or false"
	case typ.Kind() == reflect.Int:
		return "whole number"
	case typ.Kind() == reflect.Map:
		return "mapping of names to text"
	case typ.Kind() == reflect.Slice && typ.Elem().Kind() == reflect.String:
		return "list of texts"
	case typ.Kind() == reflect.Slice:
		return "list of sections"
	}
	return "section"
}

// Every type and field of the settings has a doc comment that ends with a full stop.
func TestEverySettingIsDescribed(t *testing.T) {
	docs := readComments(t)
	described := 0
	var check func(typ reflect.Type)
	check = func(typ reflect.Type) {
		for _, field := range reflect.VisibleFields(typ) {
			if field.Tag.Get("setting") == "" {
				continue
			}
			described++
			assert.Regexpf(t, `[.)]$`, docs.of(typ, field), "%s.%s", typ.Name(), field.Name)
			if inner := section(field.Type); inner.Kind() == reflect.Struct {
				check(inner)
			}
		}
	}
	check(reflect.TypeFor[Settings]())
	assert.Greater(t, described, 100)
}
