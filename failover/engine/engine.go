// Package engine implements failover.Stack with the Pulumi CLI. Nothing is compiled during an operation: an update runs an
// executable that has the stack's program.
package engine

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"

	"github.com/carebase/carebase/failover"
	"github.com/carebase/carebase/internal/pulumicli"
	"github.com/carebase/carebase/internal/pulumistate"
	"github.com/carebase/carebase/internal/stackfile"
	"github.com/carebase/carebase/plan"
	"github.com/carebase/carebase/repair"
)

// Stack is one stack of a project.
type Stack struct{ cli pulumicli.Stack }

var _ failover.Stack = (*Stack)(nil)

// New returns a stack. It needs `pulumi` on PATH, and calls nothing.
func New(cli pulumicli.Stack) *Stack { return &Stack{cli} }

// Name of the stack.
func (s *Stack) Name() string { return s.cli.Name }

// Activation reads the setting `recovery` in Pulumi.<stack>.yaml.
func (s *Stack) Activation(context.Context) (failover.Activation, error) {
	setting, _, err := s.recovery()
	return failover.Activation{Active: setting.Active, ActivatedAt: setting.ActivatedAt, Promoted: setting.Promoted}, err
}

// recovery is the part of the setting `recovery` that operations read.
type recovery struct {
	Active      bool   `json:"active"`
	ActivatedAt string `json:"activatedAt"`
	Promoted    bool   `json:"promoted"`
	WarmCache   bool   `json:"warmCache"`
}

// recovery returns the setting, and the project's name, which is the namespace of its settings.
func (s *Stack) recovery() (setting recovery, project string, err error) {
	program, err := plan.Load(s.cli.Directory, s.cli.Name)
	if err != nil {
		return setting, "", err
	}
	text, set := program.Config[program.Project+":recovery"]
	if !set {
		return setting, "", fmt.Errorf("stack %s has no section %s:recovery: it is no recovery stack", s.cli.Name, program.Project)
	}
	if err := json.Unmarshal([]byte(text), &setting); err != nil {
		return recovery{}, "", fmt.Errorf("%s:recovery of stack %s: %w", program.Project, s.cli.Name, err)
	}
	return setting, program.Project, nil
}

// Activate changes three keys in Pulumi.<stack>.yaml in one write. Everything else in the file stays as it is.
func (s *Stack) Activate(_ context.Context, to failover.Activation) error {
	_, project, err := s.recovery()
	if err != nil {
		return err
	}
	path, err := plan.StackFile(s.cli.Directory, s.cli.Name)
	if err != nil {
		return err
	}
	at := "" // removes the key
	if to.ActivatedAt != "" {
		at = strconv.Quote(to.ActivatedAt) // without quotes YAML reads a timestamp
	}
	return stackfile.Edit(path, project,
		stackfile.Change{Section: "recovery", Name: "active", Value: strconv.FormatBool(to.Active)},
		stackfile.Change{Section: "recovery", Name: "activatedAt", Value: at},
		stackfile.Change{Section: "recovery", Name: "promoted", Value: strconv.FormatBool(to.Promoted)},
	)
}

// Outputs returns the outputs of the last update, without secrets.
func (s *Stack) Outputs(ctx context.Context) (map[string]any, error) {
	outputs, err := s.cli.Outputs(ctx)
	if err != nil {
		return nil, fmt.Errorf("opening stack %s: %w", s.cli.Name, err)
	}
	return outputs, nil
}

// Dependencies returns a reason for the state, and for each key of the secrets, that is in the region or may be. home is the
// region in which S3 is asked for buckets. The primary stack's key counts too: when the recovery stack's program reads an
// output of the primary stack, the engine opens the primary's state with the primary's secrets provider.
func (s *Stack) Dependencies(ctx context.Context, region, home, primary string) []failover.Reason {
	at := askAWS(home)
	var found []failover.Reason
	if url, err := s.cli.Backend(ctx); err != nil {
		found = unfit(failover.CodeUnknown, "the state's backend", err.Error(), "pulumi whoami -v")
	} else {
		found = at.backend(ctx, region, url)
	}
	for _, name := range []string{s.cli.Name, primary[strings.LastIndex(primary, "/")+1:]} {
		provider, err := s.secretsProvider(name)
		if err != nil {
			found = append(found, unfit(failover.CodeUnknown, "settings of stack "+name, err.Error(), "Mend the file")...)
			continue
		}
		found = append(found, at.secrets(ctx, region, name, provider)...)
	}
	return found
}

// secretsProvider returns the URL of the key that a stack's secrets are encrypted with, from its settings file.
func (s *Stack) secretsProvider(name string) (string, error) {
	path, err := plan.StackFile(s.cli.Directory, name)
	if err != nil {
		return "", err
	}
	projectPath, err := workspace.DetectProjectPathFrom(s.cli.Directory)
	if err != nil {
		return "", err
	}
	project, err := workspace.LoadProject(projectPath)
	if err != nil {
		return "", err
	}
	settings, err := workspace.LoadProjectStack(nil, project, path)
	if err != nil {
		return "", err
	}
	return settings.SecretsProvider, nil
}

// Up updates the stack to what its settings say.
func (s *Stack) Up(ctx context.Context, tell func(string)) error {
	return s.change(ctx, tell, func() error { return s.cli.Up(ctx, &lines{tell: tell}) })
}

const (
	instanceType = "aws:rds/instance:Instance"
	cacheType    = "aws:elasticache/replicationGroup:ReplicationGroup"
)

// Refresh reads one database from AWS into the state.
func (s *Stack) Refresh(ctx context.Context, identifier string) error {
	state, err := s.state(ctx)
	if err != nil {
		return err
	}
	database, err := s.database(state, identifier)
	if err != nil {
		return err
	}
	return s.refresh(ctx, database.URN())
}

func (s *Stack) refresh(ctx context.Context, urn string) error {
	return s.change(ctx, silent, func() error { return s.cli.Refresh(ctx, []string{urn}, io.Discard) })
}

// Adopt changes one id in the state, and has the engine read the resource with that id. A second call changes nothing.
func (s *Stack) Adopt(ctx context.Context, identifier, resourceID string) error {
	var urn string
	err := s.rewrite(ctx, func(state *pulumistate.State) (changed bool, err error) {
		database, err := s.database(state, identifier)
		if err != nil || database.ID() == resourceID {
			urn = database.URN()
			return false, err
		}
		urn, database["id"] = database.URN(), resourceID
		if outputs := database.Outputs(); outputs != nil {
			outputs["id"] = resourceID
		}
		return true, nil
	})
	if err != nil {
		return err
	}
	return s.refresh(ctx, urn)
}

// database returns the one RDS instance in the state with that identifier.
func (s *Stack) database(state *pulumistate.State, identifier string) (pulumistate.Resource, error) {
	var found []pulumistate.Resource
	for _, r := range state.Resources {
		if r.Type() == instanceType && !r.PendingDelete() && r.Inputs()["identifier"] == identifier {
			found = append(found, r)
		}
	}
	if len(found) != 1 {
		return nil, fmt.Errorf("stack %s: the state has %d databases of the identifier %s, not one", s.cli.Name, len(found), identifier)
	}
	return found[0], nil
}

// ReleaseCache removes the engine's protection of every cache in the state, unless the settings keep a warm cache. A second
// call changes nothing.
func (s *Stack) ReleaseCache(ctx context.Context) error {
	setting, _, err := s.recovery()
	if err != nil || setting.WarmCache {
		return err
	}
	return s.rewrite(ctx, unprotectCaches)
}

func unprotectCaches(state *pulumistate.State) (changed bool, err error) {
	for _, r := range state.Resources {
		if r.Type() == cacheType && r["protect"] == true {
			delete(r, "protect")
			changed = true
		}
	}
	return changed, nil
}

// rewrite edits the state, which is read after the lock was free and interrupted updates were repaired: an import forgets
// pending operations. edit says whether it changed anything.
func (s *Stack) rewrite(ctx context.Context, edit func(*pulumistate.State) (bool, error)) error {
	return s.change(ctx, silent, func() error {
		state, err := s.state(ctx)
		if err != nil {
			return err
		}
		if changed, err := edit(state); err != nil || !changed {
			return err
		}
		text, err := state.Encode(state.Resources)
		if err != nil {
			return err
		}
		return s.cli.Import(ctx, text)
	})
}

func (s *Stack) state(ctx context.Context) (*pulumistate.State, error) {
	export, err := s.cli.Export(ctx)
	if err != nil {
		return nil, err
	}
	return pulumistate.Read(export)
}

func silent(string) {}

// change runs a command that changes the state, after it has repaired what an interrupted update left. A lock is handled by
// its holder: if the holder is a process of this machine that has ended, the lock is broken; if the process is running, change
// waits; a lock of another machine is an error, because an operator has to decide.
func (s *Stack) change(ctx context.Context, tell func(string), run func() error) error {
	for {
		err := s.repair(ctx, tell)
		if err == nil {
			err = run()
		}
		var failed *pulumicli.Error
		if !errors.As(err, &failed) || !failed.Locked() {
			return err
		}
		host, pid, known := lockHolder(failed.Output)
		here, _ := os.Hostname()
		switch {
		case !known || host != here:
			return fmt.Errorf("somebody else changes stack %s; if nobody does any more: pulumi cancel --stack %s: %w", s.cli.Name, s.cli.Name, err)
		case lives(pid):
			tell(fmt.Sprintf("process %d of an earlier run still changes the stack: waiting for it", pid))
		default:
			tell(fmt.Sprintf("breaking the lock of process %d, which has ended", pid))
			if err := s.cli.Cancel(ctx); err != nil {
				return err
			}
			continue
		}
		select {
		case <-ctx.Done():
			return errors.Join(ctx.Err(), err)
		case <-time.After(5 * time.Second):
		}
	}
}

// repair finds the resources that an interrupted update was creating.
func (s *Stack) repair(ctx context.Context, tell func(string)) error {
	state, err := repair.Export(ctx, s.cli)
	if err != nil {
		return err
	}
	found, err := state.Plan(ctx)
	if err != nil {
		return fmt.Errorf("an update of %s was killed, and what it was making cannot all be told (carebase repair %s): %w", s.cli.Name, s.cli.Name, err)
	}
	if len(found.Steps) == 0 {
		return nil
	}
	tell(fmt.Sprintf("repairing %d operations of an update that was killed", len(found.Steps)))
	_, err = found.Apply(ctx, s.cli, io.Discard)
	return err
}

var lockedBy = regexp.MustCompile(`created by \S*@(\S+) \(pid (\d+)\)`)

// lockHolder reads the holder of the lock from the backend's message, which is the only place that names the holder.
func lockHolder(message string) (host string, pid int, known bool) {
	match := lockedBy.FindStringSubmatch(message)
	if match == nil {
		return "", 0, false
	}
	pid, err := strconv.Atoi(match[2])
	return match[1], pid, err == nil
}

// lines passes text on line by line, without empty lines.
type lines struct {
	tell func(string)
	rest []byte
}

func (l *lines) Write(text []byte) (int, error) {
	l.rest = append(l.rest, text...)
	for {
		line, rest, whole := bytes.Cut(l.rest, []byte("\n"))
		if !whole {
			return len(text), nil
		}
		if line := bytes.TrimSpace(line); len(line) > 0 {
			l.tell(string(line))
		}
		l.rest = rest
	}
}
