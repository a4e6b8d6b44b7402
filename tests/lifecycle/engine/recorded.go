package engine

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
)

// Record keeps the stack's state, packed, in a file that must not be there: what was recorded is deployed somewhere.
// Secrets in it are encrypted, and are an emulator's.
func (s *Stack) Record(t testing.TB, path string) {
	t.Helper()
	var state map[string]any
	err := json.Unmarshal(s.Export(t), &state)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range state["deployment"].(map[string]any)["resources"].([]any) {
		for _, key := range []string{"created", "modified", "sourcePosition", "stackTrace"} { // of the machine that recorded
			delete(r.(map[string]any), key)
		}
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	to, err := gzip.NewWriterLevel(file, gzip.BestCompression)
	if err == nil {
		err = json.NewEncoder(to).Encode(state)
	}
	if err == nil {
		err = to.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
}

// Recorded is a state that Record kept.
func Recorded(t testing.TB, path string) []byte {
	t.Helper()
	packed, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	from, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	state, err := io.ReadAll(from)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return state
}

// TakesOver previews the program of today against a state that some release deployed, on an emulator that knows nothing
// of it: a preview asks for nothing that the state has. The program may change what it likes, but fails the test where
// anything that holds data would go.
func (s *Stack) TakesOver(t testing.TB, state []byte) {
	t.Helper()
	preview := s.Migrated(t, state)
	if preview.Err != nil {
		t.Fatal(preview.Err)
	}
	for _, step := range preview.Lost() {
		t.Errorf("data would be lost: %s", step)
	}
	kept := map[string]bool{} // by id: a URN may move, by an alias
	for _, step := range preview.Steps {
		if step.Op == "same" || step.Op == "update" {
			kept[step.Old.ID] = true
		}
	}
	holding := holding(t, state)
	if len(holding) < 10 {
		t.Errorf("the state has %d resources that hold data: it is not one of a system", len(holding))
	}
	for _, id := range holding {
		if !kept[id] {
			t.Errorf("%s holds data and is not there any more", id)
		}
	}
}

// Lost are the steps of a result after which something that holds data would be gone, or be another.
func (r Result) Lost() []Step {
	return slices.DeleteFunc(r.Changes(), func(s Step) bool {
		return !Stateful(s.Type) || s.Op == "create" || s.Op == "update"
	})
}

// holding returns the ids of the resources of a state that hold data, or to which data is bound, such as a key (see Stateful).
func holding(t testing.TB, state []byte) []string {
	t.Helper()
	var resources struct{ Resources []struct{ Type, ID string } }
	if err := json.Unmarshal(deployment(t, state).Deployment, &resources); err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, r := range resources.Resources {
		if Stateful(r.Type) {
			ids = append(ids, r.ID)
		}
	}
	return ids
}

func deployment(t testing.TB, state []byte) apitype.UntypedDeployment {
	t.Helper()
	var d apitype.UntypedDeployment
	if err := json.Unmarshal(state, &d); err != nil {
		t.Fatal(err)
	}
	return d
}
