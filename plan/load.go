package plan

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/config"
	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"

	"github.com/carebase/carebase/internal/stackfile"
)

// Load reads the project that dir belongs to and the configuration of one of its stacks, as `pulumi` would, and
// returns a Program that lacks only its function. Values that the project sets or defaults are filled in.
// Encrypted values are not decrypted: each is "[secret]" and listed in Secrets.
func Load(dir, stack string) (Program, error) {
	path, project, stackPath, err := locate(dir, stack)
	if err != nil {
		return Program{}, err
	}
	settings, err := workspace.LoadProjectStack(nil, project, stackPath)
	if err != nil {
		return Program{}, fmt.Errorf("%s: %w", stackPath, err)
	}
	if imports := settings.Environment.Imports(); len(imports) > 0 {
		return Program{}, fmt.Errorf("%s: environment = [%s]: a plan cannot open Pulumi ESC environments, they are in Pulumi Cloud; "+
			"plan a stack whose values are in its file", stackPath, strings.Join(imports, ", "))
	}
	file, err := stackfile.Parse(stackPath, settings.RawValue())
	if err != nil {
		return Program{}, err
	}
	if err := applyProject(project, settings.Config); err != nil {
		return Program{}, fmt.Errorf("%s: %w", path, err)
	}
	// The blinding crypter answers "[secret]" for whatever is encrypted: a plan never holds the value itself.
	values, err := settings.Config.Decrypt(config.BlindingCrypter)
	if err != nil {
		return Program{}, fmt.Errorf("%s: %w", stackPath, err)
	}

	program := Program{Project: string(project.Name), Stack: stack, Config: make(map[string]string, len(values)), File: file}
	for key, value := range values {
		program.Config[key.String()] = value
	}
	for _, key := range settings.Config.SecureKeys() {
		program.Secrets = append(program.Secrets, key.String())
	}
	for name, declared := range project.Config {
		if declared.Secret {
			program.Secrets = append(program.Secrets, fullKey(project, name))
		}
	}
	program.Secrets = sorted(program.Secrets)
	return program, nil
}

// StackFile is the file that a stack of the project that dir belongs to is configured by.
func StackFile(dir, stack string) (string, error) {
	_, _, path, err := locate(dir, stack)
	return path, err
}

// locate finds the project that dir belongs to and the configuration of one of its stacks.
func locate(dir, stack string) (path string, project *workspace.Project, stackPath string, err error) {
	path, err = workspace.DetectProjectPathFrom(dir)
	if err != nil {
		return "", nil, "", fmt.Errorf("looking for a Pulumi project from %s upwards: %w", dir, err)
	}
	if path == "" {
		return "", nil, "", fmt.Errorf("there is no Pulumi.yaml in %s or above it", dir)
	}
	project, err = workspace.LoadProject(path)
	if err != nil {
		return "", nil, "", fmt.Errorf("%s: %w", path, err)
	}
	stackPath = filepath.Join(filepath.Dir(path), project.StackConfigDir, "Pulumi."+stack+filepath.Ext(path))
	if _, err := os.Stat(stackPath); errors.Is(err, fs.ErrNotExist) {
		return "", nil, "", fmt.Errorf("there is no stack %q: %s does not exist%s", stack, stackPath, stacksBeside(stackPath))
	}
	return path, project, stackPath, nil
}

// applyProject gives the stack what the project sets for every stack and what it declares as default.
func applyProject(project *workspace.Project, settings config.Map) error {
	spelt := map[config.Key]string{}
	for name, declared := range project.Config {
		key, err := config.ParseKey(fullKey(project, name))
		if err != nil {
			return fmt.Errorf("config %q: %w", name, err)
		}
		if other, twice := spelt[key]; twice {
			return fmt.Errorf("config has %q and %q, which are one key, of which Pulumi would take either: leave one", min(name, other), max(name, other))
		}
		spelt[key] = name
		if _, set := settings[key]; set {
			continue
		}
		value := declared.Value
		if value == nil {
			value = declared.Default
		}
		if value == nil {
			continue
		}
		if text, ok := value.(string); ok {
			settings[key] = config.NewValue(text)
			continue
		}
		text, err := json.Marshal(value)
		if err != nil {
			return fmt.Errorf("config %q: %w", name, err)
		}
		switch value.(type) {
		case map[string]any, []any:
			settings[key] = config.NewObjectValue(string(text))
		default:
			settings[key] = config.NewValue(string(text))
		}
	}
	return nil
}

func fullKey(project *workspace.Project, name string) string {
	if strings.Contains(name, ":") {
		return name
	}
	return string(project.Name) + ":" + name
}

// stacksBeside names the stacks there are, for an error.
func stacksBeside(stackPath string) string {
	files, _ := filepath.Glob(filepath.Join(filepath.Dir(stackPath), "Pulumi.*"+filepath.Ext(stackPath)))
	var names []string
	for _, file := range files {
		name := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(file), "Pulumi."), filepath.Ext(file))
		names = append(names, name)
	}
	if len(names) == 0 {
		return ""
	}
	slices.Sort(names)
	return "; there are " + strings.Join(names, ", ")
}

// ProjectName returns the name of the project that dir belongs to.
func ProjectName(dir string) (string, error) {
	path, err := workspace.DetectProjectPathFrom(dir)
	if err != nil || path == "" {
		return "", fmt.Errorf("there is no Pulumi.yaml in %s or above it", dir)
	}
	project, err := workspace.LoadProject(path)
	if err != nil {
		return "", fmt.Errorf("%s: %w", path, err)
	}
	return string(project.Name), nil
}
