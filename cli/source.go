package cli

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/carebase/carebase/graph"
	"github.com/carebase/carebase/graph/snapshot"
	"github.com/carebase/carebase/plan"
	"github.com/carebase/carebase/policy"
	"github.com/carebase/carebase/policy/report"
	"github.com/carebase/carebase/stacks"
)

// read makes the graph to audit and finds the settings of its stack and the exceptions in them.
func (f *auditFlags) read(stdin io.Reader, directory, stack string) (*graph.Graph, report.Settings, []policy.Exception, error) {
	var g *graph.Graph
	var err error
	switch {
	case f.state != "":
		g, err = readGraph(stdin, directory, f.state, snapshot.FromState)
	case f.preview != "":
		g, err = readGraph(stdin, directory, f.preview, snapshot.FromPreview)
	default:
		g, err = planStack(directory, stack)
	}
	if err != nil {
		return nil, report.Settings{}, nil, err
	}
	if stack != "" && g.Stack != stack {
		return nil, report.Settings{}, nil, fmt.Errorf("the file is of stack %q, not %q", g.Stack, stack)
	}
	settings, accepted, err := readSettings(directory, g)
	return g, settings, accepted, err
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

// readSettings reads the exceptions of the graph's stack. A file of another project has none: its settings are not ours.
func readSettings(directory string, g *graph.Graph) (report.Settings, []policy.Exception, error) {
	settings := report.Settings{Path: "Pulumi." + g.Stack + ".yaml"}
	if g.Project != stacks.Namespace {
		return settings, nil, nil
	}
	program, err := plan.Load(directory, g.Stack)
	if err != nil {
		return settings, nil, err
	}
	decoded, err := stacks.Decode(g.Stack, stacks.PlanConfig(program))
	if err != nil {
		return settings, nil, err
	}
	path, err := plan.StackFile(directory, g.Stack)
	if err != nil {
		return settings, nil, err
	}
	settings.Path = fromHere(path)
	settings.Text, err = os.ReadFile(path)
	return settings, decoded.Accepted(), err
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
