package cli

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/carebase/carebase/graph"
	"github.com/carebase/carebase/graph/snapshot"
	"github.com/carebase/carebase/internal/project"
	"github.com/carebase/carebase/plan"
	"github.com/carebase/carebase/policy"
	"github.com/carebase/carebase/policy/report"
	"github.com/carebase/carebase/stacks/settings"
)

// source is the graph that an audit checks, and the settings of its stack.
type source struct {
	graph    *graph.Graph
	settings report.Settings
	accepted []policy.Exception
}

// read returns the graph to audit: a plan, or the file that a flag names.
func (f *auditFlags) read(p Program, stdin io.Reader, directory, stack string) (source, error) {
	if f.state == "" && f.preview == "" {
		loaded, err := project.LoadAndCompare(directory, stack)
		if err != nil {
			return source{}, err
		}
		g, err := p.plan(loaded)
		if err != nil {
			return source{}, err
		}
		return source{graph: g, settings: settingsFile(loaded), accepted: loaded.Settings.Accepted()}, nil
	}
	name, from := f.state, snapshot.FromState
	if f.preview != "" {
		name, from = f.preview, snapshot.FromPreview
	}
	g, err := readGraph(stdin, directory, name, from)
	if err != nil {
		return source{}, err
	}
	if stack != "" && g.Stack != stack {
		return source{}, fmt.Errorf("the file is of stack %q, not %q", g.Stack, stack)
	}
	return sourceOf(directory, g)
}

// sourceOf adds the settings to the graph of a file. The settings in directory apply only if they are of the same project.
func sourceOf(directory string, g *graph.Graph) (source, error) {
	foreign := source{graph: g, settings: report.Settings{Path: "Pulumi." + g.Stack + ".yaml"}}
	if name, err := plan.ProjectName(directory); err != nil || name != g.Project {
		return foreign, nil
	}
	loaded, err := project.Load(directory, g.Stack)
	if err != nil {
		return source{}, err
	}
	return source{graph: g, settings: settingsFile(loaded), accepted: loaded.Settings.Accepted()}, nil
}

// settingsFile returns the file that findings about settings refer to.
func settingsFile(loaded *project.Stack) report.Settings {
	return report.Settings{Path: fromHere(loaded.Program.File.Path), Text: loaded.Program.File.Text(), Keys: settings.Keys()}
}

func readGraph(stdin io.Reader, directory, name string, from func([]byte) (*graph.Graph, error)) (*graph.Graph, error) {
	var text []byte
	var err error
	if name == "-" {
		name = "standard input"
		text, err = io.ReadAll(stdin)
	} else {
		text, err = os.ReadFile(within(directory, name))
	}
	if err != nil {
		return nil, err
	}
	g, err := from(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return g, nil
}

// fromHere is a path as seen from the working directory, which is where code scanning looks for it; of a file that is
// not below, its name.
func fromHere(path string) string {
	if absolute, err := filepath.Abs(path); err == nil {
		path = absolute
	}
	here, err := os.Getwd()
	if err == nil {
		if relative, err := filepath.Rel(here, path); err == nil && filepath.IsLocal(relative) {
			return filepath.ToSlash(relative)
		}
	}
	return filepath.Base(path)
}

// within is a path as the flag -C means it.
func within(directory, path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(directory, path)
}
