// Package archive builds the functions of this module for AWS Lambda: one zip file a function, with the executable bootstrap
// for linux/arm64 (runtime provided.al2023). The same sources and the same version of Go give the same bytes on every machine,
// so an update of the stack replaces a function's code only if the code changed.
// https://docs.aws.amazon.com/lambda/latest/dg/golang-package.html
package archive

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Folder is where the archives are, relative to the root of the project.
const Folder = "functions/dist"

// executable is the name that the runtime provided.al2023 starts.
const executable = "bootstrap"

// modified is the time of the file in the archive: the earliest that the format has.
var modified = time.Date(1980, time.January, 1, 0, 0, 0, 0, time.UTC)

// Name returns the file name of a function's archive.
func Name(function string) string { return function + ".zip" }

// Missing returns an error that says how to build the archive, if there is no file at the path.
func Missing(path string) error {
	if _, err := os.Stat(path); err != nil {
		return fmt.Errorf("%w\nBuild the functions first: go run github.com/carebase/carebase/functions/build", err)
	}
	return nil
}

// Build builds a function from its package, such as github.com/carebase/carebase/functions/rotation, and writes the archive to
// output. Dir is a folder of the module that requires the package. Build writes either the whole archive or nothing.
func Build(ctx context.Context, dir, pkg, output string) error {
	folder, err := os.MkdirTemp("", "function")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	binary := filepath.Join(folder, executable)
	if err := compile(ctx, dir, pkg, binary); err != nil {
		return err
	}
	code, err := os.ReadFile(binary)
	if err != nil {
		return err
	}
	zipped, err := pack(code)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(output), 0o755); err != nil {
		return err
	}
	// A file of a killed build must not look like an archive.
	partial := output + ".partial"
	if err := os.WriteFile(partial, zipped, 0o644); err != nil {
		return err
	}
	return os.Rename(partial, output)
}

// compile leaves out what differs from machine to machine: paths, version control, the build ID, C libraries.
func compile(ctx context.Context, dir, pkg, output string) error {
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=false", "-mod=readonly",
		"-tags=lambda.norpc", "-ldflags=-s -w -buildid=", "-o", output, pkg)
	cmd.Dir, cmd.Env = dir, environment()
	if text, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("go build %s: %w\n%s", pkg, err, bytes.TrimSpace(text))
	}
	return nil
}

// environment is this process's without the variables of Go that change the result.
func environment() []string {
	env := slices.DeleteFunc(os.Environ(), func(entry string) bool {
		name, _, _ := strings.Cut(entry, "=")
		return slices.Contains([]string{"GOFLAGS", "GOARM64", "GOEXPERIMENT", "GOFIPS140"}, name)
	})
	return append(env, "CGO_ENABLED=0", "GOOS=linux", "GOARCH=arm64")
}

// pack writes one executable file with a fixed time.
func pack(code []byte) ([]byte, error) {
	var zipped bytes.Buffer
	archive := zip.NewWriter(&zipped)
	header := &zip.FileHeader{Name: executable, Method: zip.Deflate, Modified: modified}
	header.SetMode(0o755)
	file, err := archive.CreateHeader(header)
	if err != nil {
		return nil, err
	}
	if _, err := file.Write(code); err != nil {
		return nil, err
	}
	if err := archive.Close(); err != nil {
		return nil, err
	}
	return zipped.Bytes(), nil
}
