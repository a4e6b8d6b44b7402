package archive

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"debug/elf"
	"encoding/hex"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const rotation = "github.com/carebase/carebase/functions/rotation"

func goList(t *testing.T, args ...string) []string {
	t.Helper()
	cmd := exec.Command("go", append([]string{"list"}, args...)...)
	output, err := cmd.Output()
	require.NoError(t, err)
	return strings.Fields(string(output))
}

// copyModule copies what the function needs of this module to another folder.
func copyModule(t *testing.T, root string) string {
	t.Helper()
	folder := t.TempDir()
	dirs := goList(t, "-deps", "-f", `{{with .Module}}{{if .Main}}{{$.Dir}}{{end}}{{end}}`, rotation)
	require.NotEmpty(t, dirs)
	for _, dir := range dirs {
		inside, err := filepath.Rel(root, dir)
		require.NoError(t, err)
		copyFiles(t, dir, filepath.Join(folder, inside))
	}
	for _, name := range []string{"go.mod", "go.sum"} {
		copyFile(t, filepath.Join(root, name), filepath.Join(folder, name))
	}
	return folder
}

func copyFiles(t *testing.T, from, to string) {
	t.Helper()
	entries, err := os.ReadDir(from)
	require.NoError(t, err)
	require.NoError(t, os.MkdirAll(to, 0o755))
	for _, entry := range entries {
		if entry.Type().IsRegular() {
			copyFile(t, filepath.Join(from, entry.Name()), filepath.Join(to, entry.Name()))
		}
	}
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	text, err := os.ReadFile(from)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(to, text, 0o600))
}

func checksum(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// Another folder, other settings of Go and another time zone: the same bytes.
func TestTheSameSourcesGiveTheSameArchive(t *testing.T) {
	root := goList(t, "-m", "-f", "{{.Dir}}")[0]
	one, two := filepath.Join(t.TempDir(), "one.zip"), filepath.Join(t.TempDir(), "below", "two.zip")
	require.NoError(t, Build(t.Context(), root, rotation, one))

	t.Setenv("GOFLAGS", "-buildvcs=true -gcflags=-N")
	t.Setenv("GOARCH", "amd64")
	t.Setenv("GOARM64", "v8.2")
	t.Setenv("CGO_ENABLED", "1")
	t.Setenv("TZ", "Asia/Tokyo")
	copied := copyModule(t, root)
	require.NoError(t, Build(t.Context(), copied, rotation, two))
	assert.Equal(t, checksum(t, one), checksum(t, two))

	archive, err := zip.OpenReader(one)
	require.NoError(t, err)
	defer func() { _ = archive.Close() }()
	require.Len(t, archive.File, 1)
	file := archive.File[0]
	assert.Equal(t, "bootstrap", file.Name)
	assert.EqualValues(t, 0o755, file.Mode().Perm())
	assert.True(t, modified.Equal(file.Modified), file.Modified)

	reader, err := file.Open()
	require.NoError(t, err)
	code, err := io.ReadAll(reader)
	require.NoError(t, err)
	program, err := elf.NewFile(bytes.NewReader(code))
	require.NoError(t, err)
	assert.Equal(t, elf.EM_AARCH64, program.Machine)
	for _, part := range program.Progs {
		assert.NotEqual(t, elf.PT_INTERP, part.Type, "the executable needs libraries")
	}
	for _, path := range append(goList(t, "-m", "-f", "{{.Dir}}", "github.com/jackc/pgx/v5"), root, copied) {
		assert.Falsef(t, bytes.Contains(code, []byte(path)), "the executable contains the path %s", path)
	}
}

func TestAFailedBuildLeavesTheArchive(t *testing.T) {
	output := filepath.Join(t.TempDir(), "function.zip")
	require.NoError(t, os.WriteFile(output, []byte("the last build"), 0o600))
	err := Build(t.Context(), ".", "github.com/carebase/carebase/functions/none", output)
	assert.ErrorContains(t, err, "functions/none")
	content, err := os.ReadFile(output)
	require.NoError(t, err)
	assert.Equal(t, "the last build", string(content))
}

func TestAMissingArchiveSaysHowToBuildIt(t *testing.T) {
	path := filepath.Join(t.TempDir(), Name("rotation"))
	assert.ErrorContains(t, Missing(path), "go run github.com/carebase/carebase/functions/build")
	assert.ErrorContains(t, Missing(path), path)
	require.NoError(t, os.WriteFile(path, nil, 0o600))
	assert.NoError(t, Missing(path))
}
