// Package project reads a stack of a Pulumi project: its configuration and its settings. A command reads both once.
package project

import (
	"github.com/carebase/carebase/plan"
	"github.com/carebase/carebase/stacks/settings"
	"github.com/carebase/carebase/stacks/settings/decode"
)

// Stack of a project, as its files describe it.
type Stack struct {
	// Program lacks its function Run.
	Program  plan.Program
	Settings *settings.Settings
}

// Load reads a stack of the project that contains directory. Encrypted values are not decrypted: each is decode.Secret.
func Load(directory, stack string) (*Stack, error) { return load(directory, stack, false) }

// LoadAndCompare reads a stack as Load does, and refuses a stack that collides with another stack of the project.
func LoadAndCompare(directory, stack string) (*Stack, error) { return load(directory, stack, true) }

func load(directory, stack string, compare bool) (*Stack, error) {
	program, err := plan.Load(directory, stack)
	if err != nil {
		return nil, err
	}
	s := &Stack{Program: program}
	config := s.Config()
	if compare {
		config.Others = program.File.Others()
	}
	s.Settings, err = settings.Decode(stack, config)
	return s, err
}

// Config returns the configuration that the settings are decoded from.
func (s *Stack) Config() decode.Config {
	return decode.Config{
		Project: s.Program.Project, Values: s.Program.Config, Encrypted: s.Program.Secrets, File: s.Program.File,
	}
}
