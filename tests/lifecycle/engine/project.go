package engine

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"testing"

	"gopkg.in/yaml.v3"
)

// Repository is the folder of the project, with its Pulumi.yaml.
func Repository() string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Clean(filepath.Join(filepath.Dir(file), "..", "..", ".."))
}

// build makes the Pulumi program once for all tests of a package: the language host would build it for each project.
var build = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "carebase-program-")
	if err != nil {
		return "", err
	}
	binary := filepath.Join(dir, "infra")
	cmd := exec.Command("go", "build", "-o", binary, "./infra")
	cmd.Dir = Repository()
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%s: %w\n%s", cmd, err, out)
	}
	return binary, nil
})

// Clean removes what tests share. TestMain calls it last.
func Clean() {
	if binary, err := build(); err == nil {
		os.RemoveAll(filepath.Dir(binary))
	}
}

// copyProject writes a copy of the project's file that runs the program as it is built, and the stack's file.
func copyProject(t testing.TB, dir, stack string) {
	t.Helper()
	binary, err := build()
	if err != nil {
		t.Fatal(err)
	}
	var project map[string]any
	read(t, filepath.Join(Repository(), "Pulumi.yaml"), &project)
	project["runtime"] = map[string]any{"name": "go", "options": map[string]any{"binary": binary}}
	delete(project, "main")
	write(t, filepath.Join(dir, "Pulumi.yaml"), project)

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
