// Package engine is failover.Stack over Pulumi's Automation API. The program is the one linked into this binary: at three
// in the morning nothing has to be compiled, and what runs is what the binary's version says.
package engine

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optrefresh"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optup"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/failover"
	"github.com/carebase/carebase/internal/stackfile"
	"github.com/carebase/carebase/plan"
	"github.com/carebase/carebase/repair"
	"github.com/carebase/carebase/stacks"
	"github.com/carebase/carebase/stacks/settings/decode"
)

// Stack is a stack of the project in a directory.
type Stack struct {
	stack     auto.Stack
	directory string
	project   string
	name      string
}

var _ failover.Stack = (*Stack)(nil)

// Open selects a stack that exists. It needs `pulumi` on PATH, and the state's backend.
func Open(ctx context.Context, directory, name string) (*Stack, error) {
	path, err := plan.StackFile(directory, name)
	if err != nil {
		return nil, err
	}
	project, err := plan.ProjectName(directory)
	if err != nil {
		return nil, err
	}
	s := &Stack{directory: directory, project: project, name: name}
	s.stack, err = auto.SelectStackInlineSource(ctx, name, project, none, auto.WorkDir(filepath.Dir(path)))
	if err != nil {
		return nil, fmt.Errorf("opening stack %s: %w", name, err)
	}
	return s, nil
}

func none(*pulumi.Context) error { return errors.New("no program was set") }

// Name of the stack.
func (s *Stack) Name() string { return s.name }

// Activation as Pulumi.<stack>.yaml has it.
func (s *Stack) Activation(context.Context) (failover.Activation, error) {
	section, err := s.section()
	return failover.Activation{Active: section.Active, ActivatedAt: section.ActivatedAt, Promoted: section.Promoted}, err
}

// section recovery of the stack's settings.
type section struct {
	Active      bool   `json:"active"`
	ActivatedAt string `json:"activatedAt"`
	Promoted    bool   `json:"promoted"`
	WarmCache   bool   `json:"warmCache"`
}

func (s *Stack) section() (found section, err error) {
	program, err := plan.Load(s.directory, s.name)
	if err != nil {
		return found, err
	}
	text, there := program.Config[s.project+":recovery"]
	if !there {
		return found, fmt.Errorf("stack %s has no section %s:recovery: it is no recovery stack", s.name, s.project)
	}
	if err := json.Unmarshal([]byte(text), &found); err != nil {
		return section{}, fmt.Errorf("%s:recovery of stack %s: %w", s.project, s.name, err)
	}
	return found, nil
}

// Activate writes Pulumi.<stack>.yaml once, and nothing in it but these three keys.
func (s *Stack) Activate(_ context.Context, to failover.Activation) error {
	path, err := plan.StackFile(s.directory, s.name)
	if err != nil {
		return err
	}
	at := "" // the key goes
	if to.ActivatedAt != "" {
		at = strconv.Quote(to.ActivatedAt) // or YAML takes it for a date
	}
	return stackfile.Edit(path, s.project,
		stackfile.Change{Section: "recovery", Name: "active", Value: strconv.FormatBool(to.Active)},
		stackfile.Change{Section: "recovery", Name: "activatedAt", Value: at},
		stackfile.Change{Section: "recovery", Name: "promoted", Value: strconv.FormatBool(to.Promoted)},
	)
}

// Outputs of the last update.
func (s *Stack) Outputs(ctx context.Context) (map[string]any, error) {
	outputs, err := s.stack.Outputs(ctx)
	if err != nil {
		return nil, err
	}
	values := make(map[string]any, len(outputs))
	for name, output := range outputs {
		if !output.Secret {
			values[name] = output.Value
		}
	}
	return values, nil
}

// Dependencies are a state, or a key of its secrets, that is kept in the region, or of which nobody knows where it is kept.
// Home is the region that is asked about buckets. The primary's secrets are among them: the engine opens the primary's state
// with its secrets provider before it gives any output of it to the recovery stack's program, secret or not.
func (s *Stack) Dependencies(ctx context.Context, region, home, primary string) []failover.Reason {
	at := asked(home)
	var found []failover.Reason
	if who, err := s.stack.Workspace().WhoAmIDetails(ctx); err != nil {
		found = unfit(failover.CodeUnknown, "the state's backend", err.Error(), "pulumi whoami -v")
	} else {
		found = at.backend(ctx, region, who.URL)
	}
	for _, name := range []string{s.name, primary[strings.LastIndex(primary, "/")+1:]} {
		settings, err := s.stack.Workspace().StackSettings(ctx, name)
		if err != nil {
			found = append(found, unfit(failover.CodeUnknown, "settings of stack "+name, err.Error(), "Mend the file")...)
			continue
		}
		found = append(found, at.secrets(ctx, region, name, settings.SecretsProvider)...)
	}
	return found
}

// Up makes the cloud what the settings say.
func (s *Stack) Up(ctx context.Context, tell func(string)) error {
	run, err := s.program(ctx)
	if err != nil {
		return err
	}
	s.stack.Workspace().SetProgram(run)
	return s.unlocked(ctx, tell, func() error {
		if err := s.settle(ctx, tell); err != nil {
			return err
		}
		out := &lines{tell: tell}
		_, err := s.stack.Up(ctx, optup.ProgressStreams(out), optup.ErrorProgressStreams(io.Discard),
			optup.Color("never"), optup.SuppressOutputs(), optup.UserAgent("carebase-dr"), optup.ShowSecrets(false))
		return err
	})
}

// program is this binary's, on the stack's settings with their secrets. They stay in this process and the engine's.
func (s *Stack) program(ctx context.Context) (pulumi.RunFunc, error) {
	loaded, err := plan.Load(s.directory, s.name)
	if err != nil {
		return nil, err
	}
	config, err := s.stack.GetAllConfig(ctx)
	if err != nil {
		return nil, err
	}
	decrypted := maps.Clone(loaded.Config)
	for _, key := range loaded.Secrets {
		if value, set := config[key]; set {
			decrypted[key] = value.Value
		}
	}
	return stacks.Program(decode.Config{Project: s.project, Values: decrypted, Encrypted: loaded.Secrets, File: loaded.File, FromFile: loaded.Config}), nil
}

// Refresh reads one database into the state.
func (s *Stack) Refresh(ctx context.Context, identifier string) error {
	state, err := s.stack.Export(ctx)
	if err != nil {
		return err
	}
	urn, err := find(state.Deployment, identifier)
	if err != nil {
		return fmt.Errorf("stack %s: %w", s.name, err)
	}
	return s.refresh(ctx, urn)
}

func (s *Stack) refresh(ctx context.Context, urn string) error {
	tell := func(string) {}
	return s.unlocked(ctx, tell, func() error {
		if err := s.settle(ctx, tell); err != nil {
			return err
		}
		_, err := s.stack.Refresh(ctx, optrefresh.Target([]string{urn}), optrefresh.ErrorProgressStreams(io.Discard),
			optrefresh.ShowSecrets(false), optrefresh.UserAgent("carebase-dr"))
		return err
	})
}

// Adopt changes one id in the state and has the engine read what is behind it. Done twice it changes nothing more.
func (s *Stack) Adopt(ctx context.Context, identifier, resourceID string) error {
	var urn string
	err := s.rewrite(ctx, func(deployment json.RawMessage) (changed json.RawMessage, err error) {
		if urn, err = find(deployment, identifier); err != nil {
			return nil, fmt.Errorf("stack %s: %w", s.name, err)
		}
		return withID(deployment, urn, resourceID)
	})
	if err != nil {
		return err
	}
	return s.refresh(ctx, urn)
}

// ReleaseCache takes the protection off every cache in the state, unless the settings let it stand by. Done twice it
// changes nothing more.
func (s *Stack) ReleaseCache(ctx context.Context) error {
	section, err := s.section()
	if err != nil || section.WarmCache {
		return err
	}
	return s.rewrite(ctx, func(deployment json.RawMessage) (json.RawMessage, error) { return unprotected(deployment, cacheType) })
}

// rewrite changes the state; nil is no change. A run before this one may have been killed in the middle of it, so the lock
// is dealt with here too, and what is changed is read anew after somebody else was waited for. An import forgets what an
// update that was killed was making: that is settled before.
func (s *Stack) rewrite(ctx context.Context, change func(json.RawMessage) (json.RawMessage, error)) error {
	tell := func(string) {}
	return s.unlocked(ctx, tell, func() error {
		if err := s.settle(ctx, tell); err != nil {
			return err
		}
		state, err := s.stack.Export(ctx)
		if err != nil {
			return err
		}
		changed, err := change(state.Deployment)
		if err != nil || changed == nil {
			return err
		}
		state.Deployment = changed
		return s.stack.Import(ctx, state)
	})
}

// settle finds what an update that was killed was creating, so that the next one neither repeats nor forgets it.
func (s *Stack) settle(ctx context.Context, tell func(string)) error {
	pulumi := repair.Engine{Directory: s.directory, Stack: s.name, Output: io.Discard}
	export, err := pulumi.Export(ctx)
	if err != nil {
		return err
	}
	state, err := repair.Read(export)
	if err != nil {
		return err
	}
	open, err := state.Plan(ctx)
	if err != nil {
		return fmt.Errorf("an update of %s was killed, and what it was making cannot all be told (carebase recover %s): %w", s.name, s.name, err)
	}
	if len(open.Steps) == 0 {
		return nil
	}
	tell(fmt.Sprintf("settling %d operations of an update that was killed", len(open.Steps)))
	_, err = open.Settle(ctx, pulumi)
	return err
}

// unlocked carries an operation on the state out. Where the state is locked by a process of this machine that has ended,
// the lock is broken; by one that lives, it is waited for; by another machine's, that is for people to decide.
func (s *Stack) unlocked(ctx context.Context, tell func(string), do func() error) error {
	path, err := plan.StackFile(s.directory, s.name)
	if err != nil {
		return err
	}
	for {
		err := stackfile.Keep(path, do)
		if err == nil || !auto.IsConcurrentUpdateError(err) && !strings.Contains(err.Error(), locked) {
			return err
		}
		host, pid, known := holder(err.Error())
		here, _ := os.Hostname()
		switch {
		case !known || host != here:
			return fmt.Errorf("somebody else changes stack %s; if nobody does any more: pulumi cancel --stack %s: %w", s.name, s.name, err)
		case lives(pid):
			tell(fmt.Sprintf("process %d of an earlier run still changes the stack: waiting for it", pid))
		default:
			tell(fmt.Sprintf("breaking the lock of process %d, which has ended", pid))
			if err := s.stack.Cancel(ctx); err != nil {
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

// locked is how the backend's message about a lock begins, whichever command it stopped.
const locked = "the stack is currently locked by"

var lockedBy = regexp.MustCompile(`created by \S*@(\S+) \(pid (\d+)\)`)

// holder reads who holds the lock out of the backend's message, which is the only place that says it.
func holder(message string) (host string, pid int, known bool) {
	match := lockedBy.FindStringSubmatch(message)
	if match == nil {
		return "", 0, false
	}
	pid, err := strconv.Atoi(match[2])
	return match[1], pid, err == nil
}

// lines hands text on line by line.
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
