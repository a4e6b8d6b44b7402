package stackfile

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// A Change of one scalar of a setting that is a mapping.
type Change struct {
	Section, Name string
	// Value in YAML: true, 3, "text in quotes". Empty takes the member away.
	Value string
}

// Edit makes the changes in the file, and leaves every other byte of it as it is: comments, blank lines, quotes and order,
// which a YAML encoder would not. What it cannot do so it refuses, and then the file stays as it was. project is the
// namespace of keys that have none.
func Edit(path, project string, changes ...Change) error {
	path, err := filepath.EvalSymlinks(path)
	if err != nil {
		return err
	}
	before, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	text := before
	for _, change := range changes {
		if text, err = edited(path, project, text, change); err != nil {
			return fmt.Errorf("%s: %s.%s cannot be set: %w; set it by hand", path, change.Section, change.Name, err)
		}
	}
	if bytes.Equal(text, before) {
		return nil
	}
	return replace(path, text)
}

// Keep runs something that may write the file anew, such as a command of Pulumi's that puts an encryptionsalt in, and puts
// the file back as it was: without blank lines, and with true in quotes, it is no longer what people wrote. The state has the
// salt as well. Where somebody has meanwhile changed a setting, the file stays as it is.
func Keep(path string, run func() error) error {
	before, err := os.ReadFile(path)
	if err != nil {
		return run() // there is no such file, and Pulumi has its own way to say so
	}
	failed := run()
	after, err := os.ReadFile(path)
	if err != nil || bytes.Equal(before, after) || !sameSettings(path, before, after) {
		return failed
	}
	return errors.Join(failed, replace(path, before))
}

// sameSettings is true for two texts that Pulumi reads alike: it writes scalars of the top level as text.
func sameSettings(path string, before, after []byte) bool {
	a, err := Parse(path, before)
	if err != nil {
		return false
	}
	b, err := Parse(path, after)
	if err != nil {
		return false
	}
	return maps.EqualFunc(texts(a), texts(b), slices.Equal)
}

// texts of the settings, by their key.
func texts(f *File) map[string][]string {
	found := map[string][]string{}
	for _, setting := range f.Settings("") {
		found[setting.Key] = setting.Value.texts(nil)
	}
	return found
}

func (v *Value) texts(found []string) []string {
	if v.Kind != List && v.Kind != Mapping {
		return append(found, v.Text)
	}
	for _, item := range v.Items {
		found = item.texts(append(found, "-"))
	}
	members := slices.Clone(v.Members)
	slices.SortFunc(members, func(a, b Member) int { return strings.Compare(a.Key, b.Key) })
	for _, member := range members {
		found = member.Value.texts(append(found, member.Key))
	}
	return found
}

// replace writes the file whole or not at all.
func replace(path string, text []byte) error {
	mode := os.FileMode(0o644)
	if info, err := os.Stat(path); err == nil {
		mode = info.Mode().Perm()
	}
	temporary, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer os.Remove(temporary.Name()) // it is gone where the renaming succeeded
	_, err = temporary.Write(text)
	if err = errors.Join(err, temporary.Chmod(mode), temporary.Sync(), temporary.Close()); err != nil {
		return err
	}
	return os.Rename(temporary.Name(), path)
}

func edited(path, project string, text []byte, change Change) ([]byte, error) {
	f, err := Parse(path, text)
	if err != nil {
		return nil, err
	}
	section := f.section(project, change.Section)
	if section == nil || section.Kind != yaml.MappingNode {
		return nil, errors.New("the file has no such section")
	}
	after, err := splice(text, section, change)
	if err != nil {
		return nil, err
	}
	if err := differsIn(project, text, after, change); err != nil {
		return nil, err
	}
	return after, nil
}

// section is the value of a setting, or nil.
func (f *File) section(project, name string) *yaml.Node {
	config := f.config()
	if config == nil {
		return nil
	}
	for i := 0; i+1 < len(config.Content); i += 2 {
		if FullKey(project, config.Content[i].Value) == FullKey(project, name) {
			return config.Content[i+1]
		}
	}
	return nil
}

// splice is the text with the change, by the places that the parser tells.
func splice(text []byte, section *yaml.Node, change Change) ([]byte, error) {
	var key, value *yaml.Node
	for i := 0; i+1 < len(section.Content); i += 2 {
		if section.Content[i].Value == change.Name {
			key, value = section.Content[i], section.Content[i+1]
		}
	}
	flow := section.Style&yaml.FlowStyle != 0
	switch {
	case key == nil && change.Value == "":
		return text, nil
	case key == nil && flow:
		member := change.Name + ": " + change.Value
		if len(section.Content) > 0 {
			member += ", "
		}
		return insert(text, offset(text, section.Line, section.Column)+1, member), nil
	case key == nil:
		return insertLine(text, section, change)
	}
	begin := offset(text, value.Line, value.Column)
	end, ok := scalarEnd(text, begin, value)
	switch {
	case !ok:
		return nil, errors.New("it is no text, number or boolean on one line")
	case change.Value == "" && flow:
		return nil, errors.New("it is in braces, from which only people take something out")
	case change.Value == "":
		line := offset(text, key.Line, 1)
		next := offset(text, key.Line+1, 1)
		return append(append([]byte{}, text[:line]...), text[next:]...), nil
	case value.Value == "" && value.Style == 0: // nothing, after the key's colon
		after := offset(text, key.Line, key.Column) + len(key.Value) + 1
		return insert(text, after, " "+change.Value), nil
	}
	return append(append(append([]byte{}, text[:begin]...), change.Value...), text[end:]...), nil
}

// insertLine puts a member after the last one that is a scalar.
func insertLine(text []byte, section *yaml.Node, change Change) ([]byte, error) {
	if len(section.Content) == 0 {
		return nil, errors.New("the section is empty")
	}
	indent := strings.Repeat(" ", section.Content[0].Column-1)
	at := offset(text, section.Content[0].Line, 1)
	for i := 0; i+1 < len(section.Content); i += 2 {
		value := section.Content[i+1]
		if _, ok := scalarEnd(text, offset(text, value.Line, value.Column), value); ok {
			at = offset(text, value.Line+1, 1)
		}
	}
	line := indent + change.Name + ": " + change.Value + "\n"
	if at > 0 && text[at-1] != '\n' {
		line = "\n" + strings.TrimSuffix(line, "\n")
	}
	return insert(text, at, line), nil
}

func insert(text []byte, at int, what string) []byte {
	return append(append(append([]byte{}, text[:at]...), what...), text[at:]...)
}

// offset of a line and column, which count from 1, the column in characters. Past the end it is the end.
func offset(text []byte, line, column int) int {
	at := 0
	for ; line > 1; line-- {
		next := bytes.IndexByte(text[at:], '\n')
		if next < 0 {
			return len(text)
		}
		at += next + 1
	}
	for _, character := range string(text[at:]) {
		if column <= 1 {
			break
		}
		at += len(string(character))
		column--
	}
	return at
}

// scalarEnd is where a scalar on one line ends that begins there.
func scalarEnd(text []byte, begin int, node *yaml.Node) (int, bool) {
	if node.Kind != yaml.ScalarNode || begin > len(text) {
		return 0, false
	}
	line := text[begin:]
	if next := bytes.IndexByte(line, '\n'); next >= 0 {
		line = line[:next]
	}
	switch node.Style {
	case 0:
		return begin + len(node.Value), bytes.HasPrefix(line, []byte(node.Value))
	case yaml.DoubleQuotedStyle, yaml.SingleQuotedStyle:
		quote := line[0]
		for i := 1; i < len(line); i++ {
			switch {
			case line[i] == '\\' && quote == '"':
				i++
			case line[i] == quote && quote == '\'' && i+1 < len(line) && line[i+1] == quote:
				i++
			case line[i] == quote:
				return begin + i + 1, true
			}
		}
	}
	return 0, false
}

// differsIn sees that two texts differ in the change and in nothing else.
func differsIn(project string, before, after []byte, change Change) error {
	read := func(text []byte) (whole map[string]any, section map[string]any, err error) {
		if err := yaml.Unmarshal(text, &whole); err != nil {
			return nil, nil, err
		}
		config, _ := whole["config"].(map[string]any)
		for key, value := range config {
			if FullKey(project, key) == FullKey(project, change.Section) {
				section, _ = value.(map[string]any)
			}
		}
		if section == nil {
			return nil, nil, errors.New("the section would be lost")
		}
		return whole, section, nil
	}
	want, wanted, err := read(before)
	if err != nil {
		return err
	}
	got, _, err := read(after)
	if err != nil {
		return err
	}
	delete(wanted, change.Name)
	if change.Value != "" {
		var value any
		if err := yaml.Unmarshal([]byte(change.Value), &value); err != nil {
			return err
		}
		wanted[change.Name] = value
	}
	if !reflect.DeepEqual(want, got) {
		return errors.New("the file is written in a way that the change would damage")
	}
	return nil
}
