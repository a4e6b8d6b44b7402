// Package stackfile reads and edits Pulumi.<stack>.yaml as the document that people wrote: with the types of its values,
// every spelling of its keys, what in it is encrypted, and its lines. Pulumi's own reader drops all four.
package stackfile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// A File is a stack's settings file.
type File struct {
	Path     string
	text     []byte
	document yaml.Node
}

// Read reads a file.
func Read(path string) (*File, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return Parse(path, text)
}

// Parse reads the text of a file.
func Parse(path string, text []byte) (*File, error) {
	f := &File{Path: path, text: text}
	// Pulumi drops a byte order mark, too.
	documents := yaml.NewDecoder(bytes.NewReader(bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))))
	if err := documents.Decode(&f.document); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	var second yaml.Node
	switch err := documents.Decode(&second); {
	case err != nil && !errors.Is(err, io.EOF):
		return nil, fmt.Errorf("%s: %w", path, err)
	case len(second.Content) > 0 && second.Content[0].ShortTag() != "!!null":
		return nil, fmt.Errorf("%s: line %d: a second YAML document, which Pulumi does not read: move its settings into the first",
			path, second.Content[0].Line)
	}
	return f, nil
}

// Text of the file.
func (f *File) Text() []byte { return f.text }

// A Setting is an entry of the file's section config.
type Setting struct {
	// Written is the key as it stands there: network, clinic:network or clinic:config:network, which Pulumi takes
	// for the same.
	Written string
	// Key in full: clinic:network.
	Key   string
	Line  int
	Value *Value
}

// Settings of the file, in its order. project is the namespace of keys that have none.
func (f *File) Settings(project string) []Setting {
	config := f.config()
	if config == nil {
		return nil
	}
	var found []Setting
	for _, m := range fromNode(config).Members {
		found = append(found, Setting{Written: m.Key, Key: FullKey(project, m.Key), Line: m.Line, Value: m.Value})
	}
	return found
}

// FullKey is the key in the form namespace:name.
func FullKey(project, key string) string {
	parts := strings.Split(key, ":")
	switch {
	case len(parts) == 1:
		return project + ":" + key
	case len(parts) == 3 && parts[1] == "config": // what every key had to be like once
		return parts[0] + ":" + parts[2]
	}
	return key
}

// pulumiSections are the top-level keys that Pulumi reads (workspace.ProjectStack in pulumi/sdk/go/common/workspace/project.go).
var pulumiSections = []string{"config", "encryptedkey", "encryptionsalt", "environment", "secretsprovider"}

// Unread returns the top-level keys that Pulumi ignores, such as a setting that is not indented below config.
func (f *File) Unread() []Member {
	if len(f.document.Content) == 0 || f.document.Content[0].Kind != yaml.MappingNode {
		return nil
	}
	return slices.DeleteFunc(members(f.document.Content[0]), func(m Member) bool { return slices.Contains(pulumiSections, m.Key) })
}

// config is the section of that name, or nil.
func (f *File) config() *yaml.Node {
	if len(f.document.Content) == 0 || f.document.Content[0].Kind != yaml.MappingNode {
		return nil
	}
	root := f.document.Content[0]
	for i := 0; i+1 < len(root.Content); i += 2 {
		if node := root.Content[i+1]; root.Content[i].Value == "config" {
			for node.Kind == yaml.AliasNode {
				node = node.Alias
			}
			return node
		}
	}
	return nil
}

// Lookup is the scalar at a path of member names, in whichever spelling its first is; "" where there is none.
func (f *File) Lookup(project string, path ...string) string {
	for _, setting := range f.Settings(project) {
		if setting.Key != FullKey(project, path[0]) {
			continue
		}
		value := setting.Value
		for _, name := range path[1:] {
			value = value.member(name)
		}
		if value.Scalar() {
			return value.Text
		}
	}
	return ""
}

func (v *Value) member(name string) *Value {
	for _, member := range v.Members {
		if member.Key == name {
			return member.Value
		}
	}
	return &Value{Kind: Null}
}

// Others are the settings files of the other stacks of the same project, in order of their names. Those that cannot be read
// are left out: a command for that stack reports the error.
func (f *File) Others() []*File {
	extension := filepath.Ext(f.Path)
	paths, err := filepath.Glob(filepath.Join(filepath.Dir(f.Path), "Pulumi.*"+extension))
	if err != nil {
		return nil // a folder whose name is a bad pattern
	}
	var others []*File
	for _, path := range paths {
		if other, err := Read(path); err == nil && filepath.Base(path) != filepath.Base(f.Path) {
			others = append(others, other)
		}
	}
	return others
}
