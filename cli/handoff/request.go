// Package handoff is how `carebase` has `carebase-dr` do what needs the AWS SDK. `carebase` parses the command line, reads the
// settings and confirms the operation; the request carries the result. So `carebase`, which plans and audits, does not contain
// the AWS SDK, and `carebase-dr` contains neither the Pulumi program nor the command line.
package handoff

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"time"

	"github.com/carebase/carebase/failover"
)

// Operations besides those of package failover.
const (
	Status = "status"
	Check  = "check"
	Repair = "repair"
)

// Request is one call of `carebase dr` or `carebase repair` whose arguments are valid and confirmed.
type Request struct {
	Command   string // as the user typed it, for messages: "carebase dr failover"
	Operation string // Status, Check, Repair, or an operation of package failover
	Version   string // of carebase
	// AllowStale lets carebase-dr work for a carebase of another version.
	AllowStale bool
	// Program is the executable that has the stack's Pulumi program: carebase itself.
	Program   string
	Directory string // of the project
	Stack     string

	JSON bool // status, check: write JSON

	Settings    failover.Settings
	Journals    string    // folder of the journals
	Resume      string    // path of the journal of the operation to resume; "" begins an operation
	Abort       bool      // failover, failback: undo the operation that Resume names
	Return      bool      // failback: go on to the maintenance window
	OutageBegan time.Time // zero if the operator gave no time
	Consent     failover.Consent

	Apply   bool // repair: change the state
	Failed  bool // repair: look for what the next update would create, too
	Orphans bool // repair: only list resources that are not in the state
}

// Version returns the commit that this binary was built from, or the version of the module.
func Version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "not known"
	}
	for _, setting := range info.Settings {
		if setting.Key == "vcs.revision" {
			return setting.Value
		}
	}
	return info.Main.Version
}

// binary is the name of the program that carries requests out.
const binary = "carebase-dr"

// Start replaces this process by carebase-dr, so that signals and the exit status are carebase-dr's. It returns only if
// carebase-dr cannot be started.
func Start(request Request) error {
	own, err := os.Executable()
	if err != nil {
		return err
	}
	request.Program, request.Version = own, Version()
	path, err := find(own)
	if err != nil {
		return err
	}
	text, err := json.Marshal(request)
	if err != nil {
		return err
	}
	return become(path, []string{binary, string(text)})
}

// find looks for carebase-dr beside this program, then on PATH.
func find(own string) (string, error) {
	path := filepath.Join(filepath.Dir(own), binary+filepath.Ext(own))
	if info, err := os.Stat(path); err == nil && !info.IsDir() {
		return path, nil
	}
	path, err := exec.LookPath(binary)
	if err != nil && !errors.Is(err, exec.ErrDot) {
		return "", fmt.Errorf("%s, which calls AWS, is neither in %s nor on PATH. Every release has it; from a checkout: go install ./cmd/%s",
			binary, filepath.Dir(own), binary)
	}
	return path, err
}

// Parse reads the request of carebase-dr's arguments.
func Parse(arguments []string) (Request, error) {
	var request Request
	if len(arguments) != 1 || json.Unmarshal([]byte(arguments[0]), &request) != nil {
		return request, errors.New("carebase-dr is started by carebase dr and carebase repair: call those")
	}
	return request, sameVersion(request, Version())
}

// sameVersion refuses a request of another version of carebase, because the two programs must agree on what an operation does.
func sameVersion(request Request, own string) error {
	known := func(version string) bool { return version != "" && version != "(devel)" && version != "not known" }
	if !known(own) || !known(request.Version) || own == request.Version || request.AllowStale {
		return nil
	}
	return fmt.Errorf("carebase is of version %s, carebase-dr of %s: install both from one release, or with go install ./cmd/carebase ./cmd/carebase-dr; to continue with these: --allow-stale",
		request.Version, own)
}
