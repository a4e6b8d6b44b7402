package engine

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"gopkg.in/yaml.v3"
)

// Repository is the folder of the project, with its Pulumi.yaml.
func Repository() string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Clean(filepath.Join(filepath.Dir(file), "..", "..", ".."))
}

// copyProject writes a copy of the project's file that runs the program as it is built.
func copyProject(t testing.TB, dir string) {
	t.Helper()
	var project map[string]any
	read(t, filepath.Join(Repository(), "Pulumi.yaml"), &project)
	project["runtime"] = map[string]any{"name": "go", "options": map[string]any{"binary": must(t, program)}}
	delete(project, "main")
	write(t, filepath.Join(dir, "Pulumi.yaml"), project)
}

// copySettings writes a copy of the stack's file.
func copySettings(t testing.TB, dir, stack string) {
	t.Helper()
	var settings map[string]any
	read(t, filepath.Join(Repository(), stackFile(stack)), &settings)
	write(t, filepath.Join(dir, stackFile(stack)), settings)
}

func stackFile(stack string) string { return "Pulumi." + stack + ".yaml" }

func read(t testing.TB, path string, into any) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err == nil {
		err = yaml.Unmarshal(text, into)
	}
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}

func write(t testing.TB, path string, value any) {
	t.Helper()
	text, err := yaml.Marshal(value)
	if err == nil {
		err = os.WriteFile(path, text, 0o644)
	}
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}
