package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/carebase/carebase"
	"github.com/carebase/carebase/components/limits"
)

func initCommand() *cobra.Command {
	var like string
	command := &cobra.Command{
		Use:   "init NAME",
		Short: "Write the folder of a new system: settings, program and command line",
		Long: `Writes a folder NAME with the settings of another system under the new name, a Pulumi program and a
command line of its own. The folder plans and audits as it stands; then replace account, domain, owner
and addresses in each Pulumi.<stack>.yaml. docs/settings.md has every setting.

Exit status: 0 done, 1 the folder could not be written, 2 wrong usage.`,
		Example: "  carebase init clinic\n  carebase plan -C clinic prod",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usageError{errors.New("name the new system")}
			}
			if !limits.Hyphenated.MatchString(args[0]) || len(args[0]) > 20 {
				return usageError{fmt.Errorf("NAME = %q: allowed is 1 to 20 lower-case letters, digits and single hyphens, a letter first", args[0])}
			}
			if known := systems(); !slices.Contains(known, like) {
				return usageError{fmt.Errorf("--like %q: allowed is %s", like, strings.Join(known, ", "))}
			}
			return nil
		},
		RunE: func(command *cobra.Command, args []string) error {
			directory, err := command.Flags().GetString("directory")
			if err != nil {
				return err
			}
			written, err := writeSystem(filepath.Join(directory, args[0]), args[0], like)
			for _, name := range written {
				fmt.Fprintln(command.OutOrStdout(), name)
			}
			return err
		},
	}
	command.Flags().StringVar(&like, "like", carebase.Root, "take the settings of `SYSTEM`: "+strings.Join(systems(), ", "))
	return command
}

// systems returns the names of the systems that a new system can be like.
func systems() []string {
	names := []string{carebase.Root}
	entries, _ := fs.ReadDir(carebase.Systems, "examples") // no folder if there are no examples
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	return names
}

// writeSystem writes the folder of a system and returns the names of the files. It changes no file that exists.
func writeSystem(folder, name, like string) ([]string, error) {
	if _, err := os.Stat(folder); !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s exists already", folder)
	}
	from := "."
	if like != carebase.Root {
		from = path.Join("examples", like)
	}
	settings, err := fs.Glob(carebase.Systems, path.Join(from, "Pulumi*.yaml"))
	if err != nil {
		return nil, err
	}
	files := map[string]string{
		"go.mod":                   fmt.Sprintf("module %s\n\ngo %s\n\nrequire %s %s\n", name, goVersion, module, moduleVersion()),
		"infra/main.go":            fmt.Sprintf(programText, name),
		"cmd/" + name + "/main.go": fmt.Sprintf(commandText, name, name),
		"system/system.go":         fmt.Sprintf(extensionText, name),
	}
	for _, file := range settings {
		text, err := fs.ReadFile(carebase.Systems, file)
		if err != nil {
			return nil, err
		}
		files[path.Base(file)] = renamed(string(text), like, name)
	}
	var written []string
	for _, file := range sortedNames(files) {
		at := filepath.Join(folder, filepath.FromSlash(file))
		if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
			return written, err
		}
		if err := os.WriteFile(at, []byte(files[file]), 0o644); err != nil {
			return written, err
		}
		written = append(written, filepath.ToSlash(at))
	}
	return written, nil
}

func sortedNames(files map[string]string) []string {
	var names []string
	for name := range files {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// renamed returns a settings file under the new system's name. Its keys lose their namespace: Pulumi then takes the project's
// name. Names in PostgreSQL have underscores instead of hyphens.
func renamed(text, like, name string) string {
	underscored := func(of string) string { return strings.ReplaceAll(of, "-", "_") }
	text = regexp.MustCompile(`(?m)^  `+regexp.QuoteMeta(like)+`:`).ReplaceAllString(text, "  ")
	text = strings.ReplaceAll(text, underscored(like)+"_", underscored(name)+"_")
	text = regexp.MustCompile(`(?m)^(    name: )`+regexp.QuoteMeta(underscored(like))+`$`).ReplaceAllString(text, "${1}"+underscored(name))
	text = strings.ReplaceAll(text, carebase.RootTitle+", a HIPAA healthcare platform on AWS", name+" on AWS")
	return strings.ReplaceAll(strings.ReplaceAll(text, like, name), carebase.RootTitle, name)
}

// moduleVersion returns the version of this module to require: the binary's release. A binary of a checkout has none.
func moduleVersion() string {
	if version := thisBuild().version; strings.HasPrefix(version, "v") {
		return version
	}
	return "v0.0.0 // replace with a release, or add a replace directive to a checkout"
}

// goVersion of the new system's go.mod.
const goVersion = "1.26"

const programText = `// Command infra is the Pulumi program.
package main

import (
	"github.com/carebase/carebase/stacks"

	"%[1]s/system"
)

func main() { stacks.Run(system.Extend) }
`

const commandText = `// Command %[1]s plans, audits and operates the system's stacks.
package main

import (
	"github.com/carebase/carebase/cli"
	"github.com/carebase/carebase/stacks"

	"%[2]s/system"
)

func main() { cli.Main(cli.Program{Extensions: []stacks.Extension{system.Extend}}) }
`

const extensionText = `// Package system adds to a stack what its settings cannot express.
package system

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/stacks"
)

// Extend adds resources to a stack of %s: see stacks.Extension.
func Extend(ctx *pulumi.Context, stack *stacks.Stack) error { return nil }
`
